"""
Themes: which campaigns, institutions and duties a report speaks of, and in which sentence.

The list is ``lexicon/themes.tsv``; matching is leftmost-longest on the text itself, in either script, and sees through
what layout and quotation put inside a term (“安康杯”竞赛, 安\\n康杯).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from union_corpus.documents import Document, text_of
from union_corpus.errors import FrameError, LexiconError
from union_corpus.lexicon import file_state, read_table, row_place, table
from union_corpus.scripts import level_view, levelled
from union_corpus.searches import word_search
from union_corpus.tables import INTEGER, NUMBER, TEXT, TRUTH
from union_corpus.tokens import Tokenizer

if TYPE_CHECKING:
    import pandas as pd

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

    Where terms overlap, the one that begins first counts, and of those the longest; a term that names two themes gives
    both at one place (农民工工资: the workers, and their unpaid wages). Blanks, quotation marks and one line end may stand
    inside a term. A short form counts only where it is a word of its own: no 建家 in 建家具. Sentences come from
    ``segments`` where given, else from the nearest 。！？；or line end.

    ``lexicon`` is the path of a ``.tsv`` list of your own, read before the library's, with the columns theme, group,
    forms, and where wanted: guards (words in which a form stands by chance), needs (of these words one must stand near)
    and unless (of these none may stand in the clause). In a form 签订/续签…合同, … leaves room for a few words of the clause
    and / divides what may stand in one place; what is found reaches from the first part to the last, with other themes
    inside it.

    >>> [(t.theme, t.form, t.start) for t in find_themes("参加“安康杯”竞赛，签订集體合同。")]
    [('安康杯', '安康杯”竞赛', 3), ('集体合同', '集體合同', 12)]
    >>> [(t.theme, t.form) for t in find_themes("年内帮助12户特困职工的子女就业")]
    [('就业援助', '帮助12户特困职工的子女就业'), ('困难职工', '特困职工')]
    >>> find_themes("购置建家具材料")
    []
    """
    doc = text if isinstance(text, Document) else None
    whole = text_of(text, "find_themes")
    themes = _themes(lexicon)
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
    """
    One way to write a theme, levelled, and on what conditions it counts.

    ``rest`` must follow in the same clause, one of ``needs`` must stand near, none of ``unless`` in the clause.
    """

    text: str
    theme: str
    group: str
    rest: re.Pattern[str] | None = None
    needs: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None


# -- the list -----------------------------------------------------------------------------------------------------


