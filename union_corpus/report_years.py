"""
The year a report is about or was given, told from what is printed and from what the text knows of the world.

Printed years are weighed by where they stand: a heading 2006年工作回顾 speaks louder than a year in a paragraph, and the
title of a page that also prints 20xx hardly speaks at all, since whoever masked the years chose the title. Where years
are masked or absent, dated events (``lexicon/events.tsv``) tell: nobody celebrates 建国60周年 before 2008 or names the
sixth plenum of the 17th committee before October 2011. All clues are added up as log-likelihoods over years; the
confidence is the share of the best year.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from union_corpus import lexicon
from union_corpus.documents import Evidence, Problem
from union_corpus.scripts import simplify
from union_corpus.searches import Search, every_place
from union_corpus.segments import Segment

FIRST_YEAR, LAST_YEAR = 1949, 2035
# Unions' reports on the web are of these years; a summary of 1962 must bring better evidence.
_USUAL = range(1999, 2027)
_SHOWN_EVIDENCE = 8
# Below this share of the likelihood no year is named.
_LEAST_CONFIDENCE = 0.3
# Clues of one report are not independent; dividing the sum keeps a confidence of 0.9 right nine times in ten.
_TEMPERATURE = 1.1
# Printed clues by the place where they stand, in natural logs before the temperature: a title alone is right 97 times
# in 100, a date on the page's own frame hardly better than the prior.
_WEIGHTS = {
    "title": 8.0,
    "reviewed": 6.5,
    "planned": 6.5,
    "given": 5.5,
    "opening": 4.0,
    "counted": 4.0,
    "published": 1.5,
    "compared": 0.0,
    "body": 0.0,
}


@dataclass(frozen=True, slots=True)
class ReportYear:
    """The year found, how sure it is, the passages that tell it, and what contradicts it or is masked."""

    year: int | None
    confidence: float | None
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Clue:
    """A printed year and the role it plays: title, reviewed, planned, given, published, opening, body."""

    start: int
    end: int
    year: int
    month: int | None
    role: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Event:
    name: str
    cues: tuple[str, ...]
    pattern: re.Pattern[str]
    spans: tuple[tuple[int, int], ...]
    base: int | None
    relation: str
    weight: float
    source: str


def plain_view(text: str) -> str:
    """
    The text in simplified characters and half-width digits, character for character, so that places stay the same.

    >>> plain_view("２０１０年工會工作報告")
    '2010年工会工作报告'
    """
    plain = simplify(text, taiwan_terms=False)
    if len(plain) != len(text):
        plain = text
    return plain.translate(_DIGITS) if _WIDE.search(plain) else plain


_WIDE = re.compile("[０-９Ｘｘ＊＿○Ｏ]")
_DIGITS = str.maketrans("０１２３４５６７８９Ｘｘ＊＿○Ｏ", "0123456789Xx*_〇〇")
_CN_DIGITS = {char: str(at) for at, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "0": "0"}


def find_report_year(
    text: str, segments: Sequence[Segment], *, kind: str | None, copied: bool, plain: str | None = None
) -> ReportYear:
    """
    The year of one report. ``copied`` says that the text comes from a page that collects other people's reports;
    ``plain`` is ``plain_view(text)`` where that is at hand.

    A summary has the year it reviews, a plan the year it plans, a notice or a law the year it was given. A report to a
    people's congress has the year it was given as well, though it reviews the year before.
    """
    plain = plain_view(text) if plain is None else plain
    clues = list(_printed_years(plain, segments))
    masks = _masks(text, plain)
    mode = _mode(plain, segments, kind)
    if masks or copied:
        trust = 0.12 if masks else 0.4
        clues = [_weakened(clue, trust) if clue.role in ("title", "published") else clue for clue in clues]
    if kind == "regulation":
        clues = _latest_given(plain, clues)
    events = list(_events(plain))
    scores = dict.fromkeys(range(FIRST_YEAR, LAST_YEAR + 1), 0.0)
    for year in scores:
        scores[year] += 0.0 if year in _USUAL else -1.5 if year >= 1990 else -3.0
    said: Counter[tuple[str, int]] = Counter()
    for clue in clues:
        # The same thing said twice in the same place is not twice as sure.
        _add(scores, _implied(clue, mode), clue.weight * 0.4 ** said[clue.role, clue.year])
        said[clue.role, clue.year] += 1
    _add_body(scores, clues, mode)
    plan_start = _plan_start(plain, segments, mode)
    for event, match, named, count in events:
        shift = _shift(mode, match, has_plan=plan_start < len(plain), in_plan=match.start() >= plan_start)
        _add_event(scores, event, named, count, mode, shift=shift)
    informative = bool(events) or any(clue.role != "published" for clue in clues)
    if not informative:
        return ReportYear(None, None, (), tuple(masks))
    best = max(scores, key=lambda year: (scores[year], year))
    total = sum(math.exp((score - scores[best]) / _TEMPERATURE) for score in scores.values())
    confidence = 1 / total
    problems = [*_contradictions(text, clues, best, mode), *masks]
    if confidence < _LEAST_CONFIDENCE:
        return ReportYear(None, None, (), tuple(masks))
    return ReportYear(
        best,
        round(confidence, 3),
        tuple(_told(text, clues, events, best, mode, plan_start)),
        tuple(problems),
    )


# -- printed years ----------------------------------------------------------------------------------------------------

_YEAR = re.compile(
    r"""
      (?<![\d.])(?P<arabic>(?:1[89]|20)\d\d)(?=\s?(?:年|[-/.]\s?\d{1,2}(?!\d)|[〕\])】）]))          # 2009年 2026-02-11 〔2018〕
    | (?<!\d)(?P<spaced>(?:1\s9|2\s0)\s\d\s\d)(?=\s?年)                                               # 1 9 9 8 年
    | (?P<chinese>[一二][九〇零0][〇零0一二三四五六七八九]{2})(?=\s?年)                                # 二〇〇九年
    | 民国\s?(?P<roc>\d{2,3})(?=\s?年)                                                                # 民国110年
    """,
    re.VERBOSE,
)
# The first character of a year and a look at the second: a pattern that begins with a plain class is searched for quickly.
_YEAR_OPENS = re.compile(r"[12一二民](?=[089\s九〇零国])")
_TITLE_YEAR = re.compile(r"(?<!\d)(?P<arabic>(?:19|20)\d\d)(?!\d|\s?[人名元个户])|(?<!\d)(?P<short>0\d|1\d)(?=年)")
_MONTH = re.compile(r"\s?(?:年|[-/.])\s?(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})\s?(?:月|[-/.])")
_REVIEW = re.compile(r"回顾|总结|情况|成绩|成效|做法|体会|完成|取得|执行")
_PLAN = re.compile(r"计划|打算|要点|任务|安排|思路|展望|部署|目标|要求|重点|措施|设想|规划|意见")
_TARGET_BEFORE = re.compile(r"(?<!截)(?<!截止)(?:到|至|力争|争取|确保|预计|计划|面向|展望)\s?$")
_COMPARED_BEFORE = re.compile(r"(?:比|较|同|与|自|从|于|在|由|始于|距|继)\s?$")
_INTENDED = re.compile(r"\s?年[，,]?[^。；，,]{0,10}(?:打算|计划|拟|力争|准备)")
_AS_OF = re.compile(r"截[至止]到?\s?$")
_PUBLISHED = re.compile(r"来源|发布|发表|时间[:：]|更新|浏览|日期[:：]|阅读|编辑")
_IN_FORCE = re.compile(r"[年月日\d\s]{1,12}起?\s?(?:施行|实施|生效)")
_GIVEN = re.compile(r"通过|修订|修正|公布|发布|施行|印发|实施|批准")


def _printed_years(plain: str, segments: Sequence[Segment]) -> Iterator[_Clue]:
    blocks = [piece for piece in segments if piece.kind not in ("sentence", "report", "front_matter", "back_matter")]
    starts = [piece.start for piece in blocks]
    bodies = [piece.start for piece in blocks if piece.kind in ("paragraph", "heading", "list_item")]
    body_start = bodies[0] if bodies else len(plain)
    opening_end = bodies[0] + 600 if bodies else 0
    head = max(body_start, 1)
    for match in _find_years(plain):
        year = _value(match)
        if not FIRST_YEAR - 30 <= year <= LAST_YEAR + 30:
            continue
        start, end = match.start(), match.end()
        after = plain[end : end + 8]
        month = _month(plain, end)
        at = bisect_right(starts, start) - 1
        block = blocks[at] if at >= 0 and start < blocks[at].end else None
        kind = block.kind if block is not None else ""
        line = plain[block.start : min(block.end, block.start + 200)] if block is not None else ""
        if kind == "boilerplate" or (start < head and _PUBLISHED.search(line) and month):
            yield _clue(start, end, year, month, "published")
        elif kind in ("date", "signature", "document_head"):
            yield _clue(start, end, year, month, "given")
        elif kind == "title" and month is None and start < head:
            # The first year of a title names the report; another one in it is what a plan or a decision is for.
            first = not re.search(r"(?:19|20)\d\d", plain[block.start : start]) if block else True
            yield _clue(start, end, year, None, _title_role(plain, end, line), trust=1.0 if first else 0.4)
        elif (start < head and month is not None) or (
            _GIVEN.search(line[:120]) and month is not None and start < head + 1200 and len(line) < 160
        ):
            yield _clue(start, end, year, month, "given")
        elif _TARGET_BEFORE.search(plain, max(start - 4, 0), start):
            continue
        elif _beside_another(plain, start, end) or _COMPARED_BEFORE.search(plain, max(start - 3, 0), start):
            yield _clue(start, end, year, month, "compared")
        elif month is not None and _AS_OF.search(plain, max(start - 4, 0), start):
            yield _clue(start, end, year, month, "counted")
        elif kind in ("heading", "title") and (role := _heading_role(plain, end, block.end if block else end)):
            yield _clue(start, end, year, month, role)
        elif start < opening_end and _INTENDED.match(plain, end):
            yield _clue(start, end, year, month, "planned", trust=0.6)
        elif start < opening_end and after.lstrip().startswith("年") and _starts_sentence(plain, start):
            yield _clue(start, end, year, month, "opening")
        else:
            yield _clue(start, end, year, month, "body")
    done = {match.start() for match in _find_years(plain[:head])}
    for piece in blocks:
        if piece.kind == "title" and piece.start <= head:
            for match in _TITLE_YEAR.finditer(plain, piece.start, piece.end):
                if match.start() not in done:
                    named = int(match["arabic"] or 2000 + int(match["short"]))
                    role = _title_role(plain, match.end(), plain[piece.start : piece.end])
                    yield _clue(match.start(), match.end(), named, None, role, trust=1.0 if match["arabic"] else 0.5)


def _find_years(plain: str) -> Iterator[re.Match[str]]:
    """The matches of ``_YEAR``, in order, none over another."""
    done = 0
    for opening in _YEAR_OPENS.finditer(plain):
        match = _YEAR.match(plain, opening.start()) if opening.start() >= done else None
        if match is not None:
            done = match.end()
            yield match


def _heading_role(plain: str, end: int, block_end: int) -> str:
    """What a year in a heading speaks of: 2006年工作回顾 is reviewed, 2007年工作打算 planned, anything else tells nothing."""
    rest = plain[end : min(block_end, end + 40)]
    if not rest.lstrip().startswith("年"):
        return ""
    if _REVIEW.search(rest) and not _PLAN.search(rest[:8]):
        return "reviewed"
    return "planned" if _PLAN.search(rest) else ""


def _clue(start: int, end: int, year: int, month: int | None, role: str, *, trust: float = 1.0) -> _Clue:
    return _Clue(start, end, year, month, role, _WEIGHTS[role] * trust)


def _title_role(plain: str, end: int, line: str) -> str:
    """What a year in a title speaks of: 2006年工作总结和2007年工作计划 has one of each; alone it names the report."""
    if len(re.findall(r"(?:19|20)\d\d", line)) < 2 or not re.search("总结|回顾", line):
        return "title"
    rest = re.split(r"(?:19|20)\d\d", plain[end : end + 30])[0]
    if re.search("总结|回顾", rest):
        return "reviewed"
    return "planned" if _PLAN.search(rest) else "title"


def _beside_another(plain: str, start: int, end: int) -> bool:
    """True for a span of years: 2011—2015年, 2014年至2016年."""
    before, after = plain[max(start - 7, 0) : start], plain[end : end + 8]
    return bool(
        re.search(r"\d{4}\s?年?\s?[-—–~～至到]+\s?$", before)
        or re.match(r"\s?年?\s?[-—–~～至到]+\s?(?:19|20)\d\d", after)
    )


def _starts_sentence(plain: str, start: int) -> bool:
    """True where a year opens a sentence about itself; 2016年起 and 1997年以来 speak of what began then."""
    if re.match(r"\d*\s?年(?:起|以来|至今|开始|成立)", plain[start : start + 12]):
        return False
    before = plain[max(start - 8, 0) : start].rstrip(" \t\u3000\xa0")
    return not before or before[-1] in "。！？；：\n\r】"


def _value(match: re.Match[str]) -> int:
    group = match.lastgroup or ""
    printed = match[group]
    if group == "chinese":
        return int("".join(_CN_DIGITS[char] for char in printed))
    if group == "roc":
        return int(printed) + 1911
    return int(re.sub(r"\s", "", printed))


def _month(plain: str, end: int) -> int | None:
    match = _MONTH.match(plain, end)
    if match is None:
        return None
    printed = match["month"]
    month = (
        int(printed)
        if printed.isdecimal()
        else "一二三四五六七八九十".find(printed[-1]) + 1 + 10 * (printed[:-1] == "十")
    )
    return month if 1 <= month <= 12 else None


def _weakened(clue: _Clue, trust: float) -> _Clue:
    return _Clue(clue.start, clue.end, clue.year, clue.month, clue.role, clue.weight * trust)


def _latest_given(plain: str, clues: Sequence[_Clue]) -> list[_Clue]:
    """Of a law only its last version counts: 1992年通过, 2001年修正, 2021年修正 is the law of 2021."""
    titled = [clue for clue in clues if clue.role == "title"]
    given = [clue for clue in clues if clue.role == "given"]
    # A law in force from 1 January was passed the year before; that date counts only where no other is printed.
    passed = [clue for clue in given if not _IN_FORCE.match(plain, clue.end)]
    if passed or given:
        return [max(passed or given, key=lambda clue: (clue.year, clue.start)), *titled]
    return titled or list(clues)[-1:]


# -- what a clue says of the year of the report -----------------------------------------------------------------------


def _mode(plain: str, segments: Sequence[Segment], kind: str | None) -> str:
    """Whether the report has the year it reviews, the year it plans, or the year it was given."""
    if kind in ("regulation", "notice", "news"):
        return "given"
    head = plain[:600]
    if re.search("政府工作报告|人民代表大会(?!常)|向大会(?:报告|作|提出)", head):
        return "congress"
    headings = [plain[piece.start : piece.end] for piece in segments if piece.kind == "heading"]
    reviews = sum(bool(re.search("回顾|总结|工作情况|完成情况|主要成绩|取得", heading)) for heading in headings)
    if kind == "plan" and not reviews and not re.search(r"(?:做出|作出|取得|完成|开展)了|总结", head):
        return "planned"
    if kind == "speech" and not reviews and not re.search("[一过]年来|过去的一年|去年|总结", head):
        return "given"
    return "reviewed"


def _implied(clue: _Clue, mode: str) -> dict[int, float]:
    """The years a printed year speaks for, with shares: a summary given in January is about the year before."""
    year, month = clue.year, clue.month
    if clue.role in ("title", "opening", "body"):
        return {year: 1.0}
    if clue.role == "reviewed":
        return (
            {year: 1.0} if mode == "reviewed" else {year + 1: 1.0} if mode == "planned" else {year + 1: 0.8, year: 0.2}
        )
    if clue.role == "planned":
        return {year: 1.0} if mode != "reviewed" else {year - 1: 0.85, year: 0.15}
    if mode in ("given", "congress") and clue.role != "counted":
        return {year: 1.0}
    if mode == "planned":
        if month is None:
            return {year: 0.85, year + 1: 0.15}
        return {year + 1: 0.8, year: 0.2} if month >= 11 else {year: 1.0}
    if clue.role == "counted":
        # Figures counted up to the end of December are of that year; a congress hears them the year after.
        return {year + (mode == "congress"): 1.0}
    if month is None:
        return {year: 0.55, year - 1: 0.45}
    if month <= 3:
        return {year - 1: 0.8, year: 0.2}
    return {year: 0.8, year - 1: 0.2} if month <= 6 else {year: 1.0}


def _add(scores: dict[int, float], shares: dict[int, float], weight: float) -> None:
    """Add a clue: its full weight where it speaks for one year, less where it wavers between two."""
    for year, share in shares.items():
        if year in scores:
            scores[year] += weight * share


def _add_body(scores: dict[int, float], clues: Sequence[_Clue], mode: str) -> None:
    """Years in running text: how often each stands there, and that a report rarely names years far from its own."""
    counts: Counter[int] = Counter(clue.year for clue in clues if clue.role in ("body", "opening"))
    if not counts:
        return
    for year in scores:
        own = math.log1p(counts[year])
        if mode == "reviewed":
            scores[year] += 2.2 * own + 0.8 * math.log1p(counts[year + 1])
        else:
            scores[year] += 2.0 * own + 1.0 * math.log1p(counts[year - 1])
    latest = max(counts)
    strength = min(1.0, 0.5 + 0.25 * counts[latest])
    for year in scores:
        if year < latest - (mode == "reviewed"):
            scores[year] -= 2.5 * strength
        elif year > latest + 1:
            scores[year] -= min(1.0 + 0.2 * (year - latest), 3.0) * strength


# -- dated events -----------------------------------------------------------------------------------------------------


@cache
def _event_table() -> tuple[_Event, ...]:
    events = []
    for row in lexicon.table("events"):
        when = row["when"]
        base = int(when[:4]) if when.endswith("+n") else None
        spans = () if base is not None else tuple(_months(span) for span in when.split("|"))
        events.append(
            _Event(
                row["event"],
                tuple(row["cue"].split("|")),
                re.compile(row["pattern"]),
                spans,
                base,
                row["relation"],
                float(row["weight"]),
                row["source"],
            )
        )
    return tuple(events)


@cache
def _event_cues() -> tuple[tuple[str, ...], Search]:
    """All cues of events, and the search for them."""
    cues = tuple(sorted({cue for event in _event_table() for cue in event.cues}))
    return cues, every_place(cues)


def _months(span: str) -> tuple[int, int]:
    first, _, last = span.partition("..")
    return _month_number(first), _month_number(last)


def _month_number(printed: str) -> int:
    year, _, month = printed.partition("-")
    return int(year) * 12 + int(month) - 1


def _events(plain: str) -> Iterator[tuple[_Event, re.Match[str], int | None, int]]:
    """Events the text names: the event, its first mention, the year for anniversaries, and how often it is named."""
    cues, search = _event_cues()
    places: dict[str, list[int]] = defaultdict(list)
    for which, place, _ in search(plain):
        places[cues[which]].append(place)
    for event in _event_table():
        if places.keys().isdisjoint(event.cues):
            continue
        found: dict[int | None, tuple[re.Match[str], int]] = {}
        for match in _near_cues(plain, event, places):
            year: int | None = None
            if event.base is not None:
                number = _ordinal(match["n"])
                if number is None or not FIRST_YEAR <= event.base + number <= LAST_YEAR:
                    continue
                year = event.base + number
            first, count = found.get(year, (match, 0))
            found[year] = (first, count + 1)
        for year, (match, count) in sorted(found.items(), key=lambda item: item[0] or 0):
            yield event, match, year, count


# A pattern is tried this far around its cue, and no more than so many times in one text.
_AROUND = 40
_MOST_MENTIONS = 8


def _near_cues(plain: str, event: _Event, places: Mapping[str, Sequence[int]]) -> Iterator[re.Match[str]]:
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


def _window(year: int, mode: str) -> tuple[int, int]:
    """The months in which a report of that year is written, as month numbers."""
    if mode == "reviewed":
        return year * 12 + 5, year * 12 + 13
    if mode == "planned":
        return year * 12 - 2, year * 12 + 4
    if mode == "congress":
        return year * 12 - 5, year * 12 + 2
    return year * 12, year * 12 + 11


def _plan_start(plain: str, segments: Sequence[Segment], mode: str) -> int:
    """Where a report that reviews a year turns to the next; the end of the text where it does not."""
    if mode not in ("reviewed", "congress"):
        return len(plain)
    for piece in segments:
        if piece.kind not in ("heading", "title") or piece.start < len(plain) // 10 or (piece.level or 0) > 1:
            continue
        heading = plain[piece.start : piece.end]
        if _NEXT.search(heading) and not re.search("回顾|总结|情况", heading):
            return piece.start
    return len(plain)


_NEXT = re.compile("计划|打算|安排|任务|目标|总体要求|展望|部署|思路|今后|下一步|明年|设想|重点工作")


def _add_event(
    scores: dict[int, float], event: _Event, named: int | None, count: int, mode: str, *, shift: int | None
) -> None:
    """``shift`` says which year a yearly event belongs to beside the report's own; None where that cannot be told."""
    spans = event.spans if named is None else ((named * 12, named * 12 + 11),)
    weight = event.weight * (1 + 0.15 * math.log(count))
    for year, score in zip(scores, _event_scores(event.relation, spans, weight, mode, shift), strict=True):
        scores[year] += score


