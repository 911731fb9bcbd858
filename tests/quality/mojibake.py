"""
How well mojibake is undone: lossless and lossy channels on official texts, the real half-garbled pairs, clean text.

The language model has read the official texts, so the lossy channels are also measured on reports it has not read, and
so are confidences and documents of which only some lines, titles, tagged lines or parts of lines are garbled.

Reads ../shared/real; says so and stops where it is missing. Run: python tests/quality/mojibake.py
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Callable
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

from opencc import OpenCC

import union_corpus as uc
from union_corpus.documents import Edit, apply_edits
from union_corpus.repairs import THRESHOLD
from union_corpus.repairs.code_tables import decoded
from union_corpus.repairs.entities import find_entities
from union_corpus.repairs.gbk import characters
from union_corpus.repairs.mojibake import find_lost_text, find_mojibake

SHARED = Path(__file__).resolve().parents[3] / "shared"


def strict(meant: str, shown: str) -> Callable[[str], str | None]:
    """Every byte survives, or the line does not count."""

    def garble(text: str) -> str | None:
        try:
            return text.encode(meant).decode(shown)
        except UnicodeError:
            return None

    return garble


def replaced(meant: str, shown: str) -> Callable[[str], str | None]:
    """Python's way: one replacement sign for a byte that cannot be read."""
    return lambda text: text.encode(meant, "ignore").decode(shown, "replace")


def questioned(meant: str, shown: str) -> Callable[[str], str | None]:
    """Windows' way: a question mark for a lead byte, and the byte behind it is eaten as well."""

    def garble(text: str) -> str:
        data, out, at = text.encode(meant, "ignore"), [], 0
        while at < len(data):
            if data[at] < 0x80:
                out.append(chr(data[at]))
                at += 1
                continue
            if data[at] == 0x80:
                out.append("€")
                at += 1
                continue
            try:
                out.append(data[at : at + 2].decode(shown))
            except UnicodeError:
                out.append("?")
            at += 2
        return "".join(out)

    return garble


def on_windows(meant: str) -> Callable[[str], str | None]:
    """GBK as Windows reads it: pairs without a character become private-use ones, so that nothing is lost."""

    def garble(text: str) -> str | None:
        try:
            data = text.encode(meant)
        except UnicodeError:
            return None
        out, at = [], 0
        while at < len(data):
            pair = data[at : at + 2]
            char = (
                chr(data[at]) if data[at] < 0x80 else characters().get((pair[0], pair[1])) if len(pair) == 2 else None
            )
            if char is None:
                return None
            out.append(char)
            at += 1 if data[at] < 0x80 else 2
        return "".join(out)

    return garble


def skipped(meant: str, shown: str) -> Callable[[str], str | None]:
    """A byte that cannot be read leaves no trace."""
    return lambda text: text.encode(meant, "ignore").decode(shown, "ignore")


def private_stripped(text: str) -> str:
    """UTF-8 read as GBK by a browser, and its private-use characters and signs of lost bytes taken out later."""
    data, out, at = text.encode(), "", 0
    while at < len(data):
        pair = data[at : at + 2]
        char = chr(data[at]) if data[at] < 0x80 else characters().get((pair[0], pair[-1]), "")
        out += "" if "\ue000" <= char <= "\uf8ff" else char
        at += 2 if char and data[at] >= 0x80 else 1
    return out


def fallen_back(meant: str) -> Callable[[str], str | None]:
    """UTF-8 where the bytes are valid, Windows-1252 byte by byte elsewhere: what parsers of web pages do."""

    def garble(text: str) -> str:
        data, out, at = text.encode(meant, "ignore"), "", 0
        while at < len(data):
            for length in (1, 2, 3):
                whole = decoded(data[at : at + length], "utf-8")
                if whole:
                    break
            length = length if whole else 1
            out += whole[0] if whole else data[at : at + 1].decode("cp1252", "replace")
            at += length
        return out

    return garble


def dropping(meant: str, shown: str, lost: bytes) -> Callable[[str], str | None]:
    """Bytes that the table does not define leave no trace; a no-break space becomes a blank."""

    def garble(text: str) -> str:
        data = bytes(byte for byte in text.encode(meant, "ignore") if byte not in lost)
        return data.decode(shown, "replace").replace("\xa0", " ")

    return garble


def without_backslash(text: str) -> str:
    """Big5 through a program that drops 5C bytes."""
    return text.encode("cp950", "ignore").replace(b"\\", b"").decode("cp950", "replace")


