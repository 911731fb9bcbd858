"""
Readings that a web page printed inside the words: 學(xué)習(xí)工會(huì)法.

A scraper writes them after the characters that a conversion between simplified and traditional changed, and after no
others. A dictionary, a textbook or a note on pronunciation prints readings too, but after whatever character needs
one. So the readings themselves tell whether they are damage, and a text whose readings do not is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import comb
from typing import NamedTuple
from unicodedata import normalize

from union_corpus.documents import Edit
from union_corpus.lexicon import table

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿếề"
# Letters with a mark put on afterwards, or with a breve where a caron is meant, are read as the usual ones.
_BREVES = "ăĕĭŏŭ"
LETTERS = f"a-züê{_TONED}{_BREVES}\u0300\u0301\u0304\u0306\u0308\u030c"
_BLANK = "[ \u00a0\u3000]?"

# The readings printed behind a character: (huì) or (huì ) or (ti)(ti)(ti). The search is quick because it begins with a sign.
_BEHIND_SIGN = rf"{_BLANK}[{LETTERS}]{{1,8}}{_BLANK}[)）]"
_PRINTED = re.compile(rf"[(（]{_BEHIND_SIGN}(?:[(（]{_BEHIND_SIGN})*")
_BASE = re.compile(f"[{HAN}]")
_READING = re.compile(rf"[{LETTERS}]+")
_TONE_MARK = re.compile(rf"[{_TONED}]")
_CARONS = str.maketrans(_BREVES, "ǎěǐǒǔ")

# A third to two fifths of the characters of running text are ones that conversion changes (counted on official
# reports: 38 % of the traditional text, 36 % of the simplified), so notes on pronunciation fall on them about as often.
_CHANGED_SHARE = 0.4
# How rarely ordinary notes on pronunciation may look like a scraper's by chance.
_CHANCE = {"traditional": 0.01, "simplified": 0.002}


@dataclass(frozen=True)
class Readings:
    """The pinyin table: ``characters[reading]``, and for a character its readings and whether conversion changes it."""

    characters: Mapping[str, str]
    of: Mapping[str, frozenset[str]]
    toneless: Mapping[str, frozenset[str]]
    usual: Mapping[str, str]
    traditional: frozenset[str]
    simplified: frozenset[str]


_PLAIN = str.maketrans(
    "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿếề",
    "aaaaeeeeiiiioooouuuuüüüünnnmêê",
)


@cache
def readings() -> Readings:
    """The pinyin table of the package, read once."""
    characters: dict[str, str] = {}
    of: dict[str, set[str]] = {}
    usual: dict[str, str] = {}
    traditional: set[str] = set()
    simplified: set[str] = set()
    for row in table("readings"):
        found = row["traditional"] + row["simplified"] + row["shared"]
        characters[row["reading"]] = found
        for character in found:
            of.setdefault(character, set()).add(row["reading"])
        for character in set(found).difference(row["unusual"]):
            usual[character] = row["reading"]
        traditional.update(row["traditional"])
        simplified.update(row["simplified"])
    return Readings(
        characters=characters,
        of={character: frozenset(known) for character, known in of.items()},
        toneless={character: frozenset(r.translate(_PLAIN) for r in known) for character, known in of.items()},
        usual=usual,
        traditional=frozenset(traditional),
        simplified=frozenset(simplified),
    )


def usual_form(reading: str) -> str:
    """A reading with its marks as the table has them: one letter each, carons and no breves."""
    return reading if reading.isascii() else normalize("NFC", reading).translate(_CARONS)


def has_tone(reading: str) -> bool:
    """Whether a reading carries a tone mark; neutral syllables and English words do not."""
    return bool(_TONE_MARK.search(reading))


class _Printed(NamedTuple):
    """The readings behind one character: where the brackets stand, and how far they fit the character."""

    base: str
    start: int
    end: int
    syllables: tuple[str, ...]
    fits: bool  # all are readings of the character, with their tones
    fits_toneless: bool  # all are readings of the character, none with a tone
    toned: bool  # all are Chinese syllables with a tone
    inside: bool  # another Han character stands next to the character


def find_inline_pinyin(text: str) -> list[Edit]:
    """
    Find readings printed inside the words; each edit removes the brackets behind one character.

    Most readings must stand after characters that the conversion between simplified and traditional changes, more
    often than notes on pronunciation would by chance; where they are few, every occurrence must have one. Readings without
    tones are removed only where they are printed over and over, as in 提(ti)(ti)(ti)案(an)(an).

    >>> find_inline_pinyin("工會(huì)工作")
    [Edit(start=2, before='(huì)', after='', confidence=0.6)]
    >>> find_inline_pinyin("职代会(ZDH)于2019年(试行)召开,重(zhòng)要的是P值(p<0.05)")
    []
    >>> find_inline_pinyin("學(xué)而(ér)時(shí)習(xí)之(zhī),不(bù)亦(yì)說(yuè)乎(hū)")
    []
    """
    if "(" not in text and "（" not in text:
        return []
    printed = _find_printed(text)
    if not printed:
        return []
    sure = _toned_confidence(text, [p for p in printed if p.fits])
    # No note on pronunciation repeats itself: two readings printed twice, or one printed three times, are proof.
    repeated = sum(len(p.syllables) - 1 for p in printed if len(set(p.syllables)) == 1 and (p.fits_toneless or p.fits))
    toneless = 0.9 if repeated >= 2 or (repeated and sure) else 0.0
    if repeated >= 2:
        sure = max(sure, 0.95)
    edits = []
    for p in printed:
        if p.fits:
            confidence = sure
        elif p.fits_toneless:
            confidence = toneless if len(p.syllables) == 1 else max(toneless, 0.95 if toneless else 0.0)
        else:
            # A reading of another character: of a rarer pronunciation, or of a character a later conversion changed.
            confidence = sure * 0.9 if p.toned and sure > 0.9 else 0.0
        if confidence:
            edits.append(Edit(p.start, text[p.start : p.end], "", confidence))
    return edits


def _find_printed(text: str) -> list[_Printed]:
    found = []
    for match in _PRINTED.finditer(text):
        start, end = match.span()
        base = text[start - 1 : start]
        if not _BASE.match(base):
            continue
        fit = _fit(base, match.group())
        if fit is None:
            continue
        before = text[start - 2 : start - 1]
        inside = _is_han(before) or before == ")" or _is_han(text[end : end + 1])
        found.append(_Printed(base, start, end, *fit, inside))
    return found


@lru_cache(maxsize=20_000)
def _fit(base: str, brackets: str) -> tuple[tuple[str, ...], bool, bool, bool] | None:
    """The syllables in brackets and how far they fit a character, as ``_Printed`` has them; None where one is none."""
    known = readings()
    syllables = tuple(usual_form(reading) for reading in _READING.findall(brackets))
    if not all(syllable in known.characters or syllable in _toneless_syllables() for syllable in syllables):
        return None
    return (
        syllables,
        all(has_tone(s) and s in known.of.get(base, ()) for s in syllables),
        all(s in known.toneless.get(base, ()) for s in syllables),
        all(has_tone(s) and s in known.characters for s in syllables),
    )


@cache
def _toneless_syllables() -> frozenset[str]:
    return frozenset(reading.translate(_PLAIN) for reading in readings().characters)


def _is_han(character: str) -> bool:
    return bool(character) and ("\u3400" <= character <= "\u9fff" or character >= "\U00020000")


def _toned_confidence(text: str, fitting: list[_Printed]) -> float:
    """How sure the readings that fit their characters are a scraper's and not notes on pronunciation; 0 is no."""
    if not fitting or sum(p.inside for p in fitting) < 0.6 * len(fitting):
        return 0.0
    known = readings()
    count = len(fitting)
    on_traditional = sum(p.base in known.traditional for p in fitting)
    on_changed = sum(p.base in known.traditional or p.base in known.simplified for p in fitting)
    if on_traditional >= 0.85 * count and _chance(on_traditional, count) < _CHANCE["traditional"]:
        return 0.99
    if on_changed >= 0.85 * count and _chance(on_changed, count) < _CHANCE["simplified"]:
        return 0.99
    # Few readings: then all must stand on changed characters, behind every occurrence of those they stand behind.
    if on_changed < count:
        return 0.0
    if on_traditional == count:
        # One in three may be without: those that a byte slip cut are mended, and have lost theirs.
        behind = {p.base for p in fitting}
        if sum(c in behind for c in text) > count + count // 3:
            return 0.0
        if count >= 3:
            return 0.9
        usual = all(known.usual[p.base] == p.syllables[0] for p in fitting)
        return 0.6 if usual and sum(map(_is_han, text)) >= count + 2 else 0.0
    # In simplified text notes on pronunciation are common, so no changed character may be without a reading, but for
    # those that have none with a tone (们).
    occurrences = sum((c in known.traditional or c in known.simplified) and has_tone(known.usual[c]) for c in text)
    unchanged = sum(map(_is_han, text)) - occurrences
    return 0.9 if count >= 3 and occurrences == count and unchanged >= 2 else 0.0


def _chance(hits: int, count: int) -> float:
    """The chance of at least so many hits in so many draws, if readings fell on characters at random."""
    if count > 200:  # at a share of 0.85 and more this is far below any bound
        return 0.0
    share = _CHANGED_SHARE
    return sum(comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(hits, count + 1))
