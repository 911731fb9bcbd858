"""The sample corpus: the script makes what is kept, and the gold figures stand where they are said to stand."""

from __future__ import annotations

import csv
import re
import runpy
from decimal import Decimal
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[1] / "data"
ORIGINALS = sorted((DATA / "_originals").glob("*.txt"))
SCRIPT = runpy.run_path(str(DATA / "scripts" / "damage.py"))


def rows(name: str) -> list[dict[str, str]]:
    lines = (DATA / "_originals" / name).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# source")
    return list(csv.DictReader(lines[1:], delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("plan", SCRIPT["PLANS"], ids=lambda plan: plan.file)
def test_script_makes_what_is_kept(plan):
    assert SCRIPT["make"](plan) == (DATA / "reports" / plan.file).read_bytes()


def test_every_original_is_in_exactly_one_report():
    used = [name for plan in SCRIPT["PLANS"] for name in plan.originals]
    assert sorted(used) == [path.stem for path in ORIGINALS]
    assert {path.name for path in (DATA / "reports").iterdir()} == {plan.file for plan in SCRIPT["PLANS"]}


@pytest.mark.parametrize("path", ORIGINALS, ids=lambda path: path.stem)
def test_originals_are_short_and_clean(path):
    text = path.read_bytes().decode("utf-8")
    assert 600 <= len(text) <= 1200
    assert not re.search(r"[\r\f\t\ufffd\ue000-\uf8ff]|  ", text)
    assert text.endswith("日\n") or "谢谢大家" in text


def test_six_years_of_four_organisations():
    reports = rows("reports.tsv")
    years: dict[str, list[str]] = {}
    for report in reports:
        text = (DATA / "_originals" / report["file"]).read_text(encoding="utf-8")
        assert text.startswith(report["title"] + "\n")
        years.setdefault(report["organisation"], []).append(report["report_year"])
    assert len(years) == 4
    assert all(found == sorted(set(found)) and len(found) == 6 for found in years.values())
    assert {path.name for path in ORIGINALS} == {report["file"] for report in reports}


def test_facts_stand_where_they_are_said_to_stand():
    texts = {path.name: path.read_text(encoding="utf-8") for path in ORIGINALS}
    facts = rows("facts.tsv")
    assert len(facts) >= 700
    for fact in facts:
        assert texts[fact["file"]][int(fact["start"]) : int(fact["end"])] == fact["text"]
        assert fact["status"] in {"result", "target", "plan", "norm"}
        assert fact["measure"] in {"level", "share", "change", "growth", "rank", "threshold"}
        assert re.fullmatch(r"20\d\d(-\d\d)?(/20\d\d-\d\d)?", fact["period"])
        assert fact["value"] or (fact["low"] and fact["high"])


def test_plain_values_are_the_printed_ones_in_base_units():
    units = {"": 1, "万": 10**4, "亿": 10**8}
    checked = 0
    for fact in rows("facts.tsv"):
        printed = re.fullmatch(r"约?([\d.]+)[多余]?(万|亿|)[多余]?[^\d万亿]*", fact["text"])
        if printed:
            assert Decimal(fact["value"]) == Decimal(printed[1]) * units[printed[2]], fact
            checked += 1
    assert checked > 700


def test_the_same_indicators_come_back_year_after_year():
    seen: dict[tuple[str, str], set[str]] = {}
    for fact in rows("facts.tsv"):
        seen.setdefault((fact["file"].split("_")[0], fact["indicator_code"]), set()).add(fact["period"][:4])
    lasting = [key for key, years in seen.items() if key[1] and len(years) >= 5]
    assert len(lasting) >= 30
