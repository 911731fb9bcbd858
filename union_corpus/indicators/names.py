"""
The name of a figure, and the place of a number among the words that may name it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from union_corpus.documents import Span
from union_corpus.indicators.clauses import Left, split_agent, tells_which, tidy
from union_corpus.indicators.cues import patterns
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


# A unit says what is counted where no noun does: 42户66人.
_UNIT_NOUN = {
    "人": "人数", "名": "人数", "位": "人数", "户": "户数", "人次": "人次", "元": "金额", "家": "单位数", "次": "次数", "件": "件数",
}  # fmt: skip
# Units that name what they count: a noun behind them is no name of it.
NAMED_UNITS = frozenset({"元", "%", "个百分点", "人次", "美元", "‰", "倍"})
PERSONS = frozenset({"人", "名", "位", "户"})
_OBJECT_OF_TASK = re.compile(r"(?:年度|工作|奋斗|预期|全年)?(?:任务|目标|指标)(?:的?(?:实现|完成))?$")
_MEASURE_NOUN = re.compile(r"(?:班次|场次|批次|车次|学时|课时)(?:共|计|共计)?")
# 由14.2万元增至20.5万元: no act of what is counted, but its way to the next number.
_TO_OTHER = re.compile(
    r"(?:逐步|逐年|迅速|已)?(?:增加|增长|上升|提高|提升|扩大|发展|下降|减少|降低|核减|压缩|前移|跃升|上浮|增|升|降|减|提|涨)[到至为成](?:近|约|了|[^,;。]{1,10}年的)?"
)
_CIRCUMSTANCE = re.compile(r"基础上|情况下|前提下|条件下|同时")
# No act and what may stand between it and the number is longer: 组织了全公司.
_ACT_END = 12
_AFTER = re.compile(r"\s*(?:以上|以下|左右|以内|上下|不等|之多)?\s*")


def place_of(
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
    way = "由" in left.text or "从" in left.text
    left = _led_on(left, way=way and bool(_TO_OTHER.match(view, start, end)))
    text, unit = left.text, quantity.unit
    led = bool(found.giving_end.search(left.printed.rstrip()))
    # 免费为1万名老人实施手术: 为 leads to the one acted on, and is no copula.
    giving = led and (not text or bool(found.giving_end.search(text)) or noun_follows(view, begin, end, quantity))
    persons_act = unit in PERSONS and bool(found.verb_start.match(view, begin))  # 为19人发放助学金
    noun = bool(behind) and (
        of
        or not (
            (found.predicate.match(view, begin, end) and not tells_which(view, begin, end))
            or (persons_act and (giving or (unit in ("人", "户") and not text)))
            or unit in NAMED_UNITS
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


# 公司所属17个单位: whose they are.
_BELONGING = re.compile(r"[一-鿿]{0,8}(?:所属|下属|所辖|直属|辖区内)")
# 由中国工会十六大时的47.9%提高到60%: what a change sets out from names nothing.
_SETTING_OUT = re.compile(r"(?<=..)(?:也|均|都|相应)?[由从][^由从的]{1,14}的?$")


def _led_on(left: Left, *, way: bool) -> Left:
    """The words before a number without those that lead to it alone: 会议以203票赞成; where it sets out from."""
    text = left.text
    if way:
        text = _SETTING_OUT.sub("", text)
    if text in ("以", "除") or (text.endswith(("属", "辖", "内")) and _BELONGING.fullmatch(text)):
        text = ""
    if text.endswith("以") and left.printed.rstrip().endswith("以"):
        text = ""
    return left if text is left.text else left._replace(text=text)


def noun_follows(view: str, start: int, end: int, quantity: Quantity) -> bool:
    """Whether a thing with a predicate of its own stands after the number: 10名老人实施手术."""
    if quantity.unit in NAMED_UNITS or patterns().predicate.match(view, start, end):
        return False
    at, begin = split_agent(view, start, end)
    return start < at < end and begin < end
