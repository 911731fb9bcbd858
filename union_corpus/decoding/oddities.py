"""
Characters that one flipped bit or one lost byte explains: soundly encoded, but the text makes no sense with them.

A flipped bit seldom breaks an encoding; it turns 项 into 响 or 2 into r. In Big5 a lost byte often breaks nothing
either, since many second halves are ASCII letters. Such places are reported where they stand, never changed: the
text keeps what the bytes say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from union_corpus.decoding.costs import TABLE_SIZE
from union_corpus.decoding.flips import ENCODINGS, TOP, neighbours
from union_corpus.decoding.hypotheses import code_points
from union_corpus.documents import Problem, Region

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

# The pairs of characters that the model knows, as a hashed table of so many bits' worth of places.
PLACES_BITS = 23
MULTIPLIER = 0x9E3779B97F4A7C15 - (1 << 64)
# Characters of context on either side; longer texts than this are not searched, nor texts the model does not know.
CONTEXT = 3
MOST_CHARS = 1_000_000
MOST_SUSPECTS, SUSPECT_SHARE = 50, 0.05
# Natural logs. Beside its neighbours a character must be this unlikely to be looked at, and another this much likelier.
PAIR_SUSPICIOUS, PAIR_GAIN = -13.0, 5.0
# By how much the character and the three behind it must be likelier with one bit flipped. In 290,000 characters of
# reports and laws that the model had not read nothing reaches it but 铍 behind 锂 and a ℃. Characters outside the
# everyday sets of the encodings are hardly ever meant; the usual signs are set by habit rather than by sense, and what
# stands alone between signs, as in 疗(休)养, has no neighbours to be judged by.
GAIN, RARE_GAIN, SIGN_GAIN = 11.0, 6.0, 13.0
SIGNS = frozenset("、。，；：？！“”‘’（）［］【】《》〈〉〔〕「」『』—…·-,.;:?!\"'()[]<>{}/|_~*+=")
# What a character counts for that the text itself holds elsewhere: such a share of the chance goes by the text.
OWN_SHARE = 0.1
# Texts that hold so many traditional forms are traditional.
TRADITIONAL_SHARE = 0.02
# The same for a byte lost: how unlikely a character must be beside its neighbours, and how much likelier the stretch.
LOST_SUSPICIOUS, LOST_GAIN = -19.0, 17.0
# A lone ASCII letter between Han characters that may be the second half of one; ~ and _ mask years and names.
LONE = re.compile(r"[@-Za-z{}\[\]](?<=[\u4e00-\u9fff].)(?=[\u4e00-\u9fff，。、；：）])")
LETTER = re.compile(r"[@-Za-z{}\[\]]")
# How far a lost byte is looked for before and behind a suspect, in characters.
REACH_BACK, REACH_ON = 2, 3
# How many suspects are looked at in one go, for lost bytes and for flipped bits.
TOGETHER, AT_ONCE = 200, 20_000
# A form feed begins a page.
BLANKS = " \t\r\n\f\u3000\xa0"


class Line:
    """A text without its blanks, as the model sees it: code points, character numbers, places in the text."""

    def __init__(self, text: str) -> None:
        import numpy as np

        from union_corpus.language_model import load_model

        model = load_model()
        self.text = text
        self.trie = model.parts[0][1]
        codes = code_points(text)
        self.places = np.flatnonzero(~_blank()[codes])
        self.codes = codes[self.places].astype(np.int64)
        # Nothing is known of what stands before and behind: there a line ends.
        around = model.ids("\n" * CONTEXT)
        self.ids = np.concatenate([around, model.ids(text)[self.places], around])
        known = _known(self, self.ids[CONTEXT - 1 : -CONTEXT], self.ids[CONTEXT : 1 - CONTEXT])
        self.before, self.behind = known[:-1], known[1:]
        forms = np.count_nonzero(_traditional()[np.minimum(self.codes, TOP)])
        self.traditional = forms > TRADITIONAL_SHARE * len(self.codes)

    def strange(self) -> Numbers:
        """Characters that the model has never seen after the one before nor before the one behind."""
        import numpy as np

        return np.flatnonzero(~(self.before | self.behind))

    def suspects(self) -> tuple[Numbers, Numbers]:
        """Characters that are unlikely beside their neighbours, and how unlikely."""
        import numpy as np

        found = np.flatnonzero(~(self.before & self.behind))
        likely = self.beside(found, self.ids[found + CONTEXT])
        unlikely = likely < PAIR_SUSPICIOUS
        return found[unlikely], likely[unlikely]

    def beside(self, at: Numbers, ids: Numbers) -> Numbers:
        """How likely characters are behind the one before these places, and the one behind after them."""
        before, behind = self.ids[at + CONTEXT - 1], self.ids[at + CONTEXT + 1]
        return self.trie.pair_log_probs(before, ids) + self.trie.pair_log_probs(ids, behind)

    def likelihoods(self, at: Numbers, ids: Numbers) -> Numbers:
        """How likely characters at these places are, and each of the three behind them: four columns."""
        import numpy as np

        rows = self.ids[at[:, None] + np.arange(2 * CONTEXT + 1)]
        rows[:, CONTEXT] = ids
        grams = [rows[:, first : first + CONTEXT + 1] for first in range(CONTEXT + 1)]
        return self.trie.last_log_probs(np.concatenate(grams)).reshape(CONTEXT + 1, -1).T

    def stands_twice(self, place: int) -> bool:
        """True where the character stands beside one of its neighbours elsewhere too: a name, and no accident."""
        import numpy as np

        at = int(np.searchsorted(self.places, place))
        pairs = self._pairs[max(at - 1, 0) : at + 1]
        first, last = (np.searchsorted(self._sorted_pairs, pairs, side=side) for side in ("left", "right"))
        return bool((last - first > 1).any())

    @cached_property
    def _pairs(self) -> Numbers:
        return self.codes[:-1] * TABLE_SIZE + self.codes[1:]

    @cached_property
    def _sorted_pairs(self) -> Numbers:
        import numpy as np

        return np.sort(self._pairs)

    def unknown(self) -> bool:
        """True for a text that the model does not know: damaged throughout, or not Chinese."""
        strange = len(self.strange())
        return strange > MOST_SUSPECTS and strange > SUSPECT_SHARE * len(self.text)


def find_oddities(text: str, regions: tuple[Region, ...], known: Sequence[int]) -> Iterator[Problem]:
    """
    Problems for characters that read right with one bit flipped, or with one byte more or less.

    ``known`` are the places where bytes were lost, which the decoding has noticed.
    """
    if not CONTEXT < len(text) <= MOST_CHARS or text.isascii():
        return
    line = Line(text)
    if line.unknown():
        return
    flipped = list(_find_flipped(line, regions))
    yield from flipped
    explained = {*known, *(problem.start for problem in flipped if problem.start is not None)}
    yield from _find_lost(line, regions, explained)


def _find_flipped(line: Line, regions: tuple[Region, ...]) -> Iterator[Problem]:
    offsets = _Offsets(line.text, regions)
    for place, gain, reading in _better_readings(line, regions):
        if gain <= _needed(line, place) or line.stands_twice(place):
            continue
        shown = reading if reading.isprintable() else f"U+{ord(reading):04X}"
        detail = f"byte offset {offsets.of(place)}: with one bit flipped this is {shown}, which fits; left as it stands"
        yield Problem("decode", "odd_character", place, place + 1, line.text[place], detail)


class _Offsets:
    """Which byte a place in the text stands at, for places that are asked for in order."""

    def __init__(self, text: str, regions: tuple[Region, ...]) -> None:
        self._text, self._regions = text, regions
        self._place = self._offset = 0

    def of(self, place: int) -> int:
        region = self._regions[_region_at(self._regions, place)]
        if self._place < region.start:
            self._place, self._offset = region.start, region.byte_start
        stretch = self._text[self._place : place]
        self._place, self._offset = place, self._offset + len(stretch.encode(region.encoding or "", "surrogatepass"))
        return self._offset


def _needed(line: Line, place: int) -> float:
    """By how much another reading must be likelier, by what the character is that stands there."""
    char = line.text[place]
    if char in SIGNS or SIGNS.issuperset(line.text[max(0, place - 1) : place + 2 : 2]):
        return SIGN_GAIN
    if char.isascii() or _is_common(char, "gb2312") or (line.traditional and _is_common(char, "big5")):
        return GAIN
    return RARE_GAIN


def _is_common(char: str, encoding: str) -> bool:
    """True for what GB 2312 holds, or the first level of Big5."""
    return b"" < char.encode(encoding, "ignore") < (b"\xc6\xa1" if encoding == "big5" else b"\xff")


def _better_readings(line: Line, regions: tuple[Region, ...]) -> Iterator[tuple[int, float, str]]:
    """Characters that one flipped bit makes likelier, in order: place in the text, by how much, the character."""
    import numpy as np

    suspects, likely = line.suspects()
    elsewhere = np.bincount(line.codes, minlength=TOP) - 1
    for first in range(0, len(suspects), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        at, codes, ids = _likelier(line, suspects[some], likely[some], regions)
        both = line.likelihoods(np.append(at, at), np.append(ids, line.ids[at + CONTEXT]))
        reading, standing = both[: len(at)], both[len(at) :]
        own = line.codes[at]
        with np.errstate(divide="ignore"):
            standing[:, 0] = np.maximum(standing[:, 0], np.log(OWN_SHARE * elsewhere[own] / len(line.codes)))
        gains = reading.sum(axis=1) - standing.sum(axis=1) + _one_of(codes) - _one_of(own)
        order = np.lexsort((-codes, gains, at))
        last = order[np.append(at[order][1:] != at[order][:-1], True)] if len(at) else order
        places = line.places[at[last]].tolist()
        yield from zip(places, gains[last].tolist(), map(chr, codes[last].tolist()), strict=True)


def _likelier(
    line: Line, suspects: Numbers, likely: Numbers, regions: tuple[Region, ...]
) -> tuple[Numbers, Numbers, Numbers]:
    """What is likelier beside the neighbours of suspects: places in the line, code points, character numbers."""
    import numpy as np

    owner, codes = _candidates(line, suspects, regions)
    at, ids = suspects[owner], _numbers(codes)
    fits = _known(line, line.ids[at + CONTEXT - 1], ids) | _known(line, ids, line.ids[at + CONTEXT + 1])
    fits &= _may_be_written(line)[np.minimum(codes, TOP)]
    owner, codes, at, ids = owner[fits], codes[fits], at[fits], ids[fits]
    fits = line.beside(at, ids) - likely[owner] > PAIR_GAIN
    return at[fits], codes[fits], ids[fits]


def _candidates(line: Line, suspects: Numbers, regions: tuple[Region, ...]) -> tuple[Numbers, Numbers]:
    """What a flipped bit may have made the suspects of: the numbers of suspects, and as many code points."""
    import numpy as np

    starts = np.array([region.start for region in regions])
    region_of = np.searchsorted(starts, line.places[suspects], side="right") - 1
    names = ["cp950" if region.encoding == "big5hkscs" else region.encoding for region in regions]
    encodings = np.array([ENCODINGS.index(name) if name in ENCODINGS else -1 for name in names])
    owners, codes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for number, encoding in enumerate(ENCODINGS):
        some = np.flatnonzero(encodings[region_of] == number)
        if len(some):
            others = neighbours(line.codes[suspects[some]], encoding)
            rows, columns = np.nonzero(others >= 0)
            owners.append(some[rows])
            codes.append(others[rows, columns])
    return np.concatenate(owners), np.concatenate(codes)


def _one_of(codes: Numbers) -> Numbers:
    """The chance, as a natural log, of this very sign among those that are one to the model: digits, letters."""
    import numpy as np

    return _of_a_kind()[np.minimum(codes, TOP)]


@cache
def _of_a_kind() -> Numbers:
    import numpy as np

    table = np.zeros(TOP + 1)
    for first, last in ("09", "AZ", "az"):
        for shift in (0, 0xFEE0):
            table[ord(first) + shift : ord(last) + shift + 1] = -np.log(ord(last) - ord(first) + 1)
    return table


def _numbers(codes: Numbers) -> Numbers:
    """Character numbers of the model for code points."""
    from union_corpus.language_model import load_model

    return load_model().ids(codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass"))


def _may_be_written(line: Line) -> Numbers:
    """
    By code point, whether a text as this one may hold it.

    The model takes traditional forms for their simplified ones: in a simplified text they are no likelier reading.
    """
    import numpy as np

    return np.ones(TOP + 1, bool) if line.traditional else ~_traditional()


@cache
def _traditional() -> Numbers:
    import numpy as np

    from union_corpus.language_model import load_model

    table = np.zeros(TOP + 1, bool)
    table[[ord(char) for char in load_model().folded if char < chr(TOP)]] = True
    return table


@cache
def _blank() -> Numbers:
    import numpy as np

    table = np.zeros(TABLE_SIZE, bool)
    table[[ord(char) for char in BLANKS]] = True
    return table


def _find_lost(line: Line, regions: tuple[Region, ...], known: set[int]) -> Iterator[Problem]:
    """Problems for places of two-byte text that read right with one byte left out, or one before an ASCII letter."""
    text = line.text
    strange = line.strange()
    unlikely = strange[line.beside(strange, line.ids[strange + CONTEXT]) < LOST_SUSPICIOUS]
    suspects = sorted({*line.places[unlikely].tolist(), *(match.start() for match in LONE.finditer(text))})
    stretches = list(_around(text, suspects, regions, known))
    offsets = _Offsets(text, regions)
    done = -1
    for first in range(0, len(stretches), TOGETHER):
        for at, start, base, found, sums in _read_with_a_byte_lost(text, stretches[first : first + TOGETHER]):
            best = max(range(len(sums)), key=sums.__getitem__, default=0)
            if at <= done or not sums or sums[best] - base <= LOST_GAIN:
                continue
            reading, place = found[best]
            detail = f"byte offset {offsets.of(start) + place}: a byte was lost here; the text may have been {reading}; left as it stands"
            yield Problem("decode", "odd_character", at, at + 1, text[at], detail)
            done = at + REACH_ON


def _around(
    text: str, suspects: list[int], regions: tuple[Region, ...], known: set[int]
) -> Iterator[tuple[int, Region, int, int]]:
    """For each suspect of two-byte text that is not explained, its region and the stretch of its line to look at."""
    for at in suspects:
        region = regions[_region_at(regions, at)]
        if any(near in known for near in range(at - 3, at + 4)):
            continue
        if region.encoding not in ("gb18030", "cp950"):
            continue
        start, end = max(region.start, at - REACH_BACK), min(region.end, at + REACH_ON + 1)
        if "\n" in text[start:end]:
            start, end = text.rfind("\n", start, at) + 1 or start, text.find("\n", at, end) % (end + 1)
            end = end if end > at else min(region.end, at + REACH_ON + 1)
        yield at, region, start, end


def _read_with_a_byte_lost(
    text: str, stretches: list[tuple[int, Region, int, int]]
) -> Iterator[tuple[int, int, float, list[tuple[str, int]], list[float]]]:
    """
    Of every stretch its suspect and start, how likely it is as it stands, and the readings with a byte lost.

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
    for (at, _, start, _), others in zip(stretches, found, strict=True):
        base, *sums = islice(likelihoods, 1 + len(others))
        yield at, start, base, others, sums


