"""
The years a report prints, each with the role of the place where it stands; and years that were masked.

A year in a title names the report, one in the heading 工作回顾 is reviewed, one in a date says when it was given, one behind
比 is only compared with. What each role says of the report is weighed in ``report_years``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from union_corpus.documents import Problem
from union_corpus.scripts import simplify
from union_corpus.segments import Segment

FIRST_YEAR, LAST_YEAR = 1949, 2035
# Printed clues by the place where they stand, in natural logs before the temperature: a title alone is right 97 times
# in 100, a date on the page's own frame hardly better than the prior.
_WEIGHTS = {
    "title": 8.0,
    "reviewed": 6.5,
    "planned": 6.5,
    "given": 5.5,
    "opening": 4.0,
    "counted": 4.0,
    "expected": 2.0,
    "spanned": 2.4,
    "since": 2.4,
    "published": 1.5,
    "intended": 4.0,
    "compared": 0.0,
    "achieved": 0.0,
    "foreseen": 0.0,
    "body": 0.0,
}


@dataclass(frozen=True, slots=True)
class YearClue:
    """
    A printed year and the role it plays.

    Told by its place: title, reviewed, planned, given, published, opening; told by the words around it: counted,
    intended, spanned (1998年到2002年累计), since (2002年以来的三年 is told as 2005), expected (预计: the year was not over),
    achieved, foreseen, compared; any other is body. ``past`` is true of an opening that tells what was achieved.
    """

    start: int
    end: int
    year: int
    month: int | None
    role: str
    weight: float
    past: bool = False


def plain_view(text: str) -> str:
    """
    The text in simplified characters, half-width digits and one sort of dashes, character for character, so that places stay the same.

    >>> plain_view("２０１０年工會工作報告")
    '2010年工会工作报告'
    """
    plain = simplify(text, taiwan_terms=False)
    if len(plain) != len(text):
        plain = text
    # A few kinds of them stand in a text at most, and each is exchanged much faster than by str.translate.
    for wide in set(_WIDE.findall(plain)):
        plain = plain.replace(wide, _HALF_WIDTH[wide])
    return plain


_HALF_WIDTH = dict(zip("０１２３４５６７８９Ｘｘ＊＿○Ｏ－−―〜", "0123456789Xx*_〇〇--—～", strict=True))
_WIDE = re.compile(f"[{''.join(_HALF_WIDTH)}]")
_CN_DIGITS = {char: str(at) for at, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "0": "0"}

_YEAR = re.compile(
    r"""
      (?<![\d.])(?P<arabic>(?:1[89]|20)\d\d)(?=\s?(?:年|[-/.]\s?\d{1,2}(?!\d)|[〕\])】）]))          # 2009年 2026-02-11 〔2018〕
    | (?<!\d)(?P<spaced>(?:1\s9|2\s0)\s\d\s\d)(?=\s?年)                                               # 1 9 9 8 年
    | (?P<chinese>[一二][九〇零0][〇零0一二三四五六七八九]{2})(?=\s?年)                                # 二〇〇九年
    | 民国\s?(?P<roc>\d{2,3})(?=\s?年)                                                                # 民国110年
    """,
    re.VERBOSE,
)
# The first character of a year and a look at the second: a pattern that begins with a plain class is searched for quickly.
_YEAR_OPENS = re.compile(r"[12一二民](?=[089\s九〇零国])")
_TITLE_YEAR = re.compile(r"(?<!\d)(?P<arabic>(?:19|20)\d\d)(?!\d|\s?[人名元个户])|(?<!\d)(?P<short>0\d|1\d)(?=年)")
_MONTH = re.compile(r"\s?(?:年|[-/.])\s?(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})\s?(?:月|[-/.])")
_REVIEW = re.compile(r"回顾|总结|情况|成绩|成效|做法|体会|完成|取得|执行")
_PLAN = re.compile(r"计划|打算|要点|任务|安排|思路|展望|部署|目标|要求|重点|措施|设想|规划|意见")
_TARGET_BEFORE = re.compile(r"(?<!截)(?<!截止)(?:到|至|力争|争取|确保|预计|计划|面向|展望)\s?$")
# 由2021年的31%增至2024年的35%: where a change ended is no target.
_CHANGED_TO = re.compile(r"(?:增|升|降|减|[增减]加|[减缩]少|上升|下降|提高|发展|扩大|回落)[至到]\s?$")
_COMPARED_BEFORE = re.compile(r"(?:比|较|同|与|自|从|于|由|始于|距|继)\s?$")
_SINCE = re.compile(r"\s?年(?:起|开始|[^。；，,]{0,16}(?:以来|至今))")
# How long it lasted: 2003年成立以来……四年来
_LASTED = re.compile(r"(?<![\d第十])(?P<n>[1-9]\d?|[一二三四五六七八九十])(?:年来|年[里间中]|年多来|年时间)")
_JUST_PAST = re.compile(r"(?:过去|结束)的\s?$")
# What the words behind a year in running text say of it, looked for in this order.
_EXPECTED = re.compile(r"\s?年[^。；，,]{0,8}预计")
_FORESEEN = re.compile(
    r"\s?年[末底]?[^。；，,]{0,14}(?:将|必须|力争|争取|打算|拟|要(?![求素闻点紧])|计划(?!完成|生育|任务|的?执行|[^。；，,《]{0,6}》))"
)
_FORESEEN_BEFORE = re.compile(
    r"(?:(?:计划|规划|预定|力争|争取|要求|要|将)在|(?:规定|要求)[，,：:]|目标[是为]?[：:][^。；]*)\s?$"
)
_ACHIEVED = re.compile(
    r"\s?年[末底]?(?!\d)[^。；]{0,40}?(?:增长|达到?|提高|[上回]升|下降|完成|实现|[增减]加|减少|突破|比[上去]年|[为共有]\d)"
)
_INTENDED = re.compile(r"\s?年[，,]?[^。；，,]{0,10}(?:打算|计划|拟|力争|准备)(?![^。；，,《]{0,6}》)")
_AS_OF = re.compile(r"截[至止]到?\s?$")
_PUBLISHED = re.compile(r"来源|发布|发表|时间[:：]|更新|浏览|日期[:：]|阅读|编辑")
_IN_FORCE = re.compile(r"[年月日\d\s]{1,12}起?\s?(?:施行|实施|生效)")
_GIVEN = re.compile(r"通过|修订|修正|公布|发布|施行|印发|实施|批准")


def printed_years(plain: str, segments: Sequence[Segment]) -> Iterator[YearClue]:
    blocks = [piece for piece in segments if piece.kind not in ("sentence", "report", "front_matter", "back_matter")]
    starts = [piece.start for piece in blocks]
    bodies = [piece.start for piece in blocks if piece.kind in ("paragraph", "heading", "list_item")]
    body_start = bodies[0] if bodies else len(plain)
    opening_end = bodies[0] + 600 if bodies else 0
    head = max(body_start, 1)
    for match in find_years(plain):
        year = _value(match)
        if not FIRST_YEAR - 30 <= year <= LAST_YEAR + 30:
            continue
        start, end = match.start(), match.end()
        month = _month(plain, end)
        at = bisect_right(starts, start) - 1
        block = blocks[at] if at >= 0 and start < blocks[at].end else None
        kind = block.kind if block is not None else ""
        line = plain[block.start : min(block.end, block.start + 200)] if block is not None else ""
        if kind == "boilerplate" or (start < head and _PUBLISHED.search(line) and month):
            yield _clue(start, end, year, month, "published")
        elif kind in ("date", "signature", "document_head"):
            yield _clue(start, end, year, month, "given")
        elif kind == "title" and month is None and start < head:
            # The first year of a title names the report; another one in it is what a plan or a decision is for.
            first = not re.search(r"(?:19|20)\d\d", plain[block.start : start]) if block else True
            first = first or _told_of_span(plain, start, line)
            yield _clue(start, end, year, None, _title_role(plain, end, line), trust=1.0 if first else 0.4)
        elif (start < head and month is not None) or (
            _GIVEN.search(line[:120]) and month is not None and start < head + 1200 and len(line) < 160
        ):
            yield _clue(start, end, year, month, "given")
        elif kind in ("heading", "title") and (role := _heading_role(plain, end, block.end if block else end)):
            yield _clue(start, end, year, month, role)
        else:
            yield from _in_running_text(plain, start, end, year, month, opening=start < opening_end)
    yield from _years_of_tables(plain, blocks)
    done = {match.start() for match in find_years(plain[:head])}
    for piece in blocks:
        if piece.kind == "title" and piece.start <= head:
            for match in _TITLE_YEAR.finditer(plain, piece.start, piece.end):
                if match.start() not in done and not _begins_told_span(plain, match.end(), piece):
                    named = int(match["arabic"] or 2000 + int(match["short"]))
                    role = _title_role(plain, match.end(), plain[piece.start : piece.end])
                    yield _clue(match.start(), match.end(), named, None, role, trust=1.0 if match["arabic"] else 0.5)


def _in_running_text(
    plain: str, start: int, end: int, year: int, month: int | None, *, opening: bool
) -> Iterator[YearClue]:
    """The clue of a year in running text, by the words around it; none of a year that is only aimed at."""
    if _spanned(plain, start, end):
        yield _clue(start, end, year, month, "spanned")
    elif _TARGET_BEFORE.search(plain, max(start - 4, 0), start) and not _CHANGED_TO.search(
        plain, max(start - 5, 0), start
    ):
        return
    elif since := _SINCE.match(plain, end):
        if opening:
            yield _clue(start, end, year + _years_since(plain, since.end()), None, "since")
        else:
            yield _clue(start, end, year, month, "compared")
    elif _beside_another(plain, start, end) or _COMPARED_BEFORE.search(plain, max(start - 3, 0), start):
        yield _clue(start, end, year, month, "compared")
    elif month is not None and _AS_OF.search(plain, max(start - 4, 0), start):
        yield _clue(start, end, year, month, "counted")
    elif opening and (_INTENDED.match(plain, end) or (_starts_sentence(plain, start) and _FORESEEN.match(plain, end))):
        yield _clue(start, end, year, month, "intended")
    elif _JUST_PAST.search(plain, max(start - 4, 0), start):
        yield _clue(start, end, year, month, "reviewed", trust=0.6)
    elif opening and _UNIT.match(plain, end) and _starts_sentence(plain, start):
        yield replace(_clue(start, end, year, month, "opening"), past=_ACHIEVED.match(plain, end) is not None)
    else:
        yield _clue(start, end, year, month, _body_role(plain, start, end, month))


def _years_of_tables(plain: str, blocks: Sequence[Segment]) -> Iterator[YearClue]:
    """The last of the years that head the columns of a table."""
    for piece in blocks:
        if piece.kind == "table":
            head = plain[piece.start : piece.end].split("\n", 1)[0]
            cells = list(_HEADED.finditer(head))
            if len(cells) >= 2:
                last = max(cells, key=lambda cell: int(cell[0]))
                yield _clue(
                    piece.start + last.start(), piece.start + last.end(), int(last[0]), None, "counted", trust=0.8
                )


_HEADED = re.compile(r"(?<![^\s|｜])(?:19|20)\d\d(?=\s*(?:[|｜\t]|$))")


def _years_since(plain: str, end: int) -> int:
    """How many years a text that begins with a year since which something is done says it has been done."""
    match = _LASTED.search(plain, end, end + 150)
    if match is None:
        return 0
    return int(match["n"]) if match["n"].isdecimal() else "一二三四五六七八九十".find(match["n"]) + 1


def _body_role(plain: str, start: int, end: int, month: int | None) -> str:
    """What the clause around a year in running text says: 1984年比上年增长, 1985年将达到, 1985年预计."""
    if _EXPECTED.match(plain, end):
        return "expected"
    before = max(start - 40, 0)
    if _FORESEEN.match(plain, end) or _FORESEEN_BEFORE.search(plain, before, start):
        return "foreseen"
    return "achieved" if month is None and _ACHIEVED.match(plain, end) else "body"


def find_years(plain: str) -> Iterator[re.Match[str]]:
    """The matches of ``_YEAR``, in order, none over another."""
    done = 0
    for opening in _YEAR_OPENS.finditer(plain):
        match = _YEAR.match(plain, opening.start()) if opening.start() >= done else None
        if match is not None:
            done = match.end()
            yield match


def _heading_role(plain: str, end: int, block_end: int) -> str:
    """What a year in a heading speaks of: 2006年工作回顾 is reviewed, 2007年工作打算 planned, anything else tells nothing."""
    rest = plain[end : min(block_end, end + 40)]
    if not rest.lstrip().startswith("年"):
        return ""
    if _REVIEW.search(rest) and not _PLAN.search(rest[:8]):
        return "reviewed"
    return "planned" if _PLAN.search(rest) else ""


def _clue(start: int, end: int, year: int, month: int | None, role: str, *, trust: float = 1.0) -> YearClue:
    return YearClue(start, end, year, month, role, _WEIGHTS[role] * trust)


def _title_role(plain: str, end: int, line: str) -> str:
    """What a year in a title speaks of: 2006年工作总结和2007年工作计划 has one of each; alone it names the report."""
    if _SECOND_LINE.match(line) and _PLAN.search(plain, end, end + 20):
        return "planned"
    if len(re.findall(r"(?:19|20)\d\d", line)) < 2 or not re.search("总结|回顾", line):
        return "title"
    rest = re.split(r"(?:19|20)\d\d", plain[end : end + 30])[0]
    if re.search("总结|回顾", rest):
        return "reviewed"
    return "planned" if _PLAN.search(rest) else "title"


# 及2007年工作计划 under 2006年工作总结
_SECOND_LINE = re.compile(r"\s*[及和与暨]")


def _spanned(plain: str, start: int, end: int) -> bool:
    """True for the last year of a span over which something was counted: 1998年到2002年，各级工会累计筹集."""
    return _ends_span(plain, start) and _COUNTED_OVER.match(plain, end) is not None


_COUNTED_OVER = re.compile(r"\s?年[末底间]?[，,]?[^。；]{0,20}?(?:累计|共|[^划要]了|先进)")


def _told_of_span(plain: str, start: int, line: str) -> bool:
    """True for the last year of a span in a title that looks back: 1952-2006年工会组织情况, but not 2011-2015年规划."""
    return _ends_span(plain, start) and not _PLAN.search(line)


def _begins_told_span(plain: str, end: int, title: Segment) -> bool:
    return _BEGINS_SPAN.match(plain, end) is not None and not _PLAN.search(plain, title.start, title.end)


def _beside_another(plain: str, start: int, end: int) -> bool:
    """True for a span of years: 2011—2015年, 2014年至2016年."""
    return _ends_span(plain, start) or _BEGINS_SPAN.match(plain, end) is not None


def _ends_span(plain: str, start: int) -> bool:
    return plain[start - 1 : start] in _DASHES and _SPAN_BEFORE.search(plain, max(start - 7, 0), start) is not None


_DASHES = frozenset("-—–~～至到 ")
_SPAN_BEFORE = re.compile(r"\d{4}\s?年?\s?[-—–~～至到]+\s?$")
_BEGINS_SPAN = re.compile(r"\s?年?\s?[-—–~～至到]+\s?(?:19|20)\d\d")


def _starts_sentence(plain: str, start: int) -> bool:
    """True where a year opens a sentence about itself; 2016年起 and 1997年以来 speak of what began then."""
    if re.match(r"\d*\s?年(?:起|以来|至今|开始|成立|[、和]\d{4}年)", plain[start : start + 12]):
        return False
    before = plain[max(start - 8, 0) : start].rstrip(" \t\u3000\xa0")
    return not before or before[-1] in "。！？；：\n\r】"


def _value(match: re.Match[str]) -> int:
    group = match.lastgroup or ""
    printed = match[group]
    if group == "chinese":
        return int("".join(_CN_DIGITS[char] for char in printed))
    if group == "roc":
        return int(printed) + 1911
    return int(re.sub(r"\s", "", printed))


def _month(plain: str, end: int) -> int | None:
    match = _MONTH.match(plain, end)
    if match is None:
        return None
    printed = match["month"]
    month = (
        int(printed)
        if printed.isdecimal()
        else "一二三四五六七八九十".find(printed[-1]) + 1 + 10 * (printed[:-1] == "十")
    )
    return month if 1 <= month <= 12 else None


def as_given(clue: YearClue) -> YearClue:
    """The date of a page as the date of what it tells, a little less sure than one the text itself has."""
    return replace(clue, role="given", weight=0.8 * _WEIGHTS["given"])


def weakened(clue: YearClue, trust: float) -> YearClue:
    return YearClue(clue.start, clue.end, clue.year, clue.month, clue.role, clue.weight * trust)


def latest_given(plain: str, clues: Sequence[YearClue]) -> list[YearClue]:
    """Of a law only its last version counts: 1992年通过, 2001年修正, 2021年修正 is the law of 2021."""
    titled = [clue for clue in clues if clue.role == "title"]
    given = [clue for clue in clues if clue.role == "given"]
    # A law in force from 1 January was passed the year before; that date counts only where no other is printed.
    passed = [clue for clue in given if not _IN_FORCE.match(plain, clue.end)]
    if passed or given:
        return [max(passed or given, key=lambda clue: (clue.year, clue.start)), *titled]
    return titled or list(clues)[-1:]


def with_unit(text: str, end: int) -> int:
    """Where a year ends together with its 年, over a blank or two."""
    match = _UNIT.match(text, end)
    return match.end() if match else end


_UNIT = re.compile(r"[ \t\u3000\xa0]{0,2}年")

_MASK = re.compile(
    r"(?<![A-Za-z\d])(?:20|19)[\dxX×*_〇]?[xX×*_□#]{1,2}(?=\s?[年\-—~至度]|企|工|$)|(?<![A-Za-z×xX*_~])(?:[xX×*_~○□]{1,4})\s?(?=年(?!级|轻|度?龄|代|纪|货|会))"
)

_MASK_SIGN = re.compile(r"[xX×*_~○□#]")  # no masked year is without one


def find_masks(plain: str) -> Iterator[re.Match[str]]:
    """The matches of ``_MASK``, in order, none over another: tried only where a sign of a mask stands."""
    done = 0
    for sign in _MASK_SIGN.finditer(plain):
        at = sign.start()
        for start in (at - 3, at - 2, at):
            match = _MASK.match(plain, start) if start >= done else None
            if match is not None:
                yield match
                done = match.end()
                break


def masked_years(text: str, plain: str) -> list[Problem]:
    """Years that were masked, one problem for each kind of mask, with how often it stands there."""
    found: dict[str, list[int]] = defaultdict(list)
    for match in find_masks(plain):
        found[text[match.start() : match.end()].strip()].append(match.start())
    return [
        Problem(
            "metadata",
            "masked_year",
            places[0],
            places[0] + len(mask),
            mask,
            f"{len(places)} {'place' if len(places) == 1 else 'places'}",
        )
        for mask, places in found.items()
    ]
