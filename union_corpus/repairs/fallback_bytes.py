"""
Bytes read as UTF-8 wherever they happen to be valid, and one by one as Windows-1252 elsewhere.

Parsers of web pages do so with a page that does not name its table: 学习 (GBK D1A7 CFB0) became ѧϰ, 我们的 became
ÎÒÃǵÄ, because D1A7, CFB0 and C7B5 happen to be characters of UTF-8. Most signs stand for one byte, some for two or
three, and a few for either, so the ways to read a run are weighed against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from union_corpus.repairs.code_tables import byte_pairs_of, single_bytes

if TYPE_CHECKING:
    from union_corpus.language_model import Model

# What speaks against a sign that stands for itself, and against two bytes where one would do.
_ITSELF, _EITHER = -14.0, -3.0

# So many signs in a row may each end with half a character; so many readings are followed at once, unless one that has
# come farther is likelier by so much.
_LONGEST, _BEAM, _HOPELESS = 8, 3, 9.0

# The place an edge leads to, its string, and what speaks against it.
_Edge = tuple[int, str, float]


class _Way(NamedTuple):
    """The likeliest way to a place: its log probability, the place, the string it was reached with, the way before."""

    score: float
    end: int
    string: str
    before: _Way | None


def read_fallback(text: str, low: int, high: int, meant: str, model: Model) -> Iterator[tuple[int, int, str]]:
    """The likeliest characters behind ``text[low:high]``, each string with the place it begins and ends."""
    signs = text[low:high]
    keep = model.order - 1
    # The ways that lead to a place, by the characters that they end with.
    ways: list[dict[str, _Way]] = [{} for _ in range(len(signs) + 1)]
    ways[0][text[max(low - 4, 0) : low][-keep:]] = _Way(0.0, 0, "", None)
    best = [-inf] * (len(signs) + 1)
    for at in range(len(signs)):
        farther = max(best[at + 1 : at + 1 + _LONGEST])
        followed = sorted(ways[at].items(), key=lambda item: -item[1].score)[:_BEAM]
        edges: list[_Edge] = []
        for state, way in followed:
            if way.score < farther - _HOPELESS:
                break
            edges = edges or list(_edges(signs, at, meant)) or [(at + 1, signs[at], _ITSELF)]
            for to, string, score in edges:
                score += way.score
                grown = state
                for char in string:
                    score += model.log_prob(grown, char)
                    grown = (grown + char)[-keep:]
                there = ways[to].get(grown)
                if there is None or score > there.score:
                    ways[to][grown] = _Way(score, to, string, way)
                    best[to] = max(best[to], score)
    yield from _pieces(max(ways[-1].values(), key=lambda way: way.score), low)


def _pieces(last: _Way, low: int) -> Iterator[tuple[int, int, str]]:
    """The strings along a way, each with the place it begins and ends."""
    way, passed = last, list[_Way]()
    while way.before is not None:
        passed.append(way)
        way = way.before
    start = low
    for way in reversed(passed):
        yield start, low + way.end, way.string
        start = low + way.end


def _edges(signs: str, at: int, meant: str) -> Iterator[_Edge]:
    """What can be read from a place on: whole characters up to where a sign ends with one."""
    waiting: list[tuple[int | None, str, float]] = [(None, "", 0.0)]
    for place in range(at, min(at + _LONGEST, len(signs))):
        grown: list[tuple[int | None, str, float]] = []
        for pending, string, cost in waiting:
            for data, more in _bytes_behind(signs[place]):
                ends = _fed(pending, data, meant)
                if ends is None or cost + more < _EITHER:
                    continue
                if ends[0] is None:
                    yield place + 1, string + ends[1], cost + more
                else:
                    grown.append((ends[0], string + ends[1], cost + more))
        if not grown:
            return
        waiting = grown


def _fed(pending: int | None, data: Sequence[int], meant: str) -> tuple[int | None, str] | None:
    """What is read when bytes follow half a character or none: what is left over, and the string; None if they cannot."""
    pairs = byte_pairs_of(meant)
    string = ""
    for byte in data:
        if pending is not None:
            char = pairs.get((pending, byte))
            if char is None:
                return None
            string, pending = string + char, None
        elif byte < 0x80:
            string += chr(byte)
        else:
            pending = byte
    return pending, string


@cache
def _bytes_behind(sign: str) -> tuple[tuple[tuple[int, ...], float], ...]:
    """The bytes that a sign can have been shown for, each with what speaks against it."""
    single = single_bytes("cp1252").get(sign)
    if sign.isascii() or "\ud800" <= sign <= "\udfff" or sign == "\ufffd":
        return () if single is None else (((single,), 0.0),)
    whole = tuple(sign.encode("utf-8"))
    return ((whole, 0.0),) if single is None else (((single,), 0.0), (whole, _EITHER))
