"""
Small gaps in words: 民-主, 劳动模*, invisible characters and doubled commas.

Pages that copy reports put a sign into a word so that a filter does not find it, or a star in place of one of its
characters. Such a word is mended only where the lexicon leaves one reading. A masked number or name (201*年, *县) is
not a gap: nobody can tell what stood there, and it stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from math import exp

from union_corpus.documents import Edit
from union_corpus.lexicon import table
from union_corpus.repairs.words import gain_as_word

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"

# A dash between two Han characters, another sign that no sentence has there, or the address of the copying page.
_DASHES, _SIGNS = "-‐‑", "|¦#＃&＆@＠^※☆★◇◆□■◎△▲▽▼§¤¨ˇ._~～"
SEPARATORS = _DASHES + _SIGNS + "hw"
# What a separator begins with is looked for first, by a set of signs: that is ten times quicker than to look for it whole.
_SEPARATOR_SIGN = re.compile(rf"[{re.escape(SEPARATORS)}](?<=[{_HAN}].)")
_SEPARATOR = re.compile(
    rf"""
    (?: (?P<dash>[{_DASHES}])
      | (?P<sign>[{re.escape(_SIGNS)}]{{1,2}})
      | (?P<address>(?:https?://|www\.)[\x21-\x7e]{{3,60}})
    )
    (?=[{_HAN}])
    """,
    re.VERBOSE,
)
_BEFORE = re.compile(rf"[{_HAN}]*\Z")
_AFTER = re.compile(rf"[{_HAN}]*")
_LOOK = 8  # Han characters on either side by which a word is judged
# How much likelier (in natural logs) the characters must be as one word than as two; signs that also mean something
# between words ask for more. In the official reports no dash reaches 4 that does not stand between two whole words.
_GAIN = {"dash": 5.5, "sign": 8.0, "address": 8.0}
_GAIN_BESIDE = 1.0


def find_broken_words(text: str) -> list[Edit]:
    """
    Find signs put into a word; each edit takes one out.

    The parts must make a word of the dictionary together and not be words by themselves, so that 中国-东盟, 产-学-研 and
    a product number stay as they are.

    >>> find_broken_words("推进企业民-主管理")
    [Edit(start=5, before='-', after='', confidence=0.999)]
    >>> find_broken_words("中国-东盟自贸区推进产-学-研合作，北京-上海高铁通车")
    []
    """
    matches = list(_separators(text))
    if not matches:
        return []
    gains = [gain_as_word(_joined_left(text, matches, n), _joined_right(text, matches, n)) for n in range(len(matches))]
    broken = [gain >= _GAIN[match.lastgroup or "sign"] for gain, match in zip(gains, matches, strict=True)]
    for number, (gain, match) in enumerate(zip(gains, matches, strict=True)):
        # 管-理-员: a sign close to one that broke a word did so as well, if there is any word at all.
        beside = [n for n in (number - 1, number + 1) if 0 <= n < len(matches) and broken[n]]
        if gain >= _GAIN_BESIDE and any(_close(matches[n], match) for n in beside):
            broken[number] = True
    return [
        Edit(match.start(), match[0], "", round(1.0 - exp(-max(gain, _GAIN["dash"]) / 3.0), 3))
        for match, gain, wrong in zip(matches, gains, broken, strict=True)
        if wrong
    ]


def _separators(text: str) -> Iterator[re.Match[str]]:
    done = 0
    for sign in _SEPARATOR_SIGN.finditer(text):
        if sign.start() >= done and (match := _SEPARATOR.match(text, sign.start())):
            yield match
            done = match.end()


def _close(one: re.Match[str], other: re.Match[str]) -> bool:
    return one[0] == other[0] and (0 < other.start() - one.end() <= 2 or 0 < one.start() - other.end() <= 2)


def _joined_left(text: str, matches: list[re.Match[str]], number: int) -> str:
    """The Han characters before a sign, over signs of the same kind that stand close before it."""
    found, end = "", matches[number].start()
    while len(found) < _LOOK:
        piece = _BEFORE.search(text, max(0, end - _LOOK), end)
        found = (piece[0] if piece else "") + found
        start = end - len(piece[0]) if piece else end
        number -= 1
        if number < 0 or matches[number].end() != start:
            break
        end = matches[number].start()
    return found[-_LOOK:]


def _joined_right(text: str, matches: list[re.Match[str]], number: int) -> str:
    """The Han characters after a sign, over signs that stand close behind it."""
    found, start = "", matches[number].end()
    while len(found) < _LOOK:
        piece = _AFTER.match(text, start, start + _LOOK)
        found += piece[0] if piece else ""
        end = start + len(piece[0]) if piece else start
        number += 1
        if number == len(matches) or matches[number].start() != end:
            break
        start = matches[number].end()
    return found[:_LOOK]


_STARS = "*＊□■●×○"
MASKS = _STARS + "?"
_LOST_DOT = re.compile(
    r"\?(?:(?<=[“‘「][一二三四五六七八九十].)|(?<=[“‘「]一二.))(?=[一二三四五六七八九十]{1,3}[”’」])"
)
_MASK = re.compile(rf"[{_STARS}](?<=[{_HAN}].)(?![{_STARS}])")
# Where the missing character may be a number, the gap is a mask.
_NUMERALS = frozenset("一二三四五六七八九十百千万亿两几数零〇壹贰叁肆伍陆柒捌玖拾")


def find_masked_words(text: str) -> list[Edit]:
    """
    Find a star in place of one character of a word, where only one word of the lexicon fits.

    At least three characters of the word must be there, the first of them before the star. A few words that filters
    of web pages mask as a whole are told by the phrase around them (掀起…新* is 新高潮). In quotation marks a day of the
    year is written with a dot, which pages lose: “六?五” is “六·五”.

    >>> find_masked_words("表彰了一批劳动模*和先进集体")
    [Edit(start=8, before='*', after='范', confidence=0.9)]
    >>> find_masked_words("荣获五一劳动奖*，努力为构建和谐*县做贡献，201*年")
    []
    """
    edits = [Edit(match.start(), match[0], "·", 0.9) for match in _LOST_DOT.finditer(text)]
    for match in _MASK.finditer(text):
        word = _masked_phrase(text, match.start()) or _masked_character(text, match.start())
        if word:
            edits.append(Edit(match.start(), match[0], word[0], word[1]))
    return sorted(edits, key=lambda edit: edit.start)


@cache
def _phrases() -> tuple[tuple[str, str, str, str], ...]:
    return tuple((row["cue"], row["left"], row["right"], row["word"]) for row in table("masked_words"))


def _masked_phrase(text: str, place: int) -> tuple[str, float] | None:
    before = _plain(text[max(0, place - 30) : place])
    before = re.split("[。！？\n]", before)[-1]
    after = _plain(text[place + 1 : place + 5])
    found = {
        word
        for cue, left, right, word in _phrases()
        if cue in before and before.endswith(left) and after.startswith(right) and not re.match(rf"[{_HAN}]", after)
    }
    return (found.pop(), 0.8) if len(found) == 1 else None


def _masked_character(text: str, place: int) -> tuple[str, float] | None:
    left = _plain(_BEFORE.search(text, max(0, place - 5), place)[0])  # type: ignore[index]
    right = _plain(_AFTER.match(text, place + 1, place + 6)[0])  # type: ignore[index]
    words = _long_words()
    fillers: set[str] = set()
    for known_left in range(1, len(left) + 1):
        prefix = left[-known_left:]
        at = bisect_left(words, prefix)
        while at < len(words) and words[at].startswith(prefix):
            word = words[at]
            rest = word[known_left + 1 :]
            if len(word) > known_left and right.startswith(rest):
                fillers.add(word[known_left])
            at += 1
    if len(fillers) != 1 or fillers & _NUMERALS:
        return None
    filler = fillers.pop()
    # In traditional text the character is written as it is elsewhere in the text, else left as it is.
    return (filler, 0.9) if left == text[place - len(left) : place] else _traditional(filler)


def _traditional(filler: str) -> tuple[str, float] | None:
    from union_corpus.language_model import load_model

    if filler in load_model().folded.values():
        return None  # it may be written in more than one way
    return filler, 0.9


def _plain(text: str) -> str:
    from union_corpus.language_model import load_model

    folded = load_model().folded
    return "".join(folded.get(c, c) for c in text)


@cache
def _long_words() -> list[str]:
    from union_corpus.repairs.words import known_words

    return sorted(re.findall(rf"^[{_HAN}]{{4,}}$", "\n".join(known_words()), re.MULTILINE))


INVISIBLE = "\u00ad\ufeff" + "".join(
    map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A)))
)
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_CHINESE = re.compile(rf"[{_HAN}、。，；：！？“”‘’（）《》〈〉【】…—·％０-９]")


def find_invisible_characters(text: str) -> list[Edit]:
    """
    Find characters without width inside Chinese text: they break words for every search and mean nothing there.

    Between letters of other scripts and in emoji they have a meaning and stay.

    >>> find_invisible_characters("工\u200b会主席")
    [Edit(start=1, before='\u200b', after='')]
    >>> find_invisible_characters("می\u200cخواهم")
    []
    """
    edits = []
    for match in _INVISIBLE.finditer(text):
        before, after = (
            text[match.start() - 1 : match.start()] if match.start() else "",
            text[match.end() : match.end() + 1],
        )
        chinese = bool(_CHINESE.match(before)) + bool(_CHINESE.match(after))
        neutral = sum(not c or c.isspace() or c.isascii() for c in (before, after))
        if match.start() and chinese and chinese + neutral == 2:
            edits.append(Edit(match.start(), match[0], "", 1.0))
    return edits


_DOUBLED = re.compile(rf"(?<=[{_HAN}”’）》】%％\d])(?:，[,，]|,，)(?=[{_HAN}“‘（《\d])")
# A page that puts a comma before each sign does so everywhere; one such place is a slip of the writer's.
_PUT_BEFORE = re.compile(rf"(?<=[{_HAN}”’）》】%％\d])[，,](?=(?P<sign>[，,、。；：！？;:])(?:[{_HAN}“‘（《(\d\s]|\Z))")
_LEAST_PUT_BEFORE = 3


def find_doubled_commas(text: str) -> list[Edit]:
    """
    Find a comma printed twice, as in 全年，,坚持; one full-width comma remains. Where a page puts one before its other
    signs too (竞赛，。 汽修，、叉车), those go as well.

    Two half-width commas may be an empty cell of a table and stay where no other sign is doubled, and so do three or
    more.

    >>> find_doubled_commas("加强领导，,坚持标准，，务求实效")
    [Edit(start=5, before=',', after='', confidence=0.95), Edit(start=11, before='，', after='', confidence=0.95)]
    >>> find_doubled_commas("张三,,李四，，，再说")
    []
    >>> [edit.start for edit in find_doubled_commas("参加汽修,、叉车,、电焊竞赛,。分别有28名,、20名职工获奖,,又有")]
    [4, 8, 14, 22, 31]
    """
    if not any(pair in text for pair in _PAIRS):
        return []
    put_before = list(_PUT_BEFORE.finditer(text))
    edits = []
    if sum(match["sign"] not in "，," for match in put_before) >= _LEAST_PUT_BEFORE:
        # What stands before a full-width comma, or is one beside a half-width one, is the sign put in.
        for match in put_before:
            full_first = match[0] == "，" and match["sign"] == ","
            edits.append(Edit(match.start() + full_first, match["sign"] if full_first else match[0], "", 0.95))
        return edits
    for match in _DOUBLED.finditer(text):
        # The half-width one goes, or the second of two full-width ones.
        place = match.start() + (match[0][0] != ",")
        edits.append(Edit(place, text[place], "", 0.95))
    return edits


# Looked for first: one of these stands in every text that has any such pair often.
_PAIRS = ("，，", "，,", ",，", "，、", ",、", "，。", ",。")
