"""Numbers as they are printed in Chinese, Arabic and mixed numerals, with exact values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["integer", "decimal", "fraction", "percent", "range", "vague", "ordinal"]


@dataclass(frozen=True, slots=True)
class Number:
    """
    One number in a text.

    ``value`` is exact, or None where only ``low`` and ``high`` are known (a range, 数千). ``low`` and ``high`` are
    None for an exact number. A percentage keeps its printed size: 百分之三点五 has the value 3.5.
    """

    start: int
    end: int
    text: str
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    kind: Kind = "integer"


_DIGITS = {c: i for i, row in enumerate(["零〇", "一壹", "二贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"]) for c in row}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_RUN = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?[万萬亿億]*|\d+(?:\.\d+)?[万萬亿億]*|[零〇一壹二贰貳两兩三叁參四肆五伍六陆陸七柒八捌九玖十拾百佰千仟]+[万萬亿億]*[零〇一壹二贰貳两兩三叁參四肆五伍六陆陸七柒八捌九玖十拾百佰千仟万萬亿億]*")


def parse_number(text: str) -> Decimal | None:
    """The exact value of a text that is one whole number, else None."""
    found = _RUN.fullmatch(text)
    if not found:
        return None
    factor = Decimal(1)
    if text[0].isdigit() and text[0] not in _DIGITS:
        text = text.replace(",", "")
        while text[-1] in _LARGE:
            factor *= _LARGE[text[-1]]
            text = text[:-1]
        return Decimal(text) * factor
    if not any(c in _SMALL or c in _LARGE for c in text):
        return Decimal("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _SMALL:
            section += (digit or 1) * _SMALL[c]
            digit = 0
        else:
            total = (total + section + digit) * _LARGE[c]
            section = digit = 0
    return Decimal(total + section + digit)


def find_numbers(text: str) -> list[Number]:
    """All numbers of a text, in order."""
    return [
        Number(m.start(), m.end(), m.group(), parse_number(m.group()), kind="decimal" if "." in m.group() else "integer")
        for m in _RUN.finditer(text)
    ]
