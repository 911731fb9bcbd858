"""
Places where a slip left too little to tell what stood there: a digit that was eaten, a character of which one byte is gone.

They are flagged, never filled in.
"""

from __future__ import annotations

import re

from union_corpus.documents import Problem
from union_corpus.repairs.pinyin import HAN

_EATEN = re.compile(rf"(?<=[{HAN}])[?\ufffd]+(?=\d[\d.,]*[{HAN}%％‰])")
_SENTENCE_START = re.compile(r"[。！？!?；;\n][^。！？!?；;\n]*\Z")
_QUESTION = re.compile(r"[吗嗎呢吧谁誰哪怎啥何几幾]|什么|什麼|多少|是否|能否|可否|有无|有無|如何|(.)不\1|有没有|有沒有")
_NUMBER = re.compile(r"\d[\d.,]*")
_HAN_SIGN = re.compile(rf"[{HAN}]")


def _asks(text: str, place: int) -> bool:
    """Whether the sentence that leads up to a place is a question."""
    before = text[max(0, place - 60) : place]
    sentence = _SENTENCE_START.search(before)
    return _QUESTION.search(sentence[0] if sentence else before) is not None


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
        if not _asks(text, match.start()):
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
        if not _asks(text, match.start()):
            place = match.start()
            detail = "a character was lost here, and what is left does not tell which"
            problems.append(Problem("repair", "lost_character", place, place + 1, text[place], detail))
    return problems


_ROW = re.compile(r"\?{2,}")
_VISIBLE = re.compile(r"\S")
_LOST_LINES = re.compile(r"^[^\n]*\?\?[^\n]*(?:\n+[^\n]*\?[^\n]*)*", re.MULTILINE)
# So many question marks in rows, and so many for each Han character, and the writing was lost when the text was saved.
_MANY, _AGAINST_HAN = 8, 4
_SHOWN = 60


def find_lost_lines(text: str) -> list[Problem]:
    """
    Find lines of question marks, which is what a program without Chinese letters saves: only digits and Latin are left.

    >>> [problem.text for problem in find_lost_lines("工会总结\\n2009?,?????????318?,?????88%?\\n完")]
    ['2009?,?????????318?,?????88%?']
    >>> find_lost_lines("工会怎么干???请各级工会认真讨论???")
    []
    """
    if "??" not in text:
        return []
    problems = []
    for match in _LOST_LINES.finditer(text):
        lines = match[0]
        rows = sum(map(len, _ROW.findall(lines)))
        han = len(_HAN_SIGN.findall(lines))
        if rows >= max(_MANY, _AGAINST_HAN * han) and 3 * rows >= len(_VISIBLE.findall(lines)):
            detail = (
                "the writing was lost when this was saved by a program without Chinese letters; only digits are left"
            )
            problems.append(Problem("repair", "lost_lines", match.start(), match.end(), lines[:_SHOWN], detail))
    return problems
