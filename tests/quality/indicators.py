"""
How well indicators are found: names, codes, periods, statuses, subjects, on the development material and on our own cases.

Run as ``python tests/quality/indicators.py`` (``--misses`` prints what is wrong). The labelled passages and reports lie in
``../shared/dev``; without them only our own cases are measured.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
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
        "obs_status": row.obs_status,
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
                json.dumps(
                    {"id": p["id"], "mentions": [as_mention(r) for r in find_indicators(p["text"])]}, ensure_ascii=False
                )
                for p in passages
            ),
            encoding="utf-8",
        )
        command = [sys.executable, str(DEV / "score_indicators.py"), str(gold), str(made)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


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
        best = sorted(
            same_unit, key=lambda r: (r.indicator_code != fact["indicator"], r.period != fact["period"], r.start)
        )
        chosen = best[0] if best else None
        if chosen is not None:
            left.remove(chosen)
        out.append((fact, chosen))
    return out


def status_of_fact(fact: dict[str, Any]) -> str:
    """The status a fact's qualifier tells."""
    qualifier = fact["qualifier"] or ""
    return "target" if qualifier.startswith("target") else "plan" if qualifier.startswith("plan") else "result"


def score_reports(*, misses: bool = False) -> dict[str, float]:
    """Shares of the facts of the development reports that are found, coded, dated and told right."""
    count = _reports(misses=misses)
    return {
        "found": count["found"] / count["facts"],
        "code": count["code"] / count["coded facts"],
        "period": count["period"] / count["found"],
        "status": count["status"] / count["found"],
    }


# Two facts of the development reports have no code of the vocabulary.
_NOT_IN_VOCABULARY = ("inpatients", "check_rate")


def _reports(*, misses: bool) -> dict[str, int]:
    count: dict[str, int] = defaultdict(int)
    for told, doc in reports():
        rows = find_indicators(doc)
        for fact, row in match_facts(told, rows):
            count["facts"] += 1
            if row is None:
                if misses:
                    print(f"  not found {doc.doc_id}: {fact}")
                continue
            count["found"] += 1
            known = fact["indicator"] not in _NOT_IN_VOCABULARY
            count["coded facts"] += known
            code = row.indicator_code == fact["indicator"]
            period = row.period == fact["period"]
            wanted, got = status_of_fact(fact), row.status
            status = wanted == got or {wanted, got} == {"target", "plan"}
            count["code"] += code and known
            count["period"] += period
            count["status"] += status
            wrong = [n for n, ok in (("CODE", code or not known), ("PERIOD", period), ("STATUS", status)) if not ok]
            if misses and wrong:
                print(
                    f"  {'+'.join(wrong)} {doc.doc_id}: {row.text} {row.indicator!r} {row.indicator_code} "
                    f"(gold {fact['indicator']}) period {row.period} [{row.period_source} {row.period_text}] "
                    f"(gold {fact['period']}) {row.status} (gold {wanted}) {row.rule}"
                )
    return count


ORIGINALS = ROOT / "data" / "_originals"


