"""
Build ``union_corpus/lexicon/character_costs.tsv``: what a character costs in bits when Chinese text is written.

Run it once when the sources change: ``python data/scripts/build_character_costs.py``. Han characters come from the
word frequencies of jieba's dictionary, each word counted in simplified characters and, at a quarter of the weight, in
the traditional ones OpenCC gives it. Punctuation is rarer in a dictionary than in a report, so its shares are set
from counts in printed reports.
"""

from __future__ import annotations

import collections
import math
from pathlib import Path

import jieba
from opencc import OpenCC

OUT = Path(__file__).resolve().parents[2] / "union_corpus" / "lexicon" / "character_costs.tsv"

# Han characters make up about 62 % of what stands in a report file, blanks and line ends included.
HAN_SHARE = 0.62
TRADITIONAL_WEIGHT = 0.25
# What a Han character that jieba has never seen still gets.
FLOOR = 1e-7
DEAREST = 21.0

PUNCTUATION = {
    "，": 0.05, "。": 0.025, "、": 0.03, "“": 0.008, "”": 0.008, "：": 0.006, "；": 0.006, "（": 0.005, "）": 0.005,
    "《": 0.003, "》": 0.003, "？": 0.001, "！": 0.002, "—": 0.003, "…": 0.001, "·": 0.001, "‘": 0.0006, "’": 0.0006,
    "\u3000": 0.008, "％": 0.0005, "－": 0.0005, "〔": 0.0001, "〕": 0.0001, "「": 0.004, "」": 0.004, "『": 0.0005,
    "』": 0.0005, "．": 0.0003, "～": 0.0003, "○": 0.0002, "〇": 0.0002, "●": 0.0002, "■": 0.0001, "①": 0.0001,
    "②": 0.0001, "③": 0.0001, "④": 0.0001, "⑤": 0.0001, "№": 0.00005, "→": 0.0001, "※": 0.0001, "【": 0.0005,
    "】": 0.0005, "\xa0": 0.0005, "℃": 0.0001, "×": 0.0002, "＋": 0.0001, "﹑": 0.0001, "︰": 0.0001, "‧": 0.0003,
    "•": 0.0001, "★": 0.0001, "◆": 0.0001, "□": 0.0001, "△": 0.0001, "／": 0.0001, "＝": 0.0001, "―": 0.0002,
}  # fmt: skip


def costs() -> dict[str, float]:
    counts: collections.Counter[str] = collections.Counter()
    lines = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    words = [line.split(" ")[:2] for line in lines]
    traditional = OpenCC("s2t").convert("\n".join(word for word, _ in words)).split("\n")
    for (word, frequency), other in zip(words, traditional, strict=True):
        for reading, weight in ((word, 1.0), (other, TRADITIONAL_WEIGHT)):
            for char in reading:
                counts[char] += (int(frequency) + 1) * weight
    total = sum(counts.values())
    bits = {
        char: min(DEAREST, -math.log2(HAN_SHARE * count / total + FLOOR))
        for char, count in counts.items()
        if "\u3400" <= char <= "\u9fff"
    }
    bits |= {char: -math.log2(share) for char, share in PUNCTUATION.items()}
    return bits


def main() -> None:
    lines = [
        "# source: jieba 0.42.1 dict.txt (MIT), simplified and through OpenCC s2t; data/scripts/build_character_costs.py"
    ]
    lines.append("code_point\tbits")
    lines += [f"{ord(char):04X}\t{cost:.2f}" for char, cost in sorted(costs().items())]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{OUT}: {len(lines) - 2} characters")


if __name__ == "__main__":
    main()
