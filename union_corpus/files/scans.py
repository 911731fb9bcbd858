"""
Scanned pages: pictures of text, read by rapidocr (extra ``ocr``), line by line with boxes and scores.

A page is turned upright and cut into lines by its ink, and each line is recognised by itself; where that reads badly
(columns, stamps, pictures) the detector looks for text instead, and the surer reading wins. ``scan_pages``,
``scan_lines`` and ``pdf_scan_lines`` run in a child process (see ``children``).
"""

from __future__ import annotations

import io
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from union_corpus.documents import Document, Place, Problem, RawFile, Source, Table, TableCell
from union_corpus.files.children import ChildError, ask
from union_corpus.files.grids import Row, tables_of
from union_corpus.files.limits import DEFAULT_LIMITS, Limits, too_many_pages

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

    Pixels = np.ndarray[Any, np.dtype[Any]]

# A line: text, left, top, right, bottom in pixels of the page as it was turned (points in a PDF), score (None for a text
# layer); of a row of a table also the number of the table on its page, and its cells.
ScanLine = list[Any]
HOW_TO_INSTALL = 'reading scans needs rapidocr: pip install "union-corpus[ocr]"'
# Pixels an inch at which PDF pages are drawn, and the largest picture that is read.
RESOLUTION = 200
MOST_PIXELS = 60_000_000
# Pixels to which larger pictures are reduced before they are read, and the longest side that the detector is shown.
READ_PIXELS, DETECTOR_SIDE = 10_000_000, 1280
# Mean scores: above the first the plain way of cutting lines is taken, below the second the page may lie upside down,
# below the third a line is a problem.
SURE, UPSIDE_DOWN, DOUBTFUL = 0.93, 0.6, 0.8
# Shares of a line's height: paper taken along above and beside it, and the least that a line without full-size characters
# has; and the share of its width that a line is narrowed to.
PAPER_ABOVE, PAPER_BESIDE, LOW, NARROWED = 0.22, 0.6, 0.15, 0.65
# Lines that are read to see which way up a page lies.
SAMPLE_LINES = 5
# Degrees within which a scan may be tilted.
TILT = 6.0
# Seconds on the clock that reading a page may take, and of processor time, on two cores.
PAGE_CLOCK, SECONDS_PER_PAGE = 10.0, 20.0
# Tables of one page, so that those of two pages have numbers of their own.
MOST_TABLES = 10_000


class ScanError(Exception):
    """A picture that cannot be read; the message says why."""


@cache
def _engine() -> Any:
    import logging

    from rapidocr import RapidOCR

    logging.disable(logging.INFO)
    return RapidOCR()


def scan_pages(data: bytes) -> int:
    """How many pages a picture file holds: a TIFF may hold several."""
    with _opened(data) as picture:
        return int(getattr(picture, "n_frames", 1))


def scan_lines(data: bytes, *, pages: list[int]) -> list[list[ScanLine] | str]:
    """
    Lines of some pages of a picture file (numbers from 1), with their places in the picture.

    For a page that takes longer than PAGE_CLOCK, or cannot be opened, why it was not read; the others are read.
    """
    found: list[list[ScanLine] | str] = []
    with _opened(data) as picture:
        for number in pages:
            try:
                lines = _read_page(partial(_frame, picture, number))
            except (OSError, SyntaxError, EOFError):
                found.append("the picture is damaged; scan the page again as PNG or TIFF")
                continue
            scale = _reduction(picture)
            found.append(lines if isinstance(lines, str) else _scaled_up(lines, scale))
    return found