@cache
def _event_scores(
    relation: str, spans: tuple[tuple[int, int], ...], weight: float, mode: str, shift: int | None
) -> tuple[float, ...]:
    """``_event_score`` by the best of the spans, for every year from the first to the last."""
    return tuple(
        max(_event_score(relation, span, weight, year, mode, shift) for span in spans)
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
    )


def _shift(mode: str, match: re.Match[str], *, has_plan: bool, in_plan: bool) -> int | None:
    """
    What is said to belong to this year in the part about the next year belongs to that one.

    A congress that still awaits something (迎接党的十八大) awaits it in its own year.
    """
    if mode == "reviewed":
        return int(in_plan)
    if mode == "congress":
        return 0 if in_plan or match.group().startswith(("迎", "喜迎")) else -1 if has_plan else None
    return 0


def _event_score(relation: str, span: tuple[int, int], weight: float, year: int, mode: str, shift: int | None) -> float:
    """
    How well a text of that year names an event: ``weight`` in its time, much less before it, a little less long after.
    """
    start, end = span
    if relation == "in":
        if shift is None:
            return max(_yearly_score(span, weight, year), _yearly_score(span, weight, year - 1) - 0.3)
        return _yearly_score(span, weight, year + shift)
    first, last = _window(year, mode)
    if last < start:
        return -4.0 if start - last > 6 else -2.5
    if first <= end:
        # The nearer the beginning, the more often a text dwells on it.
        return weight - min(0.06 * max(0, (first - start) / 12), 0.4 * weight)
    return max(weight - 0.6 - 0.9 * (first - end) / 12, -0.6 * weight)


