"""
What a Word 97 to 2003 file says about looks: which text is deleted, which paragraphs are numbered, which are table cells.

Looks are stored as lists of changes (``sprm``): a code of two bytes and its operand, for stretches of the document's
bytes. The names and numbers are those of Microsoft's [MS-DOC].
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from union_corpus.files.edged_rows import TableRow
from union_corpus.files.list_numbers import Level, ListNumbers

# Where the heading of the document says where these stand in the table stream.
STYLES, CHARACTERS, PARAGRAPHS, PIECES, LISTS, LIST_USES = 0x00A2, 0x00FA, 0x0102, 0x01A2, 0x02E2, 0x02EA
# Bytes that a change of looks takes behind its code, by the code's three highest bits; 6 tells its length itself.
OPERANDS = (1, 1, 2, 4, 2, 2, 0, 3)
DELETED, LEVEL, LIST, IN_TABLE, ROW_END, TABLE, ELSEWHERE = 0x0800, 0x260A, 0x460B, 0x2416, 0x2417, 0xD608, 0x6646
# Styles that stand on one another, lists and levels: more are damage.
MOST_STYLES = 12
MOST_LISTS = 2047
LEVELS = 9
# Kinds of numbers by their codes; all others are written in digits.
KINDS = {
    1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 10: "chineseCounting", 11: "japaneseCounting",
    14: "decimalFullWidth", 18: "decimalEnclosedCircle", 19: "decimalFullWidth", 23: "bullet", 26: "decimalEnclosedFullstop",
    27: "decimalEnclosedParen", 28: "decimalEnclosedCircle", 33: "taiwaneseCounting", 35: "taiwaneseCounting",
    37: "chineseCounting", 39: "chineseCounting", 255: "none",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ParagraphLooks:
    """What counts of a paragraph's looks: its list and level, and whether it is a cell or the end of a table row."""

    number: int = 0
    level: int = 0
    in_table: bool = False
    ends_row: bool = False
    row: TableRow = field(default_factory=TableRow)


def part(main: bytes, table: bytes, place: int) -> bytes:
    """A part of the table stream that the heading of the document points to."""
    start, end = _span(main, place)
    return table[start:end]


def _span(main: bytes, place: int) -> tuple[int, int]:
    start, size = (
        int.from_bytes(main[place : place + 4], "little"),
        int.from_bytes(main[place + 4 : place + 8], "little"),
    )
    return start, start + size


