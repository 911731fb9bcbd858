"""
What stands where in a report: title, salutation, headings, paragraphs, sentences, signature, boilerplate.

Every piece is a span of the text as it is; nothing is changed, joined or stripped. Compilations (fifteen speeches
on one page) are cut into documents of their own by ``split_compilation``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from union_corpus import lexicon
from union_corpus.documents import Document, Problem, Table, TableCell
from union_corpus.searches import Search, every_place

KINDS = (
    "report",
    "front_matter",
    "back_matter",
    "title",
    "document_head",
    "salutation",
    "heading",
    "paragraph",
    "list_item",
    "table",
    "signature",
    "date",
    "boilerplate",
    "sentence",
)


@dataclass(frozen=True, slots=True)
class Segment:
    """
    A stretch of a report and what it is: ``text`` stands at ``start:end`` of the document ``doc_id``.

    ``level`` is the depth of a heading or list item (1 for 一、, 2 for （一）, 3 for 1., 4 for （1）, 5 for ①, 6 for 一是;
    0 for a title or a part that stands above 一、). ``number`` is its number as printed, without brackets. A table
    that the file itself marks up or draws has its ``cells``; one that is only printed with tabs or bars is a ``table``
    a line, without cells.
    """

    kind: str
    level: int | None
    number: str | None
    start: int
    end: int
    text: str
    doc_id: str = ""
    cells: tuple[TableCell, ...] = ()


def segment(doc: Document | str, *, by: str | None = None) -> list[Segment]:
    """
    Every piece of a report, in order of start; a piece that holds others stands before them.

    ``by="sentence"`` keeps one kind only. Titles, headings, list items, paragraphs and table rows are tiled by
    their sentences without gaps, so a figure found anywhere in them has its sentence. A heading that runs on into
    its paragraph (（一）深化认识。各级工会…) gives a heading and a paragraph. Sentences hold together across the
    line ends of a page.

    >>> for piece in segment("一、工作回顾\\n全年帮扶职工42人。\\n慰问金3.6万元。"):
    ...     print(piece.kind, piece.level, piece.number, repr(piece.text))
    heading 1 一 '一、工作回顾'
    sentence None None '一、工作回顾'
    paragraph None None '全年帮扶职工42人。'
    sentence None None '全年帮扶职工42人。'
    paragraph None None '慰问金3.6万元。'
    sentence None None '慰问金3.6万元。'
    >>> [piece.text for piece in segment("全年发放助学金3.13\\n万元，慰问职工。", by="sentence")]
    ['全年发放助学金3.13\\n万元，慰问职工。']
    """
    text, doc_id, tables = (doc, "", ()) if isinstance(doc, str) else (doc.text, doc.doc_id, doc.tables)
    if by is not None and by not in KINDS:
        raise ValueError(f"no kind of segment is called {by!r}; kinds are {', '.join(KINDS)}")
    return [piece for piece in _pieces(text, doc_id, tables) if by is None or piece.kind == by]


@lru_cache(maxsize=4)
def _pieces(text: str, doc_id: str, tables: tuple[Table, ...] = ()) -> tuple[Segment, ...]:
    """The pieces of a text; a report is asked for them twice in a row, when it is described and when it is analysed."""
    found = _Found(text, doc_id, tables)
    parts = _parts(text)
    if not parts:
        _read(found, 0, len(text))
    for kind, number, start, end in parts:
        found.add(kind, None, number, start, end)
        _read(found, start, end)
    return tuple(found.pieces)


def split_compilation(doc: Document) -> list[Document]:
    """
    The reports of a compilation, each a document of its own; an empty list where the text is a single report.

    Cut at numbered headings that count up (篇1, 【篇2】, 第三篇, 范文四, a title repeated with a number, or bare
    （一）（二） each followed by a new salutation). A report's own 第一部分 or （一） never cuts it, and neither does a
    table of contents. A page that begins in the middle of the list has its first piece marked with the problem
    "partial_report".

    >>> body = "工会召开会议，总结工作。" * 20
    >>> page = f"工会总结范文\\n工会总结 篇1\\n{body}\\n工会总结 篇2\\n{body}"
    >>> [piece.doc_id for piece in split_compilation(Document.from_text(page, doc_id="page"))]
    ['page#1', 'page#2']
    >>> split_compilation(Document.from_text(f"工会工作总结\\n一、回顾\\n{body}\\n二、打算\\n{body}"))
    []
    """
    parts = [part for part in _parts(doc.text) if part[0] == "report"]
    numbers = [part[1] for part in parts]
    reports = []
    for at, (_, number, start, end) in enumerate(parts):
        piece = doc.slice(start, end, doc_id=f"{doc.doc_id}#{number}")
        if at == 0 and start == 0 and numbers[0] != "1" and not next(_marks(_first_line(piece.text)), None):
            piece = piece.with_problems(
                [Problem("segment", "partial_report", 0, 0, "", "the page begins in the middle of this report")]
            )
        reports.append(piece)
    return reports


# -- lines and blocks -------------------------------------------------------------------------------------------------

# A line from its first to its last visible character; a byte order mark, NULs and zero-width blanks do not count.
_LINE = re.compile("[^\\s\ufeff\x00\u200b](?:[^\r\n\f\v\x85\u2028\u2029]*[^\\s\ufeff\x00\u200b])?")
_CN = "一二三四五六七八九十"
_MARK = re.compile(
    rf"""
    (?:\#{{1,6}}\s*)?(?:                                                                              # ## 第一章
      第\s?(?P<part>[{_CN}百〇零\d]{{1,5}})\s?(?P<rank>部分|编|編|章|节|節|条|條)(?=[\s:：、,，]|\S)   # 第一部分
    | (?P<cn>[{_CN}]{{1,3}})(?:[、，,:：]|[．.](?!\d))                                                 # 一、
    | [（(]\s?(?P<cnp>[{_CN}]{{1,3}})\s?、?\s?[)）]、?                                                # （一）
    | (?P<ar>\d{{1,2}})\s?(?:、|[.．](?![\d.])|[)）])                                                  # 1、 1.
    | [（(]\s?(?P<arp>\d{{1,2}})\s?[)）]                                                              # （1）
    | (?P<dotted>[⒈-⒛])                                                                              # ⒈
    | (?P<circle>[①-⒇❶-❿㈠-㈩])                                                                       # ①
    | (?P<oral>[{_CN}]{{1,2}})[是要](?=[^日一])                                                         # 一是
    | 第(?P<ordinal>[{_CN}]{{1,2}})[，,、:：]                                                          # 第一，
    )
    """,
    re.VERBOSE,
)
_LEVELS = {"cn": 1, "cnp": 2, "ar": 3, "dotted": 3, "arp": 4, "circle": 5, "oral": 6, "ordinal": 6}
_RANKS = {"编": 0, "編": 0, "部分": 0, "章": 0, "节": 1, "節": 1, "条": 3, "條": 3}

_CLOSED = "。！？!?；;：:…"
_CLOSERS = "”’」』）)》】\"'"
# A sentence ends at 。！？ and the closing quotes after it; a slogan in quotes that is only named
# (“我为企业献一计！”活动) does not end one, nor does a ? that stands for a lost byte inside a word (下拨?5万).
_SENTENCE_END = re.compile(
    r"""
    [。｡！？!?.](?:                      # a pattern that begins with a plain class is searched for quickly
      (?<=[。｡])[。｡]*[”’」』）)》】"']*\s*
    | (?<=[！？])[！？]*(?:[”’」』）)》】"']+(?![\u4e00-\u9fff，、,])|(?![！？”’」』）)》】"']))\s*
    | (?<=[!?])[!?]*(?:[”’」』）)》】"']+(?=\s|\Z)|(?=\s|\Z))\s*
    | (?<=[\u4e00-\u9fff”’）)]\.)(?<![一二三四五六七八九十]\.)(?=[\u4e00-\u9fff]|\s|\Z)\s*
    )
    """,
    re.VERBOSE,
)


class _Found:
    """Segments in the making: keeps the text at hand and tiles each block with its sentences."""

    __slots__ = ("doc_id", "pieces", "tables", "text")

    def __init__(self, text: str, doc_id: str, tables: tuple[Table, ...]) -> None:
        self.text = text
        self.doc_id = doc_id
        self.tables = tables
        self.pieces: list[Segment] = []

    def add(self, kind: str, level: int | None, number: str | None, start: int, end: int) -> None:
        self.pieces.append(Segment(kind, level, number, start, end, self.text[start:end], self.doc_id))

    def add_with_sentences(self, kind: str, level: int | None, number: str | None, start: int, end: int) -> None:
        text, doc_id, pieces = self.text, self.doc_id, self.pieces
        pieces.append(Segment(kind, level, number, start, end, text[start:end], doc_id))
        done = start
        for match in _SENTENCE_END.finditer(text, start, end):
            last = match.end()
            pieces.append(Segment("sentence", None, None, done, last, text[done:last], doc_id))
            done = last
        if done < end:
            pieces.append(Segment("sentence", None, None, done, end, text[done:end], doc_id))

    def add_table(self, table: Table) -> None:
        """A table with its cells; each of its rows is a sentence."""
        text, doc_id = self.text, self.doc_id
        whole = text[table.start : table.end]
        self.pieces.append(Segment("table", None, None, table.start, table.end, whole, doc_id, table.cells))
        at = table.start
        for row in whole.splitlines(keepends=True):
            self.pieces.append(Segment("sentence", None, None, at, at + len(row), row, doc_id))
            at += len(row)


def _sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    done = start
    for match in _SENTENCE_END.finditer(text, start, end):
        yield done, match.end()
        done = match.end()
    if done < end:
        yield done, end


def _read(found: _Found, start: int, end: int) -> None:
    """Put the blocks of ``start:end`` on record: lines are grouped, then each group is told by its looks."""
    text = found.text
    lines = [match.span() for match in _LINE.finditer(text, start, end)]
    if not lines:
        return
    tables = [table for table in found.tables if start <= table.start < table.end <= end]
    marked = _without_boilerplate(text, lines, start, end)
    if tables:
        lines = [line for line in lines if not _within(tables, line[0])]
        marked = [line for line in marked if not _within(tables, line[0])]
    reader = _Reader(found, _page_width(text, lines))
    following: list[tuple[int, int] | None] = [(first, last) for first, last, _ in marked[1:]]
    for (first, last, outside), after in zip(marked, [*following, None], strict=True):
        while tables and tables[0].start < first:
            reader.close()
            found.add_table(tables.pop(0))
        reader.take(first, last, outside, after)
    reader.close()
    for table in tables:
        found.add_table(table)


def _within(tables: Sequence[Table], place: int) -> bool:
    at = bisect_right(tables, place, key=lambda table: table.start) - 1
    return at >= 0 and place < tables[at].end


def _page_width(text: str, lines: Sequence[tuple[int, int]]) -> int:
    """
    Characters in a full line of a page whose lines were broken by the typesetter; 0 where a line is a paragraph.

    On a page most lines are about equally long and most of those end in the middle of a sentence.
    """
    sizes = sorted(end - start for start, end in lines if end - start >= 8)
    if len(sizes) < 4:
        return 0
    width = sizes[int(len(sizes) * 0.8)]
    if width > 80:
        return 0
    full = [end for start, end in lines if width * 0.8 <= end - start <= width * 1.3]
    unfinished = sum(text[end - 1] not in _CLOSED and text[end - 1] not in _CLOSERS for end in full)
    if len(full) >= 0.4 * len(sizes) and unfinished >= 0.6 * len(full):
        return width
    return 0


_SALUTATION = re.compile(
    r"(?=[^。；;]{2,60}$)(?:尊敬的|各位|同志|亲爱的|親愛的|女士|先生|老师|老師|领导|領導|代表|委员|委員|主席|来宾|來賓|朋友|工友|职工|職工|[、,，和及])*"
    r".{0,40}(?:同志们?|同志們|代表们?|代表們|委员|委員|朋友们?|朋友們|来宾|來賓|领导|領導|主席|大家好|工友们?|职工们|姐妹们|师傅们)(?:[,，]?(?:大家|上午|下午|晚上)好)?[:：!！,，]?$"
)
_DATE = re.compile(
    r"[（(]?\s*(?:时间[:：])?\s*(?:[12]\s?\d\s?[\dxX×*＊_]\s?[\dxX×*＊_]|[一二][〇○零ＯO0一二三四五六七八九]{3}|[xX×*＊_~]{2,4})\s?年"
    r"\s?(?:[\dxX×*]{1,2}|[一二三四五六七八九十]{1,2})\s?月(?:\s?(?:[\dxX×* ]{1,3}|[一二三四五六七八九十]{1,3})\s?日)?\s*[）)]?$"
    r"|[（(]?(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}[）)]?$"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s?月\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s?日$"
)
_DOCUMENT_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,14}\s?[〔\[［【（(]\s?(?:19|20)\d\d\s?[〕\]］】）)]\s?(?:第\s?)?\d{1,4}\s?号|[\u4e00-\u9fff]{1,14}\s?[〔\[［【（(]\s?(?:19|20)\d\d\s?[〕\]］】）)]\s?(?:第\s?)?\d{1,4}\s?號"
)
_DOCUMENT_HEAD = re.compile(
    r"(?:签\s?发\s?人|簽發人|主\s?送|抄\s?送|抄\s?报|抄\s?報|主\s?题\s?词|拟\s?稿|核\s?稿|校\s?对|打\s?字|密\s?级|紧急程度|发文字号|印发机关|机\s?密|秘\s?密)\s*[:：]"
    r"|(?:机密|秘密|特急|急件)$"
    r"|.{2,60}(?:印\s?发|印\s?製|印\s?制|印發)$"
    r"|.{2,40}(?:委员会|总工会|工会|办公室|公司|局|厅|部)\s?文\s?件$"
    r"|共\s?印\s?\d+\s?份"
)
# When and where a report was given or a law passed, under its title.
_OCCASION = re.compile(
    r"[（(—―－–-]*\s*(?:[\d０-９]{4}|[一二][〇○零ＯO0一二三四五六七八九]{3})\s?年\s?[\d０-９一二三四五六七八九十]{1,2}\s?月.{0,80}"
    r"(?:通过|修订|修正|公布|发布|施行|批准|会上|会议上|大会上|讲话|上的报告|会上的讲话|通過|修訂|公佈|會上|會議上|大會上|講話)\s?(?:[）)]|$|\s.{0,20}$)"
)
_ADDRESSEES = re.compile(
    r"各[^。；;]{0,80}(?:单位|部门|工会|工會|公司|机关|機關|委|局|处|厂|县|區|区|市|省|学校|医院|企业|组|室|司|会|會)[)）]?[:：]$"
)
_GENRE = re.compile(
    r"(?:总结|總結|计划|計劃|計畫|要点|要點|报告|報告|讲话|講話|讲话稿|講話稿|发言|發言|发言稿|致辞|致词|致辭|汇报|匯報|彙報|通知|意见|意見|方案|办法|辦法|条例|條例|规定|規定|"
    r"通报|通報|公报|公報|决定|決定|决议|決議|纪要|紀要|打算|安排|回顾|回顧|材料|倡议书|公告|规划|規劃|制度|细则|細則|思路|任务和措施|述职报告|简报)(?:[（(].{1,20}[)）])?$"
)
_ORGANISATION_END = re.compile(
    r"(?:工会|工會|总工会|委员会|委員會|公司|集团|工会办公室|办公室|厅|局|学校|中学|小学|大学|学院|医院|厂|工会联合会|筹备组|课题组|政府|院|部|处)$"
)
_LINE_BORDER = frozenset(["", *" \t\r\n\f\v\x85\u2028\u2029\u3000\xa0\ufeff\x00\u200b"])
_INDENT = re.compile(r"(?:[ \t]{2,}|[\u3000\xa0]{1,})\Z")
_FIGURE = re.compile(r"\d(?!\d*\s?年)(?!\d*[”’\"])\d*\s?[^\d\s]")
_COMMA = re.compile("[，,]")
_BLANK_LINE = re.compile(r"\n\s*\n|\r\s*\r(?!\n)")
_UNIT = re.compile(
    r"[.％%]|\d{0,4}(?:\.\d+)?\s?[万亿萬億千百余餘多元人名个個户戶年月日条條次项項篇期场場家](?![是要、，])"
)
_MAX_TITLE = 60
_MAX_HEADING = 60


class _Reader:
    """Reads a report line by line and keeps one block open, since a page breaks its lines anywhere."""

    def __init__(self, found: _Found, width: int) -> None:
        self.found = found
        self.text = found.text
        self.width = width
        self.open: tuple[str, int | None, str | None, int] | None = None
        self.last: tuple[int, int] = (0, 0)
        self.at_head = True
        self.titles = 0
        self.tail = False

    def take(self, start: int, end: int, outside: bool, following: tuple[int, int] | None) -> None:
        if self.open is not None and not outside and self._goes_on(start, end):
            self.last = (start, end)
            return
        self.close()
        if outside:
            self.found.add("boilerplate", None, None, start, end)
            return
        kind, level, number = self._kind(start, end, following)
        self.open = (kind, level, number, start)
        self.last = (start, end)

    def close(self) -> None:
        if self.open is None:
            return
        kind, level, number, start = self.open
        end = self.last[1]
        self.open = None
        if kind in ("title", "salutation", "date", "signature", "document_head"):
            self.titles += kind == "title"
            if kind == "title":
                self.found.add_with_sentences(kind, 0, None, start, end)
            else:
                self.found.add(kind, level, number, start, end)
            return
        self.at_head = False
        if kind == "numbered":
            self._numbered(level or 0, number, start, end)
        else:
            self.found.add_with_sentences(kind, level, number, start, end)

    def _numbered(self, level: int, number: str | None, start: int, end: int) -> None:
        """A numbered block is a heading, a heading that runs on into a paragraph, or an item of a list."""
        text = self.text
        first = next(_sentence_spans(text, start, end))[1]
        closed = text[end - 1] in _CLOSED or first < end
        # （二）合理化建议2140条，采纳905条。 is an item that counts, not a heading.
        figures = _FIGURE.search(text, start + 4, first) is not None
        commas = _COMMA.search(text, start, first) is not None
        if not closed and level < 6 and end - start <= 2 * _MAX_HEADING and not (figures and commas):
            self.found.add_with_sentences("heading", level, number, start, end)
        elif (
            first < end
            and first - start <= _MAX_HEADING
            and level <= 4
            and not figures
            and not _COMMA.search(text, start + 25, first)
        ):
            self.found.add_with_sentences("heading", level, number, start, first)
            self.found.add_with_sentences("paragraph", None, None, first, end)
        elif level <= 2 and end - start <= _MAX_HEADING and not figures:
            self.found.add_with_sentences("heading", level, number, start, end)
        else:
            self.found.add_with_sentences("list_item", level, number, start, end)

    def _kind(self, start: int, end: int, following: tuple[int, int] | None) -> tuple[str, int | None, str | None]:
        text = self.text
        size = end - start
        mark = _MARK.match(text, start, end)
        if mark is not None:
            group = mark.lastgroup or ""
            if group == "rank":
                return "numbered", _RANKS[mark["rank"]], mark["part"]
            return "numbered", _LEVELS[group], mark[group]
        if size > 120:
            return "paragraph", None, None
        if text[end : end + 1] not in _LINE_BORDER or (following is not None and self._broken(end, following[0])):
            # A page's own notice was cut out behind it, or its line was broken inside a number.
            return "paragraph", None, None
        line = text[start:end]
        if line.count("\t") >= 2 or line.count("|") >= 3:
            return "table", None, None
        if _DATE.match(line):
            return "date", None, None
        if size <= 60 and "。" not in line and _DOCUMENT_NUMBER.search(line):
            return "document_head", None, None
        if _DOCUMENT_HEAD.match(line) or (size <= 100 and _OCCASION.match(line)):
            return "document_head", None, None
        if line[-1] in ":：!！" and _SALUTATION.match(line):
            return "salutation", None, None
        if _ADDRESSEES.match(line):
            return "document_head", None, None
        ended = line[-1] in "。；;！!？?：:，,、" or (line[-1] in _CLOSERS and len(line) > 1 and line[-2] in "。！？")
        if ended or "。" in line:
            return "paragraph", None, None
        if following is not None and size <= 40 and _ORGANISATION_END.search(line):
            if _DATE.match(text, *following):
                return "signature", None, None
        elif following is None and size <= 30 and _ORGANISATION_END.search(line) and not self.at_head:
            return "signature", None, None
        if self.width and following is not None and size >= 0.85 * self.width and not _GENRE.search(line):
            # A full line of a broken page: its sentence goes on below.
            return "paragraph", None, None
        if self.at_head and self.titles < 4 and size <= _MAX_TITLE:
            return "title", 0, None
        if size <= 40 and _GENRE.search(line):
            return "title", 0, None
        if size <= 30 and not re.search("[，,、]", line[10:]):
            return "heading", None, None
        return "paragraph", None, None

    def _goes_on(self, start: int, end: int) -> bool:
        """True where the line at ``start`` goes on with the open block."""
        assert self.open is not None
        text = self.text
        kind = self.open[0]
        first, last = self.last
        final = text[last - 1]
        if kind in ("date", "signature", "salutation", "table"):
            return False
        mark = _MARK.match(text, start, end)
        if mark is not None and (mark.lastgroup not in ("oral", "ordinal") or final in _CLOSED):
            return False
        if kind in ("title", "heading", "document_head"):
            return kind == "title" and self.at_head and self._title_goes_on(start, end)
        size = last - first
        gap = text[last:start]
        if not self.width:
            return kind in ("paragraph", "numbered") and (final in "，,、（(《“" or self._broken(last, start))
        if final in _CLOSED or (final in _CLOSERS and text[last - 2] in _CLOSED):
            if final in ";；:：" or _INDENT.search(gap) or size < self.width - 2:
                return False
            return final == "。" and size >= self.width - 1
        return not (kind == "numbered" and size < 0.7 * self.width and final not in "，,、")

    def _broken(self, end: int, start: int) -> bool:
        """True where a line end stands inside a number (3.13 | 万元) or before a mark that cannot begin a line."""
        text = self.text
        if text[start] in "，。、；：！？”’）》":
            return True
        if not text[end - 1].isdecimal() or (not self.width and _BLANK_LINE.search(text, end, start)):
            return False
        return _UNIT.match(text, start) is not None or (self.width > 0 and text[start].isdecimal())

    def _title_goes_on(self, start: int, end: int) -> bool:
        text = self.text
        first, last = self.last
        line = text[start:end]
        return (
            text.startswith("关于", start)
            and last - first <= 30
            and line[-1] not in _CLOSED
            and last - first + end - start <= 90
        )


# -- what is not the report's own -------------------------------------------------------------------------------------

_READING = re.compile(r"[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüɡńňǹḿ ]{1,8}[)）]")
# The traditional forms of the characters in ``boilerplate.tsv``, so that its patterns fit both scripts.
_TRADITIONAL = dict(
    zip(
        "与为习买于仅们众优会传体余关兴内写准减击划创删参发号后启员声处备复够学对尽带帮库开归当录总愿扫报担摄数时机权来标档欢毕浏点热现码秘签级线经结给继续维编网范荐获览计讯记讲许访词试话请读责购费资转载辑过还选鉴链键门闭问间阅陆随页顶预领",
        "與爲習買於僅們衆優會傳體餘關興內寫準減擊劃創刪參發號後啓員聲處備復夠學對盡帶幫庫開歸當錄總願掃報擔攝數時機權來標檔歡畢瀏點熱現碼祕籤級線經結給繼續維編網範薦獲覽計訊記講許訪詞試話請讀責購費資轉載輯過還選鑑鏈鍵門閉問間閱陸隨頁頂預領",
        strict=True,
    )
) | {"为": "為爲", "众": "眾衆", "启": "啟啓", "秘": "祕"}


def _both_scripts(pattern: str) -> str:
    r"""
    A regular expression in simplified characters that fits traditional ones too.

    >>> print(_both_scripts(r"小编[\[来去]来"))
    小[编編][\[来來去][来來]
    """
    out = []
    in_class = escaped = False
    for char in pattern:
        other = _TRADITIONAL.get(char, char)
        if not escaped and char in "[]":
            in_class = char == "["
        escaped = char == "\\" and not escaped
        out.append(char if other == char else char + other if in_class else f"[{char}{other}]")
    return "".join(out)


@dataclass(frozen=True, slots=True)
class _PageWords:
    """The rows of ``boilerplate.tsv``, fitted to both scripts: for lines, for lists of other pages, for sentences."""

    lines: re.Pattern[str]
    tails: re.Pattern[str]
    cues: Search
    sentences: re.Pattern[str]
    phrases: re.Pattern[str]


@cache
def _page_words() -> _PageWords:
    rows = lexicon.table("boilerplate")

    def pattern(scope: str) -> re.Pattern[str]:
        return re.compile("|".join(_both_scripts(row["pattern"]) for row in rows if row["scope"] == scope))

    plain = {cue for row in rows if row["cue"] for cue in row["cue"].split("|")}
    traditional = {"".join(_TRADITIONAL.get(char, char)[0] for char in cue) for cue in plain}
    cues = every_place(sorted(plain | traditional))
    return _PageWords(pattern("line"), pattern("tail"), cues, pattern("sentence"), pattern("phrase"))


def _cue_places(text: str, start: int, end: int) -> Iterator[int]:
    """Where any cue stands in a stretch of the text."""
    for _, place, _ in _page_words().cues(text[start:end]):
        yield start + place


def _bare(line: str) -> str:
    """A line without blanks and without the readings that a page printed into its words (篇(piān)1 is 篇1)."""
    if "(" in line or "（" in line:
        line = _READING.sub("", line)
    return "".join(line.split()) if " " in line or "\u3000" in line or "\xa0" in line or "\t" in line else line


def _first_line(text: str) -> str:
    match = _LINE.search(text)
    return match.group()[:200] if match else ""


_LONGEST_PAGE_LINE = 120


def _without_boilerplate(
    text: str, lines: Sequence[tuple[int, int]], start: int, end: int
) -> list[tuple[int, int, bool]]:
    """The lines, with True where they are the web page's own; a sentence of the page inside a line is cut out of it."""
    words = _page_words()
    starts = [first for first, _ in lines]
    hit: dict[int, list[int]] = {}
    for place in sorted(_cue_places(text, start, end)):
        hit.setdefault(bisect_right(starts, place) - 1, []).append(place)
    marked: list[tuple[int, int, bool]] = []
    tail = False
    for at, (first, last) in enumerate(lines):
        if last - first == 1 and text[first] in ">›»":
            # A breadcrumb that was broken into lines: what stands beside the arrows goes with it.
            if marked and marked[-1][1] - marked[-1][0] <= 20:
                marked[-1] = (*marked[-1][:2], True)
            marked.append((first, last, True))
            continue
        if at and lines[at - 1][1] - lines[at - 1][0] == 1 and text[lines[at - 1][0]] in ">›»" and last - first <= 20:
            marked.append((first, last, True))
            continue
        if tail and last - first <= 60 and text[last - 1] not in "。；":
            marked.append((first, last, True))
            continue
        tail = False
        if last - first <= _LONGEST_PAGE_LINE:
            line = _bare(text[first:last])
            tail = words.tails.match(line) is not None
            if tail or words.lines.match(line):
                marked.append((first, last, True))
                continue
        if at in hit:
            marked.extend(_cut_sentences(text, first, last, hit[at]))
        else:
            marked.append((first, last, False))
    return marked


def leaves_text_out(boilerplate: str) -> bool:
    """
    True for a page's notice that part of the text is missing at this place.

    >>> leaves_text_out("……(省略120字,会员可阅读)……"), leaves_text_out("来源:某网")
    (True, False)
    """
    return _page_words().phrases.search(boilerplate) is not None


def _cut_sentences(text: str, first: int, last: int, places: Sequence[int]) -> Iterator[tuple[int, int, bool]]:
    """
    One line, cut before and behind what is the page's own in it: whole sentences, and notices inside a sentence.

    ``places`` are those of cues, in order.
    """
    words = _page_words()
    done = first
    at = 0
    for start, end in _sentence_spans(text, first, last):
        if at == len(places):
            break
        if places[at] >= end:
            continue
        while at < len(places) and places[at] < end:
            at += 1
        found = [match.span() for match in words.phrases.finditer(text, start, end)]
        if not found and end - start <= 3 * _LONGEST_PAGE_LINE and words.sentences.search(_bare(text[start:end])):
            found = [(start, end)]
        for low, high in found:
            if low > done:
                yield done, low, False
            yield low, high, True
            done = high
    if done < last:
        yield done, last, False


# -- compilations -----------------------------------------------------------------------------------------------------

_NUMBER = rf"(?:[{_CN}百]{{1,4}}|\d{{1,3}})"
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
            rf"(?P<title>.{{4,40}}?[^\d{_CN}第届次年月日条章节部分(（【\[])(?:[(（【\[](?P<n>{_NUMBER})[)）】\]]|(?P<m>\d{{1,2}}))$"
        ),
    ),
    # (一) alone on its line, with a new salutation below it
    ("称呼", re.compile(rf"(?P<title>)[(（【]?(?P<n>[{_CN}]{{1,3}})[)）】]?[、.]?$")),
)
_COMPILATION_CUE = re.compile(
    r"篇|范文|例文|范例|范本|样本|样文|模板|示例|(?:[一二三四五六七八九十]|\d)[)）】\]、]?[ \t\u3000\xa0]*(?=[\r\n])"
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


def _parts(text: str) -> list[tuple[str, str | None, int, int]]:
    """Front matter, reports and back matter of a compilation in order: (kind, number, start, end); empty for one report."""
    families: dict[tuple[str, str], list[_Mark]] = {}
    for mark in _marks(text):
        families.setdefault((mark.form, mark.title if mark.form == "同题" else ""), []).append(mark)
    best: list[_Mark] = []
    for family in families.values():
        for run in _runs(family):
            if _is_compilation(text, run) and _covered(text, run) > _covered(text, best):
                best = run
    if not best:
        return []
    parts: list[tuple[str, str | None, int, int]] = []
    first = best[0]
    before = len("".join(text[: first.start].split()))
    if first.number > 1 and before > 2 * _SHORTEST_REPORT:
        # A page that begins in mid-list: what stands first is the rest of the report before.
        parts.append(("report", str(first.number - 1), 0, first.start))
    elif before:
        parts.append(("front_matter", None, 0, first.start))
    end = _back_matter(text, best[-1].start)
    for mark, following in zip(best, [*(mark.start for mark in best[1:]), end], strict=True):
        parts.append(("report", str(mark.number), mark.start, following))
    if text[end:].strip():
        parts.append(("back_matter", None, end, len(text)))
    return parts


def _marks(text: str) -> Iterator[_Mark]:
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
        line = _bare(text[start:end]).lstrip("#*")
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
    match = _LINE.search(text, end)
    return match is not None and len(match.group()) <= 60 and _SALUTATION.match(match.group()) is not None


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
        chapters = sum(bool(re.search(rf"第[{_CN}]+[章条條]", text[mark.end : mark.end + 200])) for mark in run)
        return chapters * 2 < len(run)
    if run[0].form == "同题":
        return _GENRE.search(run[0].title) is not None or "工会" in run[0].title or "工會" in run[0].title
    return True


def _covered(text: str, run: Sequence[_Mark]) -> int:
    return len(text) - run[0].start if run else 0


def _back_matter(text: str, start: int) -> int:
    """Where the page's own lines behind the last report begin."""
    lines = [match.span() for match in _LINE.finditer(text, start)]
    end = len(text)
    for first, _, outside in reversed(_without_boilerplate(text, lines, start, len(text))):
        if not outside:
            break
        end = first
    return end


def number_value(number: str) -> int:
    """
    The value of a heading's number; 0 for a mark that is not made of numerals (①).

    >>> number_value("12"), number_value("十二"), number_value("二十"), number_value("一百零三")
    (12, 12, 20, 103)
    """
    if number.isdecimal():
        return int(number)
    total = digit = 0
    for char in number:
        unit = {"十": 10, "百": 100}.get(char)
        if unit is None:
            digit = _CN.find(char) + 1
        else:
            total += (digit or 1) * unit
            digit = 0
    return total + digit
