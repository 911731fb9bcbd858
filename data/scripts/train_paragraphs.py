"""
How paragraphs of official reports begin, and what that and all else that is known of a line end weighs: run it from the
repository.

``python data/scripts/train_paragraphs.py ../shared/real/official`` writes ``lexicon/paragraph_borders.tsv`` and the
weights in ``lexicon/line_end_weights.tsv``. Sources: reports and laws of state organs (no copyright in China,
Copyright Law art. 5). ``--without 3/4`` leaves every fourth file out, beginning with number 3, and measures on them;
nothing is written then. ``--only-weights`` leaves the borders as they are.

The weights are fitted by pseudo-likelihood: each open line end of a report set to pages is decided while all others are
as they should be. What is never seen there keeps the weight that the table expects.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from train_language_model import news, train

from union_corpus.lexicon import table
from union_corpus.repairs import paragraphs, printed_lines, readings
from union_corpus.repairs.line_ends import Known, LineEnds
from union_corpus.repairs.margins import find_margins
from union_corpus.repairs.stretches import wrapped_stretches

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "quality"))
import layout as pages  # noqa: E402  (how reports are set to pages)

LEXICON = ROOT / "union_corpus" / "lexicon"
LEAST_SEEN, SPARSE, LEAST_TOLD = 4, 0.03, 0.06
# Each report is set to so many pages, drawn from these ways; none of them is among those that are measured.
SETTINGS = 8
WIDTHS = (11, 11, 13, 13, 14, 15, 17, 18, 18, 19, 22, 23, 24, 25, 27, 29, 31, 33, 35, 37, 39, 42, 45)
LONGEST = 12_000
# How far, squared, a weight is expected to be from what the table says.
SPREAD = 0.1


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


def some_page(rng: random.Random) -> pages.Page:
    """A way to set a page."""
    by_count, way = rng.random() < 0.3, rng.random()
    return pages.Page(
        "any",
        (rng.choice(WIDTHS),),
        by_count=by_count,
        indent="none" if by_count else rng.choice(("none", "lost", "lost", "kept")),
        hang=rng.random() < 0.5,
        pull=rng.random() < 0.2,
        squeeze=rng.random() < 0.1,
        uneven=0.2 if rng.random() < 0.15 else 0.0,
        whole_figures=rng.random() < 0.3,
        gap=int(rng.random() < 0.15),
        paragraph_gap=int(rng.random() < 0.15),
        lines=24 if way < 0.2 else 10_000,
        feed="\n" if way < 0.1 else "\f",
        rng=random.Random(rng.random()),
    )


def true_ends(text: str, page: str, lines: list[printed_lines.Line]) -> set[int]:
    """The lines of a page that end a paragraph of the text that was set on it."""
    _, places = pages.ends(text)
    found, count, done = set(), 0, 0
    for index, line in enumerate(lines):
        count += len(re.sub(r"\s", "", page[done : line.end]))
        done = line.end
        if count in places:
            found.add(index)
    return found


def decisions(text: str, rng: random.Random) -> Iterator[tuple[Known, bool]]:
    """For each open line end of a text on a page: how what is known of one paragraph and of two differs, and the truth."""
    page = pages.set_on_pages(text, some_page(rng))
    lines = printed_lines.read_lines(page)
    stretches = wrapped_stretches(page, lines, find_margins(page, lines))
    if not stretches:
        return
    truth = true_ends(text, page, lines)
    habits = paragraphs.Habits(page, stretches)
    known = [LineEnds(page, stretch, habits) for stretch in stretches]
    readings.learn_headings(habits, known, [readings.likeliest_paragraphs(ends) for ends in known])
    for ends in known:
        borders = ends.stretch.borders()
        starts = [borders.start, *(index + 1 for index in borders if index in truth)]
        stops = [*(start - 1 for start in starts[1:]), borders.stop]
        for number, (first, last) in enumerate(zip(starts, stops, strict=True)):
            for index in range(first, last):
                if ends.is_open(index):
                    yield difference(ends, first, index, last), True
            if number + 1 < len(starts) and ends.is_open(last):
                yield difference(ends, first, last, stops[number + 1]), False


def difference(ends: LineEnds, first: int, index: int, last: int) -> Known:
    """What is known of one paragraph from ``first`` to ``last``, less what is known of two with the border at ``index``."""
    told: Counter[str] = Counter()

    def tell(known: Known, sign: float) -> None:
        for name, value in known.items():
            told[name] += sign * value

    tell(ends.going_on(first, index), 1.0)
    for at in range(index + 1, last):
        # Behind a line that is neither the first nor marked it does not matter where the paragraph begins.
        if at == index + 1 or ends.is_marked(at):
            tell(ends.going_on(first, at), 1.0)
            tell(ends.going_on(index + 1, at), -1.0)
    tell(ends.ending(first, last), 1.0)
    tell(ends.ending(first, index), -1.0)
    tell(ends.ending(index + 1, last), -1.0)
    return told


def collected(texts: list[str], names: list[str], rng: random.Random) -> tuple[np.ndarray, np.ndarray]:
    """All decisions of the texts, a row each, and the truth."""
    found = [decision for text in texts for _ in range(SETTINGS) for decision in decisions(text[:LONGEST], rng)]
    rows = np.array([[known[name] for name in names] for known, _ in found])
    return rows, np.array([joined for _, joined in found])


def fitted(rows: np.ndarray, joined: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """The likeliest weights, where each is expected to be about what the table says."""
    sign = np.where(joined, 1.0, -1.0)

    def cost(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = sign * (rows @ weights)
        miss = 1.0 / (1.0 + np.exp(np.clip(odds, -50.0, 50.0)))
        off = weights - expected
        total = np.logaddexp(0.0, -odds).sum() + 0.5 * (off**2).sum() / SPREAD
        return total, -(rows.T @ (sign * miss)) + off / SPREAD

    return minimize(cost, expected, jac=True, method="L-BFGS-B", options={"maxiter": 2000}).x


def ask(texts: list[str]) -> None:
    """Let the rule ask borders and a character model that have read these texts and no others."""
    model, table = train([*texts, news()]), borders(texts)
    paragraphs._borders = lambda: table  # type: ignore[assignment]
    printed_lines._model_log_prob = lambda: model.log_prob  # type: ignore[assignment]


def write(name: str, source: str, rows: list[list[str]]) -> None:
    """Write a table of the lexicon."""
    lines = [f"# source: {source}", *("\t".join(row) for row in rows)]
    (LEXICON / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(rows) - 1, "rows written to", name)


def main() -> None:
    """Count, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--without", default="", help="k/n: leave out every nth file from number k and measure on it")
    parser.add_argument("--only-weights", action="store_true", help="leave the borders as they are")
    options = parser.parse_args()
    paths = sorted(options.folder.glob("*.txt"))
    k, n = map(int, options.without.split("/")) if options.without else (0, 0)
    kept = [p.read_text(encoding="utf-8") for i, p in enumerate(paths) if not n or i % n != k]
    held = [p.read_text(encoding="utf-8") for i, p in enumerate(paths) if n and i % n == k]
    weights = table("line_end_weights")
    names = [row["known"] for row in weights]
    # The weights are fitted on texts that neither the borders nor the character model were counted on.
    halves = []
    for half in (0, 1):
        ask(kept[half::2])
        halves.append(collected(kept[1 - half :: 2], names, random.Random(half)))
    rows, joined = (np.concatenate(parts) for parts in zip(*halves, strict=True))
    found = fitted(rows, joined, np.array([float(row["expected"]) for row in weights]))
    print(len(joined), "line ends,", sum(joined), "inside paragraphs; right:", np.mean((rows @ found > 0) == joined))
    if held:
        ask(kept)
        rows, joined = collected(held, names, random.Random(2))
        print("held back:", len(joined), "line ends; wrong:", np.sum((rows @ found > 0) != joined))
        return
    fit = "fitted on {} (no copyright) by data/scripts/train_paragraphs.py; {}"
    write(
        "line_end_weights",
        fit.format("re-wrapped reports and laws of state organs", "expected: the weight where nothing is seen"),
        [list(weights[0])]
        + [[row["known"], f"{w:.2f}", row["expected"], row["tells"]] for row, w in zip(weights, found, strict=True)],
    )
    if options.only_weights:
        return
    write(
        "paragraph_borders",
        fit.format(
            "reports and laws of state organs",
            "what a sentence begins with (^) or holds early, what the one before ends with ($) or holds late (<), "
            "and how it speaks for going on with the paragraph",
        ),
        [["mark", "odds"], *([mark, str(score)] for mark, score in sorted(borders(kept).items()))],
    )


if __name__ == "__main__":
    main()
