"""RTF files: text with its code pages, every run with its bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby

from union_corpus.documents import Document, Problem, RawFile, Region, Source, Table
from union_corpus.files.edged_rows import TableRow
from union_corpus.files.rich_text_tables import RichRow, RowLooks, Run, table_runs

TOKEN = re.compile(
    rb"""
      \\'(?P<hex>[0-9a-fA-F]{2})                     # \'b9
    | \\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})?\ ?   # \par  \u24037
    | \\(?P<sign>[^a-zA-Z])                          # \~  \{  \*
    | (?P<brace>[{}])
    | (?P<end>[\r\n]+)
    | (?P<text>[^\\{}\r\n]+)
    """,
    re.VERBOSE,
)
# Groups that hold no text of the report.
SKIPPED = {
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "headerl", "headerr", "headerf", "footer",
    "footerl", "footerr", "footerf", "fldinst", "themedata", "datastore", "listtable", "listoverridetable", "rsidtbl",
    "latentstyles", "generator", "xmlnstbl", "pntext", "pntxtb", "pntxta", "bkmkstart", "bkmkend", "nonshppict", "filetbl",
    "revtbl", "mmathPr", "deleted",
}  # fmt: skip
CHARS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "cell": "\t", "nestcell": "\t", "nestrow": "\n", "tab": "\t",
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
# Font character sets that mean another code page than the file's own.
CHARSETS = {134: "gb18030", 136: "cp950", 128: "cp932", 129: "cp949", 0: "cp1252", 204: "cp1251", 161: "cp1253"}
CODE_PAGES = {936: "gb18030", 54936: "gb18030", 950: "cp950", 932: "cp932", 949: "cp949", 65001: "utf-8"}
MOST_DEPTH = 1000


@dataclass(frozen=True)
class _State:
    """What holds inside a group: skipped, a note, a table cell, the font's encoding, how many bytes stand in for a \\u character."""

    skipped: bool = False
    note: bool = False
    fonts: bool = False
    in_table: bool = False
    encoding: str = ""
    stand_ins: int = 1


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        # Pieces of text with their bytes and encoding: those of the body, and those of the notes, which come at the end.
        # The rows of tables stand among those of the body.
        self.body: list[Run | RichRow] = []
        self.notes: list[Run | RichRow] = []
        self.pieces = self.body
        self.row = RowLooks()
        # Where the cell that is open begins among the pieces of the body, and the cells of its row before it.
        self.cell_start = 0
        self.cells: list[tuple[Run, ...]] = []
        self.page = "cp1252"
        self.fonts: dict[int, str] = {}
        self.bytes = bytearray()
        self.bytes_start = self.bytes_end = 0
        self.bytes_encoding = ""
        self.high = 0
        self.default_font = 0

    def emit(self, text: str, start: int, end: int, encoding: str | None) -> None:
        if text:
            self.pieces.append((text, start, end, encoding))

    def flush(self) -> None:
        """Read the bytes gathered from \\'xx (and the text between them) in the font's code page."""
        if self.bytes:
            encoding = self.bytes_encoding or self.page
            self.emit(self.bytes.decode(encoding, "replace"), self.bytes_start, self.bytes_end, None)
            self.bytes.clear()

    def gather(self, data: bytes, start: int, end: int, encoding: str) -> None:
        if self.bytes and (encoding != self.bytes_encoding or start - self.bytes_end > 4):
            self.flush()
        if not self.bytes:
            self.bytes_start, self.bytes_encoding = start, encoding
        self.bytes += data
        self.bytes_end = end

    def half_open(self) -> bool:
        """True where the gathered bytes end in the first half of a two-byte character."""
        run = len(self.bytes)
        while run and self.bytes[run - 1] >= 0x81:
            run -= 1
        return (len(self.bytes) - run) % 2 == 1 and (self.bytes_encoding or self.page) not in (
            "cp1252",
            "cp1251",
            "cp1253",
        )

    def read(self) -> str | None:
        """Read the whole file; a problem in words where it breaks off."""
        state = _State()
        stack: list[_State] = []
        skip = 0
        font = -1
        optional = False
        for token in TOKEN.finditer(self.data):
            start, end = token.span()
            if token["text"] is not None:
                text = token["text"]
                if skip:
                    # Stand-ins of a \u character that are written plainly.
                    used = min(skip, len(text))
                    skip -= used
                    start, text = start + used, text[used:]
                if state.skipped or not text:
                    continue
                if max(text) >= 0x80 or (self.bytes and self.half_open()):
                    self.gather(text, start, end, state.encoding)
                else:
                    self.flush()
                    self.emit(text.decode("ascii"), start, end, "ascii")
            elif token["hex"] is not None:
                if skip:
                    skip -= 1
                elif not state.skipped:
                    self.gather(bytes((int(token["hex"], 16),)), start, end, state.encoding)
            elif token["brace"] == b"{":
                if len(stack) >= MOST_DEPTH:
                    return f"groups nested more than {MOST_DEPTH} deep"
                stack.append(state)
                skip = 0
            elif token["brace"]:
                self.flush()
                state = stack.pop() if stack else state
                self.pieces = self.notes if state.note else self.body
                skip = 0
            elif token["sign"] is not None:
                sign = token["sign"]
                if sign == b"*":
                    optional = True
                    continue
                if not state.skipped and sign in b"\\{}~-_\n\r":
                    self.flush()
                    char = {b"~": "\xa0", b"-": "", b"_": "-", b"\n": "\n", b"\r": "\n"}.get(
                        sign, sign.decode("latin-1")
                    )
                    self.emit(char, start, end, None)
            elif token["word"] is not None:
                word = token["word"].decode("ascii")
                number = int(token["number"]) if token["number"] is not None else None
                if word == "footnote" and not state.skipped:
                    self.flush()
                    state, self.pieces = replace(state, note=True), self.notes
                    self.emit("\n", start, start, None)
                elif word in SKIPPED or (optional and word not in ("shptxt", "shpinst")):
                    self.flush()
                    state = replace(state, skipped=True, fonts=word == "fonttbl")
                elif word == "ansicpg" and number is not None:
                    self.page = CODE_PAGES.get(number, _known(f"cp{number}"))
                elif word == "f" and number is not None:
                    font = number
                    if not state.fonts:
                        state = replace(state, encoding=self.fonts.get(number, ""))
                elif word == "fcharset" and number is not None and state.fonts:
                    self.fonts[font] = CHARSETS.get(number, "")
                elif word == "plain":
                    state = replace(state, encoding="")
                elif word == "pard":
                    state = replace(state, in_table=False)
                elif word == "uc" and number is not None:
                    state = replace(state, stand_ins=max(0, min(number, 8)))
                elif word == "u" and number is not None and not state.skipped:
                    self.flush()
                    self._unit(number & 0xFFFF, start, end)
                    skip = state.stand_ins
                elif word == "bin" and number is not None and number > 0:
                    return "pictures stored as plain bytes are not read; what stood before them was kept"
                elif not state.skipped and self.row.read(word, number):
                    continue
                elif word == "intbl":
                    state = replace(state, in_table=True)
                elif word in ("cell", "row") and not state.skipped and self.pieces is self.body:
                    self.flush()
                    self._end_cell(ends_row=word == "row")
                elif word in CHARS and not state.skipped:
                    self.flush()
                    self.emit(CHARS[word], start, end, None)
                    if word == "par" and not state.in_table and self.pieces is self.body:
                        self._end_table()
            optional = False
        self.flush()
        return "the file breaks off inside a group; what stood before was kept" if stack else None

    def _end_cell(self, *, ends_row: bool) -> None:
        """A cell ends, or a row; what stands behind the last cell of a row is a cell as well."""
        cell = tuple(piece for piece in self.body[self.cell_start :] if not isinstance(piece, RichRow))
        del self.body[self.cell_start :]
        if not ends_row or any(text.strip() for text, *_ in cell):
            self.cells.append(cell)
        if ends_row and self.cells:
            self.body.append(RichRow(tuple(self.cells), self.row.row()))
            self.cells = []
        self.cell_start = len(self.body)

    def _end_table(self) -> None:
        """A paragraph outside of tables has ended: cells whose row has not ended are one without edges."""
        if self.cells:
            self.body.insert(self.cell_start, RichRow(tuple(self.cells), TableRow()))
            self.cells = []
        self.cell_start = len(self.body)

    def written(self) -> tuple[list[Run], list[Table]]:
        """Everything read, the rows of tables written as lines, and those tables."""
        self._end_table()
        runs: list[Run] = []
        tables: list[Table] = []
        place = 0
        for is_row, group in groupby((*self.body, *self.notes), key=lambda piece: isinstance(piece, RichRow)):
            found: list[Run] = []
            if is_row:
                rows, made = table_runs([piece for piece in group if isinstance(piece, RichRow)])
                if runs and not runs[-1][0].endswith("\n"):
                    found.append(("\n", runs[-1][2], runs[-1][2], None))
                tables.extend(_moved(table, place + len(found)) for table in made)
                found += [*rows, ("\n", rows[-1][2], rows[-1][2], None)] if rows else []
            else:
                found = [piece for piece in group if not isinstance(piece, RichRow)]
            runs += found
            place += sum(len(text) for text, *_ in found)
        return runs, tables

    def _unit(self, unit: int, start: int, end: int) -> None:
        if 0xD800 <= unit < 0xDC00:
            self.high = unit
            return
        if 0xDC00 <= unit < 0xE000:
            text = chr(0x10000 + ((self.high - 0xD800) << 10) + unit - 0xDC00) if self.high else "\ufffd"
            self.high = 0
            self.emit(text, start, end, None)
            return
        self.emit(chr(unit), start, end, None)


def _moved(table: Table, by: int) -> Table:
    return table.moved(lambda start, end: (start + by, end + by))


def _known(encoding: str) -> str:
    try:
        "".encode(encoding)
    except LookupError:
        return "cp1252"
    return encoding


def read_rtf(raw: RawFile) -> Document:
    """The text of an RTF file, its notes at the end and its tables; runs of plain ASCII lead to their bytes."""
    reader = _Reader(raw.data)
    trouble = reader.read()
    runs, tables = reader.written()
    regions: list[Region] = []
    place = 0
    for piece, start, end, encoding in runs:
        regions.append(Region(place, place + len(piece), start, end, encoding))
        place += len(piece)
    text = "".join(piece for piece, *_ in runs)
    problems = (Problem("read", "broken_file", detail=trouble),) if trouble else ()
    source = Source(raw.path, raw.sha256, reader.page, tuple(regions), tables=tuple(tables))
    return Document(raw.path or "bytes", text, text, problems=problems, source=source)
