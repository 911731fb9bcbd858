"""
Which doubtful characters of a text are shifted signs: every one weighed with what stands on both sides of it.

Blanks are taken out first. Most places are plain, whatever their neighbours are; those are told in bulk. The others
are decided in clusters, each a graph of all its readings: signs, numbers, dashes, and words and names that hold the
characters as they are shown.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf, log
from string import ascii_letters
from typing import TYPE_CHECKING

from union_corpus.repairs.founder_signs import (
    CAPITALS,
    CLOSERS,
    DASH,
    DIGITS,
    DOTS,
    LIKE,
    LIST_MARKS,
    NEVER_AFTER,
    OPENERS,
    PAUSES,
    SHORT_YEAR,
    SMALL_LETTERS,
    STOPS,
    Judge,
    families,
    prior,
    shifted_signs,
)
from union_corpus.repairs.founder_words import (
    DIGIT,
    LETTER,
    LONGEST_WORD,
    MEASURE,
    NUMBER,
    SIGN,
    SOMEBODY,
    SUFFIX,
    SUFFIXES,
    WEIGHT,
    between_places,
    between_quantities,
    counted,
    in_listed_word,
    is_surname,
    likely_named,
    names_at,
    places_at,
    words_at,
)
from union_corpus.repairs.lattices import Edge, decode_graph

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(slots=True)
class Candidate:
    """A character that may be a shifted sign: where it stands and the log odds that it is one."""

    start: int
    shown: str
    meant: str
    odds: float = 0.0

    @property
    def reading(self) -> str:
        return self.meant if self.odds > 0 else self.shown


# Odds (as logs) beyond which a place is plain, if they are so whether its neighbours are signs or not; a surname may
# begin a name, of which the language model knows little, and more so where names are expected.
_SURELY_SIGN, _SURELY_NO_NAME, _SURELY_ITSELF = 7.0, (10.0, 16.0), -6.0
# With this many doubtful characters a cluster ends where the next ones keep apart, with twice as many in any case.
_LARGEST = 40
# How much of the text before and behind a cluster takes part, so that words there are whole.
_AROUND = 5
# A line end in a hard-wrapped text is mostly not there in the sentence; a blank beside a sign hardly ever is.
_NO_LINE_END, _LINE_END, _NO_BLANK, _BLANK = log(0.7), log(0.3), log(0.5), log(0.5)
_HAN = re.compile("[\u3400-\u9fff]")


class Readings:
    """The doubtful characters of one part of a text, and what they are weighed by."""

    def __init__(self, text: str, start: int, end: int, places: Sequence[int], judge: Judge) -> None:
        self.judge = judge
        self.reach = judge.order - 1
        self.visible, self.places = _visible(text, start, end)
        self.opens = not text[:start].strip()
        self.gaps = _gaps(text, self.places)
        self.at = [bisect_left(self.places, place) for place in places]
        self.candidates = [Candidate(place, text[place], shifted_signs()[text[place]]) for place in places]
        self._dash = _dash_length(self.visible)
        self._weigh_all()

    def _weigh_all(self) -> None:
        """Set the odds of every candidate: in bulk where it is plain, then of the rest in clusters."""
        if not self.candidates:
            return
        low, high = self._in_bulk()
        self._open: dict[int, Candidate] = {}
        for candidate, at, least, most in zip(self.candidates, self.at, low, high, strict=True):
            surely_sign = _SURELY_SIGN
            if is_surname(candidate.shown) and least < _SURELY_NO_NAME[-1]:
                surely_sign = _SURELY_NO_NAME[likely_named(self.visible, at)]
            known_better = self._graph_knows_better(at, candidate)
            sign = least > surely_sign and not known_better and not in_listed_word(self.visible, at)
            if sign or (most < _SURELY_ITSELF and not known_better):
                candidate.odds = float(least if least > 0 else most)
            else:
                self._open[at] = candidate
        self._decide(self._open)

    def _graph_knows_better(self, at: int, candidate: Candidate) -> bool:
        """True where the graph knows more of a place than its nearest neighbours tell."""
        before, after = self.visible[at - 1 : at], self.visible[at + 1 : at + 2]
        if candidate.meant in DIGITS:
            return before in _HAN_DIGITS or after in _PER_CENT or (before == "年" and after == "月")
        if candidate.meant in _JOINERS:
            return _joins(self.visible, at)
        if (candidate.meant == "，" and after == "某") or before in NEVER_AFTER.get(candidate.meant, ""):
            return True
        if before in _STOPPED and candidate.meant in PAUSES + STOPS:
            return True
        return at == 0 and candidate.meant in _NEVER_FIRST

    @cached_property
    def strings(self) -> tuple[Counter[str], Counter[str]]:
        """How often any two and any three characters stand together in the part as it is shown."""
        text = self.visible
        triples = Counter(map("".join, zip(text, text[1:], text[2:], strict=False)))
        return Counter(map("".join, pairwise(text))), triples

    def without(self, dead: set[int]) -> list[Candidate]:
        """The candidates but those at the places given, which are themselves; what stands near is weighed again."""
        alive = [candidate for candidate in self.candidates if candidate.start not in dead]
        changed = [
            at for at, c in zip(self.at, self.candidates, strict=True) if c.start in dead and c.odds > _HARDLY_A_SIGN
        ]
        for at, candidate in zip(self.at, self.candidates, strict=True):
            if candidate.start in dead:
                candidate.odds = _SURELY_ITSELF
                self._open.pop(at, None)
        self._decide(self._open, near=changed)
        return alive

    def _in_bulk(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The lower and the higher odds of each candidate, its neighbours all signs and all as shown."""
        import numpy as np

        model, reach = self.judge.model, self.reach
        pad = "\n" * reach
        meant = list(self.visible)
        for at, candidate in zip(self.at, self.candidates, strict=True):
            meant[at] = candidate.meant.translate(LIKE)
        as_shown, as_signs = (model.ids(pad + text + pad) for text in (self.visible, "".join(meant)))
        centre = np.array(self.at) + reach
        window = centre[:, None] + np.arange(-reach, reach + 1)
        priors = np.array([prior(candidate.meant) for candidate in self.candidates])

        def odds(around: NDArray[np.int64], chosen: NDArray[np.intp]) -> NDArray[np.float64]:
            found = priors[chosen]
            for own, direction in ((as_signs, 1.0), (as_shown, -1.0)):
                near = around[window[chosen]]
                near[:, reach] = own[centre[chosen]]
                for first in range(reach + 1):
                    found += direction * model.last_log_probs(near[:, first : first + reach + 1])
            return found

        one = odds(as_shown, np.arange(len(centre)))
        other = one.copy()
        # What is not plain one way need not be asked the other way.
        plain = np.flatnonzero((one > _SURELY_SIGN) | (one < _SURELY_ITSELF))
        other[plain] = odds(as_signs, plain)
        return np.minimum(one, other), np.maximum(one, other)

    def _decide(self, places: dict[int, Candidate], near: Sequence[int] | None = None) -> None:
        """Weigh the candidates at ``places`` in clusters; with ``near``, those clusters that are near to one of these."""
        self._read = self._as_read()
        for cluster in self._clusters(sorted(places)):
            first, last = cluster[0] - _AROUND, cluster[-1] + _AROUND
            if near is None or bisect_left(near, first) < bisect_left(near, last + 1):
                self._decide_cluster(cluster, places)

    def _as_read(self) -> str:
        """The visible text with the plain signs read and what is open as it is shown."""
        chars = list(self.visible)
        for at, candidate in zip(self.at, self.candidates, strict=True):
            if at not in self._open:
                chars[at] = candidate.reading
        return "".join(chars)

    def _clusters(self, places: Sequence[int]) -> Iterator[list[int]]:
        cluster: list[int] = []
        for place in places:
            apart = place - cluster[-1] if cluster else 0
            if apart > 2 * _AROUND or (apart > 1 and len(cluster) >= _LARGEST) or len(cluster) >= 2 * _LARGEST:
                yield cluster
                cluster = []
            cluster.append(place)
        if cluster:
            yield cluster

    def _decide_cluster(self, cluster: Sequence[int], places: dict[int, Candidate]) -> None:
        start = max(0, cluster[0] - _AROUND)
        end = min(len(self._read), cluster[-1] + _AROUND + 1)
        history = self._read[max(0, start - self.reach) : start]
        if not history and self.opens:
            history = "\n"
        graph = _Graph(self, start, end, {at: places[at] for at in cluster if at in places})
        reading = decode_graph(graph.edges, self.judge, history=history)
        for at in cluster:
            change = sum(reading.posteriors[node][number] for node, number in graph.signs[at])
            change = min(change, 1.0)
            places[at].odds = log(max(change, 1e-12)) - log(max(1.0 - change, 1e-12))
        if len(cluster) >= _LARGEST:
            # One that was cut off from this one has this one read.
            read = "".join(
                places[at].reading if at in graph.places else self._read[at]
                for at in range(cluster[0], cluster[-1] + 1)
            )
            self._read = self._read[: cluster[0]] + read + self._read[cluster[-1] + 1 :]


