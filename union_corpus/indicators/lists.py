"""
One number for several names, and several numbers for as many names: 均达85%, 各75个, 分别为12家和30家.
"""

from __future__ import annotations

import re

from union_corpus.indicators.clauses import RATE_END, ends_in_agent, is_rate, tidy, verb_and_core, without_aspect
from union_corpus.indicators.cues import patterns

# “X率、Y率和Z面均达…”, “A和B各75个”
_SEVERAL = re.compile(r"(?:均|都|各|分别)(?:已|为|达|达到|达到了|在|占|有|是|超过|突破|超|近|约|建立|建成|\s)*$")
_AND = re.compile(r"、|和|以及|及|与")


def several(printed: str, left: str) -> list[str] | None:
    """
    The names that share one number: those before 均 or 各. ``printed`` ends at the number, ``left`` is its name part.

    A short part takes what it lacks from its neighbours: 建设率、合格率 after 职工之家 both are 职工之家's.

    >>> several("“职工之家”建设率、合格率和会员评家活动面均在", "“职工之家”建设率、合格率和会员评家活动面")
    ['“职工之家”建设率', '“职工之家”合格率', '会员评家活动面']
    >>> several("全年各类活动", "全年各类活动")
    """
    if not _SEVERAL.search(printed):
        return None
    names = _whole_members([without_aspect(tidy(name)) for name in split_list(left)])
    if not 2 <= len(names) <= 6 or not all(names) or max(map(len, names)) > 30:
        return None
    return _completed(names)


def _whole_members(names: list[str]) -> list[str]:
    """机关、事业单位建会率: a body before the body that has the rate is no member of its own."""
    if not is_rate(names[-1]):
        return names
    done: list[str] = []
    held = ""
    for name in names:
        if len(name) <= 6 and name is not names[-1] and ends_in_agent(name):
            held += name + "、"
            continue
        done.append(held + name)
        held = ""
    return [*done, held.rstrip("、")] if held else done


def split_list(text: str) -> list[str]:
    """
    The members of a list; what stands in quotation marks or brackets is not divided.

    Where members are divided by 、, a 和 before the last 、 belongs to a member.

    >>> split_list("企业及事业单位职代会、厂务公开和集体合同")
    ['企业及事业单位职代会', '厂务公开', '集体合同']
    """
    out, depth, start, at = [], 0, 0, 0
    last_comma = text.rfind("、")
    while at < len(text):
        if text[at] in "“《(⟨":
            depth += 1
        elif text[at] in "”》)⟩":
            depth = max(depth - 1, 0)
        match = _AND.match(text, at) if depth == 0 else None
        if match and at > start and (match.group() == "、" or at > last_comma):
            out.append(text[start:at])
            at = start = match.end()
            continue
        at += 1
    out.append(text[start:])
    return out


def _completed(names: list[str]) -> list[str]:
    """Members of a list with what they share: the verb of the first, the head of the first, the 率 of the last."""
    first, last = names[0], names[-1]
    rate = RATE_END.search(last)
    head = RATE_END.search(first)
    done = []
    for at, name in enumerate(names):
        ended = RATE_END.search(name)
        if rate and not ended and at < len(names) - 1:
            name += last[-3:]
        elif ended and at and head and len(name) <= 3:
            name = first[: len(first) - min(3, len(head.group()))] + name
        done.append(name)
    verb, _ = verb_and_core(first)
    if verb:
        done = [done[0], *(name if verb_and_core(name)[0] or is_rate(name) else verb + name for name in done[1:])]
    return done


# 分别为, 分别增长, 分别救助职工: the words after 分别 belong to each name.
SERIES = re.compile(r"分别(?P<act>[^,;:。分]{0,16})$|(?<=[一-鿿”])各(?:有|为|达)?\s*$")


def series(left: str, count: int) -> list[str] | None:
    """
    The names of several numbers told after 分别, as many as there are numbers; ``left`` ends before 分别.

    >>> series("建立厂务公开制度和职代会制度的", 2)
    ['建立厂务公开制度', '建立职代会制度']
    """
    names = [tidy(name) for name in split_list(left)]
    if len(names) < count or count < 2:
        return None
    tail = ""
    if "的" in names[-1]:
        head, _, tail = names[-1].rpartition("的")
        names[-1] = head
    # Members beyond the count belong to the first name (国有、集体企业和私营企业分别…).
    extra = len(names) - count
    names = ["、".join(names[: extra + 1]), *names[extra + 1 :]]
    # 城镇、农村居民人均收入: a bare modifier takes the place of the last name's own.
    names = [
        name + names[-1][len(name) :] if len(name) <= 2 and at < count - 1 and len(names[-1]) > len(name) + 2 else name
        for at, name in enumerate(names)
    ]
    done = _completed(_with_shared_verb(names))
    return [f"{name}的{tail}" if tail else name for name in done]


def _with_shared_verb(names: list[str]) -> list[str]:
    """已建工会的单位建立厂务公开制度, 职代会制度 → …, 建立职代会制度: the last verb of the first name serves the others."""
    verbs = list(patterns().verb.finditer(names[0]))
    usable = [verb for verb in verbs if 2 <= len(names[0]) - verb.end() <= 12 and len(verb.group()) >= 2]
    if not usable or verb_and_core(names[0])[0]:
        return names
    verb = usable[0].group()
    return [names[0][usable[0].start() :], *(name if verb_and_core(name)[0] else verb + name for name in names[1:])]
