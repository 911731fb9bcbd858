"""
Where figures stand: their sentence, the headings and the title above it, and what these say of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from union_corpus.documents import Document, Span
from union_corpus.indicators.periods import Dated, PeriodText, ReportDate, date_of, find_periods, period_of_title
from union_corpus.indicators.statuses import is_rule, section_is_plan
from union_corpus.indicators.subjects import subject_of_heading
from union_corpus.indicators.views import reading_view
from union_corpus.quantities import Quantity
from union_corpus.segments import Segment

# A sentence longer than this is a table or a text without marks; only so much of it is context.
CONTEXT = 240
# No list of numbers is followed farther.
CHAIN = 12
# What may stand between the numbers of one list: 95%左右、96%以上和….
BETWEEN = " 、和与及左右以上下内"
# A sentence longer than this is shown only in part, so much on each side of its figure.
_SHOWN = 1000
_SHOWN_BESIDE = 200
# How far a line is followed that belongs to no sentence.
_LINE = 2000
_TOLD = re.compile(r"回顾|总结|情况|成效|成绩")
_PLAN_TITLE = re.compile(r"^(?!.*(?:总结|回顾|情况|汇报)).*(?:计划|要点|打算|安排)(?:[(⟨].*)?$")
_YEAR = re.compile(r"\d{4}")
# A title that says more than the year says more than the year of the report.
_CLOSER = ("range", "half", "months", "quarter", "ending")


# A year of the report that is hardly more than a guess dates no figure; one that is less sure than this is mostly wrong,
# while of 20 reports from the web whose year had a chance from here to 0.5 it was right in 17.
_SURE = 0.3


class Report(NamedTuple):
    """
    What is known of a report before its text is read.

    ``year`` is None where it was only guessed; ``chance`` is the chance that it is right.
    """

    title: str | None = None
    year: int | None = None
    kind: str | None = None
    organisation: str | None = None
    date: ReportDate = ReportDate(None)
    chance: float = 1.0

    @classmethod
    def of(cls, doc: Document | None, view: str) -> Report:
        """The report of a document, ``view`` its text; of a bare text nothing is known."""
        if doc is None:
            return cls()
        known = doc.metadata
        chance = 1.0 if known.year_confidence is None else known.year_confidence
        year = known.report_year if chance >= _SURE else None
        return cls(known.title, year, known.kind, known.organisation, date_of(known.title, year, view), chance)


class Section:
    """
    The headings above some sentences, innermost first, and the title: ``names`` are the headings as printed.

    What they say is read in ``view`` when it is first asked for, and then kept.
    """

    def __init__(
        self, report: Report, view: str, headings: Sequence[Segment], title: str | None, *, in_table: bool = False
    ) -> None:
        self._report = report
        self._view = view
        self._headings = headings
        self._in_table = in_table
        self.title = title
        self.start = headings[0].start if headings else 0
        self.names = [heading.text.strip() for heading in headings if heading.kind == "heading"]

    @cached_property
    def planned(self) -> bool:
        """Whether the innermost heading that says so, or the kind of report, makes this a plan; a table is none."""
        if self._in_table:
            return False
        for heading in self._headings:
            reading = self._view[heading.start : heading.end]
            if section_is_plan(reading):
                return True
            if _TOLD.search(reading):
                return False
        title = self._report.title
        return self._report.kind == "plan" or bool(title and _PLAN_TITLE.search(reading_view(title)))

    @cached_property
    def told(self) -> bool:
        """Whether the headings say that what follows has been: 2025年工作回顾."""
        return any(_TOLD.search(reading) for reading in self._readings)

    @cached_property
    def words(self) -> str:
        """The title and the headings as the vocabulary reads them."""
        return full_words((self.title or "") + "".join(self.names))

    @cached_property
    def _readings(self) -> list[str]:
        """The headings in the reading view."""
        headings = (heading for heading in self._headings if heading.kind == "heading")
        return [self._view[heading.start : heading.end].strip() for heading in headings]

    @cached_property
    def rules(self) -> bool:
        """Whether this is a rule or regulation, whose figures are norms."""
        return is_rule(self.title, self.names[0] if self.names else None)

    @cached_property
    def _periods(self) -> list[PeriodText]:
        """The first period of each heading that names one."""
        found = (find_periods(reading, self._report.date) for reading in self._readings)
        return [periods[0] for periods in found if periods]

    @cached_property
    def _period_of_title(self) -> PeriodText | None:
        """The period the title names: （截至2013年6月底）, 2009年."""
        return period_of_title(self.title, self._report.date) if self.title is not None else None

    @cached_property
    def period(self) -> Dated:
        """The period of figures whose sentence and the sentences before tell none."""
        if self._periods:
            return Dated.by(self._periods[0], "section")
        year, title = self._report.year, self._period_of_title
        if title is not None and (year is None or title.kind in _CLOSER):
            return Dated.by(title, "title")
        return Dated(str(year), None, "report_year", counted=True) if year is not None else Dated()

    @cached_property
    def year(self) -> str | None:
        """The year that 全年 means under a heading that names one; where no report year is known, the title's."""
        title = self._period_of_title if self._report.year is None else None
        told = [*self._periods, title] if title is not None else self._periods
        return next((found.period for found in told if found.period and _YEAR.fullmatch(found.period)), None)

    @cached_property
    def subject(self) -> tuple[str | None, str | None]:
        """Subject and source, for figures whose sentence tells none."""
        for reading in self._readings:
            subject = subject_of_heading(reading)
            if subject:
                return subject, "section"
        subject = subject_of_heading(reading_view(self.title)) if self.title else None
        if subject:
            return subject, "title"
        return (self._report.organisation, "document") if self._report.organisation else (None, None)


