"""
Themes: which campaigns, institutions and duties a report speaks of, and in which sentence.

The list is ``lexicon/themes.tsv``; matching is leftmost-longest on the text itself, in either script, and sees through
what layout and quotation put inside a term (“安康杯”竞赛, 安\\n康杯).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from union_corpus.documents import Document
from union_corpus.errors import LexiconError
from union_corpus.lexicon import read_table, table
from union_corpus.scripts import SimplifiedView, simplify, simplify_view
from union_corpus.tokens import Tokenizer

if TYPE_CHECKING:
    from union_corpus.segments import Segment


@dataclass(frozen=True, slots=True)
class Theme:
    """
    One mention of a theme: ``text[start:end]`` is ``form``, as printed; ``theme`` and ``group`` are its names in the list.

    The attributes are the columns of ``themes_frame``; ``doc_id`` and ``report_year`` are None for a bare string.
    """

    theme: str
    group: str
    form: str
    start: int
    end: int
    sentence: str = ""
    doc_id: str | None = None
    report_year: int | None = None


def find_themes(
    text: str | Document,
    *,
    segments: Sequence[Segment] | None = None,
    lexicon: str | Path | None = None,
) -> list[Theme]:
    """
    The themes of a text in order, each with its place, its printed form and the sentence around it.

    Where terms overlap, the one that begins first counts, and of those the longest. Blanks, quotation marks and one
    line end may stand inside a term. A short form counts only where it is a word of its own: no 建家 in 建家具.
    Sentences come from ``segments`` where given, else from the nearest 。！？；or line end. ``lexicon`` is the path
    of a ``.tsv`` list to use instead of the library's, with the columns theme, group, forms (and guards).

    >>> [(t.theme, t.form, t.start) for t in find_themes("参加“安康杯”竞赛，签订集體合同。")]
    [('安康杯', '安康杯”竞赛', 3), ('集体合同', '集體合同', 12)]
    >>> find_themes("购置建家具材料")
    []
    """
    doc = text if isinstance(text, Document) else None
    whole = doc.text if doc else str(text)
    themes = _themes(str(lexicon) if lexicon is not None else None)
    found = []
    sentence_at = _sentences(whole, segments)
    for form, start, end in themes.find(whole):
        found.append(
            Theme(
                theme=form.theme,
                group=form.group,
                form=whole[start:end],
                start=start,
                end=end,
                sentence=sentence_at(start, end),
                doc_id=doc.doc_id if doc else None,
                report_year=doc.metadata.report_year if doc else None,
            )
        )
    return found


class _Form(NamedTuple):
    """One way to write a theme, levelled; a guard has no theme and only keeps others from matching inside it."""

    text: str
    theme: str
    group: str


# -- levelling: what may stand inside a term ----------------------------------------------------------------------

# Blanks, quotation marks, interpuncts and soft breaks are passed over.
_IGNORED = " \t\u3000\xa0\u200b\ufeff“”‘’\"'「」『』〝〞＂＇·•・‧●﹒\n\r"
_IGNORED_RUN = re.compile(f"[{re.escape(_IGNORED)}]+")
# More than one line end (an empty line) never stands inside a term, nor does a long gap.
_LONGEST_GAP = 6


class _Level:
    """A simplified view with everything ignorable taken out, and the way back to the text."""

    def __init__(self, text: str) -> None:
        self.view: SimplifiedView = simplify_view(text)
        pieces: list[str] = []
        self.starts: list[int] = [0]  # places in the levelled text where a new stretch begins …
        self.origins: list[int] = [0]  # … and where that stretch begins in the view
        self.wide: list[int] = []  # places in the levelled text that no term may reach across
        length = done = 0
        for gap in _IGNORED_RUN.finditer(self.view.text):
            pieces.append(self.view.text[done : gap.start()])
            length += gap.start() - done
            done = gap.end()
            self.starts.append(length)
            self.origins.append(done)
            if gap.end() - gap.start() > 1:
                blank = gap.group()
                if len(blank) > _LONGEST_GAP or blank.count("\n") + blank.count("\r") - blank.count("\r\n") > 1:
                    self.wide.append(length)
        pieces.append(self.view.text[done:])
        self.text = "".join(pieces)

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The span in the text given of ``level.text[start:end]``; None where it reaches across a wide gap."""
        wide = bisect_right(self.wide, start)
        if wide < len(self.wide) and self.wide[wide] < end:
            return None
        return self.view.span(self._origin(start), self._origin(end - 1) + 1)

    def _origin(self, place: int) -> int:
        at = bisect_right(self.starts, place) - 1
        return self.origins[at] + place - self.starts[at]


def _levelled(form: str) -> str:
    return _IGNORED_RUN.sub("", simplify(form, taiwan_terms=False))


# -- the list -----------------------------------------------------------------------------------------------------


