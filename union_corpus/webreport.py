"""
``report.html``: one page, no network, that shows a dataset to a person who has no Python.

Drawn from the stored tables alone, so it can be made again after a table was corrected by hand.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from union_corpus.datasets import Unread, n_rows, read_frame, read_parts, unread_files

if TYPE_CHECKING:
    import pandas as pd

# A page with more rows than this is slow in a browser; the tables beside it hold all of them.
_MOST_ROWS = 1500

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8a8a8a", "#000000")


def write_report(folder: str | Path) -> Path:
    """Write ``report.html`` into a dataset's folder, from its tables; gives back the page's path."""
    folder = Path(folder)
    page = report_html(folder)
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8", errors="backslashreplace")
    return path


def report_html(folder: str | Path) -> str:
    """The page as one string."""
    documents = read_frame(folder, "documents")
    parents = set(documents["parent_id"].dropna())
    reports = documents[~documents["doc_id"].isin(parents) & (documents["n_chars"] > 0)]
    unread = unread_files(folder)
    columns = [name for name, _, _ in _INDICATOR_COLUMNS]
    indicators = read_frame(folder, "indicators", columns=columns, first=_MOST_ROWS)
    problems = read_frame(folder, "problems", first=_MOST_ROWS)
    kinds: Counter[tuple[str, str]] = Counter()
    for part in read_parts(folder, "problems", columns=["stage", "problem"]):
        kinds.update(part.itertuples(index=False, name=None))
    totals = {name: n_rows(folder, name) for name in ("edits", "indicators", "comparison", "duplicates")}
    sections = [
        _section(
            "overview",
            "概览",
            "Overview",
            _overview(documents, reports, unread, totals["edits"], kinds.total(), totals["indicators"]),
        ),
        _section("reports", "报告", "Reports", _reports(documents[documents["n_chars"] > 0])),
        _section("repairs", "修复", "Repairs", _repairs(folder)),
        _section("themes", "主题词", "Themes by year", _themes(folder, reports)),
        _section(
            "topics", "话题", "Topics", _topics(read_frame(folder, "topics"), read_frame(folder, "topic_quality"))
        ),
        _section("indicators", "指标", "Indicators", _table(indicators, _INDICATOR_COLUMNS, totals["indicators"])),
        _section(
            "comparison",
            "年际比较",
            "Between years",
            _comparison(read_frame(folder, "comparison", first=_MOST_ROWS), totals["comparison"]),
        ),
        _section(
            "duplicates",
            "重复",
            "Copies and shared passages",
            _duplicates(read_frame(folder, "duplicates", first=_MOST_ROWS), totals["duplicates"]),
        ),
        _section("problems", "存疑", "Left alone and on record", _problems(problems, kinds)),
    ]
    template = files("union_corpus").joinpath("webreport.html").read_text(encoding="utf-8")
    return template.replace("<!-- sections -->", "\n".join(sections))


def _section(anchor: str, title: str, english: str, body: str) -> str:
    return f'<section id="{anchor}"><h2>{title} <small>{english}</small></h2>\n{body}\n</section>'


def _overview(
    documents: Any, reports: Any, unread: Sequence[Unread], n_edits: int, n_problems: int, n_figures: int
) -> str:
    years = reports["report_year"].dropna()
    span = f"{int(years.min())}–{int(years.max())}" if len(years) else "—"
    figures = (
        (len(documents) - int(documents["parent_id"].notna().sum()), "文件 files"),
        (len(reports), "报告 reports"),
        (span, "年份 years"),
        (int(reports["n_chars"].sum()), "字 characters"),
        (n_edits, "处修复 edits"),
        (n_figures, "个数据 figures"),
        (n_problems, "处存疑 on record"),
        (sum(len(reason.doc_ids) for reason in unread), "无法读取 unread"),
    )
    reasons = "".join(
        f"<li>{len(reason.doc_ids)} × {escape(reason.problem)}: {escape(reason.detail)}"
        f"<details><summary>{escape(', '.join(reason.doc_ids[:3]))}{' …' if len(reason.doc_ids) > 3 else ''}</summary>"
        f"{', '.join(map(escape, reason.doc_ids[3:]))}</details></li>"
        for reason in unread
    )
    return (
        '<div class="cards">'
        + "".join(f"<div><b>{_number(value)}</b><span>{label}</span></div>" for value, label in figures)
        + "</div>"
        + (f"<h3>无法读取 <small>Files that could not be read</small></h3><ul>{reasons}</ul>" if reasons else "")
    )


def _reports(documents: pd.DataFrame) -> str:
    columns: list[tuple[str, str, Callable[[Any], str]]] = [
        ("doc_id", "文件 doc_id", _text),
        ("title", "标题 title", _text),
        ("organisation", "单位 organisation", _text),
        ("level", "级别 level", _text),
        ("place", "地区 place", _text),
        ("kind", "文种 kind", _text),
        ("report_year", "年份 year", _year),
        ("year_confidence", "把握 sure", _share),
        ("year_evidence", "依据 evidence", _brief),
        ("encoding", "编码 encoding", _text),
        ("n_chars", "字数", _number),
        ("n_edits", "修复", _number),
        ("n_problems", "存疑", _number),
        ("duplicate_of", "重复于 copy of", _text),
    ]
    return _table(documents, columns)


def _docs_with(folder: str | Path, name: str, columns: Sequence[str]) -> Counter[tuple[Any, ...]]:
    """In how many documents each combination of cells stands, rows with a gap aside; a document's rows stand together."""
    found: Counter[tuple[Any, ...]] = Counter()
    last: set[tuple[Any, ...]] = set()
    for part in read_parts(folder, name, columns=["doc_id", *columns]):
        rows = set(part.dropna().drop_duplicates().itertuples(index=False, name=None))
        found.update(row[1:] for row in rows - last)
        end = part["doc_id"].iloc[-1] if len(part) else None
        last = {row for row in rows | last if row[0] == end}  # the next part may go on with the same document
    return found


