"""
Line ends that a margin made.

A PDF or a scan gives one line for each printed line, so that words and figures are cut wherever the margin was. The
margin is learnt from the text itself, stretch by stretch, because a column beside a picture is narrower than the
next; and a line end only goes where the line reaches that margin and the language model reads on across it. A text
that has one line for each paragraph shows no margin and comes back as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from union_corpus.documents import Edit, Repair, apply_edits
from union_corpus.repairs.left_edges import without_left_edges
from union_corpus.repairs.margins import find_margins
from union_corpus.repairs.printed_lines import (
    DATE_LINE,
    ENUMERATOR,
    HAN,
    LONGEST,
    NARROWEST,
    WIDEST,
    Line,
    ends_marked,
    read_lines,
    reads_on,
)
from union_corpus.repairs.readings import find_joins
from union_corpus.repairs.stretches import READS_ON, Stretch, wrapped_stretches

# Lines that are joined can make others look different; more rounds than this were never needed.
_ROUNDS = 6
# No paragraph ends with a comma; a verse may, so that this alone joins nothing, and nothing at all where each line does.
_PAUSED = 2.0
# A long list has very many pairs of lines; this many tell what it is.
_MOST_PAIRS = 400


def find_line_breaks(text: str) -> list[Edit]:
    """
    Find the line ends that a margin made, inside paragraphs, words and figures; each is taken out.

    Headings, items, signatures, tables and verse keep their lines. Text with one line for each paragraph is not
    touched, however short its lines are: there must be a margin that lines reach, and lines that only make sense
    when read on. An empty line goes too where a page or a column ended inside a sentence.

    >>> text = "今年以来，各基层工会认真落实职工代表大会制\\n度，全年召开联席会议四次，收到职工提案三十\\n六件，已经办结三十一件。\\n二、安全生产"
    >>> [edit.start for edit in find_line_breaks(text)]
    [21, 43]
    >>> find_line_breaks("一、组织建设\\n全年新建工会十二家。\\n二、维护权益\\n签订集体合同三十份。")
    []
    """
    found = _line_breaks(text)
    # Once lines are joined, what is left may look different; go on until nothing is left to find, so that repairing
    # twice is repairing once.
    for _ in range(_ROUNDS if found else 0):
        done = Repair("unwrap_lines", tuple(found))
        more = _line_breaks(apply_edits(text, found))
        if not more:
            break
        spans = [(edit, *done.span_before(edit.start, edit.end)) for edit in more]
        found += [Edit(start, text[start:end], edit.after, edit.confidence) for edit, start, end in spans]
        found.sort(key=lambda edit: edit.start)
    return found


def _line_breaks(text: str) -> list[Edit]:
    if not _may_be_wrapped(text):
        return []
    lines = without_left_edges(text, read_lines(text))
    return [_join_edit(text, a, b, sure) for a, b, sure in _joins(text, lines)]


def _may_be_wrapped(text: str) -> bool:
    """A quick look: are there at least two lines, of the length of a printed line, that end within a sentence?"""
    if "\n" not in text and "\r" not in text:
        return False
    cut = 0
    for line in text.split("\n"):
        if 8 < len(line) < LONGEST:
            last = line.rstrip()[-1:]
            if last and last not in "。！？；：!?;:”）》":
                cut += 1
                if cut > 1:
                    return True
    return "\r" in text.replace("\r\n", "")


def _joins(text: str, lines: Sequence[Line]) -> list[tuple[Line, Line, float]]:
    """Neighbouring lines that are one, and how sure that is."""
    if len(lines) < 2:
        return []
    stretches = wrapped_stretches(text, lines, find_margins(text, lines))
    joins = find_joins(text, stretches) if stretches else []
    return sorted([*joins, *_short_joins(text, lines, joins, stretches)], key=lambda join: join[0].start)


def _short_joins(
    text: str, lines: Sequence[Line], joins: Sequence[tuple[Line, Line, float]], stretches: Sequence[Stretch]
) -> list[tuple[Line, Line, float]]:
    """
    Lines that are one although too few stand together to show a margin: a heading in two lines, a short paragraph.

    Pairs of one measure are judged together by how well the model reads on across them. Where no other line of the
    text was cut by a margin they have to be more, or surer; one that reaches the margin of others is judged alone.
    """
    taken = {id(a) for a, _, _ in joins}
    likely: list[tuple[Line, Line]] = []
    for a, b in pairwise(lines):
        if id(a) in taken or a.table or b.table or not NARROWEST <= a.columns <= WIDEST:
            continue
        if b.columns > a.columns + 2.5 or b.lead >= 1.5 or ends_marked(text, a) or b.gap > 1:
            continue
        if ENUMERATOR.match(text, b.start) or DATE_LINE.fullmatch(text, b.start, b.end):
            continue
        if len(HAN.findall(text, a.start, a.end)) >= 0.5 * a.count:
            likely.append((a, b))
    if not joins and len(likely) > _MOST_PAIRS:
        sample = likely[:: len(likely) // _MOST_PAIRS]
        if sum(reads_on(text, a, b)[0] for a, b in sample) < 2.0 * len(sample):
            return []
    pairs = [(a, b, reads_on(text, a, b)[0]) for a, b in likely]
    # Alone, a title in two lines cannot be told from a title and a line under it; a sentence shows by its end.
    ends = bool(joins) or any(ends_marked(text, b) for _, b, _ in pairs)
    found = []
    least, enough = (-2.0, 4.0) if joins else (0.0, 7.0)
    for group in map(partial(_with_pauses, text), _of_one_measure(pairs)):
        gain = sum(follows for _, _, follows in group)
        if ends and gain > enough and gain > 2.0 * len(group):
            found += [(a, b, 0.8) for a, b, follows in group if follows > least]
        else:
            found += [
                (a, b, 0.8)
                for a, b, follows in group
                if follows > READS_ON and any(stretch.is_reached_by(a, b) for stretch in stretches)
            ]
    return found


def _with_pauses(text: str, group: list[tuple[Line, Line, float]]) -> list[tuple[Line, Line, float]]:
    """The pairs with what a comma at the end of a line tells: a margin cuts where it falls, so not all lines have one."""
    paused = [text[a.end - 1] in "，、" for a, _, _ in group]
    told = _PAUSED if len(group) == 1 or not all(paused) else 0.0
    return [(a, b, follows + told * pause) for (a, b, follows), pause in zip(group, paused, strict=True)]


def _of_one_measure(pairs: list[tuple[Line, Line, float]]) -> list[list[tuple[Line, Line, float]]]:
    """The pairs in groups whose first lines are about as long as one another."""
    groups: list[list[tuple[Line, Line, float]]] = []
    for pair in sorted(pairs, key=lambda pair: (pair[0].columns, pair[0].start)):
        if groups and pair[0].columns - groups[-1][-1][0].columns <= 1.0:
            groups[-1].append(pair)
        else:
            groups.append([pair])
    return groups


def _join_edit(text: str, a: Line, b: Line, sure: float) -> Edit:
    before = text[a.end : b.start]
    words = (
        text[a.end - 1].isascii() and text[a.end - 1].isalpha() and text[b.start].isascii() and text[b.start].isalpha()
    )
    return Edit(a.end, before, " " if words else "", round(sure, 3))
