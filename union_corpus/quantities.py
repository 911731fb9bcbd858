"""Quantities: a number with its cues and its unit, in base units, with what is known about its bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from union_corpus.numerals import parse_number


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    A number with its unit.

    ``start:end`` is the number with its approximating word and its unit (450 余人, 22.36 万元), without the cue
    before or after it (近, 以上). ``value`` is in the base unit (22.36 万元 is 223600 元); ``low`` and ``high`` are
    set for approximate numbers, bounds and ranges. ``obs_status`` is A (normal), Q (masked: xxxx人) or
    O (the number was removed and its unit stands alone: 共有員工人); Q and O have no value.
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
    bound: Literal["ge", "gt", "le", "lt"] | None
    cue: str | None
    unit: str
    unit_printed: str
    kind: str
    obs_status: Literal["A", "O", "Q"] = "A"


_FIRST = re.compile(
    r"(?P<cue>近|约|約|超过|超過|突破|不足|至少|最高|达到)?(?P<number>\d[\d,.]*|[一二三四五六七八九十百千两兩]+)\s?(?P<more>[多余餘几幾])?\s?(?P<big>[万萬亿億])?(?P<more2>[多余餘])?"
    r"\s?(?P<unit>个百分点|個百分點|人次|元|人|名|位|户|戶|家|个|個|条|條|件|份|项|項|篇|期|所|场|場|次|%|％|张|張|笔|筆|册)(?P<after>以上|以下|左右)?"
)


def find_quantities(text: str) -> list[Quantity]:
    """All quantities of a text, in order of their place."""
    out = []
    for m in _FIRST.finditer(text):
        value = parse_number(m["number"].rstrip(",."))
        if value is None:
            continue
        factor = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, None: 1}[m["big"]]
        approx = bool(m["more"] or m["more2"] or m["cue"] in ("近", "约", "約") or m["after"] == "左右")
        bound = "ge" if m["after"] == "以上" else "le" if m["after"] == "以下" else "gt" if m["cue"] in ("超过", "超過", "突破") else None
        base = value * factor
        start = m.start("number")
        end = m.end("unit")
        low = base if bound in ("ge", "gt") or m["more"] else None
        unit = {"％": "%", "個": "个", "戶": "户", "條": "条", "項": "项", "場": "场", "張": "张", "筆": "笔", "個百分點": "个百分点"}.get(m["unit"], m["unit"])
        kind = {"元": "money", "%": "share", "个百分点": "points"}.get(unit, "count")
        out.append(
            Quantity(start, end, text[start:end], start, m.end("number"), base, low, None, approx, bound, m["cue"] or m["after"], unit, m["unit"], kind)
        )
    return out
