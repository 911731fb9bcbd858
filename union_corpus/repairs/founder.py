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
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import exp, inf, log

from union_corpus.documents import Edit
from union_corpus.language_model import Model, load_model
from union_corpus.lexicon import table
from union_corpus.repairs.lattices import Alternative, decode_lattice, log_add

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


# --- What signs may stand beside ----------------------------------------------------------------------------------

# How often a sign is meant, against the character it is shown as, beyond what the language model says: the model
# has hardly seen the rarer signs in running text, and it counts digits, letters and enumerators as one sign each.
_DIGITS = frozenset("０１２３４５６７８９")
_ENUMERATORS = "①②③④⑤⑥⑦⑧⑨⑩"
_USUAL = frozenset("，。、；：？！“”‘’（）《》…·％")
_SOMETIMES = frozenset("ⅠⅡⅢⅣⅤ－．／～℃＋×【】〔〕〈〉『』「」●○■□◆◇▲△★☆※＝＜＞＆.-")
_LETTERS = _WIDE_ALPHANUMERIC - _DIGITS

_CLOSERS = "）》”’】〕〉』」"
_OPENERS = "（《“‘【〔〈『「"
_PAUSES = "，、；："
_STOPS = "。？！"
# After these the signs named cannot stand: no pause opens a line or follows another, no bracket closes at once.
_NEVER_AFTER = {
    **dict.fromkeys(_PAUSES, frozenset("\n" + _PAUSES + _STOPS + _OPENERS + "·")),
    **dict.fromkeys(_STOPS, frozenset("\n" + _PAUSES + "。" + _OPENERS + "·")),
    # A pair with nothing in it does occur: where a mask took a word out, “”规划.
    **{closer: frozenset("\n" + _OPENERS) - {opener} for closer, opener in zip(_CLOSERS, _OPENERS, strict=True)},
    "·": frozenset("\n" + _PAUSES + _STOPS + _OPENERS + _CLOSERS),
}
_NEVER = -8.0
# Signs that stand after a number or nowhere.
_ONLY_AFTER_NUMBERS = frozenset("％℃‰．.")
_NUMBER_END = frozenset("0123456789０１２３４５６７８９十百千几数%％.．")
_NOWHERE = -14.0
# Numbers seldom begin with a nought.
_LEADING_NOUGHT = -2.0


def _prior(meant: str) -> float:
    if meant in _USUAL:
        return 0.0
    if meant in _DIGITS or meant in _ENUMERATORS:
        return -2.0
    if meant in _LETTERS:
        return -4.3
    if meant == "—":
        # Dashes come in runs, which are weighed apart; alone, it stands between numbers or places.
        return -4.0
    if meant in _SOMETIMES:
        return -4.0
    return _RARE


_RARE = -9.0


class _Judge:
    """The language model, and what signs owe each other, as one judge for lattices."""

    def __init__(self, model: Model) -> None:
        self.order = model.order
        self._model = model
        self._memo: dict[str, float] = {}
        self.decided: dict[tuple[str, tuple[tuple[int, float], ...], str, int], tuple[float, ...]] = {}

    def log_prob(self, history: str, char: str) -> float:
        key = history[1 - self.order :] + char
        found = self._memo.get(key)
        if found is None:
            found = self._model.log_prob(history, char)
            last = history[-1:]
            if last and last in _NEVER_AFTER.get(char, ""):
                found += _NEVER
            if char == "０" and last not in _NUMBER_END:
                found += _LEADING_NOUGHT
            if char in _ONLY_AFTER_NUMBERS and last not in _NUMBER_END:
                found += _NOWHERE
            if len(self._memo) > 500_000:
                self._memo.clear()
            self._memo[key] = found
        return found


@lru_cache(maxsize=4)
def _judge(model: Model) -> _Judge:
    return _Judge(model)


# --- Clusters: doubtful characters so close that one decides the other --------------------------------------------

# A line end in a hard-wrapped text is mostly not there in the sentence; a blank beside a sign hardly ever is.
_LINE_END: tuple[Alternative, ...] = (("", log(0.7)), ("\n", log(0.3)))
_BLANK: tuple[Alternative, ...] = (("", log(0.5)), (" ", log(0.5)))
_SPACE = re.compile(r"\s+")
# No more than this many doubtful characters are decided together; the next ones begin a new cluster.
_LARGEST = 40


