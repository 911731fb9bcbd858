"""
How the lines of a text were filled: the margin, the indent of first lines that was not printed, figures kept whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, log

from union_corpus.repairs.margins import Reading, cheapest, line_costs
from union_corpus.repairs.printed_lines import (
    CLAUSE_END,
    ENUMERATOR,
    Line,
    ends_marked,
    hanging,
    runs_of,
    splits_figure,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """How lines were filled: up to which margin, how far first lines are indented, whether figures are kept whole."""

    margin: float
    indent: float
    whole_figures: bool

    def unit(self, line: Line) -> float:
        """The width of what would have had to fit before this line."""
        return line.unit if self.whole_figures else min(line.unit, 1.0)


def spare(room: float, unit: float, hangs: float) -> float:
    """
    What is odd about a line that was cut with so much room left before something so wide; 0 for nothing.

    A margin cuts a line where the next sign does not fit; a closing sign may hang over the margin. What is more than
    0 would have had room, what is less stands out beyond the margin.

    >>> spare(0.0, 1.0, 0.0), spare(0.5, 1.0, 0.0), spare(-1.0, 1.0, 1.0), spare(2.0, 1.0, 0.0), spare(-1.5, 0.5, 0.0)
    (0.0, 0.0, 0.0, 1.5, -1.5)
    """
    if room < -hangs - 0.25:
        return round((room + hangs) * 2) / 2
    if room < unit - 0.2:
        return 0.0
    return round((room - unit) * 2) / 2 + 0.5


def usual_spare(odd: float) -> float:
    """How many of a hundred lines that a margin cut are odd by so much: most programs fill lines as they can."""
    return _ODD.get(abs(odd), _VERY_ODD)


_ODD = {0.0: 0.9, 0.5: 0.02, 1.0: 0.01}
_VERY_ODD = 0.003
# How often what looks like a cut line is none: a heading or a signature, which have any length.
_NO_CUT, _NO_CUT_NUMBERED = 0.03, 0.5
# What may be a heading counts less: the headings of a text are often as long as one another.
_HEADING_WEIGHT = 0.3
# How often a line begins a paragraph though the one before fills the measure: a heading or a title, or a sentence's end.
_BEGINS_UNMARKED, _BEGINS_MARKED = 0.05, 0.2
# What a cut line costs that is as most are, and one that is odd: see ``margins.find_margins``.
_CUT_COST, _ODD_COST = 0.15, 3.5
# First lines without the indent that they were set with are the exception.
_INDENT_LOST = 0.3
# The ways to fill lines: how far first lines are indented without showing it, and whether figures are kept whole.
_WAYS = ((0.0, False), (0.0, True), (2.0, False), (2.0, True))
# How much more, as a logarithm, some lines must tell to be filled in their own way.
_OWN_WAY = 4.0
# How far, in columns, a line that surely ends a paragraph falls short of the margin, without a mark and with one.
_FALLS_SHORT, _HARDLY_SHORT = 4.0, 1.5
# How far, in columns, the margin may be from the measure that most lines have.
_REACH = 3.0


class Fitting:
    """How the lines of a text were set: the settings of its runs of lines, judged together."""

    def __init__(self, text: str, lines: Sequence[Line], reading: Reading) -> None:
        self.lines = lines
        margins, by_count = reading.margins, reading.by_count
        self._margins = margins
        self._by_count = by_count
        # Lines that show the same are judged once: only of a short line before does the measure matter.
        short = max(margins, default=0.0) + _REACH
        self.shown = []
        for index in range(len(lines) - 1):
            # At the top of a column the line before was set to another margin.
            top = index > 0 and margins[index] != margins[index - 1]
            before = lines[index - 1].measure(by_count) if index and not top else inf
            self.shown.append(_Shown.of(text, lines, index, min(before, short), by_count))

    def settings(self) -> tuple[float, list[Setting | None]]:
        """
        What the likeliest reading costs, and the setting of each line in it, None where there was none.

        Each run of lines with one margin tells a setting; then all lines are read again, each under the
        setting that makes them likeliest, with a cost for each change as in ``find_margins``.
        """
        runs = [(first, last) for first, last in runs_of(self._margins) if self._margins[first]]
        fits = [self.fit(first, last) for first, last in runs]
        if not fits:
            return inf, [None] * len(self.lines)
        # One text is mostly filled in one way, though its columns may have several margins.
        usual = {way: log(_INDENT_LOST if way[0] else 1.0 - _INDENT_LOST) for way in _WAYS}
        common = max(_WAYS, key=lambda way: usual[way] + sum(fit[way][0] for fit in fits))
        told = set()
        for fit in fits:
            own = max(_WAYS, key=lambda way: fit[way][0])
            told.add(fit[own if fit[own][0] > fit[common][0] + _OWN_WAY else common][1])
        settings = sorted(told, key=lambda found: (found.margin, found.indent))
        states = [None, *settings]
        cost, chosen = cheapest(self.lines, self._costs(settings))
        return cost, [states[state] for state in chosen]

    def _costs(self, settings: Sequence[Setting]) -> Iterator[list[float]]:
        """For each line, what it costs without a setting and with each."""
        import numpy as np

        measures = [line.measure(self._by_count) for line in self.lines]
        marked = [*(shown.marked for shown in self.shown), True]
        # A numbered line begins a paragraph, and with it comes the indent that was lost.
        numbered = [shown.before == 0.0 for shown in self.shown] + [False]
        insets = np.outer(numbered, [setting.indent for setting in settings])
        margins = [setting.margin for setting in settings]
        free, set_to = line_costs(self.lines, measures, margins, marked, insets)
        known: dict[_Shown, list[float]] = {}
        for index, (first, others) in enumerate(zip(free.tolist(), set_to.tolist(), strict=True)):
            shown = self.shown[index] if index < len(self.shown) else None
            if shown is not None and not shown.marked and not shown.heading:
                if shown not in known:
                    known[shown] = [min(_CUT_COST - shown.told(setting), _ODD_COST) for setting in settings]
                others = [
                    own if shown.measure > setting.margin + 2.0 else told
                    for own, told, setting in zip(others, known[shown], settings, strict=True)
                ]
            yield [first, *others]

    def fit(self, first: int, last: int) -> dict[tuple[float, bool], tuple[float, Setting]]:
        """
        For each way to fill lines, the likeliest setting of those from ``first`` to ``last``, with about their margin.

        With each setting comes the logarithm of its likelihood.
        """
        margin = self._margins[first]
        shown = Counter(self.shown[first : last + 1])
        reached = {round(line.measure * 2) / 2 for line in shown if not line.marked}
        near = {measure for measure in reached if abs(measure - margin) <= _REACH}
        margins = sorted({margin} | near | {measure + 2.0 for measure in near if measure + 2.0 <= margin + _REACH})
        found = {}
        for indent, whole in _WAYS:
            settings = [Setting(wide, indent, whole) for wide in margins]
            told = [
                sum(line.told(setting) * line.weight * times for line, times in shown.items()) for setting in settings
            ]
            best = max(range(len(told)), key=told.__getitem__)
            found[indent, whole] = told[best], settings[best]
        return found


@dataclass(frozen=True, slots=True)
class _Shown:
    """What one line shows of its setting: its measure and the one before, what follows it, what it may be."""

    measure: float
    before: float  # the measure of the line before, as far as it matters; 0 where a paragraph begins
    before_marked: bool
    units: tuple[float, float]  # the width of the next sign, and of the next figure, word or sign
    hangs: float
    marked: bool
    heading: bool
    splits: bool

    @classmethod
    def of(cls, text: str, lines: Sequence[Line], index: int, before: float, by_count: bool) -> _Shown:
        line, after = lines[index], lines[index + 1]
        numbered = ENUMERATOR.match(text, line.start) is not None
        shows_indent = line.lead >= 1.5
        if shows_indent:
            before = inf
        elif numbered or not index:
            before = 0.0
        ends = after.table or after.lead >= 1.5 or ENUMERATOR.match(text, after.start) is not None
        return cls(
            line.measure(by_count),
            before,
            before > 0.0 and not shows_indent and ends_marked(text, lines[index - 1]),
            (min(after.unit, 1.0), after.unit),
            hanging(text, line, by_count),
            ends or line.table or ends_marked(text, line),
            numbered and CLAUSE_END.search(text, line.start, line.end) is None,
            splits_figure(text, line, after),
        )

    @property
    def weight(self) -> float:
        """How much the line counts when a setting is fitted."""
        return _HEADING_WEIGHT if self.heading else 1.0

    def told(self, setting: Setting) -> float:
        """Log likelihood of the line; of one that may end a paragraph, only whether it stands out beyond the margin."""
        unit = self.units[setting.whole_figures]
        room = setting.margin - self.measure
        begins = _BEGINS_MARKED if self.before_marked else _BEGINS_UNMARKED
        left = setting.margin - self.before
        if left > _FALLS_SHORT or (self.before_marked and left > _HARDLY_SHORT):
            begins = 1.0
        chance = 0.0
        for share, inset in ((begins, setting.indent), (1.0 - begins, 0.0)):
            if share:
                odd = spare(room - inset, unit, self.hangs)
                if self.marked:
                    chance += share * (1.0 if odd >= 0.0 else usual_spare(odd))
                elif setting.whole_figures and self.splits:
                    chance += share * _VERY_ODD
                else:
                    # Before a long figure there are more places for a line to end.
                    chance += share * usual_spare(odd) / max(2.0 * unit - 1.0, 1.0)
        if self.marked:
            return log(chance)
        no_cut = _NO_CUT_NUMBERED if self.heading else _NO_CUT
        return log((1.0 - no_cut) * chance + no_cut * 0.5 / setting.margin)
