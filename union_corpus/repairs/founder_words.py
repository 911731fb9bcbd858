"""
Words, names and numbers that hold characters a shifted sign may be taken for: 医院, 袁主席, 叶县, １２５６０.

What a character model sees of a word ends at its fourth character, and it has never seen most names. So the reading
of a doubtful stretch is also cut into words, and each word has its price: words of jieba's dictionary by how often
they occur, names of persons by surname and given name, names of places by what stands before 县 or 镇.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from math import log

from union_corpus.dictionaries import jieba_words
from union_corpus.lexicon import table
from union_corpus.repairs.founder_signs import prior, shifted_signs
from union_corpus.repairs.words import jieba_names, jieba_places

# How much the price of words counts beside the character model; the two partly say the same.
WEIGHT = 0.95
LONGEST_WORD = 7
# Prices as logs: a sign as a word of its own, a number or a string of letters and each of its characters.
SIGN, NUMBER, DIGIT, LETTER = -5.0, -0.7, -6.3, -2.8
# A character that is no word of the list, and the price of a measure word that stands after a number.
_UNKNOWN, MEASURE = -17.0, -5.2
# What makes names of persons' parts and of places out of any word, and as such has a better price than as a word.
SUFFIXES, SUFFIX = frozenset("园苑"), -7.0
# What a union term or a title, and the name of a place count for, on the scale of jieba's list, where its count there is not higher.
_TERM_COUNT, _PLACE_COUNT = 1000, 300


@cache
def _word_counts() -> tuple[dict[str, int], float]:
    """Words and how often they occur, and the log of all occurrences together."""
    counts = dict(jieba_words())
    for row in table("terms"):
        for term in (row["term"], *row["aliases"].split("|")):
            counts[term] = max(counts.get(term, 0), _TERM_COUNT)
    for row in table("titles"):
        counts[row["title"]] = max(counts.get(row["title"], 0), _TERM_COUNT)
    for name in _place_names():
        counts[name] = max(counts.get(name, 0), _PLACE_COUNT)
    for row in table("common_words"):
        counts[row["word"]] = max(counts.get(row["word"], 0), int(row["count"]))
    return counts, log(sum(counts.values()))


@lru_cache(maxsize=100_000)
def word_cost(word: str) -> float | None:
    """The log of how often a word occurs, one a character at least; None for what is no word."""
    counts, total = _word_counts()
    count = counts.get(word)
    return None if count is None else log(max(count, 1)) - total


def words_at(han: str, at: int, longest: int) -> list[tuple[int, float]]:
    """Length and price of every word that begins at a place of a string; one character is always a word."""
    alone = word_cost(han[at])
    longer = ((length, word_cost(han[at : at + length])) for length in range(2, min(longest, LONGEST_WORD) + 1))
    return [(1, _UNKNOWN if alone is None else alone), *((length, cost) for length, cost in longer if cost is not None)]


def in_listed_word(text: str, at: int) -> bool:
    """True where a character is part of a listed word of two or three characters, as it is shown: 平遥."""
    counts, _ = _word_counts()
    return any(
        text[start : start + length] in counts
        for length in (2, 3)
        for start in range(max(0, at - length + 1), min(at, len(text) - length) + 1)
    )


# A name that may be read: its length, its price by both judges, and what stands for it when what follows is judged.
Name = tuple[int, float, str]


# --- Names of persons ---------------------------------------------------------------------------------------------


@cache
def _surnames() -> dict[str, float]:
    """Surnames with the log of how common they are."""
    return {row["surname"]: log(float(row["per_million"]) / 1e6) for row in table("surnames")}


def is_surname(char: str) -> bool:
    """True for a character that a person's name may begin with."""
    return char in _surnames()


def _by_rank(words: list[str], first: int) -> dict[str, float]:
    """Words of a list that begins with the commonest, each with the log of the share its rank suggests."""
    shares = [1.0 / (rank + first) for rank in range(len(words))]
    return {word: log(share / sum(shares)) for word, share in zip(words, shares, strict=True)}


@cache
def _title_shares() -> dict[str, float]:
    return _by_rank([row["title"] for row in table("titles") if row["after_surname"] != "never"], 3)


@cache
def _seldom_after_surnames() -> frozenset[str]:
    return frozenset(row["title"] for row in table("titles") if row["after_surname"] == "seldom")


@cache
def _titles() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_title_shares(), key=lambda title: (-len(title), title))))


@cache
def _title_end() -> re.Pattern[str]:
    return re.compile(f"(?:{_titles().pattern})$")


