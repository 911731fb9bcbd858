"""
The right tables: what each byte code of the Chinese encodings means, and which codec gives the same bytes back.

Python's ``gb2312`` and ``big5`` are never used: they differ from what was typed in the dash, the name dot and many
symbols. GB codes are read as GB 18030-2022, so that the characters which Python still leaves in the private-use
area get their own code points. Big5 codes are read as Windows' cp950, with Hong Kong's supplement where cp950 has
nothing, or nothing that agrees with it (lead bytes below A1, and C6A1–C8FE).
"""

from __future__ import annotations

import re
from functools import cache

# (text, how many bytes it was read from, the codec that gives as many bytes back or None)
Piece = tuple[str, int, str | None]

# GB 18030-2022 against the table in Python: code → character. The first group moved in 2022, A8BC in 2005; the last
# six are code points that 2022 leaves in the private-use area and that Unicode has in plane 2. A3A0 is no character of
# the standard but the blank that many pages begin their paragraphs with, and every browser reads it so
# (github.com/whatwg/encoding/issues/338).
GB18030_2022 = {
    0xA3A0: "\u3000",
    0xA6D9: "\ufe10", 0xA6DA: "\ufe12", 0xA6DB: "\ufe11", 0xA6DC: "\ufe13", 0xA6DD: "\ufe14", 0xA6DE: "\ufe15",
    0xA6DF: "\ufe16", 0xA6EC: "\ufe17", 0xA6ED: "\ufe18", 0xA6F3: "\ufe19", 0xA8BC: "\u1e3f",
    0xFE59: "\u9fb4", 0xFE61: "\u9fb5", 0xFE66: "\u9fb6", 0xFE67: "\u9fb7", 0xFE6D: "\u9fb8", 0xFE7E: "\u9fb9",
    0xFE90: "\u9fba", 0xFEA0: "\u9fbb",
    0xFE51: "\U00020087", 0xFE52: "\U00020089", 0xFE53: "\U000200cc", 0xFE6C: "\U000215d7", 0xFE76: "\U0002298f",
    0xFE91: "\U000241fe",
}  # fmt: skip


@cache
def gb18030_moved() -> dict[str, str]:
    """What Python reads for the moved codes → what GB 18030-2022 reads."""
    return {code.to_bytes(2, "big").decode("gb18030"): char for code, char in GB18030_2022.items()}


@cache
def gb18030_odd() -> re.Pattern[str]:
    """Characters in text read by Python's table that the 2022 table reads differently."""
    return re.compile(f"[{''.join(sorted(gb18030_moved()))}]")


@cache
def big5_moved() -> dict[str, tuple[str, str | None]]:
    """What cp950 reads for the codes C6A1–C8FE → what Hong Kong's table reads, and the codec that gives it back."""
    moved = {}
    for lead in range(0xC6, 0xC9):
        for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF)):
            code = bytes((lead, trail))
            if code < b"\xc6\xa1":
                continue
            try:
                char = code.decode("cp950")
            except UnicodeDecodeError:
                continue
            reading = hkscs_reading(code)
            if reading is not None:
                moved[char] = reading
    return moved


@cache
def big5_odd() -> re.Pattern[str]:
    """Characters in text read by cp950 that came from the codes C6A1–C8FE."""
    return re.compile(f"[{''.join(map(re.escape, sorted(big5_moved())))}]")


def hkscs_reading(code: bytes) -> tuple[str, str | None] | None:
    """A two-byte code in Hong Kong's table, with the codec name where encoding gives the two bytes' length back."""
    try:
        text = code.decode("big5hkscs")
    except UnicodeDecodeError:
        return None
    try:
        same = len(text.encode("big5hkscs")) == len(code)
    except UnicodeEncodeError:
        same = False
    return text, "big5hkscs" if same and len(text) == 1 else None


def gb18030_pieces(data: bytes, text: str | None = None) -> list[Piece]:
    """
    Sound GB 18030 bytes as (text, number of bytes, codec); codes that Python's table reads differently stand alone.

    >>> gb18030_pieces(bytes.fromhex("b9a4a8bcbbe1"))
    [('工', 2, 'gb18030'), ('ḿ', 2, None), ('会', 2, 'gb18030')]
    """
    if text is None:
        text = data.decode("gb18030")
    found: list[Piece] = []
    moved = gb18030_moved()
    done, rest = 0, len(data)
    for match in gb18030_odd().finditer(text):
        if match.start() > done:
            before = text[done : match.start()]
            size = len(before.encode("gb18030"))
            found.append((before, size, "gb18030"))
            rest -= size
        found.append((moved[match.group()], 2, None))
        rest -= 2
        done = match.end()
    if done < len(text):
        found.append((text[done:], rest, "gb18030"))
    return found


def big5_pieces(data: bytes) -> list[Piece]:
    """
    Sound Big5 bytes as (text, number of bytes, codec): cp950, and Hong Kong's supplement where cp950 has nothing.

    >>> big5_pieces(bytes.fromhex("a475b77c8e41"))
    [('工會', 4, 'cp950'), ('垾', 2, 'big5hkscs')]
    """
    try:
        text = data.decode("cp950")
    except UnicodeDecodeError:
        text = ""
    if data and text and not big5_odd().search(text):
        return [(text, len(data), "cp950")]
    found: list[Piece] = []
    held = start = 0
    while start < len(data):
        if data[start] < 0x80:
            start += 1
            continue
        code = data[start : start + 2]
        supplement = code[0] < 0xA1 or b"\xc6\xa1" <= code <= b"\xc8\xfe"
        try:
            code.decode("cp950")
        except UnicodeDecodeError:
            supplement = True
        reading = hkscs_reading(code) if supplement else None
        if reading:
            if start > held:
                found.append((data[held:start].decode("cp950"), start - held, "cp950"))
            found.append((reading[0], 2, reading[1]))
            held = start + 2
        start += 2
    if held < len(data):
        found.append((data[held:].decode("cp950"), len(data) - held, "cp950"))
    return found
