"""Chinese in seven bits, HZ and ISO-2022-CN, as pieces of text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from union_corpus.decoding.codes import Piece
from union_corpus.decoding.euc_tw import euc_tw_pieces
from union_corpus.decoding.plain import codec_pieces, plain_pieces

HZ = re.compile(rb"~\{((?:[!-w][!-~])*)(~\})?|~~|~\n")


def hz_pieces(data: bytes) -> Iterator[Piece]:
    """
    HZ bytes: Chinese between ``~{`` and ``~}``. The signs that switch belong to no text.

    The codec of a Chinese stretch is given as gb18030, which takes as many bytes, each 80 (hex) above the file's.
    """
    done = 0
    for match in HZ.finditer(data):
        if match.start() > done:
            yield from _ascii(data[done : match.start()])
        if match.group(1) is None:
            yield ("~" if match.group() == b"~~" else ""), 2, None
        else:
            yield "", 2, None
            if match.group(1):
                codes = bytes(byte | 0x80 for byte in match.group(1))
                yield from codec_pieces(codes, "gb18030")
            if match.group(2):
                yield "", 2, None
        done = match.end()
    if done < len(data):
        yield from _ascii(data[done:])


# What switches in ISO-2022-CN: which set stands ready, the shift to it and back, one character of plane 2, a line end.
ISO_2022_CN = re.compile(
    rb"\x1b\$\)(?P<ready>[AEG])|\x1b\$\*H|(?P<out>\x0e)|(?P<back>\x0f)|\x1bN(?P<second>..)|(?P<end>\n)", re.DOTALL
)


def iso2022_cn_pieces(data: bytes) -> Iterator[Piece]:
    """ISO-2022-CN bytes: ASCII, GB 2312 and CNS 11643 in seven bits, as old mail has them; every line begins in ASCII."""
    ready, shifted = b"A", False
    done = 0
    for match in ISO_2022_CN.finditer(data):
        yield from _seven_bits(data[done : match.start()], ready if shifted else None)
        done = match.end()
        if match["second"]:
            text = "".join(text for text, _, _ in euc_tw_pieces(b"\x8e\xa2" + _high(match["second"])))
            yield text, len(match.group()), None
            continue
        ready = match["ready"] or ready
        shifted = bool(match["out"]) or (shifted and not match["back"] and not match["end"])
        yield ("\n", 1, "ascii") if match["end"] else ("", len(match.group()), None)
    yield from _seven_bits(data[done:], ready if shifted else None)


def _seven_bits(data: bytes, ready: bytes | None) -> Iterator[Piece]:
    if not data:
        return
    if ready is None:
        yield from _ascii(data)
    elif ready == b"G":
        yield from euc_tw_pieces(_high(data))
    else:
        yield from codec_pieces(_high(data), "gb18030")


def _high(codes: bytes) -> bytes:
    return bytes(byte | 0x80 for byte in codes)


def _ascii(data: bytes) -> Iterator[Piece]:
    yield from plain_pieces(data, "ascii")
