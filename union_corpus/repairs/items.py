"""
Numbered items in running text: whether a list goes on inside a paragraph or has a line for each item.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from union_corpus.repairs.printed_lines import ENUMERATOR, Line, item_number

# What is counted in prose without a sign behind the number: 一是, 第二, 三要.
_SPOKEN = re.compile(
    r"(?:(?P<is>[一二三四五六七八九十]是)|(?P<must>[一二三四五六七八九十]要)|(?P<ordinal>第[一二三四五六七八九十]，))"
)
# An item begins a line or stands behind a sign.
_MAY_BEGIN = re.compile(r"(?:(?<=[。；：，！？:;,\n\r\f])|\A)[ \t\u00a0\u3000]*(?=[一二三四五六七八九十第（(\d①-⒛])")


@dataclass(frozen=True)
class _Item:
    start: int
    number: int
    line: int  # the number of the line that it begins, -1 inside a line


class Items:
    """The numbered items of a text, each with the one that its list counts before it and behind it."""

    def __init__(self, text: str, lines: Sequence[Line]) -> None:
        begins = {line.start: index for index, line in enumerate(lines)}
        last: dict[str, _Item] = {}
        self._beside: dict[int, list[_Item]] = {}
        self._counting_on: set[int] = set()
        for place in _MAY_BEGIN.finditer(text):
            match = ENUMERATOR.match(text, place.end()) or _SPOKEN.match(text, place.end())
            if match is None:
                continue
            kind = match.lastgroup or ""
            item = _Item(place.end(), item_number(match.group()), begins.get(place.end(), -1))
            before = last.get(kind)
            if before is not None and item.number == before.number + 1:
                self._beside.setdefault(before.start, []).append(item)
                self._beside.setdefault(item.start, []).append(before)
                self._counting_on.add(item.start)
            last[kind] = item

    def beside(self, start: int) -> list[int]:
        """The lines that the items beside the one at ``start`` begin; -1 for an item inside a line."""
        return [item.line for item in self._beside.get(start, ())]

    def counts_on(self, start: int) -> bool:
        """True where the item at ``start`` is not the first of its list."""
        return start in self._counting_on
