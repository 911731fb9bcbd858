"""
Quantities: a number with the words around it that bound it and the unit behind it, in base units.

``find_quantities`` is the second layer of reading figures: it adds to ``numerals.find_numbers`` the unit (人, 万元,
个百分点, any classifier) and the cues (近, 余, 超过, 以上), and leaves out numbers that measure nothing: years, dates,
ordinals, slogans (三个代表), names in quotation marks. What the figure is about is said by ``indicators``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from union_corpus.cardinals import LARGE_UNITS, SOME_BLANKS
from union_corpus.lexicon import table
from union_corpus.missing_figures import BLANKS_TO_DOUBT, blanked, masked, without_large
from union_corpus.number_forms import WIDEST_JOINT
from union_corpus.numerals import Number, find_numbers, parse_number
from union_corpus.set_phrases import CLAUSE_END, in_name, in_set_phrase, measures_nothing
from union_corpus.units import GAP, GAP_SIGNS, Bound, Quantity, cue_after, cue_before, forms, unit_at

__all__ = ["Quantity", "find_quantities"]

_ENDS_LARGE = re.compile(r"[万萬亿億][余餘多几幾]?$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HEADED = re.compile(
    r"(?P<head>人数|户数|戶數|人數|家数|家數|件数|件數|份数|份數|次数|次數|场次|場次|人次)(?:为|為|达到|達到|达|達|是|有|共|：|:){0,2}[ ]?$"
)
_HEAD_UNITS = {
    "人": "人",
    "户": "户",
    "戶": "户",
    "家": "家",
    "件": "件",
    "份": "份",
    "次": "次",
    "场": "场次",
    "場": "场次",
}
# A half-width ? or a replacement sign straight before a figure, in a statement, stands for bytes that were lost: often a
# digit was among them.
_EATEN_BEFORE = re.compile(r"(?<![吗嗎呢吧么麼])[?\ufffd]\Z")
_FIRST = ("名", "位")
# 3元5角, 五元三毛, 50元6角三分
_SMALL_MONEY = re.compile(r"(?P<jiao>[0-9０-９一二两三四五六七八九])[角毛](?:(?P<fen>[0-9０-９一二三四五六七八九])分)?")
_RANK = re.compile(r"[ ]?(?P<unit>位|名)(?![单單额額录錄置于於])")


# 综合排名全省第三, 位居全市第2
_STANDING = re.compile(r"(?:排名|名列|位列|位居|排在|居|列)[\u4e00-\u9fff]{0,6}$")
# 进入全省前三名: a rank and no head count; but 节前10名职工 counts heads
_FOREMOST = re.compile(r"(?<![节節年会會月日天以目此之当當岗崗班午提向])前$")
_BETWEEN = re.compile(rf"{SOME_BLANKS}(?:—{{1,2}}|–|－|-{{1,2}}|~|～|至|到){SOME_BLANKS}")


@cache
def _counted_nouns() -> tuple[tuple[str, str], ...]:
    """Nouns that follow a large figure without a classifier (近3亿职工), with their unit."""
    return tuple((form, row["unit"]) for row in table("counted_nouns") for form in forms(row, "noun"))


def find_quantities(text: str) -> list[Quantity]:
    """
    All quantities of a text, in order of their place.

    >>> [(q.text, q.value, q.unit) for q in find_quantities("慰问职工450余人，发放22.36万元，提高3个百分点")]
    [('450余人', Decimal('450'), '人'), ('22.36万元', Decimal('223600.00'), '元'), ('3个百分点', Decimal('3'), '个百分点')]
    >>> [(q.text, q.value, q.low, q.high, q.bound, q.cue) for q in find_quantities("入会率达85%以上，280多万人，5—8万元")]
    [('85%', Decimal('85'), Decimal('85'), None, 'ge', '以上'), ('280多万人', Decimal('2800000'), Decimal('2800000'), Decimal('2900000'), None, '多'), ('5—8万元', None, Decimal('50000'), Decimal('80000'), None, None)]
    >>> [(q.text, q.value, q.obs_status) for q in find_quantities("帮扶xx户，發放獎金元，培训**名。")]
    [('xx户', None, 'Q'), ('元', None, 'O'), ('**名', None, 'Q')]
    >>> find_quantities("2009年第四届职代会，三个代表，“五个100”工程，12351热线，一是加强统一领导")
    []
    """
    found = [quantity for number in find_numbers(text) if (quantity := _quantity(text, number)) is not None]
    found = [_without_value(quantity) if _lost_a_digit(text, quantity) else quantity for quantity in found]
    found = list(_ranges(text, found))
    blanks = blanked(text, found)
    if len(blanks) >= BLANKS_TO_DOUBT:
        # 万余元 is ten thousand and more, but not in a text whose figures were taken out.
        found = [without_large(quantity) for quantity in found]
    gaps = [*masked(text), *blanks]
    if gaps:
        starts = [quantity.start for quantity in found]
        free = []
        for gap in gaps:
            at = bisect_left(starts, gap.end)
            if at == 0 or found[at - 1].end <= gap.start:
                free.append(gap)
        found = sorted(found + free, key=lambda quantity: (quantity.start, quantity.end))
    return found


def _lost_a_digit(text: str, quantity: Quantity) -> bool:
    start = quantity.number_start
    if start < 2 or text[start - 1] not in "?\ufffd" or text[start - 2].isascii():
        return False
    return bool(_EATEN_BEFORE.search(text, start - 2, start))


def _without_value(quantity: Quantity) -> Quantity:
    """What is left of a number that lost a digit must not be counted."""
    return quantity._replace(value=None, low=None, high=None, obs_status="Q")


def _quantity(text: str, number: Number) -> Quantity | None:
    """What a number measures; None where it measures nothing."""
    if number.kind == "ordinal":
        return _rank(text, number)
    if number.kind == "fraction":
        return _per_thousand(text, number)
    quantity = _share(text, number) if number.kind == "percent" else _with_unit(text, number)
    if quantity is None or in_set_phrase(text, number) or in_name(text, number.start, number.end):
        return None
    return quantity


def _with_unit(text: str, number: Number) -> Quantity | None:
    """A number with the unit that stands behind it, perhaps after 余 or 万."""
    at = number.end
    rounding: str | None = None
    large, before_large = "", False
    if text[at : at + 1] in GAP_SIGNS and (gap := GAP.match(text, at)) is not None:
        if (gap["turn"] is not None or gap["turn2"] is not None) and not _line_goes_on(text, number.start, gap):
            return _without_unit(text, number)
        at, large, rounding = gap.end(), gap["large"] or "", gap["round"] or gap["more"]
        before_large = gap["round"] is not None
    found = unit_at(text, at)
    if found is None:
        return None if rounding or large else _without_unit(text, number)
    unit, end = found
    if measures_nothing(text, number, unit, end):
        return None
    value, low, high = number.value, number.low, number.high
    for char in large:
        value, low, high = _times(LARGE_UNITS[char], value, low, high)
    cue = None
    if rounding and value is not None and low is None:
        cue = rounding.strip()
        low, high = value, value + _step(value, large, before=before_large)
    printed = text[at:end]
    first = unit.printed in _FIRST and number.kind == "integer" and text[number.start - 1 : number.start] == "前"
    if first and _FOREMOST.search(text, max(0, number.start - 2), number.start):
        return _ranked(text, number, end, unit.unit, printed)._replace(high=value, bound="le", cue="前")
    if unit.factor != 1:
        value, low, high = _times(unit.factor, value, low, high)
    if unit.unit == "元" and low is None and value is not None:
        small = _SMALL_MONEY.match(text, end)
        if small is not None:
            value += _jiao(small["jiao"]) / 10 + (_jiao(small["fen"]) / 100 if small["fen"] else 0)
            end = small.end()
            printed = text[at:end]
    return _bounded(text, number, end, (value, low, high), unit.unit, printed, unit.kind, cue)


_Parts = tuple[Decimal | None, Decimal | None, Decimal | None]


def _times(factor: int | Decimal, value: Decimal | None, low: Decimal | None, high: Decimal | None) -> _Parts:
    return (
        value * factor if value is not None else None,
        low * factor if low is not None else None,
        high * factor if high is not None else None,
    )


def _jiao(digit: str) -> Decimal:
    return parse_number(digit) or Decimal(0)


def _bounded(
    text: str, number: Number, end: int, parts: _Parts, unit: str, printed: str, kind: str, cue: str | None = None
) -> Quantity:
    """Take in the cues before and after, and make the quantity; ``parts`` are its value and its span."""
    start, (value, low, high) = number.start, parts
    approx = number.kind == "vague" or cue is not None or (low is not None and value is not None and high is not None)
    bound: Bound | None = "ge" if number.kind == "vague" and number.text[0] == "上" else None
    if approx and cue is None:
        cue = next((char for char in "余餘多几幾数數来來上" if char in number.text), None)
    for other in (cue_after(text, end), cue_before(text, start)):
        if other is None:
            continue
        approx = approx or other.approx
        cue = other.cue if cue is None or other.bound or other.approx else cue
        bound = bound or other.bound
    if bound and low is None and high is None and value is not None:
        if bound in ("ge", "gt"):
            low = value
        else:
            high = value
    return Quantity(
        start, end, text[start:end], number.start, number.end, value, low, high, approx, bound, cue, unit, printed, kind
    )


def _alone(text: str, number: Number, unit: str, printed: str, kind: str) -> Quantity:
    """The number by itself as a quantity, its unit inside it or told elsewhere: 85%, ￥5000, 人数5230."""
    return _bounded(text, number, number.end, (number.value, number.low, number.high), unit, printed, kind)


def _ranked(text: str, number: Number, end: int, unit: str, printed: str) -> Quantity:
    """A place among others: 第二名, 前三名."""
    start = number.start
    return Quantity(
        start, end, text[start:end], start, number.end, number.value, None, None, False, None, None, unit, printed, "rank"
    )  # fmt: skip


def _step(value: Decimal, large: str, *, before: bool) -> Decimal:
    """How far 余 and 多 reach: 450余 to 460, 50多万 to 60万, 1万多 to 2万, 1.2万余 to 1.3万."""
    digits = value.normalize().as_tuple()
    exponent = digits.exponent if isinstance(digits.exponent, int) else 0
    place = Decimal(1).scaleb(exponent) if value else Decimal(1)
    if large and not before:
        return min(place, Decimal(10**4 if large[-1] in "万萬" else 10**8))
    return place


def _line_goes_on(text: str, start: int, gap: re.Match[str]) -> bool:
    """
    Is the line end between a number and its unit only the edge of a narrow page?

    It is where the number stands inside prose: after other words of the same line, and with the unit and more
    on the next one. A list of numbers or a page number is no prose.
    """
    line = text.rfind("\n", max(0, start - 20), start) + 1 or max(0, start - 20)
    return (
        start - line >= 6
        and bool(_HAN.search(text, line, start))
        and text[gap.end() : gap.end() + 1] not in ("", "\n", "\r")
    )


def _per_thousand(text: str, number: Number) -> Quantity | None:
    """千分之五 is 5 ‰; other fractions measure nothing by themselves."""
    if not number.text.startswith("千分之") or number.value is None:
        return None
    return _bounded(text, number, number.end, (number.value * 1000, None, None), "‰", "千分之", "share")


def _share(text: str, number: Number) -> Quantity | None:
    """85%, 百分之八十五, 八成; a price cut (八折) is none."""
    last = number.text[-1]
    if last == "折":
        return None
    printed = last if last in "%％﹪" else "成" if "成" in number.text else "百分之"
    return _alone(text, number, "%", printed, "share")


def _rank(text: str, number: Number) -> Quantity | None:
    """第35位 and 第二名; a place among others, but not 摆在第一位."""
    unit = _RANK.match(text, number.end)
    closes = number.end == len(text) or text[number.end] in CLAUSE_END
    if unit is None and closes and number.value is not None:
        standing = _STANDING.search(text, max(0, number.start - 10), number.start)
        if standing is not None and not in_name(text, number.start, number.end):
            return _ranked(text, number, number.end, "位", "")
    if (
        unit is None
        or number.value is None
        or (
            text[number.start - 1 : number.start] in ("在", "放", "于", "為", "首")
            and number.value == 1
            and unit["unit"] == "位"
        )
    ):
        return None
    if in_name(text, number.start, unit.end()) or text[number.start - 1 : number.start] in ("个", "個"):
        return None  # 4个第一名 counts the four
    return _ranked(text, number, unit.end(), unit["unit"], unit["unit"])


def _without_unit(text: str, number: Number) -> Quantity | None:
    """A figure without a unit behind it: one with a head that tells the unit (人数5230), or a large one (1.2万)."""
    if number.kind not in ("integer", "decimal", "vague", "range") or number.start == 0:
        return None
    if text[number.start - 1] in "￥¥":
        return _alone(text, number, "元", "￥", "money")
    large = _ENDS_LARGE.search(number.text)
    if large:
        for noun, unit in _counted_nouns():
            if text.startswith(noun, number.end):
                return _alone(text, number, unit, "", "count")
    after = text[number.end : number.end + 1]
    if after and after not in CLAUSE_END and cue_after(text, number.end) is None:
        return None
    head = _HEADED.search(text, max(0, number.start - 8), number.start)
    if head is not None:
        unit = "人次" if head["head"] == "人次" else _HEAD_UNITS[head["head"][0]]
    elif ("亿" in number.text and "个" in number.text) or ("億" in number.text and "個" in number.text):
        unit = "元"  # 1.2个亿 is said of money
    elif large and (_HAN.match(text[number.start - 1]) or number.text[0] in "数數上几幾"):
        unit = ""
    else:
        return None
    return _alone(text, number, unit, "", "money" if unit == "元" else "count")


def _ranges(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Join 100元至500元 into one quantity; 从10%到20% is a change and stays two."""
    held: Quantity | None = None
    for quantity in found:
        if held is not None:
            near = held.unit == quantity.unit and quantity.start - held.end <= WIDEST_JOINT
            between = _BETWEEN.fullmatch(text, held.end, quantity.start) if near else None
            if (
                between is not None
                and held.value is not None
                and quantity.value is not None
                and held.value < quantity.value
                and not ("到" in between.group() and text[held.start - 1 : held.start] in ("从", "由", "從"))
            ):
                held = quantity._replace(
                    start=held.start,
                    text=text[held.start : quantity.end],
                    number_start=held.number_start,
                    value=None,
                    low=held.value,
                    high=quantity.value,
                    approx=held.approx or quantity.approx,
                    bound=None,
                )
                continue
            yield held
        held = quantity
    if held is not None:
        yield held
