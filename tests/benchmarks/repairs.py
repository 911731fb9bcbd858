"""
How fast repair is, over all rules and detectors together: ``python tests/benchmarks/repairs.py``.

Clean text through the gate, and each kind of damage through the rules that mend it. Beside each stands, from the same
run, what opencc-python takes to convert the same text, so that figures from different machines can be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import opencc
from founder import seconds

import union_corpus as uc
from union_corpus.repairs.founder import shifted_signs
from union_corpus.repairs.pinyin import readings

ORIGINALS = Path(__file__).resolve().parents[2] / "data" / "_originals"


def founder(text: str) -> str:
    """Signs as a Founder font shows them."""
    back = {meant: shown for shown, meant in shifted_signs().items() if meant in "，。、；：“”（）《》"}
    return text.translate(str.maketrans(back))


def wrapped(text: str) -> str:
    """Lines of 26 characters."""
    lines = (line for line in text.splitlines() if line)
    return "\n".join(line[at : at + 26] for line in lines for at in range(0, len(line), 26))


def annotated(text: str) -> str:
    """A reading behind every character that has a traditional form of its own."""
    known = readings()
    return "".join(
        f"{char}({known.usual[char]})" if char in known.simplified & known.usual.keys() else char for char in text
    )


def spaced(text: str) -> str:
    """A blank behind every character."""
    return "\n".join(" ".join(line) for line in text.splitlines())


def utf8_as_gbk(text: str) -> str:
    """UTF-8 read as GB 18030, line by line."""
    return "\n".join(line.encode().decode("gb18030", "replace") for line in text.splitlines())


def utf8_as_latin(text: str) -> str:
    """UTF-8 read as Latin-1."""
    return "\n".join(line.encode().decode("latin-1") for line in text.splitlines())


def utf8_as_big5(text: str) -> str:
    """UTF-8 read as Big5, line by line."""
    return "\n".join(line.encode().decode("cp950", "replace") for line in text.splitlines())


DAMAGE: dict[str, Callable[[str], str]] = {
    "clean": str,
    "founder_shift": founder,
    "inline_pinyin": annotated,
    "unwrap_lines": wrapped,
    "close_letter_spacing": spaced,
    "mojibake, UTF-8 as Latin-1": utf8_as_latin,
    "mojibake, UTF-8 as GBK": utf8_as_gbk,
    "mojibake, UTF-8 as Big5": utf8_as_big5,
}


def main() -> None:
    """Print a line for each kind."""
    report = "\n".join(path.read_text(encoding="utf-8") for path in sorted(ORIGINALS.glob("*_20*.txt")))
    convert = opencc.OpenCC("t2s").convert
    print(f"{'kind':30} {'kB/s':>8} {'edits':>7} {'opencc-python = 1':>18}")
    for kind, damage in DAMAGE.items():
        text = damage(report)
        times = 20 if kind == "clean" else 1
        taken = seconds(lambda text, times=times: [uc.repair(text) for _ in range(times)], text) / times
        size, edits = len(text.encode()), uc.repair(text).n_edits
        print(f"{kind:30} {size / taken / 1e3:8.0f} {edits:7} {taken / seconds(convert, text):18.2f}")


if __name__ == "__main__":
    main()
