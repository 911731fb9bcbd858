"""
The bytes behind characters as Windows reads GBK (code page 936), private-use characters included.

Where a byte pair has no character, Windows shows one of the private-use area, so that in damaged text private-use
characters still carry their bytes. Python's own tables disagree with Windows' there (its gb18030 reads some of these
pairs as later characters), and iconv and browsers follow Windows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

# The three user-defined areas of GBK, in the order in which the private-use area numbers their cells:
# first code point, first lead byte, first trail byte, cells a lead byte.
_USER_AREAS = ((0xE000, 0xAA, 0xA1, 94), (0xE234, 0xF8, 0xA1, 94), (0xE4C6, 0xA1, 0x40, 96))
_AFTER_USER_AREAS = 0xE766
_AFTER_HOLES = 0xE865


def _pairs() -> list[tuple[int, int]]:
    return [(lead, trail) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF) if trail != 0x7F]


def _user_pairs() -> dict[tuple[int, int], str]:
    found = {}
    for first, lead, trail, width in _USER_AREAS:
        rows = {0xE000: 6, 0xE234: 7, 0xE4C6: 7}[first]
        for cell in range(rows * width):
            row, column = divmod(cell, width)
            place = trail + column
            found[lead + row, place + (place >= 0x7F > trail)] = chr(first + cell)
    return found


@cache
def characters() -> Mapping[tuple[int, int], str]:
    """The character of every byte pair: as in GBK, else as in the private-use area."""
    found = _user_pairs()
    holes = []
    for pair in _pairs():
        character = bytes(pair).decode("gbk", "replace")
        if "\ufffd" not in character:
            found[pair] = character
        elif pair not in found and _is_hole(*pair):
            holes.append(pair)
    for code, pair in zip(range(_AFTER_USER_AREAS, _AFTER_HOLES), holes, strict=True):
        found[pair] = chr(code)
    return found


def _is_hole(lead: int, trail: int) -> bool:
    """Pairs of the sign areas, the end of GB 2312's first level and the last row, which Windows numbers one by one."""
    if lead in (0xA8, 0xA9) and trail < 0xA1:
        return True
    return (0xA2 <= lead <= 0xA9 and trail >= 0xA1) or lead == 0xD7 or lead == 0xFE


@cache
def byte_pairs() -> Mapping[str, bytes]:
    """The bytes of every character: one for ASCII and the euro sign, two for the rest."""
    found = {character: bytes(pair) for pair, character in characters().items()}
    found.update((chr(code), bytes([code])) for code in range(0x80))
    found["€"] = b"\x80"
    return found
