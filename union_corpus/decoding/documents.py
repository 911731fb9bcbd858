"""Decoded documents: text, the regions it was decoded from, and a problem for every byte that was lost."""

from __future__ import annotations

from collections.abc import Iterator

from union_corpus.decoding.codes import big5_moved, big5_odd, gb18030_moved, gb18030_odd
from union_corpus.decoding.detection import byte_order_mark, detect_encoding
from union_corpus.documents import Document, Problem, RawFile, Region, Source

# (text, how many bytes it was read from, the codec that gives as many bytes back or None)
Piece = tuple[str, int, str | None]
BLOCK = 1 << 16
LOST = "\ufffd"


def decode(raw: RawFile | bytes, *, doc_id: str | None = None) -> Document:
    """A document of bytes: its text, the stretches it was read from, and what was lost on the way."""
    if isinstance(raw, bytes):
        raw = RawFile(path="", data=raw)
    name = doc_id if doc_id is not None else raw.path or "bytes"
    data = raw.data
    candidates = detect_encoding(data)
    encoding = candidates[0].encoding if candidates else "ascii"
    if encoding is None:
        problem = Problem("decode", "not_text", detail=candidates[0].reason)
        return Document(name, "", "", problems=(problem,), source=Source(raw.path, raw.sha256))
    mark = byte_order_mark(data)
    offset = mark[1] if mark else 0
    texts: list[str] = []
    regions: list[Region] = []
    problems: list[Problem] = []
    place = 0
    for text, width, codec in _merged(_pieces(data[offset:], encoding)):
        start = place
        place += len(text)
        texts.append(text)
        regions.append(Region(start, place, offset, offset + width, codec))
        if LOST in text and codec is None:
            detail = f"{width} bytes at {offset} that {encoding} cannot read: {data[offset : offset + min(width, 8)].hex(' ')}"
            problems.append(Problem("decode", "lost_byte", start, place, text, detail))
        offset += width
    whole = "".join(texts)
    source = Source(raw.path, raw.sha256, encoding, tuple(regions))
    return Document(name, whole, whole, problems=tuple(problems), source=source)


def _pieces(data: bytes, encoding: str) -> Iterator[Piece]:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        for start in range(0, len(data), BLOCK):
            yield from _broken(data[start : start + BLOCK], encoding)
        return
    yield from _settled(text, len(data), encoding)


def _broken(data: bytes, encoding: str) -> Iterator[Piece]:
    while data:
        try:
            yield from _settled(data.decode(encoding), len(data), encoding)
            return
        except UnicodeDecodeError as error:
            at = error.start
        if at:
            yield from _settled(data[:at].decode(encoding), at, encoding)
        yield LOST, 1, None
        data = data[at + 1 :]


def _settled(text: str, width: int, encoding: str) -> Iterator[Piece]:
    """Pieces of a stretch that the codec could read, codes that the right table reads differently set apart."""
    if encoding == "gb18030":
        odd, moved = gb18030_odd(), {char: (new, None) for char, new in gb18030_moved().items()}
    elif encoding == "cp950":
        odd, moved = big5_odd(), big5_moved()
    else:
        yield text, width, encoding
        return
    done = 0
    rest = width
    for match in odd.finditer(text):
        before = text[done : match.start()]
        if before:
            size = len(before.encode(encoding))
            yield before, size, encoding
            rest -= size
        yield moved[match.group()][0], 2, moved[match.group()][1]
        rest -= 2
        done = match.end()
    if done < len(text):
        yield text[done:], rest, encoding


def _merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The same pieces with neighbours of one kind made one; codes with two characters stay by themselves."""
    held: list[str] = []
    held_width = 0
    held_codec: str | None = ""
    for text, width, codec in pieces:
        lost = codec is None and not text.strip(LOST)
        kind = codec if codec else ("lost" if lost else "")
        if held and kind and kind == held_codec:
            held.append(text)
            held_width += width
            continue
        if held:
            yield "".join(held), held_width, None if held_codec in ("lost", "") else held_codec
        held, held_width, held_codec = [text], width, kind
    if held:
        yield "".join(held), held_width, None if held_codec in ("lost", "") else held_codec
