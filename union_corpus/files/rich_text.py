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
SIGNS = {b"~": "\xa0", b"-": "", b"_": "-", b"\n": "\n", b"\r": "\n"}
# Words that set what holds for the text behind them, also in groups that are passed over.
SET_WORDS = {"ansicpg", "f", "fcharset", "plain", "pard", "intbl", "uc"}
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
        # What holds in the group that is open, in those around it, and for the tokens that come next.
        self.state = _State()
        self.stack: list[_State] = []
        self.skip = 0
        self.font = -1
        self.optional = False

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
        for token in TOKEN.finditer(self.data):
            trouble = self._take(token)
            if trouble:
                return trouble
        self.flush()
        return "the file breaks off inside a group; what stood before was kept" if self.stack else None

    def _take(self, token: re.Match[bytes]) -> str | None:
        """Read one token; a problem in words where nothing behind it can be read."""
        start, end = token.span()
        trouble = None
        if token["text"] is not None:
            if not self._text(token["text"], start, end):
                return None
        elif token["hex"] is not None:
            if self.skip:
                self.skip -= 1
            elif not self.state.skipped:
                self.gather(bytes((int(token["hex"], 16),)), start, end, self.state.encoding)
        elif token["brace"] == b"{":
            if len(self.stack) >= MOST_DEPTH:
                return f"groups nested more than {MOST_DEPTH} deep"
            self.stack.append(self.state)
            self.skip = 0
        elif token["brace"]:
            self.flush()
            self.state = self.stack.pop() if self.stack else self.state
            self.pieces = self.notes if self.state.note else self.body
            self.skip = 0
        elif token["sign"] is not None:
            self._sign(token["sign"], start, end)
        elif token["word"] is not None:
            number = int(token["number"]) if token["number"] is not None else None
            trouble = self._word(token["word"].decode("ascii"), number, start, end)
        # \* says that the group may be passed over by who does not know the word behind it.
        self.optional = token["sign"] == b"*"
        return trouble

    def _text(self, text: bytes, start: int, end: int) -> bool:
        """Plain text, less the stand-ins of a Unicode escape before it; False where none of it is to be read."""
        used = min(self.skip, len(text))
        self.skip -= used
        start, text = start + used, text[used:]
        if self.state.skipped or not text:
            return False
        if max(text) >= 0x80 or (self.bytes and self.half_open()):
            self.gather(text, start, end, self.state.encoding)
        else:
            self.flush()
            self.emit(text.decode("ascii"), start, end, "ascii")
        return True

    def _sign(self, sign: bytes, start: int, end: int) -> None:
        if not self.state.skipped and sign in b"\\{}~-_\n\r":
            self.flush()
            self.emit(SIGNS.get(sign, sign.decode("latin-1")), start, end, None)

    def _word(self, word: str, number: int | None, start: int, end: int) -> str | None:
        """A control word, for what is told and set; a problem in words where nothing behind it can be read."""
        if word == "footnote" and not self.state.skipped:
            self.flush()
            self.state, self.pieces = replace(self.state, note=True), self.notes
            self.emit("\n", start, start, None)
        elif word in SKIPPED or (self.optional and word not in ("shptxt", "shpinst")):
            self.flush()
            self.state = replace(self.state, skipped=True, fonts=word == "fonttbl")
        elif word == "bin" and number is not None and number > 0:
            return "pictures stored as plain bytes are not read; what stood before them was kept"
        elif word in SET_WORDS:
            self._set(word, number)
        elif self.state.skipped:
            pass
        elif word == "u" and number is not None:
            self.flush()
            self._unit(number & 0xFFFF, start, end)
            self.skip = self.state.stand_ins
        elif self.row.read(word, number):
            pass
        elif word in ("cell", "row") and self.pieces is self.body:
            self.flush()
            self._end_cell(ends_row=word == "row")
        elif word in CHARS:
            self.flush()
            self.emit(CHARS[word], start, end, None)
            if word == "par" and not self.state.in_table and self.pieces is self.body:
                self._end_table()
        return None

    def _set(self, word: str, number: int | None) -> None:
        """What a word sets for the text behind it: its encoding by way of the fonts, stand-ins, whether it is in a table."""
        if word == "plain":
            self.state = replace(self.state, encoding="")
        elif word in ("pard", "intbl"):
            self.state = replace(self.state, in_table=word == "intbl")
        elif number is None:
            return
        elif word == "ansicpg":
            self.page = CODE_PAGES.get(number, _known(f"cp{number}"))
        elif word == "f":
            self.font = number
            if not self.state.fonts:
                self.state = replace(self.state, encoding=self.fonts.get(number, ""))
        elif word == "fcharset" and self.state.fonts:
            self.fonts[self.font] = CHARSETS.get(number, "")
        elif word == "uc":
            self.state = replace(self.state, stand_ins=max(0, min(number, 8)))

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
