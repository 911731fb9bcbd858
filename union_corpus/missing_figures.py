"""
Figures that were taken out of a text before it was published: crossed out (xxxx人, **户) or blanked (發放獎金元, 建立分會個).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from union_corpus.cardinals import SOME_BLANKS
from union_corpus.lexicon import table
from union_corpus.set_phrases import in_name
from union_corpus.units import (
    GAP,
    Cue,
    Quantity,
    Unit,
    cell,
    cue_after,
    cue_before,
    printed_forms,
    unit_at,
    unit_printed,
)

_MASKED = re.compile(
    r"(?P<lead>[0-9]{0,4})(?P<mask>[xX]{2,12}|[ｘＸ]{2,12}|×{1,12}|[＊*]{1,12}|□{1,12}|_{2,12})(?P<tail>[0-9]{0,4})(?=[^0-9A-Za-z×])"
)
_MASK_SIGN = re.compile("[xXｘＸ×＊*□_]")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@cache
def _blank_heads() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """
    For each unit the words after which it shows, at the end of a clause, that its number was removed.

    The first words show it for certain, the second only in a text with other blanks.
    """
    return {
        unit: (cell(row, "heads"), cell(row, "perhaps"))
        for row in table("blanks")
        for unit in printed_forms(row["unit"])
    }


def find_masks(text: str) -> Iterator[re.Match[str]]:
    """The matches of ``_MASKED``, found by their signs; up to four digits may stand before these."""
    done = 0
    for sign in _MASK_SIGN.finditer(text):
        start = sign.start()
        if start < done:
            continue
        first = max(done, start - 4)
        while start > first and text[start - 1] in "0123456789":
            start -= 1
        found = _MASKED.match(text, start)
        if found is not None:
            done = found.end()
            yield found


def masked(text: str) -> Iterator[Quantity]:
    """xxxx人, **户, ×名, 1**人: digits that were crossed out before publication."""
    for found in find_masks(text):
        mask, start, end = found["mask"], found.start(), found.end()
        if mask[0] in "*＊_" and text[end : end + 1] == " ":
            continue  # a mark of a list or of emphasis
        if found["tail"] or (len(mask) == 1 and (found["lead"] or mask in "*＊_")):
            continue
        if start and ((text[start - 1].isascii() and text[start - 1].isalnum()) or text[start - 1] in "第.．×"):
            continue
        gap = GAP.match(text, end)
        if gap is None or gap["turn"] is not None or gap["turn2"] is not None:
            continue
        found_unit = unit_at(text, gap.end())
        if found_unit is None or found_unit[0].kind == "duration" or in_name(text, start, end):
            continue
        unit, stop = found_unit
        if not _unit_closes(text, stop):
            continue
        rounding = gap["round"] or gap["more"]
        cue = cue_after(text, stop) or cue_before(text, start)
        yield _missing(text, (start, end, stop), unit, "Q", cue, rounding.strip() if rounding else None)


def _missing(
    text: str,
    places: tuple[int, int, int],
    unit: Unit,
    status: Literal["O", "Q"],
    cue: Cue | None,
    rounding: str | None,
) -> Quantity:
    """A quantity whose number is gone, by its start and the ends of number and unit; ``rounding`` is its 余 or 多."""
    start, number_end, end = places
    approx = rounding is not None or (cue is not None and cue.approx)
    bound, word = (cue.bound, cue.cue) if cue else (None, rounding)
    return Quantity(
        start, end, text[start:end], start, number_end, None, None, None, approx, bound, word,
        unit.unit, unit.printed, unit.kind, status,
    )  # fmt: skip


def _unit_closes(text: str, end: int) -> bool:
    """After a mask a unit must be seen to be one: xx个人工会 may name a place, not count it."""
    return not text.startswith(
        ("目", "公司", "局", "厅", "院", "校", "厂", "矿", "县", "市", "镇", "乡", "区", "工会", "分会", "社"), end
    )


_BLANK_UNIT = re.compile(
    r"(?P<unit>%|％|元|人次|人|名|户|戶|个|個|条|條|项|項|件|份|次|期|场|場|篇|册|冊|本|面|家|亩|畝|立方米|米|吨|噸)"
    r"(?=(?P<after>[，。；、,;！（(]|以上|以下|左右))"
)
# Each of the few characters that may stand before the unit is itself no unit.
_BLANK = re.compile(
    r"(?P<cue>[约約近达達各共])?(?P<round>[多余餘])?(?P<large>[万萬亿億])?(?P<more>[多余餘])?" + _BLANK_UNIT.pattern
)
_LONGEST_BEFORE_BLANK = 4
# 采纳实施余条: 余 needs a number before it, unless it ends a word of its own (其余, 节余).
_LEFT_OVER = re.compile(
    r"[余餘](?<=[\u4e00-\u9fff].)(?<![其业業剩富盈结結节節残殘课課工有多].)(?P<unit>[名条條项項件户戶篇份])(?![\u4e00-\u9fff]?[额額款例目])"
)
_COUNTING = frozenset(
    "0123456789０１２３４５６７８９零〇一二三四五六七八九十百千万萬亿億兆两兩几幾数數多每这這那各某半整单單逐全首头頭何余餘第些上下前后後另哪xX×*＊_□%％.．"
)
# 个 ends few words; before all others a number is missing.
_BEFORE_GE = frozenset("个個一大小高矮真挨轮輪按独獨满滿成是有会會了的做选選论論来來么麼好自儿兒")
_BARE_LARGE = re.compile(rf"[万萬亿億][余餘]?{SOME_BLANKS}\w{{1,3}}")
_LEFT_OVERS = ("余", "餘")
_OF_WORDS = frozenset("节節结結盈剩富其")
_BARE_CUES = ("余", "餘", "约", "約", "大约", "大約")
BLANKS_TO_DOUBT = 2
_QUOTES = frozenset("”」』》’")
_HEADS_AMOUNT = ("约", "約", "达", "達", "各")


def blanked(text: str, found: list[Quantity]) -> list[Quantity]:
    """
    Units whose number was removed: 發放獎金元, 成本%以上, 建立分會個.

    Only where the unit closes a clause after a word that cannot carry it: 万元 and 万余元 alone may well be ten
    thousand, and are taken for blanks only where the text has others.
    """
    certain: list[Quantity] = []
    doubtful: list[Quantity] = []
    ends = {quantity.end for quantity in found}
    for match in find_blanks(text, ends):
        sure = _is_blank(text, match)
        if sure is None or in_name(text, match.start("unit"), match.end()):
            continue
        unit = unit_printed(match["unit"])
        if unit is None:
            continue
        start, rounding = _blank_start(text, match)
        end = match.end()
        cue = cue_after(text, end) or cue_before(text, start)
        quantity = _missing(text, (start, start, end), unit, "O", cue, rounding)
        (certain if sure else doubtful).append(quantity)
    for match in _LEFT_OVER.finditer(text):
        unit = unit_printed(match["unit"])
        start, end = match.span()
        if unit is not None and not text.startswith(unit.not_before or ("\n",), end):
            certain.append(_missing(text, (start, start, end), unit, "O", None, text[start]))
    if len(certain) >= BLANKS_TO_DOUBT:
        certain += doubtful
    taken: set[int] = set()
    return [blank for blank in certain if blank.end not in taken and not taken.add(blank.end)]  # type: ignore[func-returns-value]


def find_blanks(text: str, ends: set[int]) -> Iterator[re.Match[str]]:
    """The matches of ``_BLANK``, found by their units, but for those that end where a quantity does."""
    done = 0
    for unit in _BLANK_UNIT.finditer(text):
        if unit.end() not in ends:
            first = max(done, unit.start() - _LONGEST_BEFORE_BLANK)
            tried = (_BLANK.match(text, start) for start in range(first, unit.end()))
            yield next(match for match in tried if match)
        done = unit.end()


def _blank_start(text: str, match: re.Match[str]) -> tuple[int, str | None]:
    """Where the rest of a removed figure begins, and its 余 or 多; the 余 of 节余 is none of it."""
    if (
        match["round"]
        and match["round"] in "余餘"
        and text[match.start("round") - 1 : match.start("round")] in _OF_WORDS
    ):
        return match.end("round"), match["more"]
    start = min(match.start(name) for name in ("round", "large", "more", "unit") if match[name])
    return start, match["round"] or match["more"]


def without_large(quantity: Quantity) -> Quantity:
    if quantity.obs_status != "A" or quantity.cue not in _BARE_CUES or not _BARE_LARGE.fullmatch(quantity.text):
        return quantity
    return quantity._replace(
        number_end=quantity.number_start, value=None, low=None, high=None, approx=True, obs_status="O"
    )


def _is_blank(text: str, match: re.Match[str]) -> bool | None:
    """Is the number of this unit missing? True for certain, False perhaps, None for no."""
    unit = match["unit"]
    first, rounding = _blank_start(text, match)
    before = text[first - 1 : first]
    if before in _LEFT_OVERS and first > match.start():
        return False
    if not before or not (_HAN.match(before) or before in _QUOTES) or before in _COUNTING:
        return None
    if match["large"]:
        if rounding == "多" and not match["more"]:
            return None if before in "许許好很诸諸最" else True
        if before in "过過超逾近破成计計以是按为為约約达達突":
            return None
        return False
    if match["round"]:
        return None
    if unit in ("%", "％"):
        return True
    if match["cue"] in _HEADS_AMOUNT and unit == "元" and first == match.start("cue") + 1:
        return True
    if unit in ("个", "個"):
        return None if before in _BEFORE_GE else True
    certain, perhaps = _blank_heads().get(unit, ((), ()))
    if (before in _QUOTES and unit in "条條项項件篇") or text.endswith(certain, 0, first):
        return True
    return False if text.endswith(perhaps, 0, first) else None
