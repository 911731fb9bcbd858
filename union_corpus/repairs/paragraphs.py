"""
How paragraphs begin: what is known about a line end that is the end of a sentence as well.

In general from official reports (``lexicon/paragraph_borders.tsv``), and in one text from the paragraphs in it whose
ends are sure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from math import log, sqrt
from typing import TYPE_CHECKING

from union_corpus.lexicon import table
from union_corpus.repairs.items import Items
from union_corpus.repairs.printed_lines import (
    ENUMERATOR,
    HAN,
    SENTENCE_END,
    Line,
    clamped,
    item_number,
)

if TYPE_CHECKING:
    from union_corpus.repairs.stretches import Stretch

# How often items of a kind are headings and how often prose, as if a few had been seen: in official reports 一、 mostly
# begins a heading.
_USUAL_HEADINGS = {"part": (3.0, 0.0), "han": (3.0, 0.0), "article": (0.0, 3.0), "paren": (0.0, 1.0)}
# What the whole kind tells counts as much as so many items of a series.
_AS_MANY = 3.0


class Habits:
    """How the paragraphs of one text are made: how long they are, how they begin, how many sentences they have."""

    def __init__(self, text: str, stretches: Sequence[Stretch]) -> None:
        self.items = Items(text, stretches[0].lines)
        self._series: dict[int, tuple[str, int]] = {}
        self._headings: dict[tuple[str, int], float] = {}
        self._last_number: dict[str, tuple[int, int]] = {}
        self._openings: Counter[str] = Counter()
        self._inside: Counter[str] = Counter()
        lengths: list[int] = []
        enumerated = 0
        for stretch in stretches:
            lines = stretch.lines
            start, length = stretch.first, 0
            for index in range(stretch.first, stretch.last + 1):
                line = lines[index]
                length += line.count
                for match in SENTENCE_END.finditer(text, line.start, line.end - 2):
                    self._inside.update(looks(first_sentence(text, match.end())))
                numbered = ENUMERATOR.match(text, line.start)
                if numbered and (index == start or stretch.marked(index - 1)):
                    self._count(numbered)
                if stretch.sure_end(index):
                    if stretch.marked(index):
                        lengths.append(length)
                        if ENUMERATOR.match(text, lines[start].start):
                            enumerated += 1
                        else:
                            self._openings.update(looks(first_sentence(text, lines[start].start)))
                    start, length = index + 1, 0
        self.learn_headings({})
        self.sentences = log((self._inside.total() / 2.0 + 1.0) / (len(lengths) + 1.0))
        self.plain = log((len(lengths) - enumerated + 0.5) / (len(lengths) + 1.0))
        logs = [log(length) for length in lengths] or [log(80.0)]
        self.usual = sum(logs) / len(logs)
        self.spread = max((sum((x - self.usual) ** 2 for x in logs) / len(logs)) ** 0.5, 0.4)

    def _count(self, numbered: re.Match[str]) -> None:
        """Note the kind of an item and how many series of that kind have begun: one begins with what is no next number."""
        kind, number = numbered.lastgroup or "", item_number(numbered.group())
        before, count = self._last_number.get(kind, (0, 0))
        if number != before + 1 or number <= 1:
            count += 1
        self._last_number[kind] = number, count
        self._series[numbered.start()] = kind, count

    def learn_headings(self, are_headings: Mapping[int, bool]) -> bool:
        """
        See how many numbered beginnings of each series are headings; of those at the places given it is known.

        True where that changes what is held of any.
        """
        seen: dict[tuple[str, int], Counter[bool]] = {}
        kinds: dict[str, Counter[bool]] = {}
        for start, (kind, count) in self._series.items():
            found = seen.setdefault((kind, count), Counter())
            if start in are_headings:
                found[are_headings[start]] += 1
                kinds.setdefault(kind, Counter())[are_headings[start]] += 1
        before, self._headings = self._headings, {}
        for (kind, count), found in seen.items():
            headings, prose = _USUAL_HEADINGS.get(kind, (0.0, 0.0))
            every = kinds.get(kind, Counter())
            share = (every[True] + headings + 0.5) / (every.total() + headings + prose + 1.0)
            self._headings[kind, count] = log(
                (found[True] + _AS_MANY * share + 0.1) / (found[False] + _AS_MANY * (1.0 - share) + 0.1)
            )
        return self._headings != before

    def heads(self, line: Line) -> float:
        """Log odds that what begins with a number, as this line does, is a heading and not the beginning of prose."""
        return clamped(self._headings.get(self._series.get(line.start, ("", 0)), 0.0), 4.0)

    def usual_inside(self, look: str, share: float) -> float:
        """Log odds that a sentence which looks so stands inside a paragraph of this text; ``share`` do in any text."""
        opens = (self._openings[look] + share * _SEEN) / (self._openings.total() / 2.0 + _SEEN)
        within = (self._inside[look] + share * _SEEN) / (self._inside.total() / 2.0 + _SEEN)
        return clamped(log(within / opens), 3.0)

    def likely_length(self, length: int) -> float:
        """Log density of a paragraph's length, but for a constant."""
        return -0.5 * ((log(length) - self.usual) / self.spread) ** 2 - log(self.spread)


