"""
Page numbers and running heads that an extractor left between two lines of a report.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from union_corpus.documents import Edit
from union_corpus.repairs.printed_lines import (
    BLANKS,
    CLAUSE_END,
    ENUMERATOR,
    HAN,
    NARROWEST,
    PAGE_NUMBER,
    Line,
    cuts_word,
    ends_marked,
    read_lines,
    reads_on,
)

# Page numbers with nothing around them look like rows of a table; they need a page between them.
_LEAST_PAGE = 8
_LONGEST_HEAD = 36.0
# How much likelier (a natural logarithm) the lines around a head are as one than with it between.
_BY_FAR = 3.0
_CLAUSE = re.compile("[，,。；;、：:]")
# What may number a page; the years of two reports are no such thing.
_FIGURES = re.compile(r"(?<!\d)[0-9]{1,3}(?!\d)")
# A title and the number of a page on either side of it; an appendix or a table has a shorter name before its number.
_TITLE_AND_NUMBER = re.compile(r"(?:(?P<before>\d{1,3})\s+)?[^\s\d，。：；]{4,30}(?(before)|\s+(?P<behind>\d{1,3}))")
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
    lines = read_lines(text)
    numbers = _page_numbers(text, lines)
    heads = _running_heads(text, lines, numbers) | (_repeated_heads(text, lines) - numbers)
    dropped = [(index, 0.95) for index in numbers] + [(index, 0.9) for index in heads]
    return [_drop_edit(text, lines[index], sure) for index, sure in sorted(dropped)]


def _may_have_pages(text: str) -> bool:
    """A quick look: is there a form feed, a line that may be a page number, or are there two that are one but for figures?"""
    if "\f" in text:
        return True
    names: set[str] = set()
    for line in text.split("\n"):
        if len(line) > _LONGEST_HEAD:
            continue
        name = line.strip(BLANKS + "\r")
        if not name or name[-1] in "。：:；;":
            continue
        if PAGE_NUMBER.fullmatch(name):
            return True
        name = _FIGURES.sub("#", name)
        if name in names:
            return True
        names.add(name)
    return False


def _repeated_heads(text: str, lines: Sequence[Line]) -> set[int]:
    """
    Short lines that come back in the midst of sentences, with a number that counts the pages or without.

    What comes back between paragraphs (the title of each report on a page, with the number of the report) is a line
    of the text, unless it counts pages of one length. So is what comes back within a page's length.
    """
    named: dict[str, list[int]] = {}
    widths = sorted(line.columns for line in lines)
    wide = widths[len(widths) * 3 // 4] if widths else 0.0
    for index, line in enumerate(lines):
        if 0 < index < len(lines) - 1 and line.columns + 4.0 <= min(wide, _LONGEST_HEAD):
            named.setdefault(_without_figures(text, line), []).append(index)
    heads: set[int] = set()
    for name, places in named.items():
        if len(places) < 2 or not HAN.search(name) or _CLAUSE.search(name):
            continue
        if min(b - a for a, b in pairwise(places)) < _LEAST_PAGE or _said_again(text, lines, places):
            continue
        inside = sum(_inside_sentence(text, lines, index, index) for index in places)
        counts = _counts(text, lines, places)
        even = counts and len(places) > 2 and _even(places, len(lines))
        if even or (4 * inside >= len(places) and inside > (0 if counts else 1)):
            heads.update(places)
    return heads


def _said_again(text: str, lines: Sequence[Line], places: Sequence[int]) -> bool:
    """True where what stands before or behind a line comes back with it, as in a passage that is printed twice."""
    for step in (-1, 1):
        beside = {text[lines[index + step].start : lines[index + step].end] for index in places}
        if len(beside) < len(places):
            return True
    return False


def _counts(text: str, lines: Sequence[Line], places: Sequence[int]) -> bool:
    """True where one figure of each line is that of the line before and one, and the others are the same."""
    bare = ["".join(text[lines[index].start : lines[index].end].split()) for index in places]
    figures = [[int(found) for found in _FIGURES.findall(name)] for name in bare]
    if len({len(found) for found in figures}) > 1:
        return False
    steps = [sorted(b - a for a, b in zip(one, other, strict=True)) for one, other in pairwise(figures)]
    return all(step and step[-1] == 1 and not any(step[:-1]) for step in steps)


def _page_numbers(text: str, lines: Sequence[Line]) -> set[int]:
    """Lines that hold a page number: the longest series of one kind that counts on, if a page is what lies between."""
    kinds: dict[str, list[tuple[int, int]]] = {}
    for index, line in enumerate(lines):
        if line.count < 20 and (match := PAGE_NUMBER.fullmatch(text, line.start, line.end)):
            kinds.setdefault(match.lastgroup or "", []).append((index, int(match[match.lastgroup or 0])))
    found: set[int] = set()
    for kind, places in kinds.items():
        for series in _series(places):
            beside_page = [i for i in series if _at_page_edge(lines, i)]
            inside = [i for i in series if _inside_page(text, lines, i)]
            apart = min((b - a for a, b in pairwise(series)), default=series[0]) >= _LEAST_PAGE
            if kind == "bare":
                cut = [i for i in series if 0 < i < len(lines) - 1 and _cuts_sentence(text, lines, i, i)]
                counted = _even(series, len(lines)) or (len(series) > 1 and 2 * len(inside) >= len(series))
                sure = 2 * len(beside_page) > len(series) or (apart and (counted or len(cut) == len(series)))
            elif kind == "of":
                sure = len(series) > 1 and bool(beside_page or inside)
                sure = sure or (apart and series[0] >= _LEAST_PAGE and _counts_all(text, lines, series))
            else:
                # A chapter is numbered above its text, a page mostly below.
                first = PAGE_NUMBER.fullmatch(text, lines[series[0]].start, lines[series[0]].end)
                below = first is not None and int(first[kind]) == 1 and series[0] >= _LEAST_PAGE and apart
                sure = bool(beside_page or inside) or below
            if sure:
                found.update(series)
    return found


def _counts_all(text: str, lines: Sequence[Line], series: Sequence[int]) -> bool:
    """True where 1/3, 2/3 and maybe 3/3 number all pages from the first; the last page need not be full."""
    figures = [[int(found) for found in _FIGURES.findall(text, lines[i].start, lines[i].end)] for i in series]
    if any(len(pair) != 2 for pair in figures):
        return False
    totals = {total for _, total in figures}
    return figures[0][0] == 1 and len(totals) == 1 and totals <= {len(series), len(series) + 1}


def _even(series: Sequence[int], count: int) -> bool:
    """
    True where pages have about as many lines, the first and the last too: numbers of records stand above their lines.

    >>> _even([14, 29, 44], 52), _even([0, 9, 18], 27), _even([14], 20)
    (True, False, False)
    """
    if len(series) < 2:
        return False
    pages = [series[0] + 1, *(b - a for a, b in pairwise(series))]
    usual = sorted(pages)[len(pages) // 2]
    slack = max(1, usual // 10)
    return all(abs(page - usual) <= slack for page in pages) and count - series[-1] - 1 <= usual + slack


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


def _at_page_edge(lines: Sequence[Line], index: int) -> bool:
    behind = index + 1 < len(lines) and lines[index + 1].new_page
    return behind or (lines[index].new_page and index > 0)


def _inside_page(text: str, lines: Sequence[Line], index: int) -> bool:
    """True where a sentence goes on across a page number, or across it and a running head beside it."""
    return any(_inside_sentence(text, lines, index - above, index + below) for above, below in _EDGES)


def _inside_sentence(text: str, lines: Sequence[Line], first: int, last: int) -> bool:
    """True where the line before ``first`` goes on in the line after ``last``."""
    if first < 1 or last + 1 >= len(lines):
        return False
    a, b = lines[first - 1], lines[last + 1]
    if ends_marked(text, a) or a.columns < NARROWEST or a.table or ENUMERATOR.match(text, b.start):
        return False
    return reads_on(text, a, b)[0] > 2.0 and reads_on(text, a, lines[first])[0] < reads_on(text, a, b)[0]


def _running_heads(text: str, lines: Sequence[Line], numbers: set[int]) -> set[int]:
    """
    Lines beside page numbers and form feeds that come back on other pages, apart from their figures.

    A line that also stands in the middle of pages is a line of the report, however often it comes.
    """
    edges = _page_edges(lines, numbers)
    if not edges:
        return set()
    beside: dict[str, set[int]] = {}
    for edge in edges:
        for step in (1, -1):
            index = edge if step > 0 else edge - 1
            met = 0
            while 0 <= index < len(lines) and met < 2:
                if index not in numbers:
                    line = lines[index]
                    if line.columns > _LONGEST_HEAD or ends_marked(text, line):
                        break
                    beside.setdefault(_without_figures(text, line), set()).add(index)
                    met += 1
                index += step
    anywhere = Counter(
        _without_figures(text, line)
        for index, line in enumerate(lines)
        if index > 1 and line.columns <= _LONGEST_HEAD and index not in numbers
    )
    top = {_without_figures(text, line) for line in lines[:2]}
    heads: set[int] = set()
    for name, places in beside.items():
        places = {index for index in places if index > 1}
        if not HAN.search(name) or 5 * len(places) < 4 * anywhere[name]:
            continue
        if any(ENUMERATOR.match(text, lines[index].start) for index in places):
            continue  # the heading of a section, which may be printed above its pages: see _repeats_heading
        often = len(places) >= 2 and 3 * len(places) >= len(edges) + 1
        # The title over the first page and again over the second, where there are only two.
        if often or (name in top and len(name) > 3 and len(edges) < 3):
            heads |= places
    heads |= {
        edge for edge in edges if _repeats_heading(text, lines, edge, numbers) or _counts_its_page(text, lines[edge])
    }
    # Only what touches the edge, or another head that does, is a head; or what a sentence is read across.
    across = {head for edge in edges for head in _head_across(text, lines, edge, numbers)}
    return across | {index for index in heads if _touches(index, edges, heads | numbers)}


def _page_edges(lines: Sequence[Line], numbers: set[int]) -> set[int]:
    """The first line of each page after the first, page numbers left out."""
    edges = set()
    for edge in {index for index, line in enumerate(lines) if line.new_page and index} | {n + 1 for n in numbers}:
        while edge in numbers:
            edge += 1
        if edge < len(lines):
            edges.add(edge)
    return edges


def _head_across(text: str, lines: Sequence[Line], edge: int, numbers: set[int]) -> list[int]:
    """
    The line at the top of a page that a sentence goes on across, though it is met but once.

    It must be shorter than the lines around it, without commas, and either name what the first lines of the text name,
    for the better half, or stand inside a word or where a sentence reads on by far better without it: losing a line of
    the report would be worse than keeping a head.
    """
    first = edge
    while first - 1 in numbers:
        first -= 1
    if edge < 3 or first < 1 or edge + 1 >= len(lines) or _inside_sentence(text, lines, first, edge - 1):
        return []
    line, name = lines[edge], _without_figures(text, lines[edge])
    if line.columns + 4.0 > lines[first - 1].columns or ends_marked(text, line) or _CLAUSE.search(name):
        return []
    if not _inside_sentence(text, lines, first, edge):
        return []
    top = "\n".join(_without_figures(text, line) for line in lines[:3])
    half = max(len(name) // 2, 4)
    named = any(name[at : at + half] in top for at in range(max(len(name) - half + 1, 0)))
    return [edge] if named or _cuts_sentence(text, lines, first, edge) else []


def _cuts_sentence(text: str, lines: Sequence[Line], first: int, last: int) -> bool:
    """True where the lines from ``first`` to ``last`` surely stand inside a sentence, to which they do not belong."""
    a, b = lines[first - 1], lines[last + 1]
    if text[a.end - 1].isdigit() or text[b.start].isdigit():
        return False
    without = reads_on(text, a, b)[0]
    within = max(reads_on(text, a, lines[first])[0], reads_on(text, lines[last], b)[0])
    return without > within + _BY_FAR and (without > _BY_FAR + 2.0 or cuts_word(text, a, b))


def _repeats_heading(text: str, lines: Sequence[Line], edge: int, numbers: set[int]) -> bool:
    """
    True where the top line of a page is the heading of the section that goes on there, printed again.

    The heading itself stands above running text: above other headings it would be a list of contents. What is printed
    again with the lines beside it is a passage that comes twice.
    """
    line = lines[edge]
    name = text[line.start : line.end]
    numbered = ENUMERATOR.match(name)
    if not (edge - 1 in numbers or line.new_page) or line.columns > _LONGEST_HEAD:
        return False
    if not numbered or CLAUSE_END.search(name) or edge + 1 == len(lines):
        return False
    for above in range(edge - 1, 0, -1):
        other = lines[above]
        if text[other.start : other.end] == name:
            behind = next(i for i in range(above + 1, edge + 1) if i not in numbers)
            again = _said_again(text, lines, (above, edge))
            return behind == edge or (not again and lines[behind].columns > line.columns)
        same = ENUMERATOR.match(text, other.start)
        if same and same.lastgroup == numbered.lastgroup:
            return False
    return False


def _counts_its_page(text: str, line: Line) -> bool:
    """True for a line at the top of a page, behind a form feed, that tells the number of this page beside a title."""
    name = text[line.start : line.end]
    number = _TITLE_AND_NUMBER.fullmatch(name)
    if not line.new_page or number is None or ENUMERATOR.match(name):
        return False
    return int(number["before"] or number["behind"]) == text.count("\f", 0, line.start) + 1


def _touches(index: int, edges: set[int], dropped: set[int]) -> bool:
    if index in edges or index + 1 in edges:
        return True
    return (index - 1 in edges and index - 1 in dropped) or (index + 2 in edges and index + 1 in dropped)


def _without_figures(text: str, line: Line) -> str:
    return _FIGURES.sub("#", re.sub(r"\s", "", text[line.start : line.end]))


def _drop_edit(text: str, line: Line, sure: float) -> Edit:
    """A line is taken out with the line end behind it; a form feed stays, because a page does end there."""
    start = line.start
    while start and text[start - 1] in BLANKS:
        start -= 1
    match = re.compile(r"[ \t\u3000\u00a0]*(?:\r\n|[\n\r])?").match(text, line.end)
    return Edit(start, text[start : match.end() if match else line.end], "", sure)
