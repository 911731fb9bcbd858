"""
Tables that a text only prints: lines side by side whose cells are divided by tabs, bars or wide blanks.

A table that the file itself marks up comes with its document (``Document.tables``); these are read off the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from union_corpus.documents import Span, Table, TableCell

_BAR, _TAB = re.compile("[|｜]"), re.compile("\t")
# One of these stands in every divided line.
_DIVIDERS = (
    "|",
    "｜",
    "\t",
    "  ",
    "\u3000\u3000",
    "\xa0\xa0",
    " \u3000",
    "\u3000 ",
    " \xa0",
    "\xa0 ",
    "\u3000\xa0",
    "\xa0\u3000",
)
_WIDE_BLANK = re.compile("[ \u3000\xa0]{2,}")
# Cells of a table are short and no sentences; prose set in columns is not one.
_LONGEST_CELL = 24
_LONGEST_LINE = 400
_PROSE = re.compile("[。；;？！]|，.*，")


def printed_tables(text: str, lines: Sequence[Span]) -> list[Table]:
    """
    The tables among the lines of a text, in order, each with its cells.

    Lines with two tabs or three bars are rows by themselves. Lines divided by fewer, or by wide blanks, are a table when
    at least three stand together, have as many cells and count something.

    >>> page = "经费收支如下。\\n项目  预算  支出\\n培训  12000  11800\\n慰问  36000  35250\\n结余转入下年。"
    >>> found, = printed_tables(page, [match.span() for match in re.finditer(".+", page)])
    >>> [page[cell.start : cell.end] for cell in found.cells if cell.row == 2]
    ['慰问', '36000', '35250']
    >>> printed_tables("工会  主席", [(0, 6)])
    []
    """
    tables: list[Table] = []
    run: list[tuple[Span, list[Span]]] = []
    sort = ""
    within = (lines[0][0], lines[-1][1]) if lines else (0, 0)
    dividers = [divider for divider in _DIVIDERS if text.find(divider, *within) >= 0]
    for start, end in lines:
        divided = bool(dividers) and any(text.find(divider, start, end) >= 0 for divider in dividers)
        if not divided and not run:
            continue
        row = _cells(text, start, end) if divided else []
        found = _sort(text, start, end, row) if divided else ""
        beside = bool(run) and text.count("\n", run[-1][0][1], start) <= 2
        if found and found == sort and beside and (sort == _CLEAR or len(row) == len(run[-1][1])):
            run.append(((start, end), row))
            continue
        tables.extend(_table(text, run, sort))
        run, sort = ([((start, end), row)], found) if found else ([], "")
    tables.extend(_table(text, run, sort))
    return tables


def _cells(text: str, start: int, end: int) -> list[Span]:
    """The places of the cells of a line; one cell where nothing divides it."""
    if end - start > _LONGEST_LINE:
        return [(start, end)]
    line = text[start:end]
    for divider in (_BAR, _TAB):
        if divider.search(line):
            inner = start + (divider.match(line) is not None), end - (divider.match(line[-1]) is not None)
            return [_trimmed(text, *span) for span in _divided(text, *inner, divider)]
    return list(_divided(text, start, end, _WIDE_BLANK))


def _divided(text: str, start: int, end: int, divider: re.Pattern[str]) -> Iterator[Span]:
    for match in divider.finditer(text, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


_CLEAR, _LOOSE = "clear", "loose"


def _sort(text: str, start: int, end: int, row: Sequence[Span]) -> str:
    """Clear for a row that is one by itself (two tabs, three bars), loose for one that needs others; empty for none."""
    if len(row) < 2:
        return ""
    if text.count("\t", start, end) >= 2 or len(_BAR.findall(text, start, end)) >= 3:
        return _CLEAR
    short = all(last - first <= _LONGEST_CELL and not _PROSE.search(text, first, last) for first, last in row)
    return _LOOSE if short else ""


def _table(text: str, run: Sequence[tuple[Span, Sequence[Span]]], sort: str) -> Iterator[Table]:
    """The table that a run of rows makes, if it makes one."""
    if not run or (sort == _LOOSE and not (len(run) >= 3 and _counts(text, [row for _, row in run]))):
        return
    cells = [
        TableCell(start, end, number, column)
        for number, (_, row) in enumerate(run)
        for column, (start, end) in enumerate(row)
    ]
    yield Table(run[0][0][0], run[-1][0][1], tuple(cells))


def _counts(text: str, run: Sequence[Sequence[Span]]) -> bool:
    """True where figures stand below one another in some column."""
    figures = [
        [text[start:end].strip("%％元人户家个项次期万约").replace(".", "").isdecimal() for start, end in row]
        for row in run
    ]
    return any(sum(column) >= 2 for column in zip(*figures, strict=True))