def _with_a_byte_lost(stretch: str, encoding: str) -> Iterator[tuple[str, int]]:
    """Readings of a stretch with one byte skipped, or one put before an ASCII letter, and the place of that byte."""
    data = stretch.encode(encoding)
    place = 0
    for number, char in enumerate(stretch):
        if not char.isascii():
            with suppress(UnicodeDecodeError):
                yield stretch[:number] + data[place + 1 :].decode(encoding), place
            place += 1
        elif LETTER.match(char):
            for whole in _ending_in(char, encoding):
                yield stretch[:number] + whole + stretch[number + 1 :], place
        place += 1


@cache
def _ending_in(letter: str, encoding: str) -> list[str]:
    """The characters of two bytes whose second is this letter."""
    leads = range(0xA4 if encoding == "cp950" else 0x81, 0xFA)
    found = (bytes((lead, ord(letter))).decode(encoding, "ignore") for lead in leads)
    return [char for char in found if len(char) == 1 and not char.isascii()]


@cache
def _known_pairs() -> Numbers:
    """The hashed table, eight places a byte, so that it stays in the processor's cache."""
    import numpy as np

    from union_corpus.language_model import load_model

    table = np.zeros(1 << PLACES_BITS, bool)
    table[_places(load_model().parts[0][1].keys[1])] = True
    return np.packbits(table, bitorder="little")


def _known(line: Line, first: Numbers, second: Numbers) -> Numbers:
    """Whether the model knows these pairs of characters; it takes one in twenty that it does not know for known."""
    places = _places(first * line.trie.size + second)
    return (_known_pairs()[places >> 3] >> (places & 7) & 1).astype(bool)


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


def _region_at(regions: tuple[Region, ...], place: int) -> int:
    from bisect import bisect_right

    return bisect_right(regions, place, key=lambda region: region.start) - 1
