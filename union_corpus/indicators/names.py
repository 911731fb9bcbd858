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
from typing import NamedTuple

from union_corpus.documents import Span
from union_corpus.indicators.clauses import (
    MAX_NAME,
    RATE_END,
    Left,
    cut_long,
    doing,
    ends_in_agent,
    is_rate,
    split_agent,
    tidy,
    verb_and_core,
    without_aspect,
)
from union_corpus.indicators.cues import patterns, words
from union_corpus.indicators.vocabulary import Coded
from union_corpus.quantities import Quantity


class Name(NamedTuple):
    """
    The name of a figure: ``text`` normalised, ``pieces`` the printed stretches, ``rule`` the way it was found.

    A later figure may inherit the ``verb`` (慰问企业388家、职工6673人), the ``modifier`` (参赛的单位796家、职工99897名) or the
    ``root``, the thing itself (签订集体合同1857份，覆盖企业5379家); money given goes with the ``matter`` (1684名职工获得补助，
    总金额…). ``own`` are the words of its own clause. ``coded`` is the code its figure was given, which a change of it and
    the other end of a change (由320家增加到915家) share.
    """

    text: str
    pieces: tuple[Span, ...]
    rule: str
    verb: str = ""
    root: str = ""
    modifier: str = ""
    own: str = ""
    part: bool = False
    matter: str = ""
    unit: str = ""
    coded: Coded | None = None


class Place(NamedTuple):
    """
    A number among its words: ``text`` are those before it, less a 为 or 向 that leads to the one acted on (``giving``);
    ``right`` those after it, from ``span[0]`` on; ``of`` tells that these hang on the number with 的 (12名的…).

    ``before`` is the name told last, ``same`` the last one in the same unit; ``listed`` says that the number follows the
    one before after a 、 or 和, and so shares its verb. ``noun`` says that the counted thing stands after the number,
    ``verb_end`` is the act that ends ``text``; ``task`` that a task or target follows (完成了300家的任务).
    """

    view: str
    quantity: Quantity
    left: Left
    text: str
    span: Span
    right: str
    of: bool
    before: Name | None
    same: Name | None
    listed: bool
    giving: bool
    noun: bool
    task: bool
    verb_end: re.Match[str] | None

    @property
    def unit(self) -> str:
        """The unit of the number."""
        return self.quantity.unit

    @property
    def counter(self) -> str:
        """What a unit says is counted where no noun does: 42户66人."""
        return _UNIT_NOUN.get(self.unit, "")


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
    place = _place(view, quantity, right, left, before, listed=listed, same=same)
    for reading in READINGS:
        name = reading(place)
        if name is not None:
            return name
    return Name("", (), "none")


# A unit says what is counted where no noun does: 42户66人.
_UNIT_NOUN = {
    "人": "人数", "名": "人数", "位": "人数", "户": "户数", "人次": "人次", "元": "金额", "家": "单位数", "次": "次数", "件": "件数",
}  # fmt: skip
# Units that name what they count: a noun behind them is no name of it.
_NAMED_UNITS = frozenset({"元", "%", "个百分点", "人次", "美元", "‰", "倍"})
_PERSONS = frozenset({"人", "名", "位", "户"})
_LIST_MARK = re.compile(r"等(?:各类|各种|各级|多|共|\s)*$")
_BODY_END = re.compile(
    r"(?:工会|公司|集团|局|院|校|厂|矿|部门|机关|总社|党委|政府|分会|我们|监狱|所|系统|街道|[省市区县镇乡]|公会|省总|市总|全总|单位|经)$"
)
_OBJECT_OF_TASK = re.compile(r"(?:年度|工作|奋斗|预期|全年)?(?:任务|目标|指标)(?:的?(?:实现|完成))?$")
_MEASURE_NOUN = re.compile(r"(?:班次|场次|批次|车次|学时|课时)(?:共|计|共计)?")
# 由14.2万元增至20.5万元: no act of what is counted, but its way to the next number.
_TO_OTHER = re.compile(
    r"(?:逐步|逐年|迅速|已)?(?:增加|增长|上升|提高|提升|扩大|发展|下降|减少|降低|核减|压缩|前移|跃升|上浮|增|升|降|减|提|涨)[到至为成](?:近|约|了)?"
)
_CIRCUMSTANCE = re.compile(r"基础上|情况下|前提下|条件下|同时")
# No act and what may stand between it and the number is longer: 组织了全公司.
_ACT_END = 12
_AFTER = re.compile(r"\s*(?:以上|以下|左右|以内|上下|不等|之多)?\s*")


