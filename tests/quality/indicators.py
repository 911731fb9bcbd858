"""
How well indicators are found: names, codes, periods, statuses, subjects, on the development material and on our own cases.

Run as ``python tests/quality/indicators.py`` (``--misses`` prints what is wrong). The labelled passages and reports lie in
``../shared/dev``; without them only our own cases are measured.
"""

from __future__ import annotations

import io
import json
import runpy
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from union_corpus.documents import Document, Metadata
from union_corpus.indicators import Indicator, find_indicators

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT.parent / "shared" / "dev"
CASES = ROOT / "tests" / "cases" / "indicators.json"
_BIG = {"亿": 10**8, "億": 10**8, "万": 10**4, "萬": 10**4}


def scored_kind(row: Indicator) -> str:
    """The kind of a figure as the labelled passages call it."""
    if row.measure == "rank":
        return "rank"
    if row.unit in ("元", "美元"):
        return "money"
    return "percent" if row.unit in ("%", "个百分点") else "count"


def as_mention(row: Indicator) -> dict[str, Any]:
    """A row in the format of ``score_indicators.py``."""
    number = float(row.value) if row.value is not None else None
    ranged = row.value is None and row.low is not None
    return {
        "start": row.start,
        "end": row.end,
        "value": number,
        "unit": row.unit,
        "low": float(row.low) if row.low is not None else None,
        "high": float(row.high) if row.high is not None else None,
        "approx": row.approx,
        "bound": row.bound,
        "indicator": row.indicator or "",
        "subject": row.subject if row.subject_source == "sentence" else None,
        "year": year_of(row),
        "status": row.status,
        "kind": scored_kind(row),
        "obs_status": row.obs_status if not ranged else row.obs_status,
    }


def year_of(row: Indicator) -> str | None:
    """The year a sentence names outright, also a masked one; a relative period has none."""
    if row.period_source != "sentence" or row.period is None or (row.period_text or "")[:1] in "今去明全年本上前":
        return None
    return row.period[:4] if row.period[:4].isdigit() else row.period


def score_passages(passages: Iterable[dict[str, Any]]) -> str:
    """What the scorer of the development material prints for some labelled passages."""
    passages = list(passages)
    with tempfile.TemporaryDirectory() as folder:
        gold, made = Path(folder) / "gold.jsonl", Path(folder) / "made.jsonl"
        gold.write_text("\n".join(json.dumps(p, ensure_ascii=False) for p in passages), encoding="utf-8")
        made.write_text(
            "\n".join(
                json.dumps({"id": p["id"], "mentions": [as_mention(r) for r in find_indicators(p["text"])]}, ensure_ascii=False)
                for p in passages
            ),
            encoding="utf-8",
        )
        argv, sys.argv = sys.argv, ["score", str(gold), str(made)]
        printed = io.StringIO()
        try:
            with redirect_stdout(printed):
                runpy.run_path(str(DEV / "score_indicators.py"), run_name="__main__")
        finally:
            sys.argv = argv
    return printed.getvalue()


