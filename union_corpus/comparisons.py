"""
Comparing: the same indicator of the same subject over years, and the words that set two sets of reports apart.

Everything here takes plain tables and gives new ones, so a row corrected by hand in a notebook carries on.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from union_corpus import tables
from union_corpus.errors import FrameError

if TYPE_CHECKING:
    import pandas as pd

# Words for people and for organisations differ in style, not in what is counted; 人次 (attendances) is another thing.
_SAME_UNIT = {
    **dict.fromkeys(("人", "名", "位"), "人"),
    **dict.fromkeys(("个", "家", "户", "所", "间", "個"), "个"),
    **dict.fromkeys(("件", "条", "项", "條", "項"), "件"),
    **dict.fromkeys(("次", "场", "期", "場"), "次"),
}

# A level that grows or shrinks more than this from one year to the next is more often another definition.
_BREAK = 5.0

# The whole of whatever the report speaks for.
_WHOLE = re.compile(r"^(?:全|我|本)(?:国|省|市|区|县|厂|院|校|公司|局|街道|镇|乡|系统|集团|行业|國|區|縣|廠)$")

_PERIOD = re.compile(
    r"^(?P<year>\d{4})(?:[-/](?P<last>\d{4}))?(?P<part>(?:-\d{1,2}(?:-\d{1,2})?)?(?:/\d{4}-\d{1,2}.*)?|[HQM].*|-[HQ].*)?$"
)

_NEEDED = ("indicator", "unit", "period", "value")
_OPTIONAL = (
    "indicator_code",
    "subject",
    "subject_source",
    "breakdown",
    "measure",
    "stat",
    "status",
    "obs_status",
    "approx",
    "bound",
    "report_year",
    "doc_id",
    "confidence",
)


@dataclass(frozen=True)
class _Figure:
    """One observation as far as comparing needs it."""

    code: str | None
    name: str
    whose: str
    subject: str | None
    breakdown: str
    measure: str
    stat: str
    unit: str
    year: int
    reach: str  # year, part (of a year) or span (of several)
    value: float
    status: str
    flawed: bool
    approx: bool
    bound: str | None
    dated_by_report: bool
    doc_id: str
    confidence: float

    @property
    def key(self) -> tuple[str, ...]:
        """What must agree for two figures to be the same indicator."""
        return (self.code or self.name, self.whose, self.breakdown, self.measure, self.stat)


def compare_years(
    indicators_frame: pd.DataFrame,
    *,
    years: Sequence[int] | None = None,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    The same indicator of the same subject in two years: one row a pair, with change, pct_change and a note.

    Takes ``indicators_frame`` (needs indicator, unit, period, value; uses the other columns where they are). Without
    ``years`` each year is put beside the next one that has a figure; with two years only those are compared.
    ``documents`` (``documents_frame``) tells which reports are of one organisation, so that 全市 of two cities is not
    taken for one subject.

    The year of a figure is that of its ``period``; the year of its report stands in only where the period is missing,
    and the note says so. Where two figures must not be compared (a target against a result, half a year against a
    year, a total of several years, a bound, other units, a figure that failed a check, several figures for one year)
    the row stays, change is a gap, and ``note`` says why. pct_change is in percent of the earlier value; for shares
    (unit %) change is in percentage points.
    """
    _need(indicators_frame, _NEEDED, "compare_years")
    if years is not None and len(tuple(years)) != 2:
        raise FrameError(f"years takes two years, as in years=(2006, 2018), not {years!r}")
    groups: dict[tuple[str, ...], list[_Figure]] = {}
    for figure in _figures(indicators_frame, documents):
        groups.setdefault(figure.key, []).append(figure)
    rows: list[tuple[Any, ...]] = []
    for key in sorted(groups):
        by_year: dict[int, list[_Figure]] = {}
        for figure in groups[key]:
            by_year.setdefault(figure.year, []).append(figure)
        if years is None:
            pairs: Iterable[tuple[int, int]] = pairwise(sorted(by_year))
        else:
            first, last = (int(year) for year in years)
            pairs = [(first, last)] if first in by_year and last in by_year else []
        rows.extend(_compared(by_year[first], by_year[last]) for first, last in pairs)
    return tables.frame(rows, tables.COMPARISON)