def _place(
    view: str, quantity: Quantity, right: Span, left: Left, before: Name | None, *, listed: bool, same: Name | None
) -> Place:
    found = patterns()
    start, end = right
    after = _AFTER.match(view, start, end)
    start = after.end() if after else start
    of = view.startswith("的", start) and start < end
    begin = start + 1 if of else start
    behind = tidy(view[begin:end])
    task = bool(_OBJECT_OF_TASK.match(behind))
    empty = _MEASURE_NOUN.fullmatch(behind) or _TO_OTHER.fullmatch(behind) or (of and _CIRCUMSTANCE.match(behind))
    if task or empty or quantity.kind == "rank":
        behind = ""
    text, unit = left.text, quantity.unit
    led = bool(found.giving_end.search(left.printed.rstrip()))
    # 免费为1万名老人实施手术: 为 leads to the one acted on, and is no copula.
    giving = led and (not text or bool(found.giving_end.search(text)) or noun_follows(view, begin, end, quantity))
    persons_act = unit in _PERSONS and bool(found.verb_start.match(view, begin))  # 为19人发放助学金
    noun = bool(behind) and (
        of
        or not (
            found.predicate.match(view, begin, end)
            or (persons_act and (giving or (unit in ("人", "户") and not text)))
            or unit in _NAMED_UNITS
            or (unit == "人" and text and not giving)
        )
    )
    return Place(
        view,
        quantity,
        left,
        found.giving_end.sub("", text) if giving else text,
        (begin, end),
        behind,
        of,
        before,
        same,
        listed,
        giving,
        noun,
        task,
        None if giving else found.verb_end.search(text, max(0, len(text) - _ACT_END)),
    )


def noun_follows(view: str, start: int, end: int, quantity: Quantity) -> bool:
    """Whether a thing with a predicate of its own stands after the number: 10名老人实施手术."""
    if quantity.unit in _NAMED_UNITS or patterns().predicate.match(view, start, end):
        return False
    at, begin = split_agent(view, start, end)
    return start < at < end and begin < end


# ---------------------------------------------------------------------- the readings

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
    if not (place.text and place.right) or place.noun or not place.left.printed.rstrip().endswith("有"):
        return None
    act = _ADVERB.sub("", place.right)
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
_COUNT_END = re.compile(r"(?:共|(?<![审统会设合估])计|合计|累计|中|内|的)$")


def _counted_after(place: Place) -> Name | None:
    """资助719名困难学生入学, 1.2万家企业开展竞赛: the counted thing stands after the number."""
    text = place.left.text
    opened = not text or place.giving or place.verb_end or _LIST_MARK.search(text) or _BODY_END.search(text)
    if not (place.noun and opened):
        return None
    start, end = place.span
    at, begin = split_agent(place.view, start, end)
    act = without_aspect(_EMPTY_ACT.sub("", tidy(place.view[begin:end])))
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
    return _from_left(place, place.right)


_ADVERB = re.compile(r"^(?:已|均|都|重新|全部|分别|顺利|成功|共|了|并|和|的|用于|以)+")


def _act_after(place: Place) -> Name | None:
    """拿出20万元奖励竞赛: the money's act, then its use; 640人报名: what they did."""
    if not place.right or place.of:
        return None
    act = _ADVERB.sub("", place.right)
    if len(act) < 2:
        return None
    part = place.left.part
    if place.text:
        own = (place.verb_end.group(1) if place.verb_end else place.text) + act
        verb, _ = verb_and_core(own)
        return Name(own, (place.left.span, place.span), "object", verb, act, own=own, part=part)
    verb, root = verb_and_core(act)
    counter = "" if place.unit in _NAMED_UNITS else place.counter
    return Name(act[:MAX_NAME] + counter, (place.span,), "predicate", verb, root, own=act, part=part)


def _words_alone(place: Place) -> Name | None:
    """The words before the number after all, where nothing behind it says what is counted."""
    return _from_left(place, "") if place.text else None


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
    before = place.same or place.before
    if not before or not before.text:
        return None
    other = place.unit != before.unit and place.unit in ("元", "户", "人次", "人", "次")
    counter = place.counter if other and not before.text.endswith(place.counter) else ""
    return before._replace(text=before.text + counter, rule="carried", part=place.left.part, matter="", unit="")


