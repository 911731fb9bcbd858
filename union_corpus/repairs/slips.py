"""
Text in which a byte of GBK was lost, so that what follows is read one byte off: 我們?cè)谏习肽昙皶r is 我們在上半年及時.

A scraper that prints readings works on bytes, and so it also prints one between the last byte of a character and the
first of the next, where the two happen to form a character it knows. The cut byte becomes ``?``, and everything up to
the next byte of the ASCII range is shifted. The reading names the character and with it the lost byte. Other slips
lose the byte before a punctuation mark; then every byte is tried and the language model chooses.

These runs are read before the readings are removed (``find_inline_pinyin``), because they need them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from union_corpus.documents import Edit, Problem
from union_corpus.repairs import gbk
from union_corpus.repairs.pinyin import HAN, LETTERS, find_inline_pinyin, has_tone, readings, usual_form
from union_corpus.repairs.words import word_score

if TYPE_CHECKING:
    from union_corpus.language_model import Model

_BLANK = "[ \u00a0\u3000]?"

_TOKEN = re.compile(
    rf"""
      (?P<cut>[?？\ufffd][(（]?(?P<cut_reading>[{LETTERS}]{{1,8}}){_BLANK}[)）])   # ?cè)  the byte and the ( became one ?
    | (?P<reading>[(（]{_BLANK}[{LETTERS}]{{1,8}}{_BLANK}[)）])                    # (jiàn)
    | (?P<lost>[?？])
    | (?P<mark>[,;:!])
    | (?P<char>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_TRIGGER = re.compile(r"[?？]|\ufffd(?=[(（]?[a-zü])")

# Full-width signs that the page shows half-width where it could read them; inside a run they keep two bytes.
_WIDE = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}

# Costs in natural logs. A lost byte is one of 126 (-4.8); that a given ? hides one at all is likely where the text
# is proven damaged, and so unlikely where it is not that the reading as printed must be very bad Chinese.
_COST_LOST_PROVEN = -6.0
_COST_LOST_UNPROVEN = -14.0
_COST_LOST_TRAIL = -5.2
# The character that a cut reading names: one that carries readings elsewhere in the text, one that conversion
# changes, another one of that reading, any at all.
_COST_NOT_CUT = -16.0  # that it is no cut reading at all
_COST_CUT = {"seen": 0.0, "traditional": -1.5, "other": -5.0, "any": -12.0}
# A character of a run that conversion to simplified has changed.
_COST_VARIANT = -1.0
# One pair in eight of those read out of step is a private-use character.
_COST_PRIVATE = -3.0

# Full-width letters and digits, which the model takes for the usual ones: few pages have them inside a sentence.
_WIDE_LETTERS = frozenset(map(chr, range(0xFF01, 0xFF5F))).difference("，；：！？（）％")
_COST_WIDE_LETTER = -5.0
# No sentence has two such marks in a row; the model, which backs off to single marks there, finds it likely enough.
_COST_TWO_MARKS = -4.0

_PRUNE = 14.0  # readings this much less likely than the best are given up
_BEAM = 160
_LONGEST_RUN = 600  # a run that has not come to an end by then is left alone
_KEEP = 3  # characters the language model looks back
_AHEAD = 5  # characters of which a question mark and what follows it must make sense together …
_SENSE = -7.0  # … at this log probability a character; before a lost byte they reach -7.9 at best
_CONTEXT = 10  # characters on either side by which words are judged
_GARBLED = -9.0
_GARBLED_ALONE = -9.5
_MANY_RUNS = 8
# Where private-use characters may be gone, a run with a character that unlikely is often wrong all the same.
_TRUST_IF_LOST = ((-13.0, 0.4), (_GARBLED, 0.94))
_MOST_GAPS = 3  # readings of a run, and readings of each, in which a lost private-use character is looked for
_MOST_LEADS = 24
_LIKELY = 0.5  # a byte less sure than this leaves its character unknown
_UNKNOWN = "?"
_SETTLED = 0.9999  # surer runs are not looked at again
_WORDS = 1.0  # the weight of words beside characters, chosen on reports damaged by tests/quality/pinyin.py

