"""
The search for the best reading of a run with lost bytes: all ways to read it side by side, the unlikely ones given up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, inf, log
from typing import TYPE_CHECKING, NamedTuple

from union_corpus.repairs.slip_units import (
    GLOSSED,
    KEEP,
    WIDE,
    WIDE_COSTS,
    WORDS,
    Step,
    Token,
    Units,
    is_guess,
    private_trails,
    spelled,
    tokens,
)
from union_corpus.repairs.words import word_score

if TYPE_CHECKING:
    from union_corpus.language_model import Model

# One pair in eight of those read out of step is a private-use character.
_COST_PRIVATE = -3.0

_PRUNE = 14.0  # readings this much less likely than the best are given up
_BEAM = 160
_LONGEST_RUN = 600  # a run that has not come to an end by then is left alone
_MOST_CUT = 8  # so is one with so many cut bytes: runs of real texts have four at most
_MOST_GAPS = 3  # readings of a run, and readings of each, in which a lost private-use character is looked for


class State(NamedTuple):
    best: float
    total: float  # log of the summed chance of all ways that lead here
    step: Step | None
    last_byte: int


_Key = tuple[int, str]  # the byte left over (0: none) and the last characters
_States = dict[_Key, State]


class Search:
    """Searches the runs of one text."""

    def __init__(self, units: Units) -> None:
        self.units = units

    def run(self, start: int, history: str, *, private_lost: bool) -> tuple[State | None, int]:
        """
        The best reading of the run, and where it is over; None where no reading fits or none comes to an end.

        Where bytes are cut so densely that nothing can be read, the place up to which that was tried.
        """
        last = self.units.last_byte(history[-1])
        n_cut = 0
        states: _States = {(0, history[-KEEP:]): State(0.0, 0.0, None, last)}
        token = None
        for number, token in enumerate(tokens(self.units.text, start)):
            n_cut += token.kind in ("lost", "cut")
            if n_cut > _MOST_CUT:
                return None, token.start
            if private_lost and number:
                self._insert_private(states, token)
            states = self._advance(states, token)
            if len(states) == 1:
                ((pending, _), state) = next(iter(states.items()))
                if not pending:
                    return state, token.end
            if not states or number > (_LONGEST_RUN if not private_lost else _LONGEST_RUN // 10):
                return None, start + 1
        ended = [state for (pending, _), state in states.items() if not pending]
        if not ended or token is None:
            return None, start + 1
        return max(ended, key=lambda state: state.best), token.end

    def judged(self, state: State, end: int, far: int, history: str) -> float:
        """How good the text up to ``far`` is, by characters, words and costs, when the run is read this way."""
        steps = chain(state)
        lost = sum(step.token.kind == "private" for step in steps)
        out = spelled(steps)
        whole = out + GLOSSED.sub(r"\1", self.units.text[end:far])
        score = state.best + self.units.log_prob(history, whole) - self.units.log_prob(history, out)
        return score + WORDS * word_score(history + whole, self.units.model) + lost * _COST_PRIVATE

    def _advance(self, states: Mapping[_Key, State], token: Token) -> _States:
        grown: _States = {}
        floor = -inf
        for (pending, history), state in states.items():
            for data, cost in self.units.options(token, pending, state.last_byte, guessed=is_guess(state.step)):
                if state.best + cost >= floor:
                    best = self._feed(grown, (pending, history), state, token, data, cost, floor)
                    floor = max(floor, best - _PRUNE)
        return _pruned(grown)

    def _insert_private(self, states: _States, token: Token) -> None:
        """Let the best states with a byte left over also have read a private-use character that has since been lost."""
        trails = self.units.likely_leads(token)
        if not trails:
            return
        private = private_trails()
        ranked = sorted(
            (item for item in states.items() if item[0][0] and not is_guess(item[1].step)),
            key=lambda item: -item[1].best,
        )
        for (pending, history), state in ranked[:_MOST_GAPS]:
            first = []
            for lead in private:
                character = self.units.pairs.get((pending, lead), "\ue000")
                if not "\ue000" <= character <= "\uf8ff":
                    first.append((self.units.model.log_prob(history, character), lead, character))
            first.sort(reverse=True)
            for score, lead, character in first[:_MOST_GAPS]:
                if score < first[0][0] - 4.0:
                    break
                cost = score  # what the loss costs is counted when the readings are compared
                gap = token._replace(end=token.start, text="", kind="private")
                for trail in trails:
                    if trail in private[lead]:
                        step = Step(state.step, gap, bytes([lead, trail]), character, pending, state.last_byte, False)
                        grown = State(state.best + cost, state.total + cost, step, trail)
                        _join(states, (trail, (history + character)[-KEEP:]), grown)

    def _feed(
        self, grown: _States, key: _Key, state: State, token: Token, data: bytes | None, cost: float, floor: float
    ) -> float:
        """Let a state read a token as some bytes; how good the state is that it leads to, kept if it reaches the floor."""
        pending, history = key
        last = state.last_byte
        log_prob = self.units.model.log_prob
        out = ""
        if data is None:
            out = token.text
            if token.kind != "reading":
                cost += log_prob(history, out) if len(out) == 1 else 0.0
                history = (history + out)[-KEEP:]
                last = self.units.last_byte(out)
        else:
            for byte in data:
                if pending:
                    character = self.units.pairs.get((pending, byte))
                    if character is None or "\ue000" <= character <= "\uf8ff":
                        return -inf
                    pending = 0
                    cost += WIDE_COSTS.get(character, 0.0)
                elif byte > 0x80:
                    pending = last = byte
                    continue
                else:
                    character = chr(byte) if byte < 0x80 else "€"
                last = byte if character not in WIDE else self.units.last_byte(character)
                cost += log_prob(history, character)
                history = (history + character)[-KEEP:]
                out += character
        best = state.best + cost
        if best >= floor:
            step = Step(state.step, token, data, out, key[0], state.last_byte, not pending)
            _join(grown, (pending, history), State(best, state.total + cost, step, last))
        return best


def _join(states: _States, key: _Key, state: State) -> None:
    there = states.get(key)
    if there is None:
        states[key] = state
    elif state.best > there.best:
        states[key] = state._replace(total=_log_add(state.total, there.total))
    else:
        states[key] = there._replace(total=_log_add(state.total, there.total))


def _pruned(states: _States) -> _States:
    if not states:
        return states
    floor = max(state.best for state in states.values()) - _PRUNE
    kept = {key: state for key, state in states.items() if state.best >= floor}
    if len(kept) > _BEAM:
        kept = dict(sorted(kept.items(), key=lambda item: -item[1].best)[:_BEAM])
    return kept


def chain(state: State) -> list[Step]:
    steps = []
    step = state.step
    while step is not None:
        steps.append(step)
        step = step.before
    return steps[::-1]


def worst_of(model: Model, history: str, steps: Sequence[Step]) -> float:
    """The log probability of the least likely character that some steps put out."""
    worst = 0.0
    history = history[-KEEP:]
    for step in steps:
        if step.token.kind != "reading":
            for character in step.out:
                worst = min(worst, model.log_prob(history, character))
                history = (history + character)[-KEEP:]
    return worst


def _log_add(a: float, b: float) -> float:
    high, low = (a, b) if a >= b else (b, a)
    return high + log(1.0 + exp(low - high)) if high - low < 30 else high