READINGS: tuple[Callable[[Place], Name | None], ...] = (
    _ranked_again,
    _task_again,
    _rate_behind,
    _taking_part,
    _given,
    _exemplified,
    _acted_on,
    _attributive,
    _counted_after,
    _thing_after,
    _caused,
    _words_before,
    _act_after,
    _words_alone,
    _each,
    _same_again,
)


# ---------------------------------------------------------------------- names from the words before the number

# 武汉城市圈就要力争新增, 公司现有员工: words inside that name nothing.
_INNER = re.compile(
    r"(?<=[一-鿿])(?:(?:就|都)?(?:要|需|应)?(?:力争|确保|务必)(?:实现)?|现有|现已有?|共有|拥有)(?=[一-鿿])"
)
# 参加省总组织的比赛获一等奖: the prize is counted, not the contest.
_AWARDED = re.compile(r"(?:荣获|获得|夺得|获)[^获]{1,14}(?:奖|称号|奖章|奖状)$")


_ENUMERATED = re.compile(
    r"[^等]*、[^等]*等(?:各类|各种|多种|各项|一系列)?(?!方面|比|均|都|项目|工作|主要)([一-鿿“][^、]{2,})$"
)
# 为一线司机、装卸工送西瓜: what was given is counted.
_GIFT = re.compile(r"[为给向][^,;。]{2,16}?(?=(?:送去?|发放|赠送|提供|配发|配备|办理|购买|争取)[一-鿿“]{2})")


def _from_left(place: Place, right: str) -> Name:
    """The words before the number, completed from the name before where they lack something (see ``COMPLETIONS``)."""
    text = cut_long(place.left.text)
    text = without_aspect(text.rstrip("等的了") if len(text) > 2 else text)
    text = _INNER.sub("", text) or text
    awarded = _AWARDED.search(text)
    text = text[awarded.start() :] if awarded and awarded.start() > 4 else text
    listed = _ENUMERATED.match(text)
    if listed:  # 办缝纫、烹饪、家电维修等培训班: examples are no name
        text = verb_and_core(text)[0] + listed.group(1)
    gift = _GIFT.match(text)
    text = text[gift.end() :] if gift else text
    if place.unit in _PERSONS and text.endswith("人数") and ends_in_agent(text[:-2]):
        text = text[:-2]
    verb, root = verb_and_core(text)
    plain = Name(text, (place.left.span,), "left", verb, root, own=text, part=place.left.part)
    for completion in COMPLETIONS:
        name = completion(place, plain, right)
        if name is not None:
            return name
    head, _, last = text.rpartition("的")
    if head and 0 < len(last) <= 8:
        return plain._replace(root=last, modifier=head + "的")
    return plain


_EACH_OPEN = re.compile(r"人均|户均|每[人户名位家]")
_BY_WHOM = re.compile(r"^(?:厂部|厂方|校方|院方|行政|党政|公司|企业|领导)(?=..)")
_MONEY = re.compile(r"(?:金额|总额|资金|价值|款|金)$")
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


def _dependent(place: Place, plain: Name, right: str) -> Name | None:
    """签订集体合同1857份，覆盖企业5379家: words that say how much of the thing told before."""
    found, text, before = patterns(), plain.text, place.before
    if not before or not before.text:
        return None
    if not found.dependent.match(text):
        bare = _BY_WHOM.sub("", text)
        act = found.verb_start.match(bare)
        if place.unit != before.unit or plain.part or before.part or not act or act.end() < len(bare):
            return None
        text = bare  # 查出隐患4815条，整改4790条: an act alone, on what was counted before
    if found.own_rate.search(text) and len(text) <= 5:
        return None
    money = text.startswith(("慰问", "救助", "补助", "资助", "奖", "助学"))
    root = before.text if money and text[:2] in before.text else before.root or before.text
    if before.matter and _MONEY.search(text):
        root = before.matter
    if _EACH_OPEN.match(text) and len(before.text) <= 14:
        root = before.text  # 资助200名职工提升学历，人均补助1000元
    if is_rate(root) and is_rate(text):
        root = RATE_END.sub("", root) or root  # 要约发出率100%，签约率92%
    if root in text or text in root:
        return None
    name = root + text[2:] if root.endswith(text[:2]) else root + text
    pieces = (*before.pieces[:2], place.left.span)
    return Name(name[-MAX_NAME:], pieces, "carried", plain.verb or before.verb, root, own=text, part=plain.part)


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
    if not place.listed and not before.verb.startswith(_AWARDING):
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
    _share_doing,
    _of_the_act,
    _dependent,
    _listed,
    _same_rate,
)