_TWO_MARKS = re.compile("[，。、；：][，。、；：]")
_HAN = re.compile(rf"[{HAN}]")
# How far the scores of rival bytes are to be believed when they become a confidence (fitted on damaged reports).
_SHARPNESS = {"lost": 0.75, "cut": 0.9, "private": 0.75}
# The chance of a byte is still too high in the middle, and so is that of an edit as a whole, the more where private-use
# characters may be gone: logistic curves over their log odds, fitted on every other damaged report.
_BYTE_CURVE, _EDIT_CURVE, _EDIT_CURVE_IF_LOST = (1.2, -0.75), (0.7, -0.2), (0.5, 0.0)

_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
_SUSPECT = re.compile(r"[?？\ufffd\ue000-\uf8ff]")


class _Token(NamedTuple):
    kind: str
    start: int
    end: int
    text: str
    reading: str


def find_byte_slips(text: str) -> list[Edit]:
    """
    Find runs read one byte off after a lost byte; each edit puts the run as it was.

    A run begins at a ``?`` and ends where the bytes are in step again. Around a ``?`` that makes sense as it stands,
    and in a text without other damage unless the run is gibberish, nothing is found.

    >>> from union_corpus.documents import apply_edits
    >>> damaged = "我們?cè)谏习肽昙皶r(shí)組織(zhī)職工代表討論"
    >>> apply_edits(damaged, find_byte_slips(damaged))
    '我們在上半年及時(shí)組織(zhī)職工代表討論'
    >>> find_byte_slips("怎麼辦?還是要依靠職工群眾。")
    []
    """
    if not _HAN.search(text):
        return []
    starts = [match.start() for match in _TRIGGER.finditer(text)]
    if not starts:
        return []
    proven, seen = _proof(text)
    if not proven:
        starts = [
            start for start in starts if _SHIFTED.match(text, start) and not _CODE.search(text[start - 1 : start])
        ]
    starts = [start for start in starts if _among_han(text, start)]
    if not starts:
        return []
    from union_corpus.language_model import load_model

    reader = _Reader(text, load_model(), seen, _COST_LOST_PROVEN if proven else _COST_LOST_UNPROVEN)
    edits: list[Edit] = []
    done = 0
    for start in starts:
        if start >= done:
            found, done = reader.read_run(start)
            if found and edits and found[0].start < edits[-1].end:
                # The run before was doubtful; what begins inside it is taken instead where it is surer.
                if found[0].confidence <= edits[-1].confidence:
                    continue
                edits = [edit for edit in edits if edit.end <= found[0].start]
            edits.extend(found)
            if found and found[0].confidence < 0.5:
                done = start + 1
    return edits


_EATEN = re.compile(rf"(?<=[{HAN}])[?\ufffd]+(?=\d[\d.,]*[{HAN}%％‰])")
_SENTENCE_START = re.compile(r"[。！？!?；;\n][^。！？!?；;\n]*\Z")
_QUESTION = re.compile(r"[吗嗎呢吧谁誰哪怎啥何几幾]|什么|什麼|多少|是否|能否|可否|有无|有無|如何|(.)不\1|有没有|有沒有")


def find_eaten_digits(text: str) -> list[Problem]:
    """
    Find numbers that have lost a digit to a slip, as in 下拨?5万元: what is left of them must not be counted.

    The ``?`` stands in a statement, straight before a number with a unit. Nobody can tell which digit it was.

    >>> [problem.text for problem in find_eaten_digits("全年下拨?5万元救助困难职工。")]
    ['?5']
    >>> find_eaten_digits("今年怎么干?5月前要拿出办法。")
    []
    """
    problems = []
    for match in _EATEN.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()]
        sentence = _SENTENCE_START.search(before)
        if not _QUESTION.search(sentence[0] if sentence else before):
            number = _NUMBER.match(text, match.end())
            end = number.end() if number else match.end()
            detail = "a digit may have been lost before this number, so its value is unknown"
            problems.append(Problem("repair", "eaten_digit", match.start(), end, text[match.start() : end], detail))
    return problems


_ALONE = re.compile(rf"(?<=[{HAN}])[?\ufffd](?:(?P<mark>[、，。；：）])|(?=[{HAN}\n”]|\Z))")


