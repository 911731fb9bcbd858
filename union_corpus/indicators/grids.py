"""
Figures of a table: rows and columns of cells divided by | or tabs, or marked up in the file, whose heads name the numbers.

A cell takes its indicator from the head of its row, its period from the head of its column or row where that is a year,
and its unit from itself (12.5万人), from either head (会员（万人）, 走访户数, 入会率), from a column of units, from a row above that
has one and is no smaller, behind 其中 from the head before, or from the line above the table (单位：万元). An empty cell, or
one with a dash, is a missing figure (O), not a zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import NamedTuple

from union_corpus.documents import Span, Table
from union_corpus.quantities import Quantity
from union_corpus.units import unit_printed

_LINE = re.compile(r"^[^\n|\t]*(?:[|\t][^\n|\t]*){2,}$", re.MULTILINE)
_CELL = re.compile(r"[^|\t]*")
_NUMBER = re.compile(r"\s*(-?\d[\d,，]*(?:\.\d+)?)\s*([%％])?\s*$")
_OWN_UNIT = re.compile(r"\s*[¥￥]?\s*-?\d[\d,，]*(?:\.\d+)?\s*([^\s\d]{0,5})\s*$")
_UNIT = re.compile(r"[（(]\s*(?:单位[:：])?([万亿萬億]?)([^\d（）()]{1,4}|%)\s*[）)]\s*$")
# 单位：万元 above a table; 单位：个、万元 tells none.
_SAID = re.compile(r"[单單]\s*位\s*[:：]\s*([万亿萬億]?)([^\s（）()、，,/\d]{1,4})\s*[）)]?[\s,;|]*$")
_ABOVE = 200
# Heads that tell a unit by what they are: 走访户数, 参加人次, 增减%, 入会率.
_COUNTED = re.compile(
    r"(人次|户次|[人户戶件个個家份期场場条條名项項])数$|([人户戶]次)$|[%％]$|(?:率|占比|比重|比例|增幅|增速|百分比)$"
)
# A column of units; 单位 heads a column of bodies as well (东山区 | 312 | 45210).
_UNIT_HEAD = re.compile(r"(?:计量|計量)?[单單]\s*位")
_UNIT_CELL = re.compile(r"([万亿萬億]?)(.+)")
_YEAR = re.compile(r"\s*((?:19|20)\d\d)\s*年?\s*$")
_SCALE = {"": 1, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_PLAIN = {"個": "个", "戶": "户", "間": "间", "條": "条", "項": "项", "％": "%", "萬": "万"}
# What statisticians put where there is no figure to tell.
_NO_FIGURE = re.compile(r"\s*(?:[-－—–―]{0,3}|[/／…]|……)\s*")
# A head that tells a part of what the head before it tells.
_PART = re.compile(r"(?:其中[:：]?|#)\s*")
_RULER = re.compile(r"[\s|:+=-]*$")


class _Unit(NamedTuple):
    """What figures are multiplied with, their unit, and the unit as printed."""

    factor: int = 1
    unit: str = ""
    printed: str = ""

    @classmethod
    def of(cls, found: re.Match[str] | None) -> _Unit | None:
        """The unit that a match tells with its scale and its sign."""
        return cls(_SCALE[found[1]], _PLAIN.get(found[2], found[2]), found[1] + found[2]) if found else None

    @classmethod
    def in_head(cls, head: str) -> _Unit | None:
        """The unit that a head tells in brackets, or by what it is."""
        counted = _COUNTED.search(head)
        if counted is None:
            return cls.of(_UNIT.search(head))
        sign = counted[1] or counted[2] or "%"
        return cls(1, _PLAIN.get(sign, sign), sign)

    @classmethod
    def above(cls, text: str, start: int) -> _Unit | None:
        """The unit that one of the two lines above a table tells."""
        lines = text[max(0, start - _ABOVE) : start].rstrip().split("\n")[-2:]
        found = next((said for line in reversed(lines) if (said := _SAID.search(line))), None)
        return cls.of(found) if found and (found[2] in "%％" or unit_printed(found[2])) else None


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a table and the heads that name it."""

    quantity: Quantity
    name: str
    parent: str | None
    column: str | None
    period: str | None
    period_source: str | None
    line_start: int
    line_end: int


def find_cells(text: str, quantities: Sequence[Quantity], tables: Sequence[Table] = ()) -> list[Cell]:
    """
    Every figure that stands in a table, in order of place.

    ``quantities`` are all those of the text; of them a cell takes the one that fills it. ``tables`` are those that the
    file itself marks up.
    """
    if not tables and "|" not in text and "\t" not in text:
        return []
    known = {quantity.end: quantity for quantity in quantities}
    cells = [cell for table in tables for cell in _read_table(text, table, known)]
    run: list[Span] = []
    for match in _LINE.finditer(text):
        line = match.span()
        if any(table.start <= line[0] < table.end for table in tables):
            continue
        if run and line[0] - run[-1][1] > 2:
            cells += _read_lines(text, run, known)
            run = []
        run.append(line)
    if run:
        cells += _read_lines(text, run, known)
    return sorted(cells, key=lambda cell: cell.quantity.start)


