"""
Line ends that a margin made.

A PDF or a scan gives one line for each printed line, so that words and figures are cut wherever the margin was. The
margin is learnt from the text itself, stretch by stretch, because a column beside a picture is narrower than the
next; and a line end only goes where the line reaches that margin and the language model reads on across it. A text
that has one line for each paragraph shows no margin and comes back as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import exp, log

from union_corpus.documents import Edit, Repair, apply_edits
from union_corpus.repairs.margins import TOLERANCE, Reading, find_margins
from union_corpus.repairs.paragraphs import NEVER, Decide, Habits, clamped, opening_odds
from union_corpus.repairs.printed_lines import (
    CLAUSE_END,
    ENUMERATOR,
    HAN,
    LONGEST,
    NARROWEST,
    WIDEST,
    Line,
    cuts_word,
    ends_marked,
    hanging,
    item_number,
    no_beginning,
    read_lines,
    reads_on,
)
from union_corpus.repairs.settings import Fitting, Setting, runs_of, spare, usual_spare

# Lines that are joined can make others look different; more rounds than this were never needed.
_ROUNDS = 6
# What is known of how lines are filled counts as much as so many lines of the text.
_FORESEEN = 3.0
# How often a stretch is read anew with the ends that were found in it.
_READINGS = 4
# A line that falls short as only one in so many cut lines does (a logarithm) is the end of a paragraph.
_SURELY_SHORT = -2.5
# No paragraph ends with a comma; a verse may, so that this alone joins nothing, and nothing at all where each line does.
_PAUSED = 2.0
# How much an item beside another tells of where the other stands.
_LISTED, _LISTED_FIRST = 8.0, 2.0
# A line of which one cannot tell whether a margin cut it goes on where the model reads on so well across its end.
_READS_ON = 2.0
# Verses and names in a list are hardly longer, in columns.
_LONG_VERSE = 16.0
# A long list has very many pairs of lines; this many tell what it is.
_MOST_PAIRS = 400

# What a title says a text is; it ends the first line, so the next does not go on with it.
_TITLE_END = re.compile(
    "(?:总结|總結|小结|小結|报告|報告|汇报|匯報|讲话|講話|致辞|致辭|计划|計劃|計畫|要点|要點|安排|意见|意見|通知|通报|通報|方案|规划|規劃|决定|決定|简报|簡報|材料|公报|公報|办法|辦法|条例|條例|规定|規定)$"
)
# Where and when a speech was given stands in a line of its own: 2012年2月29日在某区第十三届人民代表大会第六次会议上
_DELIVERED = re.compile(r"[—（(]{0,3}\s*(?:\d{4}|[〇○零一二三四五六七八九]{4})\s?年.{4,40}会议?上[）)]?")
_LONGEST_HEADING = 50
# No heading ends with one of these.
_NO_END = frozenset("，、,《“‘（(·-—")
# How much three characters may tell for or against one end of a heading.
_MOST_TOLD = 4.0
_PIECE_END = re.compile(r"篇\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})$")  # 工作总结 篇3
# Whom a speech or a letter is addressed to, and what was heard after a sentence.
_ADDRESS = re.compile("(?:同志们|同志們|代表们|各位(?:[^，。！？：:\\s]{0,12}))[：:]")
_APPLAUSE = re.compile("[（(][^（）()]{0,8}(?:掌声|掌聲|鼓掌)[^（）()]{0,4}[）)]")
_DATE_LINE = re.compile(
    r"[（(]?\s*(?:(?:[12]\s?[09]\s?\d\s?\d|[二一][〇○零Ｏ九][〇○零Ｏ一二三四五六七八九]{2}|20xx)\s*年"
    r"(?:\s*[\d一二三四五六七八九十x]{1,3}\s*月(?:\s*[\d一二三四五六七八九十x]{1,3}\s*日)?)?"
    r"|[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日)\s*[）)]?$"
)


def find_line_breaks(text: str) -> list[Edit]:
    """
    Find the line ends that a margin made, inside paragraphs, words and figures; each is taken out.

    Headings, items, signatures, tables and verse keep their lines. Text with one line for each paragraph is not
    touched, however short its lines are: there must be a margin that lines reach, and lines that only make sense
    when read on. An empty line goes too where a page or a column ended inside a sentence.

    >>> text = "今年以来，各基层工会认真落实职工代表大会制\\n度，全年召开联席会议四次，收到职工提案三十\\n六件，已经办结三十一件。\\n二、安全生产"
    >>> [edit.start for edit in find_line_breaks(text)]
    [21, 43]
    >>> find_line_breaks("一、组织建设\\n全年新建工会十二家。\\n二、维护权益\\n签订集体合同三十份。")
    []
    """
    found = _line_breaks(text)
    # Once lines are joined, what is left may look different; go on until nothing is left to find, so that repairing
    # twice is repairing once.
    for _ in range(_ROUNDS if found else 0):
        done = Repair("unwrap_lines", tuple(found))
        more = _line_breaks(apply_edits(text, found))
        if not more:
            break
        spans = [(edit, *done.span_before(edit.start, edit.end)) for edit in more]
        found += [Edit(start, text[start:end], edit.after, edit.confidence) for edit, start, end in spans]
        found.sort(key=lambda edit: edit.start)
    return found


def _line_breaks(text: str) -> list[Edit]:
    if not _may_be_wrapped(text):
        return []
    lines = read_lines(text)
    return [_join_edit(text, a, b, sure) for a, b, sure in _joins(text, lines)]


def _may_be_wrapped(text: str) -> bool:
    """A quick look: are there at least two lines, of the length of a printed line, that end within a sentence?"""
    if "\n" not in text and "\r" not in text:
        return False
    cut = 0
    for line in text.split("\n"):
        if 8 < len(line) < LONGEST:
            last = line.rstrip()[-1:]
            if last and last not in "。！？；：!?;:”）》":
                cut += 1
                if cut > 1:
                    return True
    return "\r" in text.replace("\r\n", "")


def _joins(text: str, lines: Sequence[Line]) -> list[tuple[Line, Line, float]]:
    """Neighbouring lines that are one, and how sure that is."""
    if len(lines) < 2:
        return []
    stretches = wrapped_stretches(text, lines, find_margins(text, lines))
    joins: list[tuple[Line, Line, float]] = []
    if stretches:
        habits = Habits(text, stretches)
        joins = [join for stretch in stretches for join in stretch.joins(habits)]
    return sorted([*joins, *_short_joins(text, lines, joins, stretches)], key=lambda join: join[0].start)


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


def _short_joins(
    text: str, lines: Sequence[Line], joins: Sequence[tuple[Line, Line, float]], stretches: Sequence[Stretch]
) -> list[tuple[Line, Line, float]]:
    """
    Lines that are one although too few stand together to show a margin: a heading in two lines, a short paragraph.

    Pairs of one measure are judged together by how well the model reads on across them. Where no other line of the
    text was cut by a margin they have to be more, or surer; one that reaches the margin of others is judged alone.
    """
    taken = {id(a) for a, _, _ in joins}
    likely: list[tuple[Line, Line]] = []
    for a, b in pairwise(lines):
        if id(a) in taken or a.table or b.table or not NARROWEST <= a.columns <= WIDEST:
            continue
        if b.columns > a.columns + 2.5 or b.lead >= 1.5 or ends_marked(text, a) or b.gap > 1:
            continue
        if ENUMERATOR.match(text, b.start) or _DATE_LINE.fullmatch(text, b.start, b.end):
            continue
        if len(HAN.findall(text, a.start, a.end)) >= 0.5 * a.count:
            likely.append((a, b))
    if not joins and len(likely) > _MOST_PAIRS:
        sample = likely[:: len(likely) // _MOST_PAIRS]
        if sum(reads_on(text, a, b)[0] for a, b in sample) < 2.0 * len(sample):
            return []
    pairs = [(a, b, reads_on(text, a, b)[0]) for a, b in likely]
    # Alone, a title in two lines cannot be told from a title and a line under it; a sentence shows by its end.
    ends = bool(joins) or any(ends_marked(text, b) for _, b, _ in pairs)
    found = []
    least, enough = (-2.0, 4.0) if joins else (0.0, 7.0)
    for group in map(partial(_with_pauses, text), _of_one_measure(pairs)):
        gain = sum(follows for _, _, follows in group)
        if ends and gain > enough and gain > 2.0 * len(group):
            found += [(a, b, 0.8) for a, b, follows in group if follows > least]
        else:
            found += [
                (a, b, 0.8)
                for a, b, follows in group
                if follows > _READS_ON and any(stretch.is_reached_by(a, b) for stretch in stretches)
            ]
    return found


def _with_pauses(text: str, group: list[tuple[Line, Line, float]]) -> list[tuple[Line, Line, float]]:
    """The pairs with what a comma at the end of a line tells: a margin cuts where it falls, so not all lines have one."""
    paused = [text[a.end - 1] in "，、" for a, _, _ in group]
    told = _PAUSED if len(group) == 1 or not all(paused) else 0.0
    return [(a, b, follows + told * pause) for (a, b, follows), pause in zip(group, paused, strict=True)]


def _of_one_measure(pairs: list[tuple[Line, Line, float]]) -> list[list[tuple[Line, Line, float]]]:
    """The pairs in groups whose first lines are about as long as one another."""
    groups: list[list[tuple[Line, Line, float]]] = []
    for pair in sorted(pairs, key=lambda pair: (pair[0].columns, pair[0].start)):
        if groups and pair[0].columns - groups[-1][-1][0].columns <= 1.0:
            groups[-1].append(pair)
        else:
            groups.append([pair])
    return groups


@dataclass(frozen=True)
class Heading:
    """
    Lines read as a numbered heading: the line ``end`` that reads on worst, and what the reading on tells.

    ``odds`` speak against an end there, ``gain`` for a heading at all, with its end at any of its lines; both are
    natural logarithms.
    """

    end: int
    odds: float
    gain: float


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
        self.counted = counted
        units = [setting.unit(line) for line in lines[first + 1 : last + 2]]
        if len(units) <= last - first:
            units.append(1.0)
        room = self.margin + 1.0
        self._slacks = [
            room - line.measure(counted) - unit for line, unit in zip(lines[first : last + 1], units, strict=True)
        ]
        self.full = [self._is_full(index) for index in range(first, last + 1)]
        self.indent = setting.indent
        self.odd: Counter[float] = Counter()
        self._learnt: dict[int, float] = {}
        self._sure: dict[int, bool | None] = {}

    def slack(self, index: int) -> float:
        """How much room was left at the end of a line for what the next line begins with."""
        return self._slacks[index - self.first]

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
        return slack <= 2.0 + TOLERANCE and (begins or self.slack(index - 1) > 3.0)

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
            for index in range(self.first, min(self.last + 1, len(self.lines) - 1))
            if self.full[index - self.first]
            and not ends_marked(self.text, self.lines[index])
            and not ENUMERATOR.match(self.text, self.lines[index + 1].start)
        ]
        if len(cut) < 2:
            return False
        han = sum(len(HAN.findall(self.text, self.lines[i].start, self.lines[i].end)) for i in cut)
        if han < 0.5 * sum(self.lines[i].count for i in cut):
            return False
        sample = cut if len(cut) <= 40 else cut[:: len(cut) // 40]
        gain = sum(clamped(reads_on(self.text, self.lines[i], self.lines[i + 1])[0], 5.0) for i in sample)
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
        behind = range(self.first, min(self.last + 1, len(self.lines) - 1))
        short = [self.lines[index + 1].gap > 0 for index in behind if self.slack(index) > 3.0]
        return len(short) > 2 and sum(short) > 0.9 * len(short) and not any(self.lines[i + 1].gap for i in cut)

    def _leads_to_an_end(self, index: int) -> bool:
        """True where the next line that a margin did not cut is a shorter one with an end mark."""
        for after in range(index + 1, min(self.last + 1, index + 30)):
            if ends_marked(self.text, self.lines[after]):
                if not self.full[after - self.first]:
                    return True
            elif not self.full[after - self.first]:
                return False
        return False

    def joins(self, habits: Habits, decide: Decide | None = None) -> list[tuple[Line, Line, float]]:
        """
        The lines of this stretch that are one with the next, and how sure that is.

        How long a paragraph would be depends on where the next one ends, so what was found is asked again.

        ``decide`` may answer the open question in the model's place: from what is known about a line end that could
        be either, it tells the odds. The training script uses it.
        """
        ends = [self.sure_end(index) is True for index in range(self.first, self.last + 1)]
        for _ in range(_READINGS):
            joined = self._joins(habits, self._lengths_behind(ends), decide or (lambda _, known: opening_odds(known)))
            going_on = {a.start for a, _, _ in joined}
            found = [self.lines[index].start not in going_on for index in range(self.first, self.last + 1)]
            if found == ends:
                break
            ends = found
        return joined

    def _joins(self, habits: Habits, behind: Sequence[int], decide: Decide) -> list[tuple[Line, Line, float]]:
        text, lines = self.text, self.lines
        usual_gap = self._usual_gap()
        keeps_gap, keeps_indent = self._keeps_gap(usual_gap), self._keeps_indent()
        joined: list[tuple[Line, Line, float]] = []
        began = self.first
        so_far = 0
        counting: dict[str, int] = {}
        heading: Heading | None = None
        for index in range(self.first, min(self.last + 1, len(lines) - 1)):
            a, b = lines[index], lines[index + 1]
            if index == began:
                so_far = 0
                _note(text, a, counting)
                heading = self.heading(index)
            so_far += a.count
            begins = index == began and (index > self.first or self._begins_anew() is not False)
            odds = self._odds(index, begins, usual_gap, keeps_gap, keeps_indent, counting)
            if odds > NEVER:
                odds += self._listed(habits, index + 1)
                odds -= self._title_end(began, index)
                if heading is not None and index == heading.end:
                    odds = min(odds, self._reaches(index, begins) + heading.odds - habits.heads(lines[began]))
            if odds > -3.0 and ends_marked(text, a):
                known = habits.evidence(text, lines[began], a, b, so_far, behind[index + 1 - self.first])
                odds += decide(index, known)
            if odds > 0:
                joined.append((a, b, 1.0 / (1.0 + exp(-min(odds, 6.0)))))
            else:
                began = index + 1
        return joined

    def heading(self, first: int) -> Heading | None:
        """
        What begins with line ``first``, read as a numbered heading whose end fills a line.

        A heading has no sentence in it. Where one follows without a short line between, the heading ends at one of
        the line ends before it. None where nothing numbered begins, or where its end shows.
        """
        text, lines = self.text, self.lines
        if not ENUMERATOR.match(text, lines[first].start):
            return None
        length = 0
        follows: list[tuple[float, int]] = []
        for index in range(first, self.last):
            line = lines[index]
            length += line.count
            if CLAUSE_END.search(text, line.start, line.end) or length > _LONGEST_HEADING:
                break
            if self.sure_end(index):
                return None
            if text[line.end - 1] not in _NO_END and not cuts_word(text, line, lines[index + 1]):
                told, ends_here = reads_on(text, line, lines[index + 1])
                told -= 0.4 * (max(ends_here, -9.0) + 6.0)
                if self._says_again(first, index):
                    told -= 1.5
                if no_beginning(text, lines[index + 1]):
                    told += 4.0
                follows.append((clamped(told, _MOST_TOLD), index))
        if not follows:
            return None
        worst, end = min(follows)
        gain = log(sum(exp(-value) for value, _ in follows) / len(follows))
        return Heading(end, worst + log(len(follows)), gain)

    def _says_again(self, first: int, index: int) -> bool:
        """True where a line begins with words of the lines before it, as a paragraph does with those of its heading."""
        text, b = self.text, self.lines[index + 1]
        before = text[self.lines[first].start : self.lines[index].end]
        begins = text[b.start : min(b.end, b.start + 9)]
        return any(HAN.match(part) and part in before for part in (begins[at : at + 4] for at in range(6)))

    def _title_end(self, began: int, index: int) -> float:
        """What speaks for the end of a title, or of a line under it that tells where a speech was given."""
        start, end = self.lines[began].start, self.lines[index].end
        if index - began < 3 and _DELIVERED.fullmatch("".join(self.text[start:end].split())):
            return 8.0
        if began == 0 and index < 4 and _TITLE_END.search(self.text, start, end):
            return 8.0
        return 3.0 if index == 0 else 0.0

    def sure_end(self, index: int) -> bool | None:
        """True where a paragraph surely ends with a line, False where it surely goes on, None where it may do either."""
        if index not in self._sure:
            self._sure[index] = self._sure_end(index)
        return self._sure[index]

    def _sure_end(self, index: int) -> bool | None:
        if index + 1 >= len(self.lines):
            return True
        a, b = self.lines[index], self.lines[index + 1]
        slack = self.slack(index)
        if self.indent and a.lead < 1.5 and self._may_begin(index):
            slack -= self.indent
        if slack > 3.0 or a.table or b.table or b.lead >= 1.5:
            return True
        match = ENUMERATOR.match(self.text, b.start)
        if match and (ends_marked(self.text, a) or not _is_dash(match)):
            return True
        indented = self.indent > 0.0
        short = self.odd_by(index, indented) > 0.0 and self._reaches(index, indented) < _SURELY_SHORT
        if ends_marked(self.text, a):
            return True if short else None
        return short and self._may_be_heading(index) and reads_on(self.text, a, b)[0] <= _READS_ON

    def _may_begin(self, index: int) -> bool:
        """True where the line before may end a paragraph, as far as that line alone tells."""
        if index == self.first:
            return self._begins_anew() is not False
        return self.slack(index - 1) > 3.0 or ends_marked(self.text, self.lines[index - 1])

    def _lengths_behind(self, ends: Sequence[bool]) -> list[int]:
        """For each line, how many characters come from its beginning to the next end of a paragraph."""
        lengths = [0] * (self.last - self.first + 2)
        for index in range(self.last, self.first - 1, -1):
            at = index - self.first
            lengths[at] = self.lines[index].count + (0 if ends[at] else lengths[at + 1])
        if self.last + 1 < len(self.lines):
            lengths[-1] = self.lines[self.last + 1].count
        return lengths

    def _usual_gap(self) -> int:
        gaps = Counter(
            self.lines[index + 1].gap
            for index in range(self.first, min(self.last + 1, len(self.lines) - 1))
            if self.full[index - self.first] and not ends_marked(self.text, self.lines[index])
        )
        return gaps.most_common(1)[0][0] if gaps else 0

    def _keeps_gap(self, usual_gap: int) -> bool:
        """True where paragraphs are divided by more empty lines than lines are."""
        gaps = [
            self.lines[index + 1].gap > usual_gap
            for index in range(self.first, min(self.last + 1, len(self.lines) - 1))
            if self.slack(index) > 3.0 and ends_marked(self.text, self.lines[index])
        ]
        return len(gaps) > 1 and sum(gaps) > 0.7 * len(gaps)

    def _keeps_indent(self) -> bool:
        """True where first lines of paragraphs are printed with an indent and no others are."""
        first: list[bool] = []
        later: list[bool] = []
        for index in range(self.first, min(self.last + 1, len(self.lines) - 1)):
            indented = self.lines[index + 1].lead >= 1.5
            if self.slack(index) > 3.0:
                first.append(indented)
            elif not ends_marked(self.text, self.lines[index]):
                later.append(indented)
        return sum(first) > 0.6 * len(first) and sum(later) <= 0.1 * len(later)

    def learn(self) -> None:
        """See what is odd about lines that were surely cut."""
        learnt: dict[int, float] = {}
        for index in range(self.first, min(self.last + 1, len(self.lines) - 1)):
            if self.slack(index) <= 3.0 and self.sure_end(index) is False and not self._may_be_heading(index):
                begins = self._begins_anew() if index == self.first else self.sure_end(index - 1)
                if begins is not None:
                    learnt[index] = self.odd_by(index, begins)
        self._learnt = learnt
        self._sure.clear()
        self.odd.update(learnt.values())

    def _begins_anew(self) -> bool | None:
        """True where the first line begins a paragraph, False where it goes on with one from another column."""
        line = self.lines[self.first]
        if self.first == 0 or ENUMERATOR.match(self.text, line.start):
            return True
        return None if ends_marked(self.text, self.lines[self.first - 1]) else False

    def _may_be_heading(self, index: int) -> bool:
        line = self.lines[index]
        return bool(ENUMERATOR.match(self.text, line.start)) and not CLAUSE_END.search(self.text, line.start, line.end)

    def _reaches(self, index: int, begins: bool) -> float:
        """Logarithm of how much likelier a cut line is to end where this one does than a paragraph's last."""
        return self._chance(index, begins) - log((1.5 if self.odd_by(index, begins) == 0.0 else 0.5) / self.margin)

    def _chance(self, index: int, begins: bool) -> float:
        """Log chance that a cut line ends where this one does, told by the others."""
        odd = self.odd_by(index, begins)
        seen, of = self.odd[odd], self.odd.total()
        if index in self._learnt:
            seen, of = seen - (self._learnt[index] == odd), of - 1
        return log((seen + _FORESEEN * usual_spare(odd)) / (of + _FORESEEN))

    def _odds(
        self, index: int, begins: bool, usual_gap: int, keeps_gap: bool, keeps_indent: bool, counting: dict[str, int]
    ) -> float:
        """The logarithm of how much likelier it is that two lines are one than that a paragraph ends between them."""
        text = self.text
        a, b = self.lines[index], self.lines[index + 1]
        if a.table or b.table or _PIECE_END.search(text, a.start, a.end):
            return NEVER
        slack = self.slack(index) - (self.indent if begins else 0.0)
        if slack > 3.0:
            return NEVER
        marked = ends_marked(text, a)
        if begins and not marked and self.sure_end(index):
            return NEVER
        follows, ends_here = reads_on(text, a, b)
        if marked:
            # After an end mark both readings are ordinary; the habits of the text say more, and are added later.
            odds = min(self._reaches(index, begins), 0.0)
            if text[b.start] in "（(":
                odds += 8.0 if _APPLAUSE.match(text, b.start) else 2.0
        else:
            odds = self._reaches(index, begins) + max(min(follows, 7.0), -7.0) - max(ends_here, -6.0)
        if b.gap > usual_gap:
            odds -= 8.0 if marked and keeps_gap else 0.5 if b.new_page else 2.5
        elif marked and keeps_gap:
            odds += 6.0
        match = ENUMERATOR.match(text, b.start)
        if match and (marked or not _is_dash(match)):
            odds -= 10.0 if _is_next(match, counting) else 6.0 if marked else 2.0
        if _ADDRESS.match(text, b.start):
            odds -= 8.0
        if self._dated(index + 1):
            odds -= 6.0 if marked else 10.0
        elif marked and self._dated(index + 2) and not ends_marked(text, b):
            odds -= 6.0  # who signs stands above the date
        if keeps_indent:
            odds += -8.0 if b.lead >= 1.5 else 6.0
        if index + 2 < len(self.lines) and index < self.last:
            odds += self._told_behind(index + 1)
            if marked and not ends_marked(text, b) and self.slack(index + 1) > 4.0:
                odds -= 7.0  # a short line without an end mark is a heading or a signature
        return odds

    def _listed(self, habits: Habits, index: int) -> float:
        """What the items beside the one that a line begins tell: those inside lines, those that begin paragraphs."""
        told = 0
        items = habits.items.beside(self.lines[index].start)
        for line in items:
            if line < 0:
                told += 1
            elif self.first < line <= self.last + 1 and self.slack(line - 1) > 3.0:
                told -= 1
        # The first item may begin a paragraph that has all of them.
        return clamped(told, 1.0) * (_LISTED if habits.items.counts_on(self.lines[index].start) else _LISTED_FIRST)

    def _dated(self, index: int) -> bool:
        """True where a line is a date, or begins one that the next line ends, as under a report."""
        after = self.lines[index : index + 2]
        return any(_DATE_LINE.fullmatch(self.text[after[0].start : line.end].replace("\n", "")) for line in after)

    def _told_behind(self, index: int) -> float:
        """What the place where a line ends tells against a paragraph's beginning with it, if first lines have indents."""
        if not self.indent or self.lines[index].lead >= 1.5:
            return 0.0
        told = 0.0
        for begins, sign in ((False, 1.0), (True, -1.0)):
            # What may end a paragraph has any length, but does not stand out.
            if self.sure_end(index) is False or self.odd_by(index, begins) < 0.0:
                told += sign * self._chance(index, begins)
        return clamped(told, 5.0)


def _note(text: str, line: Line, counting: dict[str, int]) -> None:
    match = ENUMERATOR.match(text, line.start)
    if match:
        counting[match.lastgroup or ""] = item_number(match.group())


def _is_dash(match: re.Match[str]) -> bool:
    """True for a dash that may mark an item, but behind a line without an end mark stands inside a sentence."""
    return match.group()[0] in "-—–"


def _is_next(match: re.Match[str], counting: dict[str, int]) -> bool:
    """True where an item counts on from the last of its kind, or is the first."""
    number = item_number(match.group())
    return number in (0, 1, counting.get(match.lastgroup or "", -9) + 1)


def _join_edit(text: str, a: Line, b: Line, sure: float) -> Edit:
    before = text[a.end : b.start]
    words = (
        text[a.end - 1].isascii() and text[a.end - 1].isalpha() and text[b.start].isascii() and text[b.start].isalpha()
    )
    return Edit(a.end, before, " " if words else "", round(sure, 3))
