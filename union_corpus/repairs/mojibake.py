"""
Mojibake: stretches that were read with the wrong code table, read again with the right one.

A channel says which table a stretch was written in and which it was read with (``lexicon/channels.tsv``). Going back
is exact where every byte survived. Where bytes were lost, the ones around them leave few characters possible, and the
language model chooses among those: the edit then carries the chance that it chose right.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log
from typing import TYPE_CHECKING

from union_corpus.documents import Edit, Problem
from union_corpus.language_model import load_model
from union_corpus.repairs.byte_units import (
    Item,
    Unit,
    alone,
    begins,
    mark_lost,
    pair_units,
    utf8_units,
)
from union_corpus.repairs.code_tables import LOST_BYTE, Channel, channels, encoder, single_bytes
from union_corpus.repairs.dropped_backslashes import find_dropped_backslashes
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
# What pairs of characters speak against by so many nats is not looked at again.
_KEPT, _BEAM, _FAR = 10, 16, 6.0

# Printed decoded characters are told in edits of about this length, so that a figure leads back to its own bytes.
_EDIT_LENGTH = 8


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
    return _with_slips(edits, find_dropped_backslashes(text))


def _with_slips(edits: list[Edit], slips: list[Edit]) -> list[Edit]:
    """All edits in order; a slip that touches what was read again already is left out."""
    if not slips:
        return edits
    starts = [edit.start for edit in edits]
    apart = []
    for slip in slips:
        after = bisect_left(starts, slip.start)
        if (after == 0 or edits[after - 1].end <= slip.start) and (after == len(edits) or slip.end <= starts[after]):
            apart.append(slip)
    return sorted([*edits, *apart], key=lambda edit: edit.start)


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
    Runs of characters that single-byte tables show for high bytes; a little ASCII, or a figure, may stand between them.

    >>> _high_letters().search("工会å·¥ä¼š2009")[0]
    'å·¥ä¼š2009'
    """
    shown = {
        char
        for codec in ("latin-1", "cp1252", "cp1250", "cp1254", "cp437", "mac_roman")
        for char in single_bytes(codec)
    }
    letters = "".join(sorted(char for char in shown if not char.isascii()))
    return re.compile(
        rf"[{re.escape(letters)}](?:(?:[\x20-\x7e]{{0,3}}|[0-9.,%\x20-]{{4,12}})[{re.escape(letters)}\ufffd])+[\x21-\x7e]*"
    )


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
    rarity = alone(model)[model.ids(text)]
    if len(rarity) < 4:
        return []
    found: list[tuple[int, int]] = []
    for width, limit in _WINDOWS:
        sums = np.convolve(rarity, np.ones(width), "valid") if len(rarity) >= width else np.zeros(0)
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
                if channel.meant == "utf-8" and _is_exact(text[low:high], found[1]):
                    break
        if best is not None:
            break
    if best is None:
        return []
    return [
        Edit(piece.start, text[piece.start : piece.end], piece.meant, piece.confidence)
        for piece in _merged(best[1], text)
        if text[piece.start : piece.end] != piece.meant
    ]


def _is_exact(shown: str, pieces: Sequence[_Piece]) -> bool:
    """True where no sign was left over or guessed: chance does not make UTF-8 of so many bytes."""
    covered = sum(piece.end - piece.start for piece in pieces)
    return len(shown) >= _PROVEN and covered == len(shown) and all(piece.confidence == 1.0 for piece in pieces)


# So many characters that all turn out to be UTF-8 need no other reading.
_PROVEN = 12

# A long stretch is tried on this many characters from its middle before it is read whole.
_PROBE = 240


def _likely(text: str, start: int, end: int, layers: int) -> list[Channel]:
    """
    The channels that can have shown this stretch; for a long one only the best of those that make sense of a part.

    Where no part of a long stretch reads well in any channel it is no mojibake, and is not tried whole.
    """
    if end - start <= _PROBE:
        return _possible(text[start:end])
    gains: dict[Channel, float] = {}
    for share in (0.5, 0.0, 1.0, 0.25, 0.75):
        low = start + int(share * (end - start - _PROBE))
        for channel in _possible(text[low : low + _PROBE]):
            found = _undone(text, low, low + _PROBE, channel, layers)
            if found is not None:
                gains[channel] = gains.get(channel, 0.0) + found[0]
        if gains:
            break
    return sorted(gains, key=lambda channel: -gains[channel])[:1]


def _possible(sample: str) -> list[Channel]:
    """The channels whose table can have shown most of these characters."""
    signs = [char for char in sample if not char.isascii()]
    return [
        channel for channel in channels() if sum(char in encoder(channel.shown) for char in signs) >= 0.6 * len(signs)
    ]


