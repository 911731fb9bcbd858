"""
The place a report speaks from: province, city and county, by their full names.

Names stand in ``lexicon/places.tsv`` (provinces and cities, with their short forms) and ``lexicon/counties.tsv``. A place
named in the body's own name or in the title weighs most; one that is visited, helped or learned from does not count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from union_corpus import lexicon
from union_corpus.searches import Search, every_place

# 北京奥运, 四川地震灾区, 赴上海考察: places that are not the report's own.
_ELSEWHERE_AFTER = re.compile("[^。，,]{0,2}(?:奥运|冬奥|亚运|世博|汶川|地震|灾区|抗震|时间|会议|精神|经验|考察|学习)")
_ELSEWHERE_BEFORE = re.compile("(?:赴|支援|援助|对口|援|前往|来自|学习|考察|参观)$")
# An ambiguous short name counts before these words only.
_SUFFIXES = ("市", "总工会", "工会", "县", "区工会")


@dataclass(frozen=True, slots=True)
class _Name:
    """What a printed name means: the cities (or provinces) it may lie in, and whether it is a county."""

    places: tuple[tuple[str, str], ...]
    county: str = ""
    ambiguous: bool = False


@cache
def _names() -> tuple[tuple[str, ...], dict[str, _Name], Search]:
    """All names, what each means, and the search for them."""
    known: dict[str, _Name] = {}
    city_of: dict[str, tuple[str, str]] = {}
    for row in lexicon.table("places"):
        place = (row["name"], "") if row["kind"] == "province" else (row["province"], row["name"])
        city_of[row["name"]] = place
        known[row["name"]] = _Name((place,))
        if row["short"] not in known or row["kind"] == "province":
            known[row["short"]] = _Name((place,), ambiguous=row["note"] == "ambiguous")
    counties = {row["name"]: tuple(city_of[name] for name in row["of"].split("|")) for row in lexicon.table("counties")}
    for name, places in counties.items():
        known.setdefault(name, _Name(places, county=name))
    for name, places in counties.items():
        # Counties have become cities and districts, cities districts; reports have the name of their day.
        for rank in {"市": "县", "区": "县市"}.get(name[-1], "") if len(name) > 2 else "":
            former = name[:-1] + rank
            known.setdefault(former, _Name(places, county=former))
    words = tuple(sorted(known))
    return words, known, every_place(words)


def find_place(plain: str, title: str, organisation: str, level: str | None) -> str | None:
    """
    Province, city and county that a report speaks from: named in its organisation or title, else oftest in its text.

    All texts are in simplified characters. A province's report names its cities as examples, so it gets none; a
    national one gets no place. The county stands there where the report is a county's or its title or body is.

    >>> find_place("一年来，全区工会办了三件实事。", "唐山市丰润区总工会工作报告", "唐山市丰润区总工会", "县")
    '河北省唐山市丰润区'
    >>> find_place("赴鼓楼区学习经验。", "车间工会总结", "", "企业") is None
    True
    """
    if level == "全国":
        return None
    provinces: Counter[str] = Counter()
    cities: Counter[tuple[str, str]] = Counter()
    counties: Counter[tuple[str, str, str]] = Counter()
    unsure: list[tuple[_Name, int]] = []
    head = plain[:5000]
    sources = ((organisation, 12), (title, 6), (head[:500], 2), (head, 1))
    for source, weight in sources:
        for name in _mentions(source):
            if len(name.places) > 1:
                unsure.append((name, weight))
                continue
            _count(name, name.places[0], weight, provinces, cities, counties)
    for name, weight in unsure:
        # Of several places of that name the one whose city or province the report names as well.
        near = max(name.places, key=lambda place: (cities[place], provinces[place[0]]))
        if cities[near] or (provinces[near[0]] and not any(cities[place] for place in name.places)):
            _count(name, near, weight, provinces, cities, counties)
    if not provinces:
        return None
    province, score = max(provinces.items(), key=lambda item: (item[1], item[0]))
    if score < 4 or score < 0.5 * provinces.total():
        return None
    if level == "省":
        return province
    own = {city: weight for (of, city), weight in cities.items() if of == province}
    city, weight = max(own.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if own and (weight < 3 or weight < 0.5 * sum(own.values())):
        return province
    return province + city + _county(counties, province, city, organisation + title, level)


def _count(
    name: _Name,
    place: tuple[str, str],
    weight: int,
    provinces: Counter[str],
    cities: Counter[tuple[str, str]],
    counties: Counter[tuple[str, str, str]],
) -> None:
    province, city = place
    provinces[province] += weight
    if city:
        cities[place] += weight
    if name.county:
        counties[province, city, name.county] += weight


def _county(counties: Counter[tuple[str, str, str]], province: str, city: str, named: str, level: str | None) -> str:
    """The county named in the title or the body's name; in the text it must be a county's or a township's report."""
    own = {county: weight for (of, within, county), weight in counties.items() if (of, within) == (province, city)}
    county, weight = max(own.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if county and (county in named or (level in ("县", "乡镇") and weight >= 3 and weight > 0.5 * sum(own.values()))):
        return county
    return ""


def _mentions(source: str) -> Iterator[_Name]:
    """The names in a text from left to right, of those that begin together the longest; not those of other places."""
    words, known, search = _names()
    done = 0
    for start, negative_end, which in sorted((start, -end, which) for which, start, end in search(source)):
        end = -negative_end
        name = known[words[which]]
        if start < done or (name.ambiguous and not source.startswith(_SUFFIXES, end)):
            continue
        done = end
        if not _ELSEWHERE_AFTER.match(source, end) and not _ELSEWHERE_BEFORE.search(source[max(start - 4, 0) : start]):
            yield name
