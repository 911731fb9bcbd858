"""Word (DOCX) and OpenDocument (ODT) files: text, tables, text boxes, notes, and the numbers Word prints itself."""

from __future__ import annotations

import io
import re
import zipfile

from union_corpus.documents import Document, Problem, RawFile, Source
from union_corpus.files.archives import BROKEN
from union_corpus.files.limits import DEFAULT_LIMITS, Limits
from union_corpus.files.list_numbers import Level, ListNumbers
from union_corpus.files.markup import MarkupError, Paragraphs, open_member, read_markup

UNREADABLE = (*BROKEN, MarkupError, KeyError)


def read_docx(raw: RawFile, *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """
    The text of a DOCX file: one line a paragraph, table rows with cells divided by tabs, notes at the end.

    Deleted text of tracked changes, field codes, headers and footers are left out. Automatic numbers (一、 1. （2）)
    are written out, since a reader of the report sees them. A DOCX has no bytes that a figure could be traced to
    by counting, so there are no regions.
    """
    lines = Paragraphs()
    problems: list[Problem] = []
    try:
        with zipfile.ZipFile(io.BytesIO(raw.data)) as archive:
            names = set(archive.namelist())
            numbering = _Numbering()
            if "word/numbering.xml" in names:
                _feed(archive, "word/numbering.xml", numbering, limits, problems)
            body = next((n for n in ("word/document.xml", *sorted(names)) if n.startswith("word/document")), "")
            _feed(archive, body, _DocxBody(lines, numbering.numbers), limits, problems)
            for part in ("word/footnotes.xml", "word/endnotes.xml"):
                if part in names:
                    notes = Paragraphs()
                    _feed(archive, part, _DocxBody(notes, ListNumbers()), limits, problems)
                    lines.notes.extend(line for line in notes.text_and_tables()[0].split("\n") if line.strip())
    except UNREADABLE as error:
        problems.append(_broken(error))
    return _document(raw, lines, problems)


def read_odt(raw: RawFile, *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """The text of an OpenDocument file, as ``read_docx`` gives that of a DOCX."""
    lines = Paragraphs()
    problems: list[Problem] = []
    try:
        with zipfile.ZipFile(io.BytesIO(raw.data)) as archive:
            lists = _OdtLists()
            if "styles.xml" in archive.namelist():
                _feed(archive, "styles.xml", lists, limits, problems)
            _feed(archive, "content.xml", _OdtBody(lines, lists), limits, problems)
    except UNREADABLE as error:
        problems.append(_broken(error))
    return _document(raw, lines, problems)


def _document(raw: RawFile, lines: Paragraphs, problems: list[Problem]) -> Document:
    text, tables = lines.text_and_tables()
    source = Source(raw.path, raw.sha256, "utf-8", tables=tables)
    return Document(raw.path or "bytes", text, text, problems=tuple(problems), source=source)


def _broken(error: Exception) -> Problem:
    detail = f"{error}; what could be read before it was kept: open the file in Word and save it again"
    return Problem("read", "broken_file", detail=detail)


def _feed(archive: zipfile.ZipFile, name: str, body: _Handler, limits: Limits, problems: list[Problem]) -> None:
    stream, packed = open_member(archive, name)
    with stream:
        try:
            read_markup(stream, body.start, body.end, body.text, limits=limits, packed=packed)
        except (MarkupError, *BROKEN) as error:
            problems.append(_broken(error))


class _Handler:
    """Three functions that a stream of XML is fed to."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        raise NotImplementedError

    def text(self, text: str) -> None:
        raise NotImplementedError


# -- DOCX -----------------------------------------------------------------------------------------------------------


class _DocxBody(_Handler):
    # Text that is not part of what the report says, or that stands there twice.
    SKIPPED = frozenset(
        {
            "del",
            "moveFrom",
            "instrText",
            "delText",
            "Fallback",
            "rt",
            "pPrChange",
            "rPrChange",
            "sectPr",
            "commentReference",
        }
    )

    def __init__(self, lines: Paragraphs, numbers: ListNumbers) -> None:
        self._lines = lines
        self._numbers = numbers
        self._skipping = 0
        self._in_text = False
        self._number: tuple[str, int] | None = None
        self._fresh = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipping or name in self.SKIPPED:
            self._skipping += 1
            return
        lines = self._lines
        if name == "p":
            lines.begin()
            self._number, self._fresh = None, True
        elif name == "t":
            self._in_text = True
            self._write_number()
        elif name == "tab" and not attributes:
            lines.add("\t")
        elif name in ("br", "cr"):
            lines.add("\n")
        elif name == "noBreakHyphen":
            lines.add("-")
        elif name == "sym":
            char = attributes.get("char", "")
            if len(char) == 4:
                lines.add(chr(int(char, 16)))
        elif name == "tbl":
            lines.begin_table()
        elif name == "tr":
            lines.begin_row()
        elif name == "tc":
            lines.begin_cell()
        elif name == "gridSpan":
            lines.widen_cell(_count(attributes.get("val", "")))
        elif name == "gridBefore":
            lines.skip_columns(_count(attributes.get("val", "")))
        elif name == "vMerge" and attributes.get("val", "continue") == "continue":
            lines.join_cell_above()
        elif name == "numId" and self._fresh:
            self._number = (attributes.get("val", ""), self._number[1] if self._number else 0)
        elif name == "ilvl" and self._fresh:
            level = attributes.get("val", "0")
            self._number = (self._number[0] if self._number else "", int(level) if level.isdecimal() else 0)

    def end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        if name == "t":
            self._in_text = False
        elif name == "p":
            self._lines.end()
        elif name == "tc":
            self._lines.end_cell()
        elif name == "tbl":
            self._lines.end_table()

    def text(self, text: str) -> None:
        if self._in_text and not self._skipping:
            self._lines.add(text)

    def _write_number(self) -> None:
        if self._fresh and self._number:
            self._lines.add(self._numbers.next(*self._number))
        self._fresh = False


class _Numbering(_Handler):
    """The lists of a DOCX, read from the part that describes them."""

    def __init__(self) -> None:
        self.numbers = ListNumbers()
        self._abstract = ""
        self._num = ""
        self._place = 0
        self._level = Level()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        value = attributes.get("val", "")
        if name == "abstractNum":
            self._abstract = attributes.get("abstractNumId", "")
        elif name == "lvl" and self._abstract:
            self._level = Level()
            self.numbers.add(self._abstract, _place(attributes), self._level)
        elif name == "start" and value.isdecimal():
            self._level.start = int(value[:6])
        elif name == "numFmt":
            self._level.kind = value
        elif name == "lvlText":
            self._level.pattern = value
        elif name == "num":
            # A level that a number describes anew is not the list's own.
            self._abstract, self._num, self._level = "", attributes.get("numId", ""), Level()
        elif name == "abstractNumId":
            self.numbers.use(self._num, value)
        elif name == "lvlOverride":
            self._place = _place(attributes)
        elif name == "startOverride" and value.isdecimal():
            self.numbers.begin_anew(self._num, self._place, int(value[:6]))

    def end(self, name: str) -> None:
        if name == "abstractNum":
            self._abstract = ""

    def text(self, text: str) -> None:
        return


def _place(attributes: dict[str, str]) -> int:
    level = attributes.get("ilvl", "0")
    return int(level[:4]) if level.isdecimal() else 0


def _count(value: str) -> int:
    """A number of rows or columns; 1 where it is none."""
    return int(value[:4]) if value[:4].isdecimal() else 1


# -- ODT ------------------------------------------------------------------------------------------------------------


# Number formats of OpenDocument that are not written as they count.
ODT_KINDS = {
    "一, 二, 三, ...": "chineseCounting", "①, ②, ③, ...": "decimalEnclosedCircle", "１, ２, ３, ...": "decimalFullWidth",
    "I": "upperRoman", "i": "lowerRoman", "A": "upperLetter", "a": "lowerLetter", "": "none",
}  # fmt: skip


class _OdtLists(_Handler):
    """The list styles of an OpenDocument file, as the lists of a DOCX."""

    def __init__(self) -> None:
        self.numbers = ListNumbers()
        self._style = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "list-style":
            self._style = attributes.get("name", "")
        elif name.startswith("list-level-style-"):
            level = _count(attributes.get("level", "1"))
            shown = range(level - _count(attributes.get("display-levels", "1")) + 1, level + 1)
            plain = ".".join(f"%{number}" for number in shown if number > 0)
            pattern = attributes.get("num-prefix", "") + plain + attributes.get("num-suffix", "")
            if "num-list-format" in attributes:
                pattern = re.sub(r"%(\d+)%", r"%\1", attributes["num-list-format"])
            kind = ODT_KINDS.get(attributes.get("num-format", ""), "decimal")
            one = Level(
                _count(attributes.get("start-value", "1")), kind if name.endswith("number") else "bullet", pattern
            )
            self.numbers.add(self._style, level - 1, one)
            self.numbers.use(self._style, self._style)

    def end(self, name: str) -> None:
        return

    def text(self, text: str) -> None:
        return


class _OdtBody(_Handler):
    SKIPPED = frozenset(
        {
            "tracked-changes",
            "annotation",
            "ruby-text",
            "sequence-decls",
            "note-citation",
            "font-face-decls",
        }
    )

    def __init__(self, lines: Paragraphs, lists: _OdtLists) -> None:
        self._outer = self._lines = lines
        self._styles = lists
        # The names of the lists that are open, and whether the next paragraph begins an item.
        self._lists: list[str] = []
        self._fresh = False
        self._skipping = 0
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipping or name in self.SKIPPED:
            self._skipping += 1
            return
        self._styles.start(name, attributes)
        if name in ("p", "h"):
            number = self._styles.numbers.next(self._lists[-1], len(self._lists) - 1) if self._fresh else ""
            self._fresh = False
            self._lines.begin(number)
            self._depth += 1
        elif name == "list":
            style = attributes.get("style-name", self._lists[-1] if self._lists else "")
            if not self._lists and attributes.get("continue-numbering") != "true" and "continue-list" not in attributes:
                self._styles.numbers.restart(style)
            self._lists.append(style)
        elif name == "list-item":
            self._fresh = bool(self._lists)
        elif name == "tab":
            self._lines.add("\t")
        elif name == "line-break":
            self._lines.add("\n")
        elif name == "s":
            count = attributes.get("c", "1")
            self._lines.add(" " * (min(int(count), 100) if count.isdecimal() else 1))
        elif name == "table":
            self._lines.begin_table()
        elif name == "table-row":
            self._lines.begin_row()
        elif name == "table-cell":
            rows, columns = (_count(attributes.get(f"number-{what}-spanned", "1")) for what in ("rows", "columns"))
            self._lines.begin_cell(rows=rows, columns=columns)
        elif name == "covered-table-cell":
            self._lines.skip_columns(_count(attributes.get("number-columns-repeated", "1")))
            self._skipping += 1
        elif name == "note-body":
            self._lines = Paragraphs()

    def end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        if name in ("p", "h"):
            self._lines.end()
            self._depth -= 1
        elif name == "list" and self._lists:
            self._lists.pop()
        elif name == "table-cell":
            self._lines.end_cell()
        elif name == "table":
            self._lines.end_table()
        elif name == "note-body":
            self._outer.notes.append(self._lines.text_and_tables()[0])
            self._lines = self._outer

    def text(self, text: str) -> None:
        if self._depth and not self._skipping:
            self._lines.add(text)