def _read_table(text: str, table: Table, known: Mapping[int, Quantity]) -> Iterator[Cell]:
    """
    The figures of a table that the file marks up: heads may be several rows high and labels several columns wide.

    A head that covers several columns speaks for each of them, a label that covers several rows for each of those.
    """
    width = max((cell.column + cell.columns for cell in table.cells), default=0)
    height = max((cell.row + cell.rows for cell in table.cells), default=0)
    grid: list[list[Span | None]] = [[None] * width for _ in range(height)]
    covered: list[list[str]] = [[""] * width for _ in range(height)]
    captions = [
        cell for cell in table.cells if cell.columns >= width or _SAID.match(text[cell.start : cell.end].strip())
    ]
    for cell in table.cells:
        if cell in captions:
            continue
        inside = text[cell.start : cell.end].strip()
        grid[cell.row][cell.column] = cell.start, cell.end
        for row in range(cell.row, min(cell.row + cell.rows, height)):
            for column in range(cell.column, min(cell.column + cell.columns, width)):
                covered[row][column] = inside
            if not _is_figure(inside):
                grid[row][cell.column] = cell.start, cell.end
    rows = [row for row in range(height) if any(covered[row])]
    first = next((at for at, row in enumerate(rows) if any(map(_is_figure, covered[row][1:]))), 0)
    if not 0 < first <= 3:
        return
    heads = [tuple(dict.fromkeys(covered[row][at] for row in rows[:first] if covered[row][at])) for at in range(width)]
    said = (text[cell.start : cell.end] for cell in captions)
    unit = next((_Unit.of(found) for line in said if (found := _UNIT.search(line) or _SAID.search(line))), None)
    of_table = unit or _Unit.above(text, table.start) or _Unit()
    yield from _figures(text, heads, [grid[row] for row in rows[first:]], of_table, known)


def _is_figure(cell: str) -> bool:
    """True for a number alone, or with a unit of its own (¥12.5万元)."""
    found = _OWN_UNIT.match(cell)
    if found is None or _YEAR.match(cell):
        return False
    unit = found[1].lstrip("".join(_SCALE))
    return not unit or unit in "%％" or unit_printed(unit) is not None