class _Themes:
    """A theme list made ready: one search for all forms and guards. A person's own list comes before the library's."""

    def __init__(
        self, library: Iterable[dict[str, str]], own: Iterable[dict[str, str]] = (), path: str | None = None
    ) -> None:
        forms, guarded = _forms(own, path)
        more, more_guarded = _forms(library, None)
        self.by_text = more | forms
        # Guard → the themes it forbids inside itself.
        self.guarded = {
            guard: guarded.get(guard, set()) | more_guarded.get(guard, set()) for guard in guarded | more_guarded
        }
        self.words = list(dict.fromkeys([*self.by_text, *self.guarded]))
        # The first two characters of a form → the lengths of the forms that begin so, the longest first.
        lengths: dict[str, set[int]] = {}
        for text in self.by_text:
            lengths.setdefault(text[:2], set()).add(len(text))
        self.lengths = {begins: sorted(found, reverse=True) for begins, found in lengths.items()}
        # What counts wherever it stands; the rest is asked for its conditions and its neighbours.
        self.settled = [self._forms_everywhere(word) for word in self.words]
        self.gates: dict[str, re.Pattern[str] | None] = {}
        self.search = word_search(self.words)

    def find(self, text: str) -> Iterator[tuple[_Form, int, int]]:
        """The forms in a text, leftmost-longest, with their places in it."""
        level = level_view(text)
        for form, start, end in _told_once(list(self._matches(level.text))):
            span = level.span(start, end)
            if span is not None:
                yield form, *span

    def _matches(self, text: str) -> Iterator[tuple[_Form, int, int]]:
        """Leftmost-longest matches; where a guard or an unmet condition rules one out, what is left inside it counts."""
        done = 0
        for index, start, end in self.search(text):
            if start < done:
                continue
            settled = self.settled[index]
            if settled:
                for form in settled:
                    yield form, start, end
                done = end
                continue
            word = self.words[index]
            forbidden: Set[str] = self.guarded.get(word, frozenset())
            inside = start
            while inside < end:
                if text[inside : inside + 2] not in self.lengths:
                    inside += 1
                    continue
                size, found = self._longest_at(text, inside, end if inside == start else len(text), forbidden)
                yield from ((form, inside, stop) for form, stop in found)
                inside += size
                if found:
                    done = inside

    def _longest_at(self, text: str, start: int, last: int, forbidden: Set[str]) -> tuple[int, list[tuple[_Form, int]]]:
        """The length of the longest word at a place that names themes there, with what it names and where that ends."""
        for size in self.lengths[text[start : start + 2]]:
            if start + size > last:
                continue
            word = text[start : start + size]
            forms = self.by_text.get(word)
            if forms is None:
                continue
            gate = self._gate(word, forms)
            if gate and not gate.match(text, start + size):
                continue
            found = [
                (form, end) for form in forms if form.theme not in forbidden and (end := _counts(text, form, start))
            ]
            if found:
                return size, sorted(found, key=lambda named: -named[1])
        return 1, []

    def _forms_everywhere(self, word: str) -> tuple[_Form, ...]:
        """The forms of a word too long to be cut out of another, where none of them has a condition."""
        forms = self.by_text.get(word, ())
        if len(word) <= _SHORT or word in self.guarded or _LATIN.match(word) or _LATIN.match(word[-1]):
            return ()
        return () if any(form.rest or form.needs or form.unless for form in forms) else forms

    def _gate(self, word: str, forms: Sequence[_Form]) -> re.Pattern[str] | None:
        """What follows some form of a word that is but the first part of all its forms (开展, 发展): one look for all."""
        if word not in self.gates:
            rests = [form.rest.pattern.removeprefix(_ROOM) for form in forms if form.rest]
            open_ = len(rests) < len(forms)
            self.gates[word] = None if open_ else re.compile(f"{_ROOM}(?:{'|'.join(rests)})")
        return self.gates[word]


def _forms(
    rows: Iterable[dict[str, str]], path: str | None
) -> tuple[dict[str, tuple[_Form, ...]], dict[str, set[str]]]:
    """The forms of a list by their first part, and its guards with the themes they forbid."""
    forms: dict[str, dict[str, _Form]] = {}
    guarded: dict[str, set[str]] = {}
    for number, row in enumerate(rows):
        theme = row.get("theme") or row.get("term", "")
        if not theme.strip():
            raise LexiconError(f"{_line(path, number)}: no theme; a list of themes has the columns theme, group, forms")
        needs, unless = (_any_of(row.get(column, "").split("|")) for column in ("needs", "unless"))
        written = (row.get("forms") or row.get("aliases", "")).split("|")
        # A row with a condition holds only the forms that need it; the name of the theme does not.
        for form in written if needs or unless else [theme, *written]:
            first, gap, last = form.partition("…")
            if gap and not (first and last):
                raise LexiconError(
                    f"{_line(path, number)}: the form {form!r} of {theme} needs words on both sides of …"
                )
            rest = _any_of(last.split("/"), before=_ROOM) if gap else None
            heads = first.split("/") if gap else [first]
            for spelling in filter(None, chain.from_iterable(map(_spellings, heads))):
                if len(spelling) == 1:
                    raise LexiconError(
                        f"{_line(path, number)}: the form {form!r} of {theme} is a single character, "
                        "which would match everywhere"
                    )
                conditions = f"{rest}{needs}{unless}"
                named = _Form(spelling, theme, row.get("group", ""), rest, needs, unless)
                forms.setdefault(spelling, {}).setdefault(theme + conditions, named)
        for guard in filter(None, map(levelled, row.get("guards", "").split("|"))):
            guarded.setdefault(guard, set()).add(theme)
    return {text: tuple(named.values()) for text, named in forms.items()}, guarded


def _told_once(matches: Sequence[tuple[_Form, int, int]]) -> Iterator[tuple[_Form, int, int]]:
    """Matches but for those in two parts that hold a plain form of their theme (开展月度劳动竞赛), and what overlaps them."""
    told: dict[str, int] = {}
    for at, (form, start, end) in enumerate(matches):
        if start < told.get(form.theme, 0) or (
            form.rest and _holds_plain(form.theme, end, islice(matches, at + 1, None))
        ):
            continue
        told[form.theme] = end
        yield form, start, end


