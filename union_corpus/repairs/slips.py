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
from dataclasses import dataclass
from functools import cache
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from union_corpus.documents import Edit, Problem
from union_corpus.repairs import gbk
from union_corpus.repairs.pinyin import HAN, LETTERS, find_inline_pinyin, has_tone, readings

if TYPE_CHECKING:
    from union_corpus.language_model import Model

_BLANK = "[ \u00a0\u3000]?"

_TOKEN = re.compile(
    rf"""
      (?P<cut>[?？\ufffd][(（]?(?P<cut_reading>[{LETTERS}]{{1,6}}){_BLANK}[)）])   # ?cè)  the byte and the ( became one ?
    | (?P<reading>[(（]{_BLANK}[{LETTERS}]{{1,6}}{_BLANK}[)）])                    # (jiàn)
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
_COST_CUT_KNOWN = {"seen": 0.0, "traditional": -1.5, "other": -5.0, "any": -12.0}

_PRUNE = 14.0  # readings this much less likely than the best are given up
_BEAM = 160
_LONGEST_RUN = 600  # a run that has not come to an end by then is left alone


class _Step(NamedTuple):
    """One token read, as a link of a backward chain: what it put out, and whether the bytes are in step after it."""

    before: _Step | None
    index: int
    out: str
    in_step: bool


class _State(NamedTuple):
    best: float
    total: float  # log of the summed chance of all ways that lead here
    step: _Step | None
    last_byte: int


@dataclass(frozen=True, slots=True)
class _Token:
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
    starts = [match.start() for match in _TRIGGER.finditer(text)]
    if not starts:
        return []
    proven, seen = _proof(text)
    if not proven:
        starts = [start for start in starts if _looks_shifted(text, start)]
        if not starts:
            return []
    from union_corpus.language_model import load_model

    reader = _Reader(text, load_model(), seen, _COST_LOST_PROVEN if proven else _COST_LOST_UNPROVEN)
    edits: list[Edit] = []
    done = 0
    for start in starts:
        if start >= done:
            found, done = reader.read_run(start)
            edits.extend(found)
    return edits


_CUT_READING = re.compile(rf"[?？\ufffd][(（]?([{LETTERS}]{{1,6}}){_BLANK}[)）]")
_GLOSSED = re.compile(rf"([{HAN}])[(（]{_BLANK}[{LETTERS}]{{1,6}}{_BLANK}[)）]")


def _proof(text: str) -> tuple[bool, frozenset[str]]:
    """Whether a text is proven damaged (readings inside words, or cut ones), and the characters that carry readings."""
    cut = any(has_tone(reading) and reading in readings().characters for reading in _CUT_READING.findall(text))
    printed = find_inline_pinyin(text)
    sure = any(edit.confidence >= 0.9 for edit in printed)
    seen = frozenset(text[edit.start - 1] for edit in printed) if sure else frozenset()
    return cut or sure, seen


# A ? that may hide a byte stands before a character of another kind than a sentence would begin with: a second mark,
# or text that soon runs into a lone ASCII sign, a private-use character or a line-drawing sign.
_SHIFTED = re.compile(
    rf"[?？](?:[，。、；：！？?,;:!][^\s\d]|[^\x00-\x7f]{{1,12}}?(?:[@-Z\[-^`a-z{{-~](?=[{HAN}，。、（(])|[\ue000-\uf8ff]|[\u2500-\u25ff]))"
)


def _looks_shifted(text: str, start: int) -> bool:
    return bool(_SHIFTED.match(text, start))


def _tokens(text: str, start: int) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text, start):
        kind = match.lastgroup or "char"
        if kind == "cut_reading":
            kind = "cut"
        reading = match["cut_reading"] or ""
        if kind == "cut" and not (has_tone(reading) and reading in readings().characters):
            # An ordinary ? before a bracket that closes: token by token.
            yield _Token("lost", match.start(), match.start() + 1, match[0][0], "")
            for place in range(match.start() + 1, match.end()):
                yield _Token("char", place, place + 1, text[place], "")
            continue
        yield _Token(kind, match.start(), match.end(), match[0], reading)


class _Reader:
    """Reads runs of one text."""

    def __init__(self, text: str, model: Model, seen: frozenset[str], cost_lost: float) -> None:
        self.text = text
        self.model = model
        self.seen = seen
        self.cost_lost = cost_lost
        self.pairs = gbk.characters()
        self.bytes = gbk.byte_pairs()

    def read_run(self, start: int) -> tuple[list[Edit], int]:
        """The edits of the run that begins at ``start``, and the place up to which the text has been read."""
        history = _history(self.text, start)
        last = self.bytes.get(history[-1:], b"\x00")[-1]
        states: dict[tuple[int, str], _State] = {(0, history): _State(0.0, 0.0, None, last)}
        tokens: list[_Token] = []
        for token in _tokens(self.text, start):
            tokens.append(token)
            following = self._advance(states, token, len(tokens) - 1)
            if not following:
                return [], start + 1
            states = following
            if len(states) == 1:
                ((pending, _), state) = next(iter(states.items()))
                if not pending:
                    return self._edits(tokens, state), token.end
            if len(tokens) > _LONGEST_RUN:
                return [], start + 1
        best = max(
            (state for (pending, _), state in states.items() if not pending), key=lambda s: s.best, default=None
        )
        if best is None:
            return [], start + 1
        return self._edits(tokens, best), tokens[-1].end

    def _advance(
        self, states: Mapping[tuple[int, str], _State], token: _Token, index: int
    ) -> dict[tuple[int, str], _State]:
        grown: dict[tuple[int, str], _State] = {}
        for (pending, history), state in states.items():
            for data, cost in self._options(token, pending, state.last_byte):
                if data is None:
                    self._add(grown, 0, history, state, cost, token.text, index, state.last_byte)
                else:
                    self._feed(grown, pending, history, state, data, cost, index)
        if not grown:
            return grown
        floor = max(state.best for state in grown.values()) - _PRUNE
        kept = {key: state for key, state in grown.items() if state.best >= floor}
        if len(kept) > _BEAM:
            ranked = sorted(kept.items(), key=lambda item: -item[1].best)[:_BEAM]
            kept = dict(ranked)
        return kept

    def _options(self, token: _Token, pending: int, last_byte: int) -> Sequence[tuple[bytes | None, float]]:
        """Bytes that a token may stand for, with their costs; None for a token that stands for itself."""
        text = token.text
        if token.kind == "reading":
            # In step it is removed later; inside a run it was printed between two halves and goes with the run.
            return ((None, 0.0),) if not pending else ((b"", 0.0),)
        if token.kind == "cut":
            return self._lost_bytes(pending or last_byte, token.reading)
        if token.kind == "lost":
            options: list[tuple[bytes | None, float]] = [(b"\xa3\xbf" if pending else b"?", 0.0)]
            if pending:
                options.extend((bytes([b]), _COST_LOST_TRAIL) for b in _TRAILS)
            else:
                options.extend((bytes([b]), self.cost_lost) for b in _LEADS)
            return options
        if token.kind == "mark" and pending:
            return ((self.bytes[_WIDE[text]], 0.0),)
        data = self.bytes.get(text)
        if data is None:
            return ((None, -20.0),) if not pending else ()
        return ((data, 0.0),)

    def _lost_bytes(self, before: int, reading: str) -> Sequence[tuple[bytes | None, float]]:
        """The bytes that, after the byte ``before``, make a character with this reading."""
        known = readings()
        found = []
        for character in known.characters[reading]:
            data = self.bytes[character]
            if data[0] == before:
                kind = "seen" if character in self.seen else "traditional" if character in known.traditional else "other"
                found.append((data[1:], _COST_CUT_KNOWN[kind]))
        if not found:
            found = [(bytes([b]), _COST_CUT_KNOWN["any"]) for b in _TRAILS]
        return found

    def _feed(
        self,
        grown: dict[tuple[int, str], _State],
        pending: int,
        history: str,
        state: _State,
        data: bytes,
        cost: float,
        index: int,
    ) -> None:
        out = ""
        last = state.last_byte
        for byte in data:
            if pending:
                character = self.pairs.get((pending, byte))
                if character is None or "\ue000" <= character <= "\uf8ff":
                    return
                cost += self.model.log_prob(history, character)
                history = (history + character)[-3:]
                out += character
                pending = 0
            elif byte <= 0x80:
                character = chr(byte) if byte < 0x80 else "€"
                cost += self.model.log_prob(history, character)
                history = (history + character)[-3:]
                out += character
            else:
                pending = byte
            last = byte
        self._add(grown, pending, history, state, cost, out, index, last)

    @staticmethod
    def _add(
        grown: dict[tuple[int, str], _State],
        pending: int,
        history: str,
        state: _State,
        cost: float,
        out: str,
        index: int,
        last: int,
    ) -> None:
        key = (pending, history)
        best, total = state.best + cost, state.total + cost
        there = grown.get(key)
        if there is None:
            grown[key] = _State(best, total, _Step(state.step, index, out, not pending), last)
        elif best > there.best:
            grown[key] = _State(best, _log_add(total, there.total), _Step(state.step, index, out, not pending), last)
        else:
            grown[key] = there._replace(total=_log_add(total, there.total))

    def _edits(self, tokens: Sequence[_Token], state: _State) -> list[Edit]:
        """The pieces of a run that read differently, each from one place where the bytes are in step to the next."""
        steps = []
        step = state.step
        while step is not None:
            steps.append(step)
            step = step.before
        steps.reverse()
        confidence = exp(min(0.0, state.best - state.total))
        edits = []
        start, out = tokens[0].start, ""
        for step in steps:
            out += step.out
            if step.in_step:
                end = tokens[step.index].end
                if (before := self.text[start:end]) != out:
                    edits.append(Edit(start, before, out, confidence))
                start, out = end, ""
        return edits


_LEADS = tuple(range(0x81, 0xFF))
_TRAILS = tuple(b for b in range(0x40, 0xFF) if b != 0x7F)


def _log_add(a: float, b: float) -> float:
    high, low = (a, b) if a >= b else (b, a)
    return high + log(1.0 + exp(low - high)) if high - low < 30 else high


def _history(text: str, start: int) -> str:
    """The last characters before a place, readings passed over."""
    before = _GLOSSED.sub(r"\1", text[max(0, start - 40) : start])
    return before[-3:] or "\n"
