"""The Founder rule: signs shifted onto characters, and the names and words that hold the same characters."""

import json
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.documents import apply_edits
from union_corpus.lexicon import table
from union_corpus.repairs import repair
from union_corpus.repairs.founder import LEAD_BYTE_SHIFT, find_founder_shift, shifted_signs

CASES, KEPT_APART, WRITTEN_LAST, FOURTH = (
    json.loads((Path(__file__).parent / "cases" / f"founder_{name}.json").read_text(encoding="utf-8"))
    for name in ("hard", "kept_apart", "unread", "fourth")
)
PROSE = (
    "一年来，在市委的正确领导下，各级工会认真学习贯彻党的十六大精神，紧紧围绕中心，服务大局，各项工作取得了新的成绩。\n"
    "一、加强组织建设。全年新建工会三百二十家，发展会员一万二千人（其中农民工八千人）；开展“双爱双评”活动，表彰先进。\n"
    "二、维护职工权益。会同法院、劳动局检查企业，要求补发工资；慰问住院职工，重要的是把实事办好：送温暖、送医药、送助学金。\n"
)


def repaired(text: str) -> str:
    """The text with every edit made that is likelier right than wrong."""
    return apply_edits(text, [edit for edit in find_founder_shift(text) if edit.confidence >= 0.5])


def garbled(text: str, *, digits: bool = False) -> str:
    """The text as a Founder font shows it; with ``digits`` also its digits and letters, made full-width first."""
    if digits:
        text = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)
    shown = {meant: char for char, meant in shifted_signs().items() if char not in "郾鄄摇"}
    return "".join(shown[c] if c in shown and (digits or not c.isalnum()) else c for c in text)


def share_right(clean: str, damaged: str) -> float:
    """The share of characters that may be signs and read as in the clean text."""
    doubtful = [at for at, char in enumerate(damaged) if char in shifted_signs()]
    read = repaired(damaged)
    return sum(read[at] == clean[at] for at in doubtful) / len(doubtful)


def test_the_table_follows_from_the_code_pages():
    for shown, meant in shifted_signs().items():
        if shown in "郾鄄":
            continue
        lead, trail = shown.encode("gb2312")
        assert bytes((lead - LEAD_BYTE_SHIFT, trail)).decode("gbk") == meant


def test_the_commonest_characters_are_never_touched():
    assert not set("中这者职制") & set(shifted_signs())


@pytest.mark.parametrize("case", [*CASES, *KEPT_APART, *WRITTEN_LAST, *FOURTH], ids=lambda case: case["repaired"][:12])
def test_clean_lines_with_such_names_and_words_stay(case):
    assert find_founder_shift(case["repaired"]) == []


# The first lines were tuned on, of the others every second one has only been measured: tests/quality/founder.py.
@pytest.mark.parametrize(
    ("cases", "floor"),
    [
        (CASES, 0.992),
        (KEPT_APART, 0.98),
        (KEPT_APART[1::2], 0.975),
        (WRITTEN_LAST[1::2], 0.975),
        (FOURTH[1::2], 0.975),
    ],
    ids=["tuned on", "kept apart", "kept apart, unseen", "written last, unseen", "fourth, unseen"],
)
def test_hard_lines_each_alone(cases, floor):
    doubtful = right = 0
    for case in cases:
        read = repaired(case["damaged"])
        pairs = [
            (now, was)
            for now, was, shown in zip(read, case["repaired"], case["damaged"], strict=True)
            if shown in shifted_signs()
        ]
        doubtful += len(pairs)
        right += sum(now == was for now, was in pairs)
    assert right / doubtful >= floor


@pytest.mark.parametrize("kind", ["punctuation", "digits and letters", "all"])
@pytest.mark.parametrize(("cases", "floor"), [(CASES, 0.989), (KEPT_APART, 0.97)], ids=["tuned on", "kept apart"])
def test_hard_lines_in_one_report(cases, floor, kind):
    lines = [case for case in cases if f"({kind} shifted)" in case["label"]]
    random.Random(2).shuffle(lines)
    clean = "\n".join(case["repaired"] for case in lines)
    damaged = "\n".join(case["damaged"] for case in lines)
    assert share_right(clean, damaged) >= floor


