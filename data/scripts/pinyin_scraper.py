"""
Damage text as a scraper does that prints readings into GBK bytes (``../shared/DAMAGE.md``, part 2).

The scraper goes through the byte pairs of its table; behind every place where one stands it prints the reading, also
where the pair is the last byte of one character and the first of the next. A reader of the result takes the byte left
over and the bracket for one ``?`` and reads on one byte off. Punctuation marks it knows as byte pairs too: found
across a border, they cost the byte before them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from union_corpus.repairs import gbk
from union_corpus.repairs.pinyin import has_tone, readings

HALF_WIDTH = dict(zip("，；：！？", ",;:!?", strict=True))
# Marks that are searched as byte pairs; those with a half-width form are replaced by it.
MARKS = "，；：！？。、"


@dataclass(frozen=True)
class Dialect:
    """How one scraper goes about it: the share of characters in its table, and what else it does."""

    share: float = 1.0  # of the characters that conversion changes, how many its table has
    blank: bool = False  # 會(huì )
    marks: bool = True  # searches punctuation as byte pairs
    half_width: bool = True  # and prints it half-width
    drop_private: bool = False  # private-use characters are lost on the way
    cuts: bool = True  # finds pairs across borders; a scraper that works on characters does not


def reading_table(share: float, rng: random.Random) -> dict[str, str]:
    """Some of the traditional characters of GBK, each with its usual reading, neutral tones left out."""
    known = readings()
    pairs = gbk.byte_pairs()
    characters = sorted(c for c in known.traditional if c in known.usual and c in pairs and has_tone(known.usual[c]))
    rng.shuffle(characters)
    return {c: known.usual[c] for c in characters[: round(share * len(characters))]}


def print_readings(text: str, table: Mapping[str, str], dialect: Dialect) -> str:
    """The page as a reader sees it, of a text whose characters are all in GBK (others are passed over as blanks)."""
    encode = gbk.byte_pairs()
    data = b"".join(encode.get(c, b" ") for c in text)
    borders = _borders(data)
    order = {encode[c]: number for number, c in enumerate(table)}
    reading = {encode[c]: r for c, r in table.items()}
    marks = {encode[m] for m in MARKS} if dialect.marks else set()
    found: list[tuple[int, int]] = []
    lost: set[int] = set()  # places of bytes that become ?
    for place in range(len(data) - 1):
        pair = data[place : place + 2]
        if pair in order and (place in borders or dialect.cuts):
            found.append((order[pair], place))
        elif pair in marks and place not in borders and dialect.cuts and place - 1 in borders:
            lost.add(place - 1)
    # One character of the table after the other; a reading printed inside a pair hides the pair from the next.
    printed: dict[int, str] = {}  # place behind the pair → reading
    for _, place in sorted(found):
        if place + 1 not in printed:
            printed[place + 2] = reading[data[place : place + 2]]
    return _read(data, borders, printed, lost, dialect)


def _borders(data: bytes) -> set[int]:
    borders, place = set(), 0
    while place < len(data):
        borders.add(place)
        place += 1 if data[place] < 0x80 else 2
    return borders


def _read(data: bytes, borders: set[int], printed: Mapping[int, str], lost: set[int], dialect: Dialect) -> str:
    """What a program shows that reads the bytes with the readings printed between them."""
    decode = gbk.characters()
    pieces: list[str] = []
    place = 0
    while place < len(data):
        byte = data[place]
        step, shown = 2, ""
        if place in lost:
            step, shown = 1, "?"
        elif byte < 0x80:
            step, shown = 1, chr(byte)
        elif byte == 0x80:
            step, shown = 1, "€"
        elif place + 1 in printed:
            # The byte and the bracket are taken for one character that does not exist.
            pieces.append("?" + printed[place + 1] + (" )" if dialect.blank else ")"))
            place += 1
            continue
        elif place + 1 >= len(data) or data[place + 1] < 0x40 or data[place + 1] == 0x7F:
            step, shown = 1, "?"
        else:
            shown = decode.get((byte, data[place + 1]), "?")
        if "\ue000" <= shown <= "\uf8ff" and dialect.drop_private:
            shown = ""
        if dialect.half_width and dialect.marks and (place in borders or step == 2):
            shown = HALF_WIDTH.get(shown, shown)
        pieces.append(shown)
        place += step
        if place in printed and byte >= 0x40:
            pieces.append("(" + printed[place] + (" )" if dialect.blank else ")"))
    return "".join(pieces)


def repeat_readings(text: str, rng: random.Random, share: float = 0.15) -> str:
    """The dialect 提(ti)(ti)(ti)案(an): readings without tones after random characters, up to three times."""
    known = readings()
    pieces = []
    for character in text:
        pieces.append(character)
        toneless = sorted(known.toneless.get(character, ()))
        if toneless and rng.random() < share:
            pieces.append(f"({toneless[0]})" * rng.randint(1, 3))
    return "".join(pieces)


if __name__ == "__main__":
    import sys

    random_source = random.Random(0)
    sys.stdout.write(print_readings(sys.stdin.read(), reading_table(0.6, random_source), Dialect(share=0.6)))
