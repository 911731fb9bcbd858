"""
Characters that one flipped bit or one lost byte explains: soundly encoded, but the text makes no sense with them.

A flipped bit seldom breaks an encoding; it turns 项 into 响 or 2 into r. In Big5 a lost byte often breaks nothing
either, since many second halves are ASCII letters. Such places are reported where they stand, never changed: the
text keeps what the bytes say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice
from string import ascii_letters

from union_corpus.decoding.costs import bits
from union_corpus.decoding.flipped import find_flipped
from union_corpus.decoding.flips import TWO_BYTES
from union_corpus.decoding.lines import BLANKS, CONTEXT, Line, is_near_a_letter
from union_corpus.documents import Problem, Region

# Longer texts than this are not searched.
MOST_CHARS = 1_000_000
# Natural logs: how unlikely a character must be beside its neighbours for a lost byte to be looked for, and how much
# likelier the stretch must be with it.
LOST_SUSPICIOUS, LOST_GAIN = -24.0, 8.0
# A lone ASCII letter or sign among Han characters that may be the second half of one; brackets stand around years, and
# MASKED is what masks years and names. The chance of this very letter, as a natural log: to the model all letters are
# one. What stands so twice is the text's own.
LETTERS, SIGNS = frozenset(ascii_letters), frozenset("@^`{|}")
MASKED = frozenset("~_*[]")
LONE = re.compile(
    r"[@-Za-z^`{|}](?:(?<=[\u4e00-\u9fff%％）”》].)(?=[\u4e00-\u9fff，。、；：）“《\d,;]|\s|\Z)|(?<=\d.)(?=[\u4e00-\u9fff]))"
)
ONE_LETTER = -3.3
# An ASCII sign and a letter among Han characters that were one: without its highest bit the first byte is a sign.
PAIR = re.compile(r"[!-Z\\a-y](?<![!-~].)[A-Za-z](?![!-~])")
COMMON_BITS = 15.0
# How far a lost byte is looked for before and behind a suspect, in characters: two or three of those that are read one
# byte off may look sound.
REACH_BACK, REACH_ON = 5, 3
IN_STEP, LONGEST_RUN = re.compile(r"[\x00-\x7f]"), 24
# How many suspects are looked at in one go.
TOGETHER = 200


def find_oddities(text: str, regions: tuple[Region, ...], known: Sequence[int]) -> Iterator[Problem]:
    """
    Problems for characters that read right with one bit flipped, or with one byte more or less.

    ``known`` are the places where bytes were lost, which the decoding has noticed.
    """
    if not CONTEXT < len(text) <= MOST_CHARS or text.isascii():
        return
    line = Line(text)
    if not len(line.codes) or line.unknown():
        return
    explained: set[int] = set()
    lost = len(known)
    for problem, end in _find_lost(line, regions, set(known)):
        yield problem
        lost += 1
        explained.update(range((problem.start or 0) - 1, end))
    offsets = _Offsets(text, regions)
    for place, reading in find_flipped(line, regions, lost=lost):
        if place not in explained:
            shown = reading if reading.isprintable() else f"U+{ord(reading):04X}"
            detail = (
                f"byte offset {offsets.of(place)}: with one bit flipped this is {shown}, which fits; left as it stands"
            )
            yield Problem("decode", "odd_character", place, place + 1, text[place], detail)


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


def _find_lost(line: Line, regions: tuple[Region, ...], known: set[int]) -> Iterator[tuple[Problem, int]]:
    """
    Places of two-byte text that read right with one byte left out, one before an ASCII letter, or a lead byte mended.

    A problem each, and where what it explains ends in the text.
    """
    if not any(region.encoding in TWO_BYTES for region in regions):
        return
    text = line.text
    lone, pairs = _among_characters(line)
    halves = (LETTERS | SIGNS) - _repeated(char for _, char in lone) - {char for char in SIGNS if text.count(char) > 1}
    suspects = _suspects(line, [at for at, char in lone if char in halves], pairs)
    stretches = list(_around(text, suspects, regions, known))
    offsets = _Offsets(text, regions)
    done = -1
    for first in range(0, len(stretches), TOGETHER):
        for stretch, base, found, sums in _read_with_a_byte_lost(text, stretches[first : first + TOGETHER], halves):
            best = max(range(len(sums)), key=sums.__getitem__, default=0)
            if stretch.at <= done or not sums or sums[best] - base <= LOST_GAIN:
                continue
            reading, number, what = found[best]
            place = stretch.start + number
            if not text[place].isascii() and is_near_a_letter(text, place):
                continue
            detail = (
                f"byte offset {offsets.of(place)}: {what} here; the text may have been {reading}; left as it stands"
            )
            yield Problem("decode", "odd_character", place, place + 1, text[place], detail), stretch.end
            done = max(stretch.at + REACH_ON, stretch.end)


def _among_characters(line: Line) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Lone letters and signs of ASCII among Han characters, and pairs that end in a letter: places, and what they are."""
    text = line.text
    # Patterns are tried only where such a letter or sign stands, since prose has few.
    places = line.places[(line.codes >= ord("@")) & (line.codes <= ord("}"))].tolist()
    lone = [(at, text[at]) for at in places if LONE.match(text, at)]
    return lone, [(at - 1, text[at - 1 : at + 1]) for at in places if at and PAIR.match(text, at - 1)]


