"""Characters that make sense with one bit flipped: where they stand, what they may have been, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import log1p
from typing import TYPE_CHECKING, Any

from union_corpus.decoding.costs import cost_table
from union_corpus.decoding.flips import ENCODINGS, TOP, neighbours
from union_corpus.decoding.lines import (
    STEPS,
    Line,
    character_numbers,
    is_beside_a_letter,
    one_of_a_kind,
    traditional_forms,
)
from union_corpus.dictionaries import jieba_words
from union_corpus.documents import Region

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

# Natural logs. By how much another character must be likelier beside its two neighbours to be weighed with more.
PAIR_GAIN = 4.0
# What a character counts for that the text itself holds elsewhere: such a share of the chance goes by the text.
OWN_SHARE = 0.1
# By how much the character and the three behind it must be likelier with one bit flipped. Characters outside the
# everyday sets of the encodings are hardly ever meant; usual signs (< and ［ are none) are set by habit, numerals
# and 年 or 月 stand before and behind anything, and what stands alone between signs, as in 疗(休)养, has no neighbours to
# be judged by.
NEEDED, NEEDED_OF_RARE, NEEDED_OF_FREE = 10.0, 6.5, 13.5
SIGNS = frozenset("、。，；：？！“”‘’（）［］【】《》〈〉〔〕「」『』—…·－-,.;:?!\"'()[]<>{}/|_~*+=")
FREE = (SIGNS - frozenset("<>{}［］〈〉")) | frozenset("〇零一二三四五六七八九十百千万亿两年月日时")
# So much more where the character that stands there is part of a word, so much less where the other would be. In
# 166,000 characters of union reports that the model has not read, undamaged, that leaves 砼项目 in UTF-8.
IN_A_WORD, OTHER_IN_A_WORD = 5.0, 2.0
# Damage seldom comes alone: so much less for each e times as much damage as there may be in a clean text, which is one
# place in so many characters; never by more than this. Places this much above what is needed are damage for sure.
STEEPNESS, CLEAN, MOST_ALLOWED = 1.7, 4000, 4.0
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
    allowed = min(STEEPNESS * log1p(CLEAN * damage / len(line.codes)), MOST_ALLOWED)
    return list(_above(line, likelier, -allowed))


def _above(line: Line, likelier: list[tuple[Numbers, Numbers, Numbers]], bar: float) -> Iterator[tuple[int, str]]:
    """Places in the text, in order, that a flipped bit makes likelier by so much more than is needed, and what it makes."""
    import numpy as np

    for all_at, all_codes, gains in likelier:
        needed = _needed(line.traditional)[np.minimum(line.codes[all_at], TOP)]
        some = gains - needed + OTHER_IN_A_WORD > bar
        found = zip(*(part[some].tolist() for part in (all_at, all_codes, gains, needed)), strict=True)
        for at, code, gain, need in found:
            place, char = int(line.places[at]), chr(code)
            if is_beside_a_letter(line.text, place):
                continue
            alone = SIGNS.issuperset(line.text[max(0, place - 1) : place + 2 : 2])
            surplus = gain - (NEEDED_OF_FREE if alone else need)
            surplus -= IN_A_WORD * _in_a_word(line, at, line.text[place])
            surplus += OTHER_IN_A_WORD * _in_a_word(line, at, char)
            if surplus > bar and not line.stands_twice(at):
                yield place, char


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

    found, likely = line.suspects()
    for first in range(0, len(found), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        at, codes, ids = _likelier_beside(line, found[some], likely[some], regions)
        if not len(at):
            continue
        own = line.codes[at]
        both = line.likelihoods(np.append(at, at), np.append(ids, line.own_ids(at)))
        reading, standing = both[: len(at)], both[len(at) :]
        with np.errstate(divide="ignore"):
            elsewhere = np.log(OWN_SHARE * (line.counts[np.minimum(own, TOP)] - 1) / len(line.codes))
        standing[:, 0] = np.maximum(standing[:, 0], elsewhere)
        gains = reading.sum(axis=1) - standing.sum(axis=1) + one_of_a_kind(codes) - one_of_a_kind(own)
        order = np.lexsort((-codes, gains, at))
        last = order[np.append(at[order][1:] != at[order][:-1], True)]
        yield at[last], codes[last], gains[last]


def _likelier_beside(
    line: Line, places: Numbers, likely: Numbers, regions: tuple[Region, ...]
) -> tuple[Numbers, Numbers, Numbers]:
    """What is likelier beside the neighbours of places: places in the line, code points, character numbers."""
    import numpy as np

    owner, codes = _one_bit_off(line, places, regions)
    fits = _may_be_written(line.traditional)[np.minimum(codes, TOP)]
    owner, codes = owner[fits], codes[fits]
    at, ids = places[owner], character_numbers(codes)
    fits = line.least_costs(at, ids) < np.minimum(-likely[owner] - PAIR_GAIN, 2 * STEPS[-1])
    owner, codes, at, ids = owner[fits], codes[fits], at[fits], ids[fits]
    fits = line.beside(at, ids) - likely[owner] > PAIR_GAIN
    return at[fits], codes[fits], ids[fits]


def _one_bit_off(line: Line, places: Numbers, regions: tuple[Region, ...]) -> tuple[Numbers, Numbers]:
    """What a flipped bit may have made the characters at some places of: numbers of the places, and code points."""
    import numpy as np

    starts = np.array([region.start for region in regions])
    region_of = np.searchsorted(starts, line.places[places], side="right") - 1
    names = ["cp950" if region.encoding == "big5hkscs" else region.encoding for region in regions]
    encodings = np.array([ENCODINGS.index(name) if name in ENCODINGS else -1 for name in names])
    owners, codes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for number, encoding in enumerate(ENCODINGS):
        some = np.flatnonzero(encodings[region_of] == number)
        if len(some):
            others = neighbours(line.codes[places[some]], encoding)
            rows, columns = np.nonzero(others >= 0)
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
    return common if traditional else common & ~traditional_forms()