# What is less likely a sign than this does not touch what its neighbours are.
_HARDLY_A_SIGN = -7.0


# A character that is a word by itself beside its like: 第一医院院床位, where 爷爷 and 院长 are words.
_TWICE = -3.0
# One and the same twice means each of them, 院院有工会; items of a list end alike.
_EACH = re.compile("[有都是皆均]")
_ENDS_ALIKE, _ITEM_BORDERS = 4.0, "、，。；：尧袁遥曰"
# A blank within a name, which stands more often behind a sign; and a name with blanks on both sides.
# A name long enough to know it again; what it says that it stands without its first character elsewhere,
# and what it says each time that both come again together.
_PARTED_NAME, _NAME_ALONE = -3.0, 4.0
_FULL_NAME, _WITHOUT_FIRST, _ALWAYS_TOGETHER, _MOST_TOGETHER = 3, -4.0, 3.0, 9.0


class _Graph:
    """All readings of a stretch of visible text as a graph; ``signs`` tells which edges read a place as a sign."""

    def __init__(self, readings: Readings, start: int, end: int, places: dict[int, Candidate]) -> None:
        self.text, self.gaps, self.places = readings._read, readings.gaps, places
        self.visible_places, self.dash = readings.places, readings._dash
        self.pairs, self.triples = readings.strings
        self.start, self.end = start, end
        self.signs: dict[int, list[tuple[int, int]]] = {at: [] for at in places}
        # A character has a node before it, and one more before the blank that stands before it.
        self._node: dict[int, int] = {}
        self.edges: list[list[Edge]] = []
        for at in range(start, end):
            if at > start and (gap := self.gaps.get(at)) is not None:
                node = len(self.edges)
                with_blank, without = (_LINE_END, _NO_LINE_END) if gap == "\n" else (_BLANK, _NO_BLANK)
                self.edges.append([(node + 1, "", without, True), (node + 1, gap, with_blank, True)])
            self._node[at] = len(self.edges)
            self.edges.append([])
        for at in range(start, end):
            self._read_as_words(at)
            if at in places:
                self._read_as_signs(at)

    def _arrival(self, at: int) -> int:
        """The node before a character and before the blank there."""
        if at == self.end:
            return len(self.edges)
        return self._node[at] - (at > self.start and at in self.gaps)

    def _add(self, at: int, length: int, string: str, weight: float, *, judged: bool = True) -> None:
        """One more way to read the next characters; blanks between them are taken out."""
        for inside in range(at + 1, at + length):
            if (gap := self.gaps.get(inside)) is not None:
                weight += _NO_LINE_END if gap == "\n" else _NO_BLANK
        self.edges[self._node[at]].append((self._arrival(at + length), string, weight, judged))

    def _add_sign(self, at: int, length: int, string: str, weight: float) -> None:
        self._add(at, length, string, weight)
        here = self._node[at]
        for place in range(at, at + length):
            self.signs[place].append((here, len(self.edges[here]) - 1))

    def _read_as_words(self, at: int) -> None:
        """Edges for the words and names that begin here, every character as it is shown."""
        text = self.text
        if not _HAN.match(text[at]):
            self._add(at, 1, text[at], 0.0)
            return
        longest = 1
        while longest < LONGEST_WORD and at + longest < self.end and _HAN.match(text[at + longest]):
            longest += 1
        counts = text[at] in counted() and self._beside(at, -1) in _NUMERIC
        for length, cost in words_at(text, at, longest):
            cost = max(cost, MEASURE) if counts and length == 1 else cost
            if length == 1 and text[at] in SUFFIXES and self._beside(at, -1) not in _NUMERIC:
                cost = max(cost, SUFFIX)
            if length == 1 and at in self.places and text[at] in (self._beside(at, -1), self._beside(at, 1)):
                cost += 0.0 if _EACH.match(text, at + 1) else _TWICE
            last = at + length - 1
            alike = _ENDS_ALIKE if last in self.places and self._ends_like_another(last) else 0.0
            self._add(at, length, text[at : at + length], WEIGHT * cost + alike)
        if text[at] == "曰" and _DAY.search(text, max(0, at - 4), at):
            # 五月三十曰 stands for 日 where a page was read by a machine before.
            self._add(at, 1, "日", WEIGHT * MEASURE)
        for length, cost, leaves in names_at(text, at, odd=at in self.places):
            if at + length <= self.end:
                cost += self._elsewhere(at, length) if leaves == SOMEBODY else 0.0
                cost += self._among_blanks(at, length)
                self._add(at, length, leaves, cost, judged=False)
        for length, cost, leaves in places_at(text, at):
            # A place that neither holds nor follows a doubtful character tells nothing.
            if at + length <= self.end and not self.places.keys().isdisjoint(range(at - 1, at + length)):
                self._add(at, length, leaves, cost + self._elsewhere(at, length), judged=False)

    def _among_blanks(self, at: int, length: int) -> float:
        """What blanks say of a name: those around it that it is one of a list, one within it that it is none."""
        if any(self.gaps.get(inside) == " " for inside in range(at + 1, at + length)):
            return _PARTED_NAME
        alone = self.gaps.get(at) == " " and (self.gaps.get(at + length) or at + length == len(self.text))
        return _NAME_ALONE if alone else 0.0

    def _ends_like_another(self, at: int) -> bool:
        """True where the item of a list before this character, or the one behind it, ends in the same: 梅园、桂园."""
        char = re.escape(self.text[at])
        item = f"[^{_ITEM_BORDERS}]{{1,6}}?"
        before = re.search(f"{char}[、尧]{item}$", self.text[max(0, at - 8) : at])
        return before is not None or re.match(f"[、尧]{item}{char}", self.text[at + 1 : at + 9]) is not None

    def _elsewhere(self, at: int, length: int) -> float:
        """What the rest of the text says of a name of three characters or more: 里森 without 袁, or always 袁伟民."""
        if length < _FULL_NAME or at not in self.places or self.text[at] == self.text[at + 1]:
            return 0.0
        name = self.text[at : at + _FULL_NAME]
        alone, together = self.pairs[name[1:]], self.triples[name]
        if alone > together:
            return _WITHOUT_FIRST
        return min(_ALWAYS_TOGETHER * (together - 1), _MOST_TOGETHER)

    def _read_as_signs(self, at: int) -> None:
        candidate = self.places[at]
        if families()[candidate.shown] == "alphanumeric":
            self._read_as_figures(at)
        elif candidate.shown == DASH and self._run(at, at - 1) + self._run(at, at + 1) > 0:
            self._read_as_dash(at)
        else:
            weight = prior(candidate.meant) + self._at_its_place(at, candidate) + WEIGHT * SIGN
            self._add_sign(at, 1, candidate.meant.translate(LIKE), weight)

    # Figures and letters: one word, however long.

    def _read_as_figures(self, at: int) -> None:
        """Edges for the numbers, and the strings of letters, that begin here."""
        kind = next(kind for kind in (DIGITS, CAPITALS, SMALL_LETTERS) if self.places[at].meant in kind)
        string, end = "", at
        while end in self.places and self.places[end].meant in kind and end - at < _LONGEST_NUMBER:
            string += self.places[end].meant
            end += 1
        each = DIGIT if kind is DIGITS else LETTER
        for length in range(1, len(string) + 1):
            word = string[:length]
            begun = kind is DIGITS and _goes_on(self._beside(at, -1), word)
            weight = length * prior(word[0]) + WEIGHT * (0.0 if begun else NUMBER + length * each)
            weight += self._number_at_its_place(at, word) if kind is DIGITS else _letters_together(word)
            self._add_sign(at, length, word, weight)

    def _number_at_its_place(self, at: int, number: str) -> float:
        """How much likelier (as a log) a number is for where it stands and how it is written."""
        before, after = self._beside(at, -1), self._beside(at + len(number) - 1, 1)
        # A digit beside it that is in doubt itself would be part of the number if it were one.
        goes_on = _goes_on(before, number) or before in _DASHES
        if self._is_time(at, len(number)):
            return _TIME
        if number[0] == "０" and not goes_on and not (len(number) == 1 and after in _POINTS):
            return _LEADING_NOUGHT
        if before in _NUMBERED:
            return _ITEM
        if len(number) <= 2 and (opened := self._opens_item(at, len(number))):
            return opened
        if int(number) > _CALENDAR.get(after, inf):
            return _NO_DATE
        worth = _COUNTED if after in counted() else _UNCOUNTED * bool(_NOT_COUNTED.match(after))
        if before in _HAN_DIGITS and not goes_on:
            worth += _MIXED
        if after in _DASHES and self._beside(at + len(number), 1) in _NUMERIC:
            worth += _RANGE
        if before == "年" and after == "月":
            worth += _MONTH
        if len(number) >= _LONG_NUMBER and not (_HAN.match(before) or _HAN.match(after)):
            worth += _NOTHING_BUT_NUMBER
        if len(number) == 1 and not (goes_on or after in _AFTER_FIGURES or after in _DASHES):
            worth += _LONE_DIGIT + _NOTHING_COUNTED * (after in _NEVER_COUNTED)
        return worth

    def _is_time(self, at: int, length: int) -> bool:
        """True for the hour and for the minutes of a time of the day, 8：30."""
        hour, minutes = self.text[at : at + length], self.text[at + length + 1 : at + length + 3]
        if length == 2 and self._beside(at, -1) in _COLONS:
            begun = re.search(f"[{_FIGURES}]{{1,2}}$", self.text[max(0, at - 4) : at - 1])
            hour, minutes = (begun[0] if begun else ""), hour
        elif self._beside(at + length - 1, 1) not in _COLONS:
            return False
        return _CLOCK.fullmatch(f"{hour}:{minutes}") is not None

    def _opens_item(self, at: int, length: int) -> float:
        """What it says for a number that it numbers an item or one of several reports; 0 where it does not."""
        before, after = self._beside(at, -1), self._beside(at + length - 1, 1)
        if after in _ITEM_ENDS:
            if self._opens_line(at) or before in _ITEM_OPENERS:
                return _ITEM
            return _ITEM_INSIDE if at in self.gaps or before in _PAUSE_OR_STOP else 0.0
        ends_line = at + length == len(self.text) or self.gaps.get(at + length) == "\n"
        return _ITEM if ends_line and _REPORT_BEFORE.search(self.text, max(0, at - 2), at) else 0.0

    # Dashes come in twos and threes.

    def _run(self, at: int, beside: int) -> int:
        """How many more of the same character, all of them candidates, stand on one side of a place."""
        step = beside - at
        count = 0
        while beside in self.places and self.places[beside].shown == self.places[at].shown:
            count, beside = count + 1, beside + step
        return count

    def _read_as_dash(self, at: int) -> None:
        """Edges for the dashes that begin here: a run but for the first or the last character, which may be words."""
        if self._run(at, at - 1) > 1:
            return
        left = self._run(at, at + 1) + 1
        for length in {left, left - 1}:
            if length > 1:
                # However long a dash is, the model reads it as two.
                self._add_sign(at, length, "——", self._dash_prior(length) + WEIGHT * SIGN)

    def _dash_prior(self, length: int) -> float:
        if length == self.dash or (length == 2 and not self.dash):
            return 0.0
        return -2.5 if length == 2 or (length == 3 and not self.dash) else -5.0

    # Where in its line a sign stands, and what beside.

    def _at_its_place(self, at: int, candidate: Candidate) -> float:
        """How much likelier (as a log) a sign is for where it stands in its line, and for its like beside it."""
        meant = candidate.meant
        if meant in _BETWEEN and self._beside(at, -1) in _NO_WORDS and self._beside(at, 1) in _NO_WORDS:
            return _BETWEEN_NUMBERS
        if meant == "：":
            if _CLOCK.search(self.text[max(0, at - 2) : at] + ":" + self.text[at + 1 : at + 3]):
                return _TIME
            return _AFTER_SAYING if _SAYING.search(self.text, max(0, at - 2), at) else 0.0
        if meant in _JOINERS:
            return _JOINS if _joins(self.text, at) else 0.0
        if meant == "’" and SHORT_YEAR.match(self.text, at + 1):
            return _BEFORE_SHORT_YEAR
        if candidate.shown == DOTS:
            return 0.0 if candidate.shown in (self._beside(at, -1), self._beside(at, 1)) else _LONE_DOTS
        if meant in LIST_MARKS:
            return _AT_LINE_HEAD if self._opens_line(at) else _INSIDE_LINE
        if meant in _NEVER_LAST and at == len(self.text) - 1:
            return _LAST_OF_ALL
        if meant in _NEVER_FIRST and self._opens_line(at):
            begins = meant in PAUSES + STOPS and self._beside(at, -1) in _STOPPED
            return _FIRST_OF_ALL if at == 0 or begins else _FIRST_IN_LINE
        if meant in PAUSES + STOPS and self.gaps.get(at) == " ":
            return _AFTER_BLANK
        return 0.0

    def _beside(self, at: int, step: int) -> str:
        """The visible character next to a place as it is shown; an empty string at the end of the text."""
        return self.text[at + step] if 0 <= at + step < len(self.text) else ""

    def _opens_line(self, at: int) -> bool:
        return at == 0 or self.gaps.get(at) == "\n"


