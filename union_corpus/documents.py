"""
The things every room passes on: raw files, edits, repairs, documents, and the way back from any of them.

A document's ``original`` is the text as decoded and never changes; ``text`` is the current reading; ``repairs``
is the whole road between the two. Rules only find edits; ``apply_edits`` is the one function that makes them.
"""

from __future__ import annotations

import hashlib
import os.path
import re
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from union_corpus.errors import EditError

if TYPE_CHECKING:
    import pandas as pd

Span = tuple[int, int]


@dataclass(frozen=True)
class RawFile:
    """
    Bytes as found, and where: ``path`` names archive members as ``reports.zip!/2009/总结.txt``.

    ``sha256`` is the hex digest of ``data``, so that a table can say which bytes it was read from.
    """

    path: str
    data: bytes = field(repr=False)
    sha256: str = ""

    def __post_init__(self) -> None:
        if not self.sha256:
            object.__setattr__(self, "sha256", hashlib.sha256(self.data).hexdigest())


@dataclass(frozen=True, slots=True, repr=False)
class Edit:
    """
    One change of a text: ``before``, standing at ``start``, is read as ``after``.

    ``start`` counts characters in the text that the rule read. ``confidence`` is the chance, from 0 to 1, that
    the edit is right.

    >>> Edit(2, "(huì)", "")
    Edit(start=2, before='(huì)', after='')
    """

    start: int
    before: str
    after: str
    confidence: float = 1.0

    @property
    def end(self) -> int:
        """Where ``before`` ends in the text that the rule read."""
        return self.start + len(self.before)

    def __repr__(self) -> str:
        doubt = "" if self.confidence == 1.0 else f", confidence={self.confidence:.3g}"
        return f"Edit(start={self.start}, before={self.before!r}, after={self.after!r}{doubt})"


@dataclass(frozen=True, slots=True)
class Problem:
    """
    Something that is damaged, masked or contradictory and was left as it stands.

    ``stage`` is the room that saw it (read, decode, repair, segment, metadata, indicators); ``problem`` a short
    stable name; ``start`` and ``end`` a span of ``Document.text``, or None where the whole file is meant.
    """

    stage: str
    problem: str
    start: int | None = None
    end: int | None = None
    text: str = ""
    detail: str = ""

    @property
    def span(self) -> Span:
        """``(start, end)``, empty where the whole file is meant."""
        return self.start or 0, self.end or 0


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """
    The text with every edit made. Edits come in order and do not overlap; each ``before`` must stand where it says.

    >>> apply_edits("工会(huì)工作", [Edit(2, "(huì)", "")])
    '工会工作'
    >>> apply_edits("工会", [Edit(0, "公", "工")])
    Traceback (most recent call last):
    union_corpus.errors.EditError: edit 1 of 1 expects '公' at 0, but the text has '工'
    """
    pieces: list[str] = []
    done = 0
    for number, edit in enumerate(edits, start=1):
        if edit.start < done:
            raise EditError(
                f"edit {number} of {len(edits)} starts at {edit.start}, before {done}, where the last ended"
            )
        if not text.startswith(edit.before, edit.start) or edit.end > len(text):
            found = text[edit.start : edit.end]
            raise EditError(
                f"edit {number} of {len(edits)} expects {edit.before!r} at {edit.start}, but the text has {found!r}"
            )
        pieces.append(text[done : edit.start])
        pieces.append(edit.after)
        done = edit.end
    pieces.append(text[done:])
    return "".join(pieces)


