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
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from union_corpus import lexicon
from union_corpus.documents import Span
from union_corpus.quantities import Quantity

# Longer stretches are no names: the words nearest the number are kept.
MAX_NAME = 40


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
    lead: re.Pattern[str]
    verb: re.Pattern[str]
    verb_start: re.Pattern[str]
    verb_end: re.Pattern[str]
    giving_end: re.Pattern[str]
    predicate: re.Pattern[str]
    agent: re.Pattern[str]
    dependent: re.Pattern[str]
    growth: re.Pattern[str]


@cache
def patterns() -> _Patterns:
    """The patterns made of the cue words, compiled once."""
    verbs = any_of("verb")
    aspect = "(?:了|过|出|到|着|成|好|起|各类|各种|各级|各项|各)?"
    return _Patterns(
        tail=re.compile(rf"(?:\s|:|,|(?:{any_of('reach')})了?)+$"),
        lead=re.compile(
            rf"(?:\s|[,、:;”’)]|(?:和|与|及|以及|(?:{any_of('lead')})))(?!率|工会|基层工会|中心|合同|协商)"
        ),
        verb=re.compile(rf"(?:{verbs}){aspect}"),
        verb_start=re.compile(rf"({verbs}){aspect}"),
        verb_end=re.compile(rf"({verbs}){aspect}\s*$"),
        giving_end=re.compile(rf"(?:{any_of('giving')})\s*(?:全[市省区县厂矿]|各)?\s*$"),
        predicate=re.compile(
            r"\s*(?:获(?!奖(?:作品|项目|选手|单位|成果|人员|者))|荣[获立]|被|参加|参与|参赛(?!职工|选手|单位|队|人员|企业)|通过|达到|实现|完成|取得|得到|受到|晋[升级]|"
            r"考[取上]|入选|当选|加入|接受|享受|领到|签订|签定|建立|开展|实行|推行|实施|报名|已|均|都|全部|分别|各(?!类|种|级|项)|顺利|成功|按|在(?!职|岗|册|校|编)|到|为|占|同比|比(?!武|赛)|较|"
            r"增[长加]|上升|下降|名列|位居|得以|因|从|由|向|给|是|有(?!关)|可|能(?!手)|将|要|需|应(?!聘)|不|没|未|以|就(?!业)|即|并|和|与|及|或|等|中(?![层小学专高级青])|内|"
            r"里|后|前|时|上(?!岗|学|海)|下(?!岗|属)|地(?![方质])|得|了|的|之|其|,|进入|脱|赴|前往|纳入|列入|进行|作为|成为|符合|"
            r"申请|提出|投保|成为|走上|落户|超额|高于|低于|次之|不等|$)"
        ),
        agent=re.compile(rf"(?:{any_of('agent')})(?:们|等|家庭|子女|代表|获得者)?"),
        dependent=re.compile(rf"(?:{any_of('dependent')})"),
        growth=re.compile(
            rf"(?:同比|环比|比?[^,。;]{{0,8}}?)?(?:分别|又|平均|净|各)?(?:{any_of('growth')})(?:了|幅度?|率|速度?|为|达到?|近|约|超过?|\s)*$"
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


@dataclass(frozen=True, slots=True)
class Name:
    """
    The name of a figure: ``text`` normalised, ``pieces`` the printed stretches, ``rule`` the way it was found.

    ``verb`` and ``core`` are the act and the thing apart (签订 + 集体合同); a later figure may inherit either.
    """

    text: str
    pieces: tuple[Span, ...]
    rule: str
    verb: str = ""
    core: str = ""
    modifier: str = ""
    own: str = ""
    part: bool = False


_SPACE = re.compile(r"[\s]+")
_ASIDE = re.compile(r"\([^()]{0,20}\)")
_EDGES = " ,、:;.。()和与及并的“”"


def tidy(text: str) -> str:
    """A piece without blanks, asides in brackets and loose signs at its ends; quotation marks stay in pairs."""
    text = _ASIDE.sub("", _SPACE.sub("", text))
    while text and text[0] in ",、:;.。)”’和与及":
        if text[0] in "和与及" and len(text) > 2 and text[:2] in ("和谐", "与会", "及时"):
            break
        text = text[1:]
    while text and text[-1] in ",、:;.。(“‘":
        text = text[:-1]
    if text.count("“") > text.count("”"):
        text = text + "”" if text.rfind("“") < len(text) - 1 else text[:-1]
    if text.count("”") > text.count("“"):
        text = text.replace("”", "", 1) if not text.startswith("“") else text
    return text


class Clause(NamedTuple):
    """The words around one quantity: ``left`` before it, ``right`` after it, both as spans of the view."""

    left: Span
    right: Span
    chained: bool  # the next quantity follows at once, and both share what comes after


def strip_left(view: str, start: int, end: int, drop: Sequence[Span]) -> tuple[Span, bool]:
    """
    The name part of the words before a number, without periods, subjects, adverbs and the words that lead to it.

    Also tells whether the words began with 其中.
    """
    found = patterns()
    tail = found.tail.search(view, start, end)
    if tail:
        end = tail.start()
    part = False
    spans = sorted(drop)
    moved = True
    while moved and start < end:
        moved = False
        for low, high in spans:
            if low <= start < high or (start <= low and not view[start:low].strip(" ,、自从到在截至")):
                if high > start:
                    start, moved = min(high, end), True
        if view.startswith("其中", start):
            part = True
        lead = found.lead.match(view, start, end)
        if lead and lead.end() > start:
            # 新建, 共建 and 组织 are read as leads only where something is left of the name.
            start, moved = lead.end(), True
    return (min(start, end), end), part


def split_agent(view: str, start: int, end: int) -> tuple[int, int]:
    """
    Where the counted thing ends and where its predicate begins, in the words after a number.

    困难职工发放救济金 → 困难职工 | 发放救济金; without a predicate both places are ``end``.
    """
    found = patterns()
    for agent in found.agent.finditer(view, start, end):
        at = agent.end()
        after = re.compile(r"(?:\s|已|均|都|也|全部|分别|广泛|先后|成功|顺利|积极|依法|自愿|还|正|共|进行了?|进行)*").match(view, at, end)
        begin = after.end() if after else at
        verb = found.verb_start.match(view, begin, end)
        if verb or found.predicate.match(view, at, end) and at < end and view[at] not in "和与及的、等":
            return at, at
    return end, end


_COLLECTION = re.compile(r"(?:进行了?|给予了?|予以|实施了?)(?=..)")


def _join(*parts: str) -> str:
    return "".join(part for part in parts if part)


def _shorten(text: str) -> str:
    return text if len(text) <= MAX_NAME else text[-MAX_NAME:]


# A unit says what is counted where no noun does: 42户66人.
_UNIT_NOUN = {"人": "人数", "名": "人数", "位": "人数", "户": "户数", "人次": "人次", "元": "金额", "家": "单位数", "次": "次数", "件": "件数"}
# Words after these are never the name of the thing just counted.
_WHOLE_UNITS = {"元", "%", "个百分点", "人次", "万元", "亿元", "‰"}


def verb_and_core(text: str) -> tuple[str, str]:
    """签订集体合同 → 签订, 集体合同; a text that begins with no verb has none."""
    match = patterns().verb_start.match(text)
    if match and match.end() < len(text):
        return match.group(1), text[match.end() :]
    return "", text


_CUT = re.compile(r"(?:共|累计|合计|总计|已|并|先后|各类|来|中|后)(?=.)")


def cut_long(text: str) -> str:
    """The end of a long stretch before a number, from its last act on: …工作累计培训下岗人员 → 培训下岗人员."""
    if len(text) <= 16:
        return text
    for match in reversed(list(_CUT.finditer(text))):
        if match.end() <= len(text) - 3 and patterns().verb_start.match(text, match.end()):
            return text[match.end() :]
    return _shorten(text)


_LIST_MARK = re.compile(r"等(?:各类|各种|各级|多|共|\s)*$")
_BODY_END = re.compile(r"(?:工会|总工会|公司|集团|局|院|校|厂|矿|部门|机关|总社|党委|政府|分会|我们|监狱|所|系统|街道|[省市区县镇乡]|公会|省总|市总|全总|中心)$")


def name_of(
    view: str, quantity: Quantity, clause: Clause, drop: Sequence[Span], before: Name | None, *, listed: bool
) -> Name:
    """
    The name of one quantity, from its clause and the name before it.

    ``drop`` are spans that say when and who, not what; ``listed`` says that the quantity follows the one before after
    a 、 or 和, and so shares its verb (慰问企业388家、职工6673人).
    """
    found = patterns()
    (left_start, left_end), part = strip_left(view, *clause.left, drop)
    left = tidy(view[left_start:left_end])
    right_start, right_end = clause.right
    while right_start < right_end and view[right_start] in " \n":
        right_start += 1
    after = re.compile(r"(?:以上|以下|左右|以内|上下|\(次\)|不等)").match(view, right_start, right_end)
    if after:
        right_start = after.end()
    of = view.startswith("的", right_start) and right_start < right_end
    noun_start = right_start + 1 if of else right_start
    giving = bool(found.giving_end.search(left))
    verb_end = found.verb_end.search(left)
    takes_object = not left or giving or bool(verb_end) or bool(_LIST_MARK.search(left)) or bool(_BODY_END.search(left))
    right = tidy(view[noun_start:right_end])
    is_noun = bool(right) and (of or not found.predicate.match(view, noun_start, right_end))
    if is_noun and quantity.unit in _WHOLE_UNITS and not of:
        is_noun = False
    if is_noun and quantity.unit == "人" and not of and left and not giving:
        is_noun = False

    if is_noun and takes_object:
        return _from_right(view, quantity, (left_start, left_end), left, (noun_start, right_end), before, listed=listed, of=of)
    if left and not (giving and right):
        return _from_left(view, (left_start, left_end), left, before, listed=listed, part=part)
    if right and not (of and not is_noun):
        predicate = tidy(re.sub(r"^(?:已|均|都|全部|分别|顺利|成功|共|了|并|和|的)+", "", right))
        if predicate and (len(predicate) > 1):
            verb, core = verb_and_core(predicate)
            text = predicate + ("" if quantity.unit in _WHOLE_UNITS else _UNIT_NOUN.get(quantity.unit, ""))
            pieces = ((noun_start, right_end),)
            return Name(_shorten(text), pieces, "predicate", verb, core, own=predicate)
    if before:
        text = before.text
        noun = _UNIT_NOUN.get(quantity.unit, "")
        if not text.endswith(noun) and quantity.unit in ("元", "户", "人次", "人", "次"):
            text += noun
        return Name(text, before.pieces, "carried", before.verb, before.core, before.modifier, own=before.own, part=part)
    return Name("", (), "none", own="")


def _from_right(
    view: str, quantity: Quantity, left_span: Span, left: str, right: Span, before: Name | None, *, listed: bool, of: bool
) -> Name:
    found = patterns()
    start, end = right
    at, predicate_at = split_agent(view, start, end)
    noun = tidy(view[start:at])
    predicate = tidy(view[predicate_at:end])
    predicate = re.sub(r"^(?:已|均|都|也|全部|分别|广泛|先后|成功|顺利|积极|依法|自愿|还|正|共|要|应|将|了)+", "", predicate)
    predicate = _COLLECTION.sub("", predicate, count=1)
    predicate = re.sub(r"^([一-鿿]{2,4})了", r"\1", predicate)
    giving = bool(found.giving_end.search(left))
    verb_end = found.verb_end.search(left)
    verb = verb_end.group(1) if verb_end and not giving else ""
    pieces: list[Span] = []
    if verb and verb_end:
        offset = view.find(verb, left_span[0], left_span[1])
        if offset >= 0:
            pieces.append((offset, offset + len(verb)))
    pieces.append((start, end))
    if not left and listed and before and before.verb and not predicate:
        verb = before.verb
    if verb:
        if predicate.startswith(("进行", "给予")):
            predicate = predicate[2:]
        text = _join(verb, noun, predicate if len(predicate) <= 14 else "")
        rule = "object"
    elif predicate:
        kind, _ = verb_and_core(predicate)
        bare_act = predicate == kind or not found.verb_start.match(predicate) or len(predicate) <= 2
        text = _join(predicate, noun) if bare_act and giving else f"{predicate}的{noun}"
        if giving and found.verb_end.search(predicate) and len(predicate) <= 4:
            text = predicate + noun
        rule = "object" if giving else "subject"
        verb = kind
    else:
        text, rule = noun, "object" if giving else "subject"
    return Name(_shorten(text), tuple(pieces), rule, verb, noun, own=_join(verb, noun, predicate))


def _from_left(view: str, span: Span, left: str, before: Name | None, *, listed: bool, part: bool) -> Name:
    found = patterns()
    text = cut_long(left)
    text = re.sub(r"(?:等|的|了|人数)$", "", text) if len(text) > 3 else text
    text = re.sub(r"^((?:[一-鿿]{1,4}?))了", r"\1", text)
    verb_match = found.verb_start.match(text)
    pieces: tuple[Span, ...] = (span,)
    if listed and before and not verb_match:
        if before.modifier and len(text) <= 8:
            return Name(
                before.modifier + text, (*before.pieces[:1], span), "listed", before.verb, text, before.modifier, own=text, part=part
            )
        if before.verb and not found.dependent.fullmatch(text):
            return Name(before.verb + text, (*before.pieces[:1], span), "listed", before.verb, text, own=text, part=part)
    verb, core = verb_and_core(text)
    dependent = found.dependent.match(text)
    if dependent and before and before.text and (len(text) <= 8) and not text.startswith("“"):
        carried = _carried(text, before)
        if carried and carried not in text and text not in carried:
            return Name(
                _shorten(carried + text),
                (*before.pieces, span),
                "carried",
                verb or before.verb,
                before.core or core,
                own=text,
                part=part,
            )
    modifier = ""
    if "的" in text:
        head = text.rsplit("的", 1)
        if head[1] and len(head[1]) <= 8:
            modifier, core = head[0] + "的", head[1]
    return Name(_shorten(text), pieces, "left", verb, core, modifier, own=text, part=part)


_MONEY_HEADS = ("慰问金", "慰问款", "救助金", "补助金", "助学金", "奖金", "金额", "总金额")


def _carried(text: str, before: Name) -> str:
    """What of the name before a dependent head takes along: the thing, or for money given the whole act."""
    if text.startswith(_MONEY_HEADS) and text[:2] in before.text:
        return before.text
    carried = before.core if before.verb and before.core and before.text.startswith(before.verb) else before.text
    for ending in ("人数", "户数", "次数"):
        carried = carried.removesuffix(ending)
    return carried


# “X率、Y率和Z面均达…”, “A和B各75个”
_SEVERAL = re.compile(r"(?:均|都|各|分别)(?:已|为|达|达到|达到了|在|占|有|是|超过|突破|超|近|约|建立|建成|\s)*$")
_AND = re.compile(r"、|和|及|以及|与")
_RATE_END = re.compile(r"(?:[一-鿿]{1,3}率|[一-鿿]{1,3}面|覆盖面)$")


def several(left: str) -> list[str] | None:
    """
    The names that share one number: those before 均 or 各.

    A short part takes what it lacks from its neighbours: 建设率、合格率 after 职工之家 both are 职工之家's.

    >>> several("“职工之家”建设率、合格率和会员评家活动面均在")
    ['“职工之家”建设率', '“职工之家”合格率', '会员评家活动面']
    >>> several("全年各类活动")
    """
    mark = _SEVERAL.search(left)
    if not mark:
        return None
    names = [tidy(name) for name in _split_list(left[: mark.start()])]
    if len(names) < 2 or not all(names) or len(names) > 6:
        return None
    return _completed(names)


def _split_list(text: str) -> list[str]:
    """The members of a list; what stands in quotation marks or brackets is not divided."""
    out, depth, start = [], 0, 0
    position = 0
    while position < len(text):
        sign = text[position]
        if sign in "“《(":
            depth += 1
        elif sign in "”》)":
            depth = max(depth - 1, 0)
        match = _AND.match(text, position) if depth == 0 else None
        if match and position > start:
            out.append(text[start:position])
            position = start = match.end()
            continue
        position += 1
    out.append(text[start:])
    return out


def _completed(names: list[str]) -> list[str]:
    first = names[0]
    rate = _RATE_END.search(names[-1])
    done = []
    for at, name in enumerate(names):
        ended = _RATE_END.search(name)
        if rate and not ended and at < len(names) - 1:
            name = name + (names[-1][-3:] if len(rate.group()) >= 3 else rate.group())
        elif ended and at and len(name) <= 3:
            head = _RATE_END.search(first)
            if head:
                name = first[: len(first) - min(3, len(head.group()))] + name
        done.append(name)
    verb, _ = verb_and_core(first)
    if verb:
        done = [done[0], *(name if verb_and_core(name)[0] or _RATE_END.search(name) else verb + name for name in done[1:])]
    return done


def series(left: str, count: int) -> list[str] | None:
    """
    The names of several numbers told after 分别, as many as there are numbers.

    >>> series("建立厂务公开制度和职代会制度的分别为", 2)
    ['建立厂务公开制度', '建立职代会制度']
    """
    mark = re.search(r"分别(?:为|达|达到|是|有|占|达到了|\s)*$", left)
    if not mark:
        return None
    names = [tidy(name).removesuffix("的") for name in _split_list(left[: mark.start()])]
    if len(names) < count or count < 2:
        return None
    # Members beyond the count belong to the first name (国有、集体企业和私营企业分别…).
    extra = len(names) - count
    if extra:
        names = ["、".join(names[: extra + 1]), *names[extra + 1 :]]
    return _completed(names)


def joined(pieces: Iterable[Span], text: str) -> str:
    """The printed pieces of a name, in their order, with … where something stood between them."""
    out: list[str] = []
    last = -1
    for start, end in sorted(set(pieces)):
        piece = _SPACE.sub("", text[start:end]).strip(",，、；;:：")
        if not piece or start < last:
            continue
        out.append(piece)
        last = end
    return "…".join(out)
