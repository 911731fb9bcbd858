"""
Topics: themes nobody listed, found by factorising the term matrix; in the scikit-learn contract.

NMF starts from an exact decomposition of the matrix in a fixed order (``factorisations``), so the same reports give the
same topics whatever the random state and whatever order they come in. Works on a corpus, a table of terms corrected by hand,
or a plain matrix.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin

from union_corpus import tables
from union_corpus.documents import Document
from union_corpus.errors import FrameError, NotFittedError
from union_corpus.factorisations import (
    exact_start,
    nonnegative_fit,
    npmi,
    row_shares,
    seed_rows,
    unit_rows,
    with_guides,
)
from union_corpus.lexicon import table
from union_corpus.scripts import levelled
from union_corpus.term_matrices import TermMatrix, in_order, known_values, own_words, owners_of, term_matrix

if TYPE_CHECKING:
    import pandas as pd

    from union_corpus.segments import Segment

# How many terms stand for a topic in its row, its coherence and its diversity.
_TOP = 10

# How much sooner a term of the theme list comes into a label than another of the same weight, as a logarithm.
_LISTED = 0.5

# From how many known organisations on a term that only one of them uses is left out unasked.
_SEVERAL = 10

# How many reports of a year, those with the largest share of a topic first, are read for its representative sentence,
# and how many terms are added to the length of a sentence, so that three words do not win over a whole one.
_READ = 10
_SHORT = 8

# How much more a rare term counts than a common one: the power of its inverse document frequency. At 1 (the usual
# TF-IDF) the words of the genre (发展, 建设, 应当) stand at the head of many topics. On 10,000 paragraphs and longer pieces
# of official reports, 1.5 raised coherence by 0.03–0.08 and diversity by 0.07–0.14; above it fewer topics held.
_RARITY = 1.5


class TopicModel(TransformerMixin, BaseEstimator):
    """
    Topics of a corpus by non-negative matrix factorisation (or LDA), in the scikit-learn contract.

    Parameters: ``n_topics``; ``method`` (``"nmf"`` or ``"lda"``); ``min_df`` and ``max_df``, the least number and the
    largest share of reports a term may stand in; ``random_state`` (used by LDA and by the bootstrap of
    ``quality_frame``; NMF gives the same topics whatever it is); ``max_iter``, the most rounds of NMF (LDA takes
    scikit-learn's ten); ``n_bootstrap``, samples for stability.

    ``guide`` pulls the first topics towards terms you name, ``{"安全": ["安康杯", "隐患"], …}``, or towards the groups of
    the theme list with ``guide="themes"`` (those the reports speak of most, ``n_topics`` at the most). They keep the
    order of the guide, and their labels begin with its names; the other topics are free. It needs NMF.

    ``min_organisations`` leaves out terms that stand in the reports of fewer organisations, where it is known whose
    each report is: the name of a factory, its workshops and its people would else make a topic, which is the house
    style of one writer and not something the reports talk about. Terms of the theme list stay. Left at None it is 2
    where ten organisations or more are known; where they are two to nine, only words of an organisation's name that
    no other one's reports use are left out; 1 keeps all terms. Reports whose organisation is unknown count together
    as one more. A table of terms does not tell whose reports they are, and so may give other topics than the corpus
    it was made from: see ``TermMatrix.of_organisations``.

    Fitted: ``components_`` (topics × terms, rows sum to 1), ``doc_topics_`` (reports × topics, rows sum to 1, or are 0
    where a report has no counted term), ``terms_``, ``doc_ids_``, ``labels_``, ``n_iter_``. Rows are in the order of ``doc_ids_``
    (alphabetical). Free topics come with the largest share of the corpus first. A label holds the terms that tell a topic
    from the others, under their names in the theme list where they have one; names of one organisation and of places
    stand in it only where there is nothing else.

    >>> texts = ["安全生产安康杯竞赛"] * 4 + ["慰问困难职工送温暖帮扶"] * 3
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
        guide: Mapping[str, Sequence[str]] | str | None = None,
        min_organisations: int | None = None,
    ) -> None:
        self.n_topics = n_topics
        self.method = method
        self.min_df = min_df
        self.max_df = max_df
        self.random_state = random_state
        self.max_iter = max_iter
        self.n_bootstrap = n_bootstrap
        self.guide = guide
        self.min_organisations = min_organisations

    # -- the contract ---------------------------------------------------------------------------------------------

    def fit(self, X: Any, y: Any = None) -> TopicModel:  # noqa: N803 - the contract's name
        """Find the topics of X (see ``term_matrix`` for what X may be)."""
        if self.method not in ("nmf", "lda"):
            raise FrameError(f"method must be 'nmf' or 'lda', not {self.method!r}")
        if isinstance(self.n_topics, bool) or not isinstance(self.n_topics, int | np.integer):
            raise FrameError(f"n_topics must be a whole number, not {self.n_topics!r}")
        if self.guide is not None and self.method != "nmf":
            raise FrameError(f"a guide needs method='nmf', not {self.method!r}")
        matrix = in_order(term_matrix(X))
        n_docs = len(matrix.doc_ids)
        owners = owners_of(matrix.organisations)
        in_docs = matrix.counts.getnnz(axis=0)
        kept = np.flatnonzero((in_docs >= min(self.min_df, n_docs)) & (in_docs <= max(self.max_df * n_docs, 1)))
        kept = self._of_several(matrix, kept, owners)
        limit = min(n_docs, len(kept))
        if self.n_topics < 1 or self.n_topics > limit:
            raise FrameError(
                f"cannot find {self.n_topics} topics in {n_docs} reports with {len(kept)} terms that stand in at least "
                f"{self.min_df} of them and in at most {self.max_df:.0%} "
                f"(n_samples={n_docs}, n_features={len(matrix.terms)}); "
                + (f"ask for between 1 and {limit} topics, " if limit else "")
                + "load more reports, lower min_df or min_organisations, or raise max_df (reports that are copies of one another share all terms)"
            )
        self.terms_ = np.array([matrix.terms[at] for at in kept], dtype=object)
        self.doc_ids_ = list(matrix.doc_ids)
        self._counts = matrix.counts[:, kept].tocsr()
        self._idf = (np.log((1 + n_docs) / (1 + in_docs[kept])) + 1) ** _RARITY
        self._guides = self._guide_terms(self._counts)
        self._seeds = seed_rows(self._guides.values(), len(kept))
        shares, components = self._factors(self._counts)
        guided = list(range(len(self._guides)))
        order = guided + [at for at in self._largest_first(shares, components) if at not in guided]
        self.components_ = components[order]
        self.doc_topics_ = shares[:, order]
        if self.method == "lda":
            self._lda_order = order
        self.n_features_in_, self._fitted_on_names = len(matrix.terms), matrix.named
        self.labels_ = self._named(_house_names(self.terms_, owners))
        return self

    def transform(self, X: Any) -> np.ndarray:  # noqa: N803 - the contract's name
        """Shares of the topics in each report of X: (reports × topics), rows sum to 1 (0 where no known term occurs)."""
        self._check_fitted()
        matrix = term_matrix(X)
        if not matrix.named and (self._fitted_on_names or len(matrix.terms) != self.n_features_in_):
            raise FrameError(
                f"X has {len(matrix.terms)} features, but TopicModel is expecting {self.n_features_in_} features as input"
                + (", each with its term: give a corpus, texts or a table of terms" if self._fitted_on_names else "")
            )
        counts = self._known_terms(matrix)
        if self.method == "lda":
            shares = self._lda.transform(counts)[:, self._lda_order]
            return np.where(counts.getnnz(axis=1)[:, None] > 0, shares, 0.0)
        return row_shares(nonnegative_fit(self._weighted(counts), self.components_))

    def fit_transform(self, X: Any, y: Any = None) -> np.ndarray:  # noqa: N803 - the contract's name
        """Fit, and give the shares of the topics in each report, in the order in which X gave them."""
        matrix = term_matrix(X)
        self.fit(matrix)
        place = {doc_id: at for at, doc_id in enumerate(self.doc_ids_)}
        return self.doc_topics_[[place[doc_id] for doc_id in matrix.doc_ids]]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = tags.input_tags.sparse = True
        return tags

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
        coherence = npmi(self._counts, tops)
        stability = self._stability()
        likeness = unit_rows(self.components_) @ unit_rows(self.components_).T
        rows = []
        for topic, top in enumerate(tops):
            others = {at for other, ats in enumerate(tops) if other != topic for at in ats}
            diversity = sum(at not in others for at in top) / max(len(top), 1)
            notes = []
            if not top:
                notes.append("has no terms: the reports hold fewer topics than were asked for")
            elif topic and (twin := int(likeness[topic, :topic].argmax())) >= 0 and likeness[topic, twin] > 0.9:
                notes.append(f"says the same as topic {twin}")
            if top and stability[topic] < 0.6:
                notes.append("does not hold when the reports are drawn again")
            if len(top) > 1 and coherence[topic] < 0.05:
                notes.append("its terms share a report no oftener than chance has it")
            share = float(self.doc_topics_[:, topic].mean())
            held = None if np.isnan(stability[topic]) else float(stability[topic])
            rows.append(
                (topic, self.labels_[topic], coherence[topic], diversity, held, share, "; ".join(notes) or None)
            )
        return tables.frame(rows, tables.TOPIC_QUALITY)

    def years_frame(self, years: Any, *, n_bootstrap: int = 200) -> pd.DataFrame:
        """
        Topics over years: topic, label, report_year, share, low, high, n_reports; one row a topic and year.

        ``years`` maps doc_id to year, or is a corpus or ``documents_frame``. ``low`` and ``high`` hold the middle 95 %
        of bootstrap means over the reports of that year; they are gaps where a year has a single report.
        """
        self._check_fitted()
        year_of = _years(years)
        random = np.random.default_rng(self.random_state)
        rows = []
        for year in sorted({year_of[doc_id] for doc_id in self.doc_ids_ if doc_id in year_of}):
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
        return tables.frame(rows, columns)

    def sentences_frame(self, corpus: Any, *, n: int = 1) -> pd.DataFrame:
        """
        The ``n`` sentences that stand best for each topic in each year: topic, label, report_year, doc_id, start, end,
        sentence, score; the sentence is the text of the report from start to end, as it is printed.

        Read are the ten reports of the year with the largest share of the topic. ``score`` is the weight of a
        sentence's terms in the topic, as far as they are the topic's own, by the length of the sentence; headings and
        titles are left out where there is prose. Reports without a year stand together under a gap, at the end; a topic
        that no sentence of a year speaks of has no row there. Copies of a sentence count once. ``corpus`` is a Corpus or
        Documents, those of the fit or others.
        """
        self._check_fitted()
        docs = _documents(corpus)
        lexicon = own_words(corpus)
        row_of = {doc_id: row for row, doc_id in enumerate(self.doc_ids_)}
        if all(doc.doc_id in row_of for doc in docs):
            shares = self.doc_topics_[[row_of[doc.doc_id] for doc in docs]]
        else:
            shares = self.transform(corpus)
        overall = self.components_.sum(axis=0)
        worth = self.components_ * np.divide(
            self.components_, overall, where=overall > 0, out=np.zeros_like(self.components_)
        )
        by_year: dict[int | None, list[int]] = {}
        for at, doc in enumerate(docs):
            by_year.setdefault(doc.metadata.report_year, []).append(at)
        place = {str(term): at for at, term in enumerate(self.terms_)}
        read: dict[int, tuple[list[Segment], np.ndarray]] = {}
        rows = []
        for topic, label in enumerate(self.labels_):
            for year in sorted(by_year, key=lambda year: (year is None, year or 0)):
                near = sorted(by_year[year], key=lambda at: (-shares[at, topic], docs[at].doc_id))[:_READ]
                found = []
                for at in near:
                    if shares[at, topic] <= 0:
                        break
                    if at not in read:
                        read[at] = _scored_sentences(docs[at], worth, place, lexicon)
                    sentences, scores = read[at]
                    found += [
                        (-float(scores[here, topic]), docs[at].doc_id, one.start, one)
                        for here, one in enumerate(sentences)
                        if scores[here, topic] > 0
                    ]
                seen: set[str] = set()
                for score, doc_id, _, one in sorted(found, key=lambda row: row[:3]):
                    if len(seen) == n:
                        break
                    if (plain := levelled(one.text)) not in seen:
                        seen.add(plain)
                        rows.append((topic, label, year, doc_id, one.start, one.end, one.text, -score))
        return tables.frame(rows, tables.TOPIC_SENTENCES)

    # -- how ------------------------------------------------------------------------------------------------------

    def _factors(self, counts: sparse.csr_matrix, repeats: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Shares (reports × topics) and components (topics × terms), rows of both summing to 1.

        ``repeats`` says how often each report counts: for NMF, a row as long as the square root of that weighs as much.
        """
        if self.method == "lda":
            from sklearn.decomposition import LatentDirichletAllocation

            lda = LatentDirichletAllocation(self.n_topics, learning_method="batch", random_state=self.random_state)
            shares = lda.fit_transform(counts)
            self._lda, self.n_iter_ = lda, lda.n_iter_
            return np.where(counts.getnnz(axis=1)[:, None] > 0, shares, 0.0), row_shares(lda.components_)
        from sklearn.decomposition import non_negative_factorization
        from sklearn.exceptions import ConvergenceWarning

        weighted = self._weighted(counts)
        if repeats is not None:
            weighted = sparse.csr_matrix(sparse.diags(np.sqrt(repeats)) @ weighted)
        self.n_iter_ = 0
        if not weighted.nnz:
            return np.zeros((weighted.shape[0], self.n_topics)), np.zeros((self.n_topics, weighted.shape[1]))
        weights, components = exact_start(weighted, self.n_topics)
        if len(self._seeds):
            weighted, weights, components = with_guides(weighted, weights, components, self._seeds)
        with warnings.catch_warnings():
            # The last digits of a topic do not matter; a topic that does not hold is told by its stability.
            warnings.simplefilter("ignore", ConvergenceWarning)
            weights, components, self.n_iter_ = non_negative_factorization(
                weighted, weights, components, self.n_topics, init="custom", max_iter=self.max_iter
            )
        return row_shares(weights[: counts.shape[0]] * components.sum(axis=1)), row_shares(components)

    def _known_terms(self, matrix: TermMatrix) -> sparse.csr_matrix:
        """The counts of the terms this model knows, one column for each of ``terms_``."""
        place = {term: at for at, term in enumerate(self.terms_)}
        to = np.array([place.get(term, -1) for term in matrix.terms], dtype=np.int64)
        cells = matrix.counts.tocoo()
        columns = to[cells.col] if len(to) else np.empty(0, dtype=np.int64)
        known = columns >= 0
        shape = (len(matrix.doc_ids), len(self.terms_))
        return sparse.csr_matrix(
            (cells.data[known].astype(np.float64), (cells.row[known], columns[known])), shape=shape
        )

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

    def _of_several(self, matrix: TermMatrix, kept: np.ndarray, owners: Sequence[str | None]) -> np.ndarray:
        """The terms that stand in the reports of enough organisations, or belong to the theme list."""
        known = sorted({owner for owner in owners if owner})
        least = self.min_organisations
        if len(known) < 2 or least == 1:
            return kept
        row = {owner: at for at, owner in enumerate(known)}
        whose = np.array([row.get(owner or "", len(known)) for owner in owners])
        by_owner = sparse.csr_matrix((np.ones(len(whose)), (whose, np.arange(len(whose)))))
        spread = (by_owner @ (matrix.counts[:, kept] > 0).astype(np.float64)).getnnz(axis=0)
        if least is None and len(known) < _SEVERAL:
            names = [any(matrix.terms[at] in owner for owner in known) for at in kept]
            return kept[(spread > 1) | ~np.array(names, dtype=bool)]
        listed = np.array([matrix.terms[at] in _theme_names() for at in kept], dtype=bool)
        return kept[(spread >= (least or 2)) | listed]

    def _guide_terms(self, counts: sparse.csr_matrix) -> dict[str, list[int]]:
        """The guide as name → columns of the terms it names that the reports have."""
        if self.guide is None:
            return {}
        place = {term: at for at, term in enumerate(self.terms_)}
        if isinstance(self.guide, str):
            if self.guide != "themes":
                raise FrameError(f"guide must be 'themes' or a mapping of names to terms, not {self.guide!r}")
            found = {name: [place[term] for term in terms if term in place] for name, terms in _theme_groups().items()}
            mentions = {name: int(counts[:, ats].sum()) for name, ats in found.items() if len(ats) > 1}
            return {name: found[name] for name in sorted(mentions, key=lambda name: -mentions[name])[: self.n_topics]}
        if not isinstance(self.guide, Mapping) or any(isinstance(terms, str) for terms in self.guide.values()):
            raise FrameError('a guide names its topics and lists their terms: {"安全": ["安康杯", "隐患"]}')
        if len(self.guide) > self.n_topics:
            raise FrameError(f"the guide names {len(self.guide)} topics, but n_topics is {self.n_topics}")
        guides = {
            name: [place[term] for term in dict.fromkeys(map(levelled, terms)) if term in place]
            for name, terms in self.guide.items()
        }
        if missing := [name for name, ats in guides.items() if not ats]:
            name = missing[0]
            raise FrameError(
                f"none of the terms of the guide {name!r} ({', '.join(self.guide[name])}) is a word of these reports that "
                f"stands in at least {self.min_df} of them; terms_frame() lists the words"
            )
        return guides

    def _named(self, house_names: np.ndarray) -> list[str]:
        """A topic is named by three of its first twenty terms: those that are frequent in it and rarer elsewhere."""
        overall = self.components_.mean(axis=0) + 1e-12
        names = _theme_names()
        listed = np.array([str(term) in names for term in self.terms_])
        labels = []
        for topic, row in enumerate(self.components_):
            relevance = 0.6 * np.log(row + 1e-12) + 0.4 * np.log((row + 1e-12) / overall)
            relevance += _LISTED * listed - 100.0 * house_names
            chosen: dict[str, None] = {}
            for at in sorted(self._top(row, 2 * _TOP), key=lambda at: -relevance[at]):
                term = str(self.terms_[at])
                chosen.setdefault(names.get(term, term))
                if len(chosen) == 3:
                    break
            guide = [*self._guides][topic : topic + 1]
            labels.append(": ".join([*guide, "·".join(chosen) or "—"]))
        return labels

    def _largest_first(self, shares: np.ndarray, components: np.ndarray) -> list[int]:
        """The topics by their share of the corpus; of equals the one whose first terms come first in the alphabet."""

        def place(topic: int) -> tuple[float, list[str]]:
            return -round(float(shares[:, topic].mean()), 6), [
                str(self.terms_[at]) for at in self._top(components[topic], 3)
            ]

        return sorted(range(len(components)), key=place)

    def _stability(self) -> np.ndarray:
        """Mean likeness of each topic to its partner when the reports are drawn again; NaN without bootstrap."""
        from scipy.optimize import linear_sum_assignment

        random = np.random.default_rng(self.random_state)
        n_docs = self._counts.shape[0]
        likeness = np.zeros(len(self.components_))
        own = unit_rows(self.components_)
        for _ in range(self.n_bootstrap):
            drawn, repeats = np.unique(random.integers(0, n_docs, n_docs), return_counts=True)
            again = self._factors_of_sample(self._counts, drawn, repeats)
            cosine = own @ unit_rows(again).T
            here, there = linear_sum_assignment(-cosine)
            likeness[here] += cosine[here, there]
        return likeness / self.n_bootstrap if self.n_bootstrap else np.full(len(likeness), np.nan)

    def _factors_of_sample(self, counts: sparse.csr_matrix, drawn: np.ndarray, repeats: np.ndarray) -> np.ndarray:
        from sklearn.base import clone

        other = clone(self)
        other._idf, other._seeds = self._idf, self._seeds
        if self.method == "lda":
            return other._factors(counts[np.repeat(drawn, repeats)])[1]
        return other._factors(counts[drawn], repeats)[1]

    def _check_fitted(self) -> None:
        if not hasattr(self, "components_"):
            raise NotFittedError("this TopicModel is not fitted yet; call fit(corpus) first")


def representative_sentences_frame(model: TopicModel, corpus: Any, *, n: int = 1) -> pd.DataFrame:
    """The sentences that stand best for each topic in each year: ``model.sentences_frame(corpus, n=n)``."""
    return model.sentences_frame(corpus, n=n)


def suggest_topics_frame(
    source: Any, *, candidates: Sequence[int] = (4, 6, 8, 10, 12, 16, 20), random_state: int = 0
) -> pd.DataFrame:
    """
    How many topics: n_topics, coherence, diversity, stability (means over topics) for each candidate that fits.

    Take the largest number before stability falls; ``suggested`` marks the row with the best product of the three.
    Candidates that the reports are too few for are left out, so the table may be empty.
    """
    import pandas as pd

    matrix = term_matrix(source)
    rows = []
    for n_topics in candidates:
        try:
            model = TopicModel(n_topics, random_state=random_state, n_bootstrap=5).fit(matrix)
        except FrameError:
            continue
        quality = model.quality_frame()
        rows.append((n_topics, *(float(quality[name].mean()) for name in ("coherence", "diversity", "stability"))))
    frame = pd.DataFrame(rows, columns=["n_topics", "coherence", "diversity", "stability"])
    score = (frame["coherence"].clip(lower=0) * frame["diversity"] * frame["stability"]).fillna(0)
    return frame.assign(suggested=frame.index == (score.idxmax() if len(frame) else -1))


def _documents(source: Any) -> list[Document]:
    from union_corpus.tokens import reports_of

    message = "sentences are looked for in a corpus or a list of documents; a table of terms has none"
    if isinstance(source, str | Document) or not isinstance(source, Iterable):
        raise FrameError(message)
    docs = [
        Document.from_text(doc, doc_id=str(at)) if isinstance(doc, str) else doc
        for at, doc in enumerate(reports_of(source))
    ]
    if hasattr(source, "columns") or not all(isinstance(doc, Document) for doc in docs):
        raise FrameError(message)
    return docs


def _scored_sentences(
    doc: Document, worth: np.ndarray, place: Mapping[str, int], lexicon: Any
) -> tuple[list[Segment], np.ndarray]:
    """The sentences of a report (prose where it has any) and their score for each topic (sentences × topics)."""
    from union_corpus.segments import segment
    from union_corpus.tokens import terms

    pieces = segment(doc)
    heads = {at for piece in pieces if piece.kind in _HEADS for at in range(piece.start, piece.end)}
    sentences = [piece for piece in pieces if piece.kind == "sentence"]
    sentences = [piece for piece in sentences if piece.start not in heads] or sentences
    scores = np.zeros((len(sentences), len(worth)))
    for here, sentence in enumerate(sentences):
        words = terms(sentence.text, lexicon=lexicon)
        if known := [place[word] for word in dict.fromkeys(words) if word in place]:
            scores[here] = worth[:, known].sum(axis=1) / (len(words) + _SHORT)
    return sentences, scores


# Segments whose sentences are no prose.
_HEADS = frozenset(["title", "heading", "document_head", "salutation", "signature", "date", "boilerplate"])


@cache
def _theme_names() -> dict[str, str]:
    """Each form of the theme list that means its theme wherever it stands → the name of the theme."""
    names: dict[str, str] = {}
    for row in table("themes"):
        forms = [] if row["needs"] or row["unless"] else [row["theme"], *row["forms"].split("|")]
        for form in forms:
            names.setdefault(levelled(form), row["theme"])
    names.pop("", None)
    return names


@cache
def _theme_groups() -> dict[str, list[str]]:
    """The groups of the theme list → the forms of their themes."""
    group_of = {row["theme"]: row["group"] for row in table("themes")}
    groups: dict[str, list[str]] = {}
    for form, theme in _theme_names().items():
        groups.setdefault(group_of[theme], []).append(form)
    return groups


def _house_names(terms: np.ndarray, owners: Iterable[str | None]) -> np.ndarray:
    """True for each term that is a place, or part of the name of one organisation only."""
    known = sorted({owner for owner in owners if owner})
    places = {name for row in table("places") for name in (row["name"], row["short"]) if name}
    places.update(row["name"] for row in table("counties"))
    return np.array([term in places or sum(term in owner for owner in known) == 1 for term in terms], dtype=bool)


def _years(source: Any) -> dict[str, int]:
    years = {}
    for doc_id, year in known_values(source, "report_year").items():
        try:
            years[doc_id] = int(year)
        except (TypeError, ValueError) as error:
            raise FrameError(f"the year of {doc_id!r} is {year!r}, not a number") from error
    return years
