"""
Figures that tell part of one told shortly before, though no 其中 says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from union_corpus.indicators.cues import patterns

if TYPE_CHECKING:
    from union_corpus.indicators.finding import Indicator

# So far before a figure stands that of the whole.
_NEAR = 300
# The names of the things counted, from their ends: 工会驿站 and 驿站.
_NOUN = range(6, 1, -1)
_RULES = frozenset({"subject", "predicate"})


def with_parts(rows: Sequence[Indicator], view: str) -> Iterator[Indicator]:
    """
    The rows, with ``stat`` "part" where a number counts some of the things that were counted just before.

    全国建成驿站18万个，2万个驿站具备法律服务功能: the second number stands before the same thing, is smaller and says what sets
    these apart. 其中5条已落实，5条正在实施: what follows a part in the same sentence is the next part.
    """
    recent: list[Indicator] = []
    for row in rows:
        recent = [other for other in recent if row.start - other.end <= _NEAR]
        telling = row.rule in _RULES and row.measure == "level" and row.unit != "%"
        if row.stat is None and telling and _is_part(row, recent, view):
            row = row._replace(stat="part", breakdown=row.indicator)
        recent.append(row)
        yield row


def _is_part(row: Indicator, recent: Sequence[Indicator], view: str) -> bool:
    """Whether a row tells part of one before it in its paragraph."""
    for other in reversed(recent):
        if other.unit != row.unit or other.measure != "level" or "\n" in view[other.end : row.start]:
            continue
        if other.stat == "part":
            if other is recent[-1] and other.sentence == row.sentence and view[row.start - 1] == ",":
                return True
        elif other.value and row.value and other.value > row.value and _same_thing(other, row, view):
            return True
    return False


def _same_thing(whole: Indicator, row: Indicator, view: str) -> bool:
    """Whether what stands behind a number is the thing that another one counts, and then what sets these apart."""
    name = whole.indicator or ""
    sizes = (size for size in _NOUN if len(name) >= size and view.startswith(name[-size:], row.end))
    size = next(sizes, 0)
    told = (patterns().predicate, patterns().verb_start)
    return bool(size) and any(words.match(view, row.end + size) for words in told)