def test_of_edits_given_nine_in_ten_about_nine_in_ten_are_right():
    """On the lines that the confidence was not fitted on, each alone and all together."""
    lines = [*KEPT_APART[1::2], *WRITTEN_LAST[1::2], *FOURTH[1::2]]
    lines = [*lines, {side: "\n".join(line[side] for line in lines) for side in ("damaged", "repaired")}]
    edits = [
        (edit.confidence, edit.after == line["repaired"][edit.start])
        for line in lines
        for edit in find_founder_shift(line["damaged"])
    ]
    for low, high in ((0.5, 0.9), (0.9, 0.99), (0.99, 1.01)):
        group = [(confidence, right) for confidence, right in edits if low <= confidence < high]
        share = sum(right for _, right in group) / len(group)
        assert share == pytest.approx(sum(confidence for confidence, _ in group) / len(group), abs=0.15)


@pytest.mark.parametrize("width", [9, 20, 33, 1000])
@pytest.mark.parametrize("digits", [False, True])
def test_prose_comes_back_however_it_is_wrapped(width, digits):
    clean = PROSE.replace("三百二十", "320").replace("一万二千", "12000").replace("八千", "8000")
    if digits:
        clean = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in clean)
    lines = [line[at : at + width] for line in clean.split("\n") for at in range(0, len(line), width)]
    clean = "\n".join(lines)
    assert repaired(garbled(clean, digits=digits)) == clean


@pytest.mark.parametrize(
    ("clean", "digits"),
    [
        ("●走访企业，看望职工。\n●办好夜校，提高素质。\n", False),
        ("他在会上说：『创业难，守业更难。』大家听了，很受鼓舞。", False),
        ("窗口八时—十一时，十四时—十七时办公，职工随到随办。", False),
        ("举办郑州—卢森堡职工技术交流，签订合作协议。", False),
        ("到会场时，记者看到，职工们正在登记。", False),
        ("这项工程计划于今年９月前完成。", True),
        ("我局实有会员２９人，其中女职工１２人。", True),
        ("出席表彰会的还有：李德生、张国强、王建民、陈志平、刘福、邓大海、周平、马文。", False),
        ("到明年１月，二期纪念园完工，降低成本１％。", True),
        ("年末会员１２００人，比上年增加３５人，入会率１００％。", True),
        ("活动有序推进。 １、走访职工３２户；２、发放慰问金１６００元。", True),
        ("乡镇工会工作总结１\n２００９年，新建工会３６家，发展会员５６０人。", True),
        ("第一医院：床位三百张；第二医院：床位二百张，职工都办了证。", False),
        ("会上，市长陈志平讲了话，校长办公会提出，要办好职工之家。", False),
        ("晚会拉开了’98职工文化节的序幕，大家都说：“好！”", False),
        ("大会表彰了第二医院内科主任，主任医师陈志平，号召全院职工向他学习。", False),
        ("他说：“要把职工放在心上。\n“我们明年还要来。”大家鼓掌。", False),
    ],
)
def test_a_line_alone_tells_enough(clean, digits):
    assert repaired(garbled(clean, digits=digits)) == clean
    assert find_founder_shift(clean) == []


def test_a_given_name_seen_elsewhere_needs_no_surname():
    clean = "劳模里森到车间讲课，里森的经验很受欢迎。为弥补差距，里森一再加大投入，带动了全班。"
    assert repaired(garbled(clean)) == clean


def test_a_place_named_again_is_known_again():
    clean = (
        "据了解，遥甸镇已有二十家企业签订集体合同，其余正在协商。\n遥甸镇工会新建基层工会十二家，会员三百人。\n"
        "在遥甸镇召开现场会，推广经验。\n"
    )
    assert repaired(garbled(clean)) == clean


def test_only_the_shifted_stretch_is_read_as_shifted():
    assert repaired(PROSE + garbled(PROSE) + PROSE) == PROSE * 3


def test_headings_in_another_font_keep_their_signs():
    heading = "突出重点，服务大局，全面推进\n"
    text = garbled(PROSE) + heading + garbled(PROSE)
    assert repaired(text) == PROSE + heading + PROSE


def test_windows_line_ends_and_places():
    text = garbled(PROSE).replace("\n", "\r\n")
    for edit in find_founder_shift(text):
        assert text[edit.start : edit.end] == edit.before
    assert repaired(text) == PROSE.replace("\n", "\r\n")


def test_confidence_tells_the_doubtful_from_the_sure():
    edits = find_founder_shift(garbled(PROSE))
    assert all(0.0 < edit.confidence <= 1.0 for edit in edits)
    assert sum(edit.confidence > 0.99 for edit in edits) > 0.9 * len(edits)


def surnames_in_lines() -> str:
    names = random.Random(0)
    given = "志强玉兰海涛国庆芳丽秀英建华小平"
    return "\n".join(names.choice("袁叶于余虞俞原苑") + "".join(names.choices(given, k=2)) for _ in range(300))


