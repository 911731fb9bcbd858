"""
Words that a page took out or covered: an empty pair of quotation marks (“”规划), 以同志为, **街道.

Nobody can tell from the place itself what stood there, so it is told and stays as it is.
"""

from __future__ import annotations

import re

from union_corpus.documents import Problem
from union_corpus.repairs.pinyin import HAN
from union_corpus.searches import every_place

# What is left where a word was taken out, and cannot stand so: 围绕“”规划目标 (十二五), 党的以来 (十八大), 以同志为 (a name),
# 20xx20xx年 (the sign between two years), 工会[]16号 (the year).
_PAIRS = ("“”", "‘’", "「」", "『』", "《》", "〔〕", "【】", "（）", "()")
_PARTY = ("党的以来", "党的召开", "党的胜利召开", "党的、", "党的，", "习党的精神", "彻党的精神")
_PARTY_AS_WRITTEN_BEFORE = ("黨的以來", "黨的召開", "黨的勝利召開", "黨的、", "黨的，", "習黨的精神", "徹黨的精神")
_COMRADE = ("以同志为", "以同志為", "彻同志", "徹同志", "落实同志", "落實同志", "学习同志", "學習同志", "按照同志")
_YEARS = ("20xx20xx", "20XX20XX", "20××20××", "20**20**")
_NUMBERED = ("[]", "［］", "〔〕")
# Looked for as it stands before the pattern is asked, which is many times slower.
_LEFT = every_place((*_PAIRS, *_NUMBERED, *_PARTY, *_PARTY_AS_WRITTEN_BEFORE, *_COMRADE, *_YEARS))
_REMOVED = re.compile(
    rf"""
      (?:{"|".join(map(re.escape, _PAIRS[:7]))})(?<=[{HAN}，。、；：,;:\s]..)
    | (?:（）|\(\))(?<=[{HAN}，。、；\s]..)(?=[{HAN}])
    | (?:{"|".join(map(re.escape, _NUMBERED))})(?=第?\d{{1,4}}号)
    | (?:{"|".join((*_PARTY[:5], *_PARTY_AS_WRITTEN_BEFORE[:5]))})
    | (?:{"|".join((*_PARTY[5:], *_PARTY_AS_WRITTEN_BEFORE[5:]))})(?=[，、,。；;和与與为為])
    | (?:{"|".join(_COMRADE[:2])})
    | (?:{"|".join(_COMRADE[2:])})(?=[在的重关關])
    | (?:{"|".join(map(re.escape, _YEARS))})(?=年)
    """,
    re.VERBOSE,
)
_MASKS = ("*", "＊", "﹡", "×", "xx", "XX")
# A sign in place of a name; before 年, 月 and the like it masks a number, which has problems of its own.
_MASKED = re.compile(
    rf"""
    (?: (?<![^{HAN}“《（，。、；：,;:\s])[*＊﹡×]{{1,4}} | (?<![0-9A-Za-z.])(?:xx{{1,3}}|XX{{1,3}}) )
    (?=[{HAN}])(?![年月日号號届屆次时時万萬亿億元名人个個条條大])
    """,
    re.VERBOSE,
)


def find_removed_words(text: str) -> list[Problem]:
    """
    Find places where a page took a word or a name out, by what is left around it and cannot stand so.

    >>> [problem.text for problem in find_removed_words("围绕“”规划目标，同以同志为的党中央保持一致，党的以来，")]
    ['“”', '以同志为', '党的以来']
    >>> find_removed_words("党的十八大以来，学习党的精神谱系，以老同志为师，召开了会议。")
    []
    """
    if not any(_LEFT(text)):
        return []
    detail = "a word was taken out here"
    return [Problem("repair", "removed_words", *match.span(), match[0], detail) for match in _REMOVED.finditer(text)]


def find_masked_names(text: str) -> list[Problem]:
    """
    Find signs that stand for a name that a page does not tell: **街道, xx公司, 分*公司.

    >>> [problem.text for problem in find_masked_names("**街道与xx公司工会于20xx年×月召开会议")]
    ['**', 'xx']
    >>> find_masked_names("3×4米，表扬5名职工*，重点是XX年")
    []
    """
    if not any(mask in text for mask in _MASKS):
        return []
    detail = "a name is masked here"
    return [Problem("repair", "masked_names", *match.span(), match[0], detail) for match in _MASKED.finditer(text)]
