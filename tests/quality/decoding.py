"""
How well bytes are decoded, beside chardet, charset-normalizer and faust-cchardet: ``python tests/quality/decoding.py``.

Cases are made, with a fixed seed, from whatever texts are given (folders as arguments), or first from the official
texts of ``../shared`` and ``data/``, then from reports that the packaged language model has not read (``dev/reports``,
``real/gbk``): "damage located", the only figure that asks the model, is flattered on the official ones, which it has.
The other detectors answer one encoding a file; they are read with ``errors="replace"``.
"""

from __future__ import annotations

import contextlib
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import cache, partial
from pathlib import Path

from union_corpus.decoding import decode, detect_encoding
from union_corpus.documents import Document

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
ENCODINGS = ("utf-8", "gb18030", "cp950", "utf-16-le", "utf-16-be", "hz")
FAMILIES = {
    "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "gb18030": "gb18030", "big5": "cp950", "cp950": "cp950",
    "big5-hkscs": "cp950", "big5hkscs": "cp950", "big5hkscs+cp950": "cp950", "hz": "hz", "hz-gb-2312": "hz",
    "hz_gb_2312": "hz", "utf-8": "utf-8", "utf8": "utf-8", "utf-8-sig": "utf-8", "utf-16-le": "utf-16-le", "utf-16le": "utf-16-le",
    "utf-16-be": "utf-16-be", "utf-16be": "utf-16-be", "utf_16_le": "utf-16-le", "utf_16_be": "utf-16-be", "utf_8": "utf-8",
}  # fmt: skip

Detector = Callable[[bytes], str | None]


def texts(paths: list[Path]) -> list[str]:
    """Chinese texts to make cases from, line ends and all."""
    return [decode(path.read_bytes()).text for path in paths]


def sets(folders: list[str]) -> dict[str, list[Path]]:
    """The files to make cases from, by what they are."""
    if folders:
        return {", ".join(folders): [path for folder in folders for path in sorted(Path(folder).rglob("*.txt"))]}
    read = sorted((SHARED / "real" / "official").glob("*.txt")) + sorted((SHARED / "seeds").glob("00[34]*.txt"))
    unread = sorted((SHARED / "dev" / "reports").glob("*.txt")) + sorted((SHARED / "real" / "gbk").glob("*.txt"))
    return {
        "official texts, which the model has read": [*read, *sorted((ROOT / "data").rglob("_originals/*.txt"))],
        "reports that the model has not read": unread,
    }


@cache
def converter() -> Callable[[str], str]:
    from opencc import OpenCC

    return OpenCC("s2t").convert  # type: ignore[no-any-return]


def encoded(text: str, encoding: str) -> tuple[str, bytes] | None:
    """The text as that encoding can write it (traditional for Big5), and its bytes; None where it cannot."""
    if encoding == "cp950":
        text = converter()(text)
    try:
        return text, text.encode(encoding)
    except UnicodeEncodeError:
        return None


def detectors() -> dict[str, Detector]:
    """Ours and the ones that are installed, each as bytes → family."""

    def ours(data: bytes) -> str | None:
        found = detect_encoding(data)
        return found[0].encoding if found else None

    found: dict[str, Detector] = {"union_corpus": ours}
    try:
        import chardet

        found["chardet"] = lambda data: chardet.detect(data)["encoding"]
    except ImportError:
        pass
    try:
        from charset_normalizer import from_bytes

        def normalizer(data: bytes) -> str | None:
            best = from_bytes(data).best()
            return best.encoding if best else None

        found["charset-normalizer"] = normalizer
    except ImportError:
        pass
    try:
        import cchardet

        found["faust-cchardet"] = lambda data: cchardet.detect(data)["encoding"]
    except ImportError:
        pass
    return {name: partial(_family, detector) for name, detector in found.items()}


def _family(detector: Detector, data: bytes) -> str | None:
    name = (detector(data) or "").lower()
    return FAMILIES.get(name, name or None)


def slices(sources: list[str], length: int, number: int, chance: random.Random) -> Iterator[tuple[str, str, bytes]]:
    """Slices of so many characters of running text in six encodings: (encoding, text, bytes)."""
    for _ in range(number):
        text = chance.choice(sources).replace("\n", "")
        at = chance.randrange(max(1, len(text) - length))
        for encoding in ENCODINGS:
            made = encoded(text[at : at + length], encoding)
            if made and not made[0].isascii():
                yield encoding, *made


