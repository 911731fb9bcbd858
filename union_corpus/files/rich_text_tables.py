"""Tables of RTF files: their rows written as lines, with the bytes of every run kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from union_corpus.documents import Table
from union_corpus.files.edged_rows import FIRST_BELOW, FIRST_BESIDE, LATER_BELOW, LATER_BESIDE, TableRow, write_rows
from union_corpus.files.markup import Paragraphs

# A run of text: its first and last byte, and its encoding where every character is one byte of the file.
Run = tuple[str, int, int, str | None]
# Words of the definition of a row that say how its next cell is joined to others.
JOINS = {"clmgf": FIRST_BESIDE, "clmrg": LATER_BESIDE, "clvmgf": FIRST_BELOW, "clvmrg": LATER_BELOW}
MOST_CELLS = 1000


@dataclass
class RowLooks:
    """The definition of the rows that follow, as it is read."""

    edges: list[int] = field(default_factory=lambda: [0])
    joined: list[int] = field(default_factory=list)
    join: int = 0

    def read(self, word: str, number: int | None) -> bool:
        """Take a word of the file; False where it is none of a definition."""
        if word == "trowd":
            self.edges, self.joined, self.join = [0], [], 0
        elif word == "trleft":
            self.edges[0] = number or 0
        elif word in JOINS:
            self.join |= JOINS[word]
        elif word == "cellx":
            if len(self.joined) < MOST_CELLS:
                self.edges.append(min(max(number or 0, -32768), 32767))
                self.joined.append(self.join)
            self.join = 0
        else:
            return False
        return True

    def row(self) -> TableRow:
        return TableRow(tuple(self.edges), tuple(self.joined)) if self.joined else TableRow()


@dataclass(frozen=True)
class RichRow:
    """A row of a table: the runs of its cells, and its looks."""

    cells: tuple[tuple[Run, ...], ...]
    looks: TableRow


def table_runs(rows: Sequence[RichRow]) -> tuple[list[Run], tuple[Table, ...]]:
    """The lines of rows that follow one another, as runs, and the tables in them, places counted from their beginning."""
    lines = Paragraphs()
    write_rows(lines, [([_text(cell).split("\n") for cell in row.cells], row.looks) for row in rows])
    text, tables = lines.text_and_tables()
    return list(_aligned(text, [run for row in rows for cell in row.cells for run in cell])), tables


def _text(cell: Sequence[Run]) -> str:
    # A tab inside a cell would be taken for the border of one.
    return "".join(text for text, *_ in cell).replace("\t", " ")


def _aligned(text: str, runs: Sequence[Run]) -> Iterator[Run]:
    """The runs as they stand in the text, where blanks were dropped, and tabs, blanks and line ends put in."""
    at = last = 0
    for run, start, end, encoding in runs:
        place = 0
        run = run.replace("\t", " ")
        while place < len(run):
            if at < len(text) and text[at] != run[place] and not run[place].isspace():
                yield text[at], last, last, None
                at += 1
                continue
            if at == len(text) or text[at] != run[place]:
                place += 1
                continue
            length = 1
            while run[place + length : place + length + 1] == text[at + length : at + length + 1] != "":
                length += 1
            first, last = (start + place, start + place + length) if encoding else (start, end)
            yield run[place : place + length], first, last, encoding
            at, place = at + length, place + length
    if at < len(text):
        yield text[at:], last, last, None
