"""Setting figures of two years against one another, and where that must not be done."""

from __future__ import annotations

import csv
import io
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.comparisons import compare_years
from union_corpus.errors import FrameError, UnitError
from union_corpus.exports import SDMX, to_sdmx_csv, to_wide
from union_corpus.keyness import keyness_frame
from union_corpus.observations import convert
from union_corpus.tables import COMPARISON, INDICATORS, KEYNESS, frame

PLAIN: dict[str, Any] = {
    "doc_id": "a",
    "report_year": 2009,
    "indicator": "会员总数",
    "indicator_code": "member_total",
    "subject": "全市",
    "breakdown": None,
    "period": "2009",
    "measure": "level",
    "stat": "total",
    "basis": None,
    "value": 1000,
    "low": None,
    "high": None,
    "approx": False,
    "bound": None,
    "unit": "人",
    "status": "result",
    "obs_status": "A",
    "checks": None,
}


def figures(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([{**PLAIN, **row} for row in rows])


def one(*rows: dict[str, Any]) -> pd.Series:
    compared = compare_years(figures(*rows))
    assert len(compared) == 1, compared
    return compared.iloc[0]


def test_the_change_of_a_series() -> None:
    row = one({}, {"period": "2010", "value": 1250})
    assert (row["year_from"], row["year_to"]) == (2009, 2010)
    assert (row["change"], row["pct_change"]) == (250, 25)
    assert pd.isna(row["note"])
    assert row["indicator_code"] == "member_total"


def test_columns_and_types_also_without_rows() -> None:
    empty = compare_years(frame([], INDICATORS))
    assert list(empty.columns) == list(COMPARISON)
    assert {name: str(dtype) for name, dtype in empty.dtypes.items()} == COMPARISON


def test_the_period_counts_and_not_the_year_of_the_report() -> None:
    row = one({"report_year": 2010, "period": "2009"}, {"report_year": 2010, "period": "2010", "value": 1100})
    assert (row["year_from"], row["year_to"], row["change"]) == (2009, 2010, 100)


def test_the_year_of_the_report_stands_in_only_with_a_note() -> None:
    row = one({}, {"period": None, "report_year": 2010, "value": 1100})
    assert row["change"] == 100
    assert "year of the report" in row["note"]


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"stat": "cumulative"}, "stock against flow"),
        ({"stat": None}, "stock against flow"),
        ({"subject": "全省"}, "other subject"),
        ({"breakdown": "农民工"}, "other part"),
        ({"basis": "规模以上企业"}, "other base"),
        ({"status": "target"}, "result against target"),
        ({"measure": "growth"}, "other measure"),
        ({"approx": True, "low": 1200, "high": 1300}, "approximate"),
        ({"bound": "ge"}, "bound"),
        ({"obs_status": "U", "checks": "a rate above 100"}, "fails a check (a rate above 100)"),
        ({"obs_status": "O", "value": None}, "was removed"),
        ({"obs_status": "Q", "value": None}, "masked"),
        ({"value": None, "low": 1, "high": 2}, "range"),
        ({"unit": "人次"}, "units do not convert"),
        ({"value": 12000}, "series break"),
    ],
)
def test_what_must_not_be_compared_keeps_its_row_and_says_why(other: dict[str, Any], word: str) -> None:
    basis = {"basis": "全部企业"} if "basis" in other else {}
    row = one(basis, {"period": "2010", "value": 1200, **other})
    assert pd.isna(row["change"])
    assert pd.isna(row["pct_change"])
    assert "not compared" in row["note"]
    assert word in row["note"]


def test_half_a_year_is_not_set_against_a_whole_one() -> None:
    flow = {"indicator": "发展会员", "indicator_code": "member_new", "stat": None}
    row = one({**flow}, {**flow, "period": "2010H1", "value": 700})
    assert pd.isna(row["change"])
    assert "other stretch of time: year / half 1" in row["note"]


def test_a_stock_may_be_read_off_in_any_month() -> None:
    row = one({}, {"period": "2010-09", "value": 1100})
    assert row["change"] == 100
    assert "month 9" in row["note"]


