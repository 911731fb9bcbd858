"""
What a text knows of the world: events it names that have a date, from ``lexicon/events.tsv``.

Nobody celebrates 建国60周年 before 2008, names the sixth plenum of the 17th committee before October 2011, or asks workers
to install 学习强国 in 2016. Each mention says how well every year goes with it, as a log-likelihood; ``report_years`` adds
them up.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from union_corpus import lexicon
from union_corpus.printed_years import FIRST_YEAR, LAST_YEAR
from union_corpus.searches import Search, every_place

# First and last month of an event, counted from the year 0.
MonthSpan = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Event:
    """
    A row of the table: what it is called, the words that name it, when, and how strongly it tells.

    ``relation`` is "in" for what belongs to a year and may be looked forward to, "after" for what nobody can name before
    its first month, "on" for an "after" that happened at its first month, so that 今年 and 去年 before it date the text.
    ``bases`` are the years to which the number of an anniversary (第 n 个, n 周年) is added.
    """

    name: str
    cues: tuple[str, ...]
    pattern: re.Pattern[str]
    spans: tuple[MonthSpan, ...]
    bases: tuple[int, ...]
    relation: str
    weight: float
    source: str


@dataclass(frozen=True, slots=True)
class Mention:
    """
    The first place where a text names an event, how often it does, and the months it means.

    ``said`` is -1, 0 or 1 where the text calls the time of the event 去年, 今年 or 明年, else None; ``dated`` is true
    where it prints the year beside every mention (1957年9月的八届三中全会), as one looking back would;
    ``heard`` where it speaks to the event (向第五届全国人民代表大会第三次会议作报告).
    """

    event: Event
    start: int
    end: int
    text: str
    spans: tuple[MonthSpan, ...]
    count: int
    said: int | None
    dated: bool
    heard: bool


@cache
def event_table() -> tuple[Event, ...]:
    """The rows of ``lexicon/events.tsv``."""
    events = []
    for row in lexicon.table("events"):
        when = row["when"].split("|")
        bases = tuple(int(part[:4]) for part in when if part.endswith("+n"))
        events.append(
            Event(
                row["event"],
                tuple(row["cue"].split("|")),
                re.compile(row["pattern"]),
                () if bases else tuple(_months(part) for part in when),
                bases,
                row["relation"],
                float(row["weight"]),
                row["source"],
            )
        )
    return tuple(events)


def _months(span: str) -> MonthSpan:
    first, _, last = span.partition("..")
    return _month_number(first), _month_number(last)


def _month_number(printed: str) -> int:
    year, _, month = printed.partition("-")
    return int(year) * 12 + int(month) - 1


@cache
def _event_cues() -> tuple[tuple[str, ...], Search, dict[str, list[int]]]:
    """All cues of events, the search for them, and the rows of the events that each is a cue of."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, event in enumerate(event_table()):
        for cue in event.cues:
            rows[cue].append(row)
    cues = tuple(sorted(rows))
    return cues, every_place(cues), rows


def find_mentions(plain: str) -> Iterator[Mention]:
    """
    The events that a text (simplified, half-width) names; one mention for each event and anniversary.

    >>> for mention in find_mentions("我们以优异成绩庆祝建国60周年。去年支援汶川灾区。"):
    ...     print(mention.event.name, mention.text, mention.spans[0][0] // 12, mention.said)
    建国周年 建国60周年 2009 None
    汶川地震 汶川 2008 -1
    """
    cues, search, rows = _event_cues()
    places: dict[str, list[int]] = defaultdict(list)
    for which, place, _ in search(plain):
        places[cues[which]].append(place)
    for row in sorted({row for cue in places for row in rows[cue]}):
        event = event_table()[row]
        found: dict[tuple[MonthSpan, ...], list[re.Match[str]]] = {}
        for match in _near_cues(plain, event, places):
            spans = _anniversaries(event.bases, match["n"]) if event.bases else event.spans
            if spans:
                found.setdefault(spans, []).append(match)
        for spans, matches in sorted(found.items()):
            first = matches[0]
            told = (_said(plain, *match.span()) for match in matches)
            said = next((said for said in told if said is not None), None)
            dated = all(
                _DATED.search(plain, max(match.start() - _REACH, 0), match.start())
                or _LOOKED_BACK.match(plain, match.end())
                for match in matches
            )
            heard = any(_is_heard_at(plain, match.start()) for match in matches)
            yield Mention(event, first.start(), first.end(), first.group(), spans, len(matches), said, dated, heard)


