"""
Characters still written as a web page or an address writes them: ``&#24037;``, ``&ldquo;``, ``%E5%B7%A5``, ``%u5DE5``.

Both ways of writing are exact, so going back is too; what must be judged is whether the writing was meant. An address
keeps its percent signs, and a line that shows markup or speaks about it keeps its references.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape

from union_corpus.documents import Edit
from union_corpus.lexicon import table

_REFERENCE = re.compile(
    r"""
    & (?:amp;)* (?: \#[0-9]{1,7} ; | \#[xX][0-9a-fA-F]{1,6} ; | [A-Za-z][A-Za-z0-9]{1,11} ; )   # &#24037; &ldquo;
    | & (?:nbsp|ensp|emsp|ldquo|rdquo|lsquo|rsquo|mdash|hellip|middot) (?![A-Za-z0-9=;])            # &nbsp, cut short
    """,
    re.VERBOSE,
)

# The signs of a reference that was escaped again: &amp;ldquo;
_ESCAPED = re.compile(r"\A&(?:amp;)*(?=[#A-Za-z])")

# %E5%B7%A5%E4%BC%9A, and %u5DE5%u4F1A as old scripts wrote it.
_PERCENT = re.compile(r"%(?:[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})+|u[0-9A-Fa-f]{4}(?:%u[0-9A-Fa-f]{4})*)")

_GOES_ON = re.compile(r"#?\w{1,12};|[0-9A-Fa-fu][0-9A-Fa-f]|&", re.ASCII)

# A line with a tag, an attribute or a word about markup shows references on purpose.
_MARKUP = re.compile(
    r"</?[A-Za-z][^<>\n]{0,200}>|\b(?:HTML|XML|XHTML|JSON)\b|实体|實體|转义|轉義|源代码|原始碼", re.IGNORECASE
)

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")

# What an address is made of, and what shows that a word is one.
_ADDRESS_BEFORE = re.compile(r"[!-~]{1,300}\Z")
_ADDRESS_BEHIND = re.compile(r"[!-~]{1,300}")
_ADDRESS = re.compile(r"://|\bwww\.|[A-Za-z0-9_.%\-]/[A-Za-z0-9_.%\-]|[?&][\w.%\-]{1,40}=|\w=\w|@", re.ASCII)
_LOOK = 300

_EXACT, _GBK_SURE, _ABOUT_MARKUP = 0.99, 0.9, 0.2


def find_entities(text: str) -> list[Edit]:
    """
    Find references and percent-encoded bytes that stand for Chinese characters or for signs of a Chinese line.

    Addresses keep theirs. In a line that shows or explains markup the edits are too doubtful to be made.

    >>> find_entities("&ldquo;&#24037;会&rdquo;")[:2]
    [Edit(start=0, before='&ldquo;', after='“', confidence=0.99), Edit(start=7, before='&#24037;', after='工', confidence=0.99)]
    >>> find_entities("附件：%E5%B7%A5%E4%BC%9A总结.doc")
    [Edit(start=3, before='%E5%B7%A5%E4%BC%9A', after='工会', confidence=0.99)]
    >>> find_entities("R&D, AT&T; 见 http://a.cn/?q=%E5%B7%A5%E4%BC%9A&copy=1，占10%20%30")
    []
    """
    edits: list[Edit] = []
    if "&" in text:
        edits += _references(text)
    if "%" in text:
        edits += _percent_encoded(text)
    return sorted(edits, key=lambda edit: edit.start)


def _references(text: str) -> Iterator[Edit]:
    line_end, chinese, about_markup = -1, False, False
    for match in _REFERENCE.finditer(text):
        if match.start() > line_end:
            line_start = text.rfind("\n", 0, match.start()) + 1
            line_end = text.find("\n", match.end())
            line_end = len(text) if line_end < 0 else line_end
            line = text[line_start:line_end]
            chinese = bool(_HAN.search(line)) or any(
                _HAN.match(_character(m.group())) for m in _REFERENCE.finditer(line)
            )
            about_markup = bool(_MARKUP.search(line))
        if not chinese:
            continue
        char = _character(match.group())
        if not _belongs(char) or _in_address(text, match.start(), match.end()):
            continue
        if char in "&%" and _GOES_ON.match(text, match.end()):
            # It would begin another reference, which nobody wrote.
            continue
        yield Edit(match.start(), match.group(), char, _ABOUT_MARKUP if about_markup else _EXACT)


@cache
def _character(reference: str) -> str:
    """The one character a reference stands for, escaped once or more; empty where it stands for none."""
    written = _ESCAPED.sub("&", reference)
    char = unescape(written if written.endswith(";") else written + ";")
    return char if len(char) == 1 else ""


@cache
def _ranges() -> tuple[tuple[int, int], ...]:
    return tuple((int(row["first"], 16), int(row["last"], 16)) for row in table("sign_ranges"))


def _belongs(char: str) -> bool:
    """True for what a Chinese line is made of: Han characters, signs, printable ASCII."""
    return bool(char) and any(first <= ord(char) <= last for first, last in _ranges())


def _percent_encoded(text: str) -> Iterator[Edit]:
    for match in _PERCENT.finditer(text):
        meant, sure = _decoded(match.group())
        if meant and not _in_address(text, match.start(), match.end()):
            yield Edit(match.start(), match.group(), meant, sure)


def _decoded(written: str) -> tuple[str, float]:
    """What percent-encoded bytes say, and how sure that is; empty where it is not Chinese throughout."""
    if written[1] == "u":
        meant, sure = "".join(chr(int(code, 16)) for code in written.split("%u")[1:]), _EXACT
    else:
        data = bytes.fromhex(written.replace("%", ""))
        try:
            meant, sure = data.decode("utf-8"), _EXACT
        except UnicodeDecodeError:
            try:
                # Two characters at least: any two high bytes make one of GB 2312.
                meant, sure = (data.decode("gb2312"), _GBK_SURE) if len(data) >= 4 else ("", 0.0)
            except UnicodeDecodeError:
                return "", 0.0
    chinese = _HAN.search(meant) is not None or (bool(meant) and not meant.isascii())
    return (meant, sure) if chinese and all(_belongs(char) for char in meant) else ("", 0.0)


def _in_address(text: str, start: int, end: int) -> bool:
    """True inside a web address, a path or a query: the word of ASCII characters around says so."""
    before = _ADDRESS_BEFORE.search(text[max(start - _LOOK, 0) : start])
    behind = _ADDRESS_BEHIND.match(text, end, end + _LOOK)
    left = before.group() if before else ""
    right = behind.group() if behind else ""
    return bool(_ADDRESS.search(_REFERENCE.sub("\x00", left + text[start:end] + right)))
