"""
What a number counts: the words before it, after it, or carried over from the figure before.

Reports name a figure in a few ways. The words stand before the number (困难职工帮扶资金达到…), after it (28名职工获…), around it
(资助719名困难学生入学), or they were said with the figure before and only a head is left (…450余人，慰问金3.6万元). A name is
put together from printed pieces; ``Name.pieces`` keeps their places.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from union_corpus import lexicon
from union_corpus.documents import Span
from union_corpus.quantities import Quantity

# Longer stretches are no names: the words nearest the number are kept.
MAX_NAME = 40


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


class _Patterns(NamedTuple):
    tail: re.Pattern[str]
    tail_ends: frozenset[str]  # the last characters of all tails, blanks aside
    lead: re.Pattern[str]
    verb: re.Pattern[str]
    verb_start: re.Pattern[str]
    verb_end: re.Pattern[str]
    giving_end: re.Pattern[str]
    predicate: re.Pattern[str]
    agent: re.Pattern[str]
    dependent: re.Pattern[str]
    own_rate: re.Pattern[str]
    growth: re.Pattern[str]


# One-character verbs, and what makes them part of another word: 建会, 创新, 提案.
_NOT_AFTER = {
    "建": "会家制档筑议材设功", "创": "新业先效意伤投造", "办": "公案事学法", "提": "案高升倡前醒出供", "评": "议比价估先选为",
    "设": "施备计法想立置", "获": "奖", "送": "温清达礼", "捐": "赠款",
}  # fmt: skip
# 组织全市…, 为全矿…: whose the counted things are, between the act and the number.
_WHOLE = r"(?:全(?:国|省|市|区|县|镇|乡|街道|州|旗|厂|矿|校|院|局|公司|集团|系统|行业|线|段|社|体)|各|[我本][省市区县厂矿校院局])?"


@cache
def patterns() -> _Patterns:
    """The patterns made of the cue words, compiled once."""
    verbs = "|".join(
        re.escape(word) + (f"(?![{_NOT_AFTER[word]}])" if word in _NOT_AFTER else "") for word in words("verb")
    )
    aspect = "(?:了|过|出|到|着|成|好|起|各类|各种|各级|各项|各)?"
    return _Patterns(
        tail=re.compile(rf"(?:\s|:|,|(?<![实应签报收接看找])到|(?:{any_of('reach')})了?)+$"),
        tail_ends=frozenset([":", ",", "到", "了", *(word[-1] for word in words("reach"))]),
        lead=re.compile(
            rf"(?:\s|[,、:;”’)]|\d{{1,2}}[、.)]|总(?![额数量产工值金价收人面会])|各(?![级类种项])|比(?![武赛例重对])|较(?![大多好高])|共(?!建(?![成立设有])|[同享青产识])|/[人月年天户亩次]+(?:[·/][人月年])?|有(?![关效害限线机])|[一-鿿]{{2,6}}以来|在(?![岗职册校编建])|含(?!量|税)|对(?![内外口接比照标])|要(?![求素点闻])|计划(?!生育|外|内|经济)|现(?![金有已共场代职])|(?:和|与|及|以及|(?:{any_of('lead')})))"
            r"(?!率|工会[,;、]|协商|[型化])"
        ),
        verb=re.compile(rf"(?:{verbs}){aspect}"),
        verb_start=re.compile(rf"({verbs}){aspect}"),
        verb_end=re.compile(rf"({verbs}){aspect}{_WHOLE}\s*$"),
        giving_end=re.compile(rf"(?:{any_of('giving')})\s*{_WHOLE}\s*$"),
        predicate=re.compile(
            r"\s*(?:获(?!奖(?:作品|项目|选手|单位|成果|人员|者))|荣[获立]|被|参加|参与|参赛(?!职工|选手|单位|队|人员|企业)|通过|达到|实现|完成|取得|得到|受到|晋[升级]|"
            r"考[取上]|入选|当选|加入|接受|享受|领到|签订|签定|建立|开展|实行|推行|实施|报名|已|均|都|全部|分别|各(?!类|种|级|项)|顺利|成功|按|在(?!职|岗|册|校|编)|到|为|占|同比|比(?!武|赛)|较(?![大多高好])|"
            r"增[长加至]|减少|降低|提高|扩大到|上升|下降|名列|位居|得以|因|从|由|向|给|是|有(?!关)|可|能(?!手)|将|要|需|应(?!聘)|不|没|未|以|就(?!业)|即|并|和|与|及|或|等|中(?![层小学专高级青])|内|"
            r"里|后|前|时|上(?!岗|学|海)|下(?!岗|属)|地(?![方质])|得|了|的|其|,|进入|脱|赴|前往|纳入|列入|进行|作为|成为|符合|"
            r"申请|提出|投保|成为|做为|走上|共(?!同|青|建|享)|累计|合计|计(?!算|划|生)|落户|超额|高于|低于|次之|不等|$)"
        ),
        agent=re.compile(rf"(?:{any_of('agent')})(?:们|等|家庭|子女|代表|获得者)?"),
        dependent=re.compile(
            rf"(?:已|均|全部|共|总|其)*(?:(?:{any_of('dependent_verb')})了?(?:[^的]{{0,7}})|(?:{any_of('dependent_noun')})|"
            r"(?:产生|取得|创造|实现|获得)(?:直接|间接)?的?(?:经济)?(?:社会)?(?:效益|价值)|[一-鿿]{1,3}[率面])$"
        ),
        own_rate=re.compile(rf"(?:{any_of('own_rate')})$"),
        growth=re.compile(
            rf"(?:同比|环比|[比较][^,。;]{{1,10}}?)?(?:分别|又|年均|平均|净|各)?(?:{any_of('growth')})(?:了|幅度?|率|速度?|为|达到?|近|约|超过?|\s)*$"
        ),
    )


# What divides the clauses of a sentence. A 、 divides only where numbers stand on both sides of it.
_BORDER = re.compile(r"[,;:。!?\n()、|]")


class Borders:
    """The places of clause borders in a text, looked up by bisection."""

    def __init__(self, view: str) -> None:
        self._view = view
        self._at = [match.start() for match in _BORDER.finditer(view)]

    def before(self, place: int, floor: int, *, signs: str) -> int:
        """Where the clause that holds ``place`` begins: after the last of ``signs`` from ``floor`` on."""
        at = bisect_left(self._at, place) - 1
        while at >= 0 and self._at[at] >= floor:
            if self._view[self._at[at]] in signs:
                return self._at[at] + 1
            at -= 1
        return floor

    def after(self, place: int, ceiling: int, *, signs: str) -> int:
        """Where the clause that holds ``place`` ends: at the next of ``signs``, or at ``ceiling``."""
        at = bisect_left(self._at, place)
        while at < len(self._at) and self._at[at] < ceiling:
            if self._view[self._at[at]] in signs:
                return self._at[at]
            at += 1
        return ceiling


class Name(NamedTuple):
    """
    The name of a figure: ``text`` normalised, ``pieces`` the printed stretches, ``rule`` the way it was found.

    A later figure may inherit the ``verb`` (慰问企业388家、职工6673人), the ``modifier`` (参赛的单位796家、职工99897名) or the
    ``root``, the thing itself (签订集体合同1857份，覆盖企业5379家); money given goes with the ``matter`` (1684名职工获得补助，
    总金额…). ``own`` are the words of its own clause.
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