@dataclass(slots=True)
class _Candidate:
    """A character that may be a shifted sign: where it stands and the log odds that it is one."""

    start: int
    shown: str
    meant: str
    odds: float = 0.0
    # How much more likely (as a log) the character is to stand for itself than the language model knows.
    itself: float = 0.0

    @property
    def reading(self) -> str:
        return self.meant if self.odds > 0 else self.shown


def _weigh(text: str, places: Sequence[int], model: Model) -> list[_Candidate]:
    """The candidates at ``places`` with their odds, decided in groups that share context."""
    judge = _judge(model)
    reach = model.order - 1
    candidates = [_Candidate(place, text[place], shifted_signs()[text[place]]) for place in places]
    dash = _dash_length(text[places[0] : places[-1] + 1]) if places else 0
    clusters = []
    first = 0
    while first < len(places):
        last = first
        while (
            last + 1 < len(places)
            and last - first < _LARGEST
            and _visible(text, places[last] + 1, places[last + 1], reach) < reach
        ):
            last += 1
        clusters.append(candidates[first : last + 1])
        first = last + 1
    for cluster in clusters:
        _decide(text, cluster, judge, dash)
    _weigh_names(text, candidates, judge)
    for cluster in clusters:
        if any(candidate.itself for candidate in cluster):
            _decide(text, cluster, judge, dash)
    _weigh_words(text, candidates)
    return candidates


def _visible(text: str, start: int, end: int, enough: int) -> int:
    """How many characters that are not blank stand in a stretch; counting stops at ``enough``."""
    if end - start > _BLANK_REACH:
        return enough
    count = 0
    for char in text[start:end]:
        count += not char.isspace()
        if count >= enough:
            break
    return count


def _decide(text: str, candidates: list[_Candidate], judge: _Judge, dash: int) -> None:
    """Set the odds of candidates that stand together, by the chances of all ways to read them."""
    reach = judge.order - 1
    start = _reach_back(text, candidates[0].start, reach)
    end = _reach_on(text, candidates[-1].start + 1, reach)
    history = "\n" if _opens(text, start) else ""
    key = (text[start:end], tuple((c.start - start, c.itself) for c in candidates), history, dash)
    if (known := judge.decided.get(key)) is not None:
        for candidate, odds in zip(candidates, known, strict=True):
            candidate.odds = odds
        return
    places = {candidate.start: candidate for candidate in candidates}
    slots: list[tuple[Alternative, ...]] = []
    slot_of: list[tuple[int, int, int]] = []  # slot, and which place in a run of how many
    at = start
    while at < end:
        char = text[at]
        if at in places:
            run = _run(text, at, places)
            if char == _DASH and len(run) > 1:
                slot_of += [(len(slots), number, len(run)) for number in range(len(run))]
                slots.append(_dash_readings(len(run), dash))
                at = run[-1] + 1
                continue
            slot_of.append((len(slots), 0, 1))
            prior = _prior(places[at].meant) + _at_its_place(text, at, places[at].meant)
            slots.append(((char, places[at].itself), (places[at].meant, prior)))
            at += 1
        elif char.isspace():
            space = _SPACE.match(text, at)
            assert space is not None
            at = min(space.end(), end)
            slots.append(_LINE_END if "\n" in space[0] or "\r" in space[0] else _BLANK)
        else:
            slots.append(((char, 0.0),))
            at += 1
    reading = decode_lattice(slots, judge, history=history)
    for candidate, (slot, number, length) in zip(candidates, slot_of, strict=True):
        shares = reading.posteriors[slot]
        if length == 1:
            keep, change = shares
        else:
            change = sum(share for share, dashes in zip(shares, _dash_places(length), strict=True) if number in dashes)
            keep = 1.0 - change
        candidate.odds = log(max(change, 1e-12)) - log(max(keep, 1e-12))
    if len(judge.decided) > _MOST_DECIDED:
        judge.decided.clear()
    judge.decided[key] = tuple(candidate.odds for candidate in candidates)


# A digit alone is less common than one among others, and a nought alone hardly ever printed; but one that numbers
# an item at the head of a line, 1、 or （1）, is what one expects there. Masks such as xx repeat their letter.
_LONE_DIGIT, _LONE_NOUGHT, _ITEM, _SAME_LETTER = -1.0, -7.0, 4.0, 3.0
# A dash between figures, 1—10月, is as common there as it is rare elsewhere.
_BETWEEN_NUMBERS = 5.0
_NUMERIC = re.compile("[0-9０-９.．%％豫援郾园员圆猿源缘远苑愿怨]")
_NUMBERED = frozenset("第篇")
_ITEM_NUMBER = re.compile(r"[园员圆猿源缘远苑愿怨]{1,2}[ \t]*[、．.）)尧援郾冤]")
# Typesetters let no such sign begin a line.
_NEVER_FIRST = frozenset(_PAUSES + _STOPS + _CLOSERS)
_FIRST_IN_LINE = -4.0


