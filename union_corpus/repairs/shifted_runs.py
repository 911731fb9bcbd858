"""
Where a run read one byte off may stand, and what its bytes spell when they are read one byte later.

Behind a lost byte the second byte of every character is read together with the first of the next one. The bytes come
into step again at a sign of the ASCII range that was a second byte (``letter``: 拈_ is 的 and the lead of 展), at a
character whose own second byte is such a sign (``inner``), or at a U+FFFD or a ? for the byte left over (``cut``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from union_corpus.language_model import load_model
from union_corpus.repairs import gbk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What a character is to the first look, as bits.
_ODD, _CUT, _LETTER, _HAN, _TRAILS_LETTER, _TRADITIONAL = 1, 2, 4, 8, 16, 32
# A character that rare in reports is odd; clean text has some six of them in a thousand, a run read one byte off two
# in three.
_RARE = -10.8
# Odd characters no farther apart than this are looked at together.
_NEAR = 4
# A run may begin so many characters before its first odd one, and is followed so far.
_BEFORE, _LONGEST = 8, 600
_LAST_CODE = 0xFFFF


class Shifted(NamedTuple):
    """
    A run that may be one byte off: it begins at one of the characters ``first`` to ``end``, which is its last.

    ``spelled`` has for each character from ``first`` on what its last byte spells with the first of the next one, for
    ``end`` itself what is left behind the last of these; ``cut`` is the byte left over before a U+FFFD or a ?, else 0.
    """

    first: int
    end: int
    spelled: tuple[str, ...]
    cut: int


@cache
def _kinds() -> NDArray[np.uint8]:
    """What each code of the first plane is to the first look."""
    import numpy as np

    known = {char: data for char, data in byte_pairs().items() if len(data) == 2}
    chars = "".join(known)
    model = load_model()
    kinds = np.zeros(0x10000, dtype=np.uint8)
    rare = model.parts[0][1].log_probs[0][model.ids(chars)] < _RARE
    for char, odd in zip(chars, rare.tolist(), strict=True):
        # Letters with tone marks stand in readings, and seldom in runs.
        odd = odd and char > "\u024f"
        kinds[ord(char)] = _HAN | (_ODD if odd else 0) | (_TRAILS_LETTER if known[char][1] < 0x80 else 0)
    kinds[[ord(char) for char in model.folded if char in known]] |= _TRADITIONAL
    kinds[0x40:0x7F] = _LETTER
    kinds[0xFFFD] = _ODD | _CUT
    kinds[ord("?")] = _CUT
    return kinds


def odd_places(text: str) -> tuple[list[tuple[int, int]], bool]:
    """
    Stretches ``start:end`` of a text whose characters are rare in themselves, and whether the text is traditional.

    In traditional text a letter between two characters may be all there is of a run (l放 was 發放).
    """
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _kinds()[np.minimum(codes, _LAST_CODE)]
    odd = kinds & _ODD
    traditional = 8 * np.count_nonzero(kinds & _TRADITIONAL) > np.count_nonzero(kinds & _HAN)
    if traditional:
        letters = np.flatnonzero((kinds[:-1] == _LETTER) & ((kinds[1:] & _HAN) > 0))
        odd[[at for at in letters.tolist() if kinds[at - 1] & _ODD or may_begin(text, at)]] = _ODD
    places = _may_end(np.flatnonzero(odd), kinds)
    if not len(places):
        return [], bool(traditional)
    lines = np.searchsorted(np.flatnonzero(codes == 0x0A), places)
    apart = (np.diff(places, prepend=-2 * _NEAR) > _NEAR) | (np.diff(lines, prepend=0) > 0)
    first = np.flatnonzero(apart)
    ends = np.append(first[1:], len(places))
    alone_may_be = np.bitwise_or.reduceat(kinds[places], first) & (_CUT | _LETTER)
    kept = ((ends - first > 1) | (alone_may_be > 0)) & (places[ends - 1] - places[first] < 2 * _LONGEST)
    spans = zip(places[first[kept]].tolist(), (places[ends[kept] - 1] + 1).tolist(), strict=True)
    return list(spans), bool(traditional)


def _may_end(places: NDArray[np.int64], kinds: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Those of some places behind which the bytes can come into step before a sign that has no two bytes."""
    import numpy as np

    if not len(places):
        return places
    ends = np.append(np.flatnonzero(kinds & (_CUT | _LETTER | _TRAILS_LETTER)), len(kinds))
    breaks = np.append(np.flatnonzero(kinds == 0), len(kinds))
    return places[ends[np.searchsorted(ends, places)] < breaks[np.searchsorted(breaks, places)]]


def shifted_runs(text: str, start: int, end: int, done: int) -> Iterator[Shifted]:
    """
    The runs that may begin near an odd stretch of a text, not before ``done``: one for every end that is possible.

    >>> [run.spelled for run in shifted_runs("評優樹；顒拥拈_展", 3, 7, 3)][0]
    ('活', '動', '的', '開', '')
    """
    high = min(len(text), start + _LONGEST)
    at = max(done, start - _BEFORE)
    while at < min(end, high):
        run, at = _followed(text, at, high)
        if run is not None and run.end >= start:
            yield run


# A letter that stands between Chinese characters alone (呦呦鹿鳴 would be 线下锅Q) is less likely than a rare character.
_LATIN = re.compile("[0-9A-Za-z]")


def _followed(text: str, first: int, high: int) -> tuple[Shifted | None, int]:
    """
    The run from a character to where the bytes come into step again, and the first place behind it.

    No run where the bytes never do: no later beginning before that place would lead there either.
    """
    known, pairs = byte_pairs(), gbk.characters()
    spelled: list[str] = []
    place, data = first, known.get(text[first], b"")
    if text[first] == "\ufffd":
        return Shifted(first, first, ("",), 0), first + 1
    while len(data) == 2 and data[1] > 0x80:
        place += 1
        if place == high:
            return None, place
        if text[place] in "\ufffd?":
            return Shifted(first, place, (*spelled, ""), data[1]), place + 1
        following = known.get(text[place], b"")
        char = pairs.get((data[1], following[0]), "\ue000") if following else "\ue000"
        if "\ue000" <= char <= "\uf8ff":
            return None, place
        spelled.append(char)
        data = following
    if not data or (place == first and len(data) == 1 and not 0x40 <= data[0] < 0x7F):
        return None, place + 1
    if len(data) == 2 and not _LATIN.match(text, place + 1):
        return None, place + 1
    return Shifted(first, place, (*spelled, chr(data[1]) if len(data) == 2 else ""), 0), place + 1


# A letter that may be all there is of a character. 某X月, ~年, 20__ are masks.
_ALONE = re.compile("(?<=[0-9\u3000-\u9fff\uff00-\uffef])[@-WYZa-wyz](?=[\u3000-\u9fff\uff00-\uffef])")


def may_begin(text: str, place: int) -> bool:
    """Whether the character in a place can be what is left of one that lost a byte, and of the one behind it."""
    return text[place] != "\ufffd" if text[place] > "\x7f" else _ALONE.match(text, place) is not None


@cache
def byte_pairs() -> Mapping[str, bytes]:
    """The bytes of every character, those that only newer readers of GB 18030 show for private-use pairs too."""
    found = dict(gbk.byte_pairs())
    for pair, char in gbk.characters().items():
        if "\ue000" <= char <= "\uf8ff":
            newer = bytes(pair).decode("gb18030", "replace")
            if len(newer) == 1:
                found.setdefault(newer, bytes(pair))
    return found
