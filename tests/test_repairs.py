"""Repair as a whole: clean text stays to the byte, repairing twice is repairing once, every rule has one name."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import union_corpus as uc
from union_corpus.documents import Document, Problem, RawFile
from union_corpus.errors import UnionCorpusError
from union_corpus.language_model import load_model
from union_corpus.repairs import DETECTORS, RULES
from union_corpus.repairs.lost_places import find_lost_lines
from union_corpus.repairs.rules import Rule, characters_in
from union_corpus.tables import DIAGNOSIS

ROOT = Path(__file__).resolve().parents[1]
ORIGINALS = sorted((ROOT / "data" / "_originals").glob("*_20*.txt"))
DAMAGED = sorted((ROOT / "data" / "reports").glob("*.txt"))


@pytest.mark.parametrize("path", ORIGINALS, ids=lambda path: path.stem)
def test_a_clean_report_comes_back_untouched(path):
    text = path.read_bytes().decode("utf-8")
    assert uc.repair(text).text == text
    windows = text.replace("\n", "\r\n")
    assert uc.repair(windows).text == windows


def test_official_reports_come_back_untouched(shared):
    blank_in_number = re.compile(r"(?<=\d)\s+(?=\d)")
    for path in sorted((shared / "real" / "official").glob("*.txt")):
        text = path.read_bytes().decode("utf-8")
        mended = uc.repair(text).text
        assert mended == text or mended == blank_in_number.sub("", text), path.name


@pytest.mark.parametrize("path", DAMAGED, ids=lambda path: path.stem)
def test_repairing_twice_is_repairing_once(path):
    once = uc.repair(path.read_bytes())
    assert uc.repair(once) == once
    assert uc.repair(once.text).text == once.text
    assert once.replay() == once.text


GARBLED = "工会袁遥尧(huì)?年12 \n\n，一、鐨勫伐\ufffd\ue043å·¥*-XX\u200b\udc80\0"


def test_a_text_that_never_comes_to_rest_is_told(monkeypatch):
    monkeypatch.setattr("union_corpus.repairs._ROUNDS", 1)
    damaged = "學(xué)習(xí)工會(huì)法,開(kāi)展職代會(huì)"
    assert [problem.problem for problem in uc.repair(damaged).problems] == ["unsettled"]
    assert "unsettled" in uc.diagnose(damaged)["family"].tolist()
    assert not uc.repair("各级工会召开职代会。").problems


def test_no_rule_is_asked_again_about_a_text_it_has_read(monkeypatch):
    asked = []
    commas, later = (
        Rule(name, "gap", lambda text, name=name: asked.append((name, text)) or [], "") for name in ("commas", "later")
    )
    pinyin = next(rule for rule in RULES if rule.name == "inline_pinyin")
    monkeypatch.setattr("union_corpus.repairs.RULES", (commas, pinyin, later))
    assert uc.repair("学习工會(huì)法").text == "学习工會法"
    assert asked == [("commas", "学习工會(huì)法"), ("later", "学习工會法"), ("commas", "学习工會法")]


@given(st.text(alphabet=GARBLED, max_size=120))
@settings(max_examples=120, deadline=None)
def test_any_text_survives_and_replays(text):
    doc = uc.repair(text)
    assert doc.original == text
    assert doc.replay() == doc.text
    for problem in doc.problems:
        if problem.start is not None:
            assert 0 <= problem.start <= problem.end <= len(doc.text)


@given(st.binary(max_size=200))
@settings(max_examples=120, deadline=None)
def test_any_bytes_survive(data):
    doc = uc.repair(data)
    assert doc.replay() == doc.text


def test_what_is_not_sure_is_left_and_told():
    damaged = "各级工会坚持野两节冶送温暖袁慰问困难职工318户尧住院职工420余人袁发放慰问金25万元遥"
    bold, shy = uc.repair(damaged, threshold=0.0), uc.repair(damaged, threshold=1.01)
    assert bold.text.count("，") == 2
    assert shy.text == damaged
    assert {problem.problem for problem in shy.problems} == {"founder_shift"}
    assert all(damaged[p.start : p.end] == p.text for p in shy.problems)


def test_rules_can_be_chosen_by_name():
    damaged = "學(xué)習(xí)工會(huì)法袁開(kāi)展"
    assert uc.repair(damaged, rules=[]).text == damaged
    assert uc.repair(damaged, rules=["inline_pinyin"]).text == "學習工會法袁開展"
    with pytest.raises(UnionCorpusError, match="no repair rule is called magic; the rules are"):
        uc.repair(damaged, rules=["magic"])


def test_clean_reports_nearby_teach_the_names_in_them():
    clean = [path.read_text(encoding="utf-8") for path in ORIGINALS[:6]]
    damaged = "各级工会坚持野两节冶送温暖袁慰问困难职工318户尧住院职工420余人袁发放慰问金25万元遥"
    assert uc.repair(damaged, context=clean).text == uc.repair(damaged).text
    assert uc.repair(clean[0], context=clean).text == clean[0]


def test_every_rule_asks_the_model_that_has_read_the_reports_nearby(monkeypatch):
    asked = []
    rule = Rule("asking", "none", lambda text: asked.append(load_model()) or [])
    monkeypatch.setattr("union_corpus.repairs.RULES", (rule,))
    uc.repair("工会", context=["攀钒工会召开攀钒职工代表大会。"])
    uc.repair("工会")
    assert asked[0].score("攀钒工会") > asked[1].score("攀钒工会") + 5
    assert asked[1] is load_model()


@pytest.mark.parametrize("number", [0, 5, 11])
def test_reports_nearby_change_no_clean_text(number):
    texts = [path.read_text(encoding="utf-8") for path in ORIGINALS]
    assert uc.repair(texts[number], context=texts[number + 1 : number + 9]).text == texts[number]


def test_every_rule_has_one_name():
    names = [rule.name for rule in RULES] + [detector.name for detector in DETECTORS]
    assert len(set(names)) == len(names)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in names:
        assert f"`{name}`" in readme, name


WITH_ANY = [look for look in (*RULES, *DETECTORS) if look.only_with]
DAMAGED_LINES = [
    case["damaged"]
    for path in sorted((ROOT / "tests" / "cases").glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
    if isinstance(case, dict) and "damaged" in case
]


@pytest.mark.parametrize("look", WITH_ANY, ids=lambda look: look.name)
def test_what_is_not_looked_at_holds_nothing_to_find(look):
    told = [
        "全年锟斤拷慰问",
        "下拨?5万元。",
        "加强基?、改进作风",
        "??????2010?????",
        "⼯会⻓效机制",
        "职工李\ue863参加",
    ]
    lines = [*DAMAGED_LINES, *told]
    found = [line for line in lines if look.find(line)]
    assert found
    for line in found:
        assert characters_in(line) & set(look.only_with)


@given(st.text(alphabet="工会\ud800\0\U00020000?"))
@settings(max_examples=50, deadline=None)
def test_the_characters_of_a_text(text):
    first_plane = {sign for sign in text if sign < "\U00010000"}
    assert first_plane <= characters_in(text)
    assert all("\ud800" <= sign <= "\udfff" for sign in characters_in(text) - first_plane)


def test_diagnose_tells_and_changes_nothing():
    damaged = "學(xué)習(xí)工會(huì)法。全年锟斤拷锟斤拷慰問(wèn)職工。"
    table = uc.diagnose(damaged)
    assert dict(table.dtypes.astype(str)) == DIAGNOSIS
    assert set(table["severity"]) == {"repairable", "lost"}
    for row in table.itertuples():
        assert 0 <= row.start <= row.end <= len(damaged)
    lost = table[table["severity"] == "lost"].iloc[0]
    assert damaged[lost.start : lost.end] == "锟斤拷锟斤拷"
    assert uc.diagnose("职工代表大会").empty


def test_repair_takes_text_bytes_files_and_documents():
    for given_ in ("工会", "工会".encode("gb18030"), RawFile("a.txt", "工会".encode()), Document.from_text("工会")):
        assert uc.repair(given_).text == "工会"
    with pytest.raises(TypeError, match="load_corpus"):
        uc.repair(Path("a.txt"))


def test_a_lost_byte_is_told_once():
    data = "全市各级工会慰问困难职工。".encode("gbk")
    doc = uc.repair(data[:5] + data[6:])
    lost = [problem for problem in doc.problems if problem.problem != "odd_character"]
    assert [(problem.stage, problem.problem) for problem in lost] == [("decode", "lost_byte")]


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("??????2010?????\n\n2010?,????????????????????\n??318?,???88.6%?\n", 1),
        ("市总工会总结\n全年工作。\n\n????????????,???318?\n", 1),
        ("你为什么不去???????\n大家都去！！！\n", 0),
        ("Was soll das??? Ja???\n", 0),
        ("得分：?? 名次：??\n", 0),
    ],
)  # fmt: skip
def test_lines_saved_as_question_marks_are_told(text, n):
    assert len(find_lost_lines(text)) == n


def test_a_text_of_question_marks_stays_and_is_told():
    doc = uc.repair("??????2010?????\n2010?,????????????????????\n")
    assert doc.n_edits == 0
    assert [problem.problem for problem in doc.problems] == ["lost_lines"]


def test_an_odd_character_that_a_rule_took_out_is_odd_no_more():
    text = "在縣委的正確領(lǐng)導(dǎo)下，工會(huì)開(kāi)展活動(dòng)；專变39臺。"
    places = [text.index("l"), text.index("变")]
    odd = [Problem("decode", "odd_character", at, at + 1, text[at], "with one bit flipped") for at in places]
    doc = uc.repair(Document.from_text(text).with_problems(odd))
    assert [(p.text, doc.text[p.start : p.end]) for p in doc.problems] == [("变", "变")]
