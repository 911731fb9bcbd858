"""
Line ends, running heads and blanks that a page left in the text.

A PDF or a scan gives one line for each printed line, so that words and figures are cut wherever the margin was. The
margin is learnt from the text itself, stretch by stretch, because a column beside a picture is narrower than the
next; and a line end only goes where the line reaches that margin and the language model reads on across it. A text
that has one line for each paragraph shows no margin and comes back as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import exp, inf, log
from statistics import median

from union_corpus.documents import Edit, Repair, apply_edits
from union_corpus.lexicon import table

# A sentence or a heading line can end a paragraph with one of these; closing signs may follow.
_END_MARKS = "。！？!?…；;：:"
_CLOSING = "”’」』》〉】〕）)]\"'"
# Signs that hang over the margin, so that a line which ends with one may be a column wider.
_HANGING = frozenset("，。、；：！？,.;:!?”’」』》〉】〕）)")
_OPENING = frozenset("“‘「『《〈【〔（([")
_BLANKS = " \t\u00a0\u3000\x0b"

# Printed lines of reports have between 9 and 60 columns of full-width characters. Shorter lines are verse or tables,
# longer ones are paragraphs.
_NARROWEST, _WIDEST = 9.0, 60.0
_LONGEST = 130  # characters; no printed line has more
_ROUNDS = 6
# A long list has very many pairs of lines; this many tell what it is.
_MOST_PAIRS = 400

_LINE = re.compile(r"[^\n\r\f]+")
_NEW_LINE = re.compile(r"\r\n|[\n\r]")
_HAN = re.compile("[㐀-䶿一-鿿豈-﫿]")
_TABLE_ROW = re.compile(r"\t|\||[^\s　][ 　]{2,}\S+[ 　]{2,}\S|(?:[.…·]\s?){5,}")
_NARROW = re.compile(r"[\x21-\x7e]")
_BLANK = re.compile(r"[ \t\u00a0]")
_FIRST_UNIT = re.compile(r"[0-9A-Za-z.%,\-]+|.", re.DOTALL)

# What a paragraph, a heading or an item begins with. The kind names the series an item counts in.
_ENUMERATOR = re.compile(
    r"""
      (?P<part>第\s?[一二三四五六七八九十百\d]{1,4}\s?(?:部分|章|节|節|编|編)(?=[\s　、：:]|$))  # 第一部分
    | (?P<article>第\s?[一二三四五六七八九十百\d]{1,5}\s?[条條](?=[\s　、：:]|$))                  # 第一条
    | (?P<han>[一二三四五六七八九十]{1,3}[、．.])                                              # 一、
    | (?P<paren>[（(][一二三四五六七八九十]{1,3}[）)])                                          # （一）
    | (?P<digit>\d{1,2}(?:[、．]|\.(?!\d))(?!\d))                                              # 1、 1.
    | (?P<closed>[（(]\d{1,2}[）)])                                                            # （1）
    | (?P<circled>[①-⑳⑴-⒇⒈-⒛])                                                              # ①
    | (?P<bullet>[●○◆◇■□★☆▲△※•‣►]|[-—–]{2,})                                                       # ——
    | (?P<label>(?:附件?|抄送|抄报|主题词|主題詞|落款|签发人)[一二三四\d]?[：:])                   # 附件：
    """,
    re.VERBOSE,
)
_SENTENCE_END = re.compile("[。！？]")
_CLAUSE_END = re.compile("[。！？；]")
_HAN_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TITLE_END = re.compile(
    "(?:总结|總結|小结|小結|报告|報告|汇报|匯報|讲话|講話|致辞|致辭|计划|計劃|計畫|要点|要點|安排|意见|意見|通知|通报|通報|方案|规划|規劃|决定|決定|简报|簡報|材料|公报|公報|办法|辦法|条例|條例|规定|規定)$"
)
_DATE_LINE = re.compile(
    r"[（(]?\s*(?:[12]\s?[09]\s?\d\s?\d|[二一][〇○零Ｏ九][〇○零Ｏ一二三四五六七八九]{2}|20xx)\s*年"
    r"(?:\s*[\d一二三四五六七八九十x]{1,3}\s*月(?:\s*[\d一二三四五六七八九十x]{1,3}\s*日)?)?\s*[）)]?$"
)


@dataclass(slots=True)
class _Line:
    """One printed line: its place without the blanks around it, its measure in columns and in characters."""

    start: int
    end: int
    columns: float
    count: int
    lead: float
    gap: int
    new_page: bool
    table: bool

    def measure(self, by_count: bool) -> float:
        """How far the line reaches; a printed indent (but not the odd blank) is part of it."""
        indent = self.lead if self.lead >= 1.5 else 0.0
        return indent + (self.count if by_count else self.columns)


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
    lines = _lines(text)
    return [_join_edit(text, a, b, sure) for a, b, sure in _joins(text, lines)]


def _may_be_wrapped(text: str) -> bool:
    """A quick look: are there at least two lines, of the length of a printed line, that end within a sentence?"""
    if "\n" not in text and "\r" not in text:
        return False
    cut = 0
    for line in text.split("\n"):
        if 8 < len(line) < _LONGEST:
            last = line.rstrip()[-1:]
            if last and last not in "。！？；：!?;:”）》":
                cut += 1
                if cut > 1:
                    return True
    return "\r" in text.replace("\r\n", "")


def _lines(text: str) -> list[_Line]:
    lines = []
    last_end = 0
    for match in _LINE.finditer(text):
        start, end = match.span()
        if end - start > _LONGEST:
            # A paragraph: what stands in it does not matter, only that no margin cut it.
            between = text[last_end:start]
            lines.append(_Line(start, end, 999.0, end - start, 0.0, _gap(between), "\f" in between, False))
            last_end = end
            continue
        printed = match.group()
        body = printed.strip(_BLANKS)
        if not body:
            continue
        lead = printed[: len(printed) - len(printed.lstrip(_BLANKS))]
        start += len(lead)
        between = text[last_end:start]
        last_end = start + len(body)
        lines.append(
            _Line(
                start,
                last_end,
                _width(body),
                len(body),
                sum(1.0 if blank == "\u3000" else 0.5 for blank in lead),
                _gap(between),
                "\f" in between,
                _TABLE_ROW.search(body) is not None or (len(body) < 20 and _PAGE_NUMBER.fullmatch(body) is not None),
            )
        )
    return lines


def _gap(between: str) -> int:
    """How many empty lines stand between two lines."""
    if between == "\n":
        return 0
    return max(len(_NEW_LINE.findall(between)) - 1, 0)


def _width(printed: str) -> float:
    """Columns of full-width characters; a blank is what is left of a narrow gap and counts for little."""
    narrow = len(_NARROW.findall(printed))
    blanks = len(_BLANK.findall(printed))
    return len(printed) - 0.5 * narrow - 0.75 * blanks


# ------------------------------------------------------------------------------------------------------- page edges

_PAGE_NUMBER = re.compile(
    r"""
      [-—–―─·•]{1,3}\s?(?P<dashed>\d{1,4})\s?[-—–―─·•]{1,3}                          # — 3 —
    | 第\s?(?P<counted>\d{1,4})\s?[页頁](?:\s?[/，,、（(]?\s?共\s?\d{1,4}\s?[页頁][）)]?)?  # 第3页 共8页
    | (?P<of>\d{1,4})\s?/\s?\d{1,4}                                                  # 3/8
    | (?P<bare>\d{1,4})                                                             # 3
    """,
    re.VERBOSE,
)
# Page numbers with nothing around them look like rows of a table; they need a page between them.
_LEAST_PAGE = 8
_LONGEST_HEAD = 36.0
# How many lines of running head stand above and below a page number.
_EDGES = ((0, 0), (0, 1), (1, 0), (0, 2), (1, 1))


def find_running_heads(text: str) -> list[Edit]:
    """
    Find page numbers and running heads that stand between two lines of a report; the line is taken out.

    A page number counts on from page to page and stands beside a form feed or inside a sentence; a running head comes
    back beside them. Numbers in a table, numbered chapters and a title that is printed once stay.

    >>> find_running_heads("今年慰问困难职工二百\\n— 1 —\\n\\f工会工作简报\\n余户，发放慰问金\\n— 2 —\\n\\f工会工作简报\\n八万元。\\n")
    [Edit(start=11, before='— 1 —\\n', after='', confidence=0.95), Edit(start=18, before='工会工作简报\\n', after='', confidence=0.9), Edit(start=34, before='— 2 —\\n', after='', confidence=0.95), Edit(start=41, before='工会工作简报\\n', after='', confidence=0.9)]
    >>> find_running_heads("1\\n东屏县\\n2\\n石埠县\\n3\\n南浦区\\n")
    []
    """
    if not _may_have_pages(text):
        return []
    lines = _lines(text)
    numbers = _page_numbers(text, lines)
    heads = _running_heads(text, lines, numbers)
    dropped = [(index, 0.95) for index in numbers] + [(index, 0.9) for index in heads]
    return [_drop_edit(text, lines[index], sure) for index, sure in sorted(dropped)]


def _may_have_pages(text: str) -> bool:
    if "\f" in text:
        return True
    found = 0
    for line in text.split("\n"):
        if len(line) < 20 and _PAGE_NUMBER.fullmatch(line.strip(_BLANKS + "\r")):
            found += 1
            if found > 1:
                return True
    return False


def _page_numbers(text: str, lines: Sequence[_Line]) -> set[int]:
    """Lines that hold a page number: the longest series of one kind that counts on, if a page is what lies between."""
    kinds: dict[str, list[tuple[int, int]]] = {}
    for index, line in enumerate(lines):
        if line.count < 20 and (match := _PAGE_NUMBER.fullmatch(text, line.start, line.end)):
            kinds.setdefault(match.lastgroup or "", []).append((index, int(match[match.lastgroup or 0])))
    found: set[int] = set()
    for kind, places in kinds.items():
        for series in _series(places):
            beside_page = [i for i in series if _at_page_edge(lines, i)]
            inside = [i for i in series if _inside_page(text, lines, i)]
            apart = min((b - a for a, b in pairwise(series)), default=series[0]) >= _LEAST_PAGE
            if kind == "bare":
                sure = 2 * len(beside_page) > len(series) or (apart and 2 * len(inside) >= len(series))
            elif kind == "of":
                sure = bool(beside_page or inside) and len(series) > 1
            else:
                # A chapter is numbered above its text, a page mostly below.
                first = _PAGE_NUMBER.fullmatch(text, lines[series[0]].start, lines[series[0]].end)
                below = first is not None and int(first[kind]) == 1 and series[0] >= _LEAST_PAGE and apart
                sure = bool(beside_page or inside) or below
            if sure:
                found.update(series)
    return found


def _series(places: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Places cut into runs in which the number grows by one each time."""
    runs: list[list[tuple[int, int]]] = []
    for index, number in places:
        run = next((run for run in reversed(runs[-3:]) if run[-1][1] + 1 == number), None)
        if run is None:
            runs.append([(index, number)])
        else:
            run.append((index, number))
    return [[index for index, _ in run] for run in runs]