def _at_its_place(text: str, place: int, meant: str) -> float:
    """How much likelier (as a log) a sign is for where it stands in its line, and for its like beside it."""
    shown = text[place]
    if meant in _DIGITS:
        first = place - (text[place - 1 : place] in shifted_signs() and _families()[text[place - 1]] == "alphanumeric")
        if _ITEM_NUMBER.match(text, first):
            before = text[max(0, first - 8) : first].rstrip(" \t\u3000")
            if first == 0 if not before else before[-1] in "\n\r（(渊":
                return _ITEM
        if _in_number(text, place):
            return 0.0
        if text[max(0, place - 1) : place] in _NUMBERED:
            return _ITEM
        return _LONE_NOUGHT if meant == "０" else _LONE_DIGIT
    if meant in _LETTERS:
        return _SAME_LETTER if _beside_same(text, place) else 0.0
    if shown == _DASH:
        between = _is_numeric(text, _next_visible(text, place, -1)) and _is_numeric(text, _next_visible(text, place, 1))
        return _BETWEEN_NUMBERS if between else 0.0
    if shown == _DOTS:
        return 0.0 if _beside_same(text, place) else _LONE_DOTS
    if meant in _NEVER_FIRST and text[max(0, place - 1) : place] in ("\n", "\r"):
        return _FIRST_IN_LINE
    return 0.0


def _in_number(text: str, place: int) -> bool:
    """True where what may be a digit stands beside another, or beyond a dash: 1—10, blanks between them or not."""
    for step in (-1, 1):
        at = _next_visible(text, place, step)
        if text[at : at + 1] and text[at] in _DASHES:
            at = _next_visible(text, at, step)
        if _is_numeric(text, at):
            return True
    return False


_DASHES = "要—－-～~至"


def _is_numeric(text: str, place: int) -> bool:
    return 0 <= place < len(text) and bool(_NUMERIC.match(text[place]))


def _next_visible(text: str, place: int, step: int) -> int:
    """The next place that is not blank, at a reasonable distance; it may lie outside the text."""
    at = place + step
    while 0 <= at < len(text) and abs(at - place) <= _BLANK_REACH and text[at].isspace():
        at += step
    return at if at >= 0 else len(text)


# Decisions remembered: the same few characters around a sign come again, and every place is weighed twice.
_MOST_DECIDED = 50_000


# Blanks are looked across no further than this, so that a page of them costs no more than a few.
_BLANK_REACH = 60


def _opens(text: str, place: int) -> bool:
    """True where nothing but a few blanks stands before a place."""
    return place <= _BLANK_REACH and not text[:place].strip()


def _reach_back(text: str, place: int, count: int) -> int:
    stop = max(0, place - _BLANK_REACH)
    while place > stop and count > 0:
        place -= 1
        count -= not text[place].isspace()
    return place


def _reach_on(text: str, place: int, count: int) -> int:
    stop = min(len(text), place + _BLANK_REACH)
    while place < stop and count > 0:
        count -= not text[place].isspace()
        place += 1
    return place


def _run(text: str, at: int, places: dict[int, _Candidate]) -> list[int]:
    """The places of one character repeated, line ends and blanks between them passed over."""
    char = text[at]
    run = [at]
    while True:
        following = run[-1] + 1
        while following < len(text) and following - run[-1] <= _BLANK_REACH and text[following].isspace():
            following += 1
        if following not in places or text[following] != char:
            return run
        run.append(following)


@cache
def _dash_places(length: int) -> tuple[range, ...]:
    """Which of a run of 要 may be dashes: none, all, all but the first, all but the last, all between."""
    ways = [range(0), range(length)]
    if length > 2:
        ways += [range(1, length), range(length - 1)]
    if length > 3:
        ways.append(range(1, length - 1))
    return tuple(ways)


@cache
def _dash_readings(length: int, usual: int) -> tuple[Alternative, ...]:
    """The ways to read a run, dashes of the text's usual length first; however long, the model reads one as two."""
    readings = []
    for dashes in _dash_places(length):
        if dashes:
            string = _DASH * dashes.start + "——" + _DASH * (length - dashes.stop)
            prior = _dash_prior(len(dashes), usual)
        else:
            string, prior = _DASH * length, -5.0
        readings.append((string, prior))
    return tuple(readings)