@dataclass(slots=True)
class Sentence:
    """
    A sentence with its figures. Those that sort things and count none (500万元以上的企业) are its ``thresholds``, the others
    are ``counted``; ``together`` says of each of these whether it stands in one list with the next.
    """

    start: int
    end: int
    section: Section
    quantities: list[Quantity]
    thresholds: list[Quantity] = field(default_factory=list)
    counted: list[Quantity] = field(default_factory=list)
    together: list[bool] = field(default_factory=list)

    def run(self, at: int) -> tuple[int, int]:
        """The first and the last of the numbers told together with one: 95%左右、96%以上和97%."""
        return run(at, len(self.counted), self.together.__getitem__)

    def shown(self, text: str, quantity: Quantity) -> str:
        """The sentence as it goes into the table: of a very long one what stands around the figure."""
        start, end = self.start, self.end
        if end - start > _SHOWN:
            start, end = max(start, quantity.start - _SHOWN_BESIDE), min(end, quantity.end + _SHOWN_BESIDE)
        return text[start:end].strip()


def full_words(text: str) -> str:
    """A text without what may stand between the words of the vocabulary."""
    return "".join(text.split()).replace("的", "").replace("“", "").replace("”", "")


def run(at: int, count: int, together: Callable[[int], bool]) -> tuple[int, int]:
    """The first and last of ``count`` things that hang together with one; ``together(k)`` joins k and k + 1."""
    first = last = at
    while first and at - first < CHAIN and together(first - 1):
        first -= 1
    while last + 1 < count and last - at < CHAIN and together(last):
        last += 1
    return first, last


class Outline:
    """The headings and titles of a report, and its sentences under them."""

    def __init__(self, report: Report, view: str, pieces: Sequence[Segment]) -> None:
        self._report = report
        self._view = view
        self._headings = [piece for piece in pieces if piece.kind in ("heading", "title")]
        self._starts = [heading.start for heading in self._headings]
        self._titles = [piece for piece in self._headings if piece.kind == "title"]
        self._sentences = [(piece.start, piece.end) for piece in pieces if piece.kind == "sentence"]
        self._parents = _parents(self._headings)
        self._sections: dict[tuple[int, str | None], Section] = {}

    def sentences(self, quantities: Sequence[Quantity]) -> Iterator[Sentence]:
        """The sentences that hold quantities, with these; a quantity outside all sentences has its line."""
        firsts = [start for start, _ in self._sentences]
        groups: dict[Span, list[Quantity]] = {}
        for quantity in quantities:
            at = bisect_right(firsts, quantity.start) - 1
            inside = at >= 0 and self._sentences[at][1] > quantity.start
            span = self._sentences[at] if inside else self._line(quantity.start)
            groups.setdefault(span, []).append(quantity)
        for (start, end), held in groups.items():
            yield Sentence(start, end, self._section(start), held)

    def of_table(self, place: int) -> Section:
        """The section of a table: the one heading above it."""
        at = bisect_right(self._starts, place) - 1
        headings = self._headings[at : at + 1] if at >= 0 else []
        return Section(self._report, self._view, headings, self._report.title, in_table=True)

    def _section(self, place: int) -> Section:
        at = bisect_right(self._starts, place) - 1
        titled = bisect_right(self._titles, place, key=lambda piece: piece.start) - 1
        title = self._report.title or (self._titles[titled].text.strip() if titled >= 0 else None)
        if (at, title) not in self._sections:
            self._sections[at, title] = Section(self._report, self._view, self._above(at), title)
        return self._sections[at, title]

    def _above(self, at: int) -> list[Segment]:
        """A heading and those it stands under, innermost first."""
        found = []
        while at >= 0:
            found.append(self._headings[at])
            at = self._parents[at]
        return found

    def _line(self, place: int) -> Span:
        start = self._view.rfind("\n", max(0, place - _LINE), place) + 1 or max(0, place - _LINE)
        end = self._view.find("\n", place, place + _LINE)
        return start, end if end >= 0 else min(len(self._view), place + _LINE)


def _parents(headings: Sequence[Segment]) -> list[int]:
    """For each heading the one it stands under, -1 for none."""
    parents: list[int] = []
    above: list[int] = []
    for at, heading in enumerate(headings):
        while above and (headings[above[-1]].level or 0) >= (heading.level or 0):
            above.pop()
        parents.append(above[-1] if above else -1)
        above.append(at)
    return parents
