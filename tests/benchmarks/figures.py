"""
Speed of reading numbers and quantities, against a one-line regular expression on the same text in the same run:
``python tests/benchmarks/figures.py``. Processor time, best of three.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

from union_corpus.numerals import find_numbers
from union_corpus.quantities import find_quantities

CASES = Path(__file__).resolve().parents[1] / "cases" / "numbers.json"
REGEX = re.compile(r"\d+(?:\.\d+)?\s*[万亿]?[多余]?\s*[万亿]?(?:元|人次|人|名|户|家|个|条|件|份|项|%|％)")
# Reports are mostly words: each sentence with figures stands among some without.
WORDS = "各级工会认真贯彻上级部署，围绕中心工作服务大局，切实维护职工合法权益，进一步统一思想，一手抓建设，一手抓服务。"


def seconds(function: Callable[[str], object], text: str) -> float:
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        function(text)
        best = min(best, time.process_time() - began)
    return best


def main() -> None:
    sentences = [case["text"] for case in json.loads(CASES.read_text(encoding="utf-8"))["quantities"]]
    print(f"{'text':28} {'numbers':>12} {'quantities':>12} {'regex':>14}  characters a second")
    for name, page in (
        ("a figure in every sentence", "\n".join(sentences)),
        ("as in reports", "\n".join(sentence + WORDS * 2 for sentence in sentences)),
        ("words only", WORDS * 200),
    ):
        text = page * (400_000 // len(page) + 1)
        speeds = [len(text) / seconds(way, text) for way in (find_numbers, find_quantities, REGEX.findall)]
        print(f"{name:28} {speeds[0]:12,.0f} {speeds[1]:12,.0f} {speeds[2]:14,.0f}")
    text = "\n".join(sentence + WORDS * 2 for sentence in sentences)
    short, long = (seconds(find_quantities, text * times) / times for times in (4, 32))
    print(f"eight times the text, in one piece, costs {long / short:.2f} times as much a character")


if __name__ == "__main__":
    main()
