"""
Bytes, some of them unknown, as whole characters: what each stretch of bytes can have been.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from union_corpus.language_model import load_model
from union_corpus.repairs.code_tables import (
    DOUBLE,
    LOST_BYTE,
    QUESTION,
    Channel,
    byte_pairs_of,
    decoded,
    readable_pairs,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from union_corpus.language_model import Model

# A byte, QUESTION, or the bytes that can have been lost in a place.
Item = int | frozenset[int]

# For one place so many characters are considered.
_MOST_CHARACTERS = 400

# What speaks against a lost byte that its decoder could have read. It can have been so where the line end behind it
# was eaten or taken away since, which happens behind the signs that end a line.
_AGAINST_RULE, _AT_LINE_END = -6.0, -2.5
_LINE_ENDING = frozenset("。；！？：”’）》、，…")


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of bytes ``start:end`` that stands for whole characters; one alternative where nothing was lost."""

    start: int
    end: int
    alternatives: tuple[str, ...]
    # What speaks against an alternative, as a log; nothing where none is given.
    priors: Mapping[str, float] = field(default_factory=dict)


def _against(char: str) -> float:
    return _AT_LINE_END if char in _LINE_ENDING else _AGAINST_RULE


@cache
def alone(model: Model) -> NDArray[np.float64]:
    """Log probability of every character number without context."""
    import numpy as np

    weights = [weight for weight, _ in model.parts]
    return np.log(
        sum(
            weight * np.exp(trie.log_probs[0].astype(np.float64))
            for weight, trie in zip(weights, (t for _, t in model.parts), strict=True)
        )
    )


ANY_BYTE: frozenset[int] = frozenset(range(0x80, 0x100))


def mark_lost(items: list[Item], channel: Channel) -> None:
    """Say for each lost byte which ones it can have been: those that its decoder could not read before the next."""
    for at in range(len(items) - 1, -1, -1):
        if items[at] == LOST_BYTE:
            after = items[at + 1] if at + 1 < len(items) else None
            items[at] = _unreadable(channel.shown, after if isinstance(after, int) else None)


@cache
def _unreadable(codec: str, after: int | None) -> frozenset[int]:
    """Bytes that a table cannot read where ``after`` stands behind them (None: another that it could not read)."""
    if codec not in DOUBLE:
        return frozenset(byte for byte in range(0x80, 0x100) if "\ufffd" in bytes([byte]).decode(codec, "replace"))
    pairs = readable_pairs(codec)
    behind = 0x80 if after is None or after < 0 else after
    return frozenset(byte for byte in range(0x80, 0x100) if (byte, behind) not in pairs)


def utf8_units(items: Sequence[Item], channel: Channel) -> list[Unit]:
    """
    Bytes (some unknown) as UTF-8 characters.

    A lead byte tells where a character begins, so every loss stays local: what lies between two leads is tried as
    whole characters of three bytes. A unit without alternatives is one that fits nothing.
    """
    units: list[Unit] = []
    at, end = 0, len(items)
    while at < end:
        first = items[at]
        if isinstance(first, int) and 0 <= first < 0x80:
            units.append(Unit(at, at + 1, (chr(first),)))
            at += 1
            continue
        stop = at + 1
        while stop < end and not begins(items[stop]):
            stop += 1
        while stop < end and items[stop] == 0x20 and _is_open(items[at:stop]):
            # A no-break space (A0) that was cleaned to a blank stands where the character still needs a byte.
            stop += 1
            while stop < end and not begins(items[stop]):
                stop += 1
        near = (*items[max(at - 1, 0) : at], *items[stop : stop + 1])
        if stop == at + 1 and all(isinstance(item, int) and item < 0x80 for item in near):
            # A letter of another language among ASCII, not the one byte left of three.
            units.append(Unit(at, stop, ()))
        else:
            units.extend(_utf8_group(items[at:stop], at, channel))
        at = stop
    return units


def begins(item: Item) -> bool:
    return isinstance(item, int) and (0 <= item < 0x80 or item >= 0xC2)


def _is_open(group: Sequence[Item]) -> bool:
    """True where a group begins with a lead byte, lacks bytes, and nothing in it is unknown."""
    known = _all_known(group)
    if known is None:
        return False
    need = 2 if 0xC2 <= known[0] < 0xE0 else 3 if 0xE0 <= known[0] < 0xF0 else 4 if 0xF0 <= known[0] < 0xF5 else 0
    return len(known) < need


