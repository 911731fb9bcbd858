"""
Word 6 to 2003 and WPS files (DOC): the text of the piece table, with list numbers and tables.

Run in a child process (see ``children``): the container is read by olefile, which a broken file may lead in circles.
"""

from __future__ import annotations

import io
import re
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import astuple
from typing import Any

from union_corpus.files.edged_rows import TableRow, write_rows
from union_corpus.files.markup import Paragraphs
from union_corpus.files.old_word_looks import MOST_LISTS, PIECES, Looks, ParagraphLooks, deleted, part

# Characters that Word stores for things that are not text.
CHARS = {0x0B: "\n", 0x0E: "\n", 0x1E: "-"}
CONTROLS = re.compile(r"[\x00-\x08\x0f-\x1f]")
ENDS = "\r\x07\x0c"


class OldWordError(Exception):
    """A DOC file that cannot be read; the message says why."""


# Streams of an OLE file, and what the file is that holds one.
STREAMS = {
    "WordDocument": "doc",
    "Workbook": "spreadsheet",
    "Book": "spreadsheet",
    "PowerPoint Document": "presentation",
    "EncryptedPackage": "encrypted",
}


def ole_kind(data: bytes) -> str:
    """Which program's file this is; "doc" where no stream tells, for the reader of those to say what is wrong."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        return next((kind for stream, kind in STREAMS.items() if ole.exists(stream)), "doc")


def doc_text(data: bytes) -> dict[str, Any]:
    """
    The text of a DOC file and its tables: body, then foot- and endnotes, then text boxes.

    Headers and deleted text are left out; list numbers are written out. A table is (start, end, cells).
    """
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        if not ole.exists("WordDocument"):
            raise OldWordError("an old Office file without a Word document inside; save it as DOCX, PDF or CSV")
        main = ole.openstream("WordDocument").read()
        if len(main) < 0x200:
            raise OldWordError("the Word document breaks off in its heading")
        version, flags = struct.unpack_from("<H", main, 2)[0], struct.unpack_from("<H", main, 0x0A)[0]
        if flags & 0x0100:
            raise OldWordError("the file has a password; open it in Word and save it without")
        if version < 0x00C0:
            first, last = struct.unpack_from("<II", main, 0x18)
            return _written([(0, _eight_bit(main[first:last]))], Looks(), lambda at: at)
        table_name = "1Table" if flags & 0x0200 else "0Table"
        if not ole.exists(table_name):
            raise OldWordError("the file has lost its table of pieces")
        table = ole.openstream(table_name).read()
        pictures = ole.openstream("Data").read() if ole.exists("Data") else b""
    pieces = _Pieces(main, table)
    body, notes, headers, _, comments, endnotes, boxes = struct.unpack_from("<7I", main, 0x4C)
    after = body + notes + headers + comments
    spans = ((0, body), (body, body + notes), (after, after + endnotes), (after + endnotes, after + endnotes + boxes))
    parts = [(start, pieces.text[start:end]) for start, end in spans]
    return _written(parts, Looks(main, table, pictures), pieces.place)


def _eight_bit(data: bytes) -> str:
    from union_corpus.decoding import decode

    # To the decoder the sign that ends a cell speaks against text, a tab does not.
    signs = iter(re.findall(rb"[\t\x07]", data))
    text = decode(data.replace(b"\x07", b"\t")).text
    return re.sub("\t", lambda _: next(signs, b"\t").decode("ascii"), text)


class _Pieces:
    """The text of a document, put together of the pieces that its table names, and where each stands in the bytes."""

    def __init__(self, main: bytes, table: bytes) -> None:
        texts = []
        self._starts: list[int] = []
        self._places: list[tuple[int, int]] = []
        gone = deleted(main, table)
        length = 0
        for first, width, count in _piece_table(main, table):
            codes = main[first : first + width * count]
            text = codes.decode("utf-16-le" if width == 2 else "cp1252", "replace")
            for low, high in gone:
                start, end = max(0, (low - first) // width), (high - first) // width
                if start < end:
                    # Places are counted on: the signs that stand in are taken out with Word's other marks.
                    text = text[:start] + "\x01" * len(text[start:end]) + text[end:]
            self._starts.append(length)
            self._places.append((first, width))
            texts.append(text)
            length += len(text)
        self.text = "".join(texts)

    def place(self, at: int) -> int:
        """Which byte of the document a character stands at."""
        index = bisect_right(self._starts, at) - 1
        first, width = self._places[index]
        return first + width * (at - self._starts[index])


def _piece_table(main: bytes, table: bytes) -> Iterator[tuple[int, int, int]]:
    """The pieces: where each begins in the document's bytes, how many bytes a character has, how many characters."""
    clx = part(main, table, PIECES)
    at = 0
    while at < len(clx) and clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != 2:
        raise OldWordError("the file has lost its table of pieces")
    length = struct.unpack_from("<I", clx, at + 1)[0]
    plex = clx[at + 5 : at + 5 + length]
    number = (len(plex) - 4) // 12
    places = struct.unpack_from(f"<{number + 1}I", plex, 0)
    for index in range(number):
        count = places[index + 1] - places[index]
        where = struct.unpack_from("<I", plex, 4 * (number + 1) + 8 * index + 2)[0]
        if count > 0:
            yield ((where & 0x3FFFFFFF) // 2, 1, count) if where & 0x40000000 else (where, 2, count)


# -- paragraphs and tables --------------------------------------------------------------------------------------------


def _written(parts: list[tuple[int, str]], looks: Looks, place: Callable[[int], int]) -> dict[str, Any]:
    """The lines and tables of the document's body, the lines of its other parts behind them."""
    body = Paragraphs()
    for number, (start, text) in enumerate(parts):
        lines = Paragraphs() if number else body
        table = _Table(lines)
        for line, sign, at in _paragraphs(text):
            of = looks.at(place(start + at)) if looks else ParagraphLooks(ends_row=sign == "\x07" and not line)
            if line.strip() and 0 < of.number <= MOST_LISTS:
                line = looks.numbers.next(str(of.number), of.level) + line
            table.take(line, sign, of)
        table.end()
        if number:
            body.notes.extend(note for line in lines.text_and_tables()[0].split("\n") if (note := line.strip()))
    text, tables = body.text_and_tables()
    return {"text": text, "tables": [(one.start, one.end, [astuple(cell) for cell in one.cells]) for one in tables]}


def _paragraphs(text: str) -> Iterator[tuple[str, str, int]]:
    """The paragraphs without field codes: text, the sign that ends each, and the place of that sign."""
    kept: list[str] = []
    # Of every open field whether its codes are still going on, and of how many they are.
    fields: list[bool] = []
    hidden = 0
    for at, char in enumerate(text):
        if char == "\x13":
            fields.append(True)
            hidden += 1
        elif char == "\x14" and fields:
            hidden -= fields[-1]
            fields[-1] = False
        elif char == "\x15" and fields:
            hidden -= fields.pop()
        elif hidden:
            continue
        elif char in ENDS:
            yield _plain(kept), char, at
            kept.clear()
        else:
            kept.append(char)
    if kept:
        yield _plain(kept), "", len(text) - 1


def _plain(chars: list[str]) -> str:
    return CONTROLS.sub("", "".join(chars).translate(CHARS))


class _Table:
    """Paragraphs on their way to the lines: those of a table wait until its last row tells where its columns are."""

    def __init__(self, lines: Paragraphs) -> None:
        self._lines = lines
        self._rows: list[tuple[list[list[str]], TableRow]] = []
        self._cells: list[list[str]] = []
        self._cell: list[str] = []

    def take(self, line: str, sign: str, looks: ParagraphLooks) -> None:
        """The next paragraph: of a cell, a cell's last, the end of a row, or one outside."""
        if looks.ends_row:
            self._rows.append((self._cells, looks.row))
            self._cells = []
        elif sign == "\x07":
            self._cells.append([*self._cell, line])
            self._cell = []
        elif looks.in_table:
            self._cell.append(line)
        else:
            self.end()
            self._lines.begin(line)
            self._lines.end()

    def end(self) -> None:
        """No row is to follow: the table is written."""
        if self._cell or self._cells:
            # The file breaks off inside a row.
            self._rows.append(([*self._cells, self._cell], TableRow()))
        rows, self._rows, self._cells, self._cell = self._rows, [], [], []
        if rows:
            write_rows(self._lines, rows)
