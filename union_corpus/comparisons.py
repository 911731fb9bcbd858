"""
The same figure over the years, on plain frames, so that a table corrected by hand works as well as a fresh one.

The rule of this room: two figures are only set against one another where they measure the same thing. Everywhere
else the row stays, both figures beside each other, without a change, and ``note`` says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from union_corpus.errors import FrameError, UnitError
from union_corpus.observations import (
    Observation,
    convert,
    copies,
    decimal,
    homes,
    label,
    lined_up,
    need,
    observations,
    organisations,
    plain,
    with_organisation,
)
from union_corpus.tables import COMPARISON, frame

if TYPE_CHECKING:
    import pandas as pd

_NEEDED = ("indicator_code", "indicator", "subject", "unit", "value", "period")


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
    with itself alone. Without either, a change between two documents is given with a note that names them. The column
    ``organisation`` then says whose report it is, ``subject`` of whom in it (the organisation itself where all of it is
    meant, or the document that stands for one), and copies (``duplicate_of``) are left out.

    A table that lacks a column, and ``years`` that are not two or more, raise FrameError.

    >>> from union_corpus import Corpus, Document
    >>> reports = [("2008", "2008年，全厂工会会员410人。"), ("2009", "2009年，全厂工会会员450人。")]
    >>> figures = Corpus(Document.from_text(text, doc_id=year) for year, text in reports).indicators_frame()
    >>> compare_years(figures)[["indicator_code", "year_from", "year_to", "change", "note"]].values.tolist()
    [['member_total', 2008, 2009, 40.0, 'from 2008 and 2009; are both of one organisation?']]
    """
    if isinstance(years, int) or (years is not None and len(set(years)) < 2):
        raise FrameError(f"two years or more are compared, as in years=(2006, 2011), not {years!r}")
    if documents is not None:
        need(indicators_frame, ("doc_id",))
        indicators_frame = with_organisation(indicators_frame, organisations(documents))
        indicators_frame = indicators_frame[~indicators_frame["doc_id"].isin(copies(documents))]
    from pandas.api.types import is_numeric_dtype

    need(indicators_frame, _NEEDED)
    if not is_numeric_dtype(indicators_frame["value"]):  # a table read from a file, or corrected by hand
        for cell in indicators_frame["value"].dropna():
            decimal(cell)
    return frame(compared_rows([indicators_frame], homes(indicators_frame), years=years), COMPARISON)


def compared_rows(
    parts: Iterable[pd.DataFrame], homes: Mapping[str, str], *, years: Sequence[int] | None = None
) -> Iterator[tuple[Any, ...]]:
    """
    Rows of ``compare_years`` from a table that comes in parts, each holding whole groups of ``lined_up_by``.

    ``homes`` are those of the whole table: which part tells whose report a document is cannot be known beforehand.
    """
    wanted = None if years is None else {int(year) for year in years}
    for figures in (same for part in parts for same in lined_up(part)):
        by_year: dict[int, list[Observation]] = defaultdict(list)
        for observation in observations(figures, homes):
            if wanted is None or observation.year in wanted:
                by_year[observation.year].append(observation)
        for year_from, year_to in pairwise(sorted(by_year)):
            yield from _compared(by_year[year_from], by_year[year_to])


# Beyond this many pairs only figures of one subject are laid side by side.
_MOST_PAIRS = 10_000


def _compared(before: list[Observation], after: list[Observation]) -> list[tuple[Any, ...]]:
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


def _by_series(observations: list[Observation]) -> dict[tuple[str | None, ...], list[Observation]]:
    found: dict[tuple[str | None, ...], list[Observation]] = defaultdict(list)
    for observation in observations:
        found[observation.series].append(observation)
    return found


def _told_apart(
    olds: list[Observation], news: list[Observation]
) -> Iterator[tuple[list[Observation], list[Observation]]]:
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


def _by_name(observations: list[Observation]) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = defaultdict(list)
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


def _differences(old: Observation, new: Observation) -> list[str]:
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


def _stat_difference(old: Observation, new: Observation) -> str:
    pair = {old.stat_class, new.stat_class}
    if "total" in pair and pair != {"total"}:
        return f"stock against flow: {old.stat_class} / {new.stat_class}"
    return f"other statistic: {old.stat_class} / {new.stat_class}"


# A count that is ten times what it was a year ago is another series, or one of the two is misread.
_LEAP = 10


def _row(olds: list[Observation], news: list[Observation]) -> tuple[Any, ...]:
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
            reasons.append(f"series break? {plain(value_from)} to {plain(value_to)}")
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
        new.whose if new.scope == old.scope else " / ".join((old.whose or "–", new.whose or "–")),
        new.owner,
        unit or None,
        old.year,
        new.year,
        None if _several(olds) else value_from,
        None if _several(news) else value_to,
        change,
        pct_change,
        note or None,
    )


def _labelled(observation: Observation) -> str:
    name = observation.name or observation.code or ""
    part = observation.breakdown
    return f"{name}（{part}）" if part and part not in name else name


def _several(group: list[Observation]) -> list[str]:
    """Two different figures for one series and year; the same figure told twice is one."""
    values = {(observation.value, observation.unit) for observation in group}
    if len(values) < 2:
        return []
    told = []
    for value, unit in dict.fromkeys((one.value, one.unit) for one in group):
        said = [one.doc_id for one in group if (one.value, one.unit) == (value, unit) and one.doc_id]
        told.append(f"{plain(value)}{unit}" + (f" ({said[0]})" if said else ""))
    listed = ", ".join(told[:4]) + (f" and {len(told) - 4} more" if len(told) > 4 else "")
    return [f"several figures for {group[0].year}: {listed}"]


def _doubts(observation: Observation) -> list[str]:
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
            doubts.append(f"the figure of {year} is a range ({plain(observation.low)} to {plain(observation.high)})")
        else:
            doubts.append(f"{year} has no value")
    return doubts


def _leaps(value_from: Decimal, value_to: Decimal, observation: Observation) -> bool:
    if observation.measure != "level" or observation.unit in ("%", "‰", "个百分点"):
        return False
    small, large = sorted((abs(value_from), abs(value_to)))
    return small > 0 and large >= small * _LEAP