class _Themes:
    """A theme list made ready: one search for all forms and guards."""

    def __init__(self, rows: Iterable[dict[str, str]], name: str) -> None:
        forms: dict[str, _Form] = {}
        guards: set[str] = set()
        for number, row in enumerate(rows, start=1):
            missing = {"theme", "group", "forms"} - row.keys()
            if missing:
                raise LexiconError(f"{name}: no column named {', '.join(sorted(missing))}")
            if not row["theme"].strip():
                raise LexiconError(f"{name}, entry {number}: no theme in the first column")
            for written in dict.fromkeys([row["theme"], *row["forms"].split("|")]):
                for form in _spellings(written):
                    if len(form) < 2:
                        if not form:
                            continue
                        raise LexiconError(f"{name}, entry {number}: the form {written!r} is too short to be a theme")
                    forms.setdefault(form, _Form(form, row["theme"], row["group"]))
            guards.update(filter(None, map(_levelled, row.get("guards", "").split("|"))))
        forms |= {guard: _Form(guard, "", "") for guard in guards - forms.keys()}
        self.forms = list(forms.values())
        self.search = _searcher([form.text for form in self.forms])

    def find(self, text: str) -> Iterator[tuple[_Form, int, int]]:
        level = _Level(text)
        for index, start, end in self.search(level.text):
            form = self.forms[index]
            if not form.theme or (len(form.text) <= _SHORT and not _is_word(level.text, start, end)):
                continue
            span = level.span(start, end)
            if span is not None:
                yield form, *span


# Forms up to this length must be words of their own; longer ones are distinctive enough.
_SHORT = 3
_AROUND = 12


def _is_word(text: str, start: int, end: int) -> bool:
    """True where the borders of ``text[start:end]`` do not cut a word of the words around."""
    low = max(0, start - _AROUND)
    borders = {low}
    place = low
    for word in _plain_tokenizer().tokenize(text[low : end + _AROUND]):
        place += len(word)
        borders.add(place)
    return start in borders and end in borders


@cache
def _plain_tokenizer() -> Tokenizer:
    return Tokenizer()


def _spellings(form: str) -> Iterator[str]:
    """A form as matched: with its own 、 or ， and with each of what prints put there instead."""
    level = _levelled(form)
    yield level
    if _LIST_MARK.search(level):
        for mark in ("、", "，", ",", ""):
            yield _LIST_MARK.sub(mark, level)
    if "（" in level:
        yield level.replace("（", "(").replace("）", ")")
        yield level.replace("（", "").replace("）", "")


_LIST_MARK = re.compile("[、，,]")


def _searcher(words: list[str]) -> Callable[[str], Iterable[tuple[int, int, int]]]:
    """A function that finds words leftmost-longest, as (index, start, end)."""
    try:
        import ahocorasick_rs
    except ImportError:
        return _re_searcher(words)
    automaton = ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def find(text: str) -> Iterable[tuple[int, int, int]]:
        return automaton.find_matches_as_indexes(_SURROGATE.sub("\ufffd", text))

    return find


_SURROGATE = re.compile("[\ud800-\udfff]")


def _re_searcher(words: list[str]) -> Callable[[str], Iterable[tuple[int, int, int]]]:
    """The same by a regular expression: alternatives with the longest first are leftmost-longest."""
    if not words:
        return lambda text: ()
    index = {word: number for number, word in enumerate(words)}
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
    return lambda text: ((index[match.group()], match.start(), match.end()) for match in pattern.finditer(text))


@lru_cache(maxsize=8)
def _themes(path: str | None) -> _Themes:
    if path is None:
        return _Themes(table("themes"), "lexicon/themes.tsv")
    return _Themes(read_table(path), path)


# -- sentences ----------------------------------------------------------------------------------------------------

_SENTENCE_END = re.compile("[。！？!?；;][”’」』）)]*|[\r\n]+")


def _sentences(text: str, segments: Sequence[Segment] | None) -> Callable[[int, int], str]:
    """A function that gives the sentence around a span."""
    if segments is not None:
        spans = sorted((one.start, one.end) for one in segments if one.kind == "sentence")
        starts = [start for start, _ in spans]

        def from_segments(start: int, end: int) -> str:
            first = bisect_right(starts, start) - 1
            if first < 0 or spans[first][1] <= start:
                return text[start:end]
            last = max(first, bisect_right(starts, end - 1) - 1)
            return text[spans[first][0] : max(spans[last][1], end)].strip()

        return from_segments

    ends = [0]
    ends += [match.end() for match in _SENTENCE_END.finditer(text)]

    def nearest(start: int, end: int) -> str:
        first = bisect_right(ends, start) - 1
        last = bisect_right(ends, end - 1)
        return text[ends[first] : ends[last] if last < len(ends) else len(text)].strip()

    return nearest
