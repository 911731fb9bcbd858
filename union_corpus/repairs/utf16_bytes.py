"""
UTF-16 read as Latin-1, Windows-1252 or GBK: every character became two bytes of another table, many of them controls.

工会 (E5 5D 1A 4F) became å]␚O. Control characters (but for those that end lines and pages), which clean
text has none of, tell where to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import itemgetter

from union_corpus.documents import Edit
from union_corpus.language_model import load_model
from union_corpus.repairs.code_tables import encoder
from union_corpus.repairs.utf16 import gaining_runs

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")

# Control characters no further apart than this belong together, and so does what lies so near to them.
_REACH = 60
# The tables it may have been read with.
_TABLES = ("cp1252", "latin-1", "gbk")

# A run must have so many characters, each about so likely.
_LEAST, _LIKELY = 6, -11.0
_EDIT_LENGTH = 8
_GONE = "\ufffd"


def find_utf16_bytes(text: str) -> list[Edit]:
    """
    Find stretches of UTF-16, in either order of its bytes, that were read with a table of bytes.

    >>> from union_corpus.documents import apply_edits
    >>> shown = "慰问困难职工，开展技能竞赛。".encode("utf-16-le").decode("latin-1")
    >>> apply_edits("工会：" + shown, find_utf16_bytes("工会：" + shown))
    '工会：慰问困难职工，开展技能竞赛。'
    >>> find_utf16_bytes("慰问困难职工\x0c开展技能竞赛")
    []
    """
    return [edit for start, end in _stretches(text) for edit in _mended(text, start, end)]


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    start = end = -1
    for match in _CONTROL.finditer(text):
        if start >= 0 and match.start() > end:
            yield start, end
            start = -1
        if start < 0:
            start = max(match.start() - _REACH, end, 0)
        end = min(match.end() + _REACH, len(text))
    if start >= 0:
        yield start, end


def _mended(text: str, start: int, end: int) -> list[Edit]:
    """The edits of a stretch by the table that makes most sense of it."""
    best: tuple[float, list[Edit]] = 0.0, []
    for codec in _TABLES:
        found = [_read_best(text, low, high, codec) for low, high in _of_table(text, start, end, codec)]
        gain = sum(one_gain for one_gain, _ in found)
        if gain > best[0]:
            best = gain, [edit for _, edits in found for edit in edits]
    return best[1]


def _of_table(text: str, start: int, end: int, codec: str) -> Iterator[tuple[int, int]]:
    """The parts of a stretch all of whose signs a table has."""
    shown_for = encoder(codec)
    begin = start
    for place in range(start, end + 1):
        if place == end or text[place] not in shown_for:
            if place - begin >= _LEAST:
                yield begin, place
            begin = place + 1


def _read_best(text: str, low: int, high: int, codec: str) -> tuple[float, list[Edit]]:
    """What is gained by reading a part in the likeliest order of bytes, from its first byte or its second; the edits."""
    shown_for = encoder(codec)
    data = [byte for char in text[low:high] for byte in shown_for[char]]
    owners = [place for place in range(low, high) for _ in shown_for[text[place]]]
    readings = (_read(text, data, owners, first, order) for first in (0, 1) for order in (0, 1))
    return max(readings, key=itemgetter(0))


# Two letters of ASCII are often a Han character: that a text is not the ASCII it looks like, other bytes must tell. Of
# those of Chinese text half do not.
_PRINTED, _MOST_PRINTED = frozenset(range(0x20, 0x7F)), 0.8


def _read(text: str, data: Sequence[int], owners: Sequence[int], first: int, high: int) -> tuple[float, list[Edit]]:
    """What is gained by reading pairs of bytes from the first on, whose byte ``high`` is the high one; and the edits."""
    places = range(first, len(data) - 1, 2)
    meant = "".join(_character(data[at + high], data[at + 1 - high]) for at in places)
    scores = load_model().scores(meant).tolist()
    worth = [score - _LIKELY if char != _GONE else -1.0 for score, char in zip(scores, meant, strict=True)]
    gain, edits = 0.0, list[Edit]()
    for low, last in gaining_runs(worth):
        begin, end = first + 2 * low, first + 2 * last
        if last - low < _LEAST or sum(byte in _PRINTED for byte in data[begin:end]) > _MOST_PRINTED * (end - begin):
            continue
        # Both sides of an edit must be whole characters.
        whole = [n for n in range(low, last + 1) if _is_border(owners, first + 2 * n)]
        for begin, stop in pairwise(_spread(whole)):
            lower, upper = owners[first + 2 * begin], owners[first + 2 * stop - 1] + 1
            edits.append(Edit(lower, text[lower:upper], meant[begin:stop]))
        gain += sum(worth[low:last])
    return gain, edits


def _character(high: int, low: int) -> str:
    code = high << 8 | low
    is_text = high >= 0 and low >= 0 and not 0xD800 <= code < 0xF900 and (code >= 0x20 or code in (9, 10, 13))
    return chr(code) if is_text else _GONE


def _is_border(owners: Sequence[int], at: int) -> bool:
    return at in (0, len(owners)) or owners[at] != owners[at - 1]


def _spread(borders: Sequence[int]) -> list[int]:
    """Borders of which each lies at least the length of an edit behind the one before, and the last."""
    chosen = list(borders[:1])
    for border in borders[1:]:
        if border - chosen[-1] >= _EDIT_LENGTH or border == borders[-1]:
            chosen.append(border)
    return chosen
