"""
Write ``union_corpus/lexicon/readings.tsv``: which characters of GBK each pinyin reading may stand for.

Readings come from pypinyin (pinyin-data, MIT); whether conversion between simplified and traditional changes a
character comes from OpenCC's tables (Apache 2.0). The library reads only the derived table, which loads thirty times
faster than pypinyin. Run ``python data/scripts/build_readings.py`` after either of them has changed.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import opencc
from pypinyin.constants import PINYIN_DICT

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "union_corpus" / "lexicon" / "readings.tsv"
SOURCE = (
    "# Readings: pypinyin's PINYIN_DICT (pinyin-data, MIT), for the characters of GBK. traditional: OpenCC's "
    "TSCharacters changes the character; simplified: STCharacters does; shared: neither; unusual: those of the row "
    "that pypinyin lists another reading for first. Written by data/scripts/build_readings.py"
)


def changed(name: str) -> set[str]:
    """The characters that one of OpenCC's character tables maps to another one."""
    path = Path(opencc.__file__).parent / "dictionary" / name
    pairs = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if "\t" in line)
    return {before for before, after in pairs if after.split()[0] != before}


def rows() -> list[tuple[str, ...]]:
    """One row a reading: reading, its traditional, simplified and shared characters in the order of GBK, the unusual."""
    traditional, simplified = changed("TSCharacters.txt"), changed("STCharacters.txt")
    characters: dict[str, list[str]] = defaultdict(list)
    unusual: dict[str, list[str]] = defaultdict(list)
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            character = bytes([lead, trail]).decode("gbk", "ignore")
            if len(character) == 1:
                for place, reading in enumerate(filter(None, PINYIN_DICT.get(ord(character), "").split(","))):
                    characters[reading].append(character)
                    if place:
                        unusual[reading].append(character)
    return [
        (
            reading,
            "".join(c for c in found if c in traditional),
            "".join(c for c in found if c in simplified and c not in traditional),
            "".join(c for c in found if c not in traditional and c not in simplified),
            "".join(unusual[reading]),
        )
        for reading, found in sorted(characters.items())
    ]


def main() -> None:
    """Write the table and say how large it is."""
    lines = [SOURCE, "reading\ttraditional\tsimplified\tshared\tunusual", *("\t".join(row) for row in rows())]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{TABLE.relative_to(ROOT)}: {len(lines) - 2} readings, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
