"""
The cells of Excel workbooks (XLSX, XLS), as their sheets show them.

Run in a child process (see ``children``): openpyxl and xlrd build the whole workbook in memory.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

# A cell: row and column from 0, what it shows, and how many rows and columns it covers.
SheetCell = tuple[int, int, str, int, int]


class SpreadsheetError(Exception):
    """A workbook that cannot be read; the message says why."""


def workbook_cells(data: bytes, most: int) -> dict[str, Any]:
    """
    The visible sheets of a workbook in order, as (name, cells in reading order); what was passed over beside them.

    ``most`` is how many bytes a packed workbook may unpack to.
    """
    try:
        return _xlsx(data, most) if data.startswith(b"PK") else _xls(data)
    except (SpreadsheetError, ImportError, MemoryError):
        raise
    except Exception as error:  # whatever a library meets in damaged bytes; the child lives on
        raise SpreadsheetError(f"the workbook is damaged ({type(error).__name__}: {error})") from error


def _xlsx(data: bytes, most: int) -> dict[str, Any]:
    import openpyxl
    from openpyxl.cell.cell import MergedCell

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(info.file_size for info in archive.infolist()) > most:
            raise SpreadsheetError(f"the workbook unpacks to more than {most:,} bytes")
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        formulas = any(b"<f" in archive.read(name) for name in sheets)
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    uncalculated = list(_uncalculated(data, book)) if formulas else []
    found, hidden = [], []
    for sheet in book.worksheets:
        covers = {
            (area.min_row, area.min_col): (area.size["rows"], area.size["columns"]) for area in sheet.merged_cells
        }
        # The public ways to walk a sheet make a cell of every place up to the furthest one.
        cells = [
            (row - 1, column - 1, text, *covers.get((row, column), (1, 1)))
            for (row, column), cell in sorted(sheet._cells.items())
            if not isinstance(cell, MergedCell) and (text := shown(cell.value, cell.number_format))
        ]
        if sheet.sheet_state == "visible":
            found.append((sheet.title, cells))
        elif cells:
            hidden.append(sheet.title)
    return {"sheets": found, "hidden": hidden, "uncalculated": uncalculated}


def _uncalculated(data: bytes, book: Any) -> Iterator[str]:
    """The addresses of formulas that no program has calculated, so that the file holds no value for them."""
    import openpyxl

    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        for (row, column), cell in sorted(sheet._cells.items()):
            if cell.data_type == "f" and book[sheet.title].cell(row, column).value is None:
                yield f"{sheet.title}!{cell.coordinate}"


def _xls(data: bytes) -> dict[str, Any]:
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise SpreadsheetError("the file has a password; open it in Excel and save it without") from error
        raise
    found, hidden = [], []
    for sheet in book.sheets():
        covers = {(top, left): (bottom - top, right - left) for top, bottom, left, right in sheet.merged_cells}
        cells = [
            (row, column, text, *covers.get((row, column), (1, 1)))
            for row in range(sheet.nrows)
            for column, cell in enumerate(sheet.row(row))
            if (text := _xls_text(book, cell))
        ]
        if sheet.visibility == 0:
            found.append((sheet.name, cells))
        elif cells:
            hidden.append(sheet.name)
    return {"sheets": found, "hidden": hidden, "uncalculated": []}


def _xls_text(book: Any, cell: Any) -> str:
    import xlrd

    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    value = cell.value
    if cell.ctype == xlrd.XL_CELL_ERROR:
        value = xlrd.error_text_from_code.get(value, "")
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        value = bool(value)
    elif cell.ctype == xlrd.XL_CELL_DATE:
        value = xlrd.xldate_as_datetime(value, book.datemode)
    looks = book.format_map.get(book.xf_list[cell.xf_index].format_key)
    return shown(value, looks.format_str if looks else "General")


# -- what a cell shows ------------------------------------------------------------------------------------------------

# Parts of a number format that print nothing: colours and conditions, blanks as wide as a sign, signs that fill up.
_SILENT = re.compile(r"\[(?!\$)[^\]]*\]|\[\$(?P<sign>[^\]-]*)[^\]]*\]|_.|\*.")
_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)')
_PUT_POINT = re.compile(r"[!\\]\.(0+)")
_DIGITS = re.compile(r"(?:[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+),*")
_GENERAL_FROM = 1e15


def shown(value: object, number_format: str) -> str:
    """
    What a cell shows: numbers with the decimals, %, thousands and words of its format, dates as 2009-03-05.

    >>> shown(0.8534, "0.0%"), shown(21400, "#,##0"), shown(12.5, '0.00"万元"'), shown(0.1 + 0.2, "General")
    ('85.3%', '21,400', '12.50万元', '0.3')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime | date):
        return _date(value, number_format)
    if isinstance(value, time | timedelta) or not isinstance(value, int | float):
        return str(value).strip()
    return _number(value, number_format)


def _date(value: date, number_format: str) -> str:
    """A date, as far as its format tells it: with 年 and 月 where the format has them."""
    letters = _LITERAL.sub("", _SILENT.sub("", number_format)).lower()
    parts = [(f"{value.year}", "年")]
    if "m" in letters or "y" not in letters:
        parts.append((f"{value.month}", "月"))
    if "d" in letters or "y" not in letters:
        parts.append((f"{value.day}", "日"))
    if "年" in number_format:
        return "".join(map("".join, parts))
    return "-".join(part.zfill(2) for part, _ in parts)


def _number(value: float, number_format: str) -> str:
    if number_format == "General" and isinstance(value, int):
        return str(value)
    # Other sections print negative numbers in brackets and zeros as a dash.
    section = number_format.split(";")[0]
    section = _SILENT.sub(lambda match: match["sign"] or "", section)
    # 0!.0,"万" divides by a thousand and puts a point before the last digit: 12345678 is shown as 1234.6万.
    pointed = _PUT_POINT.search(section)
    section = _PUT_POINT.sub(r".\1", section, count=1)
    plain = _LITERAL.sub("", section)
    digits = _DIGITS.search(plain)
    if digits is None or "e+" in plain.lower() or "/" in plain or not abs(value) < _GENERAL_FROM:
        # General, text, fractions and powers of ten: the number as Excel keeps it, to fifteen digits.
        return f"{Decimal(format(value, '.15g')):f}"
    whole, _, decimals = digits[0].rstrip(",").partition(".")
    thousands = len(digits[0]) - len(digits[0].rstrip(","))
    shift = (2 if "%" in plain else 0) - 3 * thousands - (len(pointed[1]) if pointed else 0)
    number = Decimal(repr(value)).scaleb(shift).quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    printed = format(number, ",f" if "," in whole else "f")
    if "#" in decimals or "?" in decimals:
        printed = printed.rstrip("0").rstrip(".")
    before, after = _around(section)
    return f"{before}{printed}{after}".strip()


def _around(section: str) -> tuple[str, str]:
    """What a format prints before and behind its digits."""
    words: list[str] = []

    def kept(match: re.Match[str]) -> str:
        words.append(match[1] if match[1] is not None else match[2])
        return "\0"

    bare = _LITERAL.sub(kept, section)
    digits = _DIGITS.search(bare)
    assert digits is not None
    spoken = iter(words)
    before, after = (
        re.sub("\0", lambda _: next(spoken), part) for part in (bare[: digits.start()], bare[digits.end() :])
    )
    return before, after
