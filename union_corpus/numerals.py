"""
Numbers as they are printed in Chinese, Arabic, financial and mixed numerals, with exact values.

``find_numbers`` finds them in running text, ``parse_number`` reads a text that is one number. Only numbers
are found here; what they count (人, 万元, %) is the business of ``quantities``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation, localcontext
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from union_corpus.lexicon import table

Kind = Literal["integer", "decimal", "fraction", "percent", "range", "vague", "ordinal"]


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


# --- characters ---------------------------------------------------------------------------------------------

_DIGIT_VALUES = {
    char: value
    for value, chars in enumerate(
        ("零〇○", "一壹弌", "二贰貳弍两兩俩倆", "三叁參叄弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for char in chars
}
_SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS = {"廿": 20, "卄": 20, "卅": 30, "卌": 40}
_LARGE_UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}

# Capital (financial) numerals are characters of ordinary words as well: 陆续, 队伍, 收拾, 放肆. Alone they
# count only where nothing of such a word can stand beside them.
_CAPITALS = "壹贰貳叁參叄肆伍陆陸柒捌玖拾佰仟"

_C = "".join(_DIGIT_VALUES)
_S = "".join(_SMALL_UNITS)
_T = "".join(_TENS)
_L = "".join(_LARGE_UNITS)
_D = "0-9０-９"
_B = r"[ \t\u3000\u00a0]{0,3}"

# Full-width forms become ASCII and the point 点 becomes ".", one character for one.
_PLAIN = str.maketrans("０１２３４５６７８９．·•，％﹪－／點＋ｅＥ", "0123456789...,%%-/点+ee")
_BLANKS = re.compile(r"[ \t\u3000\u00a0\r\n]+")

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
# Most numbers of a report, told at a glance: 719, 22.36, 1.2万, 85% where nothing beside them can make them another.
_AT_A_GLANCE = re.compile(
    rf"(?<![A-Za-z.．×ｘＸ＊*_第负負\-－])(?!0+(?:\.0*)?[万亿])(?P<digits>[0-9]{{1,12}}(?:\.[0-9]{{1,8}})?)"
    rf"(?: (?P<percent>%)"
    rf"  | (?P<large>[万亿]?)"
    rf"    (?! [{_D}{_C}{_S}{_T}{_L}.．,，·•/／^A-Za-zｅ点點分又余餘多来來几幾成折打%％﹪×ｘＸ＊*_\s]|[个個][亿億]))",
    re.VERBOSE,
)
_HIT = re.compile(rf"[{_D}{_C}{_S}{_T}{_L}半几幾]")
# What most numbers of a report are: 719, 22.36.
_DIGITS_ALONE = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,8})?")
_TOKEN = re.compile(rf"\d[\d,]*(?:\.\d+)?|[{_C}]+|[{_S}]|[{_T}]|[{_L}]|[几幾]|[余餘多来來个個]")
_ROUNDING = re.compile(
    rf"{_B}(?:[余餘](?![额額姚杭热熱地力款年])|多(?![少数數半样樣媒功]|元[化共参參文主投解调調协協]))"
)
_UP_TO = re.compile(r"来(?=[个名位人户家条件份项天次年岁])|來(?=[個名位人戶家條件份項天次年歲])")
_TENTHS = re.compile(
    rf"(?P<cheng>{_B}成(?![立为為員员都本功绩績果長长效就熟品型了分交人批套名形份因才事天片活])"
    rf"(?P<rest>{_B}(?:[一二三四五六七八九](?![{_S}{_L}个個名])|半))?)"
    rf"|(?P<zhe>{_B}折(?![叠疊合射扣腾騰算旧舊价價磨断斷返]))"
)
_BEFORE_TENTHS = frozenset(" \t\u3000\u00a0成折")
# What begins all that may belong to a cardinal before it: 余 and its like, 打, a percent sign, blanks.
_AFTER_CARDINAL = frozenset(" \t\u3000\u00a0余餘多来來几幾打%％﹪")
_PERCENT_SIGN = re.compile(rf"{_B}[%％﹪]")
_URL = re.compile(r"(?:https?://|www\.)[^\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
_DASH = re.compile(rf"{_B}(?:—{{1,2}}|–|―|－|-{{1,2}}|~|～|〜|至|到|─){_B}")
_MASK = frozenset("xX×ｘＸ＊*_")
_DIGIT_CHARS = frozenset("0123456789０１２３４５６７８９")
_UNIT_CHARS = frozenset(_S + _L)
_METRIC = ("瓦", "伏", "克", "米", "卡", "赫", "帕", "字节", "字節", "比特", "欧姆")
# What may carry a number on after its first Chinese digit.
_CONTINUES = frozenset(_C + _S + _T + _L + "分点點又 \t\u3000\u00a0几幾" + "0123456789０１２３４５６７８９OＯo多余餘")
# 一点, 零点 and 十分 are words, but not in 一点五倍 and 十分之一.
_NUMBER_GOES_ON = re.compile(rf"[点點](?=[{_DECIMALS}])|分(?=之)")
_DOZEN = re.compile(rf"{_B}打(?=$|[^\u4e00-\u9fff]|[苹蘋啤鸡雞鸭鴨铅鉛毛袜襪])")
_APART = re.compile(rf"[{_D}](?:[ ][{_D}]){{2,8}}(?![ ]?[{_D}])")
# Longer rows of digits are account numbers and noise; exact arithmetic has 28 places.
_LONGEST = 24
_HUGE = Decimal(10) ** _LONGEST
# 1 560人, 1，205份: a blank or a full-width comma for the thousands
_THOUSANDS = re.compile(
    r"[1-9][0-9]{0,2}(?:[ \u00a0][0-9]{3}){1,3}(?![0-9.])|[1-9][0-9]{0,2}，[0-9]{3}(?![0-9]|[，,][0-9])"
)
# Where a number is printed in pieces, one of these stands between them.
_BREAKS = frozenset(" \t\u00a0\r\n，")
_IN_TURN = re.compile(r"分别|分別|依次|各为|各為|[0-9]，")
_TURN = re.compile(rf"[ \t]*\r?\n[ \t]*(?P<rest>[{_D}]+(?:[.．][{_D}]+)?)(?![{_D}])")
_TO_NUMBER = re.compile(rf"[到至—–~～-][{_C}{_D}]")
_ONE_DIGIT = re.compile(rf"[{_C}{_D}]")
_DIGIT_AND_UNITS = re.compile(rf"[{_C}{_D}](?P<units>[{_S}][{_L}]?)")
_AND = re.compile(rf"{_B}[和与與]{_B}")
_FROM = ("从", "由", "自", "從")
_LARGE_END = re.compile(rf"[{_L}]+(?=[%％]?$)")
_UP_TO_VALUES = frozenset(Decimal(n) for n in (10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 1000))


# --- words that only look like numbers ----------------------------------------------------------------------


@cache
def _words() -> dict[str, tuple[tuple[int, str], ...]]:
    """
    Protected words by the numeral and its neighbour: (place of the numeral in the word, word), longest first.

    The key is two characters, the numeral with the one before it or, at the start of a word, the one after it,
    so that a look-up meets a handful of words and not the thousands that hold 一.
    """
    found: dict[str, set[tuple[int, str]]] = {}
    numerals = set(_C + _S + _T + _L + "半几幾")
    for row in table("number_words"):
        for word in {row["word"], row["traditional"] or row["word"]}:
            for at, char in enumerate(word):
                if char in numerals:
                    key = word[at - 1 : at + 1] if at else word[:2]
                    found.setdefault(key, set()).add((at, word))
    return {key: tuple(sorted(words, key=lambda w: (-len(w[1]), w))) for key, words in found.items()}


def _word_end(text: str, at: int) -> int:
    """The end of the protected word that holds the character at ``at``, or 0."""
    words = _words()
    end = 0
    for offset, word in words.get(text[at - 1 : at + 1], ()) if at else ():
        if text.startswith(word, at - offset):
            end = at - offset + len(word)
            break
    for offset, word in words.get(text[at : at + 2], ()):
        if offset == 0 and text.startswith(word, at):
            return max(end, at + len(word))
    return end


@cache
def _classifiers() -> re.Pattern[str]:
    """What may follow a lone 一, 零 or 半 so that it counts something: a unit, or a word of time."""
    printed = {form for row in table("units") for form in (row["printed"], row["traditional"]) if form}
    printed |= set(
        "年月日号號时時秒周季届屆级級代岁歲遍趟顿頓页頁楼樓角毛块塊里杯碗声聲句双雙打成折丈尺寸等流线線样樣大星期"
    )
    return re.compile(_B + "(?:" + "|".join(sorted(map(re.escape, printed), key=lambda f: (-len(f), f))) + ")")


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


# --- values -------------------------------------------------------------------------------------------------


class _Reading(NamedTuple):
    """What one cardinal says: its value, how many tokens that took, and the span opened by 多, 几 or 三四."""

    value: Decimal
    used: int
    step: Decimal | None = None
    pair: Decimal | None = None
    several: bool = False


def _evaluate(tokens: list[str], spaced: list[bool]) -> _Reading | None:
    """
    Read the tokens of one cardinal, as far as they make one number.

    ``spaced`` tells for each token whether a blank stands before it: a loose digit after a blank belongs to the
    number only where the whole number is printed with blanks (一百 五 十 二).
    """
    total = section = Decimal(0)
    pending: Decimal | None = None
    pair: Decimal | None = None
    step: Decimal | None = None
    gap = several = False
    last = large = used = 0
    small = 10**4  # inside a section the small units fall: 五十千 is 五十
    for at, token in enumerate(tokens):
        head = token[0]
        final = at == len(tokens) - 1
        if head in _LARGE_UNITS:
            unit = _LARGE_UNITS[head]
            block = section + (pending or 0)
            if at == 0:
                block = Decimal(1)
            if large and unit >= large:
                total, block = (total + block) * unit, Decimal(0)  # 四千万亿: all so far counts the larger unit
            elif not block:
                break
            total += block * unit
            step = step * unit if step is not None else None
            pair = pair * unit if pair is not None else None
            section, pending, gap, last, large, small = Decimal(0), None, False, unit, unit, 10**4
        elif head in _SMALL_UNITS:
            unit = _SMALL_UNITS[head]
            if unit >= small or (pending is None and at and tokens[at - 1][0] in _LARGE_UNITS):
                break
            section += (1 if pending is None else pending) * unit
            pair = pair * unit if pair is not None and pending is not None else pair
            pending, gap, last, small = None, False, unit, unit
        elif head in _TENS:
            if pending is not None or small <= 10:
                break
            section += _TENS[head]
            last = small = 10
        elif head in "几幾":
            if pending is not None:
                break
            if at == 0:
                pending, several = Decimal(1), True
            else:
                step = Decimal(10 if gap else last)
        elif head in "余餘多来來":
            printed = section + (pending or 0)
            step = _last_place(printed or total)
        elif head in "个個":
            continue
        elif head in _DIGIT_VALUES:
            run = token.lstrip("零〇○")
            gap = gap or run != token
            if pending is not None or (spaced[at] and final and run and not any(spaced[1:at])):
                break
            if len(run) == 1:
                if run in "两兩俩倆" and at and final:
                    break  # 两万两: the last one is a weight
                pending = Decimal(_DIGIT_VALUES[run])
                if final and last >= 100 and not gap:
                    pending *= last // 10  # 四百五 is 450, 四百零五 is 405
            elif len(run) == 2 and _is_pair(run):
                pending = Decimal(_DIGIT_VALUES[run[0]])
                pair = _DIGIT_VALUES[run[1]] - pending
            elif run and at == 0:
                pending = _digits(run)
            elif run or (final and at):
                break
        else:
            if pending is not None or (spaced[at] and final) or (at and last and Decimal(token) >= last):
                break
            pending = Decimal(token)
        used = at + 1
    if used == 0:
        return None
    value = total + section + (pending or 0)
    return _Reading(value, used, step, value + pair if pair is not None else None, several)


def _glued(tokens: list[str], at: int, spaced: list[bool]) -> bool:
    """Do Chinese digits go on straight behind what could be read, as in 十四五?"""
    before, rest = tokens[at - 1][-1], tokens[at]
    if spaced[at] or rest[0] not in _DIGIT_VALUES or rest in "两兩俩倆":
        return False
    return before in _DIGIT_VALUES or before in _SMALL_UNITS or len(rest) > 1


def _digits(run: str) -> Decimal:
    return Decimal("".join(str(_DIGIT_VALUES[char]) for char in run))


def _is_pair(run: str) -> bool:
    """三四, 七八 and the set pair 三五 are "three or four"; 四三 is not."""
    first, second = _DIGIT_VALUES[run[0]], _DIGIT_VALUES[run[1]]
    return first > 0 and (second == first + 1 or (first, second) == (3, 5))


def _last_place(value: Decimal) -> Decimal:
    """The size of the last place that is not zero: 10 for 450, 1 for 12, 0.1 for 1.2."""
    if not value:
        return Decimal(1)
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def _reach(value: Decimal, printed: str) -> Decimal:
    """How far 余 or 多 behind a number reaches: 450余 to 460, 1万多 to 2万, 1.2万余 to 1.3万, 12亿多 to 13亿."""
    large = _LARGE_END.search(printed)
    if large is None:
        return _last_place(value)
    unit = _LARGE_UNITS[large.group()[-1]]
    return min(_last_place(value), Decimal(unit))


class _Cardinal(NamedTuple):
    """A reading with its length in characters."""

    length: int
    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    kind: Kind = "integer"
    loose: bool = False  # digits in a row, 五四 or 三八: a number only where a year or a unit follows
    broken: bool = False  # numerals in a row that make no number: 十二五, 十五五


def _cardinal(printed: str, *, whole: bool = False) -> _Cardinal | None:
    """
    Read a cardinal from its beginning; the rest of ``printed`` may be left over.

    ``whole`` tells that more of the number follows (三百 五又三分之一), so that nothing is loose in it.
    """
    return _known_cardinal(printed, whole) if len(printed) <= _LONGEST else _new_cardinal(printed, whole)


def _new_cardinal(printed: str, whole: bool) -> _Cardinal | None:
    if _DIGITS_ALONE.fullmatch(printed):
        return _Cardinal(len(printed), Decimal(printed), kind="decimal" if "." in printed else "integer")
    plain = printed.translate(_PLAIN)
    point = plain.find("点")
    integer = plain if point < 0 else plain[:point]
    tokens: list[str] = []
    ends: list[int] = []
    spaced: list[bool] = []
    end = 0
    for found in _TOKEN.finditer(integer):
        tokens.append(found.group().replace(",", ""))
        spaced.append(found.start() > end and not whole)
        end = found.end()
        ends.append(end)
    if not tokens:
        return None
    first = tokens[0]
    if len(tokens) == 1 and first[0] in _DIGIT_VALUES and len(first) > 1:
        if point < 0:
            if _is_pair(first) and len(first) == 2:
                low, high = (Decimal(_DIGIT_VALUES[char]) for char in first)
                return _Cardinal(ends[0], low, low, high, "range")
            return _Cardinal(ends[0], _digits(first), loose=len(first) < 4 and not set(first) & set("零〇○"))
        reading: _Reading | None = _Reading(_digits(first), 1)
    else:
        reading = _evaluate(tokens, spaced)
    if reading is None:
        return None
    value, length = reading.value, ends[reading.used - 1]
    if value >= _HUGE or (reading.used < len(tokens) and _glued(tokens, reading.used, spaced)):
        return _Cardinal(end, value, broken=True)
    if point >= 0 and reading.used == len(tokens):
        after = _BLANKS.sub("", plain[point + 1 :])
        fraction = _digits("".join(char for char in after if char in _DIGIT_VALUES))
        scale = sum(char in _DIGIT_VALUES for char in after)
        value += fraction.scaleb(-scale)
        return _Cardinal(len(plain.rstrip()), value, kind="decimal")
    if reading.several:
        return _Cardinal(length, value, value, value * 10, "vague")
    if reading.pair is not None:
        return _Cardinal(length, value, value, reading.pair, "range")
    if reading.step is not None:
        return _Cardinal(length, value, value, value + reading.step, "vague")
    return _Cardinal(
        length, value, kind="decimal" if "." in printed[:length] or "．" in printed[:length] else "integer"
    )


# The numerals of reports are few and come again and again.
_known_cardinal = lru_cache(maxsize=1 << 12)(_new_cardinal)


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


def find_numbers(text: str) -> list[Number]:
    """
    All numbers of a text, in order, none overlapping another.

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
    numbers: list[Number] = []
    links = _URL.finditer(text) if "://" in text or "www." in text else iter(())
    link = next(links, None)
    for number in _scan(text):
        while link is not None and link.end() <= number.start:
            link = next(links, None)
        if link is not None and link.start() <= number.start:
            continue
        if numbers:
            joined = _join(text, numbers[-1], number)
            if joined is not None:
                numbers[-1] = joined
                continue
        numbers.append(number)
    return numbers


