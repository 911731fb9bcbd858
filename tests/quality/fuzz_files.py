"""
Damaged files of every kind: ``python tests/quality/fuzz_files.py [FILES A KIND]`` (300 unless told).

The samples of ``tests/file_samples.py`` are damaged with a fixed seed. Wanted: no exception, no file that takes more than
ten seconds, less than a gigabyte of memory in this process and in its child, and nothing written to disk.
``tests/test_fuzz.py`` reads a few of each.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from file_samples import SAMPLES, damaged

from union_corpus.documents import RawFile
from union_corpus.files import read_files, read_text
from union_corpus.files.children import CHILD

SLOWEST = 10.0


def read_all(path: Path) -> Counter[str]:
    """Every document in a file, read; what was found to be wrong, counted."""
    seen: Counter[str] = Counter()
    for raw in read_files(path):
        if isinstance(raw, RawFile):
            doc = read_text(raw)
            seen["read" if doc.text.strip() else "empty"] += 1
            for place in doc.source.regions:
                assert 0 <= place.byte_start <= place.byte_end <= len(raw.data)
            for table in doc.tables:
                assert 0 <= table.start <= table.end <= len(doc.text)
                assert all(table.start <= cell.start <= cell.end <= table.end for cell in table.cells)
            seen.update(problem.problem for problem in doc.problems)
        else:
            seen[raw.problem.problem] += 1
    return seen


def child_peak() -> float:
    """The most memory that the child has held, in megabytes."""
    process = CHILD._process
    status = Path(f"/proc/{process.pid}/status") if process else Path("/nowhere")
    found = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")] if status.is_file() else []
    return int(found[0].split()[1]) / 1024 if found else 0.0


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    crashes = late = 0
    print(f"{'kind':12} {'read':>5} {'crashes':>8} {'slowest s':>10} {'child MB':>9}  problems")
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as source:
        os.chdir(folder)
        tempfile.tempdir = os.environ["TMPDIR"] = folder
        for kind in SAMPLES:
            seen: Counter[str] = Counter()
            slowest = peak = failed = 0.0
            for seed in range(number):
                path = Path(source) / "file"
                path.write_bytes(damaged(kind, seed))
                began = time.perf_counter()
                try:
                    seen += read_all(path)
                except Exception:
                    failed += 1
                    print(f"{kind} {seed}: {traceback.format_exc(limit=-3)}")
                slowest = max(slowest, time.perf_counter() - began)
                peak = max(peak, child_peak())
            crashes += int(failed)
            told = ", ".join(f"{name} {count}" for name, count in seen.most_common(5) if name != "read")
            print(f"{kind:12} {seen['read']:5} {int(failed):8} {slowest:10.2f} {peak:9.0f}  {told}", flush=True)
            late += slowest > SLOWEST
        left = sorted(path.name for path in Path(folder).iterdir())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{crashes} crashes, {late} kinds with a file over {SLOWEST:g} s, {memory:.0f} MB in this process, {len(left)} files left behind {left[:3]}"
    )


if __name__ == "__main__":
    main()
