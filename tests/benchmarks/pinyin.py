"""
Speed of the rules for readings, byte slips and gaps, against the plain way (one regular expression that takes every
bracketed syllable out) on the same text in the same run: ``python tests/benchmarks/pinyin.py``. Processor time.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "data" / "scripts"))
sys.path.insert(0, str(ROOT / "tests" / "quality"))

from pinyin import clean_reports, to_traditional  # noqa: E402
from pinyin_scraper import Dialect, print_readings, reading_table  # noqa: E402

from union_corpus.repairs.gaps import (  # noqa: E402
    find_broken_words,
    find_doubled_commas,
    find_invisible_characters,
    find_masked_words,
)
from union_corpus.repairs.pinyin import find_inline_pinyin  # noqa: E402
from union_corpus.repairs.slips import find_byte_slips  # noqa: E402

BRACKETED = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+ ?\)")
RULES: tuple[Callable[[str], object], ...] = (
    find_byte_slips,
    find_inline_pinyin,
    find_invisible_characters,
    find_broken_words,
    find_masked_words,
    find_doubled_commas,
)


def seconds(function: Callable[[str], object], text: str) -> float:
    """Processor time of one call after a first one, which loads what is loaded once."""
    function(text[:2_000])
    began = time.process_time()
    function(text)
    return time.process_time() - began


def main() -> None:
    """Print MB a second and the ratio to the plain way."""
    clean = "\n".join(clean_reports())[:400_000]
    traditional = to_traditional(clean[:60_000])
    damaged = print_readings(traditional, reading_table(0.15, random.Random(0)), Dialect(share=0.15))
    print(f"{'':28}{'clean MB/s':>12}{'damaged MB/s':>14}{'plain way takes':>17}")
    for rule in RULES:
        rates, ratios = [], []
        for text in (clean, damaged):
            size = len(text.encode()) / 1e6
            took = max(seconds(rule, text), 1e-6)
            rates.append(size / took)
            ratios.append(max(seconds(lambda t: BRACKETED.sub("", t), text), 1e-6) / took)
        print(f"{rule.__name__:28}{rates[0]:12.1f}{rates[1]:14.2f}{ratios[0]:10.2f}, {ratios[1]:.2f}")


if __name__ == "__main__":
    main()
