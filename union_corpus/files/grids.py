"""
Tables that a file marks up or draws: where each cell stands in the grid, and the line that a row becomes.

A row is one line, its cells divided by tabs, with a tab for every column that a cell covers, so that the third column
of a line is the third column of the table. Rows whose cells hold paragraphs are not rows of a table but a way of
laying out a page, and are read as paragraphs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from union_corpus.documents import Table, TableCell

# Characters up to which the text of a cell is a figure, a name or a remark; longer ones are paragraphs.
SHORT = 100
# Rows and columns that one cell may cover; more are a slip or an attack.
MOST_SPAN = 100


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a cell stands in the grid and how much of it it covers."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A line that is a row of the table ``table``, with the places of its cells."""

    table: int
    start: int
    end: int
    cells: tuple[TableCell, ...]


def shapes(rows: Iterable[Sequence[tuple[int, int]]]) -> list[list[Shape]]:
    """
    Where cells stand that are given row by row as (rows, columns) that they cover, as a browser places them.

    >>> [[shape.column for shape in row] for row in shapes([[(2, 1), (1, 2)], [(1, 1), (1, 1)]])]
    [[0, 1], [1, 2]]
    """
    taken: dict[int, int] = {}
    found = []
    for number, row in enumerate(rows):
        column = 0
        placed = []
        for down, across in row:
            down, across = (min(max(span, 1), MOST_SPAN) for span in (down, across))
            while taken.get(column, 0) > number:
                column += 1
            placed.append(Shape(number, column, down, across))
            taken.update(dict.fromkeys(range(column, column + across), number + down))
            column += across
        found.append(placed)
    return found


def tabs_before(cells: Sequence[Shape], width: int) -> list[int]:
    """
    How many tabs stand before each cell of a row, and behind the last, in a table of so many columns.

    A cell that covers the whole width is a line of its own, without tabs.

    >>> tabs_before([Shape(1, 1), Shape(1, 2, 1, 2)], 4), tabs_before([Shape(0, 0, 1, 4)], 4)
    ([1, 1, 1], [0, 0])
    """
    if len(cells) == 1 and cells[0].columns >= width:
        return [0, 0]
    columns = [0, *(cell.column for cell in cells), max(width - 1, 0)]
    return [max(after - before, 0) for before, after in pairwise(columns)]


def written(cells: Sequence[tuple[Shape, str]], width: int) -> tuple[str, list[TableCell]]:
    """The line of a row, and its cells with their places in that line."""
    line = ""
    found = []
    tabs = tabs_before([shape for shape, _ in cells], width)
    for (shape, text), before in zip(cells, tabs, strict=False):
        line += "\t" * before
        found.append(TableCell(len(line), len(line) + len(text), shape.row, shape.column, shape.rows, shape.columns))
        line += text
    return line + "\t" * tabs[-1], found


def tables_of(rows: Iterable[Row]) -> tuple[Table, ...]:
    """The tables that lines make: at least two rows of one grid below one another, with text in two columns."""
    runs: list[list[Row]] = []
    for row in rows:
        if runs and runs[-1][-1].table == row.table and runs[-1][-1].end + 1 == row.start:
            runs[-1].append(row)
        else:
            runs.append([row])
    return tuple(table for run in runs if (table := _table(run)))


def _table(run: list[Row]) -> Table | None:
    cells = [cell for row in run for cell in row.cells]
    if len(run) < 2 or len({cell.column for cell in cells if cell.end > cell.start}) < 2:
        return None
    # Rows without text are no lines: the others are counted without them.
    numbers = sorted({cell.row for cell in cells})
    kept = []
    for cell in cells:
        row, below = (bisect_left(numbers, number) for number in (cell.row, cell.row + cell.rows))
        kept.append(replace(cell, row=row, rows=below - row))
    return Table(run[0].start, run[-1].end, tuple(kept))


def one_line(lines: list[str]) -> str:
    """Paragraphs of a cell as one line: joined as they are where Han characters meet, by a blank elsewhere."""
    found = ""
    for line in lines:
        piece = line.replace("\n", " ").strip()
        if not piece:
            continue
        glue = " " if found and not (found[-1] >= "\u2e80" or piece[0] >= "\u2e80") else ""
        found += glue + piece
    return found
