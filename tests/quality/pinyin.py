"""
How well readings and byte slips are undone: characters right after repair, per dialect, and how true the confidences are.

Clean reports are converted to traditional characters, damaged by ``data/scripts/pinyin_scraper.py`` and repaired.
The texts are none of those the language model was trained on. Run as ``python tests/quality/pinyin.py [CHARACTERS]``.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "data" / "scripts"))

from pinyin_scraper import Dialect, print_readings, reading_table, repeat_readings  # noqa: E402

from union_corpus.documents import Edit, Repair, apply_edits  # noqa: E402
from union_corpus.repairs import gbk  # noqa: E402
from union_corpus.repairs.pinyin import find_inline_pinyin  # noqa: E402
from union_corpus.repairs.slips import find_byte_slips  # noqa: E402

SHARED = ROOT.parent / "shared"
WIDTH = str.maketrans("，；：！？（）", ",;:!?()")
DIALECTS = {
    "dense": Dialect(),
    "half of the characters": Dialect(share=0.5),
    "sparse (one in ten)": Dialect(share=0.1),
    "blank inside": Dialect(share=0.6, blank=True),
    "punctuation left alone": Dialect(share=0.6, marks=False),
    "private-use characters lost": Dialect(share=0.6, drop_private=True),
    "no cuts": Dialect(cuts=False, marks=False),
}


def clean_reports() -> list[str]:
    """Texts that the language model has not read, in simplified characters."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "data" / "_originals").glob("*.txt"))]
    if SHARED.is_dir():
        texts += [
            path.read_bytes().decode("gb18030", "ignore") for path in sorted((SHARED / "real" / "gbk").glob("*.txt"))
        ]
        texts += [path.read_text(encoding="utf-8") for path in sorted((SHARED / "seeds").glob("00[34]*.txt"))]
    return texts


def to_traditional(text: str) -> str:
    """The text in traditional characters, of GBK only, as a converting page shows it."""
    import opencc

    text = opencc.OpenCC("s2tw").convert(text)
    known = gbk.byte_pairs()
    return "".join(c for c in text if c in known and not "\ue000" <= c <= "\uf8ff")


def wrong_characters(found: str, wanted: str) -> int:
    """How many characters differ, widths aside, counted line by line."""
    found_lines, wanted_lines = found.translate(WIDTH).split("\n"), wanted.translate(WIDTH).split("\n")
    if len(found_lines) != len(wanted_lines):
        return _differing("\n".join(found_lines), "\n".join(wanted_lines))
    return sum(_differing(a, b) for a, b in zip(found_lines, wanted_lines, strict=True))


def _differing(a: str, b: str) -> int:
    if a == b:
        return 0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal")


def judge_edits(edits: list[Edit], removed: list[Edit], repaired: str, wanted: str) -> list[tuple[Edit, bool]]:
    """Each edit of the slip rule, and whether what it wrote stands in the wanted text at that place; a ? claims nothing."""
    equal = bytearray(len(repaired))
    found_lines, wanted_lines = repaired.split("\n"), wanted.split("\n")
    start = 0
    for found, right in zip(found_lines, wanted_lines, strict=False):
        found, right = found.translate(WIDTH), right.translate(WIDTH)
        for block in SequenceMatcher(None, found, right, autojunk=False).get_matching_blocks():
            equal[start + block.a : start + block.a + block.size] = b"\x01" * block.size
        start += len(found) + 1
    slips, readings = Repair("slips", tuple(edits)), Repair("pinyin", tuple(removed))
    judged = []
    for edit in edits:
        start, end = readings.span_after(*slips.span_after(edit.start, edit.end))
        judged.append((edit, all(equal[at] or repaired[at] == "?" for at in range(start, end))))
    return judged


def judged_slips(damaged: str, edits: list[Edit], wanted: str) -> list[tuple[Edit, bool]]:
    """Each edit of the slip rule, all of them made, and whether it is right."""
    half = apply_edits(damaged, edits)
    removed = find_inline_pinyin(half)
    return judge_edits(edits, removed, apply_edits(half, removed), wanted)


def _without_readings(text: str) -> str:
    import re

    return re.sub(r"\([a-zü-ǜāáǎàēéěèīíǐìōóǒòūúǔù]{1,6} ?\)", "", text)


def main() -> None:
    """Print the tables."""
    limit = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    show = "-v" in sys.argv
    texts = [to_traditional(text) for text in clean_reports()]
    rng = random.Random(7)
    sample = [text[:12_000] for text in texts]
    while sum(map(len, sample)) > limit:
        sample.pop(rng.randrange(len(sample)))
    find_byte_slips("?cè)谏习肽昙皶r")  # loads model and words
    n = sum(map(len, sample))
    print(f"{len(sample)} texts, {n:,} characters\n")
    print(f"{'dialect':30}{'slips':>8}{'before':>9}{'left alone':>12}{'left wrong':>12}{'per 10,000':>12}{'kB/s':>8}")
    buckets: Counter[int] = Counter()
    right: Counter[int] = Counter()
    for name, dialect in DIALECTS.items():
        if show:
            print("--", name)
        wrong = before = slips = left_alone = 0
        seconds = size = 0.0
        for text in sample:
            damaged = print_readings(text, reading_table(dialect.share, rng), dialect)
            size += len(damaged.encode()) / 1000
            began = time.perf_counter()
            edits = find_byte_slips(damaged)
            made = [edit for edit in edits if edit.confidence >= 0.5]
            half = apply_edits(damaged, made)
            removed = find_inline_pinyin(half)
            repaired = apply_edits(half, removed)
            seconds += time.perf_counter() - began
            before += wrong_characters(_without_readings(damaged), text)
            wrong += wrong_characters(repaired, text)
            slips += damaged.count("?")
            left_alone += len(edits) - len(made)
            for edit, ok in judged_slips(damaged, edits, text):
                bucket = min(int(edit.confidence * 10), 9)
                buckets[bucket] += 1
                right[bucket] += ok
                if show and not ok:
                    print("   ", repr(edit), "|", damaged[max(0, edit.start - 12) : edit.start])
        print(f"{name:30}{slips:8}{before:9}{left_alone:12}{wrong:12}{wrong / n * 10_000:12.2f}{size / seconds:8.0f}")
    wrong = before = 0
    for text in sample:
        damaged = repeat_readings(text, rng)
        before += wrong_characters(damaged, text)
        wrong += wrong_characters(apply_edits(damaged, find_inline_pinyin(damaged)), text)
    print(f"{'repeated, without tones':30}{'':8}{before:9}{'':12}{wrong:12}{wrong / n * 10_000:12.2f}")
    print("\nconfidence of slip edits   given   right")
    for bucket in sorted(buckets):
        print(f"  {bucket / 10:.1f}–{(bucket + 1) / 10:.1f}{buckets[bucket]:20}{right[bucket] / buckets[bucket]:8.3f}")


if __name__ == "__main__":
    main()
