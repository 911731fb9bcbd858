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


def drawn(axes):
    """What stands in the plot: label of each line → its points (lines of doubtful figures have no label)."""
    return {line.get_label(): list(zip(*map(list, line.get_data()), strict=True)) for line in axes.lines}


def test_a_timeline_shows_mentions_a_report():
    themes = pd.DataFrame(
        {
            "doc_id": ["a", "a", "a", "b", "c", "d"],
            "report_year": [2007, 2007, 2007, 2007, 2006, None],
            "theme": ["送温暖", "送温暖", "安康杯", "安康杯", "安康杯", "送温暖"],
        }
    )
    axes = uc.plots.theme_timeline(themes, themes=["送温暖", "职代会"])
    assert drawn(axes) == {"送温暖": [(2006, 0), (2007, 1)], "职代会": [(2006, 0), (2007, 0)]}
    assert list(drawn(uc.plots.theme_timeline(themes, n_themes=1))) == ["安康杯"]
    assert uc.plots.theme_timeline(themes, ax=axes) is axes
    matplotlib.pyplot.close("all")


def test_a_series_shows_results_in_the_order_of_their_years():
    row = {"indicator_code": "member_total", "indicator": "会员", "subject": "全市", "unit": "人", "status": "result",
           "obs_status": "A", "breakdown": None}  # fmt: skip
    rows = [
        {"period": "2007", "value": 12},
        {"period": "2006", "value": 10},
        {"period": "2008", "value": 99, "status": "target"},
        {"period": "2008", "value": None},
        {"period": "2006", "value": 4, "breakdown": "女会员"},
        {"period": "2007", "value": 3, "subject": "全县", "obs_status": "U"},
    ]
    figures = pd.DataFrame([row | change for change in rows])
    axes = uc.plots.indicator_series(figures, "会员", subject="全市")
    lines = {label: points for label, points in drawn(axes).items() if not label.startswith("_")}
    assert lines == {"全市": [(2006, 10), (2007, 12)], "全市（女会员）": [(2006, 4)]}
    assert axes.get_ylabel() == "人"
    whole = uc.plots.indicator_series(figures, "member_total")
    hollow = [line for line in whole.lines if line.get_markerfacecolor() == "white" and len(line.get_xdata())]
    assert [list(line.get_xdata()) for line in hollow] == [[2007]]
    several = uc.plots.indicator_series(pd.concat([figures, figures.assign(unit="万人")]), "会员", subject="全市")
    assert {"全市（人）", "全市（万人）", "全市（女会员）（人）"} <= set(drawn(several))
    assert several.get_ylabel() == ""
    matplotlib.pyplot.close("all")


def test_keyness_bars_and_their_intervals():
    table = uc.keyness_frame({"帮扶": 30, "安全": 5, "会员": 20}, {"帮扶": 5, "安全": 30, "会员": 20})
    axes = uc.plots.keyness(table, n_terms=1)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["安全", "帮扶"]
    told = table.set_index("term")
    for bar, line, term in zip(axes.patches, axes.lines, ["安全", "帮扶"], strict=False):
        assert bar.get_width() == pytest.approx(told.loc[term, "log_ratio"])
        assert list(line.get_xdata()) == pytest.approx(told.loc[term, ["log_ratio_low", "log_ratio_high"]].tolist())
    matplotlib.pyplot.close("all")


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
