"""
Plots for a notebook: each takes a plain table, draws on Axes and gives them back; Chinese labels show everywhere.

A machine's own Chinese font is used where it has one, else the cut-down Noto Sans that comes along.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from union_corpus.errors import FrameError, MissingDependencyError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

# Known to hold simplified and traditional characters, in the order we like their look.
_SYSTEM_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "SimHei",
)

# Okabe and Ito's colours, told apart by colour-blind readers too.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999999", "#000000")


def theme_timeline(
    themes_frame: pd.DataFrame, *, themes: list[str] | None = None, n_themes: int = 8, ax: Axes | None = None
) -> Axes:
    """
    Mentions of each theme a report, by year.

    Takes ``themes_frame`` (columns doc_id, report_year, theme). Draws the ``n_themes`` most mentioned, or those named.
    Mentions are divided by the number of reports of the year that mention any theme, so that a year with many reports
    does not look louder. Mentions without a year are left out.
    """
    _need(themes_frame, "doc_id", "report_year", "theme")
    dated = themes_frame.dropna(subset=["report_year"])
    counts = dated.groupby(["report_year", "theme"]).size().unstack(fill_value=0)
    reports = dated.groupby("report_year")["doc_id"].nunique()
    shares = counts.div(reports, axis=0)
    chosen = (
        themes
        if themes is not None
        else list(counts.sum().sort_values(ascending=False, kind="stable").index[:n_themes])
    )
    ax = _axes(ax)
    years = [int(year) for year in shares.index]
    for at, theme in enumerate(chosen):
        heights = shares[theme].tolist() if theme in shares else [0.0] * len(years)
        ax.plot(years, heights, marker="o", label=theme, color=_COLOURS[at % len(_COLOURS)])
    return _finish(ax, "年份", "每份报告提及次数", years)


def indicator_series(
    indicators_frame: pd.DataFrame,
    code: str,
    *,
    subject: str | None = None,
    documents: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """
    One indicator over the years, each organisation (or subject) and each part of it a line of its own.

    Takes ``indicators_frame``; ``code`` is an ``indicator_code`` or a normalised name. Give ``documents``
    (``documents_frame()``), and lines are organisations, else they are subjects. Only results with a value are drawn;
    the year is that of ``period``, often not the year of the report. Figures that failed a check are hollow. Figures of
    one name in several units are lines of their own, each with its unit.
    FrameError where there is nothing to draw.
    """
    import pandas as pd

    from union_corpus.observations import one_name, organisations, with_organisation

    if documents is not None:
        _need(indicators_frame, "doc_id")
        indicators_frame = with_organisation(indicators_frame, organisations(documents))

    _need(indicators_frame, "indicator_code", "indicator", "period", "value", "unit", "status", "obs_status", "subject")
    table = indicators_frame[(indicators_frame["indicator_code"] == code) | (indicators_frame["indicator"] == code)]
    if subject is not None:
        table = table[table["subject"] == subject]
    table = table[table["value"].notna() & (table["status"] == "result")]
    if "measure" in table:
        table = table[table["measure"].fillna("level").isin(["level", "share"])]
    years = pd.to_numeric(table["period"].astype("string").str.extract(r"(\d{4})(?!.*\d{4})")[0], errors="coerce")
    table = table.assign(year=years).dropna(subset=["year"])
    if table.empty:
        raise FrameError(
            f"no result with a value and a year for {code!r}; indicators_frame() lists indicator_code and indicator"
        )
    ax = _axes(ax)
    units = table["unit"].dropna().unique().tolist()
    whose = table["organisation" if "organisation" in table else "subject"].astype(object)
    parts = table["breakdown"].astype(object) if "breakdown" in table else pd.Series(None, index=table.index)
    of_units = table["unit"].astype(object) if len(units) > 1 else pd.Series(None, index=table.index)
    lines = [
        ("" if pd.isna(name) else one_name(name)) + "".join(f"（{told}）" for told in tells if not pd.isna(told))
        for name, *tells in zip(whose, parts, of_units, strict=True)
    ]
    for at, (name, rows) in enumerate(table.groupby(lines, sort=True)):
        ordered = rows.sort_values("year", kind="stable")
        colour = _COLOURS[at % len(_COLOURS)]
        ax.plot(ordered["year"], ordered["value"], color=colour, marker="o", label=str(name) or None)
        doubtful = ordered[ordered["obs_status"] == "U"]
        ax.plot(doubtful["year"], doubtful["value"], "o", color=colour, markerfacecolor="white")
    title = table["indicator"].mode()
    ax.set_title(str(title.iloc[0]) if len(title) else code)
    return _finish(ax, "年份", str(units[0]) if len(units) == 1 else "", sorted({int(year) for year in table["year"]}))


def keyness(keyness_frame: pd.DataFrame, *, n_terms: int = 12, ax: Axes | None = None) -> Axes:
    """
    The terms that most set a target apart from its reference, by log-ratio, with the interval where there is one.

    Takes ``keyness_frame(target, reference)``: the ``n_terms`` of largest log-likelihood on either side.
    """
    _need(keyness_frame, "term", "log_likelihood", "log_ratio")
    sure = keyness_frame.dropna(subset=["log_ratio"]).assign(size=lambda table: table["log_likelihood"].abs())
    above = sure[sure["log_ratio"] > 0].nlargest(n_terms, "size")
    below = sure[sure["log_ratio"] < 0].nlargest(n_terms, "size")
    import pandas as pd

    shown = pd.concat([above.sort_values("log_ratio"), below.sort_values("log_ratio")]).sort_values("log_ratio")
    ax = _axes(ax)
    colours = [_COLOURS[0] if ratio > 0 else _COLOURS[1] for ratio in shown["log_ratio"]]
    places = range(len(shown))
    ax.barh(places, shown["log_ratio"].astype(float), color=colours)
    if {"log_ratio_low", "log_ratio_high"} <= set(shown):
        for place, low, high in zip(places, shown["log_ratio_low"], shown["log_ratio_high"], strict=True):
            if pd.notna(low) and pd.notna(high):
                ax.plot([float(low), float(high)], [place, place], color="#333333", linewidth=1)
    ax.set_yticks(list(places), shown["term"].tolist())
    ax.axvline(0, color="#333333", linewidth=0.8)
    return _finish(ax, "log2 比率", "", None)


def topic_timeline(years_frame: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Shares of topics by year with their bootstrap intervals; takes ``TopicModel.years_frame(corpus)``."""
    _need(years_frame, "label", "report_year", "share", "low", "high")
    ax = _axes(ax)
    for at, (label, rows) in enumerate(years_frame.groupby("label", sort=False)):
        colour = _COLOURS[at % len(_COLOURS)]
        years = rows["report_year"].astype(int).tolist()
        ax.plot(years, rows["share"].astype(float), marker="o", color=colour, label=str(label))
        low, high = rows["low"].astype(float).fillna(rows["share"]), rows["high"].astype(float).fillna(rows["share"])
        ax.fill_between(years, low, high, color=colour, alpha=0.12, linewidth=0)
    return _finish(ax, "年份", "主题占比", sorted({int(year) for year in years_frame["report_year"]}))


