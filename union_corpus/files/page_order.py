"""
The order in which a page is read, from the boxes of its characters and the rules drawn on it: lines, columns, tables,
vertical text.

Boxes are (left, top, right, bottom) in points from the page's upper left corner, as it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from union_corpus.documents import TableCell
from union_corpus.files.grids import SHORT, written
from union_corpus.files.ruled_tables import FILLED, Rule, RuledTable, ruled_tables

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Char:
    """A character and its box."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(slots=True)
class Line:
    """
    Characters that are read on one after another, and the box around them.

    A row of a ruled table has the number of its table (from 1) and its cells, with their places in ``text``. While
    a page is put in order a table is one line that holds its ``rows``.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    table: int = 0
    cells: list[TableCell] = field(default_factory=list)
    rows: list[Line] = field(default_factory=list)

    @property
    def box(self) -> Box:
        return self.left, self.top, self.right, self.bottom


# Shares of the character size: how far apart two characters of one line of a column may stand, and when a blank
# was printed between two letters or between two Han characters.
COLUMN_GAP, LETTER_BLANK, HAN_BLANK = 1.8, 0.2, 0.7
# Share of its own width by which a character is shifted that is printed twice.
BOLD_SHIFT = 0.35
# Columns of running text are at least so many characters wide and lines high; narrower ones are cells of a table.
COLUMN_CHARS, COLUMN_LINES = 8, 3


def read_order(chars: list[Char], rules: Sequence[Rule] = ()) -> list[Line]:
    """Lines in reading order; cells that stand side by side are one line, divided by tabs."""
    if not chars:
        return []
    size = median(max(char.right - char.left, char.bottom - char.top) for char in chars) or 10.0
    chars = _printed_once(chars)
    tables, chars = _tables(chars, ruled_tables(rules))
    if _is_vertical(chars, size):
        return [*_vertical_lines(chars, size), *(row for table in tables for row in table.rows)]
    lines = _segments(chars, size) if chars else []
    ordered = [line for band in _cut([*lines, *tables], size) for line in _rows(band, size)]
    return [row for line in ordered for row in line.rows or [line]]


def _tables(chars: list[Char], ruled: list[RuledTable]) -> tuple[list[Line], list[Char]]:
    """Each ruled table that holds text as one line with its rows, and the characters that stand in none."""
    found: list[Line] = []
    for table in ruled:
        owned: list[list[Char]] = [[] for _ in table.cells]
        rest: list[Char] = []
        for char in chars:
            x, y = (char.left + char.right) / 2, (char.top + char.bottom) / 2
            at = next(
                (
                    n
                    for n, cell in enumerate(table.cells)
                    if cell.left <= x < cell.right and cell.top <= y < cell.bottom
                ),
                None,
            )
            (rest if at is None else owned[at]).append(char)
        if sum(map(bool, owned)) >= max(3, FILLED * len(table.cells)):
            rows = _table_rows(table, owned, len(found) + 1)
            text = max((row.text for row in rows), key=len)
            found.append(Line(text, table.left, table.top, table.right, table.bottom, rows=rows))
            chars = rest
    return found, chars


def _table_rows(table: RuledTable, owned: list[list[Char]], number: int) -> list[Line]:
    """The rows of a table; one with paragraphs in its cells is read cell after cell."""
    width = max(cell.shape.column + cell.shape.columns for cell in table.cells)
    rows: dict[int, list[int]] = {}
    for at, cell in enumerate(table.cells):
        rows.setdefault(cell.shape.row, []).append(at)
    found = []
    for row in rows.values():
        lines = {at: read_order(owned[at]) for at in row}
        texts = {at: _joined(lines[at]) for at in row}
        if not any(texts.values()):
            continue
        if any(len(text) > SHORT for text in texts.values()):
            found += [line for at in row for line in lines[at]]
            continue
        line, cells = written([(table.cells[at].shape, texts[at]) for at in row], width)
        inside = [line for at in row for line in lines[at]]
        box = min(x.left for x in inside), min(x.top for x in inside), max(x.right for x in inside), max(x.bottom for x in inside)  # fmt: skip
        found.append(Line(line, *box, table=number, cells=cells))
    return found


def _joined(lines: list[Line]) -> str:
    """The lines of a cell as one: a blank between two letters or figures, nothing beside a Han character."""
    text = ""
    for line in lines:
        wide = not text or text[-1] >= "\u2e80" or line.text[0] >= "\u2e80"
        text += ("" if wide else " ") + line.text.replace("\t", " ")
    return text


def _printed_once(chars: list[Char]) -> list[Char]:
    """
    The characters without those printed again a hair's breadth away to look bold.

    Two digits of 200 stand half a character apart, so what counts is the share of the character's own width.
    """
    seen: dict[tuple[str, int, int], list[Char]] = {}
    kept = []
    for char in chars:
        width, height = max(char.right - char.left, 0.5), max(char.bottom - char.top, 0.5)
        x, y = round(char.left / width), round(char.top / height)
        near = (other for dx in (-1, 0, 1) for dy in (-1, 0, 1) for other in seen.get((char.text, x + dx, y + dy), ()))
        if any(
            abs(other.left - char.left) < BOLD_SHIFT * width and abs(other.top - char.top) < BOLD_SHIFT * height
            for other in near
        ):
            continue
        seen.setdefault((char.text, x, y), []).append(char)
        kept.append(char)
    return kept


def _on_grid(chars: list[Char], size: float) -> bool:
    """True where digits stand in cells as wide as Han characters, so that a gap between them is no blank."""
    tight = loose = 0
    for before, after in pairwise(chars):
        if before.text.isdecimal() and after.text.isdecimal() and abs(before.top - after.top) < size * 0.3:
            gap = after.left - before.right
            tight += -size * 0.3 < gap <= size * LETTER_BLANK
            loose += size * LETTER_BLANK < gap < size
    return loose > 3 * tight


def _is_vertical(chars: list[Char], size: float) -> bool:
    """True where neighbours stand closer below one another than beside one another."""
    if len(chars) < 20:
        return False
    down = _usual_gap([((c.left + c.right) / 2, (c.top + c.bottom) / 2) for c in chars], size)
    across = _usual_gap([((c.top + c.bottom) / 2, (c.left + c.right) / 2) for c in chars], size)
    return down < across * 0.92


def _usual_gap(points: list[tuple[float, float]], size: float) -> float:
    lanes: dict[int, list[float]] = {}
    for lane, along in points:
        lanes.setdefault(round(lane / (size * 0.5)), []).append(along)
    gaps = []
    for places in lanes.values():
        places.sort()
        gaps += [b - a for a, b in pairwise(places)]
    return median(gaps) if gaps else 1e9


def _lanes(chars: list[Char], size: float, *, vertical: bool) -> list[list[Char]]:
    """Characters grouped by the line (or column) they stand in, by the middle of their boxes."""

    def middle(char: Char) -> float:
        return (char.left + char.right) / 2 if vertical else (char.top + char.bottom) / 2

    lanes: list[list[Char]] = []
    last = 0.0
    for char in sorted(chars, key=middle):
        place = middle(char)
        if lanes and place - last < size * 0.45:
            lanes[-1].append(char)
        else:
            lanes.append([char])
        last = place
    return lanes


def _vertical_lines(chars: list[Char], size: float) -> list[Line]:
    """Columns from right to left, each from top to bottom."""
    lines = []
    for lane in reversed(_lanes(chars, size, vertical=True)):
        lane.sort(key=lambda char: char.top)
        lines.append(_line(lane, "".join(char.text for char in lane)))
    return lines


def _line(chars: list[Char], text: str) -> Line:
    return Line(
        text,
        min(char.left for char in chars),
        min(char.top for char in chars),
        max(char.right for char in chars),
        max(char.bottom for char in chars),
    )


def _segments(chars: list[Char], size: float) -> list[Line]:
    """Pieces of lines between wide gaps, from top to bottom."""
    found = []
    letter_blank = HAN_BLANK if _on_grid(chars, size) else LETTER_BLANK
    for lane in _lanes(chars, size, vertical=False):
        lane.sort(key=lambda char: char.left)
        held = [lane[0]]
        text = lane[0].text
        right = lane[0].right
        for char in lane[1:]:
            gap = char.left - right
            if gap > size * COLUMN_GAP:
                found.append(_line(held, text))
                held, text = [char], char.text
            else:
                wide = char.text >= "\u2e80" or text[-1] >= "\u2e80"
                text += (" " if gap > size * (HAN_BLANK if wide else letter_blank) else "") + char.text
                held.append(char)
            right = max(right, char.right) if held[0] is not char else char.right
        found.append(_line(held, text))
    return found


def _cut(lines: list[Line], size: float, depth: int = 0) -> list[list[Line]]:
    """
    The page as bands in reading order: cut between columns of running text, else between blocks above one another.
    """
    if len(lines) < 2 * COLUMN_LINES or depth > 8:
        return [lines]
    at = _column_border(lines, size)
    if at is not None:
        left = [line for line in lines if line.right <= at]
        right = [line for line in lines if line.left >= at]
        return _cut(left, size, depth + 1) + _cut(right, size, depth + 1)
    # A heading or a table across the page keeps columns from being seen: look above and below its lines apart.
    order = sorted(lines, key=lambda line: line.top)
    widest = max(line.right for line in lines) - min(line.left for line in lines)
    wide = [index for index, line in enumerate(order) if line.right - line.left > 0.6 * widest]
    if not wide or len(wide) == len(order):
        return [lines]
    bands: list[list[Line]] = []
    kinds: list[bool] = []
    wide_set = set(wide)
    for index, line in enumerate(order):
        kind = index in wide_set
        if bands and kinds[-1] == kind:
            bands[-1].append(line)
        else:
            bands.append([line])
            kinds.append(kind)
    if len(bands) == 1 or not any(
        not kind and _column_border(band, size) is not None for band, kind in zip(bands, kinds, strict=True)
    ):
        return [lines]
    found: list[list[Line]] = []
    for band, kind in zip(bands, kinds, strict=True):
        found += [band] if kind else _cut(band, size, depth + 1)
    return found


def _column_border(lines: list[Line], size: float) -> float | None:
    """Where an empty strip from top to bottom divides running text; None where there is none, or only table cells."""
    if len(lines) < 2 * COLUMN_LINES:
        return None
    order = sorted(lines, key=lambda line: line.left)
    best: tuple[float, float] | None = None
    right = order[0].right
    for index in range(1, len(order)):
        gap = order[index].left - right
        if gap > size * 0.8 and min(index, len(order) - index) >= COLUMN_LINES and (best is None or gap > best[0]):
            sides = order[:index], order[index:]
            if all(median(len(line.text) for line in side) >= COLUMN_CHARS for side in sides):
                best = gap, order[index].left
        right = max(right, order[index].right)
    return best[1] if best else None


def _rows(lines: list[Line], size: float) -> list[Line]:
    """Lines from top to bottom; pieces on one height are one line, divided by tabs."""
    rows: list[list[Line]] = []
    last = 0.0
    # A table is as high as many lines: it stands where it begins, and nothing is on one height with it.
    order = sorted(lines, key=lambda line: line.top if line.rows else (line.top + line.bottom) / 2)
    for line in order:
        middle = (line.top + line.bottom) / 2
        if rows and not line.rows and not rows[-1][0].rows and middle - last < size * 0.45:
            rows[-1].append(line)
        else:
            rows.append([line])
        last = middle
    found = []
    for row in rows:
        if row[0].rows:
            found.append(row[0])
            continue
        row.sort(key=lambda line: line.left)
        found.append(
            Line(
                "\t".join(line.text for line in row),
                row[0].left,
                min(line.top for line in row),
                max(line.right for line in row),
                max(line.bottom for line in row),
            )
        )
    return found
