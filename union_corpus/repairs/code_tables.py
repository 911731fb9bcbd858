"""
The code tables that text is written in and wrongly read with, as Windows and Python know them.

A channel pairs two of them: bytes written in ``meant`` were shown as text of ``shown``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from union_corpus.lexicon import table
from union_corpus.repairs.gbk import byte_pairs, characters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Tables that show two bytes as one character.
DOUBLE = ("gbk", "big5")

# The table of a reader that takes bytes for UTF-8 where they are valid, and one by one elsewhere.
FALLBACK = "utf-8|cp1252"

QUESTION = -1  # a printed ?, for one unknown byte or for two
LOST_BYTE = -2  # the sign that a decoder put for a byte it could not read


@dataclass(frozen=True)
class Channel:
    """One wrong reading: bytes of ``meant`` shown as text of ``shown``; ``dropped`` bytes left no trace."""

    name: str
    shown: str
    meant: str
    dropped: frozenset[int]

    @property
    def is_single(self) -> bool:
        """True where every byte was shown as a character of its own."""
        return self.shown not in DOUBLE


@cache
def channels() -> tuple[Channel, ...]:
    """The channels of ``lexicon/channels.tsv`` in their order."""
    return tuple(
        Channel(
            row["channel"],
            row["shown"],
            row["meant"],
            frozenset(int(byte, 16) for byte in row["dropped"].split("|") if byte),
        )
        for row in table("channels")
    )


@cache
def encoder(codec: str) -> Mapping[str, tuple[int, ...]]:
    """Character → the bytes it was shown for; signs that decoders put for lost bytes become unknown bytes."""
    if codec == "gbk":
        found = {char: tuple(data) for char, data in byte_pairs().items()}
    elif codec == "big5":
        found = {}
        for pair, char in byte_pairs_of("big5").items():
            # Hong Kong has some of Windows' signs a second time; Windows' own place for them counts.
            if char not in found or bytes(pair).decode("cp950", "ignore") == char:
                found[char] = pair
        found.update((chr(byte), (byte,)) for byte in range(0x80))
    elif codec == FALLBACK:
        found = {chr(code): tuple(chr(code).encode()) for code in range(0x80, 0x800)}
        found |= encoder("cp1252")
    else:
        found = {char: (byte,) for char, byte in single_bytes(codec).items()}
    found["\ufffd"] = (LOST_BYTE,)
    if codec in DOUBLE:
        found["?"] = (QUESTION,)
    return found


@cache
def single_bytes(codec: str) -> Mapping[str, int]:
    """Character → byte of a single-byte table; bytes it leaves undefined are shown as Latin-1 control characters."""
    found = {}
    for byte in range(0x100):
        char = bytes([byte]).decode(codec, "replace")
        found[chr(byte) if char == "\ufffd" else char] = byte
    return found


@cache
def byte_pairs_of(codec: str) -> Mapping[tuple[int, int], str]:
    """Byte pair → character, as Windows reads the code page."""
    if codec == "gbk":
        return characters()
    found = {}
    for lead in range(0x81, 0xFF):
        for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF)):
            for name in ("cp950", "big5hkscs"):
                char = bytes([lead, trail]).decode(name, "replace")
                if len(char) == 1 and char != "\ufffd":
                    found[lead, trail] = char
                    break
    return found


@cache
def readable_pairs(codec: str) -> frozenset[tuple[int, int]]:
    """The pairs that every decoder of a table can read: no user-defined areas, no signs of Hong Kong."""
    return frozenset(pair for pair in byte_pairs_of(codec) if len(bytes(pair).decode(codec, "replace")) == 1)


@cache
def pair_table(codec: str) -> NDArray[np.bool_]:
    """The same as a square of truths, lead byte first."""
    import numpy as np

    table = np.zeros((0x100, 0x100), dtype=bool)
    table[tuple(zip(*readable_pairs(codec), strict=True))] = True
    return table


def decoded(data: bytes, codec: str) -> list[str]:
    """The bytes as text, alone in a list; an empty list where they are none."""
    try:
        return [data.decode(codec)]
    except UnicodeDecodeError:
        return []
