"""
The same figure over the years, and words over two bodies of text; on plain frames, so that a table corrected by hand
works as well as a fresh one.

The rule of this room: two figures are only set against one another where they measure the same thing. Everywhere
else the row stays, both figures beside each other, without a change, and ``note`` says why.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from union_corpus.errors import FrameError, UnitError
from union_corpus.lexicon import table
from union_corpus.tables import COMPARISON, KEYNESS, frame

if TYPE_CHECKING:
    import pandas as pd

# The columns of indicators_frame that comparing looks at; the others need not be loaded.
COMPARED = (
    "doc_id",
    "report_year",
    "indicator",
    "indicator_code",
    "subject",
    "subject_source",
    "breakdown",
    "period",
    "measure",
    "stat",
    "basis",
    "value",
    "low",
    "high",
    "approx",
    "bound",
    "unit",
    "status",
    "obs_status",
    "checks",
)

# --- periods ------------------------------------------------------------------------------------------------

_PERIOD = re.compile(
    r"""
    (?P<year>\d{4})
    (?: -(?P<last>\d{4})                       # 1999-2003
      | H(?P<half>[12])                        # 2006H1
      | -?Q(?P<quarter>[1-4])                  # 2009Q1
      | M(?P<first>\d{1,2})-(?P<until>\d{1,2}) # 2011M1-9
      | -(?P<month>\d{2}) (?: -\d{2} )?        # 2010-09, 2010-09-30
    )?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Period:
    """The year a figure counts for, and how much of it: form is year, half, months… with its extent."""

    year: int
    form: str
    sdmx: str
    freq: str


def _period(text: str | None) -> _Period | None:
    found = _PERIOD.fullmatch(text.strip()) if text else None
    if found is None:
        return None
    year = int(found["year"])
    if found["last"]:
        span = int(found["last"]) - year + 1
        if span < 1:
            return None
        return _Period(int(found["last"]), f"{span} years", f"{year}-01-01/P{span}Y", "A")
    if found["half"]:
        return _Period(year, f"half {found['half']}", f"{year}-S{found['half']}", "S")
    if found["quarter"]:
        return _Period(year, f"quarter {found['quarter']}", f"{year}-Q{found['quarter']}", "Q")
    if found["first"]:
        first, until = int(found["first"]), int(found["until"])
        if not 1 <= first <= until <= 12:
            return None
        if (first, until) == (1, 12):
            return _Period(year, "year", str(year), "A")
        return _Period(year, f"months {first}-{until}", f"{year}-{first:02d}-01/P{until - first + 1}M", "M")
    if found["month"]:
        return _Period(year, f"month {int(found['month'])}", f"{year}-{found['month']}", "M")
    return _Period(year, "year", str(year), "A")


# --- units --------------------------------------------------------------------------------------------------


@cache
def _families() -> dict[str, tuple[str, Decimal]]:
    return {row["unit"]: (row["family"], Decimal(row["factor"])) for row in table("unit_families")}


def convert(value: Decimal, unit: str, to: str) -> Decimal:
    """
    A value in another unit of the same family; UnitError where the two do not convert.

    >>> convert(Decimal("22.36"), "万元", "元")
    Decimal('223600.00')
    >>> convert(Decimal("3"), "人次", "人")
    Traceback (most recent call last):
    union_corpus.errors.UnitError: cannot convert 人次 to 人: heads and attendances and other unlike things never convert
    """
    if unit == to:
        return value
    known = _families()
    if unit not in known or to not in known or known[unit][0] != known[to][0]:
        raise UnitError(f"cannot convert {unit} to {to}: heads and attendances and other unlike things never convert")
    return value * known[unit][1] / known[to][1]


# --- observations -------------------------------------------------------------------------------------------

_NEEDED = ("indicator_code", "indicator", "subject", "unit", "value", "period")
_BLANKS_AND_MARKS = re.compile(r"[\s“”‘’\"'「」《》（）()]")
# Which one it was (第七届, 八届二次) differs from year to year and tells no two series apart.
_ORDINAL = re.compile(r"第?[一二三四五六七八九十两\d]{1,3}[届屆](?:第?[一二三四五六七八九十\d]{1,3}次)?")


