"""
Stretches of lines that were set to one margin: which lines reach it, which surely end a paragraph, how lines are filled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import log

from union_corpus.repairs.margins import TOLERANCE, Reading
from union_corpus.repairs.printed_lines import (
    CLAUSE_END,
    ENUMERATOR,
    HAN,
    Line,
    clamped,
    ends_marked,
    hanging,
    is_dash,
    reads_on,
    runs_of,
)
from union_corpus.repairs.settings import Fitting, Setting, spare, usual_spare

# What is known of how lines are filled counts as much as so many lines of the text.
_FORESEEN = 3.0
# A line that falls short as only one in so many cut lines does (a logarithm) is the end of a paragraph.
_SURELY_SHORT = -2.5
# A line with more room than this, in columns, was not cut.
_SHORT = 3.0
# A line of which one cannot tell whether a margin cut it goes on where the model reads on so well across its end.
READS_ON = 2.0
# Verses and names in a list are hardly longer, in columns.
_LONG_VERSE = 16.0


def wrapped_stretches(text: str, lines: Sequence[Line], readings: Sequence[Reading]) -> list[Stretch]:
    """The runs of lines that were set to one margin and show it; what they have in common is learnt."""
    first = readings[0]
    rough = [Setting(margin, 0.0, True) if margin else None for margin in first.margins]
    if not any(stretch.is_wrapped() for stretch in _stretches(text, lines, rough, first.by_count)):
        return []
    told = [(*Fitting(text, lines, reading).settings(), reading.by_count) for reading in readings]
    _, settings, by_count = min(told, key=lambda fitted: fitted[0])
    wrapped = [stretch for stretch in _stretches(text, lines, settings, by_count) if stretch.is_wrapped()]
    for stretch in wrapped:
        stretch.learn()
    return wrapped


def _stretches(
    text: str, lines: Sequence[Line], settings: Sequence[Setting | None], counted: bool
) -> Iterator[Stretch]:
    for first, last in runs_of(settings):
        setting = settings[first]
        if setting is not None:
            yield Stretch(text, lines, first, last, setting, counted)


class Stretch:
    """Lines that were set to one margin, and what can be learnt from them together."""

    def __init__(
        self, text: str, lines: Sequence[Line], first: int, last: int, setting: Setting, counted: bool
    ) -> None:
        self.text = text
        self.lines = lines
        self.first = first
        self.last = last
        self.setting = setting
        self.margin = setting.margin
        self.indent = setting.indent
        self.counted = counted
        units = [setting.unit(line) for line in lines[first + 1 : last + 2]]
        if len(units) <= last - first:
            units.append(1.0)
        room = self.margin + 1.0
        self._slacks = [
            room - line.measure(counted) - unit for line, unit in zip(lines[first : last + 1], units, strict=True)
        ]
        self.full = [self._is_full(index) for index in range(first, last + 1)]
        self.odd: Counter[float] = Counter()
        self._learnt: dict[int, float] = {}
        self._sure: dict[int, bool | None] = {}
        self._reads: dict[int, tuple[float, float]] = {}

    def borders(self) -> range:
        """The lines of the stretch that another line follows."""
        return range(self.first, min(self.last + 1, len(self.lines) - 1))

    def slack(self, index: int) -> float:
        """How much room was left at the end of a line for what the next line begins with."""
        return self._slacks[index - self.first]

    def reads_on(self, index: int) -> tuple[float, float]:
        """How the language model reads on across the end of a line, and how it likes an end: see ``reads_on``."""
        if index not in self._reads:
            self._reads[index] = reads_on(self.text, self.lines[index], self.lines[index + 1])
        return self._reads[index]

    def marked(self, index: int) -> bool:
        """True where a line ends with a mark."""
        return ends_marked(self.text, self.lines[index])

    def odd_by(self, index: int, begins: bool) -> float:
        """What is odd about a line if the margin cut it: see ``spare``."""
        line = self.lines[index]
        room = self.margin - line.measure(self.counted) - (self.indent if begins and line.lead < 1.5 else 0.0)
        unit = self.setting.unit(self.lines[index + 1]) if index + 1 < len(self.lines) else 1.0
        return spare(room, unit, hanging(self.text, line, self.counted))

    def _is_full(self, index: int) -> bool:
        slack = self.slack(index)
        if slack <= TOLERANCE:
            return True
        # The first line of a paragraph may have lost its indent.
        begins = index == self.first or ENUMERATOR.match(self.text, self.lines[index].start) is not None
        return slack <= 2.0 + TOLERANCE and (begins or self.slack(index - 1) > _SHORT)

    def is_reached_by(self, a: Line, b: Line) -> bool:
        """True where a line from elsewhere could have been cut by this margin before the next."""
        room = self.margin - a.measure(self.counted) + 1.0 - self.setting.unit(b)
        return -1.75 <= room <= TOLERANCE + self.indent

    def is_wrapped(self) -> bool:
        """
        True where lines reach the margin in mid-sentence and the language model reads on across their ends.

        Names in a list or verses may have one length as well; but then what follows reads like a beginning.
        """
        cut = [
            index
            for index in self.borders()
            if self.full[index - self.first]
            and not self.marked(index)
            and not ENUMERATOR.match(self.text, self.lines[index + 1].start)
        ]
        if len(cut) < 2:
            return False
        han = sum(len(HAN.findall(self.text, self.lines[i].start, self.lines[i].end)) for i in cut)
        if han < 0.5 * sum(self.lines[i].count for i in cut):
            return False
        sample = cut if len(cut) <= 40 else cut[:: len(cut) // 40]
        gain = sum(clamped(self.reads_on(i)[0], 5.0) for i in sample)
        # A paragraph's last line ends with a mark and falls short; in verse it is as long as the others. What is no
        # sentence is seldom long, and of one length more seldom.
        prose = [i for i in sample if self._leads_to_an_end(i)]
        if len(prose) > 1:
            gain += 1.3 * len(prose) * max(self.margin / _LONG_VERSE, 1.0) + sum(
                self.text[self.lines[i].end - 1] in "，、" for i in prose
            )
        if self._gaps_divide(cut):
            gain += 2.0 * len(sample)
        return gain > max(4.0, len(sample))

    def _gaps_divide(self, cut: Sequence[int]) -> bool:
        """True where an empty line stands behind short lines and none behind those that the margin may have cut."""
        short = [self.lines[index + 1].gap > 0 for index in self.borders() if self.slack(index) > _SHORT]
        return len(short) > 2 and sum(short) > 0.9 * len(short) and not any(self.lines[i + 1].gap for i in cut)

    def _leads_to_an_end(self, index: int) -> bool:
        """True where the next line that a margin did not cut is a shorter one with an end mark."""
        for after in range(index + 1, min(self.last + 1, index + 30)):
            if self.marked(after):
                if not self.full[after - self.first]:
                    return True
            elif not self.full[after - self.first]:
                return False
        return False

    def sure_end(self, index: int) -> bool | None:
        """True where a paragraph surely ends with a line, False where it surely goes on, None where it may do either."""
        if index not in self._sure:
            self._sure[index] = self._sure_end(index)
        return self._sure[index]

    def _sure_end(self, index: int) -> bool | None:
        if self.is_apart(index):
            return True
        match = ENUMERATOR.match(self.text, self.lines[index + 1].start)
        marked = self.marked(index)
        if match and (marked or not is_dash(match)):
            return True
        indented = self.indent > 0.0
        short = self.odd_by(index, indented) > 0.0 and self.reaches(index, indented) < _SURELY_SHORT
        if marked:
            return True if short else None
        return short and self.may_be_heading(index) and self.reads_on(index)[0] <= READS_ON

    def is_apart(self, index: int) -> bool:
        """True for a line that no margin cut, or beside which a table or a printed indent stands."""
        if index + 1 >= len(self.lines):
            return True
        a, b = self.lines[index], self.lines[index + 1]
        lost = self.indent if a.lead < 1.5 and self._may_begin(index) else 0.0
        return self.slack(index) - lost > _SHORT or a.table or b.table or b.lead >= 1.5

    def _may_begin(self, index: int) -> bool:
        """True where the line before may end a paragraph, as far as that line alone tells."""
        if index == self.first:
            return self.begins_anew() is not False
        return self.slack(index - 1) > _SHORT or self.marked(index - 1)

    def begins_anew(self) -> bool | None:
        """True where the first line begins a paragraph, False where it goes on with one from another column."""
        line = self.lines[self.first]
        if self.first == 0 or ENUMERATOR.match(self.text, line.start):
            return True
        return None if ends_marked(self.text, self.lines[self.first - 1]) else False

    def may_be_heading(self, index: int) -> bool:
        line = self.lines[index]
        return bool(ENUMERATOR.match(self.text, line.start)) and not CLAUSE_END.search(self.text, line.start, line.end)

    def usual_gap(self) -> int:
        """How many empty lines mostly stand between two lines of a paragraph."""
        gaps = Counter(
            self.lines[index + 1].gap
            for index in self.borders()
            if self.full[index - self.first] and not self.marked(index)
        )
        return gaps.most_common(1)[0][0] if gaps else 0

    def keeps_gap(self, usual: int) -> bool:
        """True where paragraphs are divided by more empty lines than lines are."""
        gaps = [
            self.lines[index + 1].gap > usual
            for index in self.borders()
            if self.slack(index) > _SHORT and self.marked(index)
        ]
        return len(gaps) > 1 and sum(gaps) > 0.7 * len(gaps)

    def keeps_indent(self) -> bool:
        """True where first lines of paragraphs are printed with an indent and no others are."""
        first: list[bool] = []
        later: list[bool] = []
        for index in self.borders():
            indented = self.lines[index + 1].lead >= 1.5
            if self.slack(index) > _SHORT:
                first.append(indented)
            elif not self.marked(index):
                later.append(indented)
        return sum(first) > 0.6 * len(first) and sum(later) <= 0.1 * len(later)

    def learn(self) -> None:
        """See what is odd about lines that were surely cut."""
        learnt: dict[int, float] = {}
        for index in self.borders():
            if self.slack(index) <= _SHORT and self.sure_end(index) is False and not self.may_be_heading(index):
                begins = self.begins_anew() if index == self.first else self.sure_end(index - 1)
                if begins is not None:
                    learnt[index] = self.odd_by(index, begins)
        self._learnt = learnt
        self._sure.clear()
        self.odd.update(learnt.values())

    def reaches(self, index: int, begins: bool) -> float:
        """Logarithm of how much likelier a cut line is to end where this one does than a paragraph's last."""
        odd = self.odd_by(index, begins)
        seen, of = self.odd[odd], self.odd.total()
        if index in self._learnt:
            seen, of = seen - (self._learnt[index] == odd), of - 1
        chance = log((seen + _FORESEEN * usual_spare(odd)) / (of + _FORESEEN))
        return chance - log((1.5 if odd == 0.0 else 0.5) / self.margin)
