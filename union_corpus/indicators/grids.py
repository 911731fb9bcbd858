"""
Figures of a table: rows and columns of cells divided by | or tabs, whose heads name the numbers.

A cell takes its indicator from the head of its row, its period from the head of its column where that is a year, and
its unit from either head (会员（万人）) or from a row above that has one. An empty cell is a missing figure (O), not a zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from union_corpus.quantities import Quantity

_LINE = re.compile(r"^[^\n|\t]*(?:[|\t][^\n|\t]*){2,}$", re.MULTILINE)
_CELL = re.compile(r"[^|\t]*")
_NUMBER = re.compile(r"\s*(-?\d[\d,，]*(?:\.\d+)?)\s*([%％])?\s*$")
_UNIT = re.compile(r"[（(]\s*(?:单位[:：])?([万亿萬億]?)([^\d（）()]{1,4}|%)\s*[）)]\s*$")
_YEAR = re.compile(r"\s*((?:19|20)\d\d)\s*年?\s*$")
_SCALE = {"": 1, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_PLAIN = {"個": "个", "戶": "户", "間": "间", "條": "条", "項": "项", "％": "%", "萬": "万"}
_RULER = re.compile(r"[\s|:+=-]*$")


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a table and the heads that name it."""

    quantity: Quantity
    name: str
    parent: str | None
    column: str | None
    period: str | None
    line_start: int
    line_end: int


def find_cells(text: str) -> list[Cell]:
    """Every figure that stands in a table, in order of place."""
    if "|" not in text and "\t" not in text:
        return []
    lines = [(match.start(), match.end()) for match in _LINE.finditer(text)]
    cells: list[Cell] = []
    table: list[tuple[int, int]] = []
    for start, end in lines:
        if table and start - table[-1][1] > 2:
            cells += _read(text, table)
            table = []
        table.append((start, end))
    if table:
        cells += _read(text, table)
    return cells


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


def _read(text: str, lines: list[tuple[int, int]]) -> Iterator[Cell]:
    rows = [
        _split(text, start, end)
        for start, end in lines
        if not _RULER.match(text, start, end) or text[start:end].strip(" |-:+=")
    ]
    if len(rows) < 2:
        return
    heads = [text[a:b].strip() for a, b in rows[0]]
    if sum(bool(_NUMBER.match(head)) and not _YEAR.match(head) for head in heads[1:]) > len(heads) // 2:
        return
    scale, unit, printed, parent = 1, "", "", None
    for row in rows[1:]:
        head = text[row[0][0] : row[0][1]].strip()
        if _NUMBER.match(head) or not head:
            continue
        told = _UNIT.search(head)
        name = _UNIT.sub("", head).strip()
        if told:
            scale, unit, parent = _SCALE[told.group(1)], _PLAIN.get(told.group(2), told.group(2)), None
            printed = told.group(1) + told.group(2)
        for column, (a, b) in enumerate(row[1:], start=1):
            top = heads[column] if column < len(heads) else ""
            own = _UNIT.search(top)
            cell = text[a:b]
            match = _NUMBER.match(cell)
            if own:
                factor, kind, sign = (
                    _SCALE[own.group(1)],
                    _PLAIN.get(own.group(2), own.group(2)),
                    own.group(1) + own.group(2),
                )
            else:
                factor, kind, sign = scale, unit, printed
            year = _YEAR.match(top)
            if not kind and year is None:
                continue  # a list of records, not a table of figures
            if match:
                percent = match.group(2)
                value = _value(match.group(1))
                if value is None:
                    continue
                quantity = _quantity(
                    text, a + match.start(1), a + match.end(2 if percent else 1), value if percent else value * factor,
                    "%" if percent else kind, percent or sign, "A",
                )  # fmt: skip
            elif not cell.strip() and kind:
                quantity = _quantity(text, a, a, None, kind, sign, "O")
            else:
                continue
            label = None if year else _UNIT.sub("", top).strip() or None
            yield Cell(quantity, name, parent, label, year.group(1) if year else None, row[0][0], row[-1][1])
        if told:
            parent = name


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
