"""
Where to look for mojibake: stretches that do not look like Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from union_corpus.language_model import load_model
from union_corpus.repairs.byte_units import COMMON, alone
from union_corpus.repairs.code_tables import single_bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Windows of so many characters are looked at where their mean log probability (each character on its own) is below
# the limit. Garbled text lies near -14, reports near -7, the rarest long clean passages above -11; a name may be rarer.
_WINDOWS = ((12, -10.5), (4, -12.0))


def suspicious_stretches(text: str) -> Iterator[tuple[int, int]]:
    """Stretches that do not look like Chinese: letters of other code pages in a row, or characters too rare together."""
    found = [match.span() for match in high_letters().finditer(text) if _is_dense(match.group())]
    if not text.isascii():
        found += _improbable(text)
    yield from _joined(found)


@cache
def high_letters() -> re.Pattern[str]:
    """
    Runs of characters that single-byte tables show for high bytes; a little ASCII, or a figure, may stand between them.

    >>> high_letters().search("工会å·¥ä¼š2009")[0]
    'å·¥ä¼š2009'
    """
    shown = {
        char
        for codec in ("latin-1", "cp1252", "cp1250", "cp1254", "cp437", "mac_roman")
        for char in single_bytes(codec)
    }
    # Characters of two UTF-8 bytes, and now and then one of three, stand among them where a reader fell back on bytes.
    letters = re.escape("".join(sorted(char for char in shown if char > "\u07ff"))) + "\x80-\u07ff"
    # The second byte of a character of GBK or Big5 may be one of ASCII, also before a figure.
    between = r"[\x20-\x7e]{0,3}|[@-~]?[0-9.,%\x20-]{4,12}|[\u0800-\uffff]"
    return re.compile(rf"[{letters}](?:(?:{between})[{letters}\ufffd])+[\x21-\x7e]*")


def _is_dense(run: str) -> bool:
    """Two of five characters are high, and at least three are letters that Chinese text does not have."""
    high = sum(not char.isascii() for char in run)
    return high * 5 >= 2 * len(run) and sum(not char.isascii() and char not in _CHINESE_SIGNS for char in run) >= 3


# Signs that clean Chinese text shares with the single-byte tables.
_CHINESE_SIGNS = frozenset("“”‘’—–…·•×÷°±§\xa0")


def _improbable(text: str) -> list[tuple[int, int]]:
    """Windows whose characters are each too rare, joined where they touch and grown to the rare characters around."""
    import numpy as np

    model = load_model()
    rarity = alone(model)[model.ids(text)]
    if len(rarity) < 4:
        return []
    found: list[tuple[int, int]] = []
    total = np.concatenate(([0.0], np.cumsum(rarity)))
    for width, limit in _WINDOWS:
        sums = total[width:] - total[:-width]
        low = np.flatnonzero(sums < limit * width)
        if len(low):
            breaks = np.flatnonzero(np.diff(low) > width)
            starts = low[np.concatenate(([0], breaks + 1))]
            ends = low[np.concatenate((breaks, [len(low) - 1]))] + width
            found += [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]
    return [_without_common_ends(span, rarity) for span in _joined(found)]


def _without_common_ends(span: tuple[int, int], rarity: NDArray[np.float64]) -> tuple[int, int]:
    start, end = span
    rare = (rarity[start:end] < COMMON).nonzero()[0]
    return start + int(rare[0]), start + int(rare[-1]) + 1


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
