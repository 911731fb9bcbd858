"""
The cue words of ``lexicon/indicator_cues.tsv`` as patterns: what leads to a number, opens an act, or may follow a thing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from union_corpus import lexicon


@cache
def words(role: str) -> tuple[str, ...]:
    """The cue words of one role, longest first, so that a regular expression of them finds the longest."""
    found = {word for row in lexicon.table("indicator_cues") if row["role"] == role for word in row["words"].split("|")}
    found.discard("")
    if not found:
        raise KeyError(role)
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def any_of(role: str) -> str:
    """A pattern of the words of one role; … in a word stands for up to ten characters."""
    return "|".join(re.escape(word).replace("…", r"[^,。;]{0,10}?") for word in words(role))


class Opening:
    """
    A pattern of many words, looked up by the first of their characters: nearly as fast as a dictionary where none begins so.

    >>> verb = Opening(["签订", "签", "建(?!议)"], "了?")
    >>> verb.match("签订了合同").group(), verb.match("建议"), verb.search("会议建了").span()
    ('签订了', None, (2, 4))
    """

    def __init__(self, words: Iterable[str], behind: str) -> None:
        by_first: dict[str, list[str]] = {}
        for word in words:
            by_first.setdefault(word[0], []).append(word)
        self._by_first = {first: re.compile(f"({'|'.join(those)}){behind}") for first, those in by_first.items()}

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """A word at ``start``."""
        pattern = self._by_first.get(text[start : start + 1])
        return pattern.match(text, start, end) if pattern is not None else None

    def fullmatch(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """A word that is all there is from ``start`` to ``end``."""
        pattern = self._by_first.get(text[start : start + 1])
        return pattern.fullmatch(text, start, end) if pattern is not None else None

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first word from ``start`` on."""
        for at in range(start, len(text)):
            pattern = self._by_first.get(text[at])
            if pattern is not None and (found := pattern.match(text, at)) is not None:
                return found
        return None


class _Patterns(NamedTuple):
    tail: re.Pattern[str]
    tail_ends: frozenset[str]  # the last characters of all tails, blanks aside
    lead: re.Pattern[str]
    verb: re.Pattern[str]
    verb_start: Opening
    verb_end: Opening
    giving_end: re.Pattern[str]
    predicate: re.Pattern[str]
    agent: re.Pattern[str]
    taker: re.Pattern[str]
    dependent: re.Pattern[str]
    own_rate: re.Pattern[str]
    growth: re.Pattern[str]


# One-character verbs, and what makes them part of another word: 建会, 创新, 提案.
_NOT_AFTER = {
    "建": "会家制档筑议材设功", "创": "新业先效意伤投造收", "办": "公案事学法", "提": "案高升倡前醒出供", "评": "议比价估先选为",
    "设": "施备计法想立置", "获": "奖", "送": "温清达礼", "捐": "赠款",
}  # fmt: skip
# 组织全市…, 为全矿…: whose the counted things are, between the act and the number.
_WHOLE = r"(?:全(?:国|省|市|区|县|镇|乡|街道|州|旗|厂|矿|校|院|局|公司|集团|系统|行业|线|段|社|体)|各|[我本][省市区县厂矿校院局])?"


