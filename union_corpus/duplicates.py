"""
Reports that are the same text, and passages that two reports share.

Copies are told on a levelled view: only Han characters, simplified, without numerals. Masks (20xx, ×年, **), digits,
printed readings, punctuation, blanks and script fall away, so the same report with another mask or title year is the
same report still. Places are always given in the report's own text.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from union_corpus.documents import Document, Span
from union_corpus.scripts import simplify

Array = NDArray[Any]

# A signature has BANDS × ROWS smallest hashes; reports with a Jaccard overlap of s meet in some band with the chance
# 1 - (1 - s^ROWS)^BANDS: 0.88 at s = 0.5, 0.9999 at s = 0.7.
BANDS, ROWS = 32, 4
REPORT_SHINGLE = 8
PASSAGE_SHINGLE = 16
# One shingle in so many is kept to look for shared passages: a passage of 80 characters has 65 shingles, so it is
# overlooked once in six thousand times.
PASSAGE_SAMPLE = 8
# Set phrases of the genre (以邓小平理论和“三个代表”重要思想为指导…) run to some sixty characters; a copied passage is longer.
SHORTEST_PASSAGE = 80
SAME_REPORT = 0.6
SAME_WHEN_CONTAINED = 0.8
_SHORTEST_REPORT = 60
_SHOWN = 120
# Sampled shingles so near one another belong to one passage.
_NEAR = 128
# The outermost two sampled shingles of a passage of 80 characters stand further apart than this, 199 times in 200.
_APART = 32
_NUMERALS = "〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """
    One report that is a copy of another (relation "report"), or one passage that two share (relation "passage").

    ``family`` is the ``doc_id`` of the most complete copy; in a "report" row that is ``other_id`` as well.
    ``similarity`` is the share of the shorter text's shingles that the other has too; for a passage the same
    within it. ``start:end`` is the place in ``doc_id``, ``other_start:other_end`` in ``other_id``;
    ``text`` is how the place in ``doc_id`` begins.
    """

    doc_id: str
    other_id: str
    relation: str
    family: str
    similarity: float
    start: int
    end: int
    other_start: int
    other_end: int
    text: str


def find_duplicates(docs: Iterable[Document]) -> list[Duplicate]:
    """
    Copies of whole reports first, then passages shared between reports that are not copies; in the order of ``docs``.

    A report cut short is a copy of the longer one. Copies are compared with the head of their family only, and
    passages are looked for between heads, so a report that stands on a hundred pages gives a hundred rows and not
    five thousand. The same organisation's stock phrases are no passage: it takes 80 Han characters.

    >>> body = "各级工会坚持服务大局，组织劳动竞赛，帮扶困难职工，推进厂务公开，签订集体合同，维护职工权益，建设职工之家。" * 2
    >>> page, copy = f"2009年总结\\n2009年，{body}慰问36人。", f"2023年总结\\n20xx年，{body}"
    >>> pair, = find_duplicates([Document.from_text(copy, doc_id="b"), Document.from_text(page, doc_id="a")])
    >>> pair.doc_id, pair.other_id, pair.relation, pair.family
    ('b', 'a', 'report', 'a')
    """
    return list(_Search(list(docs)).rows())


class _Search:
    """
    Signatures of all texts, the pairs they suggest, and what an exact comparison says of each pair.

    Kept for a report are half a kilobyte of signature and twelve bytes for each of its sampled shingles (one character
    in eight); levelled texts and sets of shingles are made anew where a pair needs them.
    """

    def __init__(self, docs: list[Document]) -> None:
        self.docs = docs
        self.digests = np.zeros(len(docs), dtype=np.uint64)
        self.sizes = np.zeros(len(docs), dtype=np.int64)
        self.signatures = np.zeros((len(docs), BANDS * ROWS), dtype=np.uint32)
        self.figures = np.zeros((len(docs), _FIGURE_HASHES), dtype=np.uint64)
        samples: list[tuple[Array, Array]] = []
        for at, doc in enumerate(docs):
            view = _levelled(doc.text)[0]
            self.sizes[at] = len(view)
            self.digests[at] = int.from_bytes(hashlib.blake2b(view.tobytes(), digest_size=8).digest(), "big")
            self.figures[at] = _figure_signature(_numbers(doc.text))
            short, long = _shingles(view)
            self.signatures[at] = _signature(short).astype(np.uint32)
            picked = np.flatnonzero(long % PASSAGE_SAMPLE == 0)
            samples.append(((long[picked] >> np.uint64(32)).astype(np.uint32), picked.astype(np.int32)))
        self.samples = _Samples(samples)
        self.views = lru_cache(maxsize=512)(lambda at: _levelled(docs[at].text)[0])
        self.unique_shingles = lru_cache(maxsize=512)(lambda at: np.unique(_shingles(self.views(at))[0]))
        self.numbers = lru_cache(maxsize=512)(lambda at: _numbers(docs[at].text))
        self.kept = lru_cache(maxsize=64)(lambda at: _levelled(docs[at].text)[1])

    def rows(self) -> Iterator[Duplicate]:
        """Report rows, then passage rows."""
        heads = self._families(self._band_pairs() | self._sample_pairs())
        for at in range(len(self.docs)):
            if heads[at] != at:
                yield self._report_row(at, heads[at])
        yield from self._passage_rows(np.array(heads, dtype=np.int64))

    def _band_pairs(self) -> set[tuple[int, int]]:
        """
        Neighbours in any bucket of any band; a bucket of a thousand copies gives 999 pairs.

        Reports on one template share their buckets and differ in their figures, so those with the same figures stand
        side by side there.
        """
        pairs: set[tuple[int, int]] = set()
        able = np.flatnonzero(self.sizes >= _SHORTEST_REPORT)
        for band in range(BANDS):
            keys = _mixed(self.signatures[able, band * ROWS : (band + 1) * ROWS].astype(np.uint64))
            pairs.update(self._side_by_side(able, keys, band % _FIGURE_HASHES))
        with_text = np.flatnonzero(self.sizes)
        for column in range(_FIGURE_HASHES):
            pairs.update(self._side_by_side(with_text, self.digests[with_text], column))
        return pairs

    def _side_by_side(self, docs: Array, keys: Array, column: int) -> Iterator[tuple[int, int]]:
        """Neighbours among the reports of one key, in the order of one hash of their figures."""
        order = np.lexsort((self.figures[docs, column], keys))
        same = np.flatnonzero(keys[order][1:] == keys[order][:-1])
        one, other = docs[order[same]], docs[order[same + 1]]
        yield from zip(np.minimum(one, other).tolist(), np.maximum(one, other).tolist(), strict=True)

    def _sample_pairs(self) -> set[tuple[int, int]]:
        """Pairs of which one mostly stands in the other, so that a report cut short finds the whole one."""
        pairs: set[tuple[int, int]] = set()
        n_samples = self.samples.counts
        for shared in self.samples.neighbours():
            keys, counts = np.unique(shared[:, 0] * np.int64(len(self.docs)) + shared[:, 2], return_counts=True)
            one, other = np.divmod(keys, len(self.docs))
            mostly = (counts >= 0.5 * np.minimum(n_samples[one], n_samples[other])) & (
                np.minimum(self.sizes[one], self.sizes[other]) >= _SHORTEST_REPORT
            )
            pairs.update(zip(one[mostly].tolist(), other[mostly].tolist(), strict=True))
        return pairs

    def _families(self, pairs: set[tuple[int, int]]) -> list[int]:
        """The head of each report's family; a report that is nobody's copy is its own head."""
        family = list(range(len(self.docs)))

        def root(at: int) -> int:
            while family[at] != at:
                family[at] = family[family[at]]
                at = family[at]
            return at

        for one, other in sorted(pairs):
            if root(one) != root(other) and self._similarity(one, other) > 0:
                family[root(other)] = root(one)
        members: dict[int, list[int]] = defaultdict(list)
        for at in range(len(self.docs)):
            members[root(at)].append(at)
        heads = list(range(len(self.docs)))
        for group in members.values():
            if len(group) == 1:
                continue
            # The most complete copy leads; a member that is like another member but not like the head leads its own.
            waiting = sorted(group, key=lambda at: (-self._completeness(at), at))
            while waiting:
                head, *rest = waiting
                waiting = [at for at in rest if self._similarity(at, head) == 0]
                for at in set(rest) - set(waiting):
                    heads[at] = head
        return heads

    def _completeness(self, at: int) -> int:
        """How much of a report is there: its Han characters and the digits that no mask has taken."""
        return int(self.sizes[at]) + sum(map(len, _DIGITS.findall(self.docs[at].text)))

    def _similarity(self, one: int, other: int) -> float:
        """Share of the shorter text's shingles that the other has, or 0 where the two are not the same report."""
        if self.digests[one] == self.digests[other]:
            alike = 1.0
        else:
            here, there = self.unique_shingles(one), self.unique_shingles(other)
            common = len(np.intersect1d(here, there, assume_unique=True))
            alike = common / max(min(len(here), len(there)), 1)
            if common < SAME_REPORT * (len(here) + len(there) - common) and alike < SAME_WHEN_CONTAINED:
                return 0.0
        # Next year's report on the same template has the same words and other figures.
        figures, others = self.numbers(one), self.numbers(other)
        fewer = min(len(figures), len(others))
        if (fewer >= 3 and len(figures & others) < 0.5 * fewer) or (self.sizes[one] < 16 and figures != others):
            return 0.0
        return alike

    def _report_row(self, at: int, head: int) -> Duplicate:
        doc, other = self.docs[at], self.docs[head]
        (view, kept), (other_view, other_kept) = _levelled(doc.text), _levelled(other.text)
        places, other_places = _matches(_shingles(view)[0], _shingles(other_view)[0])
        if len(places):
            start, end = int(kept[places.min()]), int(kept[places.max() + REPORT_SHINGLE - 1]) + 1
            other_start = int(other_kept[other_places.min()])
            other_end = int(other_kept[other_places.max() + REPORT_SHINGLE - 1]) + 1
        else:
            start, end, other_start, other_end = 0, len(doc.text), 0, len(other.text)
        alike = round(self._similarity(at, head), 4)
        return Duplicate(
            doc.doc_id,
            other.doc_id,
            "report",
            other.doc_id,
            alike,
            start,
            end,
            other_start,
            other_end,
            doc.text[start : min(end, start + _SHOWN)],
        )

    def _passage_rows(self, heads: Array) -> Iterator[Duplicate]:
        """Passages shared by the heads of two families: sampled shingles in line, then an exact look around them."""
        for shared in self.samples.neighbours(among=heads == np.arange(len(heads))):
            yield from self._passages_in(shared)

    def _passages_in(self, shared: Array) -> Iterator[Duplicate]:
        shared = shared[np.lexsort((shared[:, 1], shared[:, 2], shared[:, 0]))]
        drift = np.abs(np.diff(shared[:, 3] - shared[:, 1]))
        new = (
            (np.diff(shared[:, 0]) != 0) | (np.diff(shared[:, 2]) != 0) | (np.diff(shared[:, 1]) > _NEAR) | (drift > 24)
        )
        starts = np.append(0, np.flatnonzero(new) + 1)
        ends = np.append(starts[1:], len(shared))
        for low, high in zip(starts.tolist(), ends.tolist(), strict=True):
            if high - low >= 2 and shared[high - 1, 1] - shared[low, 1] >= _APART:
                one, first, other, other_first = shared[low].tolist()
                _, last, _, other_last = shared[high - 1].tolist()
                base, other_base = max(first - _NEAR, 0), max(other_first - _NEAR, 0)
                view = self.views(one)[base : last + _NEAR + PASSAGE_SHINGLE]
                other_view = self.views(other)[other_base : other_last + _NEAR + PASSAGE_SHINGLE]
                for start, end, other_start, other_end in _runs(view, other_view):
                    yield self._passage_row(
                        one, other, (base + start, base + end), (other_base + other_start, other_base + other_end)
                    )

    def _passage_row(self, one: int, other: int, span: Span, other_span: Span) -> Duplicate:
        here, there = self.views(one)[slice(*span)], self.views(other)[slice(*other_span)]
        common = len(np.intersect1d(_shingles(here)[0], _shingles(there)[0]))
        kept, other_kept = self.kept(one), self.kept(other)
        start, end = int(kept[span[0]]), int(kept[span[1] - 1]) + 1
        doc, second = self.docs[one], self.docs[other]
        family = min((one, other), key=lambda at: (-self.sizes[at], at))
        return Duplicate(
            doc.doc_id,
            second.doc_id,
            "passage",
            self.docs[family].doc_id,
            round(min(common / (min(len(here), len(there)) - REPORT_SHINGLE + 1), 1.0), 4),
            start,
            end,
            int(other_kept[other_span[0]]),
            int(other_kept[other_span[1] - 1]) + 1,
            doc.text[start : min(end, start + _SHOWN)],
        )


