"""
Big5 text that went through a program which drops backslashes: every byte 5C is gone, and some characters end with one.

The lead byte that is left takes the next byte for its trail, and so on, until a trail byte in the range of ASCII ends
the slip: 功能萎縮 became 弁鉞靾Y.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from union_corpus.documents import Edit
from union_corpus.language_model import load_model
from union_corpus.repairs.code_tables import byte_pairs_of, encoder

if TYPE_CHECKING:
    from union_corpus.language_model import Model

_BACKSLASH = 0x5C

# A slip ends with a trail byte that stands alone: a letter or sign straight behind a Han character.
# The letter is looked for first, because there are few in Chinese text.
_SLIP_END = re.compile(r"[@-~](?<=[\u4e00-\u9fff\ue000-\uf8ff].)(?![A-Za-z])")

# Line ends, and signs that stand for bytes nobody knows.
_APART = "\r\n?\ufffd"

# So much of the line is read again before it and behind it.
_BEFORE, _BEHIND = 24, 10

# What must be gained for an edit, and for a sure one; what speaks against each dropped byte; readings followed at once.
_GAIN, _SURE_GAIN, _DROP, _BEAM = 9.0, 16.0, -2.0, 6


@dataclass(frozen=True, slots=True)
class _Path:
    """One reading of the bytes up to a place: the characters read, and where in the bytes each of them begins."""

    score: float
    text: str
    starts: tuple[int, ...]


def find_dropped_backslashes(text: str, others: Sequence[Edit] = ()) -> list[Edit]:
    """
    Find slips that begin where a Big5 character lost its byte 5C, but for those that end within one of ``others``.

    >>> find_dropped_backslashes("造成心肺弁鉞靾Y，工會協助申請。")
    [Edit(start=4, before='弁鉞靾Y', after='功能萎縮', confidence=0.97)]
    >>> find_dropped_backslashes("造成心肺功能衰退，工會協助申請。")
    []
    """
    edits: list[Edit] = []
    if text.isascii():
        return edits
    for start, end in _suspicious(text, others):
        edits.extend(edit for edit in _mended(text, start, end) if not edits or edit.start >= edits[-1].end)
    return edits


def _suspicious(text: str, others: Sequence[Edit]) -> list[tuple[int, int]]:
    """Pieces of lines before a slip's end, all of whose characters Big5 has."""
    other_ends = [other.end for other in others]
    shown_for = encoder("big5")
    spans: list[tuple[int, int]] = []
    for match in _SLIP_END.finditer(text):
        start, end = match.start() - 1, match.end()
        done = spans[-1][1] if spans else 0
        other = bisect_right(other_ends, end - 1)
        if other < len(others) and others[other].start < end:
            continue
        if start < done or text[start] not in shown_for or _is_one_of_many(text, end - 1) or _reads_on(text, end - 1):
            continue
        limit = max(start - _BEFORE, done)
        while start > limit and text[start - 1] in shown_for and text[start - 1] not in _APART:
            start -= 1
        limit = min(end + _BEHIND, len(text))
        while end < limit and text[end] in shown_for and text[end] not in _APART:
            end += 1
        spans.append((start, end))
    return spans


# A slip's last character and the letter behind it are no likelier together; those of 算力1万P or A股 are.
_USUAL = -12.0


def _reads_on(text: str, place: int) -> bool:
    """True for a letter that makes sense behind the character before it, and that one behind what stands before."""
    log_prob = load_model().log_prob
    before = text[max(place - 4, 0) : place]
    return log_prob(before[:-1], before[-1]) + log_prob(before, text[place]) > _USUAL


def _is_one_of_many(text: str, place: int) -> bool:
    """True for a sign that has others of its kind near it: they part the columns of a table, or belong to a program."""
    return not text[place].isalpha() and text.count(text[place], max(place - _BEFORE, 0), place + _BEFORE) > 1


def _mended(text: str, start: int, end: int) -> list[Edit]:
    shown_for = encoder("big5")
    data: list[int] = []
    owners: list[int] = []
    for place in range(start, end):
        found = shown_for[text[place]]
        data += found
        owners += [place] * len(found)
    model = load_model()
    best = _best(data, text[max(start - 4, 0) : start], model)
    if best is None:
        return []
    return _edits(text, best, data, owners, model)


def _best(data: list[int], history: str, model: Model) -> _Path | None:
    """The likeliest reading of the bytes where any lead byte may have lost the 5C behind it."""
    pairs = byte_pairs_of("big5")
    reached: list[dict[str, _Path]] = [{} for _ in range(len(data) + 2)]
    reached[0][""] = _Path(0.0, "", ())
    for at, byte in enumerate(data):
        paths = sorted(reached[at].values(), key=lambda path: -path.score)[:_BEAM]
        if not paths:
            continue
        if byte < 0x80:
            steps = [(chr(byte), 1, 0.0)]
        else:
            steps = [(dropped, 1, _DROP)] if (dropped := pairs.get((byte, _BACKSLASH))) else []
            if at + 1 < len(data) and (whole := pairs.get((byte, data[at + 1]))):
                steps.append((whole, 2, 0.0))
        for path in paths:
            for char, width, prior in steps:
                score = path.score + prior + model.log_prob((history + path.text)[-4:], char)
                key = (path.text + char)[-3:]
                kept = reached[at + width].get(key)
                if kept is None or score > kept.score:
                    reached[at + width][key] = _Path(score, path.text + char, (*path.starts, at))
    return max(reached[len(data)].values(), key=lambda path: path.score, default=None)


def _edits(text: str, best: _Path, data: list[int], owners: list[int], model: Model) -> list[Edit]:
    """The stretches between places where a character begins both as shown and as read, where the two differ."""
    begins = {at for at in range(len(data)) if at == 0 or owners[at] != owners[at - 1]}
    borders = [n for n, at in enumerate(best.starts) if at in begins] + [len(best.starts)]
    edits = []
    for first, last in pairwise(borders):
        low = owners[best.starts[first]]
        high = owners[best.starts[last]] if last < len(best.starts) else owners[-1] + 1
        before, after = text[low:high], best.text[first:last]
        if before == after or not before:
            continue
        left, right = text[max(low - 6, 0) : low], text[high : high + 6]
        gain = model.score(left + after + right) - model.score(left + before + right)
        if gain >= _GAIN and len(after) >= 2:
            edits.append(Edit(low, before, after, 0.97 if gain >= _SURE_GAIN else 0.85))
    return edits
