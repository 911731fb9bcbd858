"""What people look at: plots, the before-and-after page, the report page."""

import matplotlib
import pandas as pd
import pytest

matplotlib.use("Agg")
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.ft2font import FT2Font
from test_documents import documents

import union_corpus as uc
from union_corpus.differences import changes, marked, passages, side_by_side_html
from union_corpus.errors import FrameError
from union_corpus.plots import chinese_font


@given(documents())
@settings(max_examples=200, deadline=None)
def test_outside_the_changes_nothing_differs(doc):
    kept_before, kept_after = [], []
    place_before = place_after = 0
    for change in changes(doc):
        kept_before.append(doc.original[place_before : change.original_start])
        kept_after.append(doc.text[place_after : change.start])
        place_before, place_after = change.original_end, change.end
    kept_before.append(doc.original[place_before:])
    kept_after.append(doc.text[place_after:])
    assert kept_before == kept_after


@given(documents())
@settings(max_examples=200, deadline=None)
def test_passages_are_whole_lines(doc):
    for passage in passages(doc):
        for text, start, end in (
            (doc.original, passage.original_start, passage.original_end),
            (doc.text, passage.start, passage.end),
        ):
            assert start == 0 or text[start - 1] == "\n"
            assert end == len(text) or text[end] == "\n"


@given(st.text(max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=4))
def test_marked_pieces_join_to_the_text(text, spans):
    spans = sorted((min(pair), min(max(pair), len(text))) for pair in spans)
    assert "".join(piece for piece, _ in marked(text, 0, len(text), spans)) == text


def test_the_page_shows_no_markup_of_a_report():
    page = side_by_side_html([uc.repair("學(xué)習(xí)<script>工會(huì)法開(kāi)展")])
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_plots_return_axes_with_labels_that_show(sample):
    figures = sample.indicators_frame()
    code = figures["indicator_code"].dropna().mode().iloc[0]
    theme_axes = uc.plots.theme_timeline(sample.themes_frame())
    assert len(theme_axes.lines) == 8
    assert uc.plots.indicator_series(figures, code).lines
    axes = uc.plots.indicator_series(figures, "density", documents=sample.documents_frame())
    drawn = [text.get_text() for text in axes.get_legend().get_texts()]
    # Printed 瀾州市總工會 one year and 澜州市总工会 the others, the factory with and without 委员会.
    assert [name for name in drawn if "（" not in name] == sorted(
        {"北峪重型机械厂工会", "XX县人民医院工会", "平岚县人民医院工会", "枫林中学工会", "澜州市总工会"}
    )
    table = uc.keyness_frame(sample.subset(report_year=2006), sample.subset(report_year=2018))
    assert uc.plots.keyness(table, n_terms=5).patches
    model = uc.TopicModel(3).fit(sample)
    assert uc.plots.topic_timeline(model.years_frame(sample)).lines
    matplotlib.pyplot.close("all")
    font = FT2Font(chinese_font().get_file())
    labels = "".join(text.get_text() for text in theme_axes.get_legend().get_texts())
    assert all(font.get_char_index(ord(character)) for character in labels)


def test_the_font_that_comes_along_shows_both_scripts():
    from importlib.resources import files

    font = FT2Font(str(files("union_corpus") / "fonts" / "NotoSansCJKsc-subset.otf"))
    assert all(font.get_char_index(ord(character)) for character in "工会送温暖職代會勞動競賽〇，。“”％①")


def test_a_plot_says_which_column_it_lacks():
    with pytest.raises(FrameError, match="report_year"):
        uc.plots.theme_timeline(pd.DataFrame({"doc_id": [], "theme": []}))
    with pytest.raises(FrameError, match="no result"):
        uc.plots.indicator_series(uc.Corpus([]).indicators_frame(), "member_total")


def test_the_report_page_stands_alone(dataset):
    page = (dataset / "report.html").read_text(encoding="utf-8")
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    for anchor in ("overview", "reports", "repairs", "themes", "topics", "indicators", "comparison", "problems"):
        assert f'<section id="{anchor}">' in page
