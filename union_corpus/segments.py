"""
What stands where in a report: title, salutation, headings, paragraphs, sentences, signature, boilerplate.

Every piece is a span of the text as it is; nothing is changed, joined or stripped. Compilations (fifteen speeches
on one page) are cut into documents of their own by ``split_compilation``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from union_corpus.boilerplate import without_boilerplate
from union_corpus.compilations import parts, split_compilation
from union_corpus.documents import Document, Table, TableCell, text_of
from union_corpus.errors import OptionError
from union_corpus.line_shapes import (
    ADDRESSEE,
    ADDRESSEES,
    ARTICLE,
    CLOSED,
    CLOSERS,
    COLLECTION,
    DATE,
    DOCUMENT_HEAD,
    DOCUMENT_NUMBER,
    GENRE,
    LETTERHEAD,
    LEVELS,
    LINE,
    LINE_BORDER,
    MARK,
    OCCASION,
    ORGANISATION_END,
    RANKS,
    SALUTATION,
    SENTENCE_END,
    SIGNED,
    is_author,
    sentence_spans,
)
from union_corpus.printed_tables import printed_tables

__all__ = ["KINDS", "Segment", "segment", "split_compilation"]

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


class Segment(NamedTuple):
    """
    A stretch of a report and what it is: ``text`` stands at ``start:end`` of the document ``doc_id``.

    ``level`` is the depth of a heading or list item (1 for 一、, 2 for （一）, 3 for 1., 4 for （1）, 5 for ①, 6 for 一是;
    0 for a title or a part that stands above 一、). ``number`` is its number as printed, without brackets. A table
    has its ``cells``, whether the file marks it up or a page only prints lines side by side; its rows are its sentences.
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
    line ends of a page. OptionError for a kind that is none of ``KINDS``, TypeError for what is no text.

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
    text = text_of(doc, "segment")
    doc_id, tables = (doc.doc_id, doc.tables) if isinstance(doc, Document) else ("", ())
    if by is not None and by not in KINDS:
        raise OptionError(f"no kind of segment is called {by!r}; kinds are {', '.join(KINDS)}")
    return [piece for piece in _pieces(text, doc_id, tables) if by is None or piece.kind == by]


@lru_cache(maxsize=4)
def _pieces(text: str, doc_id: str, tables: tuple[Table, ...] = ()) -> tuple[Segment, ...]:
    """The pieces of a text; a report is asked for them twice in a row, when it is described and when it is analysed."""
    found = _Found(text, doc_id, tables)
    reports = parts(text)
    if not reports:
        _read(found, 0, len(text))
    for kind, number, start, end in reports:
        found.add(kind, None, number, start, end)
        _read(found, start, end)
    return tuple(found.pieces)


# -- lines and blocks -------------------------------------------------------------------------------------------------


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
        for match in SENTENCE_END.finditer(text, start, end):
            last = match.end()
            pieces.append(Segment("sentence", None, None, done, last, text[done:last], doc_id))
            done = last
        if done < end:
            pieces.append(Segment("sentence", None, None, done, end, text[done:end], doc_id))

    def add_table(self, table: Table) -> None:
        """A table with its cells; each of its rows is a sentence, with the line end and the blanks behind it."""
        text, doc_id = self.text, self.doc_id
        whole = text[table.start : table.end]
        self.pieces.append(Segment("table", None, None, table.start, table.end, whole, doc_id, table.cells))
        starts = [match.start() for match in LINE.finditer(text, table.start, table.end)][1:]
        for start, end in pairwise([table.start, *starts, table.end]):
            self.pieces.append(Segment("sentence", None, None, start, end, text[start:end], doc_id))


def _read(found: _Found, start: int, end: int) -> None:
    """Put the blocks of ``start:end`` on record: lines are grouped, then each group is told by its looks."""
    text = found.text
    lines = [match.span() for match in LINE.finditer(text, start, end)]
    if not lines:
        return
    marked = without_boilerplate(text, lines, start, end)
    tables = [table for table in found.tables if start <= table.start < table.end <= end]
    tables += printed_tables(
        text, [(first, last) for first, last, outside in marked if not outside and not _within(tables, first)]
    )
    tables.sort(key=lambda table: table.start)
    if tables:
        lines = [line for line in lines if not _within(tables, line[0])]
        marked = [line for line in marked if not _within(tables, line[0])]
    reader = _Reader(found, marked, _page_width(text, lines))
    for at, (first, *_) in enumerate(marked):
        while tables and tables[0].start < first:
            reader.close()
            found.add_table(tables.pop(0))
        reader.take(at)
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
    unfinished = sum(text[end - 1] not in CLOSED and text[end - 1] not in CLOSERS for end in full)
    if len(full) >= 0.4 * len(sizes) and unfinished >= 0.6 * len(full):
        return width
    return 0


