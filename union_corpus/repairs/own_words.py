"""
What a text itself says for a character chosen in place of a lost byte: pairs it has elsewhere, and names that only it has.

A language model and a dictionary hold what they know for likelier than what they do not. A name of a place is mostly
unknown to both, so that 武稻镇 came out as 武警镇 and was given for certain.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from operator import add
from typing import TYPE_CHECKING

from union_corpus.repairs.words import jieba_names, jieba_places, word_at

if TYPE_CHECKING:
    from union_corpus.language_model import Model

# What a pair of characters counts for that the text has elsewhere too: so names come back that no model knows.
_SEEN = 2.0
# What the names of counties, towns and villages end in, and those of waters and hills; the part before that has one
# character to three.
_KINDS = "县市区镇乡村州旗苑园庄屯河江湖山"
_AHEAD = re.compile(rf"[\u3400-\u9fff]{{1,3}}?(?=[{_KINDS}]|街道|社区)")
_LONGEST_STEM = 3
# Of the characters that a model chose inside such a name hardly any was right, however sure it was: 20 of 111.
IN_NAME = 0.5


class OwnWords:
    """What one text has, for all the places in it where a byte was lost."""

    def __init__(self, text: str, model: Model) -> None:
        self.text = text
        self.model = model

    @cached_property
    def _pairs(self) -> Counter[str]:
        return Counter(map(add, self.text, self.text[1:]))

    def elsewhere(self, shown: str, before: str, char: str, after: str) -> int:
        """With how many of its neighbours the text has a character in another place than the damaged one, ``shown``."""
        return sum(self._pairs[pair] > shown.count(pair) for pair in (before[-1:] + char, char + after[:1]))

    def speak_for(self, shown: str, before: str, char: str, after: str) -> float:
        """What speaks for a character between its neighbours, in natural logs."""
        return _SEEN * self.elsewhere(shown, before, char, after)

    def may_be_name(self, before: str, char: str, after: str, shown: str = "") -> bool:
        """
        Whether a character may be part of the name of a place, which the text does not have elsewhere.

        Where the character makes a word with what names of places end in (社区, 全县), it is that word, unless that is
        the name of another place (富士山).

        >>> from union_corpus.language_model import load_model
        >>> own = OwnWords("到陈集村走访，在崇礼镇开会", load_model())
        >>> own.may_be_name("律师到武", "警", "镇开展"), own.may_be_name("到陈", "集", "村"), own.may_be_name("到", "社", "区")
        (True, False, False)
        """
        folded = self.model.folded
        here, around = folded.get(char, char), "".join(folded.get(c, c) for c in after[: _LONGEST_STEM + 1])
        stem = _AHEAD.match(here + around)
        if stem is None or self.elsewhere(shown, before, char, after):
            return False
        word, start = word_at(before[-4:] + char + after[:4], len(before[-4:]), self.model)
        return word in jieba_names() or word in jieba_places() or start + len(word) <= len(before[-4:]) + stem.end()
