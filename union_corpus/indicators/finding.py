"""Figures of a text or a document as observations: the road from quantities to rows."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from union_corpus.documents import Document, Span
from union_corpus.indicators import clauses, cues, lists, names, statuses, subjects
from union_corpus.indicators.checks import checked
from union_corpus.indicators.grids import Cell, find_cells
from union_corpus.indicators.noise import is_counted
from union_corpus.indicators.periods import Periods, PeriodText, date_of, find_periods, period_of_title
from union_corpus.indicators.views import reading_view
from union_corpus.indicators.vocabulary import Around, Coded, Rows, Vocabulary, vocabulary
from union_corpus.quantities import Quantity, find_quantities
from union_corpus.segments import Segment, segment


class Indicator(NamedTuple):
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

    >>> for found in find_indicators("全市各级工会慰问困难职工450余人，慰问金3.6万元。"):
    ...     print(found.indicator, int(found.value), found.unit, found.approx, found.subject)
    慰问困难职工 450 人 True 全市各级工会
    慰问困难职工慰问金 36000 元 False 全市各级工会
    >>> find_indicators("2009年召开第四届职代会，开展“五个100”活动。")
    []
    """
    doc = text if isinstance(text, Document) else None
    return _Finder(doc.text if doc else str(text), doc, segments, vocabulary(lexicon)).find()


# A sentence longer than this is a table or a text without marks; only so much of it is context.
_CONTEXT = 240
_CLAUSE = ",;:。!?()|"
_CAMPAIGN = re.compile(
    r"(?:开展|实施|启动|推进|深化|举办|做好|抓好|组织)[^,。;“”]{0,8}(“[^“”,。、]{2,12}”)[^,。;“”的]{0,4}"
    r"(?:活动|行动|工程|计划|竞赛|大赛|项目|工作|慰问|系列|比赛|创建|评选)[^,。;“”]{0,6}[,:;]"
)
_LABEL = re.compile(r"(?:^|[\s,;。、])([一-鿿]{2,8}):")
_NO_LABEL = re.compile(r"[下是为说出调认示求看括有如]$|方面|情况|特点|问题")
# Words farther from a number than this are not read for its name.
_REACH = 100
# No list of numbers is followed farther.
_CHAIN = 12
_PERSONS = frozenset({"人", "名", "位"})
_RATES = frozenset({"%", "个百分点", "倍", "‰"})
# What may stand between the numbers of a series: 95%左右、96%以上和….
_BETWEEN = " 、和与及左右以上下内"
_PARTED = re.compile(r"[,;:。(]|[^,;:。(]{12}")
_COUNTED_SLOGAN = re.compile(r"[\d一二三四五六七八九十两][个项大条]")
_COUNT_ON = re.compile(r"\s*[一-鿿]{0,3}\s*(?:共计?|合计|累计|计|总计|,?共)\s*")
_JOINT = re.compile(r"\s*(?:次|以上|左右|以下|以内)?\s*(?:、|和|及|与|以及)\s*")
_THRESHOLD = re.compile(r"\s*(?:及其?)?(?:以上|以下|以内)?的(?!任务|目标|增长|速度)")
_ACT_ON = re.compile(r"(?:发放|投入|筹集|完成|提供|签订|达|达到|超过|赠送|有)了?\s*$")
_OPENING = re.compile(r"(?:^|[。!?\n])[\s(]*$")
_WHOLE_YEAR = ("全年", "年内", "今年", "本年", "本年度", "一年来", "今年以来", "全年度")
_SO_FAR = re.compile(r"去年|上年|前年|上一年|截[至止](?!.*年底)")
_NEXT_YEAR = re.compile(r"明年|来年|下一年|新的一年")
_NEW = re.compile(r"^(?:新增|净增|当年新)")
_FALL = re.compile(r"(?:同比|环比)?(?:净?增长|净增加?|下降|减少|上升|提高|降低|增加|回落|[增减多少超])$")
_ADDED = re.compile(r"净增|新增")
# 比去年少了40家, 较上年末净增2.1万人, 超出年初计划118万元, 减少近8000人: how much more or less.
_MORE = re.compile(
    r"(?P<than>(?:[比较]|与|同)(?:去年|上年|前年|上一?[年届月]|往年|同期|年初|计划|目标|原|\d{4}年|五年前)[^,;。]{0,6}?(?:相比)?"
    r"|超出?(?:年初|年度|原|全年)?(?:计划|目标|任务|指标))?(?:又|再|还|也|均|分别|同比)*"
    r"(?P<more>净增加?|新增|增加|增长|减少|下降|上升|提高|降低|扩大|压缩|[多少增减])?(?:了|出|近|约|达|为|\s)*$"
)
_WEAK = ("多", "少", "增", "减", "扩大", "新增", "提高", "降低", "上升")
_COUNTED = ("户", "人", "件", "次", "单位", "总", "数量", "金额", "总额", "名额", "人次", "份")
_TOLD = re.compile(r"回顾|总结|情况|成效|成绩")
_PLAN_TITLE = re.compile(r"^(?!.*(?:总结|回顾|情况|汇报)).*(?:计划|要点|打算|安排)(?:[(⟨].*)?$")
# What may stand between the words of the vocabulary.
_EMPTY = re.compile(r"[\s的“”]")
_BARE_PART = re.compile(r"[一-鿿]{1,4}[级类型等性]")
_CHANGED = re.compile(r"净增|新增|增加|减少|下降")
# 由2008年的第35位上升至第33位: the second number is of now.
_FROM = re.compile(r"[由从比较]\s*$")
_TO_NOW = re.compile(r"(?:上升|提高|提升|增加|增长|下降|减少|降低|升|降|扩大|发展|增|减)(?:至|到|为)")
# 在…考核中: what stands inside.
_INSIDE = re.compile(r"^在?(.{2,}?)(?:工作|活动)?[中上里内]$")
_TOPIC = re.compile(r"\s*([^,;:。\d“]{2,14}?)(?:自|从|由|逐步|逐年|不断|稳步|连续|是|在)")