def _compared(earlier: list[_Figure], later: list[_Figure]) -> tuple[Any, ...]:
    before, after = _chosen(earlier, later)
    against: list[str] = []
    remarks: list[str] = []
    for figures, figure in ((earlier, before), (later, after)):
        others = sorted(
            {other.value for other in figures if other.status == figure.status and other.reach == figure.reach}
        )
        if len(others) > 1:
            shown = ", ".join(f"{value:,.10g}" for value in others[:4]) + (" …" if len(others) > 4 else "")
            against.append(f"{len(others)} figures for {figure.year}: {shown}")
        if figure.flawed:
            against.append(f"the figure of {figure.year} fails a check")
        if figure.reach == "span":
            against.append(f"the figure of {figure.year} covers several years")
        if figure.bound:
            against.append(f"the figure of {figure.year} is a bound ({figure.bound})")
        if figure.approx:
            remarks.append(f"the figure of {figure.year} is approximate")
        if figure.dated_by_report:
            remarks.append(f"the year {figure.year} is that of the report")
    if before.status != after.status:
        against.append(f"{before.status} against {after.status}")
    if {before.reach, after.reach} == {"year", "part"}:
        against.append("part of a year against a whole year")
    if _unit(before.unit) != _unit(after.unit):
        against.append(f"{before.unit} against {after.unit}")
    change = percent = None
    if not against:
        change = after.value - before.value
        percent = 100 * change / abs(before.value) if before.value else None
        ratio = after.value / before.value if before.value > 0 and after.value > 0 else 1.0
        if before.measure == "level" and not 1 / _BREAK <= ratio <= _BREAK:
            remarks.append("changes more than fivefold; another definition or scope?")
    return (
        before.code or after.code,
        before.name,
        before.subject or after.subject,
        before.unit,
        before.year,
        after.year,
        before.value,
        after.value,
        change,
        percent,
        "; ".join([*against, *remarks]) or None,
    )


def _chosen(earlier: list[_Figure], later: list[_Figure]) -> tuple[_Figure, _Figure]:
    """The two figures most alike in status and reach; of those alike, results of whole years, and the surest."""

    def rank(pair: tuple[_Figure, _Figure]) -> tuple[Any, ...]:
        one, other = pair
        return (
            one.status == other.status,
            one.reach == other.reach,
            one.reach == "year",
            one.status == "result",
            _unit(one.unit) == _unit(other.unit),
            not (one.flawed or other.flawed),
            one.confidence + other.confidence,
            -one.value,
            -other.value,
        )

    return max(((one, other) for one in earlier for other in later), key=rank)


def _figures(frame: pd.DataFrame, documents: pd.DataFrame | None) -> Iterator[_Figure]:
    """Observations with a value and a year."""
    organisation: dict[str, str] = {}
    if documents is not None:
        _need(documents, ("doc_id", "organisation"), "compare_years(documents=…)")
        organisation = {
            doc_id: _plain(name)
            for doc_id, name in zip(documents["doc_id"], documents["organisation"], strict=True)
            if _given(name)
        }
    names = [name for name in (*_NEEDED, *_OPTIONAL) if name in frame.columns]
    for cells in zip(*(frame[name].tolist() for name in names), strict=True):
        row = {name: cell if _given(cell) else None for name, cell in zip(names, cells, strict=True)}
        if row["value"] is None or row["indicator"] is None:
            continue
        year, reach = _year(row["period"])
        by_report = year is None
        if by_report:
            if row.get("report_year") is None:
                continue
            year, reach = int(row["report_year"]), "year"
        assert year is not None
        subject = row.get("subject")
        doc_id = row.get("doc_id") or ""
        yield _Figure(
            code=row.get("indicator_code"),
            name=str(row["indicator"]),
            whose=_whose(subject, row.get("subject_source"), organisation.get(doc_id)),
            subject=subject,
            breakdown=_plain(row.get("breakdown") or ""),
            measure=row.get("measure") or "level",
            stat=row.get("stat") or "",
            unit=str(row["unit"] or ""),
            year=year,
            reach=reach,
            value=float(row["value"]),
            status=row.get("status") or "result",
            flawed=row.get("obs_status") == "U",
            approx=bool(row.get("approx")),
            bound=row.get("bound"),
            dated_by_report=by_report,
            doc_id=doc_id,
            confidence=float(row.get("confidence") or 0.0),
        )


