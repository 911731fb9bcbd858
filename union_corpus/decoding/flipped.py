"""Characters that make sense with one bit flipped: where they stand, what they may have been, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import inf, log
from typing import TYPE_CHECKING, Any

from union_corpus.decoding.costs import cost_table
from union_corpus.decoding.flips import ENCODINGS, TOP, neighbours
from union_corpus.decoding.lines import (
    Line,
    character_numbers,
    is_near_a_letter,
    one_of_a_kind,
    traditional_forms,
)
from union_corpus.dictionaries import jieba_words
from union_corpus.documents import Region

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

# Natural logs. By how much another character must be likelier to be weighed: by coarse costs, then beside its neighbours.
ROUGH_GAIN, PAIR_GAIN = 2.5, 2.0
# What a character counts for that the text itself holds elsewhere: such a share of the chance goes by the text.
OWN_SHARE = 0.1
# By how much the character and the three behind it must be likelier with one bit flipped. Characters outside the
# everyday sets of the encodings are hardly ever meant; usual signs (< and ［ and most half-width ones are none) are set by habit, numerals
# and 年 or 月 stand before and behind anything, and what stands alone between signs, as in 疗(休)养, has no neighbours to
# be judged by.
NEEDED, NEEDED_OF_RARE, NEEDED_OF_FREE = 10.0, 8.0, 13.5
SIGNS = frozenset("、。，；：？！“”‘’（）［］【】《》〈〉〔〕「」『』—…·－-,.;:?!\"'()[]<>{}/|_~*+=")
FREE = (SIGNS - frozenset("<>{}［］〈〉;!?\"'=+()")) | frozenset("〇零一二三四五六七八九十百千万亿两年月日时")
# So much more where the character that stands there is part of a word, so much less where the other would be. In
# 166,000 characters of union reports that the model has not read, undamaged, that leaves 砼项目 in UTF-8.
IN_A_WORD, OTHER_IN_A_WORD = 5.0, 2.0
# So much less where the other stands beside one of its neighbours elsewhere in the text, and where brackets and quotation
# marks pair with it that do not with the one that stands there, so far around.
ELSEWHERE, PAIRED = 1.0, 5.0
CLOSED_BY = dict(zip("（(［[【《〈〔「『“‘", "）)］]】》〉〕」』”’", strict=True))
BRACKETS = frozenset((*CLOSED_BY, *CLOSED_BY.values()))
BRACKET_REACH = 300
# A text as a whole may have one damage that nothing else tells of: so much more for each e times the usual length, since
# a longer one has more sound characters to look odd. Damage seldom comes alone: each place that is damage for sure,
# this much above what is needed, counts as so many texts that may have one.
OF_LENGTH, USUAL_TEXT, SHORT_TEXT = 0.7, 700, 100
OF_DAMAGE, MOST_ALLOWED = 22.0, 4.0
SURE = 4.0
LONGEST_WORD = 4
# Bits that a character may cost that is thought to have stood there.
DEAREST = 17.0
# How many suspects are looked at in one go.
AT_ONCE = 20_000


def find_flipped(line: Line, regions: tuple[Region, ...], *, lost: int) -> list[tuple[int, str]]:
    """
    Where in the text a flipped bit explains a character, in order, and what the character was then.

    ``lost`` says in how many places the text is known to have lost bytes.
    """
    likelier = list(_likelier(line, regions))
    damage = lost + sum(1 for _ in _above(line, likelier, SURE))
    chances = max(len(line.codes), SHORT_TEXT) / USUAL_TEXT
    return list(_above(line, likelier, max(OF_LENGTH * log(chances / (1 + OF_DAMAGE * damage)), -MOST_ALLOWED)))


def _above(line: Line, likelier: list[tuple[Numbers, Numbers, Numbers]], bar: float) -> Iterator[tuple[int, str]]:
    """Places in the text, in order, that a flipped bit makes likelier by so much more than is needed, and what it makes."""
    import numpy as np

    for at, codes, gains in likelier:
        own = np.minimum(line.codes[at], TOP)
        needed = _needed(line.traditional)[own]
        most = gains - needed + OTHER_IN_A_WORD + ELSEWHERE + PAIRED * (_brackets()[own] | _brackets()[codes])
        some = most > bar
        for number, code, gain, need in zip(*(part[some].tolist() for part in (at, codes, gains, needed)), strict=True):
            if _surplus(line, number, chr(code), gain, need) > bar:
                yield int(line.places[number]), chr(code)


def _surplus(line: Line, at: int, char: str, gain: float, need: float) -> float:
    """By how much more than is needed a character makes this place of the line likelier."""
    text, place = line.text, int(line.places[at])
    stands = text[place]
    if is_near_a_letter(text, place) or line.times_beside(at, stands) > 1:
        return -inf
    if SIGNS.issuperset(text[max(0, place - 1) : place + 2 : 2]):
        need = NEEDED_OF_FREE
    words = OTHER_IN_A_WORD * _in_a_word(line, at, char) - IN_A_WORD * _in_a_word(line, at, stands)
    elsewhere = ELSEWHERE * (line.times_beside(at, char) > 0)
    return gain - need + words + elsewhere + PAIRED * _pairs_more(text, place, char)


def _pairs_more(text: str, place: int, char: str) -> int:
    """1 where the brackets around a place pair better with this character, -1 where worse."""
    if BRACKETS.isdisjoint(text[place] + char):
        return 0
    before, behind = text[max(0, place - BRACKET_REACH) : place], text[place + 1 : place + BRACKET_REACH]
    gain = _without_partner(before + text[place] + behind) - _without_partner(before + char + behind)
    return (gain > 0) - (gain < 0)


def _without_partner(text: str) -> int:
    """How many brackets and quotation marks of a text have no partner."""
    waiting: list[str] = []
    alone = 0
    for sign in filter(BRACKETS.__contains__, text):
        if sign in CLOSED_BY:
            waiting.append(CLOSED_BY[sign])
        elif waiting and waiting[-1] == sign:
            waiting.pop()
        else:
            alone += 1
    return alone + len(waiting)


@cache
def _brackets() -> Numbers:
    import numpy as np

    table = np.zeros(TOP + 1, bool)
    table[[ord(sign) for sign in BRACKETS]] = True
    return table


@cache
def _needed(traditional: bool) -> Numbers:
    """By how much another reading must be likelier, by the code point that stands there."""
    import numpy as np

    table = np.full(TOP + 1, NEEDED_OF_RARE)
    table[:0x80] = NEEDED
    for encoding, last in (("gb2312", 0xFFFF), *([("big5", 0xC67E)] if traditional else [])):
        for code in range(0xA100, last):
            char = code.to_bytes(2, "big").decode(encoding, "ignore")
            if len(char) == 1:
                table[ord(char)] = NEEDED
    table[[ord(char) for char in FREE]] = NEEDED_OF_FREE
    return table


def _in_a_word(line: Line, at: int, char: str) -> bool:
    """True where a word of jieba's dictionary runs over a place of the line if this character stands there."""
    reach = LONGEST_WORD - 1
    before, behind = line.simplified(at - reach, at), line.simplified(at + 1, at + 1 + reach)
    text = before + line.folded.get(char, char) + behind
    words, place = jieba_words(), len(before)
    return any(
        text[start : start + length] in words
        for length in range(2, LONGEST_WORD + 1)
        for start in range(max(0, place - length + 1), min(place, len(text) - length) + 1)
    )


