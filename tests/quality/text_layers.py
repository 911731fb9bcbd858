"""
Unusable text layers noticed, usable ones left in peace: ``python tests/quality/text_layers.py [FOLDER…]``.

The layers are texts of the given folders (or of ``data/`` and ``../shared/real``) as fonts with wrong code tables show
them: private-use codes, codes shifted, characters exchanged for others, nothing but what Latin fonts could write.
Usable are the texts themselves, in both scripts, and what is unlike prose: figures, lists of names, tables, English.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

from union_corpus.decoding import decode
from union_corpus.files.text_layers import unusable

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = "The federation of trade unions reported that membership rose by 4.5 per cent in 2012, to 1,204 branches. "
FRENCH = (
    "L'été dernier, les élus du comité d'entreprise étaient très préoccupés ; là où l'activité a baissé, ça inquiète. "
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鹏飞燕鑫淼焱垚喆翀璟琰玥昱晟煜烨炜燊璇琦琳瑶瑾璐珺珂珏"


def texts(folders: list[str]) -> list[str]:
    places = [Path(folder) for folder in folders] or [
        ROOT / "data" / "_originals",
        ROOT.parent / "shared" / "real" / "official",
    ]
    found = [decode(path.read_bytes()).text for place in places for path in sorted(place.rglob("*.txt"))]
    return [text for text in found if len(text) > 400]


def is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def exchanged(text: str, chance: random.Random, pool: list[str]) -> str:
    """Every character as another one of the pool, always the same for the same."""
    given = {char: chance.choice(pool) for char in sorted(set(text)) if is_han(char)}
    return "".join(given.get(char, char) for char in text)


def among_themselves(text: str, chance: random.Random) -> str:
    found = sorted({char for char in text if is_han(char)})
    mixed = found.copy()
    chance.shuffle(mixed)
    given = dict(zip(found, mixed, strict=True))
    return "".join(given.get(char, char) for char in text)


def shifted(text: str, by: int) -> str:
    return "".join(chr(ord(char) + by) if is_han(char) else char for char in text)


def numbered(text: str) -> str:
    """Han characters as the numbers of their glyphs in a font that holds only those used, in the order of their use."""
    given: dict[str, str] = {}
    for char in text:
        if is_han(char):
            given.setdefault(char, chr(3 + len(given)))
    return "".join(given.get(char, char) for char in text)


def layers() -> dict[str, Callable[[str, random.Random], str]]:
    private = [chr(code) for code in range(0xE000, 0xE800)]
    han = [chr(code) for code in range(0x4E00, 0x9FA6)]
    return {
        "private use": lambda text, chance: exchanged(text, chance, private),
        "any other characters": lambda text, chance: exchanged(text, chance, han),
        "exchanged among themselves": among_themselves,
        "codes shifted": lambda text, chance: shifted(text, chance.choice((-300, -29, -1, 1, 3, 29, 100, 256, 1000))),
        "glyph numbers as codes": lambda text, chance: exchanged(text, chance, [chr(c) for c in range(0x21, 0x400)]),
        "glyph numbers in order": lambda text, chance: numbered(text),
        "lost": lambda text, chance: exchanged(text, chance, ["\ufffd"]),
        "half of them private use": lambda text, chance: "".join(
            chr(0xE000 + ord(c) % 2000) if is_han(c) and ord(c) % 2 else c for c in text
        ),
    }


def usable(sources: list[str], chance: random.Random, number: int) -> dict[str, list[str]]:
    from opencc import OpenCC

    traditional = OpenCC("s2t").convert
    prose = [cut(sources, chance) for _ in range(number)]
    names = [
        "、".join(chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2)))) for _ in range(80))
        for _ in range(number // 4)
    ]
    figures = [
        "\n".join("\t".join(f"{chance.randrange(10**6) / 100:,}" for _ in range(5)) for _ in range(20))
        for _ in range(number // 4)
    ]
    lists = [
        "\n".join(
            f"{n}\t某{chance.choice(SURNAMES)}{chance.choice('区县市镇')}总工会\t{chance.randrange(9999)}"
            for n in range(30)
        )
        for _ in range(number // 4)
    ]
    return {
        "prose": prose,
        "prose, traditional": [traditional(text) for text in prose[: number // 2]],
        "short": [text[: chance.randrange(20, 60)] for text in prose[: number // 2]],
        "names": names,
        "figures": figures,
        "tables": lists,
        "garbled, to be repaired": [text.encode("gbk", "ignore").decode("latin-1") for text in prose[:200]],
        "French": [FRENCH * chance.randrange(1, 8) for _ in range(10)],
        "English": [ENGLISH * chance.randrange(1, 8) for _ in range(10)],
    }


def cut(sources: list[str], chance: random.Random) -> str:
    text = chance.choice(sources)
    length = chance.choice((120, 300, 800))
    at = chance.randrange(max(1, len(text) - length))
    return text[at : at + length]


def main() -> None:
    sources = texts(sys.argv[1:])
    chance = random.Random(0)
    seen = noticed = 0
    for name, layer in layers().items():
        cases = [text for _ in range(300) if sum(map(is_han, text := cut(sources, chance))) > 60]
        found = sum(unusable(layer(text, chance)) is not None for text in cases)
        seen, noticed = seen + len(cases), noticed + found
        print(f"{name:28} noticed {100 * found / len(cases):6.2f} % of {len(cases)}")
    print(f"{'all':28} noticed {100 * noticed / seen:6.2f} % of {seen}")
    seen = alarms = 0
    for name, cases in usable(sources, chance, 2000).items():
        wrong = [text for text in cases if unusable(text)]
        seen, alarms = seen + len(cases), alarms + len(wrong)
        print(f"{name:28} false alarms {100 * len(wrong) / len(cases):6.2f} % of {len(cases)}")
        for text in wrong[:2]:
            print(f"    {unusable(text)}: {text[:60]!r}")
    print(f"{'all':28} false alarms {100 * alarms / seen:6.2f} % of {seen}")


if __name__ == "__main__":
    main()
