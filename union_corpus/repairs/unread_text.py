"""
Text that was garbled so often, or lost so much, that no rule reads it again; it is told, never guessed at.
"""

from __future__ import annotations

from union_corpus.documents import Problem
from union_corpus.repairs.first_looks import is_utf8_as_gbk
from union_corpus.repairs.suspicious_stretches import suspicious_stretches

# Characters that GBK shows for the first two bytes of UTF-8's Chinese characters; garbled Chinese is full of them.
SHOWN_FOR_UTF8 = "".join(
    bytes((lead, trail)).decode("gbk") for lead in range(0xE4, 0xEA) for trail in range(0x80, 0xA1)
)

# Shorter stretches may be names.
_SHORTEST = 12


def find_unread_text(text: str) -> list[Problem]:
    """
    Stretches whose characters are bytes of UTF-8 read as GBK, perhaps several times over, and that were not mended.

    >>> [problem.problem for problem in find_unread_text("闂傚倸鍊搁崐鎼佸磹閹间礁纾归柟闂寸绾惧綊鏌熼梻瀵割槮缁惧墽鎳")]
    ['unread_text']
    >>> find_unread_text("鸱鸮鼹鼩薏苡芡實鐘鎮鏈鐵閱鑄鑰")
    []
    """
    return [
        Problem("repair", "unread_text", start, end, text[start:end], _DETAIL)
        for start, end in suspicious_stretches(text)
        if end - start >= _SHORTEST and is_utf8_as_gbk(text[start:end])
    ]


_DETAIL = "UTF-8 read as GBK more than once, or with too many bytes lost; ask for the file it was copied from"
