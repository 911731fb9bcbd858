"""Before and after: what a repair changed, told by the recorded edits themselves, for a terminal or a browser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice

from union_corpus.documents import Document
from union_corpus.repairs import RULES

# How many characters of a long stretch that is the same before and after are shown on either side of what is left out.
_KEPT = 40


@dataclass(frozen=True)
class Change:
    """
    A stretch that differs: ``original[original_start:original_end]`` became ``text[start:end]``, by these rules.

    ``confidence`` is that of the least sure of its edits.
    """

    original_start: int
    original_end: int
    start: int
    end: int
    rules: tuple[str, ...]
    confidence: float = 1.0

    def __str__(self) -> str:
        return f"{' + '.join(self.rules)} {_sure(self.confidence)}"


def _sure(confidence: float) -> str:
    """A confidence in two places, cut and not rounded, so that only what is certain is 1.00."""
    return f"{int(confidence * 100 + 1e-9) / 100:.2f}"


def changes(doc: Document) -> list[Change]:
    """
    Every stretch in which the text differs from the original, in order; edits that touch are told as one.

    >>> from union_corpus.documents import Edit
    >>> doc = Document.from_text("工会(huì)工作袁").apply("pinyin", [Edit(2, "(huì)", "")])
    >>> changes(doc.apply("founder_shift", [Edit(4, "袁", "，")]))[0]
    Change(original_start=2, original_end=7, start=2, end=2, rules=('pinyin',), confidence=1.0)
    """
    found: list[Change] = []
    for step, repair in enumerate(doc.repairs):
        for edit in repair.edits:
            original_start, original_end = edit.start, edit.end
            for earlier in reversed(doc.repairs[:step]):
                original_start, original_end = earlier.span_before(original_start, original_end)
            start, end = edit.start, edit.end
            for later in doc.repairs[step:]:
                start, end = later.span_after(start, end)
            found.append(Change(original_start, original_end, start, end, (repair.rule,), edit.confidence))
    found.sort(key=lambda change: (change.original_start, change.start, change.original_end))
    merged: list[Change] = []
    for change in found:
        if merged and (change.original_start < merged[-1].original_end or change.start < merged[-1].end):
            last = merged.pop()
            change = Change(
                min(last.original_start, change.original_start),
                max(last.original_end, change.original_end),
                min(last.start, change.start),
                max(last.end, change.end),
                tuple(dict.fromkeys((*last.rules, *change.rules))),
                min(last.confidence, change.confidence),
            )
        merged.append(change)
    return merged


@dataclass(frozen=True)
class Passage:
    """Whole lines before and after, with the changes inside them."""

    original_start: int
    original_end: int
    start: int
    end: int
    changes: tuple[Change, ...]


def passages(doc: Document) -> Iterator[Passage]:
    """The lines that changed, before and after, each passage grown until it begins and ends with a line on both sides."""
    waiting: Passage | None = None
    for change in changes(doc):
        grown = _whole_lines(doc, change.original_start, change.original_end, change.start, change.end)
        if waiting is not None and (grown[0] <= waiting.original_end or grown[2] <= waiting.end):
            waiting = Passage(
                waiting.original_start,
                max(waiting.original_end, grown[1]),
                waiting.start,
                max(waiting.end, grown[3]),
                (*waiting.changes, change),
            )
            continue
        if waiting is not None:
            yield waiting
        waiting = Passage(*grown, (change,))
    if waiting is not None:
        yield waiting


def _whole_lines(doc: Document, low: int, high: int, start: int, end: int) -> tuple[int, int, int, int]:
    """The two spans grown, each by its own lines and by what stands across from the other, until both are whole lines."""
    while True:
        grown_low, grown_high = _line_start(doc.original, low), _line_end(doc.original, high)
        grown_start, grown_end = _line_start(doc.text, start), _line_end(doc.text, end)
        across = doc.original_span(grown_start, grown_end)
        behind = doc.current_span(grown_low, grown_high)
        grown = (
            min(grown_low, across[0]),
            max(grown_high, across[1]),
            min(grown_start, behind[0]),
            max(grown_end, behind[1]),
        )
        if grown == (low, high, start, end):
            return grown
        low, high, start, end = grown


def _line_start(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _line_end(text: str, place: int) -> int:
    found = text.find("\n", place)
    return len(text) if found < 0 else found


def marked(text: str, start: int, end: int, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[str, int | None]]:
    """
    The pieces of ``text[start:end]`` in order, each with the number of the span it lies in; None between spans.

    An empty span, where something was taken away or put in, gives an empty piece.

    >>> list(marked("工会工作，", 0, 5, [(2, 2), (4, 5)]))
    [('工会', None), ('', 0), ('工作', None), ('，', 1)]
    """
    done = start
    for number, (low, high) in enumerate(spans):
        if low > done:
            yield text[done:low], None
        if high > max(low, done) or low == high >= done:
            yield text[max(low, done) : high], number
        done = max(done, high)
    if end > done:
        yield text[done:end], None


def sides(doc: Document, passage: Passage) -> tuple[list[tuple[str, int | None]], list[tuple[str, int | None]]]:
    """A passage before and after, as ``marked`` gives it; the middle of long stretches without a change is left out."""
    before = marked(
        doc.original,
        passage.original_start,
        passage.original_end,
        ((change.original_start, change.original_end) for change in passage.changes),
    )
    after = marked(doc.text, passage.start, passage.end, ((change.start, change.end) for change in passage.changes))
    return _shortened(list(before)), _shortened(list(after))


def _shortened(pieces: Sequence[tuple[str, int | None]]) -> list[tuple[str, int | None]]:
    """
    >>> _shortened([("工" * 200, None), ("袁", 0)])[0][0].count("工")
    40
    """
    short = []
    for at, (piece, number) in enumerate(pieces):
        if number is None and len(piece) > 2 * _KEPT + 20:
            head = piece[:_KEPT] if at else ""
            tail = piece[-_KEPT:] if at + 1 < len(pieces) else ""
            piece = f"{head}…〔{len(piece) - len(head) - len(tail)}字〕…{tail}"
        short.append((piece, number))
    return short


def told(changes: Iterable[Change]) -> list[str]:
    """
    One line a rule: its name, how many changes it made, how sure they are, and what it puts right.

    >>> told([Change(2, 7, 2, 2, ("inline_pinyin",), 0.97), Change(8, 9, 3, 3, ("inline_pinyin",))])
    ['inline_pinyin × 2, 0.97–1.00: a reading printed behind its character']
    """
    reasons = {rule.name: rule.reason for rule in RULES}
    sure: dict[str, list[float]] = {}
    for change in changes:
        for rule in change.rules:
            sure.setdefault(rule, []).append(change.confidence)
    lines = []
    for rule, found in sure.items():
        least, most = _sure(min(found)), _sure(max(found))
        lines.append(
            f"{rule} × {len(found)}, {least if least == most else f'{least}–{most}'}: {reasons.get(rule, 'no rule of ours')}"
        )
    return lines


# Changes less sure than this are drawn so that they catch the eye.
_DOUBTFUL = 0.8


def side_by_side_html(docs: Iterable[Document]) -> str:
    """
    A self-contained page: for each document the passages that changed, before on the left and after on the right.

    Rule and confidence of a change are shown when the mouse rests on it, and per passage in the third column.
    """
    body = []
    for doc in docs:
        body.append(f"<h2>{escape(doc.source.path or doc.doc_id)}</h2>")
        found = list(passages(doc))
        if found:
            rules = "".join(f"<li>{escape(line)}</li>" for line in told(c for p in found for c in p.changes))
            body.append(f"<p>{doc.n_edits} 处改动 · edits</p><ul class='rules'>{rules}</ul>")
            rows = "".join(_row(doc, passage) for passage in found)
            body.append(f"<table><tbody>{rows}</tbody></table>")
        else:
            body.append("<p>无改动 · nothing changed</p>")
        if doc.problems:
            body.append(f"<h3>未改动的疑点 · left as they stand</h3><ul>{''.join(_problems(doc))}</ul>")
    return _PAGE.format(body="\n".join(body))


# How many passages a notebook shows of a document, and how many characters of one without any.
_PASSAGES, _BEGINNING = 5, 300


def cell_html(doc: Document) -> str:
    """What a notebook shows of a document: its name and year, and its first changed passages, or how its text begins."""
    known = doc.metadata
    names = (doc.doc_id, known.title, known.organisation, known.report_year)
    head = " · ".join(escape(str(name)) for name in dict.fromkeys(names) if name is not None)
    counts = f"{len(doc.text):,} characters, {doc.n_edits:,} edits, {len(doc.problems):,} problems on record"
    found = list(islice(passages(doc), _PASSAGES + 1))
    if found:
        shown = f"<table><tbody>{''.join(_row(doc, passage) for passage in found[:_PASSAGES])}</tbody></table>"
    else:
        cut = "…" if len(doc.text) > _BEGINNING else ""
        shown = f"<blockquote>{escape(doc.text[:_BEGINNING]).replace(chr(10), '<br>')}{cut}</blockquote>"
    more = "<p>… edits_frame() has all</p>" if len(found) > _PASSAGES else ""
    return f"<p><b>{head}</b><br>{counts}</p>{shown}{more}"


def _row(doc: Document, passage: Passage) -> str:
    before, after = sides(doc, passage)
    why = "<br>".join(escape(line.partition(":")[0]) for line in told(passage.changes))
    return (
        f"<tr><td>{_html(before, 'del', passage.changes)}</td><td>{_html(after, 'ins', passage.changes)}</td>"
        f"<td class='why'>{why}</td></tr>"
    )


def _problems(doc: Document) -> Iterator[str]:
    for problem in doc.problems:
        where = escape(problem.text)
        if problem.start is not None and problem.end is not None:
            before = doc.text[max(0, problem.start - 12) : problem.start]
            behind = doc.text[problem.end : problem.end + 12]
            where = f"{escape(before)}<mark>{where}</mark>{escape(behind)}"
        yield f"<li><b>{escape(problem.problem)}</b> {where} — {escape(problem.detail)}</li>"


def _html(pieces: Iterable[tuple[str, int | None]], tag: str, changes: Sequence[Change]) -> str:
    shown = []
    for piece, number in pieces:
        if number is None:
            shown.append(escape(piece).replace("\n", "<br>"))
            continue
        change = changes[number]
        doubt = " class=doubtful" if change.confidence < _DOUBTFUL else ""
        shown.append(f"<{tag}{doubt} title='{escape(str(change))}'>{_visible(piece)}</{tag}>")
    return "".join(shown)


def _visible(piece: str) -> str:
    """A changed piece with what nobody sees made visible: line ends, blanks, characters without width."""
    out = []
    for char in piece:
        if char == "\n":
            out.append("<i>↵</i><br>")
        elif char in " \u00a0\u3000\t":
            out.append("<i>␣</i>")
        elif char.isprintable():
            out.append(escape(char))
        elif char != "\r":
            out.append(f"<i>U+{ord(char):04X}</i>")
    return "".join(out)


_PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>union_corpus: before and after</title><style>
body {{ font: 15px/1.7 "Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif; margin: 2rem auto; max-width: 84rem; padding: 0 1rem; color: #222 }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed }}
td {{ border-top: 1px solid #ddd; padding: .4rem .8rem; vertical-align: top; overflow-wrap: anywhere }}
td.why {{ width: 13rem; color: #666; font-size: 12px }}
ul.rules {{ color: #666; font-size: 13px }}
del {{ background: #fde2e0; text-decoration: none }} ins {{ background: #d9f2de; text-decoration: none }}
del i, ins i {{ font-style: normal; color: #b0605a; font-size: .8em }} ins i {{ color: #4a8a5a }}
del:empty, ins:empty {{ border-left: 2px solid #e39b95; margin: 0 1px }} ins:empty {{ border-color: #8fcb9d }}
.doubtful {{ outline: 1px dashed #d08700 }} mark {{ background: #fff0c2 }}
</style></head><body>
<h1>修复前后对照 · before and after</h1>
{body}
</body></html>
"""
