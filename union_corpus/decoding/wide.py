"""UTF-16 bytes as pieces of text, read on from the right byte where one was lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from union_corpus.decoding.codes import Piece
from union_corpus.decoding.costs import WINDOW, WINDOW_BITS
from union_corpus.decoding.hypotheses import wide_costs, world_table
from union_corpus.decoding.lattice import LOST, LOST_BITS

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

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
