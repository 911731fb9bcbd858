"""
Places where a slip left too little to tell what stood there: a digit that was eaten, a character of which one byte is gone.

They are flagged, never filled in; where they stand close together, one row tells of them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from union_corpus.documents import Problem
from union_corpus.repairs.pinyin import HAN

_EATEN = re.compile(rf"(?<=[{HAN}])[?\ufffd]+(?=\d[\d.,]*[{HAN}%％‰])")
_SENTENCE_START = re.compile(r"[。！？!?；;\n][^。！？!?；;\n]*\Z")
_QUESTION = re.compile(r"[吗嗎呢吧谁誰哪怎啥何几幾]|什么|什麼|多少|是否|能否|可否|有无|有無|如何|(.)不\1|有没有|有沒有")
_NUMBER = re.compile(r"\d[\d.,]*")
_HAN_SIGN = re.compile(rf"[{HAN}]")


def asks(text: str, place: int) -> bool:
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
        if not asks(text, match.start()):
            number = _NUMBER.match(text, match.end())
            end = number.end() if number else match.end()
            detail = "a digit may have been lost before this number, so its value is unknown"
            problems.append(Problem("repair", "eaten_digit", match.start(), end, text[match.start() : end], detail))
    return problems


_PAUSES, _CLOSED = "、，；：,;:", "”’》）)％%"
_ALONE = re.compile(
    rf"""
      (?P<mark> (?<=[{HAN}{_CLOSED}])\?{{1,2}}(?=[{_PAUSES}。）])    # 加强基?、
              | (?<=[{HAN}][{_PAUSES}（(“《])\?{{1,2}}(?=[{HAN}])   # 改进作风，?开班会
      )
    | (?<=[{HAN}\d{_CLOSED}。\n])\?{{1,2}}(?=[{HAN}{_PAUSES}“《\n”]|\Z)
    """,
    re.VERBOSE,
)


def find_lost_characters(text: str) -> list[Problem]:
    """
    Find a ``?`` that stands for a character of which too little is left to tell it, as in 加强基?、改进作风.

    No question ends before a comma, and none begins with its mark. Once a text has one such place, a ``?`` in a
    statement is another; a text without any is taken to ask.

    >>> [problem.start for problem in find_lost_characters("加强基?、改进作风，召开班?会，?好总结。")]
    [3, 13, 16]
    >>> find_lost_characters("职工需要什么?工会应当知道。你不去?我去。")
    []
    """
    stated = [match for match in _ALONE.finditer(text) if not asks(text, match.start())]
    if not any(match["mark"] for match in stated):
        return []
    detail = "a character was lost here, and what is left does not tell which"
    return [Problem("repair", "lost_character", *match.span(), match[0], detail) for match in stated]


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


# Places of one paragraph no farther apart than this are told together, as far as one row can be read.
_NEAR, _LONGEST_ROW = 120, 1_000


def told_together(problems: Iterable[Problem], text: str) -> list[Problem]:
    """
    One row for each stretch of a paragraph in which the problems of one kind stand close together, with their number.

    ``problems`` are of one kind, in their order in ``text``. The row has all that stands between the first and the
    last of them, so each can still be seen in it, and its bytes be found.

    >>> text = "全年\ufffd\ufffd慰问\ufffd户。\\n困\ufffd职工"
    >>> rows = told_together([Problem("repair", "lost_text", at, at + 1, "\ufffd", "gone") for at in (2, 3, 6, 10)], text)
    >>> [(row.start, row.text, row.detail) for row in rows]
    [(2, '\ufffd\ufffd慰问\ufffd', '3 places: gone'), (10, '\ufffd', 'gone')]
    """
    rows: list[list[Problem]] = []
    for problem in problems:
        (start, end), first = problem.span, rows[-1][0] if rows else problem
        last = rows[-1][-1].span[1] if rows else start
        if rows and start - last <= _NEAR and end - first.span[0] <= _LONGEST_ROW and "\n" not in text[last:start]:
            rows[-1].append(problem)
        else:
            rows.append([problem])
    return [_one_row(row, text) for row in rows]


def _one_row(row: list[Problem], text: str) -> Problem:
    if len(row) == 1:
        return row[0]
    start, end = row[0].start, row[-1].end
    return replace(row[0], end=end, text=text[start:end], detail=f"{len(row):,} places: {row[0].detail}")
