"""Small gaps in words: cases, the three promises, and clean reports."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.documents import apply_edits
from union_corpus.repairs.gaps import (
    find_broken_words,
    find_doubled_commas,
    find_invisible_characters,
    find_masked_words,
)

CASES = json.loads((Path(__file__).parent / "cases" / "gaps.json").read_text(encoding="utf-8"))
RULES = (find_invisible_characters, find_broken_words, find_masked_words, find_doubled_commas)

pieces = st.sampled_from(
    [
        "民",
        "-",
        "主",
        "管理",
        "*",
        "新*",
        "掀起",
        "，",
        ",",
        "\u200b",
        "\u00ad",
        "劳动模*",
        "产-学-研",
        "5",
        "a",
        "\n",
        "※",
        "www.a.cn/b",
        "👨\u200d",
    ]
)
texts = st.one_of(st.lists(pieces, max_size=30).map("".join), st.text(max_size=40))


def mend(text):
    for find in RULES:
        text = apply_edits(text, find(text))
    return text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_case(case):
    assert mend(case["damaged"]) == case["repaired"]


@settings(deadline=None, max_examples=150)
@given(texts)
def test_edits_fit_and_invent_no_number(text):
    for find in RULES:
        edits = find(text)
        apply_edits(text, edits)  # raises where one does not fit
        assert all(0.5 <= edit.confidence <= 1 for edit in edits)
        assert not any(character.isnumeric() for edit in edits for character in edit.after)


@pytest.mark.parametrize("find", RULES, ids=lambda find: find.__name__)
@pytest.mark.parametrize("text", ["", "-", "民-", "*", "\ud800-主", "\u200b", "，，", "民-" * 3000, "民*" * 3000])
def test_any_input_is_taken(find, text):
    apply_edits(text, find(text))


def test_clean_reports_are_left_alone(shared):
    for path in sorted((shared / "real" / "official").glob("*.txt"))[::3]:
        text = path.read_text(encoding="utf-8")
        assert not any(find(text) for find in RULES), path.name
