"""
E-mails and pages saved as one file (EML, MHT): the text they show, and the files that are attached to them.

What is packed for e-mail has no bytes that a character could be traced to, so their documents have no regions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from union_corpus.decoding import decode
from union_corpus.documents import Document, RawFile, Source
from union_corpus.files.names import names_encoding, plain_name
from union_corpus.files.web_pages import read_page

# Bytes among which the lines that make a message must stand.
HEAD = 8192
_LINES = re.compile(rb"\s*(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){2,}")
_OF_MAIL = re.compile(
    rb"^(?:MIME-Version:\s*1\.0|Content-Type:\s*(?:text|multipart)/|Message-ID:)", re.MULTILINE | re.IGNORECASE
)


def is_message(head: bytes) -> bool:
    """
    True for bytes that begin like an e-mail or a page saved as one: lines of names and values, one of them of MIME.

    >>> is_message(b"From: a@b\\r\\nMIME-Version: 1.0\\r\\n\\r\\n"), is_message(b"Subject: a note\\nDate: today\\n")
    (True, False)
    """
    lines = _LINES.match(head[:HEAD])
    return lines is not None and _OF_MAIL.search(lines[0]) is not None


def read_message(raw: RawFile) -> Document:
    """
    The text of an e-mail, its subject above; of a saved page its main text, as ``read_page`` reads it.

    Of a text that a mail holds both plain and as HTML the plain one is read. Attached files are files of their own.
    """
    message = message_from_bytes(raw.data)
    shown = [part for part in message.walk() if not part.is_multipart() and not _attached_name(part)]
    pages = [part for part in shown if part.get_content_type() == "text/html"]
    texts = [part for part in shown if part.get_content_type() == "text/plain" and _payload(part).strip()]
    if message.get_content_type() == "multipart/related" or not texts:
        body = read_page(RawFile(raw.path, _payload(pages[0]) if pages else b""))
    else:
        body = decode(RawFile(raw.path, b"\n".join(map(_payload, texts))))
    source = Source(raw.path, raw.sha256, body.source.encoding, tables=body.source.tables)
    subject = _words(message.get("Subject", ""))
    if (pages and not texts and body.metadata.title) or not subject:
        return replace(body, source=source)
    text = f"{subject}\n{body.text}"
    by = len(subject) + 1
    tables = tuple(table.moved(lambda start, end: (start + by, end + by)) for table in source.tables)
    problems = [
        problem if problem.start is None else replace(problem, start=problem.start + by, end=(problem.end or 0) + by)
        for problem in body.problems
    ]
    return Document(
        body.doc_id,
        text,
        text,
        problems=tuple(problems),
        source=replace(source, tables=tables),
        metadata=replace(body.metadata, title=subject),
    )


def attachments(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The files attached to an e-mail, by their names."""
    for part in message_from_bytes(data).walk():
        name = _attached_name(part)
        if name and not part.is_multipart():
            yield name, _payload(part)


def _attached_name(part: Message) -> str:
    """The name of an attached file; empty for what the message itself shows, pictures among it."""
    if part.get_content_disposition() != "attachment" and part.get_content_maintype() in ("image", "text", "multipart"):
        return ""
    return _words(part.get_filename() or "").replace("/", "_")


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _words(header: object) -> str:
    """A header as text: coded words decoded, bare bytes read in the encoding that they are in."""
    try:
        pieces = decode_header(str(header) if isinstance(header, str) else header)  # type: ignore[arg-type]
    except HeaderParseError:
        pieces = [(str(header), None)]
    found = ""
    for piece, charset in pieces:
        data = piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogateescape")
        known = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950", "unknown-8bit": None}.get(
            charset or "", charset
        )
        try:
            found += data.decode(known or names_encoding([data]) or "utf-8", "replace")
        except LookupError:
            found += data.decode("utf-8", "replace")
    return plain_name(found).strip()
