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


_ACT = re.compile(r"(?:培训|参训|参加|参赛|参会|就业|上岗|入会|受训|学习)?(?:人次|人数)?")


def counted_on(place: Place) -> Name | None:
    """培训班15个班次共18人培训: a number at once behind another counts the same thing."""
    before = place.before
    if place.left.text or place.listed or not before or not before.text or not _ACT.fullmatch(place.right):
        return None
    ahead = place.view[max(0, place.quantity.start - 6) : place.quantity.start]
    counted = ahead.rstrip("共计合累 ")
    if not place.right or counted == ahead or counted.endswith((",", ";", ":", "。", "、", "(")):
        return None
    return before._replace(text=before.text + place.counter, rule="carried", part=place.left.part, matter="", unit="")


# 投入1180万元为39个偏远班站配齐空调
_SPENT_ON = re.compile(r"\s*(?:用于|[为给向对])([^,;。:()]{4,40})")
_COUNT = re.compile(r"[\d.,]+[多余]?[万亿]?[多余]?(?:[个名家户人所处项台套座间条]|班组)?")


def spent_on(place: Place) -> Name | None:
    """投入1180万元为39个偏远班站配齐空调: an act of money alone, and what it was spent on with the words behind it."""
    alone = place.unit == "元" and not place.of and patterns().verb_start.fullmatch(place.text)
    spent = _SPENT_ON.match(place.view, place.quantity.end) if alone else None
    if not spent or not _COUNT.search(spent.group(1)):
        return None
    what = tidy(_COUNT.sub("", spent.group(1)))
    if not 4 <= len(what) <= 24:
        return None
    verb = place.text
    name = verb + what
    return Name(name, (place.left.span, spent.span(1)), "left", verb, what, own=name, part=place.left.part)


_CREW = re.compile(r"(?:队|团|组|班)$")


def crew_did(place: Place) -> Name | None:
    """组织12支突击队、860人赴灾区抢修: what those of the crews before did."""
    before = place.before
    if not place.listed or place.unit not in PERSONS or place.left.text or not before or not _CREW.search(before.root):
        return None
    act = without_aspect(place.right)
    if place.noun or not 2 <= len(act) <= 14 or not patterns().predicate.match(place.right):
        return None
    pieces = (*before.pieces[:1], place.span)
    return Name(before.root + act, pieces, "predicate", "", before.root, own=act, part=place.left.part)


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


# 发放了3.4万元的购物卡: what the sum behind an act is given as.
_SUM = re.compile(r"\s*[\d.,]+\s*[多余]?[万亿]?[多余]?元的?([一-鿿“”]{2,12}?)(?=[,;。、]|$)")


def given_what(act: str, view: str, end: int) -> str:
    """
    An act alone before a sum with what is given, where that stands behind the sum.

    >>> given_what("发放", "发放3万元慰问金,", 2), given_what("发放", "发放3万元,", 2)
    ('发放慰问金', '发放')
    """
    given = _SUM.match(view, end) if patterns().verb_start.fullmatch(act) else None
    return act + given.group(1) if given else act


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