def _grown(text: str, start: int, end: int, channel: Channel, floor: int) -> tuple[int, int]:
    """The stretch with its surroundings: what is clean among them is left out again by the gain it would not bring."""
    if channel.is_single:
        return max(start, floor), end
    low, high = max(start - _REACH, floor), min(end + _REACH, len(text))
    # To the ends of its lines, where they are near.
    line_start = text.rfind("\n", max(low - 2 * _REACH, floor), start) + 1
    line_end = text.find("\n", end, high + 2 * _REACH)
    if not line_start and low - 2 * _REACH <= floor:
        line_start = floor
    if line_end < 0 and high + 2 * _REACH >= len(text):
        line_end = len(text)
    return min(low, line_start) if line_start >= floor and line_start else low, max(high, line_end)


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
    first, last, gain = _most_gain(pieces, meant, shown, text, low, model)
    chosen = pieces[first:last]
    if not chosen:
        return None
    # What could not be read again says nothing about the rest.
    judged = [piece for piece in chosen if piece.meant != text[piece.start : piece.end] or "\ufffd" not in piece.meant]
    text_meant = "".join(piece.meant for piece in judged)
    length = len(text_meant)
    han = sum(not char.isascii() for char in text_meant)
    # Two characters can come out of any letters by chance; the shorter the stretch, the better it must read.
    good = _EXACT if channel.meant == "utf-8" else _GOOD if han >= 4 else _GOOD + 2.0
    if not channel.is_single and han * 3 < length:
        # A few letters of another language among ASCII, as é is also a sign of GBK.
        return None
    if _mostly_lost("".join(text[piece.start : piece.end] for piece in judged)):
        return None
    if han < 2 or model.score(text_meant) < good * length or gain < _GAIN * length + 6.0:
        return None
    return gain, chosen


def _mostly_lost(shown: str) -> bool:
    """True where so little is left that a reading would be invented."""
    return shown.count("\ufffd") * 5 > len(shown) * 4


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


# Damage seldom begins or ends inside a line: this is what it must cost to take in the rest of one.
_TO_LINE_END, _REST = 8.0, 6


def _most_gain(
    pieces: Sequence[_Piece], meant: str, shown: str, text: str, low: int, model: Model
) -> tuple[int, int, float]:
    """The run of pieces that gains most by being read again, to the ends of its lines: first, last + 1, gain in nats."""
    import numpy as np

    before = np.concatenate(([0.0], np.cumsum(model.scores(shown))))
    after = np.concatenate(([0.0], np.cumsum(model.scores(meant))))
    best = (0, 0, 0.0)
    begin, total, place = 0, 0.0, 0
    gains: list[float] = []
    for at, piece in enumerate(pieces):
        new = after[place + len(piece.meant)] - after[place]
        old = before[piece.end - low] - before[piece.start - low]
        place += len(piece.meant)
        gains.append(float(new - old))
        total += gains[-1]
        if total <= 0:
            begin, total = at + 1, 0.0
        elif total > best[2]:
            best = (begin, at + 1, total)
    first, last, gain = best
    if last:
        left = _rest_of_line(pieces[:first][::-1], gains[:first][::-1], text, backwards=True)
        right = _rest_of_line(pieces[last:], gains[last:], text, backwards=False)
        first, last = first - left, last + right
    return first, last, gain


def _rest_of_line(pieces: Sequence[_Piece], gains: Sequence[float], text: str, *, backwards: bool) -> int:
    """How many pieces more there are to the end of the line, where they are few and all can be read again."""
    cost = 0.0
    for count, (piece, gain) in enumerate(zip(pieces[:_REST], gains, strict=False)):
        if text[piece.start] in "\r\n":
            return count
        if piece.meant == text[piece.start : piece.end] and not piece.meant.isascii():
            return 0
        cost -= gain
        if cost > _TO_LINE_END:
            return 0
        beyond = text[piece.start - 1 : piece.start] if backwards else text[piece.end : piece.end + 1]
        if beyond in ("", "\n", "\r"):
            return count + 1
    return 0


def _pieces(text: str, low: int, high: int, channel: Channel, model: Model) -> list[_Piece]:
    """The stretch as pieces that begin and end with a character both as shown and as meant."""
    shown_for = encoder(channel.shown)
    pieces: list[_Piece] = []
    items: list[Item] = []
    owners: list[int] = []

    def flush() -> None:
        if items:
            mark_lost(items, channel)
            read = utf8_units if channel.meant == "utf-8" else pair_units
            units = read(items, channel)
            pieces.extend(_aligned(text, units, owners, model))
            items.clear()
            owners.clear()

    for place in range(low, high):
        data = shown_for.get(text[place])
        if data is None:
            flush()
            pieces.append(_Piece(place, place + 1, text[place], 1.0))
            continue
        if data == _LONE_EURO and channel.shown == "gbk" and _lacks_one(items) and _goes_on(text, place + 1, shown_for):
            data = _PAIRED_EURO
        items.extend(data)
        owners.extend([place] * len(data))
    flush()
    return pieces


