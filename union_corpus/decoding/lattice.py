"""
The cheapest reading of a damaged stretch: every way to cut bytes into characters, lost bytes and switches counted in.

After a lost byte a two-byte encoding reads on one byte off, and everything up to the next line end is wrong. Trying
all cuts at once and taking the cheapest finds the lost byte and reads on right behind it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from union_corpus.decoding.codes import GB18030_2022, Piece, big5_pieces, gb18030_pieces, hkscs_reading
from union_corpus.decoding.costs import cost_table

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

LOST = "\ufffd"
INFINITE = 1e9
# Bits that a byte costs which belongs to no character, and one right behind another such byte.
LOST_BITS, LOST_MORE_BITS = 22.0, 14.0
# Bits that a change of encoding costs inside a line: more than one lost character, so that no stray half of a
# character is taken for a character of another encoding.
SWITCH_BITS = 32.0
# A code of Hong Kong's supplement, a four-byte code, a surrogate half.
RARE_BITS = 24.0


@cache
def gb_costs() -> Numbers:
    """Bits by two-byte GB code."""
    return _code_costs("gb18030", set(GB18030_2022))


@cache
def big5_costs() -> Numbers:
    """Bits by two-byte Big5 code, Hong Kong's supplement at the price of rare characters."""
    supplement = set()
    for lead in (*range(0x87, 0xA1), *range(0xC6, 0xC9), *range(0xF9, 0xFF)):
        for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF)):
            code = bytes((lead, trail))
            if lead == 0xC6 and trail < 0xA1:
                continue
            if hkscs_reading(code):
                supplement.add(lead << 8 | trail)
    return _code_costs("cp950", supplement)


def _code_costs(encoding: str, rare: set[int]) -> Numbers:
    import numpy as np

    table = np.full(65536, INFINITE, np.float64)
    bits = cost_table()
    for lead in range(0x81, 0xFF):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            try:
                char = bytes((lead, trail)).decode(encoding)
            except UnicodeDecodeError:
                continue
            table[lead << 8 | trail] = bits[min(ord(char), len(bits) - 1)]
    for code in rare:
        table[code] = min(table[code], RARE_BITS)
    return table


def _arcs(data: bytes, encoding: str) -> tuple[list[float], list[float], list[float], list[float]]:
    """Cost of a character of 1, 2, 3, 4 bytes at every place of the data, as ``encoding`` reads it."""
    import numpy as np

    raw = np.frombuffer(data + b"\0\0\0\0", np.uint8).astype(np.int64)
    n = len(data)
    b0, b1, b2, b3 = raw[:n], raw[1 : n + 1], raw[2 : n + 2], raw[3 : n + 3]
    bits = cost_table()
    one = np.where(b0 < 0x80, bits[b0].astype(np.float64), INFINITE)
    none = np.full(n, INFINITE)
    if encoding == "utf-8":
        continued1, continued2, continued3 = (b1 & 0xC0) == 0x80, (b2 & 0xC0) == 0x80, (b3 & 0xC0) == 0x80
        code2 = (b0 & 0x1F) << 6 | (b1 & 0x3F)
        two = np.where((b0 >= 0xC2) & (b0 < 0xE0) & continued1, bits[code2].astype(np.float64), INFINITE)
        code3 = (b0 & 0x0F) << 12 | (b1 & 0x3F) << 6 | (b2 & 0x3F)
        sound = ((b0 & 0xF0) == 0xE0) & continued1 & continued2 & (code3 >= 0x800) & ((code3 & 0xF800) != 0xD800)
        three = np.where(sound, bits[code3].astype(np.float64), INFINITE)
        code4 = (b0 & 0x07) << 18 | (b1 & 0x3F) << 12 | (b2 & 0x3F) << 6 | (b3 & 0x3F)
        sound = ((b0 & 0xF8) == 0xF0) & continued1 & continued2 & continued3 & (code4 >= 0x10000) & (code4 <= 0x10FFFF)
        four = np.where(sound, RARE_BITS, INFINITE)
    else:
        two = (gb_costs() if encoding == "gb18030" else big5_costs())[b0 << 8 | b1]
        three = four = none
        if encoding == "gb18030":
            digits = (b1 >= 0x30) & (b1 <= 0x39) & (b3 >= 0x30) & (b3 <= 0x39)
            lead = (b0 >= 0x81) & (b0 <= 0xFE) & (b2 >= 0x81) & (b2 <= 0xFE)
            # 90–E2 are the planes above the first, 81–84 the rest of the first.
            sound = digits & lead & ((b0 <= 0x84) | ((b0 >= 0x90) & (b0 <= 0xE3)))
            four = np.where(sound, RARE_BITS + 2.0, INFINITE)
    # Nothing may read beyond the end.
    two, three, four = two.copy(), three.copy(), four.copy()
    two[max(n - 1, 0) :] = three[max(n - 2, 0) :] = four[max(n - 3, 0) :] = INFINITE
    return one.tolist(), two.tolist(), three.tolist(), four.tolist()


