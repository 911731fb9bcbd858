"""EPUB books: the text of their chapters, in the order of the spine."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from functools import partial
from urllib.parse import unquote

from union_corpus.documents import Document, Problem, RawFile, Source, Table
from union_corpus.files.limits import DEFAULT_LIMITS, Limits
from union_corpus.files.markup import MarkupError
from union_corpus.files.web_pages import read_page
from union_corpus.files.word_files import UNREADABLE

ITEM = re.compile(r"<(?:\w+:)?(item|itemref|rootfile)\b([^>]*)>")
ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*[\"']([^\"']*)[\"']")


def read_epub(raw: RawFile, *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """The chapters of an EPUB book one after another, each read as a web page."""
    chapters: list[str] = []
    tables: list[Table] = []
    at = 0
    problems: list[Problem] = []
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(raw.data)) as archive:
            for name in _chapter_names(archive, limits):
                page = read_page(RawFile(name, _read(archive, name, limits)))
                total += len(page.text)
                if total > limits.file_bytes:
                    raise MarkupError(f"the chapters together hold more than {limits.file_bytes:,} characters")
                if page.text.strip():
                    chapters.append(page.text)
                    tables += [table.moved(partial(_further, at)) for table in page.source.tables]
                    at += len(page.text) + 1
    except UNREADABLE as error:
        detail = f"{error}; what could be read before it was kept"
        problems.append(Problem("read", "broken_file", detail=detail))
    text = "\n".join(chapters)
    source = Source(raw.path, raw.sha256, "utf-8", tables=tuple(tables))
    return Document(raw.path or "bytes", text, text, problems=tuple(problems), source=source)


def _further(by: int, start: int, end: int) -> tuple[int, int]:
    return start + by, end + by


def _read(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    with archive.open(name) as stream:
        data = stream.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        raise MarkupError(f"{name} unpacks to more than {limits.file_bytes:,} bytes")
    return data


def _chapter_names(archive: zipfile.ZipFile, limits: Limits) -> list[str]:
    names = set(archive.namelist())
    roots = _items(_read(archive, "META-INF/container.xml", limits), "rootfile")
    root = next((item.get("full-path", "") for item in roots), "")
    package = _read(archive, root, limits)
    places = {item.get("id", ""): item.get("href", "") for item in _items(package, "item")}
    found = []
    for item in _items(package, "itemref"):
        name = posixpath.normpath(
            posixpath.join(posixpath.dirname(root), unquote(places.get(item.get("idref", ""), "")))
        )
        if name in names:
            found.append(name)
    return found[: limits.members]


def _items(markup: bytes, wanted: str) -> list[dict[str, str]]:
    text = markup.decode("utf-8", "replace")
    return [dict(ATTRIBUTE.findall(rest)) for name, rest in ITEM.findall(text) if name == wanted]
