"""
How well runs read one byte off are undone where no reading names the lost byte, and how true the confidences are.

Lines of clean reports, simplified and traditional, lose one byte of a character, the first or the second, and are read
as GBK (which shows a byte left over as U+FFFD at once) or as GB 18030 (which reads on through private-use characters).
A document has such lines between clean ones. A slip that leaves nothing but one U+FFFD is told apart: it is filled only
where the rest of the document proves that bytes were lost.
Run as ``python tests/quality/shifted_bytes.py [FILE …]``; without files on data/_originals, on which it was tuned.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from union_corpus.documents import Edit, apply_edits
from union_corpus.repairs.shifted_bytes import find_shifted_bytes
from union_corpus.scripts import simplify

ROOT = Path(__file__).resolve().parents[2]
THRESHOLD = 0.5
SHARE, MOST_LINES = 0.4, 120  # of the lines of a document so many are damaged, and so many lines of one are taken
BANDS = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 0.95), (0.95, 0.99), (0.99, 1.01))


class Line(NamedTuple):
    clean: str
    damaged: str

    def judged(self, repaired: str) -> str:
        """What became of a damaged line: restored, marked (what is not right is U+FFFD), left, or wrong."""
        if repaired == self.clean:
            return "restored"
        if repaired == self.damaged:
            return "left"
        return "marked" if is_right(repaired, self.clean) else "wrong"

    def is_one_sign(self) -> bool:
        """Whether all that is left of the damage is one U+FFFD."""
        place = self.damaged.find("\ufffd")
        return place >= 0 and self.damaged[:place] + self.damaged[place + 1 :] == (
            self.clean[:place] + self.clean[place + 1 :]
        )


def is_right(text: str, clean: str) -> bool:
    """Whether a text is the clean one but for characters left as U+FFFD."""
    return len(text) == len(clean) and all(a in (b, "\ufffd") for a, b in zip(text, clean, strict=True))


def damage(line: str, rng: random.Random, codec: str) -> str:
    """A line of which one byte of one character, not too near to either end, was lost."""
    places, byte = [], 0
    for number, char in enumerate(line):
        width = len(char.encode("gbk"))
        if width == 2 and 8 <= number < len(line) - 4:
            places.append(byte)
        byte += width
    if not places:
        return line
    place = rng.choice(places) + rng.randrange(2)
    data = line.encode("gbk")
    return (data[:place] + data[place + 1 :]).decode(codec, "replace")


def documents(texts: Iterable[str], *, traditional: bool, codec: str, rng: random.Random) -> Iterator[list[Line]]:
    """Each text as its lines, some of them damaged; lines that GBK cannot write are left out."""
    import opencc

    convert = opencc.OpenCC("s2t").convert
    for text in texts:
        found = []
        for line in filter(None, map(str.strip, text.splitlines()[:MOST_LINES])):
            clean = convert(simplify(line)) if traditional else simplify(line)
            if clean.encode("gbk", "replace").decode("gbk") == clean:
                found.append(Line(clean, damage(clean, rng, codec) if rng.random() < SHARE else clean))
        yield found


def measure(lines: list[Line], counts: Counter[str], judged: list[tuple[float, bool]]) -> None:
    """Repair one document; count what became of its lines, and its edits with whether they are right."""
    text = "\n".join(line.damaged for line in lines)
    edits = find_shifted_bytes(text)
    repaired = apply_edits(text, [edit for edit in edits if edit.confidence >= THRESHOLD]).split("\n")
    start = 0
    for line, after in zip(lines, repaired, strict=True):
        end = start + len(line.damaged)
        here = [edit for edit in edits if start <= edit.start < end]
        for edit in here:
            alone = apply_edits(line.damaged, [Edit(edit.start - start, edit.before, edit.after)])
            judged.append((edit.confidence, is_right(alone, line.clean)))
        start = end + 1
        if line.damaged == line.clean:
            counts["clean lines changed"] += after != line.clean
            continue
        kind = "one sign: " if line.is_one_sign() else ""
        counts[kind + line.judged(after)] += 1
        counts["invented characters"] += invented(after, line)


def invented(repaired: str, line: Line) -> int:
    """Characters that are neither right nor left as they were nor marked."""
    if repaired == line.damaged or len(repaired) != len(line.clean):
        return 0 if repaired == line.damaged else abs(len(repaired) - len(line.clean)) + 1
    pairs = zip(repaired, line.clean, strict=True)
    return sum(a not in (b, "\ufffd") for a, b in pairs if not "\ue000" <= a <= "\uf8ff")


def main(paths: list[str]) -> None:
    files = [Path(path) for path in paths] or sorted((ROOT / "data" / "_originals").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8") for path in files]
    judged: list[tuple[float, bool]] = []
    for traditional in (False, True):
        for codec in ("gbk", "gb18030"):
            counts: Counter[str] = Counter()
            for lines in documents(texts, traditional=traditional, codec=codec, rng=random.Random(6)):
                measure(lines, counts, judged)
            print("traditional" if traditional else "simplified", codec, dict(sorted(counts.items())))
    for low, high in BANDS:
        band = [(confidence, right) for confidence, right in judged if low <= confidence < high]
        if band:
            mean = sum(confidence for confidence, _ in band) / len(band)
            right = sum(right for _, right in band) / len(band)
            print(f"confidence {low:.2f}–{min(high, 1):.2f}: {len(band)} edits, mean {mean:.3f}, right {right:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