_INDENT = re.compile(r"(?:[ \t]{2,}|[\u3000\xa0]{1,})\Z")
_FIGURE = re.compile(r"\d(?!\d*\s?年)(?!\d*[”’\"])\d*\s?[^\d\s]")
_COMMA = re.compile("[，,]")
_BLANK_LINE = re.compile(r"\n\s*\n|\r\s*\r(?!\n)")
_UNIT = re.compile(
    r"[.％%]|\d{0,4}(?:\.\d+)?\s?[万亿萬億千百余餘多元人名个個户戶年月日条條次项項篇期场場家](?![是要、，])"
)
# How a report begins to speak, where its page broke the line before the sentence ended.
_OPENS_TEXT = re.compile(
    r"(?:根据|根據|按照|为|為|今年|一年来|一年來|近年来|近年來|全年|[^，,]{2,30}(?:领导下|領導下|指导下|指導下|关心下|支持下))[^，,]*[，,]"
)
_MAX_TITLE = 60
_MAX_HEADING = 60


class _Reader:
    """Reads a report line by line and keeps one block open, since a page breaks its lines anywhere."""

    def __init__(self, found: _Found, lines: Sequence[tuple[int, int, bool]], width: int) -> None:
        self.found = found
        self.text = found.text
        self.lines = lines
        self.width = width
        self.open: tuple[str, int | None, str | None, int] | None = None
        self.last: tuple[int, int] = (0, 0)
        self.at_head = True
        self.titles = 0
        self.in_list = False
        # Articles of a law are no headings, and neither is what is numbered inside them.
        opening = ("第", "#")
        self.law = (
            sum(
                self.text.startswith(opening, at) and ARTICLE.match(self.text, at, end) is not None
                for at, end, _ in lines
            )
            >= 3
        )

    def take(self, at: int) -> None:
        start, end, outside = self.lines[at]
        titled = self.titles > 0 or (self.open is not None and self.open[0] == "title")
        outside = outside or (titled and COLLECTION.fullmatch(self.text, start, end) is not None)
        if self.open is not None and not outside and self._goes_on(start, end):
            self.last = (start, end)
            return
        self.close()
        if outside:
            self.found.add("boilerplate", None, None, start, end)
            return
        kind, level, number = self._kind(at)
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
        first = next(sentence_spans(text, start, end))[1]
        closed = text[end - 1] in CLOSED or first < end
        # Items divided by semicolons are a list to the last one, which has a full stop.
        listed, self.in_list = self.in_list or text[end - 1] in "；;", text[end - 1] in "；;"
        if closed and (listed or (self.law and level >= 2)):
            self.found.add_with_sentences("list_item", level, number, start, end)
            return
        # （二）合理化建议2140条，采纳905条。 is an item that counts, not a heading.
        figures = _FIGURE.search(text, start + 4, first) is not None
        commas = _COMMA.search(text, start, first) is not None
        if not closed and level < 6 and end - start <= 2 * _MAX_HEADING and not (figures and commas):
            self.found.add_with_sentences("heading", level, number, start, end)
        elif first < end and level <= 4 and not figures and self._runs_on(start, first, end):
            self.found.add_with_sentences("heading", level, number, start, first)
            self.found.add_with_sentences("paragraph", None, None, first, end)
        elif level <= 2 and end - start <= _MAX_HEADING and not figures:
            self.found.add_with_sentences("heading", level, number, start, end)
        else:
            self.found.add_with_sentences("list_item", level, number, start, end)

    def _runs_on(self, start: int, first: int, end: int) -> bool:
        """True where the first sentence of a block reads as the heading of the rest: short, and of one clause or two."""
        if first - start > _MAX_HEADING:
            return False
        if _COMMA.search(self.text, start + 25, first) is None:
            return True
        return first - start <= 0.75 * _MAX_HEADING and end - first >= 2 * (first - start)

    def _kind(self, at: int) -> tuple[str, int | None, str | None]:
        text = self.text
        start, end, _ = self.lines[at]
        following = self.lines[at + 1][:2] if at + 1 < len(self.lines) else None
        mark = MARK.match(text, start, end)
        if mark is not None:
            group = mark.lastgroup or ""
            if group == "rank":
                return "numbered", RANKS[mark["rank"]], mark["part"]
            return "numbered", LEVELS[group], mark[group]
        self.in_list = False
        if (
            end - start > 120
            or text[end : end + 1] not in LINE_BORDER
            or (following is not None and self._broken(end, following[0]))
        ):
            # Too long for anything else; or a page's own notice was cut out behind it, or its line broken in a number.
            return "paragraph", None, None
        kind = self._kind_of_line(at, text[start:end], following)
        return kind, 0 if kind == "title" else None, None

    def _kind_of_line(self, at: int, line: str, following: tuple[int, int] | None) -> str:
        """The kind of a short line that has no number."""
        size = len(line)
        if DATE.match(line):
            return "date"
        if (
            (size <= 60 and "。" not in line and DOCUMENT_NUMBER.search(line))
            or DOCUMENT_HEAD.match(line)
            or (size <= 100 and OCCASION.match(line))
            or (self.at_head and size <= 30 and following is not None and self._is_letterhead(line, *following))
        ):
            return "document_head"
        if line[-1] in ":：!！" and SALUTATION.match(line):
            return "salutation"
        if ADDRESSEES.match(line) or (self.at_head and self.titles and size <= 30 and ADDRESSEE.match(line)):
            return "document_head"
        ended = line[-1] in "。；;！!？?：:，,、" or (line[-1] in CLOSERS and size > 1 and line[-2] in "。！？")
        if ended or "。" in line or _OPENS_TEXT.match(line):
            return "paragraph"
        if self._is_signature(at, line):
            return "signature"
        if self.width and following is not None and size >= 0.85 * self.width and not GENRE.search(line):
            # A full line of a broken page: its sentence goes on below.
            return "paragraph"
        if (self.at_head and self.titles < 4 and size <= _MAX_TITLE) or (size <= 40 and GENRE.search(line)):
            return "title"
        return "heading" if size <= 30 and not re.search("[，,、]", line[10:]) else "paragraph"

    def _is_letterhead(self, line: str, start: int, end: int) -> bool:
        """True for the first line of a name that the next line ends: 某集团 over 有限公司工会委员会文件."""
        return LETTERHEAD.fullmatch(self.text, start, end) is not None and GENRE.search(line) is None

    def _is_signature(self, at: int, line: str) -> bool:
        """True for the body or the person that gives a report: at its end, over the date, or under the title."""
        if SIGNED.match(line):
            return True
        if is_author(line, named=self.titles > 0 and self.at_head):
            return (self.titles > 0 and self.at_head) or self._dated_below(at)
        if not ORGANISATION_END.search(line):
            return False
        if len(line) <= 40 and self._dated_below(at):
            return True
        return at + 1 == len(self.lines) and len(line) <= 30 and not self.at_head

    def _dated_below(self, at: int) -> bool:
        """True where a date stands under a line, or under one or two other bodies that sign with it."""
        for start, end, outside in self.lines[at + 1 : at + 4]:
            if outside:
                return False
            if DATE.match(self.text, start, end):
                return True
            if end - start > 40 or not ORGANISATION_END.search(self.text, start, end):
                return False
        return False

    def _goes_on(self, start: int, end: int) -> bool:
        """True where the line at ``start`` goes on with the open block."""
        assert self.open is not None
        text = self.text
        kind = self.open[0]
        first, last = self.last
        final = text[last - 1]
        if kind in ("date", "signature", "salutation"):
            return False
        mark = MARK.match(text, start, end)
        if mark is not None and (mark.lastgroup not in ("oral", "ordinal") or final in CLOSED):
            return False
        if kind in ("title", "heading", "document_head"):
            return kind == "title" and self.at_head and self._title_goes_on(start, end)
        size = last - first
        gap = text[last:start]
        if not self.width:
            return kind in ("paragraph", "numbered") and (final in "，,、（(《“" or self._broken(last, start))
        if final in CLOSED or (final in CLOSERS and text[last - 2] in CLOSED):
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
            and line[-1] not in CLOSED
            and last - first + end - start <= 90
        )
