"""
Speed of decoding, as a ratio to chardet on the same bytes in the same run: ``python tests/benchmarks/decoding.py``.

The text is made up, and, where ``../shared/real/gbk`` is there, real prose that the language model has not read: its
names and rare words are what takes time.

The plain way is ``data.decode(chardet.detect(data)["encoding"], "replace")``. Processor time is measured, so that
other work on the machine does not count.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import chardet

from union_corpus.decoding import decode
from union_corpus.lexicon import table


def made_text(length: int) -> str:
    """Characters drawn by their frequency, in sentences and lines: costs what prose costs, and is nobody's text."""
    chance = random.Random(0)
    rows = table("character_costs")
    chars = [chr(int(row["code_point"], 16)) for row in rows]
    chars = [char for char in chars if len(char.encode("gb18030")) == 2 and char >= "\u4e00"]
    weights = [2.0 ** -float(row["bits"]) for row in rows if chr(int(row["code_point"], 16)) in set(chars)]
    drawn = chance.choices(chars, weights, k=length)
    for at in range(12, length, 13):
        drawn[at] = "，。；、"[at // 13 % 4]
    for at in range(150, length, 151):
        drawn[at] = "\n"
    return "".join(drawn)


def real_prose() -> str:
    """Reports of ../shared, one behind the other; empty where they are not there."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "real" / "gbk"
    return "".join(path.read_bytes().decode("gb18030") for path in sorted(folder.glob("*.txt")))


def plain_way(data: bytes) -> str:
    return data.decode(chardet.detect(data)["encoding"] or "ascii", "replace")


def seconds(function: Callable[[bytes], object], data: bytes, times: int) -> float:
    function(data)
    began = time.process_time()
    for _ in range(times):
        function(data)
    return (time.process_time() - began) / times


def main() -> None:
    text = made_text(400_000)
    big = text * 8
    prose = real_prose()
    real = [
        ("20 KB of prose, GB 18030", prose[:10_000].encode("gb18030"), 30),
        ("20 KB of prose, UTF-8", prose[:6_600].encode(), 30),
        ("6 MB of prose, GB 18030", prose.encode("gb18030") * (6_000_000 // (2 * len(prose) or 1)), 2),
    ]
    print(f"{'case':32} {'MB/s':>8} {'chardet MB/s':>13} {'ratio':>7}")
    for name, data, times in (
        ("20 KB GB 18030", text[:10_000].encode("gb18030"), 30),
        ("20 KB UTF-8", text[:6_600].encode(), 30),
        ("20 KB UTF-16", text[:10_000].encode("utf-16-le"), 30),
        (
            "20 KB GB 18030, a byte lost",
            text[:10_000].encode("gb18030")[:5001] + text[:10_000].encode("gb18030")[5002:],
            30,
        ),
        ("6 MB GB 18030", big.encode("gb18030"), 2),
        ("9 MB UTF-8", big.encode(), 2),
        *(real if prose else ()),
    ):
        ours = seconds(decode, data, times)
        theirs = seconds(plain_way, data, 1 if len(data) > 1_000_000 else 5)
        print(f"{name:32} {len(data) / 1e6 / ours:8.1f} {len(data) / 1e6 / theirs:13.2f} {theirs / ours:7.1f}")


if __name__ == "__main__":
    main()
