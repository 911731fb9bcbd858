"""Mojibake: cases as data, floors on reports of our own, lost bytes never become a number, and any input survives."""

import json
import random
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import union_corpus as uc
from union_corpus.documents import apply_edits
from union_corpus.repairs.code_tables import DOUBLE, channels, encoder
from union_corpus.repairs.mojibake import find_lost_text, find_mojibake
from union_corpus.repairs.rereading import Piece, _joined

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


@pytest.mark.parametrize(("meant", "shown", "floor"), [("utf-8", "cp950", 0.74), ("gb18030", "cp950", 0.985)])
def test_a_whole_repair_brings_back_what_the_bytes_left_tell(meant, shown, floor):
    right = total = 0
    for text in REPORTS[1::4]:
        doc = uc.repair(text.encode(meant).decode(shown, "replace"))
        blocks = SequenceMatcher(None, text, doc.text, autojunk=False).get_matching_blocks()
        right, total = right + sum(block.size for block in blocks), total + len(text)
        # An edit holds only what it tells: a sign for what nobody knows stays where it is.
        edits = [edit for made in doc.repairs if made.rule == "mojibake" for edit in made.edits]
        assert not any(edit.before[-1:] == edit.after[-1:] == "\ufffd" for edit in edits)
    assert right / total > floor


def test_a_likely_character_is_given_beside_one_that_is_not_told():
    # The sign in the middle stands for the last byte of the first character and the first byte of the second.
    shown = "蔬菜".encode().decode("cp950", "replace")
    assert _joined(0, 5, shown, [("蔬", 0.9), ("菜", 0.3)]) == Piece(0, 5, "蔬\ufffd", 0.9)
    assert _joined(0, 5, shown, [("蔬", 0.4), ("菜", 0.3)]) == Piece(0, 5, "蔬菜", 0.3)


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


def as_windows_shows(text: str) -> str:
    """UTF-8 read as GBK: a question mark for a lead byte, and the byte behind it is gone."""
    data, shown, at = text.encode(), "", 0
    while at < len(data):
        step = 1 if data[at] < 0x80 else 2
        try:
            shown += data[at : at + step].decode("gbk")
        except UnicodeError:
            shown += "?"
        at += step
    return shown


def test_a_digit_that_was_eaten_never_makes_a_smaller_number():
    shown = as_windows_shows("共收到职工代表提案77件，立案58件，办结56件。")
    assert "?7" in shown
    doc = uc.repair(shown)
    assert "提案?7件" in doc.text
    assert "eaten_digit" in {problem.problem for problem in doc.problems}
    assert not [found for found in uc.find_indicators(doc) if found.text.startswith("7件") and found.value is not None]


@pytest.mark.parametrize("year", ["1978", "2000", "2016"])
def test_the_first_digit_of_a_year_is_told_by_the_others(year):
    shown = as_windows_shows(f"工会会员人数自{year}年以来逐步增加，慰问困难职工。")
    assert f"?{year[1:]}" in shown
    # 2000 may as well have been some thousand years.
    assert (f"自{year}年以来" in mended(shown)) == (year != "2000")


LINE = "各级工会组织职工开展劳动竞赛，慰问困难职工276户。"


@pytest.mark.parametrize(
    ("before", "behind"), [("", ""), ('<p class="t">', "</p>"), ("今年的工作如下：", "明年继续努力。")]
)
@pytest.mark.parametrize(
    ("meant", "shown"), [("gbk", "latin-1"), ("gbk", "cp950"), ("utf-8", "gb18030"), ("utf-8", "cp437")]
)
def test_garbled_lines_among_clean_ones_are_found_with_their_ends(before, behind, meant, shown):
    clean = ["一、全年工作回顾", "不断加大投入力度，加强重点项目建设。", "二、明年工作安排"]
    garbled = LINE.encode(meant).decode(shown, "replace")
    text = "\n".join([clean[0], before + garbled + behind, clean[1], before + garbled + behind, clean[2]])
    ours = mended(text).split("\n")
    assert ours[::2] == clean
    assert ours[1] == ours[3]
    assert ours[1].startswith(before)
    assert ours[1].endswith(behind)
    assert sum(a == b for a, b in zip(ours[1], before + LINE + behind, strict=False)) >= len(before + LINE + behind) - 2