@cache
def _role_end() -> re.Pattern[str]:
    """What a person is called before the name only: 职工袁某."""
    return re.compile(f"(?:{'|'.join(row['title'] for row in table('titles') if row['after_surname'] == 'never')})$")


@cache
def _given_costs() -> tuple[dict[str, float], dict[str, float]]:
    """The characters of given names with the log of how often those of two begin with each, and those of any end."""
    first, last = (
        {row["character"]: int(row[column]) + _UNSEEN_GIVEN for row in table("given_name_characters")}
        for column in ("first", "last")
    )
    return _log_shares(first), _log_shares(last)


# A character that is known from the other place in given names counts as seen so often here.
_UNSEEN_GIVEN = 0.5


def _log_shares(counts: Mapping[str, float]) -> dict[str, float]:
    total = sum(counts.values())
    return {char: log(count / total) for char, count in counts.items()}


# A person is named after a title, or what is no title but the person's part in things, 职工袁某 (as logs); and what
# names have beyond the newspaper whose contexts were counted.
_NAMED_AFTER_TITLE, _NAMED_AFTER_ROLE, _NAMED = 0.3, -3.0, 1.5
# A title follows the surname at once, or a given name of one or of two characters does.
_TITLED, _SHORT_GIVEN, _LONG_GIVEN = -1.3, -0.8, -0.1
# Before a surname: 老袁, 小叶.
_FAMILIAR, _BY_FAMILIAR_NAME = frozenset("老小"), -2.5
# The surname alone stands before 主席, but before 记者 or 会计 seldom.
_SELDOM = -3.0
# A character that is hardly ever a surname, and one that given names of the list do not have; the most that is said
# against a name by what comes after it.
_ODD_SURNAME, _ODD_GIVEN, _RUNS_ON = -12.0, -11.0, -4.3
# Another name comes next in a list.
_ITEM_SIGNS, _IN_LIST = ("、", "尧"), 2.0
# What the character model is told of a person's name, since it has not read most of them.
SOMEBODY = "同志"
# One word in so many (as a log) is a name.
_NAMES, _NAME_WEIGHT = -2.7, 0.85
_HAN = re.compile("[\u3400-\u9fff]")


def names_at(text: str, at: int, *, odd: bool) -> list[Name]:
    """
    Every way to read a person's name at a place.

    ``text`` has no blanks; its doubtful characters stand as shown. ``odd`` tells that a character may be a surname that
    is none of the list.
    """
    if text[at] in _FAMILIAR and (rank := _surnames().get(text[at + 1 : at + 2])) is not None:
        return [(2, _priced(_named(text, at), rank + _BY_FAMILIAR_NAME) + _ended(text, at + 2), SOMEBODY)]
    rank = _surnames().get(text[at])
    if rank is None:
        if not odd:
            return []
        rank = _ODD_SURNAME
    context = _named(text, at)
    first, last = _given_costs()
    found = []
    after = text[at + 1 : at + 4]
    if titled := _titles().match(text, at + 1):
        cost = rank + _TITLED + _title_shares()[titled[0]] + _SELDOM * (titled[0] in _seldom_after_surnames())
        cost += _NO_TITLE * (_is_no_title(text, titled.end()) or _goes_on_as_word(text, *titled.span()))
        found.append((titled.end() - at, _priced(context, cost), titled[0]))
    if after and _HAN.match(after[0]) and not (titled and len(titled[0]) > 1):
        cost = rank + _SHORT_GIVEN + last.get(after[0], _ODD_GIVEN)
        found.append((2, _priced(context, cost) + _ended(text, at + 2), SOMEBODY))
        if len(after) > 1 and _HAN.match(after[1]):
            cost = rank + _LONG_GIVEN + first.get(after[0], _ODD_GIVEN) + last.get(after[1], _ODD_GIVEN)
            found.append((3, _priced(context, cost) + _ended(text, at + 3), SOMEBODY))
    return found


def _goes_on_as_word(text: str, start: int, end: int) -> bool:
    """True where a title is the beginning of a longer word: 主任医师, 主席台."""
    return any(word_cost(text[start:further]) is not None for further in (end + 1, end + 2) if further <= len(text))


def _is_no_title(text: str, end: int) -> bool:
    """True where what ends here is the title of the name behind it, 省长孙文盛, or part of a word, 校长办公室."""
    if _NAMED_FOR_TITLE.match(text, end) or _full_name_at(text, end):
        return True
    # One of several titles of the name behind them: 副院长、工会主席孙文盛.
    other = _other_title().match(text, end)
    return other is not None and _full_name_at(text, other.end())


