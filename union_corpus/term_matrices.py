"""
Term matrices: how often each term stands in each report, from a corpus, a table of terms or a plain matrix.

A table corrected by hand gives a matrix as well as the corpus it came from; only a corpus knows whose each report is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from union_corpus.documents import Document
from union_corpus.errors import FrameError
from union_corpus.scripts import levelled

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TermMatrix:
    """
    Counts of terms in reports: a sparse matrix (reports × terms) with the names of its rows and columns.

    ``organisations`` says whose each report is (None where that is not known), or is empty where nothing is known.
    ``named`` is False for a plain matrix, whose columns have numbers for names.
    """

    counts: sparse.csr_matrix
    doc_ids: tuple[str, ...]
    terms: tuple[str, ...]
    organisations: tuple[str | None, ...] = ()
    named: bool = True

    @classmethod
    def from_terms(cls, docs: Iterable[tuple[str, Iterable[str]]]) -> TermMatrix:
        """From pairs of doc_id and the terms of that report, in any order; a doc_id that comes twice raises FrameError."""
        counted: dict[str, Mapping[str, int]] = {}
        for doc_id, terms in docs:
            if doc_id in counted:
                raise FrameError(f"two reports are called {doc_id!r}; give each a doc_id of its own")
            counted[doc_id] = Counter(terms)
        return cls._from_counts(counted)

    @classmethod
    def _from_counts(cls, counted: Mapping[str, Mapping[str, int]]) -> TermMatrix:
        names = sorted({term for counts in counted.values() for term in counts})
        column = {term: at for at, term in enumerate(names)}
        cells = [(row, column[t], n) for row, counts in enumerate(counted.values()) for t, n in sorted(counts.items())]
        rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
        shape = (len(counted), len(names))
        counts_matrix = sparse.csr_matrix((values, (rows, columns)), shape=shape, dtype=np.int32)
        return cls(counts_matrix, tuple(counted), tuple(names))

    def of_organisations(self, organisations: Any) -> TermMatrix:
        """The same matrix, knowing whose each report is: from a mapping of doc_ids, a Corpus or a ``documents_frame``."""
        known = known_values(organisations, "organisation")
        return replace(self, organisations=tuple(known.get(doc_id) for doc_id in self.doc_ids))


def own_words(source: Any) -> Any:
    """The user's own list of themes, where a corpus has one (a list of indicators holds no words to keep whole)."""
    from union_corpus.corpus import own_list

    return own_list(getattr(source, "lexicon", None), "theme")


def term_matrix(source: Any) -> TermMatrix:
    """
    The term matrix of a Corpus, a ``terms_frame``, Documents, texts, or a plain matrix (reports × terms).

    A frame needs the columns doc_id, term, count. Texts and plain matrices (an array, a sparse matrix, rows of numbers)
    get the doc_ids ``0``, ``1``, …. Only a Corpus and Documents tell whose each report is; for a frame say it with
    ``TermMatrix.of_organisations``. Gaps (NaN), negative counts and anything that is not text where text is due raise
    FrameError.
    """
    import pandas as pd

    if isinstance(source, TermMatrix):
        return source
    if isinstance(source, pd.DataFrame):
        return _matrix_of_frame(source)
    if is_plain_matrix(source):
        return _matrix_of_numbers(source)
    if isinstance(source, str):
        raise FrameError("a topic model needs several reports; give it a corpus or a list of texts, not one text")
    if not isinstance(source, Iterable):
        raise FrameError(f"a topic model needs a corpus, texts, a terms_frame or a matrix, not {type(source).__name__}")
    from union_corpus.tokens import reports_of, terms

    docs = list(reports_of(source))
    if docs and isinstance(docs[0], list | tuple | np.ndarray):
        return _matrix_of_numbers(docs)
    for at, doc in enumerate(docs):
        if not isinstance(doc, str | Document):
            raise FrameError(f"report {at} is a {type(doc).__name__}; a report is a Document or a text")
    lexicon = own_words(source)
    matrix = TermMatrix.from_terms(
        (doc.doc_id, terms(doc.text, lexicon=lexicon))
        if isinstance(doc, Document)
        else (str(at), terms(doc, lexicon=lexicon))
        for at, doc in enumerate(docs)
    )
    owners = tuple(doc.metadata.organisation if isinstance(doc, Document) else None for doc in docs)
    return replace(matrix, organisations=owners if any(owners) else ())


