"""Runs read one byte off with no reading: cases, the promises, floors under tests/quality, clean text and speed."""

import json
import random
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import union_corpus as uc
from union_corpus.documents import apply_edits
from union_corpus.language_model import load_model
from union_corpus.repairs.own_words import OwnWords
from union_corpus.repairs.shifted_bytes import find_shifted_bytes
from union_corpus.repairs.shifted_runs import odd_places, shifted_runs

ROOT = Path(__file__).resolve().parents[1]
CASES = json.loads((ROOT / "tests" / "cases" / "shifted_bytes.json").read_text(encoding="utf-8"))

sys.path.append(str(ROOT / "tests" / "quality"))


def mend(text):
    return apply_edits(text, [edit for edit in find_shifted_bytes(text) if edit.confidence >= 0.5])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_case(case):
    assert mend(case["damaged"]) == case["repaired"]
    assert mend(case["repaired"]) == case["repaired"]


def test_the_public_door_mends_a_run_and_tells_the_rule():
    case = CASES[1]
    doc = uc.repair(case["damaged"])
    assert doc.text == case["repaired"]
    assert doc.edits_frame()["rule"].tolist() == ["shifted_bytes"]
    assert uc.repair(doc.text).text == doc.text


def test_a_character_that_cannot_be_told_is_left_unknown():
    # A river that reports do not know: what follows its name is restored, the cut character is not invented.
    doc = uc.repair("县总工会走访了杪藿\ufffd大桥的建设者，送去慰问品。")
    assert doc.text == "县总工会走访了\ufffd罗江大桥的建设者，送去慰问品。"
    assert [problem.problem for problem in doc.problems] == ["lost_text"]


def test_what_is_not_sure_is_told():
    damaged = "走訪慰問困難職工三十戶，l放慰問金，職工們都說好，縣總工會也來祝賀。"
    doc = uc.repair(damaged, threshold=0.9)
    assert doc.text == damaged
    assert {problem.problem for problem in doc.problems} == {"shifted_bytes"}


def test_a_well_known_word_does_not_stand_for_the_name_of_a_place():
    """Made names of towns and villages, each with one byte lost: not many may come out as another name."""
    rng = random.Random(5)
    names = [
        "武稻镇",
        "榆北村",
        "石务盖镇",
        "黄士山",
        "陈集村",
        "瑶吉坝镇",
        "缪街河",
        "禅渊街道",
        "李新伙社区",
        "大庄街道",
    ]
    wrong = 0
    for name in names * 4:
        line = f"组织法律援助律师到{name}开展普法宣传，接待咨询一百余人次。"
        place = len(line[: line.index(name) + rng.randrange(len(name) - 1)].encode("gbk")) + rng.randrange(2)
        data = line.encode("gbk")
        repaired = mend((data[:place] + data[place + 1 :]).decode("gbk", "replace"))
        wrong += len(repaired) == len(line) and any(a not in (b, "\ufffd") for a, b in zip(repaired, line, strict=True))
    assert wrong <= 14


def test_what_the_text_has_elsewhere_speaks_for_a_character():
    own = OwnWords("里仁乡总工会成立。走访里�乡。", load_model())
    assert own.speak_for("里�乡", "访里", "仁", "乡。") > own.speak_for("里�乡", "访里", "和", "乡。") == 0.0
    # What is shown in the damaged place itself is no evidence.
    assert own.speak_for("里�乡", "里", "�", "乡") == 0.0
    assert own.may_be_name("访里", "和", "乡。", "里�乡")
    assert not own.may_be_name("访里", "仁", "乡。", "里�乡")


def test_one_sign_alone_is_filled_only_where_the_text_is_proven_to_have_lost_bytes():
    alone = "工会与企业签订集体合\ufffd，覆盖全体职工。"
    proof = "全年经费蠹泼挥蟹⑾治ス嫖侍猓\ufffd职工反映良好。"
    assert mend(alone) == alone
    assert "集体合同，覆盖" in mend(f"{proof}\n{proof}\n{alone}")