def _likelier(line: Line, regions: tuple[Region, ...]) -> Iterator[tuple[Numbers, Numbers, Numbers]]:
    """
    Places in the line where a flipped bit makes the text likelier, the code point it makes, and by how much.

    One place once, with the likeliest of its readings; many at a time, in order.
    """
    import numpy as np

    found = line.suspects()
    for first in range(0, len(found), AT_ONCE):
        at, codes, ids = _likelier_beside(line, found[first : first + AT_ONCE], regions)
        if not len(at):
            continue
        own = line.codes[at]
        both = line.likelihoods(np.append(at, at), np.append(ids, line.own_ids(at)))
        reading, standing = both[: len(at)], both[len(at) :]
        with np.errstate(divide="ignore"):
            elsewhere = np.log(OWN_SHARE * (line.counts[np.minimum(own, TOP)] - 1) / len(line.codes))
        standing[:, 0] = np.maximum(standing[:, 0], elsewhere)
        gains = reading.sum(axis=1) - standing.sum(axis=1) + one_of_a_kind(codes) - one_of_a_kind(own)
        gains += line.habits(codes, of_others=0) - line.habits(own, of_others=1)
        order = np.lexsort((-codes, gains, at))
        of_place = np.append(at[order], -1)
        best = order[of_place[1:] != of_place[:-1]]
        yield at[best], codes[best], gains[best]


def _likelier_beside(line: Line, places: Numbers, regions: tuple[Region, ...]) -> tuple[Numbers, Numbers, Numbers]:
    """What fits better beside the neighbours of places: places in the line, code points, character numbers."""
    import numpy as np

    owner, codes = _one_bit_off(line, places, regions)
    at, ids = places[owner], character_numbers(codes)
    fits = line.steps_beside(at, ids) < line.steps_beside(places, line.own_ids(places))[owner]
    at, codes, ids = at[fits], codes[fits], ids[fits]
    kinds = one_of_a_kind(codes) - one_of_a_kind(line.codes[at])
    for likely, least in ((line.roughly, ROUGH_GAIN), (line.beside, PAIR_GAIN)):
        # Both readings in one call, which takes half the time of two.
        reading, standing = np.split(likely(np.append(at, at), np.append(ids, line.own_ids(at))), 2)
        fits = reading - standing + kinds > least
        at, codes, ids, kinds = at[fits], codes[fits], ids[fits], kinds[fits]
    return at, codes, ids


def _one_bit_off(line: Line, places: Numbers, regions: tuple[Region, ...]) -> tuple[Numbers, Numbers]:
    """What a flipped bit may have made the characters at some places of: numbers of the places, and code points."""
    import numpy as np

    written = _may_be_written(line.traditional)
    starts = np.array([region.start for region in regions])
    region_of = np.searchsorted(starts, line.places[places], side="right") - 1
    names = ["cp950" if region.encoding == "big5hkscs" else region.encoding for region in regions]
    encodings = np.array([ENCODINGS.index(name) if name in ENCODINGS else -1 for name in names])
    owners, codes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for number, encoding in enumerate(ENCODINGS):
        some = np.flatnonzero(encodings[region_of] == number)
        if len(some):
            others = neighbours(line.codes[places[some]], encoding)
            rows, columns = np.nonzero(written[np.minimum(others, TOP)])
            owners.append(some[rows])
            codes.append(others[rows, columns])
    return np.concatenate(owners), np.concatenate(codes)


@cache
def _may_be_written(traditional: bool) -> Numbers:
    """
    By code point, whether a text as this one is likely to hold it: the common characters of its script.

    The model takes traditional forms for their simplified ones: in a simplified text they are no likelier reading.
    """
    common = cost_table()[: TOP + 1] < DEAREST
    common[-1] = False  # no code point at all
    return common if traditional else common & ~traditional_forms()
