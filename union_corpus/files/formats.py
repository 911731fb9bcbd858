"""What kind of file bytes are, told by the bytes and not by the name, and the reader for each kind."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from union_corpus.decoding import decode
from union_corpus.documents import Document, Problem, RawFile, Source, Table, TableCell
from union_corpus.files.archives import BROKEN
from union_corpus.files.books import read_epub
from union_corpus.files.children import ChildError, ask
from union_corpus.files.comma_tables import with_table
from union_corpus.files.limits import DEFAULT_LIMITS, Limits
from union_corpus.files.mails import is_message, read_message
from union_corpus.files.ofd_pages import read_ofd
from union_corpus.files.pdf_pages import read_pdf
from union_corpus.files.rich_text import read_rtf
from union_corpus.files.scans import read_scan
from union_corpus.files.spreadsheets import read_spreadsheet
from union_corpus.files.web_pages import read_page
from union_corpus.files.word_files import read_docx, read_odt

# First bytes → format. A zip file is told apart by its members, an OLE file by its streams.
MAGIC = (
    (rb".{0,1000}%PDF-\d\.\d", "pdf"),
    (rb"PK\x03\x04|PK\x05\x06", "zip"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (rb"\s*\{\\rtf", "rtf"),
    (rb"\x89PNG\r\n\x1a\n", "image"),
    (rb"\xff\xd8\xff", "image"),
    (rb"II\*\x00|MM\x00\*", "image"),
    (rb"GIF8[79]a", "image"),
    (rb"BM.{4}\x00\x00\x00\x00", "image"),
    (rb"RIFF.{4}WEBP", "image"),
    (rb"CAJ\x00|HN\x00\x00|\xc8\x00|KDH ", "caj"),
    (rb"AT&TFORM", "djvu"),
    (rb"7z\xbc\xaf\x27\x1c", "7z"),
    (rb"Rar!\x1a\x07", "rar"),
)
HTML_SURE = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
HTML_HEAD = re.compile(rb"<(?:meta|title|div|table|p|h[1-6]|br)[\s/>]", re.IGNORECASE)

HOW_TO_CONVERT = {
    "caj": "a CNKI file: open it in CAJViewer and print or export it as PDF, or fetch the PDF from CNKI",
    "7z": "a 7z archive: unpack it first (7z x FILE)",
    "rar": "a RAR archive: unpack it first (unrar x FILE)",
    "djvu": "a DjVu file: convert it (ddjvu -format=pdf FILE out.pdf)",
    "ods": "an OpenDocument spreadsheet: save it as XLSX, or its sheets as CSV",
    "presentation": "a presentation: save it as PDF",
    "doc": "an old Word file: save it as DOCX (soffice --headless --convert-to docx FILE)",
    "zip": "a zip file, or a damaged Word, OpenDocument or EPUB file: open it in the program it belongs to and save it again",
}


def detect_format(data: bytes) -> str:
    """
    What kind of file this is, by its bytes: text, html, pdf, docx, ole (old Office), spreadsheet, rtf, odt, epub, ….

    Anything not known for sure is "text"; whether it is text at all, and in which encoding, is for ``decode``.

    >>> detect_format(b"%PDF-1.4 ..."), detect_format("工会".encode("gb18030"))
    ('pdf', 'text')
    """
    for pattern, name in MAGIC:
        if re.match(pattern, data[:1100], re.DOTALL):
            if name == "zip":
                return _zip_format(data)
            return name
    if is_message(data):
        return "mail"
    head = data[:8192].replace(b"\0", b"")
    if HTML_SURE.search(head) or len(HTML_HEAD.findall(head)) >= 3:
        return "html"
    return "text"


def _zip_format(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                kind = archive.read("mimetype")[:100]
                if b"epub" in kind:
                    return "epub"
                if b"opendocument.text" in kind:
                    return "odt"
                if b"opendocument.spreadsheet" in kind:
                    return "ods"
                if b"opendocument" in kind:
                    return "presentation"
    except BROKEN:
        return "zip"
    if "word/document.xml" in names:
        return "docx"
    if "OFD.xml" in names:
        return "ofd"
    if any(name.startswith("xl/") for name in names):
        return "spreadsheet"
    if any(name.startswith("ppt/") for name in names):
        return "presentation"
    return "docx" if any(re.match(r"word/document\d*\.xml", name) for name in names) else "zip"


def read_text(raw: RawFile, *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """
    The text of one file as a document, with the way back to its bytes or pages.

    The format is told by the bytes. A format that cannot be read gives a document without text and a problem
    "unsupported_format" that says how to convert it; a broken file gives what could be read and a problem.
    """
    kind = detect_format(raw.data)
    if kind == "text":
        doc = decode(raw)
        if raw.path.lower().endswith(".csv"):
            doc = with_table(doc)
    elif kind == "html":
        doc = read_page(raw)
    elif kind == "mail":
        doc = read_message(raw)
    elif kind == "rtf":
        doc = read_rtf(raw)
    elif kind in READERS:
        doc = READERS[kind](raw, limits=limits)
    else:
        return without_text(raw, "unsupported_format", HOW_TO_CONVERT[kind])
    if not doc.text.strip() and not doc.problems:
        doc = doc.with_problems([Problem("read", "no_text", text=raw.path, detail="the file holds no text")])
    return doc


def read_ole(raw: RawFile, *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """
    The text of an old Word, WPS or Excel file as a document, read in a child process.

    What holds neither is told as a problem: presentations, and newer files that a password has put into such a one.
    """
    try:
        kind = ask("ole_kind", raw.data, seconds=limits.seconds_for(raw.data)).get("found", "doc")
        if kind == "spreadsheet":
            return read_spreadsheet(raw, limits=limits)
        if kind == "encrypted":
            return without_text(raw, kind, "the file has a password; open it in its program and save it without")
        if kind in HOW_TO_CONVERT and kind != "doc":
            return without_text(raw, "unsupported_format", HOW_TO_CONVERT[kind])
        answer = ask("doc", raw.data, seconds=limits.seconds_for(raw.data))
    except ChildError as error:
        return without_text(raw, "broken_file", f"{error}; {HOW_TO_CONVERT['doc']}")
    if "found" in answer:
        text, found = answer["found"]["text"], answer["found"]["tables"]
        tables = tuple(Table(start, end, tuple(TableCell(*cell) for cell in cells)) for start, end, cells in found)
        return Document(
            raw.path or "bytes", text, text, source=Source(raw.path, raw.sha256, "utf-16-le", tables=tables)
        )
    if answer["error"] in ("ImportError", "ModuleNotFoundError"):
        return without_text(raw, "missing_library", 'reading DOC needs olefile: pip install "union-corpus[files]"')
    return without_text(raw, "broken_file", f"{answer['message']}; {HOW_TO_CONVERT['doc']}")


# Formats with places or parts of their own, and what reads them.
READERS: dict[str, Callable[..., Document]] = {
    "pdf": read_pdf,
    "docx": read_docx,
    "odt": read_odt,
    "epub": read_epub,
    "ofd": read_ofd,
    "ole": read_ole,
    "spreadsheet": read_spreadsheet,
    "image": read_scan,
}


def without_text(raw: RawFile, problem: str, detail: str) -> Document:
    """A document of a file that gave no text, with the problem that says why and what to try."""
    name = raw.path or "bytes"
    source = Source(raw.path, raw.sha256)
    return Document(name, "", "", problems=(Problem("read", problem, text=raw.path, detail=detail),), source=source)