@dataclass(slots=True)
class _Observation:
    """One row of an indicators frame, with what is needed to set it against another."""

    code: str | None
    name: str
    subject: str | None
    scope: str | None
    breakdown: str | None
    measure: str
    stat: str | None
    basis: str | None
    unit: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    year: int
    form: str
    status: str
    obs_status: str
    approx: bool
    bound: str | None
    checks: str | None
    dated_by_report: bool
    doc_id: str | None
    organisation: str | None  # "" where nobody was asked, None where it is not known: the document stands for itself

    @property
    def series(self) -> tuple[str | None, ...]:
        """What must be the same for two figures to belong to one series, the key apart."""
        return (self.scope, self.breakdown, self.measure, self.status, self.stat_class, self.extent)

    @property
    def stat_class(self) -> str:
        return self.stat or "unstated"

    @property
    def extent(self) -> str:
        """A stock is read off at any moment; a flow counts for exactly its stretch of time."""
        if self.stat == "total" or self.measure in ("share", "rank"):
            return "moment"
        return self.form


def label(code: str | None, name: str | None) -> str:
    """What a figure is lined up by: its code, else its name without quotation marks, blanks and which one it was."""
    return code or _ORDINAL.sub("", _BLANKS_AND_MARKS.sub("", name or ""))


def lined_up_by(table_: pd.DataFrame) -> tuple[list[str], list[str]]:
    """
    Of each row, what it measures and whose figure it is: only rows that agree in both are ever set side by side.

    A document whose organisation is not known stands for itself; a table that tells no organisations is one whole.
    """
    import pandas as pd

    def cells(column: str) -> list[str | None]:
        return [None if pd.isna(cell) else str(cell) for cell in table_[column].tolist()]

    labels = [label(code, name) for code, name in zip(cells("indicator_code"), cells("indicator"), strict=True)]
    if "organisation" not in table_.columns:
        return labels, [""] * len(labels)
    alone = cells("doc_id") if "doc_id" in table_.columns else [None] * len(labels)
    owners = [
        one_name(organisation) if organisation else f"? {doc_id or ''}"
        for organisation, doc_id in zip(cells("organisation"), alone, strict=True)
    ]
    return labels, owners


def _lined_up(table_: pd.DataFrame) -> Iterator[list[dict[str, Any]]]:
    """The rows of each indicator and organisation that has more than one, in the order of both."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, key in enumerate(zip(*lined_up_by(table_), strict=True)):
        places[key].append(at)
    columns, rows = _shared_cells(table_)
    for key in sorted(places):
        if key[0] and len(places[key]) > 1:
            yield [dict(zip(columns, rows[at], strict=True)) for at in places[key]]


def _observations(rows: Iterable[Mapping[str, Any]], homes: Mapping[str, str]) -> list[_Observation]:
    found = []
    for row in rows:
        measure = row.get("measure") or "level"
        status = row.get("status") or "result"
        if measure == "threshold" or status == "norm":
            continue  # a rule or a size limit is no observation of anything
        period = _period(row["period"])
        report_year = row.get("report_year")
        if period is None and report_year is None:
            continue
        found.append(
            _Observation(
                code=row["indicator_code"],
                name=row["indicator"] or "",
                subject=row["subject"],
                scope=_scope(row, homes.get(row.get("doc_id") or "")),
                breakdown=row.get("breakdown"),
                measure=measure,
                stat=row.get("stat"),
                basis=row.get("basis"),
                unit=row["unit"] or "",
                value=_decimal(row["value"]),
                low=_decimal(row.get("low")),
                high=_decimal(row.get("high")),
                year=period.year if period else int(report_year),  # type: ignore[arg-type]
                form=period.form if period else "year",
                status=status,
                obs_status=row.get("obs_status") or "A",
                approx=bool(row.get("approx")),
                bound=row.get("bound"),
                checks=row.get("checks"),
                dated_by_report=period is None,
                doc_id=row.get("doc_id"),
                organisation=row.get("organisation", ""),
            )
        )
    return found


# The whole of whatever the report speaks for: 全市, 我厂, 本校.
_WHOLE = re.compile(
    r"(?:全|我|本)(?:国|省|自治区|市|区|县|旗|镇|乡|街道|厂|矿|院|校|公司|集团|局|段|站|系统|行业)"
    r"|(?:各级|全市各级|所属)?(?:工会|基层工会)"
)


def homes(table_: pd.DataFrame) -> dict[str, str]:
    """doc_id → whose report it is: the organisation where the table tells it, else the subject its title named."""
    import pandas as pd

    if "doc_id" not in table_.columns:
        return {}
    named = pd.Series(pd.NA, index=table_.index, dtype="string")
    if {"subject", "subject_source"} <= set(table_.columns):
        named = table_["subject"].where(table_["subject_source"].isin(["title", "document"]))
    if "organisation" in table_.columns:
        named = table_["organisation"].combine_first(named)
    told = pd.DataFrame({"doc_id": table_["doc_id"], "home": named}).dropna().drop_duplicates("doc_id")
    return {doc_id: one_name(home) for doc_id, home in zip(told["doc_id"], told["home"], strict=True) if home}


def _scope(row: Mapping[str, Any], home: str | None) -> str | None:
    """Whose figure it is, in one wording: 全市, 我市 and the name in the title are the same in one city's reports."""
    subject = one_name(row["subject"]) if row["subject"] else None
    if home and (subject is None or row.get("subject_source") in ("title", "document") or _WHOLE.fullmatch(subject)):
        return home
    return subject


