"""
What the main job makes of the sample corpus, whose truth is known, and of the real files: a line a measure.

For the sample: characters of each damaged report that came back, the year, the kind, the organisation, and the gold
figures found with value and code. For ../shared/seeds: what each split into and the years. Run:
python tests/quality/whole_road.py [--missed]
"""

from __future__ import annotations

import csv
import sys
import unicodedata
from decimal import Decimal
from difflib import SequenceMatcher
from pathlib import Path

import union_corpus as uc

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
ORIGINALS = ROOT / "data" / "_originals"


def rows(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def squeezed(text: str) -> str:
    """Without blanks, width and script: what damage on purpose changed for good is not held against the repair."""
    return uc.simplify("".join(unicodedata.normalize("NFKC", text).split()))


def truth_of(doc: uc.Document) -> str | None:
    """The original that a report was damaged from: its own name, or the place inside the compilation."""
    name = Path(doc.doc_id).name
    if "#" in name:
        base, number = name.split("#")
        first = int(base.removesuffix(".txt").split("_")[1].split("-")[0])
        return f"{base.split('_')[0]}_{first + int(number) - 1}"
    return name.removesuffix(".txt")


def sample(corpus: uc.Corpus, *, missed: bool = False) -> dict[str, int]:
    """Print a line a report, and give the totals."""
    known = {row["file"].removesuffix(".txt"): row for row in rows(ORIGINALS / "reports.tsv")}
    facts = rows(ORIGINALS / "facts.tsv")
    print(
        f"{'report':<18}{'edits':>6}{'problems':>9}{'chars back %':>13}{'year':>6}{'facts':>7}{'value':>7}{'code':>6}"
    )
    totals = [0, 0, 0, 0, 0]
    for doc in corpus.reports:
        name = truth_of(doc)
        clean = squeezed((ORIGINALS / f"{name}.txt").read_text(encoding="utf-8"))
        ours = squeezed(doc.text)
        same = sum(block.size for block in SequenceMatcher(None, clean, ours, autojunk=False).get_matching_blocks())
        year_right = str(doc.metadata.report_year) == known[name]["report_year"]
        figures = uc.find_indicators(doc)
        gold = [fact for fact in facts if fact["file"].removesuffix(".txt") == name]
        values = codes = coded = 0
        for fact in gold:
            printed = squeezed(fact["text"])
            hits = [found for found in figures if squeezed(found.text) in printed or printed in squeezed(found.text)]
            if fact["value"]:
                hits = [found for found in hits if found.value == Decimal(fact["value"])]
            values += bool(hits)
            if not hits and missed:
                print(f"    missed {fact['text']} ({fact['indicator']})")
            if fact["indicator_code"]:
                coded += 1
                codes += any(found.indicator_code == fact["indicator_code"] for found in hits)
        for at, count in enumerate((len(gold), values, coded, codes, year_right)):
            totals[at] += count
        share = 100 * same / len(clean)
        print(
            f"{name:<18}{doc.n_edits:>6}{len(doc.problems):>9}{share:>13.2f}{'yes' if year_right else 'no':>6}{len(gold):>7}{values:>7}{codes:>4}/{coded}"
        )
    found = dict(zip(("gold", "values", "coded", "codes", "years"), map(int, totals), strict=True))
    print(
        f"years right {found['years']} of {len(corpus.reports)}; gold figures found with their value {found['values']} "
        f"of {found['gold']} ({found['values'] / found['gold']:.1%}); code right {found['codes']} of {found['coded']} "
        f"({found['codes'] / found['coded']:.1%})"
    )
    return found


def seeds() -> None:
    if not SHARED.is_dir():
        print("the real files (../shared) are not on this machine")
        return
    corpus = uc.load_corpus(SHARED / "seeds", progress=False)
    for doc in corpus:
        if doc.parent_id is None:
            years = [report.metadata.report_year for report in corpus if report.parent_id == doc.doc_id]
            split = f"{len(years)} reports, years {years}" if years else f"year {doc.metadata.report_year}"
            print(f"{doc.doc_id[:12]:<14}{doc.n_edits:>6} edits {len(doc.problems):>3} problems   {split}")


if __name__ == "__main__":
    sample(uc.load_corpus(ROOT / "data", progress=False), missed="--missed" in sys.argv)
    seeds()