@contextmanager
def _opened(data: bytes) -> Iterator[Image]:
    """A picture file; ScanError where it cannot be opened."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(data)) as picture:
            yield picture
    except UnidentifiedImageError as error:  # its message names an object in memory
        raise ScanError("the picture cannot be opened: it is damaged, or of a kind that is not known") from error
    except (Image.DecompressionBombError, SyntaxError, EOFError) as error:
        raise ScanError(f"the picture cannot be opened: {error}") from error


def _frame(picture: Image, number: int) -> Image:
    """A page of a picture file in shades of grey, reduced if it is large."""
    picture.seek(number - 1)
    grey, scale = picture.convert("L"), _reduction(picture)
    if scale < 1.0:
        return grey.resize((max(1, round(grey.width * scale)), max(1, round(grey.height * scale))))
    return grey


def _reduction(picture: Image) -> float:
    return min(1.0, (READ_PIXELS / max(1, picture.width * picture.height)) ** 0.5)


def _scaled_up(lines: list[ScanLine], scale: float) -> list[ScanLine]:
    """Lines of a page that was drawn at this scale, with their places on the page itself."""
    return [[line[0], *(place / scale for place in line[1:5]), line[5]] for line in lines]


class OutOfTimeError(BaseException):
    """A page has taken too long. No ``Exception``, so that no library on the way takes it for one of its own."""


@contextmanager
def by_the_clock(seconds: float) -> Iterator[None]:
    """
    End the block with OutOfTimeError after so many seconds on the clock, whatever else keeps the machine busy.

    The block ends when the library call that is under way returns. Only in the main thread of systems with such timers.
    """

    def stop(_signal: int, _frame: object) -> None:
        raise OutOfTimeError

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def pdf_scan_lines(data: bytes, *, pages: list[int]) -> list[list[ScanLine] | str]:
    """
    Lines of some pages of a PDF (numbers from 1), drawn and read as pictures; boxes in points.

    For a page that takes longer than PAGE_CLOCK, that it does; the others are read all the same.
    """
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(data)
    try:
        return [_pdf_page_lines(document[number - 1]) for number in pages]
    finally:
        document.close()


def _pdf_page_lines(page: Any) -> list[ScanLine] | str:
    scale = min(RESOLUTION / 72, (READ_PIXELS / max(1.0, page.get_width() * page.get_height())) ** 0.5)

    def drawn() -> Image:
        picture: Image = page.render(scale=scale, grayscale=True).to_pil().convert("L")
        page.close()
        return picture

    lines = _read_page(drawn)
    return lines if isinstance(lines, str) else _scaled_up(lines, scale)


def _read_page(draw: Callable[[], Image]) -> list[ScanLine] | str:
    """Lines of the page that ``draw`` gives, or that drawing and reading it takes longer than PAGE_CLOCK."""
    began = time.monotonic()
    try:
        with by_the_clock(PAGE_CLOCK):
            picture = draw()
            if not _has_ink(picture):
                return []
        left = PAGE_CLOCK - (time.monotonic() - began)
        # Loading the models is no page's fault.
        _engine()
        with by_the_clock(max(left, 0.01)):
            return _page_lines(picture)
    except OutOfTimeError:
        return f"reading the picture of a page took more than {PAGE_CLOCK:.0f} seconds"


def _page_lines(picture: Image) -> list[ScanLine]:
    """The surest of the readings of a page; nothing for an empty one."""
    if not _has_ink(picture):
        return []
    upright = _straightened(picture)
    best = _by_projection(upright)
    if _score(best) < SURE:
        turned = [
            upright.rotate(angle, expand=True) for angle in (90, 180, 270) if angle == 180 or _is_sideways(upright)
        ]
        surest = max(turned, key=lambda page: _score(_by_projection(page, most=SAMPLE_LINES)))
        if _score(_by_projection(surest, most=SAMPLE_LINES)) > max(_score(best), UPSIDE_DOWN):
            upright, best = surest, _by_projection(surest)
    if _score(best) < SURE:
        best = max(best, _by_detector(upright), key=_worth)
    return best


def _is_sideways(picture: Image) -> bool:
    """True where the ink stands in upright stripes rather than in level ones."""
    import numpy as np

    small = np.asarray(picture.reduce(3) if min(picture.size) > 400 else picture).astype(float)
    level, upright = (float(np.var(np.diff(small.sum(axis)))) for axis in (1, 0))
    return upright * small.shape[1] ** 2 > level * small.shape[0] ** 2


def _has_ink(picture: Image) -> bool:
    """True where there is more on a page than specks."""
    import numpy as np
    from PIL import ImageFilter

    small = picture.reduce(2) if min(picture.size) > 400 else picture
    return bool(np.count_nonzero(np.asarray(small.filter(ImageFilter.MedianFilter(3))) < 170) > 20)


def _score(lines: list[ScanLine]) -> float:
    letters = sum(len(line[0]) for line in lines)
    return sum(line[5] * len(line[0]) for line in lines) / letters if letters else 0.0


def _worth(lines: list[ScanLine]) -> float:
    """Characters that were read, each counted by how sure its line is; a guess is worth less than nothing."""
    return sum((line[5] - 0.5) * len(line[0]) for line in lines)


def _straightened(picture: Image) -> Image:
    """The page without speckles and turned by the few degrees that make its lines level."""
    import numpy as np
    from PIL import Image, ImageFilter

    grey = np.asarray(picture)
    calm = picture.filter(ImageFilter.MedianFilter(3))
    speckles = np.mean(np.abs(grey.astype(int) - np.asarray(calm).astype(int)) > 60)
    if speckles > 0.004 and np.std(grey[:40]) > 12:
        picture = calm.filter(ImageFilter.GaussianBlur(0.6))
    angle = _tilt(picture)
    if abs(angle) < 0.06:
        return picture
    return picture.rotate(angle, fillcolor=255, resample=Image.Resampling.BICUBIC)


def _tilt(picture: Image) -> float:
    """Degrees by which the page must be turned for its lines to be level: rows are then either full of ink or empty."""
    import numpy as np

    small = np.asarray(picture.reduce(3))
    rows, columns = np.nonzero(small < _threshold(small))
    if not len(rows):
        return 0.0
    reach = int(small.shape[1] * np.tan(np.radians(TILT + 0.5))) + 1

    def levelness(angle: float) -> float:
        turned = (rows - (columns - small.shape[1] // 2) * np.tan(np.radians(angle))).astype(int) + reach
        return float(np.var(np.diff(np.bincount(turned))))

    rough = max(np.arange(-TILT, TILT + 0.01, 0.5), key=levelness)
    return float(max(np.arange(rough - 0.4, rough + 0.41, 0.1), key=levelness))


def _threshold(grey: Pixels) -> int:
    """The grey that best divides ink from paper (Otsu), within reason."""
    import numpy as np

    counts = np.bincount(grey.ravel(), minlength=256).astype(float)
    below = counts.cumsum()
    mass = (counts * np.arange(256)).cumsum()
    spread = (mass[-1] * below / below[-1] - mass) ** 2 / (below * (below[-1] - below) + 1e-9)
    return int(min(170, max(110, int(spread.argmax()))))


def _bands(ink: Pixels) -> list[tuple[int, int]]:
    """Rows of pixels, from and to, that each hold a line of text."""
    import numpy as np

    rows = ink.sum(1)
    full = np.concatenate([[False], rows > max(3.0, float(rows.max()) * 0.015), [False]])
    edges = np.flatnonzero(full[1:] != full[:-1]).tolist()
    runs = list(zip(edges[::2], edges[1::2], strict=True))
    heights = [bottom - top for top, bottom in runs if bottom - top > 8]
    usual = float(np.median(heights)) if heights else 10.0
    bands: list[tuple[int, int]] = []
    for top, bottom in runs:
        # A dot or a stroke that stands apart from its line belongs to it.
        if bands and top - bands[-1][1] < usual * 0.15 and bottom - bands[-1][0] < usual * 1.4:
            bands[-1] = bands[-1][0], bottom
        elif bottom - top > usual * LOW:
            bands.append((top, bottom))
    # A line that holds nothing but 。 or 一 is as high as the others.
    return [
        (top, bottom)
        if bottom - top > usual * 0.6
        else (round((top + bottom - usual) / 2), round((top + bottom + usual) / 2))
        for top, bottom in bands
    ]


def _by_projection(picture: Image, most: int | None = None) -> list[ScanLine]:
    """Lines as rows of ink divide them; no more than so many."""
    import numpy as np

    grey = np.asarray(picture)
    ink = grey < _threshold(grey)
    found = []
    for top, bottom in _bands(ink)[:most]:
        top, bottom = max(0, top), min(len(grey), bottom)
        across = np.flatnonzero(ink[top:bottom].any(0))
        if len(across) < 4:
            continue
        left, right = int(across[0]), int(across[-1]) + 1
        text, score = _read_strip(picture, left, top, right, bottom)
        if text:
            found.append([text, left, top, right, bottom, score])
    return found


def _read_strip(picture: Image, left: int, top: int, right: int, bottom: int) -> tuple[str, float]:
    """
    The text of one line, and how sure it is.

    The line gets paper around it, since faint marks stand at its ends, and is narrowed: the recogniser takes time for
    every column, and needs fewer than a scanner gives.
    """
    import numpy as np

    high, wide = round((bottom - top) * PAPER_ABOVE), round((bottom - top) * PAPER_BESIDE)
    box = (
        max(0, left - wide),
        max(0, top - high),
        min(picture.width, right + wide),
        min(picture.height, bottom + high),
    )
    strip = picture.crop(box)
    if strip.width > 2 * strip.height:
        strip = strip.resize((round(strip.width * NARROWED), strip.height), reducing_gap=2.0)
    pixels = np.ascontiguousarray(np.repeat(np.asarray(strip)[:, :, None], 3, 2))
    answer = _engine()(pixels, use_det=False, use_cls=False, use_rec=True)
    return "".join(answer.txts or ()), float(np.mean(answer.scores)) if answer.scores else 0.0


def _by_detector(picture: Image) -> list[ScanLine]:
    import numpy as np

    scale = min(1.0, DETECTOR_SIDE / max(picture.size))
    small = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    pixels = np.repeat(np.asarray(small)[:, :, None], 3, 2)
    answer = _engine()(pixels, use_det=True, use_cls=False, use_rec=False)
    found = []
    for box in () if answer.boxes is None else answer.boxes:
        xs, ys = [float(x) / scale for x, _ in box], [float(y) / scale for _, y in box]
        left, top, right, bottom = (round(place) for place in (min(xs), min(ys), max(xs), max(ys)))
        text, score = _read_strip(picture, left, top, right, bottom)
        if text:
            found.append([text, left, top, right, bottom, score])
    return _in_rows(found)


def _in_rows(lines: list[ScanLine]) -> list[ScanLine]:
    """Pieces that stand on one height as one line, divided by tabs, from top to bottom."""
    rows: list[list[ScanLine]] = []
    for line in sorted(lines, key=lambda line: (line[2] + line[4]) / 2):
        middle = (line[2] + line[4]) / 2
        if rows and rows[-1][-1][2] < middle < rows[-1][-1][4]:
            rows[-1].append(line)
        else:
            rows.append([line])
    found = []
    for row in rows:
        row.sort(key=lambda line: line[1])
        letters = sum(len(line[0]) for line in row)
        score = sum(line[5] * len(line[0]) for line in row) / max(letters, 1)
        text = "\t".join(line[0] for line in row)
        found.append([text, row[0][1], min(x[2] for x in row), max(x[3] for x in row), max(x[4] for x in row), score])
    return found


def read_scan(raw: RawFile, *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """
    The text of a picture of a page as a document: one line a printed line, with box and score in ``source.places``.

    Lines that were read without being sure are problems ``low_ocr_score``.
    """
    name = raw.path or "bytes"
    try:
        answer = ask("scan_pages", raw.data, seconds=limits.seconds_for(raw.data))
        if "found" in answer:
            count = answer["found"]
            pages = list(range(1, min(count, limits.pages) + 1))
            seconds = limits.seconds_for(raw.data) + SECONDS_PER_PAGE * len(pages)
            answer = ask("scan", raw.data, seconds=seconds, pages=pages)
    except ChildError as error:
        answer = {"error": "ChildError", "message": str(error)}
    if "error" in answer:
        missing = answer["error"] in ("ImportError", "ModuleNotFoundError")
        detail = HOW_TO_INSTALL if missing else f"{answer['message']}; scan the page again as PNG or TIFF"
        problem = Problem("read", "missing_library" if missing else "broken_file", text=raw.path, detail=detail)
        return Document(name, "", "", problems=(problem,), source=Source(raw.path, raw.sha256))
    found, unread = read_and_unread(pages, answer["found"])
    text, places, tables, problems = printed_lines(sorted(found.items()))
    if not text and not unread:
        problems.append(Problem("read", "no_text", text=raw.path, detail="no text was found in the picture"))
    problems.extend(unread)
    if count > len(pages):
        problems.append(too_many_pages(count, limits))
    source = Source(raw.path, raw.sha256, "", places=places, tables=tables)
    return Document(name, text, text, problems=tuple(problems), source=source)


def read_and_unread(
    pages: list[int], found: list[list[ScanLine] | str]
) -> tuple[dict[int, list[ScanLine]], list[Problem]]:
    """Of what was found on some pages the lines, by page, and a problem for each reason why pages were not read."""
    read: dict[int, list[ScanLine]] = {}
    unread: dict[str, list[int]] = {}
    for number, lines in zip(pages, found, strict=True):
        if isinstance(lines, str):
            unread.setdefault(lines, []).append(number)
        elif lines:
            read[number] = lines
    problems = [
        Problem("read", "broken_file", detail=f"{page_numbers(numbers)}: {why}") for why, numbers in unread.items()
    ]
    return read, problems


def page_numbers(numbers: list[int]) -> str:
    """Page numbers in words, runs drawn together."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs[:10]]
    return f"page{'s' if len(numbers) > 1 else ''} {', '.join(shown)}{' …' if len(runs) > 10 else ''}"


def printed_lines(
    pages: list[tuple[int, list[ScanLine]]],
) -> tuple[str, tuple[Place, ...], tuple[Table, ...], list[Problem]]:
    """The text of lines found on pages, one below another, with places, tables, and a problem for each unsure line."""
    texts: list[str] = []
    places: list[Place] = []
    problems: list[Problem] = []
    rows: list[Row] = []
    at = 0
    for number, lines in pages:
        for text, left, top, right, bottom, score, *grid in lines:
            end = at + len(text)
            places.append(
                Place(at, end, number, (left, top, right, bottom), None if score is None else round(score, 3))
            )
            if score is not None and score < DOUBTFUL:
                problems.append(Problem("read", "low_ocr_score", at, end, text, f"page {number}: score {score:.2f}"))
            if grid and grid[0]:
                cells = (TableCell(at + first, at + last, *rest) for first, last, *rest in grid[1])
                rows.append(Row(MOST_TABLES * number + grid[0], at, end, tuple(cells)))
            texts.append(text)
            at = end + 1
    return "\n".join(texts), tuple(places), tables_of(rows), problems
