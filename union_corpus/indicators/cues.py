"""
The cue words of ``lexicon/indicator_cues.tsv`` as patterns: what leads to a number, opens an act, or may follow a thing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from union_corpus import lexicon


@cache
def words(role: str) -> tuple[str, ...]:
    """The cue words of one role, longest first, so that a regular expression of them finds the longest."""
    found = {word for row in lexicon.table("indicator_cues") if row["role"] == role for word in row["words"].split("|")}
    found.discard("")
    if not found:
        raise KeyError(role)
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@cache
def _exceptions() -> dict[tuple[str, str], tuple[str, str]]:
    """For a role and its word what must not stand before it and behind it, as patterns."""
    found = {}
    for row in lexicon.table("cue_exceptions"):
        before = "".join(f"(?<!{each})" for each in row["not_after"].split("|") if each)
        found[row["role"], row["word"]] = before, f"(?!{row['not_before']})" if row["not_before"] else ""
    return found


def _plain(word: str) -> str:
    return re.escape(word).replace("…", r"[^,。;]{0,10}?")


def any_of(role: str) -> str:
    """A pattern of the words of one role; … in a word stands for up to ten characters."""
    return "|".join(map(_plain, words(role)))


def guarded(role: str, word: str) -> str:
    """
    A word as the pattern of its cue: what makes another word of it is shut out.

    >>> guarded("verb", "获"), guarded("verb", "签订")
    ('获(?!奖)', '签订')
    """
    before, behind = _exceptions().get((role, word), ("", ""))
    return before + _plain(word) + behind


def any_guarded(role: str) -> str:
    """A pattern of the words of one role, less their exceptions."""
    return "|".join(guarded(role, word) for word in words(role))


class Opening:
    """
    A pattern of many words, looked up by the first of their characters: nearly as fast as a dictionary where none begins so.

    >>> verb = Opening(["签订", "签", "建(?!议)"], "了?")
    >>> verb.match("签订了合同").group(), verb.match("建议"), verb.search("会议建了").span()
    ('签订了', None, (2, 4))
    """

    def __init__(self, words: Iterable[str], behind: str) -> None:
        by_first: dict[str, list[str]] = {}
        for word in words:
            by_first.setdefault(word[0], []).append(word)
        self._by_first = {first: re.compile(f"({'|'.join(those)}){behind}") for first, those in by_first.items()}

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """A word at ``start``."""
        pattern = self._by_first.get(text[start : start + 1])
        return pattern.match(text, start, end) if pattern is not None else None

    def fullmatch(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """A word that is all there is from ``start`` to ``end``."""
        pattern = self._by_first.get(text[start : start + 1])
        return pattern.fullmatch(text, start, end) if pattern is not None else None

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first word from ``start`` on."""
        for at in range(start, len(text)):
            pattern = self._by_first.get(text[at])
            if pattern is not None and (found := pattern.match(text, at)) is not None:
                return found
        return None


class _Patterns(NamedTuple):
    tail: re.Pattern[str]
    tail_ends: frozenset[str]  # the last characters of all tails, blanks aside
    lead: re.Pattern[str]
    verb: re.Pattern[str]
    verb_start: Opening
    verb_end: Opening
    giving_end: re.Pattern[str]
    predicate: re.Pattern[str]
    agent: re.Pattern[str]
    agent_ends: frozenset[str]  # the last characters of all that it finds
    taker: re.Pattern[str]
    dependent: re.Pattern[str]
    own_rate: re.Pattern[str]
    growth: re.Pattern[str]


# 组织全市…, 为全矿…: whose the counted things are, between the act and the number.
_WHOLE = r"(?:全(?:国|省|市|区|县|镇|乡|街道|州|旗|厂|矿|校|院|局|公司|集团|系统|行业|线|段|社|体)|各|[我本][省市区县厂矿校院局])?"

_AGENT_BEHIND = ("们", "等", "家庭", "子女", "代表", "获得者")


@cache
def patterns() -> _Patterns:
    """The patterns made of the cue words, compiled once."""
    acts = [guarded("verb", word) for word in words("verb")]
    aspect = "(?:了|过|出|到|着|成(?![功立果员效长])|好|起|各类|各种|各级|各项|各)?"
    return _Patterns(
        tail=re.compile(rf"(?:\s|:|,|{guarded('reach', '到')}|(?:{any_guarded('reach')})了?|连续\S{{1,3}}[年届次])+$"),
        tail_ends=frozenset([":", ",", "到", "了", *(word[-1] for word in words("reach"))]),
        lead=re.compile(
            rf"(?:\s|[,、:;”’)]|【[^】]{{1,12}}】|\d{{1,2}}[、.)]|/[人月年天户亩次]+(?:[·/][人月年])?|[一-鿿]{{2,6}}以来"
            r"|(?:首[个届次])?(?:“[^”]{1,8}”|[一-鿿、]{1,8}?)(?:期间|前后|前夕|之际|季节|时节)|第[一二三四五六七八九十百\d]+条|[春夏秋冬]季"
            rf"|{any_guarded('lead')})(?!率|工会[,;、]|协商|[型化])"
        ),
        verb=re.compile(rf"(?:{'|'.join(acts)}){aspect}"),
        verb_start=Opening(acts, aspect),
        verb_end=Opening(acts, rf"{aspect}{_WHOLE}\s*$"),
        giving_end=re.compile(rf"(?:{any_of('giving')})\s*{_WHOLE}\s*$"),
        predicate=re.compile(rf"\s*(?:{any_guarded('predicate')}|$)"),
        agent=re.compile(rf"(?:{any_of('agent')})(?:{'|'.join(_AGENT_BEHIND)})?"),
        agent_ends=frozenset(word[-1] for word in (*words("agent"), *_AGENT_BEHIND)),
        taker=re.compile(any_of("taker")),
        dependent=re.compile(
            rf"(?:已|均|全部|共|总|其)*(?:(?:{any_of('dependent_verb')})了?(?:[^的]{{0,7}})|(?:{any_of('dependent_noun')})|(?:人均|户均|每[人户名位家])(?:[补资奖救发][^的]{{0,3}}|[^的]{{0,3}}[金款费助薪资贴额]|费用|支出|经费)?|"
            r"(?:产生|取得|创造|实现|获得)(?:直接|间接)?的?(?:经济)?(?:社会)?(?:效益|价值)|[一-鿿]{1,3}[率面])$"
        ),
        own_rate=re.compile(rf"(?:{any_of('own_rate')})$"),
        growth=re.compile(
            rf"(?:同比|环比|[比较][^,。;]{{1,10}}?)?(?:分别|又|年均|平均|净|各)?(?:{any_of('growth')})(?:了|幅度?|率|速度?|为|达到?|近|约|超过?|\s)*$"
        ),
    )