class _Samples:
    """All sampled shingles of all reports, equal ones together, in the order of the reports."""

    # Reports whose neighbours are looked at together; more take more memory, not less time.
    BLOCK = 2048

    def __init__(self, samples: list[tuple[Array, Array]]) -> None:
        self.counts = np.array([len(hashes) for hashes, _ in samples], dtype=np.int64)
        # A hash and where it comes from in one number, so that sorting needs no second array.
        keys = np.concatenate([np.zeros(0, dtype=np.uint32), *(hashes for hashes, _ in samples)]).astype(np.uint64)
        keys <<= np.uint64(32)
        keys |= np.arange(len(keys), dtype=np.uint64)
        keys.sort()
        self.hashes = (keys >> np.uint64(32)).astype(np.uint32)
        keys &= np.uint64(0xFFFFFFFF)
        self.places = np.concatenate([np.zeros(0, dtype=np.int32), *(places for _, places in samples)])[keys]
        self.owners = np.repeat(np.arange(len(samples), dtype=np.int32), self.counts)[keys]

    def neighbours(self, among: Array | None = None) -> Iterator[Array]:
        """
        Places of equal shingles in two reports: rows of (report, place, other report, other place), a block of reports
        after the other.

        Neighbours one to four reports apart: all pairs of up to five reports that share a passage, a chain of more.
        """
        hashes, owners, places = self.hashes, self.owners, self.places
        if among is not None:
            chosen = among[owners]
            hashes, owners, places = hashes[chosen], owners[chosen], places[chosen]
        for low in range(0, len(self.counts), self.BLOCK):
            mine = np.flatnonzero((owners >= low) & (owners < low + self.BLOCK))
            found = [np.zeros((0, 4), dtype=np.int64)]
            for step in range(1, 5):
                here = mine[mine < len(hashes) - step]
                here = here[(hashes[here] == hashes[here + step]) & (owners[here] != owners[here + step])]
                found.append(np.column_stack([owners[here], places[here], owners[here + step], places[here + step]]))
            rows = np.concatenate(found)
            if len(rows):
                yield rows


