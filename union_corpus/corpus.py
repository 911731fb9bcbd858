"""
A corpus: an ordered, read-only sequence of documents, and every table made from it.

A compilation stays in the corpus as one document, and each report in it is a document with that one as its parent.
Themes, indicators, terms and topics look at reports, never at the compilation as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from union_corpus import tables
from union_corpus.documents import Document, Metadata, RawFile, Source
from union_corpus.errors import FrameError, LexiconError, LoadError
from union_corpus.workers import map_in_order

if TYPE_CHECKING:
    import pandas as pd

    from union_corpus.duplicates import Duplicate
    from union_corpus.files import Limits, Unreadable
    from union_corpus.indicators import Indicator


# Metadata that are numbers; all others are words.
_NUMBERS = {"report_year", "year_confidence"}
# How many documents a notebook shows of a corpus.
_SHOWN = 10


class Corpus(Sequence[Document]):
    """
    Documents in order, found by place or by ``doc_id``; read-only.

    ``corpus["2009/总结.txt"]``, ``corpus[0]``, ``for doc in corpus``, ``len(corpus)``. ``lexicon`` is the path of a
    word list of the user's own (see ``load_corpus``). Two corpora of the same documents and list are equal. Two
    documents of one ``doc_id`` raise FrameError, things that are no documents TypeError.

    >>> corpus = Corpus([Document.from_text("慰问困难职工318户。", doc_id="a"), Document.from_text("送温暖。", doc_id="b")])
    >>> corpus.indicators_frame()[["doc_id", "indicator", "value"]].values.tolist()
    [['a', '慰问困难职工', 318.0]]
    >>> corpus.concordance("送温暖")[["doc_id", "start", "end"]].values.tolist()
    [['b', 0, 3]]
    """

    def __init__(self, documents: Iterable[Document], *, lexicon: str | Path | None = None) -> None:
        self._documents = tuple(documents)
        if stranger := next((thing for thing in self._documents if not isinstance(thing, Document)), None):
            raise TypeError(
                f"a Corpus holds Documents, not {type(stranger).__name__}; of files: load_corpus(path); of a text: "
                "repair(text), or Document.from_text(text, doc_id=…)"
            )
        self._by_id = {doc.doc_id: doc for doc in self._documents}
        self.lexicon = None if lexicon is None else Path(lexicon)
        own_list(self.lexicon, "theme")  # a list that cannot be read is told at once
        if len(self._by_id) < len(self._documents):
            seen: set[str] = set()
            twice = next(doc.doc_id for doc in self._documents if doc.doc_id in seen or seen.add(doc.doc_id))  # type: ignore[func-returns-value]
            raise FrameError(f"two documents are called {twice!r}; give each a doc_id of its own")

    def __len__(self) -> int:
        return len(self._documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents)

    def __contains__(self, thing: object) -> bool:
        return thing in self._by_id if isinstance(thing, str) else thing in self._documents

    @overload
    def __getitem__(self, place: int | str) -> Document: ...
    @overload
    def __getitem__(self, place: slice) -> Corpus: ...
    def __getitem__(self, place: int | str | slice) -> Document | Corpus:
        if isinstance(place, slice):
            return Corpus(self._documents[place], lexicon=self.lexicon)
        if isinstance(place, str):
            if place not in self._by_id:
                named = place.replace("\\", "/")  # as Windows writes a path
                near = [doc_id for doc_id in self._by_id if named in doc_id][:5]
                hint = f"; did you mean {', '.join(near)}?" if near else "; documents_frame() lists the doc_ids"
                raise KeyError(f"no document is called {place!r}{hint}")
            return self._by_id[place]
        return self._documents[place]

    def __repr__(self) -> str:
        years = sorted({doc.metadata.report_year for doc in self.reports if doc.metadata.report_year})
        span = f", {years[0]}–{years[-1]}" if years else ""
        return f"<Corpus: {len(self)} documents, {len(self.reports)} reports{span}>"

    def _repr_html_(self) -> str:
        """What Jupyter shows: the first documents and what they are."""
        columns = ["doc_id", "title", "organisation", "report_year", "kind", "n_chars", "n_edits", "n_problems"]
        first = tables.frame(map(tables.document_row, self._documents[:_SHOWN]), tables.DOCUMENTS)[columns]
        rest = f"<p>… {len(self) - _SHOWN} more</p>" if len(self) > _SHOWN else ""
        plain = first.astype(object).where(first.notna(), "")
        return f"<p>{escape(repr(self).strip('<>'))}</p>{plain.to_html(index=False)}{rest}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Corpus):
            return NotImplemented
        return self._documents == other._documents and self.lexicon == other.lexicon

    def __hash__(self) -> int:
        return hash((self._documents, self.lexicon))

    @property
    def reports(self) -> tuple[Document, ...]:
        """The documents that are reports: all that hold text and that no other names as its parent."""
        parents = {doc.parent_id for doc in self._documents}
        return tuple(doc for doc in self._documents if doc.text and doc.doc_id not in parents)

    def subset(self, where: Callable[[Document], bool] | None = None, /, **known: Any) -> Corpus:
        """
        The documents whose metadata fit: ``corpus.subset(report_year=2009)``, ``corpus.subset(level=["市", "县"])``.

        A value, a collection of values, or a function of the document: ``corpus.subset(lambda doc: "女工" in doc.text)``.
        Rows picked in a table come back as documents by ``corpus.subset(doc_id=picked["doc_id"])``. A name that metadata
        does not have, or a year that is no number, raises FrameError.
        """
        if unknown := sorted(set(known) - {"doc_id", *Metadata()}):
            raise FrameError(f"metadata has no {', '.join(unknown)}; it has doc_id, {', '.join(Metadata())}")
        if where is not None and not callable(where):
            raise TypeError(
                f"subset takes a function of a document, or name=value, not {type(where).__name__}; of rows picked in a "
                'table: subset(doc_id=picked["doc_id"])'
            )
        wanted = {
            name: {value} if isinstance(value, str) or not isinstance(value, Iterable) else set(value)
            for name, value in known.items()
        }
        for name in _NUMBERS & wanted.keys():
            if texts := [value for value in wanted[name] if isinstance(value, str)]:
                raise FrameError(f"{name} is a number, and {texts[0]!r} is a text; leave out the quotation marks")

        def value_of(doc: Document, name: str) -> Any:
            return doc.doc_id if name == "doc_id" else doc.metadata[name]

        return Corpus(
            (
                doc
                for doc in self._documents
                if (where is None or where(doc)) and all(value_of(doc, name) in wanted[name] for name in wanted)
            ),
            lexicon=self.lexicon,
        )

    # -- tables -------------------------------------------------------------------------------------------------------

    def documents_frame(self) -> pd.DataFrame:
        """One row a document: what it is, where it came from, the year it is about and why we think so."""
        return tables.frame(map(tables.document_row, self), tables.DOCUMENTS)

    def edits_frame(self) -> pd.DataFrame:
        """One row an edit, reports inside a compilation aside (their edits are those of the compilation)."""
        return tables.edits_frame(doc for doc in self if doc.parent_id not in self._by_id)

    def problems_frame(self) -> pd.DataFrame:
        """One row a thing that is damaged, masked, blank or contradictory and was left as it stands, in order of documents."""
        are_reports = {doc.doc_id for doc in self.reports}
        rows: list[tuple[Any, ...]] = []
        for doc in self:
            rows += tables.problem_rows(doc)
            if doc.doc_id in are_reports:
                rows += _problem_rows(doc, self._indicators(doc))
        return tables.frame(rows, tables.PROBLEMS)

    def segments_frame(self) -> pd.DataFrame:
        """One row a segment of a report: kind, level, number, place, text."""
        from union_corpus.segments import segment

        found = (one for doc in self.reports for one in segment(doc))
        return tables.frame(tables.rows_of(found, tables.SEGMENTS), tables.SEGMENTS)

    def themes_frame(self) -> pd.DataFrame:
        """One row a mention of a theme: theme, group, the form as printed, its place and its sentence."""
        from union_corpus.segments import segment
        from union_corpus.themes import find_themes

        found = (
            one
            for doc in self.reports
            for one in find_themes(doc, segments=segment(doc), lexicon=own_list(self.lexicon, "theme"))
        )
        return tables.frame(tables.rows_of(found, tables.THEMES), tables.THEMES)

    def indicators_frame(self) -> pd.DataFrame:
        """One row an observation: name, subject, period, value in base units, status, and its place down to the original."""
        found = (one for doc in self.reports for one in self._indicators(doc))
        return tables.frame(tables.rows_of(found, tables.INDICATORS), tables.INDICATORS)

    def terms_frame(self) -> pd.DataFrame:
        """One row a term in a report (doc_id, term, count): the plain form of the term matrix."""
        return tables.frame((row for doc in self.reports for row in _term_rows(doc, self.lexicon)), tables.TERMS)

    def duplicates_frame(self) -> pd.DataFrame:
        """One row a pair: reports that are the same, and passages two reports share, with both places."""
        from union_corpus.duplicates import find_duplicates

        return tables.frame(tables.rows_of(find_duplicates(self.reports), tables.DUPLICATES), tables.DUPLICATES)

    # -- search -------------------------------------------------------------------------------------------------------

    def concordance(self, word: str, *, window: int = 20, regex: bool = False) -> pd.DataFrame:
        """
        Every place where a word stands, in either script, with ``window`` characters on either side (keyword in context).

        Columns: doc_id, report_year, start, end, left, match, right. ``regex`` reads the word as a regular expression.
        """
        from union_corpus.concordances import concordance

        return concordance(self, word, window=window, regex=regex)

    def collocations_frame(self, node: str | None = None, *, span: int = 5, min_count: int = 3) -> pd.DataFrame:
        """
        Words that stand within ``span`` words of ``node`` (or of each other) more often than chance has it.

        Columns: node, collocate, count, n_docs, expected, log_dice, log_likelihood, before, after; firmest first.
        """
        from union_corpus.concordances import collocations_frame

        return collocations_frame(self, node, span=span, min_count=min_count)

    def ngrams_frame(self, *, n: int | tuple[int, int] = 2, min_count: int = 3) -> pd.DataFrame:
        """Runs of ``n`` words (or of each length from ``n[0]`` to ``n[1]``): ngram, n, count, n_docs, commonest first."""
        from union_corpus.concordances import ngrams_frame

        return ngrams_frame(self, n=n, min_count=min_count)

    def dispersion_frame(self, words: str | Iterable[str] | None = None, *, min_count: int = 5) -> pd.DataFrame:
        """How evenly words are spread over the reports: term, count, n_docs, dp, dp_norm (Gries), juilland_d."""
        from union_corpus.concordances import dispersion_frame

        return dispersion_frame(self, words, min_count=min_count)

    def new_terms_frame(self, *, min_count: int = 3, known: Iterable[str] | None = None) -> pd.DataFrame:
        """Candidates for the lexicon, the likeliest first, for a person to accept; ``known`` words are left out."""
        from union_corpus.tokens import new_terms_frame

        return new_terms_frame(self, min_count=min_count, known=known)

    def _indicators(self, doc: Document) -> list[Indicator]:
        from union_corpus.indicators import find_indicators

        return find_indicators(doc, lexicon=own_list(self.lexicon, "code"))

    def save(self, folder: str | Path) -> Path:
        """
        Write the tables, the repaired texts and what ``open_corpus`` needs into a folder; gives back its path.

        The tables are those that ``union-corpus run`` writes, but for the topics, which are left empty: how many there
        are to be is asked of a ``TopicModel`` (or of ``union-corpus topics``). A folder that cannot be written raises
        LoadError.
        """
        from union_corpus.comparisons import compare_years
        from union_corpus.datasets import DatasetWriter, rows_of_frame

        figures: list[tuple[Any, ...]] = []
        are_reports = {doc.doc_id for doc in self.reports}
        with DatasetWriter(folder) as dataset:
            for doc in self:
                dataset.add_document(doc)
                dataset.add_rows("documents", [tables.document_row(doc)])
                dataset.add_rows("problems", tables.problem_rows(doc))
                if doc.parent_id not in self._by_id:
                    dataset.add_rows("edits", tables.edit_rows(doc))
                if doc.doc_id in are_reports:
                    analysis = analyse(doc, lexicon=self.lexicon)
                    analysis.write(dataset)
                    figures += analysis.indicators
            dataset.add_rows("duplicates", rows_of_frame(self.duplicates_frame()))
            compared = compare_years(tables.frame(figures, tables.INDICATORS), documents=self.documents_frame())
            dataset.add_rows("comparison", rows_of_frame(compared))
        return Path(folder)


@dataclass(frozen=True)
class Analysis:
    """The rows that one report adds to each table."""

    doc_id: str
    segments: list[tuple[Any, ...]] = field(default_factory=list)
    themes: list[tuple[Any, ...]] = field(default_factory=list)
    indicators: list[tuple[Any, ...]] = field(default_factory=list)
    problems: list[tuple[Any, ...]] = field(default_factory=list)
    terms: list[tuple[Any, ...]] = field(default_factory=list)

    def write(self, dataset: Any) -> None:
        """Append every row to the dataset that is being written."""
        for name in ("segments", "themes", "indicators", "problems", "terms"):
            dataset.add_rows(name, getattr(self, name))


def analyse(doc: Document, *, lexicon: Path | None = None) -> Analysis:
    """Everything that is found in one report: a pure function of the document (and the user's word list)."""
    from union_corpus.indicators import find_indicators
    from union_corpus.segments import segment
    from union_corpus.themes import find_themes

    segments = segment(doc)
    themes = find_themes(doc, segments=segments, lexicon=own_list(lexicon, "theme"))
    indicators = find_indicators(doc, segments=segments, lexicon=own_list(lexicon, "code"))
    return Analysis(
        doc.doc_id,
        segments=list(tables.rows_of(segments, tables.SEGMENTS)),
        themes=list(tables.rows_of(themes, tables.THEMES)),
        indicators=list(tables.rows_of(indicators, tables.INDICATORS)),
        problems=list(_problem_rows(doc, indicators)),
        terms=list(_term_rows(doc, lexicon)),
    )


def _term_rows(doc: Document, lexicon: Path | None = None) -> Iterator[tuple[Any, ...]]:
    from union_corpus.tokens import terms

    counts = Counter(terms(doc.text, lexicon=own_list(lexicon, "theme")))
    return ((doc.doc_id, term, counts[term]) for term in sorted(counts))


# What a figure that must not be used is called in problems_frame, by its observation status.
_UNUSABLE = {"O": "blanked_number", "Q": "masked_number", "U": "failed_check"}


def _problem_rows(doc: Document, indicators: Iterable[Indicator]) -> Iterator[tuple[Any, ...]]:
    for found in indicators:
        if found.obs_status in _UNUSABLE:
            detail = found.checks or f"no usable value for {found.indicator}"
            yield doc.doc_id, "indicators", _UNUSABLE[found.obs_status], found.start, found.end, found.text, detail


def own_list(lexicon: Path | None, kind: str) -> Path | None:
    """The user's word list where it is of this kind: ``code`` for indicators, ``theme`` (or term) for themes and words."""
    if lexicon is None:
        return None
    from union_corpus.lexicon import own_table

    rows = own_table(lexicon)
    columns = rows[0].keys() if rows else {"code", "theme"}  # an empty list is of either kind
    if not columns & {"code", "theme", "term"}:
        raise LexiconError(
            f"{lexicon}: the heading names {', '.join(sorted(columns))}; a list of indicators has the columns code, name, "
            "units, words; a list of themes has theme, group, forms"
        )
    is_indicators = "code" in columns
    return lexicon if is_indicators == (kind == "code") else None


def read_document(raw: RawFile | Unreadable, doc_id: str, *, limits: Limits | None = None) -> Document:
    """One file as a document, read and decoded but not yet repaired; a file that cannot be read is empty, with a problem."""
    from union_corpus.files import DEFAULT_LIMITS, read_text

    if not isinstance(raw, RawFile):
        return Document(doc_id, "", "", problems=(raw.problem,), source=Source(path=raw.path))
    return replace(read_text(raw, limits=limits or DEFAULT_LIMITS), doc_id=doc_id)


def prepare(raw: RawFile | Unreadable, doc_id: str, *, limits: Limits | None = None) -> list[Document]:
    """
    The documents in one file: read, decoded, repaired, split, dated. A compilation comes before its reports.

    A pure function, so that files can be prepared in any order and on any number of workers.
    """
    from union_corpus.metadata import describe
    from union_corpus.repairs import repair
    from union_corpus.segments import split_compilation

    doc = repair(read_document(raw, doc_id, limits=limits))
    reports = split_compilation(doc)
    return [describe(doc), *map(describe, reports)]


def load_corpus(
    *paths: str | Path,
    lexicon: str | Path | None = None,
    progress: bool | None = None,
    workers: int = 1,
    limits: Limits | None = None,
) -> Corpus:
    """
    A corpus of everything readable under the given folders, files, globs and archives.

    Never stops at a bad file: what could not be read, decoded or repaired is in ``problems_frame``. ``lexicon`` is a
    ``.tsv`` of your own themes or indicators, added to the library's. ``progress`` shows a bar on stderr (by default
    where a person is watching). ``workers`` is a number of processes; the corpus is the same whatever it is, and with
    more than one a script must start its work under ``if __name__ == "__main__"``. ``limits`` are the caps on what is
    read of one file or archive. A path that does not exist, or a place without any file, raises LoadError, a word list
    with a bad line LexiconError.
    """
    own_list(None if lexicon is None else Path(lexicon), "theme")
    if not paths:
        raise LoadError("load_corpus needs at least one folder, file, glob or archive: load_corpus('reports/')")
    prepare_one = partial(_prepare_one, limits=limits)
    prepared = map_in_order(prepare_one, named_files(*paths, limits=limits), workers=workers)
    documents = [doc for docs in watched(prepared, "reading", show=progress) for doc in docs]
    corpus = Corpus(documents, lexicon=lexicon)
    _, told = told_by_others(corpus.reports)
    return Corpus((with_metadata(doc, told) for doc in corpus), lexicon=lexicon)


def told_by_others(reports: Sequence[Document]) -> tuple[list[Duplicate], dict[str, Metadata]]:
    """What only all reports together tell: the copies among them, and the metadata of those that this says more of."""
    from union_corpus.duplicates import find_duplicates
    from union_corpus.linked_years import link_years

    duplicates = find_duplicates(reports)
    copies = heads_of_families(duplicates)
    marked = [
        replace(doc, metadata=replace(doc.metadata, duplicate_of=copies[doc.doc_id])) if doc.doc_id in copies else doc
        for doc in reports
    ]
    linked = link_years(marked)
    return duplicates, {
        now.doc_id: now.metadata for doc, now in zip(reports, linked, strict=True) if now.metadata != doc.metadata
    }


def with_metadata(doc: Document, told: Mapping[str, Metadata]) -> Document:
    """The document with what others told of it."""
    return replace(doc, metadata=told[doc.doc_id]) if doc.doc_id in told else doc


def open_corpus(folder: str | Path, *, lexicon: str | Path | None = None) -> Corpus:
    """
    The corpus that ``Corpus.save`` or ``union-corpus run`` stored in a folder, each document with its whole road.

    ``lexicon`` is a word list of your own, as in ``load_corpus``: it is no part of what is stored. A folder that holds
    no dataset raises LoadError.

    >>> from tempfile import TemporaryDirectory
    >>> corpus = Corpus([Document.from_text("慰问困难职工318户。", doc_id="a")])
    >>> with TemporaryDirectory() as folder:
    ...     open_corpus(corpus.save(folder)) == corpus
    True
    """
    from union_corpus.datasets import read_documents

    return Corpus(read_documents(folder), lexicon=lexicon)


def heads_of_families(duplicates: Iterable[Any]) -> dict[str, str]:
    """doc_id → the doc_id of the most complete copy, for every report that is a copy of another."""
    return {
        member: pair.family
        for pair in duplicates
        if pair.relation == "report"
        for member in (pair.doc_id, pair.other_id)
        if member != pair.family
    }


def _prepare_one(named: tuple[RawFile | Unreadable, str], limits: Limits | None) -> list[Document]:
    return prepare(*named, limits=limits)


def named_files(*paths: str | Path, limits: Limits | None = None) -> Iterator[tuple[RawFile | Unreadable, str]]:
    """
    Every file under the paths with the ``doc_id`` it gets: its path below the folder that was asked for.

    Where two folders hold files of the same name, the later one's is told apart by a number.
    """
    from union_corpus.files import DEFAULT_LIMITS, read_files

    seen: dict[str, int] = {}
    for path in paths:
        for raw in read_files(path, limits=limits or DEFAULT_LIMITS):
            name = _below(raw.path, path)
            seen[name] = seen.get(name, 0) + 1
            yield raw, name if seen[name] == 1 else f"{name}~{seen[name]}"


def _below(path: str, base: str | Path) -> str:
    from union_corpus.files.addresses import is_address

    address = isinstance(base, str) and is_address(base)
    prefix = (str(base) if address else Path(base).as_posix()).rstrip("/") + "/"
    if path.startswith(prefix) and (address or Path(base).is_dir()):
        return path.removeprefix(prefix)
    return _member(path) if "!" in path else path.rsplit("/", 1)[-1]


def _member(path: str) -> str:
    archive, _, member = path.partition("!")
    return f"{archive.rsplit('/', 1)[-1]}!{member}"


def watched(things: Iterable[Any], label: str, *, show: bool | None = None) -> Iterator[Any]:
    """The same things, counted by a progress bar on stderr; by default only where a person is watching."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not (console.is_terminal or console.is_jupyter if show is None else show):
        yield from things
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        yield from bar.track(things, description=label, total=None)