def gb2312_table() -> str:
    codes = bytes(b for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF) for b in (high, low))
    return codes.decode("gb2312", "ignore")


@pytest.mark.parametrize(
    "text",
    [
        gb2312_table(),
        "\n".join(gb2312_table()[at : at + 30] for at in range(0, 6763, 30)),
        " ".join(row["surname"] for row in table("surnames")),
        surnames_in_lines(),
        surnames_in_lines().replace("\n", "\t"),
        "记者叶翔、通讯员袁野报道：县水泥厂的职工们捐了款。",
        "赞扬尧舒静的事迹激励职工",
        "袁世凯 袁崇焕 袁枚 叶挺 叶圣陶 于谦 于右任 尧 舜 禹",
        "遥控器 遥感 逍遥 遥远 路遥知马力",
        "函数 f(x)=x+1 的图像：院子里的原点",
        "医院院长袁野、叶冶、于渊",
        "要要要要",
        "袁",
        "",
    ],
)
def test_tables_lists_and_scraps_stay(text):
    assert find_founder_shift(text) == []


def test_the_words_of_a_whole_dictionary_stay():
    import jieba

    with jieba.get_dict_file() as stream:
        words = [line.split(b" ")[0].decode() for line in stream][::3]
    for divider in ("\n", "、"):
        text = divider.join(words)
        made = [edit for edit in find_founder_shift(text) if edit.confidence >= 0.5]
        assert len(made) <= len(text) * 30e-6


DAMAGED_PIECES = st.lists(
    st.sampled_from(
        [garbled(PROSE)[:60], garbled(PROSE)[40:150], PROSE[:50], "袁主席", "\n", " ", "２００６年", "要要要", "冶"]
    ),
    max_size=6,
).map("".join)


@settings(deadline=None, max_examples=80)
@given(
    DAMAGED_PIECES
    | st.text(alphabet="袁遥尧曰院野冶渊冤叶曳耶爷要噎淤于盂园员的工会 \n，。“”", max_size=60)
    | st.text()
)
def test_repairing_twice_is_repairing_once_and_places_hold(text):
    edits = find_founder_shift(text)
    for edit in edits:
        assert text[edit.start] == edit.before
        assert shifted_signs()[edit.before] == edit.after
    assert [edit.start for edit in edits] == sorted({edit.start for edit in edits})
    once = repair(text, rules=["founder_shift"]).text
    assert len(once) == len(text)
    assert repair(once, rules=["founder_shift"]).text == once


@pytest.mark.parametrize(
    "text",
    ["遥" * 200_000, "要" * 200_000, ("袁" + " " * 5000) * 200, " " * 3_000_000 + "袁遥", "袁遥\ud800\x00" * 20_000],
    ids=["one sign", "one dash", "wide blanks", "mostly blank", "broken characters"],
)
def test_odd_input_takes_no_long_time(text):
    started = time.process_time()
    find_founder_shift(text)
    assert time.process_time() - started < 20


def test_clean_text_passes_quickly():
    text = PROSE * 10_000
    find_founder_shift(PROSE)
    started = time.process_time()
    assert find_founder_shift(text) == []
    assert len(text.encode()) / (time.process_time() - started) > 2_000_000  # some 30 MB/s when idle


def test_the_real_newspaper_page(shared):
    """Seed 000: read through by eye once; what can be told without its text is held here."""
    text = next((shared / "seeds").glob("000*")).read_text(encoding="utf-8")
    read = repaired(text)
    for opened, closed in ("“”", "（）", "《》", "‘’"):
        assert read.count(opened) == read.count(closed) > 0
    assert not set("袁遥尧曰渊冤曳耶爷") & set(read)
    assert read.replace("\n", "").count("机冶") == 2
    assert read.count("院") == 2
    assert read.count("———") == text.count("要要要")
    assert len([edit for edit in find_founder_shift(text) if edit.confidence < 0.9]) == 0


def test_real_clean_texts_stay(shared):
    folders = [*sorted((shared / "real" / "official").glob("*.txt"))[::6], *sorted((shared / "seeds").glob("00[1-4]*"))]
    for path in folders:
        assert find_founder_shift(path.read_text(encoding="utf-8", errors="replace")) == [], path.name


def test_real_reports_garbled_again_come_back(shared):
    for path in sorted((shared / "real" / "gbk").glob("*.txt"))[:2]:
        clean = path.read_bytes().decode("gb18030", "replace")
        assert share_right(clean, garbled(clean)) >= 0.999
