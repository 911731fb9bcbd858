"""
Names from the words before a number, completed from the name before where they lack something.

A clause is often no more than a head (…，慰问金3.6万元; …，整改82条; …、职工6673人). Each completion knows one way in which it
hangs on what was told before, and gives None where that is not the way; ``COMPLETIONS`` are tried in their order.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from union_corpus.indicators.clauses import (
    BY_WHOM,
    MAX_NAME,
    RATE_END,
    cut_long,
    ends_in_agent,
    inner_act,
    is_rate,
    thing_of,
    verb_and_core,
    without_aspect,
)
from union_corpus.indicators.cues import patterns, words
from union_corpus.indicators.names import PERSONS, Name, Place

# 武汉城市圈就要力争新增, 公司现有员工: words inside that name nothing.
_INNER = re.compile(
    r"(?<=[一-鿿]{2})(?:按[月季年时期]|足额|全额|及时|一项[就即便])+(?=[一-鿿]{2})|(?<=[一-鿿])(?:(?:就|都)?(?:要|需|应)?(?:力争|确保|务必)(?:实现)?|现有|现已有?|共有|拥有|(?<=[会社队厂矿校院站馆])有)(?=[一-鿿]{2})"
)
# 代收工会经费已完成90万元
_SO_FAR_DONE = re.compile(r"(?<=[一-鿿]{4})(?:已经?|共|累计)+(?:完成|实现|达到?)$")
# (全市)工会已累计筹资: what is left of those who did it.
_BY_UNION = re.compile(r"^工会(?:组织)?(?:已经?|共计?|累计|先后|均|都|总计)+(?=[一-鿿]{2})")
# 经协商将差评扣款上限由每单50元降为20元: what was changed.
_MADE_SO = re.compile(r"^(?:[^将把]{0,10})(?<![即必大小])(?:将|把)(?=..)")
# 参加省总组织的比赛获一等奖: the prize is counted, not the contest.
_AWARDED = re.compile(r"(?:荣获|获得|夺得|获)[^获]{1,14}(?:奖|称号|奖章|奖状)$")


_ENUMERATED = re.compile(
    r"[^等]*、[^等]*等(?:各类|各种|多种|各项|一系列)?(?!方面|比|均|都|项目|工作|主要)([一-鿿“][^、]{2,})$"
)
_LISTED = 16
# 组织体检两批178人: small numerals that count only the times.
_BATCHES = re.compile(r"(?:^|(?<!第))[两二三四五六七八九十]{1,2}[批次期场轮](?:$|(?=人均|户均))")
# 为一线司机、装卸工送西瓜: what was given is counted.
_GIFT = re.compile(r"[为给向][^,;。]{2,16}?(?=(?:送去?|发放|赠送|提供|配发|配备|办理|购买|争取)[一-鿿“]{2})")


def from_left(place: Place, right: str) -> Name:
    """The words before the number, completed from the name before where they lack something (see ``COMPLETIONS``)."""
    text = place.left.text
    text = cut_long(_BY_UNION.sub("", text) if text.startswith("工会") else text)
    text = _MADE_SO.sub("", text) if "将" in text or "把" in text else text
    text = without_aspect(text.rstrip("等的了") if len(text) > 2 else text)
    text = _INNER.sub("", text) or text
    text = _SO_FAR_DONE.sub("", text) if text.endswith(("完成", "实现", "达", "达到")) else text
    awarded = _AWARDED.search(text) if text.endswith(("奖", "称号", "奖章", "奖状")) else None
    text = text[awarded.start() :] if awarded and awarded.start() > 4 else text
    listed = _ENUMERATED.match(text) if len(text) > _LISTED and "、" in text else None
    if listed:  # 办缝纫、烹饪、家电维修等培训班: many examples are no name
        text = verb_and_core(text)[0] + listed.group(1)
    text = _BATCHES.sub("", text) or text if "批" in text or text.endswith(("次", "期", "场", "轮")) else text
    gift = _GIFT.match(text)
    text = text[gift.end() :] if gift else text
    if place.unit in PERSONS and text.endswith("人数") and ends_in_agent(text[:-2]):
        text = text[:-2]
    verb, root = verb_and_core(text)
    verb, root = (verb, root) if verb else inner_act(text)
    plain = Name(text, (place.left.span,), "left", verb, root, own=text, part=place.left.part)
    for completion in COMPLETIONS:
        name = completion(place, plain, right)
        if name is not None:
            return name
    if text != place.left.text and place.left.text.endswith("的") and not right and not place.task:
        same = place.same or place.before
        persons = place.unit in PERSONS and same and same.unit in PERSONS
        thing = thing_of(same.root) if same and (persons or same.unit == place.unit) else ""
        if thing and thing not in text and not patterns().predicate.match(thing):  # 建立工会的有3176户: those told of
            return plain._replace(text=f"{text}的{thing}", rule="carried", root=thing, modifier=text + "的")
    head, _, last = text.rpartition("的")
    if head and 0 < len(last) <= 8:
        return plain._replace(root=last, modifier=head + "的")
    return plain


_COUNTER = re.compile(r"(?<=..)(?:人数|户数|人次|单位数|金额|件数|次数)$")
# Longer words that tell which are not repeated.
_WHICH = 18
_MONEY_KINDS = ("金", "款", "费")
_EACH_OPEN = re.compile(r"人均|户均|每[人户名位家]")
_MONEY = re.compile(r"(?:金额|总额|资金|价值|款|金|费|理赔|赔付)$")
_CHANGED = re.compile(r"增加|增长|上升|提高|提升|下降|减少|降低|扩大|发展|升|降|增|减|缩小|回落")
_CHANGED_TO = re.compile(r"[到至为](?:了|[^,;。]{0,10}的|\s)*$")
_SHARE_OPEN = re.compile(r"^占(?:到了|到|了|比|据)?(.*?)(?:总数|总人数)?(?:的)?(?:比例|比重)?$")


def _changed_to(place: Place, plain: Name, right: str) -> Name | None:
    """由320家增加到915家: the same thing again."""
    if place.before and _CHANGED.fullmatch(plain.text) and _CHANGED_TO.search(place.left.printed.rstrip()):
        return place.before._replace(rule="pair", part=plain.part)
    return None


def _share_of(place: Place, plain: Name, right: str) -> Name | None:
    """…4.3万人，占会员总数的12%: the share that the thing told before has."""
    before, share = place.before, _SHARE_OPEN.match(plain.text)
    if not share or not before:
        return None
    return before._replace(
        text=before.text + "占" + share.group(1) + ("比例" if share.group(1) else "比"),
        pieces=(*before.pieces, place.left.span),
        rule="share",
        own=before.own + plain.text,
        part=plain.part,
        matter="",
        unit="",
    )


_TASK_DONE = re.compile(r"(?:超额)?完成(?:.{0,10}?(?P<task>任务|计划|目标|指标)数?)?$")


_GROWN = re.compile(r"(?:同比|净)?(?:增长|增加|提高|上升|下降|减少)$")


# 大专以上学历占56%, 签订合同的企业占建会企业的88%
_SHARE_INSIDE = re.compile(r"(.{2,}?)占(?![地领用有比])(?:到了|到|了|据)?(.*?)(?:总数|总人数)?的?(?<!比例)(?<!比重)")


def _share_told(place: Place, plain: Name, right: str) -> Name | None:
    """签订合同的企业占建会企业的88%: who has the share stands before it in the same clause."""
    share = _SHARE_INSIDE.fullmatch(plain.text) if place.unit == "%" and "占" in plain.text else None
    if not share or right:
        return None
    text = share.group(1) + "占" + (share.group(2) + "比例" if share.group(2) else "比")
    return plain._replace(text=text[-MAX_NAME:], rule="share", own=text)


def _task_share(place: Place, plain: Name, right: str) -> Name | None:
    """发展会员1740万人，完成年度任务的158%: the share of the task of what was told before."""
    before, done = place.before, _TASK_DONE.match(plain.text) if "完成" in plain.text[:4] else None
    if not done or place.unit != "%" or right or not before or before.part:
        return None
    if before.unit == "%" and before.rule != "growth":
        return None
    text = _GROWN.sub("", before.text) + (plain.text if done["task"] else "完成任务")
    return plain._replace(text=text[-MAX_NAME:], pieces=(*before.pieces[:1], place.left.span), rule="carried")


def _of_the_act_alone(place: Place, plain: Name, right: str) -> Name | None:
    """发放助学款9.4亿元，资助68万人: an act alone, done with or to the thing told just before."""
    before, text = place.before, plain.text
    if not before or right or plain.part or not patterns().verb_start.fullmatch(text) or text in words("bare_act"):
        return None
    if place.unit == before.unit or {place.unit, before.unit} - _GIVEN or len(before.root) < 2:
        return None
    if _APART.search(place.view, before.pieces[-1][1], place.left.span[0]):
        return None
    if place.unit == "元":  # 慰问职工300人，支出3万元
        name = before.text + ("金额" if text in before.text else text)
        return plain._replace(text=name, pieces=(*before.pieces[:2], place.left.span), rule="carried")
    return plain._replace(text=before.root + text, pieces=(*before.pieces[:2], place.left.span), rule="carried")


_APART = re.compile(r"[;。!?\n]")
# Money, and those who are given it.
_GIVEN = frozenset({"元", "人", "名", "户", "人次", "位"})


def _share_doing(place: Place, plain: Name, right: str) -> Name | None:
    """企业90%建立了工会: the share of the things before the number that did what stands after it."""
    if place.unit != "%" or not right or plain.verb or is_rate(plain.text):
        return None
    if not patterns().verb_start.match(right):
        return None
    name = f"{right}的{plain.text}"
    pieces = (place.left.span, place.span)
    return Name(name[-MAX_NAME:], pieces, "subject", "", plain.text, right + "的", own=name, part=plain.part)


def _of_the_act(place: Place, plain: Name, right: str) -> Name | None:
    """对38名干部进行民主评议，优秀12名，称职25名: how many of them came out how."""
    before, text = place.before, plain.text
    if not before or not before.matter or before.rule not in ("object", "outcome") or place.unit != before.unit:
        return None
    if plain.verb or plain.part or len(text) > 4 or ends_in_agent(text):
        return None
    pieces = (*before.pieces[:1], place.left.span)
    return plain._replace(text=before.matter + text, pieces=pieces, rule="outcome", matter=before.matter)


_REACHING = re.compile(r"覆盖|涵盖|涉及|惠及|受益|辐射|带动|已|.{2,}并|.*(?:效益|价值|金额|人数|人次)$")


def _complete(text: str) -> bool:
    """救助患病员工: an act with an object of its own needs no other; 覆盖企业 does."""
    verb, thing = verb_and_core(text)
    return bool(verb) and len(thing) >= 3 and not _REACHING.match(text)


def _taken_up(place: Place, plain: Name, right: str) -> Name | None:
    """发表稿件126篇，编发信息48期，被上级采用6篇: what became of the thing told before in the same unit."""
    text, same = plain.text, place.same
    if not same or same is place.before or plain.part or place.unit == "元":
        return None
    act = BY_WHOM.sub("", text)
    if act == text or patterns().dependent.match(text):
        return None
    if not (patterns().verb_start.fullmatch(act) or patterns().dependent.match(act)):
        return None
    pieces = (*same.pieces[:1], place.left.span)
    return plain._replace(text=thing_of(same.root) + text, pieces=pieces, rule="carried")


def _act_again(place: Place, plain: Name, right: str) -> Name | None:
    """去年新建工会45家，今年新建60家: the same act on the same thing."""
    before = place.before
    if not before or place.unit != before.unit or right or len(plain.text) < 2 or not before.verb.endswith(plain.text):
        return None
    return before._replace(rule="carried", part=plain.part, own=plain.text)


def _hanging(place: Place, plain: Name, before: Name) -> str:
    """The words of a name that hang on the thing told before, less who did it; none where they stand for themselves."""
    found, text = patterns(), plain.text
    if place.listed and place.unit == before.unit and before.verb and text.endswith(_MONEY_KINDS):
        return ""  # 发放救助金96万元、助学金62万元
    if not found.dependent.match(text) or _complete(text):
        bare = BY_WHOM.sub("", text)
        if place.unit == "元" and bare != text:
            return ""  # 会费收入12万元，上级补助5万元
        act = found.verb_start.fullmatch(bare) or (bare != text and found.dependent.match(bare))
        if place.unit != before.unit or plain.part or before.part or not act:
            return ""
        text = bare  # 查出隐患4815条，整改4790条: an act alone, on what was counted before
    if found.own_rate.search(text) and len(text) <= 5 and not before.text.endswith(text[:-1]):
        return ""
    return "" if (text.endswith("面") and place.unit != "%") or before.text.endswith("占") else text


def _hung_on(place: Place, before: Name, text: str) -> str:
    """What such words hang on: the thing told before, or the money given, with what tells which one it is."""
    money = text.startswith(("慰问", "救助", "补助", "资助", "奖", "助学"))
    root = before.text if money and text[:2] in before.text else before.root or before.text
    if before.matter and _MONEY.search(text):
        root = before.matter
    if _EACH_OPEN.match(text) and len(before.text) <= 14:
        root = _COUNTER.sub("", before.text)  # 资助200名职工提升学历，人均补助1000元
    acted = patterns().verb_end.search(root)
    if acted and acted.start() >= 2 and len(text) <= 2 and place.unit == before.unit:  # 经费自留40%，上缴60%
        root = root[: acted.start()]
        by = BY_WHOM.match(root + "…" * 2)
        if by and by.end() >= len(root):  # 上级补助20万元，自筹15万元
            return ""
    root = thing_of(root) if len(root) > 8 else root
    if before.modifier and len(before.modifier) <= _WHICH and len(root) <= 4 and ends_in_agent(root):
        root = before.modifier + root  # 签订工资专项合同的企业14家，覆盖职工90人: not of any firms
    # 要约率100%，签约率92%; two rates of nothing told (建会率85%，入会率79%) hang on nothing.
    return RATE_END.sub("", root) if is_rate(root) and is_rate(text) else root


def _dependent(place: Place, plain: Name, right: str) -> Name | None:
    """签订集体合同1857份，覆盖企业5379家: words that say how much of the thing told before."""
    before = place.before
    text = _hanging(place, plain, before) if before and before.text else ""
    root = _hung_on(place, before, text) if before and text else ""
    if not before or not root:
        return None
    stem = before.text.rfind(text[:-1]) if is_rate(text) else -1
    if stem == 0:  # 干部职工参赛，参赛面100%
        return None
    if stem > 1:  # 调解成功15起，成功率94%
        name = before.text[:stem] + text
        core = verb_and_core(name)[1]
        return plain._replace(text=core if len(core) > len(text) else name, rule="carried", root=root)
    if root in text or text in root:
        return None
    if text == "实到":  # 应到代表186名，实到179名
        return plain._replace(text=text + root.removeprefix("应到"), root=root)
    again = root.rfind(text[:2])  # “安康杯”竞赛参赛单位58家，参赛人数2.4万人
    name = root[:again] + text if again >= 2 else root + text
    pieces = (*before.pieces[:2], place.left.span)
    return Name(name[-MAX_NAME:], pieces, "carried", plain.verb or before.verb, root, own=text, part=plain.part)


# 书屋, 驿站 and the like: what is told after them of books, people and money is theirs.
_BODIES = re.compile(
    r"^.*(?:储金会|基金|基金会|协会|书屋|中心|基地|工作室|驿站|服务队|夜校|俱乐部|竞赛|大赛|比武)(?=(?:占地|建有|设有)?$)"
)


def _of_the_body(place: Place, plain: Name, right: str) -> Name | None:
    """建成职工书屋26家，藏书6.5万册: what bodies or contests told before have, in a unit of its own."""
    before = place.before
    body = _BODIES.search(before.root) if before else None
    if not before or not body or place.unit == before.unit or place.unit == "%" or right:
        return None
    if len(plain.text) > 4 or plain.text in before.root or place.left.text != plain.text:
        return None
    pieces = (*before.pieces[:2], place.left.span)
    name = body.group() + plain.text
    return plain._replace(text=name[-MAX_NAME:], pieces=pieces, rule="carried", root=body.group(), own=plain.text)


# After one of these, the next thing in the sentence is awarded too: 评出省级劳模6人，先进集体1个.
_AWARDING = ("评", "表彰", "命名", "授予", "荣获", "获", "推荐", "选树")


def _doers(before: str, thing: str) -> str:
    """参赛班组, 职工 → 参赛职工: those of a list who did the same; nothing where no act stands before the first."""
    if not ends_in_agent(thing):
        return ""
    for agent in patterns().agent.finditer(before):
        doing_what = before[: agent.start()]
        if agent.end() == len(before) and doing_what.endswith(words("doing")):
            return doing_what + thing
    return ""


def _listed(place: Place, plain: Name, right: str) -> Name | None:
    """慰问企业388家、职工6673人: a thing of a list shares the verb or the modifier of the one before."""
    before, text = place.before, plain.text
    if not before or plain.verb or is_rate(text):
        return None
    if not place.listed and (place.unit == "元" or not before.verb.startswith(_AWARDING)):
        return None
    pieces = (*before.pieces[:1], place.left.span)
    doers = _doers(before.text, text) if place.listed else ""
    if doers:
        return plain._replace(text=doers, pieces=pieces, rule="listed", root=text)
    if place.listed and before.rule == "carried" and before.verb and before.own.startswith(before.verb):
        # 集体合同覆盖企业5379家、职工38万人
        name = before.root + before.verb + text
        return plain._replace(
            text=name, pieces=pieces, rule="carried", verb=before.verb, root=before.root, own=before.verb + text
        )
    named = plain._replace(pieces=pieces, rule="listed", verb=before.verb, root=text)
    if before.modifier and len(text) <= 8 and place.listed:
        return named._replace(text=before.modifier + text, modifier=before.modifier)
    return named._replace(text=before.verb + text) if before.verb else None


def _same_rate(place: Place, plain: Name, right: str) -> Name | None:
    """国有企业规范率达95%，非公企业达62%: the rate of the one before."""
    before = place.before
    if place.unit != "%" or not before or before.unit != "%" or right or not ends_in_agent(plain.text):
        return None
    rate = RATE_END.search(before.text)
    if not rate or is_rate(plain.text):
        return None
    name = plain.text + rate.group()[-3:]
    return plain._replace(text=name, rule="carried", verb="", root=name)


COMPLETIONS: tuple[Callable[[Place, Name, str], Name | None], ...] = (
    _changed_to,
    _share_of,
    _share_told,
    _task_share,
    _of_the_act_alone,
    _share_doing,
    _of_the_act,
    _taken_up,
    _act_again,
    _dependent,
    _of_the_body,
    _listed,
    _same_rate,
)
