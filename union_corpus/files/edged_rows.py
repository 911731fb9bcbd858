"""Table rows of Word's older formats (DOC, RTF), which tell of each row only where the edges of its cells stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from union_corpus.files.markup import Paragraphs

# How far apart, in twentieths of a point, the edges of two rows' cells may stand and be one line of a table.
SAME_EDGE = 60
# How a cell is joined to others, as DOC files say it: first or later of some side by side, first or later of some
# below one another.
FIRST_BESIDE, LATER_BESIDE, LATER_BELOW, FIRST_BELOW = 1, 2, 1 << 5, 3 << 5


@dataclass(frozen=True, slots=True)
class TableRow:
    """The edges of a row's cells from left to right, in twentieths of a point, and how its cells are joined."""

    edges: tuple[int, ...] = ()
    joined: tuple[int, ...] = ()

    def goes_on(self, cell: int) -> bool:
        """True where the cell is part of the one above it."""
        return cell < len(self.joined) and self.joined[cell] & FIRST_BELOW == LATER_BELOW

    def beside(self, cell: int) -> bool:
        """True where the cell may be part of the one before it."""
        return 0 < cell < len(self.joined) and bool(self.joined[cell] & 3 and self.joined[cell - 1] & 3)


def write_rows(lines: Paragraphs, rows: Sequence[tuple[Sequence[Sequence[str]], TableRow]]) -> None:
    """A table of rows, each the paragraphs of its cells and its looks; a row without edges has columns of its own."""
    edges = _lines_of(edge for _, row in rows for edge in row.edges)
    lines.begin_table()
    for cells, row in rows:
        lines.begin_row()
        columns = [bisect_right(edges, edge) for edge in row.edges]
        told = len(columns) == len(cells) + 1
        if told:
            lines.skip_columns(columns[0] - 1)
        at = 0
        while at < len(cells):
            last = at + 1
            while last < len(cells) and row.beside(last) and not any(line.strip() for line in cells[last]):
                last += 1
            lines.begin_cell()
            lines.widen_cell(columns[last] - columns[at] if told else last - at)
            if row.goes_on(at):
                lines.join_cell_above()
            for line in cells[at]:
                lines.begin(line)
                lines.end()
            lines.end_cell()
            at = last
    lines.end_table()


def _lines_of(edges: Iterable[int]) -> list[int]:
    """The places of the lines of a table, of the edges of its cells."""
    found: list[int] = []
    last = None
    for edge in sorted(set(edges)):
        if last is None or edge - last > SAME_EDGE:
            found.append(edge)
        last = edge
    return found