def _matrix_of_frame(given: pd.DataFrame) -> TermMatrix:
    import pandas as pd

    columns = ["doc_id", "term", "count"]
    if not set(columns) <= set(given.columns):
        raise FrameError(
            f"a table of terms needs the columns doc_id, term, count; this one has {', '.join(map(str, given.columns))}"
        )
    given = given[columns].reset_index(drop=True)
    numbers = pd.to_numeric(given["count"], errors="coerce").astype("Float64")
    bad = given[["doc_id", "term"]].isna().any(axis=1) | numbers.isna() | (numbers < 0) | (numbers % 1 != 0)
    if bad.any():
        row = int(np.flatnonzero(bad.to_numpy(dtype=bool, na_value=True))[0])
        raise FrameError(
            f"row {row} of the table of terms is {given.loc[row].to_dict()}; a row needs a doc_id, a term and a count "
            "that is a whole number and not negative"
        )
    by_doc: dict[str, dict[str, int]] = {}
    for doc_id, term, count in zip(given["doc_id"], given["term"], numbers, strict=True):
        counts = by_doc.setdefault(str(doc_id), {})
        counts[str(term)] = counts.get(str(term), 0) + int(count)
    return TermMatrix._from_counts(by_doc)


def is_plain_matrix(source: Any) -> bool:
    """True for what scikit-learn takes as a matrix: sparse, an array or what turns into one, but no column of texts."""
    if sparse.issparse(source):
        return True
    is_column = hasattr(source, "iloc") or (
        isinstance(source, np.ndarray) and source.ndim == 1 and source.dtype.kind in "OUT"
    )
    return hasattr(source, "__array__") and not is_column


def _matrix_of_numbers(source: Any) -> TermMatrix:
    from sklearn.utils import check_array

    try:
        checked = check_array(source, accept_sparse="csr", dtype=np.float64, input_name="X")
    except ValueError as error:
        raise FrameError(
            "a plain matrix holds numbers, one row a report and one column a term, without gaps (NaN) and infinite "
            f"ones: {error}"
        ) from error
    counts = sparse.csr_matrix(checked, copy=sparse.issparse(checked))
    if counts.nnz and counts.data.min() < 0:
        raise FrameError("Negative values in data passed to a term matrix: counts of terms cannot be negative")
    counts.eliminate_zeros()
    n_docs, n_terms = counts.shape
    return TermMatrix(counts, tuple(map(str, range(n_docs))), tuple(f"term_{at}" for at in range(n_terms)), named=False)


def in_order(matrix: TermMatrix) -> TermMatrix:
    """The same matrix with reports and terms in the order of their names."""
    rows = sorted(range(len(matrix.doc_ids)), key=matrix.doc_ids.__getitem__)
    columns = sorted(range(len(matrix.terms)), key=matrix.terms.__getitem__)
    return TermMatrix(
        matrix.counts[rows][:, columns].tocsr(),
        tuple(matrix.doc_ids[at] for at in rows),
        tuple(matrix.terms[at] for at in columns),
        tuple(matrix.organisations[at] for at in rows) if matrix.organisations else (),
        matrix.named,
    )


def known_values(source: Any, name: str) -> dict[str, Any]:
    """doc_id → what is known under ``name``, without gaps; from a mapping, a ``documents_frame`` or documents."""
    import pandas as pd

    if isinstance(source, pd.DataFrame):
        if not {"doc_id", name} <= set(source.columns):
            raise FrameError(f"a table that tells {name} needs the columns doc_id and {name}")
        pairs: Iterable[tuple[str, Any]] = zip(source["doc_id"], source[name], strict=True)
    elif isinstance(source, Mapping):
        pairs = source.items()
    else:
        pairs = ((doc.doc_id, doc.metadata[name]) for doc in source)
    return {doc_id: value for doc_id, value in pairs if not pd.isna(value)}


def owners_of(organisations: Iterable[str | None]) -> list[str | None]:
    """
    Organisations as one is told from another: in simplified characters and without 委员会.

    A masked name is that of the one organisation it fits; None where it fits none or several.

    >>> owners_of(["瀾州市總工會委員會", "澜州市总工会", "××市总工会", "XX县医院工会"])
    ['澜州市总工会', '澜州市总工会', '澜州市总工会', None]
    >>> owners_of(["澜州市总工会", "平湾市总工会", "××市总工会"])
    ['澜州市总工会', '平湾市总工会', None]
    """
    names = [levelled(name).removesuffix("委员会") if isinstance(name, str) else "" for name in organisations]
    plain = {name for name in names if name and not _MASK.search(name)}
    owner: dict[str, str | None] = {"": None, **{name: name for name in plain}}
    for masked in set(names) - set(owner):
        form = re.compile(".+".join(map(re.escape, _MASK.split(masked))))
        fitting = [name for name in plain if form.fullmatch(name)]
        owner[masked] = fitting[0] if len(fitting) == 1 else None
    return [owner[name] for name in names]


_MASK = re.compile(r"[×*＊○〇□_＿某]+|[xX]{2,}|(?<![A-Za-z])[xX](?![A-Za-z])")
