"""
The columns of every table, in their order, and the tables made from documents alone.

Columns are always present, also in a table without rows; texts are strings, gaps are ``pd.NA``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from union_corpus.documents import Document

TEXT, INTEGER, NUMBER, TRUTH = "string", "Int64", "Float64", "boolean"

DOCUMENTS = {
    "doc_id": TEXT,
    "parent_id": TEXT,
    "path": TEXT,
    "sha256": TEXT,
    "title": TEXT,
    "organisation": TEXT,
    "level": TEXT,
    "place": TEXT,
    "report_year": INTEGER,
    "year_evidence": TEXT,
    "year_confidence": NUMBER,
    "kind": TEXT,
    "script": TEXT,
    "encoding": TEXT,
    "n_chars": INTEGER,
    "n_edits": INTEGER,
    "n_problems": INTEGER,
    "duplicate_of": TEXT,
}
EDITS = {
    "doc_id": TEXT,
    "step": INTEGER,
    "rule": TEXT,
    "start": INTEGER,
    "end": INTEGER,
    "before": TEXT,
    "after": TEXT,
    "confidence": NUMBER,
    "original_start": INTEGER,
    "original_end": INTEGER,
}
PROBLEMS = {
    "doc_id": TEXT,
    "stage": TEXT,
    "problem": TEXT,
    "start": INTEGER,
    "end": INTEGER,
    "text": TEXT,
    "detail": TEXT,
}
SEGMENTS = {
    "doc_id": TEXT,
    "kind": TEXT,
    "level": INTEGER,
    "number": TEXT,
    "start": INTEGER,
    "end": INTEGER,
    "text": TEXT,
}
THEMES = {
    "doc_id": TEXT,
    "report_year": INTEGER,
    "theme": TEXT,
    "group": TEXT,
    "form": TEXT,
    "start": INTEGER,
    "end": INTEGER,
    "sentence": TEXT,
}
INDICATORS = {
    "doc_id": TEXT,
    "report_year": INTEGER,
    "section": TEXT,
    "indicator": TEXT,
    "indicator_raw": TEXT,
    "indicator_code": TEXT,
    "subject": TEXT,
    "subject_source": TEXT,
    "breakdown": TEXT,
    "period": TEXT,
    "period_text": TEXT,
    "period_source": TEXT,
    "measure": TEXT,
    "stat": TEXT,
    "basis": TEXT,
    "value": NUMBER,
    "low": NUMBER,
    "high": NUMBER,
    "approx": TRUTH,
    "bound": TEXT,
    "cue": TEXT,
    "unit": TEXT,
    "unit_printed": TEXT,
    "status": TEXT,
    "obs_status": TEXT,
    "checks": TEXT,
    "text": TEXT,
    "start": INTEGER,
    "end": INTEGER,
    "original_start": INTEGER,
    "original_end": INTEGER,
    "sentence": TEXT,
    "rule": TEXT,
    "confidence": NUMBER,
}
DUPLICATES = {
    "doc_id": TEXT,
    "other_id": TEXT,
    "relation": TEXT,
    "family": TEXT,
    "similarity": NUMBER,
    "start": INTEGER,
    "end": INTEGER,
    "other_start": INTEGER,
    "other_end": INTEGER,
    "text": TEXT,
}
TERMS = {"doc_id": TEXT, "term": TEXT, "count": INTEGER}
TOPICS = {"topic": INTEGER, "label": TEXT, "rank": INTEGER, "term": TEXT, "weight": NUMBER}
DOC_TOPICS = {"doc_id": TEXT, "topic": INTEGER, "label": TEXT, "share": NUMBER}
TOPIC_QUALITY = {
    "topic": INTEGER,
    "label": TEXT,
    "coherence": NUMBER,
    "diversity": NUMBER,
    "stability": NUMBER,
    "share": NUMBER,
    "note": TEXT,
}
TOPIC_SENTENCES = {
    "topic": INTEGER,
    "label": TEXT,
    "report_year": INTEGER,
    "doc_id": TEXT,
    "start": INTEGER,
    "end": INTEGER,
    "sentence": TEXT,
    "score": NUMBER,
}
KEYNESS = {
    "term": TEXT,
    "count_target": INTEGER,
    "count_reference": INTEGER,
    "log_likelihood": NUMBER,
    "p": NUMBER,
    "log_ratio": NUMBER,
    "log_ratio_low": NUMBER,
    "log_ratio_high": NUMBER,
}
COMPARISON = {
    "indicator_code": TEXT,
    "indicator": TEXT,
    "subject": TEXT,
    "organisation": TEXT,
    "unit": TEXT,
    "year_from": INTEGER,
    "year_to": INTEGER,
    "value_from": NUMBER,
    "value_to": NUMBER,
    "change": NUMBER,
    "pct_change": NUMBER,
    "note": TEXT,
}
DIAGNOSIS = {
    "family": TEXT,
    "start": INTEGER,
    "end": INTEGER,
    "evidence": TEXT,
    "severity": TEXT,
}


def frame(rows: Iterable[Sequence[Any]], columns: dict[str, str]) -> pd.DataFrame:
    """A DataFrame of rows (cells in the order of ``columns``) with the promised columns and types, also when empty."""
    import pandas as pd

    cells = list(zip(*rows, strict=True))
    data = {
        name: pd.array(_plain(cells[at]) if cells else [], dtype=kind)  # type: ignore[call-overload]
        for at, (name, kind) in enumerate(columns.items())
    }
    return pd.DataFrame(data, columns=list(columns))


def _plain(cells: Sequence[Any]) -> list[Any]:
    from decimal import Decimal

    return [float(cell) if isinstance(cell, Decimal) else cell for cell in cells]


def rows_of(things: Iterable[Any], columns: dict[str, str]) -> Iterable[tuple[Any, ...]]:
    """Rows of objects whose attributes carry the names of the columns."""
    return map(attrgetter(*columns), things)


def document_row(doc: Document) -> tuple[Any, ...]:
    """The row of ``documents_frame`` for one document."""
    known = doc.metadata
    return (
        doc.doc_id,
        doc.parent_id,
        doc.source.path or None,
        doc.source.sha256 or None,
        known.title,
        known.organisation,
        known.level,
        known.place,
        known.report_year,
        "; ".join(map(str, known.year_evidence)) or None,
        known.year_confidence,
        known.kind,
        known.script,
        doc.source.encoding or None,
        len(doc.text),
        doc.n_edits,
        len(doc.problems),
        known.duplicate_of,
    )


def edit_rows(doc: Document) -> Iterable[tuple[Any, ...]]:
    """Rows of ``edits_frame`` for one document, in the order in which the edits were made."""
    for step, repair in enumerate(doc.repairs, start=1):
        earlier = doc.repairs[: step - 1]
        for edit in repair.edits:
            start, end = edit.start, edit.end
            for before in reversed(earlier):
                start, end = before.span_before(start, end)
            yield (
                doc.doc_id,
                step,
                repair.rule,
                edit.start,
                edit.end,
                edit.before,
                edit.after,
                edit.confidence,
                start,
                end,
            )


def problem_rows(doc: Document) -> Iterable[tuple[Any, ...]]:
    """Rows of ``problems_frame`` for one document."""
    for problem in doc.problems:
        yield (
            doc.doc_id,
            problem.stage,
            problem.problem,
            problem.start,
            problem.end,
            problem.text,
            problem.detail,
        )


def edits_frame(docs: Iterable[Document]) -> pd.DataFrame:
    """All edits of some documents, one row an edit."""
    return frame((row for doc in docs for row in edit_rows(doc)), EDITS)