def _whose(subject: str | None, source: str | None, organisation: str | None) -> str:
    """Whose figure it is: the organisation's own where the report speaks of the whole, else the subject beside it."""
    plain = _plain(subject or "")
    if organisation is None:
        return plain
    if not plain or source in ("title", "document") or _WHOLE.match(plain) or plain in organisation:
        return organisation
    return f"{organisation}/{plain}"


def _year(period: Any) -> tuple[int | None, str]:
    """
    The year a period belongs to, and whether it is a year, part of one, or several.

    >>> [_year(period) for period in ("2009", "2009-2013", "2014-02", "2011H1", "2008M1-6", None)]
    [(2009, 'year'), (2013, 'span'), (2014, 'part'), (2011, 'part'), (2008, 'part'), (None, 'year')]
    """
    found = _PERIOD.match(str(period)) if period is not None else None
    if not found:
        return None, "year"
    if found["last"] and found["last"] != found["year"]:
        return int(found["last"]), "span"
    return int(found["year"]), "part" if found["part"] else "year"


def _unit(unit: str) -> str:
    return _SAME_UNIT.get(unit, unit)


def _plain(text: str) -> str:
    from union_corpus.scripts import simplify

    return text if text.isascii() else simplify(text)


def to_wide(indicators_frame: pd.DataFrame) -> pd.DataFrame:
    """
    One row an indicator of a subject, one column a period; the cells are values in base units.

    Refuses to fold two observations into one cell: FrameError names them, so that one can be chosen or the table
    narrowed first (``status == "result"``, one document a year). Observations without value or period are left out.
    """
    import pandas as pd

    _need(indicators_frame, _NEEDED, "to_wide")
    names = ("indicator_code", "indicator", "subject", "breakdown", "measure", "stat", "status", "unit")
    index = [name for name in names if name in indicators_frame.columns]
    table = indicators_frame[indicators_frame["value"].notna() & indicators_frame["period"].notna()]
    table = table[[*index, "period", "value"]].astype(dict.fromkeys((*index, "period"), "string"))
    table = table.fillna(dict.fromkeys(index, "")).drop_duplicates()
    twice = table[table.duplicated([*index, "period"], keep=False)].sort_values([*index, "period"])
    if len(twice):
        shown = "; ".join(
            f"{row.indicator} {row.period}: {row.value:,.10g} {row.unit}" for row in twice.head(6).itertuples()
        )
        raise FrameError(
            f"{len(twice)} observations share a cell with another ({shown}{' …' if len(twice) > 6 else ''}); "
            "choose one of each, for example with status == 'result' or one doc_id a year"
        )
    wide = table.pivot(index=index, columns="period", values="value").sort_index().sort_index(axis=1)
    wide.columns.name = None
    return pd.DataFrame(wide.reset_index())


# SDMX names of our columns; OBS_STATUS codes are those of the cross-domain code list (A, O, Q, U as here).
_SDMX = {
    "subject": "REF_AREA",
    "indicator_code": "INDICATOR",
    "indicator": "INDICATOR_TITLE",
    "breakdown": "BREAKDOWN",
    "measure": "MEASURE",
    "stat": "STATISTIC",
    "status": "OBS_KIND",
    "period": "TIME_PERIOD",
    "value": "OBS_VALUE",
    "unit": "UNIT_MEASURE",
    "obs_status": "OBS_STATUS",
    "checks": "COMMENT_OBS",
    "doc_id": "SOURCE_ID",
}


