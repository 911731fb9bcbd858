"""
Tables drawn with lines on a page: the cells between the rules, and the characters that stand in each.

A rule is a thin box as wide or as high as the line that was drawn, in points from the page's upper left corner. A
table may leave out its outer sides, and the rules between the cells that it joins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from union_corpus.files.grids import Shape

Rule = tuple[float, float, float, float]

# Points within which two rules meet, lie on one another, or go on from one another; and how far an open side reaches.
NEAR = 3.0
OPEN_SIDE = 12.0
# A rule is so long at least; shorter ones are strokes of a drawing.
SHORTEST = 8.0
# Share of the cells that hold text in a table; the squares behind a chart hold none.
FILLED = 0.3
# Rules of one page; a page with more is a drawing.
MOST_RULES = 4000


@dataclass(slots=True)
class RuledCell:
    """A cell with its box."""

    shape: Shape
    left: float
    top: float
    right: float
    bottom: float


@dataclass(slots=True)
class RuledTable:
    """A table with its box, and its cells from top to bottom and left to right."""

    left: float
    top: float
    right: float
    bottom: float
    cells: list[RuledCell]


@dataclass(slots=True)
class _Lines:
    """Rules of one direction: at each place across it, the stretches along it that are drawn."""

    stretches: dict[float, list[tuple[float, float]]] = field(default_factory=dict)

    def add(self, across: float, first: float, last: float) -> None:
        at = next((place for place in self.stretches if abs(place - across) <= NEAR), across)
        self.stretches.setdefault(at, []).append((first, last))

    def join(self) -> None:
        """Make one of stretches that meet."""
        for at, stretches in self.stretches.items():
            joined: list[tuple[float, float]] = []
            for first, last in sorted(stretches):
                if joined and first <= joined[-1][1] + NEAR:
                    joined[-1] = joined[-1][0], max(joined[-1][1], last)
                else:
                    joined.append((first, last))
            self.stretches[at] = joined

    def flat(self) -> list[tuple[float, float, float]]:
        return [(at, first, last) for at, stretches in self.stretches.items() for first, last in stretches]


def ruled_tables(rules: Sequence[Rule]) -> list[RuledTable]:
    """The tables that rules make: grids of at least two rows and two columns."""
    if not 4 <= len(rules) <= MOST_RULES:
        return []
    level, upright = _Lines(), _Lines()
    for left, top, right, bottom in rules:
        if right - left >= SHORTEST and bottom - top <= NEAR:
            level.add((top + bottom) / 2, left, right)
        elif bottom - top >= SHORTEST and right - left <= NEAR:
            upright.add((left + right) / 2, top, bottom)
    level.join()
    upright.join()
    tables = []
    for rows, columns in _crossing(level.flat(), upright.flat()):
        table = _table(rows, columns)
        if table:
            tables.append(table)
    return sorted(tables, key=lambda table: (table.top, table.left))


_Stretch = tuple[float, float, float]


def _crossing(rows: list[_Stretch], columns: list[_Stretch]) -> list[tuple[list[_Stretch], list[_Stretch]]]:
    """Groups of rules that cross or touch one another, directly or through others."""
    group = {**{("row", at): at for at in range(len(rows))}, **{("column", at): -1 - at for at in range(len(columns))}}
    members: dict[int, list[tuple[str, int]]] = {number: [key] for key, number in group.items()}
    for here, (y, left, right) in enumerate(rows):
        for there, (x, top, bottom) in enumerate(columns):
            if left - NEAR <= x <= right + NEAR and top - NEAR <= y <= bottom + NEAR:
                first, second = group["row", here], group["column", there]
                if first != second:
                    for key in members.pop(second):
                        group[key] = first
                        members[first].append(key)
    return [
        ([rows[at] for kind, at in keys if kind == "row"], [columns[at] for kind, at in keys if kind == "column"])
        for keys in members.values()
    ]


def _table(rows: list[_Stretch], columns: list[_Stretch]) -> RuledTable | None:
    if len(rows) < 2 or not columns:
        return None
    ys = sorted({y for y, _, _ in rows})
    xs = sorted({x for x, _, _ in columns})
    # Sides that are left open: the rules of the rows reach further than the outermost upright ones.
    left, right = (sorted(ends)[len(rows) // 2] for ends in ([r[1] for r in rows], [r[2] for r in rows]))
    if left < xs[0] - OPEN_SIDE:
        xs.insert(0, left)
        columns = [*columns, (left, ys[0], ys[-1])]
    if right > xs[-1] + OPEN_SIDE:
        xs.append(right)
        columns = [*columns, (right, ys[0], ys[-1])]
    if len(ys) < 3 or len(xs) < 3:
        return None
    owner = _joined_squares(xs, ys, rows, columns)
    boxes: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for square, first in owner.items():
        boxes.setdefault(first, []).append(square)
    cells = []
    for (row, column), squares in sorted(boxes.items()):
        last_row, last_column = max(square[0] for square in squares), max(square[1] for square in squares)
        shape = Shape(row, column, last_row - row + 1, last_column - column + 1)
        cells.append(RuledCell(shape, xs[column], ys[row], xs[last_column + 1], ys[last_row + 1]))
    if len({cell.shape.row for cell in cells}) < 2 or len({cell.shape.column for cell in cells}) < 2:
        return None
    return RuledTable(xs[0], ys[0], xs[-1], ys[-1], cells)


def _joined_squares(
    xs: list[float], ys: list[float], rows: list[_Stretch], columns: list[_Stretch]
) -> dict[tuple[int, int], tuple[int, int]]:
    """For every square of the grid, the first square of the cell that it is part of."""

    def drawn(lines: list[_Stretch], across: float, along: float) -> bool:
        return any(abs(at - across) <= NEAR and first <= along <= last for at, first, last in lines)

    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row, (top, bottom) in enumerate(pairwise(ys)):
        for column, (left, right) in enumerate(pairwise(xs)):
            above, before = owner.get((row - 1, column)), owner.get((row, column - 1))
            if above is not None and not drawn(rows, top, (left + right) / 2):
                owner[row, column] = above
            elif before is not None and before[0] == row and not drawn(columns, left, (top + bottom) / 2):
                owner[row, column] = before
            else:
                owner[row, column] = row, column
    return owner
