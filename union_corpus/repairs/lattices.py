"""
Choosing among several readings of a text at once: the sum over all of them, and what each choice is worth.

A lattice is a list of slots, each with its alternatives; a reading takes one alternative from each slot. The
language model remembers only its last few characters, so readings that end alike need not be told apart and the sum
over all of them is exact, unless a beam cuts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log1p
from typing import Protocol

Alternative = tuple[str, float]
# From a state, to a state, by which alternative, at what weight.
Edge = tuple[int, int, int, float]


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


def decode_lattice(
    slots: Sequence[Sequence[Alternative]], model: _Judging, *, history: str = "", beam: int = 64
) -> Reading:
    """
    The best reading of a lattice after ``history``, with the chance of every alternative.

    Each alternative is a string (it may be empty) and the log of how likely it is apart from its surroundings.
    Of states beyond the ``beam`` best after a slot nothing is kept.

    >>> from union_corpus.language_model import load_model
    >>> slots = [[("一年来", 0)], [("，", 0), ("袁", 0)], [("主要做了", 0)]]
    >>> decode_lattice(slots, load_model(), history="。").text
    '一年来，主要做了'
    """
    keep = model.order - 1
    log_prob = model.log_prob
    layers: list[list[Edge]] = []
    states: list[str] = [history[-keep:]]
    forward: list[list[float]] = [[0.0]]
    for alternatives in slots:
        numbers: dict[str, int] = {}
        edges: list[Edge] = []
        for at, state in enumerate(states):
            for choice, (string, prior) in enumerate(alternatives):
                weight, grown = prior, state
                for char in string:
                    weight += log_prob(grown, char)
                    grown = (grown + char)[-keep:]
                edges.append((at, numbers.setdefault(grown, len(numbers)), choice, weight))
        totals = [-inf] * len(numbers)
        before = forward[-1]
        for at, to, _, weight in edges:
            totals[to] = log_add(totals[to], before[at] + weight)
        names = list(numbers)
        if len(totals) > beam:
            kept = sorted(sorted(range(len(totals)), key=lambda n: -totals[n])[:beam])
            renumbered = {old: new for new, old in enumerate(kept)}
            edges = [(at, renumbered[to], choice, weight) for at, to, choice, weight in edges if to in renumbered]
            totals = [totals[n] for n in kept]
            names = [names[n] for n in kept]
        layers.append(edges)
        forward.append(totals)
        states = names
    log_total = _log_sum(forward[-1])
    choices, log_best = _best_path(layers, len(states))
    return Reading(
        text="".join(alternatives[choice][0] for alternatives, choice in zip(slots, choices, strict=True)),
        choices=choices,
        posteriors=_posteriors(slots, layers, forward, log_total),
        log_best=log_best,
        log_total=log_total,
    )


def _best_path(layers: Sequence[Sequence[Edge]], n_last: int) -> tuple[tuple[int, ...], float]:
    scores = [0.0]
    arrivals: list[dict[int, Edge]] = []
    for edges in layers:
        best: dict[int, float] = {}
        arrival: dict[int, Edge] = {}
        for edge in edges:
            score = scores[edge[0]] + edge[3]
            if edge[1] not in best or score > best[edge[1]]:
                best[edge[1]] = score
                arrival[edge[1]] = edge
        scores = [best[number] for number in range(len(best))]
        arrivals.append(arrival)
    state = max(range(n_last), key=scores.__getitem__)
    log_best = scores[state]
    choices = []
    for arrival in reversed(arrivals):
        edge = arrival[state]
        choices.append(edge[2])
        state = edge[0]
    return tuple(reversed(choices)), log_best


def _posteriors(
    slots: Sequence[Sequence[Alternative]],
    layers: Sequence[Sequence[Edge]],
    forward: Sequence[Sequence[float]],
    log_total: float,
) -> tuple[tuple[float, ...], ...]:
    backward = [0.0] * len(forward[-1])
    found: list[tuple[float, ...]] = []
    for alternatives, edges, before in zip(reversed(slots), reversed(layers), reversed(forward[:-1]), strict=True):
        shares = [0.0] * len(alternatives)
        onward = [-inf] * len(before)
        for at, to, choice, weight in edges:
            rest = weight + backward[to]
            shares[choice] += exp(min(before[at] + rest - log_total, 0.0))
            onward[at] = log_add(onward[at], rest)
        backward = onward
        found.append(tuple(min(share, 1.0) for share in shares))
    return tuple(reversed(found))


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