def _at_page_edge(lines: Sequence[_Line], index: int) -> bool:
    behind = index + 1 < len(lines) and lines[index + 1].new_page
    return behind or (lines[index].new_page and index > 0)


def _inside_page(text: str, lines: Sequence[_Line], index: int) -> bool:
    """True where a sentence goes on across a page number, or across it and a running head beside it."""
    return any(_inside_sentence(text, lines, index - above, index + below) for above, below in _EDGES)


def _inside_sentence(text: str, lines: Sequence[_Line], first: int, last: int) -> bool:
    """True where the line before ``first`` goes on in the line after ``last``."""
    if first < 1 or last + 1 >= len(lines):
        return False
    a, b = lines[first - 1], lines[last + 1]
    if _ends_marked(text, a) or a.columns < _NARROWEST or a.table or _ENUMERATOR.match(text, b.start):
        return False
    return _reads_on(text, a, b)[0] > 2.0 and _reads_on(text, a, lines[first])[0] < _reads_on(text, a, b)[0]


def _running_heads(text: str, lines: Sequence[_Line], numbers: set[int]) -> set[int]:
    """Lines beside page numbers and form feeds that come back on other pages, apart from their figures."""
    edges = {index for index, line in enumerate(lines) if line.new_page and index}
    edges |= {index + 1 for index in numbers if index + 1 < len(lines)}
    beside: dict[str, set[int]] = {}
    for edge in edges:
        for step in (1, -1):
            index = edge if step > 0 else edge - 1
            met = 0
            while 0 <= index < len(lines) and met < 2:
                if index not in numbers:
                    line = lines[index]
                    if line.columns > _LONGEST_HEAD or _ends_marked(text, line):
                        break
                    beside.setdefault(_without_figures(text, line), set()).add(index)
                    met += 1
                index += step
    pages = len(edges) + 1
    heads: set[int] = set()
    for name, places in beside.items():
        if len(places) >= 2 and 3 * len(places) >= pages and not name.startswith("#"):
            heads |= places
    # The title over the first page and again over the second, where there are only two.
    top = {_without_figures(text, line) for line in lines[:2]}
    for name, places in beside.items():
        if name in top and len(name) > 3:
            heads |= {index for index in places if index > 2}
    # Only what touches the edge, or another head that does, is a head; or what a sentence is read across.
    across = {head for edge in edges for head in _heads_across(text, lines, edge, numbers)}
    return across | {index for index in heads if _touches(index, edges, heads | numbers)}


