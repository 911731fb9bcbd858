"""
The period a figure speaks of, written as ``2009``, ``2009-09``, ``2009-2013``, ``2009H1``, ``2009Q1`` or ``2009M1-9``.

A period is read from the nearest expression before the figure: in its sentence, in a sentence before it, in the
section heading, in the title; else it is the report year. A month or quarter without its year dates an act (三月召开职代会)
and the figure is its year's; 截至9月底 and 1—9月 say how far the figure reaches, and are kept. A relative expression (去年, 近三年, 1—9月) is counted from the
report year; where that is unknown the period stays open and only ``period_text`` tells it. A masked year (20xx年) is
kept as printed, never guessed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from union_corpus.searches import openings

_DIGITS = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0", "O": "0", "两": "2"}
# 二〇〇四, 二00四, 二OO四
_YEAR = r"(?P<{0}>(?:19|20)\d\d|[一二][0-9〇○零O一二三四五六七八九]{{3}})"
_MASK = r"(?P<mask>(?:19|20)?(?:[xX×]{2,4}|\*{2,4}|_{2,4})|20\d[xX×*_]|20[oO]{2}|[xX×*_](?=年(?!级|长)))"
_NUMERAL = r"[0-9]{1,2}|十[一二三四五六七八九]?|[一二三四五六七八九两][十]?[一二三四五六七八九]?"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_TO = r"\s*(?:-+|至|到)\s*"
_HALVES = {"上半年": "H1", "下半年": "H2", "前三季度": "M1-9", "前三个季度": "M1-9"}

# What an expression is, its named groups tell.
_PERIOD = re.compile(
    rf"""
    (?!\s)(?P<ending>截至|截止到|截止|截至到|到)?\s*(?P<whose>(?P<whose_this>今年|本年)|(?P<whose_last>去年|上年))?\s*
    (?:
      # 2009-2013年, 1992年至2011年
      {_YEAR.format("from")}\s*年?{_TO}{_YEAR.format("to")}\s*(?P<school_span>学年)?年?度?(?:间|期间)?
    | # 2002年以来, 2016年起, 自2008年列入…以来
      (?P<since_open>自|从)?\s*{_YEAR.format("since")}\s*年(?:\s*{_MONTH}\s*月(?:份|\s*\d+\s*日)?)?
      (?:(?P<since_mark>以来|起(?!步|初|点|源|动|草)|开始|至今)|(?=[^,。;、\d]{{1,18}}以来))
    | # 2011年1至9月, 2010年9月底, 2006年上半年, 2014年底, 2009年
      (?:{_YEAR.format("year")}|(?<![\d.])(?<!\d,)(?<!连续)(?<!坚持)(?<!历时)(?<!长达)(?P<short>[0189]\d)(?=\s*年(?!龄|代|来|以上|以下|间|内))|{_MASK}
         |(?:民国|民國)(?P<republic>\d{{2,3}})|(?<![\d.])(?P<roc>1[01]\d)(?=\s*年(?!来|以上|间|内|的历史)))
      \s*(?:年度|年(?!龄|代|来))
      (?:\s*(?:
          (?P<m1>{_MONTH})\s*(?:月(?:份|\s*\d+\s*日)?)?{_TO}(?P<m2>{_MONTH})\s*月(?:份|底|末|\s*\d+\s*日)?
        | (?P<month>{_MONTH})\s*月(?:份|\s*(?P<day>[12]\d|3[01]|0?[1-9])\s*日)?(?P<month_end>底|末)?
        | (?P<half>上半年|下半年|前三个?季度)
        | 第?(?P<quarter>[一二三四])季度
        | (?P<year_end>底|末)
      ))?
      (?:(?P<later>以来|起(?!步|初|点|源|动|草))|\s*-\s*{_YEAR.format("until")}\s*年)?
    | # 1—9月, 6至9月, 9月, 11月底, 上半年, 一季度
      (?<![\d.])(?P<bm1>{_MONTH})\s*(?:月(?:份|\s*\d+\s*日)?)?{_TO}(?P<bm2>{_MONTH})\s*月(?:份|底|末|\s*\d+\s*日)?
    | (?<![\d.个])(?P<bmonth>{_MONTH})\s*月(?!嫂|饼|球|子)(?:份|\s*(?P<bday>[12]\d|3[01]|0?[1-9])\s*日)?(?P<bmonth_end>底|末)?
    | (?P<bhalf>上半年|下半年|前三个?季度)
    | 第?(?P<bquarter>[一二三四])季度
    | # 近三年, 五年来, 十年累计, 两年间
      (?:(?P<last>近|最近|过去|前|这|上一届|成立|开展|实施)?\s*(?P<span>{_NUMERAL})\s*(?:多|余)?\s*年(?P<span_mark>来|以来|间|里|中|内|累计|共|多来|年均|时间里|总计)?)
    | “?(?P<plan>十[一二三四五]?|[七八九])五”?(?P<plan_mark>期间|以来|时期|规划期间|期?末)
    | (?P<previous>去年|上年(?!度?计划)|上一年|前一年)
    | (?P<before>前年)
    | (?P<next>明年|来年|下一年度?|次年|翌年|新的一年)
    | (?P<same>当年|同年)
    | (?P<now>截至目前|截止目前|到目前为止|到目前|目前|至今|迄今|现在|现已?有|现共有|现拥有|现(?=已建))
    | (?P<this>今年以来|今年|本学期|本学年|本年度|本年|全年|年内|一年来|年初|年末|年底|年终|全年度|年度内)(?!目标|任务|计划|预算|指标|工作目标)
    )
    """,
    re.VERBOSE,
)
# Where an expression may open: its first character and what must stand behind that. A new alternative in _PERIOD needs
# its opening here (tests/test_quick_searches.py compares the two).
_NUMERALS = "0123456789一二三四五六七八九十两"
_MASKS = "xX×*_"
_OPENING = openings(
    {
        _NUMERALS: rf"[{_NUMERALS}〇○零O]{{0,3}}(?:[\s年月至到季”{_MASKS}oO-]|[多余]\s*年|期[间末]|以来|时期|规划|末)",
        "“": "[七八九十]",
        "截": "[至止]",
        "自从": r"[12一二\s]",
        "到": rf"[\s“自从上下前近这最去明来次当同目至今现本全年第新民{_NUMERALS}{_MASKS}]",
        "前近这": rf"[{_NUMERALS}\s年]",
        "最": rf"近[{_NUMERALS}\s]",
        "过": rf"去[{_NUMERALS}\s]",
        "成": rf"立[{_NUMERALS}\s]",
        "开": rf"展[{_NUMERALS}\s]",
        "实": rf"施[{_NUMERALS}\s]",
        "去明来次翌当同今全": "年",
        "上": "[半一年]",
        "下": "[半一]",
        "本": "[年学]",
        "第": "[一二三四]季",
        "目": "前",
        "至迄": "今",
        "现": "[在已有共拥]",
        "年": "[内初末底终度]",
        "民": "[国國]",
        "新": "的一年",
        _MASKS: rf"[{_MASKS}\s年]",
    }
)
_SENTENCE_OVER = re.compile(r"[。\n]")
# So far behind a year that is told, 今年 is that year where the report's own is unknown.
_HEARD = 240
_PLAN_START = {"七": 1986, "八": 1991, "九": 1996, "十": 2001}
_PLAN_UNITS = {"一": 2006, "二": 2011, "三": 2016, "四": 2021, "五": 2026}


class PeriodText(NamedTuple):
    """
    A period expression of a text. ``period`` is None where it is relative and no report year is known.

    ``reach`` says how far it speaks: "clause" (当年), "sentence" (去年, 6至9月) or "on" (2009年, 五年来) for what follows too.
    """

    start: int
    end: int
    text: str
    period: str | None
    relative: bool
    reach: str
    kind: str


class Dated(NamedTuple):
    """The period of a figure, its words and where they stand; ``counted`` says that it rests on the report's year."""

    period: str | None = None
    text: str | None = None
    source: str | None = None
    counted: bool = False

    @classmethod
    def by(cls, told: PeriodText, source: str) -> Dated:
        """The period that an expression tells."""
        return cls(told.period, told.text.strip(), source, told.relative and told.period is not None)


