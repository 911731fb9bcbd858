"""
Text with lost bytes as a row of tokens, and the bytes that each token may stand for.

A token is a character, a reading that a scraper printed, a ``?`` that may stand for a lost byte, or a ``?`` with the
rest of a reading, which names the byte (``slips``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from union_corpus.language_model import load_model
from union_corpus.repairs import gbk
from union_corpus.repairs.pinyin import HAN, LETTERS, has_tone, readings, usual_form

if TYPE_CHECKING:
    from union_corpus.language_model import Model

BLANK = "[ \u00a0\u3000]?"

_TOKEN = re.compile(
    rf"""
      (?P<cut>[?？\ufffd][(（]?(?P<cut_reading>[{LETTERS}]{{1,8}}){BLANK}[)）])   # ?cè)  the byte and the ( became one ?
    | (?P<reading>[(（]{BLANK}[{LETTERS}]{{1,8}}{BLANK}[)）])                    # (jiàn)
    | (?P<lost>[?？])
    | (?P<mark>[,;:!])
    | (?P<char>.)
    """,
    re.VERBOSE | re.DOTALL,
)

# Full-width signs that the page shows half-width where it could read them; inside a run they keep two bytes.
WIDE = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}

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
KEEP = 3  # characters the language model looks back
CONTEXT = 10  # characters on either side by which words are judged
WORDS = 0.25  # the weight of words beside characters, chosen on reports damaged by tests/quality/pinyin.py

GLOSSED = re.compile(rf"([{HAN}])(?:[(（]{BLANK}[{LETTERS}]{{1,8}}{BLANK}[)）])+")

# Leads tried before a character, and the bytes that can come second.
_MOST_LEADS = 24
_LEADS = tuple(range(0x81, 0xFF))
TRAILS = tuple(b for b in range(0x40, 0xFF) if b != 0x7F)


class Token(NamedTuple):
    kind: str
    start: int
    end: int
    text: str
    reading: str


def tokens(text: str, start: int) -> Iterator[Token]:
    """The tokens of a text from a place on."""
    for match in _TOKEN.finditer(text, start):
        kind = match.lastgroup or "char"
        if kind == "cut_reading":
            kind = "cut"
        reading = usual_form(match["cut_reading"] or "")
        if kind == "cut" and not (has_tone(reading) and reading in readings().characters):
            # An ordinary ? before a bracket that closes: token by token.
            yield Token("lost", match.start(), match.start() + 1, match[0][0], "")
            for place in range(match.start() + 1, match.end()):
                yield Token("char", place, place + 1, text[place], "")
            continue
        yield Token(kind, match.start(), match.end(), match[0], reading)


class Step(NamedTuple):
    """
    Some bytes read, as a link of a backward chain.

    ``data`` is what the token was taken for (None: it stands for itself), ``out`` the characters that it completed,
    ``end`` how far the text was read. ``pending`` and ``last_byte`` are as they were before; ``in_step`` says whether
    no byte is left over after it.
    """

    before: Step | None
    token: Token
    data: bytes | None
    out: str
    pending: int
    last_byte: int
    in_step: bool


def is_lost(step: Step) -> bool:
    """Whether a byte of a step is not in the text and was chosen."""
    if step.token.kind == "private":
        return True
    return step.token.kind in ("lost", "cut") and step.data is not None and len(step.data) == 1 and step.data != b"?"


def is_guess(step: Step | None) -> bool:
    """Whether a step took a ? for a byte that nothing but the language model speaks for."""
    return step is not None and step.token.kind == "lost" and step.data is not None and len(step.data) == 1


def spelled(steps: Sequence[Step]) -> str:
    """What some steps put out, readings left aside."""
    return "".join(step.out for step in steps if step.token.kind != "reading")


class Units:
    """What the tokens of one text may stand for."""

    def __init__(self, text: str, seen: frozenset[str], *, proven: bool) -> None:
        simplified = _is_simplified(text)
        self.text = text
        # In traditional text the forms tell characters apart as well: 軍 stands there and not 军.
        self.model = load_model("any" if simplified else "traditional")
        self.seen = seen
        self.cost_lost = _COST_LOST_PROVEN if proven else _COST_LOST_UNPROVEN
        self.pairs = gbk.characters()
        self.bytes = gbk.byte_pairs()
        self.lost: dict[tuple[int, str], list[tuple[bytes, float]]] = {}
        self.likely: dict[int, list[int]] = {}
        # A page converted to simplified characters after it was damaged: the bytes are those of the traditional ones.
        self.variants = _traditional_variants(self.model) if simplified else {}

    def log_prob(self, history: str, text: str) -> float:
        """What the language model thinks of a text after another."""
        score = 0.0
        history = history[-KEEP:]
        for character in text:
            score += self.model.log_prob(history, character)
            history = (history + character)[-KEEP:]
        return score

    def options(
        self, token: Token, pending: int, last_byte: int, *, guessed: bool = False
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
            options = self.lost_bytes(pending or last_byte, token.reading)
            if pending:
                return options
            return [*(option for option in options if option[0] > b"\x80"), (None, _COST_NOT_CUT)]
        if token.kind == "lost":
            if pending and guessed:
                return ((b"\xa3\xbf", 0.0),)
            if pending:
                return [(b"\xa3\xbf", 0.0), *((bytes([b]), _COST_LOST_TRAIL) for b in TRAILS)]
            return [(b"?", 0.0), *((bytes([b]), self.cost_lost) for b in _LEADS)]
        if token.kind == "mark" and pending:
            return ((self.bytes[WIDE[text]], 0.0),)
        if guessed and pending and text.isascii():
            return ()  # a pair whose first byte went and whose second shows as a letter is not among the ways to lose one
        data = self.bytes.get(text)
        if data is None or (not pending and len(data) == 2):
            return () if pending else ((None, 0.0),)
        if pending and text in self.variants:
            return [(data, 0.0), *((self.bytes[c], _COST_VARIANT) for c in self.variants[text])]
        return ((data, 0.0),)

    def last_byte(self, character: str) -> int:
        """The last byte of a character as the scraper had it, before it made the mark half-width."""
        return self.bytes.get(WIDE.get(character, character), b"\x00")[-1]

    def lost_bytes(self, before: int, reading: str) -> Sequence[tuple[bytes, float]]:
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
        self.lost[before, reading] = found or [(bytes([b]), _COST_CUT["any"]) for b in TRAILS]
        return self.lost[before, reading]

    def likely_leads(self, token: Token) -> Sequence[int]:
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


# Few pages have letters, digits and blanks as wide as characters inside a sentence; the model takes them for the usual.
_WIDE_LETTERS = frozenset(map(chr, (0x3000, *range(0xFF01, 0xFF5F)))).difference("，；：！？（）％")
WIDE_COSTS: Mapping[str, float] = dict.fromkeys(_WIDE_LETTERS, -7.0)


@cache
def private_trails() -> Mapping[int, frozenset[int]]:
    """Lead bytes of the private-use characters, and those of their trail bytes that can lead what follows."""
    found: dict[int, set[int]] = {}
    for (lead, trail), character in gbk.characters().items():
        if "\ue000" <= character <= "\uf8ff" and trail > 0x80:
            found.setdefault(lead, set()).add(trail)
    return {lead: frozenset(trails) for lead, trails in found.items()}
