"""
Looking words up: every use in its context, what stands beside them, runs of words, and how evenly they are spread.

All take a corpus, plain documents or texts, and give tables with their columns also when nothing is found.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import log, log2, sqrt
from typing import TYPE_CHECKING, Any

from union_corpus.documents import Document, Span
from union_corpus.errors import OptionError
from union_corpus.scripts import level_view, levelled, simplify
from union_corpus.tables import INTEGER, NUMBER, TEXT, frame
from union_corpus.tokens import Tokenizer, is_one_word, longer_forms, reports_of, terms, union_terms

if TYPE_CHECKING:
    import pandas as pd

Texts = Iterable[str | Document]

CONCORDANCE = {
    "doc_id": TEXT,
    "report_year": INTEGER,
    "start": INTEGER,
    "end": INTEGER,
    "left": TEXT,
    "match": TEXT,
    "right": TEXT,
}
COLLOCATIONS = {
    "node": TEXT,
    "collocate": TEXT,
    "count": INTEGER,
    "n_docs": INTEGER,
    "expected": NUMBER,
    "log_dice": NUMBER,
    "log_likelihood": NUMBER,
    "before": INTEGER,
    "after": INTEGER,
}
NGRAMS = {"ngram": TEXT, "n": INTEGER, "count": INTEGER, "n_docs": INTEGER}
DISPERSION = {
    "term": TEXT,
    "count": INTEGER,
    "n_docs": INTEGER,
    "dp": NUMBER,
    "dp_norm": NUMBER,
    "juilland_d": NUMBER,
}


def concordance(docs: Texts | str, word: str, *, window: int = 20, regex: bool = False) -> pd.DataFrame:
    """
    Every use of a word with ``window`` characters to either side (keyword in context), in the order of the documents.

    The word is found in either script, and through quotation marks and a line end inside it; ``match`` is as printed,
    and ``start:end`` its place in the document's text. With ``regex`` the word is a regular expression, matched on the
    text itself. In ``left`` and ``right`` line ends are shown as blanks.

    Columns: doc_id, report_year, start, end, left, match, right.

    >>> concordance("元旦期間開展送溫暖活動。夏季送清凉。", "送温暖", window=4)[["left", "match", "right"]].values.tolist()
    [['期間開展', '送溫暖', '活動。夏']]
    """
    find = _pattern_finder(word) if regex else _word_finder(word)

    def rows() -> Iterator[tuple[object, ...]]:
        for doc_id, year, text in _readings(docs):
            for start, end in find(text):
                yield (
                    doc_id,
                    year,
                    start,
                    end,
                    _one_line(text[max(0, start - window) : start]),
                    text[start:end],
                    _one_line(text[end : end + window]),
                )

    return frame(rows(), CONCORDANCE)


def collocations_frame(
    docs: Texts | str,
    node: str | None = None,
    *,
    span: int = 5,
    min_count: int = 3,
) -> pd.DataFrame:
    """
    Words that stand near ``node`` more often than chance has it, firmest first; without a node, for all pairs of words.

    Near is within ``span`` content words (see ``terms``) of the same sentence. ``count`` is the number of such pairs,
    ``before`` and ``after`` on which side of the node the collocate stood. ``log_dice`` (at most 14) can be compared
    between corpora of any size; ``log_likelihood`` tells how sure the finding is. A pair met fewer than ``min_count``
    times is left out. Longer forms of a union term count as the node too: 送温暖活动 and 送温暖工程 where 送温暖 is asked.

    Columns: node, collocate, count, n_docs, expected, log_dice, log_likelihood, before, after.

    >>> reports = ["签订集体合同120份。", "签订集体合同覆盖职工。", "继续签订集体合同文本。"]
    >>> found = collocations_frame(reports, "集体合同")
    >>> found[["collocate", "count", "before", "log_dice"]].values.tolist()
    [['签订', 3, 3, 14.0]]
    """
    wanted = None if node is None else simplify(node)
    nodes = frozenset() if wanted is None else longer_forms(wanted)
    lexicon = None if wanted is None else _own_words([wanted])
    near = _Near(span, wanted)
    for _, _, text in _readings(docs):
        here: set[Pair] = set()
        for sentence in _sentences(text):
            words = (wanted if wanted and word in nodes else word for word in terms(sentence, lexicon=lexicon))
            here |= near.add(list(words))
        near.in_docs.update(here)
    rows = sorted(near.rows(min_count), key=lambda row: (-row[5], -row[6], row[0], row[1]))
    return frame(rows, COLLOCATIONS)


Pair = tuple[str, str]  # a node and what stands near it


@dataclass
class _Near:
    """Counts of what stands within ``span`` words of a node, of one node or of every word where ``node`` is None."""

    span: int
    node: str | None
    pairs: Counter[Pair] = field(default_factory=Counter)
    before: Counter[Pair] = field(default_factory=Counter)
    of_node: Counter[Pair] = field(default_factory=Counter)  # uses of the node that have the collocate near them
    of_collocate: Counter[Pair] = field(default_factory=Counter)  # and the other way round
    in_docs: Counter[Pair] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    slots: Counter[str] = field(default_factory=Counter)  # how many places near the node there are in all

    def add(self, words: list[str]) -> set[Pair]:
        """Count one sentence; gives the pairs that it has."""
        self.words.update(words)
        found: set[Pair] = set()
        seen_near: set[tuple[int, str]] = set()
        for at, word in enumerate(words):
            if self.node is not None and word != self.node:
                continue
            low, high = max(0, at - self.span), min(len(words), at + self.span + 1)
            self.slots[word] += high - low - 1
            near_here = set()
            for other in range(low, high):
                collocate = words[other]
                if collocate == word:
                    continue
                pair = (word, collocate)
                self.pairs[pair] += 1
                self.before[pair] += other < at
                near_here.add(pair)
                if (other, word) not in seen_near:
                    seen_near.add((other, word))
                    self.of_collocate[pair] += 1
            self.of_node.update(near_here)
            found |= near_here
        return found

    def rows(self, min_count: int) -> Iterator[tuple[Any, ...]]:
        """Rows of ``COLLOCATIONS`` for the pairs met often enough."""
        total = self.words.total()
        for pair, count in self.pairs.items():
            if count < min_count:
                continue
            word, collocate = pair
            slots, uses = self.slots[word], self.words[collocate]
            together = min(self.of_node[pair], self.of_collocate[pair])
            dice = 14 + log2(2 * together / (self.words[word] + uses))
            strength = _log_likelihood(count, slots, uses, total)
            sides = (self.before[pair], count - self.before[pair])
            yield word, collocate, count, self.in_docs[pair], slots * uses / total, dice, strength, *sides


def ngrams_frame(docs: Texts | str, *, n: int | tuple[int, int] = 2, min_count: int = 3) -> pd.DataFrame:
    """
    Runs of ``n`` words (or of each length from ``n[0]`` to ``n[1]``) met at least ``min_count`` times, commonest first.

    Runs do not reach across punctuation or a number; stop words count as words here. The words of a run are divided by
    blanks, simplified.

    Columns: ngram, n, count, n_docs.

    >>> ngrams_frame(["组建律师团队，选派律师团队", "发挥律師團隊"])[["ngram", "count"]].values.tolist()
    [['律师 团队', 3]]
    """
    low, high = (n, n) if isinstance(n, int) else n
    if not 1 <= low <= high:
        raise OptionError(f"n is the length of the runs, at least 1, or (shortest, longest); got {n!r}")
    tokenizer = Tokenizer()
    counts: Counter[tuple[str, ...]] = Counter()
    in_docs: Counter[tuple[str, ...]] = Counter()
    for _, _, text in _readings(docs):
        here: Counter[tuple[str, ...]] = Counter()
        # 锟斤拷 is lost text: no words, and none are beside one another across it.
        for run in _runs(tokenizer.tokenize(simplify(text.replace("锟斤拷", "\ufffd")))):
            for size in range(low, high + 1):
                here.update(tuple(run[at : at + size]) for at in range(len(run) - size + 1))
        counts.update(here)
        in_docs.update(here.keys())
    found = [(" ".join(run), len(run), count, in_docs[run]) for run, count in counts.items() if count >= min_count]
    found.sort(key=lambda row: (-row[2], -row[1], row[0]))
    return frame(found, NGRAMS)


def dispersion_frame(
    docs: Texts | str, words: str | Iterable[str] | None = None, *, min_count: int = 5
) -> pd.DataFrame:
    """
    How evenly words are spread over the documents: many uses in one report are not many reports with a use.

    ``dp`` is Gries' deviation of proportions (0: as even as the sizes of the documents allow; near 1: all in one
    place), ``dp_norm`` the same on a scale that reaches 1; ``juilland_d`` is 1 where even, about 0 where all uses are
    in one document (it needs two documents; else it is missing). All words with ``min_count`` uses are shown, the
    commonest first; ``words`` picks some, shows them however rare, and counts longer forms of a union term with them, as
    ``collocations_frame`` does. Documents without a single word are passed over.

    Columns: term, count, n_docs, dp, dp_norm, juilland_d.

    >>> reports = ["送温暖慰问困难职工", "送温暖帮扶特困职工", "送温暖慰问农民工"]
    >>> dispersion_frame(reports, ["送温暖", "农民工"])[["term", "count", "n_docs", "dp"]].round(2).values.tolist()
    [['送温暖', 3, 3, 0.0], ['农民工', 1, 1, 0.67]]
    """
    picked = None if words is None else list(dict.fromkeys(map(simplify, [words] if isinstance(words, str) else words)))
    longer = {word: longer_forms(word) for word in picked or ()}
    lexicon = None if picked is None else _own_words(picked)
    sizes: list[int] = []
    uses: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for _, _, text in _readings(docs):
        found = Counter(terms(text, lexicon=lexicon))
        if not found:
            continue
        if picked is not None:
            found_of = {word: sum(found[form] for form in forms) for word, forms in longer.items()}
        for term, count in (found if picked is None else found_of).items():
            if count:
                uses[term].append((len(sizes), count))
        sizes.append(found.total())
    total = sum(sizes)
    rows = []
    for term in uses if picked is None else picked:
        places = uses.get(term, [])
        count = sum(number for _, number in places)
        if not count or (picked is None and count < min_count):
            continue
        # Documents without the term deviate by their whole share; the others are put right one by one.
        deviation = 1.0
        for doc, number in places:
            share = sizes[doc] / total
            deviation += abs(share - number / count) - share
        dp = max(deviation / 2, 0.0)
        smallest = min(sizes) / total
        norm = dp / (1 - smallest) if smallest < 1 else 0.0
        rows.append((term, count, len(places), dp, norm, _juilland([n / sizes[doc] for doc, n in places], len(sizes))))
    rows.sort(key=lambda row: (-row[1], row[0]))
    return frame(rows, DISPERSION)


def _juilland(rates: list[float], parts: int) -> float | None:
    """Juilland's D of the rates of use in the parts that have the word, the others being zero."""
    if parts < 2:
        return None
    mean = sum(rates) / parts
    variance = max(sum(rate * rate for rate in rates) / parts - mean * mean, 0.0)
    return 1 - sqrt(variance) / mean / sqrt(parts - 1)


