"""Tables saved as CSV: the text stays as it is, and its cells are told by their places."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from union_corpus.documents import Document, Table, TableCell

# A cell, in quotation marks where it holds a comma or a line end, and what ends it.
_CELL = re.compile(r"""(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^,;\t\r\n]*))(?P<end>[,;\t]|\r?\n|\r|\Z)""")
_DIVIDERS = ",;\t"


def with_table(doc: Document) -> Document:
    """
    The document with the table that its commas (semicolons, tabs) draw; as it was where they draw none.

    >>> table, = with_table(Document.from_text('年份,会员（人）\\n2008,"214,000"\\n')).tables
    >>> [(cell.row, cell.column, cell.start, cell.end) for cell in table.cells]
    [(0, 0, 0, 2), (0, 1, 3, 8), (1, 0, 9, 13), (1, 1, 15, 22)]
    """
    text = doc.text
    first = text[: re.search(r"[\r\n]|\Z", text).start()]  # type: ignore[union-attr]
    divider = Counter(char for char in first if char in _DIVIDERS).most_common(1)
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
    return replace(doc, source=replace(doc.source, tables=(Table(0, len(text.rstrip()), tuple(cells)),)))