def find_lost_characters(text: str) -> list[Problem]:
    """
    Find a ``?`` that stands for a character of which too little is left to tell it, as in 加强基?、改进作风.

    No question ends before a comma. Once a text has one such place, a ``?`` in a statement is another; a text
    without any is taken to ask.

    >>> [problem.start for problem in find_lost_characters("加强基?、改进作风，召开班?会。")]
    [3, 13]
    >>> find_lost_characters("职工需要什么?工会应当知道。你不去?我去。")
    []
    """
    matches = list(_ALONE.finditer(text))
    if not any(match["mark"] for match in matches):
        return []
    problems = []
    for match in matches:
        before = text[max(0, match.start() - 60) : match.start()]
        sentence = _SENTENCE_START.search(before)
        if not _QUESTION.search(sentence[0] if sentence else before):
            place = match.start()
            detail = "a character was lost here, and what is left does not tell which"
            problems.append(Problem("repair", "lost_character", place, place + 1, text[place], detail))
    return problems


_NUMBER = re.compile(r"\d[\d.,]*")
_CUT_READING = re.compile(rf"[?？\ufffd][(（]?([{LETTERS}]{{1,8}}){_BLANK}[)）]")
_GLOSSED = re.compile(rf"([{HAN}])(?:[(（]{_BLANK}[{LETTERS}]{{1,8}}{_BLANK}[)）])+")


def _proof(text: str) -> tuple[bool, frozenset[str]]:
    """Whether a text is proven damaged (readings inside words, or cut ones), and the characters that carry readings."""
    cut = any(
        has_tone(reading) and reading in readings().characters
        for reading in map(usual_form, _CUT_READING.findall(text))
    )
    printed = find_inline_pinyin(text)
    sure = any(edit.confidence >= 0.9 for edit in printed)
    seen = frozenset(text[edit.start - 1] for edit in printed) if sure else frozenset()
    return cut or sure, seen


# Where nothing else proves damage, a ? may hide a byte only if what follows could not follow a question: a second
# mark, or text that soon runs into a lone ASCII sign, a private-use character, a line-drawing sign or another ?.
_SHIFTED = re.compile(
    rf"""
    [?？]
    (?: [，。、；：！？?,;:!][^\s\d]                                     # 合同??h總
      | [^\x00-\x7f]{{1,12}}?
        (?: [@-Z\[-^`a-z{{-~](?=[{HAN}，。、（(])                        # 昙皶r組
          | [\ue000-\uf8ff]
          | [\u2500-\u25ff]                                            # ▍
        )
      | [{HAN}]{{1,6}}[?？][，。、；）]                                  # 章?拢?、
    )
    """,
    re.VERBOSE,
)


# Before a ? of a pattern, a URL or a program.
_CODE = re.compile(r"[A-Za-z(\[{<\\/'\"=&|^*+]")


def _among_han(text: str, start: int) -> bool:
    """Whether a place stands in Chinese text; program code has ? beside brackets and backslashes too."""
    return len(_HAN.findall(text, max(0, start - 24), start + 40)) >= 4


def _tokens(text: str, start: int) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text, start):
        kind = match.lastgroup or "char"
        if kind == "cut_reading":
            kind = "cut"
        reading = usual_form(match["cut_reading"] or "")
        if kind == "cut" and not (has_tone(reading) and reading in readings().characters):
            # An ordinary ? before a bracket that closes: token by token.
            yield _Token("lost", match.start(), match.start() + 1, match[0][0], "")
            for place in range(match.start() + 1, match.end()):
                yield _Token("char", place, place + 1, text[place], "")
            continue
        yield _Token(kind, match.start(), match.end(), match[0], reading)


class _Step(NamedTuple):
    """
    Some bytes read, as a link of a backward chain.

    ``data`` is what the token was taken for (None: it stands for itself), ``out`` the characters that it completed,
    ``end`` how far the text was read. ``pending`` and ``last_byte`` are as they were before; ``in_step`` says whether
    no byte is left over after it.
    """

    before: _Step | None
    token: _Token
    data: bytes | None
    out: str
    pending: int
    last_byte: int
    in_step: bool