def _log_likelihood(together: int, row: int, column: int, total: int) -> float:
    """Dunning's log-likelihood of a two-by-two table given one cell and the margins."""
    cells = (
        (together, row * column),
        (max(row - together, 0), row * (total - column)),
        (max(column - together, 0), (total - row) * column),
        (max(total - row - column + together, 0), (total - row) * (total - column)),
    )
    return 2 * sum(seen * log(seen * total / product) for seen, product in cells if seen and product > 0)


# -- reading ------------------------------------------------------------------------------------------------------


def _readings(docs: Texts | str) -> Iterator[tuple[str | None, int | None, str]]:
    """(doc_id, report_year, text) of each document; bare strings have neither."""
    for doc in reports_of(docs):
        if isinstance(doc, Document):
            yield doc.doc_id, doc.metadata.report_year, doc.text
        else:
            yield None, None, doc


_SENTENCE_ENDS = re.compile("[。！？!?；;\r\n]+")


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE_ENDS.split(text) if sentence.strip()]


_WORD = re.compile("[㐀-\u9fff]+|[A-Za-z]+")


def _runs(words: Iterable[str]) -> Iterator[list[str]]:
    """The stretches between punctuation and numbers; blanks and line ends inside a stretch are passed over."""
    run: list[str] = []
    for word in words:
        if _WORD.fullmatch(word):
            run.append(word)
        elif not word.isspace() and run:
            yield run
            run = []
    if run:
        yield run


def _own_words(words: Iterable[str]) -> list[str] | None:
    """A lexicon that keeps these words whole, where the union lexicon does not do so already."""
    own = [word for word in words if is_one_word(word) and word not in union_terms()]
    return own or None


def _one_line(text: str) -> str:
    return " ".join(text.splitlines()) if "\n" in text or "\r" in text else text


def _word_finder(word: str) -> Callable[[str], Iterator[Span]]:
    needle = levelled(word)
    if not needle:
        raise OptionError(f"nothing to look for in {word!r}")

    def find(text: str) -> Iterator[Span]:
        level = level_view(text)
        at = level.text.find(needle)
        while at >= 0:
            span = level.span(at, at + len(needle))
            if span is not None:
                yield span
            at = level.text.find(needle, at + len(needle))

    return find


def _pattern_finder(pattern: str) -> Callable[[str], Iterator[Span]]:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise OptionError(f"{pattern!r} is not a regular expression: {error}") from error
    return lambda text: (match.span() for match in compiled.finditer(text) if match.group())