UNDEFINED = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])
LOSSLESS = {
    "utf-8 as gbk": (strict("utf-8", "gbk"), False),
    "utf-8 as latin-1": (strict("utf-8", "latin-1"), False),
    "utf-8 as cp437": (strict("utf-8", "cp437"), False),
    "utf-8 as mac": (strict("utf-8", "mac_roman"), False),
    "utf-8 as cp1252": (strict("utf-8", "cp1252"), False),
    "utf-8 as cp1250": (strict("utf-8", "cp1250"), False),
    "utf-8 as cp1254": (strict("utf-8", "cp1254"), False),
    "gbk as latin-1": (strict("gbk", "latin-1"), False),
    "gbk as cp1252": (strict("gbk", "cp1252"), False),
    "gbk as cp1250": (strict("gbk", "cp1250"), False),
    "gbk as cp437": (strict("gbk", "cp437"), False),
    "gbk as mac": (strict("gbk", "mac_roman"), False),
    "gbk as big5": (strict("gbk", "cp950"), False),
    "utf-8 as gbk, windows": (on_windows("utf-8"), False),
    "big5 as gbk, windows": (on_windows("cp950"), True),
    "big5 as latin-1": (strict("cp950", "latin-1"), True),
    "big5 as cp1252": (strict("cp950", "cp1252"), True),
    "utf-8 as latin-1, twice": (lambda text: text.encode().decode("latin-1").encode().decode("latin-1"), False),
}
LOSSY = {
    "utf-8 as gbk, python": (replaced("utf-8", "gbk"), False),
    "utf-8 as gb18030, python": (replaced("utf-8", "gb18030"), False),
    "utf-8 as gbk, windows ?": (questioned("utf-8", "gbk"), False),
    "utf-8 as cp1252, dropped": (dropping("utf-8", "cp1252", UNDEFINED), False),
    "gbk as big5, python": (replaced("gbk", "cp950"), False),
    "big5 as gbk, python": (replaced("cp950", "gbk"), True),
    "utf-8 as big5, python": (replaced("utf-8", "cp950"), False),
    "utf-8 as big5, traditional": (replaced("utf-8", "cp950"), True),
    "utf-8 as gbk, skipped": (skipped("utf-8", "gbk"), False),
    "utf-8 as gbk, stripped": (private_stripped, False),
    "gbk as utf-8, by bytes": (fallen_back("gbk"), False),
    "big5 without 5C": (without_backslash, True),
}


def lines() -> list[str]:
    found = []
    for path in sorted((SHARED / "real" / "official").glob("*.txt"))[::9]:
        for line in path.read_text(encoding="utf-8").splitlines():
            found += [piece for piece in re.findall(r"[^。；]{8,60}[。；]?", line.strip()) if not piece.isascii()]
    return random.Random(7).sample(found, 600)


