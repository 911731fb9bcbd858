"""
Choosing among several readings of a text at once: the sum over all of them, and what each choice is worth.

A graph has nodes in a row and edges that lead on, each with a string; a reading is a way from the first node to the
last. A lattice is the plain case: slots, each with its alternatives. The language model remembers only its last few
characters, so readings that end alike need not be told apart and the sum over all of them is exact, unless a beam
cuts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log1p
from typing import Protocol

# A string (it may be empty) and the log of how likely it is apart from its surroundings.
Alternative = tuple[str, float]
# The node an edge leads to, its string, the log of how likely that is, and whether the model has a say in it too.
Edge = tuple[int, str, float, bool]
# One use of an edge: its node, the state there, its number, the node it leads to, the state there, its weight.
_Use = tuple[int, int, int, int, int, float]


class _Judging(Protocol):
    """What a lattice needs of a language model; a room may wrap one to add what it knows itself."""

    order: int

    def log_prob(self, history: str, char: str) -> float: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """
    The best way through a lattice, and how sure each of its choices is.

    ``choices`` has the number of the alternative taken in each slot; ``posteriors`` the chance of every alternative
    of every slot, over all readings; ``log_total`` the log probability of the lattice as a whole.
    """

    text: str
    choices: tuple[int, ...]
    posteriors: tuple[tuple[float, ...], ...]
    log_best: float
    log_total: float


@dataclass(frozen=True, slots=True)
class GraphReading:
    """The chance of every edge of a graph, by the node it leaves and its number there; and the best way through it."""

    posteriors: tuple[tuple[float, ...], ...]
    log_total: float
    _uses: list[_Use]
    _totals: list[list[float]]

    def best_path(self) -> tuple[tuple[tuple[int, int], ...], float]:
        """The best way, as pairs of a node and the number of the edge taken there, and its log probability."""
        return _best_path(self._uses, self._totals)


def decode_lattice(
    slots: Sequence[Sequence[Alternative]], model: _Judging, *, history: str = "", beam: int = 64
) -> Reading:
    """
    The best reading of a lattice after ``history``, with the chance of every alternative.

    Of states beyond the ``beam`` best after a slot nothing is kept.

    >>> from union_corpus.language_model import load_model
    >>> slots = [[("一年来", 0)], [("，", 0), ("袁", 0)], [("主要做了", 0)]]
    >>> decode_lattice(slots, load_model(), history="。").text
    '一年来，主要做了'
    """
    edges = [[(at + 1, string, prior, True) for string, prior in slot] for at, slot in enumerate(slots)]
    found = decode_graph(edges, model, history=history, beam=beam)
    path, log_best = found.best_path()
    choices = tuple(number for _, number in path)
    return Reading(
        text="".join(alternatives[choice][0] for alternatives, choice in zip(slots, choices, strict=True)),
        choices=choices,
        posteriors=found.posteriors,
        log_best=log_best,
        log_total=found.log_total,
    )


def decode_graph(
    edges: Sequence[Sequence[Edge]], model: _Judging, *, history: str = "", beam: int = 64
) -> GraphReading:
    """
    All ways through a graph, with the chance of every edge; ``edges[n]`` are those that leave node ``n``.

    Every edge leads to a later node, the last of which is ``len(edges)``, and every node must be on a way there. Of
    states beyond the ``beam`` best at a node nothing is kept.

    >>> from union_corpus.language_model import load_model
    >>> edges = [[(2, "医院", 0, True), (1, "医", 0, True)], [(2, "：", 0, True)]]
    >>> decode_graph(edges, load_model(), history="住进").best_path()[0]
    ((0, 0),)
    """
    keep = model.order - 1
    log_prob = model.log_prob
    states: list[dict[str, int]] = [{} for _ in range(len(edges) + 1)]
    totals: list[list[float]] = [[] for _ in range(len(edges) + 1)]
    states[0][history[-keep:]] = 0
    totals[0].append(0.0)
    uses: list[_Use] = []
    for node, leaving in enumerate(edges):
        before = totals[node]
        bound = sorted(before)[-beam] if len(before) > beam else -inf
        for state, number in states[node].items():
            so_far = before[number]
            if so_far < bound:
                continue
            for edge, (to, string, weight, judged) in enumerate(leaving):
                grown = state
                if judged:
                    for char in string:
                        weight += log_prob(grown, char)
                        grown = (grown + char)[-keep:]
                else:
                    grown = (state + string)[-keep:]
                arrived, there = totals[to], states[to].setdefault(grown, len(states[to]))
                if there == len(arrived):
                    arrived.append(so_far + weight)
                else:
                    arrived[there] = log_add(arrived[there], so_far + weight)
                uses.append((node, number, edge, to, there, weight))
    log_total = _log_sum(totals[-1])
    return GraphReading(_posteriors(edges, uses, totals, log_total), log_total, uses, totals)


def _best_path(uses: Sequence[_Use], totals: Sequence[Sequence[float]]) -> tuple[tuple[tuple[int, int], ...], float]:
    scores = [[-inf] * len(at_node) for at_node in totals]
    scores[0] = [0.0]
    arrivals: list[list[_Use | None]] = [[None] * len(at_node) for at_node in totals]
    for use in uses:
        node, number, _, to, there, weight = use
        score = scores[node][number] + weight
        if score > scores[to][there]:
            scores[to][there] = score
            arrivals[to][there] = use
    node, number = len(totals) - 1, max(range(len(totals[-1])), key=scores[-1].__getitem__)
    log_best = scores[node][number]
    path = []
    while (last := arrivals[node][number]) is not None:
        node, number = last[0], last[1]
        path.append((node, last[2]))
    return tuple(reversed(path)), log_best


def _posteriors(
    edges: Sequence[Sequence[Edge]], uses: Sequence[_Use], totals: Sequence[Sequence[float]], log_total: float
) -> tuple[tuple[float, ...], ...]:
    shares = [[0.0] * len(leaving) for leaving in edges]
    onward = [[-inf] * len(at_node) for at_node in totals]
    onward[-1] = [0.0] * len(totals[-1])
    for node, number, edge, to, there, weight in reversed(uses):
        rest = weight + onward[to][there]
        shares[node][edge] += exp(min(totals[node][number] + rest - log_total, 0.0))
        onward[node][number] = log_add(onward[node][number], rest)
    return tuple(tuple(min(share, 1.0) for share in at_node) for at_node in shares)


def _log_sum(values: Sequence[float]) -> float:
    total = -inf
    for value in values:
        total = log_add(total, value)
    return total


def log_add(a: float, b: float) -> float:
    """Log of the sum of two chances given as logs."""
    if a < b:
        a, b = b, a
    return a if b == -inf else a + log1p(exp(b - a))
