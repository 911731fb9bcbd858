"""
The signs that a Founder font shifts: which character each is shown as, how usual it is, and what it may follow.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from math import log

from union_corpus.language_model import Model
from union_corpus.lexicon import table

# Some PDF fonts print GB 2312 signs one table off: the lead byte is 0x31 too high, so ， (A3 AC) comes out as
# 袁 (D4 AC) and 。 (A1 A3) as 遥 (D2 A3).
LEAD_BYTE_SHIFT = 0x31
# Rows of the code table whose signs are undone. Rows 4 to 9 (kana, Greek, Cyrillic, rules) would fall on the
# commonest characters of all, 中 这 者 职 制.
_ROWS = (0xA1, 0xA2, 0xA3)
# Two signs that do not follow the rule (seen in newspapers of the same making).
_OUTSIDE_THE_RULE = {"郾": ".", "鄄": "-"}

DIGITS = frozenset("０１２３４５６７８９")
CAPITALS = frozenset("ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ")
SMALL_LETTERS = frozenset("ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ")
ENUMERATORS = "①②③④⑤⑥⑦⑧⑨⑩"
PAUSES, STOPS = "，、；：", "。？！"
OPENERS, CLOSERS = "（《“‘【〔〈『「", "）》”’】〕〉』」"
DASH, DOTS = "要", "噎"
# The two figures of a year behind the apostrophe for its century, ’98, as they are or as they are shown.
SHORT_YEAR = re.compile("(?<![0-9０-９])[0-9０-９圆猿源缘远苑愿怨园员]{2}(?![0-9０-９多余岁])")


@cache
def shifted_signs() -> dict[str, str]:
    """
    Character as shown → sign that was meant, worked out from the code table (GBK's, where A1A4 is · and A1AA is —).

    >>> signs = shifted_signs()
    >>> "".join(signs[char] for char in "袁遥尧曰院野冶渊冤叶曳耶爷要噎钥浴窑揖铱豫淤于盂员圆")
    '，。、；：“”（）《》‘’—…？！·【】％①②③１２'
    """
    signs = {}
    for lead in _ROWS:
        for trail in range(0xA1, 0xFF):
            try:
                meant = bytes((lead, trail)).decode("gbk")
                shown = bytes((lead + LEAD_BYTE_SHIFT, trail)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            signs[shown] = meant
    return signs | _OUTSIDE_THE_RULE


@cache
def families() -> dict[str, str]:
    """Shown character → ``punctuation`` or ``alphanumeric``: fonts shift the one, the other, or both."""
    return {
        shown: "alphanumeric" if meant in DIGITS | CAPITALS | SMALL_LETTERS else "punctuation"
        for shown, meant in shifted_signs().items()
    }


# Signs that the language model hardly ever saw, each with a commoner one that stands in the same places.
LIKE = str.maketrans("『』「」●■□◆◇▲△★☆※", "“”“”①①①①①①①①①①")
LIST_MARKS = frozenset("●■□◆◇▲△★☆※")

# How often a sign is meant, against the character it is shown as, beyond what the language model says: the model
# has hardly seen the rarer signs in running text, and it counts digits, letters and enumerators as one sign each.
_USUAL = frozenset("，。、；：？！“”‘’（）《》…·％")
_SOMETIMES = frozenset("ⅠⅡⅢⅣⅤ－．／～℃＋×【】〔〕〈〉『』「」●○■□◆◇▲△★☆※＝＜＞＆.-")
RARE = -9.0


def prior(meant: str) -> float:
    """The log of how usual a sign is, against what the language model thinks."""
    if meant in _USUAL:
        return 0.0
    if meant in ENUMERATORS:
        return -2.0
    if meant in DIGITS or meant in CAPITALS or meant in SMALL_LETTERS:
        return _figure_shares()[meant]
    # Dashes come in runs, which are weighed apart; alone, one stands between numbers or places.
    return -4.0 if meant == "—" or meant in _SOMETIMES else RARE


# Beyond their shares: digits and letters are weighed as numbers and strings too.
_DIGIT, _LETTER = -0.1, -1.6


@cache
def _figure_shares() -> dict[str, float]:
    """Digits and letters with the log of how common each is among its kind, since the model counts them as one sign."""
    shares = {}
    counts = {chr(ord(row["figure"]) + 0xFEE0): int(row["count"]) for row in table("figures")}
    for kind, beyond in ((DIGITS, _DIGIT), (CAPITALS, _LETTER), (SMALL_LETTERS, _LETTER)):
        total = sum(counts[figure] for figure in kind)
        shares.update({figure: log(counts[figure] / total) + beyond for figure in kind})
    return shares


# After these the signs named cannot stand: no pause opens a line or follows another, no bracket closes at once.
NEVER_AFTER = {
    **dict.fromkeys(PAUSES, frozenset("\n" + PAUSES + STOPS + OPENERS + "·")),
    **dict.fromkeys(STOPS, frozenset("\n" + PAUSES + "。" + OPENERS + "·")),
    "。": frozenset("\n" + PAUSES + STOPS + OPENERS + "·"),
    # A pair with nothing in it does occur: where a mask took a word out, “”规划.
    **{closer: frozenset("\n、" + OPENERS) - {opener} for closer, opener in zip(CLOSERS, OPENERS, strict=True)},
    "·": frozenset("\n" + PAUSES + STOPS + OPENERS + CLOSERS),
}
_NEVER = -8.0
# Signs that stand after a number or nowhere.
_ONLY_AFTER_NUMBERS = frozenset("％℃‰．.")
_NUMBER_END = frozenset("0123456789０１２３４５６７８９十百千几数%％.．")
_NOWHERE = -14.0


class Judge:
    """The language model, and what signs may follow, as one judge for lattices."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.order = model.order
        self._memo: dict[str, float] = {}

    def log_prob(self, history: str, char: str) -> float:
        key = history[1 - self.order :] + char
        found = self._memo.get(key)
        if found is None:
            found = self.model.log_prob(history, char)
            last = history[-1:]
            if last and last in NEVER_AFTER.get(char, ""):
                found += _NEVER
            if char in _ONLY_AFTER_NUMBERS and last not in _NUMBER_END:
                found += _NOWHERE
            if len(self._memo) > 200_000:
                self._memo.clear()
            self._memo[key] = found
        return found


@lru_cache(maxsize=4)
def judge_of(model: Model) -> Judge:
    """The judge that goes with a model, which remembers what it was asked."""
    return Judge(model)
