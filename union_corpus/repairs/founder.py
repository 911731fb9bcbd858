"""
Founder shift: signs that a PDF's typesetting font keeps elsewhere, so that ， comes out as 袁 and 。 as 遥.

Founder fonts that a PDF names without embedding are extracted as GB 2312 with the lead byte 0x31 too high. The
shifted signs are also characters in their own right (医院, 需要, 袁主席), so nothing is replaced by a list: first the
stretches are found in which signs are shifted, then every doubtful character there is decided by a language model
that sees both sides of it, with line ends taken out, and by what signs owe each other: quotation marks close, dashes
come in runs, ①②③ count up.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log

from union_corpus.documents import Edit
from union_corpus.language_model import Model, load_model
from union_corpus.repairs.lattices import Alternative, decode_lattice

# Some PDF fonts print GB 2312 signs one table off: the lead byte is 0x31 too high, so ， (A3 AC) comes out as
# 袁 (D4 AC) and 。 (A1 A3) as 遥 (D2 A3).
LEAD_BYTE_SHIFT = 0x31
# Rows of the code table whose signs are undone. Rows 4 to 9 (kana, Greek, Cyrillic, rules) would fall on the
# commonest characters of all, 中 这 者 职 制.
_ROWS = (0xA1, 0xA2, 0xA3)
# Two signs that do not follow the rule (seen in newspapers of the same making).
_OUTSIDE_THE_RULE = {"郾": ".", "鄄": "-"}

_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_WIDE_ALPHANUMERIC = frozenset(chr(ord(char) + 0xFEE0) for char in _ALPHANUMERIC)


@cache
def shifted_signs() -> dict[str, str]:
    """
    Character as shown → sign that was meant, worked out from the code table (GBK's, where A1A4 is · and A1AA is —).

    >>> signs = shifted_signs()
    >>> "".join(signs[char] for char in "袁遥尧曰院野冶渊冤叶曳耶爷要噎钥浴窑揖铱豫淤于盂员圆")
    '，。、；：“”（）《》‘’—…？！·【】％①②③１２'
    """
    signs = {}
    for lead in _ROWS:
        for trail in range(0xA1, 0xFF):
            try:
                meant = bytes((lead, trail)).decode("gbk")
                shown = bytes((lead + LEAD_BYTE_SHIFT, trail)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            signs[shown] = meant
    return signs | _OUTSIDE_THE_RULE


@cache
def _families() -> dict[str, str]:
    """Shown character → ``punctuation`` or ``alphanumeric``: fonts shift the one, the other, or both."""
    return {
        shown: "alphanumeric" if meant in _WIDE_ALPHANUMERIC else "punctuation"
        for shown, meant in shifted_signs().items()
    }


# --- Where a sign may stand: the priors ---------------------------------------------------------------------------

# How often a sign is meant, against the character it is shown as, beyond what the language model says: the model
# has hardly seen the rarer signs in running text, and a letter seldom stands alone in a report.
_USUAL = frozenset("，。、；：？！“”‘’（）《》—…·％①②③④⑤⑥⑦⑧⑨⑩０１２３４５６７８９")
_SOMETIMES = frozenset("－．／～℃＋×【】〔〕〈〉『』「」●○■□◆◇▲△★☆※＝＜＞＆")
_LETTERS = _WIDE_ALPHANUMERIC - frozenset("０１２３４５６７８９")
_USUAL_PRIOR, _SOMETIMES_PRIOR, _LETTER_PRIOR, _RARE_PRIOR = 0.0, -4.0, -4.0, -9.0


def _prior(meant: str) -> float:
    if meant in _USUAL:
        return _USUAL_PRIOR
    if meant in _LETTERS:
        return _LETTER_PRIOR
    return _SOMETIMES_PRIOR if meant in _SOMETIMES else _RARE_PRIOR


# --- Clusters: doubtful characters so close that one decides the other --------------------------------------------

# A line end in a hard-wrapped text is mostly not there in the sentence; a blank beside a sign hardly ever is.
_LINE_END: tuple[Alternative, ...] = (("", log(0.7)), ("\n", log(0.3)))
_BLANK: tuple[Alternative, ...] = (("", log(0.5)), (" ", log(0.5)))
_SPACE = re.compile(r"\s+")


@dataclass(slots=True)
class _Candidate:
    """A character that may be a shifted sign: where it stands and the log odds that it is one."""

    start: int
    shown: str
    meant: str
    odds: float = 0.0


@dataclass(slots=True)
class _Cluster:
    """Candidates decided together, and how much likelier the place is (as a log) if signs are shifted here."""

    candidates: list[_Candidate]
    gain: float


def _clusters(text: str, places: Sequence[int], families: frozenset[str], model: Model) -> Iterator[_Cluster]:
    """Decode the candidates at ``places`` of the given families in groups that share context."""
    signs = shifted_signs()
    kinds = _families()
    reach = model.order - 1
    wanted = [place for place in places if kinds[text[place]] in families]
    first = 0
    while first < len(wanted):
        last = first
        while (
            last + 1 < len(wanted)
            and last - first < 40
            and _visible(text, wanted[last] + 1, wanted[last + 1], reach) < reach
        ):
            last += 1
        group = wanted[first : last + 1]
        first = last + 1
        candidates = [_Candidate(place, text[place], signs[text[place]]) for place in group]
        yield _decode(text, candidates, model, reach)


def _visible(text: str, start: int, end: int, enough: int) -> int:
    """How many characters that are not blank stand in a stretch; counting stops at ``enough``."""
    count = 0
    for char in text[start:end]:
        count += not char.isspace()
        if count >= enough:
            break
    return count


def _decode(text: str, candidates: list[_Candidate], model: Model, reach: int) -> _Cluster:
    start = _reach_back(text, candidates[0].start, reach)
    end = _reach_on(text, candidates[-1].start + 1, reach)
    slots: list[tuple[Alternative, ...]] = []
    slot_of: list[int] = []
    kept: list[tuple[Alternative, ...]] = []
    places = {candidate.start: candidate for candidate in candidates}
    at = start
    while at < end:
        char = text[at]
        if at in places:
            candidate = places[at]
            slot_of.append(len(slots))
            slots.append(((char, 0.0), (candidate.meant, _prior(candidate.meant))))
            kept.append(((char, 0.0),))
            at += 1
        elif char.isspace():
            space = _SPACE.match(text, at)
            assert space is not None
            at = min(space.end(), end)
            slots.append(_LINE_END if "\n" in space[0] or "\r" in space[0] else _BLANK)
            kept.append(slots[-1])
        else:
            slots.append(((char, 0.0),))
            kept.append(slots[-1])
            at += 1
    history = "\n" if start == 0 else ""
    reading = decode_lattice(slots, model, history=history)
    plain = decode_lattice(kept, model, history=history)
    for candidate, slot in zip(candidates, slot_of, strict=True):
        keep, change = reading.posteriors[slot]
        candidate.odds = log(max(change, 1e-12)) - log(max(keep, 1e-12))
    return _Cluster(candidates, reading.log_total - plain.log_total)


def _reach_back(text: str, place: int, count: int) -> int:
    while place > 0 and count > 0:
        place -= 1
        count -= not text[place].isspace()
    return place


def _reach_on(text: str, place: int, count: int) -> int:
    while place < len(text) and count > 0:
        count -= not text[place].isspace()
        place += 1
    return place


# --- Stretches ----------------------------------------------------------------------------------------------------

# What it costs (as a log) to believe that a stretch of shifted signs begins, and that it ends before the text does.
_BEGIN = 9.0
_CEASE = 4.0
# The most that one place may say for a stretch, so that one odd name cannot open it.
_MOST = 7.0
# A real sign inside a stretch of shifted ones speaks against it: the font would have shifted it too.
_AGAINST = 8.0
_REAL_PUNCTUATION = re.compile("[，。、；：“”]")
_REAL_ALPHANUMERIC = re.compile("[0-9０-９]")


def _stretches(text: str, clusters: Sequence[_Cluster], real: re.Pattern[str]) -> list[tuple[int, int]]:
    """The stretches in which signs are shifted: the best switching between two states along the text."""
    if not clusters:
        return []
    events: list[tuple[int, float]] = [(cluster.candidates[0].start, min(cluster.gain, _MOST)) for cluster in clusters]
    events += [(match.start(), -_AGAINST) for match in real.finditer(text)]
    events.sort()
    ends = {cluster.candidates[0].start: cluster.candidates[-1].start + 1 for cluster in clusters}
    # Two states, 0 plain and 1 shifted; their best scores, and for each event where the best way came from.
    plain, shifted = 0.0, -_BEGIN
    came: list[tuple[int, int]] = []
    for _, gain in events:
        to_plain = (plain, 0) if plain >= shifted - _CEASE else (shifted - _CEASE, 1)
        to_shifted = (shifted, 1) if shifted >= plain - _BEGIN else (plain - _BEGIN, 0)
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
            found.append((place, ends.get(place, place + 1)))
        was_shifted = bool(state)
        state = came[number][state]
    return found[::-1]


# --- The rule -----------------------------------------------------------------------------------------------------


@cache
def _candidate_pattern() -> re.Pattern[str]:
    return re.compile(f"[{''.join(shifted_signs())}]")


@cache
def _strong_pattern() -> re.Pattern[str]:
    """Characters that are far commoner as shifted signs than as themselves: what the first look searches for."""
    model = load_model()
    strong = [
        shown
        for shown, meant in shifted_signs().items()
        if model.log_prob("", meant) + _prior(meant) - model.log_prob("", shown) > log(10)
    ]
    return re.compile(f"[{''.join(strong)}]")


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
    if not _strong_pattern().search(text):
        return []
    model = load_model()
    places = [match.start() for match in _candidate_pattern().finditer(text)]
    punctuation = list(_clusters(text, places, frozenset({"punctuation"}), model))
    alphanumeric = list(_clusters(text, places, frozenset({"alphanumeric"}), model))
    shifted_punctuation = _stretches(text, punctuation, _REAL_PUNCTUATION)
    shifted_alphanumeric = _stretches(text, alphanumeric, _REAL_ALPHANUMERIC)
    kinds = _families()
    live = [
        place
        for place in places
        if _inside(place, shifted_punctuation if kinds[text[place]] == "punctuation" else shifted_alphanumeric)
    ]
    edits = []
    for cluster in _clusters(text, live, frozenset({"punctuation", "alphanumeric"}), model):
        for candidate in cluster.candidates:
            if candidate.odds > -1.0:
                confidence = 1.0 / (1.0 + exp(-candidate.odds))
                edits.append(Edit(candidate.start, candidate.shown, candidate.meant, round(confidence, 4)))
    return edits


def _inside(place: int, stretches: Sequence[tuple[int, int]]) -> bool:
    at = bisect_right(stretches, (place, len(stretches) and 1 << 62)) - 1
    return at >= 0 and stretches[at][0] <= place < stretches[at][1]
