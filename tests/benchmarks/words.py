"""
Speed of the words rooms as a ratio to the plain way in the same run; ``python tests/benchmarks/words.py``.

The plain way is what a notebook would do: ``opencc.OpenCC("t2s").convert``, ``jieba.cut``, one regular expression of
all theme forms.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from union_corpus.scripts import simplify
from union_corpus.themes import find_themes
from union_corpus.tokens import new_terms_frame, terms, tokenize

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def made_text() -> str:
    """A text of our own to run on where the shared folder is not at hand."""
    sentence = "全市各级工会围绕中心任务，组织120家企业的3.2万名职工参加“安康杯”竞赛，签订工资集体协商协议450份。"
    return (sentence + "\n") * 2000


def seconds(run: Callable[[], object], *, times: int = 3) -> float:
    """The least processor time of some runs."""
    best = float("inf")
    for _ in range(times):
        started = time.process_time()
        run()
        best = min(best, time.process_time() - started)
    return best


def main() -> None:
    """Print one line a task: our speed, the plain way's, and the ratio."""
    import logging

    import jieba
    from opencc import OpenCC

    from union_corpus.lexicon import table

    jieba.setLogLevel(logging.ERROR)
    converter = OpenCC("t2s")
    jieba.initialize()
    forms = sorted({form for row in table("themes") for form in row["forms"].split("|") if form}, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, forms)))
    paths = sorted(SHARED.glob("seeds/*.txt"))
    samples = {path.stem[:3]: path.read_text(encoding="utf-8", errors="replace") for path in paths}
    samples = samples or {"made": made_text()}
    samples["all"] = "\n".join(samples.values())
    print(f"{'text':<6}{'task':<12}{'M chars/s':>10}{'plain':>10}{'ratio':>8}", file=sys.stdout)
    for name, text in samples.items():
        tasks: list[tuple[str, Callable[[], object], Callable[[], object] | None]] = [
            ("simplify", lambda t=text: simplify(t, taiwan_terms=False), lambda t=text: converter.convert(t)),
            ("wording", lambda t=text: simplify(t), lambda t=text: converter.convert(t)),
            ("tokenize", lambda t=text: tokenize(t), lambda t=text: list(jieba.cut(t))),
            (
                "terms",
                lambda t=text: terms(t),
                lambda t=text: [w for w in jieba.cut(converter.convert(t)) if len(w) > 1],
            ),
            ("themes", lambda t=text: find_themes(t), lambda t=text: pattern.findall(converter.convert(t))),
            ("new terms", lambda t=text: new_terms_frame([t]), None),
        ]
        for task, ours, plain in tasks:
            ours()
            speed = len(text) / seconds(ours) / 1e6
            if plain is None:
                print(f"{name:<6}{task:<12}{speed:>10.2f}")
                continue
            reference = len(text) / seconds(plain, times=1) / 1e6
            print(f"{name:<6}{task:<12}{speed:>10.2f}{reference:>10.2f}{speed / reference:>8.1f}")


if __name__ == "__main__":
    main()
