"""
Count the characters of given names: ``python data/scripts/count_given_names.py``.

Writes ``union_corpus/lexicon/given_name_characters.tsv`` from the three-character personal names of jieba's
``dict.txt`` (MIT). Only names under surnames that seldom begin a foreign name (马克思) or a common word are counted.
"""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "union_corpus" / "lexicon" / "given_name_characters.tsv"
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘蒋蔡杜苏魏吕丁沈姚卢姜崔钟谭陆汪范廖贾韦傅邹孟熊秦邱薛闫"
)
LEAST = 3


def main() -> None:
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise SystemExit("the package jieba is needed to count names")
    counts: Counter[str] = Counter()
    for line in (Path(spec.origin).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, _, tag = line.split(" ")
        if tag == "nr" and len(word) == 3 and word[0] in SURNAMES:
            counts.update(word[1:])
    with TARGET.open("w", encoding="utf-8") as stream:
        stream.write(
            "# source: counted over three-character personal names of jieba's dict.txt (MIT) by "
            "data/scripts/count_given_names.py\n"
        )
        stream.write("character\tcount\n")
        for char, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            if count >= LEAST:
                stream.write(f"{char}\t{count}\n")
    print(f"{TARGET}: {sum(count >= LEAST for count in counts.values())} characters")


if __name__ == "__main__":
    main()