def unread_lines() -> list[str]:
    """Lines of reports that the language model has not read."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((SHARED / "dev" / "reports").glob("*.txt"))]
    texts += [path.read_bytes().decode("gb18030", "ignore") for path in sorted((SHARED / "real" / "gbk").glob("*.txt"))]
    found = [line.strip() for text in texts for line in text.splitlines()]
    found = [line for line in found if 8 <= len(line) <= 300 and not line.isascii()]
    return random.Random(7).sample(found, 100)


# How a line comes to be garbled in a document of clean ones: what stands before it and behind it, garbled or not.
MIXED = {
    "lines": lambda line, part: ("", line, ""),
    "titles": lambda line, part: ("", part, ""),
    "tagged lines": lambda line, part: ('<p class="t">', line, "</p>"),
    "parts of lines": lambda line, part: (line[: len(line) // 2], part, line[len(line) // 2 :]),
}


def mixed_documents(garble: Callable[[str], str | None], lines: list[str], way: str) -> tuple[float, int]:
    """Characters right of garbled lines among clean ones, and how many clean lines were changed."""
    chance = random.Random(11)
    parts = [part for line in lines for part in re.findall(r"[\u4e00-\u9fff]{8,16}(?=[，。；：、])", line)]
    n_right = n_chars = n_spoiled = 0
    for first in range(0, len(lines) - 8, 8):
        truth, shown = [], []
        for line in lines[first : first + 8]:
            before, middle, behind = MIXED[way](line[:120], chance.choice(parts))
            garbled = garble(middle) if chance.random() < 0.4 else None
            if garbled is None or "\n" in garbled:
                before, middle, behind, garbled = "", line, "", line
            truth.append(before + middle + behind)
            shown.append(before + garbled + behind)
        ours = repaired("\n".join(shown)).split("\n")
        for line, damaged, mended in zip(truth, shown, ours, strict=False):
            if line == damaged:
                n_spoiled += mended != line
            else:
                n_chars += len(line)
                n_right += right(line, mended)
    return 100 * n_right / max(n_chars, 1), n_spoiled


def repaired(text: str) -> str:
    """The text with the edits that the public door makes."""
    return apply_edits(text, [edit for edit in find_mojibake(text) if edit.confidence >= THRESHOLD])


def right(truth: str, ours: str) -> int:
    return sum(block.size for block in SequenceMatcher(None, truth, ours, autojunk=False).get_matching_blocks())


# Lines of each lossless channel, and lines of a document in each lossy one.
LINES, DOCUMENT_LINES = 200, 120
# Documents of each lossy channel that are repaired twice.
REPAIRED_TWICE = 240
BOUNDS = (0.0, 0.5, 0.7, 0.85, 0.95, 0.99, 1.0)


def seconds(work: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    work(text)
    return max(time.process_time() - start, 1e-9)


def rates(one: str, other: str) -> tuple[float, float]:
    """
    How many kB a second of garbled text the lattice mends, and the public door with all its rules and rounds.

    Two texts, because stretches that were read once are remembered.
    """
    uc.repair(one[:400])  # loads the tables
    return tuple(
        len(text.encode("utf-8", "replace")) / 1000 / seconds(work, text)
        for work, text in ((find_mojibake, one), (uc.repair, other))
    )


def told_right(truth: str, edits: list[Edit], ours: str) -> list[tuple[float, bool]]:
    """Of every doubtful edit its confidence, and whether the repaired text agrees with the truth there."""
    agrees = bytearray(len(ours) + 1)
    for block in SequenceMatcher(None, truth, ours, autojunk=False).get_matching_blocks():
        agrees[block.b : block.b + block.size] = b"\1" * block.size
    told, shift = [], 0
    for edit in edits:
        start = edit.start + shift
        shift += len(edit.after) - len(edit.before)
        if edit.confidence < 1.0 and edit.after:
            told.append((edit.confidence, all(agrees[start : start + len(edit.after)])))
    return told


def main() -> None:
    if not SHARED.is_dir():
        sys.exit("the real files (../shared) are not on this machine")
    simple = lines()
    traditional = OpenCC("s2tw").convert("\n".join(simple)).split("\n")
    print(f"{'lossless channel':<28}{'lines':>6}{'exact %':>9}{'kB/s':>8}{'whole repair kB/s':>20}")
    n_lines = n_exact = 0
    for name, (garble, is_traditional) in LOSSLESS.items():
        pairs = [(line, garble(line)) for line in (traditional if is_traditional else simple)]
        pairs = [(line, shown) for line, shown in pairs if shown is not None and shown != line][:LINES]
        exact = sum(repaired(shown) == line for line, shown in pairs)
        n_lines, n_exact = n_lines + len(pairs), n_exact + exact
        lattice, door = rates(*("\n".join(shown for _, shown in pairs[first::2]) for first in (0, 1)))
        share = 100 * exact / max(len(pairs), 1)
        print(f"{name:<28}{len(pairs):>6}{share:>9.1f}{lattice:>8.0f}{door:>20.0f}", flush=True)
    print(f"{'all':<28}{n_lines:>6}{100 * n_exact / n_lines:>9.2f}")
    unread = unread_lines()
    header = f"{'as found %':>12}{'repaired %':>12}{'kB/s':>8}{'whole repair kB/s':>20}{'unread texts %':>16}"
    print(f"\n{'lossy channel':<28}{'chars':>8}{header}")
    convert = OpenCC("s2tw").convert
    told: list[tuple[float, bool]] = []
    for name, (garble, is_traditional) in LOSSY.items():
        truth = "\n".join((traditional if is_traditional else simple)[:DOCUMENT_LINES])
        new_truth = convert("\n".join(unread)) if is_traditional else "\n".join(unread)
        shown, new_shown = garble(truth) or "", garble(new_truth) or ""
        lattice, door = rates(shown, new_shown)
        found, mended = (100 * right(truth, text) / len(truth) for text in (shown, repaired(shown)))
        truth, edits = new_truth, find_mojibake(new_shown)
        told += told_right(truth, edits, apply_edits(new_shown, edits))
        new = 100 * right(truth, repaired(new_shown)) / len(truth)
        print(
            f"{name:<28}{len(truth):>8}{found:>12.1f}{mended:>12.2f}{lattice:>8.0f}{door:>20.0f}{new:>16.2f}",
            flush=True,
        )
    print(f"\n{'some of a document':<28}" + "".join(f"{way:>22}" for way in MIXED) + "   right %, clean lines changed")
    for name in (
        "gbk as cp1252",
        "gbk as big5, python",
        "big5 as gbk, python",
        "utf-8 as gbk, python",
        "utf-8 as big5, python",
    ):
        garble, is_traditional = (LOSSLESS | LOSSY)[name]
        texts = [convert(line) for line in unread] if is_traditional else unread
        results = [mixed_documents(garble, texts, way) for way in MIXED]
        print(f"{name:<28}" + "".join(f"{share:>18.2f}{spoiled:>4}" for share, spoiled in results), flush=True)
    print(f"\n{'confidence given':<20}{'edits':>7}{'mean':>8}{'right':>8}")
    for low, high in pairwise(BOUNDS):
        inside = [(sure, is_right) for sure, is_right in told if low <= sure < high]
        if inside:
            mean, share = (sum(column) / len(inside) for column in zip(*inside, strict=True))
            print(f"{f'{low:.2f} to {high:.2f}':<20}{len(inside):>7}{mean:>8.3f}{share:>8.3f}")
    print(f"\n{'real pair':<12}{'before':>8}{'after':>8}   8-gram Jaccard with the clean copy")
    for path in sorted((SHARED / "real" / "pairs").glob("*_dirty.txt")):
        dirty = path.read_text(encoding="utf-8")
        clean = path.with_name(path.name.replace("dirty", "clean")).read_text(encoding="utf-8")
        print(f"{path.stem[:4]:<12}{jaccard(dirty, clean):>8.3f}{jaccard(repaired(dirty), clean):>8.3f}")
    print_repaired_twice()
    gone = [line.encode().decode("gbk", "replace").encode("gbk", "replace") for line in simple[:100]]
    lost = ["".join(chr(0xFFFD) if byte > 0x7F else chr(byte) for byte in data) for data in gone]
    lost += ["锟斤拷" * len(line) for line in simple[:100]]
    flagged = sum(bool(find_lost_text(text)) for text in lost)
    invented = sum(len(edit.after) for text in lost for edit in find_mojibake(text))
    print(f"\nirrecoverable: {flagged} of {len(lost)} stretches flagged, {invented} characters invented")
    n_chars = n_edits = n_lost = 0
    spent = 0.0
    folders = [SHARED / "real" / "official", SHARED / "seeds", SHARED / "dev" / "reports"]
    for path in (path for folder in folders for path in sorted(folder.glob("*.txt"))):
        if path.name.startswith("002"):
            continue
        text = path.read_text(encoding="utf-8")
        n_chars += len(text)
        start = time.process_time()
        n_edits += len(find_mojibake(text)) + len(find_entities(text))
        spent += time.process_time() - start
        n_lost += len(find_lost_text(text))
    print(f"clean text: {n_edits} edits and {n_lost} stretches called lost in {n_chars:,} characters")
    print(f"clean text through the gate: {n_chars * 3 / 1e6 / spent:.1f} MB/s")


def documents(number: int) -> list[str]:
    """Short documents out of reports, most of which the language model has not read."""
    chance = random.Random(3)
    texts = [path.read_text(encoding="utf-8") for path in sorted((SHARED / "dev" / "reports").glob("*.txt"))]
    texts += [path.read_bytes().decode("gb18030", "ignore") for path in sorted((SHARED / "real" / "gbk").glob("*.txt"))]
    texts += [path.read_text(encoding="utf-8") for path in sorted((SHARED / "real" / "official").glob("*.txt"))[::7]]
    found = []
    for text in texts:
        lines = [line for line in text.splitlines() if line.strip()]
        for _ in range(4):
            at = chance.randrange(max(1, len(lines) - 6))
            found.append("\n".join(lines[at : at + chance.choice((1, 3, 10))])[:600])
    chance.shuffle(found)
    return [text for text in found if len(text) > 30][:number]


def print_repaired_twice() -> None:
    """Of documents in each lossy channel, how many a second call of the public door would change, and what is right."""
    convert = OpenCC("s2tw").convert
    print(f"\n{'documents, public door':<28}{'documents':>10}{'not at rest':>13}{'right %':>9}")
    for name, (garble, is_traditional) in LOSSY.items():
        n_unlike = n_right = n_chars = 0
        texts = [convert(text) if is_traditional else text for text in documents(REPAIRED_TWICE)]
        for text in texts:
            once = uc.repair(garble(text) or "").text
            n_unlike += uc.repair(once).text != once
            n_right, n_chars = n_right + right(text, once), n_chars + len(text)
        print(f"{name:<28}{len(texts):>10}{n_unlike:>13}{100 * n_right / n_chars:>9.2f}", flush=True)


def jaccard(one: str, other: str) -> float:
    sets = []
    for text in (one, other):
        plain = re.sub(r"\s", "", text)
        sets.append({plain[at : at + 8] for at in range(len(plain) - 7)})
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


if __name__ == "__main__":
    main()
