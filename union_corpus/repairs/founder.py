"""
Founder shift: signs that a PDF's typesetting font keeps elsewhere, so that ， comes out as 袁 and 。 as 遥.

Founder fonts that a PDF names without embedding are extracted as GB 2312 with the lead byte 0x31 too high. The
shifted signs are also characters in their own right (医院, 需要, 袁主席), so nothing is replaced by a list: every
doubtful character is weighed by a language model and a word list that see both sides of it, with line ends taken out
(``founder_readings``); the stretches are found in which signs are shifted; and there signs are held to what they owe
each other (``founder_pairs``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from math import exp, inf, log

from union_corpus.documents import Edit, apply_edits
from union_corpus.language_model import Model, load_model
from union_corpus.repairs.founder_pairs import settle
from union_corpus.repairs.founder_readings import Candidate, Readings
from union_corpus.repairs.founder_signs import (
    CLOSERS,
    DIGITS,
    LEAD_BYTE_SHIFT,
    OPENERS,
    RARE,
    Judge,
    families,
    judge_of,
    prior,
    shifted_signs,
)
from union_corpus.repairs.founder_words import is_surname

__all__ = ["LEAD_BYTE_SHIFT", "find_founder_shift", "shifted_signs"]

# --- Stretches ----------------------------------------------------------------------------------------------------

# What it costs (as a log) to believe that a stretch of shifted signs begins: so much beyond the log of how many
# characters it might begin at, but no more than with some hundreds; less where the text has such a stretch elsewhere,
# least for figures where other signs are shifted.
_BEGIN = {"punctuation": 4.0, "alphanumeric": 3.0}
_MOST_BEGIN, _BEGIN_AGAIN, _BEGIN_BESIDE = 10.5, 5.0, 2.0
# What it costs to believe that it ends before the text does: with a line, or in the middle of one.
_CEASE, _CEASE_IN_LINE = 4.0, 9.0
# The most that one place may say for a stretch; an odd name, and a sign that should have a partner, cannot open one.
# A digit by itself, and one that was seen before (愿 in a row of wishes), says no more than this unless it is surer by
# so much; letters say less than digits, which stand in known company.
_MOST, _MOST_WEAK, _MOST_ALONE, _ALONE, _MOST_LETTERS, _MOST_NUMBER = 8.0, 5.0, 2.5, 1.0, 5.0, 12.0
# A real sign inside a stretch of shifted ones speaks against it: the font would have shifted it too.
_AGAINST = 8.0
# What every character without a sign costs: prose has one in ten or so, a list of words or names hardly any.
_SILENCE = {"punctuation": 0.03, "alphanumeric": 0.0}
_REAL = {"punctuation": re.compile("[，。、；：“”]"), "alphanumeric": re.compile("[0-9０-９]")}


def _in_company(text: str, candidate: Candidate) -> bool:
    """True where another character that may be a shifted digit or letter stands next to this one, or beyond a point."""
    for step in (-1, 1):
        at = candidate.start + step
        if text[at : at + 1] in _POINTS:
            at += step
        if at >= 0 and families().get(text[at : at + 1]) == "alphanumeric":
            return True
    return False


_POINTS = frozenset("．.援郾")


def _evidence(text: str, likely: Sequence[Candidate]) -> Iterator[tuple[int, float]]:
    """The places of likely signs and what each says for a stretch of them; those side by side say what one may."""
    seen = set()
    end, left = -1, 0.0
    for candidate in likely:
        worth = min(candidate.odds, _MOST)
        if families()[candidate.shown] == "punctuation":
            weak = is_surname(candidate.shown) or candidate.meant in OPENERS + CLOSERS
            most = _MOST_WEAK if weak else _MOST
        else:
            digit = candidate.meant in DIGITS
            most = _MOST_NUMBER if digit else _MOST_LETTERS
            if candidate.shown in seen or not _in_company(text, candidate):
                worth = max(min(worth, _MOST_ALONE), worth - _ALONE if digit else 0.0)
            seen.add(candidate.shown)
        if candidate.start != end:
            left = most
        worth = min(worth, left)
        left -= worth
        end = candidate.start + 1
        yield candidate.start, worth


def _stretches(
    text: str, candidates: Sequence[Candidate], family: str, begin: int, stop: int, *, known: float = inf
) -> list[tuple[int, int]]:
    """
    The stretches in which signs of a family are shifted: the best switching between two states along the text.

    ``known`` is the most that it costs to begin one, where more is known of the text.
    """
    to_begin = min(known, _MOST_BEGIN, _BEGIN[family] + log(stop - begin))
    likely = [c for c in candidates if c.odds > 0 and families()[c.shown] == family]
    events = list(_evidence(text, likely))
    if sum(gain for _, gain in events) < to_begin:
        return []
    events += [(match.start(), -_AGAINST) for match in _REAL[family].finditer(text, begin, stop)]
    events.sort()
    # Two states, 0 plain and 1 shifted; their best scores, and for each event where the best way came from.
    plain, shifted = 0.0, -to_begin
    came: list[tuple[int, int]] = []
    silence = _SILENCE[family]
    place = events[0][0]
    for start, gain in events:
        shifted -= silence * (start - place)
        cease = _CEASE_IN_LINE if text.find("\n", place, start) < 0 else _CEASE
        place = start
        to_plain = (plain, 0) if plain >= shifted - cease else (shifted - cease, 1)
        to_shifted = (shifted, 1) if shifted >= plain - to_begin else (plain - to_begin, 0)
        plain, shifted = to_plain[0], to_shifted[0] + gain
        came.append((to_plain[1], to_shifted[1]))
    state = int(shifted > plain)
    found: list[tuple[int, int]] = []
    was_shifted = False
    for number in range(len(events) - 1, -1, -1):
        place = events[number][0]
        if state and was_shifted:
            found[-1] = (place, found[-1][1])
        elif state:
            found.append((place, place + 1))
        was_shifted = bool(state)
        state = came[number][state]
    return found[::-1]


# --- The rule -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _candidate_pattern(model: Model) -> re.Pattern[str]:
    """The characters worth weighing: not the commonest ones, 一 以 用, where the sign is one hardly ever printed."""
    worth = [
        shown
        for shown, meant in shifted_signs().items()
        if prior(meant) > RARE or model.log_prob("", shown) < _COMMON_CHARACTER
    ]
    return re.compile(f"[{''.join(worth)}]")


# About one character in three thousand.
_COMMON_CHARACTER = -8.0


@lru_cache(maxsize=4)
def _strong_pattern(model: Model) -> re.Pattern[str]:
    """What the first look searches for: characters commoner as signs than as themselves, and digits side by side."""
    strong = "".join(
        shown
        for shown, meant in shifted_signs().items()
        if model.log_prob("", meant) + prior(meant) - model.log_prob("", shown) > log(2)
    )
    figures = "".join(shown for shown, meant in shifted_signs().items() if families()[shown] == "alphanumeric")
    # One class for all comes first: that is what a search skips ahead to, many times as quickly as to alternatives.
    beside = f"(?<=[{figures}])(?=[{figures}])|(?<=[{figures}]{{2}})"
    return re.compile(f"[{strong}{figures}](?:(?<=[{strong}])|{beside})")


def find_founder_shift(text: str) -> list[Edit]:
    """
    Find signs that a Founder font shifted onto characters: 袁 for ，, 遥 for 。, 院 for ：.

    A stretch must show the shift by more than one place, and real signs of the same kind speak against it; inside
    it every character is weighed in its context, so names and words that hold such characters stay.

    >>> from union_corpus.documents import apply_edits
    >>> damaged = "一年来袁主要做了以下几方面的工作院一是召开职代会袁听取医院工会的意见曰二是慰问困难职工遥"
    >>> apply_edits(damaged, find_founder_shift(damaged))
    '一年来，主要做了以下几方面的工作：一是召开职代会，听取医院工会的意见；二是慰问困难职工。'
    >>> find_founder_shift("袁主席在会上讲话，要求医院工会重视职工的需要。")
    []
    """
    model = load_model()
    parts = [
        (part, min(end, part + _LONGEST_PART))
        for start, end in _suspected(text, judge_of(model))
        for part in range(start, end, _LONGEST_PART)
    ]
    found = [_find_within(text, *part, model) for part in parts]
    # What is shifted in one part is likelier so in the others.
    made_of = Counter(families()[edit.before] for edits in found for edit in edits if edit.confidence >= 0.5)
    known = frozenset(family for family, count in made_of.items() if count >= _ESTABLISHED)
    for number, (part, first) in enumerate(zip(parts, found, strict=True)):
        if known - {families()[edit.before] for edit in first}:
            found[number] = _find_within(text, *part, model, known)
    edits = list(chain.from_iterable(found))
    made = [edit for edit in edits if edit.confidence >= 0.5]
    if not made or len(text) > _SHORT:
        return edits
    # Signs that were read tell more of a short text, so it is read again with them.
    again = {edit.start: edit for edit in [*find_founder_shift(apply_edits(text, made)), *made]}
    return [again[start] for start in sorted(again)]


# So many signs of a kind leave no doubt that a text has them shifted.
_ESTABLISHED = 10
# A longer part is taken in pieces of this many characters, to bound what is kept in mind.
_LONGEST_PART = 200_000


def _suspected(text: str, judge: Judge) -> Iterator[tuple[int, int]]:
    """Parts of a text worth a closer look: where characters that are mostly signs when seen read better as signs."""
    signs = shifted_signs()
    group: list[int] = []
    worth = 0.0
    places = [match.start() for match in _strong_pattern(judge.model).finditer(text)]
    if len(text) <= _SHORT:
        alone = (match.start() for match in _candidate_pattern(judge.model).finditer(text))
        if places or any(_first_look(text, place, signs[text[place]], judge) > _LIKELY for place in alone):
            yield 0, len(text)
        return
    for place in places:
        if worth >= _ENOUGH and place - group[-1] < _NEAR:
            continue
        gain = _first_look(text, place, signs[text[place]], judge)
        if gain < 0.5:
            continue
        if group and place - group[-1] > _FAR:
            if worth >= _ENOUGH:
                yield max(0, group[0] - _MARGIN), min(len(text), group[-1] + _MARGIN)
            group, worth = [], 0.0
        group.append(place)
        worth += min(gain, _MOST)
    if worth >= _ENOUGH:
        yield max(0, group[0] - _MARGIN), min(len(text), group[-1] + _MARGIN)


def _first_look(text: str, place: int, meant: str, judge: Judge) -> float:
    """Log odds of a sign by its nearest neighbours alone, blanks dropped."""
    before = "".join(text[max(0, place - 6) : place].split())[-3:]
    after = "".join(text[place + 1 : place + 7].split())[:2]
    # A figure is looked at as one of several, where those beside it may be figures too.
    figures = _as_figures() if families()[text[place]] == "alphanumeric" else {}
    gain = prior(meant)
    readings = (before.translate(figures), meant + after.translate(figures), 1.0), (before, text[place] + after, -1.0)
    for history, string, direction in readings:
        history = history or "\n"
        for char in string:
            gain += direction * judge.log_prob(history, char)
            history = (history + char)[-3:]
    return gain


@cache
def _as_figures() -> dict[int, str]:
    return {ord(shown): meant for shown, meant in shifted_signs().items() if families()[shown] == "alphanumeric"}


# How much the first look must see, no two places more than _FAR apart; a short text is looked at in any case. Where it
# has seen enough it looks at one place in so many.
_ENOUGH = 4.0
_SHORT = 400
_LIKELY = 2.0
_NEAR = 100
# How far around what the first look saw a stretch may reach, less than half of _FAR so that parts keep apart.
_MARGIN = 700


def _find_within(text: str, start: int, end: int, model: Model, known: frozenset[str] = frozenset()) -> list[Edit]:
    """The edits of a part; ``known`` has the families that are shifted elsewhere in the text."""
    places = [match.start() for match in _candidate_pattern(model).finditer(text, start, end)]
    readings = Readings(text, start, end, places, judge_of(model))
    costs = {family: _BEGIN_AGAIN if family in known else inf for family in ("punctuation", "alphanumeric")}
    signs = _stretches(text, readings.candidates, "punctuation", start, end, known=costs["punctuation"])
    beside = _BEGIN_BESIDE if signs else costs["alphanumeric"]
    figures = _stretches(text, readings.candidates, "alphanumeric", start, end, known=beside)
    stretches = {"punctuation": signs, "alphanumeric": figures}
    dead = {c.start for c in readings.candidates if not _inside(c.start, stretches[families()[c.shown]])}
    if len(dead) == len(places):
        return []
    candidates = readings.without(dead)
    candidates = [
        candidate for near in _neighbourhoods(candidates) if _is_prose(text, near, model) for candidate in near
    ]
    edits = []
    for near in _neighbourhoods(candidates):
        settle(text, near)
        edits += [Edit(c.start, c.shown, c.meant, _confidence(c)) for c in near if c.odds > _LEAST_ODDS]
    return edits


def _confidence(candidate: Candidate) -> float:
    doubt = _DOUBT_OF_NAMES if is_surname(candidate.shown) else _DOUBT
    trusted = _TRUST * candidate.odds * abs(candidate.odds) / (abs(candidate.odds) + doubt)
    return round(1.0 / (1.0 + exp(-trusted)), 4)


# The model and the word list partly say the same, and so are too sure when both are asked: their odds are worth this
# much, and small ones less, least where a name that neither has read may compete. Fitted on the hard lines that have
# been looked at, on made-up names in news, and on reports that the model had not read.
_TRUST, _DOUBT, _DOUBT_OF_NAMES = 0.8, 2.0, 8.0
# What is less likely a sign (as log odds) is not worth a record.
_LEAST_ODDS = -1.0


# The mean log probability of a character in prose, however odd its names; tables of characters and lists of names are
# less likely than this. A single line may be odder: characters are so by some 3.5, so that the mean of few strays from
# what a text has at large.
_PROSE, _STRAY = -6.6, 7.0
# Where nearly all of the signs would be one and the same, as in a dictionary under one initial, or where there would
# be figures and no other signs, it must read better; better still where both is so.
_PLAIN_PROSE, _SAME_FIGURE_PROSE, _MANY = -5.7, -5.4, 2
# One sign that the model never saw says no more than this against the rest.
_WORST = -14.0
# What stands around the first and the last sign belongs to the sentence too.
_SENTENCE = 40


def _is_prose(text: str, candidates: Sequence[Candidate], model: Model) -> bool:
    """True where the text around and between the candidates, read with its signs, is running Chinese."""
    start = max(0, candidates[0].start - _SENTENCE)
    read = list(text[start : candidates[-1].start + _SENTENCE])
    for candidate in candidates:
        read[candidate.start - start] = candidate.reading
    visible = "".join("".join(read).split())
    mean = float(model.scores(visible).clip(min=_WORST).mean())
    changed = Counter(candidate.shown for candidate in candidates if candidate.odds > 0)
    same = max(changed.values(), default=0)
    alike = same > _MANY and same > 0.8 * changed.total()
    figures_only = all(families()[shown] == "alphanumeric" for shown in changed)
    least = _PLAIN_PROSE if alike or figures_only else _PROSE
    if alike and figures_only:
        least = _SAME_FIGURE_PROSE
    return mean > least - _STRAY / len(visible) ** 0.5


# Signs further apart than this owe each other nothing.
_FAR = 1500
# No more candidates than this are settled together, to bound what is kept in mind.
_MOST_TOGETHER = 5_000


def _neighbourhoods(candidates: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Candidates in groups, divided where none stands for a long way."""
    group: list[Candidate] = []
    for candidate in candidates:
        if group and (candidate.start - group[-1].start > _FAR or len(group) >= _MOST_TOGETHER):
            yield group
            group = []
        group.append(candidate)
    if group:
        yield group


def _inside(place: int, stretches: Sequence[tuple[int, int]]) -> bool:
    at = bisect_right(stretches, (place, len(stretches) and 1 << 62)) - 1
    return at >= 0 and stretches[at][0] <= place < stretches[at][1]
