"""
Build ``union_corpus/lexicon/euc_tw.tsv``: the characters of CNS 11643 planes 1 and 2, by plane and row.

Run it once: ``python data/scripts/build_euc_tw.py``. The table is asked from the ``iconv`` of the system (glibc).
"""

from __future__ import annotations

import subprocess
from pathlib import Path

OUT = Path(__file__).resolve().parents[2] / "union_corpus" / "lexicon" / "euc_tw.tsv"
MISSING = "\ufffd"


def characters(codes: list[bytes]) -> list[str]:
    """What iconv reads for each code, or U+FFFD."""
    # Each code stands on a line of its own; -c leaves out what it cannot read.
    done = subprocess.run(["iconv", "-c", "-f", "EUC-TW", "-t", "UTF-8"], input=b"\n".join(codes), capture_output=True)
    found = done.stdout.decode("utf-8").split("\n")
    return [char if len(char) == 1 else MISSING for char in found]


def main() -> None:
    lines = ["# source: CNS 11643 planes 1 and 2 as in the EUC-TW table of glibc's iconv; data/scripts/build_euc_tw.py"]
    lines.append("plane\trow\tcharacters")
    for plane, prefix in ((1, b""), (2, b"\x8e\xa2")):
        for row in range(0xA1, 0xFF):
            found = characters([prefix + bytes((row, cell)) for cell in range(0xA1, 0xFF)])
            if any(char != MISSING for char in found):
                lines.append(f"{plane}\t{row:02X}\t{''.join(found)}")
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{OUT}: {len(lines) - 2} rows")


if __name__ == "__main__":
    main()
