"""
What a number counts: the words before it, after it, or carried over from the figure before.

A name is looked for in the clause of its number. ``read_left`` has taken period, subject and adverbs off the words before
the number; a number's ``Place`` holds these, the words after it and the name told before it. Each reading below knows one
way in which reports name a figure and gives None where that is not the way; ``READINGS`` are tried in their order:

==================  ===================================================================  =========================
reading             words                                                                name
==================  ===================================================================  =========================
_ranked_again       (财政总量)…升至全省第33位                                              财政总量
_task_again         (新建工会)…完成了300家的任务                                           新建工会
_rate_behind        以91.7%的同意率通过                                                   同意率
_given              为门诊、车队等岗位260人送清凉                                          送清凉门诊、车队等岗位
_exemplified        举办焊工、车工3个工种的技能竞赛                                         举办工种技能竞赛
_taking_part        城市圈有28万人参加                                                    城市圈参加人数
_made_of            把案例绘制成40块图片                                                   绘制图片
_acted_on           对公司中层以上38名干部进行民主评议                                    民主评议中层以上干部
_attributive        获得补助的12名职工                                                    获得补助的职工
_counted_after      资助719名困难学生入学; 28名职工获奖                                    资助困难学生入学; 获奖的职工
_thing_after        “安康杯”竞赛1086户企业                                                “安康杯”竞赛企业
_caused             组织务工人员8600人入会                                                组织务工人员入会
_words_before       签订集体合同1857份; (慰问职工450人)，慰问金3.6万元                      签订集体合同; 慰问职工慰问金
_act_after          拿出20万元奖励竞赛; 640人报名                                          拿出奖励竞赛; 报名人数
_each               (发放救助金28万元)，户均875元                                          发放救助金户均
_same_again         (工会42个、会员4万人)；另一说43个、5万人                                工会; 会员
==================  ===================================================================  =========================

A name is put together from printed pieces; ``Name.pieces`` keeps their places.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from union_corpus.documents import Span
from union_corpus.indicators import behind
from union_corpus.indicators.clauses import (
    MAX_NAME,
    Left,
    doing,
    ends_in_agent,
    split_agent,
    thing_of,
    tidy,
    verb_and_core,
    without_aspect,
)
from union_corpus.indicators.completions import from_left
from union_corpus.indicators.cues import patterns, words
from union_corpus.indicators.names import NAMED_UNITS, PERSONS, Name, Place, place_of
from union_corpus.quantities import Quantity


def name_of(
    view: str,
    quantity: Quantity,
    right: Span,
    left: Left,
    before: Name | None,
    *,
    listed: bool,
    same: Name | None,
) -> Name:
    """The name of one quantity, from the words around it and the names before it (see ``Place``)."""
    place = place_of(view, quantity, right, left, before, listed=listed, same=same)
    for reading in READINGS:
        name = reading(place)
        if name is not None:
            return name
    return Name("", (), "none")


_LIST_MARK = re.compile(r"等(?:各类|各种|各级|多|共|\s)*$")
_BODY_END = re.compile(
    r"(?:工会|公司|集团|局|院|校|厂|矿|部门|机关|总社|党委|政府|分会|我们|监狱|所|系统|街道|[省市区县镇乡]|公会|省总|市总|全总|单位|经)$"
)


_RANKED = re.compile(r"(?:位?居|位?列|名列|排名?|跃居|稳居|升至|在)?(?:全[国省市区县]|中部|西部|同类|同行业)?")


def _ranked_again(place: Place) -> Name | None:
    """…排名全省第6位，前移到第3位: the place of the thing told before."""
    if place.quantity.kind == "rank" and place.before and _RANKED.fullmatch(place.left.text):
        return place.before._replace(rule="carried", part=place.left.part)
    return None


# 超额完成年初确定的2万人的任务
_DOING = re.compile(r"(?:完成|实现|达到|超过|突破)了?(?:确定|下达|分配|制定|计划)?$")


def _task_again(place: Place) -> Name | None:
    """新建工会320家，完成了300家的任务: the task was the thing told before."""
    empty = not place.text or (place.verb_end is not None and place.verb_end.start() <= 2) or _DOING.search(place.text)
    if place.task and place.before and empty:
        return place.before._replace(rule="carried", part=place.left.part)
    return None


def _taking_part(place: Place) -> Name | None:
    """城市圈有28万人参加, 经培训已有31人重新上岗: those who have, and what is done."""
    if not (place.text and place.right) or place.noun:
        return None
    act = _ADVERB.sub("", place.right)
    if not place.left.printed.rstrip().endswith("有"):  # 钳工组21人报名
        alone = place.unit in PERSONS and act in words("bare_act") and not verb_and_core(place.text)[0]
        if not alone or place.verb_end or len(place.text) < 3 or act in place.text:
            return None
    if not patterns().verb_start.match(act) and not _STATE.fullmatch(act):
        return None
    own = place.text + act
    return Name(own + place.counter, (place.left.span, place.span), "predicate", root=place.text, own=own)


_RATE_BEHIND = re.compile(r"[一-鿿]{1,6}?率")


def _rate_behind(place: Place) -> Name | None:
    """以91.7%的同意率通过: the rate is named behind its number."""
    rate = _RATE_BEHIND.match(place.right) if place.of and place.unit == "%" else None
    if not rate:
        return None
    return Name(rate.group(), (place.span,), "subject", "", rate.group(), own=rate.group(), part=place.left.part)


def _given(place: Place) -> Name | None:
    """为门诊、车队等岗位260人送清凉: to whom stands before the number, what was done for them behind it."""
    text = place.left.text
    if place.noun or place.of or text[:1] not in ("为", "给", "向"):
        return None
    if not patterns().verb_start.match(place.right) and not _STATE.match(place.right):
        return None
    own = place.right + text[1:]
    verb, matter = verb_and_core(place.right)
    pieces = (place.left.span, place.span)
    return Name(own[:MAX_NAME], pieces, "object", verb, text[1:], own=own, part=place.left.part, matter=matter)


def _exemplified(place: Place) -> Name | None:
    """举办焊工、车工、钳工3个工种的技能竞赛: the list before the number tells which, what is counted stands behind."""
    verb, which = verb_and_core(place.text)
    if not (place.noun and verb and "、" in which) or place.of or place.unit not in ("个", "项", "种", "类", "门"):
        return None
    thing = place.right.replace("的", "")
    if len(thing) > 14:
        return None
    pieces = (place.left.span, place.span)
    return Name(verb + thing, pieces, "object", verb, thing, own=verb + thing, part=place.left.part)


_MADE_OF = re.compile(
    r"(编印?|汇编|绘制?|绘就|制作?|整理|装订|改编|拍摄?|剪辑|翻译|印制?|刻录?|拼|改造|改建|分解?|细化|提炼|归纳|总结|梳理|转化|浓缩)成了?$"
)


def _made_of(place: Place) -> Name | None:
    """把事故案例绘制成40块图片: what something was made into stands behind the number."""
    made = _MADE_OF.search(place.left.text) if place.noun and not place.of else None
    if not made or len(place.right) > 14:
        return None
    verb = made.group(1)
    name = verb + place.right
    return Name(name, (place.left.span, place.span), "object", verb, place.right, own=name, part=place.left.part)


# 对公司中层以上38名干部进行民主评议: whom an act concerns, told before the act.
_CONCERNED = re.compile(r"(?:^|[,;。\s])对[^,;。]{1,12}$")


def _acted_on(place: Place) -> Name | None:
    """对公司中层以上38名干部进行民主评议: the act stands behind the thing; 优秀12名 after it is told of the act."""
    if not place.noun or place.giving or not place.text or not _CONCERNED.search(place.left.printed):
        return None
    begin, end = place.span
    at, acted = split_agent(place.view, begin, end)
    act = without_aspect(_EMPTY_ACT.sub("", tidy(place.view[acted:end])))
    if not act or len(act) > 8:
        return None
    thing = place.text + tidy(place.view[begin:at])
    pieces = (place.left.span, place.span)
    return Name(act + thing, pieces, "object", act, thing, own=act + thing, part=place.left.part, matter=act)


# 由2011年的8600户减少到…: what 的 hangs on is the year, not the thing after the number.
_SETS_OUT = re.compile(r"[由从][^,;由从]{0,14}的\s*$")


def _attributive(place: Place) -> Name | None:
    """获得补助的12名职工: the words before the number tell which ones."""
    printed = place.left.printed
    modifying = printed.rstrip().endswith("的") and len(place.text) > 1 and not _SETS_OUT.search(printed)
    if not (place.noun and modifying and not place.verb_end):
        return None
    begin, end = place.span
    at, _ = split_agent(place.view, begin, end)
    thing = tidy(place.view[begin:at])
    which = place.text.removesuffix("的") + "的"
    return _of_thing(place, which, thing, (begin, at))


def _of_thing(place: Place, which: str, thing: str, span: Span) -> Name:
    name = which + thing
    pieces = (place.left.span, span)
    return Name(name[-MAX_NAME:], pieces, "subject", "", thing, which, own=name, part=place.left.part)


_PASSIVE = re.compile(r"被|受|获|得|参加|入|晋")
_EMPTY_ACT = re.compile(r"^(?:进行了?|给予了?|予以|实施了?)(?=..)")
_DIGIT = re.compile(r"[\d〇零一二三四五六七八九十百千两]")
_COUNT_END = re.compile(r"(?:合?共|(?<![审统会设合估])计|合计|累计|中|内|的)$")


def _counted_after(place: Place) -> Name | None:
    """资助719名困难学生入学, 1.2万家企业开展竞赛: the counted thing stands after the number."""
    text = place.left.text
    opened = not text or place.giving or place.verb_end or _LIST_MARK.search(text) or _BODY_END.search(text)
    if not (place.noun and opened):
        return None
    start, end = place.span
    at, begin = split_agent(place.view, start, end)
    act = without_aspect(_EMPTY_ACT.sub("", tidy(place.view[begin:end])))
    act = behind.given_what(act, place.view, end)
    if _DIGIT.match(place.view, end) and not patterns().verb_start.match(act):
        act = ""  # 48名选手经过三轮角逐: words that only lead on to the next number
    thing = tidy(place.view[start:at])
    thing = _COUNT_END.sub("", thing.replace("的", "") if len(thing) > 8 else thing)
    part = place.left.part
    verb = _verb_before(place, act)
    if verb:
        at = place.view.rfind(verb, *place.left.span)
        pieces = ((at, at + len(verb)), place.span) if at >= 0 else (place.span,)
        name = verb + thing + (act if len(act) <= 14 else "")
        return Name(name[:MAX_NAME], pieces, "object", verb, thing, own=verb + thing + act, part=part)
    rule = "object" if place.giving else "subject"
    if not act:
        return Name(thing[:MAX_NAME], (place.span,), rule, "", thing, own=thing, part=part)
    done, matter = verb_and_core(act)
    acted_on = place.giving and len(act) <= 4 and not _PASSIVE.match(act)
    name = act + thing if acted_on else doing(act, thing)
    return Name(
        name[-MAX_NAME:], (place.span,), rule, done, thing, act + "的", own=act + thing, part=part, matter=matter
    )


def _verb_before(place: Place, act: str) -> str:
    """The verb that acts on the thing after the number: 资助719名…, 发展等各类企业12家; shared by 、 with the one before."""
    text = place.left.text
    verb = place.verb_end.group(1) if place.verb_end else ""
    if not verb and _LIST_MARK.search(text):
        opening = patterns().verb_start.match(text)
        verb = opening.group(1) if opening else ""
    if not text and place.listed and place.before and place.before.verb and not act:
        verb = place.before.verb
    return verb


def _thing_after(place: Place) -> Name | None:
    """“安康杯”竞赛1086户企业: a thing stands before the number, and who took part in it after."""
    text = place.text
    if not (place.noun and text) or place.of or ends_in_agent(text) or verb_and_core(text)[0]:
        return None
    begin, end = place.span
    at, _ = split_agent(place.view, begin, end)
    thing = tidy(place.view[begin:at])
    if not 2 <= len(thing) <= 10 or not ends_in_agent(thing):
        return None
    return _of_thing(place, text, thing, (begin, at))


_STATE = re.compile(r"入会|建会|上岗|(?:实现)?(?:再)?就业|创业|脱困|脱贫|入学|返岗|参保|投保|送(?:清凉|温暖|健康|文化)")


def _caused(place: Place) -> Name | None:
    """组织务工人员8600人入会: whom the act moved stands before the number, what they did behind it."""
    verb, whom = verb_and_core(place.left.text)
    act = without_aspect(_ADVERB.sub("", place.right))
    if verb not in words("causing") or place.noun or place.of or not 2 <= len(act) <= 10:
        return None
    if not patterns().verb_start.match(act) and not _STATE.fullmatch(act):
        return None
    name = verb + whom + act
    return Name(name[:MAX_NAME], (place.left.span, place.span), "object", verb, whom, own=name, part=place.left.part)


def _words_before(place: Place) -> Name | None:
    """签订集体合同1857份, …，慰问金3.6万元: the words before the number name it."""
    acting = place.verb_end and (place.verb_end.start() == 0 or place.unit == "元")
    waits = acting and not place.of and len(place.right) > 1
    if not place.text or (place.giving and place.right) or waits:
        return None
    return from_left(place, place.right)


_ADVERB = re.compile(r"^(?:已|均|都|重新|全部|分别|顺利|成功|当场|现场|先后|相继|陆续|共|了|并|和|的|用于|以)+")


def _act_after(place: Place) -> Name | None:
    """拿出20万元奖励竞赛: the money's act, then its use; 640人报名: what they did."""
    if not place.right or place.of:
        return None
    act = _BUT_FOR.sub("", without_aspect(_ADVERB.sub("", place.right)))
    if len(act) < 2:
        return None
    part = place.left.part
    if place.text:
        own = (place.verb_end.group(1) if place.verb_end else place.text) + act
        verb, _ = verb_and_core(own)
        return Name(own, (place.left.span, place.span), "object", verb, act, own=own, part=part)
    verb, root = verb_and_core(act)
    some = _some_of(place, act)
    if some:
        return some
    counter = "" if place.unit in NAMED_UNITS else place.counter
    return Name(act[:MAX_NAME] + counter, (place.span,), "predicate", verb, root, own=act, part=part)