def _scan(text: str) -> Iterator[Number]:
    at = 0
    hit = _HIT.search
    while found := hit(text, at):
        start = found.start()
        number, at = _read(text, start)
        if number is not None:
            yield number
            at = max(at, number.end)


def _read(text: str, start: int) -> tuple[Number | None, int]:
    """The number at ``start``, if one begins there, and where to look on."""
    char = text[start]
    digit = char.isdigit() and char not in _DIGIT_VALUES
    if not digit:
        end = _word_end(text, start)
        if end > start and not _NUMBER_GOES_ON.match(text, end - 1):
            return None, end
        if char == "半":
            return _half(text, start)
        if char in "几幾" and text[start + 1 : start + 2] not in _UNIT_CHARS:
            return None, start + 1
        if char in _DIGIT_VALUES and text[start + 1 : start + 2] not in _CONTINUES:
            return _lone(text, start)
    elif (glance := _AT_A_GLANCE.match(text, start)) is not None:
        return _glanced(glance), glance.end()
    elif (
        start
        and text[start - 1] == "."
        and text[start - 2 : start - 1] not in _DIGIT_CHARS
        and text[start - 2 : start - 1] != "."
    ):
        return _point_first(text, start)
    found = _EXPRESSION.match(text, start)
    if found is None or found.end() == start:
        return None, start + 1
    return _from_match(text, start, found, digit=digit)


