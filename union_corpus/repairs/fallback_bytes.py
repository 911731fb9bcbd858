"""
Bytes read as UTF-8 wherever they happen to be valid, and one by one as Windows-1252 elsewhere.

Parsers of web pages do so with a page that does not name its table: 学习 (GBK D1A7 CFB0) became ѧϰ, 我们的 became
ÎÒÃǵÄ, because D1A7, CFB0 and C7B5 happen to be characters of UTF-8. Most signs stand for one byte, some for two or
three, and a few for either, so the ways to read a run are weighed against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from union_corpus.repairs.code_tables import byte_pairs_of, single_bytes
from union_corpus.repairs.lattices import Edge, decode_graph

if TYPE_CHECKING:
    from union_corpus.language_model import Model

# What speaks against a sign that stands for itself, and against two bytes where one would do.
_ITSELF, _EITHER = -14.0, -3.0

# So many signs in a row may each end with half a character; so many readings are followed at once.
_LONGEST, _BEAM = 8, 4


def read_fallback(text: str, low: int, high: int, meant: str, model: Model) -> Iterator[tuple[int, int, str]]:
    """The likeliest characters behind ``text[low:high]``, each string with the place it begins and ends."""
    signs = text[low:high]
    edges: list[Sequence[Edge]] = [list(_edges(signs, at, meant)) or [_itself(signs, at)] for at in range(len(signs))]
    found = decode_graph(edges, model, history=text[max(low - 4, 0) : low], beam=_BEAM)
    for node, number in found.best_path()[0]:
        to, string, _, _ = edges[node][number]
        yield low + node, low + to, string


def _itself(signs: str, at: int) -> Edge:
    return at + 1, signs[at], _ITSELF, True


def _edges(signs: str, at: int, meant: str) -> Iterator[Edge]:
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
                    yield place + 1, string + ends[1], cost + more, True
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