@dataclass(frozen=True, slots=True)
class ReportDate:
    """What a report is dated: its year and, where the title or the caller knows it, the month."""

    year: int | None
    month: int | None = None
    # The year that 今年 means where it is not the report's: a review of 2018 that is given in 2019 calls 2018 去年.
    now: int | None = None

    @property
    def this_year(self) -> int | None:
        """The year that 今年 means."""
        return self.year if self.now is None else self.now

    @property
    def last_year_told(self) -> int | None:
        """The last full year a report speaks of: one given in the first quarter tells of the year before."""
        if self.year is None:
            return None
        return self.year - 1 if self.month is not None and self.month <= 3 else self.year


def numeral(text: str) -> int | None:
    """A year span or month as printed, 5, 五, 十二, 二十 → int."""
    if text.isdigit():
        return int(text)
    tens, found, ones = text.partition("十")
    if not found:
        return int(_DIGITS[text]) if text in _DIGITS else None
    if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return None
    return (int(_DIGITS[tens]) if tens else 1) * 10 + (int(_DIGITS[ones]) if ones else 0)


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    digits = "".join(_DIGITS.get(c, c) for c in text)
    return int(digits) if digits.isdigit() and 1900 <= int(digits) < 2100 else None


def _months(year: str, first: int, last: int) -> str:
    if (first, last) == (1, 12):
        return year
    return f"{year}M{first}-{last}" if first != last else f"{year}-{first:02d}"


