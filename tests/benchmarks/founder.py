"""
How fast the Founder rule is: ``python tests/benchmarks/founder.py``.

Clean text through the first look, and damaged text through the lattice, beside what a plain list of replacements
and a cutting into words by jieba's Rust twin take on the same text in the same run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import rjieba

from union_corpus.repairs.founder import find_founder_shift, shifted_signs

ORIGINALS = Path(__file__).resolve().parents[2] / "data" / "_originals"


def seconds(work: Callable[[str], object], text: str) -> float:
    """The shorter of two runs; the first also loads what is needed."""
    times = []
    for _ in range(2):
        started = time.process_time()
        work(text)
        times.append(time.process_time() - started)
    return min(times)


def main() -> None:
    clean = "\n".join(path.read_text(encoding="utf-8") for path in sorted(ORIGINALS.glob("*.txt")))
    signs = shifted_signs()
    table = str.maketrans(
        {meant: shown for shown, meant in signs.items() if not meant.isalnum() and shown not in "郾鄄"}
    )
    back = str.maketrans({shown: meant for shown, meant in signs.items() if meant in "，。、；：“”（）《》"})
    damaged = clean.translate(table)
    find_founder_shift(damaged[:5000])
    size = len(damaged.encode())
    started = time.process_time()
    find_founder_shift(damaged)
    lattice = time.process_time() - started
    many = clean * 20
    gate = seconds(find_founder_shift, many)
    words = seconds(rjieba.cut, damaged)
    replacing = seconds(lambda text: text.translate(back), damaged)
    print(f"clean text, first look      {len(many.encode()) / gate / 1e6:8.1f} MB/s")
    print(f"damaged text, lattice       {size / lattice / 1e3:8.1f} kB/s")
    print(
        f"damaged text, rjieba.cut    {size / words / 1e3:8.1f} kB/s, {lattice / words:.0f} times as fast as the lattice"
    )
    print(f"damaged text, replacements  {size / replacing / 1e3:8.1f} kB/s (and some 14 % of doubtful places wrong)")


if __name__ == "__main__":
    main()
