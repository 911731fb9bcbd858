"""
How paragraphs begin: what is known about a line end that is the end of a sentence as well.

In general from official reports (``lexicon/paragraph_borders.tsv``), and in one text from the paragraphs in it whose
ends are sure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from math import exp, log, sqrt
from typing import TYPE_CHECKING

from union_corpus.lexicon import table
from union_corpus.repairs.items import Items
from union_corpus.repairs.printed_lines import (
    CLAUSE_END,
    ENUMERATOR,
    HAN,
    SENTENCE_END,
    Line,
    ends_marked,
    item_number,
    reads_on,
)

if TYPE_CHECKING:
    from union_corpus.repairs.line_breaks import Stretch

# What speaks for joining at a line end that is a sentence's end as well: see ``Habits.evidence``.
Evidence = tuple[float, ...]
Decide = Callable[[int, Evidence], float]
# Log odds of what cannot be one line, whatever else speaks for it.
NEVER = -9.0
# Weights of the evidence, fitted by data/scripts/train_paragraphs.py on re-wrapped official reports.
_WEIGHTS = (
    0.88,
    0.79,
    0.09,
    -0.24,
    1.26,
    1.63,
    0.08,
    0.21,
    1.08,
    -0.40,
    0.11,
    0.43,
    4.54,
    0.47,
    -0.19,
    -0.72,
    2.26,
    -1.66,
)


# How often items of a kind are headings and how often prose, as if a few had been seen: in official reports 一、 mostly
# begins a heading.
_USUAL_HEADINGS = {"part": (3.0, 0.0), "han": (3.0, 0.0), "article": (0.0, 3.0), "paren": (0.0, 1.0)}
_SETTLED = 20.0
_ROUNDS = 3
_AS_MANY = 3.0


def opening_odds(known: Evidence) -> float:
    """The evidence weighed: log odds that the line goes on with the paragraph."""
    return sum(weight * value for weight, value in zip(_WEIGHTS, known, strict=True))


def clamped(value: float, most: float) -> float:
    """The value, but no further from 0 than ``most``."""
    return max(min(value, most), -most)


class Habits:
    """How the paragraphs of one text are made: how long they are, how they begin, how many sentences they have."""

    def __init__(self, text: str, stretches: Sequence[Stretch]) -> None:
        self.items = Items(text, stretches[0].lines)
        told: dict[tuple[str, int], list[float]] = {}
        self._series: dict[int, tuple[str, int]] = {}
        self._last_number: dict[str, tuple[int, int]] = {}
        self._openings: Counter[str] = Counter()
        self._inside: Counter[str] = Counter()
        lengths: list[int] = []
        enumerated = prose = 0
        for stretch in stretches:
            lines = stretch.lines
            start, length = stretch.first, 0
            for index in range(stretch.first, stretch.last + 1):
                line = lines[index]
                length += line.count
                for match in SENTENCE_END.finditer(text, line.start, line.end - 2):
                    self._inside.update(_looks(_first_sentence(text, match.end())))
                numbered = ENUMERATOR.match(text, line.start)
                if numbered and (index == start or ends_marked(text, lines[index - 1])):
                    series = self._series_of(numbered)
                    told.setdefault(series, []).append(_heading_gain(stretch, index))
                if stretch.sure_end(index):
                    if ends_marked(text, line):
                        prose += 1
                        lengths.append(length)
                        if ENUMERATOR.match(text, lines[start].start):
                            enumerated += 1
                        else:
                            self._openings.update(_looks(_first_sentence(text, lines[start].start)))
                    start, length = index + 1, 0
        self._headings = _heading_odds(told)
        self.sentences = log((self._inside.total() / 3.0 + 1.0) / (prose + 1.0))
        self.plain = log((prose - enumerated + 0.5) / (prose + 1.0))
        logs = [log(length) for length in lengths] or [log(80.0)]
        self.usual = sum(logs) / len(logs)
        self.spread = max((sum((x - self.usual) ** 2 for x in logs) / len(logs)) ** 0.5, 0.4)

    def _series_of(self, numbered: re.Match[str]) -> tuple[str, int]:
        """The kind of an item and how many series of that kind have begun; a series begins with what is no next number."""
        kind, number = numbered.lastgroup or "", item_number(numbered.group())
        before, count = self._last_number.get(kind, (0, 0))
        if number != before + 1 or number <= 1:
            count += 1
        self._last_number[kind] = number, count
        self._series[numbered.start()] = kind, count
        return kind, count

    def heads(self, line: Line) -> float:
        """Log odds that what begins with a number, as this line does, is a heading and not the beginning of prose."""
        return self._headings.get(self._series.get(line.start, ("", 0)), 0.0)

    def evidence(self, text: str, first: Line, a: Line, b: Line, so_far: int, behind: int) -> Evidence:
        """
        What is known about the question whether ``b`` goes on with the paragraph of ``a``, which begins with ``first``.

        A constant; sentences a paragraph; how the model reads on and how it likes an end; how such ends and beginnings
        stand in other reports; how many paragraphs begin without a number; how sentences with such a first character,
        with such two, of such a length stand in this text; whether the sentence is as short as a heading, and how long
        it is; whether one paragraph or two would have the usual length; whether the mark before is a semicolon or a
        colon; whether the sentence begins as the paragraph does, and what it shares with the sentence before and with
        the first.
        """
        follows, ends_here = reads_on(text, a, b)
        sentence = _first_sentence(text, b.start)
        before, begins = _last_sentence(text, first.start, a.end), _first_sentence(text, first.start)
        length = len(sentence)
        two = self._length(so_far) + self._length(max(behind, 1))
        return (
            1.0,
            self.sentences,
            clamped(follows, 4.0),
            clamped(ends_here + 2.0, 3.0),
            _border_score(before, sentence),
            -self.plain,
            *(self._usual_inside(look, share) for look, share in zip(_looks(sentence), _LOOKS, strict=True)),
            1.0 if length <= 18 else 0.0,
            clamped(log(max(length, 1) / 35.0), 1.5),
            clamped(self._length(so_far + behind) - two, 6.0),
            1.0 if text[a.end - 1] in "；;" else 0.0,
            1.0 if text[a.end - 1] in "：:" else 0.0,
            *likeness(before, sentence, begins),
        )

    def _usual_inside(self, look: str, share: float) -> float:
        """Log odds that a sentence which looks so stands inside a paragraph of this text; ``share`` do in any text."""
        opens = (self._openings[look] + share * _SEEN) / (self._openings.total() / 3.0 + _SEEN)
        within = (self._inside[look] + share * _SEEN) / (self._inside.total() / 3.0 + _SEEN)
        return clamped(log(within / opens), 3.0)

    def _length(self, length: int) -> float:
        """Log density of a paragraph's length, but for a constant."""
        return -0.5 * ((log(length) - self.usual) / self.spread) ** 2 - log(self.spread)