_SPACE = re.compile(r"\s+")
_FOLDED = re.compile(r"⟨[^⟩]*⟩|\([^()]{0,20}\)")


def tidy(text: str) -> str:
    """A piece without blanks, asides and loose signs at its ends; quotation marks stay in pairs."""
    text = "".join(text.split())
    if "⟨" in text or "(" in text:
        text = _FOLDED.sub("", text)
    text = text.lstrip(",、:;.。)”’-").rstrip(",、:;.。(“‘-")
    if text.endswith(("和", "及", "与")) and not text.endswith("参与"):
        text = text[:-1]
    if text[:1] in ("和", "与", "及") and text[:2] not in ("和谐", "与会", "及时", "和解"):
        text = text[1:]
    if text.count("“") > text.count("”"):
        text += "”"
    elif text.count("”") > text.count("“"):
        text = text.replace("”", "", 1)
    return text


class Words(NamedTuple):
    """The words around one quantity, as spans of the view."""

    left: Span
    right: Span


class Left(NamedTuple):
    """The name part of the words before a number: its span, its text, and whether it began with 其中."""

    span: Span
    text: str
    part: bool
    printed: str


def read_left(view: str, span: Span, drop: Sequence[Span]) -> Left:
    """
    The words before a number without periods and subjects (``drop``), adverbs and the words that lead to the number.

    >>> text = "全市各级工会共筹集资金达到"
    >>> read_left(text, (0, len(text)), [(0, 6)]).text
    '筹集资金'
    """
    found = patterns()
    start, end = span
    part = False
    spans = sorted(drop)
    moved = True
    while moved and start < end:
        moved = False
        last = view[end - 1]
        tail = found.tail.search(view, start, end) if last in found.tail_ends or last.isspace() else None
        if tail and tail.start() < end:
            end, moved = tail.start(), True
        for low, high in spans:
            if start <= low < end and (end <= high or not view[high:end].strip(" 的,")):
                end, moved = low, True
            if low <= start < high:
                start, moved = min(high, end), True
        if view.startswith(("其中", "含", "包括"), start):
            part = True
        lead = found.lead.match(view, start, end)
        if lead and lead.end() > start:
            start, moved = lead.end(), True
    end = max(start, end)
    kept, at = [], start
    for low, high in spans:
        if at <= low and high <= end:
            kept.append(view[at:low])
            at = high
    kept.append(view[at:end])
    text = tidy("".join(kept))
    text = tidy(_FROM_END.sub("", text) if "由" in text or "从" in text else text)
    return Left((start, end), text, part, view[span[0] : span[1]])


