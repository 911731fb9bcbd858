"""Traditional to simplified: OpenCC's result exactly, and Taiwan wording only where a machine put it."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus import scripts
from union_corpus.documents import apply_edits
from union_corpus.errors import MissingDependencyError
from union_corpus.scripts import (
    detect_origin,
    detect_script,
    level_view,
    levelled,
    simplify,
    simplify_view,
    taiwan_replacements,
)

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(scope="module")
def opencc():
    from opencc import OpenCC

    return OpenCC("t2s")


# Phrases of the table and characters around them, so that phrases touch and overlap.
PIECES = st.sampled_from(
    [
        *"會計畫乾隆著瞭解藉口於覆蓋鍾徵沈麼裏後髮發臺灣一不了書中自有千粟",
        *[
            "瞭解到",
            "不瞭解",
            "計畫",
            "乾隆年間",
            "旋乾轉坤",
            "反覆思維",
            "反反覆覆",
            "李鍾郁",
            "老態龍鍾",
            "書中自有千鍾粟",
        ],
        *["藉此機會", "情有獨鍾", "沈默", "么麼", "。", "\n", " ", "\ud800", "\x00", "𠀀", "abc", "工会"],
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_same_as_opencc(opencc, text):
    plain = simplify(text, taiwan_terms=False)
    assert plain == opencc.convert(text)
    assert len(plain) == len(text)


@settings(deadline=None, max_examples=150)
@given(st.text())
def test_any_text_is_converted_as_opencc_does(opencc, text):
    assert simplify(text, taiwan_terms=False) == opencc.convert(text)


def test_overlapping_phrases_go_to_the_longest_not_the_first(opencc):
    from union_corpus.scripts import _t2s

    phrases = list(_t2s().phrases)
    joined = [
        one + other[shared:]
        for one in phrases
        for other in phrases
        for shared in (1, 2)
        if one != other and len(one) > shared and one.endswith(other[:shared]) and len(other) > shared
    ]
    assert len(joined) > 100
    assert [simplify(text, taiwan_terms=False) for text in joined] == [opencc.convert(text) for text in joined]


def test_same_as_opencc_on_every_shared_text(opencc):
    paths = sorted(SHARED.glob("**/*.txt"))
    if not paths:
        pytest.skip(f"no texts in {SHARED}")
    # Half of the state's reports are enough here; tests/quality/words.py compares all of them.
    for path in [path for path in paths if "official" not in path.parts] + paths[::9]:
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        assert simplify(text, taiwan_terms=False) == opencc.convert(text), path.name


def test_pieces_of_a_long_line_join_without_a_seam(opencc):
    phrase = "不瞭解計畫"
    for shift in range(8):
        text = "工" * (scripts._CHUNK - shift) + phrase + "會" * 10
        assert simplify(text, taiwan_terms=False) == "工" * (scripts._CHUNK - shift) + "不了解计划" + "会" * 10


@pytest.mark.parametrize(
    ("text", "simplified"),
    [
        ("各級工會組織職工民眾學習檔案精神,建立台帳", "各级工会组织职工群众学习文件精神,建立台账"),
        ("簡化程式,最佳化流程,服務視窗讓黨委放心", "简化程序,优化流程,服务窗口让党委放心"),
        ("黨委與職工積極回響號召,引起熱烈回響", "党委与职工积极响应号召,引起热烈回响"),
        # Words of a genuine Taiwan report stay.
        ("民國110年,本會與資方簽訂契約,服務民眾", "民国110年,本会与资方签订契约,服务民众"),
        ("職業工會為民眾辦理勞保,網路報名", "职业工会为民众办理劳保,网路报名"),
        # Another sense, or a word that no machine made: 建立, 核心 and 檔案 itself are mainland words too.
        ("黨委建立困難職工檔案,圍繞核心任務,規範設定目標", "党委建立困难职工档案,围绕核心任务,规范设定目标"),
        # The report writes 群眾 itself, so its 民眾 is meant.
        ("黨委聯繫群眾,服務民眾", "党委联系群众,服务民众"),
        # 著: the particle is 着, the verb is not.
        ("隨著形勢發展,圍繞著中心,成效顯著,著名勞模", "随着形势发展,围绕着中心,成效显著,著名劳模"),
        ("著力解決問題,著手調研,編著教材", "着力解决问题,着手调研,编著教材"),
        ("隨著名單公布,沿著名勝古蹟步行,她執著地寫著作", "随着名单公布,沿着名胜古迹步行,她执着地写著作"),
        # Taiwan has 職工福利 and parties too.
        ("黨員與職工福利委員會服務民眾,網路投票", "党员与职工福利委员会服务民众,网路投票"),
        # In a text of both scripts only the traditional part can come from the machine.
        (
            "總工會聯繫職工民眾,隨著形勢發展簽訂集體契約。总工会服务职工，发挥桥梁作用，民众与契约精神一样著实",
            "总工会联系职工群众,随着形势发展签订集体合同。总工会服务职工，发挥桥梁作用，民众与契约精神一样著实",
        ),
        # Simplified text is left alone, whatever words it has.
        ("总工会回响民众呼声,网路和契约,著手", "总工会回响民众呼声,网路和契约,著手"),
    ],
)
def test_wording(text, simplified):
    assert simplify(text) == simplified


def test_every_replacement_is_on_record():
    text = "黨支部透過網際網路聯繫民眾,隨著計畫實施,集體契約簽訂率100%"
    edits = taiwan_replacements(text)
    assert [(edit.before, edit.after) for edit in edits] == [
        ("網際網路", "互联网"),
        ("民眾", "群众"),
        ("隨著", "随着"),
        ("契約", "合同"),
    ]
    assert simplify(apply_edits(text, edits), taiwan_terms=False) == simplify(text)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.sampled_from(["黨委", "民眾", "網際網路", "隨著", "職工", "。", "\n", "民國", "契約", "會"])).map(
        "".join
    )
)
def test_places_in_the_view_lead_back(text):
    view = simplify_view(text)
    assert view.text == simplify(text)
    assert view.span(0, len(view.text)) == (0, len(text))
    plain = simplify(text, taiwan_terms=False)
    for at in range(len(view.text)):
        start, end = view.span(at, at + 1)
        assert 0 <= start < end <= len(text)
        if not any(edit.start < end and start < edit.end for edit in view.edits):
            assert plain[start:end] == view.text[at]


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("", "other"),
        ("2009", "other"),
        ("Report of the union", "other"),
        ("労働組合のしおりについて", "other"),
        ("工人文化", "simplified"),
        ("工会召开职工代表大会", "simplified"),
        ("工會召開職工代表大會", "traditional"),
        ("工會召開職代會,工会召开职代会", "mixed"),
        ("\ud800\x00會", "traditional"),
    ],
)
def test_script(text, script):
    assert detect_script(text) == script


def test_a_few_stray_characters_do_not_make_a_text_mixed():
    assert (
        detect_script("各级工会组织开展劳动竞赛，为职工办实事，维护职工权益，发挥组织优势" * 3 + "後") == "simplified"
    )


def test_origin_needs_clear_evidence():
    assert detect_origin("黨委領導下的總工會召開職代會") == "mainland"
    assert detect_origin("立法會通過最低工資,工聯會代表雇主與勞方協商") == "taiwan"
    assert detect_origin("黨委與雇主") == "unknown"
    assert detect_origin("") == "unknown"


def test_levelled_view_sees_through_layout_and_leads_back():
    text = "參加“安康\n 杯”竞 赛\n\n合理化\n\n建议"
    level = level_view(text)
    at = level.text.index("安康杯竞赛")
    assert level.span(at, at + 5) == (3, 12)
    assert text[3:12] == "安康\n 杯”竞 赛"
    assert levelled("合理化 建議") in level.text
    at = level.text.index("合理化建议")
    assert level.span(at, at + 5) is None, "an empty line stands inside"


def test_another_package_under_the_name_of_opencc_is_named(monkeypatch, tmp_path):
    (tmp_path / "dictionary").mkdir()
    spec = ModuleSpec("opencc", None)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(scripts, "find_spec", lambda name: spec)
    with pytest.raises(MissingDependencyError, match="pip uninstall OpenCC opencc-python-reimplemented"):
        scripts._opencc_table("TSCharacters")


def test_missing_opencc_says_what_to_install(monkeypatch):
    monkeypatch.setattr(scripts, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match="pip install opencc-python-reimplemented"):
        scripts._opencc_table("TSCharacters")


def test_a_stranger_in_the_place_of_opencc_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "opencc", ModuleType("opencc"))
    with pytest.raises(MissingDependencyError, match="not a package"):
        scripts._opencc_table("TSCharacters")
