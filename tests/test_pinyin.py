"""Readings printed inside words: cases, the three promises, and that the packaged table is pypinyin's."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.documents import apply_edits
from union_corpus.repairs.pinyin import find_inline_pinyin, has_tone, readings

CASES = json.loads((Path(__file__).parent / "cases" / "pinyin.json").read_text(encoding="utf-8"))

pieces = st.sampled_from(
    [
        "工會",
        "會(huì)",
        "學(xué)",
        "们",
        "習(xí )",
        "提(ti)(ti)",
        "案(an)",
        "重(zhòng)要",
        "(STAI)",
        "(试行)",
        "，",
        "\n",
        "發（fā）",
        "(",
        ")",
        "a",
        "?",
    ]
)
texts = st.one_of(st.lists(pieces, max_size=40).map("".join), st.text(max_size=60))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_case(case):
    assert apply_edits(case["damaged"], find_inline_pinyin(case["damaged"])) == case["repaired"]


@settings(deadline=None, max_examples=150)
@given(texts)
def test_edits_remove_only_readings_and_once_is_enough(text):
    edits = find_inline_pinyin(text)
    repaired = apply_edits(text, edits)
    assert all(edit.after == "" and edit.before[0] in "(（" and edit.before[-1] in ")）" for edit in edits)
    assert all(0 < edit.confidence <= 1 for edit in edits)
    assert apply_edits(repaired, find_inline_pinyin(repaired)) == repaired


@pytest.mark.parametrize("text", ["", "(", "會", "\ud800(huì)", "會(huì", "\x00" * 50, "(huì)" * 5000, "會(" * 20000])
def test_any_input_is_taken(text):
    apply_edits(text, find_inline_pinyin(text))


def test_table_agrees_with_pypinyin():
    from pypinyin.constants import PINYIN_DICT

    known = readings()
    for character in "工會總職們重行長觀":
        assert known.of[character] == set(PINYIN_DICT[ord(character)].split(","))
        assert known.usual[character] == PINYIN_DICT[ord(character)].split(",")[0]
    assert has_tone("huì")
    assert not has_tone("hui")
    assert "會" in known.traditional
    assert "会" in known.simplified
    assert "工" not in known.traditional | known.simplified


def test_clean_reports_are_left_alone(shared):
    for path in sorted((shared / "real" / "official").glob("*.txt"))[::4]:
        assert find_inline_pinyin(path.read_text(encoding="utf-8")) == []


def test_the_real_page_has_no_reading_left(shared):
    from union_corpus.repairs.slips import find_byte_slips

    text = next((shared / "seeds").glob("002*")).read_text(encoding="utf-8")
    mended = apply_edits(text, find_byte_slips(text))
    repaired = apply_edits(mended, find_inline_pinyin(mended))
    assert not any(has_tone(character) for character in repaired)
    assert "?" not in repaired
