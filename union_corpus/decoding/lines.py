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

    from union_corpus.language_model import Trie

    Numbers = np.ndarray[Any, np.dtype[Any]]

# What pairs and triples of characters cost, as hashed tables of so many bits' worth of places.
PLACES_BITS = 23
MULTIPLIER = 0x9E3779B97F4A7C15 - (1 << 64)
# Characters of context on either side; texts the model does not know are not searched.
CONTEXT = 3
MOST_SUSPECTS, SUSPECT_SHARE = 50, 0.05
# Natural logs. To be looked at a character must be this unlikely together with the one behind it, and with the three
# behind it. Of the flipped bits that are told in the end 98 in 100 are, and twelve characters in 100 of sound text.
TWO_SUSPICIOUS, FOUR_SUSPICIOUS = -11.0, -14.0
# What a character costs behind another, in coarse steps: one more from each of these on (natural logs turned about), and
# so behind two others. What the model does not know counts as the dearest.
STEPS, TRIPLE_STEPS = (4.5, 6.5, 8.5), (1.5, 3.5, 6.0)
# How likely a character is by these steps, those behind two others first: means in reports that the model has not read.
# What it knows neither behind two nor behind one is as likely as by itself, less the last of all.
BY_STEPS = (
    (-0.5, -1.5, -2.7, -8.1),
    (-1.8, -2.5, -3.5, -8.8),
    (-3.2, -4.1, -4.5, -7.6),
    (-3.0, -6.0, -7.4, -1.5),
)
# Rare signs that the model has not seen are one to it, of which a text may hold some hundred; ☃ is one of them.
UNSEEN_SIGNS, RARE_BITS = 100, 16.0
UNSEEN_SIGN = ord("☃")
DEAREST = len(STEPS)
# Texts that hold so many traditional forms are traditional.
TRADITIONAL_SHARE = 0.02
# Signs that are written in two widths, half and full; what a text does with all of them counts for each as so many of it.
BOTH_WIDTHS = (",;:!?()", "，；：！？（）")
WIDTH_WEIGHT = 2.0
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
        self.pair_steps = _pair_steps(self.trie, self.ids[:-1], self.ids[1:])
        forms = np.count_nonzero(traditional_forms()[np.minimum(self.codes, TOP)])
        self.traditional = bool(forms > TRADITIONAL_SHARE * len(self.codes))

    def strange(self) -> Numbers:
        """Characters that the model has hardly seen after the one before nor before the one behind."""
        import numpy as np

        before, behind = self.pair_steps[CONTEXT - 1 : -CONTEXT], self.pair_steps[CONTEXT : 1 - CONTEXT]
        return np.flatnonzero(before + behind >= 2 * DEAREST)

    def suspects(self) -> Numbers:
        """Characters that are unlikely where they stand."""
        import numpy as np

        likely = self._coarsely(self.ids[1:-2], self.ids[2:-1], self.ids[3:], self.pair_steps[2:])
        two = likely[:-3] + likely[1:-2] + one_of_a_kind(self.codes)
        four = two + likely[2:-1] + likely[3:]
        return np.flatnonzero((two < TWO_SUSPICIOUS) & (four < FOUR_SUSPICIOUS))

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

    def steps_beside(self, at: Numbers, ids: Numbers) -> Numbers:
        """What characters at these places and the ones behind them cost after the one before each, in steps."""
        before, behind = self.ids[at + CONTEXT - 1], self.ids[at + CONTEXT + 1]
        return _pair_steps(self.trie, before, ids) + _pair_steps(self.trie, ids, behind)

    def roughly(self, at: Numbers, ids: Numbers) -> Numbers:
        """About how likely characters at these places and the two behind them are; quick for many."""
        first, before, behind, last = (self.ids[at + CONTEXT + step] for step in (-2, -1, 1, 2))
        return (
            self._coarsely(first, before, ids, _pair_steps(self.trie, before, ids))
            + self._coarsely(before, ids, behind, _pair_steps(self.trie, ids, behind))
            + self._coarsely(ids, behind, last, self.pair_steps[at + CONTEXT + 1])
        )

    def _coarsely(self, first: Numbers, second: Numbers, third: Numbers, pair_steps: Numbers) -> Numbers:
        """About how likely third characters are behind the first and second, which cost so many steps behind the second."""
        import numpy as np

        steps = _triple_steps(self.trie, first, second, third)
        by_itself = np.where(steps + pair_steps == 2 * DEAREST, self.trie.log_probs[0][third], np.float32(0))
        return _by_steps()[steps, pair_steps] + by_itself

    def times_beside(self, at: int, char: str) -> int:
        """How often the text holds a character behind the one before this place, or before the one behind it."""
        import numpy as np

        codes = self.codes[max(at - 1, 0) : at + 2].copy()
        codes[min(at, 1)] = ord(char)
        pairs = codes[:-1] * TABLE_SIZE + codes[1:]
        first, last = (np.searchsorted(self._sorted_pairs, pairs, side=side) for side in ("left", "right"))
        return int((last - first).max(initial=0))

    def habits(self, codes: Numbers, *, of_others: int) -> Numbers:
        """
        The chance, as a natural log, that this text writes a sign in this width, which is one to the model.

        ``of_others`` is 1 where the sign itself stands in the text and does not count.
        """
        import numpy as np

        codes = np.minimum(codes, TOP)
        other = _other_widths()[codes]
        share = np.where(codes < 0x80, self._half_width, 1 - self._half_width)
        same = self.counts[codes] - of_others
        chance = (same + WIDTH_WEIGHT * share) / (same + self.counts[other] + WIDTH_WEIGHT)
        return np.where(other >= 0, np.log(chance), 0.0)

    @cached_property
    def _half_width(self) -> float:
        """The share of half-width signs among those that are written in both widths."""
        half, full = (sum(int(self.counts[ord(sign)]) for sign in signs) for signs in BOTH_WIDTHS)
        return (half + 0.5) / (half + full + 1)

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
def _other_widths() -> Numbers:
    """By code point, the same sign in the other width, or -1."""
    import numpy as np

    table = np.full(TOP + 1, -1)
    half, full = (np.array([ord(sign) for sign in signs]) for signs in BOTH_WIDTHS)
    table[half], table[full] = full, half
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


