"""
Topics: themes nobody listed, found by factorising the term matrix; in the scikit-learn contract.

NMF starts from an exact singular value decomposition of the matrix in a fixed order, so the same reports give the same
topics whatever the random state and whatever order they come in. Works on a corpus, a table of terms corrected by hand,
or a plain matrix.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin

from union_corpus import tables
from union_corpus.errors import FrameError, NotFittedError

if TYPE_CHECKING:
    import pandas as pd

# How many terms stand for a topic in its row, its coherence and its diversity.
_TOP = 10


@dataclass(frozen=True)
class TermMatrix:
    """Counts of terms in reports: a sparse matrix (reports × terms) with the names of its rows and columns."""

    counts: sparse.csr_matrix
    doc_ids: tuple[str, ...]
    terms: tuple[str, ...]

    @classmethod
    def from_terms(cls, docs: Iterable[tuple[str, Iterable[str]]]) -> TermMatrix:
        """From pairs of doc_id and the terms of that report, in any order."""
        counted = {doc_id: Counter(terms) for doc_id, terms in docs}
        names = sorted({term for counts in counted.values() for term in counts})
        column = {term: at for at, term in enumerate(names)}
        cells = [(row, column[t], n) for row, counts in enumerate(counted.values()) for t, n in sorted(counts.items())]
        rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
        shape = (len(counted), len(names))
        counts_matrix = sparse.csr_matrix((values, (rows, columns)), shape=shape, dtype=np.int32)
        return cls(counts_matrix, tuple(counted), tuple(names))


def term_matrix(source: Any) -> TermMatrix:
    """
    The term matrix of a Corpus, a ``terms_frame``, Documents, texts, or a plain matrix (reports × terms).

    A frame needs the columns doc_id, term, count. Texts and plain matrices get the doc_ids ``0``, ``1``, ….
    """
    import pandas as pd

    from union_corpus.documents import Document

    if isinstance(source, TermMatrix):
        return source
    if isinstance(source, pd.DataFrame) and {"doc_id", "term", "count"} <= set(source.columns):
        table = source.groupby(["doc_id", "term"], sort=True)["count"].sum()
        by_doc: dict[str, Counter[str]] = {}
        for doc_id, term, count in table.reset_index().itertuples(index=False, name=None):
            by_doc.setdefault(doc_id, Counter())[term] = int(count)
        return TermMatrix.from_terms((doc_id, counts.elements()) for doc_id, counts in by_doc.items())
    if isinstance(source, pd.DataFrame):
        raise FrameError(
            f"a table of terms needs the columns doc_id, term, count; this one has {', '.join(map(str, source.columns))}"
        )
    if sparse.issparse(source) or isinstance(source, np.ndarray):
        counts = sparse.csr_matrix(source)
        if counts.nnz and counts.data.min() < 0:
            raise FrameError("counts of terms cannot be negative")
        names = (
            tuple(f"{prefix}{at}" for at in range(n)) for prefix, n in zip(("", "term_"), counts.shape, strict=True)
        )
        return TermMatrix(counts, *names)
    if isinstance(source, str):
        raise FrameError("a topic model needs several reports; give it a corpus or a list of texts, not one text")
    from union_corpus.tokens import terms

    docs = source.reports if hasattr(source, "reports") else list(source)
    return TermMatrix.from_terms(
        (doc.doc_id, terms(doc.text, lexicon=getattr(source, "lexicon", None)))
        if isinstance(doc, Document)
        else (str(at), terms(doc))
        for at, doc in enumerate(docs)
    )


class TopicModel(TransformerMixin, BaseEstimator):
    """
    Topics of a corpus by non-negative matrix factorisation (or LDA), in the scikit-learn contract.

    Parameters: ``n_topics``; ``method`` (``"nmf"`` or ``"lda"``); ``min_df`` and ``max_df``, the least number and the
    largest share of reports a term may stand in; ``random_state`` (used by LDA and by the bootstrap of
    ``quality_frame``; NMF gives the same topics whatever it is); ``n_bootstrap``, samples for stability.

    Fitted: ``components_`` (topics × terms, rows sum to 1), ``doc_topics_`` (reports × topics, rows sum to 1),
    ``terms_``, ``doc_ids_``, ``labels_``. Topics are numbered from 0, the largest share of the corpus first.

    >>> texts = ["安全生产安康杯竞赛"] * 3 + ["慰问困难职工送温暖帮扶"] * 3
    >>> TopicModel(n_topics=2, max_df=0.9).fit(texts).doc_topics_.round(1).tolist()[0]
    [1.0, 0.0]
    """

    def __init__(
        self,
        n_topics: int = 12,
        *,
        method: str = "nmf",
        min_df: int = 2,
        max_df: float = 0.8,
        random_state: int | None = 0,
        max_iter: int = 400,
        n_bootstrap: int = 10,
    ) -> None:
        self.n_topics = n_topics
        self.method = method
        self.min_df = min_df
        self.max_df = max_df
        self.random_state = random_state
        self.max_iter = max_iter
        self.n_bootstrap = n_bootstrap

    # -- the contract ---------------------------------------------------------------------------------------------

    def fit(self, X: Any, y: Any = None) -> TopicModel:  # noqa: N803 - the contract's name
        """Find the topics of X (see ``term_matrix`` for what X may be)."""
        if self.method not in ("nmf", "lda"):
            raise FrameError(f"method must be 'nmf' or 'lda', not {self.method!r}")
        matrix = _in_order(term_matrix(X))
        n_docs = len(matrix.doc_ids)
        in_docs = np.asarray((matrix.counts > 0).sum(axis=0)).ravel()
        kept = np.flatnonzero((in_docs >= min(self.min_df, n_docs)) & (in_docs <= max(self.max_df * n_docs, 1)))
        limit = min(n_docs, len(kept))
        if self.n_topics < 1 or self.n_topics > limit:
            raise FrameError(
                f"cannot find {self.n_topics} topics in {n_docs} reports with {len(kept)} terms that stand in at least "
                f"{self.min_df} of them and in at most {self.max_df:.0%}; ask for between 1 and {limit} topics, "
                "load more reports, or lower min_df"
            )
        self.terms_ = np.array([matrix.terms[at] for at in kept], dtype=object)
        self.doc_ids_ = list(matrix.doc_ids)
        self._counts = matrix.counts[:, kept].tocsr()
        self._idf = np.log((1 + n_docs) / (1 + in_docs[kept])) + 1
        shares, components = self._factors(self._counts)
        order = np.argsort(-shares.mean(axis=0), kind="stable")
        self.components_ = components[order]
        self.doc_topics_ = shares[:, order]
        self.n_features_in_ = len(matrix.terms)
        self.labels_ = self._named()
        return self

    def transform(self, X: Any) -> np.ndarray:  # noqa: N803 - the contract's name
        """Shares of the topics in each report of X: (reports × topics), rows sum to 1 (0 where no known term occurs)."""
        self._check_fitted()
        matrix = term_matrix(X)
        column = {term: at for at, term in enumerate(matrix.terms)}
        counts = sparse.lil_matrix((len(matrix.doc_ids), len(self.terms_)), dtype=np.float64)
        known = [(at, column[term]) for at, term in enumerate(self.terms_) if term in column]
        if known:
            here, there = zip(*known, strict=True)
            counts[:, list(here)] = matrix.counts[:, list(there)]
        if self.method == "lda":
            return self._lda.transform(counts.tocsr())[:, self._lda_order]
        return _row_shares(_nonnegative_fit(self._weighted(counts.tocsr()), self.components_))

    def fit_transform(self, X: Any, y: Any = None) -> np.ndarray:  # noqa: N803 - the contract's name
        """Fit, and give the shares of the topics in each report, in the order in which X gave them."""
        matrix = term_matrix(X)
        self.fit(matrix)
        place = {doc_id: at for at, doc_id in enumerate(self.doc_ids_)}
        return self.doc_topics_[[place[doc_id] for doc_id in matrix.doc_ids]]

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Names of the columns that ``transform`` gives."""
        self._check_fitted()
        return np.array([f"topic_{at}" for at in range(len(self.components_))], dtype=object)

    # -- tables ---------------------------------------------------------------------------------------------------

    def topics_frame(self, *, n_terms: int = _TOP) -> pd.DataFrame:
        """One row a topic's term: topic, label, rank (from 1), term, weight (the term's share of the topic)."""
        self._check_fitted()
        rows = (
            (topic, self.labels_[topic], rank, self.terms_[at], self.components_[topic, at])
            for topic in range(len(self.components_))
            for rank, at in enumerate(self._top(self.components_[topic], n_terms), start=1)
        )
        return tables.frame(rows, tables.TOPICS)

    def doc_topics_frame(self) -> pd.DataFrame:
        """One row a report and topic: doc_id, topic, label, share."""
        self._check_fitted()
        rows = (
            (doc_id, topic, self.labels_[topic], self.doc_topics_[row, topic])
            for row, doc_id in enumerate(self.doc_ids_)
            for topic in range(len(self.components_))
        )
        return tables.frame(rows, tables.DOC_TOPICS)

    def quality_frame(self) -> pd.DataFrame:
        """
        One row a topic: coherence (NPMI of its ten terms over reports, -1 to 1), diversity (share of its ten terms
        that no other topic has), stability (mean likeness, 0 to 1, to the nearest topic when the reports are drawn
        again with replacement), share of the corpus, and a note where the topic does not hold.
        """
        self._check_fitted()
        tops = [self._top(row, _TOP) for row in self.components_]
        stability = self._stability()
        rows = []
        for topic, top in enumerate(tops):
            others = {at for other, ats in enumerate(tops) if other != topic for at in ats}
            coherence = _npmi(self._counts, top)
            share = float(self.doc_topics_[:, topic].mean())
            notes = []
            if stability[topic] < 0.6:
                notes.append("does not hold when the reports are drawn again")
            if coherence < 0.05:
                notes.append("its terms seldom stand in the same report")
            diversity = sum(at not in others for at in top) / max(len(top), 1)
            rows.append(
                (topic, self.labels_[topic], coherence, diversity, stability[topic], share, "; ".join(notes) or None)
            )
        return tables.frame(rows, tables.TOPIC_QUALITY)

    def years_frame(self, years: Any, *, n_bootstrap: int = 200) -> pd.DataFrame:
        """
        Topics over years: topic, label, report_year, share, low, high, n_reports; one row a topic and year.

        ``years`` maps doc_id to year, or is a corpus or ``documents_frame``. ``low`` and ``high`` hold the middle 95 %
        of bootstrap means over the reports of that year; they are gaps where a year has a single report.
        """
        import pandas as pd

        self._check_fitted()
        year_of = _years(years)
        random = np.random.default_rng(self.random_state)
        rows = []
        for year in sorted({year for doc_id in self.doc_ids_ if (year := year_of.get(doc_id)) is not None}):
            at = [row for row, doc_id in enumerate(self.doc_ids_) if year_of.get(doc_id) == year]
            shares = self.doc_topics_[at]
            means = shares.mean(axis=0)
            low = high = [None] * len(means)
            if len(at) > 1:
                drawn = random.integers(0, len(at), size=(n_bootstrap, len(at)))
                low, high = np.quantile(shares[drawn].mean(axis=1), [0.025, 0.975], axis=0)
            rows += [(t, self.labels_[t], year, means[t], low[t], high[t], len(at)) for t in range(len(means))]
        columns = {
            "topic": tables.INTEGER,
            "label": tables.TEXT,
            "report_year": tables.INTEGER,
            "share": tables.NUMBER,
            "low": tables.NUMBER,
            "high": tables.NUMBER,
            "n_reports": tables.INTEGER,
        }
        return tables.frame(rows, columns) if rows else pd.DataFrame(tables.frame([], columns))

    # -- how ------------------------------------------------------------------------------------------------------

    def _factors(self, counts: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
        """Shares (reports × topics) and components (topics × terms), rows of both summing to 1."""
        if self.method == "lda":
            from sklearn.decomposition import LatentDirichletAllocation

            lda = LatentDirichletAllocation(self.n_topics, learning_method="batch", random_state=self.random_state)
            shares = lda.fit_transform(counts)
            self._lda, self._lda_order = lda, np.argsort(-shares.mean(axis=0), kind="stable")
            return shares, _row_shares(lda.components_)
        from sklearn.decomposition import NMF

        weighted = self._weighted(counts)
        weights, components = _exact_start(weighted, self.n_topics)
        model = NMF(self.n_topics, init="custom", solver="cd", shuffle=False, max_iter=self.max_iter, tol=1e-4)
        import warnings

        from sklearn.exceptions import ConvergenceWarning

        with warnings.catch_warnings():
            # The last digits of a topic do not matter; a topic that does not hold is told by its stability.
            warnings.simplefilter("ignore", ConvergenceWarning)
            shares = model.fit_transform(weighted, W=weights, H=components)
        scale = model.components_.sum(axis=1)
        return _row_shares(shares * scale), _row_shares(model.components_)

    def _weighted(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """Sublinear TF-IDF with rows of length 1: a long report counts no more than a short one."""
        weighted = counts.astype(np.float64)
        weighted.data = 1 + np.log(weighted.data)
        weighted = weighted @ sparse.diags(self._idf)
        norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        return sparse.csr_matrix(sparse.diags(1 / np.where(norms > 0, norms, 1)) @ weighted)

    def _top(self, weights: np.ndarray, n_terms: int) -> list[int]:
        order = np.argsort(-weights, kind="stable")[:n_terms]
        return [int(at) for at in order if weights[at] > 0]

    def _named(self) -> list[str]:
        """A topic is named by the three terms that are both frequent in it and rarer elsewhere."""
        overall = self.components_.mean(axis=0) + 1e-12
        labels = []
        for row in self.components_:
            relevance = np.where(row > 0, 0.6 * np.log(row + 1e-12) + 0.4 * np.log((row + 1e-12) / overall), -np.inf)
            top = [at for at in np.argsort(-relevance, kind="stable")[:3] if row[at] > 0]
            labels.append("·".join(str(self.terms_[at]) for at in top))
        return labels

    def _stability(self) -> np.ndarray:
        from scipy.optimize import linear_sum_assignment

        random = np.random.default_rng(self.random_state)
        n_docs = self._counts.shape[0]
        likeness = np.zeros(len(self.components_))
        own = _unit(self.components_)
        for _ in range(self.n_bootstrap):
            drawn = np.sort(random.integers(0, n_docs, n_docs))
            again = self._factors_of_sample(self._counts[drawn])
            cosine = own @ _unit(again).T
            here, there = linear_sum_assignment(-cosine)
            likeness[here] += cosine[here, there]
        return likeness / max(self.n_bootstrap, 1)

    def _factors_of_sample(self, counts: sparse.csr_matrix) -> np.ndarray:
        from sklearn.base import clone

        other = clone(self)
        other._idf = self._idf
        return other._factors(counts)[1]

    def _check_fitted(self) -> None:
        if not hasattr(self, "components_"):
            raise NotFittedError("this TopicModel is not fitted yet; call fit(corpus) first")


def suggest_topics_frame(
    source: Any, *, candidates: Sequence[int] = (4, 6, 8, 10, 12, 16, 20), random_state: int = 0
) -> pd.DataFrame:
    """
    How many topics: n_topics, coherence, diversity, stability (means over topics) for each candidate that fits.

    Take the largest number before stability falls; ``suggested`` marks the row with the best product of the three.
    """
    import pandas as pd

    matrix = term_matrix(source)
    rows = []
    for n_topics in candidates:
        if n_topics > len(matrix.doc_ids):
            continue
        quality = TopicModel(n_topics, random_state=random_state, n_bootstrap=5).fit(matrix).quality_frame()
        rows.append((n_topics, *(float(quality[name].mean()) for name in ("coherence", "diversity", "stability"))))
    frame = pd.DataFrame(rows, columns=["n_topics", "coherence", "diversity", "stability"])
    score = (frame["coherence"].clip(lower=0) * frame["diversity"] * frame["stability"]).fillna(0)
    return frame.assign(suggested=frame.index == (score.idxmax() if len(frame) else -1))


def _in_order(matrix: TermMatrix) -> TermMatrix:
    rows = sorted(range(len(matrix.doc_ids)), key=matrix.doc_ids.__getitem__)
    columns = sorted(range(len(matrix.terms)), key=matrix.terms.__getitem__)
    return TermMatrix(
        matrix.counts[rows][:, columns].tocsr(),
        tuple(matrix.doc_ids[at] for at in rows),
        tuple(matrix.terms[at] for at in columns),
    )


def _exact_start(weighted: sparse.csr_matrix, n_topics: int) -> tuple[np.ndarray, np.ndarray]:
    """
    Where NMF starts: the non-negative double SVD of Boutsidis and Gallopoulos (2008), from an exact decomposition.

    scikit-learn's own start uses a randomised one, whose topics change with the seed.
    """
    left, values, right = _exact_svd(weighted, n_topics)
    weights = np.zeros((weighted.shape[0], n_topics))
    components = np.zeros((n_topics, weighted.shape[1]))
    for topic in range(n_topics):
        u, v = left[:, topic], right[topic]
        positive = np.maximum(u, 0), np.maximum(v, 0)
        negative = np.maximum(-u, 0), np.maximum(-v, 0)
        u, v = max((positive, negative), key=lambda pair: np.linalg.norm(pair[0]) * np.linalg.norm(pair[1]))
        size = np.linalg.norm(u) * np.linalg.norm(v)
        if size > 0:
            root = np.sqrt(values[topic] * size)
            weights[:, topic], components[topic] = root * u / np.linalg.norm(u), root * v / np.linalg.norm(v)
    # Zeros can never grow under coordinate descent from a zero pair; the mean, made small, lets every term join a topic.
    mean = weighted.mean() / 100
    weights[weights < 1e-9] = mean
    components[components < 1e-9] = mean
    return weights, components


def _exact_svd(weighted: sparse.csr_matrix, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if min(weighted.shape) <= max(400, k + 1):
        left, values, right = np.linalg.svd(weighted.toarray(), full_matrices=False)
        left, values, right = left[:, :k], values[:k], right[:k]
    else:
        from scipy.sparse.linalg import svds

        left, values, right = svds(weighted, k=k, v0=np.ones(min(weighted.shape)), solver="arpack")
        order = np.argsort(-values)
        left, values, right = left[:, order], values[order], right[order]
    missing = k - len(values)
    if missing > 0:
        left = np.pad(left, ((0, 0), (0, missing)))
        values, right = np.pad(values, (0, missing)), np.pad(right, ((0, missing), (0, 0)))
    return left, values, right


def _nonnegative_fit(weighted: sparse.csr_matrix, components: np.ndarray) -> np.ndarray:
    """Non-negative weights that rebuild each row from the components, by multiplicative steps from a flat start."""
    target = np.asarray(weighted @ components.T)
    gram = components @ components.T
    weights = np.full(target.shape, 1.0)
    for _ in range(200):
        weights *= target / np.maximum(weights @ gram, 1e-12)
    return weights


def _row_shares(rows: np.ndarray) -> np.ndarray:
    sums = rows.sum(axis=1, keepdims=True)
    return np.divide(rows, sums, out=np.zeros_like(rows, dtype=np.float64), where=sums > 0)


def _unit(rows: np.ndarray) -> np.ndarray:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(norms > 0, norms, 1)


def _npmi(counts: sparse.csr_matrix, top: Sequence[int]) -> float:
    """Mean normalised pointwise mutual information of the pairs of terms, over whole reports (Bouma 2009)."""
    present = (counts[:, list(top)] > 0).astype(np.float64).toarray()
    n_docs = max(present.shape[0], 1)
    together = present.T @ present / n_docs
    alone = np.diag(together)
    scores = []
    for one in range(len(top)):
        for other in range(one):
            both = together[one, other]
            if both == 0:
                scores.append(-1.0)
            elif both >= 1:
                scores.append(1.0)
            else:
                scores.append(float(np.log(both / (alone[one] * alone[other])) / -np.log(both)))
    return float(np.mean(scores)) if scores else 0.0


def _years(years: Any) -> Mapping[str, int | None]:
    import pandas as pd

    if isinstance(years, pd.DataFrame):
        return {
            doc_id: None if pd.isna(year) else int(year)
            for doc_id, year in zip(years["doc_id"], years["report_year"], strict=True)
        }
    if isinstance(years, Mapping):
        return years
    return {doc.doc_id: doc.metadata.report_year for doc in years}
