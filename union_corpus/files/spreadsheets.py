"""Excel workbooks: one line a row, cells divided by tabs, and the address of every cell as its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from union_corpus.documents import Document, Place, Problem, RawFile, Source
from union_corpus.files.children import ChildError, ask
from union_corpus.files.grids import SHORT, Row, Shape, one_line, tables_of, written
from union_corpus.files.limits import DEFAULT_LIMITS, MEGABYTE, Limits
from union_corpus.files.spreadsheet_cells import SheetCell

# A packed megabyte holds some 250,000 cells, which take four seconds.
SECONDS_PER_MEGABYTE = 8.0
HOW_TO_SAVE = "save its sheets as CSV"
# Names that Excel and WPS give a sheet by themselves.
_NO_NAME = re.compile(r"(?:Sheet|工作表|表)\s*\d*", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
# Empty places are filled up where at least one place in so many holds something: what is thinner is no table.
_THINNEST = 50
_MOST_NAMED = 5


def read_spreadsheet(raw: RawFile, *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """
    The visible sheets of an XLSX or XLS workbook one after another, numbers as the sheet shows them.

    A row is a line, its cells divided by tabs; a row above or below a table with one cell only is a line of text. The
    name that somebody gave a sheet stands above it where it has no title, or its title lacks the year. A blank row divides tables, unless figures go on behind it.
    ``place_of`` gives the sheet's number as ``page`` and the address as ``cell`` (会员!B7). Formulas whose value the
    file does not hold, and hidden sheets, are problems.
    """
    most = int(max(8 * MEGABYTE, min(limits.file_bytes, limits.expansion * len(raw.data))))
    try:
        seconds = limits.seconds + SECONDS_PER_MEGABYTE * len(raw.data) / MEGABYTE
        answer = ask("spreadsheet", raw.data, seconds=seconds, most=most)
    except ChildError as error:
        return _empty(raw, "broken_file", f"{error}; {HOW_TO_SAVE}")
    if "found" not in answer:
        if answer["error"] in ("ImportError", "ModuleNotFoundError"):
            detail = 'reading Excel needs openpyxl and xlrd: pip install "union-corpus[files]"'
            return _empty(raw, "missing_library", f"{detail}, or {HOW_TO_SAVE}")
        locked = "password" in answer["message"]
        return _empty(raw, "encrypted" if locked else "broken_file", f"{answer['message']}; or {HOW_TO_SAVE}")
    found = answer["found"]
    problems = [
        Problem(
            "read", "hidden_sheet", text=name, detail="a hidden sheet was not read; unhide it in Excel if it belongs"
        )
        for name in found["hidden"]
    ]
    if missing := found["uncalculated"]:
        named = "、".join(missing[:_MOST_NAMED]) + ("…" if len(missing) > _MOST_NAMED else "")
        detail = f"{len(missing)} formulas without a value ({named}): open the file in Excel and save it"
        problems.append(Problem("read", "uncalculated", text=raw.path, detail=detail))
    pages = _Pages()
    for number, (name, cells) in enumerate(found["sheets"], start=1):
        pages.add_sheet(number, name, [(row, column, text, down, across) for row, column, text, down, across in cells])
    text = "\n".join(pages.lines)
    source = Source(raw.path, raw.sha256, "utf-8", places=tuple(pages.places), tables=tables_of(pages.rows))
    return Document(raw.path or "bytes", text, text, problems=tuple(problems), source=source)


def _empty(raw: RawFile, problem: str, detail: str) -> Document:
    found = Problem("read", problem, text=raw.path, detail=detail)
    return Document(raw.path or "bytes", "", "", problems=(found,), source=Source(raw.path, raw.sha256))


class _Pages:
    """The lines of a workbook, which of them are rows of which table, and where every cell stands in them."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.rows: list[Row] = []
        self.places: list[Place] = []
        self._at = 0
        self._tables = 0

    def add_sheet(self, number: int, name: str, cells: Sequence[SheetCell]) -> None:
        """The next sheet: its name, then its blocks, a blank line between them."""
        if not cells:
            return
        if self.lines:
            self._line("")
        sheet = _Sheet(number, name)
        first = next(_blocks(cells))[0]
        title = first[0][2] if len(first) == 1 else ""
        if not (_NO_NAME.fullmatch(name.strip()) or (title and all(map(title.__contains__, _YEAR.findall(name))))):
            self.places.append(Place(self._at, self._at + len(name), number))
            self._line(name)
        for count, block in enumerate(_blocks(cells)):
            if count:
                self._line("")
            self._add_block(sheet, block)

    def _add_block(self, sheet: _Sheet, block: list[list[SheetCell]]) -> None:
        wide = [at for at, row in enumerate(block) if len(row) > 1]
        first, last = (wide[0], wide[-1]) if wide else (len(block), len(block))
        for row in block[:first]:
            self._as_text(sheet, row)
        table = block[first : last + 1]
        if table:
            self._add_table(sheet, table)
        for row in block[last + 1 :]:
            self._as_text(sheet, row)

    def _add_table(self, sheet: _Sheet, rows: list[list[SheetCell]]) -> None:
        self._tables += 1
        left = min(column for row in rows for _, column, *_ in row)
        width = max(column + across for row in rows for _, column, _, _, across in row) - left
        filled = _filled(rows, left, width)
        for row in filled:
            if any(len(text) > SHORT for _, _, text, _, _ in row):
                # Cells that hold paragraphs: a way of laying out a page.
                self._as_text(sheet, row)
                continue
            shapes = [(Shape(at, column - left, down, across), text) for at, column, text, down, across in row]
            line, cells = written([(shape, one_line(text.splitlines())) for shape, text in shapes], width)
            moved = []
            for cell, (at, column, *_) in zip(cells, row, strict=True):
                start, end = self._at + cell.start, self._at + cell.end
                moved.append(type(cell)(start, end, cell.row, cell.column, cell.rows, cell.columns))
                if end > start:
                    self.places.append(sheet.place(start, end, at, column))
            self.rows.append(Row(self._tables, self._at, self._at + len(line), tuple(moved)))
            self._line(line)

    def _as_text(self, sheet: _Sheet, row: Sequence[SheetCell]) -> None:
        for at, column, text, _, _ in row:
            for line in text.splitlines():
                if line := line.strip():
                    self.places.append(sheet.place(self._at, self._at + len(line), at, column))
                    self._line(line)

    def _line(self, line: str) -> None:
        self.lines.append(line)
        self._at += len(line) + 1


