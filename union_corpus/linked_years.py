"""
Years of reports that only other reports can tell: a later session of the same workers' congress, another copy.

A report whose years were masked often says no more than 九届二次职代会. Where another report of the same organisation
counts 九届三次 and its year is known, that tells the year of this one, since a workers' congress meets once a year.
Nothing is told of an organisation's reports from the mere order of files.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from union_corpus.documents import Document, Evidence
from union_corpus.line_shapes import number_value
from union_corpus.printed_years import FIRST_YEAR, LAST_YEAR, plain_view

# Only years as sure as this are passed on, and only to reports whose own year is less sure than that. A copy has the
# same words: what tells the year there tells it here.
_KNOWN, _KNOWN_OF_COPY, _OPEN = 0.8, 0.6, 0.5
# A passed-on year is less sure than the one it comes from.
_PASSED_ON = 0.9

_N = "[一二三四五六七八九十]{1,3}"
_BODY = "(?:教?职工?代(?:表大)?会|教代会|教?职工(?:代表)?大会)"
_SESSION = re.compile(
    rf"(?P<term>{_N})届第?(?P<n>{_N})次{_BODY}"  # 九届二次职代会
    rf"|(?P<long_term>{_N})届{_BODY}第?(?P<long_n>{_N})次(?:全体)?(?:会议|大会)"  # 第九届职工代表大会第二次会议
)
# A session that is still to come: it belongs to the next year.
_TO_COME = re.compile("(?:筹备|筹办|准备|迎接|召开好|开好|明年|下一?年)[^。，,；;]{0,8}$")


@dataclass(frozen=True, slots=True)
class _Session:
    """The session that a report counts: of which congress, its number in the term, and where it stands."""

    congress: tuple[str, str]
    number: int
    start: int
    end: int


def link_years(docs: Iterable[Document]) -> list[Document]:
    """
    The documents, with ``report_year`` filled in where another report of the same organisation or a copy tells it.

    Looked at are reports that were described and whose year is unknown or doubtful. A session counts when every report
    of that organisation with a known year and a session of the same term agrees on the years of the term; a copy
    (``duplicate_of``) when the known years of all copies agree and are told by more than a title, which a page may have
    made up. The evidence names the other report.

    >>> from union_corpus.metadata import describe
    >>> page = "某某机床厂工会{}工作总结\\n{}，召开九届{}次职代会，办班12期。\\n东岭机床厂工会\\n{}年12月30日"
    >>> known = describe(Document.from_text(page.format("2011年", "2011年", "三", "2011"), doc_id="a"))
    >>> masked = describe(Document.from_text(page.format("", "xx年", "二", "20xx"), doc_id="b"))
    >>> masked.metadata.report_year, link_years([known, masked])[1].metadata.report_year
    (None, 2010)
    """
    docs = list(docs)
    sessions = [_session(doc) if doc.metadata.organisation else None for doc in docs]
    terms = _terms(docs, sessions)
    families = _families(docs)
    linked = []
    for doc, session in zip(docs, sessions, strict=True):
        if (doc.metadata.year_confidence or 0.0) < _OPEN:
            found = _by_session(session, terms) or _by_copy(doc, families)
            if found is not None:
                year, confidence, evidence = found
                evidence = replace(evidence, text=doc.text[evidence.start : evidence.end])
                doc = replace(
                    doc,
                    metadata=replace(
                        doc.metadata, report_year=year, year_confidence=confidence, year_evidence=(evidence,)
                    ),
                )
        linked.append(doc)
    return linked


def _session(doc: Document) -> _Session | None:
    """The session a report speaks of most; None where it speaks of several alike."""
    plain = plain_view(doc.text)
    matches = [
        match
        for match in _SESSION.finditer(plain)
        if not _TO_COME.search(plain, max(match.start() - 16, 0), match.start())
    ]
    told = [(match["term"] or match["long_term"], match["n"] or match["long_n"]) for match in matches]
    counts = Counter(told)
    best = counts.most_common(2)
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    term, number = best[0][0]
    first = matches[told.index(best[0][0])]
    organisation = plain_view(doc.metadata.organisation or "").removesuffix("委员会")
    return _Session((organisation, term), number_value(number), first.start(), first.end())


def _terms(
    docs: Sequence[Document], sessions: Sequence[_Session | None]
) -> Mapping[tuple[str, str], list[tuple[int, float, str]]]:
    """For each term of a congress what the reports with a known year say of the year before its first session."""
    terms: dict[tuple[str, str], list[tuple[int, float, str]]] = defaultdict(list)
    for doc, session in zip(docs, sessions, strict=True):
        year, confidence = doc.metadata.report_year, doc.metadata.year_confidence
        if session is not None and year is not None and (confidence or 0.0) >= _KNOWN:
            terms[session.congress].append((year - session.number, confidence or 0.0, doc.doc_id))
    return terms


def _by_session(
    session: _Session | None, terms: Mapping[tuple[str, str], Sequence[tuple[int, float, str]]]
) -> tuple[int, float, Evidence] | None:
    told = terms.get(session.congress, ()) if session is not None else ()
    if session is None or len({before for before, _, _ in told}) != 1:
        return None
    before, confidence, other = max(told, key=lambda one: (one[1], one[2]))
    year = before + session.number
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return (
        year,
        round(confidence * _PASSED_ON, 3),
        Evidence(session.start, session.end, "", year, f"sessions counted in {other}"),
    )


def _families(docs: Sequence[Document]) -> Mapping[str, list[tuple[int, float, str]]]:
    """Head of a family of copies → the years of its members that are sure and told by more than a title."""
    families: dict[str, list[tuple[int, float, str]]] = defaultdict(list)
    for doc in docs:
        known = doc.metadata
        by_text = any(
            evidence.reason not in ("printed: title", "printed: published") for evidence in known.year_evidence
        )
        if known.report_year is not None and (known.year_confidence or 0.0) >= _KNOWN_OF_COPY and by_text:
            family = families[known.duplicate_of or doc.doc_id]
            family.append((known.report_year, known.year_confidence or 0.0, doc.doc_id))
    return families


def _by_copy(
    doc: Document, families: Mapping[str, Sequence[tuple[int, float, str]]]
) -> tuple[int, float, Evidence] | None:
    told = families.get(doc.metadata.duplicate_of or doc.doc_id, ())
    if len({year for year, _, _ in told}) != 1:
        return None
    year, confidence, other = max(told, key=lambda one: (one[1], one[2]))
    return year, round(confidence * _PASSED_ON, 3), Evidence(0, 0, "", year, f"copy of {other}")