def find_periods(view: str, date: ReportDate) -> list[PeriodText]:
    """
    Every period expression of a reading view, in order, with what it means for a report of that date.

    A year alone is carried on: 1—9月 after 2008年 in the same sentence is 2008M1-9, not the report year's.
    """
    return list(_find(view, date))


def _find(view: str, date: ReportDate) -> Iterator[PeriodText]:
    said: int | None = None  # the year last named in this sentence
    said_at = -1
    heard, heard_at = None, 0  # the year last told, which dates what follows where that of the report is unknown
    since: int | None = None  # the year last told with 以来, and where that was
    since_end = 0
    for match in _expressions(view):
        if said is not None and _SENTENCE_OVER.search(view, said_at, match.start()):
            said = None
        near = date
        if date.year is None and heard is not None and match.start() - heard_at <= _HEARD:
            near = ReportDate(heard)
        base = _whose(match, near) or (near.year if said is None else said)
        made = _meaning(match, view, near, base, since, at_once=match.start() - since_end <= 2)
        if match["since"] and not (match["since_mark"] or "").startswith("起"):
            since, since_end = _year(match["since"]), match.end()
        if made is None:
            continue
        start = match.start()
        if match["ending"] and match["ending"] == "到" and start and view[start - 1] in "达得受收做遇看":
            start += 1
        year = _year(match["year"]) or _short(match["short"])
        if (match["previous"] or match["before"] or match["whose_last"]) and made[0] is not None:
            year = int(made[0][:4])
        if year is not None:
            said = year
        if year is not None or said is not None:
            said_at = match.end()
        period, relative, reach, kind = made
        if match["span_mark"] == "内" and not match["last"]:
            period = _years_ahead(match, date, heard if match.start() - heard_at <= _HEARD else None)
        if match["ending"] and kind not in ("range", "compared"):
            reach, kind = ("on", "ending") if match["ending"].startswith("截") else (reach, kind)
        if (
            reach == "on"
            and kind in ("year", "month", "day")
            and not match["ending"]
            and _FOUNDED.match(view, match.end())
        ):
            reach = "clause"
        if match["span_mark"] == "年均" or (kind == "span" and match["last"]):
            reach = "clause" if match["span_mark"] == "年均" else "sentence"
        if reach == "on" and kind in ("year", "month", "day") and not relative and period and period[:4].isdigit():
            heard, heard_at = int(period[:4]), match.end()
        relative = relative and near is date and not (said is not None and period and period[:4] == str(said))
        yield PeriodText(start, match.end(), view[start : match.end()], period, relative, reach, kind)


