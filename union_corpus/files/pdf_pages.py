"""
PDF files: the characters of each page in reading order, with the box of every line.

``pdf_pages`` runs in a child process (see ``children``), ``read_pdf`` makes a document of its answer.
"""

from __future__ import annotations

import io
from dataclasses import astuple
from typing import Any

from union_corpus.documents import Document, Problem, RawFile, Source
from union_corpus.files.children import ChildError, ask
from union_corpus.files.limits import DEFAULT_LIMITS, Limits, too_many_pages
from union_corpus.files.page_order import Char, read_order
from union_corpus.files.page_rules import page_rules
from union_corpus.files.scans import SECONDS_PER_PAGE, ScanLine, page_numbers, printed_lines, read_and_unread
from union_corpus.files.text_layers import unusable

# Blanks and line ends are worked out from the boxes; these codes are the font's idea of them, or no character.
NO_CHARACTER = {0, 9, 10, 13, 32, 0xA0, 0x3000, 0xFEFF, 0xFFFE, 0xFFFF, 0x00AD, 2}
# Every so many characters their font is asked which way they run and whether it vouches for their codes.
SAMPLED = 5


class PdfError(Exception):
    """A PDF that cannot be read; the message says why."""


class PdfPasswordError(PdfError):
    """A PDF that asks for a password."""


def pdf_pages(data: bytes, *, pages: int) -> dict[str, Any]:
    """
    Lines of each page as ``scans.ScanLine`` (None where it cannot be read), for each page the share of characters that
    have no sure code, and how many pages the file has.
    """
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            raise PdfPasswordError("the file has a password; save it without one") from error
        document = _mended(data, error)
    try:
        count = len(document)
        found: list[list[list[Any]] | None] = []
        unmapped: list[float] = []
        for number in range(min(count, pages)):
            try:
                lines, share = _page_lines(document, number)
            except pdfium.PdfiumError:
                lines, share = None, 0.0
            found.append(lines)
            unmapped.append(share)
        return {"pages": found, "unmapped": unmapped, "count": count}
    finally:
        document.close()


def _mended(data: bytes, error: Exception) -> Any:
    """The document after pikepdf, where it is installed, has rebuilt its cross-reference table."""
    import pypdfium2 as pdfium

    try:
        import pikepdf
    except ImportError:
        raise PdfError(f"{error}; pip install pikepdf may help to mend it") from error
    mended = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            document.save(mended)
        return pdfium.PdfDocument(mended.getvalue())
    except (pikepdf.PdfError, pdfium.PdfiumError) as worse:
        raise PdfError("the file is broken beyond mending; fetch it again") from worse


def _page_lines(document: Any, number: int) -> tuple[list[list[Any]] | None, float]:
    page = document[number]
    try:
        text_page = page.get_textpage()
        shown = page.get_cropbox()
        try:
            chars, turn, unmapped = _characters(text_page.raw, shown)
        finally:
            text_page.close()
        rules = [_turned("", *box, turn, shown) for box in page_rules(page.raw, shown)] if chars else []
    finally:
        page.close()
    lines = read_order(chars, [(rule.left, rule.top, rule.right, rule.bottom) for rule in rules])
    found = [
        [line.text, *(round(place, 1) for place in line.box), None, line.table, [astuple(cell) for cell in line.cells]]
        for line in lines
    ]
    return found, unmapped


def _characters(text_page: Any, shown: tuple[float, float, float, float]) -> tuple[list[Char], int, float]:
    """
    The characters of a page, turned upright where most of them stand sideways; by how many quarters; and the share
    of them whose code the font does not vouch for.
    """
    import pypdfium2.raw as raw

    # The loose box is as wide as the character's advance and as high as its line; the tight one hugs the ink, so that
    # a 1 seems to stand apart from its neighbours and a 、 below its line.
    box = raw.FS_RECTF()
    count = raw.FPDFText_CountChars(text_page)
    boxes: list[tuple[str, float, float, float, float]] = []
    turns = [0, 0, 0, 0]
    unmapped = pending = 0
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text_page, index)
        if code in NO_CHARACTER:
            continue
        if 0xD800 <= code < 0xDC00:
            pending = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((pending - 0xD800) << 10) + code - 0xDC00 if pending else 0xFFFD
            pending = 0
        raw.FPDFText_GetLooseCharBox(text_page, index, box)
        if len(boxes) % SAMPLED == 0:
            unmapped += raw.FPDFText_HasUnicodeMapError(text_page, index) == 1
            turns[round(raw.FPDFText_GetCharAngle(text_page, index) / 1.5707963) % 4] += 1
        boxes.append((chr(code), box.left - shown[0], shown[3] - box.top, box.right - shown[0], shown[3] - box.bottom))
    turn = turns.index(max(turns))
    return [_turned(*box, turn, shown) for box in boxes], turn, unmapped / max(sum(turns), 1)


