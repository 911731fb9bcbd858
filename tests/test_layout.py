"""Layout: what a page left in the text goes, what an author meant stays."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.documents import Document, apply_edits
from union_corpus.repairs import layout

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
CASES = json.loads((ROOT / "tests" / "cases" / "layout.json").read_text(encoding="utf-8"))
RULES = (
    layout.find_letter_spacing,
    layout.find_running_heads,
    layout.find_line_breaks,
    layout.find_split_numbers,
    layout.find_split_words,
    layout.find_stray_blanks,
)


def read_off(text: str) -> str:
    for rule in RULES:
        text = apply_edits(text, rule(text))
    return text


@pytest.fixture(scope="module")
def quality() -> ModuleType:
    path = ROOT / "tests" / "quality" / "layout.py"
    spec = importlib.util.spec_from_file_location("quality_layout", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_cases(case):
    assert read_off(case["damaged"]) == case["repaired"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_twice_is_once(case):
    once = read_off(case["damaged"])
    assert read_off(once) == once


def test_clean_originals_come_back_untouched():
    for path in sorted((ROOT / "data" / "_originals").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        for variant in (text, text.replace("\n", "\r\n"), text.replace("\n\n", "\n")):
            assert [rule(variant) for rule in RULES] == [[]] * len(RULES), path.name


def test_official_texts_come_back_untouched():
    paths = sorted((SHARED / "real" / "official").glob("*.txt"))
    if not paths:
        pytest.skip("../shared/real/official is not here")
    for path in paths:
        text = path.read_text(encoding="utf-8")
        for rule in (*RULES[:3], layout.find_split_words, layout.find_stray_blanks):
            assert rule(text) == [], path.name
        for edit in layout.find_split_numbers(text):
            assert edit.before == " ", path.name
            assert text[edit.start - 1 : edit.end + 1].strip().isdigit(), path.name


@pytest.mark.parametrize("name", ["001", "002", "004"])
def test_seeds_with_a_line_for_each_paragraph_come_back_untouched(name):
    found = sorted((SHARED / "seeds").glob(f"{name}_*"))
    if not found:
        pytest.skip("../shared/seeds is not here")
    text = found[0].read_text(encoding="utf-8")
    assert [rule(text) for rule in RULES if rule is not layout.find_stray_blanks] == [[]] * (len(RULES) - 1)
    # One of them has blanks before full stops, and those go.
    assert all(text[edit.end] in "，。；," for edit in layout.find_stray_blanks(text))


def test_a_wrapped_seed_reads_in_paragraphs():
    found = sorted((SHARED / "seeds").glob("003_*"))
    if not found:
        pytest.skip("../shared/seeds is not here")
    text = read_off(found[0].read_text(encoding="utf-8"))
    paragraphs = [line.strip() for line in text.splitlines() if line.strip()]
    items = [line for line in paragraphs if line[:1].isdigit() and "、" in line[:3]]
    assert len(items) == 13
    assert all(line.endswith("。") for line in items)


# What is lost where indents and empty lines are gone too: a sentence that ends at the margin may end a paragraph.
FLOORS = {
    "12 columns": 0.99,
    "16 columns, indents lost": 0.993,
    "21 columns, indents lost, stray blanks": 0.996,
    "26 columns, indents kept": 0.999,
    "26 columns, empty lines between": 0.995,
    "28 columns, figures kept whole": 0.999,
    "30 characters": 0.992,
    "40 characters, signs not hanging": 0.998,
    "38 columns, empty line after paragraphs": 0.999,
    "26 columns, Windows line ends": 0.994,
    "30 columns, form feeds and page numbers": 0.994,
    "30 columns, running heads, no feeds": 0.994,
    "24 columns, bare page numbers": 0.999,
    "21 and 12 columns, gaps at column ends": 0.997,
    "15 columns, indents of blanks": 0.998,
    "20 columns, indents lost": 0.998,
    "30 columns, signs not hanging": 0.994,
    "36 columns, signs pull down": 0.996,
    "40 columns, signs not hanging": 0.999,
    "50 characters": 0.998,
    "60 characters, Windows line ends": 0.993,
    "70 characters, words kept whole": 0.996,
    "80 characters": 0.997,
    "35 columns, pairs of signs squeezed": 0.996,
    "32 columns, justified": 0.996,
    "28 columns, justified, indents kept": 0.998,
    "33 columns, empty lines, more between paragraphs": 0.999,
    "25 columns, empty lines, Windows line ends": 0.999,
    "27 columns, titles centred, blanks behind lines": 0.994,
    "30 columns, heads of sections": 0.994,
    "34 columns, numbers beside heads": 0.996,
    "22 columns in two, numbered pages": 0.998,
    "38 columns, numbers of all pages": 0.996,
    "29 columns, left margin": 0.999,
}


@pytest.mark.parametrize("name", FLOORS)
def test_paragraph_ends_come_back(quality, name):
    page = next(page for page in (*quality.PAGES, *quality.MORE_PAGES) if page.name == name)
    tally = quality.measure(quality.originals(), page)
    assert tally.lost == 0
    assert tally.f1 >= FLOORS[name]


def lines_of(paragraph: str, width: int) -> list[str]:
    return [paragraph[at : at + width] for at in range(0, len(paragraph), width)]


CARE = (
    "今年以来，矿工会把职工的冷暖放在心上，先后走访了三个采区，慰问井下职工四百余人，送去毛巾、茶叶等防暑用品。"
    "职工们说，这份关怀比什么都实在，大家都愿意把心里话讲给工会听。"
)


@pytest.mark.parametrize("width", range(20, 44))
def test_items_of_a_list_in_running_text_go_on_with_it(width):
    text = (
        "今年的做法主要有三条：一是健全组织，各车间都选出了工会小组长，定期开展活动，做到有人管事。二是健全制度，"
        "职工代表大会每年召开两次，重大事项都提交审议表决。三是健全档案，困难职工一人一份，按季度更新情况。"
    )
    assert read_off("\n".join(lines_of(text, width))) == text


def test_the_heading_of_a_section_printed_again_over_a_page_goes_and_a_list_of_contents_stays():
    body = [*lines_of(CARE, 24), *lines_of(CARE[::-1].strip("。") + "。", 24)]
    report = ["一、困难帮扶", *lines_of(CARE * 3, 24)]
    again = "\n".join(["工会工作总结", *report[:9], "— 1 —", report[0], *report[9:]])
    assert read_off(again).replace("\n", "") == f"工会工作总结{report[0]}{CARE * 3}"
    contents = "\n".join(["工会工作总结", "一、困难帮扶", "二、劳动竞赛", "— 1 —", "一、困难帮扶", *body])
    assert read_off(contents).count("一、困难帮扶") == 2


def test_one_page_number_inside_a_sentence_goes():
    lines = lines_of(CARE * 3, 23)
    assert read_off("\n".join([*lines[:8], "1", *lines[8:]])) == CARE * 3


def test_traditional_text_is_joined_as_well():
    text = "今年以來，礦工會把職工的冷暖放在心上，先\n後走訪了三個採區，慰問井下職工四百餘人，\n送去毛巾、茶葉等防暑用品，職工們說，這份\n關懷比什麼都實在。"
    assert read_off(text) == text.replace("\n", "")


def test_a_page_number_is_never_joined_to_a_figure():
    text = (ROOT / "data" / "_originals" / "federation_2006.txt").read_text(encoding="utf-8").split("\n\n")[3]
    lines = [text[at : at + 25] for at in range(0, len(text), 25)]
    assert len(lines) > 4
    found = read_off("\n".join([*lines[:2], "12", *lines[2:]]))
    assert found in (text, f"{text[:50]}\n12\n{text[50:]}")


def test_bare_numbers_between_even_pages_go_and_numbers_of_records_stay():
    line = "今年以来全矿职工围绕安全生产开展竞赛。"
    pages = [f"{line}\n" * 14 + f"{number}\n" for number in (1, 2, 3)]
    assert layout.find_running_heads("".join(pages) + line)
    records = [f"{number}\n" + f"{line}\n" * 14 for number in (1, 2, 3)]
    assert layout.find_running_heads("".join(records)) == []


LINES = [
    "全年开展劳动竞赛十四项，参加职工三千余人次，提出合理化建议五百",
    "六十条，其中被采纳的有一百九十条，创造价值四百多万元，比上年有",
] * 8


@pytest.mark.parametrize("head", ["东岭煤矿工会工作汇编　{}", "东岭煤矿工会工作汇编"])
def test_a_line_that_comes_back_inside_sentences_is_a_running_head(quality, head):
    page = quality.Page("no form feeds", (30,), lines=20, foot=head)
    tally = quality.measure({"six reports": "\n".join([*quality.originals().values()][:6])}, page)
    assert tally.lost == 0
    assert tally.f1 > 0.98


def test_the_titles_of_reports_on_one_page_stay():
    reports = [f"东岭煤矿工会{year}年工作总结\n" + "\n".join(LINES[:14]) + "\n所提高。" for year in (2007, 2008, 2009)]
    numbered = [report.replace("\n", f" 篇{number}\n", 1) for number, report in enumerate(reports, 1)]
    for text in ("\n".join(reports), "\n".join(numbered)):
        assert layout.find_running_heads(text) == []
        assert read_off(text).count("年工作总结") == 3


def test_blanks_that_a_writer_puts_around_quotations_stay():
    latin = "请在 “Makefile” 中写明，再运行 “make” 命令， 然后查看 “build.log” 的内容。" * 8
    assert read_off(latin) == latin.replace("， ", "，")
    always = "职工参加 “安康杯” 竞赛，开展 “送温暖” 活动，评选 “工人先锋号” 集体。学习 《工会法》 条文， 交流体会。" * 3
    assert read_off(always) == always
    by_the_way = "职工参加 “安康杯”竞赛， 踊跃献计，人人争先。各分会、 车间， 普遍开展竞赛。 各级工会， 认真履职。"
    assert read_off(by_the_way) == by_the_way.replace(" ", "")


def test_figures_cut_by_blanks_and_signs_like_figures():
    lines = [line for head in ("汇编 1 2", "汇编 12", "汇编 #", "汇编 3") for line in (*LINES[:9], head)]
    assert read_off("\n".join([*lines, *LINES]))


def test_a_passage_that_is_printed_twice_stays():
    text = "\n".join(
        [*LINES[:9], "所提高，其中创新工作室带动明显，", *LINES[:9], "所提高，其中创新工作室带动明显，", *LINES[:4]]
    )
    assert layout.find_running_heads(text) == []


def test_edits_lead_back():
    case = next(case for case in CASES if "page number" in case["label"])
    doc = Document.from_text(case["damaged"])
    for rule in RULES:
        doc = doc.apply(rule.__name__, rule(doc.text))
    at = doc.text.index("三千余人次")
    start, end = doc.original_span(at, at + 5)
    assert case["damaged"][start:end].startswith("三千余")
    assert case["damaged"][start:end].endswith("人次")


PIECES = st.sampled_from(
    ["职工", "工会会员", "全年慰问", "12", "9", "万元", "，", "。", "；", "：", "\n", "\n\n", "\r\n", "\f", " ", "　　", "一、",
     "（二）", "— 3 —", "3", "年", "人", "“", "”", "\t", "|", "abc", "\ud800", "\0", "在全市率先建立职工代表大会制度"]
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_text_is_read_off_without_losing_a_character(text):
    for rule in RULES:
        edits = rule(text)
        assert all(0.0 < edit.confidence <= 1.0 for edit in edits)
        after = apply_edits(text, edits)
        if rule is not layout.find_running_heads:
            assert "".join(after.split()) == "".join(text.split())
        text = after


@settings(deadline=None, max_examples=60)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_line_breaks_are_all_found_at_once(text):
    once = apply_edits(text, layout.find_line_breaks(text))
    assert layout.find_line_breaks(once) == []


@pytest.mark.parametrize("text", ["", "工", "\n", "\f", "\r", " ", "\n" * 1000, "1 " * 1000, "12\n" * 1000])
def test_texts_with_nothing_to_find(text):
    assert read_off(text) == text


def test_time_grows_with_the_text_and_no_faster():
    line = "全市各级工会认真落实各项任务，签订集体合同1382份，覆盖职工十二万九千人。"
    small, large = line * 30_000, line * 120_000
    wrapped = "\n".join((line * 2_000)[at : at + 26] for at in range(0, 2_000 * len(line), 26))

    def seconds(text: str) -> float:
        start = time.perf_counter()
        read_off(text)
        return time.perf_counter() - start

    seconds(wrapped[:2_000])  # the model is loaded before anything is timed
    assert seconds(large) < 12 * max(seconds(small), 0.02)
    assert seconds(wrapped * 4) < 12 * seconds(wrapped)