# 财政总量也由(2008年)的(全省)第35位: what is left of the words that a change sets out from.
_FROM_END = re.compile(r"(?:也|均|都)?[由从](?:的|全[国省市区县])*$")
_ADVERBS = re.compile(
    r"(?:\s|⟨[^⟩]*⟩|已经?|均|都|也|全部|人均|每人|户均|初步|重新|当场|分别|广泛|先后|成功|顺利|积极|依法|自愿|还|正|共(?!同)|要|应|将|了|能够?|各自|进行了?|给予了?|予以)*"
)


def split_agent(view: str, start: int, end: int) -> tuple[int, int]:
    """
    Where the counted thing ends and where its predicate begins, in the words after a number.

    困难职工发放救济金 → 困难职工 | 发放救济金; without a predicate both places are ``end``.
    """
    found = patterns()
    for agent in found.agent.finditer(view, start, end):
        at = agent.end()
        if view.count("“", start, at) > view.count("”", start, at):
            continue
        adverbs = _ADVERBS.match(view, at, end)
        begin = adverbs.end() if adverbs else at
        if begin >= end:
            return end, end
        if found.verb_start.match(view, begin, end):
            return at, begin
        if found.predicate.match(view, at, end) and view[at] not in "和与及的、等中内":
            return at, begin
        if begin > at + 1:
            return at, begin
    return end, end


# A unit says what is counted where no noun does: 42户66人.
_UNIT_NOUN = {
    "人": "人数", "名": "人数", "位": "人数", "户": "户数", "人次": "人次", "元": "金额", "家": "单位数", "次": "次数", "件": "件数",
}  # fmt: skip
# Units that name what they count: a noun behind them is no name of it.
_NAMED_UNITS = frozenset({"元", "%", "个百分点", "人次", "美元", "‰", "倍"})
_LIST_MARK = re.compile(r"等(?:各类|各种|各级|多|共|\s)*$")
_BODY_END = re.compile(
    r"(?:工会|公司|集团|局|院|校|厂|矿|部门|机关|总社|党委|政府|分会|我们|监狱|所|系统|街道|[省市区县镇乡]|公会|省总|市总|全总|单位)$"
)
_MEASURE_NOUN = re.compile(r"(?:班次|场次|批次|车次|学时|课时)(?:共|计|共计)?")
# 由2011年的8600户减少到…: what 的 hangs on is the year, not the thing after the number.
_SETS_OUT = re.compile(r"[由从][^,;由从]{0,14}的\s*$")
_PER_HEAD = re.compile(r"([户人月年]均|每[人户名位家月年])\s*$")
_CIRCUMSTANCE = re.compile(r"基础上|情况下|前提下|条件下|同时")
_RANKED = re.compile(r"(?:位?居|位?列|名列|排名?|跃居|稳居|升至|在)?(?:全[国省市区县]|中部|西部|同类|同行业)?")
_PERSONS = frozenset({"人", "名", "位", "户"})
_OBJECT_OF_TASK = re.compile(r"(?:年度|工作|奋斗|预期|全年)?(?:任务|目标|指标)(?:的?(?:实现|完成))?$")