def _holds_plain(theme: str, end: int, following: Iterable[tuple[_Form, int, int]]) -> bool:
    inside = takewhile(lambda match: match[1] < end, following)
    return any(form.theme == theme and not form.rest for form, _, _ in inside)


def _any_of(words: Iterable[str], *, before: str = "") -> re.Pattern[str] | None:
    """An expression for any of some words; None where there are none."""
    known = [re.escape(levelled(word)) for word in words if word]
    return re.compile(f"{before}(?:{'|'.join(known)})") if known else None


def _counts(text: str, form: _Form, start: int) -> int | None:
    """Where a mention of a theme ends; None where a condition is not met or the form is a piece of another word."""
    after = start + len(form.text)
    end = after
    if form.rest:
        rest = form.rest.match(text, after)
        if not rest:
            return None
        end = rest.end()
    if form.needs and not form.needs.search(text, max(0, start - _NEARBY), end + _NEARBY):
        return None
    if form.unless:
        opens = _CLAUSE_OPENS.search(text, max(0, start - _NEARBY), start)
        closes = _CLAUSE_END.search(text, end, end + _NEARBY)
        clause = opens.start() if opens else start, closes.start() if closes else end + _NEARBY
        if form.unless.search(text, *clause):
            return None
    return end if _stands_alone(text, start, after, goes_on=form.rest is not None) else None


def _line(path: str | None, number: int) -> str:
    """Where a row of a list stands, for an error."""
    if path is None:
        return f"lexicon/themes.tsv, entry {number + 1}"
    return row_place(path, number)


# A needed word is looked for this many characters to either side: about two clauses.
_NEARBY = 30
# What may stand in the place of … : a few words of the same clause.
_ROOM = "[^，。；！？：,;!?:（(《》]{0,14}?"
_CLAUSE_END = re.compile("[，。；！？：,;!?:]")
_CLAUSE_OPENS = re.compile("[^，。；！？：,;!?:]+$")
# Forms up to this length must be words of their own; longer ones are distinctive enough.
_SHORT = 3
_AROUND = 12


def _stands_alone(text: str, start: int, end: int, *, goes_on: bool) -> bool:
    """
    True unless ``text[start:end]`` was cut out of a longer word or number: no 印度 in 印度尼西亚, no 12351 in 412351.

    Of a form that ``goes_on`` the end may stand inside a word (消除隐患).
    """
    if _LATIN.match(text, start) and _LATIN.match(text, start - 1 if start else len(text)):
        return False
    if _LATIN.match(text, end - 1) and _LATIN.match(text, end):
        return False
    if end - start > _SHORT:
        return True
    low = max(0, start - _AROUND)
    borders = {low}
    place = low
    for word in _WORDS.cut(text[low : end + _AROUND]):
        place += len(word)
        borders.add(place)
    return start in borders and (goes_on or end in borders)


_LATIN = re.compile("[0-9A-Za-z]")
# Guessed words would claim characters at random (新增建会 as 新 增建会), and union terms would always win (劳动美 in
# 劳动美丽), so only words of the common dictionary have a say.
_WORDS = Tokenizer(union_terms=False, new_words=False)


def _spellings(form: str) -> Iterator[str]:
    """A form as matched: with its own 、 or ， and with each of what prints put there instead."""
    level = levelled(form)
    yield level
    if _LIST_MARK.search(level):
        for mark in ("、", "，", ",", ""):
            yield _LIST_MARK.sub(mark, level)
    if "（" in level:
        yield level.replace("（", "(").replace("）", ")")
        yield level.replace("（", "").replace("）", "")


_LIST_MARK = re.compile("[、，,]")


def _themes(path: str | Path | None) -> _Themes:
    if path is None:
        return _packaged_themes()
    return _themes_in(*file_state(path))


@cache
def _packaged_themes() -> _Themes:
    return _Themes(table("themes"))


@lru_cache(maxsize=8)
def _themes_in(path: str, changed: int, size: int) -> _Themes:
    """A list from a file with the library's after it; one that was edited since is read anew."""
    own = read_table(path)
    if own and not {"theme", "term", "indicator"}.intersection(own[0]):
        raise LexiconError(f"{path}: no column named theme; the heading has {', '.join(own[0])}")
    # A list of indicators has no themes.
    own = [] if own and not {"theme", "term"}.intersection(own[0]) else own
    return _Themes(table("themes"), own, path)


