"""
Characters a second from bytes to tables, beside the plain way, in the same run.

The plain way is what a script of an afternoon does: chardet, opencc-python to simplified, jieba.cut, and a one-line
regular expression for numbers. Ours decodes with places, repairs, splits, dates, tokenizes, finds themes and indicators.
Reads ../shared (official reports and the five seeds) where present, else data/. Run: python tests/benchmarks/whole_road.py
``--memory MB`` writes a folder of that many megabytes and prints the memory that ``run`` on it holds (Linux).
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
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
    other.append(("masked.txt", "表彰了一批劳动模*和先进集体。".encode()))
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


def write_reports(folder: Path, megabytes: int) -> tuple[int, int]:
    """
    So many megabytes of reports of the usual length, each of other paragraphs with other figures.

    Two in three have a heading that names one of 500 unions and a year; the others name nobody, as reports with masked
    names do. Gives the number of files and of bytes.
    """
    lines = [
        line
        for path in sorted((ROOT / "data" / "_originals").glob("*_20*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line
    ]
    chance = random.Random(0)
    written = number = 0
    while written < megabytes * 1_000_000:
        text = re.sub(r"\d(?=\d*[^年\d])", lambda _: str(chance.randint(1, 9)), "\n".join(chance.sample(lines, 60)))
        if number % 3:
            at = number % 500
            name = f"{'东西南北中'[at % 5]}{'山河湖江海'[at // 5 % 5]}{'安宁平兴和'[at // 25 % 5]}{'一二三四'[at // 125]}厂"
            text = f"{name}工会{2000 + number // 500 % 20}年工作总结\n\n{text}"
        data = text.encode()
        (folder / f"{number:06d}.txt").write_bytes(data)
        written += len(data)
        number += 1
    return number, written


def memory(megabytes: int) -> None:
    """The most memory that the main job held, counted over all its processes; a line for each twentieth of its time."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "in"
        folder.mkdir()
        n_files, n_bytes = write_reports(folder, megabytes)
        command = [sys.executable, "-m", "union_corpus", "run", str(folder), "-o", f"{place}/out", "--workers", "2"]
        start = time.perf_counter()
        job = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        samples = []
        while job.poll() is None:
            samples.append((time.perf_counter() - start, *held(job.pid)))
            time.sleep(0.25)
    if job.returncode:
        sys.exit(f"the main job ended with {job.returncode}")
    step = max(len(samples) // 20, 1)
    for at in range(0, len(samples), step):
        part = samples[at : at + step]
        print(
            f"{part[0][0]:>8,.0f} s  all {max(s[1] for s in part):>6,.0f} MB  one {max(s[2] for s in part):>6,.0f} MB"
        )
    print(
        f"{n_files:,} files, {n_bytes / 1e6:,.0f} MB in {samples[-1][0]:,.0f} s: "
        f"peak {max(s[1] for s in samples):,.0f} MB in all, {max(s[2] for s in samples):,.0f} MB in one process"
    )


def held(pid: int) -> tuple[float, float]:
    """Megabytes that a process and its children hold, pages that they share counted once; and the largest of them."""
    sizes = []
    for one in [pid, *children(pid)]:
        try:
            shown = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
        except OSError:  # it has just ended
            continue
        found = re.search(r"^Pss:\s+(\d+) kB", shown, re.MULTILINE)
        sizes.append(int(found[1]) / 1024 if found else 0.0)
    return sum(sizes), max(sizes, default=0.0)


def children(pid: int) -> list[int]:
    """The processes that this one started, and theirs."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    found = [pid]
    for one in found:  # grows while it is walked
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--memory", type=int, metavar="MB")
    chosen = asked.parse_args()
    memory(chosen.memory) if chosen.memory else speed()
