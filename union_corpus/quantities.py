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
from typing import Literal, NamedTuple

from union_corpus.lexicon import table
from union_corpus.numerals import Number, find_numbers, parse_number

Bound = Literal["ge", "gt", "le", "lt"]


class Quantity(NamedTuple):
    """
    A number with its unit.

    ``start:end`` is the number with its approximating word and its unit (450 余人, 22.36 万元), without the cue
    before or after it (近, 以上). ``value`` is in the base unit (22.36 万元 is 223600 元); ``low`` and ``high`` are
    set for approximate numbers, bounds and ranges, and a range has no ``value``. ``obs_status`` is A (normal),
    Q (masked: xxxx人) or O (the number was removed and its unit stands alone: 共有員工人); Q and O have no value.
    ``unit`` is empty where a large figure stands without one (惠及职工1.2万).
    """

    start: int
    end: int
    text: str
    number_start: int
    number_end: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    approx: bool
    bound: Bound | None
    cue: str | None
    unit: str
    unit_printed: str
    kind: str
    obs_status: Literal["A", "O", "Q"] = "A"


class _Unit(NamedTuple):
    """One printed form of a unit, and what may stand behind it."""

    printed: str
    unit: str
    factor: Decimal
    kind: str
    not_before: tuple[str, ...]
    only_before: tuple[str, ...]


class _Cue(NamedTuple):
    cue: str
    approx: bool
    bound: Bound | None
    loose: bool


# --- word lists ---------------------------------------------------------------------------------------------


def _cell(row: dict[str, str], name: str) -> tuple[str, ...]:
    return tuple(item for item in row[name].split("|") if item)


def _forms(row: dict[str, str], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for form in (row[name], row["traditional"]) if form))


@cache
def _units() -> dict[str, tuple[_Unit, ...]]:
    """Printed units by their first character, the longest first."""
    by_first: dict[str, list[_Unit]] = {}
    for row in table("units"):
        for printed in _forms(row, "printed"):
            unit = _Unit(
                printed,
                row["unit"],
                Decimal(row["factor"]),
                row["kind"],
                _cell(row, "not_before"),
                _cell(row, "only_before"),
            )
            by_first.setdefault(printed[0], []).append(unit)
    return {
        first: tuple(sorted(units, key=lambda u: (-len(u.printed), u.printed))) for first, units in by_first.items()
    }


@cache
def _cues(place: str) -> dict[str, _Cue]:
    found = {}
    for row in table("cues"):
        if row["place"] == place:
            for form in _forms(row, "cue"):
                bound = row["bound"] or None
                found[form] = _Cue(form, bool(row["approx"]), bound, row["mode"] == "loose")  # type: ignore[arg-type]
    return found


@cache
def _after_cues() -> tuple[_Cue, ...]:
    return tuple(sorted(_cues("after").values(), key=lambda c: (-len(c.cue), c.cue)))


@cache
def _loose_before() -> re.Pattern[str]:
    """至少 and its like with a verb between them and the number: 至少开展3次, 最高可达5万元."""
    loose = sorted((cue.cue for cue in _cues("before").values() if cue.loose), key=lambda c: (-len(c), c))
    # 最低工资标准增长11.8% has no bound: there 最低 belongs to a name.
    named = "(?!.*(?:工[资資]|[标標][准準]|生活|保障|水平|法院|[纪紀][录錄]|增[长長加]|提高|下降|由|从|從))"
    return re.compile("(" + "|".join(map(re.escape, loose)) + ")" + named + r"[\u4e00-\u9fff]{0,6}$")


