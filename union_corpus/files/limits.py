"""How much is read before we say no: caps that a hostile or broken file runs into, checked while reading."""

from __future__ import annotations

from dataclasses import dataclass

from union_corpus.documents import Problem

MEGABYTE = 1 << 20
# Thousands of pages take longer than a few; what hangs is small as a rule.
SECONDS_PER_MEGABYTE = 2.0


@dataclass(frozen=True, slots=True)
class Limits:
    """
    Caps on what is read. A file that meets one is a row in ``problems_frame``; the others are read all the same.

    - ``file_bytes``: bytes of one file, or of one archive member after unpacking (200 MiB)
    - ``archive_bytes``: bytes of all members of one archive after unpacking, nested ones included (2 GiB)
    - ``members``: members of one archive (20,000)
    - ``depth``: archives inside archives (3)
    - ``expansion``: how many times its packed size a member, or an archive as a whole, may unpack to (200; the first
      megabyte is free, since short repetitive files pack very well)
    - ``pages``: pages of one PDF or picture file (5,000)
    - ``seconds``: processor time that the readers of PDF, old Word files and workbooks may take for one file (10), and
      two more for each of its megabytes, of a workbook eight; one that waits instead of working is ended by the clock, after twice
      that; the picture of a page has ten seconds on the clock
    """

    file_bytes: int = 200 * MEGABYTE
    archive_bytes: int = 2048 * MEGABYTE
    members: int = 20_000
    depth: int = 3
    expansion: float = 200.0
    pages: int = 5_000
    seconds: float = 10.0

    def seconds_for(self, data: bytes) -> float:
        """Processor time that reading these bytes may take."""
        return self.seconds + SECONDS_PER_MEGABYTE * len(data) / MEGABYTE


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is there and could not be read: its path, and the problem that says why and what to try."""

    path: str
    problem: Problem


def too_many_pages(count: int, limits: Limits) -> Problem:
    """That a file has more pages than are read."""
    detail = f"only the first {limits.pages:,} of {count:,} pages were read; Limits(pages=…) raises the cap"
    return Problem("read", "too_large", detail=detail)


def unreadable(path: str, problem: str, detail: str) -> Unreadable:
    """An ``Unreadable`` of stage "read", with the path as the text of its problem."""
    return Unreadable(path, Problem("read", problem, text=path, detail=detail))
