"""
Numbers that measure nothing though a unit may follow: slogans (三个代表), names in quotation marks, sessions, one of many.
"""

from __future__ import annotations

import re
from functools import cache

from union_corpus.lexicon import table
from union_corpus.number_forms import Number
from union_corpus.units import Unit, forms


@cache
def _set_phrases() -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Slogans by their first two characters, and the nouns of arrangement."""
    slogans: dict[str, list[str]] = {}
    nouns: list[str] = []
    for row in table("set_phrases"):
        for form in forms(row, "phrase"):
            if row["kind"] == "slogan":
                slogans.setdefault(form[:2], []).append(form)
            else:
                nouns.append(form)
    return {key: tuple(phrases) for key, phrases in slogans.items()}, tuple(nouns)


CLAUSE_END = frozenset("，。；、,;！!？?：:（(）)\n\r\t” 」』》…")
_CHINESE_DIGITS = frozenset("一二三四五六七八九十两兩几幾")
_COUNT_WORDS = frozenset("个個项項种種条條类類点點次句字件")
# 两次 and 二次 differ: only these are counted with 二.
_COUNTED_BY_ER = frozenset(("人", "名", "位", "户", "戶", "家", "件", "万", "元", "人次", "倍"))
_POINTING = frozenset("这這那该該此述")
_ADJECTIVES = re.compile(r"(?:大|社会|社會|主要|重点|重點|重要|基本|具体|具體|核心|关键|關鍵|中心|主题|主題)+")
# 一个 is an article, but a count in 一个乡镇、两家企业、一名职工
_LISTED_AFTER = re.compile(r"[\u4e00-\u9fff]{1,8}、[一二两兩三四五六七八九十0-9]{1,4}[个個名家位户戶篇支]")
_LISTED_BEFORE = re.compile(r"[一二两兩三四五六七八九十0-9][个個名家位户戶篇支][\u4e00-\u9fff]{1,8}、$")
_EVERY = tuple("每同另哪某任逐落漏少这那這唯")
_SESSIONS = ("全会", "全會", "会议", "會議", "全体", "全體", "全委", "执委", "執委", "常委", "代表")
# 二、三次全会: the numbers of sessions in a row
_SERIES = re.compile(r"[一二三四五六七八九十次期届屆][、和至]$")
# The longest name that is printed in quotation marks, on each side of its number.
_NAME_LENGTH = 14


def in_set_phrase(text: str, number: Number) -> bool:
    """Whether a slogan begins with the number: 三个代表."""
    phrases = _set_phrases()[0].get(text[number.start : number.start + 2])
    return phrases is not None and text.startswith(phrases, number.start)


_OPENING, _CLOSING = "“‘「『", "”’」』"
_ANY_OPENING = re.compile(f"[{_OPENING}]")
_ANY_MARK = re.compile(f"[{_OPENING}《]")
_INSIDE_NAME = re.compile(r"[，。；、,;\n]")


def in_name(text: str, start: int, end: int) -> bool:
    """Inside a short quotation (“五个100”工程) or a title (《关于三项制度的通知》)."""
    if not _ANY_MARK.search(text, max(0, start - 60), start):
        return False
    window = text[max(0, start - _NAME_LENGTH) : start]
    opened = max(map(window.rfind, _OPENING)) if _ANY_OPENING.search(window) else -1
    if opened >= 0 and not any(mark in window[opened:] for mark in _CLOSING):
        ahead = text[end : end + _NAME_LENGTH]
        closed = min((place for mark in _CLOSING if (place := ahead.find(mark)) >= 0), default=-1)
        if closed >= 0 and not _INSIDE_NAME.search(window[opened:] + ahead[:closed]):
            return True
    title = text.rfind("《", max(0, start - 60), start)
    return title >= 0 and text.find("》", title, start) < 0 and text.find("》", end, end + 60) >= 0


def measures_nothing(text: str, number: Number, unit: Unit, end: int) -> bool:
    """Numbers with a unit that measure nothing: 九届三次, 三个方面, a plain 一个."""
    before = text[number.start - 1] if number.start else ""
    if before and before in "届屆第":
        return True
    if unit.printed == "次" and text.startswith(_SESSIONS, end) and before and before in "届屆大会會委协協":
        return True  # 五届人大三次会议
    if unit.printed == "分" and before and before in "点點时時:：":
        return True
    if unit.printed in ("次", "期", "轮", "輪") and _SERIES.search(text, max(0, number.start - 3), number.start):
        return True
    if number.text == "一" and unit.unit == "批":
        return True
    if unit.printed == "方" and number.value is not None and number.value < 10:
        return True  # 一方 and 三方 are parties
    if number.text == "一" and _LISTED_AFTER.match(text, end) and not text.startswith(_set_phrases()[1], end):
        return False
    if number.text == "一" and _LISTED_BEFORE.search(text, max(0, number.start - 14), number.start):
        return text.startswith(_set_phrases()[1], end)
    if number.text == "一" and (before in _EVERY or text[number.start - 2 : number.start - 1] == "一"):
        return True  # 不落一人, 一家一户
    if number.text in ("一", "半"):
        return unit.unit != "倍" and text[end : end + 1] not in CLAUSE_END and end < len(text)
    if number.text == "二" and unit.printed not in _COUNTED_BY_ER:
        return True  # 二期工程, 二类竞赛 are ordinals; two of them are 两
    if (
        number.text[0] in _CHINESE_DIGITS
        and unit.printed in _COUNT_WORDS
        and number.value is not None
        and number.value <= 12
    ):
        if before and before in _POINTING:
            return True
        words = _ADJECTIVES.match(text, end)
        after = words.end() if words else end
        nouns = _set_phrases()[1]
        return text.startswith(nouns, end) or text.startswith(nouns, after) or text[after : after + 1] in ("“", "「")
    return False
