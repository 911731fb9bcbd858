"""Result, target, plan or norm; and what kind of figure it is: measure, statistic, basis."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from union_corpus.indicators.cues import any_guarded, any_of, guarded, words

_DONE = re.compile(
    r"(?:完成|实现|达到|超额完成)了|圆满完成|超额|超过了?(?=.{0,6}(?:目标|任务))|已(?:经)?(?:完成|实现|达到|建|有)|共|累计"
)


# 为确保节日安全，检查企业30家; 围绕年度目标，培训300人: what an act is for or goes by says nothing of the act.
_PURPOSE = re.compile(
    r"(?:为了?|以)(?:确保|力争|争取|力求)[^,;。]*,"
    r"|(?:围绕|紧扣|紧盯|瞄准|锚定|对照|对标|按照?|根据|依据|遵照|朝着|着眼)[^,;。]{0,30}(?:目标|任务|指标|计划)[^,;。]{0,6},"
)
# The year of a report may be told too early: what has reached 50.9% is no target.
_BROUGHT = re.compile(r"[到高长加成现过升降少立订建展训放助][了过]|已")


class _Cues(NamedTuple):
    any: re.Pattern[str]  # the words without which a sentence speaks of no aim, plan or norm
    aim: re.Pattern[str]  # words of aim in the clause itself: 力争已建会企业…达90% is a target in spite of 已
    target: re.Pattern[str]
    plan: re.Pattern[str]
    norm: re.Pattern[str]
    bound: re.Pattern[str]
    section: re.Pattern[str]
    result: re.Pattern[str]


@cache
def _cues() -> _Cues:
    spoken = {
        word.partition("…")[0]
        for role in ("target", "plan", "planned_act", "norm", "norm_bound")
        for word in words(role)
    }
    return _Cues(
        any=re.compile("|".join(map(re.escape, sorted({*spoken, *_AIMS, *_TASKS, "要", "条件", "决定"})))),
        aim=re.compile(rf"(?:{'|'.join(guarded('target', word) for word in _AIMS)})(?!了)[^,;。]*$"),
        target=re.compile(rf"(?:{any_guarded('target')})(?!了|责任|管理|考核|落实|书)"),
        plan=re.compile(
            rf"(?<![近去这])(?:{any_of('plan')})(?!了)|(?<![个障育学业动善养升])(?:{any_of('planned_act')})"
            rf"(?=(?:在|再|于|对口|对|向|为|从|继续|陆续|全年|今年|年内|共|分批|全部|\s){{0,3}}(?:{any_of('verb')})(?!了))"
        ),
        norm=re.compile(rf"{any_of('norm')}|(?<!符合)(?<![有产活作公动])条件(?![的下成艰改具])"),
        bound=re.compile(rf"(?:{any_of('norm_bound')})"),
        section=re.compile(rf"(?:{any_of('plan_section')})"),
        result=re.compile(r"总结|回顾|完成情况|主要成绩|成效|开展情况|工作情况|取得的|过去|工作报告"),
    )


def section_is_plan(heading: str | None) -> bool:
    """Whether a heading says that what follows is still to come: 下一步工作, 2010年工作安排."""
    if not heading:
        return False
    cues = _cues()
    return bool(cues.section.search(heading)) and not cues.result.search(heading)


# 完成了目标任务, 超额完成年度计划: what was to be done is done.
_TASK_DONE = re.compile(
    r"(?:完成|实现|达到|超过|突破|提前)了?(?:(?:确(?!保)|[^,;。要将确力]){0,14}?)(?:目标任务|目标|任务|指标|计划)(?!\d)"
)
_TASKS = ("目标", "任务", "指标", "计划")
_AIMS = ("力争", "力求", "确保", "务必", "争取")
_TARGET_AFTER = re.compile(r"\s*(?:以上|以下|左右)?\s*(?:的)?(?:工作|年度|奋斗|预期)?(?:目标|任务|指标)(?!的\d)")
_OUGHT = re.compile(r"(?:^|[,;:、])[^,;:、]{0,14}?(?<![重主需首摘纲简扼紧])要(?![求素点是情闻件领职案约])")


# 目标数, 年度计划（家）: heads of columns that hold aims; 完成计划% is none.
AIMED = re.compile(r"^(?!.*(?:完成|比|率|%)).*(?:目标|计划|任务)")
# 助学标准每人2500元, 慰问每户不低于700元: what each is to get.
_EACH_GIVEN = re.compile(
    r"标准(?:[由从为]|(?:每[人户名位生])?[\d.]+元|提高到|\s)*(?:\d{4}年的?)?每[人户名位生]|每[人户名位生](?:不低于|不少于|不超过|不高于|最[高低多少])[^,;。]*$"
)
# 评选条件：建会率95%以上
_CONDITIONS = re.compile(r"(?:条件|标准|规则):[^。]*$")
# 由2500元提高到3000元: where a change sets out from is so already, whatever it aims at.
_SET_OUT = re.compile(r"[由从](?:[^,;。]{0,8}的)?(?:每[人户名月年])?\s*$")
_WAY = re.compile(r"\s*(?:增加|增长|提高|提升|上升|扩大|发展|降低|下降|减少|压缩|增|升|降|减)[到至为]")
# What a regulation states is a norm: 职工疗休养管理办法; and what stands under a heading that is nothing but 资助标准.
_RULES = re.compile(r"(?:办法|规定|细则|条例|章程|使用说明|须知)(?:[(（⟨].*)?$")
_STANDARD = re.compile(
    r"[\s、.（）()一二三四五六七八九十\d第条]*(?:资助|补助|救助|慰问|费用|申请|发放|开支|奖励|资助对象和)?(?:标准|条件|对象)"
)


def sets_out(before: str, after: str) -> bool:
    """Whether a number is where a change sets out from: 由2500元提高到3000元."""
    return bool(_SET_OUT.search(before) and _WAY.match(after))


def is_rule(title: str | None, heading: str | None) -> bool:
    """Whether what stands here is a rule: by the title (疗休养管理办法) or the heading (二、资助标准)."""
    return bool((title and _RULES.search(title.strip())) or (heading and _STANDARD.fullmatch(heading.strip(" 。:："))))


# What is announced for a list that follows: 将组织开展“五大活动”, 公布了11件实事项目; and that it is already done.
# Two patterns, since each begins with a word: that is looked for much faster.
_ANNOUNCED = (
    re.compile(
        r"(?:将|拟|计划|打算|决定)[^。;\n]{0,20}?(?:“?[一二三四五六七八九十\d]{1,3}(?:大|项|个|件|条)[^,。;\n]{0,10}?"
        r"(?:活动|行动|工程|工作|实事|任务|项目|措施|服务)|以下|下列|如下)"
    ),
    re.compile(r"(?:公布|公示|发布|确定|推出|敲定)[^。;\n]{0,16}实事"),
)
_HAS_BEEN = re.compile(
    r"[^为得]了|已|曾|共(?!同|建|享)|累计|先后|完成|来,|目前|现在|国有|[比较]上?[去上]?年|同比|获|荣"
)
# A list is no longer than this.
LIST = 800


def announcements(view: str) -> list[int]:
    """Where a text announces what is to come."""
    return sorted(found.end() for announced in _ANNOUNCED for found in announced.finditer(view))


def is_foretold(ahead: str, sentence: str, *, listed: bool) -> bool:
    """
    Whether a sentence goes on with what is to come, though no word of its own says so.

    ``ahead`` is its paragraph before it, which says what ought to be done or is planned, and of nothing that it has
    been; ``listed`` says that it stands in a list that was announced.

    >>> is_foretold("要多渠道开展再就业援助。", "全年培训下岗人员330人", listed=False)
    True
    >>> is_foretold("要多渠道开展再就业援助。", "全年共培训下岗人员330人", listed=False)
    False
    """
    if _HAS_BEEN.search(sentence):
        return False
    if listed:
        return True
    return _foretells(ahead)


@lru_cache(maxsize=64)
def _foretells(ahead: str) -> bool:
    """Whether a paragraph so far tells of what is to come; the figures of a sentence all ask it of the same words."""
    told = _OUGHT.search(ahead) or _cues().plan.search(ahead)
    return bool(told) and not _HAS_BEEN.search(ahead)


def status_of(*, clause: str, sentence: str, after: str, planned: bool, future: bool) -> str:
    """
    The status of one figure: ``clause`` and ``sentence`` are the words before it, ``after`` those behind it.

    >>> status_of(clause="力争年内新建工会", sentence="力争年内新建工会", after="", planned=False, future=False)
    'target'
    >>> status_of(clause="圆满完成了目标任务,新建工会", sentence="圆满完成了目标任务,新建工会", after="", planned=False, future=False)
    'result'
    """
    if "每" in clause and _EACH_GIVEN.search(clause):
        return "norm"
    if sets_out(clause, after):
        return "result"
    cues = _cues()
    future = future and not _BROUGHT.search(clause)
    if not cues.any.search(sentence):  # most sentences: the clause is part of the sentence
        ahead = _TARGET_AFTER.match(after) or future or (planned and not _DONE.search(clause))
        return "target" if ahead else "result"
    if "," in sentence:
        clause, sentence = _PURPOSE.sub(",", clause), _PURPOSE.sub(",", sentence)
    if any(word in sentence for word in _TASKS):
        clause, sentence = _TASK_DONE.sub("完成了", clause), _TASK_DONE.sub("完成了", sentence)
    if ":" in sentence and _CONDITIONS.search(sentence):
        return "norm"
    if cues.norm.search(clause):
        return "target" if cues.target.search(clause) else "norm"
    if cues.bound.search(clause):
        ahead = planned or future or any(cue.search(sentence) for cue in (cues.target, cues.plan, _OUGHT))
        return "target" if ahead else "norm"
    if _TARGET_AFTER.match(after):
        return "target"
    if _cues().aim.search(clause):
        return "target"
    done = _DONE.search(clause)
    if not done:
        if cues.target.search(clause) or _OUGHT.search(clause):
            return "target"
        if cues.plan.search(clause):
            return "plan"
    last = max(_last_end(cues.target, sentence), _last_end(_OUGHT, sentence) if "要" in sentence else -1)
    plan = _last_end(cues.plan, sentence)
    if max(last, plan) > _last_end(_DONE, sentence):
        return "target" if last >= plan else "plan"
    if future or (planned and not done):
        return "target"
    return "result"


def _last_end(cue: re.Pattern[str], text: str) -> int:
    """Where the last match ends; -1 where there is none."""
    end = -1
    for match in cue.finditer(text):
        end = match.end()
    return end


_SHARE_OF = re.compile(
    r"占(?![地领用有])(?:到|了|比|据)?([^,;。]{0,20}?)的?(?:比例|比重)?(?:达|为|达到|近|约|超过)*\s*$"
)
_BASIS = re.compile(
    r"同比|环比|(?:比|较|与)(?:去年|上年|前年|上一年|同期|上届|年初|去年同期|上年同期|\d{4}年)[^,;。]{0,6}?(?:相比)?|比上[年届]"
)
_CHANGE = re.compile(r"(?:净增|新增|增加|增长|提高|上升|下降|减少|降低)(?:了|约|近)?\s*$")
_TOTAL = re.compile(
    r"(?:共|总计|合计|总数|总额|总人数|总金额|总价值|总量|总共|共计)(?:有|达|为|约|近|达到|人民币|\s)*$|(?:发展|壮大|扩大)到(?:了|近|约|\s)*$|^(?:全年|共)*共|总(?:数|额|金额|人数|价值|量)"
)
# 每人奖励800元，合计1.84万元: a sum, whatever is told for each before it.
_SUMMED = re.compile(r"(?:合计|总计|共计)(?:有|达|为|约|近|\s)*$")
_WHOLE = re.compile(r"总(?:收入|支出|产值|人口|[数额量])$")
_CUMULATIVE = re.compile(r"累计|以来|至今已")
_AVERAGE = re.compile(r"年均|平均|月均|均每")
PER_HEAD = re.compile(r"人均|户均|每人|每户|每名|每位|每个职工|每生|每家|每例")


def measure_of(*, unit: str, kind: str, left: str, rule: str, norm_threshold: bool) -> tuple[str, str | None]:
    """The measure of a figure, named by ``rule``, and, where it has one, its basis as printed."""
    basis_found = _BASIS.search(left)
    basis = basis_found.group() if basis_found else None
    if kind == "rank" or unit in ("第", "位次"):
        return "rank", basis
    if norm_threshold:
        return "threshold", basis
    share = _SHARE_OF.search(left)
    if unit in ("个百分点", "百分点"):
        return "change", basis
    if unit in ("%", "‰", "成", "倍"):
        if rule in ("growth", "change") or re.search(
            r"(?:增长|增加|增幅|提高|上升|下降|减少|降低|增速|递增|上涨)(?![到至为])[^,;、占]{0,6}$", left
        ):
            return "growth", basis
        if share:
            return "share", (share.group(1).strip() or None) or basis
        return "share", basis
    if share:
        return "level", share.group(1).strip() or basis
    if rule == "change" or (_CHANGE.search(left) and basis):
        return "change", basis
    return "level", basis


def stat_of(*, left: str, name: str, sentence: str, part: bool, span: bool, measure: str) -> str | None:
    """Total, cumulative, part, average or per head; None where the report does not say. A share is no total."""
    if _SUMMED.search(left):
        return "total"
    words = f"{left}\n{name}"
    if PER_HEAD.search(words):
        return "per_capita"
    if _AVERAGE.search(words):
        return "average"
    if part:
        return "part"
    if _CUMULATIVE.search(left) or (span and _CUMULATIVE.search(sentence)):
        return "cumulative"
    if measure == "level" and (_TOTAL.search(left) or _WHOLE.search(name)):
        return "total"
    if span:
        return "cumulative"
    return None