def test_where_the_bytes_come_into_step_again():
    text = "評優樹；顒拥拈_展"
    ((start, end),), traditional = odd_places(text)
    assert (start, end, traditional) == (4, 8, True)
    (run,) = [run for run in shifted_runs(text, start, end, 3) if run.first == 3]
    assert (run.end, run.spelled, run.cut) == (7, ("活", "動", "的", "開", ""), 0)
    (run,) = shifted_runs("经费蠹泼挥蟹\ufffd职工", 2, 7, 2)
    assert (run.end, run.spelled, run.cut) == (6, ("计", "没", "有", ""), 0xB7)


pieces = st.sampled_from(
    [
        "蠹泼挥蟹⑾治ス嫖侍猓",
        "\ufffd",
        "顒拥拈_",
        "l",
        "工会",
        "，",
        "\n",
        "職工",
        "\ue0e8",
        "毠んw",
        "\ud800",
        "5",
        "𠀀",
    ]
)


@settings(deadline=None, max_examples=60)
@example("蠹泼挥蟹⑾治ス嫖侍猓\ufffd\ue0e8蠹泼挥蟹⑾治ス嫖侍猓\ufffd")
@given(st.one_of(st.lists(pieces, max_size=20).map("".join), st.text(max_size=40)))
def test_edits_fit_and_do_not_overlap(text):
    edits = find_shifted_bytes(text)
    apply_edits(text, edits)  # raises where one does not fit
    assert all(0 <= edit.confidence <= 1 and edit.before != edit.after for edit in edits)
    assert not any("\ue000" <= char <= "\uf8ff" for edit in edits for char in edit.after)


def test_floors():
    """
    Of the lines of the sample that lost a byte three in four are restored, nine in ten hold nothing wrong.

    Since a character is given only where it is likelier by far, fewer are restored whole than before (floors .70 and
    .78) and half as many are wrong (.10).
    """
    from shifted_bytes import documents, measure

    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "data" / "_originals").glob("*.txt"))]
    if not texts:
        pytest.skip("the undamaged sample reports are not here")
    for traditional, floor, sound in ((False, 0.69, 0.92), (True, 0.76, 0.86)):
        counts, judged = Counter(), []
        for lines in documents(texts, traditional=traditional, codec="gb18030", rng=random.Random(6)):
            measure(lines, counts, judged)
        n_runs = sum(counts[kind] for kind in ("restored", "marked", "left", "wrong"))
        assert n_runs > 100
        assert counts["restored"] >= floor * n_runs
        assert counts["restored"] + counts["marked"] >= sound * n_runs
        assert counts["wrong"] <= 0.06 * n_runs
        assert counts["clean lines changed"] == 0
        sure = [right for confidence, right in judged if confidence >= 0.85]
        assert sum(sure) >= 0.93 * len(sure)


def test_clean_reports_are_left_alone(shared):
    for path in sorted((shared / "real" / "official").glob("*.txt")):
        assert not [e for e in find_shifted_bytes(path.read_text(encoding="utf-8")) if e.confidence >= 0.5], path.name


@pytest.mark.parametrize("garbage", ["蠹" * 50_000, "\ufffd工" * 50_000, "發l放" * 30_000, "陨锨剑\ufffd" * 20_000])
def test_garbage_costs_little(garbage):
    find_shifted_bytes(CASES[1]["damaged"])
    started = time.process_time()
    apply_edits(garbage, find_shifted_bytes(garbage))
    assert time.process_time() - started < 3


def test_the_first_look_is_quick():
    text = "各级工会认真组织职工开展劳动竞赛，慰问困难职工318户。\n" * 50_000
    find_shifted_bytes(text[:100])
    started = time.process_time()
    assert find_shifted_bytes(text) == []
    assert len(text.encode()) / (time.process_time() - started) > 30_000_000  # some 150 MB/s when idle


@pytest.mark.parametrize(
    "text",
    [
        "《詩經‧小雅》呦呦鹿鳴，食野之苹。我有嘉賓，鼓瑟吹笙。呦呦鹿鳴，食野之蒿。視民不恌，君子是則是傚。",
        "各级工会开展读书活动。《诗经》说：呦呦鹿鳴，食野之苹。我们组织职工学习传统文化，慰问困难职工。",
        "王事靡盬，不遑啟處。四牡騑騑，周道倭遲。豈不懷歸？王事靡盬，我心傷悲。",
    ],
)
def test_verses_of_rare_characters_stay(text):
    """Read one byte later, 呦呦鹿鳴 holds common characters and a letter that stands alone: 线下锅Q."""
    assert uc.repair(text).text == text
