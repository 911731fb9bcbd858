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
from collections.abc import Mapping, Sequence
from math import exp

from union_corpus.documents import Edit
from union_corpus.language_model import load_model
from union_corpus.repairs.first_looks import stands_in_mojibake
from union_corpus.repairs.lost_places import asks
from union_corpus.repairs.pinyin import HAN, LETTERS, find_inline_pinyin, has_tone, readings, usual_form
from union_corpus.repairs.slip_choices import Choices
from union_corpus.repairs.slip_search import Search, chain, worst_of
from union_corpus.repairs.slip_units import BLANK, CONTEXT, GLOSSED, WIDE, Step, Units

# It begins with a set of signs: so the search is several times quicker than for one or the other.
_TRIGGER = re.compile(r"[?？\ufffd](?:(?<!\ufffd)|(?=[(（]?[a-zü]))")
_HAN = re.compile(rf"[{HAN}]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
# What stood here was replaced sign by sign, or left blank: such a row holds nothing to read it by. Several full-width
# marks in a row only ask, or wonder, the more.
_ROW = re.compile(r"\?{3,}(?![(（]?[a-zü])|[？！]{2,}")
_CUT_READING = re.compile(rf"[?？\ufffd][(（]?([{LETTERS}]{{1,8}}){BLANK}[)）]")

_AHEAD = 5  # characters of which a question mark and what follows it must make sense together …
_SENSE = -7.0  # … at this log probability a character; before a lost byte they reach -7.9 at best
_GARBLED = -9.0
_GARBLED_ALONE = -9.5
_MANY_RUNS = 8
# Where private-use characters may be gone, a run with a character that unlikely is often wrong all the same.
_TRUST_IF_LOST = ((-13.0, 0.4), (_GARBLED, 0.94))
# A byte less sure than this leaves its character unknown: a wrong one would look like a fact, a ? still looks like damage.
_TOLD = 0.7
_UNKNOWN = "?"


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
    if any(row in text for row in ("??", "？？", "？！", "！？")):
        rows = {place for row in _ROW.finditer(text) for place in range(*row.span())}
        starts = [start for start in starts if start not in rows]
    proven, seen = _proof(text)
    if not proven:
        candidates = [
            start for start in starts if _SHIFTED.match(text, start) and not _CODE.search(text[start - 1 : start])
        ]
        starts = [] if candidates and _stand_for_characters(text, starts) else candidates
    starts = [start for start in starts if _among_han(text, start) and not stands_in_mojibake(text, start, start)]
    if not starts:
        return []
    reader = _Reader(Units(text, seen, proven=proven))
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

# Behind so many question marks of statements the text goes on as if nothing were missing, one in so many of those
# looked at: then the text was saved by a program that lacked some characters.
_LEAST_WHOLE, _ONE_IN, _LOOKED_AT = 3, 4, 200


def _stand_for_characters(text: str, starts: Sequence[int]) -> bool:
    """Whether the ? of a text stand for whole characters, one each: behind them nothing is out of step."""
    model = load_model()
    stated = [start for start in starts[:_LOOKED_AT] if not asks(text, start)]
    ahead = (text[start + 1 : start + 1 + _AHEAD] for start in stated)
    whole = sum(model.score(following) > _SENSE * len(following) for following in ahead)
    return whole >= max(_LEAST_WHOLE, len(stated) / _ONE_IN)


# Before a ? of a pattern, a URL or a program.
_CODE = re.compile(r"[A-Za-z(\[{<\\/'\"=&|^*+]")


def _among_han(text: str, start: int) -> bool:
    """Whether a place stands in Chinese text; program code has ? beside brackets and backslashes too."""
    return len(_HAN.findall(text, max(0, start - 24), start + 40)) >= 4


class _Reader:
    """Reads the runs of one text."""

    def __init__(self, units: Units) -> None:
        self.units = units
        self.text = units.text
        self.search = Search(units)
        self.choices = Choices(units)
        self.private_lost = not _PRIVATE.search(self.text)
        # In many runs some private-use character would be; that few have none says little.
        self.garbled = _GARBLED if len(_CUT_READING.findall(self.text[:100_000])) >= _MANY_RUNS else _GARBLED_ALONE
        self.tail = ""  # repaired text before the place read last, so that runs close to each other help each other
        self.tail_end = 0

    def read_run(self, start: int) -> tuple[list[Edit], int]:
        """The edits of the run that begins at ``start``, and the place up to which the text has been read."""
        history = self._before(start)
        if self._makes_sense(start, history):
            return [], start + 1
        state, end = self.search.run(start, history, private_lost=False)
        if self.private_lost and (state is None or worst_of(self.units.model, history, chain(state)) < self.garbled):
            other, other_end = self.search.run(start, history, private_lost=True)
            if other is not None:
                far = max(end, other_end)
                if state is None or self.search.judged(other, other_end, far, history) > self.search.judged(
                    state, end, far, history
                ):
                    state, end = other, other_end
        if state is None:
            return [], end
        steps = chain(state)
        steps, confidence, chances = self.choices.settle(steps, exp(min(0.0, state.best - state.total)), history)
        if self.private_lost:
            worst = worst_of(self.units.model, history, steps)
            confidence *= next((factor for floor, factor in _TRUST_IF_LOST if worst < floor), 1.0)
        edits = self._edits(start, steps, confidence, chances)
        self._remember(start, end, edits)
        return edits, end

    def _makes_sense(self, start: int, history: str) -> bool:
        """A first look: whether a ? and what follows read well as they stand, so that nothing need be searched."""
        if _CUT_READING.match(self.text, start):
            return False
        following = self.text[start + 1 : start + 2]
        if following < "?" and following not in WIDE:
            return True  # a lost byte takes the next one with it, which then is no digit, blank or end
        ahead = GLOSSED.sub(r"\1", self.text[start : start + 40])[:_AHEAD]
        return self.units.log_prob(history, ahead) > _SENSE * len(ahead)

    def _before(self, start: int) -> str:
        if start - self.tail_end > 40:
            before = self.text[start - 40 : start]
        else:
            before = self.tail + self.text[self.tail_end : start]
        return GLOSSED.sub(r"\1", before)[-CONTEXT:] or "\n"

    def _remember(self, start: int, end: int, edits: Sequence[Edit]) -> None:
        done, pieces = start, []
        for edit in edits:
            pieces += [self.text[done : edit.start], edit.after if edit.confidence >= 0.5 else edit.before]
            done = edit.end
        self.tail = (self._before(start) + "".join(pieces) + self.text[done:end])[-40:]
        self.tail_end = end

    def _edits(self, start: int, steps: Sequence[Step], confidence: float, chances: Mapping[int, float]) -> list[Edit]:
        """
        The pieces of a run that read differently, each from one place where the bytes are in step to the next.

        ``chances`` tells how sure the byte of a step is. A character whose byte is not likelier by far than all others
        is not given: a ? stands for it, as before, while the characters beside it are mended.
        """
        edits = []
        out = ""
        unknown = False
        sure = confidence
        for number, step in enumerate(steps):
            chance = chances.get(number, 1.0)
            if chance >= _TOLD:
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
                if self.units.variants:
                    out = "".join(self.units.model.folded.get(c, c) for c in out)
                # A mark that stays unknown may stay as wide as it is.
                if (before := self.text[start:end]).replace("？", _UNKNOWN) != out.replace("？", _UNKNOWN):
                    edits.append(Edit(start, before, out, sure))
                start, out, sure = end, "", confidence
        return edits