def verb_and_core(text: str) -> tuple[str, str]:
    """签订集体合同 → 签订, 集体合同; a text that begins with no verb has none."""
    match = patterns().verb_start.match(text)
    if match and match.end() < len(text):
        return match.group(1), text[match.end() :]
    return "", text


_CUT = re.compile(r"(?:共|累计|合计|总计|已|并|先后|各类|来|中|后)(?=.)")


def cut_long(text: str) -> str:
    """The end of a long stretch before a number, from its last act on: …工作累计培训下岗人员 → 培训下岗人员."""
    if len(text) > 6:
        agents = {match.end() for match in patterns().agent.finditer(text)}
        for match in reversed(list(_CUT.finditer(text))):
            done = match.end() <= len(text) - 3 and patterns().verb_start.match(text, match.end())
            if done and (len(text) > 12 or match.start() in agents):
                return text[match.end() :]
    return text if len(text) <= MAX_NAME else text[-MAX_NAME:]


def act_of(text: str) -> str:
    """The act within words that begin with who did it: 劳动争议调解组织受理争议 → 受理争议; else the words themselves."""
    at, begin = split_agent(text, 0, len(text))
    if at < begin or at < len(text):
        act = text[begin:]
        if len(act) >= 4 and verb_and_core(act)[0] and not _is_rate(act):
            return act
    for body in ("组织", "工会", "中心", "部门", "公司", "委员会"):
        place = text.find(body)
        if place > 0:
            act = text[place + len(body) :].lstrip("共已各")
            if len(act) >= 4 and len(verb_and_core(act)[1]) >= 2 and verb_and_core(act)[0] and not _is_rate(act):
                return act
    return text


