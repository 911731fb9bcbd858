"""A few damaged files of every kind: read or put on record, soon, and never an exception. The many are in quality/."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from file_samples import SAMPLES, damaged, unharmed

from union_corpus.documents import RawFile
from union_corpus.files import Unreadable, read_files, read_text


def read_all(path: Path, data: bytes) -> list[str]:
    path.write_bytes(data)
    found = list(read_files(path))
    docs = [read_text(raw) for raw in found if isinstance(raw, RawFile)]
    for doc in docs:
        assert doc.original == doc.text
        for table in doc.tables:
            assert all(table.start <= cell.start <= cell.end <= table.end for cell in table.cells)
    problems = [problem.problem for doc in docs for problem in doc.problems]
    return [doc.text for doc in docs] + problems + [raw.problem.problem for raw in found if isinstance(raw, Unreadable)]


@pytest.mark.parametrize("kind", [kind for kind in SAMPLES if kind != "picture"])
def test_sound_samples_are_read(kind: str, tmp_path: Path) -> None:
    whole = "".join(read_all(tmp_path / "file", SAMPLES[kind](unharmed)))
    assert "会员" in whole
    assert "broken" not in whole


@pytest.mark.parametrize("kind", SAMPLES)
def test_damaged_files_end_soon_and_without_an_exception(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Reading pictures is slow and is fuzzed by the script.
    monkeypatch.setattr("union_corpus.files.pdf_pages._scanned", lambda *_: ({}, []))
    for seed in range(4 if kind == "picture" else 25):
        began = time.perf_counter()
        read_all(tmp_path / "file", damaged(kind, seed))
        assert time.perf_counter() - began < 10
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
