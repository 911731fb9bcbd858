"""Copies are told whatever was masked, converted or annotated in them; reports that only look alike are not copies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_texts import prose

from union_corpus import tables
from union_corpus.documents import Document
from union_corpus.duplicates import Duplicate, _shingles, _signature, find_duplicates
from union_corpus.segments import split_compilation

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


def docs(**texts: str) -> list[Document]:
    return [Document.from_text(text, doc_id=name) for name, text in texts.items()]


def told(pairs: list[Duplicate]) -> set[tuple[str, str, str]]:
    return {(pair.doc_id, pair.other_id, pair.relation) for pair in pairs}


def test_masks_script_readings_and_punctuation_do_not_hide_a_copy() -> None:
    full = "2009年工会工作总结\n2009年，帮扶职工36户、48人，发放12.5万元，培训610人次。" + prose(1)
    from opencc import OpenCC

    masked = full.replace("2009", "20xx").replace("36", "").replace("48", "").replace("12.5", "").replace("610", "")
    traditional = OpenCC("s2t").convert(masked)
    annotated = masked.replace("会", "会(huì)")
    half = masked.replace("，", ",").replace("。", ". ")
    pairs = find_duplicates(docs(a=masked, b=traditional, c=annotated, d=half, e=full, f=prose(2)))
    assert told(pairs) == {(name, "e", "report") for name in "abcd"}
    assert all(pair.similarity > 0.95 and pair.family == "e" for pair in pairs)


def test_a_report_cut_short_is_a_copy_of_the_whole() -> None:
    whole = prose(3, 1200)
    assert told(find_duplicates(docs(cut=whole[:500], whole=whole, other=prose(4)))) == {("cut", "whole", "report")}


@pytest.mark.parametrize(("own", "relation"), [(60, "report"), (260, "passage")])
def test_how_much_of_a_report_cut_short_must_be_that_of_the_whole(own: int, relation: str) -> None:
    whole = prose(3, 1200)
    (pair,) = find_duplicates(docs(cut=whole[:500] + prose(4, own), whole=whole))
    assert pair.relation == relation


def test_a_few_figures_that_stay_make_no_copy_of_next_years_report() -> None:
    frame = prose(5, 300) + "会员{}人，培训{}人次，慰问{}户，金额{}元。" + prose(6, 300)
    year, following = frame.format(1204, 356, 78, 91500), frame.format(1204, 402, 83, 96200)
    assert "report" not in {pair.relation for pair in find_duplicates(docs(a=year, b=following))}


@pytest.mark.parametrize(("length", "told_of"), [(100, True), (60, False)])
def test_the_shortest_passage(length: int, told_of: bool) -> None:
    passage = "".join(filter(str.isalpha, prose(7, 300)))[:length]  # Han characters alone are counted
    pairs = find_duplicates(docs(a=prose(8) + passage + prose(9), b=prose(10) + passage + prose(11)))
    assert bool(pairs) == told_of


def test_next_year_on_the_same_template_is_no_copy() -> None:
    frame = prose(5, 300) + "会员{}人，培训{}人次，慰问{}户，金额{}元。" + prose(6, 300)
    year, following = frame.format(1204, 356, 78, 91500), frame.format(1377, 402, 83, 96200)
    relations = {pair.relation for pair in find_duplicates(docs(a=year, b=following))}
    assert "report" not in relations
    assert "passage" in relations


def test_a_shared_passage_has_both_places() -> None:
    passage = prose(7, 200)
    first, second = (
        prose(8) + "一、措施\n" + passage + prose(9),
        prose(10, 700) + passage.replace("，", ", ") + prose(11),
    )
    (pair,) = find_duplicates(docs(a=first, b=second))
    assert pair.relation == "passage"
    core = passage[10:-10]
    assert core in first[pair.start : pair.end]
    assert core.replace("，", ", ") in second[pair.other_start : pair.other_end]
    assert first[pair.start : pair.end].startswith(pair.text)
    assert pair.end - pair.start < 1.3 * len(passage)


def test_set_phrases_are_no_passage() -> None:
    phrase = prose(12, 40)
    assert find_duplicates(docs(a=prose(13) + phrase + prose(14), b=prose(15) + phrase + prose(16))) == []


def test_rows_have_the_columns_of_the_table() -> None:
    pairs = find_duplicates(docs(a=prose(17), b=prose(17)))
    frame = tables.frame(tables.rows_of(pairs, tables.DUPLICATES), tables.DUPLICATES)
    assert list(frame.columns) == list(tables.DUPLICATES)
    assert len(frame) == 1


def test_nothing_and_nearly_nothing() -> None:
    assert find_duplicates([]) == []
    assert find_duplicates(docs(a="", b="", c="2009", d="工", e="会")) == []


def test_short_texts_that_differ_in_their_figures_stay_apart() -> None:
    assert find_duplicates(docs(a="2009年会员42人。", b="2010年会员65人。")) == []


def test_a_thousand_copies_give_a_thousand_rows() -> None:
    copies = docs(**{f"copy{at}": prose(18) for at in range(1000)})
    assert len(find_duplicates(copies)) == 999


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(st.sampled_from("工会总结12，。x會學习(huì)\ud800\n"), max_size=80), max_size=6))
def test_any_texts(texts: list[str]) -> None:
    reports = [Document.from_text(text, doc_id=str(at)) for at, text in enumerate(texts)]
    pairs = find_duplicates(reports)
    assert pairs == find_duplicates(reports)
    for pair in pairs:
        assert pair.doc_id != pair.other_id
        assert 0 <= pair.start <= pair.end <= len(texts[int(pair.doc_id)])
        assert 0 <= pair.other_start <= pair.other_end <= len(texts[int(pair.other_id)])


def test_signatures_estimate_the_overlap() -> None:
    draw = np.random.default_rng(0)
    left = draw.integers(0, 2**63, 4000, dtype=np.uint64)
    for share in (0.2, 0.5, 0.8):
        same = int(len(left) * 2 * share / (1 + share))
        right = np.concatenate([left[:same], draw.integers(0, 2**63, len(left) - same, dtype=np.uint64)])
        agree = float(np.mean(_signature(left * np.uint64(2)) == _signature(right * np.uint64(2))))
        assert abs(agree - share) < 0.15


def test_shingles_are_those_of_their_characters() -> None:
    view = np.frombuffer("工会组织职工开展技能比武活动表彰先进".encode("utf-16-le"), dtype=np.uint16)
    short, long = _shingles(np.concatenate([view, view]))
    assert short[0] == short[len(view)]
    assert len(short) == 2 * len(view) - 7
    assert len(long) == 2 * len(view) - 15
    assert len(set(short.tolist())) == len(view)


@pytest.mark.skipif(not SHARED.exists(), reason="the real files in ../shared are not here")
def test_families_of_real_files() -> None:
    reports: list[Document] = []
    for path in sorted((SHARED / "seeds").glob("*.txt")):
        doc = Document.from_text(path.read_text(encoding="utf-8"), doc_id=path.stem[:3])
        reports += split_compilation(doc) or [doc]
    pairs = find_duplicates(reports)
    family = {pair.doc_id for pair in pairs} | {pair.other_id for pair in pairs}
    assert family == {"001#1", "001#2", "001#3", "001#5", "001#7", "004#7", "004#8"}


def test_copies_among_reports_on_one_template_find_one_another():
    def report(year: int) -> str:
        n = year - 1990
        return (
            f"{year}年工会工作总结\n全年新建基层工会{86 + 9 * n}个，新发展会员{8300 + 411 * n}人，培训工会干部{640 + 21 * n}人次。\n"
            f"签订集体合同{930 + 24 * n}份，覆盖企业{1500 + 40 * n}家；召开职代会的单位{760 + 11 * n}家，受理来信来访{320 + 6 * n}件次。\n"
            f"筹集送温暖资金{210 + 18 * n}万元，走访慰问困难职工{3100 + 77 * n}户，资助困难职工子女{280 + 13 * n}名。\n"
        )

    docs = [Document.from_text(report(year), doc_id=f"{turn}/{year}") for turn in "abc" for year in range(1996, 2020)]
    docs += [Document.from_text(report(year).replace("个", "�", 1), doc_id=f"d/{year}") for year in range(1996, 2020)]
    families = {pair.doc_id: pair.family for pair in find_duplicates(docs) if pair.relation == "report"}
    assert len(families) == 3 * 24
    assert all(doc_id[-4:] == family[-4:] for doc_id, family in families.items())