def _repairs(folder: str | Path) -> str:
    pairs: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    sure: dict[str, array[float]] = defaultdict(lambda: array("f"))
    for part in read_parts(folder, "edits", columns=["rule", "before", "after", "confidence"]):
        for rule, made in part.groupby("rule"):
            pairs[str(rule)].update(zip(map(_visible, made["before"]), map(_visible, made["after"]), strict=True))
            sure[str(rule)].extend(made["confidence"])
    if not pairs:
        return "<p>没有改动。Nothing was changed.</p>"
    in_files = _docs_with(folder, "edits", ["rule"])
    rows = []
    for rule in sorted(pairs):
        shown = "".join(
            f"<span class='pair'><del>{before}</del>→<ins>{after}</ins> ×{count}</span>"
            for (before, after), count in pairs[rule].most_common(6)
        )
        rows.append((rule, pairs[rule].total(), in_files[rule,], median(sure[rule]), shown))
    head = "<tr><th>规则 rule</th><th>次数 edits</th><th>文件 files</th><th>把握 median</th><th>最常见 most frequent</th></tr>"
    body = "".join(
        f"<tr><td>{escape(str(rule))}</td><td class=n>{_number(n)}</td><td class=n>{files_}</td><td class=n>{sure:.2f}</td><td>{shown}</td></tr>"
        for rule, n, files_, sure, shown in rows
    )
    return f"<div class=scroll><table><thead>{head}</thead><tbody>{body}</tbody></table></div>"


def _themes(folder: str | Path, reports: pd.DataFrame) -> str:
    counts = _docs_with(folder, "themes", ["theme", "report_year"])
    if not counts:
        return "<p>没有可定年的主题。No theme in a report with a year.</p>"
    per_year = Counter(int(year) for year in reports["report_year"].dropna().tolist())
    totals: Counter[str] = Counter()
    for (theme, _), count in counts.items():
        totals[theme] += count
    top = sorted(totals, key=lambda theme: (-totals[theme], theme))[:24]
    years = sorted({year for _, year in counts})
    head = "".join(f"<th>{year}<br><small>{per_year[year]} 份</small></th>" for year in years)
    body = ""
    for theme in top:
        cells = "".join(
            f'<td class=heat style="--heat:{count / per_year[year]:.2f}" title="{escape(theme)} {year}: {count} / {per_year[year]}">'
            f"{f'{count / per_year[year]:.0%}' if count else ''}</td>"
            for year in years
            for count in [counts[theme, year]]
        )
        body += f"<tr><th class=row>{escape(theme)}</th>{cells}</tr>"
    note = "<p class=note>每年提到该主题的报告所占比例。Share of that year's reports that mention the theme.</p>"
    return f"{note}<div class=scroll><table class=heatmap><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _topics(topics: pd.DataFrame, quality: pd.DataFrame) -> str:
    if topics.empty:
        return "<p>报告太少,未提取话题。Too few reports for topics.</p>"
    cards = []
    for row in quality.to_dict("records"):
        number = int(row["topic"])
        terms = topics[topics["topic"] == number].sort_values("rank")
        weights = terms["weight"].to_list()
        bars = "".join(
            f'<div class=bar><i style="width:{100 * weight / max(weights):.0f}%;background:{_COLOURS[number % len(_COLOURS)]}"></i>'
            f"<span>{escape(term)}</span></div>"
            for term, weight in zip(terms["term"], weights, strict=True)
        )
        note = f"<p class=warn>{escape(row['note'])}</p>" if isinstance(row["note"], str) else ""
        cards.append(
            f"<div class=topic><h3>{escape(str(row['label']))}</h3>{bars}"
            f"<p class=note>占比 share {row['share']:.0%} · NPMI {row['coherence']:.2f} · 稳定 stability {row['stability']:.2f}</p>{note}</div>"
        )
    return f'<div class="topics">{"".join(cards)}</div>'