# 除4项需列入大修计划外均已整改
_BUT_FOR = re.compile(r"^[需须](?:要)?|外(?:[均都]|全部|其余).*$")
_SOME = re.compile(r"(?:其中|已|还|现|又|另)有?$|^有$")


def _some_of(place: Place, act: str) -> Name | None:
    """37家非公企业中，已有29家建立工会: some of those told just before, and what they did."""
    of = place.before
    if not of or of.unit != place.unit or not _SOME.search(place.left.printed.strip(" ,的")):
        return None
    thing = thing_of(of.root)
    if not ends_in_agent(thing) or len(thing) > 10 or len(act) > 14:
        return None
    pieces = (*of.pieces[:1], place.span)
    name = doing(act, thing)
    return Name(name, pieces, "predicate", *verb_and_core(act), act + "的", own=act, part=place.left.part)


def _words_alone(place: Place) -> Name | None:
    """The words before the number after all, where nothing behind it says what is counted."""
    return from_left(place, "") if place.text else None


_PER_HEAD = re.compile(r"([户人月年]均|每[人户名位家月年])(?:[由从][^,;。]*)?\s*$")


def _each(place: Place) -> Name | None:
    """发放救助金28万元，户均875元: the share of each in what was told before."""
    share = _PER_HEAD.search(place.left.printed)
    before = place.before
    if not share or not before or not before.text:
        return None
    pieces = (*before.pieces, place.left.span)
    return Name(before.text + share.group(1), pieces, "carried", before.verb, before.root, own=share.group(1))


def _same_again(place: Place) -> Name | None:
    """工会42个、会员4万人；另一说43个、5万人: a number without words repeats the name told last in its unit."""
    # 借出42笔共18.5万元: what stands at once behind a number is of the same thing.
    at_once = not place.left.printed and not place.listed
    before = place.before if at_once and place.before else place.same or place.before
    if not before or not before.text:
        return None
    other = before.unit and place.unit != before.unit and place.unit in ("元", "户", "人次", "人", "次")
    counter = place.counter if other and not before.text.endswith(place.counter) else ""
    return before._replace(text=before.text + counter, rule="carried", part=place.left.part, matter="", unit="")


READINGS: tuple[Callable[[Place], Name | None], ...] = (
    _ranked_again,
    _task_again,
    _rate_behind,
    _taking_part,
    behind.money_of,
    behind.such_as,
    _given,
    _exemplified,
    _made_of,
    behind.listed_kinds,
    _acted_on,
    _attributive,
    _counted_after,
    _thing_after,
    _caused,
    behind.spent_on,
    _words_before,
    behind.counted_on,
    behind.crew_did,
    _act_after,
    _words_alone,
    _each,
    _same_again,
)
