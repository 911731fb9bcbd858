"""
What bytes may be, and what they cost if they are: one hypothesis an encoding, in the same race.

Chinese readings are charged the costs of Chinese characters. Japanese, Korean and 8-bit alphabets run with letter
frequencies of their own, so that they win on their own texts and are not called Chinese.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from union_corpus import lexicon
from union_corpus.decoding.costs import TABLE_SIZE, cost_table

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

CHINESE = ("utf-8", "gb18030", "cp950", "utf-16-le", "utf-16-be")
# Bits that a hypothesis pays for being rare in a folder of Chinese reports.
PRIORS = {
    "utf-8": 0.0,
    "gb18030": 0.0,
    "cp950": 2.0,
    "utf-16-le": 8.0,
    "utf-16-be": 10.0,
    "cp932": 12.0,
    "euc_jp": 12.0,
    "cp949": 12.0,
    "euc_tw": 14.0,
    "cp1252": 6.0,
}
SHIFTED_PRIOR = 12.0
ALPHABET_PRIOR = 9.0
# Letters beyond ASCII stand inside Latin words in these; in the others such a neighbourhood costs so many bits.
LATIN = {
    "cp1252", "iso8859-15", "mac_roman", "cp850", "cp1250", "iso8859-2", "cp852", "cp1254", "cp1257", "cp1258",
}  # fmt: skip
ALIEN_BITS = 5.0
# The syllables that are most common in Korean prose, in that order.
HANGUL = (
    "이다는의에을가고하지로도기사시어나한은리대해라자아스일서들과를인그있수만정것게전보여주부으면니장제자성동안구원상오연공적우신원조비요세미었으러된되방"
    "마내했할무경위국문간유생용조학관치소진재거분까모개화없습던트였같데음단중르불최말명물반식체업양심살외영계란입당실발산년월선와두며통직행과"
)


@cache
def world_table() -> Numbers:
    """Costs of text of any script, for encodings that can write them all."""
    table = cost_table().copy()
    table[0x3041:0x30FF] = 7.0
    table[0xAC00:0xD7A4] = 12.5
    for rank, char in enumerate(dict.fromkeys(HANGUL)):
        table[ord(char)] = 7.0 + rank / 40
    for first, last in ((0x00C0, 0x024F), (0x0370, 0x06FF), (0x0900, 0x0EFF), (0x1E00, 0x1FFF)):
        table[first : last + 1] = 9.0
    table[0x2010:0x2027] = table[0x2010:0x2027].clip(max=12.0)
    return table


@cache
def japanese_table() -> Numbers:
    """Costs of Japanese text: kana are its commonest characters."""
    table = cost_table().copy()
    table[0x3041:0x30FF] = 6.5
    table[0x4E00:0xA000] = table[0x4E00:0xA000].clip(max=15.0)
    table[0xFF61:0xFFA0] = 13.0
    return table


JAPANESE = ("cp932", "euc_jp")
# Bits a Han character that a Japanese reading pays where it finds hardly any kana.
KANA_BITS = 6.0


def kana_missing(data: bytes, encoding: str) -> float:
    """What a Japanese reading must pay for Han characters without the kana that Japanese prose is full of."""
    import numpy as np

    codes = code_points(data.decode(encoding, "replace"))
    kana = int(np.count_nonzero((codes >= 0x3041) & (codes < 0x30FF)))
    han = int(np.count_nonzero((codes >= 0x4E00) & (codes < 0xA000)))
    return KANA_BITS * max(0, han - 4 * kana)


@cache
def korean_table() -> Numbers:
    """Costs of Korean text: Hangul syllables by their frequency."""
    table = world_table().copy()
    table[0x3041:0x30FF] = 14.0
    table[0x4E00:0xA000] += 3.0
    return table


def beside_latin(data: bytes) -> int:
    """How often a byte above 7F stands next to a Latin letter."""
    import numpy as np

    raw = np.frombuffer(data, np.uint8)
    high = raw >= 0x80
    letter = ((raw | 0x20) >= 0x61) & ((raw | 0x20) <= 0x7A)
    return int(np.count_nonzero(letter[:-1] & high[1:]) + np.count_nonzero(high[:-1] & letter[1:]))


@cache
def alphabets() -> dict[str, Numbers]:
    """For each 8-bit encoding of an alphabet, the cost of every byte above 7F (the cheapest of its languages)."""
    import numpy as np

    tables: dict[str, Numbers] = {}
    for row in lexicon.table("byte_letters"):
        letters = row["letters"]
        weight = sum(1 / (rank + 3) for rank in range(len(letters)))
        prices = {}
        for rank, letter in enumerate(letters):
            bits = float(-np.log2(0.9 / (rank + 3) / weight))
            prices[letter] = bits
            if letter.upper() != letter and len(letter.upper()) == 1:
                prices.setdefault(letter.upper(), bits + 3.0)
        for encoding in row["encodings"].split("|"):
            table = np.full(256, 13.0, np.float32)
            for byte in range(0x80, 0x100):
                char = bytes((byte,)).decode(encoding, "replace")
                table[byte] = prices.get(char, 24.0 if char == "\ufffd" or ord(char) < 0xA0 else 13.0)
            table[:0x80] = cost_table()[:0x80]
            known = tables.get(encoding)
            tables[encoding] = table if known is None else np.minimum(known, table)
    return tables


def cost_as(data: bytes, encoding: str, table: Numbers) -> float:
    """Bits of the bytes read tolerantly as ``encoding`` and charged by ``table``; what cannot be read costs as U+FFFD."""
    return float(table[code_points(data.decode(encoding, "replace"))].sum())


def code_points(text: str) -> Numbers:
    """Code points of a text as indexes into a cost table."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.minimum(codes, TABLE_SIZE - 1)


def wide_costs(data: bytes, encoding: str, table: Numbers) -> Numbers:
    """Cost of each 16-bit unit of the bytes; the halves of a surrogate pair cost 13 each."""
    import numpy as np

    units = np.frombuffer(data[: len(data) // 2 * 2], "<u2" if encoding == "utf-16-le" else ">u2")
    costs = table[units]
    surrogates = (units & 0xF800) == 0xD800
    if surrogates.any():
        high = (units & 0xFC00) == 0xD800
        low = (units & 0xFC00) == 0xDC00
        paired = np.zeros(len(units), bool)
        pairs = high[:-1] & low[1:]
        paired[:-1] |= pairs
        paired[1:] |= pairs
        costs = np.where(paired, np.float32(13.0), costs)
    return costs


ASCII_RUN = re.compile(rb"([\x01-\x7f])[\x01-\x7f]{3,}")


def condensed(data: bytes) -> bytes:
    """
    Bytes with long ASCII runs cut to a line end, since all these encodings read them alike, and without NULs.

    The first byte of a run stays: it may be the second half of a character.
    """
    without = re.sub(rb"\x00+", b"", data) if b"\0" in data else data
    return ASCII_RUN.sub(rb"\1\n", without)
