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
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from union_corpus.documents import Document
from union_corpus.errors import FrameError, LexiconError
from union_corpus.lexicon import read_table, table
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

    Where terms overlap, the one that begins first counts, and of those the longest. Blanks, quotation marks and one
    line end may stand inside a term. A short form counts only where it is a word of its own: no 建家 in 建家具.
    Sentences come from ``segments`` where given, else from the nearest 。！？；or line end. ``lexicon`` is the path
    of a ``.tsv`` list of your own, read before the library's, with the columns theme, group, forms (and, where wanted,
    guards: words in which a form stands by chance; needs: words of which one must stand near).

    >>> [(t.theme, t.form, t.start) for t in find_themes("参加“安康杯”竞赛，签订集體合同。")]
    [('安康杯', '安康杯”竞赛', 3), ('集体合同', '集體合同', 12)]
    >>> find_themes("购置建家具材料")
    []
    """
    doc = text if isinstance(text, Document) else None
    whole = doc.text if doc else str(text)
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
    """One way to write a theme, levelled; a guard has no theme and only keeps others from matching inside it."""

    text: str
    theme: str
    group: str
    needs: re.Pattern[str] | None = None


# -- the list -----------------------------------------------------------------------------------------------------


class _Themes:
    """A theme list made ready: one search for all forms and guards."""

    def __init__(self, rows: Iterable[dict[str, str]], path: str | None = None) -> None:
        forms: dict[str, _Form] = {}
        guarded: dict[str, set[str]] = {}
        for number, row in enumerate(rows):
            theme = row.get("theme") or row.get("term", "")
            if not theme.strip():
                raise LexiconError(
                    f"{_line(path, number)}: no theme; a list of themes has the columns theme, group, forms"
                )
            needs = [levelled(word) for word in row.get("needs", "").split("|") if word]
            nearby = re.compile("|".join(map(re.escape, needs))) if needs else None
            written = (row.get("forms") or row.get("aliases", "")).split("|")
            # A row with a condition holds only the forms that need it; the name of the theme does not.
            for form in written if needs else [theme, *written]:
                for spelling in _spellings(form):
                    if len(spelling) == 1:
                        raise LexiconError(
                            f"{_line(path, number)}: the form {form!r} of {theme} is a single character, "
                            "which would match everywhere"
                        )
                    if spelling:
                        forms.setdefault(spelling, _Form(spelling, theme, row.get("group", ""), nearby))
            for guard in filter(None, map(levelled, row.get("guards", "").split("|"))):
                guarded.setdefault(guard, set()).add(theme)
        forms |= {guard: _Form(guard, "", "") for guard in guarded if guard not in forms}
        self.by_text = forms
        self.forms = list(forms.values())
        self.longest = max(map(len, forms), default=0)
        # Guard → the themes it forbids inside itself.
        self.guarded = guarded
        self.search = word_search([form.text for form in self.forms])

    def find(self, text: str) -> Iterator[tuple[_Form, int, int]]:
        """The forms in a text, leftmost-longest, with their places in it."""
        level = level_view(text)
        for form, start, end in self._matches(level.text):
            span = level.span(start, end)
            if span is not None:
                yield form, *span

    def _matches(self, text: str) -> Iterator[tuple[_Form, int, int]]:
        """Leftmost-longest matches; where a guard or an unmet condition rules one out, what is left inside it counts."""
        done = 0
        for index, start, end in self.search(text):
            if start < done:
                continue
            form = self.forms[index]
            if _counts(text, form, start):
                yield form, start, end
                continue
            forbidden: Set[str] = self.guarded.get(form.text, frozenset())
            inside = start
            while inside < end:
                shorter = self._longest_at(text, inside, forbidden)
                if shorter:
                    yield shorter, inside, inside + len(shorter.text)
                    done = inside = inside + len(shorter.text)
                else:
                    inside += 1

    def _longest_at(self, text: str, start: int, forbidden: Set[str]) -> _Form | None:
        """The longest form at a place that counts there and whose theme is not forbidden."""
        for size in range(min(self.longest, len(text) - start), 1, -1):
            form = self.by_text.get(text[start : start + size])
            if form and form.theme not in forbidden and _counts(text, form, start):
                return form
        return None


def _counts(text: str, form: _Form, start: int) -> bool:
    """True for a mention of a theme: no guard, not a piece of another word, and with the words near it that it needs."""
    end = start + len(form.text)
    if not form.theme or not _stands_alone(text, start, end):
        return False
    return form.needs is None or bool(form.needs.search(text[max(0, start - _NEARBY) : end + _NEARBY]))


def _line(path: str | None, number: int) -> str:
    """The place of a row in its file, for an error: rows are counted past comments, empty lines and the heading."""
    if path is None:
        return f"lexicon/themes.tsv, entry {number + 1}"
    lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    rows = [at for at, line in enumerate(lines, start=1) if line.strip() and not line.startswith("#")]
    return f"{path}, line {rows[number + 1]}"


# A needed word is looked for this many characters to either side: about two clauses.
_NEARBY = 30
# Forms up to this length must be words of their own; longer ones are distinctive enough.
_SHORT = 3
_AROUND = 12


def _stands_alone(text: str, start: int, end: int) -> bool:
    """True unless ``text[start:end]`` was cut out of a longer word or number: no 印度 in 印度尼西亚, no 12351 in 412351."""
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
    return start in borders and end in borders


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
        return _own_themes()
    try:
        state = Path(path).stat()
    except OSError as error:
        raise LexiconError(f"cannot read the word list {path}: {error}") from error
    return _themes_in(str(path), state.st_mtime_ns, state.st_size)


@cache
def _own_themes() -> _Themes:
    return _Themes(table("themes"))


@lru_cache(maxsize=8)
def _themes_in(path: str, changed: int, size: int) -> _Themes:
    """A list from a file with the library's after it; one that was edited since is read anew."""
    own = read_table(path)
    if own and not {"theme", "term", "indicator"}.intersection(own[0]):
        raise LexiconError(f"{path}: no column named theme; the heading has {', '.join(own[0])}")
    # A list of indicators has no themes.
    own = [] if own and not {"theme", "term"}.intersection(own[0]) else own
    return _Themes([*own, *table("themes")], path)


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