@cache
def chinese_font() -> FontProperties:
    """A font that shows Chinese: the machine's own where it has one, else the one that comes along."""
    from importlib.resources import as_file, files

    from matplotlib import font_manager

    for name in _SYSTEM_FONTS:
        try:
            path = font_manager.findfont(font_manager.FontProperties(family=name), fallback_to_default=False)
        except ValueError:
            continue
        return font_manager.FontProperties(fname=path)
    with as_file(files("union_corpus") / "fonts" / "NotoSansCJKsc-subset.otf") as packaged:
        return font_manager.FontProperties(fname=str(packaged))


def _need(frame: pd.DataFrame, *columns: str) -> None:
    if not hasattr(frame, "columns"):
        raise FrameError(f"this plot takes a table with {', '.join(columns)}, and was given {type(frame).__name__}")
    if missing := [column for column in columns if column not in frame.columns]:
        raise FrameError(f"this plot needs the columns {', '.join(columns)}; the table lacks {', '.join(missing)}")


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise MissingDependencyError(
            "plots need matplotlib; install it with: pip install 'union-corpus[plots]'"
        ) from error
    return pyplot.subplots(figsize=(8, 4.5), layout="constrained")[1]


def _finish(ax: Axes, x_label: str, y_label: str, years: list[int] | None) -> Axes:
    """Labels in a font that shows them, whole years on the axis, a legend where there is something to tell apart."""
    font = chinese_font()
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    if years:
        ax.set_xticks(years)
    if ax.get_legend_handles_labels()[0]:
        # Beside the lines where the figure makes room for it, since over them it hides figures.
        beside: dict[str, Any] = (
            {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)} if ax.figure.get_layout_engine() else {}
        )
        ax.legend(prop=font, frameon=False, **beside)
    for label in (ax.title, ax.xaxis.label, ax.yaxis.label, *ax.get_xticklabels(), *ax.get_yticklabels()):
        size = label.get_fontsize()
        label.set_fontproperties(font)
        label.set_fontsize(size)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return ax