def damaged(sources: list[str], number: int, chance: random.Random) -> Iterator[tuple[str, str, bytes, list[int]]]:
    """Files with bytes lost or flipped, ends cut, or a NUL tail: (encoding, text, bytes, offsets of the damage)."""
    for _ in range(number):
        text = chance.choice(sources)
        length = chance.choice((120, 400, 1500, 5000))
        at = chance.randrange(max(1, len(text) - length))
        for encoding in ENCODINGS[:5]:
            made = encoded(text[at : at + length], encoding)
            if not made:
                continue
            clean, raw = made
            data = bytearray(raw)
            places: list[int] = []
            kind = chance.choice(("flip", "drop", "cut", "tail"))
            if kind in ("flip", "drop"):
                for place in sorted(chance.sample(range(len(data)), max(1, len(data) // 1500)), reverse=True):
                    if kind == "flip":
                        data[place] ^= 1 << chance.randrange(8)
                        places.append(place)
                    else:
                        del data[place]
                        places = [other - 1 for other in places] + [place]
            elif kind == "cut":
                cut = chance.randrange(1, 4)
                data = data[cut:] if chance.random() < 0.5 else data[:-cut]
            else:
                data += bytes(chance.choice((1, 2, 16, 512, 4096)))
            yield f"{encoding}/{kind}", clean, bytes(data), places


def pieces(sources: list[str], number: int, chance: random.Random) -> Iterator[tuple[str, tuple[str, bytes] | None]]:
    """Stretches of the texts in each encoding, with what ``encoded`` makes of them."""
    for _ in range(number):
        text = chance.choice(sources)
        length = chance.choice((300, 700, 1500))
        at = chance.randrange(max(1, len(text) - length))
        for encoding in ENCODINGS[:5]:
            yield encoding, encoded(text[at : at + length], encoding)


def flipped(sources: list[str], number: int, chance: random.Random) -> Iterator[tuple[str, bytes, int, bool]]:
    """Files with a single bit flipped: (encoding, bytes, offset, whether a digit became another, which nobody can tell)."""
    for encoding, made in pieces(sources, number, chance):
        if made:
            data = bytearray(made[1])
            place = chance.randrange(len(data))
            data[place] ^= 1 << chance.randrange(8)
            number_of = len(made[1][:place].decode(encoding, "ignore"))
            plain = data.decode(encoding, "replace")
            digits = len(plain) == len(made[0]) and (made[0][number_of] + plain[number_of]).isdecimal()
            yield encoding, bytes(data), place, digits


def halved(sources: list[str], number: int, chance: random.Random) -> Iterator[tuple[str, bytes, int]]:
    """Files with a byte lost from a character that takes several: (encoding, bytes, offset). Simplified and traditional."""
    for encoding, made in pieces(sources, number, chance):
        chars = [k for k, char in enumerate(made[0]) if not char.isascii()] if made else []
        if made and chars:
            char = chance.choice(chars)
            place = len(made[0][:char].encode(encoding)) + chance.randrange(len(made[0][char].encode(encoding)))
            yield encoding, made[1][:place] + made[1][place + 1 :], place


def located(doc: Document, place: int) -> bool:
    """True where a problem stands within four bytes of the place."""
    spans = (doc.byte_span(p.start, p.end) for p in doc.problems if p.start is not None and p.end is not None)
    return any(span and span[0] - 4 <= place <= span[1] + 4 for span in spans)


def mixed(sources: list[str], number: int, chance: random.Random) -> Iterator[tuple[list[str], list[bytes]]]:
    """Files of lines of 3 to 12 characters, each line in one of three encodings."""
    for _ in range(number):
        text = chance.choice(sources).replace("\n", "").replace(" ", "")
        lines, raws = [], []
        encoding = "gb18030"
        for _ in range(40):
            if chance.random() < 0.5:
                encoding = chance.choice(ENCODINGS[:3])
            length = chance.randrange(3, 13)
            at = chance.randrange(max(1, len(text) - length))
            made = encoded(text[at : at + length], encoding)
            if made and not made[0].isascii():
                lines.append(made[0])
                raws.append(made[1])
        yield lines, raws


def foreign() -> Iterator[tuple[str, bytes]]:
    """Files in the encodings of other languages, and what language group each is of."""
    for line in (Path(__file__).parent / "foreign_texts.tsv").read_text(encoding="utf-8").splitlines()[2:]:
        encodings, text = line.split("\t")
        for encoding in encodings.split("|"):
            yield encoding, text.encode(encoding, "ignore")


def called_chinese(detector: Detector, *, step: int = 7) -> tuple[int, int, Counter[str], int]:
    """How many foreign files, and how many pieces of 100 bytes of them, there are, and which are called Chinese."""
    chinese = set(FAMILIES.values())
    wrong_files = pieces = files = 0
    wrong: Counter[str] = Counter()
    for encoding, data in foreign():
        files += 1
        wrong_files += detector(data) in chinese
        for at in range(0, len(data) - 100, step):
            piece = data[at : at + 100]
            pieces += 1
            wrong[encoding] += not piece.isascii() and detector(piece) in chinese
    return files, wrong_files, +wrong, pieces


def right_characters(clean: str, found: str) -> int:
    return sum(block.size for block in SequenceMatcher(None, clean, found, autojunk=False).get_matching_blocks())


def report(title: str, rows: dict[str, str]) -> None:
    print(f"\n{title}")
    for name, figure in rows.items():
        print(f"  {name:20} {figure}")


def measure(sources: list[str], *, seed: int = 0, number: int = 150) -> None:
    found = detectors()
    for length in (10, 20):
        cases = list(slices(sources, length, number, random.Random(seed)))
        rows = {}
        for name, detector in found.items():
            wrong = [encoding for encoding, _, data in cases if detector(data) != encoding]
            tally = ", ".join(f"{encoding} {wrong.count(encoding)}" for encoding in sorted(set(wrong)))
            rows[name] = f"{100 - 100 * len(wrong) / len(cases):6.2f} % of {len(cases)}   wrong: {tally}"
        report(f"slices of {length} characters in six encodings: right family", rows)

    files = list(damaged(sources, number // 2, random.Random(seed)))
    rows = {}
    for name, detector in found.items():
        wrong = [kind for kind, _, data, _ in files if detector(data) != kind.split("/")[0]]
        tally = ", ".join(f"{kind} {wrong.count(kind)}" for kind in sorted(set(wrong)))
        rows[name] = f"{100 - 100 * len(wrong) / len(files):6.2f} % of {len(files)}   wrong: {tally}"
    report("damaged files: right family", rows)

    small = [case for case in files if len(case[1]) <= 1600 and case[3]]
    right = dict.fromkeys(("union_corpus", "right codec, replace", "chardet"), 0)
    total = 0
    seen: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for kind, clean, data, places in small:
        doc = decode(data)
        total += len(clean)
        right["union_corpus"] += right_characters(clean, doc.text)
        right["right codec, replace"] += right_characters(clean, data.decode(kind.split("/")[0], "replace"))
        guess = found["chardet"](data) if "chardet" in found else None
        with contextlib.suppress(LookupError):
            right["chardet"] += right_characters(clean, data.decode(guess or "ascii", "replace"))
        damage = "bytes dropped" if kind.endswith("drop") else "bits flipped"
        seen[damage] += len(places)
        hits[damage] += sum(located(doc, place) for place in places)
    rows = {name: f"{100 * figure / max(total, 1):6.2f} % of {total}" for name, figure in right.items()}
    # What a byte took with it cannot be read: one character a damaged byte is the best that reading can do.
    rows["one character a byte"] = f"{100 - 100 * seen.total() / max(total, 1):6.2f} %"
    report("characters of files with flipped or dropped bytes", rows)
    for encoding, data, place, digits in flipped(sources, number, random.Random(seed)):
        found_it = located(decode(data), place)
        kinds = ["one bit, digit for digit"] if digits else ["one bit, all others", f"  {encoding}"]
        for kind in kinds:
            seen[kind] += 1
            hits[kind] += found_it
    for encoding, data, place in halved(sources, number, random.Random(seed)):
        found_it = located(decode(data), place)
        for kind in ("half of a character lost", f"  half, {encoding}"):
            seen[kind] += 1
            hits[kind] += found_it
    figures = {kind: f"{100 * hits[kind] / seen[kind]:6.2f} % of {seen[kind]}" for kind in seen}
    report("damage located within 4 bytes", figures)

    lines = right_lines = others = 0
    for truth, raws in mixed(sources, number // 5, random.Random(seed)):
        data = b"\n".join(raws)
        read = decode(data).text.split("\n")
        lines += len(truth)
        right_lines += sum(a == b for a, b in zip(truth, read, strict=False))
        if "chardet" in found:
            guess = found["chardet"](data) or "ascii"
            read = data.decode(guess if guess in ENCODINGS else "ascii", "replace").split("\n")
            others += sum(a == b for a, b in zip(truth, read, strict=False))
    rows = {
        "union_corpus": f"{100 * right_lines / lines:6.2f} % of {lines}",
        "chardet": f"{100 * others / lines:6.2f} %",
    }
    report("lines of 3 to 12 characters in mixed encodings", rows)

    rows = {}
    for name, detector in found.items():
        n_files, wrong_files, wrong_pieces, pieces = called_chinese(detector)
        tally = ", ".join(f"{encoding} {count}" for encoding, count in wrong_pieces.most_common())
        share = 100 * wrong_pieces.total() / pieces
        rows[name] = f"{wrong_files} of {n_files} files, {share:.2f} % of {pieces} pieces of 100 bytes   {tally}"
    report("other languages called Chinese", rows)

    same = problems = size = 0
    for text in sources:
        for encoding in ("gb18030", "utf-8", "cp950"):
            made = encoded(text, encoding)
            if made:
                doc = decode(made[1])
                same += doc.text == made[0]
                problems += len(doc.problems)
                size += len(made[1])
    figure = f"{problems} problems in {size / 1e6:.1f} MB; {same} texts the same"
    report("undamaged files in GB 18030, UTF-8, Big5", {"union_corpus": figure})


def main() -> None:
    began = time.perf_counter()
    for name, paths in sets(sys.argv[1:]).items():
        if paths:
            print(f"\n=== {name}: {len(paths)} files")
            measure(texts(paths))
    print(f"\n{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