def _all_known(group: Sequence[Item]) -> list[int] | None:
    known = [item for item in group if isinstance(item, int) and item >= 0]
    return known if len(known) == len(group) else None


def _utf8_group(group: Sequence[Item], at: int, channel: Channel) -> list[Unit]:
    known = _all_known(group)
    if known is not None:
        whole = decoded(bytes(0xA0 if item == 0x20 else item for item in known), "utf-8")
        if len(whole) == 1 and len(whole[0]) == 1:
            if channel.dropped and known[-1] == 0x20:
                # The blank may also be one, behind a character whose last bytes were dropped.
                cut_short = _utf8_incomplete(known[:-1], at, channel.dropped)[0].alternatives
                whole += [char + " " for char in cut_short]
            return [Unit(at, at + len(group), tuple(whole))]
        return _utf8_incomplete(known, at, channel.dropped)
    if QUESTION in group:
        return _with_questions(group, at, channel)
    return _by_threes(group, at)


def _by_threes(group: Sequence[Item], at: int) -> list[Unit]:
    """Characters of three bytes each, every place known or one of a set; nothing where the bytes do not come out even."""
    if len(group) % 3:
        return [Unit(at, at + len(group), ())]
    units = []
    nothing_left = sum(isinstance(item, int) for item in group) * 6 < len(group)
    for first in range(0, len(group), 3):
        pattern = tuple(group[first : first + 3])
        if nothing_left and not any(isinstance(item, int) for item in pattern):
            # Whatever the model put here would be invented.
            units.append(Unit(at + first, at + first + 3, ()))
            continue
        likely = _known_utf8(pattern)
        # A line end behind the lost byte may have been taken away since; then it can have been any byte.
        loosely = _known_utf8(tuple(ANY_BYTE if isinstance(item, frozenset) else item for item in pattern))
        priors = dict.fromkeys(likely, 0.0)
        for char in loosely:
            priors.setdefault(char, _against(char))
        units.append(Unit(at + first, at + first + 3, tuple(priors), priors))
    return units


def _with_questions(group: Sequence[Item], at: int, channel: Channel) -> list[Unit]:
    """A group with printed question marks as one unit; a clean character behind it may look like the rest of one."""
    priors: dict[str, float] = {}
    for reading, prior in _fillings(group, channel.shown):
        priors[reading] = max(prior, priors.get(reading, prior))
    if not priors and group[-1] != QUESTION:
        cut = len(group) - list(reversed(group)).index(QUESTION)
        return [*_with_questions(group[:cut], at, channel), Unit(at + cut, at + len(group), ())]
    return [Unit(at, at + len(group), tuple(priors), priors)]


def _utf8_incomplete(group: Sequence[int], at: int, dropped: frozenset[int]) -> list[Unit]:
    """A character cut short: bytes that this reading drops are put back in every place; else it fits nothing."""
    need = 3 if 0xE0 <= group[0] < 0xF0 else 2
    missing = need - len(group)
    if dropped and 0 < missing <= 2 and group[0] >= 0xC2:
        readings = []
        for lost in product(sorted(dropped), repeat=missing):
            for places in ((1,), (2,)) if missing == 1 and need == 3 else ((1,),):
                filled = list(group)
                for place, byte in zip(places, lost[:1], strict=True):
                    filled.insert(place, byte)
                filled += lost[1:]
                readings.extend(decoded(bytes(filled), "utf-8"))
        if readings:
            return [Unit(at, at + len(group), tuple(dict.fromkeys(readings)))]
    if len(group) > 3 and 0xE0 <= group[0] < 0xF0:
        whole = decoded(bytes(group[:3]), "utf-8")
        if whole:
            return [Unit(at, at + 3, tuple(whole)), Unit(at + 3, at + len(group), ())]
    return [Unit(at, at + len(group), ())]


# Windows puts one ? for the two bytes of a pair it cannot read; other programs put one for each byte.
_ONE_BYTE = -2.0

# What a ? may have eaten besides its lead byte, and what speaks against it: a line end, a blank, a sign that Chinese
# text has in another width, or a digit that nobody knows (it stays ?).
_EATEN = {"\n": 0.0, " ": -2.0, ",": -5.0, ".": -5.0, ";": -5.0, ":": -5.0, ")": -5.0, '"': -5.0, "?": -5.0}