def _yearly_score(span: tuple[int, int], weight: float, year: int) -> float:
    """For what belongs to a year: reviews name it less in the year after, plans of the year before announce it."""
    start, end = span
    first, last = year * 12, year * 12 + 11
    if first <= end and last >= start:
        return weight
    if last < start:
        return weight - 2.2 if start - last <= 12 else -2.0
    gap = (first - end + 11) // 12
    return weight - 2.0 if gap == 1 else max(weight - 2.0 - 0.5 * gap, -1.5)


def _with_unit(text: str, end: int) -> int:
    """Where a year ends together with its 年, over a blank or two."""
    match = _UNIT.match(text, end)
    return match.end() if match else end


_UNIT = re.compile(r"[ \t\u3000\xa0]{0,2}年")


# -- what is said of the verdict --------------------------------------------------------------------------------------


def _told(
    text: str,
    clues: Sequence[_Clue],
    events: Sequence[tuple[_Event, re.Match[str], int | None, int]],
    best: int,
    mode: str,
    plan_start: int,
) -> Iterator[Evidence]:
    """The passages that speak for the year, the strongest first."""
    told: list[Evidence] = []
    seen: dict[tuple[int, str], int] = defaultdict(int)
    for clue in clues:
        shares = _implied(clue, mode)
        if clue.role in ("compared", "published") or shares.get(best, 0) < 0.5:
            continue
        seen[clue.year, clue.role] += 1
        if seen[clue.year, clue.role] <= 2:
            end = _with_unit(text, clue.end)
            told.append(
                Evidence(
                    clue.start, end, text[clue.start : end], clue.year, f"printed: {clue.role}", round(clue.weight, 2)
                )
            )
    for event, match, named, _ in events:
        spans = event.spans if named is None else ((named * 12, named * 12 + 11),)
        shift = _shift(mode, match, has_plan=plan_start < len(text), in_plan=match.start() >= plan_start)
        score = max(_event_score(event.relation, span, event.weight, best, mode, shift) for span in spans)
        if score > 0.3 * event.weight:
            told.append(
                Evidence(
                    match.start(), match.end(), text[match.start() : match.end()], best, event.name, round(score, 2)
                )
            )
    told.sort(key=lambda evidence: (-evidence.weight, evidence.start))
    yield from told[:_SHOWN_EVIDENCE]


