"""The reading view: simplified characters and half-width signs, one for one, so that every place stays the same."""

from __future__ import annotations

import re
from functools import cache

from union_corpus.scripts import simplify, taiwan_replacements


@cache
def _half_width() -> dict[str, str]:
    table = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    # Signs that stand for the same in reports: blanks, dashes between years, corner brackets of traditional print.
    table |= dict.fromkeys("\u3000\xa0\t\r", " ")
    table |= dict.fromkeys("—–―─－‐‑~～", "-")
    table |= dict(zip("「」『』〝〞﹁﹂", "“”“”“”“”", strict=True))
    table |= dict(zip("﹐﹑﹒﹔﹕｡､", ",、.;:。、", strict=True))
    return table


@cache
def _signs() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(''.join(_half_width()))}]")


# 县（市、区）工会, 劳模（职工）工作室, 56万人（次）: an aside inside a name, which no clause begins or ends with.
_ASIDE = re.compile(r"\((?<=[一-鿿]\()([^()\d\n,;:。]{1,8})\)")
# 慰问困难职工?71户: a sign that stands for a lost digit divides nothing, and is no part of a name.
_LOST_DIGIT = re.compile(r"(?<=[一-鿿])[?\ufffd]+(?=\.?\d)")
_INSIDE = str.maketrans("、", "/")


def _fold(aside: re.Match[str]) -> str:
    return f"⟨{aside.group(1).translate(_INSIDE)}⟩"


def reading_view(text: str) -> str:
    """
    The text in simplified characters with half-width signs, exactly as long as it is.

    Short asides in brackets are folded (⟨ ⟩), because they divide no clause. Wording is exchanged only where the mainland word is as long as the Taiwan one (集體契約 → 集体合同).

    >>> reading_view("工會，會員４２萬人")
    '工会,会员42万人'
    >>> reading_view("各县（市、区）工会")
    '各县⟨市/区⟩工会'
    >>> reading_view("慰问职工?71户")
    '慰问职工 71户'
    """
    if "?" in text or "\ufffd" in text:
        text = _LOST_DIGIT.sub(lambda lost: " " * len(lost[0]), text)
    view = simplify(text, taiwan_terms=False)
    if view != text:
        pieces, done = [], 0
        for edit in taiwan_replacements(text):
            if len(edit.before) == len(edit.after):
                pieces += [view[done : edit.start], edit.after]
                done = edit.end
        view = "".join([*pieces, view[done:]])
    half_width = _half_width()
    for sign in set(_signs().findall(view)):  # few signs, each quickly found: faster than a look at every character
        view = view.replace(sign, half_width[sign])
    return _ASIDE.sub(_fold, view)
