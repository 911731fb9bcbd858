"""
Bytes of GBK or Big5, some of them unknown, as whole characters: ASCII, or a lead byte and a trail byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from union_corpus.repairs.byte_units import (
    MOST_CHARACTERS,
    NOTHING,
    Item,
    Unit,
    exactly,
    known_characters,
    options_of,
)
from union_corpus.repairs.choices import Options
from union_corpus.repairs.code_tables import QUESTION, Channel, byte_pairs_of, pair_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def pair_units(items: Sequence[Item], channel: Channel) -> list[Unit]:
    """Whole characters, one after the other; a unit without options is one that fits nothing."""
    units: list[Unit] = []
    at = 0
    while at < len(items):
        first = items[at]
        if first == QUESTION or (isinstance(first, int) and 0 <= first < 0x80):
            units.append(Unit(at, at + 1, exactly(chr(first) if isinstance(first, int) and first >= 0 else "?")))
            at += 1
        elif at + 1 == len(items):
            units.append(Unit(at, at + 1, NOTHING))
            at += 1
        elif _is_gone(items, at) and (_is_gone(items, at - 2) or _is_gone(items, at + 2)):
            # Two characters of which nothing is left: whatever the model put here would be invented.
            units.append(Unit(at, at + 2, NOTHING))
            at += 2
        else:
            units.append(Unit(at, at + 2, _options(first, items[at + 1], channel.meant, channel.shown)))
            at += 2
    return units


def _is_gone(items: Sequence[Item], at: int) -> bool:
    """True where both bytes of a pair are unknown."""
    pair = items[max(at, 0) : at + 2]
    return at >= 0 and len(pair) == 2 and not any(isinstance(item, int) for item in pair)


@lru_cache(maxsize=50_000)
def _options(first: Item, second: Item, meant: str, shown: str) -> Options:
    """Characters that a pair can have been, of which one byte is known, or both, or neither."""
    import numpy as np

    if isinstance(first, int) and isinstance(second, int):
        char = byte_pairs_of(meant).get((first, second))
        return exactly(char) if char else NOTHING
    by_lead, by_trail = _characters_by_half(meant)
    if isinstance(first, int):
        return _with_other_half(by_lead.get(first, ()), 1, second, meant)
    if isinstance(second, int):
        return _with_other_half(by_trail.get(second, ()), 0, first, meant)
    chars, data = _characters_with_bytes(meant)
    fits = ~pair_table(shown)[data[:, 0], data[:, 1]] & np.isin(data[:, 1], list(second)) & (data[:, 0] >= 0x80)
    return exactly(*(chars[at] for at in fits.nonzero()[0][:MOST_CHARACTERS].tolist()))


def _with_other_half(chars: tuple[str, ...], place: int, lost: Item, codec: str) -> Options:
    """Characters of which one byte is known; those whose other byte could have been read are unlikely."""
    data = _bytes_of(codec)
    possible = lost if isinstance(lost, frozenset) else frozenset()
    return options_of((char for char in chars if data[char][place] in possible), chars)


@cache
def _characters_with_bytes(codec: str) -> tuple[str, NDArray[np.uint8]]:
    """Characters the model knows, the most frequent first, and the two bytes of each."""
    import numpy as np

    data = _bytes_of(codec)
    chars = "".join(char for char in known_characters() if char in data)
    return chars, np.array([data[char] for char in chars], dtype=np.uint8)


@cache
def _bytes_of(codec: str) -> Mapping[str, tuple[int, int]]:
    return {char: pair for pair, char in byte_pairs_of(codec).items()}


@cache
def _characters_by_half(codec: str) -> tuple[Mapping[int, tuple[str, ...]], Mapping[int, tuple[str, ...]]]:
    """Characters the model knows by their first byte, and by their second; the most frequent first."""
    rank = {char: at for at, char in enumerate(known_characters())}
    leads: dict[int, list[str]] = {}
    trails: dict[int, list[str]] = {}
    for (lead, trail), char in byte_pairs_of(codec).items():
        if char in rank:
            leads.setdefault(lead, []).append(char)
            trails.setdefault(trail, []).append(char)
    by_lead, by_trail = (
        {byte: tuple(sorted(chars, key=rank.__getitem__)) for byte, chars in half.items()} for half in (leads, trails)
    )
    return by_lead, by_trail
