"""
Characters that one flipped bit or one lost byte explains: soundly encoded, but the text makes no sense with them.

A flipped bit seldom breaks an encoding; it turns 项 into 顶 or 会 into 休. In Big5 a lost byte often breaks nothing
either, since many second halves are ASCII letters. Such places are reported where they stand, never changed: the
text keeps what the bytes say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from union_corpus.decoding.costs import bits
from union_corpus.documents import Problem, Region

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

# The pairs of characters that the model knows, as a hashed table of so many bits' worth of places.
PLACES_BITS = 23
MULTIPLIER = 0x9E3779B97F4A7C15 - (1 << 64)
# Natural logs: how unlikely a character and the three after it must be to be looked at, and by how much the reading with
# one bit flipped must be likelier; more for a rare character (in bits), which may be part of a name. In 117,000 characters
# of reports that the model had not read nothing reaches them but two misprints, 里 for 理 and 宏 for 弘.
SUSPICIOUS, GAIN, RARE_GAIN, RARE_BITS = -18.0, 10.5, 12.5, 17.0
LOST_GAIN = 17.0
# Characters of context on either side; longer texts than this are not searched, nor texts the model does not know.
CONTEXT = 3
MOST_CHARS = 1_000_000
MOST_SUSPECTS, SUSPECT_SHARE = 50, 0.05
# A lone ASCII letter between Han characters that may be the second half of one; ~ and _ mask years and names.
LONE = re.compile(r"(?<=[\u4e00-\u9fff])[@-Za-z{}\[\]](?=[\u4e00-\u9fff，。、；：）])")
# The usual signs are set by habit rather than by sense, and private-use characters are for the repairs to read.
PUNCTUATION = re.compile(
    r"[\u2010-\u206f\u3000-\u3002\u3004\u3006-\u301f\uff01-\uff1f\uff3b-\uff40\uff5b-\uff5e\uffe0-\uffef\ue000-\uf8ff]"
)
LETTER = re.compile(r"[@-Za-z{}\[\]]")
# How far a lost byte is looked for before and behind a suspect, in characters.
REACH_BACK, REACH_ON = 2, 3
# How many suspects are looked at in one go.
TOGETHER = 200
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
    found = _likelihoods([(before, text[at] + after) for at, (before, after) in zip(suspects, around, strict=True)])
    readings: list[tuple[str, str]] = []
    owners: list[tuple[int, str]] = []
    bases: dict[int, float] = {}
    # The model takes traditional forms for their simplified ones: in a simplified text they are no likelier reading.
    head = text[:10_000]
    traditional = sum(count for char, count in Counter(head).items() if char in model.folded) > 0.02 * len(head)
    for number, (at, (before, after), base) in enumerate(zip(suspects, around, found, strict=True)):
        encoding = _encoding(regions, at)
        if base > SUSPICIOUS or encoding is None or PUNCTUATION.match(text[at]) or _stands_twice(text, at):
            continue
        bases[number] = base
        for char in _neighbours(text[at], encoding):
            if traditional or char not in model.folded:
                readings.append((before, char + after))
                owners.append((number, char))
    best: dict[int, tuple[float, str]] = {}
    least = {number: RARE_GAIN if bits(text[suspects[number]]) > RARE_BITS else GAIN for number in bases}
    for (number, char), likelihood in zip(owners, _likelihoods(readings), strict=True):
        gain = likelihood - bases[number]
        if gain > best.get(number, (least[number], ""))[0]:
            best[number] = gain, char
    for number, (_, char) in sorted(best.items()):
        at = suspects[number]
        region = regions[_region_at(regions, at)]
        offset = region.byte_start + len(text[region.start : at].encode(region.encoding or "", "surrogatepass"))
        detail = f"byte offset {offset}: with one bit flipped this is {char}, which fits; left as it stands"
        yield Problem("decode", "odd_character", at, at + 1, text[at], detail)


def find_lost(text: str, regions: tuple[Region, ...], known: set[int]) -> Iterator[Problem]:
    """
    Problems for places of two-byte text that read right with one byte left out, or with one before an ASCII letter.

    ``known`` are places that are explained already.
    """
    if not CONTEXT < len(text) <= MOST_CHARS or text.isascii():
        return
    suspects = sorted({*_suspects(text), *(match.start() for match in LONE.finditer(text))})
    if len(suspects) > MOST_SUSPECTS and len(suspects) > SUSPECT_SHARE * len(text):
        return
    stretches = list(_around(text, suspects, regions, known))
    done = -1
    for first in range(0, len(stretches), TOGETHER):
        for at, region, start, base, found, sums in _read_with_a_byte_lost(text, stretches[first : first + TOGETHER]):
            best = max(range(len(sums)), key=sums.__getitem__, default=0)
            if at <= done or not sums or sums[best] - base <= LOST_GAIN:
                continue
            reading, place = found[best]
            offset = region.byte_start + len(text[region.start : start].encode(region.encoding or "")) + place
            detail = f"byte offset {offset}: a byte was lost here; the text may have been {reading}; left as it stands"
            yield Problem("decode", "odd_character", at, at + 1, text[at], detail)
            done = at + REACH_ON


def _around(
    text: str, suspects: list[int], regions: tuple[Region, ...], known: set[int]
) -> Iterator[tuple[int, Region, int, int]]:
    """For each suspect of two-byte text that is not explained, its region and the stretch of its line to look at."""
    for at in suspects:
        region = regions[_region_at(regions, at)] if regions else None
        if any(near in known for near in range(at - 3, at + 4)):
            continue
        if region is None or region.encoding not in ("gb18030", "cp950"):
            continue
        start, end = max(region.start, at - REACH_BACK), min(region.end, at + REACH_ON + 1)
        if "\n" in text[start:end]:
            start, end = text.rfind("\n", start, at) + 1 or start, text.find("\n", at, end) % (end + 1)
            end = end if end > at else min(region.end, at + REACH_ON + 1)
        yield at, region, start, end


def _read_with_a_byte_lost(
    text: str, stretches: list[tuple[int, Region, int, int]]
) -> Iterator[tuple[int, Region, int, float, list[tuple[str, int]], list[float]]]:
    """
    Of every stretch its suspect, region and start, how likely it is as it stands, and the readings with a byte lost.

    A reading comes with the place of the byte; how likely each is stands in a list of its own. All are scored together.
    """
    around = [(_before(text, start), _after(text, end - 1)) for _, _, start, end in stretches]
    found = [list(_with_a_byte_lost(text[start:end], region.encoding or "")) for _, region, start, end in stretches]
    readings = [
        (before, reading + after)
        for (before, after), (_, _, start, end), others in zip(around, stretches, found, strict=True)
        for reading in (text[start:end], *(other for other, _ in others))
    ]
    likelihoods = iter(_likelihoods(readings))
    for (at, region, start, _), others in zip(stretches, found, strict=True):
        base, *sums = islice(likelihoods, 1 + len(others))
        yield at, region, start, base, others, sums


def _with_a_byte_lost(stretch: str, encoding: str) -> Iterator[tuple[str, int]]:
    """Readings of a stretch with one byte skipped, or one put before an ASCII letter, and the place of that byte."""
    data = stretch.encode(encoding)
    for place, byte in enumerate(data):
        if byte >= 0x80:
            with suppress(UnicodeDecodeError):
                yield data[:place].decode(encoding) + data[place + 1 :].decode(encoding), place
        elif LETTER.match(chr(byte)):
            for lead in range(0xA4 if encoding == "cp950" else 0x81, 0xFA):
                with suppress(UnicodeDecodeError):
                    head, char = data[:place].decode(encoding), bytes((lead, byte)).decode(encoding)
                    yield head + char + data[place + 1 :].decode(encoding), place


def _stands_twice(text: str, at: int) -> bool:
    """True where the character stands beside one of its neighbours elsewhere too: a name, and no accident."""
    pairs = (text[at - 1 : at + 1], text[at : at + 2])
    return any(len(pair) == 2 and not pair.isspace() and text.count(pair) > 1 for pair in pairs)


def _suspects(text: str) -> list[int]:
    """Places of characters that the model has never seen after the one before nor before the one after."""
    import numpy as np

    from union_corpus.language_model import load_model

    model = load_model()
    ids = model.ids(text)
    known = _known_pairs()[_places(ids[:-1] * model.parts[0][1].size + ids[1:])]
    found = np.flatnonzero(~(known[:-1] | known[1:])) + 1
    return [at for at in found.tolist() if text[at] > "z"]


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


def _likelihoods(readings: list[tuple[str, str]]) -> list[float]:
    """How likely, as a natural log, each text is behind what stands before it: (before, text), all scored in one go."""
    if not readings:
        return []
    import numpy as np

    from union_corpus.language_model import load_model

    sums = np.concatenate([[0.0], np.cumsum(load_model().scores("\n".join(map("".join, readings))))])
    starts = np.array([len(before) for before, _ in readings])
    ends = np.cumsum(starts + [1 + len(text) for _, text in readings]) - 1
    starts[1:] += ends[:-1] + 1
    return (sums[ends] - sums[starts]).tolist()  # type: ignore[no-any-return]


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
