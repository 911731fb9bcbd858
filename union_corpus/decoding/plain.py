"""Bytes as one codec reads them: in blocks, and on behind each byte that it cannot read."""

from __future__ import annotations

from collections.abc import Iterator

from union_corpus.decoding.codes import Piece, gb18030_moved
from union_corpus.decoding.lattice import LOST, settled

# A file is read in blocks of about this many bytes.
BLOCK = 1 << 16


def plain_pieces(data: bytes, encoding: str) -> Iterator[Piece]:
    """Bytes as one codec reads them; each byte it cannot read is a lost one."""
    if encoding.startswith("iso2022"):
        # Escape sequences take bytes that no character accounts for.
        yield data.decode(encoding, "replace"), len(data), None
        return
    unit = 4 if encoding.startswith("utf-32") else 1
    start = 0
    while start < len(data):
        end = min(len(data), start + BLOCK)
        block = data[start:end]
        while block:
            try:
                yield block.decode(encoding), len(block), encoding
                break
            except UnicodeDecodeError as error:
                at, reason = error.start, error.reason
            if at and (text := block[:at].decode(encoding)):
                yield text, at, encoding
            block = block[at:]
            # The end of a block may cut a character in two: it is read with the next block.
            if (
                end < len(data)
                and len(block) < 8
                and ("incomplete" in reason or "truncated" in reason or "end" in reason)
            ):
                break
            yield LOST * min(unit, len(block)), min(unit, len(block)), None
            block = block[unit:]
        start = end - len(block) if end < len(data) and len(block) < 8 and block else end


def codec_pieces(data: bytes, encoding: str) -> Iterator[Piece]:
    """As ``plain_pieces``, with the codes of GB 18030-2022 that Python's table reads differently."""
    for text, width, codec in plain_pieces(data, encoding):
        if codec == "gb18030" and not gb18030_moved().keys().isdisjoint(text):
            yield from settled(text.encode("gb18030"), "gb18030")
        else:
            yield text, width, codec
