"""Mojibake: cases as data, floors on reports of our own, lost bytes never become a number, and any input survives."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import union_corpus as uc
from union_corpus.documents import apply_edits
from union_corpus.repairs.mojibake import channels, find_lost_text, find_mojibake

ROOT = Path(__file__).resolve().parents[1]
CASES = json.loads((ROOT / "tests" / "cases" / "mojibake.json").read_text(encoding="utf-8"))
REPORTS = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "data" / "_originals").glob("*_20*.txt"))]


def mended(text: str) -> str:
    return apply_edits(text, find_mojibake(text))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_cases(case):
    assert mended(case["damaged"]) == case["repaired"]
    assert mended(case["repaired"]) == case["repaired"]


@pytest.mark.parametrize(
    ("meant", "shown"),
    [("utf-8", "latin-1"), ("utf-8", "cp437"), ("utf-8", "mac_roman"), ("gb18030", "latin-1"), ("gb18030", "cp437")],
)
def test_lossless_channels_come_back_exactly(meant, shown):
    for text in REPORTS[::5]:
        shown_text = text.encode(meant).decode(shown)
        assert mended(shown_text) == text


def test_utf8_read_as_gbk_with_lost_bytes():
    right = total = 0
    for text in REPORTS[::4]:
        ours = mended(text.encode().decode("gbk", "replace"))
        right += sum(a == b for a, b in zip(ours, text, strict=False)) if len(ours) == len(text) else 0
        total += len(text)
    assert right / total > 0.9


def test_the_real_pairs_reach_their_clean_copies(shared):
    for path in sorted((shared / "real" / "pairs").glob("*_dirty.txt"))[:3]:
        clean = path.with_name(path.name.replace("dirty", "clean")).read_text(encoding="utf-8")
        ours = mended(path.read_text(encoding="utf-8"))
        sets = [
            {text[at : at + 8] for at in range(len(text) - 7)}
            for text in ("".join(ours.split()), "".join(clean.split()))
        ]
        assert len(sets[0] & sets[1]) / len(sets[0] | sets[1]) > 0.98


def test_clean_reports_stay(shared):
    for text in [
        *REPORTS,
        *(path.read_text(encoding="utf-8") for path in sorted((shared / "real" / "official").glob("*.txt"))),
    ]:
        assert find_mojibake(text) == []
        assert find_lost_text(text) == []


def test_a_digit_that_was_eaten_never_makes_a_smaller_number():
    data = "共收到职工代表提案77件，立案58件，办结56件。".encode()
    shown, at = "", 0
    while at < len(data):  # Windows: a question mark for a lead byte, and the byte behind it is gone
        step = 1 if data[at] < 0x80 else 2
        try:
            shown += data[at : at + step].decode("gbk")
        except UnicodeError:
            shown += "?"
        at += step
    assert "?7" in shown
    doc = uc.repair(shown)
    assert "提案?7件" in doc.text
    assert "eaten_digit" in {problem.problem for problem in doc.problems}
    assert not [found for found in uc.find_indicators(doc) if found.text.startswith("7件") and found.value is not None]


def test_lost_text_is_marked():
    assert [p.text for p in find_lost_text("职工锟斤拷锟斤拷大会\ufffd\ufffd召开")] == ["锟斤拷锟斤拷", "\ufffd\ufffd"]
    assert find_lost_text("真的吗??") == []


def test_channels_are_well_formed():
    assert len({channel.name for channel in channels()}) == len(channels())
    for channel in channels():
        "工".encode(channel.meant)
        b"a".decode(channel.shown)


GARBLED = "鐨勫伐浼氶敓锟斤拷\ufffd€?å·¥ä¼š¹¤»á\ue043 7件，\n\udc80\0"


@given(st.text(alphabet=GARBLED, max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_input_survives_and_edits_fit(text):
    apply_edits(text, find_mojibake(text))
    find_lost_text(text)


def test_a_long_garbled_line_takes_linear_time():
    import time

    shown = random.Random(1).choice(REPORTS).encode().decode("gbk", "replace").replace("\n", "")
    spent = []
    for times in (5, 10):
        start = time.process_time()
        find_mojibake(shown * times)
        spent.append(time.process_time() - start)
    assert spent[1] < 6 * max(spent[0], 0.05)
