"""
Words that set one body of text apart from another.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from union_corpus.errors import FrameError
from union_corpus.tables import KEYNESS

if TYPE_CHECKING:
    import pandas as pd


def keyness_frame(target: Any, reference: Any) -> pd.DataFrame:
    """
    The words that set one body of text apart from another (``tables.KEYNESS``).

    Both may be a Corpus, a terms frame (columns term, count), a Series or dict of counts by term, or a list of
    words. ``log_likelihood`` is Dunning's G², with a minus where the word is rarer in the target; ``p`` is its
    chi-square probability with one degree of freedom, not corrected for the number of words. ``log_ratio`` is the
    binary logarithm of the ratio of relative frequencies (Hardie): 1 is twice as often. A count of 0 is taken as
    0.5 there, and only there, so that the ratio is finite. ``log_ratio_low`` and ``log_ratio_high`` are its 95 %
    interval: where they enclose 0 the difference is not certain, however large it looks.

    Sorted from what marks the target most to what marks the reference most; equal words by their characters.

    >>> table = keyness_frame(["职代会", "集体合同", "职代会"], ["集体合同", "集体合同", "帮扶"])
    >>> table[["term", "count_target", "count_reference"]].values.tolist()
    [['职代会', 2, 0], ['集体合同', 1, 2], ['帮扶', 0, 1]]
    """
    import numpy as np
    import pandas as pd

    counts_target, counts_reference = _counts(target, "target"), _counts(reference, "reference")
    total_target, total_reference = sum(counts_target.values()), sum(counts_reference.values())
    for name, total in (("target", total_target), ("reference", total_reference)):
        if not total:
            raise FrameError(f"the {name} holds no words; keyness needs counts on both sides")
    terms = sorted(counts_target.keys() | counts_reference.keys())
    a = np.array([counts_target.get(term, 0) for term in terms], dtype=float)
    b = np.array([counts_reference.get(term, 0) for term in terms], dtype=float)
    share = (a + b) / (total_target + total_reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(a > 0, a * np.log(a / (total_target * share)), 0.0)
        right = np.where(b > 0, b * np.log(b / (total_reference * share)), 0.0)
    g2 = np.maximum(2 * (left + right), 0.0)
    p = _chi_square_tail(g2)
    smooth_a, smooth_b = np.where(a == 0, 0.5, a), np.where(b == 0, 0.5, b)
    ratio = np.log2(smooth_a / total_target) - np.log2(smooth_b / total_reference)
    variance = 1 / smooth_a - 1 / total_target + 1 / smooth_b - 1 / total_reference
    half = 1.959963984540054 * np.sqrt(np.maximum(variance, 0.0)) / np.log(2)
    sign = np.where(a / total_target >= b / total_reference, 1.0, -1.0)
    result = pd.DataFrame(
        {
            "term": terms,
            "count_target": a.astype("int64"),
            "count_reference": b.astype("int64"),
            "log_likelihood": g2 * sign,
            "p": p,
            "log_ratio": ratio,
            "log_ratio_low": ratio - half,
            "log_ratio_high": ratio + half,
        }
    ).astype(KEYNESS)
    # Rounded for the order only, so that the last bits of a float do not decide between equal words.
    order = result.assign(place=result["log_likelihood"].round(9)).sort_values(
        ["place", "term"], ascending=[False, True], kind="stable"
    )
    return result.loc[order.index].reset_index(drop=True)


def _chi_square_tail(g2: Any) -> Any:
    """P of a chi-square variable with one degree of freedom: erfc(sqrt(x / 2))."""
    import numpy as np

    return np.array([math.erfc(math.sqrt(value / 2)) for value in g2], dtype=float)


def _counts(words: Any, name: str) -> dict[str, int]:
    """Counts by term from any of the shapes that ``keyness_frame`` takes."""
    import pandas as pd

    if hasattr(words, "terms_frame"):
        words = words.terms_frame()
    if isinstance(words, pd.DataFrame):
        lacking = [column for column in ("term", "count") if column not in words.columns]
        if lacking:
            raise FrameError(f"the {name} lacks the column {', '.join(lacking)}; terms_frame() has term and count")
        words = words.groupby("term", sort=True)["count"].sum()
    if isinstance(words, pd.Series):
        words = {term: count for term, count in words.items() if not pd.isna(count)}
    if isinstance(words, Mapping):
        counts: dict[str, int] = defaultdict(int)
        for term, count in words.items():
            if count < 0 or count != int(count):
                raise FrameError(f"the {name} counts {term!r} {count} times; counts are whole numbers from 0")
            if count:
                counts[str(term)] += int(count)
        return dict(counts)
    if isinstance(words, str) or not isinstance(words, Iterable):
        raise FrameError(
            f"the {name} must be a Corpus, a terms frame, counts by term or a list of words, not {words!r:.60}"
        )
    counted: dict[str, int] = defaultdict(int)
    for term in words:
        counted[str(term)] += 1
    return dict(counted)
