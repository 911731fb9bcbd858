"""
Mojibake: stretches that were read with the wrong code table, read again with the right one.

A channel says which table a stretch was written in and which it was read with (``lexicon/channels.tsv``). Going back
is exact where every byte survived. Where bytes were lost, the ones around them leave few characters possible, and the
language model chooses among those: the edit then carries the chance that it chose right.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from union_corpus.documents import Edit, Problem
from union_corpus.language_model import load_model
from union_corpus.repairs.choices import Search, searched
from union_corpus.repairs.code_tables import FALLBACK, Channel, channels, encoder
from union_corpus.repairs.dropped_backslashes import find_dropped_backslashes
from union_corpus.repairs.first_looks import may_be_meant
from union_corpus.repairs.rereading import Behind, Piece, look_behind, promise, read_again
from union_corpus.repairs.suspicious_stretches import suspicious_stretches
from union_corpus.repairs.utf16 import halves_joined
from union_corpus.repairs.utf16_bytes import find_utf16_bytes

if TYPE_CHECKING:
    from union_corpus.language_model import Model

# A stretch is tried with so many characters on either side.
_REACH = 12

# What decoded text must reach per character (in context) to be believed, and by how much it must beat the text as it
# stands. Official reports score -2, the worst clean window of the real files -9, garbled text -14.
_GOOD, _GAIN = -6.5, 3.0

# UTF-8 proves itself: bytes of another encoding seldom form whole characters of it, so a name may be rare.
_EXACT = -9.0

# Printed decoded characters are told in edits of about this length, so that a figure leads back to its own bytes.
_EDIT_LENGTH = 8


def find_mojibake(text: str) -> list[Edit]:
    """
    Find stretches that were read with the wrong code table, in one or two layers.

    Each stretch is judged by itself: often only part of a document is garbled, from some page on.

    >>> find_mojibake("工会å·¥ä¼šå·¥ä½œæ€»ç»“")
    [Edit(start=2, before='å·¥ä¼šå·¥ä½œæ€»ç»“', after='工会工作总结')]
    >>> find_mojibake("Café à Zürich, 100 °C – naïve façade; 鐨是一个罕见的字。")
    []
    """
    found: list[Edit] = []
    for edits in _of_stretches(text, suspicious_stretches(text)):
        # What two stretches reach into is read with the first.
        done = found[-1].end if found else 0
        found += (edit for edit in edits if edit.start >= done)
    edits = list(_merged(found))
    edits = _with_others(find_utf16_bytes(text), edits)
    return _with_others(edits, find_dropped_backslashes(text, edits))


def _with_others(edits: list[Edit], others: list[Edit]) -> list[Edit]:
    """All edits in order; another that touches what was read again already is left out."""
    if not others or not edits:
        return others or edits
    starts = [edit.start for edit in edits]
    apart = []
    for other in others:
        after = bisect_left(starts, other.start)
        if (after == 0 or edits[after - 1].end <= other.start) and (after == len(edits) or other.end <= starts[after]):
            apart.append(other)
    return sorted([*edits, *apart], key=lambda edit: edit.start)


# No stretch is read with more of the text around it.
_SEEN = 48

# What stays in doubt is asked for again in every round of repairs: so many stretches are remembered, unless they are
# longer than that.
_MOST_KEPT, _LONGEST_KEPT = 20_000, 2_000

# A text with all that is seen of a stretch, and where in it the stretch stands.
_Window = tuple[str, int, int]
# What was found, for as long as the model lives that it was read with.
_kept: WeakKeyDictionary[Model, dict[_Window, list[Edit]]] = WeakKeyDictionary()


def _of_stretches(text: str, stretches: Iterable[tuple[int, int]]) -> Iterator[list[Edit]]:
    """The edits of each stretch; all that were not read before are read side by side."""
    model = load_model()
    kept = _kept.setdefault(model, {})
    lows, windows = [], list[_Window]()
    for start, end in stretches:
        low = max(start - _SEEN, 0)
        lows.append(low)
        windows.append((text[low : end + _SEEN], start - low, end - low))
    known = [kept.get(window) for window in windows]
    unread = list(dict.fromkeys(window for window, edits in zip(windows, known, strict=True) if edits is None))
    found = dict(zip(unread, searched([_read(*window) for window in unread], model), strict=True))
    for low, window, edits in zip(lows, windows, known, strict=True):
        for_window = found[window] if edits is None else edits
        yield [Edit(low + edit.start, edit.before, edit.after, edit.confidence) for edit in for_window]
    if len(kept) + len(found) > _MOST_KEPT:
        kept.clear()
    kept.update((window, edits) for window, edits in found.items() if len(window[0]) <= _LONGEST_KEPT)


def _read(text: str, start: int, end: int) -> Search[list[Edit]]:
    return (yield from _mended(text, start, end, 0)) or halves_joined(text, start, end)


# -- one stretch -----------------------------------------------------------------------------------------------------


def _mended(text: str, start: int, end: int, floor: int) -> Search[list[Edit]]:
    """The edits of a stretch beyond ``floor``: by the channel that makes most sense of it, by others in what is left."""
    pieces = yield from _read_best(text, start, end, floor)
    if not pieces:
        return []
    low, high = pieces[0].start, pieces[-1].end
    edits = yield from _mended_again(text, max(start, floor), low, floor)
    edits += (_edit(text, piece) for piece in pieces if text[piece.start : piece.end] != piece.meant)
    return edits + (yield from _mended_again(text, high, end, high))


# What stands for something nobody knows.
_UNTOLD = "?\ufffd"


def _edit(text: str, piece: Piece) -> Edit:
    """A piece as an edit of what it tells: what nobody knows at its ends stays as it stands."""
    start, end, meant = piece.start, piece.end, piece.meant
    while meant and meant[0] in _UNTOLD and text[start] == meant[0]:
        start, meant = start + 1, meant[1:]
    while meant and meant[-1] in _UNTOLD and text[end - 1] == meant[-1]:
        end, meant = end - 1, meant[:-1]
    return Edit(start, text[start:end], meant, piece.confidence)


# What one channel leaves of a stretch is tried with the others where it is that long.
_LEFT_OVER = 8


def _mended_again(text: str, low: int, high: int, floor: int) -> Search[list[Edit]]:
    edits: list[Edit] = []
    if high - low >= _LEFT_OVER:
        for start, end in suspicious_stretches(text[low:high]):
            edits += yield from _mended(
                text[:high], low + start, low + end, max(floor, edits[-1].end if edits else low)
            )
    return edits


def _read_best(text: str, start: int, end: int, floor: int) -> Search[list[Piece]]:
    """A stretch read through the channel that makes most sense of it, in one layer or two; nothing where none does."""
    for layers in (1, 2):
        likely = yield from _likely(text, start, end, layers)
        spans = {channel: _grown(text, max(start, floor), max(end, floor), channel, floor) for channel in likely}
        found = yield from _tried(text, spans, _looked_behind(text, start, end, spans), layers)
        if found:
            return max(found.values(), key=_by_gain)[1]
    return []


# What a channel makes of a stretch: by how much it reads better, and the pieces.
_Made = tuple[float, list[Piece]]


def _by_gain(made: _Made) -> float:
    return made[0]


# What a stretch may be in a channel, and how much that promises.
_Looked = Mapping[Channel, tuple["Behind | None", float]]

# What promises so much less than another reading that makes sense is not tried, nor what promises so little: of 1,376
# stretches that a channel made sense of 9 did, of 2,431 readings that made none 1,800.
_FAR_LESS, _LEAST_PROMISED = 3.0, -15.0


def _looked_behind(text: str, start: int, end: int, spans: Mapping[Channel, tuple[int, int]]) -> _Looked:
    model = load_model()
    behind = {channel: look_behind(text, *span, channel) for channel, span in spans.items()}
    return {channel: (found, promise(text, start, end, found, model)) for channel, found in behind.items()}


def _tried(
    text: str, spans: Mapping[Channel, tuple[int, int]], looked: _Looked, layers: int
) -> Search[dict[Channel, _Made]]:
    """
    The channels that make sense of a stretch and what they make of it, the most promising first.

    Where another layer lies under this one, what promises little may be right all the same.
    """
    made: dict[Channel, _Made] = {}
    kept = -inf
    for channel in sorted(spans, key=lambda channel: -looked[channel][1]) if layers == 1 else spans:
        behind, promised = looked[channel]
        least = max(kept - _FAR_LESS, _LEAST_PROMISED)
        if layers == 1 and behind is not None and promised < least:
            continue
        low, high = spans[channel]
        found = yield from _undone(text, low, high, channel, behind, layers)
        if found is None:
            continue
        kept = max(kept, promised)
        is_best = all(found[0] > gain for gain, _ in made.values())
        made[channel] = found
        if is_best and channel.meant == "utf-8" and _is_exact(text[low:high], found[1]):
            break
    return made


# What is certain in a stretch that was garbled is about as likely as in any report; then it need not be read to know.
_CERTAIN = -12.5


def _clear(looked: _Looked) -> Channel | None:
    """The channel that promises a reading where all others promise far less, if there is one."""
    ranked = sorted(looked, key=lambda channel: -looked[channel][1])
    best, *others = [looked[channel][1] for channel in ranked] or [-inf]
    if best < _CERTAIN or any(behind is None for behind, _ in looked.values()):
        return None
    return ranked[0] if all(other < best - _FAR_LESS for other in others) else None


def _is_exact(shown: str, pieces: Sequence[Piece]) -> bool:
    """True where no sign was left over or guessed: chance does not make UTF-8 of so many bytes."""
    covered = sum(piece.end - piece.start for piece in pieces)
    return len(shown) >= _PROVEN and covered == len(shown) and all(piece.confidence == 1.0 for piece in pieces)


# So many characters that all turn out to be UTF-8 need no other reading.
_PROVEN = 12

# A long stretch is tried on this many characters from its middle before it is read whole.
_PROBE = 240


def _likely(text: str, start: int, end: int, layers: int) -> Search[list[Channel]]:
    """
    The channels that can have shown this stretch; for a long one only the best of those that make sense of a part.

    Where no part of a long stretch reads well in any channel it is no mojibake, and is not tried whole.
    """
    if end - start <= _PROBE:
        return _possible(text[start:end], layers)
    for share in (0.5, 0.0, 1.0, 0.25, 0.75):
        low = start + int(share * (end - start - _PROBE))
        spans = dict.fromkeys(_possible(text[low : low + _PROBE], layers), (low, low + _PROBE))
        looked = _looked_behind(text, low, low + _PROBE, spans)
        if layers == 1 and (clear := _clear(looked)):
            return [clear]
        found = yield from _tried(text, spans, looked, layers)
        if found:
            return [max(found, key=lambda channel: found[channel][0])]
    return []


def _possible(sample: str, layers: int) -> list[Channel]:
    """
    The channels whose table can have shown most of these characters, and that a second layer can lie under, if asked.

    ASCII is what it is, but a ? may be all that is left.
    """
    signs = [char for char in sample if not char.isascii() and char != "\ufffd"]
    if not signs and "?" not in sample:
        return []
    return [
        channel
        for channel in channels()
        if (layers == 1 or channel.is_single)
        and sum(char in encoder(channel.shown) for char in signs) >= 0.6 * len(signs)
        # Where every sign stands for one byte no reader fell back on bytes.
        and not (channel.shown == FALLBACK and all(char in encoder("cp1252") for char in signs))
        and (channel.is_single or may_be_meant(sample, channel))
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


def _undone(
    text: str, low: int, high: int, channel: Channel, behind: Behind | None, layers: int
) -> Search[_Made | None]:
    """What a stretch was under one channel, and how much better that reads; None where it does not read well."""
    model = load_model()
    pieces = yield from read_again(text, low, high, channel, behind, model)
    if not any(len(piece.meant) < piece.end - piece.start or not piece.meant.isascii() for piece in pieces):
        return None
    shown = text[low:high]
    meant = "".join(piece.meant for piece in pieces)
    if layers > 1:
        inner = yield from _second_layer(meant)
        if inner:
            through = list(_through(pieces, inner, meant))
            return model.score("".join(piece.meant for piece in through)) - model.score(shown), through
    chosen, gain = _gaining(pieces, meant, shown, text, model)
    if not chosen:
        return None
    # What could not be read again says nothing about the rest.
    judged = [piece for piece in chosen if piece.meant != text[piece.start : piece.end] or "\ufffd" not in piece.meant]
    text_meant = _FIGURES.sub(" ", "".join(piece.meant for piece in judged).replace("\ufffd", ""))
    length = len(text_meant)
    han = sum("\u3400" <= char <= "\u9fff" for char in text_meant)
    # Two characters can come out of any letters by chance; the shorter the stretch, the better it must read.
    good = _EXACT if channel.meant == "utf-8" else _GOOD + (2.0 if han < 4 else -min(0.15 * (han - 4), 1.2))
    if not channel.is_single and han * 3 < length:
        # A few letters of another language among ASCII, as é is also a sign of GBK.
        return None
    changed = [shown for piece in judged if (shown := text[piece.start : piece.end]) != piece.meant]
    if _mostly_lost(changed, channel):
        return None
    if han < 2 or model.score(text_meant) < good * length or gain < _GAIN * length + 6.0:
        return None
    return gain, chosen


# A row of figures says nothing about the words beside it.
_FIGURES = re.compile(r"[\x20-\x7e]{4,}")


def _mostly_lost(changed: Iterable[str], channel: Channel) -> bool:
    """True where so little is left of what would change that a reading would be invented."""
    signs = [char for string in changed for char in string if not char.isascii()]
    n_lost = signs.count("\ufffd")
    # Islands that an earlier repair left among clean characters prove no channel.
    return n_lost > _MOST_LOST[channel.meant == "utf-8"] * len(signs) or 0 < n_lost > len(signs) - _LEAST_LEFT


# Of the signs so many may stand for lost bytes; in UTF-8 the lead bytes still tell where characters begin.
_MOST_LOST = {True: 0.8, False: 0.6}
# Where bytes were lost, so many signs must be left.
_LEAST_LEFT = 4


def _second_layer(meant: str) -> Search[list[Piece]]:
    """What a text that comes out of one channel was before another, which may have lost bytes; nothing if no other fits."""
    if next(suspicious_stretches(meant), None) is None:
        return []
    spans = dict.fromkeys(_possible(meant, 1), (0, len(meant)))
    found = yield from _tried(meant, spans, _looked_behind(meant, 0, len(meant), spans), 1)
    return max(found.values(), key=_by_gain)[1] if found else []


def _through(outer: Sequence[Piece], inner: Sequence[Piece], meant: str) -> Iterator[Piece]:
    """What is shown as pieces through both layers; ``inner`` are pieces of ``meant``, which the outer ones tell."""
    waiting = deque(inner)
    start, sure, parts = outer[0].start, 1.0, list[str]()
    told = reached = 0
    for piece in outer:
        reached += len(piece.meant)
        sure = min(sure, piece.confidence)
        while waiting and waiting[0].end <= reached:
            within = waiting.popleft()
            parts += [meant[told : within.start], within.meant]
            told, sure = within.end, min(sure, within.confidence)
        if waiting and waiting[0].start < reached:
            # An inner piece goes on.
            continue
        yield Piece(start, piece.end, "".join([*parts, meant[told:reached]]), sure)
        start, sure, parts, told = piece.end, 1.0, [], reached


# What must be gained besides for damage to begin or end in a place: it seldom does inside a line or between tags.
_AT_LINE_END, _INSIDE_LINE = 3.0, 10.0
_BORDERS = frozenset(("", "\n", "\r", "<", ">"))


def _gaining(pieces: Sequence[Piece], meant: str, shown: str, text: str, model: Model) -> tuple[list[Piece], float]:
    """The pieces that gain by being read again, in runs from one line end to another where that fits, and the gain."""
    import numpy as np

    low = pieces[0].start
    before = np.concatenate(([0.0], np.cumsum(model.scores(shown))))
    after = np.concatenate(([0.0], np.cumsum(model.scores(meant))))
    places = np.cumsum([0, *(len(piece.meant) for piece in pieces)])
    starts = [piece.start - low for piece in (*pieces, Piece(pieces[-1].end, pieces[-1].end, "", 1.0))]
    gains = np.diff(after[places]) - np.diff(before[starts])
    # The best way to leave pieces as they are (first number) or to read them again (second), up to each place.
    left, read = 0.0, -_border_cost(text, pieces[0].start)
    came_from: list[tuple[bool, bool]] = []
    for piece, gain in zip(pieces, gains.tolist(), strict=True):
        border = _border_cost(text, piece.start)
        begins, ends = left - border > read, read - border > left
        came_from.append((ends, not begins))
        left, read = max(left, read - border), max(read, left - border) + gain
    is_read = read - _border_cost(text, pieces[-1].end) > left
    chosen: list[Piece] = []
    gain = 0.0
    for at in range(len(pieces) - 1, -1, -1):
        if is_read:
            chosen.append(pieces[at])
            gain += float(gains[at])
        is_read = came_from[at][is_read]
    return chosen[::-1], gain


def _border_cost(text: str, place: int) -> float:
    """What speaks against damage that begins or ends in a place."""
    beside = text[max(place - 1, 0) : place], text[place : place + 1]
    return _AT_LINE_END if any(char in _BORDERS for char in beside) else _INSIDE_LINE


def _merged(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Neighbouring sure edits as one of a few characters; a doubtful one stays alone, so that it can be left out."""
    waiting: Edit | None = None
    for edit in edits:
        if (
            waiting is not None
            and waiting.end == edit.start
            and min(waiting.confidence, edit.confidence) > 0.99
            and len(waiting.after) < _EDIT_LENGTH
        ):
            sure = min(waiting.confidence, edit.confidence)
            waiting = Edit(waiting.start, waiting.before + edit.before, waiting.after + edit.after, sure)
            continue
        if waiting is not None:
            yield waiting
        waiting = edit
    if waiting is not None:
        yield waiting


# -- what nobody can repair ------------------------------------------------------------------------------------------------

# 锟斤拷 is UTF-8's replacement sign read as GBK; 烫 and 屯 in rows are memory that was never written.
_LOST = re.compile(
    r"(?:锟斤拷|锟斤|斤拷){1,400}|\ufffd+|烫烫烫+|屯屯屯+|(?<=[\u4e00-\u9fff，。、])\?{3,}(?=[\u4e00-\u9fff，。、])"
)
_LOST_HINTS = ("锟斤", "斤拷", "\ufffd", "烫烫烫", "屯屯屯", "???")


def find_lost_text(text: str) -> list[Problem]:
    """
    Stretches of which nothing is left: 锟斤拷, replacement signs, rows of question marks. Marked, never filled.

    >>> [problem.text for problem in find_lost_text("全年锟斤拷锟斤拷慰问276户")]
    ['锟斤拷锟斤拷']
    """
    if not any(hint in text for hint in _LOST_HINTS):
        return []
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
