"""
Mojibake: stretches that were read with the wrong code table, read again with the right one.

A channel says which table a stretch was written in and which it was read with (``lexicon/channels.tsv``). Going back
is exact where every byte survived. Where bytes were lost, the ones around them leave few characters possible, and the
language model chooses among those: the edit then carries the chance that it chose right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from union_corpus.documents import Edit, Problem
from union_corpus.language_model import load_model
from union_corpus.lexicon import table
from union_corpus.repairs.gbk import byte_pairs, characters
from union_corpus.repairs.lattices import decode_lattice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from union_corpus.language_model import Model

# Windows of so many characters are looked at where their mean log probability (each character on its own) is below
# the limit. Garbled text lies near -14, reports near -7, the rarest long clean passages above -11; a name may be rarer.
_WINDOWS = ((12, -10.5), (4, -12.0))

# A stretch is tried with so many characters on either side.
_REACH = 12

# What decoded text must reach per character (in context) to be believed, and by how much it must beat the text as it
# stands. Official reports score -2, the worst clean window of the real files -9, garbled text -14.
_GOOD, _GAIN = -6.5, 3.0

# UTF-8 proves itself: bytes of another encoding seldom form whole characters of it, so a name may be rare.
_EXACT = -9.0

# How many characters are considered where bytes were lost, and how many readings are followed at once.
_KEPT, _BEAM = 10, 24

# Tables that show two bytes as one character.
_DOUBLE = ("gbk", "big5")

_QUESTION = -1  # a printed ?, or one or two unknown bytes
_LOST_BYTE = -2  # the sign that a decoder put for a byte it could not read

# A byte, _QUESTION, or the bytes that can have been lost in a place.
Item = int | frozenset[int]

# What a lost byte costs that its decoder could have read, were no line end behind it gone.
_AGAINST_RULE = -3.0

# Printed decoded characters are told in edits of about this length, so that a figure leads back to its own bytes.
_EDIT_LENGTH = 8


@dataclass(frozen=True)
class Channel:
    """One wrong reading: bytes of ``meant`` shown as text of ``shown``; ``dropped`` bytes left no trace."""

    name: str
    shown: str
    meant: str
    dropped: frozenset[int]

    @property
    def is_single(self) -> bool:
        """True where every byte was shown as a character of its own."""
        return self.shown not in _DOUBLE


@dataclass(frozen=True, slots=True)
class _Unit:
    """A stretch of bytes ``start:end`` that stands for whole characters; one alternative where nothing was lost."""

    start: int
    end: int
    alternatives: tuple[str, ...]
    unlikely: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Piece:
    """``text[start:end]`` as shown, what it was, and how sure that is."""

    start: int
    end: int
    meant: str
    confidence: float


def find_mojibake(text: str) -> list[Edit]:
    """
    Find stretches that were read with the wrong code table, in one or two layers.

    Each stretch is judged by itself: often only part of a document is garbled, from some page on.

    >>> find_mojibake("工会å·¥ä¼šå·¥ä½œæ€»ç»“")
    [Edit(start=2, before='å·¥ä¼šå·¥ä½œæ€»ç»“', after='工会工作总结')]
    >>> find_mojibake("Café à Zürich, 100 °C – naïve façade; 鐨是一个罕见的字。")
    []
    """
    edits: list[Edit] = []
    for start, end in _suspicious(text):
        edits.extend(_mended(text, start, end, edits[-1].end if edits else 0))
    return edits


# -- where to look -------------------------------------------------------------------------------------------------


def _suspicious(text: str) -> Iterator[tuple[int, int]]:
    """Stretches that do not look like Chinese: letters of other code pages in a row, or characters too rare together."""
    found = [match.span() for match in _high_letters().finditer(text) if _is_dense(match.group())]
    if not text.isascii():
        found += _improbable(text)
    done = 0
    for start, end in sorted(found):
        start = max(start, done)
        if end > start:
            yield start, end
            done = end


@cache
def _high_letters() -> re.Pattern[str]:
    """
    Runs of characters that single-byte tables show for high bytes, ASCII allowed between them.

    >>> _high_letters().search("工会å·¥ä¼š2009")[0]
    'å·¥ä¼š2009'
    """
    shown = {
        char for codec in ("latin-1", "cp1252", "cp1250", "cp1254", "cp437", "mac_roman") for char in _single(codec)
    }
    letters = "".join(sorted(char for char in shown if not char.isascii()))
    return re.compile(rf"[{re.escape(letters)}](?:[\x20-\x7e]{{0,3}}[{re.escape(letters)}\ufffd])+[\x21-\x7e]*")


def _is_dense(run: str) -> bool:
    """Two of five characters are high, and at least three are letters that Chinese text does not have."""
    high = sum(not char.isascii() for char in run)
    return high * 5 >= 2 * len(run) and sum(not char.isascii() and char not in _CHINESE_SIGNS for char in run) >= 3


# Signs that clean Chinese text shares with the single-byte tables.
_CHINESE_SIGNS = frozenset("“”‘’—–…·•×÷°±§\xa0")


def _improbable(text: str) -> list[tuple[int, int]]:
    """Windows whose characters are each too rare, joined where they touch and grown to the rare characters around."""
    import numpy as np

    model = load_model()
    alone = _alone(model)[model.ids(text)]
    if len(alone) < 4:
        return []
    found: list[tuple[int, int]] = []
    for width, limit in _WINDOWS:
        sums = np.convolve(alone, np.ones(width), "valid") if len(alone) >= width else np.zeros(0)
        low = np.flatnonzero(sums < limit * width)
        if len(low):
            breaks = np.flatnonzero(np.diff(low) > width)
            starts = low[np.concatenate(([0], breaks + 1))]
            ends = low[np.concatenate((breaks, [len(low) - 1]))] + width
            found += [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]
    return _joined(found)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


@cache
def _alone(model: Model) -> NDArray[np.float64]:
    """Log probability of every character number without context."""
    import numpy as np

    weights = [weight for weight, _ in model.parts]
    return np.log(
        sum(
            weight * np.exp(trie.log_probs[0].astype(np.float64))
            for weight, trie in zip(weights, (t for _, t in model.parts), strict=True)
        )
    )


# -- one stretch -----------------------------------------------------------------------------------------------------


def _mended(text: str, start: int, end: int, done: int) -> list[Edit]:
    """The edits of the channel that makes most sense of a stretch beyond ``done``; none where no channel does."""
    best: tuple[float, list[_Piece]] | None = None
    for layers in (1, 2):
        for channel in _likely(text, start, end, layers):
            low, high = _grown(text, max(start, done), max(end, done), channel, done)
            found = _undone(text, low, high, channel, layers)
            if found is not None and (best is None or found[0] > best[0]):
                best = found
        if best is not None:
            break
    if best is None:
        return []
    return [
        Edit(piece.start, text[piece.start : piece.end], piece.meant, piece.confidence)
        for piece in _merged(best[1], text)
        if text[piece.start : piece.end] != piece.meant
    ]


# A long stretch is tried on this many characters from its middle before it is read whole.
_PROBE = 240


def _likely(text: str, start: int, end: int, layers: int) -> list[Channel]:
    """The channels that can have shown this stretch; for a long one only those that make sense of its middle."""
    middle = (start + end) // 2
    low, high = max(start, middle - _PROBE // 2), min(end, middle + _PROBE // 2)
    sample = text[low:high]
    signs = [char for char in sample if not char.isascii()]
    possible = [
        channel for channel in channels() if sum(char in _encoder(channel.shown) for char in signs) >= 0.6 * len(signs)
    ]
    if end - start <= _PROBE:
        return possible
    scored = [
        (found[0], channel) for channel in possible if (found := _undone(text, low, high, channel, layers)) is not None
    ]
    scored.sort(key=lambda pair: -pair[0])
    # Where the middle reads well in no channel the damage may lie beside it, so all are tried on the whole.
    return [channel for _, channel in scored[:1]] or possible


def _grown(text: str, start: int, end: int, channel: Channel, floor: int) -> tuple[int, int]:
    """The stretch with its surroundings: what is clean among them is left out again by the gain it would not bring."""
    reach = 0 if channel.is_single else _REACH
    return max(start - reach, floor), min(end + reach, len(text))


def _undone(text: str, low: int, high: int, channel: Channel, layers: int) -> tuple[float, list[_Piece]] | None:
    """What a stretch was under one channel, and how much better that reads; None where it does not read well."""
    model = load_model()
    pieces = _pieces(text, low, high, channel, model)
    if not any(len(piece.meant) < piece.end - piece.start or not piece.meant.isascii() for piece in pieces):
        return None
    shown = text[low:high]
    meant = "".join(piece.meant for piece in pieces)
    if layers > 1 and channel.is_single and _high_letters().search(meant):
        inner = _second_layer(meant, model)
        if inner is not None:
            gain = model.score(inner) - model.score(shown)
            return gain, [_Piece(low, high, inner, 1.0)]
    first, last, gain = _most_gain(pieces, meant, shown, low, model)
    chosen = pieces[first:last]
    if not chosen:
        return None
    length = sum(len(piece.meant) for piece in chosen)
    han = sum(not char.isascii() for piece in chosen for char in piece.meant)
    text_meant = "".join(piece.meant for piece in chosen)
    # Two characters can come out of any letters by chance; the shorter the stretch, the better it must read.
    good = _EXACT if channel.meant == "utf-8" else _GOOD if han >= 4 else _GOOD + 2.0
    if han < 2 or model.score(text_meant) < good * length or gain < _GAIN * length + 6.0:
        return None
    return gain, chosen


def _second_layer(meant: str, model: Model) -> str | None:
    best: tuple[float, str] | None = None
    for channel in channels():
        if not channel.is_single:
            continue
        found = _undone(meant, 0, len(meant), channel, 1)
        if found is not None and (best is None or found[0] > best[0]):
            best = found[0], _applied(meant, found[1])
    return None if best is None else best[1]


def _applied(text: str, pieces: Sequence[_Piece]) -> str:
    done, parts = 0, []
    for piece in pieces:
        parts += [text[done : piece.start], piece.meant]
        done = piece.end
    return "".join([*parts, text[done:]])


def _most_gain(pieces: Sequence[_Piece], meant: str, shown: str, low: int, model: Model) -> tuple[int, int, float]:
    """The run of pieces that gains most by being read again: first, last + 1, gain in nats."""
    import numpy as np

    before = np.concatenate(([0.0], np.cumsum(model.scores(shown))))
    after = np.concatenate(([0.0], np.cumsum(model.scores(meant))))
    best = (0, 0, 0.0)
    begin, total, place = 0, 0.0, 0
    for at, piece in enumerate(pieces):
        new = after[place + len(piece.meant)] - after[place]
        old = before[piece.end - low] - before[piece.start - low]
        place += len(piece.meant)
        total += float(new - old)
        if total <= 0:
            begin, total = at + 1, 0.0
        elif total > best[2]:
            best = (begin, at + 1, total)
    return best


def _pieces(text: str, low: int, high: int, channel: Channel, model: Model) -> list[_Piece]:
    """The stretch as pieces that begin and end with a character both as shown and as meant."""
    encoder = _encoder(channel.shown)
    pieces: list[_Piece] = []
    items: list[Item] = []
    owners: list[int] = []

    def flush() -> None:
        if items:
            _mark_lost(items, channel)
            units = (
                _utf8_units(items, channel.dropped) if channel.meant == "utf-8" else _pair_units(items, channel.meant)
            )
            pieces.extend(_aligned(text, units, owners, model))
            items.clear()
            owners.clear()

    for place in range(low, high):
        data = encoder.get(text[place])
        if data is None:
            flush()
            pieces.append(_Piece(place, place + 1, text[place], 1.0))
            continue
        if data == _LONE_EURO and channel.shown == "gbk" and _lacks_one(items) and _goes_on(text, place + 1, encoder):
            data = _PAIRED_EURO
        items.extend(data)
        owners.extend([place] * len(data))
    flush()
    return pieces


# Windows shows the lone byte 80 as the euro sign; GB 18030 has it at A2 E3, where a UTF-8 character ends and one begins.
_LONE_EURO, _PAIRED_EURO = (0x80,), (0xA2, 0xE3)


def _goes_on(text: str, place: int, encoder: Mapping[str, tuple[int, ...]]) -> bool:
    """True where what stands at ``place`` goes on a UTF-8 character that began before."""
    following = encoder.get(text[place : place + 1], (0,))[0]
    return following == _LOST_BYTE or 0x80 <= following < 0xC0


def _lacks_one(items: Sequence[Item]) -> bool:
    """True where the last three-byte character has all but its last byte."""
    tail = items[-2:]
    return len(tail) == 2 and isinstance(tail[0], int) and 0xE0 <= tail[0] < 0xF0 and not _begins(tail[1])


def _aligned(text: str, units: Sequence[_Unit], owners: Sequence[int], model: Model) -> Iterator[_Piece]:
    """Pieces from units: joined until both sides end with a whole character; as they stand where a byte fits nowhere."""
    units = _with_eaten_digits(list(units), owners, text)
    choices = _chosen(units, model)
    begin = 0
    waiting: list[tuple[str, float]] = []
    spoiled = False
    for unit, (meant, sure) in zip(units, choices, strict=True):
        waiting.append((meant, sure))
        spoiled = spoiled or not unit.alternatives
        at_border = unit.end == len(owners) or owners[unit.end] != owners[unit.end - 1]
        if not at_border:
            continue
        start, end = owners[begin], owners[unit.end - 1] + 1
        if spoiled:
            yield _Piece(start, end, text[start:end], 1.0)
        else:
            yield _Piece(start, end, "".join(string for string, _ in waiting), min(sure for _, sure in waiting))
        begin, waiting, spoiled = unit.end, [], False


# What stands behind a figure, or goes on one: beside it a ? may have eaten a digit.
_COUNTED = frozenset(
    "0123456789０１２３４５６７８９.,．%％多余余万亿千百十元户家个人名位件条份次场期项所处篇周年月日号届"
)


def _with_eaten_digits(units: list[_Unit], owners: Sequence[int], text: str) -> list[_Unit]:
    """Where a ? may have eaten a digit it stays in the text, so that the number is seen to be unusable."""
    for at, unit in enumerate(units):
        eaten = tuple(string for string in unit.alternatives if string.endswith("?"))
        if not eaten or len(unit.alternatives) == 1:
            continue
        behind = owners[unit.end] if unit.end < len(owners) else owners[-1] + 1
        counted = text[behind : behind + 1] in _COUNTED and behind < len(text)
        kept = eaten if counted else tuple(string for string in unit.alternatives if string not in eaten)
        units[at] = _Unit(unit.start, unit.end, kept or eaten, unit.unlikely)
    return units


def _chosen(units: Sequence[_Unit], model: Model) -> list[tuple[str, float]]:
    """The alternative of each unit and its chance; units with several are decided together with those near them."""
    keep = model.order - 1
    fixed = [unit.alternatives[0] if len(unit.alternatives) == 1 else None for unit in units]
    result = [(string or "", 1.0) for string in fixed]
    plain = _without_traditional(units, model)
    at = 0
    while at < len(units):
        if fixed[at] is not None or not units[at].alternatives:
            at += 1
            continue
        end = at + 1
        quiet = 0
        while end < len(units) and quiet < keep and units[end].alternatives:
            quiet = quiet + len(fixed[end] or "") if fixed[end] is not None else 0
            end += 1
        history = "".join(string for string, _ in result[max(at - 2 * keep, 0) : at])[-keep:]
        slots = _slots(plain[at:end], history, model)
        reading = decode_lattice(slots, model, history=history, beam=_BEAM)
        for offset, choice in enumerate(reading.choices):
            if fixed[at + offset] is None:
                result[at + offset] = (slots[offset][choice][0], reading.posteriors[offset][choice])
        at = end
    return result


def _without_traditional(units: Sequence[_Unit], model: Model) -> Sequence[_Unit]:
    """
    The units without traditional forms among several alternatives, where what is certain is simplified.

    The model counts both forms as one, so it cannot tell them apart.
    """
    sure = [
        char for unit in units if len(unit.alternatives) == 1 for char in unit.alternatives[0] if ord(char) > 0x2FFF
    ]
    if sum(char in model.folded for char in sure) * 50 > len(sure):
        return units
    return [
        unit
        if len(unit.alternatives) < 2
        else _Unit(
            unit.start,
            unit.end,
            tuple(string for string in unit.alternatives if not any(char in model.folded for char in string))
            or unit.alternatives,
            unit.unlikely,
        )
        for unit in units
    ]


def _slots(units: Sequence[_Unit], history: str, model: Model) -> list[list[tuple[str, float]]]:
    """Slots of a lattice: of many alternatives only those stay that fit best between their neighbours."""
    slots = []
    for at, unit in enumerate(units):
        alternatives = unit.alternatives
        if len(alternatives) > _KEPT:
            left = units[at - 1].alternatives if at else (history,)
            right = units[at + 1].alternatives if at + 1 < len(units) else ("",)
            before = left[0][-1:] if len(left) == 1 else ""
            after = right[0][:1] if len(right) == 1 else ""

            def fits(
                string: str, before: str = before, after: str = after, unlikely: frozenset[str] = unit.unlikely
            ) -> float:
                score = model.log_prob(before, string[0]) if string else 0.0
                score += sum(model.log_prob(string[n - 1], string[n]) for n in range(1, len(string)))
                score += model.log_prob(string[-1], after) if after and string else 0.0
                return score + (_AGAINST_RULE if string in unlikely else 0.0)

            alternatives = tuple(sorted(alternatives, key=fits, reverse=True)[:_KEPT])
        slots.append([(string, _AGAINST_RULE if string in unit.unlikely else 0.0) for string in alternatives])
    return slots


def _merged(pieces: Sequence[_Piece], text: str) -> Iterator[_Piece]:
    """Neighbouring sure pieces as one edit of a few characters; a doubtful one stays alone, so that it can be left out."""
    waiting: _Piece | None = None
    for piece in pieces:
        changed = text[piece.start : piece.end] != piece.meant
        joins = (
            waiting is not None
            and changed
            and waiting.end == piece.start
            and min(waiting.confidence, piece.confidence) > 0.99
            and len(waiting.meant) < _EDIT_LENGTH
        )
        if waiting is not None and joins:
            waiting = _Piece(
                waiting.start, piece.end, waiting.meant + piece.meant, min(waiting.confidence, piece.confidence)
            )
            continue
        if waiting is not None:
            yield waiting
        waiting = piece if changed else None
    if waiting is not None:
        yield waiting


_ANY_BYTE: frozenset[int] = frozenset(range(0x80, 0x100))


def _mark_lost(items: list[Item], channel: Channel) -> None:
    """Say for each lost byte which ones it can have been: those that its decoder could not read before the next."""
    for at in range(len(items) - 1, -1, -1):
        if items[at] == _LOST_BYTE:
            after = items[at + 1] if at + 1 < len(items) else None
            items[at] = _unreadable(channel.shown, after if isinstance(after, int) else None)


@cache
def _unreadable(codec: str, after: int | None) -> frozenset[int]:
    """Bytes that a table cannot read where ``after`` stands behind them (None: another that it could not read)."""
    if codec not in _DOUBLE:
        return frozenset(byte for byte in range(0x80, 0x100) if "\ufffd" in bytes([byte]).decode(codec, "replace"))
    pairs = _pairs(codec)
    behind = 0x80 if after is None or after < 0 else after
    return frozenset(byte for byte in range(0x80, 0x100) if (byte, behind) not in pairs)


# -- bytes to units --------------------------------------------------------------------------------------------------


def _utf8_units(items: Sequence[Item], dropped: frozenset[int]) -> list[_Unit]:
    """
    Bytes (some unknown) as UTF-8 characters.

    A lead byte tells where a character begins, so every loss stays local: what lies between two leads is tried as
    whole characters of three bytes. A unit without alternatives is one that fits nothing.
    """
    units: list[_Unit] = []
    at, end = 0, len(items)
    while at < end:
        first = items[at]
        if isinstance(first, int) and 0 <= first < 0x80:
            units.append(_Unit(at, at + 1, (chr(first),)))
            at += 1
            continue
        stop = at + 1
        while stop < end and not _begins(items[stop]):
            stop += 1
        while stop < end and items[stop] == 0x20 and _is_open(items[at:stop]):
            # A no-break space (A0) that was cleaned to a blank stands where the character still needs a byte.
            stop += 1
            while stop < end and not _begins(items[stop]):
                stop += 1
        units.extend(_utf8_group(items[at:stop], at, dropped))
        at = stop
    return units


def _begins(item: Item) -> bool:
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


def _utf8_group(group: Sequence[Item], at: int, dropped: frozenset[int]) -> list[_Unit]:
    known = _all_known(group)
    if known is not None:
        whole = _decoded(bytes(0xA0 if item == 0x20 else item for item in known), "utf-8")
        if len(whole) == 1 and len(whole[0]) == 1:
            return [_Unit(at, at + len(group), (whole[0],))]
        return _utf8_incomplete(known, at, dropped)
    likely = dict.fromkeys(reading for filled in _fillings(group) for reading in filled)
    # A line end behind the lost byte may have been taken away since; then it can have been any byte.
    loosely = [_ANY_BYTE if isinstance(item, frozenset) else item for item in group]
    other = dict.fromkeys(reading for filled in _fillings(loosely) for reading in filled if reading not in likely)
    if not likely and not other and _QUESTION in group and group[-1] != _QUESTION:
        # A clean character behind the damage may begin with a byte that looks like the rest of one.
        cut = len(group) - list(reversed(group)).index(_QUESTION)
        return [*_utf8_group(group[:cut], at, dropped), _Unit(at + cut, at + len(group), ())]
    return [_Unit(at, at + len(group), (*likely, *other), frozenset(other))]


def _utf8_incomplete(group: Sequence[int], at: int, dropped: frozenset[int]) -> list[_Unit]:
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
                readings.extend(_decoded(bytes(filled), "utf-8"))
        if readings:
            return [_Unit(at, at + len(group), tuple(dict.fromkeys(readings)))]
    if len(group) > 3 and 0xE0 <= group[0] < 0xF0:
        whole = _decoded(bytes(group[:3]), "utf-8")
        if whole:
            return [_Unit(at, at + 3, tuple(whole)), _Unit(at + 3, at + len(group), ())]
    return [_Unit(at, at + len(group), ())]


def _fillings(group: Sequence[Item]) -> Iterator[list[str]]:
    """Readings of a group with unknown bytes: each unknown one byte; a ? also two bytes, or a byte and the sign it ate."""
    questions = [place for place, item in enumerate(group) if item == _QUESTION]
    if len(questions) > 2 or len(group) > 12:
        return
    if questions == [len(group) - 1] and len(group) == 1:
        yield ["?"]
    widths = product(*([1, 2] if item == _QUESTION else [1] for item in group))
    for width in widths:
        flat: list[Item] = []
        for item, count in zip(group, width, strict=True):
            flat.extend([_ANY_BYTE] * count if item == _QUESTION else [item])
        if len(flat) % 3 == 0:
            yield from _three_bytes(flat, "")
        if questions == [len(group) - 1] and width[-1] == 2 and len(flat) % 3 == 1:
            # What it ate was ASCII: a line end, a blank, a sign, or a digit that nobody knows, which stays a ?.
            for eaten in '\n ,.;:)"?':
                yield from _three_bytes(flat[:-1], eaten)


def _three_bytes(flat: Sequence[Item], behind: str) -> Iterator[list[str]]:
    groups = [_known_utf8(tuple(flat[at : at + 3])) for at in range(0, len(flat), 3)]
    if not all(groups):
        return
    most = {1: 64, 2: 16}.get(len(groups), 6)
    yield ["".join(chars) + behind for chars in product(*(group[:most] for group in groups))]


@cache
def _known_utf8(pattern: tuple[Item, ...]) -> tuple[str, ...]:
    """Characters the model knows whose three bytes fit a pattern with unknown bytes, the most frequent first."""
    import numpy as np

    chars, data = _utf8_characters()
    fits = np.ones(len(chars), dtype=bool)
    for place, item in enumerate(pattern):
        if isinstance(item, int):
            fits &= data[:, place] == item
        elif item is not _ANY_BYTE:
            fits &= np.isin(data[:, place], list(item))
    return tuple(chars[int(at)] for at in fits.nonzero()[0][:200])


@cache
def _utf8_characters() -> tuple[str, NDArray[np.uint8]]:
    import numpy as np

    chars = _known_characters()
    data = np.frombuffer("".join(chars).encode("utf-8"), dtype=np.uint8).reshape(-1, 3)
    return chars, data


@cache
def _known_characters() -> str:
    """Every character of three UTF-8 bytes that the model knows, traditional forms included, the most frequent first."""
    model = load_model()
    alone = _alone(model)
    known = {char for char in (*model.vocabulary, *model.folded) if 0x800 <= ord(char) < 0x10000}
    known.update("，。、；：？！“”‘’（）《》〈〉【】—…\u3000％－．～")
    number = {char: int(at) for char, at in zip(sorted(known), model.ids("".join(sorted(known))), strict=True)}
    # Of a simplified character and its traditional form the plain one comes first.
    return "".join(sorted(known, key=lambda char: (-alone[number[char]], char in model.folded, char)))


def _pair_units(items: Sequence[Item], codec: str) -> list[_Unit]:
    """Bytes (some unknown) as GBK or Big5: ASCII, or a lead byte and a trail byte."""
    table_ = _pairs(codec)
    by_lead, by_trail = _pairs_by_half(codec)
    units: list[_Unit] = []
    at = 0
    while at < len(items):
        first = items[at]
        if isinstance(first, int) and 0 <= first < 0x80:
            units.append(_Unit(at, at + 1, (chr(first),)))
            at += 1
            continue
        if first == _QUESTION:
            units.append(_Unit(at, at + 1, ("?",)))
            at += 1
            continue
        second = items[at + 1] if at + 1 < len(items) else None
        if second is None:
            units.append(_Unit(at, at + 1, ()))
            at += 1
            continue
        if isinstance(first, int) and isinstance(second, int):
            char = table_.get((first, second))
            units.append(_Unit(at, at + 2, (char,) if char else ()))
        elif isinstance(first, int):
            units.append(_Unit(at, at + 2, by_lead.get(first, ())))
        elif isinstance(second, int):
            units.append(_Unit(at, at + 2, by_trail.get(second, ())))
        else:
            units.append(_Unit(at, at + 2, ()))
        at += 2
    return units


@cache
def _pairs_by_half(codec: str) -> tuple[Mapping[int, tuple[str, ...]], Mapping[int, tuple[str, ...]]]:
    rank = {char: at for at, char in enumerate(_known_characters())}
    leads: dict[int, list[str]] = {}
    trails: dict[int, list[str]] = {}
    for (lead, trail), char in _pairs(codec).items():
        if char in rank:
            leads.setdefault(lead, []).append(char)
            trails.setdefault(trail, []).append(char)
    return tuple(  # type: ignore[return-value]
        {byte: tuple(sorted(chars, key=rank.__getitem__)) for byte, chars in half.items()} for half in (leads, trails)
    )


# -- tables ------------------------------------------------------------------------------------------------------------


@cache
def channels() -> tuple[Channel, ...]:
    """The channels of ``lexicon/channels.tsv`` in their order."""
    return tuple(
        Channel(
            row["channel"],
            row["shown"],
            row["meant"],
            frozenset(int(byte, 16) for byte in row["dropped"].split("|") if byte),
        )
        for row in table("channels")
    )


@cache
def _encoder(codec: str) -> Mapping[str, tuple[int, ...]]:
    """Character → the bytes it was shown for; signs that decoders put for lost bytes become unknown bytes."""
    if codec == "gbk":
        found = {char: tuple(data) for char, data in byte_pairs().items()}
    elif codec == "big5":
        found = {char: pair for pair, char in _pairs("big5").items()}
        found.update((chr(byte), (byte,)) for byte in range(0x80))
    else:
        found = {char: (byte,) for char, byte in _single(codec).items()}
    found["\ufffd"] = (_LOST_BYTE,)
    if codec in _DOUBLE:
        found["?"] = (_QUESTION,)
    return found


@cache
def _single(codec: str) -> Mapping[str, int]:
    """Character → byte of a single-byte table; bytes it leaves undefined are shown as Latin-1 control characters."""
    found = {}
    for byte in range(0x100):
        char = bytes([byte]).decode(codec, "replace")
        found[chr(byte) if char == "\ufffd" else char] = byte
    return found


@cache
def _pairs(codec: str) -> Mapping[tuple[int, int], str]:
    """Byte pair → character, as Windows reads the code page."""
    if codec == "gbk":
        return characters()
    found = {}
    for lead in range(0x81, 0xFF):
        for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF)):
            for name in ("cp950", "big5hkscs"):
                char = bytes([lead, trail]).decode(name, "replace")
                if len(char) == 1 and char != "\ufffd":
                    found[lead, trail] = char
                    break
    return found


def _decoded(data: bytes, codec: str) -> list[str]:
    try:
        return [data.decode(codec)]
    except UnicodeDecodeError:
        return []


# -- what nobody can repair ------------------------------------------------------------------------------------------------

# 锟斤拷 is UTF-8's replacement sign read as GBK; 烫 and 屯 in rows are memory that was never written.
_LOST = re.compile(
    r"(?:锟斤拷|锟斤|斤拷){1,400}|\ufffd+|烫烫烫+|屯屯屯+|(?<=[\u4e00-\u9fff，。、])\?{3,}(?=[\u4e00-\u9fff，。、])"
)


def find_lost_text(text: str) -> list[Problem]:
    """
    Stretches of which nothing is left: 锟斤拷, replacement signs, rows of question marks. Marked, never filled.

    >>> [problem.text for problem in find_lost_text("全年锟斤拷锟斤拷慰问276户")]
    ['锟斤拷锟斤拷']
    """
    return [
        Problem(
            "repair",
            "lost_text",
            match.start(),
            match.end(),
            match.group(),
            "the bytes were replaced before this file was saved",
        )
        for match in _LOST.finditer(text)
    ]
