"""
Numbers as they are printed in Chinese, Arabic, financial and mixed numerals, with exact values.

``find_numbers`` finds them in running text, ``parse_number`` reads a text that is one number. Only numbers
are found here; what they count (人, 万元, %) is the business of ``quantities``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from union_corpus.cardinals import (
    ARABIC,
    CAPITALS,
    DIGIT_VALUES,
    HAN_DIGITS,
    LARGE,
    LARGE_UNITS,
    LONGEST,
    PLAIN,
    SMALL,
    SOME_BLANKS,
    TENFOLD,
    Cardinal,
    Kind,
    cardinal,
    last_place,
    reach,
)
from union_corpus.documents import Document, text_of
from union_corpus.number_forms import (
    BREAKS,
    DIGIT_CHARS,
    PERCENT_SIGN,
    ROUNDING,
    WIDEST_JOINT,
    Number,
    arabic,
    broken,
    fraction,
    is_han,
    joined,
    percentage,
    power,
    signed,
    tenths,
)
from union_corpus.number_words import unit_follows, word_end

__all__ = ["Number", "find_numbers", "parse_number"]


# --- patterns -----------------------------------------------------------------------------------------------

_B, _C, _D, _L, _S, _T = SOME_BLANKS, HAN_DIGITS, ARABIC, LARGE, SMALL, TENFOLD
# 1,234,567.89 | ４，５６５ | 450.5 | .5. A full-width comma joins only full-width digits: 120，135 is two numbers.
_ARABIC = rf"""
    (?: (?<![{_D}]) [{_D}]{{1,3}} (?: ,[{_D}]{{3}} )+ (?![{_D}])
      | (?<![{_D}]) [０-９]{{1,3}} (?: ，[０-９]{{3}} )+ (?![{_D}])
      | (?<![{_D}]) [0-9]{{1,3}} (?: [，,][0-9]{{3}} )+ (?= \.[0-9] )
      | [{_D}]+
    )
    (?: [.．][{_D}]+ (?! [.．]?[{_D}] ) | [·•][{_D}]+ (?=[%％]) )?
