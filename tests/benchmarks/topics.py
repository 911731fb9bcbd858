"""
Topics of 10,000 pieces of real reports: speed and quality beside scikit-learn's plain LDA in the same run.

``python tests/benchmarks/topics.py [n_topics]``. The pieces are runs of whole paragraphs of the official reports in
``../shared/real/official`` and of the sample in ``data/``, of 40 counted terms or more. One begins at each paragraph, so
neighbours overlap; where there are more than 10,000, they are taken at even steps. Coherence (NPMI over whole
pieces) is computed for both by our function, and by gensim as well where that is installed (it need not be: an
environment of its own will do). Stability is the mean likeness of topics when the pieces are drawn again; ``hold`` counts those of 0.6 or more.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from union_corpus.tokens import terms
from union_corpus.topics import TermMatrix, TopicModel

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT.parent / "shared" / "real" / "official", ROOT / "data" / "reports")
N_PIECES = 10_000
LEAST = 40


def pieces() -> list[tuple[str, list[str]]]:
    """Pairs of a name and the terms of a piece; fewer than 10,000 where the shared folder is not at hand."""
    found = [piece for folder in FOLDERS for path in sorted(folder.glob("*.txt")) for piece in _runs(path)]
    if len(found) <= N_PIECES:
        return found
    return [found[at] for at in np.linspace(0, len(found) - 1, N_PIECES).astype(int)]


def _runs(path: Path) -> Iterator[tuple[str, list[str]]]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    # Marks of the collection (<!-- … -->) are no words of a report.
    paragraphs = [terms(line) for line in lines if not line.startswith("<!--")]
    for first, opening in enumerate(paragraphs):
        run = list(opening)
        for later in paragraphs[first + 1 :]:
            if len(run) >= LEAST or not opening:
                break
            run += later
        if len(run) >= LEAST:
            yield f"{path.stem}:{first:05d}", run


def measured(run: Callable[[], object]) -> float:
    """Seconds by the clock."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def of_gensim(docs: Sequence[tuple[str, list[str]]], tops: Sequence[Sequence[str]]) -> float:
    """
    Mean NPMI of topics by gensim, over whole pieces.

    The window is wider than any piece, so that a window is a piece. One process: the others would be measured too.
    """
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    texts = [words for _, words in docs]
    model = CoherenceModel(
        topics=[list(top) for top in tops],
        texts=texts,
        dictionary=Dictionary(texts),
        coherence="c_npmi",
        window_size=max(map(len, texts)) + 1,
        processes=1,
    )
    return float(model.get_coherence())


def main(n_topics: int = 12) -> None:
    """Print one line a model."""
    docs = pieces()
    matrix = TermMatrix.from_terms(docs)
    print(f"{len(docs)} pieces, {len(matrix.terms)} terms, {n_topics} topics", file=sys.stdout)
    heading = f"{'model':<22}{'fit s':>8}{'transform s':>13}{'NPMI':>8}{'diversity':>11}{'stability':>11}{'hold':>7}"
    with_gensim = find_spec("gensim") is not None
    print(heading + (f"{'gensim NPMI':>13}" if with_gensim else ""))
    models = {
        "ours (NMF)": TopicModel(n_topics),
        # As a notebook would: scikit-learn's LDA as it comes, on the same counts. Two draws, because it is slow.
        "scikit-learn's LDA": TopicModel(n_topics, method="lda", n_bootstrap=2),
    }
    seconds = {}
    for name, model in models.items():
        seconds[name] = measured(lambda model=model: model.fit(matrix))  # type: ignore[misc]
        transform = measured(lambda model=model: model.transform(matrix))  # type: ignore[misc]
        topics = model.quality_frame()
        quality = topics[["coherence", "diversity", "stability"]].astype(float).mean()
        line = f"{name:<22}{seconds[name]:>8.2f}{transform:>13.2f}{quality['coherence']:>8.3f}"
        line += (
            f"{quality['diversity']:>11.2f}{quality['stability']:>11.3f}{int((topics['stability'] >= 0.6).sum()):>7}"
        )
        if with_gensim:
            tops = model.topics_frame().groupby("topic")["term"].agg(list)
            line += f"{of_gensim(docs, tops):>13.3f}"
        print(line, flush=True)
    ours, plain = seconds.values()
    print(f"ours is {plain / ours:.1f} times as fast")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
