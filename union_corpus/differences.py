"""Before and after: what a repair changed, told by the recorded edits themselves, for a terminal or a browser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from union_corpus.documents import Document


@dataclass(frozen=True)
class Change:
    """A stretch that differs: ``original[original_start:original_end]`` became ``text[start:end]``, by these rules."""

    original_start: int
    original_end: int
    start: int
    end: int
    rules: tuple[str, ...]


def changes(doc: Document) -> list[Change]:
    """
    Every stretch in which the text differs from the original, in order; edits that touch are told as one.

    >>> from union_corpus.documents import Edit
    >>> doc = Document.from_text("工会(huì)工作袁").apply("pinyin", [Edit(2, "(huì)", "")])
    >>> changes(doc.apply("founder_shift", [Edit(4, "袁", "，")]))[0]
    Change(original_start=2, original_end=7, start=2, end=2, rules=('pinyin',))
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
            found.append(Change(original_start, original_end, start, end, (repair.rule,)))
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


def marked(text: str, start: int, end: int, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """The pieces of ``text[start:end]`` in order, each with whether it lies inside one of the spans."""
    done = start
    for low, high in spans:
        if low > done:
            yield text[done:low], False
        if high > max(low, done):
            yield text[max(low, done) : high], True
        done = max(done, high)
    if end > done:
        yield text[done:end], False


def side_by_side_html(docs: Iterable[Document]) -> str:
    """A self-contained page: for each document the passages that changed, before on the left and after on the right."""
    body = []
    for doc in docs:
        body.append(f"<h2>{escape(doc.source.path or doc.doc_id)}</h2>")
        rows = []
        for passage in passages(doc):
            before = marked(
                doc.original,
                passage.original_start,
                passage.original_end,
                ((change.original_start, change.original_end) for change in passage.changes),
            )
            after = marked(
                doc.text, passage.start, passage.end, ((change.start, change.end) for change in passage.changes)
            )
            why = ", ".join(dict.fromkeys(rule for change in passage.changes for rule in change.rules))
            rows.append(
                f"<tr title='{escape(why)}'><td>{_html(before, 'del')}</td><td>{_html(after, 'ins')}</td>"
                f"<td class='why'>{escape(why)}</td></tr>"
            )
        body.append(f"<table><tbody>{''.join(rows)}</tbody></table>" if rows else "<p>无改动 · nothing changed</p>")
        if doc.problems:
            items = "".join(
                f"<li><b>{escape(problem.problem)}</b> {escape(problem.text)} — {escape(problem.detail)}</li>"
                for problem in doc.problems
            )
            body.append(f"<h3>未改动的疑点 · left as they stand</h3><ul>{items}</ul>")
    return _PAGE.format(body="\n".join(body))


def _html(pieces: Iterable[tuple[str, bool]], tag: str) -> str:
    shown = (f"<{tag}>{escape(piece)}</{tag}>" if changed else escape(piece) for piece, changed in pieces)
    return "".join(shown).replace("\n", "<br>")


_PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>union_corpus: before and after</title><style>
body {{ font: 15px/1.7 "Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif; margin: 2rem auto; max-width: 80rem; color: #222 }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed }}
td {{ border-top: 1px solid #ddd; padding: .4rem .8rem; vertical-align: top; overflow-wrap: anywhere }}
td.why {{ width: 9rem; color: #777; font-size: 12px }}
del {{ background: #fde2e0; text-decoration: none }} ins {{ background: #d9f2de; text-decoration: none }}
</style></head><body>
<h1>修复前后对照 · before and after</h1>
{body}
</body></html>
"""
