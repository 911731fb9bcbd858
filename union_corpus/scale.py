"""
The main job on folders of any size: files stream through pure functions, rows stream to disk.

Two passes: the first reads, repairs and dates each report and sets it aside on disk; then all reports together tell
which are copies and which year others give to one without; the second looks into each and writes its rows. What is
held for the whole run is small: the texts of the reports while they are told apart, and counts of terms. Token lists,
edits and segments are never kept.
"""

from __future__ import annotations

import os
import pickle
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from union_corpus import tables
from union_corpus.comparisons import compared_rows
from union_corpus.corpus import (
    Analysis,
    analyse,
    named_files,
    own_list,
    prepare,
    told_by_others,
    watched,
    with_metadata,
)
from union_corpus.datasets import DatasetWriter, read_frame, read_parts, rows_of_frame, rows_where, write_table
from union_corpus.documents import Document, RawFile
from union_corpus.errors import FrameError, LoadError
from union_corpus.observations import COMPARED, copies, homes, lined_up_by, organisations, with_organisation
from union_corpus.workers import collector_at_rest, map_in_order

if TYPE_CHECKING:
    import pandas as pd

    from union_corpus.files import Limits, Unreadable
    from union_corpus.term_matrices import TermMatrix
    from union_corpus.topics import TopicModel

# Starting a second process costs about a second (models are loaded again), which this many bytes of text repay.
_PARALLEL_FROM = 2_000_000


@dataclass(frozen=True)
class RunSummary:
    """What a run wrote: the folder, the number of files read, the rows of each table, and what it could not do."""

    folder: Path
    n_files: int
    n_reports: int
    rows: dict[str, int]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Job:
    raw: RawFile | Unreadable
    doc_id: str
    limits: Limits | None


@dataclass(frozen=True)
class _Read:
    """A document on its way to the second pass; a compilation has no rows of its own, its reports have them."""

    doc: Document
    is_report: bool
    lexicon: Path | None


def _prepare(job: _Job) -> list[Document]:
    with collector_at_rest():
        return prepare(job.raw, job.doc_id, limits=job.limits)


def _find(read: _Read) -> tuple[Document, Analysis | None]:
    with collector_at_rest():
        return read.doc, analyse(read.doc, lexicon=read.lexicon) if read.is_report else None


