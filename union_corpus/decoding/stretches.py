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

from union_corpus.decoding.codes import Piece, gb18030_moved
from union_corpus.decoding.costs import cost_table
from union_corpus.decoding.euc_tw import euc_tw_pieces
from union_corpus.decoding.hypotheses import code_points, wide_costs, world_table
from union_corpus.decoding.lattice import LOST, LOST_BITS, cheapest, settled

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

# The encodings that share a file line by line.
MIXABLE = ("utf-8", "gb18030", "cp950")
# Bits that a change of encoding costs at a line end.
LINE_SWITCH_BITS = 6.0
# A file is read in blocks of about this many bytes, cut at a line end where there is one.
BLOCK = 1 << 16
# A line longer than this is cut at a place where no character can be cut.
LONG_LINE = 2048
# So many neighbouring characters that together cost more than this do not look like a right reading.
WINDOW, WINDOW_BITS = 8, 118.0
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
        yield from _as_codec(data, encoding)
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


def _as_codec(data: bytes, encoding: str) -> Iterator[Piece]:
    for text, width, codec in plain_pieces(data, encoding):
        if codec == "gb18030" and not gb18030_moved().keys().isdisjoint(text):
            yield from settled(text.encode("gb18030"), "gb18030")
        else:
            yield text, width, codec


# -- 16 bits ----------------------------------------------------------------------------------------------------------

# Units that are looked at together where a byte was lost from 16-bit text; in a text of few each by itself, since what
# stands behind a byte lost near the end is less than so many.
UNITS, FEW_UNITS = 8, 4_000


def wide_pieces(data: bytes, encoding: str) -> Iterator[Piece]:
    """UTF-16 bytes, read on from the right byte where one was lost."""
    done = 0
    for start, end in _aligned(data, encoding):
        if start > done:
            yield LOST * (start - done), start - done, None
        yield from _wide_plain(data[start:end], encoding)
        done = end
    if done < len(data):
        yield LOST * (len(data) - done), len(data) - done, None


def _wide_plain(data: bytes, encoding: str) -> Iterator[Piece]:
    done = 0
    for padding in re.finditer(rb"(?:\x00\x00){8,}", data):
        start = padding.start() + padding.start() % 2
        end = padding.end() - padding.end() % 2
        if end <= start:
            continue
        yield from _wide_sound(data[done:start], encoding)
        yield "", end - start, None
        done = end
    yield from _wide_sound(data[done:], encoding)


def _wide_sound(data: bytes, encoding: str) -> Iterator[Piece]:
    while data:
        try:
            yield data.decode(encoding), len(data), encoding
            return
        except UnicodeDecodeError as error:
            at = error.start
        if at:
            yield data[:at].decode(encoding), at, encoding
        yield LOST * len(data[at : at + 2]), len(data[at : at + 2]), None
        data = data[at + 2 :]


def _aligned(data: bytes, encoding: str) -> list[tuple[int, int]]:
    """The stretches of the bytes that begin at the first byte of a unit; between two of them a byte was lost."""
    import numpy as np

    table = world_table()
    even = wide_costs(data, encoding, table)
    odd = wide_costs(data[1:], encoding, table)
    if len(even) == 0:
        return []
    shorter = min(len(even), len(odd))
    # Cumulated costs: reading units up to number k from the even or from the odd byte.
    sums = [np.concatenate([[0.0], np.cumsum(costs[:shorter], dtype=np.float64)]) for costs in (even, odd)]
    # A byte too many or too few says that one was lost, though it may be the last.
    sound = len(data) % 2 == 0 and float(sums[0][-1]) < 11.0 * shorter and not _long_odd(sums[0])
    if shorter == 0 or sound:
        return [(0, len(data) // 2 * 2)]
    # Blocks of units decide roughly where the parity changes, single units then where exactly.
    step = 1 if shorter <= FEW_UNITS else UNITS
    marks = [*range(0, shorter, step), shorter]
    total = [0.0, LOST_BITS]
    back: list[tuple[int, int]] = []
    for low, high in pairwise(marks):
        sources = []
        new = []
        for state in (0, 1):
            stay, change = total[state], total[1 - state] + LOST_BITS
            sources.append(state if stay <= change else 1 - state)
            new.append(min(stay, change) + float(sums[state][high] - sums[state][low]))
        back.append((sources[0], sources[1]))
        total = new
    state = 0 if total[0] <= total[1] else 1
    states = []
    for sources_ in reversed(back):
        states.append(state)
        state = sources_[state]
    states.reverse()
    # The file begins even unless its very first byte was lost.
    stretches: list[tuple[int, int]] = []
    begin = before = 0
    for index, after in enumerate(states):
        if before == after:
            continue
        reach = 2 * UNITS if step > 1 else 0
        low, high = max(0, marks[index] - reach), min(shorter, marks[index] + reach)
        spans = np.arange(low, high + 1)
        cost = (sums[before][spans] - sums[before][low]) + (sums[after][high] - sums[after][spans])
        at = int(spans[int(cost.argmin())])
        # Even to odd: the byte at 2·at is lost. Odd to even: the byte at 2·at + 1 is.
        stretches.append((begin, 2 * at + before))
        begin = 2 * at + 1 if after else 2 * at + 2
        before = after
    stretches.append((begin, begin + (len(data) - begin) // 2 * 2))
    return [(start, end) for start, end in stretches if end > start]


def _long_odd(sums: Numbers) -> bool:
    if len(sums) <= WINDOW:
        return False
    return bool((sums[WINDOW:] - sums[:-WINDOW] > WINDOW_BITS).any())


# -- seven bits -------------------------------------------------------------------------------------------------------

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
                yield from _as_codec(codes, "gb18030")
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
        yield from _as_codec(_high(data), "gb18030")


def _high(codes: bytes) -> bytes:
    return bytes(byte | 0x80 for byte in codes)


def _ascii(data: bytes) -> Iterator[Piece]:
    yield from plain_pieces(data, "ascii")