# -- tables of themes ---------------------------------------------------------------------------------------------

THEME_NUMBERS = {
    "doc_id": TEXT,
    "report_year": INTEGER,
    "theme": TEXT,
    "group": TEXT,
    "form": TEXT,
    "indicator": TEXT,
    "period": TEXT,
    "value": NUMBER,
    "unit": TEXT,
    "status": TEXT,
    "text": TEXT,
    "start": INTEGER,
    "end": INTEGER,
    "distance": INTEGER,
    "nearest": TRUTH,
    "sentence": TEXT,
}


def theme_counts_frame(themes: pd.DataFrame, *, by: str | Sequence[str] = ("report_year", "theme")) -> pd.DataFrame:
    """
    How often themes are mentioned, and in how many reports, for each value of some columns of a themes table.

    ``themes`` is ``corpus.themes_frame()``, corrected by hand if you like. A missing report year is a value of its own,
    so that no mention goes uncounted. Columns: those of ``by``, then count, n_docs; in the order of ``by``.

    >>> from union_corpus.tables import THEMES, frame, rows_of
    >>> found = frame(rows_of(find_themes("送温暖、送温暖和金秋助学"), THEMES), THEMES)
    >>> theme_counts_frame(found, by="theme").values.tolist()
    [['送温暖', 2, 0], ['金秋助学', 1, 0]]
    """
    columns = [by] if isinstance(by, str) else list(by)
    missing = [name for name in (*columns, "doc_id") if name not in themes.columns]
    if missing:
        raise FrameError(f"the themes table has no column {', '.join(missing)}; it has {', '.join(themes.columns)}")
    grouped = themes.groupby(columns, dropna=False, sort=True)
    counts = grouped.agg(count=("doc_id", "size"), n_docs=("doc_id", "nunique")).reset_index()
    return counts.astype({"count": INTEGER, "n_docs": INTEGER})


_BEHIND = 5


def theme_numbers_frame(themes: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """
    The figures that stand in one sentence with a theme: how many took part in 劳动竞赛, what 送温暖 cost.

    One row a theme and figure; ``distance`` counts the characters between the two, and ``nearest`` marks the mention
    that stands closest to the figure, where one behind it counts as five characters farther off, for a figure mostly
    follows what it counts. That a figure stands near a theme does not make it a figure of the theme: read
    ``indicator`` beside it. Missing values stay missing.

    Columns: doc_id, report_year, theme, group, form, indicator, period, value, unit, status, text, start, end (of the
    figure), distance, nearest, sentence.
    """
    for name, table_given, needed in (
        ("themes", themes, ("doc_id", "report_year", "theme", "group", "form", "start", "end", "sentence")),
        ("indicators", indicators, ("doc_id", "indicator", "period", "value", "unit", "status", "text", "sentence")),
    ):
        missing = [column for column in needed if column not in table_given.columns]
        if missing:
            raise FrameError(f"the {name} table has no column {', '.join(missing)}")
    figures = indicators[
        ["doc_id", "indicator", "period", "value", "unit", "status", "text", "start", "end", "sentence"]
    ]
    mentions = themes[["doc_id", "report_year", "theme", "group", "form", "start", "end", "sentence"]]
    both = mentions.merge(figures, on=["doc_id", "sentence"], suffixes=("_theme", ""))
    gap = (both["start"] - both["end_theme"]).where(
        both["start"] >= both["start_theme"], both["start_theme"] - both["end"]
    )
    both["distance"] = gap.clip(lower=0)
    # The same sentence may be printed twice in a report; a mention goes with the figures of its own one.
    both = both[both["distance"] <= both["sentence"].str.len()]
    both["reach"] = both["distance"] + (both["start_theme"] > both["start"]) * _BEHIND
    both = both.sort_values(["doc_id", "start", "end", "reach"], kind="stable")
    both["nearest"] = ~both.duplicated(["doc_id", "start", "end", "indicator"])
    both = both.sort_values(["doc_id", "start", "end", "start_theme"], kind="stable")
    return both[list(THEME_NUMBERS)].astype(THEME_NUMBERS).reset_index(drop=True)


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