def _dash_prior(length: int, usual: int) -> float:
    if length == usual or (length == 2 and not usual):
        return 0.0
    return -2.5 if length == 2 or (length == 3 and not usual) else -5.0


_DASH = "要"
# An ellipsis is two signs side by side; one alone is hardly ever printed.
_DOTS = "噎"
_LONE_DOTS = -6.0


def _beside_same(text: str, place: int) -> bool:
    return text[place] in (text[max(0, place - 1) : place], text[place + 1 : place + 2])


_DASH_RUN = re.compile(r"要(?:\s*要)+")


def _dash_length(text: str) -> int:
    """How long a text's dashes are, 2 or 3, going by its runs of what may be dashes; 0 where they do not tell."""
    lengths = [match[0].count(_DASH) for match in _DASH_RUN.finditer(text)]
    twos, threes = lengths.count(2), lengths.count(3)
    return 3 if threes > twos + 1 else 2 if twos else 0


# --- Words and names ----------------------------------------------------------------------------------------------

# What the word list says is added to the odds at this weight; it and the language model partly say the same.
_WORD_WEIGHT = 0.8
_WINDOW = 5
_LONGEST_WORD = 4
# A sign counts as a word of about this log probability, and so does a number.
_SIGN_WORD, _NUMBER_WORD = -3.0, -8.0
_UNKNOWN_WORD = -17.0
_SIGN = re.compile(r"[^\u3400-\u9fff]")


@cache
def _word_costs() -> dict[str, float]:
    """Words of jieba's dictionary with the log of how often they occur."""
    import jieba

    with jieba.get_dict_file() as stream:
        rows = [line.split(b" ", 2) for line in stream]
    counts = {cells[0].decode(): int(cells[1]) for cells in rows if len(cells[0]) <= 3 * _LONGEST_WORD}
    for row in table("common_words"):
        counts[row["word"]] = max(counts.get(row["word"], 0), int(row["count"]))
    total = log(sum(counts.values()))
    return {word: log(max(count, 1)) - total for word, count in counts.items()}


def _word_score(han: str) -> float:
    """Log probability of the likeliest cutting of a run of Han characters into words."""
    costs = _word_costs()
    best = [0.0]
    for end in range(1, len(han) + 1):
        best.append(
            max(
                best[start] + costs.get(han[start:end], _UNKNOWN_WORD - 4.0 * (end - start - 1))
                for start in range(max(0, end - _LONGEST_WORD), end)
            )
        )
    return best[-1]


def _weigh_words(text: str, candidates: Sequence[_Candidate]) -> None:
    """Add to each candidate's odds what a cutting into words says, its neighbours read as they now stand."""
    places = {candidate.start: candidate for candidate in candidates}
    changes = []
    for candidate in candidates:
        left = _han_beside(text, candidate.start, -1, places)
        right = _han_beside(text, candidate.start, 1, places)
        if not -10.0 < candidate.odds < 14.0:
            changes.append(0.0)
            continue
        apart = _word_score(left) + _word_score(right)
        apart += _sign_word(text, candidate, places)
        together = _word_score(left + candidate.shown + right)
        change = _WORD_WEIGHT * (apart - together)
        # A name is no word of the list, so that the list has nothing to say against one.
        changes.append(min(change, 0.0) if candidate.itself else change)
    for candidate, change in zip(candidates, changes, strict=True):
        candidate.odds += change


def _sign_word(text: str, candidate: _Candidate, places: dict[int, _Candidate]) -> float:
    """Log probability of the sign as a word of its own, beside what stands next to it."""
    if candidate.meant in _WIDE_ALPHANUMERIC:
        return _NUMBER_WORD
    worth = _SIGN_WORD
    before = _beside(text, candidate.start, places, -1, 1)
    after = _beside(text, candidate.start, places, 1, 1)
    if before and before in _NEVER_AFTER.get(candidate.meant, ""):
        worth += _NEVER
    if after and candidate.meant in _NEVER_AFTER.get(after, ""):
        worth += _NEVER
    return worth


def _han_beside(text: str, place: int, step: int, places: dict[int, _Candidate]) -> str:
    """The Han characters next to a place, blanks passed over, up to a sign."""
    found: list[str] = []
    at = place + step
    while 0 <= at < len(text) and len(found) < _WINDOW and abs(at - place) <= _BLANK_REACH:
        char = places[at].reading if at in places else text[at]
        if not char.isspace():
            if _SIGN.match(char):
                break
            found.append(char)
        at += step
    return "".join(found if step > 0 else reversed(found))


