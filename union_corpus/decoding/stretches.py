"""
Bytes of a whole file as pieces of text: plain where they fit, decided line by line where they do not.

A piece is (text, number of bytes, codec): encoding the text by the codec gives as many bytes back; without a codec
the text as a whole stands for the bytes as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from union_corpus.decoding.codes import Piece
from union_corpus.decoding.costs import WINDOW, WINDOW_BITS, cost_table
from union_corpus.decoding.euc_tw import euc_tw_pieces
from union_corpus.decoding.hypotheses import code_points, world_table
from union_corpus.decoding.lattice import LOST, cheapest, settled
from union_corpus.decoding.plain import BLOCK, codec_pieces, plain_pieces
from union_corpus.decoding.seven_bits import hz_pieces, iso2022_cn_pieces
from union_corpus.decoding.wide import wide_pieces

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

# The encodings that share a file line by line.
MIXABLE = ("utf-8", "gb18030", "cp950")
# Bits that a change of encoding costs at a line end.
LINE_SWITCH_BITS = 6.0
# A line longer than this is cut at a place where no character can be cut.
LONG_LINE = 2048
# What another reading of bytes that have a sound one must save.
DOUBT_BITS = 40.0
# What characters of Chinese prose cost on average, and by how much the average of a few may differ.
PROSE_BITS, PROSE_SPREAD = 12.0, 8.0
# A line that costs no more than these is not looked at again for the sake of its neighbours.
CALM_BITS, CALM_SPREAD = 10.0, 4.0
# Bytes of one file that are tried in every cut; beyond that a damaged file is read as its codec reads it.
LATTICE_BYTES = 1_000_000
PADDING = re.compile(rb"\x00{8,}|\xff{16,}")


def pieces(data: bytes, encoding: str) -> Iterator[Piece]:
    """The text of bytes that are in ``encoding`` on the whole."""
    if encoding in MIXABLE or encoding == "ascii":
        yield from _unpadded(data, "utf-8" if encoding == "ascii" else encoding)
    elif encoding in ("utf-16-le", "utf-16-be"):
        yield from wide_pieces(data, encoding)
    elif encoding == "euc_tw":
        yield from euc_tw_pieces(data)
    elif encoding == "hz":
        yield from hz_pieces(data)
    elif encoding == "iso2022_cn":
        yield from iso2022_cn_pieces(data)
    else:
        yield from plain_pieces(data, encoding)


# -- encodings that share ASCII ---------------------------------------------------------------------------------------


def _unpadded(data: bytes, home: str) -> Iterator[Piece]:
    done = 0
    work = _Work()
    for padding in PADDING.finditer(data) if _may_be_padded(data) else ():
        yield from _mixed(data[done : padding.start()], home, work)
        yield "", padding.end() - padding.start(), None
        done = padding.end()
    yield from _mixed(data[done:] if done else data, home, work)


def _may_be_padded(data: bytes) -> bool:
    return bytes(8) in data or b"\xff" * 16 in data


class _Work:
    """How many bytes of a file have been tried in every cut."""

    def __init__(self) -> None:
        self.bytes = 0


def _mixed(data: bytes, home: str, work: _Work) -> Iterator[Piece]:
    start = 0
    while start < len(data):
        end = _block_end(data, start, home)
        block = data[start:end]
        try:
            text = block.decode(home)
        except UnicodeDecodeError:
            yield from _by_lines(block, home, work)
        else:
            if home == "utf-8" or not _odd_windows(text):
                yield from settled(block, home, text)
            else:
                yield from _where_doubtful(block, text, home, work)
        start = end


def _block_end(data: bytes, start: int, home: str) -> int:
    """Where a block that begins at ``start`` may end without cutting a character."""
    if len(data) - start <= BLOCK * 3 // 2:
        return len(data)
    end = data.rfind(b"\n", start, start + BLOCK) + 1
    return end if end > start else _safe_cut(data, start, start + BLOCK)


def _safe_cut(data: bytes, start: int, end: int) -> int:
    """A place before ``end`` that no two-byte or UTF-8 character crosses: behind a byte that is no second half."""
    for at in range(end, max(start, end - 512), -1):
        if data[at - 1] < 0x30:
            return at
    # No such byte: go by the parity of the run of bytes above 7F, or by the first byte of a UTF-8 character.
    for at in range(end, max(start, end - 8), -1):
        if data[at] & 0xC0 == 0xC0 and data[at - 1] & 0xC0 == 0x80 and _is_utf8(data[at - 3 : at + 3]):
            return at
    run = end
    while run > start and data[run - 1] >= 0x80:
        run -= 1
    return end - (end - run) % 2 or end


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _odd_windows(text: str) -> bool:
    """True where some stretch of the text costs far more than Chinese does."""
    import numpy as np

    if text.isascii():
        return False
    sums = np.cumsum(cost_table()[code_points(text)], dtype=np.float64)
    if len(sums) <= WINDOW:
        return float(sums[-1]) > WINDOW_BITS / WINDOW * max(len(sums), 3)
    return bool(float(sums[WINDOW - 1]) > WINDOW_BITS or (sums[WINDOW:] - sums[:-WINDOW] > WINDOW_BITS).any())


def _where_doubtful(block: bytes, text: str, home: str, work: _Work) -> Iterator[Piece]:
    """A block that its encoding reads soundly, but with odd stretches: only the lines in doubt are looked at again."""
    import numpy as np

    # No second half of a character is a line end, so that bytes and text have the same lines.
    bytes_ends, ends = (_line_ends(codes) for codes in (np.frombuffer(block, np.uint8), code_points(text)))
    sums = np.concatenate([[0.0], np.cumsum(cost_table()[code_points(text)], dtype=np.float64)])
    lengths = np.diff(ends, prepend=0)
    doubtful = np.diff(sums[ends], prepend=0.0) > CALM_BITS * lengths + CALM_SPREAD * lengths**0.5
    odd = np.flatnonzero(sums[WINDOW:] - sums[:-WINDOW] > WINDOW_BITS)
    for found in (odd, odd + WINDOW - 1):
        doubtful[np.searchsorted(ends, found, side="right")] = True
    # The neighbours of doubtful lines say what changing the encoding costs.
    near = doubtful.copy()
    near[1:] |= doubtful[:-1]
    near[:-1] |= doubtful[1:]
    spans = list(pairwise([0, *bytes_ends.tolist()]))
    lines = np.flatnonzero(near).tolist()
    encodings = line_encodings([block[slice(*spans[line])] for line in lines], home)
    places = [0, *ends.tolist()]
    done = 0
    for line, encoding in zip(lines, encodings, strict=True):
        if encoding == home and not _odd_windows(text[places[line] : places[line + 1]]):
            continue
        if line > done:
            yield from settled(block[spans[done][0] : spans[line][0]], home, text[places[done] : places[line]])
        yield from _line_pieces(block[slice(*spans[line])], encoding, work)
        done = line + 1
    if done < len(spans):
        yield from settled(block[spans[done][0] :], home, text[places[done] :])


def _line_ends(codes: Numbers) -> Numbers:
    """Where the lines end, each behind its line end; the last one where the text ends."""
    import numpy as np

    ends = np.flatnonzero(codes == 10) + 1
    return ends if len(ends) and ends[-1] == len(codes) else np.append(ends, len(codes))


def _by_lines(block: bytes, home: str, work: _Work) -> Iterator[Piece]:
    lines = re.findall(rb"[^\n]*\n|[^\n]+", block)
    for line, encoding in zip(lines, line_encodings(lines, home), strict=True):
        yield from _line_pieces(line, encoding, work)


def _line_pieces(line: bytes, encoding: str, work: _Work) -> Iterator[Piece]:
    start = 0
    while start < len(line):
        end = len(line) if len(line) - start <= LONG_LINE else _safe_cut(line, start, start + LONG_LINE)
        yield from _stretch(line[start:end], encoding, work)
        start = end


def line_encodings(lines: list[bytes], home: str) -> list[str]:
    """
    The encoding of every line, chosen together: a line that would be cheaper in another encoding switches to it,
    but every change between neighbours costs as well.
    """
    order = (home, *(name for name in MIXABLE if name != home))
    path, _ = _line_path(lines, order, LINE_SWITCH_BITS)
    return [order[state] for state in path]


def mixture(data: bytes) -> tuple[str, float]:
    """The encoding that has most of the bytes when every line chooses its own, and what that costs in bits."""
    lines = re.findall(rb"[^\n]*\n|[^\n]+", data)
    path, total = _line_path(lines, MIXABLE, 0.0)
    sizes = [0] * len(MIXABLE)
    for line, state in zip(lines, path, strict=True):
        sizes[state] += len(line) if not line.isascii() else 0
    return MIXABLE[sizes.index(max(sizes))], total


def _line_path(lines: list[bytes], order: tuple[str, ...], entry: float) -> tuple[list[int], float]:
    """The cheapest sequence of encodings, as places in ``order``; ``entry`` is the price of not beginning in the first."""
    import numpy as np

    if not lines:
        return [], 0.0
    # The file's own encoding may write any script; a line that stands out from it must be Chinese.
    home, _, sound = _line_costs(lines, order[0], world_table() if order[0] == "utf-8" else cost_table())
    columns = [home]
    for name in order[1:]:
        bits, lengths, _ = _line_costs(lines, name, cost_table())
        columns.append(np.where(~np.array(sound) | _is_prose(bits, lengths), bits, np.maximum(bits, home + 1.0)))
    costs = np.array(columns).T.tolist()
    total = [cost + (entry if state else 0.0) for state, cost in enumerate(costs[0])]
    back: list[list[int]] = []
    states = range(len(order))
    for row in costs[1:]:
        low = min(total)
        low_state = total.index(low)
        switched = low + LINE_SWITCH_BITS
        back.append([low_state if total[state] > switched else state for state in states])
        total = [min(total[state], switched) + row[state] for state in states]
    state = total.index(min(total))
    path = [state]
    for sources in reversed(back):
        state = sources[state]
        path.append(state)
    return path[::-1], min(total)


def _line_costs(lines: list[bytes], encoding: str, table: Numbers) -> tuple[Numbers, Numbers, list[bool]]:
    """Of every line read tolerantly: its bits, its number of characters, and whether all of it could be read."""
    import numpy as np

    # A line may end in half a character that would swallow the line end, so lines are read apart from one another.
    texts = [line.rstrip(b"\n").decode(encoding, "replace") for line in lines]
    lengths = np.array([len(text) for text in texts])
    sums = np.concatenate([[0.0], np.cumsum(table[code_points("".join(texts))], dtype=np.float64)])
    bits = np.diff(np.concatenate([[0.0], sums[np.cumsum(lengths)]])) + float(cost_table()[10])
    return bits, lengths, [LOST not in text for text in texts]


def _is_prose(bits: Any, length: Any) -> Any:
    """
    True where so many characters cost what Chinese prose costs: short lines may be dear, long ones average out.

    Rare characters in rows, as in a table of characters or a list of names, look like damage in every encoding; they
    are left as they are unless another reading makes sense.
    """
    return bits <= PROSE_BITS * length + PROSE_SPREAD * length**0.5


def _stretch(data: bytes, encoding: str, work: _Work) -> Iterator[Piece]:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = None
    if text is not None and (encoding == "utf-8" or not _odd_windows(text)):
        yield from settled(data, encoding)
        return
    work.bytes += len(data)
    if work.bytes > LATTICE_BYTES:
        yield from codec_pieces(data, encoding)
        return
    order = (encoding, *(name for name in MIXABLE if name != encoding))
    found, bits = cheapest(data, order)
    if text is not None and (
        bits > float(cost_table()[code_points(text)].sum()) - DOUBT_BITS
        or not _is_prose(bits, sum(len(piece) for piece, _, codec in found if codec))
    ):
        yield from settled(data, encoding)
    else:
        yield from found
