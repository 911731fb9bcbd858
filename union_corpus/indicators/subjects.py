"""Whose figure it is: 全市, 各级工会, 集团工会 as printed nearest before the number, and where that was found."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import NamedTuple

from union_corpus import lexicon
from union_corpus.documents import Span
from union_corpus.indicators.cues import patterns
from union_corpus.searches import openings

# 全市 stands before 全市各级工会 in the alternatives only where nothing follows it that belongs to it.
_SUBJECT = re.compile(
    r"""
    (?:
      (?:中华)?全国总工会
    | 全(?:国|省|自治区|市|区|县|镇|乡|街道|州|旗|盟|社(?!会)|村|系统|行业|矿|厂|场|局|校|院|所|站|段|线|路局|公司|集团公司|集团|分公司|行|处|队|港|县区|厅|总厂)
        (?:总工会(?=授予|表彰|命名|评)|各(?:级|基层|直属|县区|县市区|行业|单位|产业)?(?:工会(?:组织(?=[,、;。共已为在也都以通围积认均把将普]|累计|开展|举办|建立|充分|切实))?|单位)|工会系统|工会(?=共|累计|筹|发|开展|组织|走访|慰问)|基层工会(?=共(?!有)|筹|发放|为|向))?
    | (?:各级|各地|各基层|[省市区县州旗][省市区县州旗乡镇街村、]{1,6}[两三四]级|各县区|各县市区|各市州|各市县|各区县|各县|各市|各区)(?:地方)?总?工会(?:组织(?=[,、;。共已为在也都以通围积认均把将普]|累计|开展|举办|建立|充分|切实))?
    | 各[省市区县州镇乡]⟨[^⟩]{1,8}⟩(?:总?工会)?
    | 各(?:县区|县市区|市州|区县|乡镇|街道|分会|车间|作业区|科室|系部|支行|单位|分厂|分公司|子公司|项目部|基层单位|直属单位|企业)(?=[^,。的]{0,6}(?:共|累计|筹|发|开展|举办|组织|上报|提出|征集|投入|签订))
    | (?<![一-鿿\d])[省市区县][一-鿿]{2,4}?(?:行业|系统)(?!工会)
    | (?<![一-鿿])(?:集团公司|集团|公司)(?=职工|员工|现有|共有)
    | [我本](?:国|省|市|区|县|镇|乡|街道|州|旗|厂|矿|校|院|局|公司|集团|会|行|场|所|段|系统|单位)
    | (?:^|(?<=[,;:。\s在由]))(?![一-鿿]{0,4}(?:[了的]|代表|参加|争取|联合|配合|协助|接受|荣获|授予|根据|按照|依据|遵照|贯彻|落实|通过|围绕|随后|经过))[一-鿿]{2,4}?(?<![年来全各和与由对向在为月日的积极])(?:省|市|区|县|州|镇|集团|公司|医院|学院|大学|矿务局)(?:总工会|工会)(?=[^主委干会联经工组员服帮]|$)
    | (?P<named>(?:自治区|省|市|区|县|州|镇|乡|街道))总(?:工会)?(?=[^工经监局体部站裁结帮服]|$)
    | (?P<short>全总|总工会|集团公司工会|(?:局|院|厂|矿|校|处|段|场|厅|所|行|公司|集团|机关|街道|镇|乡|社区|园区)工会)(?=[^主委干会联经工组员服]|$)(?!帮扶(?:工作)?(?:站|中心|点))
    )
    """,
    re.VERBOSE,
)
# Where a subject may open: its first character and what must stand behind that, or the sign before it. A new alternative
# in _SUBJECT needs its opening here (tests/test_quick_searches.py compares the two).
_PLACES = "国省市区县镇乡街州旗"
_BLANKS = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
_BEFORE = frozenset(",;:。在由" + _BLANKS)
_OPENING = openings(
    {
        "".join(sorted(_BEFORE)): "[一-鿿]{3,8}?工会",
        "全": f"[{_PLACES}自盟社村系行矿厂场局校院所站段线路公集分处队港总]",
        "各": f"[{_PLACES}级地基分车单项直作科系支子企]",
        "我本": f"[{_PLACES}厂矿校院局公集会行场所段系单]",
        "省市区县州旗镇乡": "[总县市、区乡镇]",
        "省市区县": r"(?<![一-鿿\d].)[一-鿿]{2,4}(?:行业|系统)",
        "自": "治区总",
        "街": "道[总工]",
        "集": "团",
        "公": "司[职员现共工]",
        "中": "华全",
        "社园": "区工",
        "机": "关工",
        "总局院厂矿校处段场厅所行镇乡": "工会",
    }
)
# 全国五一劳动奖状, 全省第三: what follows is ranked or named after the whole, not told of it.
_RANKED = re.compile(r"\s*(?:第|前|首|平均|最|领先|统一|范围|上下|人大|政协|级|性|百强|十佳|十大)")
# 在省总工会的支持下: who helped, not whose figure it is.
_HELPED = re.compile(r"[^,。;]{0,24}(?:支持|领导|指导|关心|部署|帮助|重视|协助|配合|关怀)下(?![岗属级拨达发])")
# 据悉,市总工会开展的活动: the body opens its clause.
_CLAUSE_OPENS = frozenset(("", ",", ";", "。", ":", "\n"))
# 省总工会常务副主任应邀到会, 在市总领导陪同下: one of its people, who speaks for nobody's figures.
_ITS_PEOPLE = re.compile(r"(?:党组|原|常务)?(?:副?(?:主席|主任|书记|部长|秘书长)|领导(?!职工|全|和)|负责人|常委|一行)")
# 参加全国总工会举办的培训班: the body is part of the name of the thing.
_ATTRIBUTIVE = re.compile(r"[^,。;]{0,6}(?:组织|举办|主办|召开|下发|下达|颁发|命名|印发|开展|统一|授予|评选|表彰)的")
_WHOLE_COUNTRY = re.compile(
    r"\s*(?:[“《]|五一|劳模|劳动模范|先进|优秀|模范|文明|工人先锋|技术能手|巾帼|安康|总工会|重点|质量)"
)
_NOT_BEFORE = re.compile(
    r"(?:[与和向为获得被评经由居于比占超高低列到排名入大家个位]|[为以]使|根据|[按遵依]照|上级|荣获|授予|接受|参加|联合|配合|协助|代表|支持|争取|获)$"
)


# 共为全矿249户办理: what is done for all of a body is told of it.
_FOR = re.compile(r"[为向给]$")
# What may stand before a body in its name, and what tells that it does not.
_NAME = 11
_HAN_BEFORE = re.compile(r"(?<![一-鿿])[一-鿿]{1,10}$")
_TIME = re.compile(r"(?:[今去当近全本每]年(?:来|内|初|底|以来)?|[上下]半年|年度|[年月日]|随后|同时|此外|各|该|据|经)+")
_NO_NAME = re.compile(
    r"[的了和与及对为向被让将把是等、并也由在于以]|职工|会议|活动|[获送入按照受经]|上级|参加|记者|贯彻|落实|根据|围绕|通过|代表"
)
# “安全伴我行” names no bank.
_QUOTED = 10
# The reading view writes 各县（市、区） as 各县⟨市/区⟩.
_AS_PRINTED = str.maketrans("⟨/⟩", "（、）")


class SubjectText(NamedTuple):
    """A subject as printed."""

    start: int
    end: int
    text: str


class Subjects:
    """The subjects of one text, looked up by place."""

    def __init__(self, view: str) -> None:
        self.found = [
            SubjectText(start, end, view[start:end].translate(_AS_PRINTED))
            for match in _bodies(view)
            if _acts(view, *match.span())
            for start, end in [_widened(view, match)]
            if start == match.start() or _acts(view, start, end)
        ]
        self._starts = [found.start for found in self.found]

    def between(self, start: int, end: int) -> list[SubjectText]:
        """Those that begin in a stretch of the text."""
        return self.found[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


def _acts(view: str, start: int, end: int) -> bool:
    """Whether figures may be those of a body: not where it is only named, helps, or gives its name to a thing."""
    body, before = view[start:end], view[max(start - 2, 0) : start]
    if body.startswith("各") and before.endswith(("在", "来自")):  # 在各基层工会悬挂横幅: where, not who
        return False
    if _NOT_BEFORE.search(before) and not (body.startswith("全") and _FOR.search(before)):
        return False
    if len(body) == 2 and (_RANKED.match(view, end) or (body == "全国" and _WHOLE_COUNTRY.match(view, end))):
        return False
    quoted = max(0, start - _QUOTED)
    if view.rfind("“", quoted, start) > view.rfind("”", quoted, start):
        return False
    if (
        _HELPED.match(view, end)
        or _ITS_PEOPLE.match(view, end)
        or (_ATTRIBUTIVE.match(view, end) and before[-1:] not in _CLAUSE_OPENS)
    ):
        return False
    return not before.endswith("了") or view[end : end + 1].isdigit()


def _widened(view: str, match: re.Match[str]) -> Span:
    """The place of a body with the rest of its name before it: 市药监局工会, not 局工会."""
    start, end = match.span()
    if match["named"]:
        head = match.end("named")
        place = next((head - size for size in _PLACE if view[max(0, head - size) : head] in _places()), None)
        if place is not None:
            return place, end
    elif not match["short"]:
        return start, end
    ahead = _HAN_BEFORE.search(view, max(0, start - _NAME), start)
    if ahead is None:
        return start, end
    begin = ahead.start()
    while lead := _TIME.match(view, begin, start) or patterns().lead.match(view, begin, start):
        begin = lead.end()
    rest = view[begin:start]
    if not 1 <= len(rest) <= 8 or _NO_NAME.search(rest) or patterns().verb_start.match(rest):
        return start, end
    return begin, end


# The lengths of the names of places, with 市 or 县.
_PLACE = range(9, 1, -1)


@cache
def _places() -> frozenset[str]:
    """The full names of provinces, cities and counties."""
    return frozenset(row["name"] for table in ("places", "counties") for row in lexicon.table(table))


def _bodies(view: str) -> Iterator[re.Match[str]]:
    """The matches of ``_SUBJECT``, tried where one may open."""
    done = 0
    places = (found.end() if found.group() in _BEFORE else found.start() for found in _OPENING.finditer(view))
    for start in chain((0,), places):
        if start >= done and (match := _SUBJECT.match(view, start)):
            done = match.end()
            yield match


def subject_of_heading(heading: str) -> str | None:
    """The subject a heading or title names, if it names one."""
    match = next(_bodies(heading), None)
    return heading[slice(*_widened(heading, match))].translate(_AS_PRINTED) if match else None
