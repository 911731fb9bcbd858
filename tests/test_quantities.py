"""Numbers with their units and cues."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.lexicon import table
from union_corpus.quantities import Quantity, find_quantities

HERE = Path(__file__).resolve().parent
CASES = json.loads((HERE / "cases" / "numbers.json").read_text(encoding="utf-8"))["quantities"]
SHARED = HERE.parents[1] / "shared"
FIELDS = ("text", "value", "unit", "low", "high", "approx", "bound", "obs_status")


def plain(value: object) -> object:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def told(text: str) -> list[dict[str, object]]:
    return [{name: plain(getattr(found, name)) for name in FIELDS} for found in find_quantities(text)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:14])
def test_labelled_sentences(case: dict[str, Any]) -> None:
    assert told(case["text"]) == case["quantities"]


@pytest.mark.parametrize(
    ("text", "cue", "bound", "approx"),
    [
        ("超过3万人", "超过", "gt", False),
        ("超過了3萬人", "超過了", "gt", False),
        ("近3万人", "近", None, True),
        ("约有3万人", "约有", None, True),
        ("至少组织3次", "至少", "ge", False),
        ("不得低于95%", "不得低于", "ge", False),
        ("不足百人", "不足", "lt", False),
        ("3万人左右", "左右", None, True),
        ("50人及以上", "及以上", "ge", False),
        ("控制在5%以内", "以内", "le", False),
        ("300余人", "余", None, True),
        ("通过3项决议", None, None, False),
        ("机破3件", None, None, False),
        ("最低工资标准增长11.8%", None, None, False),
    ],
)
def test_cues(text: str, cue: str | None, bound: str | None, approx: bool) -> None:
    (found,) = find_quantities(text)
    assert (found.cue, found.bound, found.approx) == (cue, bound, approx)


@pytest.mark.parametrize(
    ("text", "unit", "printed", "kind"),
    [
        ("5万元", "元", "元", "money"),
        ("五萬圓", "元", "圓", "money"),
        ("3.2%", "%", "%", "share"),
        ("三成", "%", "成", "share"),
        ("2个百分点", "个百分点", "个百分点", "points"),
        ("2 个 百 分 点", "个百分点", "个 百 分 点", "points"),
        ("1.2个、2个百分点", "个百分点", "个", "points"),
        ("300人(次)", "人次", "人(次)", "count"),
        ("12戶", "户", "戶", "count"),
        ("40亩", "亩", "亩", "area"),
        ("3平方公里", "平方公里", "平方公里", "area"),
        ("第3位", "位", "位", "rank"),
        ("15天", "天", "天", "duration"),
        ("2.5倍", "倍", "倍", "ratio"),
    ],
)
def test_units(text: str, unit: str, printed: str, kind: str) -> None:
    found, *_ = find_quantities(text)
    assert (found.unit, found.unit_printed, found.kind) == (unit, printed, kind)


def test_a_line_end_inside_prose_belongs_to_the_figure() -> None:
    text = "全年共向特困职工发放慰问金 36.5 万\n元，走访慰问住院职工家属共计 450\n余人，其中"
    assert [(found.value, found.unit) for found in find_quantities(text)] == [(365000, "元"), (450, "人")]


def test_a_page_number_takes_no_unit_from_the_next_line() -> None:
    assert find_quantities("工作总结\n12\n人员情况") == []
    assert find_quantities("12\n个别职工") == []


def test_a_bare_ten_thousand_is_a_blank_only_where_others_are() -> None:
    assert [(q.value, q.obs_status) for q in find_quantities("创造经济价值万余元，效益明显。")] == [(10000, "A")]
    text = "发放慰问金元，提出合理化建议条，创造经济价值万余元，效益明显。"
    assert [(q.text, q.value, q.obs_status) for q in find_quantities(text)] == [
        ("元", None, "O"),
        ("条", None, "O"),
        ("万余元", None, "O"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "这个，那个，一个个，几个，整个。",
        "负责人，法定代表人，劳动者本人，工人。",
        "劳动争议案件，信访条件，身份，股份，款项，事项，各项，专项。",
        "再次，多次，层次，人次，近期，工期，现场，市场，报名，姓名，职工家庭户。",
        "单位：万元（%）",
        "增长%\n占比%\n",
        "员工个人，先进个人，自然人，公元，单元，多元，美元。",
        "* 人员安排\n** 项目\n_ 个人_",
        "3×4×5米的展板",
        "COVID-19防控",
    ],
)
def test_no_blanks_and_masks_in_sound_text(text: str) -> None:
    assert [found for found in find_quantities(text) if found.obs_status != "A"] == []


def test_ranges_join_and_changes_do_not() -> None:
    assert [(q.low, q.high) for q in find_quantities("补助500元至1000元")] == [(500, 1000)]
    assert [q.value for q in find_quantities("从10%到20%")] == [10, 20]
    assert [q.value for q in find_quantities("由80%提高到90%")] == [80, 90]


@pytest.mark.skipif(not SHARED.exists(), reason="the labelled examples in ../shared are not here")
def test_the_labelled_examples() -> None:
    right = wanted = given_ = 0
    with (SHARED / "dev" / "indicators_dev11.jsonl").open(encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            gold = {
                (m["start"], m["end"], m["value"], m["unit"], m["low"], m["high"], m["approx"], m["bound"])
                for m in case["mentions"]
            }
            ours = {
                (q.start, q.end, q.value, q.unit, q.low, q.high, q.approx, q.bound)
                for q in find_quantities(case["text"])
                if q.kind != "duration"
            }
            right += len(gold & ours)
            wanted += len(gold)
            given_ += len(ours)
    assert 2 * right / (wanted + given_) >= 0.995


@pytest.mark.skipif(not SHARED.exists(), reason="the reports in ../shared are not here")
def test_the_facts_of_the_reports_are_found() -> None:
    """Facts of tables are left to the indicators: their unit stands in the head of the row."""
    reports = SHARED / "dev" / "reports"
    base = {row[form]: row["unit"] for row in table("units") for form in ("printed", "traditional")}
    found = total = 0
    with (reports / "facts.tsv").open(encoding="utf-8") as lines:
        for fact in csv.DictReader(lines, delimiter="\t"):
            text = (reports / f"{fact['slug']}.txt").read_text(encoding="utf-8")
            if " | " in text:
                continue
            unit, value = fact["unit"], Decimal(fact["value"])
            while unit[:1] in "万萬亿":
                value, unit = value * (10**8 if unit[0] == "亿" else 10**4), unit[1:]
            total += 1
            found += any(
                q.unit == base.get(unit, unit) and value in (q.value, q.low, q.high) for q in find_quantities(text)
            )
    assert found / total >= 0.99


@pytest.mark.skipif(not SHARED.exists(), reason="the official texts in ../shared are not here")
def test_no_blanks_in_official_texts() -> None:
    texts = sorted((SHARED / "real" / "official").glob("*.txt"))
    blanks = [
        (path.name, found.text)
        for path in texts[::6]
        for found in find_quantities(path.read_text(encoding="utf-8"))
        if found.obs_status == "O"
    ]
    assert blanks == []


PIECES = st.text(
    alphabet="一两十百千万亿3５0.,，。、；余多近约超过至少不上数几以下人个个元万户条项件%％点成第位名年月xX×*“”《》\n 会职工",
    max_size=40,
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(PIECES, st.text(max_size=30)))
def test_any_text_gives_quantities_in_order_and_in_place(text: str) -> None:
    end = 0
    for found in find_quantities(text):
        assert isinstance(found, Quantity)
        assert end <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.text
        assert found.start <= found.number_start <= found.number_end <= found.end
        if found.obs_status != "A":
            assert found.value is None
        end = found.end


@pytest.mark.parametrize("text", ["", "一", "\ud800", "\ud800三人\x00", "第", "％", "x人", "3", "\r\n3\r\n人"])
def test_edges(text: str) -> None:
    assert all(found.text == text[found.start : found.end] for found in find_quantities(text))


def test_every_unit_of_the_list_is_read() -> None:
    for row in table("units"):
        if row["only_before"] and "(end)" not in row["only_before"]:
            continue
        for printed in {row["printed"], row["traditional"] or row["printed"]}:
            found = find_quantities(f"共25{printed}。")
            assert [(q.unit, q.value) for q in found] == [(row["unit"], 25)], printed
