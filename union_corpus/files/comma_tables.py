"""Tables saved as CSV: the text stays as it is, and its cells are told by their places."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from union_corpus.documents import Document, Table, TableCell

# A cell, in quotation marks where it holds a comma or a line end, and what ends it.
_CELL = re.compile(r"""(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^,;\t\r\n]*))(?P<end>[,;\t]|\r?\n|\r|\Z)""")
_DIVIDERS = ",;\t"
# What divides the cells is told by the first lines, since a title may stand above them.
_HEAD, _LINES = 4000, 5


def with_table(doc: Document) -> Document:
    """
    The document with the table that its commas (semicolons, tabs) draw; as it was where they draw none.

    Titles and notes, rows above and below with text in one cell only, are no part of the table.

    >>> table, = with_table(Document.from_text('年份,会员（人）\\n2008,"214,000"\\n')).tables
    >>> [(cell.row, cell.column, cell.start, cell.end) for cell in table.cells]
    [(0, 0, 0, 2), (0, 1, 3, 8), (1, 0, 9, 13), (1, 1, 15, 22)]
    """
    text = doc.text
    head = "".join(text[:_HEAD].splitlines(keepends=True)[:_LINES])
    divider = Counter(char for char in head if char in _DIVIDERS).most_common(1)
    if not divider:
        return doc
    cells: list[TableCell] = []
    at = row = column = 0
    while at < len(text):
        match = _CELL.match(text, at)
        start = at
        # A divider of another kind, or a quotation mark inside a cell, belongs to the cell.
        while match is not None and match["end"] and match["end"] in _DIVIDERS and match["end"] != divider[0][0]:
            match = _CELL.match(text, match.end())
        if match is None:
            return doc
        span = match.span("quoted") if match["quoted"] is not None else (start, match.end("plain"))
        cells.append(TableCell(*span, row, column))
        at = match.end()
        row, column = (row, column + 1) if match["end"] == divider[0][0] else (row + 1, 0)
    filled = Counter(cell.row for cell in cells if text[cell.start : cell.end].strip())
    wide = [row for row, count in filled.items() if count > 1]
    cells = [cell for cell in cells if wide and wide[0] <= cell.row <= wide[-1]]
    if not cells:
        return doc
    kept = tuple(replace(cell, row=cell.row - wide[0]) for cell in cells)
    return replace(doc, source=replace(doc.source, tables=(Table(kept[0].start, kept[-1].end, kept),)))