class _Offsets:
    """Places before and after one pass of edits, looked up by bisection."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self.before_starts: list[int] = []
        self.before_ends: list[int] = []
        self.after_starts: list[int] = []
        self.after_ends: list[int] = []
        shift = 0
        for edit in edits:
            self.before_starts.append(edit.start)
            self.before_ends.append(edit.end)
            self.after_starts.append(edit.start + shift)
            shift += len(edit.after) - len(edit.before)
            self.after_ends.append(edit.end + shift)

    def back(self, start: int, end: int) -> Span:
        """The span of the text before the pass that became ``start:end`` after it."""
        return _carry(start, end, (self.after_starts, self.after_ends), (self.before_starts, self.before_ends))

    def forth(self, start: int, end: int) -> Span:
        """The span of the text after the pass that ``start:end`` before it became."""
        return _carry(start, end, (self.before_starts, self.before_ends), (self.after_starts, self.after_ends))


def _carry(start: int, end: int, here: tuple[list[int], list[int]], there: tuple[list[int], list[int]]) -> Span:
    """Carry a span across one pass; it grows to whole edits where it cuts one, and stays tight beside deletions."""
    starts, ends = here
    other_starts, other_ends = there
    edit = bisect_right(ends, start)
    if edit < len(starts) and starts[edit] <= start:
        new_start = other_starts[edit]
    else:
        new_start = start + (other_ends[edit - 1] - ends[edit - 1] if edit else 0)
    edit = bisect_left(starts, end)
    if edit and ends[edit - 1] >= end:
        new_end = other_ends[edit - 1]
    else:
        new_end = end + (other_ends[edit - 1] - ends[edit - 1] if edit else 0)
    return min(new_start, new_end), max(new_start, new_end)


@dataclass(frozen=True)
class Repair:
    """All the edits one rule made in one pass, in order, with places in the text that the rule read."""

    rule: str
    edits: tuple[Edit, ...]

    @cached_property
    def _offsets(self) -> _Offsets:
        return _Offsets(self.edits)

    def span_before(self, start: int, end: int) -> Span:
        """The span before this repair of what is ``start:end`` after it."""
        return self._offsets.back(start, end)

    def span_after(self, start: int, end: int) -> Span:
        """The span after this repair of what was ``start:end`` before it."""
        return self._offsets.forth(start, end)

    @property
    def growth(self) -> int:
        """How many characters longer the text is after this repair."""
        return sum(len(edit.after) - len(edit.before) for edit in self.edits)

    def cuts(self, place: int) -> bool:
        """True where the text after this repair cannot be cut without cutting a replacement in two."""
        edit = bisect_left(self._offsets.after_starts, place) - 1
        return edit >= 0 and self._offsets.after_ends[edit] > place

    def within(self, before: Span, after: Span) -> Iterator[Edit]:
        """The edits that lie wholly inside a window, given by its span before and after this repair."""
        offsets = self._offsets
        for index in range(bisect_left(offsets.before_starts, before[0]), len(self.edits)):
            if offsets.before_starts[index] > before[1]:
                return
            if (
                offsets.before_ends[index] <= before[1]
                and offsets.after_starts[index] >= after[0]
                and offsets.after_ends[index] <= after[1]
            ):
                yield self.edits[index]


@dataclass(frozen=True, slots=True)
class Region:
    """
    A stretch of ``Document.original`` and the bytes it was decoded from.

    With an ``encoding`` (a Python codec name), encoding the stretch gives back exactly as many bytes as it was
    read from, so a place inside it is found by counting. Without one (a lost byte, an HTML entity) the stretch
    as a whole stands for the bytes as a whole.
    """

    start: int
    end: int
    byte_start: int
    byte_end: int
    encoding: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a stretch of ``Document.original`` stands on a page: page number from 1, and for a scan the line's box.

    ``box`` is (left, top, right, bottom) in points from the page's upper left corner; ``score`` the reader's
    certainty from 0 to 1 where it gives one. The pages of a workbook are its sheets; ``cell`` is an address there
    (会员!B7), None elsewhere.
    """

    start: int
    end: int
    page: int
    box: tuple[float, float, float, float] | None = None
    score: float | None = None
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class TableCell:
    """
    A cell of a table: its text stands at ``start:end``, its upper left corner in ``row`` and ``column`` from 0.

    ``rows`` and ``columns`` tell how many of each it covers. An empty cell has a place too, of no width.
    """

    start: int
    end: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table that the file itself draws or marks up: one line a row, cells divided by tabs.

    ``cells`` are in reading order. A cell that covers several columns is followed by a tab for each, and where one
    reaches down from a row above nothing is printed, so that a column has its place in every line.
    """

    start: int
    end: int
    cells: tuple[TableCell, ...] = ()

    def moved(self, span: Callable[[int, int], Span]) -> Table:
        """The same table with every place looked up anew: ``span`` gives start and end for a start and end."""
        cells = (replace(cell, start=at[0], end=at[1]) for cell in self.cells for at in (span(cell.start, cell.end),))
        return Table(*span(self.start, self.end), tuple(cells))


@dataclass(frozen=True)
class Source:
    """Where a document's original text came from: the file, its bytes by stretches, its pages and tables."""

    path: str = ""
    sha256: str = ""
    encoding: str = ""
    regions: tuple[Region, ...] = field(default=(), repr=False)
    places: tuple[Place, ...] = field(default=(), repr=False)
    tables: tuple[Table, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that speaks for a year: ``text`` stands at ``start:end`` of the document and tells ``year``."""

    start: int
    end: int
    text: str
    year: int
    reason: str
    weight: float = 1.0

    def __str__(self) -> str:
        return f"{self.text}@{self.start}-{self.end}→{self.year}"


@dataclass(frozen=True)
class Metadata(Mapping[str, Any]):
    """
    What is known about a report, under the names that ``documents_frame`` uses; unknown is None.

    Readable both ways: ``doc.metadata.report_year`` and ``doc.metadata["report_year"]``.
    """

    title: str | None = None
    organisation: str | None = None
    level: str | None = None
    place: str | None = None
    report_year: int | None = None
    year_evidence: tuple[Evidence, ...] = ()
    year_confidence: float | None = None
    kind: str | None = None
    script: str | None = None
    duplicate_of: str | None = None

    def __getitem__(self, name: str) -> Any:
        if name not in {f.name for f in fields(self)}:
            raise KeyError(name)
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return (f.name for f in fields(self))

    def __len__(self) -> int:
        return len(fields(self))


@dataclass(frozen=True)
class Document:
    """
    One report: the text as decoded, the current reading, and every step between.

    ``original`` never changes. ``text`` is ``original`` with ``repairs`` made in order. ``problems`` holds what was
    seen and left alone, with places in ``text``. ``parent_id`` names the compilation a report was cut from.

    >>> doc = Document.from_text("工會(huì)工作").apply("inline_pinyin", [Edit(2, "(huì)", "")])
    >>> doc.text, doc.original, doc.original_span(2, 4), doc.replay() == doc.text
    ('工會工作', '工會(huì)工作', (7, 9), True)
    """

    doc_id: str
    original: str = field(repr=False)
    text: str = field(repr=False)
    repairs: tuple[Repair, ...] = field(default=(), repr=False)
    problems: tuple[Problem, ...] = field(default=(), repr=False)
    source: Source = field(default_factory=Source, repr=False)
    metadata: Metadata = field(default_factory=Metadata, repr=False)
    parent_id: str | None = None

    @classmethod
    def from_text(cls, text: str, *, doc_id: str = "text") -> Document:
        """A document of a bare string, with nothing known about it and nothing changed."""
        return cls(doc_id=doc_id, original=text, text=text)

    @property
    def n_edits(self) -> int:
        """How many edits lie between ``original`` and ``text``."""
        return sum(len(repair.edits) for repair in self.repairs)

    def apply(self, rule: str, edits: Iterable[Edit]) -> Document:
        """
        A copy in which ``edits`` are made and remembered under the name ``rule``; problems move with their text.

        The same document comes back where there is nothing to edit.
        """
        made = tuple(edits)
        if not made:
            return self
        repair = Repair(rule, made)
        return replace(
            self,
            text=apply_edits(self.text, made),
            repairs=(*self.repairs, repair),
            problems=tuple(_moved(problem, repair.span_after) for problem in self.problems),
        )

    def with_problems(self, problems: Iterable[Problem]) -> Document:
        """A copy that has these problems on record as well; those it already has are not repeated."""
        known = set(self.problems)
        added = [problem for problem in dict.fromkeys(problems) if problem not in known]
        return replace(self, problems=(*self.problems, *added)) if added else self

    def replay(self) -> str:
        """``original`` with every recorded edit made again: always equal to ``text``."""
        text = self.original
        for repair in self.repairs:
            text = apply_edits(text, repair.edits)
        return text

    def original_span(self, start: int, end: int) -> Span:
        """The span of ``original`` that ``text[start:end]`` was read from, grown to whole edits where it cuts one."""
        for repair in reversed(self.repairs):
            start, end = repair.span_before(start, end)
        return start, end

    def current_span(self, start: int, end: int) -> Span:
        """The span of ``text`` that ``original[start:end]`` has become."""
        for repair in self.repairs:
            start, end = repair.span_after(start, end)
        return start, end

    def byte_span(self, start: int, end: int) -> Span | None:
        """The bytes of the file that ``text[start:end]`` was read from; None where the text did not come from bytes."""
        return self.original_byte_span(*self.original_span(start, end))

    def original_byte_span(self, start: int, end: int) -> Span | None:
        """The bytes that ``original[start:end]`` was decoded from; None where the text did not come from bytes."""
        regions = self.source.regions
        if not regions:
            return None
        first = max(bisect_right(self._region_starts, start) - 1, 0)
        last = first if end <= start else max(bisect_left(self._region_starts, end) - 1, first)
        byte_start = self._byte_place(first, start)[0]
        byte_end = byte_start if end <= start else self._byte_place(last, end)[1]
        return byte_start, max(byte_start, byte_end)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables of the file, with their places in ``text``."""
        return tuple(table.moved(self.current_span) for table in self.source.tables)

    def place_of(self, start: int, end: int) -> Place | None:
        """The page (and for a scan the line) where ``text[start:end]`` begins; None for files without pages."""
        original_start, _ = self.original_span(start, end)
        at = bisect_right(self.source.places, original_start, key=lambda place: place.start) - 1
        return self.source.places[at] if at >= 0 else None

    def slice(self, start: int, end: int, *, doc_id: str) -> Document:
        """
        The report ``text[start:end]`` as a document of its own, with this one as its parent.

        Its original, edits, problems, pages and bytes are those of this document that fall inside. A border that
        would cut a replacement in two moves outwards to its edge.
        """
        while isinstance(windows := self._windows(start, end), _Cut):
            start, end = windows.widen(start, end, len(self.text))
        repairs = []
        for repair, (low, high), (after_low, after_high) in zip(self.repairs, windows, windows[1:], strict=False):
            kept = tuple(
                replace(edit, start=edit.start - low) for edit in repair.within((low, high), (after_low, after_high))
            )
            if kept:
                repairs.append(Repair(repair.rule, kept))
        low, high = windows[0]
        return Document(
            doc_id=doc_id,
            original=self.original[low:high],
            text=self.text[start:end],
            repairs=tuple(repairs),
            problems=tuple(_inside(self.problems, start, end)),
            source=replace(
                self.source,
                regions=tuple(self._regions_inside(low, high)),
                places=tuple(
                    replace(place, start=max(place.start, low) - low, end=min(place.end, high) - low)
                    for place in self.source.places
                    if place.start < high and place.end > low
                ),
                tables=tuple(
                    table.moved(lambda start, end: (start - low, end - low))
                    for table in self.source.tables
                    if low <= table.start and table.end <= high
                ),
            ),
            parent_id=self.doc_id,
        )

    def _repr_html_(self) -> str:
        """What Jupyter shows: the first passages that changed, before and after, or how the text begins."""
        from union_corpus.differences import cell_html

        return cell_html(self)

    def edits_frame(self) -> pd.DataFrame:
        """
        One row an edit: doc_id, step, rule, start, end, before, after, confidence, original_start, original_end.

        ``step`` counts repairs from 1; ``start`` and ``end`` are places in the text that step read,
        ``original_start`` and ``original_end`` in the text as decoded.
        """
        from union_corpus.tables import edits_frame

        return edits_frame([self])

    # -- the way back to bytes ------------------------------------------------------------------------------------

    @cached_property
    def _region_starts(self) -> list[int]:
        return [region.start for region in self.source.regions]

    @cached_property
    def _byte_counts(self) -> dict[int, list[int]]:
        return {}

    def _byte_place(self, index: int, place: int) -> Span:
        """Bytes of one place inside region ``index``: (as a start, as an end); they differ where counting is not possible."""
        region = self.source.regions[index]
        place = min(max(place, region.start), region.end)
        if place == region.start:
            return region.byte_start, region.byte_start
        if place == region.end:
            return region.byte_end, region.byte_end
        if region.encoding is None:
            return region.byte_start, region.byte_end
        counts = self._byte_counts.get(index)
        if counts is None:
            counts = [region.byte_start]
            for at in range(region.start, region.end, _CHECKPOINT):
                piece = self.original[at : min(at + _CHECKPOINT, region.end)]
                counts.append(counts[-1] + _encoded_length(piece, region.encoding))
            self._byte_counts[index] = counts
        step, rest = divmod(place - region.start, _CHECKPOINT)
        at = region.start + step * _CHECKPOINT
        found = counts[step] + (_encoded_length(self.original[at : at + rest], region.encoding) if rest else 0)
        return found, found

    def _regions_inside(self, low: int, high: int) -> Iterator[Region]:
        for index, region in enumerate(self.source.regions):
            if region.start >= high:
                return
            if region.end <= low:
                continue
            start, end = max(region.start, low), min(region.end, high)
            yield Region(
                start - low,
                end - low,
                self._byte_place(index, start)[0],
                self._byte_place(index, end)[1],
                region.encoding,
            )

    def _windows(self, start: int, end: int) -> list[Span] | _Cut:
        """The span ``start:end`` before the first repair, after it, …, after the last; or which border cuts an edit."""
        low, high, length = start, end, len(self.text)
        windows = [(low, high)]
        for repair in reversed(self.repairs):
            if repair.cuts(low) or repair.cuts(high):
                return _Cut(at_start=repair.cuts(low))
            low, high = repair.span_before(low, high)
            # Whatever was taken away before the first character, or behind the last, belongs to the piece as well.
            low = 0 if start == 0 else low
            length -= repair.growth
            high = length if end == len(self.text) else high
            windows.append((low, high))
        return windows[::-1]


@dataclass(frozen=True, slots=True)
class _Cut:
    """A border of a slice that would cut a replacement in two, in whichever step made it."""

    at_start: bool

    def widen(self, start: int, end: int, length: int) -> Span:
        if (self.at_start and start > 0) or end == length:
            return max(start - 1, 0), end
        return start, end + 1


# Every so many characters the byte count of a region is remembered, so that looking up a thousand figures in a long
# report does not encode it a thousand times.
_CHECKPOINT = 2048


def _encoded_length(text: str, encoding: str) -> int:
    return len(text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "strict"))


