"""
How well compilations, years and copies are told: ``python tests/quality/reports.py``.

Uses ../shared where it is, and the sample corpus. Inference of years is tried on texts whose title and head were cut
off, and again with every printed year masked as a web page would mask it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from union_corpus.documents import Document
from union_corpus.duplicates import find_duplicates
from union_corpus.linked_years import link_years
from union_corpus.metadata import describe
from union_corpus.printed_years import plain_view
from union_corpus.repairs import repair
from union_corpus.segments import segment, split_compilation

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
PRINTED = re.compile(
    r"(?<!\d)(?:1[89]|20)\d\d(?!\d)|[一二][九〇零0][〇零0一二三四五六七八九]{2}(?=\s?年)|(?<!\d)(?:1\s9|2\s0)\s\d\s\d(?=\s?年)"
)


def whole(text: str) -> str:
    """The text as it is."""
    return text


def without_title(text: str) -> str:
    """The text without its first line."""
    return text.lstrip().split("\n", 1)[-1]


def without_head(text: str) -> str:
    """The text from its salutation or first section on."""
    match = re.search("各位代表|一、", text)
    return text[match.start() :] if match else text.split("\n", 1)[-1]


def masked(text: str) -> str:
    """The text without its head and with 20xx for every year."""
    rest = list(without_head(text))
    for match in PRINTED.finditer(plain_view("".join(rest))):
        rest[match.start() + 2 : match.end()] = "x" * (match.end() - match.start() - 2)
    return "".join(rest)


def official() -> Iterator[tuple[str, str, set[int]]]:
    """Government reports and laws whose file name tells the year."""
    for path in sorted((SHARED / "real" / "official").glob("*.txt")):
        year = re.search(r"_(\d{4})", path.stem)
        if year:
            yield path.stem, path.read_text(encoding="utf-8"), {int(year[1])}


def recent() -> Iterator[tuple[str, str, set[int]]]:
    """Those of them since 1999, the years that events.tsv is about."""
    return (row for row in official() if row[0].startswith("gwr") and min(row[2]) >= 1999)


def excerpts() -> Iterator[tuple[str, str, set[int]]]:
    """
    The development excerpts (one to six sentences) that print a year at all; right are the first and the last year of
    the facts, and the year that the title of the source gives.
    """
    for path in sorted((SHARED / "dev" / "reports").glob("*.json")):
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        source = json.loads(path.read_text(encoding="utf-8"))
        years = {int(year) for year in re.findall(r"\d{4}", f"{source['year']}")}
        years |= {int(year) for year in re.findall(r"\d{4}(?=年)", source["title"])}
        if years and any(str(year) in text for year in years):
            yield path.stem, text, years


def sample() -> Iterator[tuple[str, str, set[int]]]:
    """The clean originals of the sample corpus."""
    for path in sorted((ROOT / "data" / "_originals").glob("*_2*.txt")):
        yield path.stem, path.read_text(encoding="utf-8"), {int(path.stem[-4:])}


Row = tuple[int | None, float | None, set[int]]
# The lines whose texts have no year in a title but print or imply one: the figure that issue 6 asks for is of them all.
UNTITLED: list[Row] = []


def years(
    name: str, rows: Iterator[tuple[str, str, set[int]]], change: Callable[[str], str], *, untitled: bool = False
) -> None:
    """One line of the table of years, each report by itself."""
    found: list[Row] = []
    for doc_id, text, expected in rows:
        known = describe(Document.from_text(change(text), doc_id=doc_id)).metadata
        found.append((known.report_year, known.year_confidence, expected))
    if untitled:
        UNTITLED.extend(found)
    line(name, found)


def linked(name: str) -> None:
    """One line for the sample with every second report masked: what the others tell of it."""
    rows = list(sample())
    found = []
    for odd in (0, 1):
        docs = [
            describe(Document.from_text(masked(text) if at % 2 == odd else text, doc_id=doc_id))
            for at, (doc_id, text, _) in enumerate(rows)
        ]
        for at, doc in enumerate(link_years(docs)):
            if at % 2 == odd:
                found.append((doc.metadata.report_year, doc.metadata.year_confidence, rows[at][2]))
    line(name, found)


def read_by_hand(reports: list[Document]) -> None:
    """One line for the union reports of the seeds whose year a reader can tell."""
    told = (ROOT / "tests/quality/held_back/years_seeds.tsv").read_text(encoding="utf-8").splitlines()[2:]
    expected = {
        doc_id: {int(year) for year in among.split("|")} for doc_id, among, _ in (row.split("\t") for row in told)
    }
    copies = {pair.doc_id: pair.other_id for pair in find_duplicates(reports) if pair.relation == "report"}
    marked = [replace(doc, metadata=replace(doc.metadata, duplicate_of=copies.get(doc.doc_id))) for doc in reports]
    for name, docs in (("read by hand", reports), ("linked", link_years(marked))):
        known = [(doc.metadata, expected[doc.doc_id]) for doc in docs if doc.doc_id in expected]
        found: list[Row] = [(it.report_year, it.year_confidence, right) for it, right in known]
        if name == "read by hand":
            UNTITLED.extend(found)
        line(f"union reports of the seeds, {name}", found)
    line("no year in a title, all together", UNTITLED)


def line(name: str, found: list[Row]) -> None:
    """How many are right, one year off, unknown, sure, and sure and wrong."""
    n = len(found)
    right = sum(year in expected for year, _, expected in found)
    near = sum(
        year is not None and year not in expected and min(abs(year - one) for one in expected) == 1
        for year, _, expected in found
    )
    none = sum(year is None for year, _, _ in found)
    sure = sum((confidence or 0) > 0.9 for _, confidence, _ in found)
    wrong = sum((confidence or 0) > 0.9 and year not in expected for year, confidence, expected in found)
    if n:
        print(f"{name:44s} {n:4d} {right / n:7.1%} {near / n:9.1%} {none / n:7.1%} {sure / n:8.1%} {wrong / n:9.1%}")


def main() -> None:
    """Print the tables."""
    print(f"{'years':44s} {'n':>4s} {'right':>7s} {'one off':>9s} {'none':>7s} {'sure':>8s} {'sure+wrong':>10s}")
    years("sample corpus", sample(), whole)
    years("sample corpus, no title", sample(), without_title, untitled=True)
    years("sample corpus, no head", sample(), without_head, untitled=True)
    years("sample corpus, no head, years masked", sample(), masked)
    linked("the same, every second one, linked")
    if not SHARED.exists():
        print("../shared is not here: no figures for real files")
        return
    years("official texts", official(), whole)
    years("official reports since 1999, no head", recent(), without_head)
    years("official reports since 1999, no head, masked", recent(), masked)
    years("official texts, all years, no head", official(), without_head, untitled=True)
    years("development excerpts", excerpts(), whole, untitled=True)
    print()
    expected = {"000": 0, "001": 8, "002": 3, "003": 0, "004": 15}
    reports: list[Document] = []
    for path in sorted((SHARED / "seeds").glob("*.txt")):
        raw = Document.from_text(path.read_text(encoding="utf-8"), doc_id=path.stem[:3])
        doc = repair(raw)
        pieces = split_compilation(doc)
        n_raw = len(split_compilation(raw))
        print(f"{doc.doc_id}: {len(pieces)} reports ({n_raw} before repair), expected {expected[doc.doc_id]}")
        reports += [describe(piece) for piece in pieces or [doc]]
    print()
    read_by_hand(reports)
    split = [doc_id for doc_id, text, _ in official() if split_compilation(Document.from_text(text))]
    print(f"official texts split by mistake: {len(split)}")
    print()
    for doc in reports:
        known = doc.metadata
        sentences = sum(piece.kind == "sentence" for piece in segment(doc))
        print(
            doc.doc_id,
            known.report_year,
            known.year_confidence,
            known.kind,
            known.level,
            known.place,
            known.organisation,
            f"{sentences} sentences",
            sep="\t",
        )
    print()
    for pair in find_duplicates(reports):
        print(pair.doc_id, pair.relation, pair.other_id, pair.similarity, pair.end - pair.start, sep="\t")


if __name__ == "__main__":
    main()
