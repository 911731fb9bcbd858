"""EUC-TW, the encoding of Taiwan's Unix machines, which Python does not know: CNS 11643 planes 1 and 2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from union_corpus import lexicon
from union_corpus.decoding.codes import Piece
from union_corpus.decoding.costs import cost_table

if TYPE_CHECKING:
    from union_corpus.decoding.costs import Costs

CODE = re.compile(
    rb"(?P<ascii>[\x00-\x7f]+)|(?P<code>\x8e[\xa1\xa2][\xa1-\xfe]{2}|[\xa1-\xfe]{2})|(?P<lost>[\x80-\xff])"
)
LOST = "\ufffd"


@cache
def characters() -> dict[bytes, str]:
    """Code → character, for both planes; plane 1 in its short form."""
    found = {}
    for row in lexicon.table("euc_tw"):
        prefix = b"" if row["plane"] == "1" else b"\x8e\xa2"
        for cell, char in enumerate(row["characters"], start=0xA1):
            if char != LOST:
                found[prefix + bytes((int(row["row"], 16), cell))] = char
    return found


LONG_CODE = re.compile(rb"\x8e[\xa1\xa2][\xa1-\xfe]{2}")
CODES = re.compile(rb"(?:[\xa1-\xfe]{2})+")
# What a character of plane 2 costs, in bits; few are common.
LONG_BITS = 24.0


@cache
def code_costs() -> Costs:
    """Bits by two-byte code."""
    import numpy as np

    table = np.full(1 << 16, 2 * cost_table()[ord(LOST)])
    for code, char in characters().items():
        if len(code) == 2:
            table[int.from_bytes(code, "big")] = cost_table()[ord(char)]
    return table


def euc_tw_bits(data: bytes) -> float:
    """What bytes cost that are read as EUC-TW."""
    import numpy as np

    rest, long_codes = LONG_CODE.subn(b"\n", data)
    codes = np.frombuffer(b"".join(CODES.findall(rest)), ">u2")
    others = np.frombuffer(CODES.sub(b"", rest), np.uint8)
    costs = np.where(others < 0x80, cost_table()[others], cost_table()[ord(LOST)])
    return float(code_costs()[codes].sum() + costs.sum()) + LONG_BITS * long_codes


def euc_tw_pieces(data: bytes) -> Iterator[Piece]:
    """
    Sound EUC-TW bytes as (text, number of bytes, codec).

    No codec of Python's gives the bytes back; cp950 takes as many bytes for nearly all of plane 1, and is named so
    that places can be counted. Characters of plane 2 stand for their four bytes as a whole.

    >>> list(euc_tw_pieces(bytes.fromhex("c4d6e4c4") + b"2009"))
    [('工', 2, 'cp950'), ('會', 2, 'cp950'), ('2009', 4, 'ascii')]
    """
    table = characters()
    for match in CODE.finditer(data):
        if match["ascii"]:
            yield match["ascii"].decode("ascii"), len(match["ascii"]), "ascii"
            continue
        code = match["code"] or match["lost"]
        short = code.removeprefix(b"\x8e\xa1") if len(code) == 4 else code
        char = table.get(short, "")
        if not char:
            yield LOST * len(code), len(code), None
        elif len(code) == 2 and len(char.encode("cp950", "ignore")) == 2:
            yield char, 2, "cp950"
        else:
            yield char, len(code), None