def reports() -> list[tuple[dict[str, Any], Document]]:
    """The development reports with their facts, as documents that know their year and title."""
    out = []
    for path in sorted((DEV / "reports").glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        years = [int(y) for y in str(told["year"] or "").replace("-", ";").split(";") if len(y) == 4 and y.isdigit()]
        known = Metadata(title=told["title"], organisation=told["organisation"], report_year=max(years, default=None))
        out.append((told, Document(doc_id=path.stem, original=text, text=text, metadata=known)))
    return out


def base_value(value: float, unit: str) -> tuple[float, str]:
    """A fact of the development reports in base units: 22.36, 万元 → 223600, 元."""
    factor = 1
    while unit and unit[0] in _BIG:
        factor, unit = factor * _BIG[unit[0]], unit[1:]
    return value * factor, {"個": "个", "間": "间", "戶": "户", "名": "名"}.get(unit, unit)


def match_facts(told: dict[str, Any], rows: list[Indicator]) -> list[tuple[dict[str, Any], Indicator | None]]:
    """Each fact with the row of the same value (and unit, and best code): one row serves one fact."""
    left = list(rows)
    out: list[tuple[dict[str, Any], Indicator | None]] = []
    facts = sorted(told["facts"], key=lambda f: f["indicator"])
    for fact in facts:
        value, unit = base_value(fact["value"], fact["unit"])
        fit = [r for r in left if r.value is not None and abs(float(r.value) - value) < 1e-6 * max(1, value)]
        same_unit = [r for r in fit if r.unit == unit] or fit
        best = sorted(same_unit, key=lambda r: (r.indicator_code != fact["indicator"], r.period != fact["period"], r.start))
        chosen = best[0] if best else None
        if chosen is not None:
            left.remove(chosen)
        out.append((fact, chosen))
    return out


def status_of_fact(fact: dict[str, Any]) -> str:
    """The status a fact's qualifier tells."""
    qualifier = fact["qualifier"] or ""
    return "target" if qualifier.startswith("target") else "plan" if qualifier.startswith("plan") else "result"


def measure_reports(*, misses: bool) -> None:
    """Codes, periods and statuses of the development reports, and what our confidence is worth there."""
    count: dict[str, int] = defaultdict(int)
    bins: dict[float, list[bool]] = defaultdict(list)
    for told, doc in reports():
        rows = find_indicators(doc)
        for fact, row in match_facts(told, rows):
            count["facts"] += 1
            if row is None:
                if misses:
                    print(f"  not found {told.get('slug', doc.doc_id)}: {fact}")
                continue
            count["found"] += 1
            known = fact["indicator"] not in ("inpatients", "check_rate")
            count["coded facts"] += known
            code = row.indicator_code == fact["indicator"]
            period = row.period == fact["period"]
            wanted, got = status_of_fact(fact), row.status
            status = wanted == got or {wanted, got} == {"target", "plan"}
            count["code"] += code and known
            count["period"] += period
            count["status"] += status
            bins[row.confidence].append(code if known else row.indicator_code is None)
            if misses and not (code and period and status):
                wrong = [n for n, ok in (("CODE", code or not known), ("PERIOD", period), ("STATUS", status)) if not ok]
                if wrong:
                    print(
                        f"  {'+'.join(wrong)} {doc.doc_id}: {row.text} {row.indicator!r} {row.indicator_code} (gold {fact['indicator']}) "
                        f"period {row.period} [{row.period_source} {row.period_text}] (gold {fact['period']}) {row.status} (gold {wanted}) {row.rule}"
                    )
    facts, found = count["facts"], count["found"]
    print(f"facts of the development reports     {facts}, found by value {found / facts:.3f}")
    print(f"  code right                         {count['code'] / count['coded facts']:.3f}")
    print(f"  period right                       {count['period'] / found:.3f}")
    print(f"  status right                       {count['status'] / found:.3f}")
    print("  confidence  n  code right")
    for level in sorted(bins):
        print(f"    {level:.2f}   {len(bins[level]):4d}  {sum(bins[level]) / len(bins[level]):.3f}")


def main(*, misses: bool = False) -> None:
    """Print every figure."""
    if DEV.is_dir():
        passages = [json.loads(line) for line in (DEV / "indicators_dev11.jsonl").open(encoding="utf-8")]
        print("labelled passages (score_indicators.py)")
        print(score_passages(passages))
        if misses:
            for passage in passages:
                for row in find_indicators(passage["text"]):
                    gold = [m["indicator"] for m in passage["mentions"] if m["start"] < row.end and row.start < m["end"]]
                    print(f"  {passage['id']} {row.text!r}: {row.indicator!r} gold {gold} {row.subject} {row.period} {row.status} {row.rule}")
        measure_reports(misses=misses)


if __name__ == "__main__":
    main(misses="--misses" in sys.argv)
