"""Which encoding bytes are in, decided by what they cost under each, errors counted in."""

from __future__ import annotations

from dataclasses import dataclass

from union_corpus.decoding.costs import bits

BYTE_ORDER_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    One answer to "what are these bytes?": an encoding for the bytes ``start:end``, with its evidence.

    ``encoding`` is a name that Python's codecs know, or None where the bytes are not text. ``score`` is the chance,
    from 0 to 1, that the answer is right; ``reason`` says in words what speaks for it.
    """

    encoding: str | None
    start: int
    end: int
    score: float
    reason: str


def byte_order_mark(data: bytes) -> tuple[str, int] | None:
    """The encoding a byte-order mark speaks for, and the length of the mark."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    return None


def detect_encoding(data: bytes) -> list[Candidate]:
    """What the bytes may be, best answer first; an empty list for no bytes at all."""
    if not data:
        return []
    end = len(data)
    mark = byte_order_mark(data)
    if mark:
        return [Candidate(mark[0], 0, end, 0.99, "byte order mark")]
    if data.isascii():
        return [Candidate("ascii", 0, end, 1.0, "no byte above 7F")]
    try:
        data.decode("utf-8")
        return [Candidate("utf-8", 0, end, 0.99, "valid UTF-8")]
    except UnicodeDecodeError:
        pass
    sample = data[: 1 << 16]
    costs = {
        name: bits(sample.decode(name, "replace"))
        for name in ("utf-8", "gb18030", "cp950", "utf-16-le", "utf-16-be")
    }
    costs["cp1252"] = sum(7.5 if byte < 0x80 else 9.0 for byte in sample)
    ranked = sorted(costs, key=costs.__getitem__)
    best = costs[ranked[0]]
    return [
        Candidate(name, 0, end, 1 / (1 + 2.0 ** min(60.0, costs[name] - best)), f"{costs[name] / len(sample):.1f} bits a byte")
        for name in ranked
    ]