_LONGEST_NUMBER = 12
# A digit alone is less common than one among others, and seldom stands before a pause; numbers seldom begin with a nought; but one that numbers
# an item at the head of a line, 1、 or （1）, is what one expects there. Masks repeat the letter x.
_LONE_DIGIT, _NOTHING_COUNTED, _LEADING_NOUGHT, _ITEM, _ITEM_INSIDE, _MASK = -0.1, -2.5, -7.0, 4.0, 2.5, 7.0
# The month in a date; a cell of a table with nothing but a number.
_MONTH, _LONG_NUMBER, _NOTHING_BUT_NUMBER = 4.0, 3, 4.0
_DAY = re.compile("[月至][一二三四五六七八九十廿]{1,3}$")
# A time of the day, as it is or as it is shown: 8：30.
_COLONS, _FIGURES, _TIME = frozenset("：:∶院"), "0-9０-９圆猿源缘远苑愿怨园员", 3.0
_CLOCK = re.compile(f"[{_FIGURES}]{{1,2}}:[0-5０-５园员圆猿源缘][{_FIGURES}]")
# What no date has before its 年, 月 or 日.
_CALENDAR, _NO_DATE = {"年": 9999, "月": 12, "日": 31}, -6.0
# A number that a measure word follows, or another word or a quotation mark, or that a dash and another number follow;
# one of two kinds of digits, 三８; a letter alone.
_COUNTED, _UNCOUNTED, _RANGE, _MIXED, _LONE_LETTER = 2.1, -3.0, 3.9, -6.0, -3.0
_NOT_COUNTED = re.compile("[\u3400-\u9fff“”‘’『』「」《》]")
# A dash between figures, 1—10月, or between places is as common there as it is rare elsewhere.
_BETWEEN_NUMBERS, _JOINS = 5.0, 10.0
# An ellipsis is two signs side by side; one alone is hardly ever printed. Typesetters let no pause begin a line, and
# none stands before a paragraph's first word.
_LONE_DOTS, _FIRST_IN_LINE, _FIRST_OF_ALL, _LAST_OF_ALL = -11.0, -1.0, -8.0, -4.0
# After these a colon is likelier than reports of the state, which quote little, let the model know.
_SAYING = re.compile("(?:[说道问答称]|介绍|指出|强调|表示|认为|写着|如下|包括|要求|提出|建议|知道|感叹)$")
_AFTER_SAYING = 2.0
# Typesetters put a blank behind pauses and stops, before them hardly ever (none of 488 in seed 000).
_AFTER_BLANK = -5.0
# The mark of an item opens a line.
_AT_LINE_HEAD, _INSIDE_LINE = 2.0, -8.0
_NEVER_FIRST, _NEVER_LAST = frozenset(PAUSES + STOPS + CLOSERS), frozenset(OPENERS + "·")
# The apostrophe for the century, ’98, is no quotation mark.
_BEFORE_SHORT_YEAR = 6.0
_JOINERS = frozenset("—－")
_BETWEEN = frozenset("—－-∶／～×")
_NUMERIC = frozenset("0123456789０１２３４５６７８９.．%％豫援郾园员圆猿源缘远苑愿怨")
_NO_WORDS = _NUMERIC | CAPITALS | SMALL_LETTERS | frozenset(ascii_letters)
_POINTS = frozenset("．.援郾")
_BEFORE_FIGURES = _POINTS | frozenset("0123456789０１２３４５６７８９")
_HAN_DIGITS = frozenset("一二三四五六七八九")
_AFTER_FIGURES = _POINTS | frozenset("0123456789０１２３４５６７８９%％豫")
_DASHES = frozenset("要—－-～~至")
_NUMBERED = frozenset("第篇")
_PAUSE_OR_STOP = frozenset(PAUSES + STOPS + "袁尧曰院遥")
# What stands behind a number of several digits now and then, behind one digit hardly ever.
_NEVER_COUNTED = _PAUSE_OR_STOP | frozenset(CLOSERS + "冶爷冤曳的")
_STOPPED = frozenset(STOPS + "遥浴钥")
_PER_CENT = frozenset("%％‰")
# Reports on one page are numbered behind what they are: 工会工作总结1.
_REPORT_BEFORE = re.compile("总结|报告|计划|要点|范文|方案|讲话|体会|材料")
_ITEM_ENDS, _ITEM_OPENERS = frozenset("、．.）)尧援郾冤"), frozenset("（(渊")


