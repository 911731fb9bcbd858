"""
What signs owe each other: brackets and quotation marks close, ①②③ count up.

A character model sees too little of a text to know that a quotation is open, so the odds of such signs are corrected
by how they pair and count along a stretch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import inf

from union_corpus.repairs.founder_readings import Candidate
from union_corpus.repairs.founder_signs import CLOSERS, ENUMERATORS, OPENERS, SHORT_YEAR
from union_corpus.repairs.lattices import log_add

_PARTNER = dict(zip(CLOSERS, OPENERS, strict=True))
# Logs: a closing sign that nothing opened, an opening one that nothing closes, one opened again inside itself, one
# passed over by an outer one that closes; and what a closing sign gains where its partner is open, since such signs
# are many times as frequent there as in running text at large.
_UNOPENED, _UNCLOSED, _REOPENED, _SKIPPED, _AWAITED = -12.0, -9.0, -4.0, -4.0, 4.0
# An enumerator ① that no ② comes after.
_ALONE = -3.0
# What every character costs for every open pair; quotations and asides are short.
_OPEN_COST = 0.02
# An enumerator that comes next in its count, less so the further the last one is away, and one that does not, or
# comes so soon that there is no item before it.
_NEXT, _NEXT_COST, _OUT_OF_ORDER, _SHORTEST_ITEM = 5.0, 0.03, -8.0, 3
# How far before the first and behind the last candidate real signs take part.
_REACH = 100
_DEEPEST = 4
# What it costs for every open pair that a paragraph ends; speech goes on in the next one now and then.
_PAST_PARAGRAPH, _SPEECH_PAST_PARAGRAPH = -6.0, -2.0
_SPEECH = frozenset("“「『")
# How far back the line end before an indented sign may stand.
_INDENT = 6
_CERTAIN = 14.0
_MOST_STATES = 16

# The signs open, innermost last; the number expected next (from 0) if a count goes on; where the last number stood.
_State = tuple[str, int, int]


def _step(state: _State, sign: str, place: int, *, opens_line: bool) -> tuple[_State, float]:
    """The state after a sign at a place, and what the sign is worth there."""
    opened, count, last = state
    if sign in OPENERS:
        if opens_line and opened[-1:] == sign:
            # A quotation of several paragraphs opens again in each.
            return state, -_SPEECH_PAST_PARAGRAPH
        worth = _REOPENED if sign in opened else 0.0
        return ((opened + sign)[-_DEEPEST:], count, last), worth
    if sign in _PARTNER:
        at = opened.rfind(_PARTNER[sign])
        if at < 0:
            return state, _UNOPENED
        return (opened[:at], count, last), _AWAITED + _SKIPPED * (len(opened) - at - 1)
    number = ENUMERATORS.index(sign)
    if number == 0:
        return (opened, 1, place), _ALONE * (count == 1)
    if number != count or place - last < _SHORTEST_ITEM:
        return (opened, number + 1, place), _OUT_OF_ORDER
    return (opened, number + 1, place), max(_OUT_OF_ORDER, _NEXT - _NEXT_COST * (place - last))


def _waited(state: _State, distance: int, ended: int) -> Iterator[tuple[_State, float]]:
    """A state so many characters and ends of paragraphs on, and what that costs; what is open may be given up at one."""
    opened = state[0]
    past = sum(_SPEECH_PAST_PARAGRAPH if sign in _SPEECH else _PAST_PARAGRAPH for sign in opened)
    yield state, past * ended - _OPEN_COST * distance * len(opened)
    if ended and opened:
        yield ("", *state[1:]), _UNCLOSED * len(opened)


def _ended_paragraphs(text: str, start: int, end: int) -> int:
    """How many sentences, their stop as it is or as it is shown, end with their line within a part of the text."""
    return len(_PARAGRAPH_END.findall(text, start, end))


_PARAGRAPH_END = re.compile("[。！？遥浴钥][ \u3000]*[\r\n]")


def settle(text: str, candidates: Sequence[Candidate]) -> None:
    """Correct the odds of brackets, quotation marks and enumerators by how they pair and count along the stretch."""
    owing = set(OPENERS + CLOSERS + ENUMERATORS)
    # What is all but certain takes part as it reads, and stays.
    events: list[tuple[int, str, Candidate | None]] = [
        (candidate.start, candidate.meant, candidate if candidate.odds < _CERTAIN else None)
        for candidate in candidates
        if candidate.meant in owing
        and candidate.odds > -_CERTAIN
        and not (candidate.meant == "’" and SHORT_YEAR.match(text, candidate.start + 1))
    ]
    if not events:
        return
    # Signs that are there already count too, a little way around.
    first, last = max(0, candidates[0].start - _REACH), candidates[-1].start + _REACH
    events += [(match.start(), match[0], None) for match in _OWING_SIGN.finditer(text, first, last)]
    events.sort(key=lambda event: event[0])
    # Forward sums over states, with the edges kept for the way back.
    states: dict[_State, float] = {("", 0, first): 0.0}
    forward = [states]
    layers: list[list[tuple[_State, _State, bool, float]]] = []
    place = first
    for start, sign, candidate in events:
        edges: list[tuple[_State, _State, bool, float]] = []
        opens_line = text[max(0, start - _INDENT) : start].rstrip(" \u3000")[-1:] in ("\n", "\r")
        ended = _ended_paragraphs(text, place, start)
        for state in states:
            for now, cost in _waited(state, start - place, ended):
                after, worth = _step(now, sign, start, opens_line=opens_line)
                if candidate is None:
                    edges.append((state, after, True, cost + worth))
                else:
                    edges.append((state, after, True, cost + worth + candidate.odds))
                    edges.append((state, now, False, cost))
        place = start
        arrived: dict[_State, float] = {}
        for before, after, _, weight in edges:
            total = states[before] + weight
            arrived[after] = log_add(arrived[after], total) if after in arrived else total
        if len(arrived) > _MOST_STATES:
            kept = sorted(arrived, key=lambda state: (-arrived[state], state))[:_MOST_STATES]
            arrived = {state: arrived[state] for state in kept}
            edges = [edge for edge in edges if edge[1] in arrived]
        layers.append(edges)
        forward.append(arrived)
        states = arrived
    backward = {state: _UNCLOSED * len(state[0]) + _ALONE * (state[1] == 1) for state in states}
    for (_, _, candidate), edges, before_all in zip(reversed(events), reversed(layers), forward[-2::-1], strict=True):
        meant = kept_as_is = -inf
        earlier: dict[_State, float] = {}
        for before, after, changed, weight in edges:
            onward = weight + backward[after]
            earlier[before] = log_add(earlier[before], onward) if before in earlier else onward
            if changed:
                meant = log_add(meant, before_all[before] + onward)
            else:
                kept_as_is = log_add(kept_as_is, before_all[before] + onward)
        backward = {state: earlier.get(state, -inf) for state in before_all}
        if candidate is not None:
            candidate.odds = max(-27.0, min(27.0, meant - kept_as_is))


# The apostrophe of ’98 owes nothing.
_OWING_SIGN = re.compile(f"(?!’{SHORT_YEAR.pattern})[{re.escape(OPENERS + CLOSERS + ENUMERATORS)}]")