@cache
def _other_title() -> re.Pattern[str]:
    return re.compile(f"[、尧兼][\u3400-\u9fff]{{0,4}}?(?:{_titles().pattern})")


def _full_name_at(text: str, at: int) -> bool:
    """True where a name of three characters stands, or one of two with a sign behind it."""
    name = text[at : at + 3]
    if len(name) < 2 or not is_surname(name[0]) or _usual_sign(name[0]) or word_cost(name[:2]) is not None:
        return False
    given, _ = _given_costs()
    ends = name[2:]
    return name[1] in given and (not _HAN.match(ends) or _usual_sign(ends) or ends in given)


def _usual_sign(shown: str) -> bool:
    """True for a character that one of the usual signs is shown as."""
    return prior(shifted_signs().get(shown, "")) == 0.0


_NAMED_FOR_TITLE = re.compile("办公|信箱|负责|接待|会议|联席|热线|基金|助理|职务|岗位|[们室制级]")
_NO_TITLE = -6.0


def _priced(context: float, cost: float) -> float:
    """What a name costs in a text by both judges: in its context, and as a word."""
    return context + cost + _NAME_WEIGHT * (_NAMES + cost)


def _named(text: str, at: int) -> float:
    """How likely a name begins at a place, by what stands before it."""
    before = text[max(0, at - 5) : at]
    if _title_end().search(before):
        return _NAMED_AFTER_TITLE
    likely = max(_context_log(before[-2:]), _context_log("".join(map(_usual_reading, before[-2:]))))
    if _role_end().search(before):
        likely = max(likely, _NAMED_AFTER_ROLE)
    return _NAMED + likely


def likely_named(text: str, at: int) -> bool:
    """True where what stands before a place leads one to expect a person's name: a title, 记者, 与."""
    return _named(text, at) > _EXPECTED


_EXPECTED = -2.5


def _context_log(before: str) -> float:
    """The log of how often a name follows these two characters, by the last alone where both were seldom seen."""
    contexts, share = _name_contexts("before")
    for context, weight in ((before[-1:] or "|", _LIKE_ALL), (before, _LIKE_SHORTER)):
        seen, named = contexts.get(context, (0, 0))
        share = (named + weight * share) / (seen + weight)
    return log(share)


@cache
def _name_contexts(side: str) -> tuple[dict[str, tuple[int, int]], float]:
    """What stands before or behind names: how often it was seen and how often by a name; and the share of names in all."""
    rows = table("name_contexts")
    counts = {row["context"]: (int(row["seen"]), int(row["named"])) for row in rows if row["side"] == side}
    return counts, next(int(row["named"]) / int(row["seen"]) for row in rows if row["side"] == "all")


# How many times the wider context counts beside what was seen of a character, and of two.
_LIKE_ALL, _LIKE_SHORTER = 50, 5


def _usual_reading(shown: str) -> str:
    """The usual sign that a character is shown for, or itself."""
    return shifted_signs()[shown] if _usual_sign(shown) else shown


@cache
def _next_name() -> re.Pattern[str]:
    """A comma between items and behind it one more name, of two or three characters, with what ends it."""
    signs = "".join(shown for shown, meant in shifted_signs().items() if prior(meant) == 0.0)
    return re.compile(f"[、尧][{''.join(_surnames())}][\u3400-\u9fff]{{1,2}}(?:[{signs}等]|[^\u3400-\u9fff]|$)")


def _ended(text: str, at: int) -> float:
    """What a name's end at a place says against it, or for it, by what comes next."""
    after = text[at : at + 1]
    if after in _ITEM_SIGNS and _next_name().match(text, at):
        return _IN_LIST
    if not after or not _HAN.match(after) or _usual_sign(after) or _titles().match(text, at):
        return 0.0
    contexts, share = _name_contexts("after")
    seen, named = contexts.get(after, (0, 0))
    return min(0.0, max(_RUNS_ON, log((named + _LIKE_ALL * share) / (seen + _LIKE_ALL)) - log(share)))


# --- Names of places ----------------------------------------------------------------------------------------------

