"""
The period of a figure among the periods its text tells: in its sentence, before it, in the heading or title above.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from union_corpus.documents import Span
from union_corpus.indicators.names import Name
from union_corpus.indicators.periods import Dated, Periods, PeriodText
from union_corpus.indicators.sections import BETWEEN, CONTEXT, Sentence, run
from union_corpus.indicators.statuses import sets_out
from union_corpus.quantities import Quantity

_SUMMED = ("since", "span", "range")
_OPENING = re.compile(r"(?:^|[。!?\n])[\s(]*$")
_WHOLE_YEAR = ("全年", "年内", "今年", "本年", "本年度", "一年来", "今年以来", "全年度")
_NEW = re.compile(r"^(?:新增|净增|当年新)")
_MONTH = re.compile(r"\d{4}-\d\d")
# 2007年以来，…。经研究，决定授予12个单位: what is decided now did not happen since then.
_DECIDED = re.compile(r"决定(?:授予|表彰|命名|给予)")
# What is told after the state at the end of a year was so in that year.
_DECEMBER = re.compile(r"\d{4}-12")
_CLAUSE_OVER = re.compile(r"[;。]")
# 由2008年的第35位上升至第33位: the second number is of now.
_FROM = re.compile(r"[由从比较]\s*$")
_TO_NOW = re.compile(r"(?:上升|提高|提升|增加|增长|下降|减少|降低|升|降|扩大|发展|增|减)(?:至|到|为)")


def _of_year(period: PeriodText) -> bool:
    """年内, 今年, 去年: a year told from that of the report, after which no date told before speaks any more."""
    return period.reach == "sentence" and period.kind == "year"


class Dater:
    """The periods of one text, and the one that a sentence has carried on to those after it."""

    def __init__(self, view: str, periods: Periods) -> None:
        self._view = view
        self._periods = periods
        self._section_start = 0
        self._carried: PeriodText | None = None

    def enter(self, sentence: Sentence) -> None:
        """Go on to a sentence; what was carried ends with its section."""
        if sentence.section.start != self._section_start:
            self._carried, self._section_start = None, sentence.section.start
        if self._carried and self._is_over(self._carried, sentence):
            self._carried = None

    def _is_over(self, period: PeriodText, sentence: Sentence) -> bool:
        """2001年以来，…\\n当天，…: years that are summed up are those of their paragraph."""
        return period.kind in _SUMMED and "\n" in self._view[period.end : sentence.start]

    def leave(self, sentence: Sentence) -> None:
        """An absolute period told at the head of a sentence speaks for the sentences after it."""
        found = self._periods.between(sentence.start, sentence.end)
        absolute = [period for period in found if period.reach == "on" and period.kind != "compared"]
        if absolute and absolute[0].start <= sentence.quantities[0].start:
            self._carried = absolute[-1]
        elif found and _of_year(found[0]) and not self._view[sentence.start : found[0].start].strip(" (\n"):
            self._carried = None  # 年内召开理事会12次。…: no more of what was told at the end of a year before

    def period_of(self, sentence: Sentence, quantity: Quantity, told: Span, name: Name) -> Dated:
        """The period of a figure; ``told`` is the stretch of words it was named in."""
        found = self._periods.between(max(sentence.start, quantity.start - 4 * CONTEXT), quantity.start)
        if sets_out(self._view[told[0] : quantity.start], self._view[quantity.end : quantity.end + 4]):
            return self._set_out(found)
        chosen = self._paired(sentence, quantity, found) if found else None
        if chosen is None:
            reaching = (
                period
                for period in reversed(found)
                if period.kind != "compared" and self._reaches(period, quantity, told)
            )
            chosen = next(reaching, None)
        if chosen is not None:
            return _in_sentence(sentence, chosen, found, told, name)
        if self._carried is None:
            self._carried = self._opening(sentence)
        decided = _DECIDED.search(self._view, sentence.start, quantity.start)
        if self._carried is None or (decided and self._carried.kind == "since"):
            dated = sentence.section.period
            beside = self._beside(sentence) if dated.source is None else None
            return dated if beside is None else self._carried_on(beside, name)
        return self._carried_on(self._carried, name)

    @staticmethod
    def _carried_on(period: PeriodText, name: Name) -> Dated:
        """What a date told before says of a figure: the day of an act before is not that of what is summed up after it."""
        dated = Dated.by(period, "previous sentence")
        whole = period.kind == "day"
        if period.kind == "ending" and dated.period:
            whole = bool(_NEW.search(name.own) or _DECEMBER.match(dated.period))
        return dated._replace(period=dated.period[:4]) if whole and dated.period else dated

    def _set_out(self, found: Sequence[PeriodText]) -> Dated:
        """
        The period of a number from which a change sets out: the one told after 由, for what changed with it too.

        进出口额由1997年的3252亿元增加到2002年的6208亿元，出口额由1828亿元增加到3256亿元. Where none is told, it was some time before.
        """
        view = self._view
        out = (one for one in reversed(found) if _FROM.search(view[max(0, one.start - 2) : one.start]))
        period = next(out, None)
        return Dated() if period is None else Dated.by(period, "sentence")

    def _paired(self, sentence: Sentence, quantity: Quantity, found: Sequence[PeriodText]) -> PeriodText | None:
        """2011年、2012年分别资助320名、410名: each number has its own year."""
        held = sentence.quantities
        if len(found) < 2 or len(held) < 2 or "分别" not in self._view[found[0].end : quantity.start]:
            return None
        at = bisect_left(held, quantity.start, key=lambda other: other.start)
        first, last = run(at, len(held), lambda one: not self._view[held[one].end : held[one + 1].start].strip(BETWEEN))
        count = last - first + 1
        told = [period for period in found if period.end <= held[first].start][-count:]
        if count < 2 or len(told) < count or "分别" not in self._view[told[-1].end : held[first].start]:
            return None
        if any(self._view[one.end : other.start].strip(" 、和与及,") for one, other in pairwise(told)):
            return None
        return told[at - first]

    def _reaches(self, period: PeriodText, quantity: Quantity, told: Span) -> bool:
        """Whether a period still speaks at a number: one in brackets does not leave them, 当年 not its clause."""
        view = self._view
        between = view[period.end : quantity.start]
        if _FROM.search(view[max(0, period.start - 2) : period.start]) and _TO_NOW.search(between):
            return False
        if period.kind == "since" and _DECIDED.search(between):
            return False
        opened = view.rfind("(", max(0, period.start - 20), period.start)
        if opened >= 0 and ")" not in view[opened : period.start] and ")" in between:
            return False
        if period.reach != "clause" or period.end >= told[0]:
            return True
        return period.kind == "now" and not _CLAUSE_OVER.search(between)

    def _beside(self, sentence: Sentence) -> PeriodText | None:
        """The date told last before a sentence, wherever that was in its own."""
        low = max(0, sentence.start - CONTEXT, self._section_start)
        found = reversed(self._periods.between(low, sentence.start))
        return next(
            (
                period
                for period in found
                if period.reach == "on" and period.kind != "compared" and not self._is_over(period, sentence)
            ),
            None,
        )

    def _opening(self, sentence: Sentence) -> PeriodText | None:
        """The period that opened a sentence without figures shortly before: 2008年，工作成效明显。全县新建…"""
        low = max(0, sentence.start - CONTEXT, self._section_start)
        for period in reversed(self._periods.between(low, sentence.start)):
            if (period.reach == "on" or _of_year(period)) and _OPENING.search(
                self._view, max(0, period.start - 3), period.start
            ):
                return period if period.reach == "on" and not self._is_over(period, sentence) else None
        return None


def _in_sentence(sentence: Sentence, chosen: PeriodText, found: Sequence[PeriodText], told: Span, name: Name) -> Dated:
    """The period that its own sentence tells of a figure."""
    if chosen.text == "全年":  # after a year told in the same sentence it repeats this
        chosen = next((p for p in reversed(found) if p.start < chosen.start and p.reach == "on"), chosen)
    dated, period = Dated.by(chosen, "sentence"), chosen.period
    if chosen.text in _WHOLE_YEAR:
        period = sentence.section.year or period
    if chosen.kind == "ending" and period and _MONTH.fullmatch(period):
        # 截至9月底 … 比上年新增: what came in addition came during the year.
        added = any(p.kind == "compared" and p.start >= told[0] for p in found) or _NEW.search(name.own)
        period = period[:4] if added else period
    return dated._replace(period=period)
