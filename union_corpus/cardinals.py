"""
Cardinals: the value of one numeral in Chinese, Arabic, financial or mixed writing (二亿三千万, 23萬4814, 十余万).

``cardinal`` reads a numeral that is already cut out of its text; ``numerals`` finds it there. The characters that
numerals are made of are kept here, as values and as the parts of patterns.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

Kind = Literal["integer", "decimal", "fraction", "percent", "range", "vague", "ordinal"]

DIGIT_VALUES = {
    char: value
    for value, chars in enumerate(
        ("零〇○", "一壹弌", "二贰貳弍两兩俩倆", "三叁參叄弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for char in chars
}
SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
TENS = {"廿": 20, "卄": 20, "卅": 30, "卌": 40}
LARGE_UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}

# Capital (financial) numerals are characters of ordinary words as well: 陆续, 队伍, 收拾, 放肆. Alone they
# count only where nothing of such a word can stand beside them.
CAPITALS = "壹贰貳叁參叄肆伍陆陸柒捌玖拾佰仟"

# Parts of patterns: what may stand in a set of characters, and blanks.
HAN_DIGITS = "".join(DIGIT_VALUES)
SMALL = "".join(SMALL_UNITS)
TENFOLD = "".join(TENS)
LARGE = "".join(LARGE_UNITS)
ARABIC = "0-9０-９"
SOME_BLANKS = r"[ \t\u3000\u00a0]{0,3}"

# Full-width forms become ASCII and the point 点 becomes ".", one character for one.
PLAIN = str.maketrans("０１２３４５６７８９．·•，％﹪－／點＋ｅＥ", "0123456789...,%%-/点+ee")
BLANKS = re.compile(r"[ \t\u3000\u00a0\r\n]+")

# Longer rows of digits are account numbers and noise; exact arithmetic has 28 places.
LONGEST = 24
_HUGE = Decimal(10) ** LONGEST
# What most numbers of a report are: 719, 22.36.
_DIGITS_ALONE = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,8})?")
_TOKEN = re.compile(rf"\d[\d,]*(?:\.\d+)?|[{HAN_DIGITS}]+|[{SMALL}]|[{TENFOLD}]|[{LARGE}]|[几幾]|[余餘多来來个個]")
LARGE_END = re.compile(rf"[{LARGE}]+(?=[%％]?$)")


class _Reading(NamedTuple):
    """What one cardinal says: its value, how many tokens that took, and the span opened by 多, 几 or 三四."""

    value: Decimal
    used: int
    step: Decimal | None = None
    pair: Decimal | None = None
    several: bool = False


class _Sum:
    """
    A cardinal while its tokens are read one after the other.

    A number is a sum of sections (万, 亿), each a sum of small units; ``pending`` is the digit that waits for its unit.
    """

    def __init__(self, tokens: list[str], spaced: list[bool]) -> None:
        self.tokens = tokens
        self.spaced = spaced
        self.total = self.section = Decimal(0)
        self.pending: Decimal | None = None
        self.pair: Decimal | None = None
        self.step: Decimal | None = None
        self.gap = self.several = False
        self.last = self.large = 0
        self.small = 10**4  # inside a section the small units fall: 五十千 is 五十

    def take(self, at: int) -> bool:
        """Read a token; False where it belongs to this number no longer."""
        token = self.tokens[at]
        head = token[0]
        if head in LARGE_UNITS:
            return self._large(LARGE_UNITS[head], at)
        if head in SMALL_UNITS:
            return self._small(SMALL_UNITS[head], at)
        if head in TENS:
            if self.pending is not None or self.small <= 10:
                return False
            self.section += TENS[head]
            self.last = self.small = 10
        elif head in "几幾":
            if self.pending is not None:
                return False
            if at == 0:
                self.pending, self.several = Decimal(1), True
            else:
                self.step = Decimal(10 if self.gap else self.last)
        elif head in "余餘多来來":
            self.step = last_place(self.section + (self.pending or 0) or self.total)
        elif head in DIGIT_VALUES:
            return self._run(token, at)
        elif head not in "个個":
            return self._arabic(token, at)
        return True

    def _large(self, unit: int, at: int) -> bool:
        block = Decimal(1) if at == 0 else self.section + (self.pending or 0)
        if self.large and unit >= self.large:
            self.total, block = (self.total + block) * unit, Decimal(0)  # 四千万亿: all so far counts the larger unit
        elif not block:
            return False
        self.total += block * unit
        self.step = self.step * unit if self.step is not None else None
        self.section, self.large = Decimal(0), unit
        self._count(unit)
        self.small = 10**4
        return True

    def _small(self, unit: int, at: int) -> bool:
        if unit >= self.small or (self.pending is None and at and self.tokens[at - 1][0] in LARGE_UNITS):
            return False
        self.section += (1 if self.pending is None else self.pending) * unit
        if self.pending is None:
            self.last = self.small = unit
            self.gap = False
        else:
            self._count(unit)
        return True

    def _count(self, unit: int) -> None:
        """A unit has been counted; the second of 三四 counts it as the first does."""
        self.pair = self.pair * unit if self.pair is not None else None
        self.pending, self.gap, self.last, self.small = None, False, unit, unit

    def _run(self, token: str, at: int) -> bool:
        """Chinese digits: 五, 零五, 三四, 二〇〇九."""
        final = at == len(self.tokens) - 1
        run = token.lstrip("零〇○")
        self.gap = self.gap or run != token
        if self.pending is not None or (self.spaced[at] and final and run and not any(self.spaced[1:at])):
            return False
        if len(run) == 1:
            if run in "两兩俩倆" and at and final:
                return False  # 两万两: the last one is a weight
            self.pending = Decimal(DIGIT_VALUES[run])
            if final and self.last >= 100 and not self.gap:
                self.pending *= self.last // 10  # 四百五 is 450, 四百零五 is 405
        elif len(run) == 2 and is_pair(run):
            self.pending = Decimal(DIGIT_VALUES[run[0]])
            self.pair = DIGIT_VALUES[run[1]] - self.pending
        elif run and at == 0:
            self.pending = digits(run)
        elif run or (final and at):
            return False
        return True

    def _arabic(self, token: str, at: int) -> bool:
        loose = self.spaced[at] and at == len(self.tokens) - 1
        if self.pending is not None or loose or (at and self.last and Decimal(token) >= self.last):
            return False
        self.pending = Decimal(token)
        return True

    @property
    def value(self) -> Decimal:
        """What the tokens read so far make."""
        return self.total + self.section + (self.pending or 0)


def _evaluate(tokens: list[str], spaced: list[bool]) -> _Reading | None:
    """
    Read the tokens of one cardinal, as far as they make one number.

    ``spaced`` tells for each token whether a blank stands before it: a loose digit after a blank belongs to the
    number only where the whole number is printed with blanks (一百 五 十 二).
    """
    made = _Sum(tokens, spaced)
    used = 0
    for at, token in enumerate(tokens):
        if not made.take(at):
            break
        if token not in ("个", "個"):
            used = at + 1
    if used == 0:
        return None
    pair = made.value + made.pair if made.pair is not None else None
    return _Reading(made.value, used, made.step, pair, made.several)


def _glued(tokens: list[str], at: int, spaced: list[bool]) -> bool:
    """Do Chinese digits go on straight behind what could be read, as in 十四五?"""
    before, rest = tokens[at - 1][-1], tokens[at]
    if spaced[at] or rest[0] not in DIGIT_VALUES or rest in "两兩俩倆":
        return False
    return before in DIGIT_VALUES or before in SMALL_UNITS or len(rest) > 1


def digits(run: str) -> Decimal:
    return Decimal("".join(str(DIGIT_VALUES[char]) for char in run))


def is_pair(run: str) -> bool:
    """三四, 七八 and the set pair 三五 are "three or four"; 四三 is not."""
    first, second = DIGIT_VALUES[run[0]], DIGIT_VALUES[run[1]]
    return first > 0 and (second == first + 1 or (first, second) == (3, 5))


def last_place(value: Decimal) -> Decimal:
    """The size of the last place that is not zero: 10 for 450, 1 for 12, 0.1 for 1.2."""
    if not value:
        return Decimal(1)
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def reach(value: Decimal, printed: str) -> Decimal:
    """How far 余 or 多 behind a number reaches: 450余 to 460, 1万多 to 2万, 1.2万余 to 1.3万, 12亿多 to 13亿."""
    large = LARGE_END.search(printed)
    if large is None:
        return last_place(value)
    unit = LARGE_UNITS[large.group()[-1]]
    return min(last_place(value), Decimal(unit))


class Cardinal(NamedTuple):
    """A reading with its length in characters."""

    length: int
    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    kind: Kind = "integer"
    loose: bool = False  # digits in a row, 五四 or 三八: a number only where a year or a unit follows
    broken: bool = False  # numerals in a row that make no number: 十二五, 十五五


def cardinal(printed: str, *, whole: bool = False) -> Cardinal | None:
    """
    Read a cardinal from its beginning; the rest of ``printed`` may be left over.

    ``whole`` tells that more of the number follows (三百 五又三分之一), so that nothing is loose in it.
    """
    return _known_cardinal(printed, whole) if len(printed) <= LONGEST else _new_cardinal(printed, whole)


def _new_cardinal(printed: str, whole: bool) -> Cardinal | None:
    if _DIGITS_ALONE.fullmatch(printed):
        return Cardinal(len(printed), Decimal(printed), kind="decimal" if "." in printed else "integer")
    plain = printed.translate(PLAIN)
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
    if len(tokens) == 1 and first[0] in DIGIT_VALUES and len(first) > 1:
        if point < 0:
            if is_pair(first) and len(first) == 2:
                low, high = (Decimal(DIGIT_VALUES[char]) for char in first)
                return Cardinal(ends[0], low, low, high, "range")
            return Cardinal(ends[0], digits(first), loose=len(first) < 4 and not set(first) & set("零〇○"))
        reading: _Reading | None = _Reading(digits(first), 1)
    else:
        reading = _evaluate(tokens, spaced)
    if reading is None:
        return None
    value, length = reading.value, ends[reading.used - 1]
    if value >= _HUGE or (reading.used < len(tokens) and _glued(tokens, reading.used, spaced)):
        return Cardinal(end, value, broken=True)
    if point >= 0 and reading.used == len(tokens):
        after = BLANKS.sub("", plain[point + 1 :])
        fraction = digits("".join(char for char in after if char in DIGIT_VALUES))
        scale = sum(char in DIGIT_VALUES for char in after)
        value += fraction.scaleb(-scale)
        return Cardinal(len(plain.rstrip()), value, kind="decimal")
    if reading.several:
        return Cardinal(length, value, value, value * 10, "vague")
    if reading.pair is not None:
        return Cardinal(length, value, value, reading.pair, "range")
    if reading.step is not None:
        return Cardinal(length, value, value, value + reading.step, "vague")
    return Cardinal(length, value, kind="decimal" if "." in printed[:length] or "．" in printed[:length] else "integer")


# The numerals of reports are few and come again and again.
_known_cardinal = lru_cache(maxsize=1 << 12)(_new_cardinal)
