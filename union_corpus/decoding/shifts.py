"""HZ: Chinese in seven bits, where ``~{`` and ``~}`` switch between GB 2312 codes and ASCII."""

from __future__ import annotations

import re

HZ_STRETCH = re.compile(r"~\{((?:[!-w][!-~])*)(~\}|(?=\n)|\Z)?")


def read_hz(text: str) -> str:
    """Seven-bit bytes, given as Latin-1 text, with their HZ stretches read as Chinese."""
    return re.sub(
        r"~~|~\n", lambda m: "~" if m.group() == "~~" else "", HZ_STRETCH.sub(lambda m: _codes(m.group(1)), text)
    )


def _codes(codes: str) -> str:
    return bytes(ord(char) | 0x80 for char in codes).decode("gb18030", "replace")