def _expressions(view: str) -> Iterator[re.Match[str]]:
    """The matches of ``_PERIOD``, tried where one may open."""
    done = 0
    for opening in _OPENING.finditer(view):
        if opening.start() >= done and (match := _PERIOD.match(view, opening.start())):
            done = match.end()
            yield match


def _years_ahead(match: re.Match[str], date: ReportDate, aim: int | None) -> str | None:
    """五年内 looks ahead: the years that end with one told before, where that is still to come; else it is open."""
    years = numeral(match["span"])
    if years is None or aim is None or date.year is None or not date.year < aim <= date.year + years:
        return None
    return f"{aim - years + 1}-{aim}"


def _whose(match: re.Match[str], date: ReportDate) -> int | None:
    """The year that is named before a month: 截至今年4月, 去年上半年."""
    if not match["whose"] or date.this_year is None:
        return None
    return date.this_year - 1 if match["whose_last"] else date.this_year


def _short(text: str | None) -> int | None:
    return None if text is None else (2000 + int(text) if int(text) < 50 else 1900 + int(text))


def _meaning(
    found: re.Match[str],
    view: str,
    date: ReportDate,
    base: int | None,
    since: int | None,
    *,
    at_once: bool,
) -> tuple[str | None, bool, str, str] | None:
    """period, relative, reach, kind; None where the expression is no period after all."""
    if _is_compared(found, view):
        return None, True, "clause", "compared"
    if found["from"]:
        first, last = _year(found["from"]), _year(found["to"])
        if first is None or last is None or last < first:
            return None
        return (f"{first}-{last}" if first != last else str(first)), False, "on", "range"
    if found["since"]:
        first = _year(found["since"])
        last = date.last_year_told if date.last_year_told is not None else None
        if first is None:
            return None
        if last is None or last < first:
            return None, False, "on", "since"  # up to when, the report does not tell
        return (str(first) if first == last else f"{first}-{last}"), False, "on", "since"
    if found["year"] or found["short"] or found["mask"] or found["republic"] or found["roc"]:
        return _dated(found, date)
    if found["bm1"]:
        first, last = numeral(str(found["bm1"])), numeral(str(found["bm2"]))
        if first is None or last is None or last < first:
            return (str(base) if base is not None else None), True, "sentence", "months"
        return (_months(str(base), first, last) if base is not None else None), True, "sentence", "months"
    if found["bmonth"]:
        month = numeral(str(found["bmonth"]))
        if month is None:
            return None
        if not found["ending"] or (month == 12 and found["bmonth_end"]):
            return (str(base) if base is not None else None), True, "sentence", "month"
        return (f"{base}-{month:02d}" if base is not None else None), True, "sentence", "month"
    if found["bhalf"]:
        return (f"{base}{_HALVES[str(found['bhalf'])]}" if base is not None else None), True, "sentence", "half"
    if found["bquarter"]:
        return (str(base) if base is not None else None), True, "sentence", "quarter"
    if found["span"]:
        return _spanned(found, view, date, since, at_once=at_once)
    if found["plan"]:
        name = str(found["plan"])
        start = _PLAN_UNITS[name[1]] if len(name) == 2 else _PLAN_START[name]
        if str(found["plan_mark"]).endswith("末"):
            return str(start + 4), False, "sentence", "plan"
        return f"{start}-{start + 4}", False, "on", "plan"
    return _relative(found, date, base)