@lru_cache(maxsize=10_000)
def one_name(name: str) -> str:
    """An organisation's name in one wording, whatever script and form it was printed in."""
    from union_corpus.scripts import simplify

    return simplify(name).removesuffix("委员会")


def _records(table_: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as dicts, every kind of gap as None."""
    columns, rows = _shared_cells(table_)
    return (dict(zip(columns, row, strict=True)) for row in rows)


def _shared_cells(table_: pd.DataFrame) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows, gaps as None; equal cells of a column are one object, which a long table needs."""
    import pandas as pd

    columns = [str(column) for column in table_.columns]
    cells = []
    for at in range(len(columns)):
        places, found = pd.factorize(table_.iloc[:, at])
        known = [*found.tolist(), None]  # a gap has the place -1
        cells.append([known[place] for place in places.tolist()])
    return columns, list(zip(*cells, strict=True))


def _need(table_: pd.DataFrame, columns: Sequence[str]) -> None:
    lacking = [column for column in columns if column not in table_.columns]
    if lacking:
        raise FrameError(
            f"the table lacks the column{'s' if len(lacking) > 1 else ''} {', '.join(lacking)}; "
            f"it has {', '.join(map(str, table_.columns)) or 'none'}. indicators_frame() gives them all"
        )


def _decimal(cell: Any) -> Decimal | None:
    if cell is None:
        return None
    try:
        value = cell if isinstance(cell, Decimal) else Decimal(str(cell))
    except InvalidOperation as error:
        raise FrameError(f"{cell!r} in the column of values is no number") from error
    return value if value.is_finite() else None


# --- comparing years ----------------------------------------------------------------------------------------


def compare_years(
    indicators_frame: pd.DataFrame,
    *,
    years: Sequence[int] | None = None,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    The same indicator of the same subject in two years, with its change (``tables.COMPARISON``).

    The year is that of ``period``, what the figure speaks of; only where that is unknown the year of the report
    stands in, and the note says so. Without ``years`` each year is set against the next one that has figures;
    with them only those years, in their order of time.

    A row without ``change`` is one that must not be compared, and ``note`` says why: a total against what was
    added in a year, another subject, another base, a target against a result, half a year against a whole one,
    a figure that is approximate, a bound, or fails a check, two figures for one year, or a leap that no series
    makes. For shares the change is in percentage points and ``pct_change`` stays empty.

    全市 means another city in another report. Give ``documents`` (``documents_frame()``) or a column ``organisation``,
    and figures of two organisations are never set side by side; a document whose organisation is not known is compared
    with itself alone. Without either, a change between two documents is given with a note that names them.
    """
    if documents is not None:
        _need(indicators_frame, ("doc_id",))
        indicators_frame = with_organisation(indicators_frame, organisations(documents))
    from pandas.api.types import is_numeric_dtype

    _need(indicators_frame, _NEEDED)
    if not is_numeric_dtype(indicators_frame["value"]):  # a table read from a file, or corrected by hand
        for cell in indicators_frame["value"].dropna():
            _decimal(cell)
    return frame(compared_rows([indicators_frame], homes(indicators_frame), years=years), COMPARISON)


def organisations(documents: pd.DataFrame) -> dict[str, Any]:
    """doc_id → organisation, from ``documents_frame()``."""
    _need(documents, ("doc_id", "organisation"))
    return dict(zip(documents["doc_id"], documents["organisation"], strict=True))


def with_organisation(indicators_frame: pd.DataFrame, known: Mapping[str, Any]) -> pd.DataFrame:
    """The same figures with the organisation of their document beside them."""
    return indicators_frame.assign(organisation=indicators_frame["doc_id"].map(known))


def compared_rows(
    parts: Iterable[pd.DataFrame], homes: Mapping[str, str], *, years: Sequence[int] | None = None
) -> Iterator[tuple[Any, ...]]:
    """
    Rows of ``compare_years`` from a table that comes in parts, each holding whole groups of ``lined_up_by``.

    ``homes`` are those of the whole table: which part tells whose report a document is cannot be known beforehand.
    """
    wanted = None if years is None else {int(year) for year in years}
    for figures in (same for part in parts for same in _lined_up(part)):
        by_year: dict[int, list[_Observation]] = defaultdict(list)
        for observation in _observations(figures, homes):
            if wanted is None or observation.year in wanted:
                by_year[observation.year].append(observation)
        for year_from, year_to in pairwise(sorted(by_year)):
            yield from _compared(by_year[year_from], by_year[year_to])


# Beyond this many pairs only figures of one subject are laid side by side.
_MOST_PAIRS = 10_000


def _compared(before: list[_Observation], after: list[_Observation]) -> list[tuple[Any, ...]]:
    """Rows for one indicator and two years: first the series both have, then what is left, side by side."""
    olds, news = _by_series(before), _by_series(after)
    rows = [
        _row(*pair)
        for series in sorted(olds.keys() & news.keys(), key=_sortable)
        for pair in _told_apart(olds[series], news[series])
    ]
    left = [olds[series] for series in sorted(olds.keys() - news.keys(), key=_sortable)]
    right = [news[series] for series in sorted(news.keys() - olds.keys(), key=_sortable)]
    crowded = len(left) * len(right) > _MOST_PAIRS
    pairs = sorted(
        (len(_differences(old[0], new[0])), at, place)
        for at, old in enumerate(left)
        for place, new in enumerate(right)
        if not crowded or old[0].scope == new[0].scope
    )
    used_left: set[int] = set()
    used_right: set[int] = set()
    for unlike, at, place in pairs:
        # More than two differences are two other things altogether and need no row.
        if unlike <= 2 and at not in used_left and place not in used_right:
            used_left.add(at)
            used_right.add(place)
            rows.append(_row(left[at], right[place]))
    return rows


def _by_series(observations: list[_Observation]) -> dict[tuple[str | None, ...], list[_Observation]]:
    found: dict[tuple[str | None, ...], list[_Observation]] = defaultdict(list)
    for observation in observations:
        found[observation.series].append(observation)
    return found


def _told_apart(
    olds: list[_Observation], news: list[_Observation]
) -> Iterator[tuple[list[_Observation], list[_Observation]]]:
    """Several figures of one code in a year (收到提案74件，立案51件) are paired by their names; what is left, together."""
    if not (_several(olds) or _several(news)):
        yield olds, news
        return
    old_names, new_names = _by_name(olds), _by_name(news)
    for old, new in _alike(old_names, new_names):
        if not (_several(old_names[old]) or _several(new_names[new])):
            yield old_names.pop(old), new_names.pop(new)
    if old_names and new_names:
        yield list(chain(*old_names.values())), list(chain(*new_names.values()))


def _by_name(observations: list[_Observation]) -> dict[str, list[_Observation]]:
    found: dict[str, list[_Observation]] = defaultdict(list)
    for observation in observations:
        found[label(None, observation.name)].append(observation)
    return found


def _alike(olds: Collection[str], news: Collection[str]) -> list[tuple[str, str]]:
    """Pairs of names each of which ends like the other more than like any other: 提案立案 and 职代会收到提案立案."""
    if len(olds) * len(news) > _MOST_PAIRS:
        return [(name, name) for name in sorted(set(olds) & set(news))]
    ends = {(old, new): _same_end(old, new) for old in olds for new in news}

    def best(pairs: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
        first, *others = sorted(pairs, key=lambda pair: (-ends[pair], pair))
        alone = not others or ends[others[0]] < ends[first]
        return first if ends[first] >= 2 and alone else None

    of_olds = {best((old, new) for new in news) for old in olds}
    of_news = {best((old, new) for old in olds) for new in news}
    return sorted(pair for pair in of_olds & of_news if pair)


def _same_end(one: str, other: str) -> int:
    """How many characters two names end with alike."""
    unlike = (at for at, pair in enumerate(zip(reversed(one), reversed(other), strict=False)) if pair[0] != pair[1])
    return next(unlike, min(len(one), len(other)))


def _sortable(series: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(part or "" for part in series)


def _differences(old: _Observation, new: _Observation) -> list[str]:
    """Why two figures of one indicator are not of one series."""
    unlike = []
    if old.scope != new.scope:
        unlike.append(f"other subject: {old.subject or 'not told'} / {new.subject or 'not told'}")
    if old.breakdown != new.breakdown:
        unlike.append(f"other part: {old.breakdown or 'all'} / {new.breakdown or 'all'}")
    if old.measure != new.measure:
        unlike.append(f"other measure: {old.measure} / {new.measure}")
    if old.status != new.status:
        unlike.append(f"{old.status} against {new.status}")
    if old.stat_class != new.stat_class:
        unlike.append(_stat_difference(old, new))
    if old.extent != new.extent and "moment" not in (old.extent, new.extent):
        unlike.append(f"other stretch of time: {old.form} / {new.form}")
    return unlike


def _stat_difference(old: _Observation, new: _Observation) -> str:
    pair = {old.stat_class, new.stat_class}
    if "total" in pair and pair != {"total"}:
        return f"stock against flow: {old.stat_class} / {new.stat_class}"
    return f"other statistic: {old.stat_class} / {new.stat_class}"


# A count that is ten times what it was a year ago is another series, or one of the two is misread.
_LEAP = 10


def _row(olds: list[_Observation], news: list[_Observation]) -> tuple[Any, ...]:
    old, new = olds[0], news[0]
    reasons = _differences(old, new)
    remarks = []
    unit = new.unit
    value_from, value_to = old.value, new.value
    if old.unit != new.unit:
        try:
            value_from = convert(old.value, old.unit, unit) if old.value is not None else None
            converted = {other.unit for other in olds} - {unit}
            remarks.append(f"converted from {', '.join(sorted(converted))}")
        except UnitError:
            reasons.append(f"units do not convert: {old.unit or 'none'} / {unit or 'none'}")
    for group in (olds, news):
        reasons += _several(group)
        reasons += _doubts(group[0])
    if old.basis and new.basis and old.basis != new.basis:
        reasons.append(f"other base: {old.basis} / {new.basis}")
    if old.doc_id != new.doc_id and new.organisation == "" and not reasons:
        remarks.append(f"from {old.doc_id} and {new.doc_id}; are both of one organisation?")
    change = pct_change = None
    if value_from is not None and value_to is not None:
        if not reasons and _leaps(value_from, value_to, new):
            reasons.append(f"series break? {_plain(value_from)} to {_plain(value_to)}")
        if not reasons:
            change = value_to - value_from
            if new.measure in ("share", "growth") or unit in ("%", "个百分点"):
                remarks.append("change in percentage points")
            elif value_from and new.measure != "rank":
                pct_change = change / value_from * 100
    remarks += [
        f"{observation.year} is the year of the report; the period is not known"
        for observation in (old, new)
        if observation.dated_by_report
    ]
    if not reasons and old.form != new.form:
        remarks.append(f"at {old.form} / {new.form}")
    if not reasons and new.status != "result":
        remarks.append(f"both are {new.status}s")
    note = "; ".join(dict.fromkeys((["not compared: " + "; ".join(reasons)] if reasons else []) + remarks))
    return (
        new.code or old.code,
        _labelled(new) or _labelled(old),
        new.subject if new.scope == old.scope else " / ".join((old.subject or "–", new.subject or "–")),
        unit or None,
        old.year,
        new.year,
        None if _several(olds) else value_from,
        None if _several(news) else value_to,
        change,
        pct_change,
        note or None,
    )


def _labelled(observation: _Observation) -> str:
    name = observation.name or observation.code or ""
    part = observation.breakdown
    return f"{name}（{part}）" if part and part not in name else name


def _several(group: list[_Observation]) -> list[str]:
    """Two different figures for one series and year; the same figure told twice is one."""
    values = {(observation.value, observation.unit) for observation in group}
    if len(values) < 2:
        return []
    told = list(
        dict.fromkeys(f"{_plain(one.value)}{one.unit}" + (f" ({one.doc_id})" if one.doc_id else "") for one in group)
    )
    listed = ", ".join(told[:4]) + (f" and {len(told) - 4} more" if len(told) > 4 else "")
    return [f"several figures for {group[0].year}: {listed}"]


def _doubts(observation: _Observation) -> list[str]:
    """What is wrong with a single figure so that no change can be read from it."""
    year = observation.year
    if observation.obs_status == "O":
        return [f"the figure of {year} was removed"]
    if observation.obs_status == "Q":
        return [f"the figure of {year} is masked"]
    doubts = []
    if observation.obs_status == "U":
        doubts.append(f"the figure of {year} fails a check ({observation.checks or 'no reason given'})")
    if observation.bound:
        doubts.append(f"the figure of {year} is a bound ({observation.bound})")
    elif observation.approx:
        doubts.append(f"the figure of {year} is approximate")
    if observation.value is None and not doubts:
        if observation.low is not None or observation.high is not None:
            doubts.append(f"the figure of {year} is a range ({_plain(observation.low)} to {_plain(observation.high)})")
        else:
            doubts.append(f"{year} has no value")
    return doubts


def _leaps(value_from: Decimal, value_to: Decimal, observation: _Observation) -> bool:
    if observation.measure != "level" or observation.unit in ("%", "‰", "个百分点"):
        return False
    small, large = sorted((abs(value_from), abs(value_to)))
    return small > 0 and large >= small * _LEAP


def _plain(value: Decimal | None) -> str:
    """A number as a reader writes it: no exponent, no zeros at the end."""
    if value is None:
        return "?"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- wide and SDMX ------------------------------------------------------------------------------------------

_IDENTITY = ("organisation", "indicator_code", "indicator", "subject", "breakdown", "measure", "stat", "status", "unit")


def to_wide(indicators_frame: pd.DataFrame) -> pd.DataFrame:
    """
    One row a series, one column a year: the table for a paper.

    A series is told by all of organisation, indicator, subject, breakdown, measure, stat, status and unit that the
    frame has. Two observations that would fall into one cell are never folded, not even two equal ones: FrameError
    lists them, and the choice (``drop_duplicates``, one document, one section) is the reader's. Rows without a year
    stand in the column <NA>.
    """
    import pandas as pd

    _need(indicators_frame, ("indicator", "unit", "value", "period"))
    identity = [column for column in _IDENTITY if column in indicators_frame.columns]
    cells: dict[tuple[tuple[str, ...], int | None], list[dict[str, Any]]] = defaultdict(list)
    for row in _records(indicators_frame):
        period = _period(row["period"])
        label = tuple("" if row[column] is None else str(row[column]) for column in identity)
        cells[label, period.year if period else None].append(row)
    crowded = {cell: rows for cell, rows in cells.items() if len(rows) > 1}
    if crowded:
        raise FrameError(_crowding(crowded))
    labels = sorted({label for label, _ in cells})
    years: list[int | None] = [*sorted({year for _, year in cells if year is not None})]
    if any(year is None for _, year in cells):
        years.append(None)
    data: dict[Any, Any] = {
        column: pd.array([label[at] or None for label in labels], dtype="string") for at, column in enumerate(identity)
    }
    for year in years:
        values = [cells[label, year][0]["value"] if (label, year) in cells else None for label in labels]
        data[year if year is not None else pd.NA] = pd.array(
            [None if value is None else float(value) for value in values], dtype="Float64"
        )
    return pd.DataFrame(data)


def _crowding(crowded: dict[tuple[tuple[str, ...], int | None], list[dict[str, Any]]]) -> str:
    lines = []
    for (label, year), rows in sorted(crowded.items(), key=lambda cell: (cell[0][0], cell[0][1] or 0))[:5]:
        told = "; ".join(
            f"{_plain(_decimal(row['value']))}"
            + (
                f" ({row['doc_id']}" + (f", {row['start']}" if row.get("start") is not None else "") + ")"
                if row.get("doc_id")
                else ""
            )
            for row in rows[:4]
        )
        lines.append(f"{' '.join(part for part in label if part)}, {year or 'no year'}: {told}")
    more = f"\n… and {len(crowded) - 5} more cells" if len(crowded) > 5 else ""
    return (
        f"{len(crowded)} cell{'s' if len(crowded) > 1 else ''} would hold more than one observation:\n"
        + "\n".join(lines)
        + more
        + "\nchoose rows first (drop_duplicates, one doc_id, one section), then call to_wide again"
    )


SDMX = (
    "DATAFLOW",
    "REF_AREA",
    "INDICATOR",
    "SUBJECT",
    "BREAKDOWN",
    "MEASURE",
    "STAT",
    "STATUS",
    "FREQ",
    "TIME_PERIOD",
    "OBS_VALUE",
    "UNIT_MEASURE",
    "OBS_STATUS",
    "LOWER_BOUND",
    "UPPER_BOUND",
    "COMMENT_OBS",
    "SOURCE_DOC",
)
_DATAFLOW = "UNION_CORPUS:INDICATORS(1.0)"


def to_sdmx_csv(indicators_frame: pd.DataFrame, path: str | Path | None = None) -> str:
    """
    The figures as SDMX-CSV: one row an observation, the names a statistical office knows; written to ``path`` if given.

    TIME_PERIOD is written the SDMX way (2006-S1, 2011-01-01/P9M); OBS_STATUS keeps our letters, which are those of the
    SDMX code list (A normal, O missing, Q suppressed, U low reliability). A missing figure is an empty OBS_VALUE,
    never 0. REF_AREA is taken from a column ``place`` or ``organisation`` where the frame has one, else ``_Z``.
    """
    _need(indicators_frame, ("indicator", "unit", "value", "period"))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(SDMX)
    for row in _records(indicators_frame):
        period = _period(row["period"])
        report_year = row.get("report_year")
        value = _decimal(row["value"])
        comment = [str(row[column]) for column in ("cue", "checks") if row.get(column)]
        if period is None and report_year is not None:
            comment.append("TIME_PERIOD is the year of the report")
        writer.writerow(
            (
                _DATAFLOW,
                row.get("place") or row.get("organisation") or "_Z",
                row.get("indicator_code") or row["indicator"] or "_U",
                row.get("subject") or "_Z",
                row.get("breakdown") or "_T",
                row.get("measure") or "level",
                row.get("stat") or "_U",
                row.get("status") or "result",
                period.freq if period else "A",
                period.sdmx if period else "" if report_year is None else str(int(report_year)),
                "" if value is None else _plain(value),
                row["unit"] or "_U",
                row.get("obs_status") or ("A" if value is not None or row.get("low") is not None else "O"),
                _bound_cell(row.get("low")),
                _bound_cell(row.get("high")),
                "; ".join(comment),
                row.get("doc_id") or "",
            )
        )
    text = out.getvalue()
    if path is not None:
        Path(path).write_text(text, encoding="utf-8", newline="")
    return text


def _bound_cell(cell: Any) -> str:
    value = _decimal(cell)
    return "" if value is None else _plain(value)


# --- keyness ------------------------------------------------------------------------------------------------


def keyness_frame(target: Any, reference: Any) -> pd.DataFrame:
    """
    The words that set one body of text apart from another (``tables.KEYNESS``).

    Both may be a Corpus, a terms frame (columns term, count), a Series or dict of counts by term, or a list of
    words. ``log_likelihood`` is Dunning's G², with a minus where the word is rarer in the target; ``p`` is its
    chi-square probability with one degree of freedom, not corrected for the number of words. ``log_ratio`` is the
    binary logarithm of the ratio of relative frequencies (Hardie): 1 is twice as often. A count of 0 is taken as
    0.5 there, and only there, so that the ratio is finite. ``log_ratio_low`` and ``log_ratio_high`` are its 95 %
    interval: where they enclose 0 the difference is not certain, however large it looks.

    Sorted from what marks the target most to what marks the reference most; equal words by their characters.

    >>> table = keyness_frame(["职代会", "集体合同", "职代会"], ["集体合同", "集体合同", "帮扶"])
    >>> table[["term", "count_target", "count_reference"]].values.tolist()
    [['职代会', 2, 0], ['集体合同', 1, 2], ['帮扶', 0, 1]]
    """
    import numpy as np
    import pandas as pd

    counts_target, counts_reference = _counts(target, "target"), _counts(reference, "reference")
    total_target, total_reference = sum(counts_target.values()), sum(counts_reference.values())
    for name, total in (("target", total_target), ("reference", total_reference)):
        if not total:
            raise FrameError(f"the {name} holds no words; keyness needs counts on both sides")
    terms = sorted(counts_target.keys() | counts_reference.keys())
    a = np.array([counts_target.get(term, 0) for term in terms], dtype=float)
    b = np.array([counts_reference.get(term, 0) for term in terms], dtype=float)
    share = (a + b) / (total_target + total_reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(a > 0, a * np.log(a / (total_target * share)), 0.0)
        right = np.where(b > 0, b * np.log(b / (total_reference * share)), 0.0)
    g2 = np.maximum(2 * (left + right), 0.0)
    p = _chi_square_tail(g2)
    smooth_a, smooth_b = np.where(a == 0, 0.5, a), np.where(b == 0, 0.5, b)
    ratio = np.log2(smooth_a / total_target) - np.log2(smooth_b / total_reference)
    variance = 1 / smooth_a - 1 / total_target + 1 / smooth_b - 1 / total_reference
    half = 1.959963984540054 * np.sqrt(np.maximum(variance, 0.0)) / np.log(2)
    sign = np.where(a / total_target >= b / total_reference, 1.0, -1.0)
    result = pd.DataFrame(
        {
            "term": terms,
            "count_target": a.astype("int64"),
            "count_reference": b.astype("int64"),
            "log_likelihood": g2 * sign,
            "p": p,
            "log_ratio": ratio,
            "log_ratio_low": ratio - half,
            "log_ratio_high": ratio + half,
        }
    ).astype(KEYNESS)
    # Rounded for the order only, so that the last bits of a float do not decide between equal words.
    order = result.assign(place=result["log_likelihood"].round(9)).sort_values(
        ["place", "term"], ascending=[False, True], kind="stable"
    )
    return result.loc[order.index].reset_index(drop=True)


def _chi_square_tail(g2: Any) -> Any:
    """P of a chi-square variable with one degree of freedom: erfc(sqrt(x / 2))."""
    import math

    import numpy as np

    return np.array([math.erfc(math.sqrt(value / 2)) for value in g2], dtype=float)


def _counts(words: Any, name: str) -> dict[str, int]:
    """Counts by term from any of the shapes that ``keyness_frame`` takes."""
    import pandas as pd

    if hasattr(words, "terms_frame"):
        words = words.terms_frame()
    if isinstance(words, pd.DataFrame):
        lacking = [column for column in ("term", "count") if column not in words.columns]
        if lacking:
            raise FrameError(f"the {name} lacks the column {', '.join(lacking)}; terms_frame() has term and count")
        words = words.groupby("term", sort=True)["count"].sum()
    if isinstance(words, pd.Series):
        words = {term: count for term, count in words.items() if not pd.isna(count)}
    if isinstance(words, Mapping):
        counts: dict[str, int] = defaultdict(int)
        for term, count in words.items():
            if count < 0 or count != int(count):
                raise FrameError(f"the {name} counts {term!r} {count} times; counts are whole numbers from 0")
            if count:
                counts[str(term)] += int(count)
        return dict(counts)
    if isinstance(words, str) or not isinstance(words, Iterable):
        raise FrameError(
            f"the {name} must be a Corpus, a terms frame, counts by term or a list of words, not {words!r:.60}"
        )
    counted: dict[str, int] = defaultdict(int)
    for term in words:
        counted[str(term)] += 1
    return dict(counted)