def cheapest(data: bytes, encodings: tuple[str, ...], *, switch: float = SWITCH_BITS) -> tuple[list[Piece], float]:
    """
    The cheapest reading of a stretch, beginning in the first of ``encodings``, and its cost in bits.

    >>> pieces, _ = cheapest("工会工作".encode("gb18030")[:3] + "总结报告".encode("gb18030"), ("gb18030",))
    >>> [text for text, _, _ in pieces]
    ['工', '�', '总结报告']
    """
    n = len(data)
    states = range(len(encodings))
    arcs = [_arcs(data, encoding) for encoding in encodings]
    best = [[INFINITE] * (n + 5) for _ in states]
    width = [[0] * (n + 5) for _ in states]
    came = [[0] * (n + 5) for _ in states]
    best[0][0] = 0.0
    for state in states[1:]:
        best[state][0] = switch
    # Widths run from 1 to 4 for characters; a lost byte is noted as 0.
    for i in range(n):
        here = [row[i] for row in best]
        low = min(here)
        low_state = here.index(low)
        for state in states:
            cost, source = here[state], state
            if cost > low + switch:
                cost, source = low + switch, low_state
            row, widths, sources = best[state], width[state], came[state]
            one, two, three, four = arcs[state]
            step = cost + one[i]
            if step < row[i + 1]:
                row[i + 1], widths[i + 1], sources[i + 1] = step, 1, source
            step = cost + two[i]
            if step < row[i + 2]:
                row[i + 2], widths[i + 2], sources[i + 2] = step, 2, source
            step = cost + three[i]
            if step < row[i + 3]:
                row[i + 3], widths[i + 3], sources[i + 3] = step, 3, source
            step = cost + four[i]
            if step < row[i + 4]:
                row[i + 4], widths[i + 4], sources[i + 4] = step, 4, source
            step = cost + (LOST_MORE_BITS if i and widths[i] == 0 and source == state else LOST_BITS)
            if step < row[i + 1]:
                row[i + 1], widths[i + 1], sources[i + 1] = step, 0, source
    ends = [row[n] for row in best]
    state = ends.index(min(ends))
    steps: list[tuple[int, int, int]] = []
    i = n
    while i > 0:
        size = width[state][i]
        source = came[state][i]
        start = i - (size or 1)
        steps.append((start, size, state))
        i, state = start, source
    return _pieces(data, steps[::-1], encodings), min(ends)


def _pieces(data: bytes, steps: list[tuple[int, int, int]], encodings: tuple[str, ...]) -> list[Piece]:
    """Join neighbouring characters of one encoding, neighbouring lost bytes, and nothing else."""
    found: list[Piece] = []
    held_start, held_kind, end = 0, -2, 0
    for start, size, state in [*steps, (len(data), 0, -3)]:
        kind = -1 if size == 0 and state != -3 else state
        if kind != held_kind:
            if end > held_start:
                stretch = data[held_start:end]
                if held_kind == -1:
                    found.append((LOST * len(stretch), len(stretch), None))
                else:
                    found.extend(settled(stretch, encodings[held_kind]))
            held_start, held_kind = start, kind
        end = start + (size or 1)
    return found


def settled(data: bytes, encoding: str, text: str | None = None) -> list[Piece]:
    """Pieces of bytes that hold whole characters of one encoding (``text``, if it is known), read by the right table."""

    if encoding == "gb18030":
        return gb18030_pieces(data, text)
    if encoding == "cp950":
        return big5_pieces(data)
    return [(data.decode(encoding) if text is None else text, len(data), encoding)]
