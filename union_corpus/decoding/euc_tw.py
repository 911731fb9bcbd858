"""EUC-TW, the encoding of Taiwan's Unix machines, which Python does not know: CNS 11643 planes 1 and 2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from union_corpus import lexicon
from union_corpus.decoding.codes import Piece

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