def _glanced(found: re.Match[str]) -> Number:
    """719, 22.36, 1.2万 or 85% as ``_AT_A_GLANCE`` found it."""
    digits, percent, large = found.groups()
    value = Decimal(digits) * _LARGE_UNITS[large] if large else Decimal(digits)
    kind: Kind = "percent" if percent else "decimal" if "." in digits else "integer"
    return Number(found.start(), found.end(), found.group(), value, None, None, kind)


def _lone(text: str, start: int) -> tuple[Number | None, int]:
    """One Chinese digit with no other numeral behind it."""
    end = start + 1
    char = text[start]
    tenths = _tenths(text, start, end, Decimal(_DIGIT_VALUES[char]))
    if tenths is not None:
        return tenths, tenths.end
    before = text[start - 1] if start else ""
    after = text[end : end + 1]
    if before == "第":
        return Number(start - 1, end, text[start - 1 : end], Decimal(_DIGIT_VALUES[char]), kind="ordinal"), end
    if after in _MARKER_AFTER and (not before or before in _MARKER_BEFORE):
        return None, end
    if char in "一零壹○〇" or char in _CAPITALS:
        if before in _ALONE_BEFORE and before:
            stands = char not in _CAPITALS or not _is_han(after)
        else:
            stands = not _is_han(after) and not _is_han(before) and before not in _CLOSING_BRACKETS
        stands = stands or (char == "一" and _TO_NUMBER.match(text, end) is not None)
        if not stands and (char in "陆陸伍肆拾○〇" or not _classifiers().match(text, end)):
            return None, end
    return _number(text, start, end, _Cardinal(1, Decimal(_DIGIT_VALUES[char]))), end