@dataclass(slots=True)
class _Sentence:
    start: int
    end: int
    section_start: int
    sections: list[str]  # the heading it stands under, and those above that
    title: str | None
    planned: bool
    quantities: list[Quantity]
    thresholds: list[Quantity] = field(default_factory=list)


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
        cells = find_cells(self.text)
        quantities = [q for q in _outside(find_quantities(self.text), cells) if is_counted(self.view, q)]
        if not quantities and not cells:
            return []
        self.periods = Periods(self.view, self.date)
        self.subjects = subjects.Subjects(self.view)
        self.borders = clauses.Borders(self.view)
        out: list[Indicator] = []
        self.pieces = self.segments if self.segments is not None else segment(self.doc if self.doc else self.text)
        self.headings = [p for p in self.pieces if p.kind in ("heading", "title")]
        self.heading_subjects: dict[str, str | None] = {}
        self.title_periods: dict[str, PeriodText | None] = {}
        self.heading_periods: dict[str, PeriodText | None] = {}
        self.readings: dict[str, str] = {}  # the reading view of each heading
        self.plans: dict[int, bool] = {}  # for each heading whether what stands under it is still to come
        self.parents: list[int] = []  # for each heading the one it stands under, -1 for none
        above: list[int] = []
        for at, heading in enumerate(self.headings):
            while above and (self.headings[above[-1]].level or 0) >= (heading.level or 0):
                above.pop()
            self.parents.append(above[-1] if above else -1)
            above.append(at)
        self.section_start = 0
        self.carried: PeriodText | None = None
        self.group = ""  # of the figure told last
        before: names.Name | None = None
        for sentence in self._sentences(quantities):
            rows, before = self._read(sentence, before)
            out += rows
        if cells:
            out += [self._cell(cell) for cell in cells]
            out.sort(key=lambda row: row.start)
        return checked(out)

    # ------------------------------------------------------------------ sentences and sections

    def _sentences(self, quantities: list[Quantity]) -> Iterator[_Sentence]:
        pieces = self.pieces
        headings = self.headings
        starts = [p.start for p in headings]
        titles = [p for p in headings if p.kind == "title"]
        spans = [(p.start, p.end) for p in pieces if p.kind == "sentence"]
        firsts = [start for start, _ in spans]
        groups: dict[tuple[int, int], list[Quantity]] = {}
        for quantity in quantities:
            at = bisect_right(firsts, quantity.start) - 1
            span = spans[at] if at >= 0 and spans[at][1] > quantity.start else self._line(quantity.start)
            groups.setdefault(span, []).append(quantity)
        for (start, end), held in groups.items():
            at = bisect_right(starts, start) - 1
            outline = self._outline(at)
            sections = [piece.text.strip() for piece in outline if piece.kind == "heading"]
            titled = bisect_right(titles, start, key=lambda piece: piece.start) - 1
            title = self.title or (titles[titled].text.strip() if titled >= 0 else None)
            since = outline[0].start if outline else 0
            if at not in self.plans:
                self.plans[at] = self._planned(outline)
            yield _Sentence(start, end, since, sections, title, self.plans[at], held)

    def _outline(self, at: int) -> list[Segment]:
        """A heading and those it stands under, innermost first."""
        found = []
        while at >= 0:
            found.append(self.headings[at])
            at = self.parents[at]
        return found

    def _planned(self, outline: list[Segment]) -> bool:
        """Whether the innermost heading that says so, or the kind of report, makes this a plan."""
        for heading in outline:
            reading = self._reading(heading.text)
            if statuses.section_is_plan(reading):
                return True
            if _TOLD.search(reading):
                return False
        return self.kind == "plan" or bool(self.title and _PLAN_TITLE.search(reading_view(self.title)))

    def _reading(self, heading: str) -> str:
        """The reading view of a heading, taken once."""
        if heading not in self.readings:
            self.readings[heading] = reading_view(heading)
        return self.readings[heading]

    def _line(self, place: int) -> tuple[int, int]:
        start = self.view.rfind("\n", max(0, place - 2000), place) + 1 or max(0, place - 2000)
        end = self.view.find("\n", place, place + 2000)
        return start, end if end >= 0 else min(len(self.view), place + 2000)

    # ------------------------------------------------------------------ one sentence

    def _read(self, sentence: _Sentence, before: names.Name | None) -> tuple[list[Indicator], names.Name | None]:
        rows: list[Indicator] = []
        if sentence.section_start != self.section_start:
            self.carried, self.section_start = None, sentence.section_start
        held = sentence.quantities
        floor = sentence.start
        current = self._continued(sentence, before)
        told: list[names.Name] = []
        sentence.thresholds = [quantity for quantity in held if self._threshold(quantity)]
        sorting = set(map(id, sentence.thresholds))
        counted = [quantity for quantity in held if id(quantity) not in sorting]
        for quantity in held:
            if id(quantity) in sorting:
                name, span = self._sorted_by(sentence, quantity)
                rows.append(self._row(sentence, quantity, name, span, threshold=True))
                continue
            found, floor, span = self._name(sentence, quantity, counted, len(told), floor, current, told)
            found = [name._replace(unit=quantity.unit) for name in found]
            if not found[-1].text and before is not None:
                told.append(found[-1])
                found = [before._replace(rule="carried")]
            else:
                found = [name._replace(coded=self._code(sentence, quantity, name, span)) for name in found]
                told.append(found[-1])
                current = found[-1] if found[-1].text else current
            rows += [self._row(sentence, quantity, name, span, threshold=False) for name in found]
            self.group = found[-1].coded.entry.group if found[-1].coded else self.group
        self._carry(sentence, rows)
        return rows, current or before

    def _continued(self, sentence: _Sentence, before: names.Name | None) -> names.Name | None:
        """The name a sentence goes on with: one that begins with 其中 or a dependent head speaks of the one before."""
        if before is None:
            return self._topic(sentence)
        opening = self.view[sentence.start : sentence.start + 12].lstrip(" \n")
        if opening.startswith(("其中", "同比", "比上年", "覆盖", "涉及")):
            return before
        return self._topic(sentence)

    def _topic(self, sentence: _Sentence) -> names.Name | None:
        """What a sentence speaks of before its first number, where the number's own clause does not say it."""
        first = sentence.quantities[0]
        match = _TOPIC.match(self.view, sentence.start, first.start)
        if match and "," in self.view[match.end() : first.start]:  # 会员人数自1978年以后减少，1995年为1.03亿人
            return self._named(match.span(1))
        clause = self.borders.before(first.start, max(sentence.start, first.start - _REACH), signs=_CLAUSE)
        own = (clause, self._cue_start(first))
        if (
            clause <= sentence.start
            or self.view[clause - 1] != ","
            or clauses.read_left(self.view, own, self._drop(own)).text
        ):
            return None
        # 在全市教育系统工会考核中，我会由第6名上升到第2名; 合理化建议突出降成本，共1820条
        floor = max(sentence.start, clause - _REACH)
        return self._named((self.borders.before(clause - 1, floor, signs=_CLAUSE), clause - 1))

    def _named(self, span: Span) -> names.Name | None:
        """A stretch of words as a name that the next numbers may take up."""
        text = _INSIDE.sub(r"\1", clauses.read_left(self.view, span, self._drop(span)).text)
        if not 2 <= len(text) <= 20:
            return None
        verb, root = clauses.verb_and_core(text)
        return names.Name(text, (span,), "topic", verb, root, own=text)

    def _drop(self, span: Span) -> list[Span]:
        """Where a stretch says when and who, not what."""
        return [(p.start, p.end) for p in self.periods.between(*span)] + [
            (s.start, s.end) for s in self.subjects.between(*span)
        ]

    def _name(
        self,
        sentence: _Sentence,
        quantity: Quantity,
        held: list[Quantity],
        at: int,
        floor: int,
        current: names.Name | None,
        told: list[names.Name],
    ) -> tuple[list[names.Name], int, Span]:
        """The names of one quantity (more where several things share it), and from where on the next may look."""
        view = self.view
        start = self.borders.before(quantity.start, max(floor, quantity.start - _REACH), signs=_CLAUSE)
        listed = False
        if at and start == floor:
            joint = _JOINT.match(view, floor, quantity.start)
            if joint:
                start, listed = joint.end(), True
        span = (start, self._cue_start(quantity))
        right = self._right(sentence, held, at)
        around = (start, max(right[1], quantity.end))
        left = clauses.read_left(view, span, self._drop(span))

        member = self._series(held, at)
        if member:
            return [member], quantity.end, around
        if quantity.unit in _RATES:
            grown = self._growth(left.printed.rstrip(), current, told, held, at)
        else:
            grown = self._change(quantity, span, told)
        if grown:
            return [grown], quantity.end, around
        both = lists.several(left.printed, left.text)
        if both:
            return (
                [names.Name(text, (left.span,), "several", *clauses.verb_and_core(text), own=text) for text in both],
                quantity.end,
                around,
            )
        same = self._same_unit(told, quantity.unit)
        name = names.name_of(view, quantity, right, left, current, listed=listed, same=same)
        used = quantity.end
        if at + 1 < len(held) and _COUNT_ON.fullmatch(view[quantity.end : held[at + 1].start]):
            used = held[at + 1].start  # 15个班次共18人: the second has no words of its own
        elif name.rule in ("object", "subject"):
            if right[0] == quantity.end:
                noun_end, begin = clauses.split_agent(view, *right)
                used = noun_end if begin < right[1] else right[1]
            name = self._shared_act(name, held, at, right, sentence)
        name = self._apportioned(name, held, at, sentence)
        name = self._as_part(name, quantity, told, held, at, start)
        return [self._with_campaign(self._labelled(name, sentence, start), sentence, start)], used, around

    def _right(self, sentence: _Sentence, held: list[Quantity], at: int) -> Span:
        """The words after a number, up to the end of its clause or to what belongs to the next number."""
        quantity = held[at]
        end = self.borders.after(quantity.end, min(sentence.end, quantity.end + _REACH), signs=_CLAUSE)
        # 138个销售收入在500万元以上的企业: what sorts them is no part of the name.
        next_sorting = bisect_left(sentence.thresholds, quantity.end, key=lambda found: found.start)
        if next_sorting < len(sentence.thresholds) and sentence.thresholds[next_sorting].start < end:
            sorting = sentence.thresholds[next_sorting]
            opening = _THRESHOLD.match(self.view, sorting.end)
            return (opening.end() if opening else sorting.end), end
        if at + 1 == len(held) or held[at + 1].start >= end:
            return quantity.end, end
        last = at
        while (
            last + 1 < len(held)
            and last - at < _CHAIN
            and not self.view[held[last].end : held[last + 1].start].strip(_BETWEEN)
        ):
            last += 1
        if last > at:  # 280名、201名职工分别取得…: what follows the last speaks for all
            stop = held[last + 1].start if last + 1 < len(held) else sentence.end
            return held[last].end, self.borders.after(held[last].end, min(stop, held[last].end + _REACH), signs=_CLAUSE)
        return quantity.end, self.borders.after(quantity.end, held[at + 1].start, signs=_CLAUSE + "、")

    def _cue_start(self, quantity: Quantity) -> int:
        """Where the words before a number end: before its cue (近, 超过), where that stands before the number."""
        if quantity.cue:
            low = max(0, quantity.start - 16)
            ahead = self.text[low : quantity.start].rstrip()
            if ahead.endswith(quantity.cue):
                return low + len(ahead) - len(quantity.cue)
        return quantity.start

    def _growth(
        self,
        left: str,
        current: names.Name | None,
        told: list[names.Name],
        held: list[Quantity],
        at: int,
    ) -> names.Name | None:
        """同比增长12.1%: the growth of what was told before; 分别增长26.7%和32.6%: of the two before."""
        growth = cues.patterns().growth.search(left)
        follows = at > 0 and bool(told) and told[-1].rule == "growth" and not left.strip(" 和与、及")
        if (growth and "分别" in left) or follows:
            base = [
                n
                for n, q in zip(told[-_CHAIN:], held[max(0, len(told) - _CHAIN) :], strict=False)
                if n.rule != "growth" and q.unit not in _RATES
            ]
            done = 0
            while done < min(len(told), _CHAIN) and told[-1 - done].rule == "growth":
                done += 1
            ahead = 1
            while (
                ahead < _CHAIN
                and at + ahead < len(held)
                and not self.view[held[at + ahead - 1].end : held[at + ahead].start].strip(" 和与、及")
            ):
                ahead += 1
            if len(base) >= done + ahead > 1:
                of = base[len(base) - ahead]
                word = next((w for w in cues.words("growth") if growth and w in growth.group()), None)
                if word is None:  # …和8%: the word was told with the first of them
                    word = next((w for w in cues.words("growth") if told[-1].text.endswith(w)), "增长")
                return of._replace(
                    text=of.text + word, rule="growth", own=of.own + word, modifier="", part=False, matter=""
                )
        if not growth or current is None:
            return None
        rest = clauses.tidy(left[: growth.start()])
        if len(rest) > 1 and not re.search(r"同比|比|较", rest):
            return None
        word = next((w for w in cues.words("growth") if w in growth.group()), "增长")
        changed = _CHANGED.fullmatch(current.own) and current.root
        of_what = current.root if changed else _FALL.sub("", current.text)
        own = _FALL.sub("", current.own) + word
        return current._replace(text=of_what + word, rule="growth", own=own, modifier="", part=False, matter="")

    def _change(self, quantity: Quantity, span: Span, told: list[names.Name]) -> names.Name | None:
        """比去年少了40家, 减少近8000人: the change of the figure told last in the same unit, or of the thing named here."""
        found = _MORE.search(self.view, *span)
        if not found or not (found["than"] or found["more"]):
            return None
        what = clauses.read_left(self.view, (span[0], found.start()), self._drop(span)).text
        of = self._same_unit(told, quantity.unit)
        bare = not what or what.removesuffix("数") in _COUNTED
        if found["than"] is None and (not bare or of is None or of is not told[-1] or found["more"] in _WEAK):
            return None
        more = found["more"] or "超出"
        if bare:
            return of and of._replace(
                text=of.text + more, rule="change", own=of.own + more, modifier="", part=False, matter=""
            )
        of = of if of is not None and (what in of.text or of.root in what) else None
        verb, root = clauses.verb_and_core(what)
        pieces = ((span[0], found.start()),)
        return names.Name(what + more, pieces, "change", verb, root, own=what + more, coded=of and of.coded)

    @staticmethod
    def _same_unit(told: list[names.Name], unit: str) -> names.Name | None:
        """The name told last in a unit."""
        return next(
            (other for other in islice(reversed(told), _CHAIN) if other.unit == unit and other.rule != "pair"), None
        )

    def _series(self, held: list[Quantity], at: int) -> names.Name | None:
        """A和B分别为…和…, A、B分别增长…、…: the name that belongs to this number of the series."""
        first = last = at
        while first and at - first < _CHAIN and not self.view[held[first - 1].end : held[first].start].strip(_BETWEEN):
            first -= 1
        while (
            last + 1 < len(held)
            and last - at < _CHAIN
            and not self.view[held[last].end : held[last + 1].start].strip(_BETWEEN)
        ):
            last += 1
        if last == first:
            return None
        low = max(0, held[first].start - _REACH)
        mark = lists.SERIES.search(self.view, low, self._cue_start(held[first]))
        if not mark:
            return None
        start = self.borders.before(mark.start(), low, signs=_CLAUSE)
        span = (start, mark.start())
        found = lists.series(clauses.read_left(self.view, span, self._drop(span)).text, last - first + 1)
        if not found:
            return None
        act = ""
        if mark["act"]:
            act = clauses.read_left(self.view, mark.span("act"), self._drop(mark.span("act"))).text
        growth = next((word for word in cues.words("growth") if word in act), None) if held[at].unit in _RATES else None
        text = found[at - first] + (growth or act)
        rule = "growth" if growth else "series"
        return names.Name(text, (span,), rule, *clauses.verb_and_core(text), own=text)

    def _shared_act(
        self, name: names.Name, held: list[Quantity], at: int, right: Span, sentence: _Sentence
    ) -> names.Name:
        """270家企业、3万名职工参加…: the first shares the predicate told after the last."""
        if name.modifier or at + 1 >= len(held) or len(name.root) > 8:
            return name
        if self.view[right[1] : held[at + 1].start].strip(" 、和与及的") or "的" in name.text:
            return name
        low, high = self._right(sentence, held, at + 1)
        for after in range(at + 2, min(at + _CHAIN, len(held))):  # 13个车间、192个班组、4100名职工全部参赛
            if (
                self.view[high : held[after].start].strip(" 、和与及的")
                or clauses.split_agent(self.view, low, high)[0] < high
            ):
                break
            low, high = self._right(sentence, held, after)
        if _BARE_PART.fullmatch(name.root):  # 10个省级、25个市级工作室: the head stands with the last
            end, _ = clauses.split_agent(self.view, low, high)
            head = re.sub(r"^[一-鿿]{1,3}[级类型等性]", "", clauses.tidy(self.view[low:end]))
            return name._replace(text=name.text + head, own=name.own + head) if len(head) <= 12 else name
        _, begin = clauses.split_agent(self.view, low, high)
        act = clauses.tidy(self.view[begin:high])
        if begin >= high or not 2 <= len(act) <= 16:
            return name
        act = re.sub(r"^([一-鿿]{2,4}?)了", r"\1", act)
        text = name.text + act if name.rule == "object" and name.verb else clauses.doing(act, name.text)
        return name._replace(text=text, pieces=(*name.pieces, (begin, high)), own=text)

    def _as_part(
        self, name: names.Name, quantity: Quantity, told: list[names.Name], held: list[Quantity], at: int, start: int
    ) -> names.Name:
        """
        The name with what 其中 says of it: parts go on while the unit stays and nothing but a comma stands between.

        A bare part (其中国家级2家、省级4家) takes the name of the whole.
        """
        if not name.part and told and told[-1].part and quantity.unit == held[at - 1].unit:
            between = self.view[held[at - 1].end : start]
            if not between.strip(" ,、和") and not clauses.verb_and_core(name.own)[0]:
                name = name._replace(part=True)
        whole = next((other for other in islice(reversed(told), _CHAIN) if not other.part), None) if name.part else None
        if whole is None or not whole.root:
            return name
        if _BARE_PART.fullmatch(name.own) and whole.root not in name.text:
            pieces = (*whole.pieces[:1], *name.pieces[-1:])
            return name._replace(text=name.own + (whole.matter or whole.root), pieces=pieces)
        if (
            len(name.own) <= 6
            and not clauses.ends_in_agent(name.own)
            and not set(pairwise(name.own)) & set(pairwise(whole.text))
        ):
            name = name._replace(text=whole.root + name.own)  # 法律援助案件1308件，其中诉讼402件
        # 新发展会员3万人，其中农民工2万人: the words by which the part may be known in the vocabulary.
        return name._replace(matter=whole.verb + name.own + whole.root)

    def _apportioned(self, name: names.Name, held: list[Quantity], at: int, sentence: _Sentence) -> names.Name:
        """280名、201名职工分别取得高级工、中级工证书: each number takes its own member of the list."""
        if "、" not in name.text and "和" not in name.text:
            return name
        first = last = at
        while first and at - first < _CHAIN and not _PARTED.search(self.view, held[first - 1].end, held[first].start):
            first -= 1
        while (
            last + 1 < len(held)
            and last - at < _CHAIN
            and not _PARTED.search(self.view, held[last].end, held[last + 1].start)
        ):
            last += 1
        low, high = self._right(sentence, held, last)
        told = self.view.find("分别", low, high)
        if told < 0 or last == first:
            return name
        act = clauses.tidy(self.view[told + 2 : high])
        verb, core = clauses.verb_and_core(act)
        members = lists.split_list(core)
        if len(members) != last - first + 1 or act not in name.text:
            return name
        own = verb + members[at - first]
        return name._replace(text=name.text.replace(act, own), own=name.own.replace(act, own))

    def _sorted_by(self, sentence: _Sentence, quantity: Quantity) -> tuple[names.Name, Span]:
        """The name of a threshold: what it sorts and by what (规模企业销售收入 for 销售收入在500万元以上的规模企业)."""
        start = self.borders.before(quantity.start, max(sentence.start, quantity.start - _REACH), signs=_CLAUSE + "、")
        at = bisect_left(sentence.quantities, quantity.start, key=lambda found: found.start)
        if at:
            start = max(start, sentence.quantities[at - 1].end)
        span = (start, quantity.start)
        by = clauses.read_left(self.view, span, self._drop(span)).text
        end = self.borders.after(quantity.end, min(sentence.end, quantity.end + _REACH), signs=_CLAUSE + "、")
        opening = _THRESHOLD.match(self.view, quantity.end, end)
        begin = opening.end() if opening else quantity.end
        noun_end, _ = clauses.split_agent(self.view, begin, end)
        sorted_thing = clauses.tidy(self.view[begin:noun_end])[:16]
        return names.Name(sorted_thing + by, (span, (begin, noun_end)), "threshold", own=sorted_thing + by), (
            start,
            end,
        )

    def _threshold(self, quantity: Quantity) -> bool:
        """销售收入在500万元以上的企业: a number that sorts things and counts none."""
        if not quantity.bound or quantity.unit in _RATES or not _THRESHOLD.match(self.view, quantity.end):
            return False
        ahead = self.view[max(0, quantity.start - 8) : quantity.start]
        return not _ACT_ON.search(ahead)

    def _labelled(self, name: names.Name, sentence: _Sentence, place: int) -> names.Name:
        """The name with the label before the colon, where it is too short by itself: 费用标准：省内每人1800元."""
        if name.rule != "left" or len(name.own) > 3 or name.verb or clauses.ends_in_agent(name.own):
            return name
        found = None
        for match in _LABEL.finditer(self.view, max(sentence.start, place - _REACH), place):
            found = match
        if not found or _NO_LABEL.search(found.group(1)):
            return name
        return name._replace(text=found.group(1) + name.text, pieces=(found.span(1), *name.pieces))

    def _with_campaign(self, name: names.Name, sentence: _Sentence, place: int) -> names.Name:
        """The name with the campaign it was told under: 开展“夏送清凉”活动，慰问职工7800名."""
        if not name.text or "“" in name.text:
            return name
        found = None
        for match in _CAMPAIGN.finditer(self.view, max(sentence.start, place - _CONTEXT), place):
            found = match
        if not found or ";" in self.view[found.end() - 1 : place]:
            return name
        quoted = found.group(1)
        if _COUNTED_SLOGAN.search(quoted):
            return name
        if quoted.strip("“”") in name.text:
            return name
        return name._replace(text=quoted + name.text, pieces=(found.span(1), *name.pieces))

    def _cell(self, cell: Cell) -> Indicator:
        """A figure of a table as a row: its heads name it."""
        whole = "".join(part for part in (cell.name, cell.parent, cell.column) if part)
        text = re.sub(r"\s+", "", reading_view(whole))
        pieces = ((cell.line_start, cell.line_start + len(cell.name)),)
        name = names.Name(text, pieces, "table", own=text, part=cell.parent is not None)
        place = bisect_right(self.headings, cell.line_start, key=lambda heading: heading.start) - 1
        heading = self.headings[place] if place >= 0 else None
        sections = [heading.text.strip()] if heading and heading.kind == "heading" else []
        sentence = _Sentence(cell.line_start, cell.line_end, 0, sections, self.title, False, [cell.quantity])
        told = (cell.line_start, cell.line_end)
        if not cell.parent:
            name = name._replace(coded=self._code(sentence, cell.quantity, name, told))
        row = self._row(sentence, cell.quantity, name, told, threshold=False)
        row = row._replace(breakdown=cell.name if cell.parent else None, stat="part" if cell.parent else row.stat)
        if cell.period:
            row = row._replace(period=cell.period, period_text=cell.period, period_source="column")
        return row

    # ------------------------------------------------------------------ one row

    def _row(
        self, sentence: _Sentence, quantity: Quantity, name: names.Name, told: Span, *, threshold: bool
    ) -> Indicator:
        view = self.view
        low = max(sentence.start, quantity.start - _CONTEXT)
        left = view[told[0] : quantity.start]
        before = view[low : quantity.start]
        after = view[quantity.end : quantity.end + 24]
        period, period_text, period_source = self._period(sentence, quantity, told, name)
        subject, subject_source = self._subject(sentence, quantity, told)
        future = bool(
            period
            and self.report_year
            and period[:4].isdigit()
            and int(period[:4]) > (self.date.year or self.report_year)
            and period_source == "sentence"
        )
        if period_source == "sentence" and period_text and _NEXT_YEAR.search(period_text):
            future = True
        clause = view[max(low, told[0]) : quantity.start]
        status = statuses.status_of(
            clause=clause, sentence=before, after=after, planned=sentence.planned, future=future
        )
        heading = sentence.sections[0] if sentence.sections else None
        if threshold or (status == "result" and statuses.is_rule(sentence.title, heading)):
            status = "norm"
        elif status in ("target", "plan") and period_source == "sentence" and _SO_FAR.match(period_text or ""):
            status = "result"
        measure, basis = statuses.measure_of(
            unit=quantity.unit, kind=quantity.kind, left=left, rule=name.rule, norm_threshold=threshold
        )
        coded = name.coded
        if coded and name.rule != "growth" and measure == "level" and coded.entry.measure in ("share", "growth"):
            measure = coded.entry.measure
        span = bool(period and "-" in period and len(period) == 9)
        stat = statuses.stat_of(left=left, sentence=before, part=name.part, span=span)
        start, end = (
            (self.doc.original_span(quantity.start, quantity.end)) if self.doc else (quantity.start, quantity.end)
        )
        return Indicator(
            doc_id=self.doc.doc_id if self.doc else None,
            report_year=self.report_year,
            section=sentence.sections[0] if sentence.sections else None,
            indicator=name.text or None,
            indicator_raw=clauses.joined(name.pieces, self.text) or None,
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

    def _period(
        self, sentence: _Sentence, quantity: Quantity, told: tuple[int, int], name: names.Name
    ) -> tuple[str | None, str | None, str | None]:
        chosen: PeriodText | None = None
        found = self.periods.between(max(sentence.start, quantity.start - 4 * _CONTEXT), quantity.start)
        for expression in reversed(found):
            if expression.kind == "compared" or not self._reaches(expression, quantity, told):
                continue
            chosen = expression
            break
        chosen = self._paired(sentence, quantity, found) or chosen
        if chosen is not None:
            # 全年 or 年底 after a year told in the same sentence repeats it and is no other period.
            if chosen.text in ("全年", "年内", "年底", "年末", "年初"):
                told_before = [e for e in found if e.start < chosen.start and e.reach == "on"]
                if told_before and chosen.text == "全年":
                    chosen = told_before[-1]
            period = chosen.period
            if chosen.text in _WHOLE_YEAR:
                period = self._year_of_section(sentence) or period
            # 截至9月底 … 比上年新增: what came in addition came during the year.
            flow = any(e.kind == "compared" and e.start >= told[0] for e in found) or _NEW.search(name.own)
            if flow and chosen.kind == "ending" and period and re.fullmatch(r"\d{4}-\d\d", period):
                period = period[:4]
            return period, chosen.text.strip(), "sentence"
        if self.carried is None:
            self.carried = self._opening(sentence)
        if self.carried is not None:
            period = self.carried.period
            if self.carried.kind == "ending" and period and _NEW.search(name.own):
                period = period[:4]
            return period, self.carried.text.strip(), "previous sentence"
        for section in sentence.sections:
            of_section = self._of_section(section)
            if of_section is not None:
                return of_section.period, of_section.text, "section"
        title = self._of_title(sentence.title)
        if title is not None and (
            self.report_year is None or title.kind in ("range", "half", "months", "quarter", "ending")
        ):
            return title.period, title.text, "title"
        if self.report_year is not None:
            return str(self.report_year), None, "report_year"
        return None, None, None

    def _paired(self, sentence: _Sentence, quantity: Quantity, found: Sequence[PeriodText]) -> PeriodText | None:
        """2011年、2012年分别资助320名、410名: each number has its own year."""
        held = sentence.quantities
        first = last = bisect_left(held, quantity.start, key=lambda other: other.start)
        at = first
        while first and at - first < _CHAIN and not self.view[held[first - 1].end : held[first].start].strip(_BETWEEN):
            first -= 1
        while (
            last + 1 < len(held)
            and last - at < _CHAIN
            and not self.view[held[last].end : held[last + 1].start].strip(_BETWEEN)
        ):
            last += 1
        count = last - first + 1
        told = [expression for expression in found if expression.end <= held[first].start][-count:]
        if count < 2 or len(told) < count or "分别" not in self.view[told[-1].end : held[first].start]:
            return None
        for one, other in pairwise(told):
            if self.view[one.end : other.start].strip(" 、和与及,"):
                return None
        return told[at - first]

    def _reaches(self, expression: PeriodText, quantity: Quantity, told: Span) -> bool:
        """Whether an expression still speaks at a number: one in brackets does not leave them, 当年 not its clause."""
        view = self.view
        between = view[expression.end : quantity.start]
        if _FROM.search(view[max(0, expression.start - 2) : expression.start]) and _TO_NOW.search(between):
            return False
        opened = view.rfind("(", max(0, expression.start - 20), expression.start)
        if opened >= 0 and ")" not in view[opened : expression.start] and ")" in view[expression.end : quantity.start]:
            return False
        if expression.reach != "clause" or expression.end >= told[0]:
            return True
        return expression.kind == "now" and not re.search(r"[;。]", between)

    def _of_section(self, heading: str) -> PeriodText | None:
        """The first period a heading names."""
        if heading not in self.heading_periods:
            found = find_periods(self._reading(heading), self.date)
            self.heading_periods[heading] = found[0] if found else None
        return self.heading_periods[heading]

    def _year_of_section(self, sentence: _Sentence) -> str | None:
        """The year that 全年 means under a heading that names one; where no report year is known, the title's."""
        for section in sentence.sections:
            found = self._of_section(section)
            if found is not None and found.period and re.fullmatch(r"\d{4}", found.period):
                return found.period
        found = self._of_title(sentence.title) if self.report_year is None else None
        return found.period if found is not None and found.period and re.fullmatch(r"\d{4}", found.period) else None

    def _of_title(self, title: str | None) -> PeriodText | None:
        """The period a title names: （截至2013年6月底）, 2009年."""
        if title is None:
            return None
        if title not in self.title_periods:
            self.title_periods[title] = period_of_title(title, self.date)
        return self.title_periods[title]

    def _opening(self, sentence: _Sentence) -> PeriodText | None:
        """The period that opened a sentence without figures shortly before: 2008年，工作成效明显。全县新建…"""
        low = max(0, sentence.start - _CONTEXT, self.section_start)
        for expression in reversed(self.periods.between(low, sentence.start)):
            if expression.reach == "on" and _OPENING.search(self.view, max(0, expression.start - 3), expression.start):
                return expression
        return None

    def _carry(self, sentence: _Sentence, rows: list[Indicator]) -> None:
        """An absolute period told at the head of a sentence speaks for the sentences after it, until the section ends."""
        found = self.periods.between(sentence.start, sentence.end)
        if not found:
            return
        absolute = [p for p in found if p.reach == "on" and p.kind != "compared"]
        if absolute and rows and absolute[0].start <= rows[0].start:
            self.carried = absolute[-1]

    def _subject(self, sentence: _Sentence, quantity: Quantity, told: tuple[int, int]) -> tuple[str | None, str | None]:
        found = self.subjects.between(max(sentence.start, quantity.start - 2 * _CONTEXT), quantity.start)
        if found:
            return found[-1].text, "sentence"
        for section in sentence.sections:
            subject = self._subject_of(section)
            if subject:
                return subject, "section"
        if sentence.title:
            subject = self._subject_of(sentence.title)
            if subject:
                return subject, "title"
        if self.doc and self.doc.metadata.organisation:
            return self.doc.metadata.organisation, "document"
        return None, None

    def _subject_of(self, heading: str) -> str | None:
        """The subject a heading names, read once."""
        if heading not in self.heading_subjects:
            self.heading_subjects[heading] = subjects.subject_of_heading(self._reading(heading))
        return self.heading_subjects[heading]

    def _code(self, sentence: _Sentence, quantity: Quantity, name: names.Name, told: Span) -> Coded | None:
        """The code of a figure; its growth or change goes under the same code, and ``measure`` tells the two apart."""
        if not name.text or name.rule in ("threshold", "outcome"):
            return None
        if name.rule == "pair":
            return name.coded
        around = self._around(sentence, quantity, name, told)
        full, own = _EMPTY.sub("", name.text), _EMPTY.sub("", name.own or name.text)
        wider = (_EMPTY.sub("", name.matter),) if name.part and name.matter else ()
        candidates = (clauses.act_of(full), full, own)
        candidates = (*wider, *candidates) if quantity.unit in _PERSONS else (*candidates, *wider)
        if quantity.unit == "元":
            each = statuses.PER_HEAD.search(self.view[told[0] : quantity.start])
            if each:  # 春节慰问每户不低于700元: what one of them gets is counted apart
                return self._known((each.group(),), around, quantity.unit)
        rate = quantity.unit in _RATES
        if name.rule not in ("growth", "change") and not (rate and _FALL.search(own)):
            return self._known(candidates, around, quantity.unit)
        if rate:
            grown = self._known([_FALL.sub("增长", each) for each in candidates], around, "%", growth=True)
            if grown:
                return grown
        if name.coded and not _ADDED.search(own):
            return name.coded
        unit = None if rate else quantity.unit
        bare = [_FALL.sub("", each) for each in candidates]
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

    def _around(self, sentence: _Sentence, quantity: Quantity, name: names.Name, told: Span) -> Around:
        """The words that may tell what a figure is about, near it and farther off."""
        low = max(sentence.start, quantity.start - _CONTEXT)
        low = max(low, self.view.rfind(";", low, quantity.start) + 1)
        high = told[1]
        if quantity.unit == "元" and len(name.own) <= 4:  # 投入2亿元，建成驿站…: what for is told after
            high = self.borders.after(min(high + 1, sentence.end), min(high + 30, sentence.end), signs=_CLAUSE)
        near = _EMPTY.sub("", self.view[low:high] + (sentence.title or "") + "".join(sentence.sections))
        far = self.view[max(self.section_start, low - _CONTEXT) : low]
        return Around(near, far, self.group)


def _outside(quantities: list[Quantity], cells: list[Cell]) -> list[Quantity]:
    """The quantities that stand in no line of a table; those in one are read as cells."""
    if not cells:
        return quantities
    lines = sorted({(cell.line_start, cell.line_end) for cell in cells})
    starts = [start for start, _ in lines]
    out = []
    for quantity in quantities:
        at = bisect_right(starts, quantity.start) - 1
        if at < 0 or lines[at][1] < quantity.end:
            out.append(quantity)
    return out


# The share of rows found by each rule that were right (value, unit, and code or name) on the facts of the development
# reports, the facts of the sample and the held-back set a (tests/quality/indicators.py prints them), drawn a little
# towards .9 where a rule has few cases.
_RIGHT = {
    "left": 0.95,
    "object": 0.96,
    "carried": 0.95,
    "subject": 0.88,
    "listed": 0.94,
    "several": 0.92,
    "series": 0.94,
    "table": 0.97,
    "growth": 0.91,
    "change": 0.87,
    "outcome": 0.92,
    "share": 0.87,
    "pair": 0.92,
    "predicate": 0.88,
    "threshold": 0.88,
    "topic": 0.8,
    "none": 0.1,
}
# What a code says for a row: words that fit one row of the vocabulary far better than any other, or hardly better.
_CLEAR, _DOUBTFUL = 2.0, 1.0


def _confidence(name: names.Name, coded: Coded | None, quantity: Quantity) -> float:
    if not name.text:
        return _RIGHT["none"]
    chance = _RIGHT[name.rule]
    if coded:
        chance += 0.02 if coded.margin >= _CLEAR else -0.18 if coded.margin < _DOUBTFUL else 0.0
    else:
        chance -= 0.35 if len(name.own) < 2 else 0.12 if len(name.text) <= 2 or len(name.text) > 20 else 0.06
    if not quantity.unit:
        chance -= 0.1
    return round(max(0.05, min(chance, 0.98)), 2)
