"""
How fast indicators are found, beside the one-line regular expression of the issue on the same text in the same run.

Run as ``python tests/benchmarks/indicators.py [FILE]``; without a file, our own labelled sentences are repeated.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from union_corpus.indicators import find_indicators

CASES = Path(__file__).resolve().parents[1] / "cases" / "indicators.json"
PLAIN = re.compile(r"[0-9０-９][0-9０-９.,]*\s*[多余几]?[万亿]?[多余]?\s*(?:个百分点|人次|[一-鿿%％])")


def seconds(work: Callable[[str], object], text: str, *, times: int = 3) -> float:
    """The best processor time of some runs."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work(text)
        best = min(best, time.process_time() - start)
    return best


def own_text() -> str:
    """Our labelled sentences among sentences without figures, about as thick with figures as a real report."""
    cases = [case["text"] for case in json.loads(CASES.read_text(encoding="utf-8"))]
    none = json.loads(CASES.with_name("indicators_none.json").read_text(encoding="utf-8"))
    pieces = []
    for at, case in enumerate(cases):
        pieces += [case, *(none[(6 * at + k) % len(none)] for k in range(6))]
    return "\n".join(pieces)


def main(path: str | None) -> None:
    """Print characters a second for growing texts, and the ratio to the plain way."""
    base = Path(path).read_text(encoding="utf-8") if path else own_text()
    find_indicators(base[:2000])
    print("characters   figures   k chars/s   plain regex k chars/s   ratio")
    for size in (50_000, 100_000, 200_000, 400_000):
        text = (base * (size // len(base) + 1))[:size]
        ours, plain = seconds(find_indicators, text, times=2), seconds(PLAIN.findall, text)
        print(
            f"{size:10,d} {len(find_indicators(text)):9,d} {size / ours / 1e3:11,.0f} {size / plain / 1e3:23,.0f} "
            f"{ours / plain:7.0f}"
        )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