class _State(NamedTuple):
    best: float
    total: float  # log of the summed chance of all ways that lead here
    step: _Step | None
    last_byte: int


_Key = tuple[int, str]  # the byte left over (0: none) and the last characters
_States = dict[_Key, _State]


class _Reader:
    """Reads the runs of one text."""

    def __init__(self, text: str, model: Model, seen: frozenset[str], cost_lost: float) -> None:
        self.text = text
        self.model = model
        self.seen = seen
        self.cost_lost = cost_lost
        self.pairs = gbk.characters()
        self.bytes = gbk.byte_pairs()
        self.private_lost = not _PRIVATE.search(text)
        # In many runs some private-use character would be; that few have none says little.
        self.garbled = _GARBLED if len(_CUT_READING.findall(text[:100_000])) >= _MANY_RUNS else _GARBLED_ALONE
        self.lost: dict[tuple[int, str], list[tuple[bytes, float]]] = {}
        self.likely: dict[int, list[int]] = {}
        # A page converted to simplified characters after it was damaged: the bytes are those of the traditional ones.
        self.variants = _traditional_variants(model) if _is_simplified(text) else {}
        self.tail = ""  # repaired text before the place read last, so that runs close to each other help each other
        self.tail_end = 0

    def read_run(self, start: int) -> tuple[list[Edit], int]:
        """The edits of the run that begins at ``start``, and the place up to which the text has been read."""
        history = self._before(start)
        if self._makes_sense(start, history):
            return [], start + 1
        state, end = self._search(start, history, private_lost=False)
        if self.private_lost and (state is None or _worst(self.model, history, _chain(state)) < self.garbled):
            other, other_end = self._search(start, history, private_lost=True)
            if other is not None:
                far = max(end, other_end)
                if state is None or self._judged(other, other_end, far, history) > self._judged(
                    state, end, far, history
                ):
                    state, end = other, other_end
        if state is None:
            return [], start + 1
        steps = _chain(state)
        steps, confidence, chances = self._settle(steps, exp(min(0.0, state.best - state.total)), history)
        if self.private_lost:
            worst = _worst(self.model, history, steps)
            confidence *= next((factor for floor, factor in _TRUST_IF_LOST if worst < floor), 1.0)
        edits = self._edits(start, steps, confidence, chances)
        self._remember(start, end, edits)
        return edits, end

    def _makes_sense(self, start: int, history: str) -> bool:
        """A first look: whether a ? and what follows read well as they stand, so that nothing need be searched."""
        if _CUT_READING.match(self.text, start):
            return False
        following = self.text[start + 1 : start + 2]
        if following < "?" and following not in _WIDE:
            return True  # a lost byte takes the next one with it, which then is no digit, blank or end
        ahead = _GLOSSED.sub(r"\1", self.text[start : start + 40])[:_AHEAD]
        return self._log_prob(history, ahead) > _SENSE * len(ahead)

    def _judged(self, state: _State, end: int, far: int, history: str) -> float:
        """How good the text up to ``far`` is, by characters, words and costs, when the run is read this way."""
        steps = _chain(state)
        lost = sum(step.token.kind == "private" for step in steps)
        out = _spelled(steps)
        whole = out + _GLOSSED.sub(r"\1", self.text[end:far])
        score = state.best + self._log_prob(history, whole) - self._log_prob(history, out)
        return score + _WORDS * word_score(history + whole, self.model) + lost * _COST_PRIVATE

    def _log_prob(self, history: str, text: str) -> float:
        score = 0.0
        history = history[-_KEEP:]
        for character in text:
            score += self.model.log_prob(history, character)
            history = (history + character)[-_KEEP:]
        return score

    def _before(self, start: int) -> str:
        if start - self.tail_end > 40:
            before = self.text[start - 40 : start]
        else:
            before = self.tail + self.text[self.tail_end : start]
        return _GLOSSED.sub(r"\1", before)[-_CONTEXT:] or "\n"

    def _remember(self, start: int, end: int, edits: Sequence[Edit]) -> None:
        done, pieces = start, []
        for edit in edits:
            pieces += [self.text[done : edit.start], edit.after if edit.confidence >= 0.5 else edit.before]
            done = edit.end
        self.tail = (self._before(start) + "".join(pieces) + self.text[done:end])[-40:]
        self.tail_end = end

    def _search(self, start: int, history: str, *, private_lost: bool) -> tuple[_State | None, int]:
        """The best reading of the run, and where it is over; None where no reading fits or none comes to an end."""
        last = self._last_byte(history[-1])
        states: _States = {(0, history[-_KEEP:]): _State(0.0, 0.0, None, last)}
        token = None
        for number, token in enumerate(_tokens(self.text, start)):
            if private_lost and number:
                self._insert_private(states, token)
            states = self._advance(states, token)
            if len(states) == 1:
                ((pending, _), state) = next(iter(states.items()))
                if not pending:
                    return state, token.end
            if not states or number > (_LONGEST_RUN if not private_lost else _LONGEST_RUN // 10):
                return None, start + 1
        ended = [state for (pending, _), state in states.items() if not pending]
        if not ended or token is None:
            return None, start + 1
        return max(ended, key=lambda state: state.best), token.end

    def _advance(self, states: Mapping[_Key, _State], token: _Token) -> _States:
        grown: _States = {}
        for (pending, history), state in states.items():
            for data, cost in self._options(token, pending, state.last_byte, guessed=_is_guess(state.step)):
                self._feed(grown, (pending, history), state, token, data, cost)
        return _pruned(grown)

    def _options(
        self, token: _Token, pending: int, last_byte: int, *, guessed: bool = False
    ) -> Sequence[tuple[bytes | None, float]]:
        """
        Bytes that a token may stand for, with their costs; None for a token that stands for itself.

        Where the byte left over is ``guessed``, a second guess is not made: the character would be invented.
        """
        text = token.text
        if token.kind == "reading":
            # In step it is removed later; inside a run it was printed between two halves and goes with the run.
            return ((b"", 0.0),) if pending else ((None, 0.0),)
        if token.kind == "cut":
            options = self._lost_bytes(pending or last_byte, token.reading)
            if pending:
                return options
            return [*(option for option in options if option[0] > b"\x80"), (None, _COST_NOT_CUT)]
        if token.kind == "lost":
            if pending and guessed:
                return ((b"\xa3\xbf", 0.0),)
            if pending:
                return [(b"\xa3\xbf", 0.0), *((bytes([b]), _COST_LOST_TRAIL) for b in _TRAILS)]
            return [(b"?", 0.0), *((bytes([b]), self.cost_lost) for b in _LEADS)]
        if token.kind == "mark" and pending:
            return ((self.bytes[_WIDE[text]], 0.0),)
        if guessed and pending and text.isascii():
            return ()  # a pair whose first byte went and whose second shows as a letter is not among the ways to lose one
        data = self.bytes.get(text)
        if data is None or (not pending and len(data) == 2):
            return () if pending else ((None, 0.0),)
        if pending and text in self.variants:
            return [(data, 0.0), *((self.bytes[c], _COST_VARIANT) for c in self.variants[text])]
        return ((data, 0.0),)

    def _last_byte(self, character: str) -> int:
        """The last byte of a character as the scraper had it, before it made the mark half-width."""
        return self.bytes.get(_WIDE.get(character, character), b"\x00")[-1]

    def _lost_bytes(self, before: int, reading: str) -> Sequence[tuple[bytes, float]]:
        """The bytes that, after the byte ``before``, make a character with this reading."""
        if (before, reading) in self.lost:
            return self.lost[before, reading]
        known = readings()
        found: list[tuple[bytes, float]] = []
        for character in known.characters[reading]:
            data = self.bytes[character]
            if data[0] == before:
                kind = (
                    "seen" if character in self.seen else "traditional" if character in known.traditional else "other"
                )
                found.append((data[1:], _COST_CUT[kind]))
        self.lost[before, reading] = found or [(bytes([b]), _COST_CUT["any"]) for b in _TRAILS]
        return self.lost[before, reading]

    def _insert_private(self, states: _States, token: _Token) -> None:
        """Let the best states with a byte left over also have read a private-use character that has since been lost."""
        trails = self._likely_leads(token)
        if not trails:
            return
        private = _private_trails()
        ranked = sorted(
            (item for item in states.items() if item[0][0] and not _is_guess(item[1].step)),
            key=lambda item: -item[1].best,
        )
        for (pending, history), state in ranked[:_MOST_GAPS]:
            first = []
            for lead in private:
                character = self.pairs.get((pending, lead), "\ue000")
                if not "\ue000" <= character <= "\uf8ff":
                    first.append((self.model.log_prob(history, character), lead, character))
            first.sort(reverse=True)
            for score, lead, character in first[:_MOST_GAPS]:
                if score < first[0][0] - 4.0:
                    break
                cost = score  # what the loss costs is counted when the readings are compared
                gap = token._replace(end=token.start, text="", kind="private")
                for trail in trails:
                    if trail in private[lead]:
                        step = _Step(state.step, gap, bytes([lead, trail]), character, pending, state.last_byte, False)
                        grown = _State(state.best + cost, state.total + cost, step, trail)
                        _join(states, (trail, (history + character)[-_KEEP:]), grown)

    def _likely_leads(self, token: _Token) -> Sequence[int]:
        """Bytes that, together with the first byte of a token, make one of the commoner characters."""
        if token.kind == "cut":
            return sorted({self.bytes[c][0] for c in readings().characters[token.reading]})
        if token.kind != "char" or token.text not in self.bytes:
            return ()
        trail = self.bytes[token.text][0]
        if trail not in self.likely:
            ranked = []
            for lead in _LEADS:
                character = self.pairs.get((lead, trail), "\ue000")
                if not "\ue000" <= character <= "\uf8ff":
                    ranked.append((self.model.log_prob("", character), lead))
            self.likely[trail] = [lead for _, lead in sorted(ranked, reverse=True)[:_MOST_LEADS]]
        return self.likely[trail]

    def _feed(self, grown: _States, key: _Key, state: _State, token: _Token, data: bytes | None, cost: float) -> None:
        pending, history = key
        last = state.last_byte
        log_prob = self.model.log_prob
        out = ""
        if data is None:
            out = token.text
            if token.kind != "reading":
                cost += log_prob(history, out) if len(out) == 1 else 0.0
                history = (history + out)[-_KEEP:]
                last = self._last_byte(out)
        else:
            for byte in data:
                if pending:
                    character = self.pairs.get((pending, byte))
                    if character is None or "\ue000" <= character <= "\uf8ff":
                        return
                    pending = 0
                    if character in _WIDE_LETTERS:
                        cost += _COST_WIDE_LETTER
                elif byte > 0x80:
                    pending = last = byte
                    continue
                else:
                    character = chr(byte) if byte < 0x80 else "€"
                last = byte if character not in _WIDE else self._last_byte(character)
                cost += log_prob(history, character)
                history = (history + character)[-_KEEP:]
                out += character
        step = _Step(state.step, token, data, out, key[0], state.last_byte, not pending)
        _join(grown, (pending, history), _State(state.best + cost, state.total + cost, step, last))

    def _edits(self, start: int, steps: Sequence[_Step], confidence: float, chances: Mapping[int, float]) -> list[Edit]:
        """
        The pieces of a run that read differently, each from one place where the bytes are in step to the next.

        ``chances`` tells how sure the byte of a step is. A character whose byte is more likely wrong than right is
        not given: a ? stands for it, as before, while the characters beside it are mended.
        """
        edits = []
        out = ""
        unknown = False
        sure = confidence
        for number, step in enumerate(steps):
            chance = chances.get(number, 1.0)
            if chance >= _LIKELY:
                sure *= chance
            else:
                unknown = True
            if unknown and step.out and step.token.kind not in ("reading", "private"):
                out += _UNKNOWN + step.out[1:]
                unknown = False
            else:
                out += step.out
            if step.in_step:
                end = step.token.end
                if self.variants:
                    out = "".join(self.model.folded.get(c, c) for c in out)
                if (before := self.text[start:end]) != out:
                    curve = _EDIT_CURVE_IF_LOST if self.private_lost else _EDIT_CURVE
                    edits.append(Edit(start, before, out, _calibrated(sure, curve)))
                start, out, sure = end, "", confidence
        return edits

    def _settle(
        self, steps: list[_Step], confidence: float, history: str
    ) -> tuple[list[_Step], float, dict[int, float]]:
        """
        Choose each lost byte again among those that keep the bytes in step, now with words as well as characters.

        The character model sees three characters back and so cannot tell 藏書 from 藏會 where reports have neither.
        Gives the steps, how sure it is where the run is out of step at all, and the chance of each byte chosen.
        """
        chances: dict[int, float] = {}
        if confidence > _SETTLED:
            return steps, confidence, chances
        by_characters = 1.0
        end = steps[-1].token.end
        following = _GLOSSED.sub(r"\1", self.text[end : end + 40])[:_CONTEXT]
        following = _SUSPECT.split(following, maxsplit=1)[0]
        for number, step in enumerate(steps):
            if not _is_lost(step):
                continue
            rivals = []
            for data, cost in self._rivals(step):
                if data is not None and len(data) == len(step.data or b"") and data != b"?":
                    changed = self._respelled(steps, number, data)
                    if changed is not None:
                        rivals.append((cost + self._local(changed, number, history, following), changed))
            if not rivals:
                continue
            top = max(score for score, _ in rivals)
            rivals = sorted((r for r in rivals if r[0] > top - 9.0), key=lambda r: -r[0])[:12]
            if len(rivals) == 1:
                continue
            before = history + _spelled(steps[:number])
            scored = []
            for score, changed in rivals:
                after = _spelled(changed[number:]) + following
                around = before[-_CONTEXT:] + after[: _CONTEXT + 2]
                marks = _COST_TWO_MARKS if _TWO_MARKS.search(around) else 0.0
                scored.append((score + marks + _WORDS * word_score(around, self.model), changed))
            by_characters *= _share([score for score, _ in rivals], steps, [changed for _, changed in rivals])
            steps = max(scored, key=lambda item: item[0])[1]
            sharpness = _SHARPNESS[step.token.kind]
            share = _share([score * sharpness for score, _ in scored], steps, [changed for _, changed in scored])
            chances[number] = _calibrated(share, _BYTE_CURVE)
        return steps, min(1.0, confidence / by_characters), chances

    def _rivals(self, step: _Step) -> Sequence[tuple[bytes | None, float]]:
        """What else the lost byte of a step may have been; of a private-use character the second byte is tried."""
        if step.token.kind != "private" or not step.data:
            return self._options(step.token, step.pending, step.last_byte)
        return [(bytes([step.data[0], trail]), 0.0) for trail in sorted(_private_trails()[step.data[0]])]

    def _respelled(self, steps: Sequence[_Step], number: int, data: bytes) -> list[_Step] | None:
        """The steps with another byte in one place; None where that makes no text."""
        changed = list(steps)
        pending, last = steps[number].pending, steps[number].last_byte
        for place in range(number, len(steps)):
            step = steps[place]
            bytes_read = data if place == number else step.data
            if bytes_read is None:
                break
            out = ""
            began, began_last = pending, last
            for byte in bytes_read:
                if pending:
                    character = self.pairs.get((pending, byte), "\ue000")
                    if "\ue000" <= character <= "\uf8ff":
                        return None
                    out, pending = out + character, 0
                elif byte > 0x80:
                    pending = byte
                else:
                    out += chr(byte) if byte < 0x80 else "€"
                last = byte
            if bool(pending) == step.in_step:
                return None
            changed[place] = step._replace(data=bytes_read, out=out, pending=began, last_byte=began_last)
            if place > number and out == step.out and pending == _left_over(step, began):
                break
        return changed

    def _local(self, steps: Sequence[_Step], number: int, history: str, following: str) -> float:
        """Log probability of what follows one place, as far as the model can tell that it differs."""
        before = history + _spelled(steps[max(0, number - _KEEP - 1) : number])
        after = _spelled(steps[number : number + 6])
        if number + 6 >= len(steps):
            after += following
        return self._log_prob(before, after[: _KEEP + 2])


def _calibrated(chance: float, curve: tuple[float, float]) -> float:
    """The share that is right of what is given this chance; ``curve`` has the steepness and the shift of the odds."""
    steepness, shift = curve
    bounded = min(max(chance, 1e-9), 1 - 1e-9)
    return 1 / (1 + exp(-(steepness * log(bounded / (1 - bounded)) + shift)))


def _is_simplified(text: str) -> bool:
    """Whether more characters of a text are simplified than traditional."""
    known = readings()
    sample = text[:20_000]
    simplified = sum(c in known.simplified for c in sample)
    return simplified > sum(c in known.traditional for c in sample)


def _traditional_variants(model: Model) -> Mapping[str, list[str]]:
    variants: dict[str, list[str]] = {}
    known = gbk.byte_pairs()
    for character, plain in model.folded.items():
        if character in known:
            variants.setdefault(plain, []).append(character)
    return variants


def _left_over(step: _Step, pending: int) -> int:
    """The byte left over after a step."""
    count = len(step.data or b"") + bool(pending)
    return 0 if step.in_step or not count else (step.data or bytes([pending]))[-1]


def _share(scores: Sequence[float], chosen: list[_Step], candidates: Sequence[list[_Step]]) -> float:
    """The chance of the chosen candidate among all."""
    top = max(scores)
    weights = [exp(score - top) for score in scores]
    outs = ["".join(step.out for step in candidate) for candidate in candidates]
    out = "".join(step.out for step in chosen)
    return max(sum(w for w, o in zip(weights, outs, strict=True) if o == out) / sum(weights), 1e-9)


def _join(states: _States, key: _Key, state: _State) -> None:
    there = states.get(key)
    if there is None:
        states[key] = state
    elif state.best > there.best:
        states[key] = state._replace(total=_log_add(state.total, there.total))
    else:
        states[key] = there._replace(total=_log_add(state.total, there.total))


def _pruned(states: _States) -> _States:
    if not states:
        return states
    floor = max(state.best for state in states.values()) - _PRUNE
    kept = {key: state for key, state in states.items() if state.best >= floor}
    if len(kept) > _BEAM:
        kept = dict(sorted(kept.items(), key=lambda item: -item[1].best)[:_BEAM])
    return kept


def _chain(state: _State) -> list[_Step]:
    steps = []
    step = state.step
    while step is not None:
        steps.append(step)
        step = step.before
    return steps[::-1]


def _is_lost(step: _Step) -> bool:
    """Whether a byte of a step is not in the text and was chosen."""
    if step.token.kind == "private":
        return True
    return step.token.kind in ("lost", "cut") and step.data is not None and len(step.data) == 1 and step.data != b"?"


def _is_guess(step: _Step | None) -> bool:
    """Whether a step took a ? for a byte that nothing but the language model speaks for."""
    return step is not None and step.token.kind == "lost" and step.data is not None and len(step.data) == 1


def _spelled(steps: Sequence[_Step]) -> str:
    """What some steps put out, readings left aside."""
    return "".join(step.out for step in steps if step.token.kind != "reading")


def _worst(model: Model, history: str, steps: Sequence[_Step]) -> float:
    """The log probability of the least likely character that some steps put out."""
    worst = 0.0
    history = history[-_KEEP:]
    for step in steps:
        if step.token.kind != "reading":
            for character in step.out:
                worst = min(worst, model.log_prob(history, character))
                history = (history + character)[-_KEEP:]
    return worst


_LEADS = tuple(range(0x81, 0xFF))
_TRAILS = tuple(b for b in range(0x40, 0xFF) if b != 0x7F)


@cache
def _private_trails() -> Mapping[int, frozenset[int]]:
    """Lead bytes of the private-use characters, and those of their trail bytes that can lead what follows."""
    found: dict[int, set[int]] = {}
    for (lead, trail), character in gbk.characters().items():
        if "\ue000" <= character <= "\uf8ff" and trail > 0x80:
            found.setdefault(lead, set()).add(trail)
    return {lead: frozenset(trails) for lead, trails in found.items()}


def _log_add(a: float, b: float) -> float:
    high, low = (a, b) if a >= b else (b, a)
    return high + log(1.0 + exp(low - high)) if high - low < 30 else high