# -- the levelled view ------------------------------------------------------------------------------------------------


@cache
def _level_table() -> Array:
    """Code unit → the simplified Han character it counts as, or 0 for all that is levelled away."""
    table = np.zeros(0x10000, dtype=np.uint16)
    han = [chr(code) for code in [0x3007, *range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)]]
    # One character a line, so that no rule for a longer word applies.
    for char, plain in zip(han, simplify("\n".join(han), taiwan_terms=False).split("\n"), strict=True):
        table[ord(char)] = ord(plain) if len(plain) == 1 and ord(plain) < 0x10000 else ord(char)
    for numeral in _NUMERALS:
        table[table == ord(numeral)] = 0
    return table


def _levelled(text: str) -> tuple[Array, Array]:
    """The levelled characters, and where each stands in the text."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    plain = _level_table()[np.minimum(codes, 0xFFFF)]
    kept = np.flatnonzero(plain)
    return plain[kept], kept


_BASE = np.uint64(0x9E3779B97F4A7C15)


def _shingles(view: Array) -> tuple[Array, Array]:
    """Hashes of every stretch of 8 and of every stretch of 16 characters."""
    hashes = view.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93)
    power = _BASE
    found = []
    for width in (1, 2, 4, 8):
        if len(hashes) <= width:
            hashes = hashes[:0]
        else:
            with np.errstate(over="ignore"):
                hashes = hashes[:-width] * power + hashes[width:]
                power = power * power
        if width * 2 in (REPORT_SHINGLE, PASSAGE_SHINGLE):
            found.append(_scrambled(hashes))
    return found[0], found[1]


def _scrambled(hashes: Array) -> Array:
    """The finishing steps of splitmix64, so that all bits are equally good for bins and samples."""
    mixed = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _mixed(rows: Array) -> Array:
    keys = rows[:, 0].copy()
    for column in range(1, rows.shape[1]):
        keys = _scrambled(keys * np.uint64(31) + rows[:, column])
    return keys


@cache
def _bin_edges() -> Array:
    return (np.arange(BANDS * ROWS, dtype=np.uint64) << np.uint64(64 - (BANDS * ROWS - 1).bit_length())).astype(
        np.uint64
    )


def _signature(hashes: Array) -> Array:
    """
    One-permutation MinHash: the smallest hash in each of 128 equal bins of the hash space.

    An empty bin borrows from the next full one, with the distance mixed in (Shrivastava and Li 2014), so short
    reports have full signatures too.
    """
    edges = _bin_edges()
    if not len(hashes):
        return edges
    ordered = np.sort(hashes)
    at = np.searchsorted(ordered, edges)
    upper = np.append(at[1:], len(ordered))
    full = at < upper
    values = ordered[np.minimum(at, len(ordered) - 1)]
    if full.all():
        return values
    places = np.flatnonzero(full)
    lender = places[np.searchsorted(places, np.arange(len(edges))) % len(places)]
    away = (lender - np.arange(len(edges))) % len(edges)
    return np.where(away > 0, _scrambled(values[lender] + away.astype(np.uint64)), values)


def _matches(here: Array, there: Array) -> tuple[Array, Array]:
    """Where hashes of one text stand in the other: places in both, each hash once."""
    _, places, other_places = np.intersect1d(here, there, return_indices=True)
    order = np.argsort(places, kind="stable")
    return places[order], other_places[order]


def _runs(view: Array, other: Array) -> Iterator[tuple[int, int, int, int]]:
    """Stretches that two levelled texts share, at least 80 characters long; a few changed characters do not end one."""
    places, others = _matches(_shingles(view)[1], _shingles(other)[1])
    if not len(places):
        return
    gap = np.diff(places)
    breaks = np.flatnonzero((gap > 40) | (np.diff(others) > 40) | (np.diff(others) <= 0))
    for low, high in zip(np.append(0, breaks + 1), np.append(breaks, len(places) - 1), strict=True):
        start, end = int(places[low]), int(places[high]) + PASSAGE_SHINGLE
        other_start, other_end = int(others[low]), int(others[high]) + PASSAGE_SHINGLE
        if min(end - start, other_end - other_start) >= SHORTEST_PASSAGE:
            yield start, end, other_start, other_end


_DIGITS = re.compile(r"\d+")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")


# Two copies of which each has lost a tenth of its figures agree in all four of these hashes half the time, and hardly
# ever in none; the bands of a signature take them in turn.
_FIGURE_HASHES = 4
_TURNS = np.arange(_FIGURE_HASHES, dtype=np.uint64) << np.uint64(40)


def _figure_signature(figures: Iterable[str]) -> Array:
    """The smallest of each of four hashes of the figures; zero where there are none."""
    codes = np.array([zlib.crc32(figure.encode()) for figure in figures], dtype=np.uint64)
    if not len(codes):
        return np.zeros(_FIGURE_HASHES, dtype=np.uint64)
    return _scrambled(codes + _TURNS[:, None]).min(axis=1)


def _numbers(text: str) -> frozenset[str]:
    """The printed figures of a report that tell it from another year's: two digits or more, and no year."""
    return frozenset(match for match in _FIGURE.findall(text) if len(match) >= 2 and not _YEAR.match(match))