def _heads_across(text: str, lines: Sequence[_Line], edge: int, numbers: set[int]) -> list[int]:
    """
    A line or two at the top of a page that a sentence goes on across, though they are met but once.

    They must name what the first lines of the text name: losing a line of the report would be worse than keeping
    a head.
    """
    first = edge
    while first - 1 in numbers:
        first -= 1
    last = edge
    while last in numbers:
        last += 1
    if _inside_sentence(text, lines, first, last - 1):
        return []
    top = "\n".join(_without_figures(text, line) for line in lines[:3])
    for count in (1, 2):
        heads = range(last, last + count)
        if heads[-1] >= len(lines) or heads[0] < 3:
            break
        names = [_without_figures(text, lines[index]) for index in heads]
        if (
            all(lines[index].columns <= _LONGEST_HEAD and not _ends_marked(text, lines[index]) for index in heads)
            and any(name[at : at + 4] in top for name in names for at in range(max(len(name) - 3, 0)))
            and _inside_sentence(text, lines, first, heads[-1])
        ):
            return list(heads)
    return []


def _touches(index: int, edges: set[int], dropped: set[int]) -> bool:
    if index in edges or index + 1 in edges:
        return True
    return (index - 1 in edges and index - 1 in dropped) or (index + 2 in edges and index + 1 in dropped)


def _without_figures(text: str, line: _Line) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", text[line.start : line.end]))


def _drop_edit(text: str, line: _Line, sure: float) -> Edit:
    """A line is taken out with the line end behind it; a form feed stays, because a page does end there."""
    start = line.start
    while start and text[start - 1] in _BLANKS:
        start -= 1
    match = re.compile(r"[ \t\u3000\u00a0]*(?:\r\n|[\n\r])?").match(text, line.end)
    return Edit(start, text[start : match.end() if match else line.end], "", sure)


# ------------------------------------------------------------------------------------------------------- the margin

# Costs, as negative logarithms of how often such a line was seen in re-wrapped reports.
_FULL, _INDENTED, _SHORT, _SHORT_UNMARKED, _OVER = 0.25, 1.2, 1.4, 1.8, 7.0
_FREE, _FREE_LONG = 2.0, 0.05
_SWITCH, _SWITCH_AT_GAP = 5.5, 3.5
_TOLERANCE = 1.25


def _margins(text: str, lines: Sequence[_Line], by_count: bool) -> tuple[float, list[float]]:
    """
    The margin that each line was set to, 0 where there was none, and what this reading costs.

    The cheapest reading of all lines at once: each candidate is a measure that several unfinished lines share, a line
    may fall short of it at the end of a paragraph but hardly ever go over it, and changing the margin costs something.
    """
    measures = [line.measure(by_count) for line in lines]
    marked = [_ends_marked(text, line) for line in lines]
    room = [
        measure
        if measure > _LONGEST or index + 1 == len(lines)
        else measure + _first_unit(text, lines[index + 1]) - 1.0
        for index, measure in enumerate(measures)
    ]
    candidates = _candidates(measures, marked, lines)
    if not candidates:
        return inf, [0.0] * len(lines)
    states = [0.0, *candidates]
    costs = [0.0] * len(states)
    came_from: list[list[int]] = []
    for index, line in enumerate(lines):
        switch = _SWITCH_AT_GAP if line.gap or line.new_page else _SWITCH
        best = min(range(len(states)), key=costs.__getitem__)
        changed = costs[best] + switch
        back = []
        new_costs = []
        for state, margin in enumerate(states):
            if costs[state] <= changed:
                back.append(state)
                cost = costs[state]
            else:
                back.append(best)
                cost = changed
            new_costs.append(cost + _line_cost(margin, measures[index], room[index], marked[index], line.table))
        came_from.append(back)
        costs = new_costs
    state = min(range(len(states)), key=costs.__getitem__)
    total = costs[state]
    found = [0.0] * len(lines)
    for index in range(len(lines) - 1, -1, -1):
        found[index] = states[state]
        state = came_from[index][state]
    return total, found


def _line_cost(margin: float, measure: float, room: float, marked: bool, table: bool) -> float:
    if margin == 0.0:
        return _FREE_LONG if measure > _WIDEST else _FREE
    if measure > margin + 1.75:
        return _OVER
    if table:
        return _OVER
    if room >= margin - _TOLERANCE:
        return _FULL
    if room >= margin - 2.0 - _TOLERANCE:
        return _INDENTED
    return _SHORT if marked else _SHORT_UNMARKED