def _half(text: str, start: int) -> tuple[Number | None, int]:
    end = start + 1
    if text[end : end + 1] in ("百", "佰") and text[end + 1 : end + 2] not in _CONTINUES:
        return Number(start, end + 1, text[start : end + 1], Decimal(50)), end + 1
    tenths = _tenths(text, start, end, Decimal("0.5"))
    if tenths is not None:
        return tenths, tenths.end
    if _classifiers().match(text, end) and not (start and text[start - 1] in "上下前后後大多"):
        return Number(start, end, "半", Decimal("0.5"), kind="decimal"), end
    return None, end


def _point_first(text: str, start: int) -> tuple[Number | None, int]:
    """.5 and -.5, where no digit stands before the point."""
    end = start
    while end < len(text) and text[end] in _DIGIT_CHARS:
        end += 1
    value = Decimal("0." + text[start:end].translate(_PLAIN))
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
            str(_DIGIT_VALUES.get(char, 0)) if not char.isdigit() or char in _DIGIT_VALUES else char.translate(_PLAIN)
            for char in found["year"]
        )
        return Number(start, end, found["year"], Decimal(year)), end
    if found["percent_head"]:
        return _percentage(text, start, found)
    if found["denominator"]:
        return _fraction(text, start, found)
    if found["over"]:
        under = Decimal(found["under"].translate(_PLAIN))
        if not under:
            return None, end
        value = Decimal(found["over"].translate(_PLAIN)) / under
        if found["slash_whole"]:
            value += Decimal(found["slash_whole"].translate(_PLAIN))
        return _signed(text, start, end, value, "fraction"), end
    if found["base"]:
        power = _power(found["base"], found["exponent"])
        if power is not None:
            return _signed(text, start, end, power, "decimal"), end
    if found["scaled"]:
        factor = 1000 if found["scale"].strip() == "k" else 10**6
        return _signed(text, start, end, Decimal(_arabic(found["scaled"])) * factor, "integer"), end
    printed = found["cardinal"] or found["base"] or ""
    return _plain_cardinal(text, start, printed, digit=digit)