def test_two_figures_for_one_year_are_listed_and_none_is_chosen() -> None:
    row = one({"doc_id": "a"}, {"doc_id": "b", "value": 1010}, {"period": "2010", "value": 1100})
    assert pd.isna(row["value_from"])
    assert pd.isna(row["change"])
    assert "1000人 (a), 1010人 (b)" in row["note"]


def test_several_figures_of_one_code_are_told_apart_by_their_names() -> None:
    flow = {"indicator_code": "proposals", "stat": None, "unit": "件"}
    names = [
        ("收到提案", 74),
        ("提案立案", 51),
        ("提案办结", 46),
        ("八届一次职代会收到提案", 82),
        ("职代会收到提案立案", 60),
    ]
    rows = [{**flow, "indicator": name, "value": value} for name, value in names]
    for row in rows[3:]:
        row["period"] = "2010"
    compared = compare_years(figures(*rows))
    assert sorted(compared["change"].dropna()) == [8, 9]
    # 办结 has no counterpart in the other year, so nothing is set beside it.
    assert len(compared) == 2


def test_which_one_it_was_tells_no_series_apart() -> None:
    row = one(
        {"indicator_code": None, "indicator": "第七届技能竞赛参赛", "value": 700},
        {"indicator_code": None, "indicator": "第八届技能竞赛参赛", "value": 750, "period": "2010"},
    )
    assert row["change"] == 50


def test_the_same_figure_told_twice_is_one() -> None:
    row = one({"doc_id": "a"}, {"doc_id": "b"}, {"period": "2010", "value": 1100})
    assert row["change"] == 100


def test_units_that_convert_are_converted() -> None:
    money = {"indicator_code": "aid_spend", "indicator": "慰问金", "stat": None}
    row = one({**money, "value": 3.6, "unit": "万元"}, {**money, "value": 45000, "unit": "元", "period": "2010"})
    assert (row["value_from"], row["change"], row["unit"]) == (36000, 9000, "元")
    assert "converted from 万元" in row["note"]


def test_a_share_changes_in_points() -> None:
    share = {"indicator_code": "density", "indicator": "入会率", "measure": "share", "unit": "%", "stat": None}
    row = one({**share, "value": 82.5}, {**share, "value": 91, "period": "2010"})
    assert row["change"] == pytest.approx(8.5)
    assert pd.isna(row["pct_change"])
    assert "percentage points" in row["note"]


def test_a_rank_changes_by_places_and_not_in_percent() -> None:
    row = one({"measure": "rank", "value": 6}, {"measure": "rank", "period": "2010", "value": 2})
    assert row["change"] == -4
    assert pd.isna(row["pct_change"])


def test_twelve_months_are_a_year() -> None:
    flow = {"stat": "cumulative", "indicator_code": "aid_households"}
    row = one({**flow, "period": "2009M1-12"}, {**flow, "period": "2010", "value": 1100})
    assert row["change"] == 100


def test_a_copy_that_names_no_organisation_is_left_out() -> None:
    table = figures({}, {"period": "2010", "value": 1100}, {"doc_id": "copy"}, {"doc_id": "copy", "period": "2010"})
    documents = pd.DataFrame(
        {"doc_id": ["a", "copy"], "organisation": ["甲市总工会", None], "duplicate_of": [None, "a"]}
    ).astype("string")
    assert compare_years(table, documents=documents)["change"].tolist() == [100]


def test_chosen_years_and_neighbouring_years() -> None:
    table = figures({}, {"period": "2010", "value": 1100}, {"period": "2012", "value": 1300})
    assert compare_years(table)[["year_from", "year_to"]].values.tolist() == [[2009, 2010], [2010, 2012]]
    chosen = compare_years(table, years=(2012, 2009))
    assert chosen[["year_from", "year_to", "change"]].values.tolist() == [[2009, 2012, 300]]


def test_two_organisations_are_never_set_side_by_side() -> None:
    table = figures({"organisation": "甲"}, {"organisation": "乙", "period": "2010"})
    assert compare_years(table).empty