def runs(main: bytes, table: bytes, place: int, width: int) -> Iterator[tuple[int, int, bytes]]:
    """Stretches of the document's bytes with what is stored of their looks; each has ``width`` bytes in its page."""
    plex = part(main, table, place)
    number = max(0, (len(plex) - 4) // 8)
    for at in dict.fromkeys(struct.unpack_from(f"<{number}I", plex, 4 * (number + 1)) if number else ()):
        page = main[512 * at : 512 * at + 512]
        if len(page) < 512:
            continue
        count = page[511]
        if (4 + width) * count + 4 > 511:
            continue
        places = struct.unpack_from(f"<{count + 1}I", page)
        for run in range(count):
            where = 2 * page[4 * (count + 1) + width * run]
            yield places[run], places[run + 1], page[where:511] if where else b""


def changes(stored: bytes) -> Iterator[tuple[int, bytes]]:
    """The changes of looks, one by one: code and operand."""
    at = 0
    while at + 3 <= len(stored):
        code = int.from_bytes(stored[at : at + 2], "little")
        at += 2
        size = OPERANDS[code >> 13]
        if code == TABLE:
            size = 1 + int.from_bytes(stored[at : at + 2], "little")
        elif not size:
            size = 1 + stored[at]
        yield code, stored[at : at + size]
        at += size


def deleted(main: bytes, table: bytes) -> list[tuple[int, int]]:
    """The stretches of the document's bytes that tracked changes have deleted, in order."""
    found = []
    for start, end, stored in runs(main, table, CHARACTERS, 1):
        marks = [operand for code, operand in changes(stored[1 : 1 + stored[0]] if stored else b"") if code == DELETED]
        if marks and marks[-1] == b"\x01":
            found.append((start, end))
    return sorted(found)


class Looks:
    """The looks of the paragraphs of a document, and the lists that number them."""

    def __init__(self, main: bytes = b"", table: bytes = b"", data: bytes = b"") -> None:
        self.numbers = ListNumbers()
        self._data = data
        self._runs: list[tuple[int, int, bytes]] = []
        self._styles: list[tuple[int, bytes]] = []
        self._looks: dict[bytes, ParagraphLooks] = {}
        if main:
            self._runs = sorted(runs(main, table, PARAGRAPHS, 13))
            self._styles = list(_styles(part(main, table, STYLES)))
            _read_lists(main, table, self.numbers)

    def __bool__(self) -> bool:
        return bool(self._runs)

    def at(self, place: int) -> ParagraphLooks:
        """The looks of the paragraph whose last character stands at this byte of the document."""
        index = bisect_right(self._runs, place, key=lambda run: run[0]) - 1
        if index < 0 or place >= self._runs[index][1]:
            return ParagraphLooks()
        stored = self._runs[index][2]
        # The first byte counts pairs of bytes, one of which it is half of; 0 says that the next byte counts them.
        if stored[:1] == b"\0":
            stored = stored[2 : 2 + 2 * stored[1]] if len(stored) > 1 else b""
        else:
            stored = stored[1 : 2 * stored[0]] if stored else b""
        found = self._looks.get(stored)
        if found is None:
            found = self._looks[stored] = self._read(stored)
        return found

    def _read(self, stored: bytes) -> ParagraphLooks:
        layers = [stored[2:]]
        style = int.from_bytes(stored[:2], "little")
        for _ in range(MOST_STYLES):
            if style >= len(self._styles):
                break
            style, own = self._styles[style]
            layers.append(own)
        looks = ParagraphLooks()
        for layer in reversed(layers):
            for code, operand in changes(layer):
                if code == ELSEWHERE:
                    where = int.from_bytes(operand, "little")
                    size = int.from_bytes(self._data[where : where + 2], "little")
                    for other, value in changes(self._data[where + 2 : where + 2 + size]):
                        looks = _changed(looks, other, value)
                else:
                    looks = _changed(looks, code, operand)
        return looks


def _changed(looks: ParagraphLooks, code: int, operand: bytes) -> ParagraphLooks:
    if code == LIST:
        return replace(looks, number=int.from_bytes(operand, "little"))
    if code == LEVEL:
        return replace(looks, level=operand[0] if operand else 0)
    if code == IN_TABLE:
        return replace(looks, in_table=operand == b"\x01")
    if code == ROW_END:
        return replace(looks, ends_row=operand == b"\x01")
    if code == TABLE and len(operand) > 2:
        count = operand[2]
        edges = operand[3 : 3 + 2 * (count + 1)]
        cells = operand[3 + 2 * (count + 1) :]
        joined = tuple(int.from_bytes(cells[at : at + 2], "little") for at in range(0, min(len(cells), 20 * count), 20))
        return replace(looks, row=TableRow(struct.unpack(f"<{len(edges) // 2}h", edges[: len(edges) // 2 * 2]), joined))
    return looks


def _styles(sheet: bytes) -> Iterator[tuple[int, bytes]]:
    """Of every style, the style that it stands on and its own changes of paragraphs."""
    if len(sheet) < 6:
        return
    at = 2 + int.from_bytes(sheet[:2], "little")
    count, base_size = struct.unpack_from("<HH", sheet, 2)
    for _ in range(min(count, 0x0FFF)):
        size = int.from_bytes(sheet[at : at + 2], "little")
        style = sheet[at + 2 : at + 2 + size]
        at += 2 + size
        base, own = 0x0FFF, b""
        name_end = base_size + 4 + 2 * int.from_bytes(style[base_size : base_size + 2], "little")
        if len(style) >= max(6, name_end + 4):
            kind, _, base = style[2] & 0xF, style[3], int.from_bytes(style[2:4], "little") >> 4
            if kind == 1:
                length = int.from_bytes(style[name_end : name_end + 2], "little")
                own = style[name_end + 4 : name_end + 2 + length]
        yield base, own


def _read_lists(main: bytes, table: bytes, numbers: ListNumbers) -> None:
    """The lists of the document, and the numbers that paragraphs use them by."""
    start, at = _span(main, LISTS)
    head = table[start:at]
    # The levels of all lists follow behind the lists, and are not counted in.
    for number in range(min(int.from_bytes(head[:2], "little"), (len(head) - 2) // 28 if head else 0, MOST_LISTS)):
        entry = head[2 + 28 * number : 30 + 28 * number]
        for level in range(1 if entry[26] & 1 else LEVELS):
            one, at = _level(table, at)
            numbers.add(entry[:4].hex(), level, one)
    uses = part(main, table, LIST_USES)
    count = min(int.from_bytes(uses[:4], "little"), (len(uses) - 4) // 16 if uses else 0, MOST_LISTS)
    at = 4 + 16 * count
    for number in range(count):
        entry = uses[4 + 16 * number : 20 + 16 * number]
        numbers.use(str(number + 1), entry[:4].hex())
        at += 4
        for _ in range(entry[12]):
            begin, flags = int.from_bytes(uses[at : at + 4], "little"), uses[at + 4 : at + 5] or b"\0"
            at += 8
            if flags[0] & 0x20:
                # A level described anew: its start counts, the rest is taken from the list.
                one, at = _level(uses, at)
                begin = one.start
            if flags[0] & 0x10:
                numbers.begin_anew(str(number + 1), flags[0] & 0xF, min(begin, 999_999))


def _level(table: bytes, at: int) -> tuple[Level, int]:
    """A level of a list, and where the next one begins."""
    head = table[at : at + 28]
    if len(head) < 28:
        return Level(kind="none"), len(table)
    at += 28 + head[25] + head[24]
    count = int.from_bytes(table[at : at + 2], "little")
    text = table[at + 2 : at + 2 + 2 * count].decode("utf-16-le", "replace")
    pattern = "".join(f"%{ord(char) + 1}" if ord(char) < LEVELS else char for char in text)
    start = int.from_bytes(head[:4], "little")
    return Level(min(start, 999_999), KINDS.get(head[4], "decimal"), pattern), at + 2 + 2 * count
