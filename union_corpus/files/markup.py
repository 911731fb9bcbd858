"""
Text out of XML inside zip files, read as a stream: no DTD, no entities, a cap on the bytes.

``Paragraphs`` gathers lines, table rows and notes in the order in which they are written; the readers of Word,
OpenDocument and OFD files feed it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from union_corpus.files.limits import MEGABYTE, Limits

CHUNK = 1 << 16
# Elements inside one another; deeper ones are damage or an attack.
MOST_DEPTH = 500


class MarkupError(Exception):
    """XML that cannot or must not be read; the message says why."""


def read_markup(
    stream: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
    *,
    limits: Limits,
    packed: int,
) -> None:
    """
    Feed the elements of an XML stream to three functions; names come without their namespace address.

    Raises MarkupError where the XML is broken (after everything before the break was fed), has a document type, or
    is larger than the limits allow.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def open_element(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            raise MarkupError(f"elements nested more than {MOST_DEPTH} deep")
        start(name.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def close_element(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name.rpartition(" ")[2])

    def refuse(*_: object) -> None:
        raise MarkupError("a document type (DTD) is not read")

    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    total = 0
    try:
        while chunk := stream.read(CHUNK):
            total += len(chunk)
            if total > limits.file_bytes or total > max(8 * MEGABYTE, limits.expansion * max(packed, 1)):
                raise MarkupError(
                    f"unpacks to more than {total:,} bytes; raise it with Limits(…) if you trust the file"
                )
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise MarkupError(f"broken XML: {error}") from error


def open_member(archive: zipfile.ZipFile, name: str) -> tuple[IO[bytes], int]:
    """A member to read as a stream, and its packed size."""
    info = archive.getinfo(name)
    return archive.open(info), info.compress_size


class Paragraphs:
    """
    Lines in the order in which they are written: paragraphs, table rows with cells divided by tabs, text boxes.

    A text box stands inside a paragraph; its lines come right behind that paragraph. Notes come at the end.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.notes: list[str] = []
        self._texts: list[list[str]] = [[]]
        self._boxes: list[list[str]] = []
        self._rows: list[list[str]] = []
        self._cells: list[list[str]] = []

    def add(self, text: str) -> None:
        """Text of the paragraph that is open."""
        self._texts[-1].append(text)

    def begin(self, before: str = "") -> None:
        """A paragraph begins; ``before`` is a number that the program prints in front of it."""
        self._texts.append([before] if before else [])

    def end(self) -> None:
        """The open paragraph ends."""
        if len(self._texts) < 2:
            return
        self._line("".join(self._texts.pop()))
        if not self._cells and len(self._texts) == 1 and self._boxes:
            for line in self._boxes:
                self.lines.extend(line)
            self._boxes.clear()

    def _line(self, line: str) -> None:
        if self._cells:
            self._cells[-1].append(line)
        elif len(self._texts) > 1:
            self._boxes.append([line])
        else:
            self.lines.extend(line.split("\n"))

    def begin_row(self) -> None:
        """A table row begins."""
        self._rows.append([])

    def begin_cell(self) -> None:
        """A cell of the open row begins."""
        self._cells.append([])

    def end_cell(self) -> None:
        """The open cell ends; its paragraphs become one line."""
        if self._cells and self._rows:
            self._rows[-1].append(_one_line(self._cells.pop()))

    def end_row(self) -> None:
        """The open row ends; a table inside a cell becomes lines of that cell."""
        if self._rows:
            row = self._rows.pop()
            line = "\t".join(row) if len(row) > 1 else "".join(row)
            if self._cells:
                self._cells[-1].append(line)
            else:
                self.lines.append(line)

    def text(self) -> str:
        """Everything gathered so far, also where the file broke off inside a table."""
        while len(self._texts) > 1:
            self.end()
        while self._cells:
            self.end_cell()
        while self._rows:
            self.end_row()
        loose = "".join(self._texts[0]).strip()
        lines = [*self.lines, *([loose] if loose else []), *self.notes]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")


def _one_line(lines: list[str]) -> str:
    """Paragraphs of a cell as one line: joined as they are where Han characters meet, by a blank elsewhere."""
    found = ""
    for line in lines:
        piece = line.replace("\n", " ").strip()
        if not piece:
            continue
        glue = " " if found and not (found[-1] >= "\u2e80" or piece[0] >= "\u2e80") else ""
        found += glue + piece
    return found