class Shelf:
    """Documents set aside on disk, in their order, between the pass that reads them and the one that looks into them."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._n = 0

    def add(self, doc: Document) -> None:
        """Set one document aside behind the others."""
        pickle.dump(doc, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._n += 1

    def __iter__(self) -> Iterator[Document]:
        self._file.seek(0)
        for _ in range(self._n):
            yield pickle.load(self._file)


def run(
    *paths: str | Path,
    out: str | Path,
    lexicon: str | Path | None = None,
    n_topics: int | None = None,
    workers: int = 1,
    progress: bool | None = None,
    limits: Limits | None = None,
    report: bool = True,
) -> RunSummary:
    """
    From folders of reports to a stored dataset with every table and ``report.html``; the main job.

    The tables are the same whatever the number of ``workers``; with more than one, a script must start its work under
    ``if __name__ == "__main__"`` (a notebook need not).
    ``n_topics`` is suggested by the number of reports where it is None. Raises LoadError where there is nothing to
    read or no permission to write; a damaged file is a row of ``problems``.
    """
    if not paths:
        raise LoadError("run needs at least one folder, file, glob or archive: run('reports/', out='out/')")
    folder = Path(out)
    inputs = _first(named_files(*paths, limits=limits))
    word_list = None if lexicon is None else Path(lexicon)
    own_list(word_list, "theme")
    jobs = (_Job(raw, doc_id, limits) for raw, doc_id in inputs)
    with DatasetWriter(folder) as dataset, TemporaryFile(dir=folder) as file:
        shelf, n_files = Shelf(file), 0
        reports: list[Document] = []
        for docs in watched(map_in_order(_prepare, jobs, workers=workers), "reading", show=progress):
            n_files += 1
            parents = {doc.parent_id for doc in docs}
            reports += (_bare(doc) for doc in docs if doc.text and doc.doc_id not in parents)
            for doc in docs:
                shelf.add(doc)
        duplicates, told = told_by_others(reports)
        dataset.add_rows("duplicates", tables.rows_of(duplicates, tables.DUPLICATES))
        are_reports = {doc.doc_id for doc in reports}
        del duplicates, reports
        read = (_Read(with_metadata(doc, told), doc.doc_id in are_reports, word_list) for doc in shelf)
        found = watched(map_in_order(_find, read, workers=workers), "finding", show=progress)
        matrix = _write(dataset, found)
        model, without = _topics(matrix, n_topics)
        if model is not None:
            dataset.add_rows("topics", rows_of_frame(model.topics_frame()))
            dataset.add_rows("doc_topics", _doc_topics(model, matrix))
            dataset.add_rows("topic_quality", rows_of_frame(model.quality_frame()))
        remarks = [remark for remark in (without, _compared_alone(matrix.organisations)) if remark]
        del matrix, model
    rows = {**dataset.counts, "comparison": write_table(folder, "comparison", _compared(folder))}
    if report:
        from union_corpus.webreport import write_report

        write_report(folder)
    return RunSummary(folder, n_files, len(are_reports), rows, tuple(remarks))


def _write(dataset: DatasetWriter, found: Iterable[tuple[Document, Analysis | None]]) -> TermMatrix:
    """Write every document and what was found in it; gives the counts of terms, for the topics."""
    terms = TermCounts()
    organisations: dict[str, str | None] = {}
    for doc, analysis in found:
        dataset.add_document(doc)
        dataset.add_rows("documents", [tables.document_row(doc)])
        dataset.add_rows("problems", tables.problem_rows(doc))
        if doc.parent_id is None:
            dataset.add_rows("edits", tables.edit_rows(doc))
        if analysis is not None:
            analysis.write(dataset)
            terms.add(doc.doc_id, analysis.terms)
            organisations[doc.doc_id] = doc.metadata.organisation
    return terms.matrix().of_organisations(organisations)


def _compared_alone(organisations: Sequence[str | None]) -> str | None:
    unknown = sum(organisation is None for organisation in organisations)
    if not unknown or len(organisations) < 2:
        return None
    return (
        f"{unknown:,} of {len(organisations):,} reports name no organisation, and comparison sets each beside itself alone; "
        "where several are of one union, fill in its name in documents and call compare_years(figures, documents=…)"
    )


class TermCounts:
    """The term matrix as it grows: three flat arrays, so that seventy thousand reports take megabytes, not gigabytes."""

    def __init__(self) -> None:
        self.doc_ids: list[str] = []
        self._columns: dict[str, int] = {}
        self._rows, self._cols, self._counts = array("i"), array("i"), array("i")

    def add(self, doc_id: str, rows: Iterable[tuple[str, str, int]]) -> None:
        """Add one report's rows of ``terms_frame``."""
        row = len(self.doc_ids)
        self.doc_ids.append(doc_id)
        for _, term, count in rows:
            self._rows.append(row)
            self._cols.append(self._columns.setdefault(term, len(self._columns)))
            self._counts.append(count)

    def matrix(self) -> TermMatrix:
        """The counts as a ``TermMatrix``, terms in alphabetical order whatever order they came in."""
        import numpy as np
        from scipy.sparse import csr_matrix

        from union_corpus.term_matrices import TermMatrix

        order = sorted(self._columns)
        rank = np.empty(len(order), dtype=np.int64)
        rank[[self._columns[term] for term in order]] = np.arange(len(order))
        if not len(self._cols):
            return TermMatrix(csr_matrix((len(self.doc_ids), 0), dtype=np.int32), tuple(self.doc_ids), ())
        columns = rank[np.frombuffer(self._cols, dtype=np.intc)].astype(np.int32)
        counts = csr_matrix(
            (np.frombuffer(self._counts, dtype=np.intc), (np.frombuffer(self._rows, dtype=np.intc), columns)),
            shape=(len(self.doc_ids), len(order)),
            dtype=np.int32,
        )
        return TermMatrix(counts, tuple(self.doc_ids), tuple(order))


def suggested_topics(n_reports: int) -> int:
    """
    How many topics to begin with: about the square root of the number of reports, from 3 to 20; 0 below 3 reports.

    >>> [suggested_topics(n) for n in (1, 4, 24, 150, 10_000)]
    [0, 3, 4, 12, 20]
    """
    return 0 if n_reports < 3 else min(20, max(3, int(n_reports**0.5)))


# Topics of a larger corpus are found on so many of its reports, evenly spaced, and then given to all: a factorisation
# holds several copies of its matrix.
_MOST_FITTED = 10_000


def _topics(matrix: TermMatrix, n_topics: int | None) -> tuple[TopicModel | None, str | None]:
    """The fitted model, or why there is none: too few reports end no run."""
    wanted = suggested_topics(len(matrix.doc_ids)) if n_topics is None else n_topics
    if wanted < 1:
        return None, "no topics: they need at least three reports" if n_topics is None else None
    from union_corpus.topics import TopicModel

    try:
        return TopicModel(n_topics=wanted).fit(_spaced(matrix, _MOST_FITTED)), None
    except FrameError as error:
        return None, f"no topics: {error}"