def name_of(
    view: str,
    quantity: Quantity,
    words_around: Words,
    left: Left,
    before: Name | None,
    *,
    listed: bool,
    same: Name | None,
) -> Name:
    """
    The name of one quantity, from the words around it and the name before it.

    ``listed`` says that the quantity follows the one before after a 、 or 和, and so shares its verb; ``same`` is the last
    name told in the same unit, which a number without words repeats (工会42个、会员4万人；另一说43个、5万人).
    """
    found = patterns()
    start, end = words_around.right
    after = _AFTER.match(view, start, end)
    start = after.end() if after else start
    of = view.startswith("的", start) and start < end
    begin = start + 1 if of else start
    right = tidy(view[begin:end])
    if _MEASURE_NOUN.fullmatch(right) or (of and _CIRCUMSTANCE.match(right)):
        right = ""
    text = left.text
    if quantity.kind == "rank" and before and _RANKED.fullmatch(text):
        return before._replace(rule="carried", part=left.part)
    if _OBJECT_OF_TASK.match(right):
        done = found.verb_end.search(text)
        if before and (not text or (done and done.start() <= 2)):
            return before._replace(rule="carried", part=left.part)
        right = ""
    giving = bool(found.giving_end.search(left.printed.rstrip())) and (not text or bool(found.giving_end.search(text)))
    if noun_follows(view, begin, end, quantity) and text and found.giving_end.search(left.printed.rstrip()):
        giving = True  # 免费为1万名老人实施手术: 为 leads to the one acted on, and is no copula
    verb_end = None if giving else found.verb_end.search(text)
    open_left = not text or giving or bool(verb_end) or bool(_LIST_MARK.search(text)) or bool(_BODY_END.search(text))
    noun = bool(right) and (of or not found.predicate.match(view, begin, end))
    if giving and not of and found.verb_start.match(view, begin) and quantity.unit in _PERSONS:
        noun = False  # 为19人发放助学金: the act follows at once
    if quantity.unit in ("人", "户") and not text and not of and found.verb_start.match(view, begin):
        noun = False
    if giving:
        text = found.giving_end.sub("", text)
        act = tidy(right)
        if text and act and not noun and left.printed.rstrip().endswith("有") and found.verb_start.match(act):
            return Name(  # 城市圈有28万人参加
                text + act + _UNIT_NOUN.get(quantity.unit, ""),
                (left.span, (begin, end)),
                "predicate",
                "",
                text,
                own=text + act,
            )
    modifying = left.printed.rstrip().endswith("的") and len(text) > 1 and not _SETS_OUT.search(left.printed)
    if noun and not of and (quantity.unit in _NAMED_UNITS or (quantity.unit == "人" and text and not giving)):
        noun = False
    if noun and modifying and not verb_end:
        at, _ = split_agent(view, begin, end)
        thing = tidy(view[begin:at])
        text = text.removesuffix("的")
        name = f"{text}的{thing}"
        return Name(
            name[-MAX_NAME:], (left.span, (begin, at)), "subject", "", thing, text + "的", own=name, part=left.part
        )
    if noun and open_left:
        return _from_right(view, (begin, end), left, before, giving=giving, listed=listed)
    thing_end, _ = split_agent(view, begin, end) if noun else (begin, begin)
    thing = tidy(view[begin:thing_end])
    if (
        noun
        and text
        and 2 <= len(thing) <= 10
        and not of
        and _ends_in_agent(thing)
        and not _ends_in_agent(text)
        and not verb_and_core(text)[0]
    ):
        name = text + thing  # “安康杯”竞赛1086户企业
        return Name(
            name[-MAX_NAME:], (left.span, (begin, thing_end)), "subject", "", thing, text, own=name, part=left.part
        )
    if (
        text
        and not (giving and right)
        and not (verb_end and (verb_end.start() == 0 or quantity.unit == "元") and not of and len(right) > 1)
    ):
        return _from_left(view, left, (begin, end), right, quantity, before, listed=listed)
    if right and not of:
        act = re.sub(r"^(?:已|均|都|全部|分别|顺利|成功|共|了|并|和|的|用于|以)+", "", right)
        if len(act) > 1:
            if text:  # 拿出20万元奖励竞赛: the money's act, then its use
                text = verb_end.group(1) if verb_end else text
                verb, root = verb_and_core(text + act)
                return Name(text + act, (left.span, (begin, end)), "object", verb, act, own=text + act, part=left.part)
            verb, root = verb_and_core(act)
            noun_of_unit = "" if quantity.unit in _NAMED_UNITS else _UNIT_NOUN.get(quantity.unit, "")
            return Name(
                act[:MAX_NAME] + noun_of_unit, ((begin, end),), "predicate", verb, root, own=act, part=left.part
            )
    if text:
        return _from_left(view, left, (begin, end), "", quantity, before, listed=listed)
    per_head = _PER_HEAD.search(left.printed)
    if per_head and before and before.text:  # 发放救助金28万元，户均875元
        share = per_head.group(1)
        return Name(before.text + share, (*before.pieces, left.span), "carried", before.verb, before.root, own=share)
    before = same or before
    if before and before.text:
        other = quantity.unit != before.unit and quantity.unit in ("元", "户", "人次", "人", "次")
        noun_of_unit = _UNIT_NOUN.get(quantity.unit, "") if other else ""
        name = before.text if before.text.endswith(noun_of_unit) else before.text + noun_of_unit
        return Name(
            name, before.pieces, "carried", before.verb, before.root, before.modifier, own=before.own, part=left.part
        )
    return Name("", (), "none")


def noun_follows(view: str, start: int, end: int, quantity: Quantity) -> bool:
    """Whether a thing with a predicate of its own stands after the number: 10名老人实施手术."""
    if quantity.unit in _NAMED_UNITS or patterns().predicate.match(view, start, end):
        return False
    at, begin = split_agent(view, start, end)
    return start < at < end and begin < end


def _ends_in_agent(text: str) -> bool:
    return any(match.end() == len(text) for match in patterns().agent.finditer(text))


_AFTER = re.compile(r"\s*(?:以上|以下|左右|以内|上下|不等|之多)?\s*")
_PASSIVE = re.compile(r"被|受|获|得|参加|入|晋")
_EMPTY_ACT = re.compile(r"^(?:进行了?|给予了?|予以|实施了?)(?=..)")


