"""
The words around a number cut into pieces: the clause before it without period, subject and adverbs, the thing after it
and the predicate of that thing, a verb and what it acts on.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from union_corpus.documents import Span
from union_corpus.indicators.cues import patterns

# Longer stretches are no names: the words nearest the number are kept.
MAX_NAME = 40

# What divides the clauses of a sentence. A 、 divides only where numbers stand on both sides of it.
_BORDER = re.compile(r"[,;:。!?…\n()、|]")


# What divides clauses everywhere.
CLAUSE = ",;:。!?…()|"


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


_ENDING_SO = ("参与", "惠及", "涉及", "普及", "波及", "遍及")
_FOLDED = re.compile(r"⟨[^⟩]*⟩|\([^()]{0,20}\)")


def tidy(text: str) -> str:
    """A piece without blanks, asides and loose signs at its ends; quotation marks stay in pairs."""
    signs = not text.isalnum()  # most pieces are Han and digits alone
    if signs:
        text = "".join(text.split())
        if "⟨" in text or "(" in text:
            text = _FOLDED.sub("", text)
        text = text.lstrip(",、:;.。)”’-").rstrip(",、:;.。(“‘-")
    if text.endswith(("和", "及", "与")) and not text.endswith(_ENDING_SO):
        text = text[:-1]
    if text[:1] in ("和", "与", "及") and text[:2] not in ("和谐", "与会", "及时", "和解"):
        text = text[1:]
    if not signs:
        return text
    opened, closed = text.count("“"), text.count("”")
    if opened > closed:
        text += "”"
    elif closed > opened:
        text = text.replace("”", "", 1)
    return text


# Words that lead to a number are taken off in pieces no longer than this.
_TAIL = 24


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
        tail = (
            found.tail.search(view, max(start, end - _TAIL), end) if last in found.tail_ends or last.isspace() else None
        )
        if tail and tail.start() < end:
            end, moved = tail.start(), True
        for low, high in spans:
            if start <= low < end and (end <= high or not view[high:end].strip(" 的,")):
                if _acted_on(view, start, low, high):
                    spans.remove((low, high))
                    break
                end, moved = low, True
            if low <= start < high:
                start, moved = min(high, end), True
                start += view.startswith(("前", "末", "底", "内", "初"), start, end)
        if view.startswith(("其中", "含", "包括"), start):
            part = True
        lead = found.lead.match(view, start, end)
        if lead and lead.end() > start:
            start, moved = lead.end(), True
    end = max(start, end)
    kept, at = [], start
    for low, high in spans:
        if at <= low and high <= end:
            kept.append(_COMPARED.sub("", view[at:low]) if high < end else view[at:low])
            at = high
    kept.append(view[at:end])
    text = tidy("".join(kept))
    text = tidy(_FROM_END.sub("", text) if "由" in text or "从" in text else text)
    text = "" if _MASKED.fullmatch(text) else text
    printed = view[span[0] : span[1]]
    if not text:  # 全市基层工会发展到6218个: the subject is what is counted
        body = _BODY.search(printed)
        text = body.group() if body else ""
    return Left((start, end), text, part, printed)


def _acted_on(view: str, start: int, low: int, high: int) -> bool:
    """扶持街道工会15个, 镇（街道）总工会18个: whether a body is acted on, or only part of the words; a period is neither."""
    if view[low - 1] == "⟩":
        return True
    return bool(patterns().verb_start.fullmatch(view, start, low)) and not _WHEN.search(view, low, high)


# xx街道总工会现有: what is left of a masked name.
_MASKED = re.compile(r"[xX×*_○]+")
_WHEN = re.compile(r"[\d年月日期]")
# 入会率比(2005年)提高: what is left of a comparison.
_COMPARED = re.compile(r"[比较](?:的|\s)*$")
_BODY = re.compile(r"基层工会(?:组织)?|工会组织")
# 财政总量也由(2008年)的(全省)第35位: what is left of the words that a change sets out from.
_FROM_END = re.compile(r"(?:也|均|都)?[由从](?:的|全[国省市区县球]|每[一-鿿])*$")
_ADVERBS = re.compile(
    r"(?:\s|⟨[^⟩]*⟩|已经?|均|都|也|全部|人均|每人|户均|初步|重新|当场|分别|广泛|先后|成功|顺利|积极|依法|自愿|还|正|共(?!同)|要|应|将|了|能够?|各自|进行了?|给予了?|予以)*"
)


# 老年职工表演了舞蹈: what was done, whatever the verb.
_DID = re.compile(r"(?!为|除|到|极|对|怎)[一-鿿]{1,3}?了(?=[一-鿿“])")
_DONE_TO = re.compile(r"(?:进行|给予|予以)了?")
_ALL = re.compile(r"均已?|全部|都已?|普遍")


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
        if begin > at + 1 or _DID.match(view, begin, end):
            return at, begin
    done = _DONE_TO.search(view, start + 2, end)  # 对6个专题进行了检查
    if done and done.end() < end:
        return done.start(), done.start()
    all_of = _ALL.search(view, start, end)  # 42所中小学全部召开了教代会
    if all_of and all_of.start() - start >= 2 and found.verb_start.match(view, all_of.end(), end):
        return all_of.start(), all_of.end()
    taker = found.taker.match(view, start, end)  # 64名选手同台竞技: those who take part, and how
    if taker and 2 <= end - taker.end() <= 8:
        return taker.end(), taker.end()
    if end - start > _LONG:  # 13名组长对一年来的工作情况作了发言
        led = _LED.search(view, start + 2, end)
        if led:
            return led.start(), led.start()
    return end, end


# No counted thing is longer without saying what it did or what was done to it.
_LONG = 12
_LED = re.compile(r"(?<=[一-鿿]{2})(?:对|就|围绕|针对)(?=[一-鿿\d“《]{4})")
# 10家到期的企业都已续签: what begins like a predicate only tells which.
_WHICH = re.compile(r"[^,;:。、的]{2,12}的")


def tells_which(view: str, start: int, end: int) -> bool:
    """Whether the words after a number begin with a clause that ends in 的 and tells which, before thing and predicate."""
    which = _WHICH.match(view, start, end)
    if not which:
        return False
    at, begin = split_agent(view, which.end(), end)
    return which.end() < at < end and begin < end


def verb_and_core(text: str) -> tuple[str, str]:
    """签订集体合同 → 签订, 集体合同; a text that begins with no verb has none."""
    match = patterns().verb_start.match(text)
    if match and match.end() < len(text):
        return match.group(1), _core(text, match.end())
    return "", text


def _core(text: str, start: int) -> str:
    """What an act is done to: 开展了读书活动 → 读书活动."""
    return text[start + (text.startswith("了", start) and not text.startswith("了解", start)) :]


def inner_act(text: str) -> tuple[str, str]:
    """
    The act behind an event, and what it is done to, in words that begin with the event.

    >>> inner_act("“岗位建功”活动评出标兵岗"), inner_act("职工书屋")
    (('评出', '标兵岗'), ('', '职工书屋'))
    """
    for event in _EVENT.finditer(text):
        act = patterns().verb_start.match(text, event.end())
        if act and len(text) - act.end() >= 2:
            return act.group(1), _core(text, act.end())
    return "", text


_EVENT = re.compile(
    r"(?:活动|竞赛|大赛|比赛|比武|评选|行动|工程|征文|送(?:清凉|温暖|健康|文化)|女工委|妇委会|委员会|互助会|储金会|基金会"
    r"|工会|中心|公司|车间|服务站|帮扶站)(?:共|累计|先后)?"
)
RATE_END = re.compile(r"(?:[一-鿿]{1,3}率|[一-鿿]{1,3}面|覆盖面)$")


def is_rate(text: str) -> bool:
    """Whether a name ends as rates do: 签订率, 公开面."""
    return bool(RATE_END.search(text))


def ends_in_agent(text: str) -> bool:
    """Whether a name ends with people or bodies (困难职工, 非公企业)."""
    found = patterns()
    if text[-1:] not in found.agent_ends:
        return False
    return any(match.end() == len(text) for match in found.agent.finditer(text))


def without_aspect(text: str) -> str:
    """发放了助学金 → 发放助学金; 组织各类竞赛 → 组织竞赛."""
    text = _ASPECT.sub(r"\1", text) if "了" in text[1:7] else text
    return _EVERY.sub("", text, count=1) if "各" in text[1:6] else text


_ASPECT = re.compile(r"^([一-鿿]{1,6}?)了(?!解)")
_EVERY = re.compile(r"(?<=[一-鿿])各(?:级各类|[类种项])(?=..)")
_SUMMED = ("共", "累计", "合计", "总计")
_CUT = re.compile(r"(?:共(?!建|享|同|管|治|青|产党)|累计|合计|总计|已|并|先后|来|中|后)(?=.)")


def cut_long(text: str) -> str:
    """The end of a long stretch before a number, from its last act on: …工作累计培训下岗人员 → 培训下岗人员."""
    if len(text) > 6:
        agents = {match.end() for match in patterns().agent.finditer(text)}
        for match in reversed(list(_CUT.finditer(text))):
            done = match.end() <= len(text) - 3 and patterns().verb_start.match(text, match.end())
            done = done if "占" not in text[: match.start()] else None  # …的企业占已建工会企业的88%
            if done and match.group() in _SUMMED and _speaks_of(text, match.start(), agents):
                return text[: match.start()] + text[match.end() :]
            if done and (len(text) > 12 or match.start() in agents or match.group() in _SUMMED):
                return text[match.end() :]
    return text if len(text) <= MAX_NAME else text[-MAX_NAME:]


def _speaks_of(text: str, end: int, agents: set[int]) -> bool:
    """“爱心”基金累计发放额, 读书笔记交流共收到稿件: whether what stands before a sum is a thing it is told of, no one who acts."""
    return (
        3 <= end <= 12
        and end not in agents
        and len(text) - end <= 7
        and not _WHO.search(text, 0, end)
        and not patterns().verb_start.match(text)
    )


_WHO = re.compile(r"(?:工会|组织|总|部|局|会|委|级|处|院|厂|矿|校|们)$")


def doing(act: str, thing: str) -> str:
    """Those who do something: 参赛班组, 开展竞赛的企业."""
    alone = patterns().verb_start.fullmatch(act)
    return act + thing if alone and len(act) <= 3 else f"{act}的{thing}"


# Who does an act, told before it: 厂部采纳, 被上级采用.
BY_WHOM = re.compile(
    r"^(?:被|经(?:[一-鿿]{0,2}评[审选议]|审[核定批查]|验收|论证|协商|筛选|推荐|讨论))?(?:全总|省总|市总|县总|厂部|厂方|校方|院方|行政|党政|公司|企业|领导|上级(?:部门|媒体)?|各级|媒体|外部媒体)?(?=..)"
)


def act_of(text: str) -> str:
    """The act within words that begin with who did it: 劳动争议调解组织受理争议 → 受理争议; else the words themselves."""
    at, begin = split_agent(text, 0, len(text))
    if at < begin or at < len(text):
        act = text[begin:]
        if len(act) >= 4 and verb_and_core(act)[0] and not is_rate(act):
            return act
    for body in ("组织", "工会", "中心", "部门", "公司", "委员会", "女工委", "妇委会"):
        place = text.find(body)
        if place > 0:
            act = text[place + len(body) :].lstrip("共已各")
            if len(act) >= 4 and len(verb_and_core(act)[1]) >= 2 and verb_and_core(act)[0] and not is_rate(act):
                return act
    return text


def thing_of(text: str) -> str:
    """
    What is counted in words that also say who did what to it, or which.

    >>> thing_of("工会律师团办理法律援助案件")
    '法律援助案件'
    """
    acted = _ACTED.search(text, 2)
    core = text[acted.end() :] if acted else text
    last = core.rpartition("的")[2]
    return last if len(last) >= 2 else core


# An act behind the one who does it.
_ACTED = re.compile(
    r"(?:办理|受理|接待|签订|组织|建立|开展|举办|发放|调解|处理|提供|获得|取得|完成|评选|表彰|授予|新建|建成|发表|刊登|刊发|上报|收到|征集)(?=..)"
)


def joined(pieces: Iterable[Span], text: str) -> str:
    """The printed pieces of a name, in their order, with … where something stood between them."""
    out: list[str] = []
    last = -1
    for start, end in sorted(set(pieces)):
        piece = "".join(text[start:end].split()).strip(",，、;:；：")
        if piece and start >= last:
            out.append(piece)
            last = end
    return "…".join(out)
