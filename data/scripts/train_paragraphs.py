"""
How paragraphs of official reports begin, and what that weighs when lines are joined: run it from the repository.

``python data/scripts/train_paragraphs.py ../shared/real/official`` writes ``lexicon/paragraph_openings.tsv`` and prints
the weights that stand in ``repairs/layout.py``. Sources: reports and laws of state organs (no copyright in China,
Copyright Law art. 5). ``--without 3/4`` leaves every fourth file out, beginning with number 3, and measures on them.
"""

from __future__ import annotations

import argparse
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from union_corpus.repairs import layout

TARGET = Path(__file__).resolve().parents[2] / "union_corpus" / "lexicon" / "paragraph_openings.tsv"
WIDTHS = (22, 30, 37)
LEAST_SEEN, LEAST_ODDS, DOUBT = 12, 0.4, 3.0


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a report, without the blanks around them."""
    return [line.strip(" \t\u3000") for line in text.splitlines() if line.strip(" \t\u3000")]


def openings(texts: list[str]) -> dict[str, float]:
    """Log odds that a sentence with this beginning stands inside a paragraph, against what is usual."""
    first: Counter[str] = Counter()
    later: Counter[str] = Counter()
    for text in texts:
        for paragraph in paragraphs(text):
            if len(paragraph) < 30 or layout._ENUMERATOR.match(paragraph):
                continue
            for length in (1, 2, 3, 4):
                first[layout._plain(paragraph[:length])] += 1
            for match in re.finditer("[。！？](?=.{4})", paragraph):
                for length in (1, 2, 3, 4):
                    later[layout._plain(paragraph[match.end() : match.end() + length])] += 1
    usual = sum(later.values()) / max(sum(first.values()), 1)
    odds = {}
    for opening in first.keys() | later.keys():
        seen = first[opening] + later[opening]
        if seen >= LEAST_SEEN and "\t" not in opening:
            score = math.log((later[opening] + DOUBT) / (first[opening] * usual + DOUBT))
            if abs(score) >= LEAST_ODDS or len(opening) == 1:
                odds[opening] = round(score, 1)
    # A longer opening that says what the shorter one says already is left out.
    return {
        opening: score
        for opening, score in odds.items()
        if len(opening) == 1 or abs(score - next((odds[opening[:n]] for n in range(len(opening) - 1, 0, -1) if opening[:n] in odds), 0.0)) >= 0.4
    }


def wrapped(text: str, width: int) -> tuple[str, set[int]]:
    """The text in lines of ``width`` characters, and the places of its line ends that end a paragraph."""
    lines, ends, at = [], set(), 0
    for paragraph in paragraphs(text):
        for start in range(0, len(paragraph), width):
            line = paragraph[start : start + width].strip()
            if not line:
                continue
            lines.append(line)
            at += len(line) + 1
        ends.add(at - 1)
    return "\n".join(lines), ends


def events(text: str, width: int) -> Iterator[tuple[tuple[float, ...], float, bool]]:
    """Evidence, the odds that are added to it, and the truth, for each line end that may be either."""
    page, ends = wrapped(text, width)
    lines = layout._lines(page)
    margins = [float(width)] * len(lines)
    stretches = list(layout._wrapped_stretches(page, lines, margins, True))
    habits = layout._Habits(page, stretches)
    for stretch in stretches:
        found: list[tuple[tuple[float, ...], float, bool]] = []

        def truth(index: int, known: tuple[float, ...], found: list = found) -> float:
            ends_here = lines[index].end in ends
            found.append((known, 0.0, not ends_here))
            return -20.0 if ends_here else 20.0

        stretch.joins(habits, truth)
        yield from found


def main() -> None:
    """Count, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--without", default="", help="k/n: leave out every nth file from number k and measure on it")
    options = parser.parse_args()
    paths = sorted(options.folder.glob("*.txt"))
    k, n = map(int, options.without.split("/")) if options.without else (0, 0)
    kept = [p.read_text(encoding="utf-8") for i, p in enumerate(paths) if not n or i % n != k]
    held = [p.read_text(encoding="utf-8") for i, p in enumerate(paths) if n and i % n == k]
    # The weights are fitted on texts that the openings were not counted on, one half against the other.
    x, y = [], []
    for half in (0, 1):
        layout._openings = lambda found=openings(kept[half::2]): found  # type: ignore[assignment]
        for text in kept[1 - half :: 2]:
            for width in WIDTHS:
                for known, _, joined in events(text, width):
                    x.append(known)
                    y.append(joined)
    model = LogisticRegression(C=10.0, fit_intercept=False, max_iter=1000).fit(np.array(x), np.array(y))
    print(len(y), "line ends,", sum(y), "inside paragraphs; right on them:", round(model.score(np.array(x), np.array(y)), 4))
    print("weights:", ", ".join(f"{w:.2f}" for w in model.coef_[0]))
    table = openings(kept)
    if held:
        layout._openings = lambda: table  # type: ignore[assignment]
        rows = [event for text in held for width in WIDTHS for event in events(text, width)]
        hx, hy = np.array([r[0] for r in rows]), np.array([r[2] for r in rows])
        told = model.predict(hx)
        print(f"held back: {len(hy)}; right {np.mean(told == hy):.4f}; always joined {np.mean(hy):.4f}; "
              f"ends found {np.sum(~told & ~hy)} of {np.sum(~hy)}, wrong {np.sum(~told & hy)}")
        return
    lines = ["# source: counted on reports and laws of state organs (no copyright) by data/scripts/train_paragraphs.py;"
             " natural log of how much likelier a sentence with this beginning stands inside a paragraph than first"]
    lines.append("opening\todds")
    lines += [f"{opening}\t{score}" for opening, score in sorted(table.items())]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(table), "openings written to", TARGET)


if __name__ == "__main__":
    main()
