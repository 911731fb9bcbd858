"""
What a character costs in bits when Chinese text is written: the yardstick by which readings of the same bytes compete.

A common character such as 工 costs about 8 bits, a rare one about 20, a stray control or private-use character more.
The right reading of a stretch of bytes is nearly always the one that costs least, errors counted in.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from union_corpus import lexicon

if TYPE_CHECKING:
    import numpy as np

    Costs = np.ndarray[Any, np.dtype[np.float32]]

# What a character costs that is not in the table, by the block it stands in. A later line overrules an earlier one.
BLOCKS = (
    (0x0000, 0x10FFFF, 24.0),
    (0x0000, 0x001F, 24.0),
    (0x007F, 0x009F, 24.0),
    (0x00A0, 0x024F, 17.0),
    (0x2000, 0x27FF, 17.0),
    (0x2500, 0x257F, 11.0),
    (0x3000, 0x303F, 15.0),
    (0x3040, 0x30FF, 14.0),
    (0x3100, 0x312F, 17.0),
    (0x3200, 0x33FF, 18.0),
    (0x3400, 0x4DBF, 24.0),
    (0x4E00, 0x9FFF, 21.0),
    (0xAC00, 0xD7A3, 17.0),
    (0xD800, 0xDFFF, 30.0),
    (0xE000, 0xF8FF, 26.0),
    (0xF900, 0xFAFF, 23.0),
    (0xFE10, 0xFE4F, 18.0),
    (0xFEFF, 0xFEFF, 20.0),
    (0xFF00, 0xFFEF, 16.0),
    (0xFFFD, 0xFFFF, 30.0),
    (0x20000, 0x3FFFF, 26.0),
)
TABLE_SIZE = 0x40000
# So many neighbouring characters that together cost more than this do not look like a right reading.
WINDOW, WINDOW_BITS = 8, 118.0


@cache
def cost_table() -> Costs:
    """Bits by code point, up to the last plane that holds Han characters."""
    import numpy as np

    table = np.empty(TABLE_SIZE, np.float32)
    for first, last, bits in BLOCKS:
        table[first : last + 1] = bits
    for code in range(32, 127):
        table[code] = 7.5 if chr(code).isalpha() else 10.0
    for char in "0123456789":
        table[ord(char)] = 6.5
        table[ord(char) + 0xFEE0] = 12.0
    for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        table[ord(char) + 0xFEE0] = table[ord(char) + 0xFF00] = 14.0
    for char, bits in zip(" \n\r\t.,-\0", (5.0, 5.0, 6.0, 8.0, 8.0, 8.0, 9.0, 26.0), strict=True):
        table[ord(char)] = bits
    for row in lexicon.table("character_costs"):
        table[int(row["code_point"], 16)] = float(row["bits"])
    table.flags.writeable = False
    return table


def char_bits(text: str) -> Costs:
    """The cost of every character of a text, in order."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return cost_table()[np.minimum(codes, TABLE_SIZE - 1)]


def bits(text: str) -> float:
    """The cost of a text as a whole, each character on its own."""
    return float(char_bits(text).sum()) if text else 0.0