def first_sentence(text: str, start: int) -> str:
    """The sentence that begins here, line ends and blanks left out; its beginning, where it is long."""
    match = SENTENCE_END.search(text, start, start + 120)
    return "".join(text[start : match.end() if match else start + 120].split())


def looks(sentence: str) -> tuple[str, str]:
    """What a sentence is known by in its text: the first character, about how long it is."""
    return plain(sentence[:1]), f"{sum(len(sentence) > most for most in _LENGTHS)}#"


# How often a sentence looks as a given one does: its first character, its length.
LOOKS = (0.03, 0.2)
_SEEN = 30.0
_LENGTHS = (12, 18, 27, 45)


def last_sentence(text: str, start: int, end: int) -> str:
    """The sentence that ends here, in the paragraph that begins at ``start``; its end, where it is long."""
    found = "".join(text[max(start, end - 120) : end].split())
    marks = [match.end() for match in SENTENCE_END.finditer(found, 0, max(len(found) - 2, 0))]
    return found[marks[-1] :] if marks else found


def border_marks(before: str, sentence: str) -> Iterator[str]:
    """
    What the border of two sentences is known by: the first characters of the second and pairs among the next, the last
    characters of the first and pairs among those before.
    """
    head = plain(sentence[:8])
    yield from (f"^{head[:length]}" for length in range(1, min(len(head), 6) + 1))
    yield from dict.fromkeys(pairs(sentence[:24]))
    tail = plain(before.rstrip("。！？”’）")[-8:])
    yield from (f"${tail[-length:]}" for length in range(1, min(len(tail), 6) + 1))
    yield from dict.fromkeys(f"<{pair}" for pair in pairs(before[-24:]))


def pairs(printed: str) -> list[str]:
    """Neighbouring characters, two by two."""
    han = plain("".join(HAN.findall(printed)))
    return [first + second for first, second in pairwise(han)]


def likeness(before: str, sentence: str, first: str) -> tuple[float, ...]:
    """
    How a sentence is like the first one of its paragraph and like the one before.

    Whether it begins with the same character as the first, with the same two; pairs of characters that it shares with
    the one before and with the first, from 0 to 1.
    """
    begins, other = plain(sentence[:2]), plain(first[:2])
    return (
        1.0 if begins[:1] == other[:1] else 0.0,
        1.0 if begins == other else 0.0,
        _shared(before, sentence),
        _shared(first, sentence),
    )


def _shared(one: str, other: str) -> float:
    left, right = _different_pairs(one), _different_pairs(other)
    return len(left & right) / sqrt(len(left) * len(right) + 1.0)


@lru_cache(maxsize=256)
def _different_pairs(printed: str) -> frozenset[str]:
    return frozenset(pairs(printed))


def border_score(before: str, sentence: str) -> float:
    """Log odds that such a sentence goes on with the paragraph of the one before, but for a constant."""
    known = _borders()
    return sum(known.get(mark, 0.0) for mark in border_marks(before, sentence))


def plain(printed: str) -> str:
    """Simplified, with any figure as 0 or 一."""
    return "".join(
        "0" if sign.isdigit() else "一" if sign in "一二三四五六七八九十" else _folded().get(sign, sign)
        for sign in printed
    )


@cache
def _folded() -> dict[str, str]:
    from union_corpus.language_model import load_model

    return load_model().folded


@cache
def _borders() -> dict[str, float]:
    return {row["mark"]: float(row["odds"]) for row in table("paragraph_borders")}