@cache
def _surnames() -> dict[str, float]:
    """Surnames with the log of how common they are, which falls with their rank in the list."""
    names = [row["surname"] for row in table("surnames")]
    shares = [1.0 / (rank + 10) for rank in range(len(names))]
    return {name: log(share / sum(shares)) for name, share in zip(names, shares, strict=True)}


@cache
def _titles() -> re.Pattern[str]:
    titles = sorted((row["title"] for row in table("titles")), key=lambda title: (-len(title), title))
    return re.compile("|".join(titles))


@cache
def _title_end() -> re.Pattern[str]:
    return re.compile(f"(?:{_titles().pattern}|、)$")


@cache
def _given_costs() -> dict[str, float]:
    counts = {row["character"]: int(row["count"]) for row in table("given_name_characters")}
    total = sum(counts.values())
    return {char: log(count / total) for char, count in counts.items()}


# A person is named at a place (as logs) after a title, after a sign or at the start of a line, or elsewhere.
_NAMED_AFTER_TITLE, _NAMED_AFTER_SIGN, _NAMED_ANYWHERE = -0.8, -3.5, -4.5
# A title follows the surname at once, or a given name of one or of two characters does.
_TITLED, _SHORT_GIVEN, _LONG_GIVEN = -0.7, -1.6, -1.0
# A title is one of a few dozen; 某 stands for a name more often than any of them.
_ONE_TITLE, _SOMEBODY = -3.0, -1.0


def _weigh_names(text: str, candidates: Sequence[_Candidate], judge: _Judge) -> None:
    """Take from the odds of a surname that a title or a given name follows: 袁主席, 主席叶志强."""
    places = {candidate.start: candidate for candidate in candidates}
    ranks = _surnames()
    given = _given_costs()
    for candidate in candidates:
        if candidate.shown not in ranks or candidate.odds > 16:
            continue
        before, after = _beside(text, candidate.start, places, -1), _beside(text, candidate.start, places, 1)
        titled = _titles().match(after)
        name = -inf
        if titled:
            name = _TITLED + (_SOMEBODY if titled[0] in "某某" else _ONE_TITLE)
            read = titled.end()
        elif len(after) >= 2:
            read = 2
            if _ends_name(after[1:]):
                name = _SHORT_GIVEN + given.get(after[0], -11.0)
                read = 1
            else:
                name = _LONG_GIVEN + given.get(after[0], -11.0) + given.get(after[1], -11.0)
                name += 0.0 if _ends_name(after[2:]) else _RUNS_ON
        if name == -inf:
            continue
        if _title_end().search(before):
            name += _NAMED_AFTER_TITLE
        elif (
            not before or _SIGN.match(before[-1]) or before[-1] in _BEFORE_NAME or _after_doubt(text, candidate, places)
        ):
            name += _NAMED_AFTER_SIGN
        else:
            name += _NAMED_ANYWHERE
        name += ranks[candidate.shown]
        sign = 0.0
        history = before or "\n"
        for char in candidate.meant + after[:read]:
            sign += judge.log_prob(history, char)
            history += char
        # The name is one more way to keep the character, and whatever of it may be a sign as well.
        gain = log_add(-candidate.odds, name - sign) + candidate.odds
        if gain > _SLIGHT:
            candidate.itself = gain
            if not titled:
                for place in _places_after(text, candidate.start, read):
                    if place in places:
                        places[place].itself = max(gain, places[place].itself)


_SLIGHT = 0.5
# What comes after a name is not known to follow names.
_RUNS_ON = -4.0


def _after_doubt(text: str, candidate: _Candidate, places: dict[int, _Candidate]) -> bool:
    """True where the character before may itself be a pause or a stop, whatever it reads as so far."""
    at = candidate.start - 1
    while at >= 0 and candidate.start - at <= _BLANK_REACH and text[at].isspace():
        at -= 1
    return at in places and places[at].meant in _PAUSES + _STOPS


def _places_after(text: str, place: int, count: int) -> list[int]:
    """The places of the next characters, blanks passed over."""
    found: list[int] = []
    stop = min(len(text), place + _BLANK_REACH)
    while count > len(found) and place + 1 < stop:
        place += 1
        if not text[place].isspace():
            found.append(place)
    return found


def _ends_name(after: str) -> bool:
    """True where what comes next can follow a person's name."""
    return not after or bool(_SIGN.match(after[0])) or after[0] in _AFTER_NAME or bool(_titles().match(after))