def _from_right(view: str, span: Span, left: Left, before: Name | None, *, giving: bool, listed: bool) -> Name:
    """资助719名困难学生入学, 1.2万家企业开展竞赛: the counted thing stands after the number."""
    found = patterns()
    start, end = span
    at, begin = split_agent(view, start, end)
    thing, act = tidy(view[start:at]), tidy(view[begin:end])
    act = _EMPTY_ACT.sub("", act)
    act = re.sub(r"^([一-鿿]{2,4}?)了", r"\1", act) if "了" in act[2:5] else act
    thing = re.sub(
        r"(?:共|(?<![审统会设合估])计|合计|累计|中|内|的)$", "", thing.replace("的", "") if len(thing) > 8 else thing
    )
    text = left.text
    verb_end = None if giving else found.verb_end.search(text)
    verb = verb_end.group(1) if verb_end else ""
    if not verb and _LIST_MARK.search(text):
        opening = found.verb_start.match(text)
        verb = opening.group(1) if opening else ""
    if not text and listed and before and before.verb and not act:
        verb = before.verb
    pieces: list[Span] = [(start, end)]
    if verb:
        place = view.rfind(verb, *left.span)
        if place >= 0:
            pieces.insert(0, (place, place + len(verb)))
        name = verb + thing + (act if len(act) <= 14 else "")
        return Name(name[:MAX_NAME], tuple(pieces), "object", verb, thing, own=verb + thing + act, part=left.part)
    if not act:
        rule = "object" if giving else "subject"
        return Name(thing[:MAX_NAME], tuple(pieces), rule, "", thing, own=thing, part=left.part)
    kind, _ = verb_and_core(act)
    name = act + thing if giving and len(act) <= 4 and not _PASSIVE.match(act) else f"{act}的{thing}"
    return Name(
        name[-MAX_NAME:],
        tuple(pieces),
        "object" if giving else "subject",
        kind,
        thing,
        act + "的",
        own=act + thing,
        part=left.part,
        matter=verb_and_core(act)[1],
    )


# 武汉城市圈就要力争新增, 公司现有员工: words inside that name nothing.
_INNER = re.compile(
    r"(?<=[一-鿿])(?:(?:就|都)?(?:要|需|应)?(?:力争|确保|务必)(?:实现)?|现有|现已有?|共有|拥有)(?=[一-鿿])"
)
# 参加省总组织的比赛获一等奖: the prize is counted, not the contest.
_AWARDED = re.compile(r"(?:荣获|获得|夺得|获)[^获]{1,14}(?:奖|称号|奖章|奖状)$")
_MONEY = re.compile(r"(?:金额|总额|资金|价值|款|金)$")
_CHANGED = re.compile(r"增加|增长|上升|提高|提升|下降|减少|降低|扩大|发展|升|降|增|减|缩小|回落")
_CHANGED_TO = re.compile(r"[到至为](?:了|[^,;。]{0,10}的|\s)*$")
_SHARE_OPEN = re.compile(r"^占(?:到了|到|了|比|据)?(.*?)(?:总数|总人数)?(?:的)?(?:比例|比重)?$")


