"""Themes: found through layout and script, and never invented from a piece of another word."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus import themes
from union_corpus.documents import Document
from union_corpus.errors import FrameError, LexiconError
from union_corpus.lexicon import table
from union_corpus.scripts import level_view, levelled
from union_corpus.searches import pattern_search, word_search
from union_corpus.tables import INDICATORS, THEMES, frame, rows_of
from union_corpus.themes import THEME_NUMBERS, Theme, find_themes, theme_counts_frame, theme_numbers_frame

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
REPORTS = sorted((SHARED / "dev/reports").glob("*.json"))
CASES = json.loads((Path(__file__).parent / "cases/themes.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_case(case):
    assert [found.theme for found in find_themes(case["text"])] == case["themes"]


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_forms_are_slices_and_no_theme_overlaps_itself(case):
    _check_places(f"前文。{case['text']}")


def _check_places(text: str) -> None:
    """Mentions are slices, in the order of their places, and those of one theme stand one after another."""
    start, done = 0, {}
    for found in find_themes(text):
        assert found.form == text[found.start : found.end] != ""
        assert found.start >= max(start, done.get(found.theme, 0))
        start, done[found.theme] = found.start, found.end


def test_attributes_are_the_columns_of_the_table():
    assert {field.name for field in fields(Theme)} == set(THEMES)
    doc = Document.from_text("开展送温暖活动。", doc_id="x")
    found = find_themes(doc)
    assert [(one.doc_id, one.report_year, one.theme) for one in found] == [("x", None, "送温暖")]


def test_every_theme_is_found_by_its_own_forms():
    forms = [
        (row["theme"], first + rest.split("/")[0], row["needs"].split("|")[0])
        for row in table("themes")
        for form in [*row["forms"].split("|"), "" if row["needs"] or row["unless"] else row["theme"]]
        for first_parts, _, rest in [form.partition("…")]
        for first in (first_parts.split("/") if rest else [first_parts])
        if form
    ]
    assert len(forms) > 4000
    missed = [
        (theme, form)
        for theme, form, nearby in forms
        if all(one.theme != theme for one in find_themes(f"，{form}，{nearby}。"))
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("吸纳各方会员意见12条", []),
        ("吸收了一线工人会员12名", [("发展会员", "吸收了一线工人会员")]),
        ("吸收资金，会员12名", []),
        ("组织歌咏竞赛，职工踊跃", []),
        ("组织各类节支竞赛，职工踊跃", [("劳动竞赛", "组织各类节支竞赛")]),
        ("困难职工子女上学", [("困难职工", "困难职工子女上学"), ("金秋助学", "困难职工子女上学")]),
        ("帮助下岗职工再就业", [("就业援助", "下岗职工"), ("就业援助", "再就业")]),
        ("帮助46人就业", [("就业援助", "帮助46人就业")]),
        ("慰问了3户困难职工", [("走访慰问", "慰问"), ("困难职工", "困难职工")]),
    ],
)
def test_conditions(text, expected):
    found = [(one.theme, one.form) for one in find_themes(text)]
    assert sorted(found) == sorted(expected)


def test_an_own_list_may_have_conditions(tmp_path):
    path = tmp_path / "own.tsv"
    heading = "theme\tgroup\tforms\tguards\tneeds\tunless\n"
    rows = "春耕\taid\t支援/帮助…春耕|农忙|播种\t\t\t军队\n集体合同互查\taid\t集体合同\t\t互查\t\n"
    path.write_text(heading + rows, encoding="utf-8")
    found = [(one.theme, one.form) for one in find_themes("支援各村春耕，播种千亩。军队播种", lexicon=path)]
    assert found == [("春耕", "支援各村春耕"), ("春耕", "播种")]
    assert [one.theme for one in find_themes("集体合同互查", lexicon=path)] == ["集体合同互查"]


def test_every_reference_term_has_a_theme():
    terms = {row["term"] for row in table("terms")}
    without = {term for term in terms if not find_themes(f"工会与企业职工开展活动：{term}。")}
    assert without == {"工会组织"}, "every report speaks of 工会组织, so it is a word to keep whole but no theme"


def test_sentences():
    text = "一、送温暖\n元旦前开展送温暖。之后，评选“劳模”！结束"
    assert [one.sentence for one in find_themes(text)] == ["一、送温暖", "元旦前开展送温暖。", "之后，评选“劳模”！"]
    segments = [
        SimpleNamespace(kind="paragraph", start=0, end=len(text)),
        SimpleNamespace(kind="sentence", start=0, end=15),
        SimpleNamespace(kind="sentence", start=15, end=len(text)),
    ]
    assert [one.sentence for one in find_themes(text, segments=segments)] == [text[:15], text[:15], text[15:]]
    assert [one.sentence for one in find_themes(text, segments=[])] == ["送温暖", "送温暖", "劳模"]


def test_an_own_list_keeps_to_whole_words(tmp_path):
    path = tmp_path / "own.tsv"
    path.write_text("# ours\ntheme\tgroup\tforms\n印度\tplaces\t天竺\n晨曦护航\taid\t\n", encoding="utf-8")
    found = find_themes("代表团访问印度尼西亚，又到印度，参加晨曦\n护航行动", lexicon=path)
    assert [(one.theme, one.group) for one in found] == [("印度", "places"), ("晨曦护航", "aid")]
    assert found[0].start == 13
    assert [one.theme for one in find_themes("送温暖", lexicon=path)] == ["送温暖"], "the library's list comes after"
    path.write_text("term\taliases\tgroup\n晨曦护航\t护航行动\taid\n", encoding="utf-8")
    assert [one.theme for one in find_themes("護航行動", lexicon=path)] == ["晨曦护航"]
    path.write_text("indicator\tcode\n会员数\tmembers\n", encoding="utf-8")
    assert [one.theme for one in find_themes("送温暖", lexicon=path)] == ["送温暖"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("# ours\ntheme\tgroup\tforms\n好\taid\t\n", r"own\.tsv, line 3: the form '好' of 好 is a single character"),
        ("# ours\n\ntheme\tgroup\tforms\n送温暖\taid\t\n\taid\t某\n", r"own\.tsv, line 5: no theme"),
        ("name\tgroup\n送温暖\taid\n", "no column named theme"),
        ("theme\tgroup\n送温暖\taid\t多\n", r"own\.tsv, line 2: 3 cells"),
        (
            "theme\tgroup\tforms\n春耕\taid\t支援…\n",
            r"own\.tsv, line 2: the form '支援…' of 春耕 needs words on both sides",
        ),
        ("", "no heading"),
    ],
)
def test_a_bad_list_says_where(tmp_path, lines, message):
    path = tmp_path / "own.tsv"
    for encoding in ("utf-8", "utf-16"):  # the second is how Excel saves it
        path.write_text(lines, encoding=encoding)
        with pytest.raises(LexiconError, match=message):
            find_themes("送温暖", lexicon=path)


PIECES = st.sampled_from(
    [
        *[
            "安康杯",
            "“安康杯”竞赛",
            "集体合同",
            "集體合同",
            "工资集体协商",
            "女职工",
            "专项",
            "职代会",
            "工会",
            "十四大",
            "省",
        ],
        *[
            "精神文明",
            "企业",
            "实名制",
            "会员",
            "提案",
            "12351",
            "8",
            " ",
            "\n",
            "\n\n",
            "\r\n",
            "。",
            "、",
            "\ud800",
            "\x00",
            "a",
        ],
        *["民眾", "網際網路", "黨委", "著", "劳", "动", "美", "丽"],
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=15).map("".join), st.text(max_size=40))


@settings(deadline=None, max_examples=200)
@given(TEXTS)
def test_any_text(text):
    _check_places(text)


@pytest.fixture(scope="module")
def searches():
    words = themes._packaged_themes().words
    return word_search(words), pattern_search(words)


@settings(deadline=None, max_examples=200)
@given(TEXTS)
def test_plain_expressions_find_the_same(searches, text):
    level = level_view(text).text
    fast, slow = searches
    assert list(fast(level)) == list(slow(level))


def test_plain_expressions_are_used_without_the_compiled_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    search = word_search(["集体", "集体合同", "合同"])
    assert list(search("集体合同与合同")) == [(1, 0, 4), (2, 5, 7)]
    assert list(word_search([])("集体")) == []


def test_an_empty_word_is_refused():
    with pytest.raises(ValueError, match="found everywhere"):
        word_search(["集体", ""])


def test_a_long_line_is_no_trouble():
    text = "开展“安康杯”竞赛，签订集体合同" * 20_000
    assert len(find_themes(text)) == 40_000


@pytest.mark.skipif(not REPORTS, reason=f"no reports in {SHARED}")
def test_terms_seen_in_the_reports_are_found():
    wanted = found = 0
    for path in REPORTS:
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        level = level_view(text).text
        forms = [levelled(one.form) for one in find_themes(text)]
        for term in map(levelled, json.loads(path.read_text(encoding="utf-8"))["terms_seen_in_source"]):
            if term in level:
                wanted += 1
                found += any(term in form or form in term for form in forms)
    assert wanted > 100
    assert found / wanted >= 0.97


@pytest.mark.skipif(not REPORTS, reason="the development reports in ../shared are not here")
def test_precision_on_the_development_reports():
    """Every mention was read (held_back/themes_dev.tsv); one that is found now and was not read counts as wrong."""
    lines = (Path(__file__).parent / "quality/held_back/themes_dev.tsv").read_text(encoding="utf-8").splitlines()[2:]
    rows = [row.split("\t") for row in lines]
    verdicts = {(name, int(start), theme): verdict for name, start, theme, verdict in rows}
    told = [
        verdicts.get((path.stem, one.start, one.theme), "unread")
        for path in REPORTS
        for one in find_themes(path.with_suffix(".txt").read_text(encoding="utf-8"))
    ]
    assert told.count("right") > 240
    assert told.count("right") / (len(told) - told.count("either")) >= 0.99


@pytest.mark.parametrize("name", ["a", "b"])
def test_themes_of_labelled_passages(name):
    lines = (Path(__file__).parent / f"quality/held_back/indicators_{name}.jsonl").read_text(encoding="utf-8")
    right = given = due = 0
    for passage in map(json.loads, lines.splitlines()):
        found = {one.theme for one in find_themes(passage["text"])} - {*passage["themes_optional"]}
        right += len(found & {*passage["themes"]})
        given += len(found)
        due += len(passage["themes"])
    assert right / given >= 0.98
    assert right / due >= 0.99


def _figures(text: str, doc_id: str, *figures: str):
    """An indicators table with these figures of a text."""
    rows = []
    for figure in figures:
        start = text.index(figure)
        found = dict.fromkeys(INDICATORS) | {"doc_id": doc_id, "indicator": figure[-1], "text": figure, "value": 1}
        sentence = next(one for one in re.split("(?<=。)", text) if figure in one)
        rows.append({**found, "start": start, "end": start + len(figure), "sentence": sentence})
    return frame([[row[name] for name in INDICATORS] for row in rows], INDICATORS)


def test_numbers_go_with_the_themes_of_their_sentence():
    text = "参加劳动竞赛的有300人，送温暖资金5万元。金秋助学资助20名。"
    themes_table = frame(rows_of(find_themes(Document.from_text(text, doc_id="a")), THEMES), THEMES)
    found = theme_numbers_frame(themes_table, _figures(text, "a", "300人", "5万元", "20名"))
    assert found[["theme", "text", "distance", "nearest"]].values.tolist() == [
        ["劳动竞赛", "300人", 2, True],
        ["送温暖", "300人", 1, False],
        ["劳动竞赛", "5万元", 12, False],
        ["送温暖", "5万元", 0, True],
        ["金秋助学", "20名", 2, True],
    ]
    assert list(found.columns) == list(THEME_NUMBERS)


def test_tables_of_themes_without_rows():
    nothing = frame([], THEMES)
    assert theme_counts_frame(nothing).columns.tolist() == ["report_year", "theme", "count", "n_docs"]
    found = theme_numbers_frame(nothing, frame([], INDICATORS))
    assert found.empty
    assert found.dtypes.astype(str).tolist() == list(THEME_NUMBERS.values())


def test_counts_keep_reports_without_a_year():
    rows = [("a", 2009, "送温暖"), ("a", 2009, "送温暖"), ("b", 2009, "送温暖"), ("c", None, "送温暖")]
    filled = [
        {**dict.fromkeys(THEMES), "doc_id": doc_id, "report_year": year, "theme": theme} for doc_id, year, theme in rows
    ]
    table_of = frame([[row[name] for name in THEMES] for row in filled], THEMES)
    counts = theme_counts_frame(table_of)
    assert counts[["count", "n_docs"]].values.tolist() == [[3, 2], [1, 1]]
    assert counts.report_year.isna().tolist() == [False, True]
    with pytest.raises(FrameError, match="no column period"):
        theme_counts_frame(table_of, by="period")
    with pytest.raises(FrameError, match="no column sentence"):
        theme_numbers_frame(table_of.drop(columns="sentence"), frame([], INDICATORS))