def _pair_steps(trie: Trie, first: Numbers, second: Numbers) -> Numbers:
    """What each second character costs behind its first, in steps; one unknown pair in twenty gets another's cost."""
    return _in_table(_pair_table(), first * trie.size + second)


def _triple_steps(trie: Trie, first: Numbers, second: Numbers, third: Numbers) -> Numbers:
    """What each third character costs behind the two before, in steps; one unknown triple in ten gets another's cost."""
    return _in_table(_triple_table(), (first * trie.size + second) * trie.size + third)


def _in_table(table: Numbers, grams: Numbers) -> Numbers:
    places = _places(grams)
    return table[places >> 2] >> ((places & 3) << 1).astype("u1") & 3


@cache
def _by_steps() -> Numbers:
    import numpy as np

    return np.array(BY_STEPS, np.float32)


@cache
def _pair_table() -> Numbers:
    from union_corpus.language_model import load_model

    trie = load_model().parts[0][1]
    return _packed(trie.keys[1], -trie.log_probs[1], STEPS)


@cache
def _triple_table() -> Numbers:
    from union_corpus.language_model import load_model

    trie = load_model().parts[0][1]
    pair, last = trie.keys[2] // trie.size, trie.keys[2] % trie.size
    return _packed(trie.keys[1][pair] * trie.size + last, -trie.log_probs[2], TRIPLE_STEPS)


def _packed(grams: Numbers, costs: Numbers, steps: tuple[float, ...]) -> Numbers:
    """Grams and what they cost as a hashed table, four places a byte, so that it stays in the processor's cache."""
    import numpy as np

    table = np.full(1 << PLACES_BITS, DEAREST, np.uint8)
    found, places = np.searchsorted(steps, costs), _places(grams)
    # Of those that share a place the cheapest counts, which is written last.
    for step in range(DEAREST - 1, -1, -1):
        table[places[found == step]] = step
    fours = table.reshape(-1, 4)
    return fours[:, 0] | fours[:, 1] << 2 | fours[:, 2] << 4 | fours[:, 3] << 6


def _places(grams: Numbers) -> Numbers:
    import numpy as np

    return (grams * np.int64(MULTIPLIER) >> np.int64(20)) & np.int64((1 << PLACES_BITS) - 1)


def character_numbers(codes: Numbers) -> Numbers:
    """Character numbers of the model for code points."""
    from union_corpus.language_model import load_model

    return load_model().ids(codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass"))


# Basic Latin to Latin Extended-B, and how far around a letter tells that a text is no Chinese there.
LATIN, LAST_LATIN, LATIN_REACH = re.compile("[A-Za-zÀ-ɏ]"), "\u024f", 5


def is_near_a_letter(text: str, place: int) -> bool:
    """
    True for a Latin character or sign with a Latin letter near it, of which a model of Chinese cannot judge.

    So stand the characters of foreign words, of commands, of masks and of readings.

    >>> is_near_a_letter("xx-x同志", 2), is_near_a_letter("開(kāi)展", 3), is_near_a_letter("20q6年", 2)
    (True, True, False)
    """
    around = text[max(0, place - LATIN_REACH) : place] + text[place + 1 : place + 1 + LATIN_REACH]
    return text[place] <= LAST_LATIN and bool(LATIN.search(around))
