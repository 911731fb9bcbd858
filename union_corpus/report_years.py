"""
The year a report is about or was given, told from what is printed and from what the text knows of the world.

Printed years are weighed by where they stand: a heading 2006年工作回顾 speaks louder than a year in a paragraph, and the
title of a page that also prints 20xx hardly speaks at all, since whoever masked the years chose the title. Where years
are masked or absent, dated events tell (``dated_events``). All clues are added up as log-likelihoods over years; the
confidence is the share of the best year.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from union_corpus.dated_events import Mention, find_mentions, mention_scores
from union_corpus.documents import Evidence, Problem
from union_corpus.printed_years import (
    FIRST_YEAR,
    LAST_YEAR,
    YearClue,
    as_given,
    latest_given,
    masked_years,
    plain_view,
    printed_years,
    weakened,
    with_unit,
)
from union_corpus.segments import Segment

# Unions' reports on the web are of these years; a summary of 1962 must bring better evidence.
_USUAL = range(1999, 2027)
_SHOWN_EVIDENCE = 8
# Below this share of the likelihood no year is named. Masked reports hold little; the five years told at 0.2 to 0.3 in
# ``tests/quality/reports.py`` were right.
_LEAST_CONFIDENCE = 0.2
# Clues of one report are not independent; dividing the sum keeps a confidence of 0.9 right nine times in ten.
_TEMPERATURE = 1.1


@dataclass(frozen=True, slots=True)
class ReportYear:
    """The year found, how sure it is, the passages that tell it, and what contradicts it or is masked."""

    year: int | None
    confidence: float | None
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()


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
    clues = list(printed_years(plain, segments))
    masks = masked_years(text, plain)
    mode = _mode(plain, segments, kind)
    if masks or copied:
        trust = 0.12 if masks else 0.4
        clues = [weakened(clue, trust) if clue.role in ("title", "published") else clue for clue in clues]
    if kind == "regulation":
        clues = latest_given(plain, clues)
    month = _month_of_news(plain) if mode == "given" else None
    if kind == "news":
        # News is printed when it happens; a page put up again bears another month.
        clues = [
            as_given(clue) if clue.role == "published" and _soon_after(month, clue.month) else clue for clue in clues
        ]
    mentions = _scored_mentions(plain, segments, mode, month)
    if not mentions and all(clue.role == "published" for clue in clues):
        return ReportYear(None, None, (), tuple(masks))
    printed = _printed_scores(clues, mode)
    told = zip(printed.values(), *(scores for _, scores in mentions), strict=True)
    scores = dict(zip(printed, map(sum, told), strict=True))
    best = max(scores, key=lambda year: (scores[year], year))
    confidence = 1 / sum(math.exp((score - scores[best]) / _TEMPERATURE) for score in scores.values())
    if confidence < _LEAST_CONFIDENCE:
        return ReportYear(None, None, (), tuple(masks))
    return ReportYear(
        best,
        round(confidence, 3),
        tuple(_told(text, clues, mentions, best, mode)),
        (*_contradictions(text, clues, best, mode), *masks),
    )


def _printed_scores(clues: Sequence[YearClue], mode: str) -> dict[int, float]:
    """What is known of every year before the events are heard: how usual it is, and the years in print."""
    scores = {
        year: 0.0 if year in _USUAL else -1.5 if year >= 1990 else -3.0 for year in range(FIRST_YEAR, LAST_YEAR + 1)
    }
    said: Counter[tuple[str, int]] = Counter()
    latest = max((clue.year for clue in clues if clue.role in _TELLING), default=FIRST_YEAR)
    aims = _aims(clues)
    over = max(
        (clue.year for clue in clues if clue.past or clue.role in ("counted", "achieved") if clue.year not in aims),
        default=FIRST_YEAR,
    )
    for clue in clues:
        # The same thing said twice in the same place is not twice as sure.
        weight = clue.weight * 0.4 ** said[clue.role, clue.year]
        said[clue.role, clue.year] += 1
        if clue.role == "opening" and clue.year < over:
            weight *= _LONG_AGO
        far = clue.role == "intended" and FIRST_YEAR < over < clue.year - 1
        if not far and (clue.role != "since" or clue.year > latest):
            _add(scores, _implied(clue, mode), weight)
    _add_body(scores, clues, mode)
    since = max((clue.year for clue in clues if clue.role == "since"), default=FIRST_YEAR)
    for year in range(FIRST_YEAR, since):
        scores[year] -= _BEFORE_BEGUN
    return scores


# The roles of years that a text would not print if it were much older.
_TELLING = frozenset({"opening", "counted", "spanned", "intended", "expected", "achieved", "body"})
# A text may open with how its subject began.
_LONG_AGO = 0.3
# A text that tells what was done since a year is hardly older.
_BEFORE_BEGUN = 1.5


def _scored_mentions(
    plain: str, segments: Sequence[Segment], mode: str, month: int | None
) -> list[tuple[Mention, tuple[float, ...]]]:
    """The events a report names, each with what it says of every year; ``month`` is that of news, where it is known."""
    plan_start = _plan_start(plain, segments, mode)
    now = int(mode == "reviewed" and _calls_it_last_year(plain, plan_start))
    written = "half" if mode == "reviewed" and _HALF_YEAR.search(plain, 0, _HEAD) else mode
    found = []
    for mention in find_mentions(plain):
        shift = _shift(mode, mention, has_plan=plan_start < len(plain), in_plan=mention.start >= plan_start)
        found.append((mention, mention_scores(mention, written, shift=shift, now=now, month=month)))
    return found


def _month_of_news(plain: str) -> int | None:
    """The month of news that gives the day without the year: 1月13日,公司工会召开……"""
    match = _NEWS_DATE.search(plain, 0, _HEAD)
    return int(match["month"]) if match and 1 <= int(match["month"]) <= 12 else None


_NEWS_DATE = re.compile(r"(?<![\d年])(?P<month>\d{1,2})月\d{1,2}日")


def _soon_after(month: int | None, printed: int | None) -> bool:
    """True where news of that month may have been printed in the other: the same month or the next."""
    return month is None or printed is None or (printed - month) % 12 <= 1


# A review of half a year is written in the middle of it: a plenum of that autumn is still to come.
_HALF_YEAR = re.compile("上半年|半年来|半年以来")
_HEAD = 300


def _calls_it_last_year(plain: str, plan_start: int) -> bool:
    """True for a review given in the year after, which calls the year under review 去年."""
    return len(_LAST_YEAR_SAID.findall(plain, 0, plan_start)) > len(_THIS_YEAR_SAID.findall(plain, 0, plan_start))


_LAST_YEAR_SAID = re.compile("去年(?!同期|相比|底|末|以来|的)|过去的一年")
_THIS_YEAR_SAID = re.compile("今年|本年|一年来")


# 《政府工作报告》确定的工作 is only named; a union's report to its own congress has the year it reviews.
_TO_A_GOVERNMENTS_CONGRESS = re.compile("政府工作报告(?!》)|人民代表大会(?!常)")
_TO_A_CONGRESS = re.compile("向大会(?:报告|作|提出)")


# -- what a clue says of the year of the report -----------------------------------------------------------------------


def _mode(plain: str, segments: Sequence[Segment], kind: str | None) -> str:
    """Whether the report has the year it reviews, the year it plans, or the year it was given."""
    if kind in ("regulation", "notice", "news"):
        return "given"
    head = plain[:600]
    if _TO_A_GOVERNMENTS_CONGRESS.search(head) or (_TO_A_CONGRESS.search(head) and "工会" not in head):
        return "congress"
    headings = [plain[piece.start : piece.end] for piece in segments if piece.kind == "heading"]
    reviews = sum(bool(re.search("回顾|总结|工作情况|完成情况|主要成绩|取得", heading)) for heading in headings)
    if kind == "plan" and not reviews and not re.search(r"(?:做出|作出|取得|完成|开展)了|总结", head):
        return "planned"
    if kind == "speech" and not reviews and not re.search("[一过]年来|过去的一年|去年|总结", head):
        return "given"
    return "reviewed"


def _implied(clue: YearClue, mode: str) -> dict[int, float]:
    """The years a printed year speaks for, with shares: a summary given in January is about the year before."""
    year, month = clue.year, clue.month
    if clue.role == "opening" and mode == "congress":
        # 1984年，我国农业又获得丰收: said in the spring of 1985.
        return {year + 1: 0.75, year: 0.25} if (month or 12) >= 9 else {year + 1: 0.5, year: 0.5}
    if clue.role in ("expected", "achieved") and mode == "congress":
        return {year: float(clue.role == "expected"), year + 1: 1.0}
    if clue.role == "foreseen":
        return {}
    if clue.role in ("title", "opening", "expected", "spanned", "since", "body"):
        return {year: 1.0}
    if clue.role == "intended":
        return {year: 0.65, year - 1: 0.6 if mode == "reviewed" else 0.3}
    if clue.role == "reviewed":
        return (
            {year: 1.0} if mode == "reviewed" else {year + 1: 1.0} if mode == "planned" else {year + 1: 0.8, year: 0.2}
        )
    if clue.role == "planned":
        return {year - 1: 0.85, year: 0.15} if mode == "reviewed" else {year: 1.0, year - 1: 0.3}
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


def _add_body(scores: dict[int, float], clues: Sequence[YearClue], mode: str) -> None:
    """Years in running text: how often each stands there, and that a report rarely names years far from its own."""
    counts: Counter[int] = Counter(clue.year for clue in clues if clue.role in _RUNNING)
    foreseen = Counter(clue.year for clue in clues if clue.role == "foreseen")
    achieved = Counter(clue.year for clue in clues if clue.role == "achieved")
    expected = Counter(clue.year for clue in clues if clue.role == "expected")
    if mode in ("reviewed", "congress"):
        for year in _aims(clues):
            counts[year] = achieved[year] = expected[year] = 0
    counts = +counts
    if not counts:
        return
    other = counts - achieved - expected
    for year in {near + step for near in {*counts, *foreseen} for step in (-1, 0, 1)} & scores.keys():
        if mode == "reviewed":
            told = 2.2 * math.log1p(counts[year]) + 0.8 * math.log1p(counts[year + 1] + foreseen[year + 1])
        elif mode == "congress":
            # A whole year's results are heard of in the next, those expected of a year in it or soon after.
            heard = achieved[year - 1] + expected[year - 1] + expected[year]
            told = 1.3 * math.log1p(other[year]) + 0.7 * math.log1p(other[year - 1]) + 2.2 * math.log1p(heard)
            if heard:
                told += 0.8 * math.log1p(foreseen[year])
        else:
            told = 2.0 * math.log1p(counts[year]) + 1.0 * math.log1p(counts[year - 1])
        scores[year] += told
    latest = max(counts)
    strength = min(1.0, 0.5 + 0.25 * counts[latest])
    for year in scores:
        if year < latest - (mode == "reviewed"):
            scores[year] -= 2.5 * strength
        elif year > latest + 1:
            scores[year] -= min(1.0 + 0.2 * (year - latest), 3.0) * strength


def _aims(clues: Sequence[YearClue]) -> set[int]:
    """The years that are still to come, as the end of a plan is, though a list of its targets may sound like results."""
    aimed = Counter(clue.year for clue in clues if clue.role in ("foreseen", "intended"))
    told = Counter(clue.year for clue in clues if clue.role in ("achieved", "expected"))
    return {year for year, often in aimed.items() if often >= max(2, told[year])}


_RUNNING = frozenset({"body", "opening", "expected", "achieved"})


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


def _shift(mode: str, mention: Mention, *, has_plan: bool, in_plan: bool) -> int | None:
    """
    What is said to belong to this year in the part about the next year belongs to that one.

    A congress that still awaits something (迎接党的十八大) awaits it in its own year.
    """
    if mode == "reviewed":
        return int(in_plan)
    if mode == "congress":
        return 0 if in_plan or mention.text.startswith(("迎", "喜迎")) else -1 if has_plan else None
    return 0


# -- what is said of the verdict --------------------------------------------------------------------------------------


def _told(
    text: str,
    clues: Sequence[YearClue],
    mentions: Sequence[tuple[Mention, tuple[float, ...]]],
    best: int,
    mode: str,
) -> Iterator[Evidence]:
    """The passages that speak for the year, the strongest first."""
    told: list[Evidence] = []
    seen: Counter[tuple[int, str]] = Counter()
    for clue in clues:
        shares = _implied(clue, mode)
        if clue.role in ("compared", "published") or shares.get(best, 0) < 0.5:
            continue
        seen[clue.year, clue.role] += 1
        if seen[clue.year, clue.role] <= 2:
            end = with_unit(text, clue.end)
            passage = text[clue.start : end]
            told.append(Evidence(clue.start, end, passage, clue.year, f"printed: {clue.role}", round(clue.weight, 2)))
    for mention, scores in mentions:
        score = scores[best - FIRST_YEAR]
        if score > 0.3 * mention.event.weight:
            passage = text[mention.start : mention.end]
            told.append(Evidence(mention.start, mention.end, passage, best, mention.event.name, round(score, 2)))
    told.sort(key=lambda evidence: (-evidence.weight, evidence.start))
    yield from told[:_SHOWN_EVIDENCE]


def _contradictions(text: str, clues: Sequence[YearClue], best: int, mode: str) -> Iterator[Problem]:
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
            end = with_unit(text, clue.end)
            yield Problem(
                "metadata",
                "year_contradiction",
                clue.start,
                end,
                text[clue.start : end],
                f"the {_ROLES[clue.role]} says {clue.year}, but the report is of {best} by the rest of the evidence",
            )


_ROLES = {"title": "title", "given": "date", "reviewed": "heading", "planned": "heading"}