def _anniversaries(bases: Sequence[int], printed: str) -> tuple[MonthSpan, ...]:
    number = _ordinal(printed)
    years = [] if number is None else [base + number for base in bases]
    return tuple((year * 12, year * 12 + 11) for year in years if FIRST_YEAR <= year <= LAST_YEAR)


_SAID = re.compile(r"(?P<last>去年|上年)|(?P<this>今年|本年度|这一年)|(?P<next>明年|来年|[新下]一年)")
# 今年要贯彻十六届六中全会精神, 去年以来: what is done about an event may be done later.
_LATER = re.compile("以来|[贯学落按根围依深坚]|精神")
_LATER_OR_END = re.compile(f"{_LATER.pattern}|[。；;！？!?\r\n]")
_LOOKED_BACK = re.compile("(?:批准|通过|制定|确定)的?|以[来后]")
# 今年是全面调整的第一年，又是我们祖国建国三十周年
_THIS_YEAR_IS = re.compile("今年(?:既?是|正值|正逢|恰逢|适逢|喜逢|迎来)[^。；;！？!?\r\n]*$")
_DATED = re.compile(r"(?:\d{4}|[〇零一二三四五六七八九]{4})\s?年[^。；;！？!?\r\n]*$")
_REACH, _LONG_REACH = 12, 40


def _is_heard_at(plain: str, start: int) -> bool:
    """True behind 向: 向第五届全国人民代表大会第三次会议作报告."""
    return plain.startswith("向", start - 1) or plain.startswith("向第", start - 2)


def _said(plain: str, start: int, end: int) -> int | None:
    """-1, 0 or 1 where 去年, 今年 or 明年 stands shortly before a place, in the same clause; 0 where it is heard there."""
    if _is_heard_at(plain, start):
        return 0
    *_, match = None, *_SAID.finditer(plain, max(start - _REACH, 0), start)
    if match is None:
        return 0 if _THIS_YEAR_IS.search(plain, max(start - _LONG_REACH, 0), start) else None
    if _LATER_OR_END.search(plain, match.end(), start) or _LATER.match(plain, end):
        return None
    return {"last": -1, "this": 0, "next": 1}[match.lastgroup or ""]


# A pattern is tried this far around its cue, and no more than so many times in one text.
_AROUND = 40
_MOST_MENTIONS = 8


def _near_cues(plain: str, event: Event, places: Mapping[str, Sequence[int]]) -> Iterator[re.Match[str]]:
    """Matches of an event's pattern around the ``places`` of its cues; that is forty times as fast as all patterns."""
    for cue in event.cues:
        tried = done = go_on = 0
        for at in places.get(cue, ()):
            if at < go_on:
                continue
            if tried == _MOST_MENTIONS:
                break
            tried += 1
            match = event.pattern.search(plain, max(at - _AROUND, done), at + len(cue) + _AROUND)
            if match is not None:
                yield match
                done = match.end()
            go_on = max(at + len(cue), done)


def _ordinal(printed: str) -> int | None:
    if printed.isdecimal():
        return int(printed)
    tens, ten, ones = printed.rpartition("十")
    digits = "一二三四五六七八九"
    if ten:
        if len(tens) > 1 or len(ones) > 1:
            return None
        return (digits.find(tens) + 1 if tens else 1) * 10 + (digits.find(ones) + 1 if ones else 0)
    if printed in ("百", "一百"):
        return 100
    return digits.find(printed) + 1 or None


# -- what a mention says of the year ----------------------------------------------------------------------------------