def _contradictions(text: str, clues: Sequence[_Clue], best: int, mode: str) -> Iterator[Problem]:
    """Printed years that do not go with the year found: a title from another year, a date before the plan it signs."""
    seen = set()
    for clue in clues:
        if clue.role not in _ROLES or (clue.role, clue.year) in seen:
            continue
        if clue.role == "title":
            fits = clue.year == best
        elif clue.role == "given" and mode == "planned":
            # A plan is signed in its own year or at the end of the year before.
            fits = clue.year == best or (clue.year == best - 1 and (clue.month is None or clue.month >= 9))
        elif clue.role == "given" and (mode == "reviewed" or (clue.month or 12) <= 3):
            fits = clue.year in (best, best + 1)
        else:
            fits = _implied(clue, mode).get(best, 0) > 0
        if not fits:
            seen.add((clue.role, clue.year))
            end = _with_unit(text, clue.end)
            yield Problem(
                "metadata",
                "year_contradiction",
                clue.start,
                end,
                text[clue.start : end],
                f"the {_ROLES[clue.role]} says {clue.year}, but the report is of {best} by the rest of the evidence",
            )


_ROLES = {"title": "title", "given": "date", "reviewed": "heading", "planned": "heading"}

_MASK = re.compile(
    r"(?<![A-Za-z\d])(?:20|19)[\dxX×*_〇]?[xX×*_□#]{1,2}(?=\s?[年\-—~至度]|企|工|$)|(?<![A-Za-z×xX*_~])(?:[xX×*_~○□]{1,4})\s?(?=年(?!级|轻|度?龄|代|纪|货|会))"
)

_MASK_SIGN = re.compile(r"[xX×*_~○□#]")  # no masked year is without one


def _masks(text: str, plain: str) -> list[Problem]:
    """Years that were masked, one problem for each kind of mask, with how often it stands there."""
    if not _MASK_SIGN.search(plain):
        return []
    found: dict[str, list[int]] = defaultdict(list)
    for match in _MASK.finditer(plain):
        found[text[match.start() : match.end()].strip()].append(match.start())
    return [
        Problem(
            "metadata",
            "masked_year",
            places[0],
            places[0] + len(mask),
            mask,
            f"{len(places)} {'place' if len(places) == 1 else 'places'}",
        )
        for mask, places in found.items()
    ]
