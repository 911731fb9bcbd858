"""
The margins that the lines of a text were set to, learnt from the lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from union_corpus.repairs.printed_lines import LONGEST, NARROWEST, WIDEST, Line, ends_marked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

# Costs, as negative logarithms of how often such a line was seen in re-wrapped reports.
_FULL, _INDENTED, _SHORT, _SHORT_UNMARKED, _OVER = 0.25, 1.2, 1.4, 1.8, 7.0
_FREE, _FREE_LONG = 2.0, 0.05
_SWITCH, _SWITCH_AT_GAP = 5.5, 3.5
# Readings that cost no more than this many times the cheapest are asked again, with what is known of each line.
_ABOUT_AS_CHEAP = 1.3
# How far, in columns, a line that was cut may end before the margin.
TOLERANCE = 1.25


@dataclass(frozen=True)
class Reading:
    """The margin that each line was set to, 0 where there was none, in columns or (``by_count``) in characters."""

    margins: list[float]
    by_count: bool


def find_margins(text: str, lines: Sequence[Line]) -> list[Reading]:
    """
    The margins of all lines, told by columns and by characters; what reads cheaper comes first.

    Typesetters count columns, programs count characters. The cheapest reading of all lines at once: each candidate is a
    measure that several unfinished lines share, a line may fall short of it at the end of a paragraph but hardly ever go
    over it, and changing the margin costs something. Where few lines hold narrow characters both cost about the same.
    """
    marked = [ends_marked(text, line) for line in lines]
    told = [(*_read_cheapest(lines, by_count, marked), by_count) for by_count in (False, True)]
    told.sort(key=lambda reading: reading[0])
    least = told[0][0]
    return [Reading(margins, by_count) for cost, margins, by_count in told if cost <= least * _ABOUT_AS_CHEAP]


def _read_cheapest(lines: Sequence[Line], by_count: bool, marked: Sequence[bool]) -> tuple[float, list[float]]:
    """What the cheapest reading costs, and the margin of each line in it."""
    measures = [line.measure(by_count) for line in lines]
    candidates = _candidates(measures, marked, lines)
    if not candidates:
        return inf, [0.0] * len(lines)
    free, set_to = line_costs(lines, measures, candidates, marked)
    if not _may_pay(free - set_to.min(axis=1), min(map(_switch, lines))):
        return sum(free.tolist()), [0.0] * len(lines)
    total, chosen = cheapest(
        lines, ((first, *others) for first, others in zip(free.tolist(), set_to.tolist(), strict=True))
    )
    states = [0.0, *candidates]
    return total, [states[state] for state in chosen]


def _switch(line: Line) -> float:
    """What it costs to change the margin before a line."""
    return _SWITCH_AT_GAP if line.gap or line.new_page else _SWITCH


def cheapest(lines: Sequence[Line], rows: Iterable[Sequence[float]]) -> tuple[float, list[int]]:
    """
    The least that all lines cost, and which of the states each is in, where a change of state has a cost as well.

    ``rows`` tell for each line what it costs in each state.
    """
    costs: list[float] = []
    came_from: list[Sequence[int]] = []
    for line, own in zip(lines, rows, strict=True):
        if not costs:
            costs = [0.0] * len(own)
        least = min(costs)
        changed = least + _switch(line)
        if max(costs) <= changed:
            came_from.append(range(len(own)))
        else:
            best = costs.index(least)
            came_from.append([state if cost <= changed else best for state, cost in enumerate(costs)])
            costs = [min(cost, changed) for cost in costs]
        costs = [cost + more for cost, more in zip(costs, own, strict=True)]
    total = min(costs)
    state = costs.index(total)
    chosen = [0] * len(lines)
    for index in range(len(lines) - 1, -1, -1):
        chosen[index] = state
        state = came_from[index][state]
    return total, chosen


def line_costs(
    lines: Sequence[Line],
    measures: Sequence[float],
    margins: Sequence[float],
    marked: Sequence[bool],
    insets: ArrayLike = 0.0,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    What each line costs without a margin, and (a row a line) with each of the margins.

    ``insets`` are the indents that lines lost, in columns, in the shape of the second answer.
    """
    import numpy as np

    measure, margin = np.array(measures), np.array(margins)
    # What would have had to fit at the end of a line besides; no printed line is as long as a paragraph.
    more = [following.unit - 1.0 if line.count <= LONGEST else 0.0 for line, following in pairwise(lines)]
    room = (measure + np.array([*more, 0.0]))[:, None] + insets
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
