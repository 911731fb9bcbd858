"""Figures of a text or a document as observations: the road from quantities to rows."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from union_corpus.documents import Document
from union_corpus.indicators import names, statuses, subjects
from union_corpus.indicators.checks import checked
from union_corpus.indicators.noise import is_counted
from union_corpus.indicators.periods import Periods, PeriodText, ReportDate, date_of
from union_corpus.indicators.views import reading_view
from union_corpus.indicators.vocabulary import Coded, Rows, Vocabulary, vocabulary
from union_corpus.quantities import Quantity, find_quantities
from union_corpus.segments import Segment, segment


@dataclass(frozen=True, slots=True)
class Indicator:
    """
    One figure of a report: what it counts, whose it is, when it was, and where it stands.

    ``text`` is ``doc.text[start:end]`` as printed; ``value`` is in the base unit and None where the number was
    masked (``obs_status`` "Q") or blanked ("O"). ``period`` is the year the figure speaks of, which is often not
    ``report_year``. ``rule`` tells how the name was found, ``confidence`` the chance that name, unit and value are right.
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

    >>> for found in find_indicators("全市各级工会走访困难职工450余人，慰问金3.6万元。"):
    ...     print(found.indicator, found.value, found.unit, found.approx, found.subject)
    走访困难职工 450 人 True 全市各级工会
    走访困难职工慰问金 36000 元 False 全市各级工会
    >>> find_indicators("2009年召开第四届职代会，开展“五个100”活动。")
    []
    """
    doc = text if isinstance(text, Document) else None
    return _Finder(doc.text if doc else str(text), doc, segments, vocabulary(lexicon)).find()


# A sentence longer than this is a table or a text without marks; only so much of it is context.
_CONTEXT = 240
_CLAUSE = ",;:。!?\n()|"
_CAMPAIGN = re.compile(r"(?:开展|实施|组织|启动|推进|深化|举办|做好|抓好)[^,。;“”]{0,8}(“[^“”,。]{2,12}”)[^,。;“”]{0,10}[,:;]")
_JOINERS = re.compile(r"[\s、和与及的]*$")


@dataclass(slots=True)
class _Sentence:
    start: int
    end: int
    section: str | None
    planned: bool
    quantities: list[Quantity]


class _Finder:
    """One text with everything that is looked up in it."""

    def __init__(self, text: str, doc: Document | None, segments: Sequence[Segment] | None, words: Vocabulary) -> None:
        self.text = text
        self.doc = doc
        self.view = reading_view(text)
        self.words = words
        self.segments = segments
        known = doc.metadata if doc else None
        self.title = known.title if known else None
        self.report_year = known.report_year if known else None
        self.kind = known.kind if known else None
        self.date = date_of(self.title, self.report_year)

    def find(self) -> list[Indicator]:
        quantities = [q for q in find_quantities(self.text) if is_counted(self.view, q)]
        if not quantities:
            return []
        self.periods = Periods(self.view, self.date, title=self.title)
        self.subjects = subjects.Subjects(self.view)
        self.borders = names.Borders(self.view)
        out: list[Indicator] = []
        self.carried: PeriodText | None = None
        self.carried_section: str | None = None
        before: names.Name | None = None
        for sentence in self._sentences(quantities):
            rows, before = self._read(sentence, before)
            out += rows
        return checked(out, self.view)

    # ------------------------------------------------------------------ sentences and sections

    def _sentences(self, quantities: list[Quantity]) -> Iterator[_Sentence]:
        pieces = self.segments if self.segments is not None else segment(self.doc if self.doc else self.text)
        headings = [p for p in pieces if p.kind in ("heading", "title")]
        starts = [p.start for p in headings]
        spans = [(p.start, p.end) for p in pieces if p.kind == "sentence"]
        firsts = [start for start, _ in spans]
        groups: dict[tuple[int, int], list[Quantity]] = {}
        for quantity in quantities:
            at = bisect_right(firsts, quantity.start) - 1
            span = spans[at] if at >= 0 and spans[at][1] > quantity.start else self._line(quantity.start)
            groups.setdefault(span, []).append(quantity)
        for (start, end), held in groups.items():
            at = bisect_right(starts, start) - 1
            heading = headings[at] if at >= 0 else None
            section = heading.text.strip() if heading else None
            yield _Sentence(start, end, section, self._planned(headings, at), held)

    def _planned(self, headings: list[Segment], at: int) -> bool:
        """Whether the innermost heading that says so, or the kind of report, makes this a plan."""
        level = 99
        while at >= 0 and level > 0:
            heading = headings[at]
            own = heading.level if heading.level is not None else 0
            if own < level:
                level = own
                reading = reading_view(heading.text)
                if statuses.section_is_plan(reading):
                    return True
                if re.search(r"回顾|总结|情况|成效|成绩", reading):
                    return False
            at -= 1
        return self.kind == "plan"

    def _line(self, place: int) -> tuple[int, int]:
        start = self.view.rfind("\n", max(0, place - 2000), place) + 1 or max(0, place - 2000)
        end = self.view.find("\n", place, place + 2000)
        return start, end if end >= 0 else min(len(self.view), place + 2000)

    # ------------------------------------------------------------------ one sentence

    def _read(self, sentence: _Sentence, before: names.Name | None) -> tuple[list[Indicator], names.Name | None]:
        rows: list[Indicator] = []
        floor = sentence.start
        held = sentence.quantities
        current = self._continued(sentence, before)
        own: list[list[names.Name]] = []
        for at, quantity in enumerate(held):
            following = held[at + 1] if at + 1 < len(held) else None
            found, floor, told = self._name(sentence, quantity, held, at, floor, current, own)
            own.append(found)
            current = found[-1] if found[-1].text else current
            rows += [self._row(sentence, quantity, name, told) for name in found]
            del following
        self._carry(sentence, rows)
        return rows, current

    def _continued(self, sentence: _Sentence, before: names.Name | None) -> names.Name | None:
        """The name a sentence goes on with: one that begins with 其中 or a dependent head speaks of the one before."""
        if before is None:
            return None
        opening = self.view[sentence.start : sentence.start + 12].lstrip(" \n")
        return before if opening.startswith(("其中", "同比", "比上年", "覆盖", "涉及")) else None

    def _name(
        self,
        sentence: _Sentence,
        quantity: Quantity,
        held: list[Quantity],
        at: int,
        floor: int,
        current: names.Name | None,
        own: list[list[names.Name]],
    ) -> tuple[list[names.Name], int, tuple[int, int]]:
        view = self.view
        start = self.borders.before(quantity.start, max(floor, quantity.start - 120), signs=_CLAUSE)
        listed = False
        if start == floor and at and floor > sentence.start:
            joint = re.compile(r"\s*(?:次)?\s*(?:、|和|及|与|以及)\s*").match(view, floor, quantity.start)
            if joint:
                start, listed = joint.end(), True
        left = (start, self._cue_start(quantity))
        right_end = self.borders.after(quantity.end, min(sentence.end, quantity.end + 80), signs=_CLAUSE)
        chained = False
        if at + 1 < len(held) and held[at + 1].start < right_end:
            between = view[quantity.end : held[at + 1].start]
            if not between.strip(" 、和与及"):
                chained = True
                last = at + 1
                while last + 1 < len(held) and not view[held[last].end : held[last + 1].start].strip(" 、和与及"):
                    last += 1
                stop = held[last + 1].start if last + 1 < len(held) else sentence.end
                right = (held[last].end, self.borders.after(held[last].end, min(stop, held[last].end + 80), signs=_CLAUSE))
            else:
                stop = self.borders.after(quantity.end, held[at + 1].start, signs=_CLAUSE + "、")
                right = (quantity.end, stop)
        else:
            right = (quantity.end, right_end)
        drop = [(p.start, p.end) for p in self.periods.between(left[0], left[1])]
        drop += [(s.start, s.end) for s in self.subjects.between(left[0], left[1])]
        told = (left[0], max(right[1], quantity.end))
        printed = view[left[0] : left[1]]
        stripped = printed.rstrip()

        growth = self._growth(quantity, stripped, current, own, held, at)
        if growth:
            return [growth], quantity.end, told
        group = self._series(held, at, left)
        if group:
            return [group], quantity.end, told
        both = names.several(self._without(left, drop))
        if both:
            shared = [
                names.Name(text, (left,), "several", *names.verb_and_core(text), own=text) for text in both
            ]
            return shared, quantity.end, told
        name = names.name_of(view, quantity, names.Clause(left, right, chained), drop, current, listed=listed)
        used = quantity.end
        if name.rule in ("object", "subject") and not chained:
            noun_end, predicate = names.split_agent(view, right[0], right[1])
            used = noun_end if predicate < right[1] else right[1]
            name = self._shared_predicate(name, held, at, right, sentence)
        return [self._with_campaign(name, sentence, left[0])], used, told

    def _cue_start(self, quantity: Quantity) -> int:
        if quantity.cue:
            cue = len(quantity.cue)
            stripped = self.text[: quantity.start].rstrip() if quantity.start < 64 else self.text[quantity.start - 64 : quantity.start].rstrip()
            if stripped.endswith(quantity.cue):
                return min(quantity.start, quantity.start - 64 + len(stripped) - cue if quantity.start >= 64 else len(stripped) - cue)
        return quantity.start

    def _without(self, span: tuple[int, int], drop: Sequence[tuple[int, int]]) -> str:
        """The words of a span with periods and subjects taken out of its beginning."""
        start, end = span
        (low, _), _part = names.strip_left(self.view, start, end, drop)
        return re.sub(r"\s+", "", self.view[low:end])

    def _growth(
        self,
        quantity: Quantity,
        left: str,
        current: names.Name | None,
        own: list[list[names.Name]],
        held: list[Quantity],
        at: int,
    ) -> names.Name | None:
        """同比增长12.1%: the growth of what was told before; 分别增长26.7%和32.6%: of the two before."""
        if quantity.unit not in ("%", "个百分点", "倍", "‰"):
            return None
        if re.search(r"分别[^,。;]{0,6}$", left) or (at and not left.strip(" 和与、及") and own and own[-1][-1].rule == "growth"):
            told = [n[-1] for n, q in zip(own, held, strict=False) if n[-1].rule != "growth" and q.unit not in ("%",)]
            grown = sum(1 for n in own if n[-1].rule == "growth")
            follow = [q for q in held[at:] if q.unit in ("%", "个百分点")]
            total = grown + len(follow)
            if len(told) >= total > 1 and (names.patterns().growth.search(left) or grown):
                base = told[len(told) - total + grown]
                return names.Name(base.text + "增长", base.pieces, "growth", base.verb, base.core, own=base.own + "增长")
        match = names.patterns().growth.search(left)
        if not match or current is None:
            return None
        rest = left[: match.start()]
        if len(names.tidy(rest)) > 1 and not re.search(r"同比|比|较", rest):
            return None
        word = re.search("|".join(names.words("growth")), match.group())
        text = current.text if current.rule != "growth" else current.text.removesuffix("增长")
        return names.Name(
            text + (word.group() if word else "增长"), current.pieces, "growth", current.verb, current.core, own=current.own + "增长"
        )

    def _series(self, held: list[Quantity], at: int, left: tuple[int, int]) -> names.Name | None:
        """A分别为…和…: the name that belongs to this number of the series."""
        for first in range(at, max(at - 4, -1), -1):
            opening = self.view[max(0, held[first].start - 120) : held[first].start]
            if first < at and self.view[held[first].end : held[first + 1].start].strip(" 、和与及,"):
                return None
            if "分别" in opening[-14:]:
                start = self.borders.before(held[first].start, max(0, held[first].start - 120), signs=_CLAUSE)
                last = first
                while last + 1 < len(held) and not self.view[held[last].end : held[last + 1].start].strip(" 、和与及,"):
                    last += 1
                drop = [(p.start, p.end) for p in self.periods.between(start, held[first].start)]
                drop += [(s.start, s.end) for s in self.subjects.between(start, held[first].start)]
                found = names.series(self._without((start, held[first].start), drop), last - first + 1)
                if found:
                    text = found[at - first]
                    return names.Name(text, ((start, held[first].start),), "series", *names.verb_and_core(text), own=text)
                return None
        return None

    def _shared_predicate(
        self, name: names.Name, held: list[Quantity], at: int, right: tuple[int, int], sentence: _Sentence
    ) -> names.Name:
        """270家企业、3万名职工参加…: the first subject shares the predicate told after the last."""
        if name.rule != "subject" or "的" in name.text or name.verb or at + 1 >= len(held):
            return name
        if self.view[right[1] : held[at + 1].start].strip(" 、和与及的"):
            return name
        end = self.borders.after(held[at + 1].end, min(sentence.end, held[at + 1].end + 80), signs=_CLAUSE)
        if at + 2 < len(held):
            end = min(end, held[at + 2].start)
        noun_end, begin = names.split_agent(self.view, held[at + 1].end, end)
        if begin >= end:
            return name
        predicate = names.tidy(self.view[begin:end])
        if not 2 <= len(predicate) <= 16:
            return name
        verb, core = names.verb_and_core(predicate)
        text = f"{predicate}的{name.text}"
        return replace(name, text=text, pieces=(*name.pieces, (begin, end)), verb=verb, own=text)

    def _with_campaign(self, name: names.Name, sentence: _Sentence, place: int) -> names.Name:
        """The name of the campaign a figure was told under: 开展“夏送清凉”活动，慰问职工7800名."""
        if not name.text:
            return name
        found = None
        for found in _CAMPAIGN.finditer(self.view, max(sentence.start, place - _CONTEXT), place):
            pass
        if not found or found.end() > place:
            return name
        later = self.view[found.end() : place]
        if ";" in later or "。" in later:
            return name
        quoted = found.group(1)
        if quoted.strip("“”") in name.text or "“" in name.text:
            return name
        return replace(name, text=quoted + name.text, pieces=(found.span(1), *name.pieces))

    # ------------------------------------------------------------------ one row

    def _row(self, sentence: _Sentence, quantity: Quantity, name: names.Name, told: tuple[int, int]) -> Indicator:
        view = self.view
        low = max(sentence.start, quantity.start - _CONTEXT)
        left = view[told[0] : quantity.start]
        before = view[low : quantity.start]
        after = view[quantity.end : quantity.end + 24]
        period, period_text, period_source = self._period(sentence, quantity, told, name)
        subject, subject_source = self._subject(sentence, quantity, told)
        future = bool(
            period and self.report_year and period[:4].isdigit() and int(period[:4]) > self.report_year and period_source == "sentence"
        )
        if period_source == "sentence" and period_text and re.search(r"明年|来年|下一年", period_text):
            future = True
        clause = view[max(low, told[0]) : quantity.start]
        status = statuses.status_of(clause=clause, sentence=before, after=after, planned=sentence.planned, future=future)
        threshold = self._threshold(quantity, after, left)
        if threshold:
            status = "norm"
        measure, basis = statuses.measure_of(
            unit=quantity.unit, kind=quantity.kind, name=name.text, left=left, norm_threshold=threshold
        )
        coded = self._code(sentence, quantity, name, told, measure)
        if coded and name.rule != "growth" and measure == "level" and coded.entry.measure in ("share", "growth"):
            measure = coded.entry.measure
        span = bool(period and "-" in period and len(period) == 9)
        stat = statuses.stat_of(left=left, sentence=before, name=name.text, part=name.part, span=span)
        start, end = (self.doc.original_span(quantity.start, quantity.end)) if self.doc else (quantity.start, quantity.end)
        return Indicator(
            doc_id=self.doc.doc_id if self.doc else None,
            report_year=self.report_year,
            section=sentence.section,
            indicator=name.text or None,
            indicator_raw=names.joined(name.pieces, self.text) or None,
            indicator_code=coded.entry.code if coded else None,
            subject=subject,
            subject_source=subject_source,
            breakdown=name.own if name.part else None,
            period=period,
            period_text=period_text,
            period_source=period_source,
            measure=measure,
            stat=stat,
            basis=basis,
            value=quantity.value,
            low=quantity.low,
            high=quantity.high,
            approx=quantity.approx,
            bound=quantity.bound,
            cue=quantity.cue,
            unit=quantity.unit,
            unit_printed=quantity.unit_printed,
            status=status,
            obs_status=quantity.obs_status,
            checks=None,
            text=quantity.text,
            start=quantity.start,
            end=quantity.end,
            original_start=start,
            original_end=end,
            sentence=self.text[sentence.start : sentence.end].strip()
            if sentence.end - sentence.start <= 1000
            else self.text[max(sentence.start, quantity.start - 200) : min(sentence.end, quantity.end + 200)].strip(),
            rule=name.rule,
            confidence=_confidence(name, coded, quantity),
        )

    def _threshold(self, quantity: Quantity, after: str, left: str) -> bool:
        """销售收入在500万元以上的企业: a number that sorts things and counts none."""
        return bool(
            quantity.bound
            and quantity.unit != "%"
            and re.match(r"\s*(?:\)|（|\()?(?:以上|以下|以内)?的", after)
            and not re.search(r"(?:发放|投入|筹集|完成|提供|签订|达)[^,;]{0,4}$", left)
        )

    def _period(
        self, sentence: _Sentence, quantity: Quantity, told: tuple[int, int], name: names.Name
    ) -> tuple[str | None, str | None, str | None]:
        chosen: PeriodText | None = None
        found = self.periods.between(max(sentence.start, quantity.start - 4 * _CONTEXT), quantity.start)
        for expression in reversed(found):
            if expression.reach == "clause" and expression.end < told[0]:
                between = self.view[expression.end : quantity.start]
                if expression.kind != "now" or ";" in between:
                    continue
            chosen = expression
            break
        if chosen is not None:
            # 年底 or 全年 after a year that was told in the same sentence is a part of it, not another period.
            if chosen.kind == "year" and chosen.relative and chosen.text in ("全年", "年内", "年底", "年末", "年初"):
                earlier = [e for e in found if e.start < chosen.start and not (e.relative and e.kind == "year")]
                if earlier and earlier[-1].period and chosen.text == "全年":
                    chosen = earlier[-1]
            return chosen.period, chosen.text.strip(), "sentence"
        if self.carried is not None:
            return self.carried.period, self.carried.text.strip(), "previous sentence"
        if sentence.section:
            for expression in Periods(reading_view(sentence.section), self.date, title=None).found:
                return expression.period, expression.text, "section"
        title = self.periods.title()
        if title is not None:
            return title.period, title.text, "title"
        if self.report_year is not None:
            return str(self.report_year), None, "report_year"
        return None, None, None

    def _carry(self, sentence: _Sentence, rows: list[Indicator]) -> None:
        """An absolute period told at the head of a sentence speaks for the sentences after it, until the section ends."""
        if sentence.section != self.carried_section:
            self.carried, self.carried_section = None, sentence.section
        found = self.periods.between(sentence.start, sentence.end)
        if not found:
            return
        absolute = [p for p in found if p.reach == "on"]
        if absolute and rows and absolute[0].start <= rows[0].start:
            self.carried = absolute[-1]
        elif any(p.reach == "sentence" for p in found):
            self.carried = None

    def _subject(
        self, sentence: _Sentence, quantity: Quantity, told: tuple[int, int]
    ) -> tuple[str | None, str | None]:
        found = self.subjects.between(max(sentence.start, quantity.start - 2 * _CONTEXT), quantity.start)
        if found:
            return found[-1].text, "sentence"
        if sentence.section:
            subject = subjects.subject_of_heading(reading_view(sentence.section))
            if subject:
                return subject, "section"
        if self.title:
            subject = subjects.subject_of_heading(reading_view(self.title))
            if subject:
                return subject, "title"
        if self.doc and self.doc.metadata.organisation:
            return self.doc.metadata.organisation, "document"
        return None, None

    def _code(
        self, sentence: _Sentence, quantity: Quantity, name: names.Name, told: tuple[int, int], measure: str
    ) -> Coded | None:
        if not name.text:
            return None
        low = max(sentence.start, quantity.start - _CONTEXT)
        context = self.view[low : told[1]] + (self.title or "") + (sentence.section or "")
        own = re.sub(r"[\s的“”]", "", name.own or name.text)
        full = re.sub(r"[\s的“”]", "", name.text)
        for candidate in dict.fromkeys((full, own)):
            coded = self.words.code(candidate, re.sub(r"[\s的“”]", "", context), quantity.unit)
            if coded:
                if (measure == "growth") != (coded.entry.measure == "growth"):
                    continue
                return coded
        return None


def _confidence(name: names.Name, coded: Coded | None, quantity: Quantity) -> float:
    base = {"left": 0.9, "object": 0.88, "subject": 0.85, "listed": 0.85, "several": 0.85, "series": 0.85}.get(name.rule, 0.7)
    if not name.text:
        return 0.3
    if coded:
        base = min(base + 0.04, 0.97)
    return round(base, 2)
