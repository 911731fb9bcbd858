"""
Rows of an indicators frame as observations: of what time, in which unit, whose figure, and which of them line up.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from union_corpus.errors import FrameError, UnitError
from union_corpus.lexicon import table

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
class Period:
    """The year a figure counts for, and how much of it: form is year, half, months… with its extent."""

    year: int
    form: str
    sdmx: str
    freq: str


def period_of(cell: str | float | None) -> Period | None:
    """
    A period as printed in a frame (2009, 2006H1, 2011M1-9, 1999-2003); None for what is none.

    Where a table was read from a file and holds years alone, a cell is a number: 2009, or 2009.0 beside gaps.
    """
    text = f"{cell:.0f}" if isinstance(cell, int | float) else cell or ""
    found = _PERIOD.fullmatch(text.strip())
    if found is None:
        return None
    year = int(found["year"])
    if found["last"]:
        span = int(found["last"]) - year + 1
        if span < 1:
            return None
        return Period(int(found["last"]), f"{span} years", f"{year}-01-01/P{span}Y", "A")
    if found["half"]:
        return Period(year, f"half {found['half']}", f"{year}-S{found['half']}", "S")
    if found["quarter"]:
        return Period(year, f"quarter {found['quarter']}", f"{year}-Q{found['quarter']}", "Q")
    if found["first"]:
        first, until = int(found["first"]), int(found["until"])
        if not 1 <= first <= until <= 12:
            return None
        if (first, until) == (1, 12):
            return Period(year, "year", str(year), "A")
        return Period(year, f"months {first}-{until}", f"{year}-{first:02d}-01/P{until - first + 1}M", "M")
    if found["month"]:
        return Period(year, f"month {int(found['month'])}", f"{year}-{found['month']}", "M")
    return Period(year, "year", str(year), "A")


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

_BLANKS_AND_MARKS = re.compile(r"[\s“”‘’\"'「」《》（）()]")
# Which one it was (第七届, 八届二次) differs from year to year and tells no two series apart.
_ORDINAL = re.compile(r"第?[一二三四五六七八九十两\d]{1,3}[届屆](?:第?[一二三四五六七八九十\d]{1,3}次)?")


@dataclass(slots=True)
class Observation:
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
    def owner(self) -> str | None:
        """The organisation whose report tells the figure, in one wording; None where it is not known or nobody was asked."""
        return one_name(self.organisation) if self.organisation else None

    @property
    def whose(self) -> str | None:
        """
        The subject as a reader of a table of several organisations needs it: 全市 is another city in another report.

        In one wording, so that the rows of one series have one subject, whatever script each report was printed in: the
        organisation where all of it is meant, and a report whose organisation is not known stands in for it.
        """
        if self.organisation == "":
            return self.subject
        if self.owner:
            return self.owner if not self.subject or self.scope == self.owner else one_name(self.subject)
        return f"{one_name(self.subject)}（{self.doc_id}）" if self.subject else self.doc_id

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


def lined_up(table_: pd.DataFrame) -> Iterator[list[dict[str, Any]]]:
    """The rows of each indicator and organisation that has more than one, in the order of both."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, key in enumerate(zip(*lined_up_by(table_), strict=True)):
        places[key].append(at)
    columns, rows = _shared_cells(table_)
    for key in sorted(places):
        if key[0] and len(places[key]) > 1:
            yield [dict(zip(columns, rows[at], strict=True)) for at in places[key]]


def observations(rows: Iterable[Mapping[str, Any]], homes: Mapping[str, str]) -> list[Observation]:
    """The rows that observe something and have a year: no rules, no size limits. ``homes`` is that of the whole table."""
    found = []
    for row in rows:
        measure = row.get("measure") or "level"
        status = row.get("status") or "result"
        if measure == "threshold" or status == "norm":
            continue  # a rule or a size limit is no observation of anything
        period = period_of(row["period"])
        report_year = row.get("report_year")
        if period is None and report_year is None:
            continue
        found.append(
            Observation(
                code=row["indicator_code"],
                name=row["indicator"] or "",
                subject=row["subject"],
                scope=_scope(row, homes.get(row.get("doc_id") or "")),
                breakdown=row.get("breakdown"),
                measure=measure,
                stat=row.get("stat"),
                basis=row.get("basis"),
                unit=row["unit"] or "",
                value=decimal(row["value"]),
                low=decimal(row.get("low")),
                high=decimal(row.get("high")),
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


def records(table_: pd.DataFrame) -> Iterator[dict[str, Any]]:
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


def need(table_: pd.DataFrame, columns: Sequence[str]) -> None:
    """FrameError where a table lacks one of the columns, or is none."""
    if not hasattr(table_, "columns"):
        raise FrameError(
            f"this takes a table, such as corpus.indicators_frame(), and was given {type(table_).__name__}"
        )
    lacking = [column for column in columns if column not in table_.columns]
    if lacking:
        raise FrameError(
            f"the table lacks the column{'s' if len(lacking) > 1 else ''} {', '.join(lacking)}; "
            f"it has {', '.join(map(str, table_.columns)) or 'none'}. indicators_frame() gives them all"
        )


def decimal(cell: Any) -> Decimal | None:
    """A cell of the column of values as it was counted; None for a gap, FrameError for what is no number."""
    if cell is None:
        return None
    try:
        value = cell if isinstance(cell, Decimal) else Decimal(str(cell))
    except InvalidOperation as error:
        raise FrameError(f"{cell!r} in the column of values is no number") from error
    return value if value.is_finite() else None


def organisations(documents: pd.DataFrame) -> dict[str, Any]:
    """doc_id → organisation, from ``documents_frame()``."""
    need(documents, ("doc_id", "organisation"))
    return dict(zip(documents["doc_id"], documents["organisation"], strict=True))


def copies(documents: pd.DataFrame) -> frozenset[str]:
    """
    The documents that ``documents_frame()`` calls copies of another of the same organisation: what they tell is told there.

    A copy under the name of another body stays, since the other's figures are not set beside its own.
    """
    if "duplicate_of" not in documents.columns:
        return frozenset()
    owners = {
        doc_id: one_name(owner) for doc_id, owner in organisations(documents.dropna(subset="organisation")).items()
    }
    pairs = documents[["doc_id", "duplicate_of"]].dropna()
    return frozenset(
        copy
        for copy, head in zip(pairs["doc_id"], pairs["duplicate_of"], strict=True)
        if owners.get(copy) in (None, owners.get(head))
    )


def with_organisation(indicators_frame: pd.DataFrame, known: Mapping[str, Any]) -> pd.DataFrame:
    """The same figures with the organisation of their document beside them."""
    return indicators_frame.assign(organisation=indicators_frame["doc_id"].map(known))


def plain(value: Decimal | None) -> str:
    """A number as a reader writes it: no exponent, no zeros at the end."""
    if value is None:
        return "?"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
