"""
The code a figure is counted under in the vocabulary, from its name and the words around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from union_corpus.documents import Span
from union_corpus.indicators import activities, clauses, names, statuses
from union_corpus.indicators.naming import FALL, RATES
from union_corpus.indicators.sections import CONTEXT, Sentence, full_words
from union_corpus.indicators.vocabulary import Around, Coded, Vocabulary
from union_corpus.quantities import Quantity

_PERSONS = frozenset({"人", "名", "位"})
# What people have or spend is no standard of aid, told for each or not.
_EARNED = re.compile(r"收入|工资|薪|增资|利润|产值|消费|支出")
_ADDED = re.compile(r"净增|新增")


class Coder:
    """Codes for the figures of one text; ``group`` is that of the figure told last."""

    def __init__(self, view: str, borders: clauses.Borders, words: Vocabulary) -> None:
        self.view = view
        self.borders = borders
        self.words = words
        self.group = ""

    def code(self, sentence: Sentence, quantity: Quantity, name: names.Name, told: Span) -> Coded | None:
        """The code of a figure; its growth or change goes under the same code, and ``measure`` tells the two apart."""
        if not name.text or name.rule in ("threshold", "outcome") or quantity.kind == "rank":
            return None
        if name.text.endswith("奖") and quantity.unit not in _PERSONS and activities.is_prize(name.text):
            return None  # 合唱比赛金奖2个: neither contests nor honours of the vocabulary
        if name.rule == "pair" or (name.rule == "carried" and name.coded and quantity.unit in name.coded.entry.units):
            return name.coded
        around = self._around(sentence, quantity, name, told)
        full, own = full_words(name.text), full_words(name.own or name.text)
        wider = (full_words(name.matter),) if name.part and name.matter else ()
        candidates = (clauses.act_of(full), full, own)
        candidates = (*wider, *candidates) if quantity.unit in _PERSONS else (*candidates, *wider)
        if quantity.unit == "元":
            each = statuses.PER_HEAD.search(self.view[told[0] : quantity.start])
            if each and not _EARNED.search(
                name.text
            ):  # 春节慰问每户不低于700元: what one of them gets is counted apart
                return self._known((each.group(),), around, quantity.unit)
        rate = quantity.unit in RATES
        if name.rule not in ("growth", "change") and not (rate and FALL.search(own)):
            return self._known(candidates, around, quantity.unit)
        if rate:
            grown = self._known([FALL.sub("增长", each) for each in candidates], around, "%", growth=True)
            if grown:
                return grown
        if name.coded and not _ADDED.search(own):
            return name.coded
        unit = None if rate else quantity.unit
        bare = [FALL.sub("", each) for each in candidates]
        return self._known([*candidates, *bare] if _ADDED.search(own) else bare, around, unit) or name.coded

    def _known(
        self, candidates: Iterable[str], around: Around, unit: str | None, *, growth: bool = False
    ) -> Coded | None:
        """The code of the first of some wordings that has one."""
        for candidate in dict.fromkeys(candidates):
            coded = self.words.code(candidate, around, unit, growth=growth)
            if coded:
                return coded
        return None

    def _around(self, sentence: Sentence, quantity: Quantity, name: names.Name, told: Span) -> Around:
        """The words that may tell what a figure is about, near it and farther off."""
        low = max(sentence.start, quantity.start - CONTEXT)
        low = max(low, self.view.rfind(";", low, quantity.start) + 1)
        high = told[1]
        if quantity.unit == "元" and len(name.own) <= 4:  # 投入2亿元，建成驿站…: what for is told after
            high = self.borders.after(min(high + 1, sentence.end), min(high + 30, sentence.end), signs=clauses.CLAUSE)
        section = sentence.section
        near = full_words(self.view[low:high]) + section.words
        # What a name that hangs on the figure before is about, that figure tells.
        hangs = name.rule == "carried" and name.own != name.text
        far = "" if hangs else self.view[max(section.start, low - CONTEXT) : low]
        return Around(near, far, self.group)