def _plain_cardinal(text: str, start: int, printed: str, *, digit: bool) -> tuple[Number | None, int]:
    if digit:
        joined = None
        if not _BREAKS.isdisjoint(text[start : start + len(printed) + 1]):
            joined = _broken(text, start, start + len(printed))
        if joined is not None:
            return joined, joined.end
        before = text[start - 1] if start else ""
        after = text[start + len(printed) : start + len(printed) + 1]
        if before and (before in _MASK or (before.isascii() and before.isalpha())):
            return None, start + len(printed)
        if after and after in _MASK and printed[-1] in _DIGIT_CHARS:
            return None, start + len(printed)
        if len(printed) > _LONGEST:
            return None, start + len(printed)
        if before in (".", "．") and text[start - 2 : start - 1] in _DIGIT_CHARS:
            printed = re.split("[.．]", printed)[0]  # 2.1.3 is a place in a list, not 2.1 and 3
    reading = _cardinal(_trim(text, start, printed))
    if reading is None:
        return None, start + len(printed)
    end = start + reading.length
    if reading.broken:
        return None, end
    tenths = _tenths(text, start, end, reading.value) if reading.kind in ("integer", "decimal") else None
    if tenths is not None:
        return tenths, tenths.end
    if not digit:
        vague = _approached(text, start, end, reading)
        if vague is not None:
            return vague, vague.end
        bare = text[start] in _LARGE_UNITS or (reading.length == 1 and text[start] in "百佰千仟拾")
        if bare and not _ROUNDING.match(text, end) and text[start - 1 : start] not in _APPROACH:
            return None, end  # 万 and 百 alone are no number; 万余 and 近百 are
        if reading.length == 1 and text[start] in "几幾":
            return None, end
        if reading.loose and not _classifiers().match(text, end):
            return None, end
        if reading.kind == "range" and text[end - 1] in _DIGIT_VALUES and not _classifiers().match(text, end):
            return None, end  # 三五个 is three to five, “十四五” a plan
    return _number(text, start, end, reading), end


