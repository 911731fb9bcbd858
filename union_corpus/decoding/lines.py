"""
A text as the language model sees it when characters are weighed one by one: without blanks, as numbers, with places.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from union_corpus.decoding.costs import TABLE_SIZE, cost_table
from union_corpus.decoding.flips import TOP
from union_corpus.decoding.hypotheses import code_points

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

# What pairs of characters cost, as a hashed table of so many bits' worth of places.
PLACES_BITS = 23
MULTIPLIER = 0x9E3779B97F4A7C15 - (1 << 64)
# Characters of context on either side; texts the model does not know are not searched.
CONTEXT = 3
MOST_SUSPECTS, SUSPECT_SHARE = 50, 0.05
# Natural log. Beside its neighbours a character must be this unlikely to be looked at.
PAIR_SUSPICIOUS = -13.0
# What a character costs behind another, in coarse steps: one more from each of these on (natural logs turned about).
# Pairs that the model does not know count as the dearest. Only where the costs on both sides add up to the dearest can
# a character be suspicious.
STEPS = (4.5, 6.5, 8.5)
# One step more costs what stands for many to the model: letters, and rare signs that it has not seen, of which a text may
# hold some hundred; ☃ is one of them.
KIND_STEP, UNSEEN_SIGNS, RARE_BITS = 3.0, 100, 16.0
UNSEEN_SIGN = ord("☃")
DEAREST = len(STEPS)
# Texts that hold so many traditional forms are traditional.
TRADITIONAL_SHARE = 0.02
# A form feed begins a page.
BLANKS = " \t\r\n\f\u3000\xa0"


class Line:
    """A text without its blanks, as the model sees it: code points, character numbers, places in the text."""

    def __init__(self, text: str) -> None:
        import numpy as np

        from union_corpus.language_model import load_model

        model = load_model()
        self.text = text
        self.trie = model.parts[0][1]
        self.folded = model.folded
        codes = code_points(text)
        self.places = np.flatnonzero(~_blank()[codes])
        self.codes = codes[self.places].astype(np.int64)
        # Nothing is known of what stands before and behind: there a line ends.
        around = model.ids("\n" * CONTEXT)
        self.ids = np.concatenate([around, model.ids(text)[self.places], around])
        costs = _coarse_costs(self.trie.size, self.ids[CONTEXT - 1 : -CONTEXT], self.ids[CONTEXT : 1 - CONTEXT])
        self.kinds = one_of_a_kind(self.codes)
        self.coarse = costs[:-1] + costs[1:] + (self.kinds < -KIND_STEP)
        forms = np.count_nonzero(traditional_forms()[np.minimum(self.codes, TOP)])
        self.traditional = bool(forms > TRADITIONAL_SHARE * len(self.codes))

    def strange(self) -> Numbers:
        """Characters that the model has hardly seen after the one before nor before the one behind."""
        import numpy as np

        return np.flatnonzero(self.coarse >= 2 * DEAREST)

    def suspects(self) -> tuple[Numbers, Numbers]:
        """Characters that are unlikely beside their neighbours, and how unlikely."""
        import numpy as np

        found = np.flatnonzero(self.coarse >= DEAREST)
        likely = self.beside(found, self.ids[found + CONTEXT]) + self.kinds[found]
        unlikely = likely < PAIR_SUSPICIOUS
        return found[unlikely], likely[unlikely]

    def beside(self, at: Numbers, ids: Numbers) -> Numbers:
        """How likely characters are behind the one before these places, and the one behind after them."""
        before, behind = self.ids[at + CONTEXT - 1], self.ids[at + CONTEXT + 1]
        return self.trie.pair_log_probs(before, ids) + self.trie.pair_log_probs(ids, behind)

    def likelihoods(self, at: Numbers, ids: Numbers) -> Numbers:
        """How likely characters at these places are, and each of the three behind them: four columns."""
        import numpy as np

        rows = self.ids[at[:, None] + np.arange(2 * CONTEXT + 1)]
        rows[:, CONTEXT] = ids
        grams = [rows[:, first : first + CONTEXT + 1] for first in range(CONTEXT + 1)]
        return self.trie.last_log_probs(np.concatenate(grams)).reshape(CONTEXT + 1, -1).T

    def own_ids(self, at: Numbers) -> Numbers:
        """The character numbers of these places."""
        return self.ids[at + CONTEXT]

    def least_costs(self, at: Numbers, ids: Numbers) -> Numbers:
        """What characters at these places cost at least, behind the one before and with the one behind (a natural log)."""
        import numpy as np

        least = np.array([0.0, *STEPS])
        before, behind = self.ids[at + CONTEXT - 1], self.ids[at + CONTEXT + 1]
        size = self.trie.size
        return least[_coarse_costs(size, before, ids)] + least[_coarse_costs(size, ids, behind)]

    def stands_twice(self, at: int) -> bool:
        """True where the character stands beside one of its neighbours elsewhere too: a name, and no accident."""
        import numpy as np

        codes = self.codes[max(at - 1, 0) : at + 2]
        pairs = codes[:-1] * TABLE_SIZE + codes[1:]
        first, last = (np.searchsorted(self._sorted_pairs, pairs, side=side) for side in ("left", "right"))
        return bool((last - first > 1).any())

    @cached_property
    def counts(self) -> Numbers:
        """How often each code point up to TOP stands in the text; those from there on count as one."""
        import numpy as np

        return np.bincount(np.minimum(self.codes, TOP), minlength=TOP + 1)

    def simplified(self, start: int, end: int) -> str:
        """A stretch of the line in simplified characters; places before the line begins are left out."""
        codes = self.codes[max(start, 0) : max(end, 0)]
        text = codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
        return "".join(self.folded.get(char, char) for char in text)

    @cached_property
    def _sorted_pairs(self) -> Numbers:
        import numpy as np

        return np.sort(self.codes[:-1] * TABLE_SIZE + self.codes[1:])

    def unknown(self) -> bool:
        """True for a text that the model does not know: damaged throughout, or not Chinese."""
        strange = len(self.strange())
        return strange > MOST_SUSPECTS and strange > SUSPECT_SHARE * len(self.text)


def one_of_a_kind(codes: Numbers) -> Numbers:
    """The chance, as a natural log, of this very sign among those that are one to the model: digits, letters, rare signs."""
    import numpy as np

    return _kinds()[np.minimum(codes, TOP)]


@cache
def _kinds() -> Numbers:
    import numpy as np

    table = np.zeros(TOP + 1)
    numbers = character_numbers(np.arange(TOP + 1))
    unseen = numbers == numbers[UNSEEN_SIGN]
    table[unseen & (cost_table()[: TOP + 1] > RARE_BITS)] = -np.log(UNSEEN_SIGNS)
    for first, last in ("09", "AZ", "az"):
        for shift in (0, 0xFEE0):
            table[ord(first) + shift : ord(last) + shift + 1] = -np.log(ord(last) - ord(first) + 1)
    return table


@cache
def traditional_forms() -> Numbers:
    """By code point, whether it is a traditional form."""
    import numpy as np

    from union_corpus.language_model import load_model

    table = np.zeros(TOP + 1, bool)
    table[[ord(char) for char in load_model().folded if char < chr(TOP)]] = True
    return table


@cache
def _blank() -> Numbers:
    import numpy as np

    table = np.zeros(TABLE_SIZE, bool)
    table[[ord(char) for char in BLANKS]] = True
    return table


@cache
def _coarse_table() -> Numbers:
    """The hashed table, four places a byte, so that it stays in the processor's cache."""
    import numpy as np

    from union_corpus.language_model import load_model

    trie = load_model().parts[0][1]
    table = np.full(1 << PLACES_BITS, DEAREST, np.uint8)
    np.minimum.at(table, _places(trie.keys[1]), np.searchsorted(STEPS, -trie.log_probs[1]).astype(np.uint8))
    fours = table.reshape(-1, 4)
    return fours[:, 0] | fours[:, 1] << 2 | fours[:, 2] << 4 | fours[:, 3] << 6


