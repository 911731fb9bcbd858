"""Years that only another report tells: sessions of one congress, copies; never without evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from union_corpus.documents import Document
from union_corpus.linked_years import link_years
from union_corpus.metadata import describe


def report(doc_id: str, session: str, *, year: str = "20xx", organisation: str = "东岭机床厂工会") -> Document:
    text = f"工会工作总结\n{year}年，召开{session}职代会，办班12期，参加480人次。\n{organisation}\n{year}年12月30日"
    return describe(Document.from_text(text, doc_id=doc_id))


def years(*docs: Document) -> list[int | None]:
    return [doc.metadata.report_year for doc in link_years(docs)]


def test_a_session_counts_the_years_both_ways() -> None:
    known = report("known", "九届三次", year="2011")
    assert years(known, report("a", "九届一次"), report("b", "九届四次")) == [2011, 2009, 2012]


def test_the_tenth_session_comes_after_the_ninth() -> None:
    known = report("known", "二届九次", year="2011")
    assert years(known, report("a", "二届十次"), report("b", "二届十一次"), report("c", "二届二十次")) == [
        2011,
        2012,
        2013,
        2022,
    ]


@pytest.mark.parametrize("body", ["第九届职工代表大会第二次会议", "九届第二次教职工代表大会", "九届二次职工大会"])
def test_sessions_are_worded_in_several_ways(body: str) -> None:
    text = f"工会工作总结\n20xx年，召开{body}，办班12期，参加480人次。\n东岭机床厂工会\n20xx年12月30日"
    masked = describe(Document.from_text(text, doc_id="b"))
    assert years(report("a", "九届三次", year="2011"), masked) == [2011, 2010]


@pytest.mark.parametrize(
    "other",
    [
        report("other body", "九届二次", organisation="西岭机床厂工会"),
        report("other term", "八届二次"),
        report("to come", "筹备九届二次"),
        report("two sessions", "九届二次职代会和九届四次"),
    ],
    ids=lambda doc: doc.doc_id,
)
def test_without_evidence_nothing_is_told(other: Document) -> None:
    assert years(report("known", "九届三次", year="2011"), other)[1] is None


def test_a_year_that_is_itself_doubtful_is_not_passed_on() -> None:
    known = report("known", "九届三次", year="2011")
    doubtful = replace(known, metadata=replace(known.metadata, year_confidence=0.7))
    assert years(doubtful, report("a", "九届二次"))[1] is None


def test_reports_that_disagree_tell_nothing() -> None:
    assert years(
        report("a", "九届三次", year="2011"), report("b", "九届一次", year="2006"), report("c", "九届二次")
    ) == [
        2011,
        2006,
        None,
    ]


def test_the_evidence_stands_in_the_report_and_names_the_other() -> None:
    masked = report("b", "九届二次")
    linked = link_years([report("a", "九届三次", year="2011"), masked])[1]
    (evidence,) = linked.metadata.year_evidence
    assert masked.text[evidence.start : evidence.end] == evidence.text == "九届二次职代会"
    assert evidence.reason == "sessions counted in a"
    assert 0.5 < (linked.metadata.year_confidence or 0) <= 0.9


def test_a_masked_copy_has_the_year_of_the_whole_one() -> None:
    whole = report("whole", "", year="2008")
    copy = report("copy", "")
    copy = replace(copy, metadata=replace(copy.metadata, duplicate_of="whole"))
    assert years(whole, copy) == [2008, 2008]


def test_a_title_alone_tells_no_copy() -> None:
    titled = describe(Document.from_text("2022年工会工作总结\n办班12期，参加480人次。", doc_id="titled"))
    copy = report("copy", "")
    copy = replace(copy, metadata=replace(copy.metadata, duplicate_of="titled"))
    assert titled.metadata.report_year == 2022
    assert years(titled, copy)[1] is None


def test_a_sure_year_is_never_replaced() -> None:
    assert years(report("a", "九届三次", year="2011"), report("b", "九届二次", year="2006")) == [2011, 2006]