def _candidates(measures: Sequence[float], marked: Sequence[bool], lines: Sequence[_Line]) -> list[float]:
    """Measures that several unfinished lines share, the commonest first, none within a column of another."""
    counts: Counter[float] = Counter()
    for measure, ended, line in zip(measures, marked, lines, strict=True):
        if not ended and not line.table and _NARROWEST <= measure <= _WIDEST:
            counts[round(measure * 2) / 2] += 1
    near = {
        measure: sum(counts.get(measure + step / 2, 0) for step in range(-2, 3)) + counts[measure] * 0.5
        for measure in counts
    }
    chosen: list[float] = []
    for measure in sorted(near, key=lambda m: (-near[m], m)):
        if near[measure] < 2 or len(chosen) == 10:
            break
        if all(abs(measure - other) > 1.0 for other in chosen):
            chosen.append(measure)
    return chosen


def _ends_marked(text: str, line: _Line) -> bool:
    end = line.end
    while end > line.start and text[end - 1] in _CLOSING:
        end -= 1
    return end > line.start and text[end - 1] in _END_MARKS


def _first_unit(text: str, line: _Line) -> float:
    """The width of what would have had to fit at the end of the line before: a figure, a word, a character."""
    match = _FIRST_UNIT.match(text, line.start, min(line.end, line.start + 16))
    return _width(match.group()) if match else 1.0


# --------------------------------------------------------------------------------------------------- what is one line


def _joins(text: str, lines: Sequence[_Line]) -> list[tuple[_Line, _Line, float]]:
    """Neighbouring lines that are one, and how sure that is."""
    if len(lines) < 2:
        return []
    by_columns, by_count = _margins(text, lines, False), _margins(text, lines, True)
    # Typesetters count columns, programs count characters.
    counted = by_count[0] < by_columns[0]
    margins = by_count[1] if counted else by_columns[1]
    stretches = list(_wrapped_stretches(text, lines, margins, counted))
    habits = _Habits(text, stretches)
    joins = [join for stretch in stretches for join in stretch.joins(habits)]
    return sorted([*joins, *_short_joins(text, lines, joins)], key=lambda join: join[0].start)


def _wrapped_stretches(
    text: str, lines: Sequence[_Line], margins: Sequence[float], counted: bool
) -> Iterator[_Stretch]:
    first = 0
    while first < len(lines):
        last = first
        while last + 1 < len(lines) and margins[last + 1] == margins[first]:
            last += 1
        if margins[first]:
            stretch = _Stretch(text, lines, first, last, margins[first], counted)
            if stretch.is_wrapped():
                stretch.learn()
                yield stretch
        first = last + 1


