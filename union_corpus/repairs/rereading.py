"""
One stretch of text read again through one channel: the bytes behind it, and the characters that they were.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from math import exp, inf, log
from typing import TYPE_CHECKING, NamedTuple

from union_corpus.language_model import load_model
from union_corpus.repairs.byte_units import COMMON, Item, Unit, alone, exactly, mark_lost
from union_corpus.repairs.choices import Options, Run, Search
from union_corpus.repairs.code_tables import FALLBACK, LOST_BYTE, Channel, encoder
from union_corpus.repairs.fallback_bytes import read_fallback
from union_corpus.repairs.pair_units import pair_units
from union_corpus.repairs.utf8_units import EATEN_DIGIT, begins, utf8_units

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from union_corpus.language_model import Model


@dataclass(frozen=True, slots=True)
class Piece:
    """``text[start:end]`` as shown, what it was, and how sure that is."""

    start: int
    end: int
    meant: str
    confidence: float


class Behind(NamedTuple):
    """
    What can lie behind a stretch of text: characters with their options, and the place that each byte was shown in.

    ``context`` has what stands before the stretch and behind it.
    """

    units: list[Unit]
    owners: list[int]
    context: tuple[str, str]


def promise(text: str, start: int, end: int, found: Behind | None, model: Model) -> float:
    """
    How well a stretch may read, before anything is chosen: the mean log probability of what is certain, each alone.

    Only what is rare as it is shown counts, not clean text within the stretch or around it: of one character alone
    nothing can be told. Bytes that fit nothing count as the least likely characters of all. Nothing can be said of a
    reader that fell back: it comes last.
    """
    if found is None:
        return -inf
    rarity = alone(model)[model.ids(text[start:end])]
    odd = {start + at for at in (rarity < COMMON).nonzero()[0].tolist() if text[start + at] != "\ufffd"}
    certain, n_bytes, n_chars = [], 0, 0
    for unit in found.units:
        places = found.owners[unit.start : unit.end]
        if not unit.options.strings:
            n_bytes += sum(place in odd for place in places)
        elif not odd.isdisjoint(places):
            n_chars += 1
            if len(unit.options.strings) == 1:
                certain.append(unit.options.strings[0])
    if n_chars < _FEWEST:
        return -inf
    chars = "".join(char for char in certain if not char.isascii())
    total = float(alone(model)[model.ids(chars)].sum()) + _FITS_NOTHING * n_bytes / 2
    return total / max(len(chars) + n_bytes / 2, 1)


_FEWEST = 2

# What half a character says that the bytes of a stretch do not fit, as a log probability.
_FITS_NOTHING = -20.0


def read_again(
    text: str, low: int, high: int, channel: Channel, found: Behind | None, model: Model
) -> Search[list[Piece]]:
    """The stretch ``text[low:high]`` as pieces that begin and end with a character both as shown and as meant."""
    if found is None:
        return [Piece(*piece, 1.0) for piece in read_fallback(text, low, high, channel.meant, model)]
    if not found.units:
        return []
    return list(_aligned(text, found, (yield from _chosen(found.units, found.context))))


def look_behind(text: str, low: int, high: int, channel: Channel) -> Behind | None:
    """The bytes behind a stretch as characters with their options; None where a sign stands for one byte or for several."""
    if channel.shown == FALLBACK:
        return None
    shown_for = encoder(channel.shown)
    units: list[Unit] = []
    owners: list[int] = []
    items: list[Item] = []
    for place in range(low, high):
        data = shown_for.get(text[place])
        if data is None:
            # A character that this table does not have stands for itself.
            units += _units(items, len(owners) - len(items), channel)
            items = []
            units.append(Unit(len(owners), len(owners) + 1, exactly(text[place])))
            owners.append(place)
            continue
        if channel.shown == "gbk" and channel.meant == "utf-8":
            data = _as_pair(data, items, shown_for.get(text[place + 1 : place + 2], ()))
        items.extend(data)
        owners.extend([place] * len(data))
    is_cut = high < len(text) and not text[high].isascii() and text[high] in shown_for
    units += _units(items, len(owners) - len(items), channel, is_cut=is_cut)
    context = text[max(low - _APART, 0) : low] or "\n", "" if is_cut else text[high : high + _LOOK_ON] or "\n"
    return Behind(units, owners, context)


def _units(items: list[Item], begin: int, channel: Channel, *, is_cut: bool = False) -> Iterator[Unit]:
    """Bytes as whole characters, counted from ``begin``; where they are cut, more of them follow."""
    mark_lost(items, channel)
    found = utf8_units(items, channel, is_cut=is_cut) if channel.meant == "utf-8" else pair_units(items, channel)
    for start, end, options in found:
        yield Unit(begin + start, begin + end, options)


# Windows shows the lone byte 80 as the euro sign; GB 18030 has it at A2 E3.
_EURO, _PAIRED_EURO = (0x80,), (0xA2, 0xE3)
# GBK has the signs of ASCII again in this row, as wide as Han characters; some programs make them narrow.
_WIDE_ROW = 0xA3


def _as_pair(data: tuple[int, ...], items: Sequence[Item], following: tuple[int, ...]) -> tuple[int, ...]:
    """The bytes of a sign that GBK has twice: as one byte, and as a pair where bytes of UTF-8 around it need one."""
    pair = _PAIRED_EURO if data == _EURO else (_WIDE_ROW, data[0] | 0x80) if 0x20 < data[0] < 0x7F else None
    if pair is None or not following or len(data) > 1:
        return data
    lacks = _lacks(items)
    goes_on = following[0] == LOST_BYTE or 0x80 <= following[0] < 0xC0
    if (lacks == 1 and 0xE2 <= pair[1] < 0xF0 and goes_on) or (lacks == 2 and pair[1] < 0xC0 and following[0] >= 0xC2):
        return pair
    return data


def _lacks(items: Sequence[Item]) -> int:
    """How many bytes the last three-byte character lacks."""
    for back in (1, 2):
        lead = items[-back] if len(items) >= back else 0
        if isinstance(lead, int) and begins(lead):
            return 3 - back if 0xE0 <= lead < 0xF0 else 0
    return 0


def _aligned(text: str, found: Behind, choices: Sequence[tuple[str, float]]) -> Iterator[Piece]:
    """Pieces from units: joined until both sides end with a whole character; as they stand where a byte fits nowhere."""
    units, owners, _ = found
    begin = 0
    waiting: list[tuple[str, float]] = []
    spoiled = False
    for unit, choice in zip(units, choices, strict=True):
        waiting.append(choice)
        spoiled = spoiled or not unit.options.strings
        at_border = unit.end == len(owners) or owners[unit.end] != owners[unit.end - 1]
        if not at_border:
            continue
        start, end = owners[begin], owners[unit.end - 1] + 1
        shown = text[start:end]
        yield Piece(start, end, shown, 1.0) if spoiled else _joined(start, end, shown, waiting)
        begin, waiting, spoiled = unit.end, [], False


# A character less sure than this is not given where one beside it can be.
_LIKELY = 0.5


def _joined(start: int, end: int, shown: str, choices: Sequence[tuple[str, float]]) -> Piece:
    """
    Characters that share a sign as one piece; beside a likely one U+FFFD stands for one that is unlikely.

    A ? may have eaten a digit besides, which a sign for one character would hide.
    """
    if len(choices) == 1:
        return Piece(start, end, _with_doubt(choices[0][0]), choices[0][1])
    given = [sure for string, sure in choices if sure >= _LIKELY and not string.isascii()]
    if given and len(given) < len(choices) and "?" not in shown:
        meant = "".join(string if sure >= _LIKELY else "\ufffd" for string, sure in choices)
        return Piece(start, end, meant, min(given))
    return Piece(start, end, "".join(_with_doubt(string) for string, _ in choices), min(sure for _, sure in choices))


# So many characters tell whether a line begins, a figure goes on, or what digit a year lost.
_LOOK_ON = 6
_YEAR = re.compile(r"(?:19|20)\d\d年")
_REST_OF_YEAR = re.compile(r"(9|0(?=[0-4]))(?!00)\d\d年")
_LINE_BEGINS = re.compile(r"\d{1,2}[、.．](?!\d)")
_FIGURE_GOES_ON = re.compile(r"[.,]?\d")


def _without_eaten(units: Sequence[Unit], behind: str) -> list[Options]:
    """
    The options of each unit, of one with a ? only those that fit the figure behind it.

    The model cannot tell what the ? ate besides its byte, for it does not count digits. No figure comes out smaller than
    it was, nor does a year get a fifth digit. No line end was eaten where one stands, or where markup goes on.
    """
    slots = [unit.options for unit in units]
    for at, options in enumerate(slots):
        if len(options.strings) < 2 or not options.strings[-1].endswith(EATEN_DIGIT):
            continue
        near = (_likely_first(unit.options) for unit in units[at + 1 : at + 1 + _LOOK_ON])
        follows = ("".join(near) + behind)[:_LOOK_ON]
        ends = [string[-1] for string in options.strings]
        if _YEAR.match(follows):
            slots[at] = _kept(options, [end != EATEN_DIGIT for end in ends])
        elif year := _REST_OF_YEAR.match(follows):
            slots[at] = _kept(options, [end == EATEN_DIGIT for end in ends], "1" if year[1] == "9" else "2")
        elif _FIGURE_GOES_ON.match(follows):
            line_may_begin = _LINE_BEGINS.match(follows)
            slots[at] = _kept(options, [end == EATEN_DIGIT or (end == "\n" and line_may_begin) for end in ends])
        elif follows[:1] in ("\n", "\r", "<"):
            slots[at] = _kept(options, [end != "\n" for end in ends])
    return slots


def _likely_first(options: Options) -> str:
    """The certain character of a unit; of a doubtful one whether it may be the sign behind a year."""
    if len(options.strings) == 1:
        return options.strings[0]
    return "年" if any(string[0] == "年" for string in options.strings) else "\ufffd"


def _kept(options: Options, fits: Sequence[object], digit: str = EATEN_DIGIT) -> Options:
    """Those of some options that fit, with the digit that was eaten; all of them where none does."""
    if not any(fits):
        return options
    strings = (string[:-1] + digit if string[-1] == EATEN_DIGIT else string for string in options.strings)
    return Options(tuple(compress(strings, fits)), tuple(compress(options.priors, fits)))


def _with_doubt(string: str) -> str:
    """A digit that nobody knows goes back into the text as ?, so that the number is seen to be unusable."""
    return string[:-1] + "?" if len(string) > 1 and string[-1] == EATEN_DIGIT else string


# So many certain characters between two doubtful ones part them: the model looks no further back.
_APART = 3

# What cannot be told stands in the model's history as a character it does not know.
_UNKNOWN = Options(("\ufffd",), (0.0,))

# A run is cut when it is that long; its end is then decided without what follows.
_LONGEST = 120


def _chosen(units: Sequence[Unit], context: tuple[str, str]) -> Search[list[tuple[str, float]]]:
    """What each unit was, and the chance of it; units with several options are decided together with those near them."""
    options = _without_eaten(units, context[1])
    slots = _in_one_style([own if own.strings else _UNKNOWN for own in options])
    slots += map(exactly, context[1][:_APART])
    result = [(own.strings[0] if own.strings else "", 1.0) for own in options]
    # What is likely helps to tell what is not.
    for again in (False, True):
        for at, choice in (yield from _decided(slots, context[0], again=again)).items():
            result[at] = choice
            if choice[1] >= _LIKELY:
                slots[at] = exactly(choice[0])
    return result


def _decided(slots: Sequence[Options], before: str, *, again: bool) -> Search[dict[int, tuple[str, float]]]:
    """Of each slot with several options the one that was likeliest meant, and the chance of it."""
    runs, places = [], []
    for begin, end in _runs(slots):
        history = (before + "".join(slot.strings[0] for slot in slots[max(begin - _APART, 0) : begin]))[-_APART:]
        runs.append(Run(history, slots[begin:end]))
        places.append(begin)
    chosen = (yield runs) if runs else []
    told = {}
    for begin, run, choices in zip(places, runs, chosen, strict=True):
        doubtful = [len(slot.strings) > 1 for slot in run.slots]
        for offset, (number, chance) in enumerate(choices):
            if doubtful[offset]:
                near = doubtful[max(offset - _NEAR, 0) : offset + _NEAR + 1]
                sure = _tempered(chance, (sum(near) - 1) / (2 * _NEAR), again=again)
                told[begin + offset] = run.slots[offset].strings[number], sure
    return told


def _runs(slots: Sequence[Options]) -> Iterator[tuple[int, int]]:
    """From a doubtful slot to the certain ones that part it from the next."""
    at = 0
    while at < len(slots):
        if len(slots[at].strings) == 1:
            at += 1
            continue
        end, quiet = at + 1, 0
        while end < len(slots) and quiet < _APART and end - at < _LONGEST:
            quiet = quiet + len(slots[end].strings[0]) if len(slots[end].strings) == 1 else 0
            end += 1
        yield at, end
        at = end


# The model is too sure of a choice whose neighbours are choices too, and of one that it makes only once others are taken
# for made. How much was fitted on lines of reports and web pages that the figures of tests/quality/mojibake.py leave out:
# weights of a logistic curve for the log odds that the model gives, for those times the share of neighbours in doubt, and
# for that share, and what is taken off the first for a choice made at the second asking. A weight for such a choice by
# itself would fit a little better (of those given at .5 to .7, .62 were right and not .55), but it left half of the signs
# that lost their last byte as they are shown, though few readings of them are left. Unlikely readings were cut off, so none
# is certain.
_NEAR, _LEAST_DOUBT = 4, 1e-3
_TRUST, _TRUST_IN_DOUBT, _DOUBT = 0.76, -0.23, -0.84
_LESS_TRUST_AGAIN = 0.22


def _tempered(chance: float, doubt: float, *, again: bool) -> float:
    """
    The chance that a choice is right, given the chance by the model and the share of its neighbours in doubt.

    >>> _tempered(0.9, 0.0, again=False) > _tempered(0.9, 1.0, again=False) > _tempered(0.9, 1.0, again=True)
    True
    """
    bounded = min(max(chance, _LEAST_DOUBT), 1 - _LEAST_DOUBT)
    odds = log(bounded / (1 - bounded))
    trust = _TRUST - _LESS_TRUST_AGAIN * again + _TRUST_IN_DOUBT * doubt
    return 1 / (1 + exp(-(odds * trust + _DOUBT * doubt)))


# A traditional form in simplified text.
_OTHER_SCRIPT = -4.0


class _Style(NamedTuple):
    """How a stretch is written: in which script, and the log share (rounded) of its signs that are half as wide."""

    is_traditional: bool
    half_width: int


def _in_one_style(slots: Sequence[Options]) -> list[Options]:
    """
    The slots with something against what the certain characters are not written in.

    The model counts a traditional character as its simplified form, and , as ，, so it cannot tell them apart.
    """
    sure = Counter(slot.strings[0] for slot in slots if len(slot.strings) == 1)
    folded = load_model().folded
    n_han = sum(count for char, count in sure.items() if char > "\u2fff")
    n_traditional = sum(count for char, count in sure.items() if char in folded)
    n_half, n_full = (sum(sure[sign] for sign in signs) for signs in (_HALF_WIDTH, "，；：）"))
    share = (n_half + 0.2) / (n_half + n_full + _SIGNS_NEEDED)
    style = _Style(n_traditional * 8 > n_han, round(log(share)))
    return [_weighed(slot, style) if len(slot.strings) > 1 else slot for slot in slots]


# Signs that Chinese text has in either width, and how many of them it takes to tell.
_HALF_WIDTH, _SIGNS_NEEDED = ",;:)", 4


@lru_cache(maxsize=20_000)
def _weighed(options: Options, style: _Style) -> Options:
    import numpy as np

    costs = _style_costs(style)
    ends = np.cumsum(options.lengths)
    costs = np.add.reduceat(costs[np.minimum(options.codes, len(costs) - 1)], ends - options.lengths)
    return options.with_priors(options.log_priors + costs) if costs.any() else options


@lru_cache(maxsize=64)
def _style_costs(style: _Style) -> NDArray[np.float64]:
    """What speaks against each character, by its code."""
    import numpy as np

    costs = np.zeros(0x10000)
    against = _forms() if style.is_traditional else dict.fromkeys(load_model().folded, _OTHER_SCRIPT)
    for char, cost in (*against.items(), *dict.fromkeys(_HALF_WIDTH, style.half_width).items()):
        costs[ord(char)] = cost
    return costs


def _forms() -> Mapping[str, float]:
    """How likely each form of a character is in traditional text."""
    spelling = load_model("traditional").spelling
    return spelling.forms if spelling else {}
