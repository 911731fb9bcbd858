"""
Runs read one byte off behind a lost byte where no reading names it: 顒拥拈_展 was 活動的開展.

GBK writes a character in two bytes. Where one byte is lost before a page is converted, the second byte of every
character behind it is read together with the first of the next one, until the bytes come into step again. Between
the two ends nothing is lost (``shifted_runs`` reads it back); only the character that lost its byte, and the one of
which a U+FFFD is left, are chosen, by the language model and the words of the dictionary.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from union_corpus.documents import Edit
from union_corpus.language_model import load_model
from union_corpus.repairs import gbk
from union_corpus.repairs.byte_units import unreadable
from union_corpus.repairs.first_looks import stands_in_mojibake
from union_corpus.repairs.own_words import IN_NAME, OwnWords
from union_corpus.repairs.shifted_runs import Shifted, byte_pairs, may_begin, odd_places, shifted_runs
from union_corpus.repairs.slip_units import WIDE_COSTS
from union_corpus.repairs.words import word_score

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The language model looks back so many characters; words are judged with so many around.
_KEEP, _CONTEXT = 3, 10
# What speaks against a slip in a place, in natural logs, and what a U+FFFD counts for as it stands; these and the
# figures below are fitted on data/_originals damaged by tests/quality/shifted_bytes.py, so that clean texts stay.
_COST_OF_SLIP, _COST_WHERE_PROVEN, _LOST_CHARACTER = -6.0, -3.0, -5.0
# And besides, where nothing but the chosen character speaks for it: a letter alone stands in A級 too.
_COST_WHERE_WEAK = -6.0
# One run so sure proves that a text has lost bytes.
_SURE = 0.95
# A run must read that much better one byte later than as it stands to be looked at, its ends left aside.
_LEAST_GAIN = 5.0
# So many places where a run may begin are tried, so many characters at either end, and so many readings with words.
_MOST_STARTS, _MOST_CHARACTERS, _MOST_READINGS, _FAR = 6, 48, 24, 9.0
# The weight of words beside characters.
_WORDS = 0.4
# Of a long run so much is judged by words: what is chosen stands near its ends.
_HEAD, _TAIL = 24, 10
# Rarer characters are not put in place of a U+FFFD alone.
_COMMON = -13.0
# An edit less sure than this helps no other one. A character that was lost is only given where it is likelier by far:
# a wrong one would look like a fact, U+FFFD still looks like damage.
_LIKELY, _TOLD = 0.5, 0.7
# Less sure edits are not told.
_LEAST = 0.1
# What either side of a run reaches per character; tables of characters and damage of other kinds do not.
_CLEAN = -8.0
_UNKNOWN = "\ufffd"
# The chances of a U+FFFD alone are too high.
_CURVE_ALONE = (0.75, -0.95)
# How far the scores, which count what characters and words both know twice, are to be believed.
_SHARPNESS = 0.7
# What a run must reach per character one byte later, and each character of a short one.
_GOOD, _SHORT, _WORST = -8.0, 6, -12.5


def find_shifted_bytes(text: str) -> list[Edit]:
    """
    Find runs read one byte off behind a lost byte; each edit puts the run as it was.

    A character that the text around does not tell is left as U+FFFD.

    >>> from union_corpus.documents import apply_edits
    >>> damaged = "工會每年組織毠んw檢一次，文體顒樱\ufffd向困難職工l放慰問金。"
    >>> apply_edits(damaged, find_shifted_bytes(damaged))
    '工會每年組織職工體檢一次，文體活動，向困難職工發放慰問金。'
    >>> find_shifted_bytes("郫都、犍為、筠連等縣工會開展A級評選。")
    []
    """
    stretches, traditional = odd_places(text)
    stretches = [stretch for stretch in stretches if not stands_in_mojibake(text, *stretch)]
    if not stretches:
        return []
    reader = _Reader(text, traditional)
    edits = reader.read_all(stretches)
    if reader.sure:
        reader.proven = True
        edits = reader.read_all(stretches)
    return edits


class _Reading(NamedTuple):
    """A run that begins at ``start``: the character that lost a byte, all up to a cut one, and that."""

    score: float
    start: int
    first: str
    text: str
    last: str


class _Reader:
    """Reads the runs of one text."""

    def __init__(self, text: str, traditional: bool) -> None:
        self.text = text
        self.model = load_model()
        self.own = OwnWords(text, self.model)
        self.traditional = traditional
        self.proven = False
        self.last: Edit | None = None
        self.sure: dict[int, Edit] = {}
        self.known_words: dict[str, float] = {}

    def read_all(self, stretches: Iterable[tuple[int, int]]) -> list[Edit]:
        """The edits of all runs in some stretches."""
        edits: list[Edit] = []
        done, self.last = 0, None
        for start, end in stretches:
            for run in shifted_runs(self.text, start, end, done):
                edit = self.sure.get(run.end) or self._read(run)
                if edit is not None:
                    edits.append(edit)
                    done, self.last = run.end + 1, edit
        self.sure = {edit.end - 1: edit for edit in edits if edit.confidence > _SURE}
        return edits

    def _read(self, run: Shifted) -> Edit | None:
        """The edit that puts a run as it was; None where it reads no better so."""
        following = self._following(run.end)
        edit = self._shifted(run, following)
        if self.proven and self.text[run.end] == _UNKNOWN and (edit is None or edit.confidence < _LIKELY):
            edit = self._alone(run.end, following) or edit
        return edit if edit is not None and edit.confidence > _LEAST else None

    def _shifted(self, run: Shifted, following: str) -> Edit | None:
        starts = self._starts(run)
        if not starts or not self._among_chinese(run, starts[0], following):
            return None
        readings = [reading for start in starts for reading in self._begun(run, start, following)]
        readings = sorted(readings, key=lambda reading: -reading.score)[:_MOST_READINGS]
        if run.cut:
            readings = self._ended(run, readings, following)
            readings = sorted(readings, key=lambda reading: -reading.score)[: 2 * _MOST_READINGS]
        return self._edit(run, readings, following)

    def _before(self, place: int) -> str:
        """What stands before a place, as it is mended already."""
        last = self.last
        if last is None or last.confidence < _LIKELY or last.end <= place - _CONTEXT:
            return self.text[max(0, place - _CONTEXT) : place]
        return (self.text[max(0, last.start - _CONTEXT) : last.start] + last.after + self.text[last.end : place])[
            -_CONTEXT:
        ]

    def _following(self, place: int) -> str:
        """What stands behind a place, up to the next sign of damage."""
        return _DOUBTFUL.split(self.text[place + 1 : place + 1 + _CONTEXT] or "\n", maxsplit=1)[0]

    def _among_chinese(self, run: Shifted, start: int, following: str) -> bool:
        """Whether what stands on both sides of a run reads well, or enough of one side and the run itself."""
        sides = _DOUBTFUL.split(self._before(start))[-1], following, "".join(run.spelled[start - run.first :])
        well = [bool(side) and self._log_prob("", side) > _CLEAN * len(side) for side in sides]
        known = sum(len(side) for side, reads_well in zip(sides, well, strict=True) if reads_well)
        return known > _KEEP + 1 and (all(well[:2]) or len(run.spelled) > _KEEP)

    def _starts(self, run: Shifted) -> list[int]:
        """Where a run most likely begins, by how much better what is known of it reads one byte later."""
        if run.first == run.end:
            return [run.end] if may_begin(self.text, run.end) else []
        printed = self._printed(run)
        spelled = self.model.scores("".join(run.spelled)).tolist()
        gains = []
        gain = 0.0
        for start in range(run.end, run.first - 1, -1):
            at = start - run.first
            gain -= printed[at]
            if at < len(spelled):
                gain += max(spelled[at], -20.0)
            if may_begin(self.text, start):
                gains.append((gain, start))
        best = max(gains, default=(0.0, 0))[0]
        if best < _LEAST_GAIN:
            return []
        return [start for gain, start in sorted(gains, reverse=True)[:_MOST_STARTS] if gain > best - 12.0]

    def _printed(self, run: Shifted) -> list[float]:
        """The log probability of each character of a run as it stands; a lost character counts as any."""
        before = self._before(run.first)[-_KEEP:]
        shown = self.text[run.first : run.end + 1]
        scores = self.model.scores(before + shown).tolist()[len(before) :]
        return [_LOST_CHARACTER if char == _UNKNOWN else score for char, score in zip(shown, scores, strict=True)]

    def _begun(self, run: Shifted, start: int, following: str) -> list[_Reading]:
        """The likeliest characters for the one that lost a byte where a run begins at ``start``."""
        before = self._before(start)[-_KEEP:] or "\n"
        inner = "".join(run.spelled[start - run.first :])
        ahead = inner if run.cut else inner + following
        skipped = self._log_prob(self._before(run.first), self.text[run.first : start])
        rest = (
            self.model.score(ahead[:_KEEP] + inner[_KEEP:]) - self.model.score(ahead[:_KEEP])
            if len(inner) > _KEEP
            else 0.0
        )
        ranked = self._ranked(before, _with_lost_byte(self.text[start], self.traditional))
        return [
            _Reading(
                skipped + score + self._log_prob(before + char, ahead[:_KEEP]) + rest, start, char, char + inner, ""
            )
            for score, char in ranked
        ]

    def _ended(self, run: Shifted, readings: Sequence[_Reading], following: str) -> list[_Reading]:
        """Some readings, each with the likeliest characters for the one of which a U+FFFD is left."""
        after = byte_pairs().get(self.text[run.end + 1 : run.end + 2], b"")
        options = _ending_in(run.cut, unreadable("gbk", after[0] if after else 0x0A), self.traditional)
        found: dict[str, list[tuple[float, str]]] = {}
        ended = []
        for reading in readings:
            before = (self._before(reading.start) + reading.text)[-_KEEP:]
            if before not in found:
                ranked = self._ranked(before, options)
                found[before] = [
                    (score + self._log_prob(before + char, following[:_KEEP]), char) for score, char in ranked
                ]
            ended += [
                reading._replace(score=reading.score + score, text=reading.text + char, last=char)
                for score, char in found[before]
            ]
        return ended

    def _alone(self, place: int, following: str) -> Edit | None:
        """The character of which a U+FFFD between clean characters is left, where those tell it."""
        before = _DOUBTFUL.split(self._before(place))[-1]
        if not before or not following:
            return None
        ranked = [
            (score + self._log_prob(before[-_KEEP:] + char, following[:_KEEP]), _Reading(score, place, char, char, ""))
            for score, char in self._ranked(before[-_KEEP:], self._left_alone(place))
        ]
        ranked = sorted(ranked, key=lambda item: -item[0])[:_MOST_READINGS]
        scored = [
            (score + self._judged(before, one.text, following) + self._seen(one, following, _UNKNOWN), one)
            for score, one in ranked
        ]
        if not scored:
            return None
        chances = _chances(scored)
        best = max(chances)
        sure = _told_alone(best)
        return Edit(place, _UNKNOWN, scored[chances.index(best)][1].text, sure) if sure >= _TOLD else None

    def _left_alone(self, place: int) -> _Options:
        after = byte_pairs().get(self.text[place + 1 : place + 2], b"\n")
        return _with_unreadable_byte(after[0], self.traditional)

    def _ranked(self, before: str, options: _Options) -> list[tuple[float, str]]:
        """The likeliest of some characters after what stands before them."""
        import numpy as np

        if not options.chars:
            return []
        history = self.model.ids(before[-_KEEP:])
        grams = np.concatenate(
            (np.broadcast_to(history, (len(options.ids), len(history))), options.ids[:, None]), axis=1
        )
        scores = self.model.last_log_probs(grams) + options.costs
        order = np.argsort(-scores, kind="stable")[:_MOST_CHARACTERS]
        return [(float(scores[at]), options.chars[at]) for at in order if scores[at] > scores[order[0]] - _FAR]

    def _log_prob(self, history: str, text: str) -> float:
        score = 0.0
        for char in text:
            score += self.model.log_prob(history, char)
            history = (history + char)[-_KEEP:]
        return score

    def _edit(self, run: Shifted, readings: Sequence[_Reading], following: str) -> Edit | None:
        """The best of some readings as an edit, what is not sure in it left out; None where it tells nothing."""
        before = _DOUBTFUL.split(self._before(run.first))[-1]
        shown = self.text[max(0, run.first - 1) : run.end + 2]
        scored = []
        for reading in readings:
            whole = self.text[run.first : reading.start] + reading.text
            score = reading.score + self._judged(before, whole, following)
            scored.append((score + self._seen(reading, following, shown), reading))
        score, best = max(scored, default=(0.0, None))
        if best is None or not self._reads_well(best, following):
            return None
        chances = _chances(scored)
        weak = not _HAN.search("".join(run.spelled[best.start - run.first :]))
        if weak and run.spelled[-1]:
            return None  # one rare character is no proof that a letter was torn from behind another one
        total = score - log(max(chances)) / _SHARPNESS
        # Where a byte stands twice in a row, it makes no difference which of them was lost.
        whole = self.text[run.first : best.start] + best.text
        alike = [self.text[run.first : other.start] + other.text == whole for _, other in scored]
        begun = [same or other.start == best.start for same, (_, other) in zip(alike, scored, strict=True)]
        agreed = _share(chances, begun)
        sure = self._better(run, total, before, following, weak=weak) * agreed
        out = best.text
        told = [
            same or (here and other.first == best.first)
            for same, here, (_, other) in zip(alike, begun, scored, strict=True)
        ]
        first = _share(chances, told) / agreed
        last = _share(chances, [other.last == best.last for _, other in scored])
        behind = best.text + following
        if self.own.may_be_name(self._before(best.start), behind[0], behind[1:], shown):
            first *= IN_NAME
        if best.last and self.own.may_be_name(before + best.text[:-1], best.last, following, shown):
            last *= IN_NAME
        if first < _TOLD:
            out = _UNKNOWN + out[1:]
        if last < _TOLD:
            out = out[:-1] + _UNKNOWN
        sure *= (first if first >= _TOLD else 1.0) * (last if last >= _TOLD else 1.0)
        if len(_HAN.findall(out)) < (1 if first >= _TOLD else 2):
            return None
        # Shares are sums of floats, and may come out a hair above one.
        return Edit(best.start, self.text[best.start : run.end + 1], out, min(sure, 1.0))

    def _judged(self, before: str, text: str, following: str) -> float:
        """How well a text falls into words where it stands."""
        text = text.replace(_UNKNOWN, "")
        if len(text) <= _HEAD + _TAIL:
            return self._words(before + text + following)
        return self._words(before + text[:_HEAD]) + self._words(text[-_TAIL:] + following)

    def _words(self, text: str) -> float:
        # Readings of a run differ at one end or the other, so that most halves have been asked for before.
        if text not in self.known_words:
            self.known_words[text] = _WORDS * word_score(text, self.model)
        return self.known_words[text]

    def _seen(self, reading: _Reading, following: str, shown: str) -> float:
        """What speaks for the chosen characters of a reading: pairs with a neighbour that the text has elsewhere."""
        text = reading.text + following[:1]
        score = self.own.speak_for(shown, self._before(reading.start), text[0], text[1:])
        if reading.last:
            end = len(reading.text)
            score += self.own.speak_for(shown, text[: end - 1], reading.last, following)
        return score

    def _better(self, run: Shifted, score: float, before: str, following: str, *, weak: bool) -> float:
        """The chance that a run was out of step, given the score of all its readings that are."""
        shown = self.text[run.first : run.end + 1]
        as_it_stands = sum(self._printed(run)) + self._log_prob(shown[-_KEEP:].replace(_UNKNOWN, ""), following[:_KEEP])
        as_it_stands += self._judged(before, shown, following)
        cost = (_COST_WHERE_PROVEN if self.proven else _COST_OF_SLIP) + (_COST_WHERE_WEAK if weak else 0.0)
        return 1 / (1 + exp(min(_SHARPNESS * (as_it_stands - cost - score), 50.0)))

    def _reads_well(self, reading: _Reading, following: str) -> bool:
        """Whether what a run spells one byte later is Chinese, whatever stands there now."""
        before = self._before(reading.start)[-_KEEP:]
        scores = self.model.scores(before + reading.text + following[:_KEEP])[len(before) :]
        return float(scores.mean()) > _GOOD and (len(reading.text) > _SHORT or float(scores.min()) > _WORST)


def _chances(scored: Sequence[tuple[float, _Reading]]) -> list[float]:
    """The chance of each reading, given that one of them is right."""
    top = max(score for score, _ in scored)
    weights = [exp(_SHARPNESS * (score - top)) for score, _ in scored]
    return [weight / sum(weights) for weight in weights]


def _told_alone(chance: float) -> float:
    """The share that is right of the characters of one U+FFFD that are given this chance: a logistic curve over its odds."""
    steepness, shift = _CURVE_ALONE
    odds = log(max(chance, 1e-9) / max(1.0 - chance, 1e-9))
    return 1 / (1 + exp(-(steepness * odds + shift)))


def _share(chances: Sequence[float], chosen: Sequence[bool]) -> float:
    return sum(chance for chance, taken in zip(chances, chosen, strict=True) if taken)


_HAN = re.compile("[\u3400-\u9fff]")
_DOUBTFUL = re.compile("[\ufffd\ue000-\uf8ff]")


class _Options(NamedTuple):
    """Characters, their numbers in the model, and what speaks against each."""

    chars: str
    ids: NDArray[np.int64]
    costs: NDArray[np.float64]


def _options(chars: Iterable[str], traditional: bool) -> _Options:
    import numpy as np

    joined = "".join(sorted(set(chars)))
    spelling = load_model("traditional").spelling if traditional else None
    costs = {**WIDE_COSTS, **spelling.forms} if spelling else WIDE_COSTS
    return _Options(joined, load_model().ids(joined), np.array([costs.get(char, 0.0) for char in joined]))


@cache
def _with_lost_byte(char: str, traditional: bool) -> _Options:
    """The characters that can have lost a byte where this one is printed: its first byte is one of theirs."""
    first = byte_pairs()[char][0]
    leads, trails = _by_byte(traditional)
    return _options((*leads[first], *trails[first]) if first >= 0x80 else trails[first], traditional)


@cache
def _ending_in(lead: int, trails: frozenset[int], traditional: bool) -> _Options:
    """The characters of one lead byte and some trail bytes."""
    return _options(
        (char for char in _by_byte(traditional)[0][lead] if gbk.byte_pairs()[char][1] in trails), traditional
    )


@cache
def _with_unreadable_byte(after: int, traditional: bool) -> _Options:
    """The commoner characters that leave one byte unreadable before another when they lose one of theirs."""
    left = unreadable("gbk", after)
    model = load_model()
    found = "".join({char for row in _by_byte(traditional) for byte in left for char in row[byte]})
    frequencies = model.parts[0][1].log_probs[0][model.ids(found)].tolist()
    return _options(
        (char for char, log_prob in zip(found, frequencies, strict=True) if log_prob > _COMMON), traditional
    )


@cache
def _by_byte(traditional: bool) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """The characters that reports of a script are written in, by their first byte and by their second."""
    model = load_model()
    leads: dict[int, str] = defaultdict(str)
    trails: dict[int, str] = defaultdict(str)
    for (lead, trail), char in gbk.characters().items():
        if model.known(char) and (traditional or char not in model.folded):
            leads[lead] += char
            trails[trail] += char
    return leads, trails
