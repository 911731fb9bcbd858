"""
The margins that the lines of a text were set to, learnt from the lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import inf

from union_corpus.repairs.printed_lines import LONGEST, NARROWEST, WIDEST, Line, ends_marked, first_unit

# Costs, as negative logarithms of how often such a line was seen in re-wrapped reports.
_FULL, _INDENTED, _SHORT, _SHORT_UNMARKED, _OVER = 0.25, 1.2, 1.4, 1.8, 7.0
_FREE, _FREE_LONG = 2.0, 0.05
_SWITCH, _SWITCH_AT_GAP = 5.5, 3.5
# How far, in columns, a line that was cut may end before the margin.
TOLERANCE = 1.25


def find_margins(text: str, lines: Sequence[Line], by_count: bool) -> tuple[float, list[float]]:
    """
    The margin that each line was set to, 0 where there was none, and what this reading costs.

    The cheapest reading of all lines at once: each candidate is a measure that several unfinished lines share, a line
    may fall short of it at the end of a paragraph but hardly ever go over it, and changing the margin costs something.
    """
    measures = [line.measure(by_count) for line in lines]
    marked = [ends_marked(text, line) for line in lines]
    room = [
        measure if measure > LONGEST or index + 1 == len(lines) else measure + first_unit(text, lines[index + 1]) - 1.0
        for index, measure in enumerate(measures)
    ]
    candidates = _candidates(measures, marked, lines)
    if not candidates:
        return inf, [0.0] * len(lines)
    states = [0.0, *candidates]
    costs = [0.0] * len(states)
    came_from: list[bytes] = []
    for index, line in enumerate(lines):
        switch = _SWITCH_AT_GAP if line.gap or line.new_page else _SWITCH
        best = min(range(len(states)), key=costs.__getitem__)
        changed = costs[best] + switch
        back = []
        new_costs = []
        for state, margin in enumerate(states):
            if costs[state] <= changed:
                back.append(state)
                cost = costs[state]
            else:
                back.append(best)
                cost = changed
            new_costs.append(cost + _line_cost(margin, measures[index], room[index], marked[index], line.table))
        came_from.append(bytes(back))
        costs = new_costs
    state = min(range(len(states)), key=costs.__getitem__)
    total = costs[state]
    found = [0.0] * len(lines)
    for index in range(len(lines) - 1, -1, -1):
        found[index] = states[state]
        state = came_from[index][state]
    return total, found


def _line_cost(margin: float, measure: float, room: float, marked: bool, table: bool) -> float:
    if margin == 0.0:
        return _FREE_LONG if measure > WIDEST else _FREE
    if measure > margin + 1.75:
        return _OVER
    if table:
        return _OVER
    if room >= margin - TOLERANCE:
        return _FULL
    if room >= margin - 2.0 - TOLERANCE:
        return _INDENTED
    return _SHORT if marked else _SHORT_UNMARKED


def _candidates(measures: Sequence[float], marked: Sequence[bool], lines: Sequence[Line]) -> list[float]:
    """Measures that several unfinished lines share, the commonest first, none within a column of another."""
    counts: Counter[float] = Counter()
    for measure, ended, line in zip(measures, marked, lines, strict=True):
        if not ended and not line.table and NARROWEST <= measure <= WIDEST:
            counts[round(measure * 2) / 2] += 1
    near = {
        measure: sum(counts.get(measure + step / 2, 0) for step in range(-2, 3)) + counts[measure] * 0.5
        for measure in counts
    }
    chosen: list[float] = []
    for measure in sorted(near, key=lambda m: (-near[m], m)):
        if near[measure] < 2 or len(chosen) == 10:
            break
        if all(abs(measure - other) > 1.0 for other in chosen):
            chosen.append(measure)
    return chosen