def mention_scores(
    mention: Mention, mode: str, *, shift: int | None, now: int = 0, month: int | None = None
) -> tuple[float, ...]:
    """
    How well each year from ``FIRST_YEAR`` to ``LAST_YEAR`` goes with a mention, in natural logs.

    ``mode`` tells what a report's year is (see ``report_years``). ``shift`` says which year a yearly event belongs to
    beside the report's own, None where that cannot be told; ``now`` is 1 where the text calls the reviewed year 去年;
    ``month`` is the one in which the report was written, where that is known.
    """
    event = mention.event
    weight = event.weight * (1 + 0.15 * math.log(mention.count))
    if mention.said is not None and event.relation in ("in", "on"):
        happened = tuple((start, start) if event.relation == "on" else (start, end) for start, end in mention.spans)
        weight += _HEARD if mention.heard else _SAID_CLEARLY
        return _year_scores("in", happened, weight, mode, mention.said + now, None)
    scores = _year_scores(event.relation, mention.spans, weight, mode, shift, month)
    if mention.dated and event.relation != "in":
        # What is printed with its year tells only that the text is no older.
        return tuple(min(score, 0.0) for score in scores)
    return scores


_SAID_CLEARLY, _HEARD = 0.5, 3.5


@cache
def _year_scores(
    relation: str, spans: tuple[MonthSpan, ...], weight: float, mode: str, shift: int | None, month: int | None
) -> tuple[float, ...]:
    """The score by the best of the spans, for every year from the first to the last."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    told = [[_score(relation, span, weight, year, mode, shift, month) for year in years] for span in spans]
    return tuple(map(max, *told)) if len(told) > 1 else tuple(told[0])


def _score(
    relation: str, span: MonthSpan, weight: float, year: int, mode: str, shift: int | None, month: int | None
) -> float:
    """
    How well a text of that year names an event: ``weight`` in its time, much less before it, a little less long after.
    """
    start, end = span
    if relation == "in":
        if shift is None:
            return max(_yearly_score(span, weight, year), _yearly_score(span, weight, year - 1) - 0.3)
        return _yearly_score(span, weight, year + shift)
    first, last = (year * 12 + month - 1,) * 2 if month else _window(year, mode)
    if mode == "congress" and year < _ALWAYS_SPRING:
        last = year * 12 + 11
    if last < start:
        # Words that tell little are matched by chance more often, so they forbid less.
        worst = min(4.0, 1.5 + 1.5 * weight)
        return -worst if start - last > 6 else -0.6 * worst
    if first <= end:
        # What began after the year under review is named only where the review looks ahead.
        ahead = _AHEAD if mode == "reviewed" and not shift and start > year * 12 + 11 else 0.0
        # The nearer the beginning, the more often a text dwells on it.
        return weight * (1 - ahead - _FADING * max(0, first - start) / (end - start + 1))
    # What happened at one time is soon no longer spoken of; a policy or a wording lingers.
    faster = _FORGOTTEN if relation == "on" else 1.0
    return max(weight - 0.6 - 0.9 * faster * (first - end) / 12, -0.6 * faster * weight)


# Until 1984 the National People's Congress met in any month.
_ALWAYS_SPRING = 1985
_AHEAD = 0.4
_FADING = 0.4
_FORGOTTEN = 1.8


def _yearly_score(span: MonthSpan, weight: float, year: int) -> float:
    """For what belongs to a year: reviews name it less in the year after, plans of the year before announce it."""
    start, end = span
    first, last = year * 12, year * 12 + 11
    if first <= end and last >= start:
        return weight
    if last < start:
        return weight - 2.2 if start - last <= 12 else -2.0
    gap = (first - end + 11) // 12
    return weight - 2.0 if gap == 1 else max(weight - 2.0 - 0.5 * gap, -1.5)


def _window(year: int, mode: str) -> tuple[int, int]:
    """The months in which a report of that year is written, as month numbers."""
    if mode == "reviewed":
        return year * 12 + 5, year * 12 + 13
    if mode == "half":
        return year * 12 + 5, year * 12 + 7
    if mode == "planned":
        return year * 12 - 2, year * 12 + 4
    if mode == "congress":
        return year * 12 - 5, year * 12 + 2
    return year * 12, year * 12 + 11
