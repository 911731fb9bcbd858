"""Numbers with a unit that count nothing: slogans, sessions, ages, spans of time, 一个."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from union_corpus.indicators.cues import any_of, words
from union_corpus.quantities import Quantity

_CHINESE = re.compile(r"[一二三四五六七八九十两几]{1,3}")
_SLOGAN = re.compile(r"“[^“”,。;:\n]{0,8}$")
_SLOGAN_END = re.compile(r"[^“”,。;:\n]{0,6}”")
# 第四届, but 换届6家 and 应届120名.
_SESSION = re.compile(r"(?:第|(?<![换应往历])届)\s*$")
_ORDER_BEFORE = re.compile(r"(?:第|首|再|又|逐|每|同|另|任何|某|哪|这|那|本|上|下|前|后)\s*$")
# 综采三队, 生产二班: the number belongs to the name.
_NAMED = re.compile(r"[一-鿿](?<![共有达了为出的计到各和与及])$")
# 工作总结(精选15篇): how many reports a page holds.
_COLLECTED = re.compile(r"(?:精选|通用|最新|热门|范文|汇总|大全|锦集|集锦|[(（](?:推荐|优秀|共))\s*$")
# 满意度97.8分: a mark, no minutes.
_SCORED = re.compile(r"(?:得分|评分|平均分|满意度|成绩|测评|考核|考试|平均|理论|实操|总分|打分|分数)[^,。;:点时]{0,8}$")


class _Words(NamedTuple):
    time: frozenset[str]
    small: frozenset[str]
    speaking: frozenset[str]
    event: frozenset[str]
    team: frozenset[str]
    counted: re.Pattern[str]
    abstract: re.Pattern[str]
    act: re.Pattern[str]


@cache
def _words() -> _Words:
    return _Words(
        time=frozenset(words("time_unit")),
        small=frozenset(words("small_unit")),
        speaking=frozenset(words("speaking_unit")),
        event=frozenset(words("event_unit")),
        team=frozenset(words("team_unit")),
        counted=re.compile(rf"\s*(?:名|家|个|项)?[^,。;、]{{0,8}}?(?:{any_of('counted_noun')})"),
        abstract=re.compile(rf"\s*(?!{any_of('concrete_noun')})(?:{any_of('abstract_noun')})"),
        act=re.compile(rf"(?:{any_of('counting_act')})(?:了|出)?\s*$"),
    )


def is_counted(view: str, quantity: Quantity) -> bool:
    """
    Whether a quantity counts something.

    >>> from union_corpus.quantities import find_quantities
    >>> [q.text for q in find_quantities("“五个100”活动中表彰3个单位") if is_counted("“五个100”活动中表彰3个单位", q)]
    ['3个']
    """
    if quantity.unit == "分" and _SCORED.search(view[max(0, quantity.start - 14) : quantity.start]):
        return True
    if quantity.kind in ("year", "date", "ordinal", "duration", "age") or quantity.unit in _words().time:
        return False
    if quantity.obs_status != "A":
        return True
    start, end = quantity.start, quantity.end
    if quantity.unit == "篇" and _COLLECTED.search(view[max(0, start - 6) : start]):
        return False
    ahead, behind = view[max(0, start - 12) : start], view[end : end + 14]
    if quantity.kind != "rank" and _SESSION.search(ahead):
        return False
    if _SLOGAN.search(ahead) and _SLOGAN_END.match(behind):
        return False
    number = view[quantity.number_start : quantity.number_end].strip()
    if quantity.unit == "版" and number.startswith("0"):
        return False  # 工人日报(2012年1月17日 002版)
    if not _CHINESE.fullmatch(number):
        return True
    if quantity.unit in _words().team and _NAMED.search(ahead) and not _words().act.search(ahead):
        return False
    if quantity.unit in _words().small:
        return _small_counts(number, quantity.unit, ahead, behind)
    return True


def _small_counts(number: str, unit: str, ahead: str, behind: str) -> bool:
    """Whether a small Chinese numeral counts (新增三家工会) or is a way of speaking (三个代表, 一个重要方面)."""
    known = _words()
    if "几" in number or unit in known.speaking or known.abstract.match(behind) or _ORDER_BEFORE.search(ahead):
        return False
    after_act = bool(known.act.search(ahead))
    ends = not behind.strip() or behind.lstrip()[0] in ",。;:、!?)"
    if number == "一":  # 举办了一期培训班, but not 建立一支队伍
        return after_act and not ends and unit in known.event - {"户", "位", "次", "件", "份"}
    if ends:
        return after_act or unit in known.event
    return (after_act or unit in known.event) and (
        (after_act and unit in known.event) or bool(known.counted.match(behind))
    )