def _spaced(matrix: TermMatrix, most: int) -> TermMatrix:
    """At most so many reports of a matrix, evenly spaced."""
    n_docs = len(matrix.doc_ids)
    if n_docs <= most:
        return matrix
    return _rows_at(matrix, [at * n_docs // most for at in range(most)])


def _rows_at(matrix: TermMatrix, places: Sequence[int]) -> TermMatrix:
    whose = matrix.organisations
    return replace(
        matrix,
        counts=matrix.counts[places],
        doc_ids=tuple(matrix.doc_ids[at] for at in places),
        organisations=tuple(whose[at] for at in places) if whose else whose,
    )


def _doc_topics(model: TopicModel, matrix: TermMatrix) -> Iterator[Sequence[Any]]:
    """Rows of the shares of every report, those that the topics were not found on as well."""
    if len(model.doc_ids_) == len(matrix.doc_ids):
        yield from rows_of_frame(model.doc_topics_frame())
        return
    for low in range(0, len(matrix.doc_ids), _MOST_FITTED):
        part = _rows_at(matrix, range(low, min(low + _MOST_FITTED, len(matrix.doc_ids))))
        for doc_id, row in zip(part.doc_ids, model.transform(part), strict=True):
            yield from ((doc_id, topic, model.labels_[topic], float(share)) for topic, share in enumerate(row))


def compare_stored(folder: str | Path, *, years: Sequence[int] | None = None) -> pd.DataFrame:
    """``compare_years`` of a stored dataset, with the organisation of each report known."""
    return tables.frame(_compared(folder, years=years), tables.COMPARISON)


# Comparing holds some kilobytes a figure; so many are read from the stored table at once (or all of one series).
_COMPARED_AT_ONCE = 100_000


def _compared(folder: str | Path, *, years: Sequence[int] | None = None) -> Iterator[Sequence[Any]]:
    documents = read_frame(folder, "documents", columns=("doc_id", "organisation", "duplicate_of"))
    known = organisations(documents)
    home: dict[str, str] = {}
    for part in read_parts(folder, "indicators", columns=("doc_id", "subject", "subject_source")):
        home = homes(with_organisation(part, known)) | home  # what a document's first row tells holds
    parts = (
        with_organisation(rows_where(folder, "indicators", wanted, columns=COMPARED), known)
        for wanted in _together(folder, known, copies(documents))
    )
    return compared_rows(parts, home, years=years)


def _together(folder: str | Path, known: Mapping[str, Any], without: Collection[str]) -> Iterator[Any]:
    """
    Which rows to read together: whole groups of ``lined_up_by`` in their order, about as many as may be held.

    The rows of documents in ``without`` are left out.
    """
    import numpy as np

    labels, owners = _Numbered(), _Numbered()
    left_out = [np.zeros(0, dtype=bool)]
    for part in read_parts(folder, "indicators", columns=("doc_id", "indicator_code", "indicator")):
        told = lined_up_by(with_organisation(part, known))
        labels.add(told[0])
        owners.add(told[1])
        left_out.append(part["doc_id"].isin(without).to_numpy(dtype=bool))
    keys = labels.ranks().astype(np.int64) * (owners.n + 1) + owners.ranks()
    _, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    part_of = (np.where(counts > 1, counts, 0).cumsum() - 1) // _COMPARED_AT_ONCE
    part_of[counts < 2] = -1  # a figure that stands alone is compared with nothing
    parts = np.where(np.concatenate(left_out), -1, part_of[places])
    for at in np.unique(part_of[part_of >= 0]):
        yield parts == at


class _Numbered:
    """A long column of words as numbers: each word is held once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._column = array("i")

    @property
    def n(self) -> int:
        return len(self._numbers)

    def add(self, words: Iterable[str]) -> None:
        self._column.extend(self._numbers.setdefault(word, len(self._numbers)) for word in words)

    def ranks(self) -> Any:
        """The place of each cell's word in the alphabetical order of all words."""
        import numpy as np

        rank = np.empty(self.n, dtype=np.intc)
        rank[[self._numbers[word] for word in sorted(self._numbers)]] = np.arange(self.n, dtype=np.intc)
        return rank[np.frombuffer(self._column, dtype=np.intc)]


def _bare(doc: Document) -> Document:
    """The document without its road: what telling duplicates needs of it."""
    return Document(doc.doc_id, doc.text, doc.text, metadata=doc.metadata, parent_id=doc.parent_id)


def _first(named: Iterator[Any]) -> Iterator[Any]:
    """The same stream, opened at once, so that a missing folder is told before anything is written."""
    try:
        first = next(named)
    except StopIteration:
        return iter(())
    return chain([first], named)


def suggested_workers(paths: Iterable[str | Path]) -> int:
    """One worker for a small folder, as many as there are processors (at most four) for a large one."""
    total = 0
    for path in paths:
        for file in Path(path).rglob("*") if Path(path).is_dir() else [Path(path)]:
            total += file.stat().st_size if file.is_file() else 0
            if total >= _PARALLEL_FROM:
                return min(os.cpu_count() or 1, 4)
    return 1
