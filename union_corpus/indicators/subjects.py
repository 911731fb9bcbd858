"""Whose figure it is: 全市, 各级工会, 集团工会 as printed nearest before the number, and where that was found."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from union_corpus.searches import openings

# 全市 stands before 全市各级工会 in the alternatives only where nothing follows it that belongs to it.
_SUBJECT = re.compile(
    r"""
    (?:
      全(?:国|省|自治区|市|区|县|镇|乡|街道|州|旗|盟|社(?!会)|村|系统|行业|矿|厂|场|局|校|院|所|站|段|线|路局|公司|集团公司|集团|分公司|行|处|队|港|县区|厅|总厂)
        (?:总工会(?=授予|表彰|命名|评)|各(?:级|基层|直属|县区|县市区|行业|单位|产业)?(?:工会组织|工会|单位)|工会系统|工会(?=共|累计|筹|发|开展|组织|走访|慰问)|基层工会(?=共(?!有)|筹|发放|为|向))?
    | (?:各级|各地|各基层|市县两级|市县区三级|市、县两级|市区县两级|区县两级|省市县三级|各县区|各县市区|各市州|各市县|各区县|各县|各市|各区)(?:地方)?(?:总?工会(?:组织)?|工会)
    | 各[省市区县州镇乡]⟨[^⟩]{1,8}⟩(?:总?工会)?
    | 各(?:县区|县市区|市州|区县|分会|车间|单位|分厂|项目部|基层单位|直属单位)(?=[^,。]{0,6}(?:共|累计|筹|发|开展|举办|组织))
    | [我本](?:国|省|市|区|县|镇|乡|街道|州|旗|厂|矿|校|院|局|公司|集团|会|行|场|所|段|系统|单位)
    | (?:^|(?<=[,;:。\s在由]))[一-鿿]{2,4}?(?<![年来全各和与由对向在为月日的积极])(?:省|市|区|县|州|镇|集团|公司|医院|学院|大学|矿务局)(?:总工会|工会)(?=[^主委干会联经工组员服帮]|$)
    | (?:自治区|省|市|区|县|州|镇|乡|街道)总(?:工会)?(?=[^工经监局体部站裁结帮服]|$)
    | (?:全总|总工会|集团公司工会|(?:局|院|厂|矿|校|处|段|场|厅|所|行|公司|集团|机关|街道)工会)(?=[^主委干会联经工组员服]|$)(?!帮扶(?:工作)?(?:站|中心|点))
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
        "各": f"[{_PLACES}级地基分车单项直]",
        "我本": f"[{_PLACES}厂矿校院局公集会行场所段系单]",
        "省市区县州镇乡": "[总县市、区]",
        "自": "治区总",
        "街": "道[总工]",
        "集": "团",
        "公": "司工",
        "机": "关工",
        "总局院厂矿校处段场厅所行": "工会",
    }
)
# 全国五一劳动奖状, 全省第三: what follows is ranked or named after the whole, not told of it.
_RANKED = re.compile(r"\s*(?:第|前|首|平均|最|领先|统一|范围|上下|人大|政协|级|性|百强|十佳|十大)")
# 在省总工会的支持下: who helped, not whose figure it is.
_HELPED = re.compile(r"[^,。;]{0,24}(?:支持|领导|指导|关心|部署|帮助|重视|协助|配合|关怀)下(?![岗属级拨达发])")
# 参加全国总工会举办的培训班: the body is part of the name of the thing.
_ATTRIBUTIVE = re.compile(r"[^,。;]{0,6}(?:组织|举办|主办|召开|下发|下达|颁发|命名|印发|开展|统一|授予|评选|表彰)的")
_WHOLE_COUNTRY = re.compile(
    r"\s*(?:[“《]|五一|劳模|劳动模范|先进|优秀|模范|文明|工人先锋|技术能手|巾帼|安康|总工会|重点|质量)"
)
_NOT_BEFORE = re.compile(
    r"(?:[与和向为获得被评经由居于比占超高低列到排名入]|荣获|授予|接受|参加|联合|配合|协助|代表|支持|争取|获)$"
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
            SubjectText(match.start(), match.end(), match.group().translate(_AS_PRINTED))
            for match in _bodies(view)
            if not _NOT_BEFORE.search(view[max(match.start() - 2, 0) : match.start()])
            and not (match.end() - match.start() == 2 and _RANKED.match(view, match.end()))
            and view.rfind("“", max(0, match.start() - _QUOTED), match.start())
            <= view.rfind("”", max(0, match.start() - _QUOTED), match.start())
            and not _HELPED.match(view, match.end())
            and not _ATTRIBUTIVE.match(view, match.end())
            and not (
                view[match.start() - 1 : match.start()] == "了" and not view[match.end() : match.end() + 1].isdigit()
            )
            and not (match.group() == "全国" and _WHOLE_COUNTRY.match(view, match.end()))
        ]
        self._starts = [found.start for found in self.found]

    def between(self, start: int, end: int) -> list[SubjectText]:
        """Those that begin in a stretch of the text."""
        return self.found[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


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
    return match.group() if match else None
