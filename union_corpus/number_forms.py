"""
The forms a number takes beside a plain cardinal: signs, percentages, fractions, tenths (三成), powers, two ends of a span,
digits printed apart.

Each function reads one form at a place that ``numerals`` has found.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation, localcontext
from typing import NamedTuple

from union_corpus.cardinals import (
    ARABIC,
    BLANKS,
    DIGIT_VALUES,
    HAN_DIGITS,
    LARGE,
    LARGE_END,
    LARGE_UNITS,
    PLAIN,
    SMALL,
    SMALL_UNITS,
    SOME_BLANKS,
    Kind,
    cardinal,
    last_place,
)
from union_corpus.number_words import unit_follows


class Number(NamedTuple):
    """
    One number in a text.

    ``value`` is exact where the text gives one. ``low`` and ``high`` are set where it gives a span instead:
    三至五 has only ``low`` and ``high``; 50多万 and 十余 keep the printed figure as ``value`` beside its span;
    上百 has no ``high``. A percentage keeps its printed size: 百分之三点五 and 3.5% have the value 3.5.
    """

    start: int
    end: int
    text: str
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    kind: Kind = "integer"


_B, _C, _D, _L, _S = SOME_BLANKS, HAN_DIGITS, ARABIC, LARGE, SMALL
ROUNDING = re.compile(
    rf"{_B}(?:[余餘](?![额額姚杭热熱地力款年])|多(?![少数數半样樣媒功]|元[化共参參文主投解调調协協]))"
)
_TENTHS = re.compile(
    rf"(?P<cheng>{_B}成(?![立为為員员都本功绩績果長长效就熟品型了分交人批套名形份因才事天片活])"
    rf"(?P<rest>{_B}(?:[一二三四五六七八九](?![{_S}{_L}个個名])|半))?)"
    rf"|(?P<zhe>{_B}折(?![叠疊合射扣腾騰算旧舊价價磨断斷返]))"
)
_BEFORE_TENTHS = frozenset(" \t\u3000\u00a0成折")
PERCENT_SIGN = re.compile(rf"{_B}[%％﹪]")
_DASH = re.compile(rf"{_B}(?:—{{1,2}}|–|―|－|-{{1,2}}|~|～|〜|至|到|─){_B}")
DIGIT_CHARS = frozenset("0123456789０１２３４５６７８９")
_APART = re.compile(rf"[{_D}](?:[ ][{_D}]){{2,8}}(?![ ]?[{_D}])")
# 1 560人, 1，205份: a blank or a full-width comma for the thousands
_THOUSANDS = re.compile(
    r"[1-9][0-9]{0,2}(?:[ \u00a0][0-9]{3}){1,3}(?![0-9.])|[1-9][0-9]{0,2}，[0-9]{3}(?![0-9]|[，,][0-9])"
)
# Where a number is printed in pieces, one of these stands between them.
BREAKS = frozenset(" \t\u00a0\r\n，")
_IN_TURN = re.compile(r"分别|分別|依次|各为|各為|[0-9]，")
_TURN = re.compile(rf"[ \t]*\r?\n[ \t]*(?P<rest>[{_D}]+(?:[.．][{_D}]+)?)(?![{_D}])")
_ONE_DIGIT = re.compile(rf"[{_C}{_D}]")
_DIGIT_AND_UNITS = re.compile(rf"[{_C}{_D}](?P<units>[{_S}][{_L}]?)")
_AND = re.compile(rf"{_B}[和与與]{_B}")
# The longest that may join two numbers to a span: a dash or word with blanks on both sides.
WIDEST_JOINT = 8
_FROM = ("从", "由", "自", "從")


def signed(text: str, start: int, end: int, value: Decimal, kind: Kind) -> Number:
    """Take a minus in: 负 always, a dash only where nothing stands before it that it could join."""
    before = text[start - 1] if start else ""
    if before in ("负", "負") and before:
        start, value = start - 1, -value
    elif before and before in "-－":
        further = text[start - 2] if start > 1 else " "
        if not (further.isalnum() or further in "-－%％)）]」”—"):
            start, value = start - 1, -value
    return Number(start, end, text[start:end], value, kind=kind)


def percentage(text: str, start: int, found: re.Match[str]) -> tuple[Number | None, int]:
    printed = found["percent"]
    thousand = printed.rstrip(" ").endswith("k")
    reading = cardinal(printed.rstrip("k").rstrip(" ") if thousand else printed)
    if reading is None:
        return None, start + 1
    if reading.broken:
        return None, found.end()
    value = reading.value * (1000 if thousand else 1)
    end = found.end() if thousand else found.start("percent") + reading.length
    if found["percent_sign"]:
        value = -value
    if reading.low is not None:
        whole = None if reading.kind == "range" else value
        return Number(start, end, text[start:end], whole, reading.low, reading.high, "percent"), end
    rounding = ROUNDING.match(text, end)
    if rounding:
        end = rounding.end()
        return Number(start, end, text[start:end], value, value, value + last_place(value), "percent"), end
    return Number(start, end, text[start:end], value, kind="percent"), end


def fraction(text: str, start: int, found: re.Match[str]) -> tuple[Number | None, int]:
    parts = [
        cardinal(found[name], whole=name == "whole") if found[name] else None
        for name in ("whole", "denominator", "numerator")
    ]
    whole, denominator, numerator = parts
    if denominator is None or numerator is None or not denominator.value or denominator.broken or numerator.broken:
        return None, start + 1
    value = numerator.value / denominator.value
    if whole is not None:
        value += whole.value
    if found["inner_sign"]:
        value = -value
    end = found.start("numerator") + numerator.length
    return signed(text, start, end, value, "fraction"), end


def tenths(text: str, start: int, end: int, value: Decimal) -> Number | None:
    """三成, 七成六, 三成半, 六点五折, 七五折: tenths, given as a percentage."""
    found = _TENTHS.match(text, end) if text[end : end + 1] in _BEFORE_TENTHS else None
    if found is None:
        return None
    if found["cheng"]:
        if value > 10:
            return None
        share = value * 10
        rest = BLANKS.sub("", found["rest"] or "")
        if rest:
            share += 5 if rest == "半" else DIGIT_VALUES[rest]
    else:
        share = Decimal(50) if value < 1 else value * 10 if value < 10 else value
        if value == 10 or value >= 100:
            return None
    stop = found.end()
    return Number(start, stop, text[start:stop], share, kind="percent")


def broken(text: str, start: int, end: int) -> Number | None:
    """
    Digits that a narrow page broke in two (29 at the end of a line, 498人 on the next) or printed apart (1 9 9 8 年).

    Only where the whole is certain: a break inside a line of prose, a unit or 年 straight behind it.
    """
    apart = _APART.match(text, start)
    if apart and unit_follows(text, apart.end()):
        value = Decimal(apart.group().replace(" ", "").translate(PLAIN))
        return Number(start, apart.end(), apart.group(), value)
    thousands = _THOUSANDS.match(text, start)
    if (
        thousands
        and start
        and (is_han(text[start - 1]) or text[start - 1] == " ")
        and unit_follows(text, thousands.end())
        and not _IN_TURN.search(text, max(0, start - 10), start)
    ):
        value = Decimal(re.sub("[ \u00a0，]", "", thousands.group()))
        return Number(start, thousands.end(), thousands.group(), value)
    turn = _TURN.match(text, end)
    if turn is None or not start or not is_han(text[start - 1]) or end - start > 6:
        return None
    line = text.rfind("\n", max(0, start - 20), start) + 1 or max(0, start - 20)
    if (
        start - line < 8
        or not unit_follows(text, turn.end())
        or (_has_point(text[start:end]) and _has_point(turn["rest"]))
    ):
        return None
    value = Decimal(arabic(text[start:end]) + turn["rest"].translate(PLAIN))
    kind: Kind = "decimal" if _has_point(text[start : turn.end()]) else "integer"
    number = Number(start, turn.end(), text[start : turn.end()], value, kind=kind)
    sign = PERCENT_SIGN.match(text, turn.end())
    if sign:
        number = Number(start, sign.end(), text[start : sign.end()], value, kind="percent")
    return number


def _has_point(printed: str) -> bool:
    return "." in printed or "．" in printed


def joined(text: str, first: Number, second: Number) -> Number | None:
    """3—5, 三至五, 5%—8%, 3—5万: two numbers as the ends of one span."""
    between = _DASH.fullmatch(text, first.end, second.start)
    if between is None and text.startswith(("之间", "之間"), second.end):
        between = _AND.fullmatch(text, first.end, second.start)
    if between is None or first.value is None or second.value is None:
        return None
    if "vague" in (first.kind, second.kind) or {first.kind, second.kind} & {"ordinal", "fraction", "range"}:
        return None
    if first.kind == "percent" and second.kind != "percent" and not first.text.startswith(("百", "佰")):
        return None
    if {first.kind, second.kind} == {"percent"} and text[first.start - 1 : first.start] in _FROM:
        return None  # 从10%到20% is a change
    low, high = first.value, second.value
    unit = LARGE_END.search(second.text)
    if unit and not LARGE_END.search(first.text):
        factor = 1
        for char in unit.group():
            factor *= LARGE_UNITS[char]
        if low < high / factor:
            low *= factor  # 3—5万 is 30000 to 50000
    units = _DIGIT_AND_UNITS.fullmatch(second.text)
    if units and _ONE_DIGIT.fullmatch(first.text) and first.value < DIGIT_VALUES.get(second.text[0], 0):
        for char in units["units"]:
            low *= SMALL_UNITS.get(char, 1) * LARGE_UNITS.get(char, 1)  # 两到三千 is 2000 to 3000
    if not low < high or (first.text[0] == "0" and len(first.text) > 1 and not _has_point(first.text)):
        return None
    kind: Kind = "percent" if "percent" in (first.kind, second.kind) else "range"
    return Number(first.start, second.end, text[first.start : second.end], None, low, high, kind)


def arabic(printed: str) -> str:
    return printed.translate(PLAIN).replace(",", "")


def power(base: str, exponent: str) -> Decimal | None:
    """2e5 and 2^5; powers that would run away are no numbers of a report."""
    plain = exponent.translate(PLAIN)
    sign = -1 if plain.count("-") % 2 else 1
    size = sign * int(plain.lstrip("eE^+-"))
    if abs(size) > 30:
        return None
    number = Decimal(arabic(base))
    try:
        with localcontext() as context:
            context.prec = 40
            return number.scaleb(size) if plain[0] in "eE" else number**size
    except InvalidOperation:
        return None


def is_han(char: str) -> bool:
    """Is this a Han character? The empty string, the edge of a text, is none."""
    return "\u4e00" <= char <= "\u9fff"
