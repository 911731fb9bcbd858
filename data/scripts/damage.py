"""
Make ``data/reports`` out of the clean reports in ``data/_originals``: some as they are in another encoding, some damaged.

Run it from anywhere: ``python data/scripts/damage.py``; or with a folder to write to. The same files come out byte for
byte each time: every choice comes from a random generator seeded with the name of the file. Each way of damaging a
report follows the mechanism that was seen in real files and is told beside the function that does it.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[1]
ORIGINALS = DATA / "_originals"
REPORTS = DATA / "reports"

# A PDF that names a Founder font without embedding it is extracted as GB 2312 with the lead byte 0x31 too high.
LEAD_BYTE_SHIFT = 0x31
# Outside the rule, as seen beside shifted figures.
FOUNDER_ASCII = {ord("."): "郾", ord("-"): "鄄"}

# Signs that may not begin a line; a typesetter lets them hang over the margin.
HANGING = "，。、；：？！”’）》％%"

# What programs for Taiwan make of mainland words, beyond what OpenCC's word list holds.
TAIWAN_WORDS = {"計劃": "計畫", "群眾": "民眾", "合同": "契約", "優化": "最佳化", "發展": "髮展", "報道": "報導"}

WEB_COMMA = str.maketrans("，；：！？（）", ",;:!?()")


@dataclass(frozen=True)
class Plan:
    """One file of ``data/reports``: which originals it holds, how they were damaged, in which encoding it is kept."""

    file: str
    originals: tuple[str, ...]
    damage: Callable[[list[str], random.Random], str]
    encoding: str = "utf-8"


# ---------------------------------------------------------------------------------------------- nothing damaged


def as_it_is(texts: list[str], rng: random.Random) -> str:
    """The report itself; only the encoding differs."""
    return "\n".join(texts)


def windows_lines(texts: list[str], rng: random.Random) -> str:
    """The report with the line ends of Windows."""
    return "\n".join(texts).replace("\n", "\r\n")


def traditional(texts: list[str], rng: random.Random) -> str:
    """The report in traditional characters, word for word."""
    return _traditional("\n".join(texts))


# ---------------------------------------------------------------------------------------------- PDF and print


def founder_punctuation(texts: list[str], rng: random.Random) -> str:
    """Lines of a newspaper column in which the punctuation alone came out as characters; headings kept theirs."""
    pages = _pages(texts[0], widths=(22, 22, 14), lines=26, rng=rng, loose=True)
    return "\n".join(line if _is_heading(line) else _shifted(line, "[，。、；：？！“”‘’（）《》—]") for line in pages)


def founder_all(texts: list[str], rng: random.Random) -> str:
    """The same with figures and letters shifted as well, from a paper that sets its figures full-width."""
    pages = _pages(texts[0], widths=(28,), lines=34, rng=rng)
    wide = {ord(c): ord(c) + 0xFEE0 for c in "0123456789%"} | FOUNDER_ASCII
    return "\n".join(_shifted(line.translate(wide), "[！-～，。、；：？“”‘’（）《》—]") for line in pages)


def hard_wrapped(texts: list[str], rng: random.Random) -> str:
    """A PDF as a text extractor gives it: one line a printed line, running heads and page numbers in between."""
    lines = _wrapped(texts[0], 30, rng, spaced_digits=True)
    head = texts[0].partition("\n")[0][:9] + "文件"
    pages = []
    for number, first in enumerate(range(0, len(lines), 14), start=1):
        body = lines[first : first + 14]
        pages.append("\n".join(([] if number == 1 else [head]) + body + [f"— {number} —"]))
    return "\n\f".join(pages) + "\n"


def _is_heading(line: str) -> bool:
    return bool(re.match(r"[一二三四五六七八九十]、", line))


def _shifted(line: str, signs: str) -> str:
    def shift(match: re.Match[str]) -> str:
        sign = match.group()
        lead, trail = sign.encode("gbk")
        return bytes((lead + LEAD_BYTE_SHIFT, trail)).decode("gbk")

    return re.sub(signs, shift, line)


def _wrapped(text: str, width: int, rng: random.Random, *, spaced_digits: bool = False) -> list[str]:
    """
    The printed lines of a text: ``width`` full-width columns, closing signs hang, figures and words are cut anywhere.

    Empty lines between paragraphs fall away, as they do in print. With ``spaced_digits`` a few numbers come out
    with blanks around or inside them, as an extractor does that measures gaps.
    """
    lines: list[str] = []
    for paragraph in filter(None, text.splitlines()):
        if spaced_digits:
            paragraph = re.sub(
                r"(?<=[一-鿿])\d{3,}",
                lambda m: rng.choice((m.group(), f" {m.group()}", f" {m.group()} ", " ".join(m.group()))),
                paragraph,
            )
        line, used = "", 0.0
        for sign in paragraph:
            size = 0.5 if ord(sign) < 0x80 else 1.0
            if used + size > width and sign not in HANGING:
                lines.append(line.rstrip())
                line, used = "", 0.0
            line += sign
            used += size
        lines.append(line.rstrip())
    return lines


def _pages(text: str, *, widths: tuple[int, ...], lines: int, rng: random.Random, loose: bool = False) -> list[str]:
    """
    Columns of ``lines`` lines, each in the next of the given widths; a paragraph goes on in the next column.

    With ``loose`` an empty line falls between two columns wherever the column ends, also inside a sentence.
    """
    out: list[str] = []
    rest = text
    column = 0
    while rest:
        whole = _wrapped(rest, widths[column % len(widths)], rng)
        taken = whole[:lines]
        out += taken
        # The rest begins where the last printed line ended; count the characters that are not blanks or line ends.
        count = sum(len(re.sub(r"\s", "", line)) for line in taken)
        place = 0
        while count:
            count -= not rest[place].isspace()
            place += 1
        rest = rest[place:].lstrip("\n")
        if rest and loose:
            out.append("")
        column += 1
    return out


# ---------------------------------------------------------------------------------------------- web pages


def pinyin(texts: list[str], rng: random.Random) -> str:
    """
    A page that was turned into traditional characters and got the reading of each of them, written into its bytes.

    The annotator looks for the two bytes of its characters anywhere, so it also finds them across a border, the
    second byte of one character and the first of the next; what follows is then read one byte off. Signs were made
    half-width afterwards.
    """
    data = _traditional(texts[0]).encode("gbk")
    readings = _readings()
    out = bytearray()
    place = 0
    while place < len(data):
        reading = readings.get(data[place : place + 2])
        if reading is None:
            out.append(data[place])
            place += 1
        else:
            out += data[place : place + 2] + b"(" + _marks(reading) + b")"
            place += 2
    shown = _as_windows_shows(bytes(out))
    return re.sub("\x00([0-9]+)\x00", lambda m: chr(int(m.group(1))), shown).translate(WEB_COMMA)


def _marks(reading: str) -> bytes:
    # Letters with tone marks are not in the reach of these bytes; they are carried as numbers and put back at the end.
    return b"".join(c.encode() if c.isascii() else f"\0{ord(c)}\0".encode() for c in reading)


def half_garbled(texts: list[str], rng: random.Random) -> str:
    """A page in UTF-8 of which everything from some line on was read as GBK by a Windows program and saved again."""
    lines = texts[0].splitlines(keepends=True)
    cut = rng.randrange(len(lines) // 3, len(lines) // 2)
    return "".join(lines[:cut]) + "".join(_as_windows_shows(line.encode("utf-8")) for line in lines[cut:])


def compilation(texts: list[str], rng: random.Random) -> str:
    """Several reports on one page of a collector's site, each without its title, with the site's own sentences."""
    name = "学校工会工作总结"
    parts = [f"{name}(精选{len(texts)}篇)", "来源:好文书屋 4.2K", "下面是小编收集的几篇工会总结,仅供大家参考。"]
    for number, text in enumerate(texts, start=1):
        parts += [f"{name} 篇{number}", text.partition("\n")[2].strip("\n")]
    parts += ["猜你喜欢:", "1.学校工会工作计划怎么写", "2.教师节慰问信范文", "3.教代会开幕词大全"]
    return "\n\n".join(parts) + "\n"


def masked(texts: list[str], rng: random.Random) -> str:
    """A page sold as a pattern to copy: years are 20xx, names of places are XX, some figures were taken out."""
    text = re.sub(r"二〇[〇一二三四五六七八九]{2}年", "20xx年", texts[0])
    text = re.sub(r"20\d\d(?=年)", "20xx", text).replace("平岚县", "XX县")
    figures = list(re.finditer(r"(?<=[一-鿿])\d[\d.]*(?=[名人条件户间])", text))
    gone = sorted(rng.sample(range(len(figures)), 8), reverse=True)
    for number in gone:
        figure = figures[number]
        text = text[: figure.start()] + text[figure.end() :]
    return text


def taiwan_words(texts: list[str], rng: random.Random) -> str:
    """A mainland report that a converter meant for Taiwan has been over: other words, and a few wrong characters."""
    text = _opencc("s2twp")(texts[0])
    for word, other in TAIWAN_WORDS.items():
        text = text.replace(word, other)
    return text


def _traditional(text: str) -> str:
    """Traditional characters as web pages use them, where OpenCC prefers rarer forms."""
    return _opencc("s2t")(text).translate(str.maketrans("爲衆羣牀裏", "為眾群床裡"))


@cache
def _opencc(config: str) -> Callable[[str], str]:
    from opencc import OpenCC

    return OpenCC(config).convert


@cache
def _readings() -> dict[bytes, str]:
    """GBK bytes of each traditional character that has a simplified form, and its first reading."""
    from pypinyin.constants import PINYIN_DICT

    convert = _opencc("t2s")
    readings = {}
    for code, reading in PINYIN_DICT.items():
        sign = chr(code)
        if not "一" <= sign <= "\u9fa5" or convert(sign) == sign:
            continue
        try:
            readings[sign.encode("gbk")] = reading.split(",")[0]
        except UnicodeEncodeError:
            continue
    return readings


def _as_windows_shows(data: bytes) -> str:
    """
    Bytes as Windows reads them in code page 936.

    Free places become private-use characters; a first byte whose second byte does not fit takes it along into
    one question mark.
    """
    out = []
    place = 0
    while place < len(data):
        lead = data[place]
        if lead < 0x80:
            out.append(chr(lead))
            place += 1
            continue
        if lead == 0x80 or place + 1 == len(data):
            out.append("€" if lead == 0x80 else "?")
            place += 1
            continue
        out.append(_pair(lead, data[place + 1]))
        place += 2
    return "".join(out)


def _pair(lead: int, trail: int) -> str:
    column = trail - 0x40 - (trail > 0x7F)
    if trail < 0x40 or trail in (0x7F, 0xFF) or lead == 0xFF:
        return "?"
    if 0xAA <= lead <= 0xAF and trail >= 0xA1:
        return chr(0xE000 + (lead - 0xAA) * 94 + trail - 0xA1)
    if lead >= 0xF8 and trail >= 0xA1:
        return chr(0xE234 + (lead - 0xF8) * 94 + trail - 0xA1)
    if 0xA1 <= lead <= 0xA7 and trail <= 0xA0:
        return chr(0xE4C6 + (lead - 0xA1) * 96 + column)
    try:
        return bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return bytes((lead, trail)).decode("gb18030", "replace")[:1]


# ---------------------------------------------------------------------------------------------- what is made of which

PLANS = (
    Plan("federation_2006.txt", ("federation_2006",), as_it_is, "gbk"),
    Plan("federation_2007.txt", ("federation_2007",), founder_punctuation),
    Plan("federation_2008.txt", ("federation_2008",), as_it_is),
    Plan("federation_2009.txt", ("federation_2009",), as_it_is),
    Plan("federation_2010.txt", ("federation_2010",), pinyin),
    Plan("federation_2011.txt", ("federation_2011",), founder_all),
    Plan("factory_2006.txt", ("factory_2006",), as_it_is),
    Plan("factory_2007.txt", ("factory_2007",), windows_lines, "gb18030"),
    Plan("factory_2008.txt", ("factory_2008",), hard_wrapped),
    Plan("factory_2009.txt", ("factory_2009",), as_it_is, "utf-16"),
    Plan("factory_2010.txt", ("factory_2010",), half_garbled),
    Plan("factory_2011.txt", ("factory_2011",), windows_lines, "utf-8-sig"),
    Plan("hospital_2014.txt", ("hospital_2014",), as_it_is),
    Plan("hospital_2015.txt", ("hospital_2015",), masked),
    Plan("hospital_2016.txt", ("hospital_2016",), as_it_is, "gbk"),
    Plan("hospital_2017.txt", ("hospital_2017",), as_it_is),
    Plan("hospital_2018.txt", ("hospital_2018",), traditional, "big5"),
    Plan("hospital_2019.txt", ("hospital_2019",), as_it_is),
    Plan("school_2014-2017.txt", ("school_2014", "school_2015", "school_2016", "school_2017"), compilation),
    Plan("school_2018.txt", ("school_2018",), as_it_is),
    Plan("school_2019.txt", ("school_2019",), taiwan_words),
)


def make(plan: Plan) -> bytes:
    """The bytes of one file of ``data/reports``."""
    texts = [(ORIGINALS / f"{name}.txt").read_text(encoding="utf-8") for name in plan.originals]
    text = plan.damage(texts, random.Random(plan.file))
    if plan.encoding == "utf-16":  # with its mark and always little-endian, on whatever machine this runs
        return b"\xff\xfe" + text.encode("utf-16-le")
    return text.encode(plan.encoding)


def main(folder: Path = REPORTS) -> None:
    """Write every file, and say how many."""
    folder.mkdir(parents=True, exist_ok=True)
    for plan in PLANS:
        (folder / plan.file).write_bytes(make(plan))
    print(f"wrote {len(PLANS)} files to {folder}", file=sys.stderr)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