def _own(text: str, start: int, end: int, known: Mapping[int, Quantity]) -> Quantity | None:
    """The quantity that fills a cell, unit and all."""
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    found = known.get(end)
    return found if found and found.unit and text[start : found.start].strip() in ("", "¥", "￥") else None


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The cells of a line as spans; the bars at both ends of a line open no cell."""
    spans, at = [], start
    for place in [*(m.start() for m in re.finditer(r"[|\t]", text[start:end])), end - start]:
        spans.append((at, start + place))
        at = start + place + 1
    if spans and not text[spans[0][0] : spans[0][1]].strip() and text[start] == "|":
        spans = spans[1:]
    if spans and not text[spans[-1][0] : spans[-1][1]].strip() and text[start] == "|":
        spans = spans[:-1]
    return spans


def _read_lines(text: str, lines: list[Span], known: Mapping[int, Quantity]) -> Iterator[Cell]:
    rows = [
        _split(text, start, end)
        for start, end in lines
        if not _RULER.match(text, start, end) or text[start:end].strip(" |-:+=")
    ]
    if len(rows) < 2:
        return
    heads = [text[a:b].strip() for a, b in rows[0]]
    if sum(map(_is_figure, heads[1:])) <= len(heads) // 2:
        of_table = _Unit.above(text, lines[0][0]) or _Unit()
        yield from _figures(text, [(head,) for head in heads], rows[1:], of_table, known)


@dataclass(frozen=True, slots=True)
class _Whole:
    """A row that told a unit: those below it without one tell parts of it, as long as they are no larger."""

    name: str
    unit: _Unit
    row: Mapping[int, Decimal]

    def holds(self, row: Mapping[int, Decimal]) -> bool:
        return all(value <= self.row[column] for column, value in row.items() if column in self.row)


def _figures(
    text: str,
    heads: list[tuple[str, ...]],
    rows: Sequence[Sequence[Span | None]],
    of_table: _Unit,
    known: Mapping[int, Quantity],
) -> Iterator[Cell]:
    """The figures of rows whose first cells are labels, named by them and by the heads of their columns."""
    whole: _Whole | None = None
    units = _column_of_units(text, heads, rows)
    labels = _labels(text, rows)
    columns = [_Column.of(tops) for tops in heads]
    _share_units(columns)
    for row in rows:
        places = [span for at, span in enumerate(row[:labels]) if span and at != units]
        told_of_row = [text[a:b].strip() for a, b in places]
        row_year = next((found[1] for label in told_of_row if (found := _YEAR.match(label))), None)
        named = [label for label in told_of_row if label and not _NUMBER.match(label) and not _YEAR.match(label)]
        head = "".join(dict.fromkeys(named))
        if not (head or row_year):
            continue  # only a number, as of the rows of a list
        name = _PART.sub("", _UNIT.sub("", head)).strip()
        spans = [(column, span) for column, span in enumerate(row[labels:], start=labels) if span]
        values = {column: value for column, span in spans if (value := _plain_value(text[slice(*span)])) is not None}
        told = _Unit.of(_UNIT.search(head))
        if told:
            whole = _Whole(name, told, values)
        elif whole and not whole.holds(values):
            whole = None
        of_row = _printed_unit(text, row, units) or (None if told else _Unit.in_head(head))
        line = places[0][0], max(span[1] for span in row if span)
        for at, span in spans:
            column = columns[at] if at < len(columns) else _Column()
            unit = column.unit or of_row or (whole.unit if whole else of_table)
            quantity = _own(text, *span, known) or _read(text, span, unit, dated=column.year is not None)
            if quantity is None:
                continue
            period, source = (column.year, "column") if column.year else (row_year, "row" if row_year else None)
            # A share among counts is no part of them: 会员（万人）, and below it 入会率 with 85%.
            parent = whole.name if whole and not told and quantity.unit == whole.unit.unit else None
            yield Cell(quantity, name, parent, column.label, period, source, *line)


def _read(text: str, span: Span, unit: _Unit, *, dated: bool) -> Quantity | None:
    """The figure of a cell in the unit that the heads tell, or that it is missing; None for a word, or in a list of records."""
    start, end = span
    cell = text[start:end]
    bare = _plain_value(cell)
    if unit.unit == "%" and bare is not None and abs(bare) <= 1 and bare != bare.to_integral_value():
        unit = _Unit()  # 入会率 0.853: a share of one, or less than one in a hundred?
    factor, kind, sign = unit
    if not kind and not dated:
        return None
    if match := _NUMBER.match(cell):
        percent = match.group(2)
        value = _value(match.group(1))
        if value is None:
            return None
        return _quantity(
            text, start + match.start(1), start + match.end(2 if percent else 1), value if percent else value * factor,
            "%" if percent else kind, percent or sign, "A",
        )  # fmt: skip
    if kind and _NO_FIGURE.fullmatch(cell):
        return _quantity(text, start, start + len(cell.rstrip()), None, kind, sign, "O")
    return None


@dataclass(slots=True)
class _Column:
    """What the heads of a column tell: what is counted, the year, and the unit."""

    label: str | None = None
    year: str | None = None
    unit: _Unit | None = None
    is_part: bool = False

    @classmethod
    def of(cls, tops: Sequence[str]) -> _Column:
        label = "".join(_PART.sub("", _UNIT.sub("", top)).strip() for top in tops if not _YEAR.match(top))
        year = next((found[1] for top in tops if (found := _YEAR.match(top))), None)
        unit = next(filter(None, map(_Unit.in_head, tops)), None)
        return cls(label or None, year, unit, bool(tops and _PART.match(tops[-1])))


def _share_units(columns: Sequence[_Column]) -> None:
    """Give a column of a part (其中：女会员) the unit of the column before it."""
    for before, column in pairwise(columns):
        if column.unit is None and column.is_part:
            column.unit = before.unit


def _labels(text: str, rows: Sequence[Sequence[Span | None]]) -> int:
    """How many columns stand before the first that holds a figure; a year is a label."""
    holding = (
        at for row in rows for at, span in enumerate(row) if at and span and _is_figure(text[slice(*span)].strip())
    )
    return min(holding, default=1)


def _column_of_units(text: str, heads: Sequence[tuple[str, ...]], rows: Sequence[Sequence[Span | None]]) -> int | None:
    """Which column tells the unit of each row (指标 | 单位 | 2008 | 2009), if one does."""
    for at, tops in enumerate(heads):
        if tops and _UNIT_HEAD.fullmatch(tops[-1]):
            told = sum(_printed_unit(text, row, at) is not None for row in rows)
            if 2 * told > len(rows):
                return at
    return None


def _printed_unit(text: str, row: Sequence[Span | None], at: int | None) -> _Unit | None:
    span = row[at] if at is not None and at < len(row) else None
    found = _UNIT_CELL.fullmatch(text[slice(*span)].strip()) if span else None
    return _Unit.of(found) if found and unit_printed(found[2]) else None


def _plain_value(cell: str) -> Decimal | None:
    """The number of a cell that holds nothing else."""
    match = _NUMBER.match(cell)
    return _value(match[1]) if match and not match[2] else None


def _value(printed: str) -> Decimal | None:
    try:
        return Decimal(printed.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None


def _quantity(text: str, start: int, end: int, value: Decimal | None, unit: str, printed: str, status: str) -> Quantity:
    return Quantity(
        start=start,
        end=end,
        text=text[start:end],
        number_start=start,
        number_end=end,
        value=value,
        low=None,
        high=None,
        approx=False,
        bound=None,
        cue=None,
        unit=unit,
        unit_printed=printed,
        kind={"%": "share", "元": "money"}.get(unit, "count"),
        obs_status=status,  # type: ignore[arg-type]
    )
