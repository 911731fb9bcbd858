"""RTF files: text with its code pages, every run with its bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from union_corpus.documents import Document, Problem, RawFile, Region, Source

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
    """What holds inside a group: skipped, a note, the font's encoding, how many bytes stand in for a \\u character."""

    skipped: bool = False
    note: bool = False
    fonts: bool = False
    encoding: str = ""
    stand_ins: int = 1


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        # Pieces of text with their bytes and encoding: those of the body, and those of the notes, which come at the end.
        self.body: list[tuple[str, int, int, str | None]] = []
        self.notes: list[tuple[str, int, int, str | None]] = []
        self.pieces = self.body
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
                elif word in ("plain", "pard"):
                    state = replace(state, encoding="") if word == "plain" else state
                elif word == "uc" and number is not None:
                    state = replace(state, stand_ins=max(0, min(number, 8)))
                elif word == "u" and number is not None and not state.skipped:
                    self.flush()
                    self._unit(number & 0xFFFF, start, end)
                    skip = state.stand_ins
                elif word == "bin" and number is not None and number > 0:
                    return "pictures stored as plain bytes are not read; what stood before them was kept"
                elif word in CHARS and not state.skipped:
                    self.flush()
                    if word in ("row", "nestrow") and self.pieces and self.pieces[-1][0] == "\t":
                        # The last cell of a row ends with a tab of its own.
                        start = self.pieces.pop()[1]
                    self.emit(CHARS[word], start, end, None)
            optional = False
        self.flush()
        return "the file breaks off inside a group; what stood before was kept" if stack else None

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


def _known(encoding: str) -> str:
    try:
        "".encode(encoding)
    except LookupError:
        return "cp1252"
    return encoding


def read_rtf(raw: RawFile) -> Document:
    """The text of an RTF file, its notes at the end; cells are divided by tabs, and runs of plain ASCII lead to their bytes."""
    reader = _Reader(raw.data)
    trouble = reader.read()
    regions: list[Region] = []
    place = 0
    for piece, start, end, encoding in (*reader.body, *reader.notes):
        regions.append(Region(place, place + len(piece), start, end, encoding))
        place += len(piece)
    text = "".join(piece for piece, *_ in (*reader.body, *reader.notes))
    problems = (Problem("read", "broken_file", detail=trouble),) if trouble else ()
    source = Source(raw.path, raw.sha256, reader.page, tuple(regions))
    return Document(raw.path or "bytes", text, text, problems=problems, source=source)
