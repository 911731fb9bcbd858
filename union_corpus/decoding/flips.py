"""Which characters one flipped bit turns into which: for each encoding, all at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

# Encodings of one or two bytes a character, and which codecs read them, the later where the earlier has nothing.
TWO_BYTES = {"gb18030": ("gb18030",), "cp950": ("cp950", "big5hkscs")}
ENCODINGS = (*TWO_BYTES, "utf-8", "utf-16-le", "utf-16-be")
# Code points from here on are left aside: their codes take four bytes everywhere.
TOP = 0x10000


def neighbours(codes: Numbers, encoding: str) -> Numbers:
    """
    The code points whose bytes differ in a single bit from those of each code point, one row each; -1 fills the rows.

    Only flips that leave a character of as many bytes count: others break the encoding and are noticed there.

    >>> import numpy as np
    >>> [chr(code) for code in neighbours(np.array([ord("项")]), "gb18030")[0] if code >= 0][:5]
    ['巷', '响', '详', '湘', '晓']
    """
    import numpy as np

    if encoding in TWO_BYTES:
        to_code, to_char = _two_byte_codes(encoding)
        own = to_code[np.minimum(codes, TOP)]
        return np.where(own[:, None] >= 0, to_char[own[:, None] ^ (1 << np.arange(16))], -1)
    found = codes[:, None] ^ (1 << np.arange(16))
    wrong = (found & 0xF800) == 0xD800
    if encoding == "utf-8":
        lengths = np.array([1] * 0x80 + [2] * (0x800 - 0x80) + [3])
        wrong |= lengths[np.minimum(found, 0x800)] != lengths[np.minimum(codes, 0x800)][:, None]
    return np.where(wrong | (codes >= TOP)[:, None], -1, found)


@cache
def _two_byte_codes(encoding: str) -> tuple[Numbers, Numbers]:
    """Code point → code of one or two bytes, and code → code point; -1 where there is none."""
    import numpy as np

    to_char = np.full(1 << 16, -1)
    to_char[:0x80] = np.arange(0x80)
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            for codec in TWO_BYTES[encoding]:
                char = bytes((lead, trail)).decode(codec, "ignore")
                if len(char) == 1 and "\x7f" < char < chr(TOP):
                    to_char[lead << 8 | trail] = ord(char)
                    break
    to_code = np.full(TOP + 1, -1)
    known = np.flatnonzero(to_char >= 0)
    to_code[to_char[known]] = known
    return to_code, to_char