def _turned(
    text: str, left: float, top: float, right: float, bottom: float, turn: int, shown: tuple[float, float, float, float]
) -> Char:
    """The box in the page turned by so many quarters, so that its text stands upright."""
    width, height = shown[2] - shown[0], shown[3] - shown[1]
    if turn == 1:
        return Char(text, top, width - right, bottom, width - left)
    if turn == 2:
        return Char(text, width - right, height - bottom, width - left, height - top)
    if turn == 3:
        return Char(text, height - bottom, left, height - top, right)
    return Char(text, left, top, right, bottom)


def read_pdf(raw: RawFile, *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """
    The text layer of a PDF as a document: one line a printed line, table cells divided by tabs.

    Every line has its page and box in ``source.places``. Pages without text and text layers made with wrong
    character codes are problems; both need OCR.
    """
    name = raw.path or "bytes"
    try:
        answer = ask("pdf", raw.data, seconds=limits.seconds_for(raw.data), pages=limits.pages)
    except ChildError as error:
        return _empty(raw, "broken_file", f"{error}; print the file to a new PDF, or save its text")
    if "error" in answer:
        if answer["error"] in ("ImportError", "ModuleNotFoundError"):
            return _empty(raw, "missing_library", 'reading PDF needs pypdfium2: pip install "union-corpus[files]"')
        return _empty(raw, "encrypted" if answer["error"] == "PdfPasswordError" else "broken_file", answer["message"])
    found = answer["found"]
    pages = {number: lines for number, lines in enumerate(found["pages"], start=1) if lines}
    bare = [number for number in range(1, len(found["pages"]) + 1) if number not in pages]
    problems: list[Problem] = []
    if bare:
        detail = f"no text on {page_numbers(bare)} of {found['count']}: pictures of pages need OCR"
        problems.append(Problem("read", "no_text_layer", detail=detail))
    senseless: dict[str, list[int]] = {}
    for number, lines in pages.items():
        reason = unusable("\n".join(line[0] for line in lines), unmapped=found["unmapped"][number - 1])
        if reason:
            senseless.setdefault(reason, []).append(number)
    for reason, numbers in senseless.items():
        problems.append(Problem("read", "unusable_text_layer", detail=f"{page_numbers(numbers)}: {reason}; needs OCR"))
    unread = sorted([*bare, *(number for numbers in senseless.values() for number in numbers)])
    scanned, troubles = _scanned(raw, unread, limits)
    pages |= scanned
    problems.extend(troubles)
    text, places, tables, more = printed_lines(sorted(pages.items()))
    problems.extend(more)
    if found["count"] > len(found["pages"]):
        problems.append(too_many_pages(found["count"], limits))
    source = Source(raw.path, raw.sha256, "", places=places, tables=tables)
    return Document(name, text, text, problems=tuple(problems), source=source)


def _scanned(raw: RawFile, pages: list[int], limits: Limits) -> tuple[dict[int, list[ScanLine]], list[Problem]]:
    """
    Lines of pages that are pictures, by page, and a problem for those that could not be read.

    Neither without rapidocr: that the pages need it is told elsewhere.
    """
    if not pages:
        return {}, []
    seconds = limits.seconds_for(raw.data) + SECONDS_PER_PAGE * len(pages)
    try:
        answer = ask("pdf_scan", raw.data, seconds=seconds, pages=pages)
    except ChildError as error:
        return {}, [
            Problem("read", "broken_file", detail=f"{page_numbers(pages)}: the pictures were not read: {error}")
        ]
    if "found" not in answer:
        return {}, []
    return read_and_unread(pages, answer["found"])


def _empty(raw: RawFile, problem: str, detail: str) -> Document:
    source = Source(raw.path, raw.sha256)
    return Document(
        raw.path or "bytes", "", "", problems=(Problem("read", problem, text=raw.path, detail=detail),), source=source
    )
