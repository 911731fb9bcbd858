"""
Speed of segments, metadata and duplicates beside a plain way in the same run: ``python tests/benchmarks/reports.py``.

The plain way of cutting is ``re.split`` on sentence marks; of finding copies, every pair by ``difflib`` on a sample.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Callable
from difflib import SequenceMatcher
from itertools import combinations, islice
from pathlib import Path
from typing import Any

from union_corpus.documents import Document
from union_corpus.duplicates import find_duplicates
from union_corpus.metadata import describe
from union_corpus.segments import segment, split_compilation

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from made_texts import prose  # noqa: E402 - beside the tests


def seconds(work: Callable[[], Any]) -> float:
    """Processor time of the best of three runs."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def made_reports(n: int, size: int = 3000) -> list[Document]:
    """Reports of random clauses, one in ten of them a masked copy of an earlier one."""
    draw = random.Random(0)
    reports: list[str] = []
    for at in range(n):
        copied = draw.choice(reports).replace("2009", "20xx") if at % 10 == 9 else ""
        reports.append(copied or "2009年工会工作总结\n" + prose(at, size * 8 // 11))
    return [Document.from_text(text, doc_id=str(at)) for at, text in enumerate(reports)]


def main() -> None:
    """Print characters and reports a second, and the ratio to the plain way."""
    paths = sorted((ROOT.parent / "shared" / "real" / "official").glob("*.txt"))
    paths = paths or sorted((ROOT / "data" / "_originals").glob("*.txt"))
    docs = [Document.from_text(path.read_text(encoding="utf-8"), doc_id=path.stem) for path in paths]
    n_chars = sum(len(doc.text) for doc in docs)
    describe(docs[0])  # loads the word lists
    plain = seconds(lambda: [re.split("(?<=[。！？])", doc.text) for doc in docs])
    cut = seconds(lambda: [segment(doc) for doc in docs])
    split = seconds(lambda: [split_compilation(doc) for doc in docs])
    pieces = [segment(doc) for doc in docs]
    known = seconds(lambda: [describe(doc, segments=found) for doc, found in zip(docs, pieces, strict=True)])
    for name, took in (("re.split", plain), ("segment", cut), ("split_compilation", split), ("describe", known)):
        print(f"{name:20s} {n_chars / took / 1e6:8.2f} M characters/s   {took / plain:6.1f} × re.split")
    reports = made_reports(2000)
    found = seconds(lambda: find_duplicates(reports))
    few = [doc.text for doc in reports[:8]]
    pairwise = seconds(
        lambda: [SequenceMatcher(None, *pair).quick_ratio() for pair in islice(combinations(few, 2), 28)]
    )
    every_pair = pairwise / 28 * len(reports) * (len(reports) - 1) / 2
    print(
        f"{'find_duplicates':20s} {len(reports) / found:8.0f} reports/s          {every_pair / found:6.0f} times as fast as difflib on every pair"
    )


if __name__ == "__main__":
    main()
