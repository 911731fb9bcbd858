"""
Characters that one flipped bit explains: soundly encoded, but the text makes sense only with the neighbour's code.

A flipped bit seldom breaks an encoding; it turns 项 into 顶 or 会 into 休. Such a character is reported where it
stands, never changed: the text keeps what the bytes say.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from union_corpus.documents import Problem, Region

if TYPE_CHECKING:
    import numpy as np

    from union_corpus.language_model import Model

    Numbers = np.ndarray[Any, np.dtype[Any]]

# The pairs of characters that the model knows, as a hashed table of so many bits' worth of places.
PLACES_BITS = 23
MULTIPLIER = 0x9E3779B97F4A7C15 - (1 << 64)
# Natural logs: how unlikely a character and the two after it must be to be looked at, and by how much the reading
# with one bit flipped must be likelier. On 150,000 characters of clean reports nothing reaches the second.
SUSPICIOUS, GAIN = -18.0, 16.0
# Characters of context on either side; longer texts than this are not searched, nor texts the model does not know.
CONTEXT = 3
MOST_CHARS = 1_000_000
MOST_SUSPECTS, SUSPECT_SHARE = 50, 0.05
BLANKS = " \t\r\n\u3000\xa0"


def find_flipped(text: str, regions: tuple[Region, ...]) -> Iterator[Problem]:
    """Problems for characters of the text that read right with one bit of their bytes flipped."""
    if not CONTEXT < len(text) <= MOST_CHARS or text.isascii():
        return
    suspects = _suspects(text)
    if len(suspects) > MOST_SUSPECTS and len(suspects) > SUSPECT_SHARE * len(text):
        return
    from union_corpus.language_model import load_model

    model = load_model()
    around = [(_before(text, at), _after(text, at)) for at in suspects]
    scores = _scores(model, [before + text[at] + after for at, (before, after) in zip(suspects, around, strict=True)])
    readings: list[str] = []
    owners: list[tuple[int, str]] = []
    bases: dict[int, float] = {}
    for number, (at, (before, after), found) in enumerate(zip(suspects, around, scores, strict=True)):
        base = float(found[len(before) :].sum())
        encoding = _encoding(regions, at)
        if base > SUSPICIOUS or encoding is None:
            continue
        bases[number] = base
        for char in _neighbours(text[at], encoding):
            readings.append(before + char + after)
            owners.append((number, char))
    best: dict[int, tuple[float, str]] = {}
    for (number, char), found in zip(owners, _scores(model, readings), strict=True):
        gain = float(found[len(around[number][0]) :].sum()) - bases[number]
        if gain > best.get(number, (GAIN, ""))[0]:
            best[number] = gain, char
    for number, (_, char) in sorted(best.items()):
        at = suspects[number]
        region = regions[_region_at(regions, at)]
        offset = region.byte_start + len(text[region.start : at].encode(region.encoding or "", "surrogatepass"))
        detail = f"byte offset {offset}: with one bit flipped this is {char}, which fits; left as it stands"
        yield Problem("decode", "odd_character", at, at + 1, text[at], detail)


def _suspects(text: str) -> list[int]:
    """Places of characters that the model has never seen after the one before nor before the one after."""
    import numpy as np

    from union_corpus.language_model import load_model

    model = load_model()
    ids = model.ids(text)
    known = _known_pairs()[_places(ids[:-1] * model.parts[0][1].size + ids[1:])]
    found = np.flatnonzero(~(known[:-1] | known[1:])) + 1
    return [int(at) for at in found if text[at] > "z"]


@cache
def _known_pairs() -> Numbers:
    import numpy as np

    from union_corpus.language_model import load_model

    table = np.zeros(1 << PLACES_BITS, bool)
    table[_places(load_model().parts[0][1].keys[1])] = True
    return table


def _places(pairs: Numbers) -> Numbers:
    import numpy as np

    with np.errstate(over="ignore"):
        return (pairs * np.int64(MULTIPLIER) >> np.int64(20)) & np.int64((1 << PLACES_BITS) - 1)


def _before(text: str, at: int) -> str:
    found = ""
    for place in range(at - 1, max(-1, at - 12), -1):
        if text[place] not in BLANKS:
            found = text[place] + found
            if len(found) == CONTEXT:
                break
    return found


def _after(text: str, at: int) -> str:
    found = ""
    for char in text[at + 1 : at + 12]:
        if char not in BLANKS:
            found += char
            if len(found) == CONTEXT:
                break
    return found


def _scores(model: Model, readings: list[str]) -> list[Numbers]:
    """Log probabilities of the characters of each reading, all scored in one go."""
    if not readings:
        return []
    scores = model.scores("\n".join(readings))
    found = []
    place = 0
    for reading in readings:
        found.append(scores[place : place + len(reading)])
        place += len(reading) + 1
    return found


def _neighbours(char: str, encoding: str) -> list[str]:
    """Characters whose code differs from this one's in a single bit; letters and digits aside."""
    code = char.encode(encoding, "surrogatepass")
    found = set()
    for place in range(len(code)):
        for bit in range(8):
            flipped = bytearray(code)
            flipped[place] ^= 1 << bit
            try:
                other = flipped.decode(encoding)
            except UnicodeDecodeError:
                continue
            if len(other) == 1 and other >= "\u2010":
                found.add(other)
    return sorted(found)


def _region_at(regions: tuple[Region, ...], place: int) -> int:
    from bisect import bisect_right

    return bisect_right(regions, place, key=lambda region: region.start) - 1


def _encoding(regions: tuple[Region, ...], place: int) -> str | None:
    return regions[_region_at(regions, place)].encoding if regions else None
