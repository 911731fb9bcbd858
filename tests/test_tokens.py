"""Words: they join to the text, both libraries cut alike, and union terms stay whole."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import accumulate
from math import log
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus import tokens
from union_corpus.documents import Document
from union_corpus.errors import LexiconError, MissingDependencyError
from union_corpus.scripts import simplify
from union_corpus.tokens import NEW_TERMS, Tokenizer, new_terms_frame, stop_words, terms, tokenize, union_terms
from union_corpus.word_runs import WordRuns

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
SEEDS = sorted((SHARED / "seeds").glob("*.txt"))

CHARACTERS = st.one_of(
    st.sampled_from("职工代表大会總工會創建模范2019年和習近平华一二三，。、“”（）\r\n\t \u3000%.-_+#&aZ9xT恤卡拉OK"),
    st.sampled_from("\x00\x1c\x85\u2028\ue000\uf8ff\u3400\u9fd5\u9fd6\u9fff\uf900\U00020000〇〡々①Ａ１\ud800\udfff"),
    st.characters(),
)
TEXTS = st.text(alphabet=CHARACTERS, max_size=60)


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_tokens_join_to_the_text(text):
    assert "".join(tokenize(text)) == text
    assert all(tokenize(text))


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_both_libraries_cut_alike(text):
    assert Tokenizer(backend="rjieba").tokenize(text) == Tokenizer(backend="jieba").tokenize(text)


SENTENCES = [
    "全年组织“安康杯”竞赛12场次，参赛班组340个，查出隐患1,205条，整改率达到98.7%。",
    "2019-05-01，市总工会在工人文化宫表彰五一劳动奖章获得者，播放T恤义卖短片。",
    "签订工资集体协商协议，覆盖企业20xx家，职工3.2万人。\r\n",
    "企業工會召開職工代表大會，審議通過集體合同草案，並公開選舉職工董事。",
    "区总工会机关干部走进一线班组，为户外劳动者服务站点送去防暑降温用品。",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_both_libraries_cut_sentences_alike(text):
    fast, slow = Tokenizer(backend="rjieba").tokenize(text), Tokenizer(backend="jieba").tokenize(text)
    assert fast == slow
    assert "".join(fast) == text


@pytest.mark.skipif(not SEEDS, reason=f"no seeds in {SHARED}")
def test_both_libraries_cut_the_seeds_alike():
    for path in SEEDS:
        text = path.read_bytes().decode("utf-8", "surrogateescape")[:20_000]
        assert Tokenizer(backend="rjieba").tokenize(text) == Tokenizer(backend="jieba").tokenize(text), path.name


def test_traditional_text_is_cut_like_simplified_text():
    text = "企業工會召開職工代表大會，簽訂工資集體協商協議，開展金秋助學活動。"
    cut = tokenize(text)
    assert [simplify(word) for word in cut] == tokenize(simplify(text))
    assert {"職工代表大會", "工資集體協商", "金秋助學活動"} <= set(cut)


def test_every_union_term_stays_whole():
    assert len(union_terms()) > 500
    assert [term for term in union_terms() if term not in tokenize(f"，{term}，")] == []


def _cut_terms(text: str) -> tuple[int, list[str]]:
    """How many union terms stand in a text (leftmost-longest), and which of them the tokenizer cut in two."""
    plain = simplify(text, taiwan_terms=False)
    borders = set(accumulate(map(len, tokenize(text))))
    pattern = re.compile("|".join(sorted(map(re.escape, union_terms()), key=len, reverse=True)))
    matches = list(pattern.finditer(plain))
    cut = [one.group() for one in matches if borders.intersection(range(one.start() + 1, one.end()))]
    return len(matches), cut


@pytest.mark.skipif(not SEEDS, reason=f"no seeds in {SHARED}")
def test_union_terms_stay_whole_in_running_text():
    found, cut = 0, []
    for path in [*SEEDS, *sorted((SHARED / "dev/reports").glob("*.txt")), *sorted(SHARED.glob("real/official/law*"))]:
        number, cuts = _cut_terms(path.read_text(encoding="utf-8", errors="replace"))
        found += number
        cut += cuts
    assert found > 3000
    assert len(cut) / found < 0.004


def test_a_term_does_not_tear_its_neighbours():
    assert tokenize("市总工会主席讲话")[1:3] == ["总工会", "主席"]
    assert "建家" not in tokenize("帮助职工创建家园")
    assert "困难职工" not in tokenize("把困难和职工之家一起谈")


def test_own_words_are_kept(tmp_path):
    text = "开展云岭职工跟党走活动，评选最美工会人"
    assert "云岭职工跟党走" not in tokenize(text)
    assert "云岭职工跟党走" in tokenize(text, ["云岭职工跟党走"])
    path = tmp_path / "own.tsv"
    path.write_text("# source: ours\nterm\taliases\n云岭职工跟党走\t跟党走活动\n最美工会人\t\n", encoding="utf-8")
    assert {"云岭职工跟党走", "最美工会人"} <= set(tokenize(text, path))
    assert "雲嶺職工跟黨走" in tokenize("開展雲嶺職工跟黨走活動", path)
    path.write_text("theme\tgroup\tforms\n云岭职工跟党走\taid\t“最美”·工会人|最美工会人\n", encoding="utf-8")
    assert {"云岭职工跟党走", "最美工会人"} <= set(tokenize(text, path))
    path.write_text("indicator\tcode\n会员数\tmembers\n", encoding="utf-8")
    assert tokenize(text, path) == tokenize(text)


def test_a_bad_word_list_says_where(tmp_path):
    path = tmp_path / "own.tsv"
    path.write_text("# source\nterm\taliases\n好词\t\n坏词\t甲\t乙\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"own\.tsv, line 4"):
        tokenize("文本", path)
    path.write_text("word\n好词\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="no column named term or theme"):
        tokenize("文本", path)
    with pytest.raises(LexiconError, match="cannot be kept as one word"):
        tokenize("文本", ["两个 词"])
    with pytest.raises(LexiconError, match="cannot read"):
        tokenize("文本", tmp_path / "nothing.tsv")


def test_terms_are_what_is_worth_counting():
    found = terms("2009年，全縣各級工會共簽訂集體契約１２０份，達到百分之九十，QC小组和OA系统20xx年第三次。")
    assert found == ["全县", "工会", "签订", "集体合同", "qc小组", "oa", "系统"]
    assert terms("") == []
    assert terms("临江XX局XXX同志") == ["临江"], "masks are no words"
    assert not stop_words().intersection(terms("我们要认真开展工作，进一步加强工会工作"))


def test_stop_words_do_not_take_what_reports_are_compared_by():
    assert not stop_words().intersection({"职工", "工会", "企业", "竞赛", "维权", "帮扶", "培训", *union_terms()})


def test_jieba_is_used_when_rjieba_is_missing(monkeypatch):
    real = tokens.find_spec
    monkeypatch.setattr(tokens, "find_spec", lambda name: None if name == "rjieba" else real(name))
    assert tokens._backend() == "jieba"
    assert tokenize("职工代表大会") == ["职工代表大会"]
    monkeypatch.setattr(tokens, "find_spec", real)
    monkeypatch.setitem(sys.modules, "rjieba", None)
    assert tokens._backend() == "jieba", "found, but built for another machine"
    monkeypatch.setattr(tokens, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match="pip install"):
        tokenize("职工代表大会")


def test_jieba_stays_quiet(tmp_path):
    code = """
