"""The corpus: loading, looking up, tables with their promised columns, saving and opening again."""

import pickle
import random
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import union_corpus as uc
from union_corpus import tables
from union_corpus.corpus import heads_of_families
from union_corpus.datasets import read_frame
from union_corpus.errors import FrameError, LexiconError, LoadError, OptionError
from union_corpus.files import Limits
from union_corpus.scale import run

FRAMES = {
    "documents_frame": tables.DOCUMENTS,
    "edits_frame": tables.EDITS,
    "problems_frame": tables.PROBLEMS,
    "segments_frame": tables.SEGMENTS,
    "themes_frame": tables.THEMES,
    "indicators_frame": tables.INDICATORS,
    "duplicates_frame": tables.DUPLICATES,
    "terms_frame": tables.TERMS,
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_table_has_the_promised_columns_and_types(sample, name):
    for corpus in (sample, uc.Corpus([])):
        table = getattr(corpus, name)()
        assert dict(table.dtypes.astype(str)) == FRAMES[name]
    assert len(getattr(sample, name)()) or name == "duplicates_frame"


def test_documents_are_found_by_place_and_by_name(sample):
    first = sample[0]
    assert sample[first.doc_id] is first
    assert first.doc_id in sample
    assert len(sample[:3]) == 3
    with pytest.raises(KeyError, match="did you mean"):
        sample["federation"]


def test_every_figure_reads_as_its_text_and_leads_back(sample):
    figures = sample.indicators_frame()
    assert len(figures) > 100
    for row in figures.itertuples():
        doc = sample[row.doc_id]
        assert doc.text[row.start : row.end] == row.text
        assert doc.original_span(row.start, row.end) == (row.original_start, row.original_end)
        assert doc.byte_span(row.start, row.end) is not None


def test_every_edit_replays_and_leads_back_to_bytes(sample):
    for doc in sample:
        assert doc.replay() == doc.text
    edits = sample.edits_frame()
    assert len(edits) > 100
    for row in edits.itertuples():
        doc = sample[row.doc_id]
        assert doc.original_byte_span(row.original_start, row.original_end) is not None
        if row.step == 1:
            assert doc.original[row.start : row.end] == row.before


def test_reports_leave_compilations_aside(sample):
    parents = {doc.parent_id for doc in sample if doc.parent_id}
    assert parents
    assert not parents & {doc.doc_id for doc in sample.reports}
    assert not parents & set(sample.indicators_frame()["doc_id"])


def test_subset_by_metadata(sample):
    year = sample.reports[0].metadata.report_year
    chosen = sample.subset(report_year=year)
    assert {doc.metadata.report_year for doc in chosen} == {year}
    assert len(sample.subset(report_year=range(1900, 2100))) <= len(sample)
    assert len(sample.subset(lambda doc: not doc.text)) == 0
    with pytest.raises(FrameError, match="colour"):
        sample.subset(colour="red")


def test_saved_and_opened_again(sample, tmp_path):
    folder = sample.save(tmp_path / "out")
    again = uc.open_corpus(folder)
    assert [doc.doc_id for doc in again] == [doc.doc_id for doc in sample]
    for ours, theirs in zip(sample, again, strict=True):
        assert ours == theirs
    with pytest.raises(LoadError, match="not a dataset"):
        uc.open_corpus(tmp_path)


def test_corpora_of_the_same_documents_are_equal(sample):
    again = uc.Corpus(list(sample))
    assert again == sample
    assert hash(again) == hash(sample)
    assert sample[1:] != sample
    assert pickle.loads(pickle.dumps(sample)) == sample
    assert sample != list(sample)


def test_a_notebook_shows_what_is_there_and_nothing_else():
    doc = uc.repair("學(xué)習(xí)工會(huì)法<script>\n第二行")
    shown = doc._repr_html_()
    assert "<del title='inline_pinyin" in shown
    assert "3 edits" in shown
    assert "<script>" not in shown
    assert "第二行" not in shown  # nothing changed there
    assert "第二行" in uc.Document.from_text("第一行<b>\n第二行")._repr_html_()
    many = uc.Corpus(uc.Document.from_text("<b>", doc_id=f"<i>{at}") for at in range(12))
    assert "&lt;i&gt;9" in many._repr_html_()
    assert "&lt;i&gt;10" not in many._repr_html_()
    assert "2 more" in many._repr_html_()
    assert "&lt;NA&gt;" not in many._repr_html_()


def test_a_text_with_half_a_surrogate_pair_survives_saving(tmp_path):
    doc = uc.repair("工会\ud83d工作")
    folder = uc.Corpus([doc]).save(tmp_path / "out")
    assert uc.open_corpus(folder)[0].text == doc.text


def test_bad_files_are_rows_and_never_the_end(tmp_path):
    (tmp_path / "good.txt").write_text("2009年工会工作总结\n全年慰问困难职工276户。", encoding="gb18030")
    (tmp_path / "picture.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "empty.txt").write_bytes(b"")
    corpus = uc.load_corpus(tmp_path, progress=False)
    assert len(corpus) == 3
    assert corpus.indicators_frame()["value"].tolist() == [276]
    assert "picture.txt" in set(corpus.problems_frame()["doc_id"])


def test_nothing_to_load_is_one_clear_sentence(tmp_path):
    with pytest.raises(LoadError, match="nowhere"):
        uc.load_corpus(tmp_path / "nowhere")
    with pytest.raises(LoadError, match="no file"):
        uc.load_corpus(tmp_path, progress=False)
    with pytest.raises(LoadError, match="at least one"):
        uc.load_corpus()


def test_two_folders_with_the_same_names_are_told_apart(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text("工会工作", encoding="utf-8")
    corpus = uc.load_corpus(tmp_path / "a", tmp_path / "b", progress=False)
    assert [doc.doc_id for doc in corpus] == ["x.txt", "x.txt~2"]


def test_two_documents_of_one_name_are_refused():
    doc = uc.repair("工会")
    with pytest.raises(FrameError, match="two documents"):
        uc.Corpus([doc, doc])


def test_the_most_complete_copy_is_the_head():
    class Pair:
        def __init__(self, doc_id, other_id, relation, family):
            self.doc_id, self.other_id, self.relation, self.family = doc_id, other_id, relation, family

    pairs = [Pair("b", "a", "report", "a"), Pair("c", "a", "passage", "a")]
    assert heads_of_families(pairs) == {"b": "a"}


def test_workers_change_nothing(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(
            f"200{number}年工会工作总结\n新建工会{number + 5}家。", encoding="utf-8"
        )
    alone = uc.load_corpus(tmp_path, progress=False)
    together = uc.load_corpus(tmp_path, progress=False, workers=2)
    assert list(alone) == list(together)


def test_importing_is_light():
    import subprocess
    import sys

    heavy = [
        "pandas",
        "numpy",
        "jieba",
        "rjieba",
        "sklearn",
        "scipy",
        "matplotlib",
        "opencc",
        "pypinyin",
        "pyarrow",
        "rich",
        "typer",
    ]
    code = f"import sys, union_corpus; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_every_door_opens():
    for name in uc.__all__:
        assert getattr(uc, name) is not None
    assert set(uc.__all__) <= set(dir(uc))
    with pytest.raises(AttributeError, match="no attribute 'windows'"):
        _ = uc.windows


def test_a_word_list_of_the_users_own(tmp_path):
    (tmp_path / "reports").mkdir()
    text = "2012年工会工作总结\n全年组织晨读会12场，发放自行车35辆，慰问职工20户。"
    (tmp_path / "reports" / "a.txt").write_text(text, encoding="utf-8")
    lists = {
        "themes.tsv": "# mine\ntheme\tgroup\tforms\n晨读\tmine\t晨读会\n",
        "indicators.tsv": "# mine\ncode\tname\tunits\twords\nmy_bikes\t自行车\t辆\t自行车\n",
        "strange.tsv": "# mine\ncolour\tshape\nred\tround\n",
    }
    for name, content in lists.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    themes = uc.load_corpus(tmp_path / "reports", lexicon=tmp_path / "themes.tsv", progress=False)
    assert "晨读" in set(themes.themes_frame()["theme"])
    assert len(themes.indicators_frame()) == 3
    figures = uc.load_corpus(tmp_path / "reports", lexicon=tmp_path / "indicators.tsv", progress=False)
    assert "my_bikes" in set(figures.indicators_frame()["indicator_code"].dropna())
    assert "晨读" not in set(figures.themes_frame()["theme"])
    with pytest.raises(LexiconError, match="colour, shape"):
        uc.load_corpus(tmp_path / "reports", lexicon=tmp_path / "strange.tsv")
    with pytest.raises(LexiconError, match=r"nowhere\.tsv"):
        uc.load_corpus(tmp_path / "reports", lexicon=tmp_path / "nowhere.tsv")


def test_limits_reach_the_readers(tmp_path):
    from pdf_layouts import LAYOUTS

    layout = LAYOUTS["heads, feet, five pages"](random.Random(0), "pages")
    (tmp_path / "a.pdf").write_bytes(layout.data)
    corpus = uc.load_corpus(tmp_path, limits=Limits(pages=2), progress=False)
    assert "— 2 —" in corpus[0].original
    assert "— 3 —" not in corpus[0].original
    assert "too_large" in set(corpus.problems_frame().problem)


def test_tables_of_a_file_survive_saving(tmp_path):
    (tmp_path / "in").mkdir()
    page = "<html><body><p>会员的情况见下表，数字截至年底。</p><table><tr><td>地区<td>会员<tr><td>东区<td>300</table></body></html>"
    (tmp_path / "in" / "a.htm").write_text(page, encoding="gbk")
    corpus = uc.load_corpus(tmp_path / "in", progress=False)
    assert [len(table.cells) for table in corpus[0].tables] == [4]
    corpus.save(tmp_path / "out")
    assert uc.open_corpus(tmp_path / "out")[0].tables == corpus[0].tables
    assert "table" in set(corpus.segments_frame().kind)


def test_an_address_keeps_its_folders():
    fsspec = pytest.importorskip("fsspec")
    fsspec.filesystem("memory").pipe("/folder/2009/总结.txt", "某区总工会工作总结\n发展会员300人。".encode("gbk"))
    assert [doc.doc_id for doc in uc.load_corpus("memory://folder", progress=False)] == ["2009/总结.txt"]


def test_a_year_that_another_report_tells_reaches_every_table(tmp_path):
    page = "东岭机床厂工会{}工作总结\n{}，召开九届{}次职代会，举办培训班12期。\n东岭机床厂工会\n{}年12月30日\n"
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "known.txt").write_text(page.format("2011年", "2011年", "三", "2011"), encoding="utf-8")
    (folder / "masked.txt").write_text(page.format("", "xx年", "二", "20xx"), encoding="utf-8")
    corpus = uc.load_corpus(folder, progress=False)
    assert corpus["masked.txt"].metadata.report_year == 2010
    run(folder, out=tmp_path / "out", progress=False, report=False)
    assert uc.open_corpus(tmp_path / "out")["masked.txt"].metadata == corpus["masked.txt"].metadata
    for name in ("documents", "themes", "indicators"):
        table = read_frame(tmp_path / "out", name)
        assert set(table.loc[table["doc_id"] == "masked.txt", "report_year"]) == {2010}, name


@pytest.mark.parametrize(
    "door",
    [uc.repair, uc.diagnose, uc.find_themes, uc.find_indicators, uc.find_numbers, uc.segment, uc.tokenize, uc.simplify,
     uc.detect_encoding, uc.decode, uc.load_corpus],
)  # fmt: skip
@pytest.mark.parametrize("thing", [None, ["工会"], float("nan"), {"text": "工会"}])
def test_a_door_says_what_it_takes(door, thing):
    with pytest.raises(TypeError, match=f"not {type(thing).__name__}"):
        door(thing)


def test_doors_for_text_take_a_document():
    doc = uc.repair("工會慰問困難職工318戶。")
    assert uc.simplify(doc) == uc.simplify(doc.text)
    assert uc.tokenize(doc) == uc.tokenize(doc.text)
    assert uc.find_numbers(doc) == uc.find_numbers(doc.text)


@pytest.mark.parametrize("door", [uc.repair, uc.diagnose, uc.find_themes, uc.find_indicators])
def test_the_name_of_a_file_is_not_its_text(door, tmp_path):
    path = tmp_path / "总结.txt"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        door(str(path))
    path.write_text("工会", encoding="utf-8")
    with pytest.warns(UserWarning, match="load_corpus"):
        door(str(path))


def test_what_repair_is_told_is_checked():
    assert uc.repair("學(xué)習(xí)工會(huì)法", rules="inline_pinyin").text == "學習工會法"
    with pytest.raises(uc.UnionCorpusError, match="no repair rule is called pinyin;"):
        uc.repair("工会", rules="pinyin")
    for threshold in ("high", None):
        with pytest.raises(uc.UnionCorpusError, match="threshold"):
            uc.repair("工会", threshold=threshold)
    with pytest.raises(TypeError, match="context"):
        uc.repair("工会", context=[1])


@pytest.mark.parametrize(
    "ask",
    [
        lambda: uc.repair("工会", rules="pinyin"),
        lambda: uc.segment("工会", by="word"),
        lambda: uc.Corpus([]).ngrams_frame(n=0),
        lambda: uc.Corpus([]).concordance("(", regex=True),
        lambda: uc.Corpus([]).concordance(" "),
    ],
)
def test_an_option_with_a_value_it_does_not_have_is_an_error_of_ours(ask):
    with pytest.raises(OptionError):
        ask()


def test_subset_by_rows_of_a_table(sample):
    documents = sample.documents_frame()
    picked = documents[documents["report_year"] == 2009]
    assert [doc.doc_id for doc in sample.subset(doc_id=picked["doc_id"])] == picked["doc_id"].tolist()
    assert len(sample.subset(report_year=picked["report_year"].unique())) == len(picked)
    assert len(sample.subset(report_year=range(2009, 2010))) == len(picked)
    with pytest.raises(uc.UnionCorpusError, match="a number, and '2009' is a text"):
        sample.subset(report_year="2009")
    with pytest.raises(TypeError, match="subset"):
        sample.subset(documents["report_year"] == 2009)


def test_a_corpus_holds_documents_only():
    with pytest.raises(TypeError, match="a Corpus holds Documents, not str"):
        uc.Corpus(["工会"])


def test_a_path_that_is_not_there_is_told_with_what_to_try(tmp_path):
    (tmp_path / "reports").mkdir()
    with pytest.raises(uc.UnionCorpusError, match=r"did you mean .*reports"):
        uc.load_corpus(tmp_path / "report")
    with pytest.raises(uc.UnionCorpusError, match="no path"):
        uc.load_corpus("")
    with pytest.raises(uc.UnionCorpusError, match="not a text") as told:
        uc.load_corpus("工会工作总结\n" * 1000)
    assert len(str(told.value)) < 400
    with pytest.raises(TypeError, match="workers"):
        uc.load_corpus(tmp_path, workers="2")


@pytest.mark.parametrize("thing", [None, uc.Corpus([])])
def test_a_table_is_asked_for_where_one_is_needed(thing):
    for door in (uc.compare_years, uc.to_wide, uc.plots.theme_timeline):
        with pytest.raises(uc.UnionCorpusError, match="table"):
            door(thing)
    with pytest.raises(uc.UnionCorpusError, match="two years"):
        uc.compare_years(uc.Corpus([]).indicators_frame(), years=2009)


def test_dispersion_counts_longer_forms_as_collocations_do():
    texts = ["筹集送温暖资金3万元，开展送温暖活动。", "送温暖走访。", "劳动竞赛。"]
    corpus = uc.Corpus(uc.Document.from_text(text, doc_id=str(at)) for at, text in enumerate(texts))
    told = corpus.dispersion_frame("送温暖")
    assert told[["count", "n_docs"]].values.tolist() == [[len(corpus.concordance("送温暖")), 2]]


def test_a_script_without_a_guard_is_told_what_to_do(tmp_path):
    (tmp_path / "a.txt").write_text("慰问困难职工7户。", encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(f"import union_corpus as uc\nuc.load_corpus({str(tmp_path)!r}, workers=2)\n", encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "UnionCorpusError: a worker process ended" in done.stderr


def test_a_word_list_saved_by_excel(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("theme\tgroup\tforms\n清河行动\town\t清理河道\n", encoding="utf-16")
    assert [theme.theme for theme in uc.find_themes("今年清理河道12条。", lexicon=path)] == ["清河行动"]
    path.write_text("theme\tgroup\tforms\n清河行动\town\t清理河道\n", encoding="gbk")
    with pytest.raises(LexiconError, match="Unicode 文本"):
        uc.find_themes("今年清理河道12条。", lexicon=path)
