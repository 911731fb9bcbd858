"""
What the clauses before a number are about: the event, the body or the quoted activity that later figures belong to.

设立“员工互助基金”，行政补助10万元 and 举办技术比武，参赛200人 name in one clause what the figures of the next belong to, and
say there hardly more than a verb.
"""

from __future__ import annotations

import re
from functools import cache

from union_corpus.documents import Span
from union_corpus.indicators.clauses import Borders, tidy, verb_and_core
from union_corpus.indicators.cues import any_of

_QUOTED = re.compile(r"“([^“”,。、;]{2,12})”")
_COUNTED_SLOGAN = re.compile(r"[\d一二三四五六七八九十两][个项大条]")
_NUMBER = re.compile(r"\d")
_COUNT = re.compile(r"[^,的\d]{0,6}[\s\d〇零一二三四五六七八九十百千]*[^,的\d]?")
_HELD = re.compile(r"^.*(?:举办|举行|开展|组织|召开|设立|成立|建成|建立|新建|参加|参与|启动|实施|承办|开办|创办|开设|命名|打造|推出|发起|创建|创办|推行|设置|制定|出台|建起|办起|有|的)(?:了|过|的)?(?=.)")
# No topic is looked for farther back.
_CLAUSES = 5
# Longer words are no topic but a clause of their own.
_LONGEST = 12


@cache
def _activity() -> re.Pattern[str]:
    """An event or body noun that ends a clause, or that a number or a word of its course follows."""
    return re.compile(
        rf"(?:{any_of('event')}|{any_of('body')})(?=(?:活动|项目|工作|制度)?[\s)”⟩]*"
        r"(?:$|[,;:。\d一二三四五六七八九十两百千近约]|[中上里内设共自由从吸历为对开有应实每分计以是收]))"
    )


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
        found = _in_clause(view, start, end)
        if found:
            return found
        end = start - 1
    return None


def _in_clause(view: str, start: int, end: int) -> tuple[str, Span] | None:
    last = None
    for last in _activity().finditer(view, start, end):
        pass
    quoted = None
    for quoted in _QUOTED.finditer(view, start, end):
        pass
    if quoted and not _COUNTED_SLOGAN.search(quoted.group(1)):
        if last and quoted.end() <= last.start() < quoted.end() + 8:
            behind = tidy(view[quoted.end() : last.end()])
            behind = "" if behind in ("活动", "行动") else behind
            return quoted.group() + behind, (quoted.start(), last.end())
        opens = not view[start : quoted.start()].strip()
        held = _HELD.match(view[start : quoted.start()] + "…")
        if opens or (held and _COUNT.fullmatch(view, quoted.end(), end)):
            return quoted.group(), quoted.span()
    if not last:
        return None
    ahead = view[start : last.end()]
    number = None
    for number in _NUMBER.finditer(ahead):
        pass
    if number:  # 举办3期培训班: what stands before its number is another matter
        return None
    text = verb_and_core(tidy(_HELD.sub("", ahead).lstrip("在于对为 ")))[1].rpartition("的")[2]
    if not 3 <= len(text) <= _LONGEST or text in ("活动", "行动", "培训"):
        return None
    return text, (start, last.end())