def _short_joins(
    text: str, lines: Sequence[_Line], joins: Sequence[tuple[_Line, _Line, float]]
) -> list[tuple[_Line, _Line, float]]:
    """
    Lines that are one although too few stand together to show a margin: a heading in two lines, a short paragraph.

    Pairs of one measure are judged together by how well the model reads on across them. Where no other line of the
    text was cut by a margin they have to be more, or surer.
    """
    taken = {id(a) for a, _, _ in joins}
    likely: list[tuple[_Line, _Line]] = []
    for a, b in pairwise(lines):
        if id(a) in taken or a.table or b.table or not _NARROWEST <= a.columns <= _WIDEST:
            continue
        if b.columns > a.columns + 2.5 or b.lead >= 1.5 or _ends_marked(text, a) or b.gap > 1:
            continue
        if _ENUMERATOR.match(text, b.start) or _DATE_LINE.fullmatch(text, b.start, b.end):
            continue
        if len(_HAN.findall(text, a.start, a.end)) >= 0.5 * a.count:
            likely.append((a, b))
    if not joins and len(likely) > _MOST_PAIRS:
        sample = likely[:: len(likely) // _MOST_PAIRS]
        if sum(_reads_on(text, a, b)[0] for a, b in sample) < 2.0 * len(sample):
            return []
    pairs = [(a, b, _reads_on(text, a, b)[0]) for a, b in likely]
    # Alone, a title in two lines cannot be told from a title and a line under it; a sentence shows by its end.
    ends = bool(joins) or any(_ends_marked(text, b) for _, b, _ in pairs)
    found = []
    least, enough = (-2.0, 4.0) if joins else (0.0, 7.0)
    for group in _of_one_measure(pairs):
        gain = sum(follows for _, _, follows in group)
        if ends and gain > enough and gain > 2.0 * len(group):
            found += [(a, b, 0.8) for a, b, follows in group if follows > least]
    return found


def _of_one_measure(pairs: list[tuple[_Line, _Line, float]]) -> list[list[tuple[_Line, _Line, float]]]:
    """The pairs in groups whose first lines are about as long as one another."""
    groups: list[list[tuple[_Line, _Line, float]]] = []
    for pair in sorted(pairs, key=lambda pair: (pair[0].columns, pair[0].start)):
        if groups and pair[0].columns - groups[-1][-1][0].columns <= 1.0:
            groups[-1].append(pair)
        else:
            groups.append([pair])
    return groups


# What speaks for joining at a line end that is a sentence's end as well: see ``_Habits.evidence``.
_Evidence = tuple[float, ...]
_Decide = Callable[[int, _Evidence], float]
_NEVER = -9.0
# Weights of the evidence, fitted by data/scripts/train_paragraphs.py on re-wrapped official reports.
_WEIGHTS = (0.37, 0.86, 0.19, -0.43, 0.77, 1.62, 0.26, -1.41, 0.47, 0.59, 3.06)


def _opening_odds(known: _Evidence) -> float:
    return sum(weight * value for weight, value in zip(_WEIGHTS, known, strict=True))


def _clamped(value: float, most: float) -> float:
    return max(min(value, most), -most)


class _Habits:
    """How the paragraphs of one text are made: how long they are, how they begin, how many sentences they have."""

    def __init__(self, text: str, stretches: Sequence[_Stretch]) -> None:
        self.headings: Counter[tuple[str, bool]] = Counter()
        self.openings: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        lengths: list[int] = []
        enumerated = prose = 0
        for stretch in stretches:
            lines = stretch.lines
            start, length = stretch.first, 0
            for index in range(stretch.first, stretch.last + 1):
                line = lines[index]
                length += line.count
                for match in _SENTENCE_END.finditer(text, line.start, line.end - 2):
                    self.inside[_plain(text[match.end() : match.end() + 2])] += 1
                numbered = _ENUMERATOR.match(text, line.start) if index == start else None
                if numbered:
                    if _CLAUSE_END.search(text, line.start, line.end):
                        self.headings[numbered.lastgroup or "", False] += 1
                    elif stretch.sure_end(index) or stretch.slack(index) - stretch.indent > 0.75:
                        self.headings[numbered.lastgroup or "", True] += 1
                if stretch.sure_end(index):
                    if _ends_marked(text, line):
                        prose += 1
                        lengths.append(length)
                        if _ENUMERATOR.match(text, lines[start].start):
                            enumerated += 1
                        else:
                            self.openings[_plain(text[lines[start].start : lines[start].start + 2])] += 1
                    start, length = index + 1, 0
        self.sentences = log((self.inside.total() + 1.0) / (prose + 1.0))
        self.plain = log((prose - enumerated + 0.5) / (prose + 1.0))
        logs = [log(length) for length in lengths] or [log(80.0)]
        self.usual = sum(logs) / len(logs)
        self.spread = max((sum((x - self.usual) ** 2 for x in logs) / len(logs)) ** 0.5, 0.4)

    def heads(self, text: str, line: _Line) -> float:
        """Log odds that a line which begins with a number is a heading and not the beginning of a paragraph."""
        match = _ENUMERATOR.match(text, line.start)
        if match is None or _CLAUSE_END.search(text, line.start, line.end):
            return 0.0
        kind = match.lastgroup or ""
        return _clamped(max(log((self.headings[kind, True] + 0.5) / (self.headings[kind, False] + 0.5)), 0.0), 2.5)

    def evidence(self, text: str, a: _Line, b: _Line, so_far: int, behind: int) -> _Evidence:
        """
        What is known about the question whether ``b`` goes on with the paragraph of ``a``.

        A constant; sentences a paragraph; how the model reads on and how it likes an end;
        how such beginnings stand in other reports; how many paragraphs begin without a number; how such beginnings
        stand in this text; whether the sentence is as short as a heading, and how long it is; whether one paragraph
        or two would have the usual length; whether the mark before is one that leads on.
        """
        head = _plain(text[b.start : b.start + 2])
        opens = (self.openings[head] + 0.3) / (self.openings.total() + 30.0)
        within = (self.inside[head] + 0.3) / (self.inside.total() + 30.0)
        follows, ends_here = _reads_on(text, a, b)
        sentence = _first_sentence(text, b.start)
        length = len(sentence)
        two = self._length(so_far) + self._length(max(behind, 1))
        return (
            1.0,
            self.sentences,
            _clamped(follows, 4.0),
            _clamped(ends_here + 2.0, 3.0),
            _opening_score(sentence),
            -self.plain,
            _clamped(log(within / opens), 3.0),
            1.0 if length <= 18 else 0.0,
            _clamped(log(max(length, 1) / 35.0), 1.5),
            _clamped(self._length(so_far + behind) - two, 6.0),
            1.0 if text[a.end - 1] in "；;：:" else 0.0,
        )

    def _length(self, length: int) -> float:
        """Log density of a paragraph's length, but for a constant."""
        return -0.5 * ((log(length) - self.usual) / self.spread) ** 2 - log(self.spread)


def _first_sentence(text: str, start: int) -> str:
    """The sentence that begins here, line ends and blanks left out; its beginning, where it is long."""
    match = _SENTENCE_END.search(text, start, start + 120)
    return "".join(text[start : match.end() if match else start + 120].split())


def _opening_marks(sentence: str) -> Iterator[str]:
    """What a beginning is known by: its first characters, and pairs of characters among the next."""
    head = _plain(sentence[:8])
    yield from (f"^{head[:length]}" for length in range(1, min(len(head), 6) + 1))
    han = _plain("".join(_HAN.findall(sentence[:24])))
    yield from {first + second for first, second in pairwise(han)}


def _opening_score(sentence: str) -> float:
    """Log odds that such a sentence stands inside a paragraph rather than first, but for a constant."""
    known = _openings()
    return sum(known.get(mark, 0.0) for mark in _opening_marks(sentence))


def _plain(printed: str) -> str:
    """Simplified, with any figure as 0 or 一."""
    return "".join(
        "0" if sign.isdigit() else "一" if sign in "一二三四五六七八九十" else _folded().get(sign, sign)
        for sign in printed
    )


@cache
def _folded() -> dict[str, str]:
    from union_corpus.language_model import load_model

    return load_model().folded


@cache
def _openings() -> dict[str, float]:
    return {row["mark"]: float(row["odds"]) for row in table("paragraph_openings")}


class _Stretch:
    """Lines that were set to one margin, and what can be learnt from them together."""

    def __init__(self, text: str, lines: Sequence[_Line], first: int, last: int, margin: float, counted: bool) -> None:
        self.text = text
        self.lines = lines
        self.first = first
        self.last = last
        self.margin = margin
        self.counted = counted
        self.full = [self._is_full(index) for index in range(first, last + 1)]
        self.indent = 0.0
        self.slacks: Counter[float] = Counter()

    def slack(self, index: int) -> float:
        """How much room was left at the end of a line for what the next line begins with."""
        line = self.lines[index]
        room = self.margin - line.measure(self.counted)
        if index + 1 < len(self.lines):
            room -= _first_unit(self.text, self.lines[index + 1]) - 1.0
        return room

    def _is_full(self, index: int) -> bool:
        slack = self.slack(index)
        if slack <= _TOLERANCE:
            return True
        # The first line of a paragraph may have lost its indent.
        begins = index == self.first or _ENUMERATOR.match(self.text, self.lines[index].start) is not None
        return slack <= 2.0 + _TOLERANCE and (begins or self.slack(index - 1) > 3.0)

    def is_wrapped(self) -> bool:
        """
        True where lines reach the margin in mid-sentence and the language model reads on across their ends.

        Names in a list or verses may have one length as well; but then what follows reads like a beginning.
        """
        cut = [
            index
            for index in range(self.first, min(self.last + 1, len(self.lines) - 1))
            if self.full[index - self.first]
            and not _ends_marked(self.text, self.lines[index])
            and not _ENUMERATOR.match(self.text, self.lines[index + 1].start)
        ]
        if len(cut) < 2:
            return False
        han = sum(len(_HAN.findall(self.text, self.lines[i].start, self.lines[i].end)) for i in cut)
        if han < 0.5 * sum(self.lines[i].count for i in cut):
            return False
        sample = cut if len(cut) <= 40 else cut[:: len(cut) // 40]
        gain = sum(_clamped(_reads_on(self.text, self.lines[i], self.lines[i + 1])[0], 5.0) for i in sample)
        # A paragraph's last line ends with a mark and falls short; in verse it is as long as the others.
        prose = [i for i in sample if self._leads_to_an_end(i)]
        if len(prose) > 1:
            gain += 1.3 * len(prose) + sum(self.text[self.lines[i].end - 1] in "，、" for i in prose)
        return gain > max(4.0, len(sample))

    def _leads_to_an_end(self, index: int) -> bool:
        """True where the next line that a margin did not cut is a shorter one with an end mark."""
        for after in range(index + 1, min(self.last + 1, index + 30)):
            if _ends_marked(self.text, self.lines[after]):
                if not self.full[after - self.first]:
                    return True
            elif not self.full[after - self.first]:
                return False
        return False

    def joins(self, habits: _Habits, decide: _Decide | None = None) -> list[tuple[_Line, _Line, float]]:
        """
        The lines of this stretch that are one with the next, and how sure that is.

        ``decide`` may answer the open question in the model's place: from what is known about a line end that could
        be either, it tells the odds. The training script uses it.
        """
        text, lines = self.text, self.lines
        usual_gap = self._usual_gap()
        keeps_gap, keeps_indent = self._keeps_gap(usual_gap), self._keeps_indent()
        behind = self._lengths_behind()
        joined: list[tuple[_Line, _Line, float]] = []
        begins = True
        so_far = 0
        counting: dict[str, int] = {}
        for index in range(self.first, min(self.last + 1, len(lines) - 1)):
            a, b = lines[index], lines[index + 1]
            if begins:
                _note(text, a, counting)
            so_far += a.count
            odds = self._odds(index, begins, usual_gap, keeps_gap, keeps_indent, counting)
            if begins and odds > _NEVER:
                odds -= 2.5 * habits.heads(text, a)
                if a.start == lines[0].start:
                    odds -= 8.0 if _TITLE_END.search(text, a.start, a.end) else 3.0
            if odds > -3.0 and _ends_marked(text, a):
                known = habits.evidence(text, a, b, so_far, behind[index + 1 - self.first])
                odds += decide(index, known) if decide else _opening_odds(known)
            begins = odds <= 0
            if begins:
                so_far = 0
            else:
                joined.append((a, b, 1.0 / (1.0 + exp(-min(odds, 6.0)))))
        return joined

    def sure_end(self, index: int) -> bool | None:
        """True where a paragraph surely ends with a line, False where it surely goes on, None where it may do either."""
        if index + 1 >= len(self.lines):
            return True
        a, b = self.lines[index], self.lines[index + 1]
        slack = self.slack(index)
        if slack > 3.0 or a.table or b.table or _ENUMERATOR.match(self.text, b.start) or b.lead >= 1.5:
            return True
        return None if _ends_marked(self.text, a) else False

    def _lengths_behind(self) -> list[int]:
        """For each line, how many characters come from its beginning to the next sure end of a paragraph."""
        lengths = [0] * (self.last - self.first + 2)
        for index in range(self.last, self.first - 1, -1):
            at = index - self.first
            lengths[at] = self.lines[index].count + (0 if self.sure_end(index) else lengths[at + 1])
        if self.last + 1 < len(self.lines):
            lengths[-1] = self.lines[self.last + 1].count
        return lengths

    def _usual_gap(self) -> int:
        gaps = Counter(
            self.lines[index + 1].gap
            for index in range(self.first, min(self.last + 1, len(self.lines) - 1))
            if self.full[index - self.first] and not _ends_marked(self.text, self.lines[index])
        )
        return gaps.most_common(1)[0][0] if gaps else 0

    def _keeps_gap(self, usual_gap: int) -> bool:
        """True where paragraphs are divided by more empty lines than lines are."""
        gaps = [
            self.lines[index + 1].gap > usual_gap
            for index in range(self.first, min(self.last + 1, len(self.lines) - 1))
            if self.slack(index) > 3.0 and _ends_marked(self.text, self.lines[index])
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
            elif not _ends_marked(self.text, self.lines[index]):
                later.append(indented)
        return sum(first) > 0.6 * len(first) and sum(later) <= 0.1 * len(later)

    def _lost_indent(self) -> float:
        """How far first lines of paragraphs fall short of the margin because their indent was not printed."""
        short = []
        for index in range(self.first + 1, self.last + 1):
            a, b = self.lines[index - 1], self.lines[index]
            sure = _ENUMERATOR.match(self.text, b.start) or (_ends_marked(self.text, a) and self.slack(index - 1) > 4.0)
            if sure and index + 1 < len(self.lines) and not _ends_marked(self.text, b) and b.lead < 1.5:
                slack = self.slack(index)
                if slack < 3.5:
                    short.append(slack)
        if len(short) < 2:
            return 0.0
        usual = median(self.slack(i) for i in range(self.first, self.last + 1) if self.full[i - self.first])
        return 2.0 if 1.25 <= median(short) - min(usual, 0.5) <= 2.75 else 0.0

    def learn(self) -> None:
        """See how lines that were surely cut fall short of the margin, and whether first lines lost their indent."""
        later: Counter[float] = Counter()
        every: Counter[float] = Counter()
        for index in range(self.first, min(self.last + 1, len(self.lines) - 1)):
            slack = self.slack(index)
            if slack <= 3.0 and self.sure_end(index) is False:
                every[_half(slack)] += 1
                if index > self.first and self.sure_end(index - 1) is False:
                    later[_half(slack)] += 1
        self.indent = self._lost_indent()
        self.slacks = later if self.indent and later.total() > 4 else every

    def _reaches(self, slack: float) -> float:
        """Logarithm of how much likelier a cut line is to fall so far short of the margin than a paragraph's last."""
        return self._chance(slack) - log(0.5 / self.margin)

    def _chance(self, slack: float) -> float:
        here = _half(slack)
        near = self.slacks[here] + 0.25 * (self.slacks[here - 0.5] + self.slacks[here + 0.5])
        return log((near + 0.1) / (self.slacks.total() + 1.0))

    def _odds(
        self, index: int, begins: bool, usual_gap: int, keeps_gap: bool, keeps_indent: bool, counting: dict[str, int]
    ) -> float:
        """The logarithm of how much likelier it is that two lines are one than that a paragraph ends between them."""
        text = self.text
        a, b = self.lines[index], self.lines[index + 1]
        if a.table or b.table:
            return _NEVER
        slack = self.slack(index) - (self.indent if begins else 0.0)
        if slack > 3.0:
            return _NEVER
        follows, ends_here = _reads_on(text, a, b)
        marked = _ends_marked(text, a)
        if marked:
            # After an end mark both readings are ordinary; the habits of the text say more, and are added later.
            odds = min(self._reaches(slack), 0.0)
            if text[b.start] in "（(":
                odds += 2.0  # （掌声）
        else:
            odds = self._reaches(slack) + max(min(follows, 7.0), -7.0) - max(ends_here, -6.0)
        if b.gap > usual_gap:
            odds -= 8.0 if marked and keeps_gap else 0.5 if b.new_page else 2.5
        elif marked and keeps_gap:
            odds += 6.0
        match = _ENUMERATOR.match(text, b.start)
        if match:
            odds -= 6.0 if marked or _is_next(match, counting) else 2.0
        if _DATE_LINE.fullmatch(text, b.start, b.end):
            odds -= 6.0
        if keeps_indent:
            odds += -8.0 if b.lead >= 1.5 else 6.0
        if marked and index + 2 < len(self.lines) and index < self.last:
            behind = self.slack(index + 1)
            b_marked = _ends_marked(text, b)
            if self.indent and not b_marked:
                odds += _clamped(self._chance(behind) - self._chance(behind - self.indent), 5.0)
            if not b_marked and behind > 4.0:
                odds -= 7.0  # a short line without an end mark is a heading or a signature
        return odds


def _half(measure: float) -> float:
    return round(measure * 2) / 2


@cache
def _model_log_prob() -> Callable[[str, str], float]:
    from union_corpus.language_model import load_model

    return load_model().log_prob


def _reads_on(text: str, a: _Line, b: _Line) -> tuple[float, float]:
    """
    How much likelier the beginning of ``b`` is as a continuation of ``a`` than as a beginning, and how likely an end is.

    Both are natural logarithms. The first alone tells verse and lists from cut lines; the second is the chance that
    a paragraph ends after the last characters of ``a``.
    """
    log_prob = _model_log_prob()
    tail = text[max(a.start, a.end - 4) : a.end]
    follows = 0.0
    on, anew = tail, tail + "\n"
    for sign in text[b.start : min(b.end, b.start + 3)]:
        follows += log_prob(on, sign) - log_prob(anew, sign)
        on += sign
        anew += sign
    return follows, log_prob(tail, "\n")


def _note(text: str, line: _Line, counting: dict[str, int]) -> None:
    match = _ENUMERATOR.match(text, line.start)
    if match:
        counting[match.lastgroup or ""] = _number(match.group())


def _is_next(match: re.Match[str], counting: dict[str, int]) -> bool:
    """True where an item counts on from the last of its kind, or is the first."""
    number = _number(match.group())
    return number in (0, 1, counting.get(match.lastgroup or "", -9) + 1)


def _number(printed: str) -> int:
    """The number of an item; 0 where it has none."""
    digits = re.search(r"\d+", printed)
    if digits:
        return int(digits.group())
    circled = next((ord(sign) for sign in printed if "①" <= sign <= "⒛"), 0)
    if circled:
        return (circled - 0x2460) % 20 + 1
    han = "".join(re.findall("[一二三四五六七八九十]", printed))
    if not han:
        return 0
    tens, ten, ones = han.rpartition("十")
    return (_HAN_DIGITS.get(tens, 1) * 10 if ten else 0) + _HAN_DIGITS.get(ones[-1:], 0)


def _join_edit(text: str, a: _Line, b: _Line, sure: float) -> Edit:
    before = text[a.end : b.start]
    words = (
        text[a.end - 1].isascii() and text[a.end - 1].isalpha() and text[b.start].isascii() and text[b.start].isalpha()
    )
    return Edit(a.end, before, " " if words else "", round(sure, 3))


# --------------------------------------------------------------------------------------------------- figures, blanks

# What a number counts or measures begins with one of these; without it a row of figures may be a table.
_UNIT = "[年月日号届期人名户家个位件份条项次场元万亿千百％%℃吨台套册所间处支队对组站点班倍成岁天周季册篇公平米度度余多]"
_SPLIT_NUMBERS = re.compile(
    rf"""
      (?<![\d.,] )(?<![\d.,])(?P<spaced>\d(?:\ \d){{2,8}})(?=\ ?{_UNIT})                        # 1 9 9 8 年
    | (?<![\d.,] )(?<![\d.,])(?P<year>(?:1\ ?9|2\ ?0)\ ?\d\ ?\d)(?=\ ?年)     # 20 09 年
    | (?<![\d.,] )(?<=[㐀-鿿])\ ?(?P<thousands>(?<!\d)[1-9]\d?\d?(?:\ \d{{3}})+)(?!\d)(?=\ ?{_UNIT})   # 共有 29 498 人
    | (?<=[㐀-鿿\ ])(?<!\d\ )(?P<decimal>\d{{1,6}}(?:\ \.\ ?|\.\ )\d{{1,4}})(?!\d)(?=\ ?{_UNIT})         # 22. 36 万元
    | (?<=[㐀-鿿])(?P<comma>[1-9]\d?\d?(?:,\ ?\d{{3}})*,\ \d{{3}}(?:,\ ?\d{{3}})*)(?!\d)(?=\ ?{_UNIT})     # 1, 234 人
    | (?<=[㐀-鿿]{{4}})(?P<line>\d{{1,4}}[ \t]*(?:\r\n|\n)[ \t]*\d{{1,4}}(?:\.\d+)?)(?=\ ?{_UNIT})          # 会员29↵498人
    """,
    re.VERBOSE,
)
_SPLIT_HINT = re.compile(r"\d[ \t\r\n]+[\d.]|\d[.,] \d")
_SURE = {"spaced": 0.97, "year": 0.95, "thousands": 0.75, "decimal": 0.85, "comma": 0.8, "line": 0.65}
_YEAR = re.compile(r"(?:19|20)\d\d")


def find_split_numbers(text: str) -> list[Edit]:
    """
    Find numbers that blanks or a line end cut in pieces; what stands between the digits is taken out.

    Only between printed digits, and only before a unit: two numbers side by side, a row of a table, an item number
    and the figure behind it stay.

    >>> find_split_numbers("1 9 9 8 年共有会员29\\n498人，经费22. 36万元")  # doctest: +NORMALIZE_WHITESPACE
    [Edit(start=1, before=' ', after='', confidence=0.97), Edit(start=3, before=' ', after='', confidence=0.97),
     Edit(start=5, before=' ', after='', confidence=0.97), Edit(start=15, before='\\n', after='', confidence=0.65),
     Edit(start=26, before=' ', after='', confidence=0.85)]
    >>> find_split_numbers("2006 42户；1 2 3 4 5；2009\\n12人")
    []
    """
    if not _SPLIT_HINT.search(text):
        return []
    edits = []
    wrapped: bool | None = None
    for match in _SPLIT_NUMBERS.finditer(text):
        kind = match.lastgroup or ""
        printed = match[kind]
        if kind == "line":
            # Where lines were cut by a margin, the rule for line ends knows better which.
            wrapped = bool(find_line_breaks(text)) if wrapped is None else wrapped
            if wrapped or _YEAR.match(printed):
                continue
        if kind == "decimal" and _stands_first(text, match.start(kind)):
            continue  # 1. 36 名职工: an item number
        edits += [
            Edit(match.start(kind) + blank.start(), blank.group(), "", _SURE[kind])
            for blank in re.finditer(r"\s+", printed)
        ]
    return edits


def _stands_first(text: str, place: int) -> bool:
    while place and text[place - 1] in _BLANKS:
        place -= 1
    return place == 0 or text[place - 1] in "\n\r\f"


_STRAY_BLANK = re.compile(r"(?<=[，。、；：！？”’）》])[ \u00a0](?=[㐀-鿿“‘（《])|(?<=[㐀-鿿])[ \u00a0](?=[“‘（《])")
_PLAIN_MARK = re.compile(r"[，。、；：！？](?=[㐀-鿿“‘（《])")
_LEAST_STRAY, _LEAST_STRAY_SHARE, _MOST_STRAY_SHARE = 6, 0.04, 0.9


def find_stray_blanks(text: str) -> list[Edit]:
    """
    Find blanks beside full-width signs that an extractor made of the empty half of the sign; they are taken out.

    Only where they come often and yet not always: who types a blank after each comma means it. Blanks between
    characters (as in names and titles) and around figures stay.

    >>> line = "各级工会， 认真履职。各分会、 车间， 普遍开展竞赛。 职工参加 “安康杯”竞赛， 踊跃献计，人人争先。"
    >>> [edit.start for edit in find_stray_blanks(line)]
    [5, 15, 19, 27, 32, 41]
    >>> find_stray_blanks("主席：廖 民， 副主席：谭 礼")
    []
    """
    if "， " not in text and "。 " not in text and "、 " not in text:
        return []
    stray = [match.start() for match in _STRAY_BLANK.finditer(text)]
    plain = len(_PLAIN_MARK.findall(text))
    share = len(stray) / max(len(stray) + plain, 1)
    if len(stray) < _LEAST_STRAY or not _LEAST_STRAY_SHARE <= share <= _MOST_STRAY_SHARE:
        return []
    return [Edit(place, text[place], "", 0.9) for place in stray]


_SPACED = re.compile(
    r"(?:[㐀-鿿0-9０-９%，。、；：！？“”‘’（）《》.][ \u00a0]){7,}[㐀-鿿0-9０-９%，。、；：！？“”‘’（）《》.](?![㐀-鿿])"
)
_LEAST_SPACED, _LEAST_PER_SIGN = 40, -6.0


def find_letter_spacing(text: str) -> list[Edit]:
    """
    Find the blanks in text that was set or extracted with one after each character; they are taken out.

    Only where whole sentences stand so and the language model reads them as Chinese: a letterhead, a title or a list
    of names keeps its blanks.

    >>> spaced = " ".join("各级工会认真落实职工代表大会制度，全年召开联席会议四次，收到职工提案三十六件，已经办结三十一件。")
    >>> apply_edits(spaced, find_letter_spacing(spaced))
    '各级工会认真落实职工代表大会制度，全年召开联席会议四次，收到职工提案三十六件，已经办结三十一件。'
    >>> find_letter_spacing("澜 州 市 总 工 会 文 件")
    []
    """
    runs = [run for run in _SPACED.finditer(text) if 4 * len(_HAN.findall(run.group())) > run.end() - run.start()]
    if sum(run.end() - run.start() + 1 for run in runs) < 2 * _LEAST_SPACED:
        return []
    from union_corpus.language_model import load_model

    score = load_model().score
    closed = [run.group()[::2][:200] for run in runs]
    scores = [score(part) for part in closed]
    # Names read far worse than sentences do: -8 a sign against -4.
    usual = sum(scores) / sum(map(len, closed))
    if usual < _LEAST_PER_SIGN:
        return []
    return [
        Edit(at, text[at], "", 0.95)
        for run, part, found in zip(runs, closed, scores, strict=True)
        if found > 1.25 * _LEAST_PER_SIGN * len(part)
        for at in range(run.start() + 1, run.end(), 2)
    ]
