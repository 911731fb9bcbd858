"""
The vocabulary of indicators: which code a named figure with its unit is counted under.

The words live in ``lexicon/indicators.tsv``; a user's own rows are put before them. Rows are weighed against one another:

- ``words``: the row is worth the characters of its longest alternative in the figure's own words (=会员 must be all of them);
- ``context``: one of these must stand in those words or near them, and adds half its length; found only farther off (the
  sentences before) it opens the row, at a loss;
- ``against``: one of these near the figure speaks for another row;
- ``without``: one of these in the figure's own words shuts the row out;
- a figure told among others is rather of their group than of another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from union_corpus import lexicon
from union_corpus.errors import LexiconError
from union_corpus.searches import Search, every_place

Rows = Iterable[Mapping[str, str]]

_COLUMNS = ("code", "name", "group", "units", "measure", "stat", "words", "context", "against", "without", "example")


class Word(NamedTuple):
    """One alternative of a row: all ``parts`` must stand in the name; ``whole`` means the name must be just that."""

    parts: tuple[str, ...]
    whole: bool
    weight: int


class Entry(NamedTuple):
    """A row of the vocabulary."""

    code: str
    name: str
    group: str
    units: frozenset[str]
    measure: str
    stat: str
    words: tuple[Word, ...]
    context: tuple[Word, ...]  # longest first
    against: tuple[Word, ...]
    without: tuple[Word, ...]  # those of several parts
    never: re.Pattern[str] | None  # those of one part
    own: bool


class Coded(NamedTuple):
    """The code of a figure, how strongly its words speak for it, and by how much it beats the next."""

    entry: Entry
    score: float
    margin: float


class Around(NamedTuple):
    """What stands around a figure's own words: its sentence and heading, the sentences before, the group told last."""

    near: str
    far: str = ""
    group: str = ""


class _Held(NamedTuple):
    """A word as it is looked for by its first part: its row, its other parts, its worth there."""

    row: int
    others: tuple[str, ...]
    whole: str  # what the name must be, where the word is to be the whole name
    worth: float


class _Search(NamedTuple):
    """The first parts of words as they are looked for, and under each the words that begin with it."""

    find: Search
    words: list[list[_Held]]


