"""
Runs of words that recur, found on numbers in place of words: how often each stands, in how many reports, how firmly its
parts hold together, and how freely its neighbours change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]


class Run(NamedTuple):
    """A run of ``size`` words, known among those of its size by ``number`` (from 1)."""

    size: int
    number: int


class WordRuns:
    """
    The runs of up to ``longest`` words that stand ``min_count`` times or more in some reports.

    ``stream`` holds the reports one after the other, each word as its number; 0 stands for whatever ends a run
    (punctuation, a digit, the border of a report) and comes first and last. ``ends`` tells where each report ends in it.

    >>> runs = WordRuns([0, 1, 2, 0, 1, 2, 3, 0], [4, 8], longest=2, min_count=2)
    >>> [(spelling, runs.count(run)) for run, spelling in runs]
    [((1,), 2), ((2,), 2), ((1, 2), 2)]
    """

    def __init__(self, stream: Sequence[int], ends: Sequence[int], *, longest: int, min_count: int) -> None:
        self._words = np.array(stream, dtype=np.int64)
        self._ends = np.array(ends, dtype=np.int64)
        self._n_words = max(int((self._words > 0).sum()), 1)
        counts = np.bincount(self._words)
        # Three lists, an item for each size: at each place the number of the run that begins there, or 0; the words of
        # each run; how often it stands.
        self._at = [np.where(counts[self._words] >= min_count, self._words, 0)]
        self._spelled: list[list[tuple[int, ...]]] = [[(), *((word,) for word in range(1, len(counts)))]]
        self._counts = [counts]
        for _ in range(1, longest):
            self._lengthen(min_count)
        self._numbers = [{spelling: number for number, spelling in enumerate(level)} for level in self._spelled]
        self._min_count = min_count

    def _lengthen(self, min_count: int) -> None:
        """Go on from the longest runs known to those of one word more: each is a frequent run and a frequent word."""
        n_kinds = len(self._counts[0])
        head, last = self._at[-1][:-1], self._at[0][len(self._at) :]
        head = head[: len(last)]
        pairs = np.zeros(len(self._words), dtype=np.int64)
        pairs[: len(last)] = np.where((head > 0) & (last > 0), head * n_kinds + last, 0)
        kinds, places, found = np.unique(pairs, return_inverse=True, return_counts=True)
        frequent = (found >= min_count) & (kinds > 0)
        numbers = np.zeros(len(kinds), dtype=np.int64)
        numbers[frequent] = np.arange(1, int(frequent.sum()) + 1)
        shorter = self._spelled[-1]
        self._at.append(numbers[places])
        self._spelled.append([(), *((*shorter[kind // n_kinds], kind % n_kinds) for kind in kinds[frequent].tolist())])
        self._counts.append(np.concatenate([[0], found[frequent]]))

    def __iter__(self) -> Iterator[tuple[Run, tuple[int, ...]]]:
        for size, (level, counts) in enumerate(zip(self._spelled, self._counts, strict=True), start=1):
            for number, spelling in enumerate(level):
                if spelling and counts[number] >= self._min_count:
                    yield Run(size, number), spelling

    def count(self, run: Run) -> int:
        """How often a run stands in the reports."""
        return int(self._counts[run.size - 1][run.number])

    def npmi(self, run: Run) -> float:
        """Normalised pointwise mutual information at the weakest joint of a run; a single word is taken to hold by half."""
        spelling = self._spelled[run.size - 1][run.number]
        if len(spelling) == 1:
            return 0.5
        whole = self._share(spelling)
        surprise = -log(whole)
        if not surprise:
            return 1.0
        joints = (self._share(spelling[:at]) * self._share(spelling[at:]) for at in range(1, len(spelling)))
        return min(log(whole / joint) for joint in joints) / surprise

    def _share(self, spelling: tuple[int, ...]) -> float:
        size = len(spelling)
        return self.count(Run(size, self._numbers[size - 1][spelling])) / self._n_words

    def surroundings(self, groups: Sequence[Sequence[Run]]) -> tuple[Places, NDArray[np.float64], NDArray[np.float64]]:
        """
        Of each group of runs: in how many reports it stands, and the entropy (nats) of the words before and after it.

        A border of a run (punctuation, the end of a report) is a neighbour like no other.
        """
        start, size, owner = self._places_of(groups)
        words, after = self._words, start + size
        left = _entropies(owner, np.where(words[start - 1] > 0, words[start - 1], -start), len(groups))
        right = _entropies(owner, np.where(words[after] > 0, words[after], -after), len(groups))
        n_reports = len(self._ends) + 1
        report = np.searchsorted(self._ends, start, side="right")
        in_reports = np.unique(owner * n_reports + report) // n_reports
        return np.bincount(in_reports, minlength=len(groups)), left, right

    def _places_of(self, groups: Sequence[Sequence[Run]]) -> tuple[Places, Places, Places]:
        """Where the runs of each group begin, how long they are there, and whose they are."""
        group_of = [np.full(len(level), -1, dtype=np.int64) for level in self._spelled]
        for group, runs in enumerate(groups):
            for size, number in runs:
                group_of[size - 1][number] = group
        starts, sizes, owners = [], [], []
        for size, numbers in enumerate(self._at, start=1):
            owner = group_of[size - 1][numbers]
            at = np.flatnonzero(owner >= 0)
            starts.append(at)
            sizes.append(np.full(len(at), size))
            owners.append(owner[at])
        return np.concatenate(starts), np.concatenate(sizes), np.concatenate(owners)


def _entropies(owner: Places, neighbour: Places, n_groups: int) -> NDArray[np.float64]:
    """For each group the entropy of its neighbours; borders, given as negative numbers, are all different."""
    pairs = np.stack([owner, neighbour], axis=1)
    kinds, uses = np.unique(pairs, axis=0, return_counts=True) if len(pairs) else (pairs, np.zeros(0))
    sums = np.bincount(owner, minlength=n_groups)
    share = uses / sums[kinds[:, 0]]
    return np.bincount(kinds[:, 0], weights=-share * np.log(share), minlength=n_groups).astype(np.float64)
