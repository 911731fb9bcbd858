"""OFD files, the format of Chinese offices' electronic documents: text with pages and places."""

from __future__ import annotations

import io
import posixpath
import zipfile

from union_corpus.documents import Document, Place, Problem, RawFile, Source
from union_corpus.files.limits import DEFAULT_LIMITS, Limits
from union_corpus.files.markup import open_member, read_markup
from union_corpus.files.page_order import Char, read_order
from union_corpus.files.word_files import UNREADABLE

POINTS = 72 / 25.4  # OFD measures in millimetres


def read_ofd(raw: RawFile, *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """The text of an OFD file: one line a printed line, with page and box of every line in ``source.places``."""
    texts: list[str] = []
    places: list[Place] = []
    problems: list[Problem] = []
    at = 0
    try:
        with zipfile.ZipFile(io.BytesIO(raw.data)) as archive:
            for number, name in enumerate(_page_names(archive, limits)[: limits.pages], start=1):
                page = _Page()
                try:
                    stream, packed = open_member(archive, name)
                    with stream:
                        read_markup(stream, page.start, page.end, page.text, limits=limits, packed=packed)
                except UNREADABLE as error:
                    problems.append(Problem("read", "broken_file", detail=f"page {number}: {error}"))
                for line in read_order(page.chars):
                    places.append(Place(at, at + len(line.text), number, line.box))
                    texts.append(line.text)
                    at += len(line.text) + 1
    except UNREADABLE as error:
        problems.append(Problem("read", "broken_file", detail=f"{error}; export the file as PDF"))
    text = "\n".join(texts)
    source = Source(raw.path, raw.sha256, "utf-8", places=tuple(places))
    return Document(raw.path or "bytes", text, text, problems=tuple(problems), source=source)


def _page_names(archive: zipfile.ZipFile, limits: Limits) -> list[str]:
    """Members that hold the pages, in order."""
    roots = _Names({"DocRoot"}, set())
    _feed(archive, "OFD.xml", roots, limits)
    found = []
    for root in roots.texts:
        root = root.lstrip("/")
        pages = _Names(set(), {"Page"})
        _feed(archive, root, pages, limits)
        folder = posixpath.dirname(root)
        found += [
            place.lstrip("/") if place.startswith("/") else posixpath.normpath(posixpath.join(folder, place))
            for place in pages.places
        ]
    return found


def _feed(archive: zipfile.ZipFile, name: str, names: _Names, limits: Limits) -> None:
    stream, packed = open_member(archive, name)
    with stream:
        read_markup(stream, names.start, names.end, names.text, limits=limits, packed=packed)


class _Names:
    """The texts of some elements and the ``BaseLoc`` of others."""

    def __init__(self, texts: set[str], places: set[str]) -> None:
        self._text_names, self._place_names = texts, places
        self._inside = False
        self.texts: list[str] = []
        self.places: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._inside = name in self._text_names
        if self._inside:
            self.texts.append("")
        if name in self._place_names and "BaseLoc" in attributes:
            self.places.append(attributes["BaseLoc"])

    def end(self, name: str) -> None:
        self._inside = False

    def text(self, text: str) -> None:
        if self._inside:
            self.texts[-1] += text.strip()


class _Page:
    """The characters of a page, placed by the text objects they stand in."""

    def __init__(self) -> None:
        self.chars: list[Char] = []
        self._boundary = (0.0, 0.0)
        self._matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        self._size = 4.0
        self._code: dict[str, str] | None = None
        self._text = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "TextObject":
            numbers = _numbers(attributes.get("Boundary", ""))
            self._boundary = (numbers[0], numbers[1]) if len(numbers) >= 2 else (0.0, 0.0)
            matrix = _numbers(attributes.get("CTM", ""))
            self._matrix = (*matrix[:6],) if len(matrix) >= 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)  # type: ignore[assignment]
            self._size = next(iter(_numbers(attributes.get("Size", ""))), 4.0)
        elif name == "TextCode":
            self._code, self._text = attributes, ""

    def end(self, name: str) -> None:
        if name != "TextCode" or self._code is None:
            return
        code, self._code = self._code, None
        x = next(iter(_numbers(code.get("X", ""))), 0.0)
        y = next(iter(_numbers(code.get("Y", ""))), 0.0)
        right, down = _steps(code.get("DeltaX", "")), _steps(code.get("DeltaY", ""))
        a, b, c, d, e, f = self._matrix
        size = max(self._size * abs(d or a or 1.0), 0.5)
        for index, char in enumerate(self._text):
            if not char.isspace():
                left = self._boundary[0] + a * x + c * y + e
                base = self._boundary[1] + b * x + d * y + f
                width = size if char >= "\u2e80" else size * 0.55
                box = (left, base - 0.85 * size, left + width, base + 0.15 * size)
                self.chars.append(Char(char, *(place * POINTS for place in box)))
            x += right[index] if index < len(right) else 0.0 if down else self._size
            y += down[index] if index < len(down) else 0.0

    def text(self, text: str) -> None:
        if self._code is not None:
            self._text += text


def _numbers(text: str) -> list[float]:
    found = []
    for word in text.split():
        try:
            found.append(float(word))
        except ValueError:
            return found
    return found


def _steps(text: str) -> list[float]:
    """
    Distances between characters, where ``g 3 4.2`` stands for 4.2 three times.

    >>> _steps("4 g 3 4.2 5")
    [4.0, 4.2, 4.2, 4.2, 5.0]
    """
    words = text.split()
    found: list[float] = []
    at = 0
    while at < len(words):
        if words[at] == "g" and at + 2 < len(words) and words[at + 1].isdecimal():
            found += _numbers(words[at + 2]) * min(int(words[at + 1]), 10_000)
            at += 3
        else:
            found += _numbers(words[at])
            at += 1
    return found
