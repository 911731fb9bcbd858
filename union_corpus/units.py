"""
Units of measure and the words that bound a number (近, 余, 超过, 以上), as they stand around it; and the quantity they make.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple

from union_corpus.cardinals import SOME_BLANKS
from union_corpus.lexicon import table

Bound = Literal["ge", "gt", "le", "lt"]


class Quantity(NamedTuple):
    """
    A number with its unit.

    ``start:end`` is the number with its approximating word and its unit (450 余人, 22.36 万元), without the cue
    before or after it (近, 以上). ``value`` is in the base unit (22.36 万元 is 223600 元); ``low`` and ``high`` are
    set for approximate numbers, bounds and ranges, and a range has no ``value``. ``obs_status`` is A (normal),
    Q (masked: xxxx人) or O (the number was removed and its unit stands alone: 共有員工人); Q and O have no value.
    ``unit`` is empty where a large figure stands without one (惠及职工1.2万).
    """

    start: int
    end: int
    text: str
    number_start: int
    number_end: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    approx: bool
    bound: Bound | None
    cue: str | None
    unit: str
    unit_printed: str
    kind: str
    obs_status: Literal["A", "O", "Q"] = "A"


class Unit(NamedTuple):
    """One printed form of a unit, and what may stand behind it."""

    printed: str
    unit: str
    factor: Decimal
    kind: str
    not_before: tuple[str, ...]
    only_before: tuple[str, ...]


class Cue(NamedTuple):
    """A word that bounds a number; a ``loose`` one may stand before the verb that leads to it."""

    cue: str
    approx: bool
    bound: Bound | None
    loose: bool


# --- word lists ---------------------------------------------------------------------------------------------


def cell(row: dict[str, str], name: str) -> tuple[str, ...]:
    """The items of one cell of a word list."""
    return tuple(item for item in row[name].split("|") if item)


def forms(row: dict[str, str], name: str) -> tuple[str, ...]:
    """A word with its traditional form."""
    return tuple(dict.fromkeys(form for form in (row[name], row["traditional"]) if form))


@cache
def _units() -> dict[str, tuple[int, tuple[Unit, ...]]]:
    """Printed units by their first character, the longest first, and how long that is."""
    by_first: dict[str, list[Unit]] = {}
    for row in table("units"):
        for printed in forms(row, "printed"):
            unit = Unit(
                printed,
                row["unit"],
                Decimal(row["factor"]),
                row["kind"],
                cell(row, "not_before"),
                cell(row, "only_before"),
            )
            by_first.setdefault(printed[0], []).append(unit)
    return {
        first: (
            max(len(unit.printed) for unit in units),
            tuple(sorted(units, key=lambda u: (-len(u.printed), u.printed))),
        )
        for first, units in by_first.items()
    }


def printed_forms(unit: str) -> tuple[str, ...]:
    """All printed forms of the unit that is printed so."""
    known = next((u for u in _units().get(unit[0], (0, ()))[1] if u.printed == unit), None)
    if known is None:
        return (unit,)
    return tuple(u.printed for _, units in _units().values() for u in units if u.unit == known.unit)


def unit_printed(printed: str) -> Unit | None:
    """The unit that is printed just so."""
    return next((unit for unit in _units().get(printed[0], (0, ()))[1] if unit.printed == printed), None)


class _Cues(NamedTuple):
    """Cues of one place: by their words, longest first, and the characters by which they touch the number."""

    known: dict[str, Cue]
    longest_first: tuple[Cue, ...]
    edges: frozenset[str]


@cache
def _cues(place: Literal["before", "after"]) -> _Cues:
    found = {}
    for row in table("cues"):
        if row["place"] == place:
            for form in forms(row, "cue"):
                bound = row["bound"] or None
                found[form] = Cue(form, bool(row["approx"]), bound, row["mode"] == "loose")  # type: ignore[arg-type]
    edge = -1 if place == "before" else 0
    ordered = sorted(found.values(), key=lambda cue: (-len(cue.cue), cue.cue))
    return _Cues(found, tuple(ordered), frozenset(cue[edge] for cue in found))


@cache
def _loose_before() -> re.Pattern[str]:
    """至少 and its like with a verb between them and the number: 至少开展3次, 最高可达5万元."""
    loose = (cue.cue for cue in _cues("before").longest_first if cue.loose)
    # 最低工资标准增长11.8% has no bound: there 最低 belongs to a name.
    named = "(?!.*(?:工[资資]|[标標][准準]|生活|保障|水平|法院|[纪紀][录錄]|增[长長加]|提高|下降|由|从|從))"
    return re.compile("(" + "|".join(map(re.escape, loose)) + ")" + named + r"[\u4e00-\u9fff]{0,6}$")


# --- units --------------------------------------------------------------------------------------------------

# 快于全国3.4个、1个百分点: the unit told in full with the last
_POINTS = re.compile(r"(?:(?:、|[和及与與]|以及)[0-9０-９.．]{1,6}[个個]){1,4}百分[点點]")
# What may stand between a number and its unit: blanks, a line end, 余, 万.
GAP = re.compile(
    rf"{SOME_BLANKS}(?P<turn>\r?\n[ \t\u3000]*)?(?:(?P<round>[余餘多]){SOME_BLANKS})?(?P<large>[万萬亿億]{{1,2}}(?![一二三四五六七八九千百十]))?"
    rf"(?P<more>{SOME_BLANKS}[余餘多])?{SOME_BLANKS}(?P<turn2>\r?\n[ \t\u3000]*)?"
)
GAP_SIGNS = frozenset(" \t\u3000\u00a0\r\n余餘多万萬亿億")
_INNER_BLANK = re.compile("[ \u3000]")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def unit_at(text: str, at: int) -> tuple[Unit, int] | None:
    """The unit printed at ``at``, the longest that fits what follows, and where it ends."""
    longest, units = _units().get(text[at : at + 1], (0, ()))
    spaced = longest > 1 and _INNER_BLANK.search(text, at + 1, at + longest) is not None
    for unit in units:
        end = at + len(unit.printed)
        if not text.startswith(unit.printed, at):
            end = _spaced_end(text, at, unit.printed) if spaced else at
            if end == at:
                continue
        if unit.not_before and text.startswith(unit.not_before, end) and cue_after(text, end) is None:
            continue  # 条例 is no 条, but 40所以上 is 40所
        if unit.only_before and not _only(text, end, unit.only_before):
            continue
        if unit.unit == "个" and _POINTS.match(text, end):
            return unit_printed("个百分点") or unit, end
        return unit, end
    return None


def _only(text: str, end: int, allowed: tuple[str, ...]) -> bool:
    if text.startswith(allowed, end):
        return True
    if "(end)" not in allowed:
        return False
    after = text[end : end + 1]
    return not after or not _HAN.match(after) or cue_after(text, end) is not None or after in "的和及、"


def _spaced_end(text: str, at: int, printed: str) -> int:
    """Where a unit ends that is printed with blanks inside it (个 百 分 点); ``at`` where it does not stand there."""
    place = at
    for char in printed:
        while text[place : place + 1] in (" ", "\u3000") and place > at:
            place += 1
        if text[place : place + 1] != char:
            return at
        place += 1
    return place


# --- cues ---------------------------------------------------------------------------------------------------


def cue_after(text: str, end: int) -> Cue | None:
    """以上, 左右, 以内… at ``end``."""
    cues = _cues("after")
    if text[end : end + 1] not in cues.edges:
        return None
    return next((cue for cue in cues.longest_first if text.startswith(cue.cue, end)), None)


_FILLED = frozenset("了到达達为為有是在至")
# 过 and 超 end other words as well: 通过3项, 经过2次, 赶超.
_NOT_CUES = re.compile(
    r"(?:通|经|經|不|度|走|开|開|搞|办|辦|去|做|采|接|受|来|來|见|見)[过過]$|赶超$|趕超$|[制节節签簽合特邀条條预預公契履违違践踐]约$|(?<![需只就])要[约約]$|[最附远遠靠临臨邻鄰亲親相贴貼]近$|[打攻识識侦偵机機爆残殘告]破$"
)


def cue_before(text: str, start: int) -> Cue | None:
    """近, 超过, 不少于, 至少… straight before a number, perhaps with 了 or 达到 between."""
    stop = start
    while stop and text[stop - 1] in " \u3000" and start - stop < 3:
        stop -= 1
    known, _, edges = _cues("before")
    for filled in (0, 1, 2):
        last = text[stop - 1 : stop]
        if last in edges:
            for length in (4, 3, 2, 1):
                cue = known.get(text[max(0, stop - length) : stop])
                if cue is not None:
                    if length == 1 and _NOT_CUES.search(text, max(0, stop - 2), stop):
                        return None
                    return cue
        if filled == 2 or last not in _FILLED:
            break
        stop -= 1
    window = text[max(0, start - 10) : start]
    if "最" in window or "至" in window or "起" in window:
        loose = _loose_before().search(window)
        if loose is not None:
            return known[loose[1]]
    return None