# Windows shows the lone byte 80 as the euro sign; GB 18030 has it at A2 E3, where a UTF-8 character ends and one begins.
_LONE_EURO, _PAIRED_EURO = (0x80,), (0xA2, 0xE3)


def _goes_on(text: str, place: int, shown_for: Mapping[str, tuple[int, ...]]) -> bool:
    """True where what stands at ``place`` goes on a UTF-8 character that began before."""
    following = shown_for.get(text[place : place + 1], (0,))[0]
    return following == LOST_BYTE or 0x80 <= following < 0xC0


def _lacks_one(items: Sequence[Item]) -> bool:
    """True where the last three-byte character has all but its last byte."""
    tail = items[-2:]
    return len(tail) == 2 and isinstance(tail[0], int) and 0xE0 <= tail[0] < 0xF0 and not begins(tail[1])


def _aligned(text: str, units: Sequence[Unit], owners: Sequence[int], model: Model) -> Iterator[_Piece]:
    """Pieces from units: joined until both sides end with a whole character; as they stand where a byte fits nowhere."""
    choices = _chosen(units, model)
    _with_eaten_digits(units, choices, text[owners[-1] + 1 : owners[-1] + 2])
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


# What stands behind a figure, or goes on one: before it a ? may have eaten a digit.
_COUNTED = frozenset(
    "0123456789０１２３４５６７８９.．,，%％多余余万亿千百十元户家个人名位件条份次场期项所处篇周年月日号届倍岁吨米亩公里台套座间辆"
)
# Behind these a line ends more often than a figure without a measure begins.
_ENDS = frozenset("。；！？：")


def _with_eaten_digits(units: Sequence[Unit], choices: list[tuple[str, float]], behind: str) -> None:
    """Where a ? may have eaten a digit it goes back into the text, so that the number is seen to be unusable."""
    for at, unit in enumerate(units):
        meant, sure = choices[at]
        if len(unit.alternatives) < 2 or meant.endswith("?"):
            continue
        with_digit = [string for string in unit.alternatives if string.endswith("?") and len(string) > 1]
        follows = choices[at + 1][0][:1] if at + 1 < len(units) and units[at + 1].alternatives else behind
        if not with_digit or follows not in _COUNTED or not follows:
            continue
        if meant[-1] == "\n" and meant[-2:-1] in _ENDS and ord(follows) > 0x2FFF and follows not in "，．％":
            continue
        choices[at] = (meant[:-1] + "?" if meant[:-1] + "?" in with_digit else with_digit[0]), sure


def _chosen(units: Sequence[Unit], model: Model) -> list[tuple[str, float]]:
    """The alternative of each unit and its chance; units with several are decided together with those near them."""
    keep = model.order - 1
    fixed = [unit.alternatives[0] if len(unit.alternatives) == 1 else None for unit in units]
    result = [(string or "", 1.0) for string in fixed]
    plain = _in_one_script(units, model)
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
                near = slots[max(offset - _NEAR, 0) : offset + _NEAR + 1]
                doubt = (sum(len(slot) > 1 for slot in near) - (len(slots[offset]) > 1)) / (2 * _NEAR)
                sure = _tempered(reading.posteriors[offset][choice], doubt)
                result[at + offset] = (slots[offset][choice][0], sure)
        at = end
    return result


# The model is too sure of a choice whose neighbours are choices too. How much was fitted on official lines that the
# figures of tests/quality/mojibake.py leave out: weights of a logistic curve for the log odds that the model gives, for
# those times the share of neighbours in doubt, and for that share. Unlikely readings were cut off, so none is certain.
_NEAR, _LEAST_DOUBT = 4, 1e-3
_TRUST, _TRUST_IN_DOUBT, _DOUBT = 0.82, -0.24, -1.75


def _tempered(chance: float, doubt: float) -> float:
    """
    The chance that a choice is right, given the chance by the model and the share of its neighbours in doubt.

    >>> _tempered(0.9, 0.0) > _tempered(0.9, 1.0)
    True
    """
    bounded = min(max(chance, _LEAST_DOUBT), 1 - _LEAST_DOUBT)
    odds = log(bounded / (1 - bounded))
    return 1 / (1 + exp(-(odds * (_TRUST + _TRUST_IN_DOUBT * doubt) + _DOUBT * doubt)))


# A reading in the other script than the certain characters around it.
_OTHER_SCRIPT = -4.0


