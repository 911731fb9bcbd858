"""Figures of a text or a document as observations: the road from quantities to rows."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from union_corpus.documents import Document, Span, text_of
from union_corpus.indicators import statuses
from union_corpus.indicators.checks import checked
from union_corpus.indicators.clauses import Borders, joined
from union_corpus.indicators.coding import Coder
from union_corpus.indicators.dating import Dater
from union_corpus.indicators.grids import Cell, find_cells
from union_corpus.indicators.names import Name
from union_corpus.indicators.naming import Namer
from union_corpus.indicators.noise import is_counted
from union_corpus.indicators.periods import Dated, Periods
from union_corpus.indicators.sections import CONTEXT, Outline, Report, Sentence
from union_corpus.indicators.subjects import Subjects
from union_corpus.indicators.subsets import with_parts
from union_corpus.indicators.views import reading_view
from union_corpus.indicators.vocabulary import Coded, Rows, Vocabulary, vocabulary
from union_corpus.numerals import parse_number
from union_corpus.quantities import Quantity, find_quantities
from union_corpus.segments import Segment, segment


class Indicator(NamedTuple):
    """
    One figure of a report: what it counts, whose it is, when it was, and where it stands.

    ``text`` is ``doc.text[start:end]`` as printed; ``value`` is in the base unit and None where the number was
    masked (``obs_status`` "Q") or blanked ("O"). ``period`` is the year the figure speaks of, which is often not
    ``report_year``. ``rule`` tells how the name was found, ``confidence`` the chance that name, unit and value are
    right and, where the period rests on the report's year (``report_year``, 今年), that this is. A report whose year is
    only guessed dates none of its figures: what no words date has no period.
    """

    doc_id: str | None
    report_year: int | None
    section: str | None
    indicator: str | None
    indicator_raw: str | None
    indicator_code: str | None
    subject: str | None
    subject_source: str | None
    breakdown: str | None
    period: str | None
    period_text: str | None
    period_source: str | None
    measure: str
    stat: str | None
    basis: str | None
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    approx: bool
    bound: str | None
    cue: str | None
    unit: str
    unit_printed: str
    status: str
    obs_status: str
    checks: str | None
    text: str
    start: int
    end: int
    original_start: int
    original_end: int
    sentence: str
    rule: str
    confidence: float


def find_indicators(
    text: str | Document, *, segments: Sequence[Segment] | None = None, lexicon: str | Path | Rows | None = None
) -> list[Indicator]:
    """
    Every figure of a text or document, in order of place; one number told of several things gives several rows.

    Years, dates, ordinals, document numbers, slogans and hotlines are no indicators. A number that stands for
    several things (各75个) gives a row for each, with the same place. ``segments`` saves segmenting again;
    ``lexicon`` adds rows to the vocabulary of codes: a ``.tsv`` path or rows with the columns of
    ``lexicon/indicators.tsv``.

    >>> for found in find_indicators("全市各级工会慰问困难职工450余人，慰问金3.6万元。"):
    ...     print(found.indicator, int(found.value), found.unit, found.approx, found.subject)
    慰问困难职工 450 人 True 全市各级工会
    慰问困难职工慰问金 36000 元 False 全市各级工会
    >>> find_indicators("2009年召开第四届职代会，开展“五个100”活动。")
    []
    """
    doc = text if isinstance(text, Document) else None
    return _Finder(text_of(text, "find_indicators"), doc, segments, vocabulary(lexicon)).find()


_SO_FAR = re.compile(r"目前|当前|现在|迄今|去年|上年|前年|上一年|截[至止](?!.*年底)")
_NEXT_YEAR = re.compile(r"明年|来年|下一年|新的一年")
_SPACE = re.compile(r"\s+")
# The label of a table's row: a place, or all of them together.
_OF_PLACE = re.compile(
    r"[\u4e00-\u9fff]{1,8}(?:省|自治区|自治區|市|县|縣|区|區|自治州|旗|盟|镇|鎮|乡|鄉|街道|总工会|總工會)"
)
_OF_WHOLE = re.compile(r"[合总总總共小]\s*[计計]|全部")
# Heads that only say that a column counts: the head of the row names what.
_COUNT_HEAD = re.compile(
    r"(?:年度|全年|本年)?(?:目标|任务|计划)(?:任务|数|值|量)?|(?:实际)?完成(?:数|量|值|情况)?|[数數]量|[数數]值"
)
_GROWN = re.compile("增[减減长長幅速]|同比|比上年|±")
# Labels of rows that tell a part of the year.
_IN_YEAR = re.compile(
    r"第?(?P<quarter>[一二三四1-4])季度|(?P<half>[上下])半年|(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?|全年"
)
# How far behind a figure its status may be told: 的目标任务.
_AFTER = 24


class _Finder:
    """One text with everything that is looked up in it."""

    def __init__(self, text: str, doc: Document | None, segments: Sequence[Segment] | None, words: Vocabulary) -> None:
        self.text = text
        self.doc = doc
        self.view = reading_view(text)
        self.words = words
        self.segments = segments
        self.report = Report.of(doc, self.view)

    def find(self) -> list[Indicator]:
        quantities = find_quantities(self.text)
        cells = find_cells(self.text, quantities, self.doc.tables if self.doc else ())
        quantities = [q for q in _outside(quantities, cells) if is_counted(self.view, q)]
        if not quantities and not cells:
            return []
        pieces = self.segments if self.segments is not None else segment(self.doc if self.doc else self.text)
        self.outline = Outline(self.report, self.view, pieces)
        self.subjects = Subjects(self.view)
        self.announced = statuses.announcements(self.view)
        periods, borders = Periods(self.view, self.report.date), Borders(self.view)
        self.dater = Dater(self.view, periods)
        self.namer = Namer(self.text, self.view, borders, periods, self.subjects, self.words)
        self.coder = Coder(self.view, borders, self.words)
        out: list[Indicator] = []
        before: Name | None = None
        for sentence in self.outline.sentences(quantities):
            rows, before = self._read(sentence, before)
            out += rows
        if cells:
            out += [self._cell(cell) for cell in cells]
            out.sort(key=lambda row: row.start)
        return checked(list(with_parts(out, self.view)))

    def _read(self, sentence: Sentence, before: Name | None) -> tuple[list[Indicator], Name | None]:
        """The rows of one sentence, and the name that the next may take up."""
        rows: list[Indicator] = []
        self.dater.enter(sentence)
        self.namer.enter(sentence)
        current = self.namer.continued(sentence, before)
        floor, told = sentence.start, list[Name]()
        sorting = set(map(id, sentence.thresholds))
        for quantity in sentence.quantities:
            if id(quantity) in sorting:
                name, span = self.namer.sorted_by(sentence, quantity)
                rows.append(self._row(sentence, quantity, name, span))
                continue
            found, floor, span = self.namer.name(sentence, floor, current, told)
            if found[-1].text or before is None:
                found = [
                    name._replace(unit=quantity.unit, coded=self.coder.code(sentence, quantity, name, span))
                    for name in found
                ]
                told.append(found[-1])
                current = found[-1] if found[-1].text else current
            else:
                told.append(found[-1]._replace(unit=quantity.unit))
                found = [before._replace(rule="carried")]
            rows += [self._row(sentence, quantity, name, span) for name in found]
            self.coder.group = found[-1].coded.entry.group if found[-1].coded else self.coder.group
        self.dater.leave(sentence)
        self.namer.leave(told)
        return rows, current or before

    def _cell(self, cell: Cell) -> Indicator:
        """A figure of a table as a row: its heads name it."""
        # A row of a place or of the whole (东山区 | 312 | 45210) tells whose the figures are, and the column what they are.
        of_place = bool(cell.column) and _OF_PLACE.fullmatch(cell.name) is not None
        of_whole = bool(cell.column) and _OF_WHOLE.fullmatch(cell.name) is not None
        in_year = _IN_YEAR.fullmatch(cell.name) if cell.column else None
        own = "" if of_place or of_whole or in_year else cell.name
        # 女会员 below 会员 says already what it is a part of.
        parent = "" if cell.parent is None or cell.parent in own else cell.parent
        column = "" if own and _COUNT_HEAD.fullmatch(cell.column or "") else cell.column or ""
        whole = own + parent + column
        text = _SPACE.sub("", reading_view(whole))
        pieces = ((cell.line_start, cell.line_start + len(cell.name)),)
        name = Name(text, pieces, "table", own=text, part=cell.parent is not None)
        told = (cell.line_start, cell.line_end)
        sentence = Sentence(*told, self.outline.of_table(cell.line_start), [cell.quantity])
        if not cell.parent:
            name = name._replace(coded=self.coder.code(sentence, cell.quantity, name, told))
        dated = Dated(cell.period, cell.period, cell.period_source) if cell.period else None
        row = self._row(sentence, cell.quantity, name, told, dated)
        row = row._replace(breakdown=cell.name if cell.parent else None, stat="part" if cell.parent else row.stat)
        if of_place:
            row = row._replace(subject=cell.name, subject_source="row")
        if statuses.AIMED.search(cell.column or ""):
            row = row._replace(status="target")
        if _GROWN.search(cell.column or ""):
            row = row._replace(measure="growth" if row.unit == "%" else "change")
        if in_year and row.period and row.period.isdecimal():
            row = row._replace(period=_within(row.period, in_year), period_text=cell.name, period_source="row")
        return row

    def _row(
        self, sentence: Sentence, quantity: Quantity, name: Name, told: Span, dated: Dated | None = None
    ) -> Indicator:
        """The row of one figure; ``told`` is the stretch of words it was named in, ``dated`` the period if that is known."""
        if _is_lost(name.text):
            name = name._replace(text="", rule="none", coded=None)
        view, doc, coded = self.view, self.doc, name.coded
        start, end, text, _, _, value, low, high, approx, bound, cue, unit, printed, kind, obs_status = quantity
        left = view[told[0] : start]
        before = view[max(sentence.start, start - CONTEXT) : start]
        dated = dated or self.dater.period_of(sentence, quantity, told, name)
        subject, subject_source = self._subject(sentence, quantity)
        threshold = name.rule == "threshold"
        measure, basis = statuses.measure_of(unit=unit, kind=kind, left=left, rule=name.rule, norm_threshold=threshold)
        if coded and name.rule != "growth" and measure == "level" and coded.entry.measure in ("share", "growth"):
            measure = coded.entry.measure
        span = dated.period is not None and len(dated.period) == 9 and "-" in dated.period
        stat = statuses.stat_of(
            left=left, name=name.own + name.text[-4:], sentence=before, part=name.part, span=span, measure=measure
        )
        status = "norm" if threshold else self._status(sentence, quantity, told, dated)
        original = doc.original_span(start, end) if doc else (start, end)
        section = sentence.section.names[0] if sentence.section.names else None
        # In the order of the columns: so many keywords would take longer than most of what they name.
        return Indicator(
            doc.doc_id if doc else None, doc.metadata.report_year if doc else None, section,
            name.text or None, joined(name.pieces, self.text) or None, coded.entry.code if coded else None,
            subject, subject_source, name.own if name.part else None,
            dated.period, dated.text, dated.source,
            measure, stat, basis,
            value, low, high, approx, bound, cue, unit, printed,
            status, obs_status, None,
            text, start, end, *original,
            sentence.shown(self.text, quantity), name.rule,
            _confidence(name, coded, quantity, self.report.chance if dated.counted else 1.0),
        )  # fmt: skip

    def _status(self, sentence: Sentence, quantity: Quantity, told: Span, dated: Dated) -> str:
        """Whether a figure is told as a result, a target, a plan or a norm."""
        low = max(sentence.start, quantity.start - CONTEXT)
        in_sentence = dated.source == "sentence"
        status = statuses.status_of(
            clause=self.view[max(low, told[0]) : quantity.start],
            sentence=self.view[low : quantity.start],
            after=self.view[quantity.end : quantity.end + _AFTER],
            planned=sentence.section.planned,
            future=in_sentence and self._is_future(dated),
        )
        if status == "result" and sentence.section.rules:
            return "norm"
        if status == "result" and self._is_foretold(sentence, quantity):
            return "plan"
        if status in ("target", "plan") and in_sentence and _SO_FAR.match(dated.text or ""):
            return "result"
        return status

    def _is_foretold(self, sentence: Sentence, quantity: Quantity) -> bool:
        """Whether what stands before a sentence makes it a plan: an announced list, or its paragraph."""
        if sentence.section.told:
            return False
        line = max(0, sentence.section.start, sentence.start - 2 * CONTEXT)
        line = max(line, self.view.rfind("\n", line, sentence.start) + 1)
        at = bisect_right(self.announced, sentence.start) - 1
        listed = at >= 0 and self.announced[at] > max(sentence.section.start, sentence.start - statuses.LIST)
        told = self.view[max(sentence.start, quantity.start - CONTEXT) : quantity.end + _AFTER]
        return statuses.is_foretold(self.view[line : sentence.start], told, listed=listed)

    def _is_future(self, dated: Dated) -> bool:
        """Whether a period told in the sentence lies after the report: 明年, a year after its own."""
        if dated.text and _NEXT_YEAR.search(dated.text):
            return True
        year = self.report.date.year
        return bool(year and dated.period and dated.period[:4].isdigit() and int(dated.period[:4]) > year)

    def _subject(self, sentence: Sentence, quantity: Quantity) -> tuple[str | None, str | None]:
        """Whose figure it is and where that was found."""
        found = self.subjects.between(max(sentence.start, quantity.start - 2 * CONTEXT), quantity.start)
        return (found[-1].text, "sentence") if found else sentence.section.subject


def _is_lost(name: str) -> bool:
    """Whether so much of a name is 锟斤拷 or � that it names nothing."""
    lost = name.count("\ufffd") + name.count("锟") + name.count("拷")
    return 4 * lost >= len(name) > 0 and lost > 1


def _within(year: str, told: re.Match[str]) -> str:
    """The period that the label of a row tells within a year: 2012Q1, 2012H2, 2012-03, or all of it."""
    if told["quarter"]:
        return f"{year}Q{'一二三四1234'.index(told['quarter']) % 4 + 1}"
    if told["half"]:
        return f"{year}H{'上下'.index(told['half']) + 1}"
    return f"{year}-{int(parse_number(told['month']) or 0):02d}" if told["month"] else year


def _outside(quantities: list[Quantity], cells: list[Cell]) -> list[Quantity]:
    """The quantities that are read as running text: not those that fill a cell, nor those in the label of a row."""
    if not cells:
        return quantities
    read = {cell.quantity.end for cell in cells}
    labels = {cell.line_start: min(cell.quantity.start, cell.line_end) for cell in reversed(cells)}
    starts = sorted(labels)
    out = []
    for quantity in quantities:
        at = bisect_right(starts, quantity.start) - 1
        if quantity.end not in read and (at < 0 or quantity.start >= labels[starts[at]]):
            out.append(quantity)
    return out


# The share of rows found by each rule that were right (value, unit, and code or name) on the facts of the development
# reports, the facts of the sample and the held-back set a (tests/quality/indicators.py prints them), drawn a little
# towards .9 where a rule has few cases.
_RIGHT = {
    "left": 0.95,
    "object": 0.96,
    "carried": 0.95,
    "subject": 0.86,
    "listed": 0.94,
    "several": 0.92,
    "series": 0.94,
    "table": 0.97,
    "growth": 0.91,
    "task": 0.91,
    "change": 0.84,
    "outcome": 0.92,
    "share": 0.84,
    "pair": 0.92,
    "predicate": 0.86,
    "threshold": 0.88,
    "topic": 0.8,
    "none": 0.1,
}
# What a code says for a row: words that fit one row of the vocabulary far better than any other, or hardly better.
_CLEAR, _DOUBTFUL = 2.0, 1.0


def _confidence(name: Name, coded: Coded | None, quantity: Quantity, year: float) -> float:
    """The chance that a row is right; ``year`` is the chance of the year that its period rests on."""
    if not name.text:
        return _RIGHT["none"]
    chance = _RIGHT[name.rule]
    if coded:
        chance += 0.02 if coded.margin >= _CLEAR else -0.27 if coded.margin < _DOUBTFUL else 0.0
    else:
        chance -= 0.35 if len(name.own) < 2 else 0.12 if len(name.text) <= 2 or len(name.text) > 20 else 0.07
    if not quantity.unit:
        chance -= 0.1
    return round(max(0.05, min(chance, 0.98) * year), 2)