# Words of one character that a person's name follows.
_BEFORE_NAME = frozenset("有是由请与和同向跟让叫及对被把给陪")
# Words of one character that follow a name at once, and the first characters of verbs and words that often do.
_AFTER_NAME = frozenset("同说任为到被和与及作在等是的向对因获以从将已主当出介代讲指强参会前曾也就都还")


def _beside(text: str, place: int, places: dict[int, _Candidate], step: int, count: int = _WINDOW) -> str:
    """The few characters before or after a place, blanks passed over, neighbours read as they now stand."""
    found: list[str] = []
    at = place + step
    while 0 <= at < len(text) and len(found) < count and abs(at - place) <= _BLANK_REACH:
        if not text[at].isspace():
            found.append(places[at].reading if at in places else text[at])
        at += step
    return "".join(found if step > 0 else reversed(found))


# --- Stretches ----------------------------------------------------------------------------------------------------

# What it costs (as a log) to believe that a stretch of shifted signs begins, and that it ends before the text does.
_BEGIN = 9.0
_CEASE = 4.0
# The most that one place may say for a stretch, so that one odd name cannot open it; a digit by itself says less.
_MOST, _MOST_ALONE = 6.0, 2.5
# A real sign inside a stretch of shifted ones speaks against it: the font would have shifted it too.
_AGAINST = 8.0
# What every character without a sign costs: prose has one in ten or so, a list of words or names hardly any.
_SILENCE = {"punctuation": 0.03, "alphanumeric": 0.0}
_REAL = {"punctuation": re.compile("[，。、；：“”]"), "alphanumeric": re.compile("[0-9０-９]")}


def _in_company(text: str, candidate: _Candidate) -> bool:
    """True where another character that may be a shifted digit or letter stands next to this one."""
    beside = text[max(0, candidate.start - 1) : candidate.start] + text[candidate.start + 1 : candidate.start + 2]
    return any(_families().get(char) == "alphanumeric" for char in beside)


def _stretches(
    text: str, candidates: Sequence[_Candidate], family: str, begin: int, stop: int
) -> list[tuple[int, int]]:
    """The stretches in which signs of a family are shifted: the best switching between two states along the text."""
    events = [
        (c.start, min(c.odds, _MOST_ALONE if family == "alphanumeric" and not _in_company(text, c) else _MOST))
        for c in candidates
        if c.odds > 0 and _families()[c.shown] == family
    ]
    if sum(gain for _, gain in events) < _BEGIN:
        return []
    events += [(match.start(), -_AGAINST) for match in _REAL[family].finditer(text, begin, stop)]
    events.sort()
    # Two states, 0 plain and 1 shifted; their best scores, and for each event where the best way came from.
    plain, shifted = 0.0, -_BEGIN
    came: list[tuple[int, int]] = []
    silence = _SILENCE[family]
    place = events[0][0]
    for start, gain in events:
        shifted -= silence * (start - place)
        place = start
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
            found.append((place, place + 1))
        was_shifted = bool(state)
        state = came[number][state]
    return found[::-1]


# --- What signs owe each other -------------------------------------------------------------------------------------

_PARTNER = dict(zip(_CLOSERS, _OPENERS, strict=True))
# Logs: a closing sign that nothing opened, an opening one that nothing closes, one opened again inside itself, one
# passed over by an outer one that closes; and what a closing sign gains where its partner is open, since such signs
# are many times as frequent there as in running text at large.
_UNOPENED, _UNCLOSED, _REOPENED, _SKIPPED, _AWAITED = -6.0, -6.0, -4.0, -4.0, 3.0
# What every character costs for every open pair; quotations and asides are short.
_OPEN_COST = 0.02
# An enumerator that comes next in its count, less so the further the last one is away, and one that does not.
_NEXT, _NEXT_COST, _OUT_OF_ORDER = 5.0, 0.03, -6.0
_DEEPEST = 4
_MOST_STATES = 16

# The signs open, innermost last; the number expected next (from 0) if a count goes on; where the last number stood.
_State = tuple[str, int, int]


def _step(state: _State, sign: str, place: int) -> tuple[_State, float]:
    """The state after a sign at a place, and what the sign is worth there."""
    opened, count, last = state
    if sign in _OPENERS:
        worth = _REOPENED if sign in opened else 0.0
        return ((opened + sign)[-_DEEPEST:], count, last), worth
    if sign in _PARTNER:
        at = opened.rfind(_PARTNER[sign])
        if at < 0:
            return state, _UNOPENED
        return (opened[:at], count, last), _AWAITED + _SKIPPED * (len(opened) - at - 1)
    number = _ENUMERATORS.index(sign)
    if number == 0:
        return (opened, 1, place), 0.0
    worth = max(_OUT_OF_ORDER, _NEXT - _NEXT_COST * (place - last)) if number == count else _OUT_OF_ORDER
    return (opened, number + 1, place), worth


