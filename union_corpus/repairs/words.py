"""
How well a string falls into words: a second opinion beside the character model, which sees only four characters.

Words and their frequencies are those of jieba's dictionary and the terms of the union lexicon. Traditional text is
judged by its simplified form.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

from union_corpus.lexicon import table

if TYPE_CHECKING:
    from union_corpus.language_model import Model

_LONGEST_WORD = 6
# The weight of a union term that jieba does not know, as if it had been seen so often.
_TERM_COUNT = 300
# A character that is no word of the dictionary still stands alone now and then.
_COUNT_OF_UNKNOWN = 0.5


@cache
def _log_counts() -> tuple[dict[str, float], float]:
    counts: dict[str, int] = {}
    spec = find_spec("jieba")
    if spec is not None and spec.origin is not None:
        with Path(spec.origin).with_name("dict.txt").open(encoding="utf-8") as lines:
            for line in lines:
                word, count, _ = line.split(" ")
                if len(word) <= _LONGEST_WORD:
                    counts[word] = int(count)
    for row in table("terms"):
        for term in (row["term"], *row["aliases"].split("|")):
            if term and len(term) <= _LONGEST_WORD:
                counts[term] = max(counts.get(term, 0), _TERM_COUNT)
    total = log(sum(counts.values()) + 1)
    return {word: log(max(count, 1)) - total for word, count in counts.items()}, log(_COUNT_OF_UNKNOWN) - total


def word_score(text: str, model: Model) -> float:
    """
    Log probability of the best way to cut ``text`` into words, each word on its own; signs count as in the model.

    >>> from union_corpus.language_model import load_model
    >>> word_score("教職工藏書三千冊", load_model()) > word_score("教職工藏會三千冊", load_model())
    True
    """
    known, unknown = _log_counts()
    folded = model.folded
    plain = "".join(folded.get(c, c) for c in text)
    best = [0.0]
    for end in range(1, len(plain) + 1):
        character = plain[end - 1]
        single = known.get(character)
        if single is None:
            single = unknown if "\u3400" <= character <= "\u9fff" else max(model.log_prob("", character), unknown)
        score = best[end - 1] + single
        for start in range(max(0, end - _LONGEST_WORD), end - 1):
            cost = known.get(plain[start:end])
            if cost is not None and best[start] + cost > score:
                score = best[start] + cost
        best.append(score)
    return best[-1]
