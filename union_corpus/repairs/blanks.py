"""
Blanks that a page left inside figures, beside signs and between characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from union_corpus.documents import Edit
from union_corpus.repairs.line_breaks import find_line_breaks
from union_corpus.repairs.printed_lines import BLANKS, HAN
from union_corpus.repairs.words import gain_as_word

# What a number counts or measures begins with one of these; without it a row of figures may be a table.
_UNIT = "[年月日号届期人名户家个位件份条项次场元万亿千百％%℃吨台套册所间处支队对组站点班倍成岁天周季册篇公平米度度余多]"
_SPLIT_NUMBERS = re.compile(
    rf"""
      (?<![\d.,] )(?<![\d.,])(?P<spaced>\d(?:\ \d){{2,8}})(?=\ ?{_UNIT})                        # 1 9 9 8 年
    | (?<![\d.,] )(?<![\d.,])(?P<year>(?:1\ ?9|2\ ?0)\ ?\d\ ?\d)(?=\ ?年)     # 20 09 年
    | (?<![\d.,] )(?<=[㐀-鿿])\ ?(?P<thousands>(?<!\d)[1-9]\d?\d?(?:\ \d{{3}})+)(?!\d)(?=\ ?{_UNIT})   # 共有 29 498 人
    | (?<=[㐀-鿿\ ])(?<!\d\ )(?P<decimal>\d{{1,6}}(?:\ \.\ ?|\.\ )\d{{1,4}})(?!\d)(?=\ ?{_UNIT})         # 22. 36 万元
    | (?<=[㐀-鿿])(?P<comma>[1-9]\d?\d?(?:,\ ?\d{{3}})*,\ \d{{3}}(?:,\ ?\d{{3}})*)(?!\d)(?=\ ?{_UNIT})     # 1, 234 人
    | (?<=[㐀-鿿]{{4}})(?P<line>\d{{1,4}}[ \t]*(?:\r\n|\n)[ \t]*\d{{1,4}}(?:\.\d+)?)(?=\ ?{_UNIT})          # 会员29↵498人
    """,
    re.VERBOSE,
)
# Every split number has this in it, among such signs. It is looked for first, and begins with a set of signs: that is
# ten times quicker than to try each way to split a number at every character.
_SPLIT_HINT = re.compile(r"\d(?:[ \t\r\n]+[\d.]|[.,] \d)")
_NUMBER_SIGNS = re.compile(r"[\d., \t\r\n]*")
_NO_NUMBER_SIGN = re.compile(r"[^\d., \t\r\n]")
_SURE = {"spaced": 0.97, "year": 0.95, "thousands": 0.75, "decimal": 0.85, "comma": 0.8, "line": 0.65}
_YEAR = re.compile(r"(?:19|20)\d\d")


def find_split_numbers(text: str) -> list[Edit]:
    """
    Find numbers that blanks or a line end cut in pieces; what stands between the digits is taken out.

    Only between printed digits, and only before a unit: two numbers side by side, a row of a table, an item number
    and the figure behind it stay.

    >>> find_split_numbers("1 9 9 8 年共有会员29\\n498人，经费22. 36万元")  # doctest: +NORMALIZE_WHITESPACE
    [Edit(start=1, before=' ', after='', confidence=0.97), Edit(start=3, before=' ', after='', confidence=0.97),
     Edit(start=5, before=' ', after='', confidence=0.97), Edit(start=15, before='\\n', after='', confidence=0.65),
     Edit(start=26, before=' ', after='', confidence=0.85)]
    >>> find_split_numbers("2006 42户；1 2 3 4 5；2009\\n12人")
    []
    """
    edits = []
    wrapped: bool | None = None
    for match in _split_numbers(text):
        kind = match.lastgroup or ""
        printed = match[kind]
        if kind == "line":
            # Where lines were cut by a margin, the rule for line ends knows better which.
            wrapped = bool(find_line_breaks(text)) if wrapped is None else wrapped
            if wrapped or _YEAR.match(printed):
                continue
        if kind == "decimal" and _stands_first(text, match.start(kind)):
            continue  # 1. 36 名职工: an item number
        edits += [
            Edit(match.start(kind) + blank.start(), blank.group(), "", _SURE[kind])
            for blank in re.finditer(r"\s+", printed)
        ]
    return edits


def _split_numbers(text: str) -> Iterator[re.Match[str]]:
    done = 0
    for hint in _SPLIT_HINT.finditer(text):
        at = hint.start()
        while at > done and not _NO_NUMBER_SIGN.match(text, at - 1):
            at -= 1
        at = max(at, done)
        done = max(done, _NUMBER_SIGNS.match(text, hint.end()).end())  # type: ignore[union-attr]
        while at < done:
            match = _SPLIT_NUMBERS.match(text, at)
            if match:
                yield match
            at = match.end() if match else at + 1


def _stands_first(text: str, place: int) -> bool:
    while place and text[place - 1] in BLANKS:
        place -= 1
    return place == 0 or text[place - 1] in "\n\r\f"


_BEHIND_MARK = re.compile(r"(?<=[，。、；：！？])[ \u00a0](?=[㐀-鿿“‘（《])")
_PLAIN_MARK = re.compile(r"[，。、；：！？](?=[㐀-鿿“‘（《])")
# Outside of quotes or brackets, beside a Han character; around Latin words in quotes blanks are put on purpose.
_AROUND_QUOTED = re.compile(
    r"(?<=[^\x00-\x7f][”’）》])[ \u00a0](?=[㐀-鿿“‘（《])|(?<=[㐀-鿿])[ \u00a0](?=[“‘（《][^\x00-\x7f])"
)
_PLAIN_QUOTED = re.compile(r"[”’）》](?=[㐀-鿿“‘（《])|(?<=[㐀-鿿])[“‘（《]")
# Nobody means a blank before the mark that ends a clause; before a colon it may line up a form.
_BEFORE_MARK = re.compile(r"[ \u00a0](?=[，。；]|[,;][㐀-鿿“‘（《])(?<=[㐀-鿿\d%％”’）》].)")
_LEAST_STRAY, _LEAST_STRAY_SHARE, _MOST_STRAY_SHARE = 6, 0.04, 0.9


def find_stray_blanks(text: str) -> list[Edit]:
    """
    Find blanks beside full-width signs that an extractor made of the empty half of the sign; they are taken out.

    Behind a sign only where they come often and yet not always: who types a blank after each comma means it. Before a
    comma or a full stop each is one too many. Blanks between characters (as in names and titles) and around figures
    stay.

    >>> line = "各级工会， 认真履职。各分会、 车间， 普遍开展竞赛。 职工参加 “安康杯”竞赛， 踊跃献计，人人争先。"
    >>> [edit.start for edit in find_stray_blanks(line)]
    [5, 15, 19, 27, 32, 41]
    >>> find_stray_blanks("主席：廖 民， 副主席：谭 礼")
    []
    >>> find_stray_blanks("改制率达92% 。")
    [Edit(start=7, before=' ', after='', confidence=0.9)]
    """
    found = {match.start() for match in _BEFORE_MARK.finditer(text)}
    found.update(_behind_signs(text))
    return [Edit(place, text[place], "", 0.9) for place in sorted(found)]


def _behind_signs(text: str) -> list[int]:
    """Blanks behind marks and around what is quoted; those around quotations stay where nearly all have one."""
    if "， " not in text and "。 " not in text and "、 " not in text:
        return []
    stray, around = _places(_BEHIND_MARK, text), _places(_AROUND_QUOTED, text)
    if len(stray) + len(around) < _LEAST_STRAY:
        return []
    plain, without = len(_PLAIN_MARK.findall(text)), len(_PLAIN_QUOTED.findall(text))
    if len(around) < _LEAST_STRAY or len(around) <= _MOST_STRAY_SHARE * (len(around) + without):
        stray, plain = stray + around, plain + without
    share = len(stray) / max(len(stray) + plain, 1)
    if len(stray) < _LEAST_STRAY or not _LEAST_STRAY_SHARE <= share <= _MOST_STRAY_SHARE:
        return []
    return stray


def _places(pattern: re.Pattern[str], text: str) -> list[int]:
    return [match.start() for match in pattern.finditer(text)]


_SPACED = re.compile(
    r"(?:[㐀-鿿0-9０-９%，。、；：！？“”‘’（）《》.][ \u00a0]){7,}[㐀-鿿0-9０-９%，。、；：！？“”‘’（）《》.](?![㐀-鿿])"
)
_LEAST_SPACED, _LEAST_PER_SIGN = 40, -6.0


def find_letter_spacing(text: str) -> list[Edit]:
    """
    Find the blanks in text that was set or extracted with one after each character; they are taken out.

    Only where whole sentences stand so and the language model reads them as Chinese: a letterhead, a title or a list
    of names keeps its blanks.

    >>> spaced = " ".join("各级工会认真落实职工代表大会制度，全年召开联席会议四次，收到职工提案三十六件，已经办结三十一件。")
    >>> from union_corpus.documents import apply_edits
    >>> apply_edits(spaced, find_letter_spacing(spaced))
    '各级工会认真落实职工代表大会制度，全年召开联席会议四次，收到职工提案三十六件，已经办结三十一件。'
    >>> find_letter_spacing("澜 州 市 总 工 会 文 件")
    []
    """
    if text.count(" ") + text.count("\u00a0") < _LEAST_SPACED:
        return []
    runs = [run for run in _SPACED.finditer(text) if 4 * len(HAN.findall(run.group())) > run.end() - run.start()]
    if sum(run.end() - run.start() + 1 for run in runs) < 2 * _LEAST_SPACED:
        return []
    from union_corpus.language_model import load_model

    score = load_model().score
    closed = [run.group()[::2][:200] for run in runs]
    scores = [score(part) for part in closed]
    # Names read far worse than sentences do: -8 a sign against -4.
    usual = sum(scores) / sum(map(len, closed))
    if usual < _LEAST_PER_SIGN:
        return []
    return [
        Edit(at, text[at], "", 0.95)
        for run, part, found in zip(runs, closed, scores, strict=True)
        if found > 1.25 * _LEAST_PER_SIGN * len(part)
        for at in range(run.start() + 1, run.end(), 2)
    ]


_BETWEEN_HAN = re.compile(r"[ \u00a0](?<=[㐀-鿿].)(?=[㐀-鿿])")
_RUN_BEFORE, _RUN_AFTER = re.compile(r"[㐀-鿿]{1,8}\Z"), re.compile(r"[㐀-鿿]{1,8}")
_CLAUSE_MARK = re.compile("[，。；,;]")
# A word was cut where its two parts are so much likelier (in natural logs) as one; a page that cuts words at random
# cuts so many of them. What it cuts between two words is not told from what an author meant but by that.
_LEAST_GAIN, _LEAST_CUT, _LEAST_CUT_SHARE = 5.5, 6, 0.25
_LEAST_PROSE = 20
_TRIED = 12


def find_split_words(text: str) -> list[Edit]:
    """
    Find the blanks that a page put at random between characters of running text, inside words as well; they go.

    Only where several words are cut: names, headings and lists that are meant to stand apart cut none.

    >>> line = "各级工会认 真落实职 工代表大 会制度，全年召 开联席会 议四次，收到提 案三十六 件，已 经办结三 十一件。"
    >>> from union_corpus.documents import apply_edits
    >>> apply_edits(line, find_split_words(line))
    '各级工会认真落实职工代表大会制度，全年召开联席会议四次，收到提案三十六件，已经办结三十一件。'
    >>> find_split_words("出席会议的有：王 强、李 明、张 华、陈 红、周 平、吴 刚、郑 军，会议由工会主席主持。")
    []
    """
    places = [match.start() for match in _BETWEEN_HAN.finditer(text)]
    if len(places) < _LEAST_CUT:
        return []
    places = [place for place in places if _in_prose(text, place)]
    # A page that does this does it everywhere: of most texts a few blanks tell that it does not.
    first = [gain_as_word(*_runs(text, place)) for place in places[:_TRIED]] if len(places) >= _LEAST_CUT else []
    if sum(gain >= _LEAST_GAIN for gain in first) < _LEAST_CUT_SHARE * len(first) / 2:
        return []
    gains = first + [gain_as_word(*_runs(text, place)) for place in places[_TRIED:]]
    cut = sum(gain >= _LEAST_GAIN for gain in gains)
    if cut < max(_LEAST_CUT, _LEAST_CUT_SHARE * len(places)):
        return []
    return [
        Edit(place, text[place], "", 0.97 if gain >= _LEAST_GAIN else 0.9)
        for place, gain in zip(places, gains, strict=True)
    ]


def _in_prose(text: str, place: int) -> bool:
    start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    end = len(text) if end < 0 else end
    return end - start >= _LEAST_PROSE and _CLAUSE_MARK.search(text, start, end) is not None


def _runs(text: str, place: int) -> tuple[str, str]:
    """The Han characters on either side of a blank, over no other blank."""
    before, after = _RUN_BEFORE.search(text, max(place - 8, 0), place), _RUN_AFTER.match(text, place + 1)
    return before[0] if before else "", after[0] if after else ""
