"""
A text as the language model sees it when characters are weighed one by one: without blanks, as numbers, with places.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from union_corpus.decoding.costs import TABLE_SIZE
from union_corpus.decoding.flips import TOP
from union_corpus.decoding.hypotheses import code_points

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

# The pairs of characters that the model knows, as a hashed table of so many bits' worth of places.
PLACES_BITS = 23
MULTIPLIER = 0x9E3779B97F4A7C15 - (1 << 64)
# Characters of context on either side; texts the model does not know are not searched.
CONTEXT = 3
MOST_SUSPECTS, SUSPECT_SHARE = 50, 0.05
# Natural log. Beside its neighbours a character must be this unlikely to be looked at.
PAIR_SUSPICIOUS = -13.0
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
        known = _known(self.trie.size, self.ids[CONTEXT - 1 : -CONTEXT], self.ids[CONTEXT : 1 - CONTEXT])
        self.before, self.behind = known[:-1], known[1:]
        forms = np.count_nonzero(traditional_forms()[np.minimum(self.codes, TOP)])
        self.traditional = bool(forms > TRADITIONAL_SHARE * len(self.codes))

    def strange(self) -> Numbers:
        """Characters that the model has never seen after the one before nor before the one behind."""
        import numpy as np

        return np.flatnonzero(~(self.before | self.behind))

    def suspects(self) -> tuple[Numbers, Numbers]:
        """Characters that are unlikely beside their neighbours, and how unlikely."""
        import numpy as np

        found = np.flatnonzero(~(self.before & self.behind))
        likely = self.beside(found, self.ids[found + CONTEXT])
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

    def knows(self, at: Numbers, ids: Numbers) -> Numbers:
        """Whether the model knows characters behind the one before these places, or before the one behind."""
        before, behind = self.ids[at + CONTEXT - 1], self.ids[at + CONTEXT + 1]
        return _known(self.trie.size, before, ids) | _known(self.trie.size, ids, behind)

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
def _known_pairs() -> Numbers:
    """The hashed table, eight places a byte, so that it stays in the processor's cache."""
    import numpy as np

    from union_corpus.language_model import load_model

    table = np.zeros(1 << PLACES_BITS, bool)
    table[_places(load_model().parts[0][1].keys[1])] = True
    return np.packbits(table, bitorder="little")


def _known(size: int, first: Numbers, second: Numbers) -> Numbers:
    """Whether the model knows these pairs of characters; it takes one in twenty that it does not know for known."""
    places = _places(first * size + second)
    return (_known_pairs()[places >> 3] >> (places & 7) & 1).astype(bool)


def _places(pairs: Numbers) -> Numbers:
    import numpy as np

    with np.errstate(over="ignore"):
        return (pairs * np.int64(MULTIPLIER) >> np.int64(20)) & np.int64((1 << PLACES_BITS) - 1)


def character_numbers(codes: Numbers) -> Numbers:
    """Character numbers of the model for code points."""
    from union_corpus.language_model import load_model

    return load_model().ids(codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass"))