def to_sdmx_csv(indicators_frame: pd.DataFrame, path: str | Path | None = None) -> str:
    """
    The observations as SDMX-CSV: DATAFLOW, REF_AREA, INDICATOR, TIME_PERIOD, OBS_VALUE, UNIT_MEASURE, OBS_STATUS, ….

    Gives the text, and writes it to ``path`` (UTF-8) where one is given. A gap stays empty; it is never 0.
    """
    _need(indicators_frame, _NEEDED, "to_sdmx_csv")
    table = indicators_frame[[name for name in _SDMX if name in indicators_frame.columns]].rename(columns=_SDMX)
    table.insert(0, "DATAFLOW", "UNION_CORPUS:INDICATORS(1.0)")
    text = table.to_csv(index=False, lineterminator="\n")
    if path is not None:
        Path(path).write_text(text, encoding="utf-8")
    return text


def keyness_frame(target: Any, reference: Any, *, min_count: int = 3) -> pd.DataFrame:
    """
    The terms that set a target apart from a reference: counts, log-likelihood, p, log-ratio with 95 % interval.

    Each side is a Corpus, a ``terms_frame`` (doc_id, term, count), a mapping term → count, or a list of tokens.
    ``log_likelihood`` is Dunning's (1993), with a minus where the term is rarer in the target; ``log_ratio`` is
    Hardie's log₂ of the relative frequencies, with 0.5 added to every count so that it is finite, and the interval is
    the normal one of a log relative risk. Terms with fewer than ``min_count`` occurrences on both sides together are
    left out. Sorted by log-likelihood, then by term.
    """
    one, other = _counts(target, "target"), _counts(reference, "reference")
    total_one, total_other = sum(one.values()), sum(other.values())
    rows = []
    for term in sorted(set(one) | set(other)):
        a, b = one.get(term, 0), other.get(term, 0)
        if a + b < min_count or not total_one or not total_other:
            continue
        likelihood = _log_likelihood(a, b, total_one, total_other)
        ratio = ((a + 0.5) / (total_one + 1)) / ((b + 0.5) / (total_other + 1))
        spread = math.sqrt(max(1 / (a + 0.5) - 1 / (total_one + 1) + 1 / (b + 0.5) - 1 / (total_other + 1), 0.0))
        centre, reach = math.log2(ratio), 1.959964 * spread / math.log(2)
        sign = 1 if a * total_other >= b * total_one else -1
        p = math.erfc(math.sqrt(likelihood / 2))
        rows.append((term, a, b, sign * likelihood, p, centre, centre - reach, centre + reach))
    rows.sort(key=lambda row: (-row[3], row[0]))
    return tables.frame(rows, tables.KEYNESS)


def _log_likelihood(a: int, b: int, total_one: int, total_other: int) -> float:
    expected = (a + b) / (total_one + total_other)
    total = 0.0
    for count, size in ((a, total_one), (b, total_other)):
        if count:
            total += count * math.log(count / (expected * size))
    return max(2 * total, 0.0)


def _counts(side: Any, name: str) -> Mapping[str, int]:
    import pandas as pd

    if hasattr(side, "terms_frame"):
        side = side.terms_frame()
    if isinstance(side, pd.DataFrame):
        _need(side, ("term", "count"), f"keyness_frame({name}=…)")
        return {term: int(count) for term, count in side.groupby("term")["count"].sum().items()}
    if isinstance(side, pd.Series):
        return {str(term): int(count) for term, count in side.items()}
    if isinstance(side, Mapping):
        return {str(term): int(count) for term, count in side.items()}
    if isinstance(side, str) or not isinstance(side, Iterable):
        raise FrameError(
            f"{name} must be a corpus, a terms_frame, counts or a list of tokens, not {type(side).__name__}; "
            "for a bare text use tokenize(text)"
        )
    return Counter(side)


def _need(frame: pd.DataFrame, columns: Sequence[str], door: str) -> None:
    if missing := [column for column in columns if column not in frame.columns]:
        raise FrameError(
            f"{door} needs the columns {', '.join(columns)}; the table lacks {', '.join(missing)} "
            f"(it has {', '.join(map(str, frame.columns[:12]))})"
        )


def _given(cell: Any) -> bool:
    return cell is not None and str(cell) != "<NA>" and cell == cell