def test_figures_of_two_documents_name_them_unless_their_organisation_is_known() -> None:
    table = figures({}, {"period": "2010", "doc_id": "b", "value": 1100})
    (note,) = compare_years(table)["note"]
    assert note == "from a and b; are both of one organisation?"
    same = pd.DataFrame({"doc_id": ["a", "b"], "organisation": ["甲市总工会", "甲市总工会"]})
    (row,) = compare_years(table, documents=same).itertuples(index=False)
    assert row.change == 100
    assert pd.isna(row.note)
    unknown = pd.DataFrame({"doc_id": ["a", "b"], "organisation": pd.array([None, None], dtype="string")})
    assert compare_years(table, documents=unknown).empty
    of_one = table.assign(doc_id="a")
    assert compare_years(of_one, documents=unknown)["change"].tolist() == [100]
    other = pd.DataFrame({"doc_id": ["a", "b"], "organisation": ["甲市总工会", "乙市总工会"]})
    assert compare_years(table, documents=other).empty


def test_rules_and_thresholds_are_no_observations() -> None:
    assert compare_years(figures({"status": "norm"}, {"status": "norm", "period": "2010"})).empty


def test_a_series_without_code_goes_by_its_name() -> None:
    row = one(
        {"indicator_code": None, "indicator": "“金点子”征集"},
        {"indicator_code": None, "indicator": "金点子征集", "period": "2010", "value": 1001},
    )
    assert row["change"] == 1


def test_a_frame_with_the_needed_columns_only() -> None:
    table = figures({}, {"period": "2010", "value": 1200})[
        ["indicator_code", "indicator", "subject", "unit", "value", "period"]
    ]
    assert compare_years(table)["change"].tolist() == [200]


@pytest.mark.parametrize("gaps", [[], [{"period": None}]])
def test_a_frame_read_from_a_file(gaps: list[dict[str, Any]]) -> None:
    table = figures({}, {"period": "2010", "value": 1200}, *gaps)
    again = pd.read_csv(io.StringIO(table.to_csv(index=False)))
    assert pd.api.types.is_numeric_dtype(again["period"])
    pd.testing.assert_frame_equal(compare_years(again), compare_years(table))
    assert to_wide(again).columns.tolist() == to_wide(table).columns.tolist()
    assert to_sdmx_csv(again) == to_sdmx_csv(table)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(FrameError, match="lacks the columns subject, unit"):
        compare_years(figures({}).drop(columns=["subject", "unit"]))


def test_a_value_that_is_no_number_is_named() -> None:
    with pytest.raises(FrameError, match="'many'"):
        compare_years(figures({"value": "many"}))


def test_nothing_given_is_changed() -> None:
    table = figures({}, {"period": "2010"})
    before = table.copy(deep=True)
    compare_years(table)
    pd.testing.assert_frame_equal(table, before)


def test_many_subjects_stay_fast_and_in_order() -> None:
    rows = [{"subject": f"企业{n}", "period": str(2009 + n % 2), "value": 100 + n} for n in range(3000)]
    table = figures(*rows)
    assert compare_years(table).equals(compare_years(table.iloc[::-1].reset_index(drop=True)))


def test_convert() -> None:
    assert convert(Decimal(2), "公顷", "亩").quantize(Decimal("0.01")) == Decimal("30.00")
    with pytest.raises(UnitError, match="人次"):
        convert(Decimal(1), "人次", "人")


def test_wide_has_a_column_a_year() -> None:
    wide = to_wide(figures({}, {"period": "2010", "value": 1100}, {"subject": "全省", "value": 9}))
    assert wide[["subject", 2009, 2010]].fillna(-1).values.tolist() == [["全市", 1000, 1100], ["全省", 9, -1]]


def test_wide_refuses_to_fold_two_observations() -> None:
    with pytest.raises(FrameError, match=r"1 cell would hold more than one observation:\n.*1000 \(a\); 1000 \(b\)"):
        to_wide(figures({}, {"doc_id": "b"}))


def test_wide_of_nothing() -> None:
    assert to_wide(frame([], INDICATORS)).empty