def _relative(found: re.Match[str], date: ReportDate, base: int | None) -> tuple[str | None, bool, str, str] | None:
    """去年, 明年, 当年, 目前, 全年: told from the report's year, or from the year named last."""
    year = date.this_year
    if found["previous"]:
        return (str(year - 1) if year is not None else None), True, "sentence", "year"
    if found["before"]:
        return (str(year - 2) if year is not None else None), True, "sentence", "year"
    if found["next"]:
        return (str(year + 1) if year is not None else None), True, "on", "year"
    if found["same"]:
        return (str(base) if base is not None else None), True, "clause", "year"
    if found["now"]:
        if date.year is None:
            return None, True, "clause", "now"
        return (f"{date.year}-{date.month:02d}" if date.month else str(date.year)), True, "clause", "now"
    if str(found["this"]).startswith(("今", "本年")) and found["this"] != "本年度":
        base = year
    elif str(found["this"]).startswith(("本", "一")):
        base = date.year
    reach = "clause" if found["this"] in ("年初", "年末", "年底", "年终") and not found["ending"] else "sentence"
    return (str(base) if base is not None else None), True, reach, "year"


def _dated(found: re.Match[str], date: ReportDate) -> tuple[str | None, bool, str, str] | None:
    if found["mask"]:
        year = str(found["mask"])
    elif found["republic"] or found["roc"]:
        year = str(1911 + int(str(found["republic"] or found["roc"])))
    else:
        number = _year(found["year"]) if found["year"] else _short(found["short"])
        if number is None:
            return None
        year = str(number)
    if found["m1"]:
        first, last = numeral(str(found["m1"])), numeral(str(found["m2"]))
        if first is not None and last is not None and first <= last:
            return _months(year, first, last), False, "on", "months"
        return year, False, "on", "year"
    if found["month"]:
        month = numeral(str(found["month"]))
        if month is None:
            return year, False, "on", "year"
        if found["day"]:
            return f"{year}-{month:02d}-{int(found['day']):02d}", False, "on", "day"
        return f"{year}-{month:02d}", False, "on", "month"
    if found["half"]:
        return f"{year}{_HALVES[found['half']]}", False, "on", "half"
    if found["quarter"]:
        return f"{year}Q{'一二三四'.index(found['quarter']) + 1}", False, "on", "quarter"
    if found["later"] and year.isdigit() and date.last_year_told and date.last_year_told > int(year):
        return f"{year}-{date.last_year_told}", False, "on", "since"
    if found["until"] and year.isdigit():
        return f"{year}-{_year(found['until'])}", False, "on", "range"
    return year, False, "on", "year"


# 增速为近七年最快: a comparison, no period.
_SUPERLATIVE = re.compile(r"[来以]{0,2}(?:的)?(?:最|新高|首次|之最)")


def _spanned(
    found: re.Match[str], view: str, date: ReportDate, since: int | None, *, at_once: bool
) -> tuple[str | None, bool, str, str] | None:
    """近三年, 五年来; 三年 alone is a length of time and no period."""
    years = numeral(str(found["span"]))
    if years is None or not 1 <= years <= 60 or not (found["last"] or found["span_mark"]):
        return None
    if _SUPERLATIVE.match(view, found.end()):
        return None
    if found["last"] == "前" or (found.end() < len(view) and view[found.end()] in "级龄轻制度"):
        return None
    # 2002年以来的三年里, 自2003年9月成立以来 … 四年来: the span tells the end where no date does.
    if since is not None and years > 1 and (date.year is None or at_once):
        return f"{since}-{since + years}", True, "on", "span"
    if date.year is None:
        return None, True, "on", "span"
    if years == 1:
        return None if found["span_mark"] in ("中", "内", "里") else (str(date.year), True, "sentence", "year")
    last = date.last_year_told or date.year
    # A count of years goes back to a year told before with 以来, where it fits: 自2003年9月成立以来 … 四年来.
    if since is not None and years - 1 <= last - since <= years:
        return f"{since}-{last}", True, "on", "span"
    # Five years that end in the middle of 2013 began in 2008; that end with 2013, in 2009.
    whole = 0 if date.month is not None and 4 <= date.month <= 9 else 1
    return f"{last - years + whole}-{last}", True, "on", "span"