@pytest.mark.parametrize(("meant", "shown"), [("utf-8", "gbk"), ("gbk", "cp950"), ("cp950", "gbk"), ("utf-8", "cp950")])
def test_repairing_lossy_text_twice_is_repairing_it_once(meant, shown):
    for number, text in enumerate(REPORTS):
        part = text[30 * number :][:220]
        once = uc.repair(part.encode(meant, "ignore").decode(shown, "replace"))
        again = uc.repair(once.text)
        assert again.text == once.text
        assert once.replay() == once.text
        assert all(once.text[problem.start : problem.end] == problem.text for problem in once.problems)


def test_a_lost_byte_is_one_that_cannot_be_read_with_those_behind_it():
    # 持 and 村 lose both bytes, which rows of user-defined characters cannot have been read for.
    text = "加強農村工會建設，深入基層，支持工會協助會員。"
    assert mended(text.encode("cp950").decode("gbk", "replace")) == text


def test_a_digit_that_was_eaten_helps_to_tell_the_character_before_it():
    n_eaten = 0
    for before in ("", "共"):
        text = before + "发放250万元，资助困难职工100名，比武3次，覆盖企业80家，完成投资17亿元。"
        ours = mended(as_windows_shows(text))
        assert len(ours) == len(text)
        assert all(now in (was, "?") for was, now in zip(text, ours, strict=True))
        assert all(was.isdigit() for was, now in zip(text, ours, strict=True) if now == "?")
        n_eaten += ours.count("?")
    assert n_eaten == 3


def test_a_second_byte_of_ascii_before_a_figure_parts_no_stretch():
    line = "——2026年在安徽召開會議"
    assert mended(line.encode("cp950").decode("latin-1")) == line


def test_two_channels_side_by_side():
    one, other = LINE.encode().decode("latin-1"), LINE.encode("gbk").decode("cp950", "replace")
    assert mended(f"{one}\n{other}") == f"{LINE}\n{LINE}"


@pytest.mark.parametrize(("meant", "shown"), [("utf-8", "gbk"), ("gbk", "cp950")])
@pytest.mark.parametrize("outer", ["latin-1", "cp437"])
def test_bytes_lost_under_another_layer_are_told_as_without_it(meant, shown, outer):
    text = LINE + "会议通过了全年工作报告，选举产生新一届委员会。"
    garbled = text.encode(meant).decode(shown, "replace")
    assert "\ufffd" in garbled
    doc = uc.repair("工作总结\n" + garbled.encode().decode(outer))
    assert doc.text == "工作总结\n" + mended(garbled)
    # What was chosen among several is no surer under two layers than under one.
    alone = min(edit.confidence for edit in find_mojibake(garbled))
    assert alone < 1.0
    assert min(edit.confidence for made in doc.repairs for edit in made.edits) == pytest.approx(alone, abs=0.05)


def test_utf16_one_byte_off_loses_two_characters_and_invents_none():
    data = LINE.encode("utf-16-le")
    assert mended(data.decode("utf-16-be", "replace")).replace("\ufffd", "") in LINE.replace("竞", "")
    for codec in ("utf-16-le", "utf-16-be"):
        off = LINE.encode(codec)[1:-1].decode(codec, "replace")
        ours = mended("工作总结\n" + off)
        assert ours.startswith("工作总结\n\ufffd级工会组织职工开展劳")
        assert "，慰问困难职工276户" in ours


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("table", ["latin-1", "cp1252", "gbk"])
def test_utf16_read_with_a_table_of_bytes(codec, table):
    shown = (LINE + LINE).encode(codec).decode(table, "replace")
    ours = mended("工作总结：" + shown)
    assert ours.startswith("工作总结：")
    # What lost a byte is marked; nothing stands in its place.
    assert len(ours) - len("工作总结：") - 2 * len(LINE) in (-1, 0)
    same = sum(now in (was, "\ufffd") for was, now in zip(LINE + LINE, ours[5:], strict=False))
    assert same >= 2 * len(LINE) - 2
    assert ours.count("\ufffd") < (2 if table == "latin-1" else 14)