def test_sdmx_names_and_missing_values(tmp_path: Path) -> None:
    table = figures(
        {"value": 1000.5},
        {"period": "2006H1", "value": None, "obs_status": "O"},
        {"period": "2011M1-9", "value": 2e9},
        {"period": None, "report_year": 2012},
    )
    text = to_sdmx_csv(table, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == SDMX
    assert [row["OBS_VALUE"] for row in rows] == ["1000.5", "", "2000000000", "1000"]
    assert [row["TIME_PERIOD"] for row in rows] == ["2009", "2006-S1", "2011-01-01/P9M", "2012"]
    assert rows[1]["OBS_STATUS"] == "O"
    assert rows[3]["COMMENT_OBS"] == "TIME_PERIOD is the year of the report"


def test_sdmx_of_a_frame_without_the_state_of_its_figures() -> None:
    table = figures({}, {"value": None}, {"value": None, "low": 10, "high": 20}).drop(columns="obs_status")
    rows = list(csv.DictReader(io.StringIO(to_sdmx_csv(table))))
    assert [row["OBS_STATUS"] for row in rows] == ["A", "O", "A"]
    assert (rows[2]["LOWER_BOUND"], rows[2]["UPPER_BOUND"], rows[2]["OBS_VALUE"]) == ("10", "20", "")


def test_sdmx_quotes_what_needs_it() -> None:
    rows = list(csv.DictReader(io.StringIO(to_sdmx_csv(figures({"indicator_code": None, "indicator": '甲,"乙"\n丙'})))))
    assert rows[0]["INDICATOR"] == '甲,"乙"\n丙'


def test_keyness_of_a_known_table() -> None:
    # Worked by hand after Dunning 1993: E1 = 60, E2 = 60.
    table = keyness_frame({"维权": 100, "其他": 900}, {"维权": 20, "其他": 980})
    row = table[table["term"] == "维权"].iloc[0]
    expected = 2 * (100 * math.log(100 / 60) + 20 * math.log(20 / 60) + 900 * 0 + 980 * 0)
    assert row["log_likelihood"] == pytest.approx(expected)
    assert row["log_ratio"] == pytest.approx(math.log2(5))
    assert row["p"] < 1e-12
    # The usual 95 % interval of a ratio of two proportions, in binary logarithms.
    half = 1.959964 * math.sqrt(1 / 100 - 1 / 1000 + 1 / 20 - 1 / 1000) / math.log(2)
    assert row["log_ratio_low"] == pytest.approx(math.log2(5) - half)
    assert row["log_ratio_high"] == pytest.approx(math.log2(5) + half)


def test_keyness_takes_every_shape_and_is_the_same() -> None:
    words = ["职代会", "职代会", "帮扶"]
    reference = {"帮扶": 3, "教育": 1}
    expected = keyness_frame({"职代会": 2, "帮扶": 1}, reference)

    class Shelf:
        def terms_frame(self) -> pd.DataFrame:
            return pd.DataFrame({"doc_id": ["a", "b", "b"], "term": ["职代会", "职代会", "帮扶"], "count": [1, 1, 1]})

    for shape in (words, iter(words), pd.Series({"职代会": 2, "帮扶": 1}), Shelf(), Shelf().terms_frame()):
        pd.testing.assert_frame_equal(keyness_frame(shape, reference), expected)
    assert {name: str(dtype) for name, dtype in expected.dtypes.items()} == KEYNESS


def test_a_word_that_one_side_lacks_has_a_finite_ratio() -> None:
    table = keyness_frame({"甲": 8, "乙": 2}, {"乙": 10}).set_index("term")
    assert table.loc["甲", "log_ratio"] == pytest.approx(math.log2(8 / 0.5))
    assert table["log_ratio_high"].map(math.isfinite).all()


@pytest.mark.parametrize("bad", [{}, [], "职代会", 3, {"职代会": -1}, {"职代会": 1.5}, pd.DataFrame({"term": ["甲"]})])
def test_keyness_refuses_what_holds_no_counts(bad: Any) -> None:
    with pytest.raises(FrameError):
        keyness_frame(bad, {"职代会": 1})


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 50), min_size=1, max_size=12),
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 50), min_size=1, max_size=12),
)
def test_keyness_turned_round_is_its_own_mirror(target: dict[str, int], reference: dict[str, int]) -> None:
    one_way = keyness_frame(target, reference).set_index("term")["log_ratio"]
    other_way = keyness_frame(reference, target).set_index("term")["log_ratio"]
    assert one_way.sort_index().tolist() == pytest.approx((-other_way).sort_index().tolist())


