"""
The lost bytes of a run chosen again, now with words as well as characters, and how sure each choice is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import exp

from union_corpus.repairs.own_words import IN_NAME, OwnWords
from union_corpus.repairs.slip_units import (
    CONTEXT,
    GLOSSED,
    KEEP,
    WIDE_COSTS,
    WORDS,
    Step,
    Units,
    is_lost,
    private_trails,
    spelled,
)
from union_corpus.repairs.words import word_score

_SETTLED = 0.9999  # surer runs are not looked at again

_SUSPECT = re.compile(r"[?？\ufffd\ue000-\uf8ff]")


class Choices:
    """Chooses among the bytes that keep the runs of one text in step."""

    def __init__(self, units: Units) -> None:
        self.units = units
        self.own = OwnWords(GLOSSED.sub(r"\1", units.text), units.model)

    def settle(self, steps: list[Step], confidence: float, history: str) -> tuple[list[Step], float, dict[int, float]]:
        """
        Choose each lost byte again among those that keep the bytes in step, now with words as well as characters.

        The character model sees three characters back and so cannot tell 藏書 from 藏會 where reports have neither.
        Gives the steps, how sure it is where the run is out of step at all, and the chance of each byte chosen.
        """
        chances: dict[int, float] = {}
        if confidence > _SETTLED:
            return steps, confidence, chances
        by_characters = 1.0
        start, end = steps[0].token.start, steps[-1].token.end
        shown = GLOSSED.sub(r"\1", self.units.text[max(0, start - 1) : end + 1])
        following = GLOSSED.sub(r"\1", self.units.text[end : end + 40])[:CONTEXT]
        following = _SUSPECT.split(following, maxsplit=1)[0]
        for number, step in enumerate(steps):
            if not is_lost(step):
                continue
            rivals = []
            for data, cost in self._rivals(step):
                if data is not None and len(data) == len(step.data or b"") and data != b"?":
                    changed = self._respelled(steps, number, data)
                    if changed is not None:
                        cost += sum(WIDE_COSTS.get(char, 0.0) for char in changed[number].out)
                        rivals.append((cost + self._local(changed, number, history, following), changed))
            if not rivals:
                continue
            top = max(score for score, _ in rivals)
            rivals = sorted((r for r in rivals if r[0] > top - 9.0), key=lambda r: -r[0])[:12]
            if len(rivals) == 1:
                continue
            before = history + spelled(steps[:number])
            scored = []
            for score, changed in rivals:
                after = spelled(changed[number:]) + following
                around = before[-CONTEXT:] + after[: CONTEXT + 2]
                seen = self.own.speak_for(shown, before, after[:1], after[1:])
                scored.append((score + WORDS * word_score(around, self.units.model) + seen, changed))
            by_characters *= _share([score for score, _ in rivals], steps, [changed for _, changed in rivals])
            steps = max(scored, key=lambda item: item[0])[1]
            chances[number] = _share([score for score, _ in scored], steps, [changed for _, changed in scored])
            after = spelled(steps[number:]) + following
            # A reading names the character; nothing else does.
            if step.token.kind != "cut" and self.own.may_be_name(before, after[:1], after[1:], shown):
                chances[number] *= IN_NAME
        return steps, min(1.0, confidence / by_characters), chances

    def _rivals(self, step: Step) -> Sequence[tuple[bytes | None, float]]:
        """What else the lost byte of a step may have been; of a private-use character the second byte is tried."""
        if step.token.kind != "private" or not step.data:
            return self.units.options(step.token, step.pending, step.last_byte)
        return [(bytes([step.data[0], trail]), 0.0) for trail in sorted(private_trails()[step.data[0]])]

    def _respelled(self, steps: Sequence[Step], number: int, data: bytes) -> list[Step] | None:
        """The steps with another byte in one place; None where that makes no text."""
        changed = list(steps)
        pending, last = steps[number].pending, steps[number].last_byte
        for place in range(number, len(steps)):
            step = steps[place]
            bytes_read = data if place == number else step.data
            if bytes_read is None:
                break
            out = ""
            began, began_last = pending, last
            for byte in bytes_read:
                if pending:
                    character = self.units.pairs.get((pending, byte), "\ue000")
                    if "\ue000" <= character <= "\uf8ff":
                        return None
                    out, pending = out + character, 0
                elif byte > 0x80:
                    pending = byte
                else:
                    out += chr(byte) if byte < 0x80 else "€"
                last = byte
            if bool(pending) == step.in_step:
                return None
            changed[place] = step._replace(data=bytes_read, out=out, pending=began, last_byte=began_last)
            if place > number and out == step.out and pending == _left_over(step, began):
                break
        return changed

    def _local(self, steps: Sequence[Step], number: int, history: str, following: str) -> float:
        """Log probability of what follows one place, as far as the model can tell that it differs."""
        before = history + spelled(steps[max(0, number - KEEP - 1) : number])
        after = spelled(steps[number : number + 6])
        if number + 6 >= len(steps):
            after += following
        return self.units.log_prob(before, after[: KEEP + 2])


def _left_over(step: Step, pending: int) -> int:
    """The byte left over after a step."""
    count = len(step.data or b"") + bool(pending)
    return 0 if step.in_step or not count else (step.data or bytes([pending]))[-1]


def _share(scores: Sequence[float], chosen: list[Step], candidates: Sequence[list[Step]]) -> float:
    """The chance of the chosen candidate among all."""
    top = max(scores)
    weights = [exp(score - top) for score in scores]
    outs = ["".join(step.out for step in candidate) for candidate in candidates]
    out = "".join(step.out for step in chosen)
    return max(sum(w for w, o in zip(weights, outs, strict=True) if o == out) / sum(weights), 1e-9)