def _goes_on(before: str, number: str) -> bool:
    """True where a number has begun before these digits: behind a digit or a point, or the noughts of 二００四."""
    return before in _BEFORE_FIGURES or (number[0] == "０" and before in _HAN_DIGITS)


def _joins(text: str, at: int) -> bool:
    """True where a dash is at home: between two places or two quantities."""
    return between_places(text, at) or between_quantities(text, at)


def _letters_together(word: str) -> float:
    """How much likelier (as a log) a string of letters is for its length, and where a letter comes again at once."""
    return _LONE_LETTER * (len(word) == 1) + _MASK * sum(
        one == other and one in "Ｘｘ" for one, other in pairwise(word)
    )


def _visible(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """A part of a text without its blanks, and where each character of it stands."""
    places = [at for at in range(start, end) if not text[at].isspace()]
    return "".join(text[start:end].split()), places


def _gaps(text: str, places: Sequence[int]) -> dict[int, str]:
    """What stands before visible characters: a line end or a blank, by their number."""
    gaps = {}
    for at, (before, here) in enumerate(pairwise(places), start=1):
        if here - before > 1:
            between = text[before + 1 : here]
            gaps[at] = "\n" if "\n" in between or "\r" in between else " "
    return gaps


_DASH_RUN = re.compile(f"{DASH}{{2,}}")


def _dash_length(visible: str) -> int:
    """How long a text's dashes are, 2 or 3, going by its runs of what may be dashes; 0 where they do not tell."""
    lengths = [len(run) for run in _DASH_RUN.findall(visible)]
    twos, threes = lengths.count(2), lengths.count(3)
    return 3 if threes > twos + 1 else 2 if twos else 0
