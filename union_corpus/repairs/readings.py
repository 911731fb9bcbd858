"""
The likeliest way to read the lines of a page as paragraphs, headings, items and what else has a line of its own.

One search over the lines finds the paragraphs that together are likeliest, so that how long a paragraph is, what it
begins with and what it ends with are judged as one. What is known of each line end comes from ``line_ends``.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from union_corpus.repairs.line_ends import LineEnds, weigh
from union_corpus.repairs.paragraphs import Habits
from union_corpus.repairs.printed_lines import CLAUSE_END, Line
from union_corpus.repairs.stretches import Stretch

# The first and the last line of a paragraph.
Paragraph = tuple[int, int]
# Log odds of a reading, the line with which its last paragraph begins, the paragraphs before that one.
_Reading = tuple[float, int, "_Before | None"]
_Before = tuple[Paragraph, "_Before | None"]
# How often lines are read anew with the headings that were found in them.
_READINGS = 3
# Beginnings of a paragraph that are so much less likely (in natural logs) than the likeliest are given up.
_BEAM = 8.0
# A join that is likelier than this (in natural logs) is not surer.
_SUREST = 6.0


def find_joins(text: str, stretches: Sequence[Stretch]) -> list[tuple[Line, Line, float]]:
    """Lines of these stretches that are one with the next, and how sure that is."""
    habits = Habits(text, stretches)
    known = [LineEnds(text, stretch, habits) for stretch in stretches]
    found: list[list[Paragraph]] = []
    for _ in range(_READINGS):
        found = [likeliest_paragraphs(ends) for ends in known]
        if not learn_headings(habits, known, found):
            break
    return [
        (ends.lines[index], ends.lines[index + 1], _sureness(ends, first, index))
        for ends, paragraphs in zip(known, found, strict=True)
        for first, last in paragraphs
        for index in range(first, last)
    ]


def learn_headings(habits: Habits, known: Sequence[LineEnds], found: Sequence[Sequence[Paragraph]]) -> bool:
    """Tell the habits of a text which of the beginnings in a reading of it are headings; True where that is news."""
    return habits.learn_headings(
        {
            ends.lines[first].start: not ends.is_marked(last)
            and not CLAUSE_END.search(ends.text, ends.lines[first].start, ends.lines[last].end)
            for ends, paragraphs in zip(known, found, strict=True)
            for first, last in paragraphs
        }
    )


def likeliest_paragraphs(ends: LineEnds) -> list[Paragraph]:
    """
    The likeliest paragraphs of the lines of a stretch, the one that holds the line behind it among them.

    For each line, all likely beginnings of its paragraph are carried on, each with the best reading of what is before.
    """
    borders = ends.stretch.borders()
    likely: list[_Reading] = [(0.0, borders.start, None)]
    for index in borders:
        ended = _ended(ends, likely, index)
        if not ends.is_open(index):
            likely = [ended]
            continue
        likely = [(odds + ends.odds_to_go_on(first, index), first, before) for odds, first, before in likely]
        likely.append(ended)
        most = max(odds for odds, *_ in likely)
        likely = [reading for reading in likely if reading[0] > most - _BEAM]
    before = _ended(ends, likely, borders.stop)[2]
    found: list[Paragraph] = []
    while before is not None:
        paragraph, before = before
        found.append(paragraph)
    return found[::-1]


def _ended(ends: LineEnds, likely: Sequence[_Reading], last: int) -> _Reading:
    """The likeliest of the readings in which a paragraph ends with line ``last``."""
    told = [odds + weigh(ends.ending(first, last)) for odds, first, _ in likely]
    best = max(range(len(told)), key=told.__getitem__)
    _, first, before = likely[best]
    return told[best], last + 1, ((first, last), before)


def _sureness(ends: LineEnds, first: int, index: int) -> float:
    """How sure it is that the paragraph which begins with line ``first`` goes on behind line ``index``."""
    odds = ends.odds_to_go_on(first, index) - weigh(ends.ending(first, index))
    return 1.0 / (1.0 + exp(-max(min(odds, _SUREST), 0.0)))
