"""
What a web page printed into a report: its frame, lists of other pages, notices inside a sentence.

Told by the patterns of ``lexicon/boilerplate.tsv``, for simplified and traditional pages alike.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from union_corpus import lexicon
from union_corpus.line_shapes import bare, sentence_spans
from union_corpus.searches import Search, every_place

# The traditional forms of the characters in ``boilerplate.tsv``, so that its patterns fit both scripts.
_TRADITIONAL = dict(
    zip(
        "与为习买于仅们众优会传体余关兴内写准减击划创删参发号后启员声处备复够学对尽带帮库开归当录总愿扫报担摄数时机权来标档欢毕浏点热现码秘签级线经结给继续维编网范荐获览计讯记讲许访词试话请读责购费资转载辑过还选鉴链键门闭问间阅陆随页顶预领",
        "與爲習買於僅們衆優會傳體餘關興內寫準減擊劃創刪參發號後啓員聲處備復夠學對盡帶幫庫開歸當錄總願掃報擔攝數時機權來標檔歡畢瀏點熱現碼祕籤級線經結給繼續維編網範薦獲覽計訊記講許訪詞試話請讀責購費資轉載輯過還選鑑鏈鍵門閉問間閱陸隨頁頂預領",
        strict=True,
    )
) | {"为": "為爲", "众": "眾衆", "启": "啟啓", "秘": "祕"}


def _both_scripts(pattern: str) -> str:
    r"""
    A regular expression in simplified characters that fits traditional ones too.

    >>> print(_both_scripts(r"小编[\[来去]来"))
    小[编編][\[来來去][来來]
    """
    out = []
    in_class = escaped = False
    for char in pattern:
        other = _TRADITIONAL.get(char, char)
        if not escaped and char in "[]":
            in_class = char == "["
        escaped = char == "\\" and not escaped
        out.append(char if other == char else char + other if in_class else f"[{char}{other}]")
    return "".join(out)


@dataclass(frozen=True, slots=True)
class _PageWords:
    """The rows of ``boilerplate.tsv``, fitted to both scripts: for lines, for lists of other pages, for sentences."""

    lines: re.Pattern[str]
    tails: re.Pattern[str]
    cues: Search
    sentences: re.Pattern[str]
    phrases: re.Pattern[str]


@cache
def _page_words() -> _PageWords:
    rows = lexicon.table("boilerplate")

    def pattern(scope: str) -> re.Pattern[str]:
        return re.compile("|".join(_both_scripts(row["pattern"]) for row in rows if row["scope"] == scope))

    plain = {cue for row in rows if row["cue"] for cue in row["cue"].split("|")}
    traditional = {"".join(_TRADITIONAL.get(char, char)[0] for char in cue) for cue in plain}
    cues = every_place(sorted(plain | traditional))
    return _PageWords(pattern("line"), pattern("tail"), cues, pattern("sentence"), pattern("phrase"))


def _cue_places(text: str, start: int, end: int) -> Iterator[int]:
    """Where any cue stands in a stretch of the text."""
    for _, place, _ in _page_words().cues(text[start:end]):
        yield start + place


_LONGEST_PAGE_LINE = 120


def without_boilerplate(
    text: str, lines: Sequence[tuple[int, int]], start: int, end: int
) -> list[tuple[int, int, bool]]:
    """The lines, with True where they are the web page's own; a sentence of the page inside a line is cut out of it."""
    words = _page_words()
    starts = [first for first, _ in lines]
    hit: dict[int, list[int]] = {}
    for place in sorted(_cue_places(text, start, end)):
        hit.setdefault(bisect_right(starts, place) - 1, []).append(place)
    marked: list[tuple[int, int, bool]] = []
    tail = False
    for at, (first, last) in enumerate(lines):
        if last - first == 1 and text[first] in ">›»":
            # A breadcrumb that was broken into lines: what stands beside the arrows goes with it.
            if marked and marked[-1][1] - marked[-1][0] <= 20:
                marked[-1] = (*marked[-1][:2], True)
            marked.append((first, last, True))
            continue
        if at and lines[at - 1][1] - lines[at - 1][0] == 1 and text[lines[at - 1][0]] in ">›»" and last - first <= 20:
            marked.append((first, last, True))
            continue
        if tail and last - first <= 60 and text[last - 1] not in "。；":
            marked.append((first, last, True))
            continue
        tail = False
        if last - first <= _LONGEST_PAGE_LINE:
            line = bare(text[first:last])
            tail = words.tails.match(line) is not None
            if tail or words.lines.match(line):
                marked.append((first, last, True))
                continue
        if at in hit:
            marked.extend(_cut_sentences(text, first, last, hit[at]))
        else:
            marked.append((first, last, False))
    return marked


def leaves_text_out(boilerplate: str) -> bool:
    """
    True for a page's notice that part of the text is missing at this place.

    >>> leaves_text_out("……(省略120字,会员可阅读)……"), leaves_text_out("来源:某网")
    (True, False)
    """
    return _page_words().phrases.search(boilerplate) is not None


def _cut_sentences(text: str, first: int, last: int, places: Sequence[int]) -> Iterator[tuple[int, int, bool]]:
    """
    One line, cut before and behind what is the page's own in it: whole sentences, and notices inside a sentence.

    ``places`` are those of cues, in order.
    """
    words = _page_words()
    done = first
    at = 0
    for start, end in sentence_spans(text, first, last):
        if at == len(places):
            break
        if places[at] >= end:
            continue
        while at < len(places) and places[at] < end:
            at += 1
        found = [match.span() for match in words.phrases.finditer(text, start, end)]
        if not found and end - start <= 3 * _LONGEST_PAGE_LINE and words.sentences.search(bare(text[start:end])):
            found = [(start, end)]
        for low, high in found:
            if low > done:
                yield done, low, False
            yield low, high, True
            done = high
    if done < last:
        yield done, last, False
