"""
Words that hold a numeral and are no number (一直, 统一, 四川), and the words that make a number of a lone numeral.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from union_corpus.cardinals import HAN_DIGITS, LARGE, SMALL, SOME_BLANKS, TENFOLD
from union_corpus.lexicon import table


class _Words(NamedTuple):
    """Protected words that share a numeral and its neighbour: (place of the numeral, word), longest first."""

    placed: tuple[tuple[int, str], ...]
    # The same by the place of the numeral, to see at once whether any of them stands in a text.
    by_place: tuple[tuple[int, tuple[str, ...]], ...]


_NONE = _Words((), ())


@cache
def _words() -> tuple[dict[str, _Words], dict[str, tuple[str, ...]]]:
    """
    Protected words that hold a numeral inside and those that open with one, by two of their characters.

    These are the numeral with the one before it or, at the start of a word, the one after it, so that a look-up meets
    a handful of words and not the thousands that hold 一.
    """
    inside: dict[str, set[tuple[int, str]]] = {}
    opening: dict[str, set[str]] = {}
    numerals = set(HAN_DIGITS + SMALL + TENFOLD + LARGE + "半几幾")
    for row in table("number_words"):
        for word in {row["word"], row["traditional"] or row["word"]}:
            for at, char in enumerate(word):
                if char in numerals and at:
                    inside.setdefault(word[at - 1 : at + 1], set()).add((at, word))
                elif char in numerals:
                    opening.setdefault(word[:2], set()).add(word)
    return (
        {key: _by_place(sorted(words, key=lambda word: (-len(word[1]), word))) for key, words in inside.items()},
        {key: tuple(sorted(words, key=lambda word: (-len(word), word))) for key, words in opening.items()},
    )


def _by_place(placed: list[tuple[int, str]]) -> _Words:
    places = sorted({at for at, _ in placed})
    return _Words(tuple(placed), tuple((at, tuple(word for place, word in placed if place == at)) for at in places))


def word_end(text: str, at: int) -> int:
    """The end of the protected word that holds the numeral at ``at``, or 0."""
    inside, opening = _words()
    end = 0
    placed, by_place = inside.get(text[at - 1 : at + 1], _NONE) if at else _NONE
    for place, those in by_place:
        if text.startswith(those, at - place):
            place, word = next(found for found in placed if text.startswith(found[1], at - found[0]))
            end = at - place + len(word)
            break
    begun = opening.get(text[at : at + 2], ())
    if text.startswith(begun, at):
        return max(end, at + len(next(word for word in begun if text.startswith(word, at))))
    return end


@cache
def _classifiers() -> tuple[frozenset[str], re.Pattern[str]]:
    """What may follow a lone 一, 零 or 半 so that it counts something: a unit, or a word of time."""
    printed = {form for row in table("units") for form in (row["printed"], row["traditional"]) if form}
    printed |= set(
        "年月日号號时時秒周季届屆级級代岁歲遍趟顿頓页頁楼樓角毛块塊里杯碗声聲句双雙打成折丈尺寸等流线線样樣大星期"
    )
    pattern = SOME_BLANKS + "(?:" + "|".join(sorted(map(re.escape, printed), key=lambda f: (-len(f), f))) + ")"
    return frozenset(" \t\u3000\u00a0").union(form[0] for form in printed), re.compile(pattern)


def unit_follows(text: str, at: int) -> bool:
    """Whether a unit or a word of time stands at ``at``, perhaps after blanks."""
    opening, pattern = _classifiers()
    return text[at : at + 1] in opening and pattern.match(text, at) is not None