def _settle(text: str, candidates: Sequence[_Candidate]) -> None:
    """Correct the odds of brackets, quotation marks and enumerators by how they pair and count along the stretch."""
    owing = set(_OPENERS + _CLOSERS + _ENUMERATORS)
    events: list[tuple[int, str, _Candidate | None]] = [
        (candidate.start, candidate.meant, candidate) for candidate in candidates if candidate.meant in owing
    ]
    if not events:
        return
    first, last = candidates[0].start, candidates[-1].start
    events += [(match.start(), match[0], None) for match in _OWING_SIGN.finditer(text, first, last + 1)]
    events.sort(key=lambda event: event[0])
    # Forward sums over states, with the edges kept for the way back.
    states: dict[_State, float] = {("", 0, first): 0.0}
    forward = [states]
    layers: list[list[tuple[_State, _State, bool, float]]] = []
    place = first
    for start, sign, candidate in events:
        edges: list[tuple[_State, _State, bool, float]] = []
        for state in states:
            cost = -_OPEN_COST * (start - place) * len(state[0])
            after, worth = _step(state, sign, start)
            if candidate is None:
                edges.append((state, after, True, cost + worth))
            else:
                edges.append((state, after, True, cost + worth + candidate.odds))
                edges.append((state, state, False, cost))
        place = start
        arrived: dict[_State, float] = {}
        for before, after, _, weight in edges:
            total = states[before] + weight
            arrived[after] = log_add(arrived[after], total) if after in arrived else total
        if len(arrived) > _MOST_STATES:
            kept = sorted(arrived, key=lambda state: (-arrived[state], state))[:_MOST_STATES]
            arrived = {state: arrived[state] for state in kept}
            edges = [edge for edge in edges if edge[1] in arrived]
        layers.append(edges)
        forward.append(arrived)
        states = arrived
    backward = {state: _UNCLOSED * len(state[0]) for state in states}
    for (_, _, candidate), edges, before_all in zip(reversed(events), reversed(layers), forward[-2::-1], strict=True):
        meant = kept_as_is = -inf
        earlier: dict[_State, float] = {}
        for before, after, changed, weight in edges:
            onward = weight + backward[after]
            earlier[before] = log_add(earlier[before], onward) if before in earlier else onward
            if changed:
                meant = log_add(meant, before_all[before] + onward)
            else:
                kept_as_is = log_add(kept_as_is, before_all[before] + onward)
        backward = {state: earlier.get(state, -inf) for state in before_all}
        if candidate is not None:
            candidate.odds = max(-27.0, min(27.0, meant - kept_as_is))


_OWING_SIGN = re.compile(f"[{re.escape(_OPENERS + _CLOSERS + _ENUMERATORS)}]")


# --- The rule -----------------------------------------------------------------------------------------------------


@cache
def _candidate_pattern() -> re.Pattern[str]:
    """The characters worth weighing: not the commonest ones, 一 以 用, where the sign is one hardly ever printed."""
    model = load_model()
    worth = [
        shown
        for shown, meant in shifted_signs().items()
        if _prior(meant) > _RARE or model.log_prob("", shown) < _COMMON_CHARACTER
    ]
    return re.compile(f"[{''.join(worth)}]")


# About one character in three thousand.
_COMMON_CHARACTER = -8.0


@cache
def _strong_pattern() -> re.Pattern[str]:
    """What the first look searches for: characters commoner as signs than as themselves, and digits side by side."""
    model = load_model()
    strong = "".join(
        shown
        for shown, meant in shifted_signs().items()
        if model.log_prob("", meant) + _prior(meant) - model.log_prob("", shown) > log(2)
    )
    digits = "".join(shown for shown, meant in shifted_signs().items() if meant in _WIDE_ALPHANUMERIC)
    return re.compile(f"[{strong}]|(?<=[{digits}])[{digits}]|[{digits}](?=[{digits}])")