# Of the readings of a group so many are considered, and so long a group, with so many question marks.
_MOST_READINGS, _LONGEST, _MOST_QUESTIONS = 1600, 12, 2


def _fillings(group: Sequence[Item], shown: str) -> Iterator[tuple[str, float]]:
    """Readings of a group with question marks, and what speaks against each: every ? is one byte, or two, or ate a sign."""
    questions = [place for place, item in enumerate(group) if item == QUESTION]
    if len(group) == 1:
        yield "?", 0.0
    nothing_left = not any(isinstance(item, int) and item >= 0 for item in group)
    if nothing_left or len(questions) > _MOST_QUESTIONS or len(group) > _LONGEST:
        return
    for widths in product((1, 2), repeat=len(questions)):
        flat: list[Item] = []
        lost_pairs: list[int] = []
        singles = 0
        width_of = dict(zip(questions, widths, strict=True))
        for place, item in enumerate(group):
            if item != QUESTION:
                flat.append(item)
            elif width_of[place] == 1:
                singles += 1
                behind = group[place + 1] if place + 1 < len(group) else None
                flat.append(_unreadable(shown, behind if isinstance(behind, int) and behind >= 0 else None))
            else:
                lost_pairs.append(len(flat))
                flat += [ANY_BYTE, ANY_BYTE]
        prior = _ONE_BYTE * singles
        if len(flat) % 3 == 0:
            yield from _filled(flat, lost_pairs, shown, prior)
        if questions[-1] == len(group) - 1 and widths[-1] == 2 and len(flat) % 3 == 1:
            for reading, cost in _filled(flat[:-1], lost_pairs[:-1], shown, prior):
                for eaten, against in _EATEN.items():
                    yield reading + eaten, cost + against


def _filled(flat: Sequence[Item], lost_pairs: Sequence[int], shown: str, prior: float) -> Iterator[tuple[str, float]]:
    """Whole characters that fit; a pair that its decoder could have read is unlikely to have been lost."""
    strict = list(flat)
    for at in lost_pairs:
        strict[at], strict[at + 1] = _lost_pair(shown, at % 3 == 0, (at + 1) % 3 == 0)
    pairs = readable_pairs(shown)
    done: set[str] = set()
    for places, cost in ((strict, prior), (list(flat), prior + _AGAINST_RULE)):
        groups = [_known_utf8(tuple(places[at : at + 3])) for at in range(0, len(places), 3)]
        if not all(groups):
            continue
        for chars in product(*_cut_down(groups)):
            reading = "".join(chars)
            if reading in done:
                continue
            done.add(reading)
            data = reading.encode("utf-8")
            against = any((data[at], data[at + 1]) in pairs or data[at] == 0x80 for at in lost_pairs)
            yield reading, prior + _against(reading[-1]) if against else cost