def _in_one_script(units: Sequence[Unit], model: Model) -> Sequence[Unit]:
    """
    The units with something against the script that the certain characters are not written in.

    The model counts a traditional character as its simplified form, so it cannot tell them apart.
    """
    sure = [unit.alternatives[0] for unit in units if len(unit.alternatives) == 1 and unit.alternatives[0] > "\u2fff"]
    is_traditional = sum(char in model.folded for char in sure) * 20 > len(sure)
    other = _simplified_only(model) if is_traditional else model.folded.keys()
    return [
        unit
        if len(unit.alternatives) < 2
        else Unit(
            unit.start,
            unit.end,
            unit.alternatives,
            {
                string: unit.priors.get(string, 0.0) + (0.0 if other.isdisjoint(string) else _OTHER_SCRIPT)
                for string in unit.alternatives
            },
        )
        for unit in units
    ]


@cache
def _simplified_only(model: Model) -> frozenset[str]:
    """Simplified characters that Big5 does not have, so that traditional text does not use them."""
    return frozenset(char for char in model.folded.values() if not char.encode("cp950", "ignore"))


def _slots(units: Sequence[Unit], history: str, model: Model) -> list[list[tuple[str, float]]]:
    """Slots of a lattice; of many alternatives only the likeliest stay, by pairs of characters over all readings."""
    slots = [[(string, unit.priors.get(string, 0.0)) for string in unit.alternatives] for unit in units]
    if max(map(len, slots)) < 4:
        return slots
    import numpy as np

    pairs = _pair_log_probs(model)
    first, last, inner = [], [], []
    for slot in slots:
        lengths = np.array([len(string) for string, _ in slot])
        numbers = _numbers("".join(string for string, _ in slot), model)
        ends = np.cumsum(lengths)
        within = np.zeros(len(numbers))
        within[1:] = pairs[numbers[:-1], numbers[1:]]
        within[ends - lengths] = 0.0
        first.append(numbers[ends - lengths])
        last.append(numbers[ends - 1])
        inner.append(np.add.reduceat(within, ends - lengths) + np.array([prior for _, prior in slot]))
    start = pairs[_numbers(history[-1:] or "\n", model)][:, first[0]][0] + inner[0]
    forward = [start]
    for at in range(1, len(slots)):
        reached = forward[-1][:, None] + pairs[np.ix_(last[at - 1], first[at])]
        forward.append(_log_sum(reached) + inner[at])
    backward = np.zeros(len(slots[-1]))
    narrow: list[list[tuple[str, float]]] = []
    for at in range(len(slots) - 1, -1, -1):
        if at + 1 < len(slots):
            onward = pairs[np.ix_(last[at], first[at + 1])] + (inner[at + 1] + backward)[None, :]
            backward = _log_sum(onward.T)
        slot = slots[at]
        if len(slot) > 1:
            worth = forward[at] + backward
            order = np.argsort(-worth, kind="stable")[:_KEPT]
            slot = [slot[int(place)] for place in order if worth[place] > worth[order[0]] - _FAR]
        narrow.append(slot)
    return narrow[::-1]


def _log_sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    top = values.max(axis=0)
    return top + np.log(np.exp(values - top).sum(axis=0))


# Pairs are looked up in a square of the most frequent characters; all others share one row and one column.
_FREQUENT, _RARE = 3600, -15.0


@cache
def _pair_log_probs(model: Model) -> NDArray[np.float32]:
    """Log probability of a frequent character (column) after another (row)."""
    import numpy as np

    trie = model.parts[0][1]
    place = _places(model)
    kept = np.flatnonzero(place < _FREQUENT)
    grid = np.full((_FREQUENT + 1, _FREQUENT + 1), _RARE, dtype=np.float32)
    alone_ = trie.log_probs[0][kept]
    grid[np.ix_(place[kept], place[kept])] = alone_[None, :] + trie.backoffs[0][kept][:, None]
    grid[_FREQUENT, place[kept]] = alone_
    history, char = trie.keys[1] // trie.size, trie.keys[1] % trie.size
    both = (place[history] < _FREQUENT) & (place[char] < _FREQUENT)
    grid[place[history[both]], place[char[both]]] = trie.log_probs[1][both]
    return grid


@cache
def _places(model: Model) -> NDArray[np.int64]:
    """Character number → row of the square of pairs."""
    import numpy as np

    rarity = model.parts[0][1].log_probs[0]
    place = np.full(len(rarity), _FREQUENT, dtype=np.int64)
    order = np.argsort(-rarity, kind="stable")[:_FREQUENT]
    place[order] = np.arange(len(order))
    return place


def _numbers(chars: str, model: Model) -> NDArray[np.int64]:
    return _places(model)[model.ids(chars)]


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