def _heading_gain(stretch: Stretch, first: int) -> float:
    """What speaks for reading a numbered beginning as a heading; where its end shows, that settles it."""
    text, lines = stretch.text, stretch.lines
    heading = stretch.heading(first)
    if heading is not None:
        return heading.gain
    while not CLAUSE_END.search(text, lines[first].start, lines[first].end):
        if first == stretch.last or stretch.sure_end(first):
            break
        first += 1
    return -_SETTLED if CLAUSE_END.search(text, lines[first].start, lines[first].end) else _SETTLED


def _heading_odds(told: dict[tuple[str, int], list[float]]) -> dict[tuple[str, int], float]:
    """
    Log odds that an item of a series is a heading: how many are, each judged by itself and by what the others are.

    What the whole kind tells counts as much as a few items of the series.
    """
    found = {}
    for kind in {kind for kind, _ in told}:
        usual = _USUAL_HEADINGS.get(kind, (0.0, 0.0))
        every = _odds_of([gain for (other, _), gains in told.items() if other == kind for gain in gains], *usual)
        share = 1.0 / (1.0 + exp(-every))
        for series, gains in told.items():
            if series[0] == kind:
                found[series] = _odds_of(gains, _AS_MANY * share, _AS_MANY * (1.0 - share))
    return found


def _odds_of(gains: Sequence[float], headings: float, prose: float) -> float:
    odds = log((headings + 0.5) / (prose + 0.5))
    for _ in range(_ROUNDS):
        shares = [1.0 / (1.0 + exp(-odds - gain)) for gain in gains]
        odds = log((headings + sum(shares) + 0.5) / (prose + len(shares) - sum(shares) + 0.5))
    return odds


def _first_sentence(text: str, start: int) -> str:
    """The sentence that begins here, line ends and blanks left out; its beginning, where it is long."""
    match = SENTENCE_END.search(text, start, start + 120)
    return "".join(text[start : match.end() if match else start + 120].split())


def _looks(sentence: str) -> tuple[str, str, str]:
    """What a sentence is known by in its text: the first character, the first two, about how long it is."""
    head = plain(sentence[:2])
    length = sum(len(sentence) > most for most in _LENGTHS)
    return head[:1], f"{head}^", f"{length}#"


# About how many of a hundred sentences look as a given one does: its first character, the first two, its length.
_LOOKS = (0.03, 0.01, 0.2)
_SEEN = 30.0
_LENGTHS = (12, 18, 27, 45)


def _last_sentence(text: str, start: int, end: int) -> str:
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
    left, right = set(pairs(one)), set(pairs(other))
    return len(left & right) / sqrt(len(left) * len(right) + 1.0)


def _border_score(before: str, sentence: str) -> float:
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