def test_a_table_of_several_organisations_says_whose_each_row_is():
    columns = [
        "doc_id",
        "report_year",
        "indicator_code",
        "indicator",
        "subject",
        "subject_source",
        "unit",
        "value",
        "period",
    ]
    rows = [
        ("a5", 2005, "member_total", "会员", "全市", "sentence", "人", 10, "2005"),
        ("a6", 2006, "member_total", "会员", "全市", "sentence", "人", 12, "2006"),
        ("copy", 2006, "member_total", "会员", "全市", "sentence", "人", 13, "2006"),
        ("b5", 2005, "member_total", "会员", "全市", "sentence", "人", 20, "2005"),
        ("b6", 2006, "member_total", "会员", "我市", "sentence", "人", 25, "2006"),
        ("b5", 2005, "member_total", "会员", "东山区", "row", "人", 2, "2005"),
        ("b6", 2006, "member_total", "会员", "东山区", "row", "人", 3, "2006"),
        ("c", 2006, "member_total", "会员", "全市", "sentence", "人", 7, "2005"),
        ("c", 2006, "member_total", "会员", "全市", "sentence", "人", 8, "2006"),
    ]  # fmt: skip
    owners = [("a5", "平湾市总工会"), ("a6", "平湾市总工会"), ("copy", "平湾市总工会"), ("b5", "青石市总工会"), ("b6", "青石市总工会"), ("c", None)]  # fmt: skip
    documents = pd.DataFrame(owners, columns=["doc_id", "organisation"])
    documents["duplicate_of"] = ["a6" if doc_id == "copy" else None for doc_id in documents["doc_id"]]
    found = compare_years(pd.DataFrame(rows, columns=columns), documents=documents)
    renamed = documents.assign(organisation=documents["organisation"].replace("青石市总工会", "平湾市总工会"))
    renamed["duplicate_of"] = ["a6" if doc_id == "b6" else None for doc_id in documents["doc_id"]]
    assert 25 not in set(compare_years(pd.DataFrame(rows, columns=columns), documents=renamed)["value_to"].dropna())
    documents["duplicate_of"] = ["a6" if doc_id in ("copy", "b6") else None for doc_id in documents["doc_id"]]
    assert compare_years(pd.DataFrame(rows, columns=columns), documents=documents).equals(found)
    told = found.astype(object).where(found.notna(), None)
    assert sorted(zip(told["subject"], told["organisation"], told["change"], strict=True)) == [
        ("东山区", "青石市总工会", 1), ("全市（c）", None, 1), ("平湾市总工会", "平湾市总工会", 2), ("青石市总工会", "青石市总工会", 5),
    ]  # fmt: skip


def test_figures_that_differ_are_each_told_once():
    columns = ["doc_id", "indicator_code", "indicator", "subject", "unit", "value", "period"]
    rows = [(f"d{at}", "member_total", "会员", "全市", "人", 10, "2005") for at in range(9)]
    rows += [
        ("e", "member_total", "会员", "全市", "人", 11, "2005"),
        ("f", "member_total", "会员", "全市", "人", 12, "2006"),
    ]
    (note,) = compare_years(pd.DataFrame(rows, columns=columns))["note"]
    assert note == "not compared: several figures for 2005: 10人 (d0), 11人 (e)"


def test_one_series_has_one_subject_whatever_script_its_reports_are_in():
    columns = ["doc_id", "indicator_code", "indicator", "subject", "subject_source", "unit", "value", "period"]
    rows = [
        ("a", "member_total", "会员", "东山区", "row", "人", 2, "2005"),
        ("b", "member_total", "會員", "東山區", "row", "人", 3, "2006"),
        ("c", "member_total", "会员", "东山区", "row", "人", 5, "2007"),
    ]
    owners = [("a", "青石市总工会"), ("b", "青石市總工會"), ("c", "青石市总工会委员会")]
    documents = pd.DataFrame(owners, columns=["doc_id", "organisation"])
    found = compare_years(pd.DataFrame(rows, columns=columns), documents=documents)
    assert list(found["change"]) == [1, 2]
    assert set(zip(found["subject"], found["organisation"], strict=True)) == {("东山区", "青石市总工会")}