def _comparison(comparison: pd.DataFrame, total: int) -> str:
    columns: list[tuple[str, str, Callable[[Any], str]]] = [
        ("indicator", "指标 indicator", _text),
        ("indicator_code", "代码 code", _text),
        ("subject", "主体 subject", _text),
        ("organisation", "单位 organisation", _text),
        ("unit", "计量", _text),
        ("year_from", "从", _year),
        ("year_to", "到", _year),
        ("value_from", "数值", _number),
        ("value_to", "数值", _number),
        ("change", "增减 change", _number),
        ("pct_change", "% change", _number),
        ("note", "不可比的原因 note", _brief),
    ]
    return _table(comparison, columns, total)


def _duplicates(duplicates: pd.DataFrame, total: int) -> str:
    columns: list[tuple[str, str, Callable[[Any], str]]] = [
        ("doc_id", "文件", _text),
        ("other_id", "与 other", _text),
        ("relation", "关系 relation", _text),
        ("family", "同源 family", _text),
        ("similarity", "相似 similarity", _share),
        ("text", "共同文字 shared", _brief),
    ]
    return _table(duplicates, columns, total)


def _problems(problems: pd.DataFrame, kinds: Counter[tuple[str, str]]) -> str:
    if problems.empty:
        return "<p>没有存疑之处。Nothing on record.</p>"
    chips = "".join(
        f"<span class=chip>{escape(stage)} · {escape(name)} <b>{n:,}</b></span>"
        for (stage, name), n in kinds.most_common()
    )
    columns: list[tuple[str, str, Callable[[Any], str]]] = [
        ("doc_id", "文件", _text),
        ("stage", "阶段 stage", _text),
        ("problem", "问题 problem", _text),
        ("start", "位置", _number),
        ("text", "原文", _brief),
        ("detail", "说明 detail", _brief),
    ]
    return f"<p>{chips}</p>{_table(problems, columns, kinds.total())}"


def _table(
    frame: pd.DataFrame, columns: Sequence[tuple[str, str, Callable[[Any], str]]], total: int | None = None
) -> str:
    """A table with a box to filter it; ``total`` says how many rows there are where the frame holds only the first."""
    if frame.empty:
        return "<p>无。None.</p>"
    shown = frame.head(_MOST_ROWS)
    total = len(frame) if total is None else total
    head = "".join(f"<th>{label}</th>" for _, label, _ in columns)
    classes: dict[Callable[[Any], str], str] = {
        _number: " class=n",
        _share: " class=n",
        _year: " class=n",
        _brief: " class=long",
    }
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{classes.get(form, '')}>{'' if _is_gap(cell) else form(cell)}</td>"
            for cell, (_, _, form) in zip(row, columns, strict=True)
        )
        + "</tr>"
        for row in shown[[name for name, _, _ in columns]].itertuples(index=False)
    )
    cut = (
        f"<p class=note>前 {_MOST_ROWS:,} 行,共 {total:,} 行;其余见旁边的 CSV。The first {_MOST_ROWS:,} of {total:,} rows; the CSV beside this page has all.</p>"
        if total > _MOST_ROWS
        else ""
    )
    search = '<input type="search" placeholder="筛选 filter…" aria-label="filter rows">'
    return f"<div class=filter>{search}{cut}<div class=scroll><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></div>"


def _is_gap(cell: Any) -> bool:
    return cell is None or cell != cell if isinstance(cell, float) else cell is None or str(cell) == "<NA>"


def _text(cell: Any) -> str:
    return escape(str(cell))


def _brief(cell: Any) -> str:
    text = str(cell)
    if len(text) <= 60:
        return escape(text)
    return f"<details><summary>{escape(text[:58])}…</summary>{escape(text)}</details>"


def _number(cell: Any) -> str:
    if isinstance(cell, str):
        return escape(cell)
    value = float(cell)
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _year(cell: Any) -> str:
    return str(int(cell))


def _share(cell: Any) -> str:
    return f"{float(cell):.2f}"


def _visible(text: str) -> str:
    """A short form of an edit's text in which a line end and a blank can be seen."""
    if not text:
        return "∅"
    text = text if len(text) <= 16 else text[:15] + "…"
    return escape(text.replace("\r", "").replace("\n", "⏎").replace(" ", "␣"))


_INDICATOR_COLUMNS: list[tuple[str, str, Callable[[Any], str]]] = [
    ("doc_id", "文件", _text),
    ("indicator", "指标 indicator", _text),
    ("indicator_code", "代码 code", _text),
    ("subject", "主体 subject", _text),
    ("period", "时期 period", _text),
    ("value", "数值 value", _number),
    ("unit", "单位 unit", _text),
    ("measure", "类型 measure", _text),
    ("status", "性质 status", _text),
    ("obs_status", "状态", _text),
    ("checks", "检查 checks", _brief),
    ("text", "原文 as printed", _text),
    ("sentence", "句子 sentence", _brief),
]
