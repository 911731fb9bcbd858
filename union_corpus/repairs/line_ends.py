"""
What is known about the end of a line, told by name and weighed: whether the next line goes on with the paragraph, and
whether lines together are a paragraph, a heading or a title.

The weights stand in ``lexicon/line_end_weights.tsv``, fitted by ``data/scripts/train_paragraphs.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import accumulate
from math import log

from union_corpus.lexicon import table
from union_corpus.repairs.paragraphs import (
    LOOKS,
    Habits,
    border_score,
    first_sentence,
    last_sentence,
    likeness,
    looks,
)
from union_corpus.repairs.printed_lines import (
    CLAUSE_END,
    DATE_LINE,
    ENUMERATOR,
    clamped,
    ends_marked,
    is_dash,
    item_number,
    no_beginning,
)
from union_corpus.repairs.stretches import Stretch

# What is known, by name.
Known = dict[str, float]
# A heading or a title is seldom longer, in characters; where it is, the logarithm counts.
_USUAL_HEADING = 20.0
_LOOKS_TELL = ("mark: first character", "mark: length of sentence")
_LIKENESS = (
    "mark: begins alike",
    "mark: begins with the same two",
    "mark: shares with the last",
    "mark: shares with the first",
)

# What a title says a text is; it ends the first line, so the next does not go on with it.
_TITLE_END = re.compile(
    "(?:总结|總結|小结|小結|报告|報告|汇报|匯報|讲话|講話|致辞|致辭|计划|計劃|計畫|要点|要點|安排|意见|意見|通知|通报|通報|方案|规划|規劃|决定|決定|简报|簡報|材料|公报|公報|办法|辦法|条例|條例|规定|規定)$"
)
# Where and when a speech was given stands in a line of its own: 2012年2月29日在某区第十三届人民代表大会第六次会议上
_DELIVERED = re.compile(r"[—（(]{0,3}\s*(?:\d{4}|[〇○零一二三四五六七八九]{4})\s?年.{4,40}会议?上[）)]?")
_PIECE = re.compile(r"篇\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})$")  # 工作总结 篇3
# Whom a speech or a letter is addressed to, and what was heard after a sentence.
_ADDRESS = re.compile("(?:同志们|同志們|代表们|各位(?:[^，。！？：:\\s]{0,12}))[：:]")
_APPLAUSE = re.compile("[（(][^（）()]{0,8}(?:掌声|掌聲|鼓掌)[^（）()]{0,4}[）)]")


def weigh(known: Mapping[str, float]) -> float:
    """Log odds: all that is known, each weighed."""
    weights = _weights()
    return sum(weights[name] * value for name, value in known.items())


@cache
def _weights() -> dict[str, float]:
    return {row["known"]: float(row["weight"]) for row in table("line_end_weights")}


class LineEnds:
    """What is known about the line ends of one stretch, and about the paragraphs that may be made of its lines."""

    def __init__(self, text: str, stretch: Stretch, habits: Habits) -> None:
        self.text = text
        self.lines = stretch.lines
        self.stretch = stretch
        self.habits = habits
        self._gap = stretch.usual_gap()
        self._keeps_gap = stretch.keeps_gap(self._gap)
        self._keeps_indent = stretch.keeps_indent()
        self._begun = stretch.begins_anew() is not False
        # How many characters the text has up to the end of each line of the stretch and the one behind it.
        counts = (line.count for line in self.lines[stretch.first : stretch.borders().stop + 1])
        self._counts = [0, *accumulate(counts)]
        self._weighed: dict[int, float] = {}
        self._sentences: dict[int, str] = {}

    def is_open(self, index: int) -> bool:
        """True where a line and the next may be one."""
        text, a, b = self.text, self.lines[index], self.lines[index + 1]
        match = ENUMERATOR.match(text, b.start)
        if match and (self.is_marked(index) or not is_dash(match)):
            return not self.stretch.is_apart(index)
        return not self.stretch.sure_end(index) and not _PIECE.search(text, max(a.start, a.end - 8), a.end)

    def is_marked(self, index: int) -> bool:
        """True where a line ends with a mark."""
        return ends_marked(self.text, self.lines[index])

    def going_on(self, first: int, index: int) -> Known:
        """What tells whether the paragraph that begins with line ``first`` goes on behind line ``index``."""
        return {**self._across(index), **self._next_line(index), **self._since(first, index)}

    def odds_to_go_on(self, first: int, index: int) -> float:
        """What ``going_on`` tells, weighed; what does not hang on the beginning is weighed once."""
        if index not in self._weighed:
            self._weighed[index] = weigh(self._across(index)) + weigh(self._next_line(index))
        return self._weighed[index] + weigh(self._since(first, index))

    def _since(self, first: int, index: int) -> Known:
        """What the paragraph so far tells, from line ``first`` to line ``index``."""
        begins = index == first and (index > self.stretch.first or self._begun)
        reaches = clamped(self.stretch.reaches(index, begins), 8.0)
        if not self.is_marked(index):
            return {"cut: fills the line": reaches}
        sentence = self._sentence(index + 1)
        before = last_sentence(self.text, self.lines[first].start, self.lines[index].end)
        return {
            "mark: fills the line": min(reaches, 0.0),
            "mark: border in other reports": border_score(before, sentence),
            **dict(zip(_LIKENESS, likeness(before, sentence, self._sentence(first)), strict=True)),
        }

    def _sentence(self, index: int) -> str:
        if index not in self._sentences:
            self._sentences[index] = first_sentence(self.text, self.lines[index].start)
        return self._sentences[index]

    def _across(self, index: int) -> Known:
        """What the text on both sides of a line end tells."""
        text, a, b, habits = self.text, self.lines[index], self.lines[index + 1], self.habits
        if not self.is_marked(index):
            follows, ends_here = self.stretch.reads_on(index)
            known = {"cut": 1.0, "cut: reads on": clamped(follows, 7.0), "cut: no end": -max(ends_here, -9.0) - 6.0}
            if no_beginning(text, b) or _PIECE.fullmatch(text, b.start, b.end):
                known["cut: no beginning"] = 1.0
            return known
        sentence = self._sentence(index + 1)
        known = {
            "mark": 1.0,
            "mark: sentences a paragraph": habits.sentences,
            "mark: paragraphs with numbers": -habits.plain,
            "mark: short sentence": 1.0 if len(sentence) <= 18 else 0.0,
        }
        known.update(
            (name, habits.usual_inside(look, share))
            for name, look, share in zip(_LOOKS_TELL, looks(sentence), LOOKS, strict=True)
        )
        if text[a.end - 1] in "；;：:":
            known["mark: semicolon" if text[a.end - 1] in "；;" else "mark: colon"] = 1.0
        if text[b.start] in "（(":
            known["mark: applause" if _APPLAUSE.match(text, b.start) else "mark: bracket"] = 1.0
        return known

    def _next_line(self, index: int) -> Known:
        """What the shape of the next line tells, its number and the blanks before it."""
        text, b = self.text, self.lines[index + 1]
        marked = self.is_marked(index)
        sort = "mark" if marked else "cut"
        known: Known = {}
        if b.gap > self._gap:
            known["gap: kept" if marked and self._keeps_gap else "gap: page" if b.new_page else "gap"] = 1.0
        elif marked and self._keeps_gap:
            known["gap: none where kept"] = 1.0
        if self._keeps_indent:
            known["indent: none where kept"] = 1.0
        match = ENUMERATOR.match(text, b.start)
        counts_on = self.habits.items.counts_on(b.start)
        if match and (marked or not is_dash(match)):
            known[f"{sort}: next item" if counts_on or item_number(match.group()) <= 1 else f"{sort}: other item"] = 1.0
        listed = self._listed(index + 1)
        if listed:
            known["item: others inside lines" if counts_on else "item: first, others inside lines"] = listed
        if _ADDRESS.match(text, b.start):
            known["address"] = 1.0
        if self._dated(index + 1):
            known[f"{sort}: date"] = 1.0
        elif marked and self._dated(index + 2) and not ends_marked(text, b):
            known["signature"] = 1.0  # who signs stands above the date
        return known

    def _listed(self, index: int) -> float:
        """What the items beside the one that a line begins tell: those inside lines, those that begin paragraphs."""
        told = 0
        for line in self.habits.items.beside(self.lines[index].start):
            if line < 0:
                told += 1
            elif self.stretch.first < line <= self.stretch.last + 1 and self.stretch.is_apart(line - 1):
                told -= 1
        # The first item may begin a paragraph that has all of them.
        return clamped(told, 1.0)

    def _dated(self, index: int) -> bool:
        """True where a line is a date, or begins one that the next line ends, as under a report."""
        after = self.lines[index : index + 2]
        return any(DATE_LINE.fullmatch(self.text[after[0].start : line.end].replace("\n", "")) for line in after)

    def ending(self, first: int, last: int) -> Known:
        """What tells whether the lines from ``first`` to ``last`` are a paragraph, a heading, or anything that ends there."""
        text, a, b = self.text, self.lines[first], self.lines[last]
        numbered = ENUMERATOR.match(text, a.start)
        length = self._counts[last + 1 - self.stretch.first] - self._counts[first - self.stretch.first]
        known: Known = {}
        if first < last and _PIECE.search(text, max(a.start, b.end - 8), b.end):
            known["title: says what it is"] = 1.0
        if ends_marked(text, b):
            known["prose: length"] = clamped(self.habits.likely_length(length), 6.0)
            if numbered:
                known["prose: numbered"] = 1.0
                known["prose: series of headings"] = self.habits.heads(a)
        elif CLAUSE_END.search(text, a.start, b.end):
            known["prose: no mark"] = 1.0
        else:
            sort = "heading" if numbered else "title"
            known[sort] = 1.0
            known[f"{sort}: long"] = max(0.0, log(length / _USUAL_HEADING))
            if numbered:
                known["heading: series of headings"] = self.habits.heads(a)
            known["heading: end"] = (
                max(self.stretch.reads_on(last)[1], -9.0) + 6.0 if last in self.stretch.borders() else 4.0
            )
            if first == 0 and last < 4:
                known["title: first line"] = 1.0
                if _TITLE_END.search(text, a.start, b.end):
                    known["title: says what it is"] = 1.0
            if last - first < 3 and _DELIVERED.fullmatch("".join(text[a.start : b.end].split())):
                known["title: where given"] = 1.0
        return known