def test_control_characters_in_clean_text_stay():
    text = "".join(
        char + ("\x00" if number % 7 == 0 else "\x1f" if number % 11 == 0 else "") for number, char in enumerate(LINE)
    )
    assert mended(text) == text
    assert mended("Trade\x00 union\x01 report\x02 of\x03 2012") == "Trade\x00 union\x01 report\x02 of\x03 2012"


def test_a_digit_whose_byte_was_lost_is_marked():
    data = (LINE + LINE).encode("utf-16-le")
    at = 2 * LINE.index("6") + 1
    ours = mended((data[:at] + data[at + 1 : -1]).decode("utf-16-le", "replace"))
    assert ours.startswith(LINE[: LINE.index("6")] + "\ufffd户")


@pytest.mark.parametrize(
    "line",
    [
        "{\\typeout{*** SUCCESS ***}}{\\typeout{*** FAIL ***}}",
        "cp -a /etc/terminfo/*/* /mnt/etc/terminfo",
        "grep -L package_name '/man/man.*/'",
        '\x1b[33m       -____-\x1b[m  \x1b[31m"/usr/share/doc/pppoeconf/"\x1b[m',
        "√x² ──── ix⁴ ──────── eⁱˣ",
        "\\definecolor{丹}{RGB}{255,78,32} \\XPYU{穈}{31304}{mén} \\XPYU{蠽}{34877}{jié}",
    ],
)
def test_programs_and_rules_of_dashes_stay(line):
    """Two letters of ASCII are often a Han character, and one turned round too: * is ⨀ and _ is 开."""
    text = f"各级工会开展技能竞赛，慰问困难职工。\n    {line}\n召开职工代表大会，签订集体合同。\n"
    assert uc.repair(text).text == text


def test_lines_of_which_nothing_is_left_stay():
    for text in REPORTS[::12]:
        gone = "".join(char if char.isascii() else "\ufffd" * 3 for char in text)
        assert not find_mojibake(gone)


@pytest.mark.parametrize("name", ["gbk", "big5"])
def test_random_bytes_take_bounded_time(name):
    import time

    data = random.Random(5).randbytes(20_000)
    find_mojibake("å·¥ä¼š")
    start = time.process_time()
    find_mojibake(data.decode(name, "replace"))
    assert time.process_time() - start < 15


@pytest.mark.parametrize("times", [2, 3])
def test_what_was_garbled_over_and_over_is_told(times):
    text = REPORTS[0][:200]
    shown = text
    for _ in range(times):
        shown = shown.encode().decode("gbk", "replace")
    doc = uc.repair(f"{text}\n{shown}")
    assert doc.text.startswith(text)
    assert "unread_text" in {problem.problem for problem in doc.problems}


def test_rare_characters_are_not_called_unread():
    rare = "鐘鎮鏈鐵閱鑄鑰錄鍋閣鏡鐲鏟鑲鎖鎬鍛鍵鏗鏘鸱鸮鼹鼩薏苡芡實"
    assert uc.repair(f"全市各级工会认真落实。{rare}").problems == ()
    assert uc.repair("".join(REPORTS)).problems == ()


def test_lost_text_is_marked():
    assert [p.text for p in find_lost_text("职工锟斤拷锟斤拷大会\ufffd\ufffd召开")] == ["锟斤拷锟斤拷", "\ufffd\ufffd"]
    assert find_lost_text("真的吗??") == []


def test_channels_are_well_formed():
    assert len({channel.name for channel in channels()}) == len(channels())
    for channel in channels():
        "工".encode(channel.meant)
        assert encoder(channel.shown)["é" if channel.shown not in DOUBLE else "工"]


GARBLED = "鐨勫伐浼氶敓锟斤拷\ufffd€?å·¥ä¼š¹¤»á\ue043 7件，\n\udc80\0"


@given(st.text(alphabet=GARBLED, max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_input_survives_and_edits_fit(text):
    once = apply_edits(text, find_mojibake(text))
    assert find_lost_text(text) == find_lost_text(text)
    apply_edits(once, find_mojibake(once))


def test_a_long_garbled_line_takes_linear_time():
    import time

    shown = random.Random(1).choice(REPORTS).encode().decode("gbk", "replace").replace("\n", "")
    spent = []
    for times in (5, 10):
        start = time.process_time()
        find_mojibake(shown * times)
        spent.append(time.process_time() - start)
    assert spent[1] < 6 * max(spent[0], 0.05)
