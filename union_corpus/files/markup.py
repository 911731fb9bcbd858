"""
Text out of XML inside zip files, read as a stream: no DTD, no entities, a cap on the bytes.

``Paragraphs`` gathers lines, table rows and notes in the order in which they are written; the readers of Word,
OpenDocument and OFD files feed it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import IO
from xml.parsers import expat

from union_corpus.documents import Table, TableCell
from union_corpus.files.grids import MOST_SPAN, SHORT, Row, Shape, one_line, tables_of, written
from union_corpus.files.limits import MEGABYTE, Limits

CHUNK = 1 << 16
# Elements inside one another; deeper ones are damage or an attack.
MOST_DEPTH = 500


class MarkupError(Exception):
    """XML that cannot or must not be read; the message says why."""


def read_markup(
    stream: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
    *,
    limits: Limits,
    packed: int,
) -> None:
    """
    Feed the elements of an XML stream to three functions; names come without their namespace address.

    Raises MarkupError where the XML is broken (after everything before the break was fed), has a document type, or
    is larger than the limits allow.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def open_element(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            raise MarkupError(f"elements nested more than {MOST_DEPTH} deep")
        start(name.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def close_element(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name.rpartition(" ")[2])

    def refuse(*_: object) -> None:
        raise MarkupError("a document type (DTD) is not read")

    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    total = 0
    try:
        while chunk := stream.read(CHUNK):
            total += len(chunk)
            if total > limits.file_bytes or total > max(8 * MEGABYTE, limits.expansion * max(packed, 1)):
                raise MarkupError(
                    f"unpacks to more than {total:,} bytes; raise it with Limits(…) if you trust the file"
                )
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise MarkupError(f"broken XML: {error}") from error


def open_member(archive: zipfile.ZipFile, name: str) -> tuple[IO[bytes], int]:
    """A member to read as a stream, and its packed size."""
    info = archive.getinfo(name)
    return archive.open(info), info.compress_size


@dataclass(slots=True)
class _Cell:
    """
    A cell while it is read: its paragraphs and what it covers.

    The next cell stands ``steps`` columns behind it. It may only go on from the cell above, or only fill a gap.
    """

    columns: int = 1
    rows: int = 1
    steps: int = 1
    goes_on: bool = False
    gap: bool = False
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return one_line(self.lines)


class Paragraphs:
    """
    Lines in the order in which they are written: paragraphs, table rows with cells divided by tabs, text boxes.

    A text box stands inside a paragraph; its lines come right behind that paragraph. Notes come at the end. A row
    whose cells hold paragraphs is read cell after cell; a table inside a cell becomes lines of that cell.
    """

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._lines: list[str] = []
        # Which of the lines are rows of which table, and where their cells stand in them.
        self._rows: dict[int, tuple[int, list[TableCell]]] = {}
        self._texts: list[list[str]] = [[]]
        self._boxes: list[list[str]] = []
        self._grids: list[list[list[_Cell]]] = []
        self._cells: list[_Cell] = []

    def add(self, text: str) -> None:
        """Text of the paragraph that is open."""
        self._texts[-1].append(text)

    def begin(self, before: str = "") -> None:
        """A paragraph begins; ``before`` is a number that the program prints in front of it."""
        self._texts.append([before] if before else [])

    def end(self) -> None:
        """The open paragraph ends."""
        if len(self._texts) < 2:
            return
        self._line("".join(self._texts.pop()))
        if not self._cells and len(self._texts) == 1 and self._boxes:
            for line in self._boxes:
                self._lines.extend(line)
            self._boxes.clear()

    def _line(self, line: str) -> None:
        if self._cells:
            self._cells[-1].lines.append(line)
        elif len(self._texts) > 1:
            self._boxes.append([line])
        else:
            self._lines.extend(line.split("\n"))

    def begin_table(self) -> None:
        """A table begins."""
        self._grids.append([])

    def begin_row(self) -> None:
        """A row of the open table begins."""
        if not self._grids:
            self.begin_table()
        self._grids[-1].append([])

    def begin_cell(self, *, rows: int = 1, columns: int = 1) -> None:
        """A cell of the open row begins; columns that it covers beyond its first are told by ``skip_columns``."""
        self._cells.append(_Cell(min(max(columns, 1), MOST_SPAN), min(max(rows, 1), MOST_SPAN)))

    def skip_columns(self, columns: int) -> None:
        """Columns of the open row that are covered by another cell, or left free, before the next cell."""
        if self._grids and self._grids[-1]:
            self._grids[-1][-1].append(_Cell(steps=min(columns, MOST_SPAN), gap=True))

    def widen_cell(self, columns: int) -> None:
        """The open cell covers so many columns, the next one stands behind them."""
        if self._cells:
            self._cells[-1].columns = self._cells[-1].steps = min(max(columns, 1), MOST_SPAN)

    def join_cell_above(self) -> None:
        """The open cell is part of the one above it."""
        if self._cells:
            self._cells[-1].goes_on = True

    def end_cell(self) -> None:
        """The open cell ends."""
        if self._cells:
            cell = self._cells.pop()
            if self._grids and self._grids[-1]:
                self._grids[-1][-1].append(cell)

    def end_table(self) -> None:
        """The open table ends."""
        if not self._grids:
            return
        grid = self._grids.pop()
        rows = _placed(grid)
        width = max((shape.column + shape.columns for row in rows for shape, _ in row), default=0)
        number = len(self._lines)
        for row in rows:
            if not any(line.strip() for _, cell in row for line in cell.lines):
                continue
            if any(len(cell.text) > SHORT for _, cell in row):
                for _, cell in row:
                    for line in cell.lines:
                        self._line(line)
                continue
            line, cells = written([(shape, cell.text) for shape, cell in row], width)
            if not self._cells and len(self._texts) == 1:
                self._rows[len(self._lines)] = number, cells
            self._line(line)

    def text_and_tables(self) -> tuple[str, tuple[Table, ...]]:
        """Everything gathered so far, also where the file broke off inside a table."""
        while len(self._texts) > 1:
            self.end()
        while self._cells:
            self.end_cell()
        while self._grids:
            self.end_table()
        loose = "".join(self._texts[0]).strip()
        texts: list[str] = []
        rows: list[Row] = []
        at = 0
        for number, line in enumerate([*self._lines, *([loose] if loose else []), *self.notes]):
            table, cells = self._rows.get(number, (0, []))
            line = line if cells else line.rstrip()
            if not line and (not texts or not texts[-1]):
                continue
            if cells:
                moved = (replace(cell, start=cell.start + at, end=cell.end + at) for cell in cells)
                rows.append(Row(table, at, at + len(line), tuple(moved)))
            texts.append(line)
            at += len(line) + 1
        return "\n".join(texts).rstrip("\n"), tables_of(rows)


def _placed(grid: list[list[_Cell]]) -> list[list[tuple[Shape, _Cell]]]:
    """The cells of a table with their shapes; a cell that goes on from the one above makes that one longer."""
    above: dict[int, list[int]] = {}
    places: list[tuple[int, int, _Cell, list[int]]] = []
    for number, row in enumerate(grid):
        column = 0
        for cell in row:
            if cell.goes_on and column in above:
                above[column][0] = max(above[column][0], number + 1)
            elif not cell.gap:
                above[column] = [number + cell.rows]
                places.append((number, column, cell, above[column]))
            column += cell.steps
    rows: list[list[tuple[Shape, _Cell]]] = [[] for _ in grid]
    for number, column, cell, (last,) in places:
        rows[number].append((Shape(number, column, last - number, cell.columns), cell))
    return rows