class _Sheet:
    def __init__(self, number: int, name: str) -> None:
        self.number = number
        self.name = name

    def place(self, start: int, end: int, row: int, column: int) -> Place:
        return Place(start, end, self.number, cell=f"{self.name}!{address(row, column)}")


def address(row: int, column: int) -> str:
    """
    The address of a cell as Excel writes it; row and column from 0.

    >>> address(0, 0), address(6, 27)
    ('A1', 'AB7')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _blocks(cells: Sequence[SheetCell]) -> Iterator[list[list[SheetCell]]]:
    """Rows that stand together; where the row behind a gap holds figures, the table above goes on with it."""
    block: list[list[SheetCell]] = []
    below = 0
    for number, group in groupby(cells, key=lambda cell: cell[0]):
        row = list(group)
        goes_on = len(row) > 1 and any(re.match(r"-?\d", text) for _, _, text, _, _ in row[1:])
        if block and number > below and not goes_on:
            yield block
            block = []
        block.append(row)
        below = max([number, *(at + down - 1 for at, _, _, down, _ in row)]) + 1
    if block:
        yield block


def _filled(rows: list[list[SheetCell]], left: int, width: int) -> list[list[SheetCell]]:
    """The rows with their empty places as cells without text, but for those that another cell covers."""
    if len(rows) * width > _THINNEST * sum(map(len, rows)):
        return rows
    covered = {
        (at, place)
        for row in rows
        for first, column, _, down, across in row
        if down > 1 or across > 1
        for at in range(first, first + down)
        for place in range(column, column + across)
    }
    filled = []
    for row in rows:
        number = row[0][0]
        told = {cell[1]: cell for cell in row}
        filled.append(
            [
                told.get(column, (number, column, "", 1, 1))
                for column in range(left, left + width)
                if column in told or (number, column) not in covered
            ]
        )
    return filled
