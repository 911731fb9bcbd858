"""
Left margins and hanging indents: blanks before a line that do not tell that a paragraph begins with it.

An indent marks a first line only where other lines have none. A page copied with its left margin has blanks before all
of its lines, and the lines of an item after the first may stand under its text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from union_corpus.repairs.printed_lines import ENUMERATOR, LONGEST, WIDEST, Line, ends_marked, runs_of

# The share of lines that may stand to the left of a margin: titles, page numbers, what was pasted in.
_OUTSIDE = 0.2
# Lines of one measure differ by so much, in columns.
_ABOUT = 2.0
# Of the runs of lines with one indent, at least so many hang where any do.
_MOST = 0.7


def without_left_edges(text: str, lines: Sequence[Line]) -> list[Line]:
    """The lines with an indent only where one begins something; those that hang are as wide as with their blanks."""
    if not any(line.lead >= 1.5 for line in lines):
        return list(lines)
    margin = _left_margin(text, lines)
    if margin >= 1.5:
        lines = [replace(line, lead=max(line.lead - margin, 0.0)) for line in lines]
    runs: dict[float, list[range]] = {}
    for run in _indented(lines):
        runs.setdefault(lines[run[0]].lead, []).append(run)
    hanging: set[int] = set()
    for alike in runs.values():
        found = [run for run in alike if _hangs(text, lines, run)]
        if len(found) >= _MOST * len(alike) and max(len(found), *map(len, alike)) > 1:
            hanging.update(index for run in found for index in run)
    return [_at_the_edge(line) if index in hanging else line for index, line in enumerate(lines)]


def _left_margin(text: str, lines: Sequence[Line]) -> float:
    """How far from the left nearly all lines begin; full-width blanks are no margin, an author has put them there."""
    leads = sorted(line.lead for line in lines if line.count <= LONGEST)
    typed = sum(text[line.start - 1 : line.start] == "\u3000" for line in lines)
    return leads[int(_OUTSIDE * len(leads))] if leads and typed < 0.5 * len(lines) else 0.0


def _indented(lines: Sequence[Line]) -> Iterator[range]:
    """Runs of lines with one indent."""
    for first, last in runs_of([line.lead for line in lines]):
        if lines[first].lead >= 1.5:
            yield range(first, last + 1)


def _hangs(text: str, lines: Sequence[Line], run: range) -> bool:
    """
    True where a run of lines goes on with a numbered line before it, further to the left, as lines of one measure do.

    A paragraph with an indent under its heading does not: the heading is shorter, and so is all but its first line.
    """
    before = run[0] - 1
    if before < 0 or lines[before].lead >= lines[run[0]].lead or not ENUMERATOR.match(text, lines[before].start):
        return False
    if any(ENUMERATOR.match(text, lines[index].start) for index in run):
        return False
    measures = [lines[index].lead + lines[index].columns for index in (before, *run)]
    cut = measures[:-1]
    return max(measures) <= WIDEST and max(measures) - min(cut) <= _ABOUT and not ends_marked(text, lines[before])


def _at_the_edge(line: Line) -> Line:
    return replace(line, lead=0.0, columns=line.columns + line.lead, count=line.count + round(line.lead))
