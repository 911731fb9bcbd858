"""
UTF-16 read one byte off, or with its bytes the wrong way round: every character was made of halves of others.

工会 (5DE5 4F1A) becomes U+E55D U+1A4F where the bytes are swapped. Where a byte was lost, each character is the second
half of one and the first half of the next, from there to the next lost byte or to the end. The character that the lost
byte belonged to is gone, and so is the last of the stretch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from union_corpus.documents import Edit
from union_corpus.language_model import load_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What must be gained for a run to begin or end, the log probability a character must then reach, and what a run must
# gain a character. Halves put together by chance are rare Han characters, far below.
_BORDER, _GOOD, _GAIN = 8.0, -7.0, 3.0

_LEAST = 4  # characters of a run
_TELLING = 0.5  # the share of them that must tell
_EDIT_LENGTH = 8
_GONE = "\ufffd"


def halves_joined(text: str, start: int, end: int) -> list[Edit]:
    """
    The edits of a stretch that was UTF-16 read with swapped bytes or one byte off; none where it was not.

    >>> swapped = "工会工作总结".encode("utf-16-le").decode("utf-16-be")
    >>> halves_joined(swapped, 0, len(swapped))
    [Edit(start=0, before='\ue55dᩏ\ue55d屏㭠퍾', after='工会工作总结')]
    >>> halves_joined("工会工作总结，慰问困难职工。", 0, 14)
    []
    """
    if end - start < _LEAST:
        return []
    start, end = max(start - 1, 0), min(end + 1, len(text))
    model = load_model()
    shown = text[start:end]
    before = model.scores(shown)
    tells = _telling(shown)
    best_gain, best_meant, best_runs, best_is_off = 0.0, "", list[tuple[int, int]](), False
    for meant, is_off in _readings(shown):
        gains = model.scores(meant) - before
        runs = [
            (low, high)
            for low, high in gaining_runs(gains.tolist())
            if high - low >= _LEAST
            and tells[low:high].mean() >= _TELLING
            and gains[low:high].sum() > _GAIN * (high - low)
            and model.score(meant[low:high]) > _GOOD * (high - low)
        ]
        gain = sum(float(gains[low:high].sum()) for low, high in runs)
        if gain > best_gain:
            best_gain, best_meant, best_runs, best_is_off = gain, meant, runs, is_off
    edits = []
    for low, high in best_runs:
        for at in range(low, high, _EDIT_LENGTH):
            last = min(at + _EDIT_LENGTH, high)
            # Of the character that lost a byte nothing is told, but that it was there.
            gone = _GONE if best_is_off and at == low else ""
            if shown[at:last] != best_meant[at:last]:
                edits.append(Edit(start + at, shown[at:last], gone + best_meant[at:last]))
    return edits


def _telling(shown: str) -> NDArray[np.bool_]:
    """
    Which characters tell whether they were UTF-16: not ASCII, nor a row of one sign.

    The halves of some are common characters the wrong way round: a rule of dashes is 开开开.
    """
    import numpy as np

    codes = np.array([ord(char) for char in shown])
    tells = codes > 0x7F
    tells[1:] &= codes[1:] != codes[:-1]
    return tells


def _readings(shown: str) -> Iterator[tuple[str, bool]]:
    """
    The characters with their halves swapped, or each with the next one's half, in either order of bytes.

    Tells of each whether it is one byte off. Where a half is not known, a character stays as it is shown.
    """
    import numpy as np

    codes = np.array([ord(char) if char <= "\uffff" and char != _GONE else 0 for char in shown], dtype=np.uint16)
    following = np.append(codes[1:], np.uint16(0))
    known = codes > 0
    high, low = codes >> 8, codes & 0xFF
    yield _as_text((low << 8) | high, known, shown), False
    known &= following > 0
    yield _as_text(((following & 0xFF) << 8) | high, known, shown), True
    yield _as_text((low << 8) | (following >> 8), known, shown), True


def _as_text(codes: NDArray[np.integer], known: NDArray[np.bool_], shown: str) -> str:
    meant = zip(codes.tolist(), known.tolist(), shown, strict=True)
    # No half of a surrogate, no control character but line ends and tabs.
    return "".join(
        chr(code) if is_known and not 0xD800 <= code < 0xE000 and (code >= 0x20 or code in (9, 10, 13)) else char
        for code, is_known, char in meant
    )


def gaining_runs(gains: list[float]) -> list[tuple[int, int]]:
    """The runs that gain most together, less what a border costs."""
    runs: list[tuple[int, int]] = []
    begin, total, best, end = 0, 0.0, 0.0, 0
    for at, gain in enumerate(gains):
        total += gain
        if total > best:
            best, end = total, at + 1
        if total <= 0.0 or best - total > _BORDER:
            if best > _BORDER:
                runs.append((begin, end))
            begin, total, best = at + 1, 0.0, 0.0
    if best > _BORDER:
        runs.append((begin, end))
    return runs
