"""
Names told behind a number, where the words before it lead there: 得到250万元的资助, 孙某等5人获奖, 餐饮、物业3个行业.
"""

from __future__ import annotations

import re

from union_corpus.indicators.clauses import tidy, verb_and_core, without_aspect
from union_corpus.indicators.cues import patterns
from union_corpus.indicators.names import PERSONS, Name, Place

# 领到总额为241.8万元的助学金: words that only say how much, before the money they say it of.
_AMOUNT = re.compile(r"(?:总额|总价值|价值|金额|总金额|最高额度?|高|合计|人均|每[人户名年月])$")
_MONEY_NOUN = re.compile(
    r"[一-鿿“”]{1,8}(?:[金款费资助品券卡险贷]|资助|补助|补贴|救助|奖励|帮扶|支持|贷款|慰问|保险|保障|物资|工资|损失)"
)
_OF_TASK = re.compile(r"(?:标准|任务|目标|增长|速度|比例|价格|额度|幅度)")


def money_of(place: Place) -> Name | None:
    """领到总额为241.8万元的助学金, 得到250余万元的资助: what the money is stands behind it with 的."""
    if place.unit != "元" or not place.of or place.task or _OF_TASK.match(place.right):
        return None
    noun = _MONEY_NOUN.match(place.right)
    if not noun:
        return None
    led = _AMOUNT.sub("", place.left.text)
    verb = verb_and_core(led)[0] or (led if patterns().verb_start.fullmatch(led) else "")
    return Name(
        verb + noun.group(), (place.left.span, place.span), "object", verb, noun.group(), own=verb + noun.group(),
        part=place.left.part,
    )  # fmt: skip


_SUCH_AS = re.compile(r"等(?:共|\s)*$")


def such_as(place: Place) -> Name | None:
    """孙某等5人获奖章: who they are is told by example, what they did behind the number."""
    if place.unit not in PERSONS or place.noun or place.of or not _SUCH_AS.search(place.left.printed):
        return None
    act = without_aspect(place.right)
    if not patterns().predicate.match(place.right) or not 2 <= len(act) <= 30 or verb_and_core(place.text)[0]:
        return None
    verb, root = verb_and_core(act)
    return Name(act + place.counter, (place.span,), "predicate", verb, root, own=act, part=place.left.part)


_KIND = re.compile(r"(?:行业|工种|单位|部门|系统|企业|乡镇|县|区|市|镇|街道|班组|车间|专业|岗位|项目|领域|产业)")


def listed_kinds(place: Place) -> Name | None:
    """餐饮、制伞、物业3个行业签订协议: a list without an act tells which; what is counted stands behind."""
    text = place.left.text
    if not place.noun or place.of or "、" not in text or place.verb_end or verb_and_core(text)[0]:
        return None
    begin, end = place.span
    kind = _KIND.match(place.view, begin, end)
    if not kind:
        return None
    act = without_aspect(tidy(place.view[kind.end() : end]))
    if len(act) > 16 or (act and not patterns().verb_start.match(act)):
        return None
    thing = kind.group()
    name = f"{act}的{thing}" if act else thing
    return Name(
        name, (place.left.span, place.span), "subject", verb_and_core(act)[0], thing, act and act + "的", own=name,
        part=place.left.part,
    )  # fmt: skip