import logging, sys, tempfile
from pathlib import Path
from union_corpus.tokens import Tokenizer
assert "jieba" not in sys.modules and "rjieba" not in sys.modules and "pandas" not in sys.modules
assert Tokenizer(backend="jieba").tokenize("职代会") == ["职代会"]
assert not logging.getLogger().handlers and not logging.getLogger("jieba").handlers
assert "pkg_resources" not in sys.modules
assert not list(Path(tempfile.gettempdir()).iterdir()), "jieba wrote a cache"
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-B", "-c", code],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_new_terms_have_their_columns_also_without_rows():
    for texts in ([], [""], ["工"], ["\ud800"], ["123。"]):
        found = new_terms_frame(texts)
        assert found.empty
        assert list(found.columns) == list(NEW_TERMS)
        assert found.dtypes.astype(str).tolist() == list(NEW_TERMS.values())


def test_a_new_campaign_is_found_in_documents_of_either_script():
    reports = [
        Document.from_text(f"{verb}晨曦护航{noun}。", doc_id=str(at))
        for at, (verb, noun) in enumerate([("组织", "宣讲"), ("推广", "经验"), ("深化", "行动"), ("巩固", "成果")])
    ] + ["落實晨曦護航部署"]
    found = new_terms_frame(reports).set_index("term")
    assert found.loc["晨曦护航", "count"] == 5
    assert found.loc["晨曦护航", "n_docs"] == 5
    assert found.index[0] == "晨曦护航"


def test_the_figures_of_a_run_of_words():
    # Two reports: 1 2 3 / 1 2 4, and 5 1 2; as runs, 0 between.
    runs = WordRuns([0, 1, 2, 3, 0, 1, 2, 4, 0, 5, 1, 2, 0], [9, 13], longest=3, min_count=1)
    number = {spelling: run for run, spelling in runs}
    assert runs.count(number[1, 2]) == 3
    assert runs.npmi(number[1, 2]) == pytest.approx(log((3 / 9) / (3 / 9 * 3 / 9)) / -log(3 / 9))
    assert runs.npmi(number[5, 1, 2]) == pytest.approx(log((1 / 9) / (1 / 9 * 3 / 9)) / -log(1 / 9))
    n_docs, left, right = runs.surroundings([[number[1, 2]], [number[5,]], [number[1,], number[2,]]])
    assert n_docs.tolist() == [2, 1, 2]
    assert left[0] == pytest.approx(log(3))  # two borders, which are not alike, and 5
    assert right[0] == pytest.approx(log(3))
    assert left[1] == right[1] == 0
    assert right[2] == pytest.approx(-(3 / 6 * log(3 / 6)) + 3 * (-1 / 6 * log(1 / 6)))


def test_a_run_holds_as_its_weakest_joint_does():
    # 1 and 2 always stand together, 3 stands anywhere.
    runs = WordRuns([0, 1, 2, 3, 0, 3, 4, 3, 0, 3, 0], [11], longest=3, min_count=1)
    number = {spelling: run for run, spelling in runs}
    whole, weak, firm = 1 / 7, (1 / 7) / (1 / 7 * 4 / 7), (1 / 7) / (1 / 7 * 1 / 7)
    assert weak < firm
    assert runs.npmi(number[1, 2, 3]) == pytest.approx(log(weak) / -log(whole))


def test_known_terms_are_not_new():
    reports = ["推行厂务公开制度", "深化厂务公开内容", "拓展厂务公开领域", "规范厂务公开程序"]
    assert "厂务公开" not in set(new_terms_frame(reports).term)
    assert "厂务公开" in set(new_terms_frame(reports, known=()).term)


@pytest.mark.skipif(not SEEDS, reason=f"no seeds in {SHARED}")
def test_most_union_terms_are_found_anew_from_the_seeds():
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in SEEDS]
    everything = "\n".join(map(simplify, texts))
    wanted = [term for term in union_terms() if everything.count(term) >= 3]
    found = set(new_terms_frame(texts, known=()).term)
    assert sum(term in found for term in wanted) / len(wanted) >= 0.88
