"""
How paragraphs of official reports begin, and what that weighs when lines are joined: run it from the repository.

``python data/scripts/train_paragraphs.py ../shared/real/official`` writes ``lexicon/paragraph_borders.tsv`` and prints
the weights that stand in ``repairs/paragraphs.py``. Sources: reports and laws of state organs (no copyright in China,
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
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from train_language_model import news, train

from union_corpus.repairs import paragraphs, printed_lines
from union_corpus.repairs.line_breaks import wrapped_stretches
from union_corpus.repairs.margins import Reading

TARGET = Path(__file__).resolve().parents[2] / "union_corpus" / "lexicon" / "paragraph_borders.tsv"
WIDTHS = (13, 22, 30, 37)
LEAST_SEEN, SPARSE, LEAST_TOLD = 4, 0.03, 0.06


def split(text: str) -> list[str]:
    """The paragraphs of a report, without the blanks around them."""
    return [line.strip(" \t\u3000") for line in text.splitlines() if line.strip(" \t\u3000")]


def sentences(text: str) -> Iterator[tuple[str, str, str, bool]]:
    """
    Sentences of a report that come after another one: the one before, the sentence, the first of the paragraph of the
    one before, and whether it goes on with that paragraph.
    """
    before = first = ""
    for paragraph in split(text):
        numbered = printed_lines.ENUMERATOR.match(paragraph)
        for number, match in enumerate(re.finditer("[^。！？]+(?:[。！？]|$)", paragraph)):
            if before.endswith(("。", "！", "？")) and (number or not numbered):
                yield before, match.group(), first, number > 0
            before = match.group()
            first = first if number else before


def borders(texts: list[str]) -> dict[str, float]:
    """What borders of sentences are known by, and how it speaks for one inside a paragraph: a logistic model."""
    told = [pair for text in texts for pair in sentences(text)]
    marks = [set(paragraphs.border_marks(before, sentence)) for before, sentence, _, _ in told]
    seen = Counter(mark for found in marks for mark in found)
    names = sorted(mark for mark, count in seen.items() if count >= LEAST_SEEN)
    number = {name: at for at, name in enumerate(names)}
    rows = [(row, number[mark]) for row, found in enumerate(marks) for mark in sorted(found) if mark in number]
    others = [
        [math.log(max(len(sentence), 1) / 35), len(sentence) <= 18, *paragraphs.likeness(before, sentence, first)]
        for before, sentence, first, _ in told
    ]
    places = np.array(rows, dtype=np.int32).T
    known = csr_matrix((np.ones(len(rows)), (places[0], places[1])), shape=(len(told), len(names)))
    # Length and likeness are judged beside the marks, so they must not be told by them as well.
    both = hstack([known, csr_matrix(np.array(others, dtype=float))]).tocsr()
    both.indices, both.indptr = both.indices.astype(np.int32), both.indptr.astype(np.int32)
    model = LogisticRegression(C=SPARSE, solver="liblinear", max_iter=300, random_state=0)
    model.fit(both, [inside for *_, inside in told])
    return {
        name: round(weight, 2) for name, weight in zip(names, model.coef_[0], strict=False) if abs(weight) >= LEAST_TOLD
    }


def wrapped(text: str, width: int) -> tuple[str, set[int]]:
    """The text in lines of ``width`` characters, and the places of its line ends that end a paragraph."""
    lines, ends, at = [], set(), 0
    for paragraph in split(text):
        for start in range(0, len(paragraph), width):
            line = paragraph[start : start + width].strip()
            if not line:
                continue
            lines.append(line)
            at += len(line) + 1
        ends.add(at - 1)
    return "\n".join(lines), ends


def events(text: str, width: int) -> Iterator[tuple[tuple[float, ...], bool]]:
    """Evidence and the truth, for each line end that may be either."""
    page, ends = wrapped(text, width)
    lines = printed_lines.read_lines(page)
    stretches = wrapped_stretches(page, lines, [Reading([float(width)] * len(lines), by_count=True)])
    if not stretches:
        return
    habits = paragraphs.Habits(page, stretches)
    for stretch in stretches:
        found: dict[int, tuple[tuple[float, ...], bool]] = {}

        def truth(index: int, known: tuple[float, ...], found: dict = found) -> float:
            ends_here = lines[index].end in ends
            found[index] = known, not ends_here
            return -20.0 if ends_here else 20.0

        stretch.joins(habits, truth)
        yield from found.values()


def ask(texts: list[str]) -> None:
    """Let the rule ask borders and a character model that have read these texts and no others."""
    model, table = train([*texts, news()]), borders(texts)
    paragraphs._borders = lambda: table  # type: ignore[assignment]
    printed_lines._model_log_prob = lambda: model.log_prob  # type: ignore[assignment]


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
    # The weights are fitted on texts that neither the borders nor the character model were counted on.
    x, y = [], []
    for half in (0, 1):
        ask(kept[half::2])
        for text in kept[1 - half :: 2]:
            for width in WIDTHS:
                for known, joined in events(text, width):
                    x.append(known)
                    y.append(joined)
    model = LogisticRegression(C=10.0, fit_intercept=False, max_iter=1000).fit(np.array(x), np.array(y))
    print(
        len(y),
        "line ends,",
        sum(y),
        "inside paragraphs; right on them:",
        round(model.score(np.array(x), np.array(y)), 4),
    )
    print("weights:", ", ".join(f"{w:.2f}" for w in model.coef_[0]))
    table = borders(kept)
    if held:
        ask(kept)
        rows = [event for text in held for width in WIDTHS for event in events(text, width)]
        hx, hy = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
        told = model.predict(hx)
        print(
            f"held back: {len(hy)}; right {np.mean(told == hy):.4f}; always joined {np.mean(hy):.4f}; "
            f"ends found {np.sum(~told & ~hy)} of {np.sum(~hy)}, wrong {np.sum(~told & hy)}"
        )
        return
    lines = [
        "# source: fitted on reports and laws of state organs (no copyright) by data/scripts/train_paragraphs.py; what a "
        "sentence begins with (^) or holds early, what the one before ends with ($) or holds late (<), and how it speaks "
        "for going on with the paragraph",
        "mark\todds",
    ]
    lines += [f"{mark}\t{score}" for mark, score in sorted(table.items())]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(table), "marks written to", TARGET)


if __name__ == "__main__":
    main()
