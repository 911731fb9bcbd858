"""
What the clauses before a number are about: the event, the body or the quoted activity that later figures belong to.

设立“员工互助基金”，行政补助10万元 and 举办技术比武，参赛200人 name in one clause what the figures of the next belong to, and
say there hardly more than a verb.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import cache

from union_corpus.documents import Span
from union_corpus.indicators.clauses import BY_WHOM, Borders, ends_in_agent, is_rate, split_agent, tidy, verb_and_core
from union_corpus.indicators.cues import any_of, patterns, words

_QUOTED = re.compile(r"[“《]([^“”《》,。、;]{2,12})[”》]")
_COUNTED_SLOGAN = re.compile(r"[\d一二三四五六七八九十两][个项大条]")
_LIST = re.compile(r"、|\d+[^\d,;。]{1,3}、")
_NUMBER = re.compile(r"\d")
_COUNT = re.compile(r"[^,的\d]{0,6}[\s\d〇零一二三四五六七八九十百千]*[^,的\d]?")
# 开展, 设立: what an activity stands behind.
_HELD = re.compile(
    r"^.*(?:举办|举行|开展|组织|召开|设立|成立|建成|建立|新建|参加|参与|启动|实施|承办|开办|创办|开设|命名|打造|推出|发起|创建|推行|设置|在"
    r"|制定|出台|建起|办起|有|的)(?:了|过|的)?(?=.)"
)
_WHEN = re.compile(
    r"^(?:[一二两三四五六七八九十\d]+年[来间]?|全年|今年|去年|年内|本年度?|[上下]半年|目前|近年来|先后|还|共)+"
)
# No topic is looked for farther back.
_CLAUSES = 5
# Longer words are no topic but a clause of their own, shorter ones no name.
_LONGEST, _SHORTEST = 12, 3
# 设12个大项: of the contest told before.
_SET_UP = ("设", "分")
# Who was there, of whom the meeting told before knows.
_PRESENT = ("应到", "实到", "到会", "出席", "列席")

# 评出一等奖, 收到稿件: of the contest told before.
_PRIZE = re.compile(r"(?:[一二三特]等奖|[金银铜]奖|优[秀胜]奖|名次|稿件|来稿|作品)$")


@cache
def _activity() -> re.Pattern[str]:
    """An event or body noun that ends a clause, or that a number or a word of its course follows."""
    return re.compile(
        rf"(?:{any_of('event')}|{any_of('body')})(?=(?:活动|项目|工作|制度)?[\s)”⟩]*"
        r"(?:$|[,;:。\d一二三四五六七八九十两百千近约]|中(?!心|队)|[上里内设共自由从吸历为对开有应实每分计以是收投启揭挂正全推发征吸培覆]))"
    )


def _last(found: Iterator[re.Match[str]]) -> re.Match[str] | None:
    """The last of some matches."""
    kept = deque(found, maxlen=1)
    return kept[0] if kept else None


def activity(view: str, span: Span, borders: Borders) -> tuple[str, Span] | None:
    """
    The event, body or quoted activity told last in a stretch of text, and where it stands.

    >>> view = "举办门机司机技术大赛,"
    >>> activity(view, (0, len(view)), Borders(view))
    ('门机司机技术大赛', (0, 10))
    >>> view = "领导重视,"
    >>> activity(view, (0, len(view)), Borders(view))
    """
    low, end = span
    for _ in range(_CLAUSES):
        if end <= low:
            return None
        start = borders.before(end, low, signs=",;:。!?\n")
        found = _quoted(view, start, end) or _named(view, start, end)
        if found:
            return found
        end = start - 1
    return None


def _quoted(view: str, start: int, end: int) -> tuple[str, Span] | None:
    """设立“暖冬基金”, “书香校园”征文: the activity a clause has in quotation marks."""
    quoted = _last(_QUOTED.finditer(view, start, end))
    if not quoted or _COUNTED_SLOGAN.search(quoted.group(1)):
        return None
    stop = _LIST.search(view, quoted.end(), end)
    noun = _last(_activity().finditer(view, quoted.end(), min(stop.start() if stop else end, quoted.end() + 12)))
    if noun:
        behind = tidy(view[quoted.end() : noun.end()])
        behind = "" if behind in ("活动", "行动") else behind
        return quoted.group() + behind, (quoted.start(), noun.end())
    held = _HELD.match(view[start : quoted.start()] + "…")
    opens = not view[start : quoted.start()].strip()
    if opens or (held and _COUNT.fullmatch(view, quoted.end(), end)):
        return quoted.group(), quoted.span()
    return None


def _named(view: str, start: int, end: int) -> tuple[str, Span] | None:
    """举办门机司机技术大赛, 建成职工书屋6家: the event or body a clause names."""
    noun = _last(_activity().finditer(view, start, end))
    if not noun:
        return None
    ahead = view[start : noun.end()]
    if _NUMBER.search(ahead):  # 举办3期培训班: what stands before its number is another matter
        return None
    text = verb_and_core(tidy(_WHEN.sub("", _HELD.sub("", ahead)).lstrip("在于对为 ")))[1].rpartition("的")[2]
    return (text, (start, noun.end())) if _SHORTEST <= len(text) <= _LONGEST else None


def is_act(text: str) -> bool:
    """Whether words are an act without what it acts on: 参赛, 结业."""
    return text in words("bare_act") or bool(patterns().verb_start.fullmatch(text))


def hangs(own: str) -> bool:
    """
    Whether a name is hardly more than a verb, a rate, or an act and who does it (行政补助), and so hangs on an activity.

    >>> hangs("参赛"), hangs("行政补助"), hangs("会员"), hangs("评出种植能手")
    (True, True, False, False)
    """
    if len(own) > 6:
        return False
    if len(own) <= 4 and (is_rate(own) or own[:1] in _SET_UP):
        return True
    if _PRIZE.search(own):
        return True
    if own.startswith(_PRESENT) or is_act(own) or (len(own) <= 2 and not ends_in_agent(own)):
        return True
    if not is_act(own[-2:]):
        return False
    by = BY_WHOM.match(own)
    begin = by.end() if by and by.end() else split_agent(own, 0, len(own))[1]
    return 0 < begin < len(own) and is_act(own[begin:])


def is_prize(own: str) -> bool:
    """Whether a name is that of a prize or work of a contest: 评出二等奖, 收到稿件."""
    return bool(_PRIZE.search(own))


def without_giving(own: str) -> str:
    """评出一等奖 → 一等奖: the prize or work of a contest, which is named with the contest."""
    return verb_and_core(own)[1] if _PRIZE.search(own) and verb_and_core(own)[1] else own


def hangs_on_name(own: str) -> bool:
    """Whether such a name hangs on the figure told before where no activity was told: 劳务派遣工1900人，入会1877人."""
    return own in words("bare_act") or (len(own) <= 4 and is_rate(own) and own not in words("own_rate"))