def _number(text: str, start: int, end: int, reading: _Cardinal) -> Number:
    """A cardinal with what may stand around it: 第, a sign, 余, a percent sign."""
    value, low, high, kind = reading.value, reading.low, reading.high, reading.kind
    before = text[start - 1] if start else ""
    if before == "第":
        return Number(start - 1, end, text[start - 1 : end], value, kind="ordinal")
    if kind in ("integer", "decimal") and text[end : end + 1] not in _AFTER_CARDINAL:
        return _signed(text, start, end, value, kind)
    if low is None and value > 0:
        rounding = _ROUNDING.match(text, end) or (value in _UP_TO_VALUES and _UP_TO.match(text, end)) or None
        if rounding:
            low, high, kind = value, value + _reach(value, text[start:end]), "vague"
            end = rounding.end()
        elif text[end : end + 1] in ("几", "幾") and value % 10 == 0:
            low, high, kind = value, value + _last_place(value), "vague"
            end += 1
    if kind in ("integer", "decimal"):
        dozen = _DOZEN.match(text, end)
        if dozen:
            return Number(start, dozen.end(), text[start : dozen.end()], value * 12)
        sign = _PERCENT_SIGN.match(text, end)
        if sign:
            end, kind = sign.end(), "percent"
        return _signed(text, start, end, value, kind)
    if kind == "range" or (kind == "vague" and text[start] in "几幾"):
        return Number(start, end, text[start:end], None, low, high, kind)
    return Number(start, end, text[start:end], value, low, high, kind)


