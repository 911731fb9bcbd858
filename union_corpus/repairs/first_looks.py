"""
A first look at the bytes behind a stretch of text: whether they can be of another table at all.

Reading a stretch again costs a search; most stretches that look odd are names, foreign words or rows of rare
characters, and their bytes tell so at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from union_corpus.language_model import load_model
from union_corpus.repairs.byte_units import alone
from union_corpus.repairs.code_tables import Channel, encoder

# In UTF-8 every third byte begins a character of three; of the bytes of GBK or Big5 one in thirty looks as if it did.
# Of some 900 garbled stretches none has fewer than one in six of those not lost, of 900 others three in four have.
_BEGINNINGS = 0.15

# The mean log probability, each character on its own, that the pairs must have in the table they were meant for: garbled
# stretches reach -10.5, clean ones -17 (as found) in the mean.
_LIKELY = -13.0


def may_be_meant(sample: str, channel: Channel) -> bool:
    """
    False where the bytes behind a sample cannot be of the table that a channel says was meant.

    >>> from union_corpus.repairs.code_tables import channels
    >>> by_name = {channel.name: channel for channel in channels()}
    >>> [may_be_meant(sample, by_name["utf8_as_gbk"]) for sample in ("宸ヤ細宸ヤ綔鎬荤粨", "鸱鸮鼹鼩")]
    [True, False]
    >>> [may_be_meant(sample, by_name["gbk_as_big5"]) for sample in ("馱頗馱釬軞賦", "薏苡仁芡實")]
    [True, False]
    """
    shown_for = encoder(channel.shown)
    data = [byte for char in sample for byte in shown_for.get(char, _ITSELF)]
    if channel.meant == "utf-8":
        begins = sum(0xE2 <= byte < 0xF0 and (behind < 0 or 0x80 <= behind < 0xC0) for byte, behind in pairwise(data))
        return begins >= _BEGINNINGS * sum(byte >= 0x80 for byte in data)
    return _reads_well(data, channel.meant)


# Of the bytes of UTF-8 every third begins a character, of those of any other text behind GBK one in thirty looks so; of
# fewer bytes the share tells nothing.
_BEGINNINGS_SHOWN, _FEWEST = 0.22, 18


def is_utf8_as_gbk(shown: str) -> bool:
    """
    Whether as many of the bytes behind a sample begin a character of UTF-8 as in garbled Chinese.

    >>> is_utf8_as_gbk("宸ヤ細宸ヤ綔鎬荤粨鎱伴棶"), is_utf8_as_gbk("我們?cè)谏习肽昙皶r")
    (True, False)
    """
    shown_for = encoder("gbk")
    data = [byte for char in shown for byte in shown_for.get(char, ()) if byte >= 0]
    high = sum(byte >= 0x80 for byte in data)
    begins = sum(0xE2 <= byte < 0xF0 and 0x80 <= behind < 0xC0 for byte, behind in pairwise(data))
    return high >= _FEWEST and begins >= _BEGINNINGS_SHOWN * high


# So much of the text around a place is looked at.
_AROUND = 16


def stands_in_mojibake(text: str, start: int, end: int) -> bool:
    """
    Whether a place stands in text that was read with the wrong table, and is left to those who read that again.

    Of one lost byte no more than one sign is left: several in a row come from a table that could not read the text.
    """
    around = text[max(0, start - _AROUND) : end + _AROUND]
    return "\ufffd\ufffd" in around or is_utf8_as_gbk(around)


# What a table does not have stands for itself, and no byte of it belongs to another.
_ITSELF = (0x0A,)


def _reads_well(data: Sequence[int], codec: str) -> bool:
    """
    True where the characters that the bytes are, each run of them from the first on or the second, are not all rare.

    A lost byte ends a run, and so does one that belongs to no character.
    """
    model = load_model()
    total, n_chars = 0.0, 0
    for run in bytes(byte if byte >= 0 else _NO_LEAD for byte in data).split(bytes([_NO_LEAD])):
        readings = [run[first:].decode(codec, "ignore") for first in (0, 1)]
        chances = [alone(model)[model.ids("".join(char for char in one if not char.isascii()))] for one in readings]
        if len(chances[0]) or len(chances[1]):
            best = max((one for one in chances if len(one)), key=lambda one: float(one.mean()))
            total, n_chars = total + float(best.sum()), n_chars + len(best)
    return total >= _LIKELY * n_chars


# No character of GBK or Big5 begins with this byte.
_NO_LEAD = 0xFF
