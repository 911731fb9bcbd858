"""
How well figures and themes are found in the held-back passages, through the public doors.

Run as ``python tests/quality/held_back.py``; ``--set a`` or ``--set b`` measures one set, ``--errors`` prints what is
wrong in it with its context. ``--set c`` measures names alone, in short passages: half of them (c1) may be looked at, the
other half (c2) may not. ``--set d`` measures figures, and ``--set t`` themes alone, in stretches of the real texts of
../shared that are labelled by place: d1 and t1 may be looked at (``--errors`` prints the errors of d1), d2 and t2 may
not. What nobody has looked at (c2, d2, t2) tells how well the library reads new text, as long as nobody has.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from indicators import as_mention

import union_corpus as uc
from union_corpus.documents import Metadata

FOLDER = Path(__file__).resolve().parent / "held_back"
SHARED = Path(__file__).resolve().parents[3] / "shared"
Label = dict[str, Any]


# Labels that readers of the same sentence give in turn.
ALIKE = {"target": ["plan"], "plan": ["target"], "average": ["per_capita"], "per_capita": ["average"]}

# The passages were labelled when helping workers and the centres that help them were one theme.
ONE_THEME_ONCE = {"困难职工帮扶": "困难职工帮扶中心"}


def themes_of(found: Iterable[uc.Theme]) -> set[str]:
    """The names of themes, as the labels have them."""
    return {ONE_THEME_ONCE.get(one.theme, one.theme) for one in found}


def passages(name: str) -> list[Label]:
    """The labelled passages of one set."""
    with (FOLDER / f"indicators_{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def as_document(passage: Label) -> uc.Document:
    """A passage as a report whose title and year are known."""
    known = Metadata(title=passage["title"], report_year=passage["year"])
    return uc.Document(doc_id=passage["id"], original=passage["text"], text=passage["text"], metadata=known)


def found_rows(doc: uc.Document) -> list[Label]:
    """The rows of a document: the fields of ``score_indicators.py``, and those that it does not score."""
    return [
        as_mention(row) | {"code": row.indicator_code, "period": row.period, "measure": row.measure, "stat": row.stat}
        for row in uc.find_indicators(doc)
    ]


def pairs_of(name: str) -> Counter[str]:
    """Neighbouring characters of a name, counted, in simplified characters and without blanks and quotation marks."""
    plain = re.sub(r'[\s“”"‘’「」《》]', "", uc.simplify(name))
    return Counter(plain[i : i + 2] for i in range(len(plain) - 1)) or Counter([plain])


def likeness(found: str, want: Label) -> tuple[float, float]:
    """Dice of a found name and the labelled one, and the share of the labelled name that it holds; the best reading."""
    out = []
    given = pairs_of(found)
    for name in (want["name"], *want.get("name_also", ())):
        wanted = pairs_of(name)
        shared = (given & wanted).total()
        out.append((2 * shared / (given.total() + wanted.total()), shared / wanted.total()))
    return max(out)


def align(gold: list[Label], rows: list[Label]) -> list[tuple[Label, Label | None]]:
    """Each labelled row with the found row at its place: the same span first, then the most alike name."""
    pairs = sorted(
        (
            (
                (row["start"], row["end"]) != (want["start"], want["end"]),
                -likeness(row["indicator"], want)[0],
                i,
                j,
            )
            for i, want in enumerate(gold)
            for j, row in enumerate(rows)
            if row["start"] < want["end"] and want["start"] < row["end"]
        ),
    )
    chosen: dict[int, int] = {}
    for _, _, i, j in pairs:
        if i not in chosen and j not in chosen.values():
            chosen[i] = j
    return [(want, rows[chosen[i]] if i in chosen else None) for i, want in enumerate(gold)]


def same(a: float | None, b: float | None) -> bool:
    """Whether two values are equal, both absent included."""
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-6 * max(1, abs(b))


def checks(want: Label, row: Label) -> Iterator[tuple[str, bool, Any, Any]]:
    """What is asked of a found row: measure, whether it is right, what was found, what was wanted."""
    span = (row["start"], row["end"]) == (want["start"], want["end"])
    full = span and row["unit"] == want["unit"] and same(row["value"], want["value"])
    got = (row["value"], row["unit"], row["start"], row["end"])
    yield "span+unit+value", full, got, (want["value"], want["unit"], want["text"])
    kinds = {
        "approximate": (want["approx"], row["approx"]),
        "bound": (want["bound"] is not None, row["bound"] == want["bound"]),
        "range": (
            want["value"] is None and want["low"] is not None,
            same(row["low"], want["low"]) and same(row["high"], want["high"]),
        ),
        "blanked": ("obs_status" in want, row["obs_status"] == want.get("obs_status")),
    }
    for kind, (asked, right) in kinds.items():
        if asked:
            yield kind, right, (row["low"], row["high"], row["bound"], row["obs_status"]), want["text"]
    alike, held = likeness(row["indicator"], want)
    yield "name", alike >= 0.6, row["indicator"], want["name"]
    yield "name's words", alike >= 0.6 or held >= 0.8, row["indicator"], want["name"]
    if want.get("code"):
        yield "code", row["code"] == want["code"], row["code"], want["code"]
    for field in ("period", "status", "subject", "measure", "stat"):
        if field in want:
            right = row[field] in (want[field], *want.get(f"{field}_also", ()), *ALIKE.get(want[field], ()))
            yield field, right, row[field], want[field]
            if field == "subject" and want[field]:
                yield "subject, printed", right, row[field], want[field]


def spans_of(text: str, strings: list[str]) -> list[tuple[int, int]]:
    """Every place at which one of some strings stands."""
    return [(m.start(), m.end()) for s in strings for m in re.finditer(re.escape(s), text)]


NOTHING: Label = dict.fromkeys(
    ("value", "low", "high", "unit", "approx", "bound", "code", "period", "status", "subject", "measure", "stat"), None
) | {"start": -1, "end": -1, "indicator": "", "obs_status": ""}


def score(passage: Label, count: Counter[str], errors: list[str]) -> None:
    """Add one passage to the counts: ``x`` right, ``x of`` asked, ``x met`` asked of a row that was found."""
    text, doc = passage["text"], as_document(passage)
    gold = [want | {"end": want["start"] + len(want["text"])} for want in passage["indicators"]]
    rows = found_rows(doc)
    pairs = align(gold, rows)
    for want, row in pairs:
        where = f"{passage['id']} …{text[max(0, want['start'] - 25) : want['start']]}[{want['text']}]"
        if row is None:
            errors.append(f"not found    {where}")
        for name, right, got, wanted in checks(want, row or NOTHING):
            count[f"{name} of"] += 1
            if row is not None:
                count[f"{name} met"] += 1
                count[name] += right
                if not right:
                    errors.append(f"{name:12} {where}: {got!r}, not {wanted!r}")
    used = [id(row) for _, row in pairs]
    optional = [(o["start"], o["start"] + len(o["text"])) for o in passage["optional"]]
    forbidden = spans_of(text, passage["not_indicators"])
    for row in rows:
        if id(row) in used or any(row["start"] < end and start < row["end"] for start, end in optional):
            continue
        alarm = any(row["start"] < end and start < row["end"] for start, end in forbidden)
        count["extra rows"] += 1
        count["false alarms"] += alarm
        context = text[max(0, row["start"] - 25) : row["end"] + 10]
        errors.append(
            f"{'false alarm' if alarm else 'extra row':12} {passage['id']} {text[row['start'] : row['end']]} in {context}"
        )
    count["not indicators"] += len(passage["not_indicators"])
    if "themes" in passage:
        count_themes(passage, doc, count, errors)


def count_themes(passage: Label, doc: uc.Document, count: Counter[str], errors: list[str]) -> None:
    """Add the themes of one passage to the counts."""
    wanted_themes = set(passage["themes"])
    themes = themes_of(uc.find_themes(doc)) - set(passage["themes_optional"])
    count["themes right"] += len(themes & wanted_themes)
    count["themes wanted"] += len(wanted_themes)
    count["themes found"] += len(themes)
    errors.extend(f"theme missed {passage['id']} {theme}" for theme in sorted(wanted_themes - themes))
    errors.extend(f"theme extra  {passage['id']} {theme}" for theme in sorted(themes - wanted_themes))


def score_names() -> None:
    """Print how many names agree in the halves of set c, and the errors of the first half."""
    count: Counter[str] = Counter()
    with (FOLDER / "names_c.jsonl").open(encoding="utf-8") as lines:
        labelled = [json.loads(line) for line in lines]
    for passage in labelled:
        half, text = passage["id"][:2], passage["text"]
        gold = [want | {"end": want["start"] + len(want["text"])} for want in passage["indicators"]]
        for want, row in align(gold, found_rows(as_document(passage))):
            alike, held = likeness(row["indicator"], want) if row else (0.0, 0.0)
            count[half] += 1
            count[f"{half} name"] += alike >= 0.6
            count[f"{half} words"] += alike >= 0.6 or held >= 0.8
            if alike < 0.6 and half == "c1":
                print(f"{passage['id']} {text[: want['end']]}: {row and row['indicator']}, not {want['name']}")
    for half in ("c1", "c2"):
        shares = (f"{key} {count[f'{half} {key}'] / count[half]:.3f}" for key in ("name", "words"))
        print(f"set {half}: {count[half]} labelled figures, {', '.join(shares)}")


def shared_passage(place: Label) -> str:
    """The stretch of a file of ../shared that a label is about; its characters are counted with every \\r."""
    data = (SHARED / place["file"]).read_bytes()
    text = data.decode("gb18030" if place["file"].startswith("real/gbk/") else "utf-8")[place["start"] : place["end"]]
    if hashlib.sha256(text.encode()).hexdigest()[:8] != place["sha"]:
        raise ValueError(f"{place['id']}: {place['file']} is not the file that was labelled")
    return text


def score_real(*, with_errors: bool) -> None:
    """Print the figures of both halves of set d, and the errors of the first."""
    if not SHARED.exists():
        print("../shared is not here: no figures for set d")
        return
    with (FOLDER / "real_d.jsonl").open(encoding="utf-8") as lines:
        labelled = [json.loads(line) for line in lines]
    try:
        labelled = [passage | {"text": shared_passage(passage)} for passage in labelled]
    except (OSError, ValueError) as problem:
        print(f"no figures for set d: {problem}")
        return
    for half in ("d1", "d2"):
        count: Counter[str] = Counter()
        errors: list[str] = []
        for passage in labelled:
            if passage["id"].startswith(half):
                score(passage, count, errors)
        report(half, count)
        if with_errors and half == "d1":
            print_errors(errors)


def score_themes() -> None:
    """Print how well the themes of real passages are found, set t, and the errors of its first half."""
    if not SHARED.exists():
        print("../shared is not here: no figures for set t")
        return
    count: Counter[str] = Counter()
    with (FOLDER / "real_t.jsonl").open(encoding="utf-8") as lines:
        labelled = [json.loads(line) for line in lines]
    for passage in labelled:
        half = "t1" if int(passage["id"][1:]) % 2 else "t2"
        wanted = set(passage["themes"])
        found = themes_of(uc.find_themes(uc.repair(shared_passage(passage))))
        themes = found - set(passage["themes_optional"])
        count[half] += 1
        count[f"{half} right"] += len(themes & wanted)
        count[f"{half} of"] += len(wanted) + len(themes)
        count[f"{half} wanted"] += len(wanted)
        count[f"{half} traps"] += len(themes.intersection(passage["not_themes"]))
        if half == "t1" and themes != wanted:
            missed, extra = ("、".join(sorted(names)) or "-" for names in (wanted - themes, themes - wanted))
            print(f"{passage['id']} missed {missed}; extra {extra}")
    for half in ("t1", "t2"):
        n, right, wanted_n, both = (count[f"{half}{key}"] for key in ("", " right", " wanted", " of"))
        shares = f"P {right / (both - wanted_n):.3f}  R {right / wanted_n:.3f}  F1 {2 * right / both:.3f}"
        print(f"set {half}: {n} passages, {wanted_n} themes  {shares}  traps taken {count[f'{half} traps']}")


MEASURES = (
    "approximate",
    "bound",
    "range",
    "blanked",
    "name",
    "name's words",
    "code",
    "period",
    "status",
    "subject",
    "subject, printed",
    "measure",
    "stat",
)


def report(name: str, count: Counter[str]) -> None:
    """Print the figures of one set."""
    full, wanted = count["span+unit+value"], count["span+unit+value of"]
    given = count["span+unit+value met"] + count["extra rows"]
    print(f"set {name}: {wanted} labelled figures, {given} found")
    print(f"  span+unit+value   P {full / given:.3f}  R {full / wanted:.3f}  F1 {2 * full / (wanted + given):.3f}")
    for key in MEASURES:
        if total := count[f"{key} of"]:
            met = max(count[f"{key} met"], 1)
            print(
                f"  {key:16} {count[key]:4} of {total:<4} {count[key] / total:.3f}  of those found {count[key] / met:.3f}"
            )
    print(f"  false alarms     {count['false alarms']:4} on {count['not indicators']} dates, numbers of laws, ages …")
    print(f"  other extra rows {count['extra rows'] - count['false alarms']:4}")
    if count["themes wanted"]:
        right = count["themes right"]
        print(f"  themes            P {right / count['themes found']:.3f}  R {right / count['themes wanted']:.3f}")


def print_errors(errors: list[str]) -> None:
    """Print errors in order, each on one line."""
    print("\n".join(sorted(error.replace("\n", "⏎") for error in errors)))


def main() -> None:
    """Print the figures of the sets asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=("a", "b", "c", "d", "t", "both"), default="both", dest="which")
    parser.add_argument(
        "--errors", action="store_true", help="print each error of sets a and b, or of d1, with its context"
    )
    asked = parser.parse_args()
    if asked.which == "c":
        score_names()
        return
    if asked.which == "t":
        score_themes()
        return
    if asked.which == "d":
        score_real(with_errors=asked.errors)
        return
    for name in "ab" if asked.which == "both" else asked.which:
        count: Counter[str] = Counter()
        errors: list[str] = []
        for passage in passages(name):
            score(passage, count, errors)
        report(name, count)
        if asked.errors:
            print_errors(errors)


if __name__ == "__main__":
    main()
