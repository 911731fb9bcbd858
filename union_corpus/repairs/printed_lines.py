"""
The lines of a text as a page printed them: how wide they are, what they begin and end with, whether the next reads on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# A sentence or a heading line can end a paragraph with one of these; closing signs may follow.
_END_MARKS = "。！？!?…；;：:"
_CLOSING = "”’」』》〉】〕）)]\"'"
_HANGING = _CLOSING + "，。、；：？！,.;:?!％%"
BLANKS = " \t\u00a0\u3000\x0b"

# Printed lines of reports have between 9 and 84 columns of full-width characters. Shorter lines are verse or tables,
# longer ones are paragraphs.
NARROWEST, WIDEST = 9.0, 84.0
LONGEST = 130  # characters; no printed line has more

HAN = re.compile("[㐀-䶿一-鿿豈-﫿]")
_TABLE_ROW = re.compile(r"\t|\||[^\s　][ 　]{2,}\S+[ 　]{2,}\S|(?:[.…·]\s?){5,}")
# All bytes of UTF-8 but those of characters half as wide as others.
_NOT_NARROW = bytes(byte for byte in range(0x100) if not 0x21 <= byte < 0x7F)
_LONG_UNIT = re.compile(r"[0-9A-Za-z.%,\-]{1,16}")

# What a paragraph, a heading or an item begins with. The kind names the series an item counts in.
ENUMERATOR = re.compile(
    r"""
      (?P<part>第\s?[一二三四五六七八九十百\d]{1,4}\s?(?:部分|章|节|節|编|編)(?=[\s　、：:]|$))  # 第一部分
    | (?P<article>第\s?[一二三四五六七八九十百\d]{1,5}\s?[条條](?=[\s　、：:]|$))                  # 第一条
    | (?P<han>[一二三四五六七八九十]{1,3}[、．.])                                              # 一、
    | (?P<paren>[（(][一二三四五六七八九十]{1,3}[）)])                                          # （一）
    | (?P<digit>\d{1,2}(?:[、．]|\.(?!\d))(?!\d))                                              # 1、 1.
    | (?P<closed>[（(]\d{1,2}[）)])                                                            # （1）
    | (?P<circled>[①-⑳⑴-⒇⒈-⒛])                                                              # ①
    | (?P<bullet>[●○◆◇■□★☆▲△※•‣►]|[-—–]{2,})                                                       # ——
    | (?P<label>(?:附件?|抄送|抄报|主题词|主題詞|落款|签发人)[一二三四\d]?[：:])                   # 附件：
    """,
    re.VERBOSE,
)
SENTENCE_END = re.compile("[。！？]")
CLAUSE_END = re.compile("[。！？；]")

DATE_LINE = re.compile(
    r"[（(]?\s*(?:(?:[12]\s?[09]\s?\d\s?\d|[二一][〇○零Ｏ九][〇○零Ｏ一二三四五六七八九]{2}|20xx)\s*年"
    r"(?:\s*[\d一二三四五六七八九十x]{1,3}\s*月(?:\s*[\d一二三四五六七八九十x]{1,3}\s*日)?)?"
    r"|[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日)\s*[）)]?$"
)

PAGE_NUMBER = re.compile(
    r"""
      [-—–―─·•]{1,3}\s?(?P<dashed>\d{1,4})\s?[-—–―─·•]{1,3}                          # — 3 —
    | 第\s?(?P<counted>\d{1,4})\s?[页頁](?:\s?[/，,、（(]?\s?共\s?\d{1,4}\s?[页頁][）)]?)?  # 第3页 共8页
    | (?P<of>\d{1,4})\s?/\s?\d{1,4}                                                  # 3/8
    | (?P<bare>\d{1,4})                                                             # 3
    """,
    re.VERBOSE,
)


@dataclass(slots=True)
class Line:
    """
    One printed line: its place without the blanks around it, its measure in columns and in characters.

    ``unit`` is the width of what would have had to fit at the end of the line before: a figure, a word, a character.
    """

    start: int
    end: int
    columns: float
    count: int
    lead: float
    gap: int
    new_page: bool
    table: bool
    unit: float

    def measure(self, by_count: bool) -> float:
        """How far the line reaches; a printed indent (but not the odd blank) is part of it."""
        indent = self.lead if self.lead >= 1.5 else 0.0
        return indent + (self.count if by_count else self.columns)


def read_lines(text: str) -> list[Line]:
    lines = []
    last_end, end = 0, -1
    for printed in text.replace("\r", "\n").replace("\f", "\n").split("\n"):
        start, end = end + 1, end + 1 + len(printed)
        if len(printed) > LONGEST:
            # A paragraph: what stands in it does not matter, only that no margin cut it.
            between = text[last_end:start]
            lines.append(
                Line(start, end, 999.0, end - start, 0.0, _gap(between), "\f" in between, False, _first_unit(printed))
            )
            last_end = end
            continue
        body = printed.strip(BLANKS)
        if not body:
            continue
        lead = printed[: len(printed) - len(printed.lstrip(BLANKS))]
        start += len(lead)
        between = text[last_end:start]
        last_end = start + len(body)
        lines.append(
            Line(
                start,
                last_end,
                _width(body),
                len(body),
                sum(1.0 if blank == "\u3000" else 0.5 for blank in lead),
                _gap(between),
                "\f" in between,
                _TABLE_ROW.search(body) is not None or (len(body) < 20 and PAGE_NUMBER.fullmatch(body) is not None),
                _first_unit(body),
            )
        )
    return lines


def _gap(between: str) -> int:
    """How many empty lines stand between two lines."""
    if between == "\n":
        return 0
    return max(between.count("\n") + between.count("\r") - between.count("\r\n") - 1, 0)


def _width(printed: str) -> float:
    """Columns of full-width characters; a blank is what is left of a narrow gap and counts for little."""
    narrow = len(printed.encode("utf-8", "surrogatepass").translate(None, _NOT_NARROW))
    blanks = printed.count(" ") + printed.count("\t") + printed.count("\u00a0")
    return len(printed) - 0.5 * narrow - 0.75 * blanks


def ends_marked(text: str, line: Line) -> bool:
    end = line.end
    while end > line.start and text[end - 1] in _CLOSING:
        end -= 1
    return end > line.start and text[end - 1] in _END_MARKS


def _first_unit(printed: str) -> float:
    match = _LONG_UNIT.match(printed) if printed < "\x7f" else None
    return _width(match.group()) if match else 1.0


def hanging(text: str, line: Line, by_count: bool) -> float:
    """How far the last signs of a line may stand out beyond the margin: two closing signs may, nothing else."""
    if text[line.end - 1] not in _HANGING:
        return 0.0
    two = line.end - line.start > 1 and text[line.end - 2] in _HANGING
    closing = text[line.end - 2 : line.end] if two else text[line.end - 1]
    return float(len(closing)) if by_count else _width(closing)


def splits_figure(text: str, a: Line, b: Line) -> bool:
    """True where a figure stands across the border of two lines."""
    return text[a.end - 1].isdigit() and text[b.start].isdigit()


def _model_log_prob() -> Callable[[str, str], float]:
    from union_corpus.language_model import load_model

    return load_model().log_prob


def reads_on(text: str, a: Line, b: Line) -> tuple[float, float]:
    """
    How much likelier the beginning of ``b`` is as a continuation of ``a`` than as a beginning, and how likely an end is.

    Both are natural logarithms. The first alone tells verse and lists from cut lines; the second is the chance that
    a paragraph ends after the last characters of ``a``.
    """
    log_prob = _model_log_prob()
    tail = text[max(a.start, a.end - 4) : a.end]
    follows = 0.0
    on, anew = tail, tail + "\n"
    for sign in text[b.start : min(b.end, b.start + 3)]:
        follows += log_prob(on, sign) - log_prob(anew, sign)
        on += sign
        anew += sign
    return follows, log_prob(tail, "\n")


def cuts_word(text: str, a: Line, b: Line) -> bool:
    """True where a word or a figure stands across the border of two lines."""
    from union_corpus.language_model import load_model
    from union_corpus.repairs.words import spanning_word

    if splits_figure(text, a, b):
        return True
    left = _HAN_END.search(text, max(a.start, a.end - 4), a.end)
    right = _HAN_BEGIN.match(text, b.start, min(b.end, b.start + 4))
    return bool(left and right and spanning_word(left[0], right[0], load_model())[0])


def runs_of(values: Sequence[object]) -> list[tuple[int, int]]:
    """The first and the last place of each run of equal values."""
    starts = [at for at in range(len(values)) if not at or values[at] != values[at - 1]]
    return [(start, after - 1) for start, after in zip(starts, [*starts[1:], len(values)], strict=True)]


def clamped(value: float, most: float) -> float:
    """The value, but no further from 0 than ``most``."""
    return max(min(value, most), -most)


def is_dash(enumerator: re.Match[str]) -> bool:
    """True for a dash that may mark an item, but behind a line without an end mark stands inside a sentence."""
    return enumerator.group()[0] in "-—–"


def no_beginning(text: str, line: Line) -> bool:
    """True where a line begins as no paragraph does: with a figure that is no year, or with the last few signs of a sentence."""
    return _NO_BEGINNING.match(text, line.start, line.end) is not None


_NO_BEGINNING = re.compile(r"\d+(?:\.\d+)?(?![\d.]|\s?[年月日\-—–至]|[、．.])|[^。！？；]{0,5}[。；]")

_HAN_END = re.compile(rf"{HAN.pattern}+\Z")
_HAN_BEGIN = re.compile(rf"{HAN.pattern}+")


def item_number(printed: str) -> int:
    """The number of an item; 0 where it has none."""
    digits = re.search(r"\d+", printed)
    if digits:
        return int(digits.group())
    circled = next((ord(sign) for sign in printed if "①" <= sign <= "⒛"), 0)
    if circled:
        return (circled - 0x2460) % 20 + 1
    han = "".join(re.findall("[一二三四五六七八九十]", printed))
    if not han:
        return 0
    tens, ten, ones = han.rpartition("十")
    return (_HAN_DIGITS.get(tens, 1) * 10 if ten else 0) + _HAN_DIGITS.get(ones[-1:], 0)


_HAN_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