def _from_left(
    view: str, left: Left, right: Span, right_text: str, quantity: Quantity, before: Name | None, *, listed: bool
) -> Name:
    """签订集体合同1857份, 参赛职工达50多万人, …，慰问金3.6万元: the words before the number name it."""
    found = patterns()
    text = cut_long(left.text)
    text = text.rstrip("等的了") if len(text) > 2 else text
    text = re.sub(r"^([一-鿿]{1,4}?)了", r"\1", text) if "了" in text[1:5] else text
    text = _INNER.sub("", text) or text
    awarded = _AWARDED.search(text)
    text = text[awarded.start() :] if awarded and awarded.start() > 4 else text
    if quantity.unit in _PERSONS and text.endswith("人数") and _ends_in_agent(text[:-2]):
        text = text[:-2]
    pieces: tuple[Span, ...] = (left.span,)
    if before and _CHANGED.fullmatch(text) and _CHANGED_TO.search(left.printed.rstrip()):
        return before._replace(rule="pair", part=left.part)  # 由320家增加到915家: the same thing again
    share = _SHARE_OPEN.match(text)
    if share and before:
        name = before.text + "占" + share.group(1) + ("比例" if share.group(1) else "比")
        return Name(
            name,
            (*before.pieces, left.span),
            "share",
            before.verb,
            before.root,
            before.modifier,
            before.own + text,
            left.part,
        )
    verb, core = verb_and_core(text)
    if quantity.unit == "%" and right_text and found.verb_start.match(right_text) and not verb and not _is_rate(text):
        name = f"{right_text}的{text}"
        return Name(
            name[-MAX_NAME:], (left.span, right), "subject", "", text, right_text + "的", own=name, part=left.part
        )
    if before and before.text and found.dependent.match(text) and not (found.own_rate.search(text) and len(text) <= 5):
        money = text.startswith(("慰问", "救助", "补助", "资助", "奖", "助学"))
        root = before.text if money and text[:2] in before.text else before.root or before.text
        if before.matter and _MONEY.search(text):
            root = before.matter
        if _is_rate(root) and _is_rate(text):
            root = _RATE_END.sub("", root) or root  # 要约发出率100%，签约率92%
        if root not in text and text not in root:
            name = root + text[2:] if root.endswith(text[:2]) else root + text
            return Name(
                name[-MAX_NAME:],
                (*before.pieces[:2], left.span),
                "carried",
                verb or before.verb,
                root,
                own=text,
                part=left.part,
            )
    if before and not verb and (listed or before.verb.startswith(_AWARDING)) and not _is_rate(text):
        if before.modifier and len(text) <= 8 and listed:
            return Name(
                before.modifier + text,
                (*before.pieces[:1], left.span),
                "listed",
                before.verb,
                text,
                before.modifier,
                text,
                left.part,
            )
        if before.verb:
            return Name(
                before.verb + text,
                (*before.pieces[:1], left.span),
                "listed",
                before.verb,
                text,
                own=text,
                part=left.part,
            )
    if (
        quantity.unit == "%"
        and before
        and before.unit == "%"
        and not right_text
        and not _is_rate(text)
        and _ends_in_agent(text)
    ):
        rate = _RATE_END.search(before.text)
        if rate:  # 国有企业规范率达95%，非公企业达62%
            name = text + rate.group()[-3:]
            return Name(name, (left.span,), "carried", "", name, own=name, part=left.part)
    modifier = ""
    if "的" in text:
        head, _, last = text.rpartition("的")
        if last and len(last) <= 8:
            modifier, core = head + "的", last
    return Name(text, pieces, "left", verb, core, modifier, own=text, part=left.part)


# After one of these, the next thing in the sentence is awarded too: 评出省级劳模6人，先进集体1个.
_AWARDING = ("评", "表彰", "命名", "授予", "荣获", "获", "推荐", "选树")


def _is_rate(text: str) -> bool:
    return bool(_RATE_END.search(text))


# “X率、Y率和Z面均达…”, “A和B各75个”
_SEVERAL = re.compile(r"(?:均|都|各|分别)(?:已|为|达|达到|达到了|在|占|有|是|超过|突破|超|近|约|建立|建成|\s)*$")
_AND = re.compile(r"、|和|以及|及|与")
_RATE_END = re.compile(r"(?:[一-鿿]{1,3}率|[一-鿿]{1,3}面|覆盖面)$")


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
    names = _whole_members([tidy(name) for name in split_list(left)])
    if not 2 <= len(names) <= 6 or not all(names) or max(map(len, names)) > 30:
        return None
    return _completed(names)


def _whole_members(names: list[str]) -> list[str]:
    """机关、事业单位建会率: a body before the body that has the rate is no member of its own."""
    if not _is_rate(names[-1]):
        return names
    done: list[str] = []
    held = ""
    for name in names:
        if len(name) <= 6 and name is not names[-1] and _ends_in_agent(name):
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
    rate = _RATE_END.search(last)
    head = _RATE_END.search(first)
    done = []
    for at, name in enumerate(names):
        ended = _RATE_END.search(name)
        if rate and not ended and at < len(names) - 1:
            name += last[-3:]
        elif ended and at and head and len(name) <= 3:
            name = first[: len(first) - min(3, len(head.group()))] + name
        done.append(name)
    verb, _ = verb_and_core(first)
    if verb:
        done = [done[0], *(name if verb_and_core(name)[0] or _is_rate(name) else verb + name for name in done[1:])]
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


def joined(pieces: Iterable[Span], text: str) -> str:
    """The printed pieces of a name, in their order, with … where something stood between them."""
    out: list[str] = []
    last = -1
    for start, end in sorted(set(pieces)):
        piece = _SPACE.sub("", text[start:end]).strip(",，、;:；：")
        if piece and start >= last:
            out.append(piece)
            last = end
    return "…".join(out)
