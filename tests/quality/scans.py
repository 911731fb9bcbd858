"""
How well scans are read: ``python tests/quality/scans.py [PAGES]``, with rapidocr and Debian's Chinese fonts.

Pages of the sample texts in ``data/_originals`` are set in Song, Hei, Kai and traditional Ming, and spoilt as scanners and
fax machines spoil them. A character is right where it is the one printed; commas and brackets count whatever their
width. Time is that of two cores with nothing else to do: processor time, halved.
"""

from __future__ import annotations

import io
import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

ROOT = Path(__file__).resolve().parents[2]
DEBIAN = Path("/usr/share/fonts")
# Face: file, number of the face in it, and whether the text is set in traditional characters.
FACES = {
    "Song": ("opentype/noto/NotoSerifCJK-Regular.ttc", 2, False),
    "Hei": ("opentype/noto/NotoSansCJK-Regular.ttc", 2, False),
    "Kai": ("truetype/arphic/ukai.ttc", 0, False),
    "traditional": ("truetype/arphic/uming.ttc", 2, True),
}
GOALS = {"Song": 99.5, "Hei": 99.5, "Kai": 99.5, "traditional": 99.0, "fax": 97.0}
WIDTHS = str.maketrans(",;:()!?", "，；：（）！？")
LINE, LINES = 34, 26


def pages(face: str, number: int) -> Iterator[list[str]]:
    """Lines of pages of running text, each from another report."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "data" / "_originals").glob("*.txt"))]
    convert: Callable[[str], str] = str
    if FACES[face][2]:
        from opencc import OpenCC

        convert = OpenCC("s2tw").convert
    for text in random.Random(face).sample(texts, number):
        lines = []
        for paragraph in convert(text).split("\n"):
            paragraph = "".join(paragraph.split())
            lines += ["\u3000\u3000" + paragraph[: LINE - 2]] if paragraph else []
            lines += [paragraph[at : at + LINE] for at in range(LINE - 2, len(paragraph), LINE)]
        yield lines[:LINES]


def printed(lines: list[str], face: str, *, dpi: int) -> Image:
    from PIL import Image, ImageDraw, ImageFont

    file, index, _ = FACES[face]
    size = round(14 * dpi / 72)
    page = Image.new("L", (round(8.27 * dpi), round(11.69 * dpi)), 255)
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(str(DEBIAN / file), size, index=index)
    for row, line in enumerate(lines):
        draw.text((0.85 * dpi, dpi * 0.9 + row * size * 1.75), line, font=font, fill=0)
    return page


def noisy(page: Image, chance: random.Random) -> Image:
    """Grey grain and specks."""
    import numpy as np
    from PIL import Image

    grain = np.random.default_rng(chance.randrange(10**6))
    grey = np.asarray(page).astype(float) * 0.9 + 12 + grain.normal(0, 18, (page.height, page.width))
    specks = grain.random(grey.shape)
    grey[specks < 0.004], grey[specks > 0.998] = 0, 255
    return Image.fromarray(grey.clip(0, 255).astype("uint8"))


def blurred(page: Image, chance: random.Random) -> Image:
    from PIL import ImageFilter

    return page.filter(ImageFilter.GaussianBlur(chance.uniform(1.2, 1.8)))


def tilted(page: Image, chance: random.Random) -> Image:
    return page.rotate(chance.choice((-1, 1)) * chance.uniform(0.5, 4), fillcolor=255, resample=3)


def faxed(page: Image, chance: random.Random) -> Image:
    """Black and white, with the specks of a bad line."""
    import numpy as np
    from PIL import Image

    specks = np.random.default_rng(chance.randrange(10**6)).random((page.height, page.width))
    grey = np.where(np.asarray(page) < 150, 0, 255)
    grey[specks < 0.002] = 0
    return Image.fromarray(grey.astype("uint8"))


def clean(page: Image, chance: random.Random) -> Image:
    return page


CASES = (
    ("Song", "noise", noisy, 200), ("Song", "blur", blurred, 200), ("Song", "tilt", tilted, 200),
    ("Hei", "noise", noisy, 200), ("Hei", "blur", blurred, 200), ("Hei", "tilt", tilted, 200),
    ("Kai", "clean", clean, 200), ("Kai", "noise", noisy, 200), ("traditional", "clean", clean, 200),
    ("traditional", "noise", noisy, 200), ("Song", "fax", faxed, 100), ("Hei", "fax", faxed, 100),
)  # fmt: skip


def distance(left: str, right: str) -> int:
    """How many characters must be changed, put in or taken out."""
    row = list(range(len(right) + 1))
    for at, char in enumerate(left, start=1):
        before, row[0] = row[0], at
        for place, other in enumerate(right, start=1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (char != other))
    return row[-1]


def bare(text: str) -> str:
    return "".join(text.split()).translate(WIDTHS)


def main() -> None:
    missing = [file for file, _, _ in FACES.values() if not (DEBIAN / file).is_file()]
    if missing:
        raise SystemExit(
            f"fonts are missing ({missing[0]}): apt-get install fonts-noto-cjk fonts-arphic-ukai fonts-arphic-uming"
        )
    try:
        import rapidocr  # noqa: F401 (only whether it is there)
    except ImportError:
        raise SystemExit("rapidocr is missing: pip install rapidocr onnxruntime") from None
    from union_corpus.files.scans import scan_lines

    number = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{'face':12} {'spoilt by':10} {'right %':>8} {'goal':>6} {'pages/min':>10}   first errors")
    took = 0.0
    count = 0
    for face, name, spoil, dpi in CASES:
        wrong = size = 0
        shown: list[str] = []
        spent = 0.0
        for at, lines in enumerate(pages(face, number)):
            page = spoil(printed(lines, face, dpi=dpi), random.Random(at))
            stream = io.BytesIO()
            page.save(stream, "PNG")
            if count == 0:
                scan_lines(stream.getvalue(), pages=[1])
            began = os.times()
            found = scan_lines(stream.getvalue(), pages=[1])
            ended = os.times()
            spent += ended.user + ended.system - began.user - began.system
            read, meant = bare("".join(line[0] for line in found[0])), bare("".join(lines))
            wrong += distance(meant, read)
            size += len(meant)
            count += 1
            shown += [
                f"{a}≠{b}"
                for a, b in zip(map(bare, lines), (bare(line[0]) for line in found[0]), strict=False)
                if a != b
            ][:2]
        took += spent
        goal = GOALS["fax" if name == "fax" else face]
        print(
            f"{face:12} {name:10} {100 - 100 * wrong / size:8.2f} {goal:6.1f} {120 * number / spent:10.1f}   {'; '.join(shown[:2])[:90]}"
        )
    print(f"{120 * count / took:.1f} pages a minute on two cores")


if __name__ == "__main__":
    main()
