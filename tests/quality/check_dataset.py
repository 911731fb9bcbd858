"""
Checks a dataset that ``union-corpus run`` wrote: every table has its promised columns in order, every figure reads as
its text, every edit replays, and the corpus opens again. Prints a line a table; run as ``check_dataset.py OUT``.
"""

import sys
from pathlib import Path

import pandas as pd

import union_corpus as uc
from union_corpus.datasets import TABLES, read_frame


def check(folder: Path) -> None:
    for name, columns in TABLES.items():
        table = read_frame(folder, name)
        assert list(table.columns) == list(columns), f"{name}: {list(table.columns)}"
        as_csv = pd.read_csv(folder / f"{name}.csv", encoding="utf-8-sig", dtype=str)
        assert list(as_csv.columns) == list(columns), f"{name}.csv"
        assert len(as_csv) == len(table), f"{name}.csv"
        print(f"{name:<14}{len(table):>8,} rows")
    corpus = uc.open_corpus(folder)
    for doc in corpus:
        assert doc.replay() == doc.text, doc.doc_id
    indicators = read_frame(folder, "indicators")
    for row in indicators.itertuples(index=False):
        assert corpus[row.doc_id].text[row.start : row.end] == row.text, row
    n_bytes = sum(doc.byte_span(0, len(doc.text)) is not None for doc in corpus)
    print(
        f"{len(corpus)} documents open again; {n_bytes} lead back to bytes; {len(indicators)} figures read as printed"
    )
    assert (folder / "report.html").stat().st_size > 5000


if __name__ == "__main__":
    check(Path(sys.argv[1]))
