"""
How likely a Chinese character is after the ones before it: a small character n-gram model of official reports and news.

Repairs and decoding ask it which of several readings is Chinese. Only numbers worked out from counts are packaged
(``language_model.npz``, made by ``data/scripts/train_language_model.py``, which names its sources); they are loaded
when the model is first asked for.

What the model does not tell apart, so that damage and layout do not mislead it: all digits are one sign, and so are
all capital and all small letters, full-width
and half-width forms are the same, traditional characters count as their simplified forms, and any run of line ends
is one boundary.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import pairwise
from math import exp, log
from typing import TYPE_CHECKING, Any, Literal

from union_corpus.spellings import Spelling, unpack_spelling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Characters the counts never saw get a fixed log probability by kind. A rare but ordinary Han character of GB 2312
# must not look like damage, a private-use character always should. Shares measured on held-back reports are too
# small to estimate each from, so these are round figures, a factor of about ten apart.
_UNSEEN = {"gb2312": -15.5, "han": -18.0, "sign": -17.0, "other": -19.5, "private": -23.0}
_N_CLASSES = len(_UNSEEN)
_LAST_CODE = 0x10000  # one slot for everything outside the basic plane

# Signs that differ only in width or make.
_FOLDS = str.maketrans(",;:!?()\t\u00a0\u3000\r﹪‧・•", "，；：！？（）   \n%···")

# ① to ⑳, ⑴ to ⒇ and ⒈ to ⒛, counted as one sign.
_ENUMERATORS = ((0x2460, 0x2473), (0x2474, 0x2487), (0x2488, 0x249B))

_LINE_ENDS = re.compile(r"[\r\n]+")
# How far back a run of line ends is followed.
_LOOK_BACK = 64

_MEMO_LIMIT = 200_000
_HISTORIES_LIMIT = 200_000

# An end of a history that the model knows: its length, the places of the n-grams that go on from it, its back-off.
_Node = tuple[int, int, int, float]
# The entry of a history as a whole, or -1, and those of its ends that the model knows, the longest first.
_History = tuple[int, tuple[_Node, ...]]


class Trie:
    """
    One back-off n-gram model over character numbers, as sorted arrays.

    Order ``n`` has one entry an n-gram: ``keys[n]`` is the entry number of its first n-1 characters times the size
    of the vocabulary plus its last character; ``log_probs[n]`` its log probability, ``backoffs[n]`` what a character
    costs when the n-gram as history leads nowhere.
    """

    def __init__(
        self,
        size: int,
        keys: Sequence[NDArray[np.int64]],
        log_probs: Sequence[NDArray[np.float32]],
        backoffs: Sequence[NDArray[np.float32]],
    ) -> None:
        import numpy as np

        self.size = size
        self.order = len(keys)
        self.keys = keys
        self.log_probs = log_probs
        self.backoffs = backoffs
        # For a handful of characters plain indexing is several times faster than an array operation.
        self._char_views = [memoryview(np.ascontiguousarray((k % size).astype(np.uint16)).data) for k in keys]
        self._prob_views = [memoryview(np.ascontiguousarray(p).data) for p in log_probs]
        self._backoff_views = [memoryview(np.ascontiguousarray(b).data) for b in backoffs]
        # Where the n-grams that go on from an entry begin among those one longer; the next entry's begin ends them.
        longer = [np.bincount(k // size, minlength=len(below)) for below, k in pairwise(keys)]
        self._child_views = [memoryview(np.concatenate(([0], np.cumsum(n))).astype(np.int64).data) for n in longer]
        self._histories: dict[tuple[int, ...], _History] = {(): (-1, ())}

    def _known(self, history: tuple[int, ...]) -> _History:
        """What the model knows of a history: found by way of the history without its last and without its first."""
        found = self._histories.get(history)
        if found is not None:
            return found
        n = len(history)
        nodes = self._known(history[1:])[1]
        at = history[0] if n == 1 else self._known(history[:-1])[0]
        if n > 1 and at >= 0:
            chars, children = self._char_views[n - 1], self._child_views[n - 2]
            end = children[at + 1]
            at = bisect_left(chars, history[-1], children[at], end)
            if at == end or chars[at] != history[-1]:
                at = -1
        if at >= 0:
            children = self._child_views[n - 1]
            nodes = ((n, children[at], children[at + 1], self._backoff_views[n - 1][at]), *nodes)
        if len(self._histories) >= _HISTORIES_LIMIT:
            self._histories.clear()
            self._histories[()] = -1, ()
        self._histories[history] = at, nodes
        return at, nodes

    def log_prob(self, history: Sequence[int], char: int) -> float:
        """Natural log of the chance of ``char`` after ``history``, of which the last order - 1 characters count."""
        return self.after(self.ends(history), char)

    def ends(self, history: Sequence[int]) -> tuple[_Node, ...]:
        """The ends of a history that the model knows, the longest first; its last order - 1 characters count."""
        known = tuple(history) if len(history) < self.order else tuple(history[len(history) - self.order + 1 :])
        return (self._histories.get(known) or self._known(known))[1]

    def after(self, ends: tuple[_Node, ...], char: int) -> float:
        """Natural log of the chance of ``char`` after a history of which the model knows these ends."""
        cost = 0.0
        for n, first, end, backoff in ends:
            if first < end:
                chars = self._char_views[n]
                at = bisect_left(chars, char, first, end)
                if at < end and chars[at] == char:
                    return cost + self._prob_views[n][at]
            cost += backoff
        return cost + self._prob_views[0][char]

    def find(self, grams: NDArray[np.int64]) -> NDArray[np.int64]:
        """Entry numbers of n-grams, one a row; -1 where the model does not know one."""
        import numpy as np

        entries = grams[:, 0]
        for n in range(1, grams.shape[1]):
            entries = self._entries(n, np.where(entries < 0, -1, entries * self.size + grams[:, n]))
        return entries

    def last_log_probs(self, grams: NDArray[np.int64]) -> NDArray[np.float64]:
        """Log probability of the last character of each n-gram (one a row) after the others."""
        import numpy as np

        n = grams.shape[1]
        result = self.log_probs[0][grams[:, -1]].astype(np.float64)
        for length in range(1, min(n, self.order)):
            if not len(self.keys[length]):
                break  # a short text has no n-gram so long that occurs twice
            history = self.find(grams[:, n - 1 - length : n - 1])
            found = self._entries(length, np.where(history < 0, -1, history * self.size + grams[:, -1]))
            backoff = np.where(history >= 0, self.backoffs[length - 1][history], 0.0)
            result = np.where(found >= 0, self.log_probs[length][found], backoff + result)
        return result

    def pair_log_probs(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
        """Log probability of each second character after its first; quick for very many."""
        import numpy as np

        found = self._indexes[1].find(first * self.size + second)
        lower = self.backoffs[0][first].astype(np.float64) + self.log_probs[0][second]
        return np.where(found >= 0, self.log_probs[1][found], lower)

    def grams(self, n: int) -> NDArray[np.int64]:
        """The character numbers of every entry of order ``n``, one a row."""
        import numpy as np

        columns = []
        at = np.arange(len(self.keys[n - 1]))
        for order in range(n - 1, 0, -1):
            key = self.keys[order][at]
            columns.append(key % self.size)
            at = key // self.size
        columns.append(at)
        return np.stack(columns[::-1], axis=1)

    def scores(self, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Log probability of each character after those before it; the first has no history."""
        import numpy as np

        if len(ids) > _PIECE:
            # Each piece begins with the history of its first character, whose scores are dropped.
            reach = self.order - 1
            starts = range(_PIECE, len(ids), _PIECE - reach)
            later = (self.scores(ids[start - reach : start + _PIECE - reach])[reach:] for start in starts)
            pieces = [self.scores(ids[:_PIECE]), *later]
            return np.concatenate(pieces)
        result = self.log_probs[0][ids]
        entries = ids
        for n in range(1, min(self.order, len(ids))):
            history = entries[:-1]
            wanted = history * self.size + ids[n:]
            # A history the model does not know asks for a key that is nowhere.
            wanted[history < 0] = -1
            found = self._entries(n, wanted)
            # Number -1, for what is not known, takes the last place, where a nought has been put.
            result[n:] += self._backoffs_or_none[n - 1][history]
            known = np.flatnonzero(found >= 0)
            result[n + known] = self.log_probs[n][found[known]]
            entries = found
        return result.astype(np.float64)

    def _entries(self, n: int, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        """As ``look_up``, in the way that is quicker for so many."""
        in_bulk = len(wanted) >= (_FEW if "_indexes" in self.__dict__ else _BULK)
        return self.look_up(n, wanted) if in_bulk else _looked_up(self.keys[n], wanted)

    def look_up(self, n: int, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        """The entries whose ``keys[n]`` are ``wanted``, or -1; by hashing, which pays where many are asked for."""
        import numpy as np

        return self._indexes[n].find(wanted) if len(self.keys[n]) else np.full(len(wanted), -1)

    @cached_property
    def _backoffs_or_none(self) -> list[NDArray[np.float32]]:
        import numpy as np

        return [np.append(backoffs, np.float32(0.0)) for backoffs in self.backoffs]

    @cached_property
    def _indexes(self) -> list[_Index]:
        return [_Index(keys) for keys in self.keys]


# Texts of this many characters are looked up by hashing, shorter ones by bisection: an index takes time to make. Where
# it is there, it is quicker from a few hundred on.
_BULK = 100_000
_FEW = 200
# Longer texts are scored in pieces of this many characters, to bound the memory it takes.
_PIECE = 1_000_000


class _Index:
    """Where each of some numbers stands in an array, by hashing with open addresses; made for asking in bulk."""

    def __init__(self, keys: NDArray[np.int64]) -> None:
        import numpy as np

        self.keys = keys
        bits = max(4, int(2.2 * len(keys)).bit_length())
        self.shift = np.uint64(64 - bits)
        self.mask = np.uint32((1 << bits) - 1)
        self.places = np.full(1 << bits, -1, dtype=np.int32)
        pending = np.arange(len(keys), dtype=np.int32)
        slots = self._slots(keys)
        while len(pending):
            free = self.places[slots] < 0
            # Of several that want one slot the last gets it; the others go on to the next.
            self.places[slots[free]] = pending[free]
            left = self.places[slots] != pending
            pending, slots = pending[left], (slots[left] + np.uint32(1)) & self.mask

    def _slots(self, keys: NDArray[np.int64]) -> NDArray[np.uint32]:
        import numpy as np

        # Fibonacci hashing: the high bits of a product with 2 ** 64 divided by the golden ratio.
        return ((keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> self.shift).astype(np.uint32)

    def find(self, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        """The place of each wanted number, or -1."""
        import numpy as np

        slots = self._slots(wanted)
        found = self.places[slots].astype(np.int64)
        pending = np.flatnonzero(self.keys[found] != wanted)
        pending = pending[found[pending] >= 0]
        while len(pending):
            slots_left = (slots[pending] + np.uint32(1)) & self.mask
            slots[pending] = slots_left
            places = self.places[slots_left]
            found[pending] = places
            pending = pending[(places >= 0) & (self.keys[places] != wanted[pending])]
        return found


def _looked_up(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each wanted key stands among the sorted keys, or -1."""
    import numpy as np

    if not len(keys):
        return np.full(len(wanted), -1)
    found = np.searchsorted(keys, wanted)
    found[found == len(keys)] = 0
    found[keys[found] != wanted] = -1
    return found


class Model:
    """
    A mixture of n-gram models over one vocabulary; ``load_model()`` gives the packaged one.

    ``log_prob`` is for searches that grow a text character by character, ``scores`` for judging whole texts.
    """

    def __init__(
        self,
        vocabulary: str,
        folded: dict[str, str],
        parts: Sequence[tuple[float, Trie]],
        spelling: Spelling | None = None,
    ) -> None:
        import numpy as np

        self.vocabulary = vocabulary
        self.folded = folded
        self.spelling = spelling
        self.parts = tuple(parts)
        self.order = max(trie.order for _, trie in parts)
        self._keep = self.order - 1
        self._table = _code_table(vocabulary, folded)
        # For a handful of characters plain indexing is several times faster than an array operation.
        self._numbers = memoryview(np.ascontiguousarray(self._table).data)
        self._newline = int(self._table[ord("\n")])
        self._memo: dict[str, float] = {}
        self._ends_of: dict[str, list[tuple[_Node, ...]]] = {}
        self._weights = np.log([weight for weight, _ in parts])

    def ids(self, text: str) -> NDArray[np.int64]:
        """Character numbers of a text, after folding."""
        import numpy as np

        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        return self._table[np.minimum(codes, _LAST_CODE)]

    def known(self, char: str) -> bool:
        """True for a character that the counts have seen (or its simplified form)."""
        return int(self._table[min(ord(char), _LAST_CODE)]) >= _N_CLASSES

    def log_prob(self, history: str, char: str) -> float:
        """
        Natural log of the chance that ``char`` comes after ``history``; only the last few characters count.

        An empty history means that nothing is known of what stands before, not that a text begins: a beginning
        is a line end.
        """
        key = history[-self._keep :] + char
        if "\n" in key or "\r" in key:
            key = (_LINE_ENDS.sub("\n", history[-_LOOK_BACK:])[-self._keep :] if history else "") + char
        found = self._memo.get(key)
        if found is None:
            if len(self._memo) >= _MEMO_LIMIT:
                self._memo.clear()
            found = self._memo[key] = self._log_prob(key)
        return found

    def _log_prob(self, key: str) -> float:
        history, last = key[:-1], key[-1]
        char = self._numbers[ord(last) if last <= "\uffff" else _LAST_CODE]
        if char == self._newline and history and history[-1] in "\r\n":
            return 0.0
        worth = self.spelling.worth(history, last) if self.spelling else 0.0
        ends = self._ends_of.get(history) or self._ends(history)
        if len(ends) == 1:
            return worth + self.parts[0][1].after(ends[0], char)
        return worth + log(
            sum(weight * exp(trie.after(own, char)) for (weight, trie), own in zip(self.parts, ends, strict=True))
        )

    def _ends(self, history: str) -> list[tuple[_Node, ...]]:
        """What each part knows of a history."""
        numbers = self._numbers
        ids = tuple([numbers[ord(one)] if one <= "\uffff" else numbers[_LAST_CODE] for one in history])
        if len(self._ends_of) >= _HISTORIES_LIMIT:
            self._ends_of.clear()
        found = self._ends_of[history] = [trie.ends(ids) for _, trie in self.parts]
        return found

    def scores(self, text: str) -> NDArray[np.float64]:
        """Log probability of every character of ``text`` after those before it; the text begins at a line end."""
        import numpy as np

        every = self.ids("\n" + text)
        again = np.zeros(len(every), dtype=bool)
        again[1:] = (every[1:] == self._newline) & (every[:-1] == self._newline)
        ids = every[~again]
        parts = [trie.scores(ids) for _, trie in self.parts]
        result = (
            parts[0]
            if len(parts) == 1
            else np.logaddexp.reduce([p + w for p, w in zip(parts, self._weights, strict=True)])
        )
        scores = np.zeros(len(every))
        scores[~again] = result
        if self.spelling:
            scores[1:] += np.fromiter(self.spelling.worths(text), dtype=np.float64, count=len(text))
        return scores[1:]

    def last_log_probs(self, grams: NDArray[np.int64]) -> NDArray[np.float64]:
        """Log probability of the last character of each row of character numbers after the others of the row."""
        import numpy as np

        parts = [trie.last_log_probs(grams) for _, trie in self.parts]
        return np.logaddexp.reduce([part + weight for part, weight in zip(parts, self._weights, strict=True)])

    def score(self, text: str) -> float:
        """Log probability of ``text`` as a whole."""
        return float(self.scores(text).sum())

    def mixed_with(self, texts: Iterable[str], weight: float = 0.3) -> Model:
        """
        A model that has also read ``texts`` and gives them ``weight`` of its trust, as ``repair(doc, context=…)`` needs.

        Useful when the texts are clean and near to the damaged one: other reports of the same union, other years.
        """
        import numpy as np

        if not 0.0 < weight < 1.0:
            raise ValueError(f"weight must lie between 0 and 1, not {weight}")
        ids = [self.ids("\n" + text + "\n") for text in texts]
        ids = [_without_repeated(part, self._newline) for part in ids]
        if not ids:
            return self
        known = [float(p) for p in np.exp(self.parts[0][1].log_probs[0])]
        trie = train_trie(np.concatenate(ids), size=len(self.vocabulary) + _N_CLASSES, unigrams=np.array(known))
        parts = [(share * (1.0 - weight), part) for share, part in self.parts]
        return Model(self.vocabulary, self.folded, [*parts, (weight, trie)], self.spelling)


def _without_repeated(ids: NDArray[np.int64], char: int) -> NDArray[np.int64]:
    import numpy as np

    again = np.zeros(len(ids), dtype=bool)
    again[1:] = (ids[1:] == char) & (ids[:-1] == char)
    return ids[~again]


def _code_table(vocabulary: str, folded: dict[str, str]) -> NDArray[np.int64]:
    """Code point → character number; the first numbers are the kinds of unseen characters."""
    import numpy as np

    kinds = {name: number for number, name in enumerate(_UNSEEN)}
    table = np.full(_LAST_CODE + 1, kinds["other"], dtype=np.int64)
    table[0x2000:0x3100] = kinds["sign"]
    table[0x20:0x250] = kinds["sign"]
    table[0xFF00:0xFFF0] = kinds["sign"]
    table[0x3400:0x4DC0] = kinds["han"]
    table[0x4E00:0xA000] = kinds["han"]
    level = bytes(b for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF) for b in (high, low))
    for char in level.decode("gb2312", "ignore"):
        table[ord(char)] = kinds["gb2312"]
    table[:0x20] = kinds["private"]
    table[0x7F:0xA0] = kinds["private"]
    table[0xD800:0xF900] = kinds["private"]
    table[0xFFF0:0x10000] = kinds["private"]
    for number, char in enumerate(vocabulary, start=_N_CLASSES):
        table[ord(char)] = number
    for char, plain in folded.items():
        table[ord(char)] = table[ord(plain)]
    for variant, plain_code in _FOLDS.items():
        table[variant] = table[plain_code]
    # Full-width forms are their half-width ones; digits, letters and enumerators are one sign each.
    for code in range(0x21, 0x7F):
        if code not in _FOLDS and code + 0xFEE0 not in _FOLDS.values():
            table[code + 0xFEE0] = table[code]
    for lowest, highest in (("0", "9"), ("A", "Z"), ("a", "z")):
        for code in range(ord(lowest), ord(highest) + 1):
            table[code] = table[code + 0xFEE0] = table[ord(lowest)]
    for first, last in _ENUMERATORS:
        table[first : last + 1] = table[ord("①")]
    return table


def train_trie(
    ids: NDArray[np.int64],
    *,
    size: int,
    unigrams: NDArray[np.float64],
    order: int = 4,
    least: Sequence[int] = (1, 1, 1, 2),
) -> Trie:
    """
    An interpolated modified Kneser-Ney model of a sequence of character numbers.

    ``unigrams`` is the distribution at the bottom; ``least`` says how often an n-gram of each order must occur to be
    kept. Dropped n-grams give their share back to the history's back-off, so the chances still add up to one.
    """
    import numpy as np

    order = max(1, min(order, len(ids)))
    counted = _counted(ids, size, order)
    keys, log_probs, backoffs = [np.arange(size)], [np.log(unigrams).astype(np.float32)], list[Any]()
    below, lower = np.arange(size), unigrams  # the n-grams of the order below, as flat numbers, and their chances
    for n in range(1, order):
        grams, counts = counted[n]
        if n + 1 < order:
            # How many different characters stand before the n-gram, not how often it occurs.
            grams, counts = np.unique(counted[n + 1][0] % size ** (n + 1), return_counts=True)
        probs, shorter = _smoothed(grams, counts, size**n, size, below, lower)
        context = _looked_up(below, grams // size)
        keep = (counts >= least[n]) & (shorter >= 0) & (context >= 0)
        grams, probs, shorter, context = grams[keep], probs[keep], shorter[keep], context[keep]
        backoffs.append(back_offs(context, probs, lower[shorter], len(below)))
        keys.append(context * size + grams % size)
        log_probs.append(np.log(probs).astype(np.float32))
        below, lower = grams, probs
    backoffs.append(np.zeros(len(below), dtype=np.float32))
    return Trie(size, keys, log_probs, backoffs)


def _counted(ids: NDArray[np.int64], size: int, order: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The n-grams of every order, each as one number in base ``size`` (whose fourth power is below 2 ** 63), and how often each occurs."""
    import numpy as np

    key = ids.astype(np.int64)
    counted = [np.unique(key, return_counts=True)]
    for n in range(1, order):
        key = key[:-1] * size + ids[n:]
        counted.append(np.unique(key, return_counts=True))
    return counted


def _smoothed(
    grams: NDArray[np.int64],
    counts: NDArray[np.int64],
    highest: int,
    size: int,
    below: NDArray[np.int64],
    lower: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """
    The chance of each n-gram's last character after the others, and where the n-gram without its first stands ``below``.

    A discount is taken off each count; what it leaves goes by the chances of the shorter n-grams (``lower``).
    """
    import numpy as np

    discount = _discounts(counts)[np.minimum(counts, 3)]
    heads, first = np.unique(grams // size, return_index=True)
    head_of = np.repeat(np.arange(len(heads)), np.diff(np.append(first, len(grams))))
    total = np.add.reduceat(counts.astype(np.float64), first)
    left = np.add.reduceat(discount, first) / total
    shorter = _looked_up(below, grams % highest)
    return (counts - discount) / total[head_of] + left[head_of] * np.where(shorter >= 0, lower[shorter], 0.0), shorter


def back_offs(
    histories: NDArray[np.int64], probs: NDArray[np.float64], lower: NDArray[np.float64], number: int
) -> NDArray[np.float32]:
    """
    What a character costs where its history leads nowhere, for each of a ``number`` of histories, as a log.

    Of each n-gram: the entry of its history, its chance, and the chance of its last character by the shorter history.
    """
    import numpy as np

    left, left_below = (1.0 - np.bincount(histories, weights=each, minlength=number) for each in (probs, lower))
    return log_ratio(left, left_below).astype(np.float32)


# No history is so certain of what it has seen that it leaves nothing over.
_LEAST_LEFT = 1e-6


def log_ratio(one: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.floating]:
    """The log of one share divided by another, both what chances leave over."""
    import numpy as np

    return np.log(np.maximum(one, _LEAST_LEFT) / np.maximum(other, _LEAST_LEFT))


def _discounts(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much to take off counts of 1, 2 and 3 or more (Chen and Goodman 1998)."""
    import numpy as np

    once, twice, thrice, four = (float((counts == k).sum()) for k in (1, 2, 3, 4))
    if not (once and twice and thrice and four):
        return np.array([0.0, 0.6, 0.8, 1.0])
    ratio = once / (once + 2 * twice)
    found = [1 - 2 * ratio * twice / once, 2 - 3 * ratio * thrice / twice, 3 - 4 * ratio * four / thrice]
    return np.clip([0.0, *found], [0.0, 0.1, 0.1, 0.1], [0.0, 0.95, 1.9, 2.8])


# The model that stands for the packaged one while a text is repaired with the user's own reports as its context.
_IN_CONTEXT: ContextVar[Model | None] = ContextVar("model in context", default=None)


@contextmanager
def reading_with(model: Model) -> Iterator[None]:
    """
    Within the block ``load_model()`` gives ``model``: every rule then asks one that has read the user's reports too.

    >>> with reading_with(load_model().mixed_with(["攀钒工会召开攀钒职工代表大会。"])):
    ...     len(load_model().parts)
    2
    >>> len(load_model().parts)
    1
    """
    token = _IN_CONTEXT.set(model)
    try:
        yield
    finally:
        _IN_CONTEXT.reset(token)


def load_model(script: Literal["any", "traditional"] = "any") -> Model:
    """
    The packaged model, loaded once; within ``reading_with`` the one given there.

    It reads traditional characters as their simplified forms; the one for ``traditional`` text tells those forms
    apart as well, and holds simplified ones for all but impossible.

    >>> model = load_model()
    >>> model.score("职工代表大会") > model.score("职工袋婊大会")
    True
    >>> model.score("職工代表大會") == model.score("职工代表大会")
    True
    >>> load_model("traditional").score("經濟發展") > load_model("traditional").score("經濟髮展")
    True
    """
    if script == "traditional":
        return _traditional(load_model())
    return _IN_CONTEXT.get() or _packaged()


@cache
def _packaged() -> Model:
    import numpy as np

    with files("union_corpus").joinpath("language_model.npz").open("rb") as stream, np.load(stream) as packed:
        return unpack({name: packed[name] for name in packed.files if not name.startswith("spelling_")})


@lru_cache(maxsize=4)
def _traditional(model: Model) -> Model:
    import numpy as np

    with files("union_corpus").joinpath("language_model.npz").open("rb") as stream, np.load(stream) as packed:
        return Model(model.vocabulary, model.folded, model.parts, unpack_spelling(packed, model.folded))


# Chances must add up to one, so they are told more finely than what a history leaves over.
_STEPS, _BACKOFF_STEPS = 256, 64


def pack(vocabulary: str, folded: dict[str, str], trie: Trie) -> dict[str, NDArray[Any]]:
    """
    The arrays to store for a model of one trie, logarithms rounded to few steps.

    Which character goes on from a history is stored as the step from the one listed before it, high and low bytes apart.
    """
    import numpy as np

    arrays: dict[str, Any] = {
        "vocabulary": np.frombuffer(vocabulary.encode("utf-16-le"), dtype=np.uint16),
        "folded": np.frombuffer("".join(map("".join, folded.items())).encode("utf-16-le"), dtype=np.uint16),
        "unigrams": trie.log_probs[0],
    }
    for n in range(trie.order):
        if n:
            history, char = trie.keys[n] // trie.size, trie.keys[n] % trie.size
            arrays[f"children_{n}"] = np.bincount(history, minlength=len(trie.keys[n - 1])).astype(np.uint16)
            steps = np.where(np.diff(history, prepend=-1) > 0, char, np.diff(char, prepend=0))
            arrays[f"char_low_{n}"] = (steps & 0xFF).astype(np.uint8)
            arrays[f"char_high_{n}"] = (steps >> 8).astype(np.uint8)
            arrays[f"prob_{n}"], arrays[f"prob_steps_{n}"] = _rounded(trie.log_probs[n], _STEPS)
        if n + 1 < trie.order:
            arrays[f"backoff_{n}"], arrays[f"backoff_steps_{n}"] = _rounded(trie.backoffs[n], _BACKOFF_STEPS)
    return arrays


def unpack(arrays: dict[str, NDArray[Any]]) -> Model:
    """The model that ``pack`` stored."""
    import numpy as np

    vocabulary = arrays["vocabulary"].tobytes().decode("utf-16-le")
    pairs = arrays["folded"].tobytes().decode("utf-16-le")
    size = len(arrays["unigrams"])
    keys: list[Any] = [np.arange(size)]
    log_probs: list[Any] = [arrays["unigrams"]]
    backoffs: list[Any] = []
    n = 1
    while f"children_{n}" in arrays:
        children = arrays[f"children_{n}"]
        steps = arrays[f"char_high_{n}"].astype(np.uint16) << 8 | arrays[f"char_low_{n}"]
        summed = np.cumsum(steps, dtype=np.int64)
        ends = np.cumsum(children, dtype=np.int64)
        before = np.append(0, summed)[ends - children]
        keys.append(summed + np.repeat(np.arange(len(children)) * size - before, children))
        log_probs.append(arrays[f"prob_steps_{n}"][arrays[f"prob_{n}"]])
        backoffs.append(arrays[f"backoff_steps_{n - 1}"][arrays[f"backoff_{n - 1}"]])
        n += 1
    backoffs.append(np.zeros(len(keys[-1]), dtype=np.float32))
    folded = dict(zip(pairs[::2], pairs[1::2], strict=True))
    return Model(vocabulary, folded, [(1.0, Trie(size, keys, log_probs, backoffs))])


def _rounded(values: NDArray[np.float32], number: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Logarithms as numbers of even steps, and what each step stands for: the mean chance of those in it."""
    import numpy as np

    low, high = float(values.min()), float(values.max())
    steps = np.round((values - low) / max(high - low, 1e-6) * (number - 1)).astype(np.uint8)
    count = np.bincount(steps, minlength=number)
    mean = np.bincount(steps, weights=np.exp(values), minlength=number) / np.maximum(count, 1)
    return steps, np.log(np.where(count, mean, 1.0)).astype(np.float32)