def _suspects(line: Line, halves: list[int], pairs: list[tuple[int, str]]) -> list[int]:
    """Where bytes may be missing: lone halves, pairs of ASCII signs, characters that are very unlikely."""
    strange = line.strange()
    unlikely = strange[line.beside(strange, line.own_ids(strange)) < LOST_SUSPICIOUS]
    usual = _repeated(pair for _, pair in pairs)
    return sorted({*line.places[unlikely].tolist(), *halves, *(at for at, pair in pairs if pair not in usual)})


def _repeated(signs: Iterable[str]) -> set[str]:
    """What stands more than once, and so is the text's own."""
    return {sign for sign, times in Counter(signs).items() if times > 1}


# What the text may have been, which character of the stretch the damaged byte is of, and what happened to it.
_Reading = tuple[str, int, str]
LOST_BYTE, FLIPPED_BIT = "a byte was lost", "a bit was flipped"


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What is read again with a byte lost, around the suspect ``at``: places in the text, and the encoding."""

    at: int
    start: int
    end: int
    encoding: str


def _around(text: str, suspects: list[int], regions: tuple[Region, ...], known: set[int]) -> Iterator[_Stretch]:
    """For each suspect of two-byte text that is not explained, the stretch of its line to look at."""
    for at in suspects:
        region = regions[_region_at(regions, at)]
        if text[at] in MASKED or region.encoding not in TWO_BYTES or not known.isdisjoint(range(at - 3, at + 4)):
            continue
        start, end = max(region.start, at - REACH_BACK), min(region.end, at + REACH_ON + 1)
        if not text[at].isascii():
            # What is read one byte off is in step again behind an ASCII character.
            step = IN_STEP.search(text, at, min(region.end, at + LONGEST_RUN))
            end = max(end, step.end()) if step else end
        if "\n" in text[start:end]:
            start, end = text.rfind("\n", start, at) + 1 or start, text.find("\n", at, end) % (end + 1)
            end = end if end > at else min(region.end, at + REACH_ON + 1)
        yield _Stretch(at, start, end, region.encoding)


def _read_with_a_byte_lost(
    text: str, stretches: list[_Stretch], halves: frozenset[str]
) -> Iterator[tuple[_Stretch, float, list[_Reading], list[float]]]:
    """
    Of every stretch how likely it is as it stands, and the readings with a byte lost or its highest bit flipped.

    How likely each reading is stands in a list of its own. All are scored together.
    """
    around = [(_before(text, stretch.start), _after(text, stretch.end - 1)) for stretch in stretches]
    found = [[*_with_a_byte_lost(text, part, halves), *_with_a_high_bit_lost(text, part)] for part in stretches]
    readings = [
        (before, reading + after)
        for (before, after), part, others in zip(around, stretches, found, strict=True)
        for reading in (text[part.start : part.end], *(other for other, _, _ in others))
    ]
    likelihoods = iter(_likelihoods(readings))
    for stretch, others in zip(stretches, found, strict=True):
        base, *sums = islice(likelihoods, 1 + len(others))
        if text[stretch.at] in LETTERS:
            base += ONE_LETTER
        yield stretch, base, others, sums


def _with_a_byte_lost(text: str, stretch: _Stretch, halves: frozenset[str]) -> Iterator[_Reading]:
    """
    Readings of a stretch with one byte skipped, or one put before one of ``halves``.

    The character the byte is of is the suspect, or stands before it, or next behind it.
    """
    encoding = stretch.encoding
    before, data = "", text[stretch.start : stretch.end].encode(encoding)
    for number, char in enumerate(text[stretch.start : min(stretch.at + 2, stretch.end)]):
        if not char.isascii():
            with suppress(UnicodeDecodeError):
                yield before + data[1:].decode(encoding), number, LOST_BYTE
        elif char in halves:
            after = data[1:].decode(encoding)
            for whole in _ending_in(char, encoding):
                yield before + whole + after, number, LOST_BYTE
        before, data = before + char, data[len(char.encode(encoding)) :]


def _with_a_high_bit_lost(text: str, stretch: _Stretch) -> Iterator[_Reading]:
    """Readings of a stretch where an ASCII sign was the first byte of a character and has lost its highest bit."""
    encoding = stretch.encoding
    for number, char in enumerate(text[stretch.start : min(stretch.at + 2, stretch.end)]):
        if "\x20" < char < "\x7f" and char not in MASKED:
            at = stretch.start + number
            before, after = text[stretch.start : at], text[at + 1 : stretch.end].encode(encoding)
            with suppress(UnicodeDecodeError):
                yield before + (bytes((ord(char) | 0x80,)) + after).decode(encoding), number, FLIPPED_BIT


@cache
def _ending_in(letter: str, encoding: str) -> list[str]:
    """The common characters of two bytes whose second is this letter."""
    leads = range(0xA1 if encoding == "cp950" else 0x81, 0xFA)
    found = (bytes((lead, ord(letter))).decode(encoding, "ignore") for lead in leads)
    return [char for char in found if len(char) == 1 and not char.isascii() and bits(char) < COMMON_BITS]


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
    return (sums[ends] - sums[starts]).tolist()


def _region_at(regions: tuple[Region, ...], place: int) -> int:
    from bisect import bisect_right

    return bisect_right(regions, place, key=lambda region: region.start) - 1
