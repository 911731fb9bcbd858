"""
Figures in the shapes that others take: one row a series and one column a year, and SDMX-CSV.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from union_corpus.errors import FrameError, LoadError
from union_corpus.observations import decimal, need, period_of, plain, records

if TYPE_CHECKING:
    import pandas as pd

_IDENTITY = ("organisation", "indicator_code", "indicator", "subject", "breakdown", "measure", "stat", "status", "unit")


def to_wide(indicators_frame: pd.DataFrame) -> pd.DataFrame:
    """
    One row a series, one column a year: the table for a paper.

    A series is told by all of organisation, indicator, subject, breakdown, measure, stat, status and unit that the
    frame has. Two observations that would fall into one cell are never folded, not even two equal ones: FrameError
    lists them, and the choice (``drop_duplicates``, one document, one section) is the reader's. Rows without a year
    stand in the column <NA>. Values are in base units.

    >>> from union_corpus import Corpus, Document
    >>> reports = [("a", "2008年，全厂工会会员410人。"), ("b", "2009年，全厂工会会员450人。")]
    >>> figures = Corpus(Document.from_text(text, doc_id=doc_id) for doc_id, text in reports).indicators_frame()
    >>> to_wide(figures)[["indicator_code", "subject", "unit", 2008, 2009]].values.tolist()
    [['member_total', '全厂', '人', 410.0, 450.0]]
    """
    import pandas as pd

    need(indicators_frame, ("indicator", "unit", "value", "period"))
    identity = [column for column in _IDENTITY if column in indicators_frame.columns]
    cells: dict[tuple[tuple[str, ...], int | None], list[dict[str, Any]]] = defaultdict(list)
    for row in records(indicators_frame):
        period = period_of(row["period"])
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
            f"{plain(decimal(row['value']))}"
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
    Values are in base units. FrameError where a column is lacking, LoadError where the file cannot be written.

    >>> from union_corpus import Corpus, Document
    >>> figures = Corpus([Document.from_text("2008年，全厂工会会员410人。", doc_id="a")]).indicators_frame()
    >>> print(to_sdmx_csv(figures).splitlines()[1])
    UNION_CORPUS:INDICATORS(1.0),_Z,member_total,全厂,_T,level,_U,result,A,2008,410,人,A,,,,a
    """
    need(indicators_frame, ("indicator", "unit", "value", "period"))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(SDMX)
    for row in records(indicators_frame):
        period = period_of(row["period"])
        report_year = row.get("report_year")
        value = decimal(row["value"])
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
                "" if value is None else plain(value),
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
        try:
            Path(path).write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise LoadError(f"cannot write {path}: {error.strerror or error}") from error
    return text


def _bound_cell(cell: Any) -> str:
    value = decimal(cell)
    return "" if value is None else plain(value)