@cache
def _set_phrases() -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Slogans by their first two characters, and the nouns of arrangement."""
    slogans: dict[str, list[str]] = {}
    nouns: list[str] = []
    for row in table("set_phrases"):
        for form in _forms(row, "phrase"):
            if row["kind"] == "slogan":
                slogans.setdefault(form[:2], []).append(form)
            else:
                nouns.append(form)
    return {key: tuple(phrases) for key, phrases in slogans.items()}, tuple(nouns)


@cache
def _counted_nouns() -> tuple[tuple[str, str], ...]:
    """Nouns that follow a large figure without a classifier (近3亿职工), with their unit."""
    return tuple((form, row["unit"]) for row in table("counted_nouns") for form in _forms(row, "noun"))


@cache
def _blank_heads() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """
    For each unit the words after which it shows, at the end of a clause, that its number was removed.

    The first words show it for certain, the second only in a text with other blanks.
    """
    return {
        unit: (_cell(row, "heads"), _cell(row, "perhaps"))
        for row in table("blanks")
        for unit in _printed_forms(row["unit"])
    }


def _printed_forms(unit: str) -> tuple[str, ...]:
    for known in _units().get(unit[0], ()):
        if known.printed == unit:
            return tuple(u.printed for units in _units().values() for u in units if u.unit == known.unit)
    return (unit,)


# --- finding ------------------------------------------------------------------------------------------------

_B = r"[ \t\u3000\u00a0]{0,3}"
_GAP = re.compile(
    rf"{_B}(?P<turn>\r?\n[ \t\u3000]*)?(?:(?P<round>[余餘多]){_B})?(?P<large>[万萬亿億]{{1,2}}(?![一二三四五六七八九千百十]))?"
    rf"(?P<more>{_B}[余餘多])?{_B}(?P<turn2>\r?\n[ \t\u3000]*)?"
)
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_ENDS_LARGE = re.compile(r"[万萬亿億][余餘多几幾]?$")
_INNER_BLANK = re.compile("[ \u3000]")
_CLAUSE_END = frozenset("，。；、,;！!？?：:（(）)\n\r\t” 」』》…")
_CHINESE_DIGITS = frozenset("一二三四五六七八九十两兩几幾")
_COUNT_WORDS = frozenset("个個项項种種条條类類点點次句字件")
# 两次 and 二次 differ: only these are counted with 二.
_COUNTED_BY_ER = frozenset(("人", "名", "位", "户", "戶", "家", "件", "万", "元", "人次", "倍"))
_POINTING = frozenset("这這那该該此述")
_ADJECTIVES = re.compile(r"(?:大|社会|社會|主要|重点|重點|重要|基本|具体|具體|核心|关键|關鍵|中心|主题|主題)+")
# 一个 is an article, but a count in 一个乡镇、两家企业、一名职工
_LISTED_AFTER = re.compile(r"[\u4e00-\u9fff]{1,8}、[一二两兩三四五六七八九十0-9]{1,4}[个個名家位户戶篇支]")
_LISTED_BEFORE = re.compile(r"[一二两兩三四五六七八九十0-9][个個名家位户戶篇支][\u4e00-\u9fff]{1,8}、$")
_EVERY = tuple("每同另哪某任逐落漏少这那這唯")
_SESSIONS = ("全会", "全會", "会议", "會議", "全体", "全體", "全委", "执委", "執委", "常委", "代表")
# 二、三次全会: the numbers of sessions in a row
_SERIES = re.compile(r"[一二三四五六七八九十次期届屆][、和至]$")
_MASKED = re.compile(
    r"(?P<lead>[0-9]{0,4})(?P<mask>[xX]{2,12}|[ｘＸ]{2,12}|×{1,12}|[＊*]{1,12}|□{1,12}|_{2,12})(?P<tail>[0-9]{0,4})(?=[^0-9A-Za-z×])"
)
_MASK_SIGN = re.compile("[xXｘＸ×＊*□_]")
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
_NAME_LENGTH = 14


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
    blanked = _blanked(text, found)
    if len(blanked) >= _BLANKS_TO_DOUBT:
        # 万余元 is ten thousand and more, but not in a text whose figures were taken out.
        found = [_bare_large(quantity) for quantity in found]
    gaps = [*_masked(text), *blanked]
    if gaps:
        starts = [quantity.start for quantity in found]
        free = []
        for gap in gaps:
            at = bisect_left(starts, gap.end)
            if at == 0 or found[at - 1].end <= gap.start:
                free.append(gap)
        found = sorted(found + free, key=lambda quantity: (quantity.start, quantity.end))
    return found


# A half-width ? or a replacement sign straight before a figure, in a statement, stands for bytes that were lost: often a
# digit was among them.
_EATEN_BEFORE = re.compile(r"(?<![吗嗎呢吧么麼])[?\ufffd]\Z")


def _lost_a_digit(text: str, quantity: Quantity) -> bool:
    start = quantity.number_start
    return start > 1 and not text[start - 2].isascii() and bool(_EATEN_BEFORE.search(text, start - 2, start))


def _without_value(quantity: Quantity) -> Quantity:
    """What is left of a number that lost a digit must not be counted."""
    return quantity._replace(value=None, low=None, high=None, obs_status="Q")


def _quantity(text: str, number: Number) -> Quantity | None:
    if number.kind == "ordinal":
        return _rank(text, number)
    if number.kind == "fraction":
        return _per_thousand(text, number)
    if _in_set_phrase(text, number) or _in_name(text, number.start, number.end):
        return None
    if number.kind == "percent":
        return _share(text, number)
    gap = _GAP.match(text, number.end)
    if gap is None:
        return _without_unit(text, number)
    turn, rounding, large, more, second_turn = gap.groups()
    if (turn is not None or second_turn is not None) and not _line_goes_on(text, number.start, gap):
        return _without_unit(text, number)
    at = gap.end()
    unit = _unit_at(text, at)
    if unit is None:
        return None if rounding or more or large else _without_unit(text, number)
    end = at + _printed_length(text, at, unit)
    if _no_measure(text, number, unit, end):
        return None
    value, low, high = number.value, number.low, number.high
    for char in large or "":
        value, low, high = _times(_LARGE[char], value, low, high)
    cue = None
    if (rounding or more) and value is not None and low is None:
        cue = (rounding or more).strip()
        low, high = value, value + _step(value, large or "", before=bool(rounding))
    if (
        number.kind == "integer"
        and unit.printed in _FIRST
        and _FOREMOST.search(text, max(0, number.start - 2), number.start)
    ):
        return _ranked(text, number, end, unit.unit, text[at:end])._replace(high=value, bound="le", cue="前")
    if unit.factor != 1:
        value, low, high = _times(unit.factor, value, low, high)
    small = _SMALL_MONEY.match(text, end) if unit.unit == "元" and low is None else None
    if small is not None and value is not None:
        value += _jiao(small["jiao"]) / 10 + (_jiao(small["fen"]) / 100 if small["fen"] else 0)
        end = small.end()
    return _bounded(text, number, number.start, end, value, low, high, unit.unit, text[at:end], unit.kind, cue)


_FIRST = ("名", "位")


def _times(factor: int | Decimal, *parts: Decimal | None) -> Iterator[Decimal | None]:
    return (part * factor if part is not None else None for part in parts)


# 3元5角, 五元三毛, 50元6角三分
_SMALL_MONEY = re.compile(r"(?P<jiao>[0-9０-９一二两三四五六七八九])[角毛](?:(?P<fen>[0-9０-９一二三四五六七八九])分)?")


def _jiao(digit: str) -> Decimal:
    return parse_number(digit) or Decimal(0)


def _bounded(
    text: str,
    number: Number,
    start: int,
    end: int,
    value: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
    unit: str,
    printed: str,
    kind: str,
    cue: str | None,
) -> Quantity:
    """Take in the cues before and after, and make the quantity."""
    approx = number.kind == "vague" or cue is not None or (low is not None and value is not None and high is not None)
    bound: Bound | None = "ge" if number.kind == "vague" and number.text[0] == "上" else None
    if approx and cue is None:
        cue = next((char for char in "余餘多几幾数數来來上" if char in number.text), None)
    for other in (_cue_after(text, end), _cue_before(text, start)):
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
    value, low, high = number.value, number.low, number.high
    return _bounded(text, number, number.start, number.end, value, low, high, unit, printed, kind, None)


def _ranked(text: str, number: Number, end: int, unit: str, printed: str) -> Quantity:
    """A place among others: 第二名, 前三名."""
    start = number.start
    return Quantity(
        start,
        end,
        text[start:end],
        start,
        number.end,
        number.value,
        None,
        None,
        False,
        None,
        None,
        unit,
        printed,
        "rank",
    )


def _step(value: Decimal, large: str, *, before: bool) -> Decimal:
    """How far 余 and 多 reach: 450余 to 460, 50多万 to 60万, 1万多 to 2万, 1.2万余 to 1.3万."""
    digits = value.normalize().as_tuple()
    exponent = digits.exponent if isinstance(digits.exponent, int) else 0
    place = Decimal(1).scaleb(exponent) if value else Decimal(1)
    if large and not before:
        return min(place, Decimal(10**4 if large[-1] in "万萬" else 10**8))
    return place


# --- units --------------------------------------------------------------------------------------------------


def _unit_at(text: str, at: int) -> _Unit | None:
    """The unit printed at ``at``, the longest that fits what follows."""
    units = _units().get(text[at : at + 1])
    if not units:
        return None
    for unit in units:
        length = _printed_length(text, at, unit)
        if not length:
            continue
        end = at + length
        if unit.not_before and text.startswith(unit.not_before, end) and _cue_after(text, end) is None:
            continue  # 条例 is no 条, but 40所以上 is 40所
        if unit.only_before and not _only(text, end, unit.only_before):
            continue
        return unit
    return None


def _only(text: str, end: int, allowed: tuple[str, ...]) -> bool:
    if text.startswith(allowed, end):
        return True
    if "(end)" not in allowed:
        return False
    after = text[end : end + 1]
    return not after or not _HAN.match(after) or _cue_after(text, end) is not None or after in "的和及、"


def _printed_length(text: str, at: int, unit: _Unit) -> int:
    """The length of a unit as it stands, blanks inside it counted (个 百 分 点), or 0."""
    if text.startswith(unit.printed, at):
        return len(unit.printed)
    if len(unit.printed) < 2 or not _INNER_BLANK.search(text, at + 1, at + len(unit.printed)):
        return 0
    place = at
    for char in unit.printed:
        while text[place : place + 1] in (" ", "\u3000") and place > at:
            place += 1
        if text[place : place + 1] != char:
            return 0
        place += 1
    return place - at


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


def _no_measure(text: str, number: Number, unit: _Unit, end: int) -> bool:
    """Numbers with a unit that measure nothing: 九届三次, 三个方面, a plain 一个."""
    before = text[number.start - 1] if number.start else ""
    if before and before in "届屆第":
        return True
    if unit.printed == "次" and text.startswith(_SESSIONS, end) and before and before in "届屆大会會委协協":
        return True  # 五届人大三次会议
    if unit.printed == "分" and before and before in "点點时時:：":
        return True
    if unit.printed in ("次", "期", "轮", "輪") and _SERIES.search(text, max(0, number.start - 3), number.start):
        return True
    if number.text == "一" and unit.unit == "批":
        return True
    if unit.printed == "方" and number.value is not None and number.value < 10:
        return True  # 一方 and 三方 are parties
    if number.text == "一" and _LISTED_AFTER.match(text, end) and not text.startswith(_set_phrases()[1], end):
        return False
    if number.text == "一" and _LISTED_BEFORE.search(text, max(0, number.start - 14), number.start):
        return text.startswith(_set_phrases()[1], end)
    if number.text == "一" and (before in _EVERY or text[number.start - 2 : number.start - 1] == "一"):
        return True  # 不落一人, 一家一户
    if number.text in ("一", "半"):
        return unit.unit != "倍" and text[end : end + 1] not in _CLAUSE_END and end < len(text)
    if number.text == "二" and unit.printed not in _COUNTED_BY_ER:
        return True  # 二期工程, 二类竞赛 are ordinals; two of them are 两
    if (
        number.text[0] in _CHINESE_DIGITS
        and unit.printed in _COUNT_WORDS
        and number.value is not None
        and number.value <= 12
    ):
        if before and before in _POINTING:
            return True
        words = _ADJECTIVES.match(text, end)
        after = words.end() if words else end
        nouns = _set_phrases()[1]
        return text.startswith(nouns, end) or text.startswith(nouns, after) or text[after : after + 1] in ("“", "「")
    return False


def _per_thousand(text: str, number: Number) -> Quantity | None:
    """千分之五 is 5 ‰; other fractions measure nothing by themselves."""
    if not number.text.startswith("千分之") or number.value is None:
        return None
    return _bounded(
        text, number, number.start, number.end, number.value * 1000, None, None, "‰", "千分之", "share", None
    )


def _share(text: str, number: Number) -> Quantity | None:
    printed = (
        "%"
        if number.text[-1] in "%％﹪"
        else "成"
        if "成" in number.text
        else "折"
        if number.text[-1] == "折"
        else "百分之"
    )
    if printed == "折":
        return None
    if printed == "%":
        printed = number.text[-1]
    return _alone(text, number, "%", printed, "share")


_RANK = re.compile(r"[ ]?(?P<unit>位|名)(?![单單额額录錄置于於])")


# 综合排名全省第三, 位居全市第2
_STANDING = re.compile(r"(?:排名|名列|位列|位居|排在|居|列)[\u4e00-\u9fff]{0,6}$")
# 进入全省前三名: a rank and no head count; but 节前10名职工 counts heads
_FOREMOST = re.compile(r"(?<![节節年会會月日天以目此之当當岗崗班午提向])前$")


def _rank(text: str, number: Number) -> Quantity | None:
    """第35位 and 第二名; a place among others, but not 摆在第一位."""
    unit = _RANK.match(text, number.end)
    closes = number.end == len(text) or text[number.end] in _CLAUSE_END
    if unit is None and closes and number.value is not None:
        standing = _STANDING.search(text, max(0, number.start - 10), number.start)
        if standing is not None and not _in_name(text, number.start, number.end):
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
    if _in_name(text, number.start, unit.end()) or text[number.start - 1 : number.start] in ("个", "個"):
        return None  # 4个第一名 counts the four
    return _ranked(text, number, unit.end(), unit["unit"], unit["unit"])


def _without_unit(text: str, number: Number) -> Quantity | None:
    """A figure without a unit behind it: one with a head that tells the unit (人数5230), or a large one (1.2万)."""
    if number.kind not in ("integer", "decimal", "vague", "range") or number.start == 0:
        return None
    if text[number.start - 1] in "￥¥":
        return _alone(text, number, "元", "￥", "money")
    if _ENDS_LARGE.search(number.text):
        for noun, unit in _counted_nouns():
            if text.startswith(noun, number.end):
                return _alone(text, number, unit, "", "count")
    if (
        text[number.end : number.end + 1] not in _CLAUSE_END
        and number.end < len(text)
        and _cue_after(text, number.end) is None
    ):
        return None
    head = _HEADED.search(text, max(0, number.start - 8), number.start)
    if head is not None:
        unit = "人次" if head["head"] == "人次" else _HEAD_UNITS[head["head"][0]]
    elif ("亿" in number.text and "个" in number.text) or ("億" in number.text and "個" in number.text):
        unit = "元"  # 1.2个亿 is said of money
    elif _ENDS_LARGE.search(number.text) and (_HAN.match(text[number.start - 1]) or number.text[0] in "数數上几幾"):
        unit = ""
    else:
        return None
    return _alone(text, number, unit, "", "money" if unit == "元" else "count")


# --- names and set phrases ----------------------------------------------------------------------------------


def _in_set_phrase(text: str, number: Number) -> bool:
    phrases = _set_phrases()[0].get(text[number.start : number.start + 2])
    return bool(phrases) and text.startswith(phrases, number.start)  # type: ignore[arg-type]


_OPENING, _CLOSING = "“‘「『", "”’」』"
_ANY_OPENING = re.compile(f"[{_OPENING}]")
_ANY_MARK = re.compile(f"[{_OPENING}《]")
_INSIDE_NAME = re.compile(r"[，。；、,;\n]")


def _in_name(text: str, start: int, end: int) -> bool:
    """Inside a short quotation (“五个100”工程) or a title (《关于三项制度的通知》)."""
    if not _ANY_MARK.search(text, max(0, start - 60), start):
        return False
    window = text[max(0, start - _NAME_LENGTH) : start]
    opened = max(map(window.rfind, _OPENING)) if _ANY_OPENING.search(window) else -1
    if opened >= 0 and not any(mark in window[opened:] for mark in _CLOSING):
        ahead = text[end : end + _NAME_LENGTH]
        closed = min((place for mark in _CLOSING if (place := ahead.find(mark)) >= 0), default=-1)
        if closed >= 0 and not _INSIDE_NAME.search(window[opened:] + ahead[:closed]):
            return True
    title = text.rfind("《", max(0, start - 60), start)
    return title >= 0 and text.find("》", title, start) < 0 and text.find("》", end, end + 60) >= 0


# --- cues ---------------------------------------------------------------------------------------------------


def _cue_after(text: str, end: int) -> _Cue | None:
    if text[end : end + 1] not in _after_first():
        return None
    for cue in _after_cues():
        if text.startswith(cue.cue, end):
            return cue
    return None


@cache
def _after_first() -> frozenset[str]:
    return frozenset(cue.cue[0] for cue in _after_cues())


@cache
def _before_last() -> frozenset[str]:
    return frozenset(cue[-1] for cue in _cues("before"))


_FILLED = ("了", "到", "达", "達", "为", "為", "有", "是", "在", "至")
# 过 and 超 end other words as well: 通过3项, 经过2次, 赶超.
_NOT_CUES = re.compile(
    r"(?:通|经|經|不|度|走|开|開|搞|办|辦|去|做|采|接|受|来|來|见|見)[过過]$|赶超$|趕超$|[制节節签簽合特邀条條预預公契]约$|[最附远遠靠临臨邻鄰亲親相贴貼]近$|[打攻识識侦偵]破$"
)


def _cue_before(text: str, start: int) -> _Cue | None:
    """近, 超过, 不少于, 至少… straight before a number, perhaps with 了 or 达到 between."""
    stop = start
    while stop and text[stop - 1] in " \u3000" and start - stop < 3:
        stop -= 1
    known, last = _cues("before"), _before_last()
    for filled in (0, 1, 2):
        if text[stop - 1 : stop] in last:
            for length in (4, 3, 2, 1):
                cue = known.get(text[max(0, stop - length) : stop])
                if cue is not None:
                    if length == 1 and _NOT_CUES.search(text, max(0, stop - 2), stop):
                        return None
                    return cue
        if filled < 2 and stop and text[stop - 1] in _FILLED:
            stop -= 1
        else:
            break
    window = text[max(0, start - 10) : start]
    if "最" in window or "至" in window or "起" in window:
        loose = _loose_before().search(window)
        if loose is not None:
            return known[loose[1]]
    return None


# --- ranges, masks, blanks ----------------------------------------------------------------------------------

_BETWEEN = re.compile(rf"{_B}(?:—{{1,2}}|–|－|-{{1,2}}|~|～|至|到){_B}")


def _ranges(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Join 100元至500元 into one quantity; 从10%到20% is a change and stays two."""
    held: Quantity | None = None
    for quantity in found:
        if held is not None:
            between = _BETWEEN.fullmatch(text, held.end, quantity.start)
            if (
                between is not None
                and held.unit == quantity.unit
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


def _find_masks(text: str) -> Iterator[re.Match[str]]:
    """The matches of ``_MASKED``, found by their signs; up to four digits may stand before these."""
    done = 0
    for sign in _MASK_SIGN.finditer(text):
        start = sign.start()
        if start < done:
            continue
        first = max(done, start - 4)
        while start > first and text[start - 1] in "0123456789":
            start -= 1
        found = _MASKED.match(text, start)
        if found is not None:
            done = found.end()
            yield found


def _masked(text: str) -> Iterator[Quantity]:
    """xxxx人, **户, ×名, 1**人: digits that were crossed out before publication."""
    for found in _find_masks(text):
        mask, start, end = found["mask"], found.start(), found.end()
        if mask[0] in "*＊_" and text[end : end + 1] == " ":
            continue  # a mark of a list or of emphasis
        if found["tail"] or (len(mask) == 1 and (found["lead"] or mask in "*＊_")):
            continue
        if start and ((text[start - 1].isascii() and text[start - 1].isalnum()) or text[start - 1] in "第.．×"):
            continue
        gap = _GAP.match(text, end)
        if gap is None or gap["turn"] is not None or gap["turn2"] is not None:
            continue
        unit = _unit_at(text, gap.end())
        if unit is None or unit.kind == "duration" or _in_name(text, start, end):
            continue
        stop = gap.end() + len(unit.printed)
        if not _unit_closes(text, stop):
            continue
        quantity = Quantity(
            start,
            stop,
            text[start:stop],
            start,
            end,
            None,
            None,
            None,
            False,
            None,
            None,
            unit.unit,
            unit.printed,
            unit.kind,
            "Q",
        )
        cue = _cue_after(text, stop) or _cue_before(text, start)
        if cue is not None:
            quantity = quantity._replace(approx=cue.approx, bound=cue.bound, cue=cue.cue)
        elif gap["round"] or gap["more"]:
            quantity = quantity._replace(approx=True, cue=(gap["round"] or gap["more"]).strip())
        yield quantity


def _unit_closes(text: str, end: int) -> bool:
    """After a mask a unit must be seen to be one: xx个人工会 may name a place, not count it."""
    return not text.startswith(
        ("目", "公司", "局", "厅", "院", "校", "厂", "矿", "县", "市", "镇", "乡", "区", "工会", "分会", "社"), end
    )


_BLANK_UNIT = re.compile(
    r"(?P<unit>%|％|元|人次|人|名|户|戶|个|個|条|條|项|項|件|份|次|期|场|場|篇|册|冊|本|面|家|亩|畝|立方米|米|吨|噸)"
    r"(?=(?P<after>[，。；、,;！（(]|以上|以下|左右))"
)
# Each of the few characters that may stand before the unit is itself no unit.
_BLANK = re.compile(
    r"(?P<cue>[约約近达達各共])?(?P<round>[多余餘])?(?P<large>[万萬亿億])?(?P<more>[多余餘])?" + _BLANK_UNIT.pattern
)
_LONGEST_BEFORE_BLANK = 4
# 采纳实施余条: 余 needs a number before it, unless it ends a word of its own (其余, 节余).
_LEFT_OVER = re.compile(
    r"[余餘](?<=[\u4e00-\u9fff].)(?<![其业業剩富盈结結节節残殘课課工有多].)(?P<unit>[名条條项項件户戶篇份])(?![\u4e00-\u9fff]?[额額款例目])"
)
_COUNTING = frozenset(
    "0123456789０１２３４５６７８９零〇一二三四五六七八九十百千万萬亿億兆两兩几幾数數多每这這那各某半整单單逐全首头頭何余餘第些上下前后後另哪xX×*＊_□%％.．"
)
# 个 ends few words; before all others a number is missing.
_BEFORE_GE = frozenset("个個一大小高矮真挨轮輪按独獨满滿成是有会會了的做选選论論来來么麼好自儿兒")
_BARE_LARGE = re.compile(rf"[万萬亿億][余餘]?{_B}\w{{1,3}}")
_LEFT_OVERS = ("余", "餘")
_OF_WORDS = frozenset("节節结結盈剩富其")
_BARE_CUES = ("余", "餘", "约", "約", "大约", "大約")
_BLANKS_TO_DOUBT = 2
_QUOTES = frozenset("”」』》’")
_HEADS_AMOUNT = ("约", "約", "达", "達", "各")


def _blanked(text: str, found: list[Quantity]) -> list[Quantity]:
    """
    Units whose number was removed: 發放獎金元, 成本%以上, 建立分會個.

    Only where the unit closes a clause after a word that cannot carry it: 万元 and 万余元 alone may well be ten
    thousand, and are taken for blanks only where the text has others.
    """
    certain: list[Quantity] = []
    doubtful: list[Quantity] = []
    ends = {quantity.end for quantity in found}
    for match in _find_blanks(text, ends):
        sure = _is_blank(text, match)
        if sure is None or _in_name(text, match.start("unit"), match.end()):
            continue
        units = [unit for unit in _units().get(match["unit"][0], ()) if unit.printed == match["unit"]]
        if not units:
            continue
        unit = units[0]
        start, rounding = _blank_start(text, match)
        end = match.end()
        cue = _cue_after(text, end) or _cue_before(text, start)
        quantity = Quantity(
            start,
            end,
            text[start:end],
            start,
            start,
            None,
            None,
            None,
            bool(rounding) or bool(cue and cue.approx),
            cue.bound if cue else None,
            cue.cue if cue else rounding,
            unit.unit,
            unit.printed,
            unit.kind,
            "O",
        )
        (certain if sure else doubtful).append(quantity)
    for match in _LEFT_OVER.finditer(text):
        unit = next(unit for unit in _units()[match["unit"]] if unit.printed == match["unit"])
        start, end = match.span()
        if not text.startswith(unit.not_before or ("\n",), end):
            certain.append(
                Quantity(
                    start, end, match.group(), start, start, None, None, None, True, None, text[start],
                    unit.unit, unit.printed, unit.kind, "O",
                )
            )  # fmt: skip
    if len(certain) >= _BLANKS_TO_DOUBT:
        certain += doubtful
    taken: set[int] = set()
    return [blank for blank in certain if blank.end not in taken and not taken.add(blank.end)]  # type: ignore[func-returns-value]


def _find_blanks(text: str, ends: set[int]) -> Iterator[re.Match[str]]:
    """The matches of ``_BLANK``, found by their units, but for those that end where a quantity does."""
    done = 0
    for unit in _BLANK_UNIT.finditer(text):
        if unit.end() not in ends:
            first = max(done, unit.start() - _LONGEST_BEFORE_BLANK)
            tried = (_BLANK.match(text, start) for start in range(first, unit.end()))
            yield next(match for match in tried if match)
        done = unit.end()


def _blank_start(text: str, match: re.Match[str]) -> tuple[int, str | None]:
    """Where the rest of a removed figure begins, and its 余 or 多; the 余 of 节余 is none of it."""
    if (
        match["round"]
        and match["round"] in "余餘"
        and text[match.start("round") - 1 : match.start("round")] in _OF_WORDS
    ):
        return match.end("round"), match["more"]
    start = min(match.start(name) for name in ("round", "large", "more", "unit") if match[name])
    return start, match["round"] or match["more"]


def _bare_large(quantity: Quantity) -> Quantity:
    if quantity.obs_status != "A" or quantity.cue not in _BARE_CUES or not _BARE_LARGE.fullmatch(quantity.text):
        return quantity
    return quantity._replace(
        number_end=quantity.number_start, value=None, low=None, high=None, approx=True, obs_status="O"
    )


def _is_blank(text: str, match: re.Match[str]) -> bool | None:
    """Is the number of this unit missing? True for certain, False perhaps, None for no."""
    unit = match["unit"]
    first, rounding = _blank_start(text, match)
    before = text[first - 1 : first]
    if before in _LEFT_OVERS and first > match.start():
        return False
    if not before or not (_HAN.match(before) or before in _QUOTES) or before in _COUNTING:
        return None
    if match["large"]:
        if rounding == "多" and not match["more"]:
            return None if before in "许許好很诸諸最" else True
        if before in "过過超逾近破成计計以是按为為约約达達突":
            return None
        return False
    if match["round"]:
        return None
    if unit in ("%", "％"):
        return True
    if match["cue"] in _HEADS_AMOUNT and unit == "元" and first == match.start("cue") + 1:
        return True
    if unit in ("个", "個"):
        return None if before in _BEFORE_GE else True
    certain, perhaps = _blank_heads().get(unit, ((), ()))
    if (before in _QUOTES and unit in "条條项項件篇") or text.endswith(certain, 0, first):
        return True
    return False if text.endswith(perhaps, 0, first) else None