def _moved(problem: Problem, span_after: Any) -> Problem:
    if problem.start is None or problem.end is None:
        return problem
    start, end = span_after(problem.start, problem.end)
    return replace(problem, start=start, end=end)


def _inside(problems: Iterable[Problem], start: int, end: int) -> Iterator[Problem]:
    for problem in problems:
        if problem.start is None or problem.end is None:
            continue
        if start <= problem.start and problem.end <= end:
            yield replace(problem, start=problem.start - start, end=problem.end - start)


def need_bytes(data: object, door: str) -> None:
    """TypeError for what is no bytes: a text has been decoded already, and a path is not what it leads to."""
    if not isinstance(data, bytes | bytearray | memoryview):
        raise TypeError(f"{door} takes bytes, not {type(data).__name__}; of a file: pathlib.Path(path).read_bytes()")


def text_of(source: str | Document, door: str) -> str:
    """
    The text of what a door that takes text was given.

    Raises TypeError for anything else, since ``str(None)`` or the letters of a list would be counted like words.
    """
    if isinstance(source, Document):
        return source.text
    if isinstance(source, str):
        warn_of_path(source)
        return source
    raise TypeError(f"{door} takes one text (str) or Document, not {type(source).__name__}")


_LIKE_A_PATH = re.compile(r"[^\n\r\t]{0,250}\.\w{2,5}")


def warn_of_path(text: str) -> None:
    """Tell who hands over the name of a file instead of its text, which is easily done and gives an empty result."""
    if len(text) < 256 and _LIKE_A_PATH.fullmatch(text) and os.path.isfile(text):  # noqa: PTH113 (a name may be no path)
        warnings.warn(
            f"{text!r} is the name of a file and was taken as a text; to read the file use "
            f"union_corpus.load_corpus({text!r})",
            stacklevel=4,
        )