# 比上年新增, 较2009年, 与去年同期, 是2014年的2.75倍: what a figure is compared with, not when it was.
_COMPARED = re.compile(r"(?<!对)(?:比|较|与|同|跟)\s*$")
_ABOVE = re.compile(r"[高低多少好优]于\s*$")
_TIMES = re.compile(r"(?:末|底|同期|全年)?的?\s*[\d.一二三四五六七八九十两半]+\s*(?:余|多)?倍")


def _is_compared(found: re.Match[str], view: str) -> bool:
    """Whether a year is what a figure is set against."""
    if not any(found[name] for name in ("year", "previous", "before", "since", "short", "whose_last")):
        return False
    ahead = view[max(0, found.start() - 3) : found.start()]
    return bool(_COMPARED.search(ahead) or _ABOVE.search(ahead) or _TIMES.match(view, found.end()))


# 1978年底投产: a year that tells of the body, not of the figures after it.
_FOUNDED = re.compile(
    r"[^,;。\d]{0,8}(?:投产|成立|始建|建于|建厂|建校|建院|创办|创建于|组建于|设立|创立|诞生|出生|入党|参加工作|改制|更名|合并)[^,;。\d]{0,8}[,;。]"
)


class Periods:
    """The period expressions of one text, looked up by place."""

    def __init__(self, view: str, date: ReportDate) -> None:
        self.date = date
        self.found = find_periods(view, date)
        self._starts = [found.start for found in self.found]

    def between(self, start: int, end: int) -> list[PeriodText]:
        """The expressions that begin in a stretch of the text."""
        return self.found[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


def period_of_title(title: str, date: ReportDate) -> PeriodText | None:
    """The one period a title names, with an ending date (截至…) before anything else; None where it names several."""
    from union_corpus.indicators.views import reading_view

    found = [p for p in find_periods(reading_view(title), date) if not p.relative]
    ending = [p for p in found if p.text.startswith("截")]
    if ending:
        return ending[0]
    spans = {p.period for p in found}
    if len(spans) == 1:
        return found[0]
    return None


_DATED_TITLE = re.compile(r"((?:19|20)\d\d)\s*年\s*(1[0-2]|[1-9])\s*月")


# What tells in which year a review was given: 去年 (not 比去年), and what is said of 今年.
_LAST_YEAR = re.compile(r"(?<![比较与同跟])去年(?!同期|相比|的)")
_THIS_YEAR = re.compile(r"今年(?P<ahead>[^。;\n了]{0,16}?(?:将|要(?!求|素)|力争|计划|任务|重点|目标|打算))?")


def _year_of_giving(view: str, year: int) -> int | None:
    """The year after, for a review of a year that was given in the next and calls the year under review 去年."""
    known = rf"(?:回顾|总结)了?{year}年|{year}年[^。\n]{{0,12}}(?:回顾|总结|工作情况)"
    if not re.search(rf"(?<![到至]){year + 1}年", view) or not re.search(known, view):
        return None
    ahead = [bool(found["ahead"]) for found in _THIS_YEAR.finditer(view)]
    given_next = len(_LAST_YEAR.findall(view)) + sum(ahead)
    return year + 1 if given_next > max(1, len(ahead) - sum(ahead)) else None


def date_of(title: str | None, year: int | None, view: str = "") -> ReportDate:
    """
    The date of a report: the year given, and the month where the title names one of that year or the next.

    ``view`` tells whether a review was given in the year after, which it then calls 今年.

    >>> date_of("全国工会女职工权益维护五年情况（2014年2月）", 2013)
    ReportDate(year=2014, month=2, now=None)
    >>> date_of("2009年工作总结", 2009)
    ReportDate(year=2009, month=None, now=None)
    >>> date_of(None, 2018, "会议总结2018年工作,部署2019年任务。去年建会30家。今年,全市将建会20家。").now
    2019
    """
    if title:
        months = [(int(y), int(m)) for y, m in _DATED_TITLE.findall(title)]
        if months:
            last = max(months)
            if year is None or last[0] in (year, year + 1):
                return ReportDate(*last)
    return ReportDate(year, now=_year_of_giving(view, year) if year is not None else None)
