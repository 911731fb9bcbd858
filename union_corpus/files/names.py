"""File names as their authors wrote them: names in archives and old folders are bytes in an encoding nobody noted."""

from __future__ import annotations

import re
from collections.abc import Iterable

from union_corpus.decoding import detect_encoding

# What a name in a Chinese archive may be in; anything else that the detector says leaves the name alone.
NAME_ENCODINGS = {"utf-8", "gb18030", "cp950", "big5hkscs"}

# Names that are too short to tell: the common half of the characters of GB 2312 and of Big5, and nothing else, is no accident.
COMMON = {
    "gb18030": re.compile(rb"(?:[\x20-\x7e]|[\xb0-\xd7][\xa1-\xfe])+"),
    "cp950": re.compile(rb"(?:[\x20-\x7e]|[\xa4-\xc6][\x40-\x7e\xa1-\xfe])+"),
}


def names_encoding(names: Iterable[bytes]) -> str | None:
    """
    The one encoding of all names of an archive, or None where they are ASCII or nothing Chinese.

    One name is often too short to tell; all names of an archive were written by one program.

    >>> names_encoding(["工会总结.txt".encode("gb18030"), "职代会.txt".encode("gb18030")])
    'gb18030'
    >>> names_encoding(["云岭2004.txt".encode("gb18030")]), names_encoding(["工會.txt".encode("cp950")])
    ('gb18030', 'cp950')
    >>> names_encoding([b"report.txt"])
    >>> names_encoding(["Année 2004.txt".encode("cp437")])
    """
    odd = [name for name in names if not name.isascii()]
    if not odd:
        return None
    try:
        b"/".join(odd).decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    for candidate in detect_encoding(b"\n".join(odd)):
        if candidate.encoding in NAME_ENCODINGS and candidate.score > 0.5:
            return candidate.encoding
        break
    return next((encoding for encoding, common in COMMON.items() if all(map(common.fullmatch, odd))), None)


def plain_name(name: str) -> str:
    """A name that any table and disk can hold: lone surrogates and control characters become U+FFFD."""
    return re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "\ufffd", name)


def disk_name(name: str) -> str:
    """
    A path from the disk, readable: a name that is not valid UTF-8 is read as the GBK or Big5 it was written in.

    >>> disk_name("工会/\\udcd7\\udcdc\\udcbd\\udce1.txt")
    '工会/总结.txt'
    >>> disk_name("工会/总结.txt")
    '工会/总结.txt'
    """
    if name.isprintable() and not re.search(r"[\ud800-\udfff]", name):
        return name
    parts = []
    for part in name.split("/"):
        raw = part.encode("utf-8", "surrogateescape") if re.search(r"[\udc80-\udcff]", part) else b""
        encoding = names_encoding([raw]) if raw else None
        parts.append(raw.decode(encoding, "replace") if encoding else part)
    return plain_name("/".join(parts))
