"""
Characters that a font shows as others: the radical ⼯ for 工, signs of vertical text, bullets of Wingdings.

A PDF names the glyphs of its font, and of two characters with one glyph its reader takes the first, which is the
radical of a dictionary: ⼯会 is found by no search for 工会. Word keeps the bullets of a symbol font as private-use
characters.
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import normalize

from union_corpus.documents import Edit, Problem
from union_corpus.lexicon import table

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_RADICALS = "\u2e80-\u2ef3\u2f00-\u2fd5"
_SIGNS = "\ufe10-\ufe16\uff61-\uff64"
_FORM = re.compile(rf"[{_RADICALS}{_SIGNS}]")
_BULLET = re.compile(r"[\uf020-\uf0ff](?:(?<=^.)|(?<=^[ \t\u3000].))(?=\s*\S)", re.MULTILINE)
_BESIDE = re.compile(rf"[{_HAN}{_RADICALS}{_SIGNS}，。、；：！？（）“”《》\d]")


# Only in texts with one of these is anything found.
PRIVATE = frozenset(map(chr, range(0xE000, 0xF900)))
FORMS = frozenset(
    map(
        chr,
        [
            *range(0x2E80, 0x2EF4),
            *range(0x2F00, 0x2FD6),
            *range(0xFE10, 0xFE17),
            *range(0xFF61, 0xFF65),
            *range(0xF020, 0xF100),
        ],
    )
)


@cache
def _meant() -> dict[str, str]:
    """The usual character for each that a font shows."""
    kangxi = {chr(code): normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
    return kangxi | {row["shown"]: row["meant"] for row in table("font_forms")}


def find_font_forms(text: str) -> list[Edit]:
    """
    Find radicals and signs of vertical text in place of the usual characters, and bullets of a symbol font.

    A radical stands beside Chinese text; one that stands alone is meant, and so are all where radicals are spoken of.

    >>> [(edit.before, edit.after) for edit in find_font_forms("⼯会⼥职⼯委员会︐⻓效机制")]
    [('⼯', '工'), ('⼥', '女'), ('⼯', '工'), ('︐', '，'), ('⻓', '长')]
    >>> find_font_forms("部首 ⼯ 与 ⼥")
    []
    """
    meant = _meant()
    places = [match.start() for match in _BULLET.finditer(text)]
    if "部首" not in text:
        places += [match.start() for match in _FORM.finditer(text) if _among_chinese(text, match.start())]
    return [Edit(place, text[place], meant[text[place]], 0.99) for place in sorted(places) if text[place] in meant]


def _among_chinese(text: str, place: int) -> bool:
    return any(_BESIDE.match(beside) for beside in (text[place - 1 : place], text[place + 1 : place + 2]))


_PRIVATE = re.compile("[\ue000-\uf8ff]+")


def find_private_characters(text: str) -> list[Problem]:
    """
    Characters of the private-use area that no rule has read: what they show is known to the font of the writer only.

    >>> [problem.text for problem in find_private_characters("职工李\\ue863参加")]
    ['\\ue863']
    """
    detail = "a character that only the writer's font can show"
    return [
        Problem("repair", "private_characters", *match.span(), match[0], detail) for match in _PRIVATE.finditer(text)
    ]