# What the names of counties, towns and villages end in, and how long the part before that is.
_PLACE_ENDS = ("县", "市", "区", "镇", "乡", "村", "州", "旗", "苑", "园", "庄", "屯", "街道", "社区")
_LONGEST_STEM = 3
_PLACE = re.compile(f"[\u3400-\u9fff]{{1,{_LONGEST_STEM}}}?(?:{'|'.join(_PLACE_ENDS)})")
# How likely a place of a county, a town or a village begins somewhere, and after a sign or 在; one word in so many is
# one; how likely its name ends, and a character that names of places of the list do not have.
_PLACED, _PLACED_AFTER_SIGN, _PLACES, _PLACE_ENDED, _ODD_PLACE = -7.0, -5.5, -7.8, -1.5, -13.0
_BEFORE_PLACE = frozenset("在到从赴往由向至驻住于是和与及")
# Another place of the same kind stands beside it in a list.
_PLACE_IN_LIST = 5.0


@cache
def _place_costs() -> tuple[dict[str, float], dict[str, float]]:
    """The characters of the names of towns and villages with the log of how common each is first, and further on."""
    first, later = (
        {row["character"]: int(row[column]) for row in table("place_name_characters") if row[column] != "0"}
        for column in ("first", "later")
    )
    return _log_shares(first), _log_shares(later)


@cache
def _place_names() -> frozenset[str]:
    listed = {row[column] for row in table("places") for column in ("name", "short")}
    counties = [row["name"] for row in table("counties")]
    # 平遥县 is also called 平遥; of two characters, as in 叶县, the second is needed.
    listed.update(counties, (name[:-1] for name in counties if len(name) == 3))
    return frozenset(listed.union(word for word in jieba_places() if len(word) > 1))


def places_at(text: str, at: int) -> list[Name]:
    """Every way to read the name of a county, town or village at a place."""
    found: list[Name] = []
    if not _PLACE.match(text, at):
        return found
    first, later = _place_costs()
    cost = first.get(text[at], _ODD_PLACE)
    before = text[max(0, at - 5) : at]
    after_sign = not _HAN.match(before[-1:]) or before[-1] in _BEFORE_PLACE or _usual_sign(before[-1])
    context = _PLACED_AFTER_SIGN if after_sign else _PLACED
    for end in range(at + 1, min(at + _LONGEST_STEM, len(text) - 1) + 1):
        for kind in _PLACE_ENDS:
            if text.startswith(kind, end):
                name = text[at : end + len(kind)]
                whole = cost + _PLACE_ENDED
                beside = before.endswith((kind + "、", kind + "尧")) or _beside_in_list(text, end, kind)
                price = context + _PLACE_IN_LIST * beside + whole + WEIGHT * (_PLACES + whole)
                found.append((len(name), price, name))
        if not _HAN.match(text[end]):
            break
        cost += later.get(text[end], _ODD_PLACE)
    return found


def _beside_in_list(text: str, end: int, kind: str) -> bool:
    """True where a list goes on behind a place, whose kind stands at ``end``, with another of the same kind."""
    after = end + len(kind)
    return text[after : after + 1] in _ITEM_SIGNS and kind in text[after + 2 : after + 3 + _LONGEST_STEM]


# A bracket that closes, as it is and as it is shown.
_CLOSED = frozenset("）)冤")


def between_places(text: str, at: int) -> bool:
    """True where a place is named on one side and it or another name on the other: 太原—盂县, 郑州—卢森堡."""
    end = at - (text[at - 1 : at] in _CLOSED)
    before = {text[max(0, end - length) : end] for length in (2, 3, 4, 5)}
    after = {text[at + 1 : at + 1 + length] for length in (2, 3, 4, 5)}
    places, names = _place_names(), jieba_names()
    one, other = not places.isdisjoint(before), not places.isdisjoint(after)
    return (one and other) or (one and not names.isdisjoint(after)) or (other and not names.isdisjoint(before))


_FIGURES = "0-9０-９零〇一二三四五六七八九十百千万亿.．园员圆猿源缘远苑愿怨援郾"
_QUANTITY_BEFORE = re.compile(f"[{_FIGURES}]+([年月日时点分秒周期届岁元米人名号级层楼％%万亿])$")


def between_quantities(text: str, at: int) -> bool:
    """True where quantities of one kind stand on both sides, as in 八时—十一时 and 50万—60万元."""
    before = _QUANTITY_BEFORE.search(text[max(0, at - 8) : at])
    return before is not None and re.match(f"[{_FIGURES}元年月日时点]+{before[1]}", text[at + 1 : at + 13]) is not None


@cache
def counted() -> frozenset[str]:
    """What stands after the digits of a number: the first characters of measure words, and of the like of 万."""
    return frozenset(row["printed"][0] for row in table("units")) | frozenset(
        "十百千万亿多余级号省市县点秒届线型稿楼版"
    )