def find_founder_shift(text: str, *, model: Model | None = None) -> list[Edit]:
    """
    Find signs that a Founder font shifted onto characters: 袁 for ，, 遥 for 。, 院 for ：.

    A stretch must show the shift by more than one place, and real signs of the same kind speak against it; inside
    it every character is weighed in its context, so names and words that hold such characters stay. ``model`` may be
    one that has also read clean reports of the same union (``load_model().mixed_with(texts)``).

    >>> from union_corpus.documents import apply_edits
    >>> damaged = "一年来袁主要做了以下几方面的工作院一是召开职代会袁听取医院工会的意见曰二是慰问困难职工遥"
    >>> apply_edits(damaged, find_founder_shift(damaged))
    '一年来，主要做了以下几方面的工作：一是召开职代会，听取医院工会的意见；二是慰问困难职工。'
    >>> find_founder_shift("袁主席在会上讲话，要求医院工会重视职工的需要。")
    []
    """
    model = model or load_model()
    edits: list[Edit] = []
    for start, end in _suspected(text, _judge(model)):
        for part in range(start, end, _LONGEST_PART):
            edits += _find_within(text, part, min(end, part + _LONGEST_PART), model)
    return edits


# A longer part is taken in pieces of this many characters, to bound what is kept in mind.
_LONGEST_PART = 200_000


def _suspected(text: str, judge: _Judge) -> Iterator[tuple[int, int]]:
    """Parts of a text worth a closer look: where characters that are mostly signs when seen read better as signs."""
    signs = shifted_signs()
    group: list[int] = []
    worth = 0.0
    if len(text) <= _SHORT:
        if _strong_pattern().search(text):
            yield 0, len(text)
        return
    for match in _strong_pattern().finditer(text):
        place = match.start()
        gain = _first_look(text, place, signs[match[0]], judge)
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


def _first_look(text: str, place: int, meant: str, judge: _Judge) -> float:
    """Log odds of a sign by its nearest neighbours alone, blanks dropped."""
    before = "".join(text[max(0, place - 6) : place].split())[-3:]
    after = "".join(text[place + 1 : place + 7].split())[:2]
    gain = _prior(meant)
    for string, direction in ((meant + after, 1.0), (text[place] + after, -1.0)):
        history = before or "\n"
        for char in string:
            gain += direction * judge.log_prob(history, char)
            history = (history + char)[-3:]
    return gain


# How much the first look must see, no two places more than _FAR apart; a short text is looked at in any case.
_ENOUGH = 4.0
_SHORT = 400
# How far around what the first look saw a stretch may reach, less than half of _FAR so that parts keep apart.
_MARGIN = 700


def _find_within(text: str, start: int, end: int, model: Model) -> list[Edit]:
    places = [match.start() for match in _candidate_pattern().finditer(text, start, end)]
    families = _families()
    live: list[int] = []
    for family in ("punctuation", "alphanumeric"):
        of_family = [place for place in places if families[text[place]] == family]
        stretches = _stretches(text, _weigh(text, of_family, model), family, start, end)
        live += [place for place in of_family if _inside(place, stretches)]
    candidates = _weigh(text, sorted(live), model)
    candidates = [
        candidate for near in _neighbourhoods(candidates) if _is_prose(text, near, model) for candidate in near
    ]
    for near in _neighbourhoods(candidates):
        _settle(text, near)
    edits = []
    for candidate in candidates:
        if candidate.odds > -1.0:
            confidence = 1.0 / (1.0 + exp(-candidate.odds))
            edits.append(Edit(candidate.start, candidate.shown, candidate.meant, round(confidence, 4)))
    return edits


# The mean log probability of a character in prose, however odd its names; tables of characters and lists of names
# are less likely than this. The least in 200 characters of the real reports at hand was -5.5.
_PROSE = -7.2
# Where nearly all of the signs would be one and the same, as in a dictionary under one initial, or where there would
# be figures and no other signs, it must read better.
_PLAIN_PROSE, _MANY = -5.8, 2
# One sign that the model never saw says no more than this against the rest.
_WORST = -14.0
# What stands around the first and the last sign belongs to the sentence too.
_SENTENCE = 40


def _is_prose(text: str, candidates: Sequence[_Candidate], model: Model) -> bool:
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
    figures_only = all(_families()[shown] == "alphanumeric" for shown in changed)
    return mean > (_PLAIN_PROSE if alike or figures_only else _PROSE)


# Signs further apart than this owe each other nothing.
_FAR = 1500
# No more candidates than this are settled together, to bound what is kept in mind.
_MOST_TOGETHER = 5_000


def _neighbourhoods(candidates: Sequence[_Candidate]) -> Iterator[list[_Candidate]]:
    """Candidates in groups, divided where none stands for a long way."""
    group: list[_Candidate] = []
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