def _coarse_costs(size: int, first: Numbers, second: Numbers) -> Numbers:
    """What each second character costs behind its first, in steps; one unknown pair in twenty gets another's cost."""
    places = _places(first * size + second)
    return _coarse_table()[places >> 2] >> ((places & 3) << 1).astype("u1") & 3


def _places(pairs: Numbers) -> Numbers:
    import numpy as np

    with np.errstate(over="ignore"):
        return (pairs * np.int64(MULTIPLIER) >> np.int64(20)) & np.int64((1 << PLACES_BITS) - 1)


def character_numbers(codes: Numbers) -> Numbers:
    """Character numbers of the model for code points."""
    from union_corpus.language_model import load_model

    return load_model().ids(codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass"))


# Basic Latin to Latin Extended-B.
LATIN, LAST_LATIN = re.compile("[A-Za-zÀ-ɏ]"), "\u024f"


def is_beside_a_letter(text: str, place: int) -> bool:
    """
    True for a Latin character with a Latin letter before or behind it, of which a model of Chinese cannot judge.

    So stand the characters of foreign words, of masks and of readings.

    >>> is_beside_a_letter("xx-x同志", 2), is_beside_a_letter("開(kāi)展", 3), is_beside_a_letter("20q6年", 2)
    (True, True, False)
    """
    return text[place] <= LAST_LATIN and bool(LATIN.search(text[max(0, place - 1) : place + 2 : 2]))
