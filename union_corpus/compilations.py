"""
Compilations: several reports on one page, each to become a document of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from union_corpus.boilerplate import without_boilerplate
from union_corpus.documents import Document, Problem
from union_corpus.line_shapes import CN, GENRE, LINE, SALUTATION, bare, first_line, number_value
from union_corpus.searches import openings


def split_compilation(doc: Document) -> list[Document]:
    """
    The reports of a compilation, each a document of its own; an empty list where the text is a single report.

    Cut at numbered headings that count up (篇1, 【篇2】, 第三篇, 范文四, a title repeated with a number, or bare
    （一）（二） each followed by a new salutation), and in a file into which reports were put one after the other, at
    titles of one kind that name a union and a year. A report's own 第一部分 or （一） never cuts it, and neither does a
    table of contents. A page that begins in the middle of the list has its first piece marked with the problem
    "partial_report".

    >>> body = "工会召开会议，总结工作。" * 20
    >>> page = f"工会总结范文\\n工会总结 篇1\\n{body}\\n工会总结 篇2\\n{body}"
    >>> [piece.doc_id for piece in split_compilation(Document.from_text(page, doc_id="page"))]
    ['page#1', 'page#2']
    >>> split_compilation(Document.from_text(f"工会工作总结\\n一、回顾\\n{body}\\n二、打算\\n{body}"))
    []
    """
    pieces = [part for part in parts(doc.text) if part[0] == "report"]
    numbers = [part[1] for part in pieces]
    reports = []
    for at, (_, number, start, end) in enumerate(pieces):
        piece = doc.slice(start, end, doc_id=f"{doc.doc_id}#{number}")
        if at == 0 and start == 0 and numbers[0] != "1" and not next(_marks(first_line(piece.text)), None):
            piece = piece.with_problems(
                [Problem("segment", "partial_report", 0, 0, "", "the page begins in the middle of this report")]
            )
        reports.append(piece)
    return reports


_NUMBER = rf"(?:[{CN}百]{{1,4}}|\d{{1,3}})"
_OPEN, _CLOSE = r"[【\[（(《<〔]?", r"[】\]）)》>〕]?"
# The shapes of a heading that begins another report on the page, tried on a line without blanks and readings.
_COMPILATION_FORMS = (
    # 工会工作总结篇1, 【篇2】, 工会总结（篇三）：迎接新年
    (
        "篇",
        re.compile(
            rf"(?P<title>.{{0,50}}?){_OPEN}篇(?P<n>{_NUMBER}){_CLOSE}(?:[:：、.，—-].{{0,50}}|[一-鿿“《].{{0,40}})?$"
        ),
    ),
    # 第三篇, 第一篇：工会工作总结
    ("第篇", re.compile(rf"(?P<title>.{{0,40}}?){_OPEN}第(?P<n>{_NUMBER})篇{_CLOSE}(?:[:：、.，—-]?.{{0,60}})?$")),
    # 范文一, 工会总结范文(2), 例文3：
    (
        "范文",
        re.compile(
            rf"(?P<title>.{{0,40}}?){_OPEN}(?:范文|例文|范例|范本|样本|样文|模板|示例)[第(（【]?(?P<n>{_NUMBER})[)）】篇]?{_CLOSE}(?:[:：、.，—-].{{0,50}})?$"
        ),
    ),
    # 工会工作总结(三), 工会工作总结 3: the same title each time
    (
        "同题",
        re.compile(
            rf"(?P<title>.{{4,40}}?[^\d{CN}第届次年月日条章节部分(（【\[])(?:[(（【\[](?P<n>{_NUMBER})[)）】\]]|(?P<m>\d{{1,2}}))$"
        ),
    ),
    # (一) alone on its line, with a new salutation below it
    ("称呼", re.compile(rf"(?P<title>)[(（【]?(?P<n>[{CN}]{{1,3}})[)）】]?[、.]?$")),
)
# One of them stands in every such heading: 篇, 范文 and the like, or a number at the end of a line.
_COMPILATION_CUE = openings(
    {
        "篇": "",
        "范": "[文例本]",
        "例": "文",
        "样": "[本文]",
        "模": "板",
        "示": "例",
        "一二三四五六七八九十0123456789０１２３４５６７８９": r"[)）】\]、]?[ \t\u3000\xa0]*[\r\n]",
    }
)
_LONGEST_MARK = 160
_SHORTEST_REPORT = 120


@dataclass(frozen=True, slots=True)
class _Mark:
    """A line that may begin a report of a compilation: where, which form, the title it repeats, its number."""

    start: int
    end: int
    form: str
    title: str
    number: int


def parts(text: str) -> list[tuple[str, str | None, int, int]]:
    """Front matter, reports and back matter of a compilation in order: (kind, number, start, end); empty for one report."""
    families: dict[tuple[str, str], list[_Mark]] = {}
    for mark in _marks(text):
        families.setdefault((mark.form, mark.title if mark.form == "同题" else ""), []).append(mark)
    best = _titled(text)
    for family in families.values():
        for run in _runs(family):
            if _is_compilation(text, run) and _covered(text, run) > _covered(text, best):
                best = run
    if not best:
        return []
    found: list[tuple[str, str | None, int, int]] = []
    first = best[0]
    before = len("".join(text[: first.start].split()))
    if first.number > 1 and before > 2 * _SHORTEST_REPORT:
        # A page that begins in mid-list: what stands first is the rest of the report before.
        found.append(("report", str(first.number - 1), 0, first.start))
    elif before:
        found.append(("front_matter", None, 0, first.start))
    end = _back_matter(text, best[-1].start)
    for mark, following in zip(best, [*(mark.start for mark in best[1:]), end], strict=True):
        found.append(("report", str(mark.number), mark.start, following))
    if text[end:].strip():
        found.append(("back_matter", None, end, len(text)))
    return found


# The title of one report of a file that holds several: 平湾市总工会2009年工作总结, 2009年度平湾市总工会工作总结.
_UNION = r"[一-鿿]{2,20}工[会會](?:委员会|委員會)?"
_YEAR = r"(?:19|20)\d\d年度?|[一二]?[一二九〇○零]{3,4}[一二三四五六七八九〇○零]年度?"
_GENRE = r"(?:总结|總結|报告|報告)"
_TITLE = re.compile(
    rf"(?:(?P<union>{_UNION})(?P<year>{_YEAR})|(?P<first>{_YEAR})(?P<body>{_UNION}))[一-鿿]{{0,12}}?(?P<genre>{_GENRE})"
)
_TITLE_ENDS = re.compile(rf"{_GENRE}[ \t\u3000\r]*\n")
_FEWEST_SENTENCES = 3


def _titled(text: str) -> list[_Mark]:
    """
    Titles of one kind, each of another union or year, with a report below each; empty where there are not two.

    The title printed again at the head of a page, a table of contents and links to other reports have no report of
    their own below them.
    """
    marks: list[_Mark] = []
    for match in _TITLE_ENDS.finditer(text):
        start = text.rfind("\n", max(match.start() - 60, 0), match.start()) + 1
        end = match.end() - 1
        title = _TITLE.fullmatch(bare(text[start:end]).strip())
        if title is not None:
            whose = f"{title['union'] or title['body']} {title['year'] or title['first']}"
            kind = "总结" if title["genre"] in ("总结", "總結") else "报告"
            if not marks or (marks[-1].form, marks[-1].title) != (kind, whose):
                marks.append(_Mark(start, end, kind, whose, 0))
    if len(marks) < 2:
        return []
    borders = [mark.start for mark in marks[1:]] + [len(text)]
    above = [
        mark
        for mark, border in zip(marks, borders, strict=True)
        if border - mark.end >= _SHORTEST_REPORT and text.count("。", mark.end, border) >= _FEWEST_SENTENCES
    ]
    if len({mark.title for mark in above}) < 2 or len({mark.form for mark in above}) > 1:
        return []
    return [replace(mark, number=number) for number, mark in enumerate(above, start=1)]


def _marks(text: str) -> Iterator[_Mark]:
    """Lines that look like the beginning of another report, in order."""
    done = -1
    for cue in _COMPILATION_CUE.finditer(text):
        if cue.start() < done:
            continue
        start = max(text.rfind("\n", max(cue.start() - _LONGEST_MARK, 0), cue.start()), 0)
        if start == 0 and cue.start() > _LONGEST_MARK:
            continue
        start = max(start, text.rfind("\r", start, cue.start()))
        while start < len(text) and text[start].isspace():
            start += 1
        ends = [at for at in (text.find(char, start, start + _LONGEST_MARK) for char in "\r\n") if at >= 0]
        end = min(ends) if ends else min(len(text), start + _LONGEST_MARK)
        done = end
        if end - start >= _LONGEST_MARK:
            continue
        line = bare(text[start:end]).lstrip("#*")
        if not line or line[-1] in "。；;，,":
            continue
        for form, pattern in _COMPILATION_FORMS:
            match = pattern.match(line)
            if match is not None and len(line) <= 80:
                groups = match.groupdict()
                number = number_value(groups["n"] or groups["m"])
                if form != "称呼" or _salutation_follows(text, end):
                    yield _Mark(start, end, form, match["title"], number)
                break


def _salutation_follows(text: str, end: int) -> bool:
    match = LINE.search(text, end)
    return match is not None and len(match.group()) <= 60 and SALUTATION.match(match.group()) is not None


def _runs(marks: Sequence[_Mark]) -> Iterator[list[_Mark]]:
    """Stretches of marks whose numbers count up; one may be missing, and a heading printed twice counts once."""
    run: list[_Mark] = []
    for mark in marks:
        if run and mark.number == run[-1].number:
            continue
        if run and run[-1].number < mark.number <= run[-1].number + 2:
            run.append(mark)
            continue
        if len(run) > 1:
            yield run
        run = [mark]
    if len(run) > 1:
        yield run


def _is_compilation(text: str, run: Sequence[_Mark]) -> bool:
    """
    True where each mark is followed by a report: not by the next line of a table of contents, not by chapters.

    A book or a law divided into 第一篇, 第二篇 has 第一章 or 第一条 below.
    """
    sizes = sorted(after.end - mark.end for mark, after in pairwise(run))
    if sizes[len(sizes) // 2] < _SHORTEST_REPORT:
        return False
    if run[0].form == "第篇":
        chapters = sum(bool(re.search(rf"第[{CN}]+[章条條]", text[mark.end : mark.end + 200])) for mark in run)
        return chapters * 2 < len(run)
    if run[0].form == "同题":
        return GENRE.search(run[0].title) is not None or "工会" in run[0].title or "工會" in run[0].title
    return True


def _covered(text: str, run: Sequence[_Mark]) -> int:
    return len(text) - run[0].start if run else 0


def _back_matter(text: str, start: int) -> int:
    """Where the page's own lines behind the last report begin."""
    lines = [match.span() for match in LINE.finditer(text, start)]
    end = len(text)
    for first, _, outside in reversed(without_boilerplate(text, lines, start, len(text))):
        if not outside:
            break
        end = first
    return end