def _signed(text: str, start: int, end: int, value: Decimal, kind: Kind) -> Number:
    """Take a minus in: 负 always, a dash only where nothing stands before it that it could join."""
    before = text[start - 1] if start else ""
    if before in ("负", "負") and before:
        start, value = start - 1, -value
    elif before and before in "-－":
        further = text[start - 2] if start > 1 else " "
        if not (further.isalnum() or further in "-－%％)）]」”—"):
            start, value = start - 1, -value
    return Number(start, end, text[start:end], value, kind=kind)


def _percentage(text: str, start: int, found: re.Match[str]) -> tuple[Number | None, int]:
    printed = found["percent"]
    thousand = printed.rstrip(" ").endswith("k")
    reading = _cardinal(printed.rstrip("k").rstrip(" ") if thousand else printed)
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
    rounding = _ROUNDING.match(text, end)
    if rounding:
        end = rounding.end()
        return Number(start, end, text[start:end], value, value, value + _last_place(value), "percent"), end
    return Number(start, end, text[start:end], value, kind="percent"), end


def _fraction(text: str, start: int, found: re.Match[str]) -> tuple[Number | None, int]:
    parts = [
        _cardinal(found[name], whole=name == "whole") if found[name] else None
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
    return _signed(text, start, end, value, "fraction"), end


def _tenths(text: str, start: int, end: int, value: Decimal) -> Number | None:
    """三成, 七成六, 三成半, 六点五折, 七五折: tenths, given as a percentage."""
    found = _TENTHS.match(text, end) if text[end : end + 1] in _BEFORE_TENTHS else None
    if found is None:
        return None
    if found["cheng"]:
        if value > 10:
            return None
        share = value * 10
        rest = _BLANKS.sub("", found["rest"] or "")
        if rest:
            share += 5 if rest == "半" else _DIGIT_VALUES[rest]
    else:
        share = Decimal(50) if value < 1 else value * 10 if value < 10 else value
        if value == 10 or value >= 100:
            return None
    stop = found.end()
    return Number(start, stop, text[start:stop], share, kind="percent")


def _approached(text: str, start: int, end: int, reading: _Cardinal) -> Number | None:
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


def _broken(text: str, start: int, end: int) -> Number | None:
    """
    Digits that a narrow page broke in two (29 at the end of a line, 498人 on the next) or printed apart (1 9 9 8 年).

    Only where the whole is certain: a break inside a line of prose, a unit or 年 straight behind it.
    """
    apart = _APART.match(text, start)
    if apart and _classifiers().match(text, apart.end()):
        value = Decimal(apart.group().replace(" ", "").translate(_PLAIN))
        return Number(start, apart.end(), apart.group(), value)
    thousands = _THOUSANDS.match(text, start)
    if (
        thousands
        and start
        and (_is_han(text[start - 1]) or text[start - 1] == " ")
        and _classifiers().match(text, thousands.end())
        and not _IN_TURN.search(text, max(0, start - 10), start)
    ):
        value = Decimal(re.sub("[ \u00a0，]", "", thousands.group()))
        return Number(start, thousands.end(), thousands.group(), value)
    turn = _TURN.match(text, end)
    if turn is None or not start or not _is_han(text[start - 1]) or end - start > 6:
        return None
    line = text.rfind("\n", max(0, start - 20), start) + 1 or max(0, start - 20)
    if (
        start - line < 8
        or not _classifiers().match(text, turn.end())
        or (_has_point(text[start:end]) and _has_point(turn["rest"]))
    ):
        return None
    value = Decimal(_arabic(text[start:end]) + turn["rest"].translate(_PLAIN))
    kind: Kind = "decimal" if _has_point(text[start : turn.end()]) else "integer"
    number = Number(start, turn.end(), text[start : turn.end()], value, kind=kind)
    sign = _PERCENT_SIGN.match(text, turn.end())
    if sign:
        number = Number(start, sign.end(), text[start : sign.end()], value, kind="percent")
    return number


def _has_point(printed: str) -> bool:
    return "." in printed or "．" in printed


def _join(text: str, first: Number, second: Number) -> Number | None:
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
    unit = _LARGE_END.search(second.text)
    if unit and not _LARGE_END.search(first.text):
        factor = 1
        for char in unit.group():
            factor *= _LARGE_UNITS[char]
        if low < high / factor:
            low *= factor  # 3—5万 is 30000 to 50000
    units = _DIGIT_AND_UNITS.fullmatch(second.text)
    if units and _ONE_DIGIT.fullmatch(first.text) and first.value < _DIGIT_VALUES.get(second.text[0], 0):
        for char in units["units"]:
            low *= _SMALL_UNITS.get(char, 1) * _LARGE_UNITS.get(char, 1)  # 两到三千 is 2000 to 3000
    if not low < high or (first.text[0] == "0" and len(first.text) > 1 and not _has_point(first.text)):
        return None
    kind: Kind = "percent" if "percent" in (first.kind, second.kind) else "range"
    return Number(first.start, second.end, text[first.start : second.end], None, low, high, kind)


def _trim(text: str, start: int, printed: str) -> str:
    """Leave the numeral of a word that follows to that word: 三百万一线职工 is 三百万 and 一线."""
    last = len(printed) - 1
    if last > 0 and printed[last] == "百" and text.startswith(("分点", "分點"), start + len(printed)):
        return printed[:last]
    if last > 0 and printed[last] in "千兆" and text.startswith(_METRIC, start + len(printed)):
        return printed[:last]  # 750千伏, 9兆瓦: here 千 belongs to the unit
    if last > 0 and printed[last] in _DIGIT_VALUES and printed[last - 1] in _UNIT_CHARS:
        if _word_end(text, start + last) > start + len(printed):
            return printed[:last]
        after = text[start + len(printed) : start + len(printed) + 1]
        if printed[last - 1] in _LARGE_UNITS and after in _MARKER_AFTER:
            return printed[:last]
    return printed


def _arabic(printed: str) -> str:
    return printed.translate(_PLAIN).replace(",", "")


def _power(base: str, exponent: str) -> Decimal | None:
    """2e5 and 2^5; powers that would run away are no numbers of a report."""
    plain = exponent.translate(_PLAIN)
    sign = -1 if plain.count("-") % 2 else 1
    size = sign * int(plain.lstrip("eE^+-"))
    if abs(size) > 30:
        return None
    number = Decimal(_arabic(base))
    try:
        with localcontext() as context:
            context.prec = 40
            return number.scaleb(size) if plain[0] in "eE" else number**size
    except InvalidOperation:
        return None


def _is_han(char: str) -> bool:
    """Is this a Han character? The empty string, the edge of a text, is none."""
    return "\u4e00" <= char <= "\u9fff"
