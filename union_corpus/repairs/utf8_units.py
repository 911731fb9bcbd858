"""
Bytes of UTF-8, some of them unknown, as whole characters.

A lead byte tells where a character begins, so every loss stays local: what lies between two leads is tried as whole
characters of three bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import compress, product
from math import inf, prod
from typing import TYPE_CHECKING

from union_corpus.language_model import load_model
from union_corpus.repairs.byte_units import (
    AGAINST_RULE,
    ANY_BYTE,
    MOST_CHARACTERS,
    NOTHING,
    Item,
    Unit,
    against,
    all_known,
    alone,
    exactly,
    known_characters,
    options_of,
    unreadable,
)
from union_corpus.repairs.choices import Options
from union_corpus.repairs.code_tables import DOUBLE, QUESTION, Channel, decoded, pair_table, readable_pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BLANK, _NO_BREAK_SPACE = 0x20, 0xA0
# A run of damage ends with its line, or before a sign that no table takes for the rest of a pair.
_LINE_END = 0x0A
# The bytes that begin a character of three.
_LEADS = slice(0xE2, 0xF0)


def utf8_units(items: Sequence[Item], channel: Channel, *, is_cut: bool = False) -> list[Unit]:
    """
    Whole characters, one after the other; a unit without options is one that fits nothing.

    Where the bytes are cut, the last character may go on behind them.
    """
    units: list[Unit] = []
    at, end = 0, len(items)
    silent = channel.shown in DOUBLE and _lost_silently(items)
    whole = _whole_characters()
    while at < end:
        first = items[at]
        char = whole.get((*items[at : at + 3],))
        if char and (at + 3 == end or begins(items[at + 3])):
            # Nothing is lost here, as of most characters.
            units.append(Unit(at, at + 3, exactly(char)))
            at += 3
            continue
        if isinstance(first, int) and 0 <= first < 0x80:
            units.append(Unit(at, at + 1, exactly(chr(first))))
            at += 1
            continue
        stop = _next_begin(items, at + 1)
        while stop < end and items[stop] == _BLANK and _lacks_bytes(items[at:stop]):
            # A no-break space (A0) that was cleaned to a blank stands where the character still needs a byte.
            stop = _next_begin(items, stop + 1)
        near = (*items[max(at - 1, 0) : at], *items[stop : stop + 1])
        if stop == at + 1 and all(isinstance(item, int) and item < 0x80 for item in near):
            # A letter of another language among ASCII, not the one byte left of three.
            units.append(Unit(at, stop, NOTHING))
        else:
            behind = items[stop] if stop < end else _LINE_END
            is_whole = silent and not (is_cut and stop == end)
            put_back = _put_back(tuple(items[at:stop]), channel.shown, behind) if is_whole else NOTHING
            if put_back.strings:
                units.append(Unit(at, stop, put_back))
            else:
                units.extend(_group(items[at:stop], at, channel, behind))
        at = stop
    return units


@cache
def _whole_characters() -> Mapping[tuple[Item, ...], str]:
    """The known characters by their bytes."""
    return {tuple(char.encode("utf-8")): char for char in known_characters()}


# A decoder that shows a sign for lost bytes shows one for more than so many bytes.
_SIGN_EVERY = 100


def _lost_silently(items: Sequence[Item]) -> bool:
    """True where no sign stands for lost bytes: if there are any, they left no trace."""
    return sum(not isinstance(item, int) or item < 0 for item in items) * _SIGN_EVERY <= len(items)


def begins(item: Item) -> bool:
    """True for a byte that begins a character."""
    return isinstance(item, int) and (0 <= item < 0x80 or item >= 0xC2)


def _next_begin(items: Sequence[Item], at: int) -> int:
    while at < len(items) and not begins(items[at]):
        at += 1
    return at


def _length(lead: int) -> int:
    """How many bytes a character has that begins with this one; 0 for a byte that begins none."""
    return 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF5 else 0


def _lacks_bytes(group: Sequence[Item]) -> bool:
    """True where a group begins with a lead byte, lacks bytes, and nothing in it is unknown."""
    known = all_known(group)
    return known is not None and len(known) < _length(known[0])


def _group(group: Sequence[Item], at: int, channel: Channel, behind: Item) -> list[Unit]:
    known = all_known(group)
    if known is not None:
        return _of_known_bytes(tuple(known), at, channel.dropped)
    if QUESTION in group:
        return _with_questions(group, at, channel, behind)
    return _by_threes(group, at, channel, behind)


def _of_known_bytes(known: tuple[int, ...], at: int, dropped: frozenset[int]) -> list[Unit]:
    whole = decoded(bytes(_NO_BREAK_SPACE if byte == _BLANK else byte for byte in known), "utf-8")
    if len(whole) == 1 and len(whole[0]) == 1:
        if dropped and known[-1] == _BLANK:
            # The blank may also be one, behind a character whose last bytes were dropped.
            whole += [char + " " for char in _cut_short(known[:-1], dropped).strings]
        return [Unit(at, at + len(known), exactly(*whole))]
    if options := _cut_short(known, dropped).strings:
        return [Unit(at, at + len(known), exactly(*options))]
    if len(known) > 3 and _length(known[0]) == 3 and (whole := decoded(bytes(known[:3]), "utf-8")):
        return [Unit(at, at + 3, exactly(*whole)), Unit(at + 3, at + len(known), NOTHING)]
    return [Unit(at, at + len(known), NOTHING)]


@lru_cache(maxsize=20_000)
def _put_back(known: tuple[Item, ...], shown: str, behind: Item) -> Options:
    """
    One character, or two, that lost a byte or a pair without a trace, because the table has nothing to show for it.

    What is missing may be the end of one character and the lead byte of the next.
    """
    missing = -len(known) % 3
    if not missing or len(known) + missing > 6 or not all_known((*known, behind)):
        return NOTHING
    pairs = readable_pairs(shown)
    readings: dict[str, None] = {}
    for place in range(1, len(known) + 1):
        places: list[Item] = [*known[:place], *[ANY_BYTE] * missing, *known[place:], behind]
        groups = [_fitting(tuple(places[first : first + 3])) for first in range(0, len(places) - 1, 3)]
        sizes = _cut_down([len(group) for group in groups])
        for chars in product(*(group[:size] for group, size in zip(groups, sizes, strict=True))):
            data: list[Item] = [*"".join(chars).encode("utf-8"), behind]
            if (data[place], data[place + 1]) not in pairs:
                readings["".join(chars)] = None
    return exactly(*list(readings)[:MOST_CHARACTERS])


@lru_cache(maxsize=20_000)
def _cut_short(known: tuple[int, ...], dropped: frozenset[int]) -> Options:
    """A character cut short, with bytes that its decoder drops put back in every place."""
    need = 3 if _length(known[0]) == 3 else 2
    missing = need - len(known)
    if not dropped or not 0 < missing <= 2 or known[0] < 0xC2:
        return NOTHING
    readings: list[str] = []
    for lost in product(sorted(dropped), repeat=missing):
        for place in range(1, len(known) + 1) if missing == 1 else (1,):
            readings += decoded(bytes((*known[:place], *lost, *known[place:])), "utf-8")
    return exactly(*dict.fromkeys(readings))


def _by_threes(group: Sequence[Item], at: int, channel: Channel, behind: Item) -> list[Unit]:
    """Characters of three bytes each, every place known or one of a set; nothing where the bytes do not come out even."""
    if isinstance(group[0], int) and _length(group[0]) == 2 and all_known(group[:2]):
        rest = _by_threes(group[2:], at + 2, channel, behind) if len(group) > 2 else []
        return [Unit(at, at + 2, exactly(*decoded(bytes(group[:2]), "utf-8"))), *rest]  # type: ignore[arg-type]
    if len(group) % 3:
        return [Unit(at, at + len(group), NOTHING)]
    patterns = [tuple(group[first : first + 3]) for first in range(0, len(group), 3)]
    lost = [not any(isinstance(item, int) for item in pattern) for pattern in patterns]
    units = []
    for number, pattern in enumerate(patterns):
        # Of several characters in a row nothing is left: whatever the model put there would be invented.
        gone = lost[number] and _in_a_row(lost, number) > _MOST_GONE
        first = at + 3 * number
        following = group[3 * number + 3] if number + 1 < len(patterns) else behind
        options = NOTHING if gone else _fitting_or_nearly(pattern, channel.shown, following)
        units.append(Unit(first, first + 3, options))
    return units


# So many characters in a row of which no byte is left may still be told by those around them.
_MOST_GONE = 2


def _in_a_row(lost: Sequence[bool], at: int) -> int:
    """How many lost characters there are in a row around one."""
    first, last = at, at
    while first > 0 and lost[first - 1]:
        first -= 1
    while last + 1 < len(lost) and lost[last + 1]:
        last += 1
    return last - first + 1


@lru_cache(maxsize=20_000)
def _fitting_or_nearly(pattern: tuple[Item, ...], shown: str, behind: Item) -> Options:
    # A line end behind the lost byte may have been taken away since; then it can have been any byte.
    loosely = tuple(ANY_BYTE if isinstance(item, frozenset) else item for item in pattern)
    return options_of(_unread(pattern, shown, behind)[:MOST_CHARACTERS], _fitting(loosely)[:MOST_CHARACTERS])


def _unread(pattern: tuple[Item, ...], shown: str, behind: Item) -> tuple[str, ...]:
    """The fitting characters whose lost bytes a table could not read together with the bytes behind them."""
    chars = _fitting(pattern)
    if shown not in DOUBLE or not chars:
        return chars
    import numpy as np

    data = np.frombuffer("".join(chars).encode("utf-8"), dtype=np.uint8).reshape(-1, 3)
    is_pair = pair_table(shown)
    fits = np.ones(len(chars), dtype=bool)
    for place, item in enumerate(pattern):
        if isinstance(item, int):
            continue
        if place < 2:
            fits &= ~is_pair[data[:, place], data[:, place + 1]]
        elif isinstance(behind, int):
            fits &= ~is_pair[data[:, place], behind]
        else:
            # The next character lost its lead byte.
            fits &= ~is_pair[data[:, place]][:, _LEADS].all(axis=1)
    return tuple(compress(chars, fits))


@cache
def _fitting(pattern: tuple[Item, ...]) -> tuple[str, ...]:
    """Characters the model knows whose three bytes fit a pattern with unknown bytes, the most frequent first."""
    chars = known_characters()
    return tuple([chars[at] for at in _fitting_places(pattern).tolist()])


@cache
def _fitting_places(pattern: tuple[Item, ...]) -> NDArray[np.intp]:
    """The same as places in ``known_characters``."""
    import numpy as np

    chars, data = _utf8_characters()
    fits = np.ones(len(chars), dtype=bool)
    for place, item in enumerate(pattern):
        if isinstance(item, int):
            fits &= data[:, place] == item
        elif item is not ANY_BYTE:
            fits &= np.isin(data[:, place], list(item))
    return fits.nonzero()[0]


@cache
def _utf8_characters() -> tuple[str, NDArray[np.uint8]]:
    import numpy as np

    chars = known_characters()
    data = np.frombuffer("".join(chars).encode("utf-8"), dtype=np.uint8).reshape(-1, 3)
    return chars, data


# -- question marks ------------------------------------------------------------------------------------------------------

# Windows puts one ? for the two bytes of a pair it cannot read; other programs put one for each byte.
_ONE_BYTE = -2.0

# What a ? may have eaten besides its lead byte, and what speaks against it: a line end, a blank, a sign that Chinese
# text has in another width, or a digit. Nobody knows which digit, but the model counts all as one.
EATEN_DIGIT = "0"
_EATEN = {"\n": 0.0, " ": -2.0, ",": 0.0, ".": -5.0, ";": 0.0, ":": 0.0, ")": 0.0, '"': -5.0, EATEN_DIGIT: 0.0}

# Of the readings of a group so many are considered, and so long a group, with so many question marks.
_MOST_READINGS, _LONGEST, _MOST_QUESTIONS = 1600, 12, 2
# Of those that are filled in the same way so many are, the most frequent characters.
_MOST_OF_A_KIND = 150


def _with_questions(group: Sequence[Item], at: int, channel: Channel, behind: Item) -> list[Unit]:
    """A group with printed question marks as one unit; a clean character behind it may look like the rest of one."""
    options = _filled_in(tuple(group), channel.shown, behind)
    if not options.strings and group[-1] != QUESTION:
        cut = len(group) - list(reversed(group)).index(QUESTION)
        return [*_with_questions(group[:cut], at, channel, group[cut]), Unit(at + cut, at + len(group), NOTHING)]
    return [Unit(at, at + len(group), options)]


@lru_cache(maxsize=5_000)
def _filled_in(group: tuple[Item, ...], shown: str, behind: Item) -> Options:
    """Readings of a group with question marks before a byte: every ? is one byte, or two, or ate a sign."""
    questions = [place for place, item in enumerate(group) if item == QUESTION]
    if len(group) == 1:
        return exactly("?")
    nothing_left = not any(isinstance(item, int) and item >= 0 for item in group)
    if nothing_left or len(questions) > _MOST_QUESTIONS or len(group) > _LONGEST:
        return NOTHING
    found = [
        reading
        for widths in product((1, 2), repeat=len(questions))
        for reading in _readings((*group, behind), dict(zip(questions, widths, strict=True)), shown)
    ]
    return _likeliest(found) if found else NOTHING


# Readings of one length, a row of places in ``known_characters`` each; what speaks against each; and what was eaten.
_Readings = tuple["NDArray[np.intp]", "NDArray[np.float64]", str]


def _likeliest(found: Sequence[_Readings]) -> Options:
    """The readings as options, of one that was found in several ways the likeliest."""
    chars = known_characters()
    priors: dict[str, float] = {}
    for rows, costs, eaten in found:
        width = rows.shape[1]
        joined = "".join([chars[at] for at in rows.ravel().tolist()])
        for number, cost in enumerate(costs.tolist()):
            reading = joined[number * width : (number + 1) * width] + eaten
            if cost > priors.get(reading, -inf):
                priors[reading] = cost
    return Options(tuple(priors), tuple(priors.values()))


def _readings(group: Sequence[Item], width_of: dict[int, int], shown: str) -> Iterator[_Readings]:
    """Readings of a group (its last item is the one behind it) where each ? stands for so many bytes."""
    flat: list[Item] = []
    lost_pairs: list[int] = []
    for place, item in enumerate(group[:-1]):
        if item != QUESTION:
            flat.append(item)
        elif width_of[place] == 1:
            behind = group[place + 1]
            flat.append(unreadable(shown, ANY_BYTE if behind == QUESTION else behind))
        else:
            lost_pairs.append(len(flat))
            flat += [ANY_BYTE, ANY_BYTE]
    prior = _ONE_BYTE * sum(width == 1 for width in width_of.values())
    if len(flat) % 3 == 0:
        for rows, costs in _filled(flat, lost_pairs, shown):
            yield rows, costs + prior, ""
    if width_of.get(len(group) - 2) == 2 and len(flat) % 3 == 1:
        for rows, costs in _filled(flat[:-1], lost_pairs[:-1], shown):
            for eaten, speaks_against in _EATEN.items():
                yield rows, costs + (prior + speaks_against), eaten


def _filled(
    flat: Sequence[Item], lost_pairs: Sequence[int], shown: str
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float64]]]:
    """Whole characters that fit; a pair that its decoder could have read is unlikely to have been lost."""
    import numpy as np

    strict = list(flat)
    for at in lost_pairs:
        strict[at], strict[at + 1] = _lost_pair(shown, at % 3 == 0, (at + 1) % 3 == 0)
    is_pair = pair_table(shown)
    for places, cost in ((strict, 0.0), (list(flat), AGAINST_RULE)):
        groups = [_fitting_places(tuple(places[at : at + 3]))[:MOST_CHARACTERS] for at in range(0, len(places), 3)]
        if not all(map(len, groups)):
            continue
        numbers = np.indices(_cut_down([len(group) for group in groups])).reshape(len(groups), -1)
        rows = np.stack([group[number] for group, number in zip(groups, numbers, strict=True)], axis=1)
        data = _utf8_characters()[1][rows].reshape(len(rows), -1)
        could_be_read = np.zeros(len(rows), dtype=bool)
        for at in lost_pairs:
            could_be_read |= (data[:, at] == _PADDING) | is_pair[data[:, at], data[:, at + 1]]
        costs = np.where(could_be_read, _against()[rows[:, -1]], cost)
        if len(rows) > _MOST_OF_A_KIND:
            worth = costs + _rarity()[rows].sum(axis=1)
            best = np.sort(worth.argpartition(-_MOST_OF_A_KIND)[-_MOST_OF_A_KIND:])
            rows, costs = rows[best], costs[best]
        yield rows, costs


# Windows reads this byte as a sign of its own.
_PADDING = 0x80


@cache
def _rarity() -> NDArray[np.float64]:
    """The log probability of each known character, alone."""
    model = load_model()
    return alone(model)[model.ids(known_characters())]


@cache
def _against() -> NDArray[np.float64]:
    """What speaks against each known character if its lost byte could have been read."""
    import numpy as np

    return np.array([against(char) for char in known_characters()])


def _cut_down(sizes: Sequence[int]) -> list[int]:
    """How many of each of some groups to take, the longest cut until there are few enough combinations."""
    sizes = list(sizes)
    while prod(sizes) > _MOST_READINGS:
        longest = sizes.index(max(sizes))
        sizes[longest] = max(sizes[longest] * 3 // 4, 1)
    return sizes


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