"""
# The group is atomic: what was once read as a numeral is not given back, or 万万万… would be tried in all ways.
# 一百零五, 7 万5 千4 百, 23萬4814, 十余万, 一百零几万, 1.2个亿: digits, then a unit, then what is left.
_CARDINAL = rf"""(?>
    (?: {_ARABIC} | [{_C}]{{1,40}} | [{_T}][{_C}]? | [几幾] (?=[{_S}{_L}]) | (?=[{_S}{_L}]) )
    (?: {_B} (?: [余餘多来來几幾]{_B}(?=[{_L}]) | (?<![万萬])[个個](?=[亿億]) )? [{_S}{_L}]{{1,4}}
        (?: {_B} (?: [零〇○]?[{_T}][{_C}]? | [{_C}]{{1,40}} (?: (?<=[零〇○])[{_D}]+ )? | [{_D}]+ (?! [.．{_D}] ) )
          | 零? [几幾] (?= {_B}[{_L}])
        )?
    ){{0,16}}
)"""
_DECIMALS = "".join(char for char in _C if char not in "两兩俩倆")
_POINT = rf"(?: {_B}[点點]{_B} [{_DECIMALS}]{{1,40}} (?! {_B}[{_S}刻分{_DECIMALS}两兩] ) )?"

_EXPRESSION = re.compile(
    rf"""
    (?P<year> [一二][{_C}{_D}OＯo]{{3}} (?=年) )                              # 二00四年, 二OO九年
  | (?P<percent_head> [百佰]{_B}分{_B}之{_B} )                                # 百分之三点五
        (?P<percent_sign> [负負-] )? (?P<percent> {_CARDINAL} {_POINT} {_B}k? )
  | (?: (?P<whole> {_CARDINAL} ) {_B}又{_B} )?                                # 三又五分之二, 五分之一
        (?P<denominator> {_CARDINAL} ) {_B}分{_B}之{_B} (?P<inner_sign> [负負] )? {_B}
        (?P<numerator> {_CARDINAL} {_POINT} )
  | (?<![{_D}/／.．]) (?: (?P<slash_whole> [{_D}]{{1,3}} )[ ] )?              # 1 4/3, 16/5
        (?P<over> [{_D}]{{1,4}} ) [/／] (?P<under> [{_D}]{{1,4}} ) (?! [{_D}/／年月日.．] )
  | (?P<base> {_ARABIC} ) (?P<exponent> (?: [eEｅ][+\-－]?[{_D}]+ | \^[+\-]{{0,2}}[{_D}]+ ) ) (?![A-Za-z{_D}])
  | (?P<scaled> {_ARABIC} ) (?P<scale> k | [ ]?M ) (?![A-Za-z])               # 40k, 2.5 M
  | [半] (?P<half_hundred> [百佰] ) (?![{_C}{_S}{_L}])                        # 半百
  | (?P<cardinal> {_CARDINAL} {_POINT} )
    """,
    re.VERBOSE,
)
# Where a number may begin. Most numbers of a report are told at a glance: 719, 22.36, 1.2万, 85% where nothing beside
# them can make them another; these have a ``rest``, be it empty.
_HIT = re.compile(
    rf"""
    ([{_D}{_C}{_S}{_T}{_L}半几幾])
    (?: (?<=[0-9]) (?<![A-Za-z.．×ｘＸ＊*_第负負\-－][0-9]) (?!(?<=0)0*(?:\.0*)?[万亿])
        (?P<rest> [0-9]{{0,11}} (?:\.[0-9]{{1,8}})? )
        (?: (?P<percent>%)
          | (?P<large>[万亿]?)
            (?! [{_D}{_C}{_S}{_T}{_L}.．,，·•/／^A-Za-zｅ点點分又余餘多来來几幾成折打%％﹪×ｘＸ＊*_\s]|[个個][亿億]) )
    )?
    """,
    re.VERBOSE,
)
_UP_TO = re.compile(r"来(?=[个名位人户家条件份项天次年岁])|來(?=[個名位人戶家條件份項天次年歲])")
# What begins all that may belong to a cardinal before it: 余 and its like, 打, a percent sign, blanks.
_AFTER_CARDINAL = frozenset(" \t\u3000\u00a0余餘多来來几幾打%％﹪")
_URL = re.compile(r"(?:https?://|www\.)[^\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
_MASK = frozenset("xX×ｘＸ＊*_")
_UNIT_CHARS = frozenset(_S + _L)
_METRIC = ("瓦", "伏", "克", "米", "卡", "赫", "帕", "字节", "字節", "比特", "欧姆")
_DIGIT_DECIMALS = {char: Decimal(value) for char, value in DIGIT_VALUES.items()}
# What may carry a number on after its first Chinese digit.
_CONTINUES = frozenset(_C + _S + _T + _L + "分点點又 \t\u3000\u00a0几幾" + "0123456789０１２３４５６７８９OＯo多余餘")
# 一点, 零点 and 十分 are words, but not in 一点五倍 and 十分之一.
_NUMBER_GOES_ON = re.compile(rf"[点點](?=[{_DECIMALS}])|分(?=之)")
_DOZEN = re.compile(rf"{_B}打(?=$|[^\u4e00-\u9fff]|[苹蘋啤鸡雞鸭鴨铅鉛毛袜襪])")
_TO_NUMBER = re.compile(rf"[到至—–~～-][{_C}{_D}]")
_UP_TO_VALUES = frozenset(Decimal(n) for n in (10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 1000))


_MARKER_AFTER = frozenset("是要靠抓")
_MARKER_BEFORE = frozenset("\n\r\t ，。；：、,;:（(）)!！?？　")
# 隊(duì)伍, 統(tǒng)一: a reading printed inside a word
_CLOSING_BRACKETS = frozenset(")）]】")
_ALONE_BEFORE = frozenset("是为為至到和或")
# Before a lone 百, 千, 万 these make a number of it: 近百, 逾千, 超万.
_APPROACH = frozenset("近约約逾达達超过過破第足到于於")
# 人数, 次数: here 数 ends the word before it.
_COUNTED = frozenset(
    "人户戶家总總次件个個册篇套台天位指系基分倍额額面点點字参票多少无無岁歲期级級函整单單双雙奇小对對倒为為"
)
# 以上, 网上: here 上 ends the word before it. (会上百余人 is a hundred either way.)
_PLACES = frozenset("以网網线線础礎台臺地世晚早")


# --- finding ------------------------------------------------------------------------------------------------


def parse_number(text: str) -> Decimal | None:
    """
    The exact value of a text that is one number from end to end, else None.

    A span has no exact value, so 三至五 gives None; a percentage gives its printed size.

    >>> parse_number("二亿三千万"), parse_number("23萬4814"), parse_number("百分之三点五")
    (Decimal('230000000'), Decimal('234814'), Decimal('3.5'))
    >>> parse_number("统一") is None, parse_number("三至五") is None
    (True, True)
    """
    printed = text.strip()
    found = find_numbers(printed)
    if len(found) != 1 or found[0].text != printed or found[0].kind in ("range", "ordinal"):
        return None
    return found[0].value


def find_numbers(text: str | Document) -> list[Number]:
    """
    All numbers of a text or document, in order, none overlapping another.

    Words that merely hold a numeral are passed over (一直, 统一, 四川, 三番五次; the list is
    ``lexicon/number_words.tsv``), as are list markers (一是, 二要) and masked digits (20xx). A lone 一 counts
    only before something countable. Years and dates are numbers here: 2009年 gives 2009.

    >>> [(n.text, n.value) for n in find_numbers("二亿三千万职工，１．２个亿，23萬4814人")]
    [('二亿三千万', Decimal('230000000')), ('１．２个亿', Decimal('120000000.0')), ('23萬4814', Decimal('234814'))]
    >>> [(n.text, n.low, n.high, n.kind) for n in find_numbers("50多万人，6000—10000元，第三名")]
    [('50多万', Decimal('500000'), Decimal('600000'), 'vague'), ('6000—10000', Decimal('6000'), Decimal('10000'), 'range'), ('第三', None, None, 'ordinal')]
    >>> find_numbers("进一步统一思想，千方百计为四川职工服务；一是加强领导")
    []
    """
    text = text_of(text, "find_numbers")
    numbers: list[Number] = []
    links = _URL.finditer(text) if "://" in text or "www." in text else iter(())
    link = next(links, None)
    for number in _scan(text):
        while link is not None and link.end() <= number.start:
            link = next(links, None)
        if link is not None and link.start() <= number.start:
            continue
        if numbers and number.start - numbers[-1].end <= WIDEST_JOINT:
            whole = joined(text, numbers[-1], number)
            if whole is not None:
                numbers[-1] = whole
                continue
        numbers.append(number)
    return numbers


def _scan(text: str) -> Iterator[Number]:
    at = 0
    hit = _HIT.search
    while found := hit(text, at):
        char, rest, percent, large = found.groups()
        start, at = found.span()
        if rest is None:
            number, at = _read(text, start, char)
            if number is not None:
                yield number
                at = max(at, number.end)
            continue
        value = Decimal(char + rest)
        if large:
            value *= LARGE_UNITS[large]
        kind: Kind = "percent" if percent else "decimal" if "." in rest else "integer"
        yield Number(start, at, text[start:at], value, None, None, kind)


def _read(text: str, start: int, char: str) -> tuple[Number | None, int]:
    """The number at ``start``, if one begins there with ``char``, and where to look on."""
    digit = char in DIGIT_CHARS
    if not digit:
        end = word_end(text, start)
        if end > start and not _NUMBER_GOES_ON.match(text, end - 1):
            return None, end
        if char == "半":
            return _half(text, start)
        following = text[start + 1 : start + 2]
        if char in "几幾" and following not in _UNIT_CHARS:
            return None, start + 1
        if char in DIGIT_VALUES and following not in _CONTINUES:
            return _lone(text, start, char, following)
    elif (
        start
        and text[start - 1] == "."
        and text[start - 2 : start - 1] not in DIGIT_CHARS
        and text[start - 2 : start - 1] != "."
    ):
        return _point_first(text, start)
    found = _EXPRESSION.match(text, start)
    if found is None or found.end() == start:
        return None, start + 1
    return _from_match(text, start, found, digit=digit)


def _lone(text: str, start: int, char: str, after: str) -> tuple[Number | None, int]:
    """One Chinese digit with no other numeral behind it."""
    end = start + 1
    value = _DIGIT_DECIMALS[char]
    tenth = tenths(text, start, end, value)
    if tenth is not None:
        return tenth, tenth.end
    before = text[start - 1] if start else ""
    if before == "第":
        return Number(start - 1, end, text[start - 1 : end], value, kind="ordinal"), end
    if after in _MARKER_AFTER and (not before or before in _MARKER_BEFORE):
        return None, end
    if char in "一零壹○〇" or char in CAPITALS:
        if before in _ALONE_BEFORE and before:
            stands = char not in CAPITALS or not is_han(after)
        else:
            stands = not is_han(after) and not is_han(before) and before not in _CLOSING_BRACKETS
        stands = stands or (char == "一" and _TO_NUMBER.match(text, end) is not None)
        if not stands and (char in "陆陸伍肆拾○〇" or not unit_follows(text, end)):
            return None, end
    if after not in _AFTER_CARDINAL:
        return signed(text, start, end, value, "integer"), end
    return _number(text, start, end, Cardinal(1, value)), end


def _half(text: str, start: int) -> tuple[Number | None, int]:
    end = start + 1
    if text[end : end + 1] in ("百", "佰") and text[end + 1 : end + 2] not in _CONTINUES:
        return Number(start, end + 1, text[start : end + 1], Decimal(50)), end + 1
    tenth = tenths(text, start, end, Decimal("0.5"))
    if tenth is not None:
        return tenth, tenth.end
    if unit_follows(text, end) and not (start and text[start - 1] in "上下前后後大多"):
        return Number(start, end, "半", Decimal("0.5"), kind="decimal"), end
    return None, end


def _point_first(text: str, start: int) -> tuple[Number | None, int]:
    """.5 and -.5, where no digit stands before the point."""
    end = start
    while end < len(text) and text[end] in DIGIT_CHARS:
        end += 1
    value = Decimal("0." + text[start:end].translate(PLAIN))
    first = start - 1
    if (
        first
        and text[first - 1] in "-－"
        and not (first > 1 and (text[first - 2].isalnum() or text[first - 2] in "-－"))
    ):
        first, value = first - 1, -value
    return Number(first, end, text[first:end], value, kind="decimal"), end


def _from_match(text: str, start: int, found: re.Match[str], *, digit: bool) -> tuple[Number | None, int]:
    end = found.end()
    if found["year"]:
        year = "".join(
            str(DIGIT_VALUES.get(char, 0)) if not char.isdigit() or char in DIGIT_VALUES else char.translate(PLAIN)
            for char in found["year"]
        )
        return Number(start, end, found["year"], Decimal(year)), end
    if found["percent_head"]:
        return percentage(text, start, found)
    if found["denominator"]:
        return fraction(text, start, found)
    if found["over"]:
        under = Decimal(found["under"].translate(PLAIN))
        if not under:
            return None, end
        value = Decimal(found["over"].translate(PLAIN)) / under
        if found["slash_whole"]:
            value += Decimal(found["slash_whole"].translate(PLAIN))
        return signed(text, start, end, value, "fraction"), end
    if found["base"]:
        raised = power(found["base"], found["exponent"])
        if raised is not None:
            return signed(text, start, end, raised, "decimal"), end
    if found["scaled"]:
        factor = 1000 if found["scale"].strip() == "k" else 10**6
        return signed(text, start, end, Decimal(arabic(found["scaled"])) * factor, "integer"), end
    printed = found["cardinal"] or found["base"] or ""
    return _plain_cardinal(text, start, printed, digit=digit)


def _plain_cardinal(text: str, start: int, printed: str, *, digit: bool) -> tuple[Number | None, int]:
    if digit:
        whole = None
        if not BREAKS.isdisjoint(text[start : start + len(printed) + 1]):
            whole = broken(text, start, start + len(printed))
        if whole is not None:
            return whole, whole.end
        before = text[start - 1] if start else ""
        after = text[start + len(printed) : start + len(printed) + 1]
        if before and (before in _MASK or (before.isascii() and before.isalpha())):
            return None, start + len(printed)
        if after and after in _MASK and printed[-1] in DIGIT_CHARS:
            return None, start + len(printed)
        if len(printed) > LONGEST:
            return None, start + len(printed)
        if before in (".", "．") and text[start - 2 : start - 1] in DIGIT_CHARS:
            printed = re.split("[.．]", printed)[0]  # 2.1.3 is a place in a list, not 2.1 and 3
    reading = cardinal(_trim(text, start, printed))
    if reading is None:
        return None, start + len(printed)
    end = start + reading.length
    if reading.broken:
        return None, end
    tenth = tenths(text, start, end, reading.value) if reading.kind in ("integer", "decimal") else None
    if tenth is not None:
        return tenth, tenth.end
    if not digit:
        vague = _approached(text, start, end, reading)
        if vague is not None:
            return vague, vague.end
        bare = text[start] in LARGE_UNITS or (reading.length == 1 and text[start] in "百佰千仟拾")
        if bare and not ROUNDING.match(text, end) and text[start - 1 : start] not in _APPROACH:
            return None, end  # 万 and 百 alone are no number; 万余 and 近百 are
        if reading.length == 1 and text[start] in "几幾":
            return None, end
        if reading.loose and not unit_follows(text, end):
            return None, end
        if reading.kind == "range" and text[end - 1] in DIGIT_VALUES and not unit_follows(text, end):
            return None, end  # 三五个 is three to five, “十四五” a plan
    return _number(text, start, end, reading), end


def _number(text: str, start: int, end: int, reading: Cardinal) -> Number:
    """A cardinal with what may stand around it: 第, a sign, 余, a percent sign."""
    value, low, high, kind = reading.value, reading.low, reading.high, reading.kind
    before = text[start - 1] if start else ""
    if before == "第":
        return Number(start - 1, end, text[start - 1 : end], value, kind="ordinal")
    if kind in ("integer", "decimal") and text[end : end + 1] not in _AFTER_CARDINAL:
        return signed(text, start, end, value, kind)
    if low is None and value > 0:
        rounding = ROUNDING.match(text, end) or (value in _UP_TO_VALUES and _UP_TO.match(text, end)) or None
        if rounding:
            low, high, kind = value, value + reach(value, text[start:end]), "vague"
            end = rounding.end()
        elif text[end : end + 1] in ("几", "幾") and value % 10 == 0:
            low, high, kind = value, value + last_place(value), "vague"
            end += 1
    if kind in ("integer", "decimal"):
        dozen = _DOZEN.match(text, end)
        if dozen:
            return Number(start, dozen.end(), text[start : dozen.end()], value * 12)
        sign = PERCENT_SIGN.match(text, end)
        if sign:
            end, kind = sign.end(), "percent"
        return signed(text, start, end, value, kind)
    if kind == "range" or (kind == "vague" and text[start] in "几幾"):
        return Number(start, end, text[start:end], None, low, high, kind)
    return Number(start, end, text[start:end], value, low, high, kind)


def _approached(text: str, start: int, end: int, reading: Cardinal) -> Number | None:
    """数千, 上百, 近千: what stands before a lone unit and makes a number of it."""
    if not start or text[start] not in _UNIT_CHARS:
        return None
    before = text[start - 1]
    further = text[start - 2] if start > 1 else ""
    value = reading.value
    if (
        before in "数數"
        and further not in _COUNTED
        and end - start <= 3
        and all(char in _UNIT_CHARS for char in text[start:end])
    ):
        return Number(start - 1, end, text[start - 1 : end], None, value, value * 10, "vague")
    if (
        before == "上"
        and further not in _PLACES
        and all(char in _UNIT_CHARS for char in text[start:end])
        and text[end : end + 2] != "分之"
    ):
        return Number(start - 1, end, text[start - 1 : end], value, value, None, "vague")
    return None


def _trim(text: str, start: int, printed: str) -> str:
    """Leave the numeral of a word that follows to that word: 三百万一线职工 is 三百万 and 一线."""
    last = len(printed) - 1
    if last > 0 and printed[last] == "百" and text.startswith(("分点", "分點"), start + len(printed)):
        return printed[:last]
    if last > 0 and printed[last] in "千兆" and text.startswith(_METRIC, start + len(printed)):
        return printed[:last]  # 750千伏, 9兆瓦: here 千 belongs to the unit
    if last > 0 and printed[last] in DIGIT_VALUES and printed[last - 1] in _UNIT_CHARS:
        if word_end(text, start + last) > start + len(printed):
            return printed[:last]
        after = text[start + len(printed) : start + len(printed) + 1]
        if printed[last - 1] in LARGE_UNITS and after in _MARKER_AFTER:
            return printed[:last]
    return printed
