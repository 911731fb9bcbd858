"""
How well a string falls into words: a second opinion beside the character model, which sees only four characters.

Words and their frequencies are those of jieba's dictionary and the terms of the union lexicon. Traditional text is
judged by its simplified form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from math import log
from typing import TYPE_CHECKING

from union_corpus.dictionaries import jieba_table, jieba_words
from union_corpus.lexicon import table

if TYPE_CHECKING:
    from union_corpus.language_model import Model

_LONGEST_WORD = 6
# The weight of a union term that jieba does not know, as if it had been seen so often.
_TERM_COUNT = 300
# A character that is no word of the dictionary still stands alone now and then.
_COUNT_OF_UNKNOWN = 0.5


@cache
def jieba_places() -> frozenset[str]:
    """The words of jieba's dictionary that are tagged as names of places."""
    return frozenset(re.findall(r"^(\S+) \d+ ns$", jieba_table(), re.MULTILINE))


@cache
def jieba_names() -> frozenset[str]:
    """The rarer words of jieba's dictionary that are tagged as names of any kind; of those of persons the longer."""
    return frozenset(
        re.findall(r"^(\S{2,}(?= \d{1,3} (?:nrt|n[szt]|j)$)|\S{3,}(?= \d{1,3} nr$))", jieba_table(), re.MULTILINE)
    )


@cache
def _log_counts() -> tuple[dict[str, float], float]:
    counts = {word: count for word, count in jieba_words().items() if len(word) <= _LONGEST_WORD}
    for row in table("terms"):
        for term in (row["term"], *row["aliases"].split("|")):
            if term and len(term) <= _LONGEST_WORD:
                counts[term] = max(counts.get(term, 0), _TERM_COUNT)
    total = log(sum(counts.values()) + 1)
    return {word: log(max(count, 1)) - total for word, count in counts.items()}, log(_COUNT_OF_UNKNOWN) - total


def known_words() -> Iterable[str]:
    """All words, simplified, up to six characters long."""
    return _log_counts()[0].keys()


def is_word(text: str) -> bool:
    """Whether a simplified string is a word of the dictionary."""
    return text in _log_counts()[0]


def spanning_word(left: str, right: str, model: Model) -> tuple[str, int]:
    """
    The word that stands across the border when ``left`` and ``right`` are read as one, and where the border cuts it.

    Simplified; an empty string where the best way to cut the whole has a border there too.

    >>> from union_corpus.language_model import load_model
    >>> spanning_word("营造舆", "论氛围", load_model())
    ('舆论', 1)
    """
    whole = _plain(left + right, model)
    _, ends = _cut(whole, model)
    end = len(whole)
    while end > len(left):
        start = ends[end]
        if start < len(left):
            return whole[start:end], len(left) - start
        end = start
    return "", 0


def word_at(text: str, at: int, model: Model) -> tuple[str, int]:
    """The word that a place of a text is in where the text is cut best, simplified, and where it begins."""
    plain = _plain(text, model)
    _, begins = _cut(plain, model)
    end = len(plain)
    while begins[end] > at:
        end = begins[end]
    return plain[begins[end] : end], begins[end]


def _plain(text: str, model: Model) -> str:
    return "".join(model.folded.get(c, c) for c in text)


def word_score(text: str, model: Model) -> float:
    """
    Log probability of the best way to cut ``text`` into words, each word on its own; signs count as in the model.

    >>> from union_corpus.language_model import load_model
    >>> word_score("教職工藏書三千冊", load_model()) > word_score("教職工藏會三千冊", load_model())
    True
    """
    return _cut(_plain(text, model), model)[0]


def _cut(plain: str, model: Model) -> tuple[float, list[int]]:
    """The score of the best way to cut, and for every place where the word that ends there begins."""
    known, unknown = _log_counts()
    best = [0.0]
    begins = [0]
    for end in range(1, len(plain) + 1):
        character = plain[end - 1]
        single = known.get(character)
        if single is None:
            single = unknown if "\u3400" <= character <= "\u9fff" else max(model.log_prob("", character), unknown)
        score, begin = best[end - 1] + single, end - 1
        for start in range(max(0, end - _LONGEST_WORD), end - 1):
            cost = known.get(plain[start:end])
            if cost is not None and best[start] + cost > score:
                score, begin = best[start] + cost, start
        best.append(score)
        begins.append(begin)
    return best[-1], begins


def gain_as_word(left: str, right: str) -> float:
    """
    How much likelier (in natural logs) two strings are with a word across their border; 0 where nothing was broken.

    The parts of the word must not be words by themselves, unless they are of one character each (生产-经营 is two words).

    >>> gain_as_word("推进企业民", "主管理") > 5, gain_as_word("中国", "东盟")
    (True, 0.0)
    """
    from union_corpus.language_model import load_model

    model = load_model()
    word, border = spanning_word(left, right, model)
    if not word:
        return 0.0
    first, second = word[:border], word[border:]
    if len(first) > 1 and len(second) > 1 and is_word(first) and is_word(second):
        return 0.0
    if word in _coordinate_words() or any(word in other or other in word for other in _coordinate_words()):
        return 0.0
    return word_score(left + right, model) - word_score(left, model) - word_score(right, model)


@cache
def _coordinate_words() -> frozenset[str]:
    return frozenset(row["word"] for row in table("coordinate_words"))