class Vocabulary:
    """Entries by unit, found through the first part of their words."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        # unit, and whether rates of growth are asked for → the first part of a word → its entries
        self._index: dict[tuple[str, bool], dict[str, list[_Held]]] = {}
        for at, entry in enumerate(self.entries):
            for (first, *others), whole, weight in entry.words:
                held = _Held(at, tuple(others), first if whole else "", weight + (_WHOLE_NAME if whole else 0.0))
                for unit in (*entry.units, ""):
                    index = self._index.setdefault((unit, entry.measure == "growth"), {})
                    index.setdefault(first, []).append(held)
        self._searches: dict[tuple[str, bool], _Search] = {}

    def _worths(self, name: str, unit: str, growth: bool) -> dict[int, float]:
        """The rows whose words a name holds, each with the worth of the longest of these."""
        asked = unit, growth
        if asked not in self._searches:
            index = self._index.get(asked, {})
            self._searches[asked] = _Search(every_place(list(index)), list(index.values()))
        find, words = self._searches[asked]
        found: dict[int, float] = {}
        bare_name = ""
        for number in {number for number, _, _ in find(name)}:
            for row, others, whole, worth in words[number]:
                if worth <= found.get(row, 0.0):
                    continue
                if whole and whole != name:
                    bare_name = bare_name or bare(name)
                    if whole != bare_name:
                        continue
                if not others or all(part in name for part in others):
                    found[row] = worth
        return found

    def code(self, name: str, around: Around, unit: str | None, *, growth: bool = False) -> Coded | None:
        """
        The best entry for a name, the figure's own words. A figure without unit may be any row's, and None asks for
        rows of any unit; rows that are rates of growth themselves are asked for with ``growth``.
        """
        best: int | None = None
        best_score = next_score = 0.0
        for at, worth in sorted(self._worths(name, unit or "", growth).items()):
            if unit is None and worth < _LONG_ENOUGH:
                continue
            score = _score(self.entries[at], worth, name, around)
            if score > best_score:
                best, best_score, next_score = at, score, best_score
            elif score > next_score:
                next_score = score
        if best is None or best_score < _LEAST:
            return None
        return Coded(self.entries[best], best_score, best_score - next_score)


# An alternative found word for word in the name weighs its length; one that is the whole name a little more, since
# short names (职工, 企业) would else never win against a longer part of the context.
_WHOLE_NAME = 3.0
_CONTEXT = 0.5
_NO_CONTEXT = 1.0
_FAR = -0.5
_LONG = 3.0
_AGAINST = -3.0
_SAME_GROUP = 0.25
_LEAST = 1.0
# Where the unit tells nothing, the words must tell more.
_LONG_ENOUGH = 4.0
_OWN_ROW = 100.0
# Words that say how many and nothing more; a name without them is the bare thing.
_EMPTY_WORDS = ("总数", "总人数", "人数", "数量", "户数", "家数", "总量", "数")


_OWNER = re.compile(
    r"^(?:全?(?:集团|公司|市|省|区|县|镇|乡|厂|矿|校|院|局|国|系统|行业|处|段|场|街道)|医院|学校|机关|全体|现有|共有|拥有|有|在册|单位|企业(?=职工$|员工$)|本)+(?=..)"
)


def bare(name: str) -> str:
    """A name without its counting words and whose it is: 集团职工总数 → 职工."""
    name = _OWNER.sub("", name)
    for word in _EMPTY_WORDS:
        if name.endswith(word) and len(name) > len(word):
            return name[: -len(word)]
    return name


def _found(words: Iterable[Word], text: str) -> int:
    """The weight of the first of some words that a text holds, 0 where it holds none."""
    for parts, _, weight in words:
        if parts[0] in text and (len(parts) == 1 or all(part in text for part in parts)):
            return weight
    return 0


def _score(entry: Entry, worth: float, name: str, around: Around) -> float:
    if (entry.never is not None and entry.never.search(name)) or _found(entry.without, name):
        return 0.0
    if entry.context:
        near = _found(entry.context, name + "\n" + around.near)
        if near:
            worth += _CONTEXT * near
        elif worth >= _LONG and _found(entry.context, around.far):
            worth += _FAR
        else:
            return 0.0
    else:
        worth += _NO_CONTEXT
    if _found(entry.against, around.near):
        worth += _AGAINST
    if entry.group == around.group:
        worth += _SAME_GROUP
    return max(worth, 0.0) + (_OWN_ROW if entry.own else 0.0)


def _word(text: str) -> Word:
    whole = text.startswith("=")
    parts = tuple(part for part in text.lstrip("=").split("+") if part)
    return Word(parts, whole, sum(map(len, parts)))


def _words(cell: str) -> list[Word]:
    return [_word(word) for word in cell.split("|") if word.strip("=+ ")]


def _entry(row: Mapping[str, str], *, own: bool, place: Callable[[], str]) -> Entry:
    code = row.get("code", "").strip()
    words = tuple(_words(row.get("words", "")))
    without = _words(row.get("without", ""))
    never = [word.parts[0] for word in without if len(word.parts) == 1]
    units = frozenset(unit.strip() for unit in row.get("units", "").split("|") if unit.strip())
    if not code or not words or not units:
        lacking = ", ".join(name for name, there in (("code", code), ("words", words), ("units", units)) if not there)
        raise LexiconError(
            f"{place()}: a row without {lacking}; every indicator needs a code, at least one word and at least one unit "
            "(lists are divided by |)"
        )
    return Entry(
        code,
        row.get("name", "").strip() or code,
        row.get("group", "").strip(),
        units,
        row.get("measure", "").strip() or "level",
        row.get("stat", "").strip(),
        words,
        tuple(sorted(_words(row.get("context", "")), key=lambda word: -word.weight)),
        tuple(_words(row.get("against", ""))),
        tuple(word for word in without if len(word.parts) > 1),
        re.compile("|".join(re.escape(word) for word in never)) if never else None,
        own,
    )


@cache
def packaged() -> Vocabulary:
    """The vocabulary of the library alone."""
    rows = lexicon.table("indicators")
    return Vocabulary([_entry(row, own=False, place=lambda: "lexicon/indicators.tsv") for row in rows])


def vocabulary(extra: str | Path | Rows | None) -> Vocabulary:
    """The library's vocabulary with a user's rows before it: a path of a ``.tsv`` or rows with the same columns."""
    if extra is None:
        return packaged()
    if isinstance(extra, str | Path):
        return _of_file(*lexicon.file_state(extra))
    return _before_packaged(list(extra), lambda number: f"row {number + 1} of those given")


@lru_cache(maxsize=8)
def _of_file(path: str, changed: int, size: int) -> Vocabulary:
    """The vocabulary with the rows of a file; made anew when the file has been edited."""
    return _before_packaged(lexicon.read_table(path), lambda number: lexicon.row_place(path, number))


def _before_packaged(rows: Sequence[Mapping[str, str]], place: Callable[[int], str]) -> Vocabulary:
    entries = []
    for number, row in enumerate(rows):
        if strange := sorted(set(row) - set(_COLUMNS)):
            raise LexiconError(
                f"{place(number)}: no column is called {', '.join(strange)}; columns are {', '.join(_COLUMNS)}"
            )
        entries.append(_entry(row, own=True, place=partial(place, number)))
    replaced = {entry.code for entry in entries}
    return Vocabulary([*entries, *(entry for entry in packaged().entries if entry.code not in replaced)])
