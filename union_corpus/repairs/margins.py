"""
The margins that the lines of a text were set to, learnt from the lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from union_corpus.repairs.printed_lines import LONGEST, NARROWEST, WIDEST, Line, ends_marked, first_unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Costs, as negative logarithms of how often such a line was seen in re-wrapped reports.
_FULL, _INDENTED, _SHORT, _SHORT_UNMARKED, _OVER = 0.25, 1.2, 1.4, 1.8, 7.0
_FREE, _FREE_LONG = 2.0, 0.05
_SWITCH, _SWITCH_AT_GAP = 5.5, 3.5
# How far, in columns, a line that was cut may end before the margin.
TOLERANCE = 1.25


def find_margins(text: str, lines: Sequence[Line]) -> tuple[list[float], bool]:
    """
    The margin that each line was set to, 0 where there was none, and whether it counts characters and not columns.

    Typesetters count columns, programs count characters: what reads cheaper is taken. The cheapest reading of all lines
    at once: each candidate is a measure that several unfinished lines share, a line may fall short of it at the end of
    a paragraph but hardly ever go over it, and changing the margin costs something.
    """
    marked = [ends_marked(text, line) for line in lines]
    # What would have had to fit at the end of a line besides; no printed line is as long as a paragraph.
    more = [
        first_unit(text, following) - 1.0 if line.count <= LONGEST else 0.0 for line, following in pairwise(lines)
    ] + [0.0]
    by_columns, by_count = (_cheapest(lines, by_count, marked, more) for by_count in (False, True))
    counted = by_count[0] < by_columns[0]
    return (by_count if counted else by_columns)[1], counted


def _cheapest(
    lines: Sequence[Line], by_count: bool, marked: Sequence[bool], more: Sequence[float]
) -> tuple[float, list[float]]:
    """What the cheapest reading costs, and the margin of each line in it."""
    measures = [line.measure(by_count) for line in lines]
    candidates = _candidates(measures, marked, lines)
    without = [0.0] * len(lines)
    if not candidates:
        return inf, without
    free, set_to = _line_costs(lines, candidates, measures, marked, more)
    switches = [_SWITCH_AT_GAP if line.gap or line.new_page else _SWITCH for line in lines]
    if not _may_pay(free - set_to.min(axis=1), min(switches)):
        return sum(free.tolist()), without
    states = [0.0, *candidates]
    costs = [0.0] * len(states)
    came_from: list[Sequence[int]] = []
    unchanged = range(len(states))
    for first, others, switch in zip(free.tolist(), set_to.tolist(), switches, strict=True):
        least = min(costs)
        changed = least + switch
        if max(costs) <= changed:
            came_from.append(unchanged)
        else:
            best = costs.index(least)
            came_from.append([state if cost <= changed else best for state, cost in enumerate(costs)])
            costs = [min(cost, changed) for cost in costs]
        costs = [cost + own for cost, own in zip(costs, (first, *others), strict=True)]
    total = min(costs)
    state = costs.index(total)
    for index in range(len(lines) - 1, -1, -1):
        without[index] = states[state]
        state = came_from[index][state]
    return total, without


def _line_costs(
    lines: Sequence[Line],
    candidates: Sequence[float],
    measures: Sequence[float],
    marked: Sequence[bool],
    more: Sequence[float],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What each line costs without a margin, and (a row a line) with each of the candidates."""
    import numpy as np

    measure, margin = np.array(measures), np.array(candidates)
    room = (measure + np.array(more))[:, None]
    short = np.where(marked, _SHORT, _SHORT_UNMARKED)[:, None]
    costs = np.where(room >= margin - TOLERANCE, _FULL, np.where(room >= margin - 2.0 - TOLERANCE, _INDENTED, short))
    over = np.array([line.table for line in lines])[:, None] | (measure[:, None] > margin + 1.75)
    return np.where(measure > WIDEST, _FREE_LONG, _FREE), np.where(over, _OVER, costs)


def _may_pay(gains: NDArray[np.float64], switch: float) -> bool:
    """False where no run of lines gains as much by a margin as it costs to change to it, and back inside the text."""
    import numpy as np

    total = np.concatenate(([0.0], np.cumsum(gains)))
    inside = (total - np.minimum.accumulate(total)).max()
    return bool(total[-1] > 0.0 or total.max() > switch or total[-1] - total.min() > switch or inside > 2.0 * switch)


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
