"""
Characters a second from bytes to tables, beside the plain way, in the same run.

The plain way is what a script of an afternoon does: chardet, opencc-python to simplified, jieba.cut, and a one-line
regular expression for numbers. Ours decodes with places, repairs, splits, dates, tokenizes, finds themes and indicators.
Reads ../shared (official reports and the five seeds) where present, else data/. Run: python tests/benchmarks/whole_road.py
``--memory MB`` writes a folder of that many megabytes and prints the peak memory of ``run`` on it.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
NUMBERS = re.compile(r"\d[\d,.]*\s*(?:多|余|几)?\s*[万亿]?\s*(?:元|人次|人|户|家|个|件|份|名|次|条|项|期|场|%|％)")


def inputs() -> list[tuple[str, bytes]]:
    folders = [SHARED / "seeds", SHARED / "real" / "official"] if SHARED.is_dir() else [ROOT / "data" / "reports"]
    paths = [path for folder in folders for path in sorted(folder.iterdir())[:40] if path.is_file()]
    return [(path.name, path.read_bytes()) for path in paths]


def plain_way(files: list[tuple[str, bytes]]) -> int:
    import chardet
    import jieba
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    found = 0
    for _, data in files:
        text = convert(data.decode(chardet.detect(data)["encoding"] or "utf-8", "replace"))
        found += len(list(jieba.cut(text))) + len(NUMBERS.findall(text))
    return found


def whole_road(files: list[tuple[str, bytes]]) -> dict[str, float]:
    """Seconds of each stage, in the order of the road."""
    from union_corpus.workers import collector_at_rest

    seconds: dict[str, float] = {}

    def timed(stage, function, *given, **named):
        start = time.perf_counter()
        made = function(*given, **named)
        seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start
        return made

    with collector_at_rest():  # as the main job does for each file
        _travel(files, timed)
    return seconds


def _travel(files, timed) -> None:
    from union_corpus.corpus import _term_rows, read_document
    from union_corpus.documents import RawFile
    from union_corpus.indicators import find_indicators
    from union_corpus.metadata import describe
    from union_corpus.repairs import repair
    from union_corpus.segments import segment, split_compilation
    from union_corpus.themes import find_themes

    for name, data in files:
        doc = timed("decode", read_document, RawFile(name, data), name)
        doc = timed("repair", repair, doc)
        for report in timed("split", split_compilation, doc) or [doc]:
            report = timed("describe", describe, report)
            segments = timed("segment", segment, report)
            timed("themes", find_themes, report, segments=segments)
            timed("indicators", find_indicators, report, segments=segments)
            timed("terms", lambda report=report: list(_term_rows(report)))


def speed() -> None:
    files = inputs()
    n_chars = sum(len(data.decode("utf-8", "ignore")) for _, data in files)
    # Models and dictionaries are loaded before, on both sides, by other texts (the damaged sample needs them all).
    other = [(path.name, path.read_bytes()) for path in sorted((ROOT / "data" / "reports").iterdir())]
    plain_way(other), whole_road(other)
    start = time.perf_counter()
    plain_way(files)
    plain = time.perf_counter() - start
    stages = whole_road(files)
    ours = sum(stages.values())
    print(f"{len(files)} files, {n_chars:,} characters")
    print(f"{'stage':<12}{'seconds':>9}{'characters/s':>15}")
    for stage, spent in stages.items():
        print(f"{stage:<12}{spent:>9.2f}{n_chars / max(spent, 1e-9):>15,.0f}")
    print(f"{'whole road':<12}{ours:>9.2f}{n_chars / ours:>15,.0f}")
    print(f"{'plain way':<12}{plain:>9.2f}{n_chars / plain:>15,.0f}")
    print(f"the whole road is {plain / ours:.2f} times as fast as the plain way")


def memory(megabytes: int) -> None:
    from union_corpus.scale import run

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "in"
        folder.mkdir()
        written, number = 0, 0
        lines = [
            line
            for path in sorted((ROOT / "data" / "_originals").glob("*_20*.txt"))
            for line in path.read_text(encoding="utf-8").splitlines()
            if line
        ]
        chance = random.Random(0)
        while written < megabytes * 1_000_000:
            # Reports of the usual length, each of other paragraphs with other figures.
            chosen = chance.sample(lines, 60)
            text = re.sub(r"\d(?=\d*[^年\d])", lambda _: str(chance.randint(1, 9)), "\n".join(chosen))
            data = text.encode()
            (folder / f"{number:06d}.txt").write_bytes(data)
            written += len(data)
            number += 1
        start = time.perf_counter()
        run(folder, out=Path(place) / "out", progress=False, workers=2)
        seconds = time.perf_counter() - start
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{number:,} files, {written / 1e6:,.0f} MB in {seconds:,.0f} s: peak {own:,.0f} MB (a worker {child:,.0f} MB)"
    )


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--memory", type=int, metavar="MB")
    chosen = asked.parse_args()
    memory(chosen.memory) if chosen.memory else speed()
