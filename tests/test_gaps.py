"""Small gaps in words: cases, the three promises, and clean reports."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import union_corpus as uc
from union_corpus.documents import apply_edits
from union_corpus.repairs.font_forms import FORMS, PRIVATE, find_font_forms, find_private_characters
from union_corpus.repairs.gaps import (
    find_broken_words,
    find_doubled_commas,
    find_invisible_characters,
    find_masked_words,
)
from union_corpus.repairs.removed_words import find_masked_names, find_removed_words

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


@pytest.mark.parametrize(
    ("damaged", "repaired"),
    [
        ("⼯会⼯作总结，⼥职⼯委员会，⻓效机制。", "工会工作总结，女职工委员会，长效机制。"),
        ("加强领导︐坚持标准︒务求实效︒", "加强领导，坚持标准。务求实效。"),
        ("\uf06c加强领导。\n\uf06c坚持标准。", "●加强领导。\n●坚持标准。"),
        ("推进厂务公开民.主管理，评选劳动模○。", "推进厂务公开民主管理，评选劳动模范。"),
        # What looks so and is meant.
        ("《康熙字典》的部首⼯与⼥", "《康熙字典》的部首⼯与⼥"),
        ("⼯\n⼥\n", "⼯\n⼥\n"),
        ("以“中国梦·劳动美”为主题，购置X光机", "以“中国梦·劳动美”为主题，购置X光机"),
        # A letter is a word of its own: 代理 and 天窗 would be words too.
        ("现代X服务器已启用，请打开X窗口系统", "现代X服务器已启用，请打开X窗口系统"),
    ],
)
def test_what_a_font_or_a_filter_put_for_the_usual_character(damaged, repaired):
    assert uc.repair(damaged).text == repaired


@pytest.mark.parametrize(
    ("text", "problem", "found"),
    [
        ("围绕“”规划目标，党的以来", "removed_words", ["“”规划目标，党的以来"]),
        ("坚决同以同志为的党中央保持一致", "removed_words", ["以同志为"]),
        ("详见市总工会[]16号文件", "removed_words", ["[]"]),
        ("制定《20xx20xx年工作规划》", "removed_words", ["20xx20xx"]),
        ("黨的以來，深入貫徹黨的精神，", "removed_words", ["黨的以來，深入貫徹黨的精神"]),
        ("学习党的精神谱系，以老同志为师，党的十八大以来，填写（ ）", "removed_words", []),
        ("**街道总工会表彰3×4米展板，2016年*月", "masked_names", ["**"]),
        ("职工李\ue863参加", "private_characters", ["\ue863"]),
    ],
)
def test_what_a_page_took_out_is_told_and_stays(text, problem, found):
    doc = uc.repair(text)
    assert doc.text == text
    assert [p.text for p in doc.problems if p.problem == problem] == found


def test_reports_of_the_state_have_no_word_taken_out(shared):
    for path in sorted((shared / "real" / "official").glob("*.txt"))[::5]:
        text = path.read_text(encoding="utf-8")
        assert find_removed_words(text) == find_masked_names(text) == find_private_characters(text) == []


def test_no_character_is_passed_over_that_a_font_shows():
    every = list(map(chr, [*range(0x20, 0xD800), *range(0xE000, 0x10000)]))
    assert {char for char in every if find_font_forms(f"{char}工会")} <= FORMS
    assert {char for char in every if find_private_characters(char)} == PRIVATE
