"""Decoded documents: text, the regions it was decoded from, and a problem for every byte that was lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from union_corpus.decoding.codes import Piece
from union_corpus.decoding.detection import byte_order_mark, rank
from union_corpus.decoding.hypotheses import CHINESE
from union_corpus.decoding.lattice import LOST
from union_corpus.decoding.oddities import find_oddities
from union_corpus.decoding.stretches import pieces
from union_corpus.documents import Document, Problem, RawFile, Region, Source, need_bytes

# Lost stretches that get a problem of their own; a file with more of them gets one problem that counts the rest.
MOST_PROBLEMS = 2000


def decode(raw: RawFile | bytes, *, doc_id: str | None = None) -> Document:
    """
    A document of bytes: its text, the stretches it was read from, and what was lost on the way.

    ``source.regions`` tile the text, each with its bytes and its encoding, so that ``doc.byte_span`` leads from any
    figure to the bytes it was printed with. A byte that belongs to no character becomes U+FFFD with a problem
    ``lost_byte`` that tells its offset; runs of NUL or FF bytes are left out with a problem ``padding``. A
    character that makes sense only with one bit flipped stays, with a problem ``odd_character``. A
    byte-order mark is not part of the text. Bytes that are not text at all give an empty document with the problem
    ``not_text``. No bytes make this function raise.

    >>> decode("全市工会".encode("gbk") + b"\\n" + "职代会制度".encode("utf-8")).text
    '全市工会\\n职代会制度'
    >>> doc = decode("全市各级工会组织".encode("gbk")[1:])
    >>> doc.text, doc.problems[0].problem
    ('�市各级工会组织', 'lost_byte')
    """
    if not isinstance(raw, RawFile):
        need_bytes(raw, "decode")
        raw = RawFile(path="", data=bytes(raw))
    name = doc_id if doc_id is not None else raw.path or "bytes"
    ranked = rank(raw.data)
    encoding = ranked[0].encoding if ranked else "ascii"
    if encoding is None:
        problem = Problem("decode", "not_text", text=raw.path, detail=f"{ranked[0].reason}, {len(raw.data):,} bytes")
        return Document(name, "", "", problems=(problem,), source=Source(raw.path, raw.sha256))
    problems: list[Problem] = []
    mark = byte_order_mark(raw.data)
    if mark and mark[0] != encoding:
        detail = f"the file begins with the mark of {mark[0]}, but its text is {encoding}"
        problems.append(Problem("decode", "false_byte_order_mark", text=raw.path, detail=detail))
    read = _read(raw.data, mark[1] if mark else 0, encoding)
    problems.extend(read.problems)
    families = [codec for codec in read.sizes if codec not in ("ascii", "big5hkscs") or len(read.sizes) == 1]
    if len(families) > 1 and encoding not in ("hz", "iso2022_cn"):
        families.sort(key=lambda codec: -read.sizes[codec])
        shares = ", ".join(f"{codec} {read.sizes[codec]:,} bytes" for codec in families)
        problems.append(Problem("decode", "mixed_encodings", detail=shares))
        encoding = "+".join(families)
    if encoding.split("+")[0] in CHINESE:
        known = [problem.start for problem in problems if problem.start is not None]
        problems.extend(find_oddities(read.text, read.regions, known))
    source = Source(raw.path, raw.sha256, encoding, read.regions)
    return Document(name, read.text, read.text, problems=tuple(problems), source=source)


class _Read(NamedTuple):
    """The text of a file, the stretches it was read from, what was lost, and how many bytes each codec read."""

    text: str
    regions: tuple[Region, ...]
    problems: list[Problem]
    sizes: dict[str, int]


def _read(data: bytes, offset: int, encoding: str) -> _Read:
    """Bytes from an offset on that are in ``encoding`` on the whole."""
    texts: list[str] = []
    regions: list[Region] = []
    problems: list[Problem] = []
    sizes: dict[str, int] = {}
    place = lost = 0
    for text, width, codec in _joined(pieces(data[offset:] if offset else data, encoding)):
        start = place
        place += len(text)
        if text:
            texts.append(text)
            regions.append(Region(start, place, offset, offset + width, codec))
        if codec is None:
            problem_name = "lost_byte" if text.startswith(LOST) else "padding" if width >= 8 and not text else ""
            if problem_name:
                lost += 1
                if lost <= MOST_PROBLEMS:
                    problems.append(_problem(problem_name, start, place, text, data[offset : offset + width], offset))
        else:
            sizes[codec] = sizes.get(codec, 0) + width
        offset += width
    if lost > MOST_PROBLEMS:
        detail = f"{lost - MOST_PROBLEMS:,} more lost stretches are not listed one by one"
        problems.append(Problem("decode", "lost_byte", detail=detail))
    return _Read("".join(texts), tuple(regions), problems, sizes)


def _problem(name: str, start: int, end: int, text: str, data: bytes, offset: int) -> Problem:
    shown = data[:8].hex(" ") + (" …" if len(data) > 8 else "")
    what = "byte" if len(data) == 1 else f"{len(data):,} bytes"
    return Problem("decode", name, start, end, text, f"{what} at offset {offset}: {shown}")


def _joined(found: Iterable[Piece]) -> Iterator[Piece]:
    """The same pieces with neighbours of one codec, or neighbouring lost bytes, made one."""
    held: list[str] = []
    held_width = 0
    held_kind: str | None = None
    for text, width, codec in found:
        kind = codec or ("lost" if text.startswith(LOST) else None)
        if held and kind and kind == held_kind:
            held.append(text)
            held_width += width
            continue
        if held:
            yield "".join(held), held_width, None if held_kind in ("lost", None) else held_kind
        held, held_width, held_kind = [text], width, kind
    if held:
        yield "".join(held), held_width, None if held_kind in ("lost", None) else held_kind