@cache
def patterns() -> _Patterns:
    """The patterns made of the cue words, compiled once."""
    acts = [re.escape(word) + (f"(?![{_NOT_AFTER[word]}])" if word in _NOT_AFTER else "") for word in words("verb")]
    aspect = "(?:了|过|出|到|着|成(?![功立果员效长])|好|起|各类|各种|各级|各项|各)?"
    return _Patterns(
        tail=re.compile(
            rf"(?:\s|:|,|(?<![实应签报收接看找])到|(?!(?<=[供响适效反相呼])应|(?<=[节制契签预])约|(?<=[统审设])计|(?<=[^工]会)计)(?:{any_of('reach')})了?|连续\S{{1,3}}[年届次])+$"
        ),
        tail_ends=frozenset([":", ",", "到", "了", *(word[-1] for word in words("reach"))]),
        lead=re.compile(
            rf"(?:\s|[,、:;”’)]|【[^】]{{1,12}}】|\d{{1,2}}[、.)]|总(?![额数量产工值金价收支投人面会])|各(?![级类种项])|比(?![武赛例重对])|较(?![大多好高])|共(?!建(?![成立设有])|[同享青产识])|/[人月年天户亩次]+(?:[·/][人月年])?|有(?![关效害限线机])|[一-鿿]{{2,6}}以来|(?:首[个届次])?(?:“[^”]{{1,8}}”|[一-鿿、]{{1,8}}?)(?:期间|前后|前夕|之际|季节|时节)|第[一二三四五六七八九十百\d]+条|(?:春|夏|秋|冬)季|盛夏|入冬|暑期|节前|会上|在(?![岗职册校编建读档库])|含(?!量|税)|再(?![就培教生])|还(?![款贷清债])|对(?![内外口接比照标])|要(?![求素点闻])|计划(?!生育|外|内|经济)|现(?![金有已共场代职])|(?:和|与|及|以及|(?:{any_of('lead')})))"
            r"(?!率|工会[,;、]|协商|[型化])"
        ),
        verb=re.compile(rf"(?:{'|'.join(acts)}){aspect}"),
        verb_start=Opening(acts, aspect),
        verb_end=Opening(acts, rf"{aspect}{_WHOLE}\s*$"),
        giving_end=re.compile(rf"(?:{any_of('giving')})\s*{_WHOLE}\s*$"),
        predicate=re.compile(
            r"\s*(?:获(?!奖(?:作品|项目|选手|单位|成果|人员|者))|荣[获立]|被|参加|参与|参赛(?!职工|选手|单位|队|人员|企业)|通过|达到|实现|完成|取得|得到|受到|晋[升级]|"
            r"考[取上]|入选|当选|加入|接受|享受|领到|签订|签定|建立|开展|实行|推行|实施|报了?名|已|均|都|全部|分别|当场|现场|先后|相继|陆续|各(?!类|种|级|项)|顺利|成功|按|在(?!职|岗|册|校|编)|到|为|占|同比|比(?!武|赛)|较(?![大多高好])|"
            r"增[长加至]|减少|降低|提高|扩大到|上升|下降|名列|位居|得以|因|从|由|向|给|是|有(?!关)|可|能(?!手)|将|要|需|应(?!聘)|不|没|未|以|就(?!业)|即|经过|踊跃|历时|围绕|登台|每[周月年季天日]|并|和|与|及|或|等|中(?![层小学专高级青])|内|"
            r"里|后|前|时|上(?!岗|学|海)|下(?!岗|属)|地(?![方质])|得|了|的|其|,|进入|脱|赴|前往|纳入|列入|进行|作为|成为|符合|"
            r"申请|提出|投保|成为|做为|走上|共(?!同|青|建|享)|累计|合计|计(?!算|划|生)|落户|超额|高于|低于|次之|不等|$)"
        ),
        agent=re.compile(rf"(?:{any_of('agent')})(?:们|等|家庭|子女|代表|获得者)?"),
        taker=re.compile(any_of("taker")),
        dependent=re.compile(
            rf"(?:已|均|全部|共|总|其)*(?:(?:{any_of('dependent_verb')})了?(?:[^的]{{0,7}})|(?:{any_of('dependent_noun')})|(?:人均|户均|每[人户名位家])(?:[补资奖救发][^的]{{0,3}}|[^的]{{0,3}}[金款费助薪资贴额]|费用|支出|经费)?|"
            r"(?:产生|取得|创造|实现|获得)(?:直接|间接)?的?(?:经济)?(?:社会)?(?:效益|价值)|[一-鿿]{1,3}[率面])$"
        ),
        own_rate=re.compile(rf"(?:{any_of('own_rate')})$"),
        growth=re.compile(
            rf"(?:同比|环比|[比较][^,。;]{{1,10}}?)?(?:分别|又|年均|平均|净|各)?(?:{any_of('growth')})(?:了|幅度?|率|速度?|为|达到?|近|约|超过?|\s)*$"
        ),
    )
