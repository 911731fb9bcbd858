"""
How paragraphs begin: what is known about a line end that is the end of a sentence as well.

In general from official reports (``lexicon/paragraph_openings.tsv``), and in one text from the paragraphs in it whose
ends are sure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

from union_corpus.lexicon import table
from union_corpus.repairs.printed_lines import CLAUSE_END, ENUMERATOR, HAN, SENTENCE_END, Line, ends_marked, reads_on

if TYPE_CHECKING:
    from union_corpus.repairs.line_breaks import Stretch

# What speaks for joining at a line end that is a sentence's end as well: see ``Habits.evidence``.
Evidence = tuple[float, ...]
Decide = Callable[[int, Evidence], float]
# Log odds of what cannot be one line, whatever else speaks for it.
NEVER = -9.0
# Weights of the evidence, fitted by data/scripts/train_paragraphs.py on re-wrapped official reports.
_WEIGHTS = (0.34, 0.81, 0.19, -0.42, 0.79, 1.53, 0.26, -1.37, 0.46, 0.60, 3.00)


def opening_odds(known: Evidence) -> float:
    """The evidence weighed: log odds that the line goes on with the paragraph."""
    return sum(weight * value for weight, value in zip(_WEIGHTS, known, strict=True))


def clamped(value: float, most: float) -> float:
    """The value, but no further from 0 than ``most``."""
    return max(min(value, most), -most)


class Habits:
    """How the paragraphs of one text are made: how long they are, how they begin, how many sentences they have."""

    def __init__(self, text: str, stretches: Sequence[Stretch]) -> None:
        self.headings: Counter[tuple[str, bool]] = Counter()
        self.openings: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        lengths: list[int] = []
        enumerated = prose = 0
        for stretch in stretches:
            lines = stretch.lines
            start, length = stretch.first, 0
            for index in range(stretch.first, stretch.last + 1):
                line = lines[index]
                length += line.count
                for match in SENTENCE_END.finditer(text, line.start, line.end - 2):
                    self.inside[plain(text[match.end() : match.end() + 2])] += 1
                numbered = ENUMERATOR.match(text, line.start) if index == start else None
                if numbered:
                    if CLAUSE_END.search(text, line.start, line.end):
                        self.headings[numbered.lastgroup or "", False] += 1
                    elif stretch.sure_end(index) or stretch.slack(index) - stretch.indent > 0.75:
                        self.headings[numbered.lastgroup or "", True] += 1
                if stretch.sure_end(index):
                    if ends_marked(text, line):
                        prose += 1
                        lengths.append(length)
                        if ENUMERATOR.match(text, lines[start].start):
                            enumerated += 1
                        else:
                            self.openings[plain(text[lines[start].start : lines[start].start + 2])] += 1
                    start, length = index + 1, 0
        self.sentences = log((self.inside.total() + 1.0) / (prose + 1.0))
        self.plain = log((prose - enumerated + 0.5) / (prose + 1.0))
        logs = [log(length) for length in lengths] or [log(80.0)]
        self.usual = sum(logs) / len(logs)
        self.spread = max((sum((x - self.usual) ** 2 for x in logs) / len(logs)) ** 0.5, 0.4)

    def heads(self, text: str, line: Line) -> float:
        """Log odds that a line which begins with a number is a heading and not the beginning of a paragraph."""
        match = ENUMERATOR.match(text, line.start)
        if match is None or CLAUSE_END.search(text, line.start, line.end):
            return 0.0
        kind = match.lastgroup or ""
        return clamped(max(log((self.headings[kind, True] + 0.5) / (self.headings[kind, False] + 0.5)), 0.0), 2.5)

    def evidence(self, text: str, a: Line, b: Line, so_far: int, behind: int) -> Evidence:
        """
        What is known about the question whether ``b`` goes on with the paragraph of ``a``.

        A constant; sentences a paragraph; how the model reads on and how it likes an end;
        how such beginnings stand in other reports; how many paragraphs begin without a number; how such beginnings
        stand in this text; whether the sentence is as short as a heading, and how long it is; whether one paragraph
        or two would have the usual length; whether the mark before is one that leads on.
        """
        head = plain(text[b.start : b.start + 2])
        opens = (self.openings[head] + 0.3) / (self.openings.total() + 30.0)
        within = (self.inside[head] + 0.3) / (self.inside.total() + 30.0)
        follows, ends_here = reads_on(text, a, b)
        sentence = _first_sentence(text, b.start)
        length = len(sentence)
        two = self._length(so_far) + self._length(max(behind, 1))
        return (
            1.0,
            self.sentences,
            clamped(follows, 4.0),
            clamped(ends_here + 2.0, 3.0),
            _opening_score(sentence),
            -self.plain,
            clamped(log(within / opens), 3.0),
            1.0 if length <= 18 else 0.0,
            clamped(log(max(length, 1) / 35.0), 1.5),
            clamped(self._length(so_far + behind) - two, 6.0),
            1.0 if text[a.end - 1] in "；;：:" else 0.0,
        )

    def _length(self, length: int) -> float:
        """Log density of a paragraph's length, but for a constant."""
        return -0.5 * ((log(length) - self.usual) / self.spread) ** 2 - log(self.spread)


def _first_sentence(text: str, start: int) -> str:
    """The sentence that begins here, line ends and blanks left out; its beginning, where it is long."""
    match = SENTENCE_END.search(text, start, start + 120)
    return "".join(text[start : match.end() if match else start + 120].split())


def opening_marks(sentence: str) -> Iterator[str]:
    """What a beginning is known by: its first characters, and pairs of characters among the next."""
    head = plain(sentence[:8])
    yield from (f"^{head[:length]}" for length in range(1, min(len(head), 6) + 1))
    han = plain("".join(HAN.findall(sentence[:24])))
    yield from dict.fromkeys(first + second for first, second in pairwise(han))


def _opening_score(sentence: str) -> float:
    """Log odds that such a sentence stands inside a paragraph rather than first, but for a constant."""
    known = _openings()
    return sum(known.get(mark, 0.0) for mark in opening_marks(sentence))


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
def _openings() -> dict[str, float]:
    return {row["mark"]: float(row["odds"]) for row in table("paragraph_openings")}