def _cut_down(groups: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The groups with the longest cut until they have few enough combinations."""
    while prod(map(len, groups)) > _MOST_READINGS:
        longest = max(range(len(groups)), key=lambda at: len(groups[at]))
        groups[longest] = groups[longest][: max(len(groups[longest]) * 3 // 4, 1)]
    return groups


@cache
def _lost_pair(shown: str, first_leads: bool, second_leads: bool) -> tuple[frozenset[int], frozenset[int]]:
    """The bytes that can stand first and second in a pair of UTF-8 bytes which a table cannot read."""
    leads, others = range(0xE2, 0xF0), range(0x80, 0xC0)
    pairs = readable_pairs(shown)
    lost = [
        (first, second)
        for first in (leads if first_leads else others)
        for second in (leads if second_leads else others)
        # Byte 80 begins no pair.
        if (first, second) not in pairs and first > 0x80
    ]
    return frozenset(first for first, _ in lost), frozenset(second for _, second in lost)


@cache
def _known_utf8(pattern: tuple[Item, ...]) -> tuple[str, ...]:
    """Characters the model knows whose three bytes fit a pattern with unknown bytes, the most frequent first."""
    import numpy as np

    chars, data = _utf8_characters()
    fits = np.ones(len(chars), dtype=bool)
    for place, item in enumerate(pattern):
        if isinstance(item, int):
            fits &= data[:, place] == item
        elif item is not ANY_BYTE:
            fits &= np.isin(data[:, place], list(item))
    return tuple(chars[int(at)] for at in fits.nonzero()[0][:_MOST_CHARACTERS])


@cache
def _utf8_characters() -> tuple[str, NDArray[np.uint8]]:
    import numpy as np

    chars = known_characters()
    data = np.frombuffer("".join(chars).encode("utf-8"), dtype=np.uint8).reshape(-1, 3)
    return chars, data


@cache
def known_characters() -> str:
    """Every character of three UTF-8 bytes that the model knows, traditional forms included, the most frequent first."""
    model = load_model()
    weights = alone(model)
    known = {char for char in (*model.vocabulary, *model.folded) if 0x800 <= ord(char) < 0x10000}
    known.update("，。、；：？！“”‘’（）《》〈〉【】—…\u3000％－．～")
    number = {char: int(at) for char, at in zip(sorted(known), model.ids("".join(sorted(known))), strict=True)}
    # Of a simplified character and its traditional form the plain one comes first.
    return "".join(sorted(known, key=lambda char: (-weights[number[char]], char in model.folded, char)))


def pair_units(items: Sequence[Item], channel: Channel) -> list[Unit]:
    """Bytes (some unknown) as GBK or Big5: ASCII, or a lead byte and a trail byte."""
    pairs = byte_pairs_of(channel.meant)
    by_lead, by_trail = _pairs_by_half(channel.meant)
    units: list[Unit] = []
    at = 0
    while at < len(items):
        first = items[at]
        if isinstance(first, int) and 0 <= first < 0x80:
            units.append(Unit(at, at + 1, (chr(first),)))
            at += 1
            continue
        if first == QUESTION:
            units.append(Unit(at, at + 1, ("?",)))
            at += 1
            continue
        second = items[at + 1] if at + 1 < len(items) else None
        if second is None:
            units.append(Unit(at, at + 1, ()))
            at += 1
            continue
        if isinstance(first, int) and isinstance(second, int):
            char = pairs.get((first, second))
            units.append(Unit(at, at + 2, (char,) if char else ()))
        elif isinstance(first, int):
            units.append(_unit_of(at, by_lead.get(first, ()), 1, second, channel.meant))
        elif isinstance(second, int):
            units.append(_unit_of(at, by_trail.get(second, ()), 0, first, channel.meant))
        elif _is_lost_pair(items, at - 2) or _is_lost_pair(items, at + 2):
            # Two characters of which nothing is left: whatever the model put here would be invented.
            units.append(Unit(at, at + 2, ()))
        else:
            chars = _lost_characters(channel.meant, channel.shown, second)
            units.append(Unit(at, at + 2, chars))
        at += 2
    return units


def _is_lost_pair(items: Sequence[Item], at: int) -> bool:
    return at >= 0 and len(items) > at + 1 and not isinstance(items[at], int) and not isinstance(items[at + 1], int)


def _unit_of(at: int, chars: tuple[str, ...], place: int, lost: Item | None, codec: str) -> Unit:
    """Characters of which one byte is known; those whose other byte could have been read are unlikely."""
    data = _bytes_of(codec)
    priors = {
        char: 0.0 if isinstance(lost, frozenset) and data[char][place] in lost else _against(char) for char in chars
    }
    return Unit(at, at + 2, chars, priors)


@cache
def _bytes_of(codec: str) -> Mapping[str, tuple[int, int]]:
    return {char: pair for pair, char in byte_pairs_of(codec).items()}


@cache
def _lost_characters(meant: str, shown: str, second: Item) -> tuple[str, ...]:
    """Known characters neither byte of which could be read: the pair is no pair of the other table."""
    others = readable_pairs(shown)
    seconds = second if isinstance(second, frozenset) else ANY_BYTE
    data = _bytes_of(meant)
    fits = [
        char
        for char in known_characters()
        if char in data and data[char] not in others and data[char][1] in seconds and data[char][0] >= 0x80
    ]
    return tuple(fits[:_MOST_CHARACTERS])


@cache
def _pairs_by_half(codec: str) -> tuple[Mapping[int, tuple[str, ...]], Mapping[int, tuple[str, ...]]]:
    rank = {char: at for at, char in enumerate(known_characters())}
    leads: dict[int, list[str]] = {}
    trails: dict[int, list[str]] = {}
    for (lead, trail), char in byte_pairs_of(codec).items():
        if char in rank:
            leads.setdefault(lead, []).append(char)
            trails.setdefault(trail, []).append(char)
    return tuple(  # type: ignore[return-value]
        {byte: tuple(sorted(chars, key=rank.__getitem__)) for byte, chars in half.items()} for half in (leads, trails)
    )
