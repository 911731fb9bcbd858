"""
Bytes, some of them unknown, as whole characters: what a stretch of bytes can have been, and what a lost byte can.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from union_corpus.language_model import load_model
from union_corpus.repairs.choices import Options
from union_corpus.repairs.code_tables import DOUBLE, LOST_BYTE, Channel, readable_pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from union_corpus.language_model import Model

# A byte, QUESTION, or the bytes that can have been lost in a place.
Item = int | frozenset[int]

ANY_BYTE: frozenset[int] = frozenset(range(0x80, 0x100))

# A character that common (its log probability without context) is no sign of damage by itself.
COMMON = -9.5

# For one place so many characters are considered.
MOST_CHARACTERS = 600

# What speaks against a lost byte that its decoder could have read. It can have been so where the line end behind it
# was eaten or taken away since, which happens behind the signs that end a line.
AGAINST_RULE, _AT_LINE_END = -6.0, -2.5
_LINE_ENDING = frozenset("。；！？：”’）》、，…")


class Unit(NamedTuple):
    """A stretch of bytes ``start:end`` that stands for whole characters; without options it fits nothing."""

    start: int
    end: int
    options: Options


NOTHING = Options((), ())


@lru_cache(maxsize=100_000)
def exactly(*strings: str) -> Options:
    """Options of which none is likelier than another."""
    return Options(strings, (0.0,) * len(strings))


def against(char: str) -> float:
    """What speaks against a character whose lost byte could have been read."""
    return _AT_LINE_END if char in _LINE_ENDING else AGAINST_RULE


def options_of(likely: Iterable[str], loosely: Iterable[str]) -> Options:
    """Characters that fit the rule, and those that would only fit if the bytes around had been others."""
    priors = dict.fromkeys(likely, 0.0)
    for char in loosely:
        priors.setdefault(char, against(char))
    return Options(tuple(priors), tuple(priors.values()))


def mark_lost(items: list[Item], channel: Channel) -> None:
    """Say for each lost byte which ones it can have been: those that its decoder could not read before the next."""
    for at in range(len(items) - 1, -1, -1):
        if items[at] == LOST_BYTE:
            items[at] = unreadable(channel.shown, items[at + 1] if at + 1 < len(items) else ANY_BYTE)


@cache
def unreadable(codec: str, after: Item) -> frozenset[int]:
    """Bytes that a table cannot read where ``after``, itself perhaps one of several, stands behind them."""
    if codec not in DOUBLE:
        return frozenset(byte for byte in range(0x80, 0x100) if "\ufffd" in bytes([byte]).decode(codec, "replace"))
    pairs = readable_pairs(codec)
    behind = (after,) if isinstance(after, int) else after
    return frozenset(byte for byte in range(0x80, 0x100) if any((byte, second) not in pairs for second in behind))


def all_known(items: Sequence[Item]) -> list[int] | None:
    """The items as bytes where none is unknown."""
    known = [item for item in items if isinstance(item, int) and item >= 0]
    return known if len(known) == len(items) else None


@lru_cache(maxsize=2)
def alone(model: Model) -> NDArray[np.float64]:
    """Log probability of every character number without context."""
    import numpy as np

    return np.log(sum(weight * np.exp(trie.log_probs[0].astype(np.float64)) for weight, trie in model.parts))


@cache
def known_characters() -> str:
    """Every character of three UTF-8 bytes that the model knows, traditional forms included, the most frequent first."""
    model = load_model()
    weights = model.parts[0][1].log_probs[0]
    known = {char for char in (*model.vocabulary, *model.folded) if 0x800 <= ord(char) < 0x10000}
    known.update("，。、；：？！“”‘’（）《》〈〉【】—…\u3000％－．～")
    number = {char: int(at) for char, at in zip(sorted(known), model.ids("".join(sorted(known))), strict=True)}
    # Of a simplified character and its traditional form the plain one comes first.
    return "".join(sorted(known, key=lambda char: (-weights[number[char]], char in model.folded, char)))