def _tsv(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def _period_of(fact: dict[str, str]) -> str:
    """A period of the sample's facts as ours are written: 2011-01/2011-10 is 2011M1-10."""
    months = re.fullmatch(r"(\d{4})-(\d\d)/\1-(\d\d)", fact["period"])
    return f"{months[1]}M{int(months[2])}-{int(months[3])}" if months else fact["period"].replace("/", "-")


def sample_facts() -> Iterator[tuple[dict[str, str], Indicator | None]]:
    """Each fact of the sample's undamaged reports with the row found at its place."""
    facts = _tsv(ORIGINALS / "facts.tsv")
    for report in _tsv(ORIGINALS / "reports.tsv"):
        text = (ORIGINALS / report["file"]).read_text(encoding="utf-8")
        known = Metadata(title=text.split("\n", 1)[0], report_year=int(report["report_year"]))
        rows = find_indicators(Document(doc_id=report["file"], original=text, text=text, metadata=known))
        for fact in facts:
            if fact["file"] == report["file"]:
                start, end = int(fact["start"]), int(fact["end"])
                value = Decimal(fact["value"]) if fact["value"] else None
                met = [row for row in rows if row.start < end and start < row.end and value in (None, row.value)]
                yield fact, met[0] if met else None


def score_sample(*, misses: bool = False) -> dict[str, float]:
    """Shares of the facts of the sample's undamaged reports found, coded, left without code, dated and told right."""
    count: dict[str, int] = defaultdict(int)
    for fact, row in sample_facts():
        count["facts"] += 1
        if row is None:
            continue
        count["found"] += 1
        wanted = fact["indicator_code"]
        count["coded" if wanted else "uncoded"] += 1
        right = {
            "code": not wanted or row.indicator_code == wanted,
            "no code": bool(wanted) or row.indicator_code is None,
            "period": row.period == _period_of(fact),
            "status": row.status == fact["status"] or {row.status, fact["status"]} == {"target", "plan"},
        }
        for key, ok in right.items():
            count[key] += ok
        wrong = [key for key, ok in right.items() if not ok]
        if misses and wrong:
            print(
                f"  {'+'.join(wrong)} {fact['file']}: {row.text} {row.indicator!r} {row.indicator_code} (gold "
                f"{wanted or None}) {row.period} (gold {_period_of(fact)}) {row.status} (gold {fact['status']})"
            )
    found, coded, uncoded = count["found"], count["coded"], count["uncoded"]
    return {
        "found": found / count["facts"],
        "code": (count["code"] - uncoded) / coded,
        "no code": (count["no code"] - coded) / uncoded,
        "period": count["period"] / found,
        "status": count["status"] / found,
    }


def judged() -> Iterator[tuple[float, bool]]:
    """The confidence of every row that some gold judges, and whether value, unit and code (or else name) are right."""
    for told, doc in reports() if DEV.is_dir() else ():
        for fact, row in match_facts(told, find_indicators(doc)):
            if row is not None and fact["indicator"] not in _NOT_IN_VOCABULARY:
                yield row.confidence, row.indicator_code == fact["indicator"]
    for fact, row in sample_facts():
        if row is not None:
            yield row.confidence, (row.indicator_code or "") == fact["indicator_code"]
    import held_back

    for passage in held_back.passages("a"):
        rows = find_indicators(held_back.as_document(passage))
        gold = [want | {"end": want["start"] + len(want["text"])} for want in passage["indicators"]]
        found = [as_mention(row) | {"confidence": row.confidence, "code": row.indicator_code} for row in rows]
        for want, mention in held_back.align(gold, found):
            if mention is not None:
                whole = {"measure": None, "stat": None, "period": None} | mention
                asked = {name: ok for name, ok, _, _ in held_back.checks(want, whole)}
                yield mention["confidence"], asked["span+unit+value"] and asked.get("code", asked["name's words"])


def reliability() -> None:
    """How often a row of each confidence is right, in five steps: on all facts and the held-back set a together."""
    print("confidence     rows  mean  right")
    told = list(judged())
    steps = (0.0, 0.7, 0.85, 0.92, 0.965, 1.01)
    for low, high in pairwise(steps):
        held = [(level, ok) for level, ok in told if low <= level < high]
        if held:
            mean, right = (sum(each) / len(held) for each in zip(*held, strict=True))
            print(f"  {low:.2f}-{min(high, 1):.2f}  {len(held):6d}  {mean:.2f}  {right:.3f}")


def score_cases(*, misses: bool = False) -> dict[str, float]:
    """Shares right on our own sentences: rows found, key words in the name, code, period, status, subject."""
    count: dict[str, int] = defaultdict(int)
    for case in json.loads(CASES.read_text(encoding="utf-8")):
        known = Metadata(title=case["title"], report_year=case["report_year"])
        left = find_indicators(Document(doc_id="case", original=case["text"], text=case["text"], metadata=known))
        for want in case["rows"]:
            count["rows"] += 1
            same = [row for row in left if row.text.strip("近") == want["text"].strip("近")]
            if not same:
                if misses:
                    print(f"  not found: {want['text']} in {case['text']}")
                continue
            row = max(same, key=lambda row: sum(key in (row.indicator or "") for key in want["keys"]))
            left.remove(row)
            count["found"] += 1
            named = all(key in (row.indicator or "") for key in want["keys"])
            checks: dict[str, tuple[Any, Any]] = {"name": (named, True)}
            for field, value in (
                ("code", row.indicator_code or ""),
                ("period", row.period),
                ("status", row.status),
                ("subject", row.subject),
            ):
                if want[field] is not None:
                    checks[field] = (value, want[field])
            for field, (value, wanted) in checks.items():
                count[f"{field} of"] += 1
                count[field] += value == wanted
                if misses and value != wanted:
                    print(f"  {field}: {row.text} {row.indicator!r} is {value!r}, not {wanted!r}, in {case['text']}")
    shares = {field: count[field] / count[f"{field} of"] for field in ("name", "code", "period", "status", "subject")}
    return {"found": count["found"] / count["rows"], **shares}


def score_codes(*, misses: bool = False) -> float:
    """The share of figures that get their code, in sentences that go through the vocabulary."""
    right = total = 0
    for case in json.loads(CASES.with_name("indicator_codes.json").read_text(encoding="utf-8")):
        got = [row.indicator_code for row in find_indicators(case["text"])]
        total += len(case["codes"])
        right += sum(a == b for a, b in zip(got, case["codes"], strict=False))
        if misses and got != case["codes"]:
            print(f"  {case['text']} {got} not {case['codes']}")
    return right / total


def passages() -> list[dict[str, Any]]:
    """The labelled passages of the development material."""
    with (DEV / "indicators_dev11.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main(*, misses: bool = False) -> None:
    """Print every figure."""
    own = score_cases(misses=misses)
    print("our own sentences       " + "  ".join(f"{name} {share:.3f}" for name, share in own.items()))
    print(f"codes of the vocabulary {score_codes(misses=misses):.3f}")
    none = json.loads(CASES.with_name("indicators_none.json").read_text(encoding="utf-8"))
    print(f"false alarms            {sum(bool(find_indicators(text)) for text in none)} of {len(none)} sentences")
    shares = score_sample(misses=misses)
    print("facts of the sample     " + "  ".join(f"{name} {share:.3f}" for name, share in shares.items()))
    if DEV.is_dir():
        shares = score_reports(misses=misses)
        print("facts of the reports    " + "  ".join(f"{name} {share:.3f}" for name, share in shares.items()))
        print("\nlabelled passages (score_indicators.py)")
        print(score_passages(passages()))
        if misses:
            for passage in passages():
                for row in find_indicators(passage["text"]):
                    gold = [
                        m["indicator"] for m in passage["mentions"] if m["start"] < row.end and row.start < m["end"]
                    ]
                    print(f"  {passage['id']} {row.text!r}: {row.indicator!r} gold {gold} {row.subject} {row.status}")
    else:
        print("no ../shared/dev: the development material was not measured")
    reliability()


if __name__ == "__main__":
    main(misses="--misses" in sys.argv)
