"""
Figures that cannot be right as printed: the value stays, ``obs_status`` becomes U and ``checks`` says why.

A check only speaks where the report contradicts itself or the kind of figure; an unusual value is no fault.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from union_corpus.indicators.finding import Indicator

# Rates that cannot pass 100: of members, firms, cases. Growth, completion of a plan and the like can.
_BOUNDED = re.compile(r"(?:率|面|比例|比重|占比)$|占")
_UNBOUNDED = re.compile(r"增长|增幅|增|产销|利用|超额|投资|回报|提高|利润|负债|完成(?!率)|任务|应缴|计划|预算|指标")
_WHOLE_UNITS = frozenset(
    [
        "人",
        "名",
        "位",
        "户",
        "家",
        "个",
        "份",
        "件",
        "起",
        "条",
        "项",
        "场",
        "次",
        "期",
        "人次",
        "所",
        "间",
        "张",
        "笔",
        "册",
        "本",
        "篇",
        "幅",
        "辆",
        "支",
        "对",
        "例",
        "封",
        "台",
        "套",
        "座",
        "只",
        "枚",
        "班",
        "场次",
        "批",
    ]
)
# Parts that may overlap (女会员 and 农民工会员): their sum may pass the total.
_OVERLAPPING = re.compile(r"女|农民工|党员|团员|青年|少数民族|国家级|省级|市级|全国|在职")
# Sums and ratios are rounded in print; what differs by no more than this is rounding.
_ROUNDING = Decimal("0.6")
# Parts that nearly make up the whole and miss it were meant to make it up.
_NEARLY = Decimal("0.01")


# So many for each: 每千人口托位数4.76个, 户均2.1人.
_EACH = re.compile(r"每|[万千百]人|均")
_LEADING_ZERO = re.compile(r"[0０][\d０-９]")
_MORE = re.compile(r"(?:提高|上升|增加|增长|净增|多)了?$")
_SET_AGAINST = re.compile(r"[比较較]|净增|淨增")


def checked(rows: Sequence[Indicator]) -> list[Indicator]:
    """
    The rows, with those marked that fail a check: a rate above 100, a fractional count, a lost digit (00场, 0%以上), a part
    above its total, parts that do not sum, an increase above what it led to, a ratio that does not match its numbers, a
    unit out of line.
    """
    reasons: dict[int, list[str]] = defaultdict(list)
    for at, reason in _faults(rows):
        if reason not in reasons[at]:
            reasons[at].append(reason)
    return [
        row._replace(obs_status="U", checks="; ".join(reasons[at])) if at in reasons else row
        for at, row in enumerate(rows)
    ]


def _faults(rows: Sequence[Indicator]) -> Iterator[tuple[int, str]]:
    for at, row in enumerate(rows):
        if row.value is not None and row.obs_status == "A":
            yield from ((at, reason) for reason in _alone(row, row.value))
    for first, last in _sentences(rows):
        yield from _parts(rows, first, last)
        yield from _increases(rows, first, last)
        yield from _ratios(rows, first, last)
        yield from _magnitudes(rows, first, last)
    yield from _series(rows)


def _alone(row: Indicator, value: Decimal) -> Iterator[str]:
    name = row.indicator or ""
    if (
        row.unit == "%"
        and value > 100
        and row.measure == "share"
        and _BOUNDED.search(name)
        and not _UNBOUNDED.search(name)
    ):
        yield "rate above 100"
    apart = row.stat in ("average", "per_capita") or _EACH.search(name)
    if row.unit in _WHOLE_UNITS and value != value.to_integral_value() and not apart:
        yield "fractional count"
    if _LEADING_ZERO.match(row.text):
        yield "begins with a zero: a digit may be lost"
    if value == 0 and row.bound in ("ge", "gt"):
        yield "nothing is below zero: a digit may be lost"


def _sentences(rows: Sequence[Indicator]) -> Iterator[tuple[int, int]]:
    """Stretches of rows from one sentence, a following sentence that begins with 其中 included."""
    first = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or (
            rows[at].sentence != rows[at - 1].sentence and not rows[at].sentence.lstrip().startswith("其中")
        ):
            yield first, at
            first = at


def _exact(row: Indicator) -> Decimal | None:
    return row.value if row.value is not None and not row.approx and row.bound is None else None


def _parts(rows: Sequence[Indicator], first: int, last: int) -> Iterator[tuple[int, str]]:
    """其中…: no part is more than the whole; parts that all but make up the whole should make it up."""
    at = first
    while at < last:
        if not rows[at].breakdown or at == first:
            at += 1
            continue
        total_at = next(
            (k for k in range(at - 1, first - 1, -1) if rows[k].unit == rows[at].unit and _is_whole(rows[k])), None
        )
        end = at + 1
        while end < last and rows[end].unit == rows[at].unit and _goes_on(rows, end):
            end += 1
        total = _exact(rows[total_at]) if total_at is not None else None
        if total is not None and total_at is not None:
            values = [_exact(row) for row in rows[at:end]]
            for k, value in enumerate(values):
                if value is not None and value > total and (k == 0 or rows[at + k].breakdown):
                    yield at + k, f"part above its total ({value} of {total})"
            known = [value for value in values if value is not None]
            if len(known) == len(values) >= 2:
                whole = sum(known)
                apart = any(_OVERLAPPING.search(row.indicator or "") for row in rows[at:end])
                near = 0 < abs(whole - total) <= total * _NEARLY
                if not apart and max(known) <= total and (near or (whole > total and len(known) > 2)):
                    yield total_at, f"parts do not sum ({whole} for {total})"
        at = end


def _is_whole(row: Indicator) -> bool:
    """Whether a figure may have parts: a count or a sum; not a share, a growth, what was added, an average."""
    return row.measure == "level" and row.stat != "average" and not row.breakdown


def _goes_on(rows: Sequence[Indicator], at: int) -> bool:
    """Whether a row goes on with the parts of the one before: no ； or 。 between them."""
    before, row = rows[at - 1], rows[at]
    if row.sentence != before.sentence:
        return False
    place = row.sentence.find(before.text)
    between = row.sentence[place : place + row.end - before.start] if place >= 0 else ""
    return not re.search(r"[;；。]", between) and row.start - before.end < 40


def _increases(rows: Sequence[Indicator], first: int, last: int) -> Iterator[tuple[int, str]]:
    """会员8人，比上年增加20人: nothing has grown by more than it is; one of the two has lost a digit."""
    for at in range(first + 1, last):
        level, grown = rows[at - 1], rows[at]
        value, by = _exact(level), _exact(grown)
        alike = level.unit == grown.unit or (level.unit, grown.unit) == ("%", "个百分点")
        if value is None or by is None or by <= value or not alike or grown.measure != "change":
            continue
        between = level.sentence.partition(level.text)[2].partition(grown.text)[0]
        name, grown_name = level.indicator or "", grown.indicator or ""
        of_it = name and grown_name.startswith(name) and _MORE.search(grown_name)
        if level.measure in ("level", "share") and of_it and not _MORE.search(name) and _SET_AGAINST.search(between):
            reason = f"an increase above what it led to ({by} for {value})"
            yield at - 1, reason
            yield at, reason


_STEM = re.compile(r"([一-鿿]{1,4}?)(?:覆盖)?率$")
_OF_PAIRS = {"density": ("workers_total", "member_total")}


def _ratios(rows: Sequence[Indicator], first: int, last: int) -> Iterator[tuple[int, str]]:
    """改制企业126家，完成改制102家，改制率92%: the rate should be one of its own numbers over another."""
    for at in range(first, last):
        row = rows[at]
        rate = _exact(row)
        if row.unit != "%" or rate is None or row.measure != "share" or rate > 100 or row.rule == "growth":
            continue
        pair = _OF_PAIRS.get(row.indicator_code or "")
        stem = _STEM.search(row.indicator or "")
        if pair is None and (not stem or len(stem.group(1)) < 2):
            continue
        counts: list[Decimal] = []
        for k in range(at - 1, max(first, at - 4) - 1, -1):
            other = rows[k]
            value = _exact(other)
            if other.measure == "change":
                continue
            if other.unit == "%" or value is None or (other.period or "") != (row.period or ""):
                break
            related = (
                other.indicator_code in pair if pair else bool(stem and _shares(stem.group(1), other.indicator or ""))
            )
            if related and (not counts or rows[at - 1].unit == other.unit):
                counts.append(value)
        if len(counts) < 2 or (pair and len(counts) > 2):
            continue
        made = [100 * low / high for low in counts for high in counts if low <= high and high > 0 and low is not high]
        if made and all(abs(share - rate) > _ROUNDING for share in made):
            best = min(made, key=lambda share: abs(share - rate))
            yield at, f"ratio does not match its numbers ({best.quantize(Decimal('0.1'))} for {rate})"


def _shares(stem: str, name: str) -> bool:
    return stem[-2:] in name


def _magnitudes(rows: Sequence[Indicator], first: int, last: int) -> Iterator[tuple[int, str]]:
    """首次突破5000元，达5268万元: a 万 was forgotten."""
    for at in range(first + 1, last):
        one, other = rows[at - 1], rows[at]
        low, high = one.value, other.value
        if one.unit != other.unit or one.unit != "元" or not low or not high or one.indicator != other.indicator:
            continue
        if max(low, high) / min(low, high) > 5000 and ("万" in one.text or "萬" in one.text) != (
            "万" in other.text or "萬" in other.text
        ):
            yield (at - 1 if low < high else at), "unit out of line with the figure beside it"


def _series(rows: Sequence[Indicator]) -> Iterator[tuple[int, str]]:
    """One year of a series that is a hundred times its other years."""
    held: dict[tuple[str, str | None, str], list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        if row.rule == "table" and row.value and row.period and row.indicator:
            held[(row.indicator, row.subject, row.unit)].append(at)
    for places in held.values():
        if len({rows[at].period for at in places}) < 3:
            continue
        middle = median([rows[at].value or Decimal(0) for at in places])
        for at in places:
            value = rows[at].value
            if value and middle and not Decimal("0.01") < value / middle < 100:
                yield at, f"out of line with its series (median {middle})"
