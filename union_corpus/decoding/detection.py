"""Which encoding bytes are in, decided by what they cost under each, errors counted in."""

from __future__ import annotations

import re

from union_corpus.decoding.candidates import Candidate
from union_corpus.decoding.costs import cost_table
from union_corpus.decoding.euc_tw import euc_tw_bits
from union_corpus.decoding.hypotheses import (
    ALIEN_BITS,
    ALPHABET_PRIOR,
    JAPANESE,
    LATIN,
    PRIORS,
    SHIFTED_PRIOR,
    alphabets,
    beside_latin,
    condensed,
    cost_as,
    japanese_table,
    kana_missing,
    korean_table,
    wide_costs,
    world_table,
)
from union_corpus.decoding.lattice import LOST_BITS, cheapest
from union_corpus.decoding.second_opinion import with_second_opinion
from union_corpus.decoding.shifts import read_hz
from union_corpus.decoding.stretches import MIXABLE, mixture
from union_corpus.documents import need_bytes

BYTE_ORDER_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Bits that a byte-order mark or a charset declaration is worth: evidence, not proof.
MARK_BONUS = 40.0
DECLARATION_BONUS = 20.0

# East Asian encodings that are not Chinese, with the costs of their characters.
OTHERS = {"cp932": japanese_table, "euc_jp": japanese_table, "cp949": korean_table}

# Bits that a file pays for being in several encodings, and bits a byte up to which one encoding fits well.
MIXED_PRIOR = 12.0
FITTING_BITS = 5.6

# Bits that a NUL costs that stands in 8-bit text, and a run of them.
NUL_BITS = 12.0

# Bytes up to which every cut into characters is tried where no plain reading fits.
SHORT = 1500

# Windows that are read of a long file, in bytes, and by how many bits a byte the best answer must lead before a
# wider look is spared.
NARROW, WIDE = 512, 16384
SURE = 0.5

# Bits of difference that halve the doubt. Characters are not drawn independently, so a bit of cost is worth less
# than a bit of evidence; measured with tests/quality/decoding.py.
BITS_PER_DOUBT = 4.0

MAGIC = (
    (rb"\x89PNG", "a PNG image"),
    (rb"\xff\xd8\xff", "a JPEG image"),
    (rb"GIF8[79]a", "a GIF image"),
    (rb"II\*\x00|MM\x00\*", "a TIFF image"),
    (rb"%PDF-", "a PDF file"),
    (rb"PK\x03\x04|PK\x05\x06", "a zip archive"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
    (rb"\x1f\x8b\x08", "a gzip file"),
    (rb"BZh[1-9]1AY&SY", "a bzip2 file"),
    (rb"\xfd7zXZ\x00", "an xz file"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (rb"Rar!\x1a\x07", "a RAR archive"),
    (rb"\x7fELF", "a program"),
    (rb"MZ.{1,2}\x00", "a program"),
    (rb"SQLite format 3\x00", "a database"),
    (rb"RIFF.{4}(?:WEBP|WAVE|AVI )", "a picture, sound or film"),
)
DECLARATION = re.compile(
    rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})|encoding\s*=\s*[\"']([A-Za-z0-9_-]{2,20})", re.I
)
DECLARED = {
    "utf-8": "utf-8", "utf8": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030",
    "big5": "cp950", "big5-hkscs": "cp950", "cp950": "cp950", "shift_jis": "cp932", "euc-jp": "euc_jp", "euc-kr": "cp949",
}  # fmt: skip


def byte_order_mark(data: bytes) -> tuple[str, int] | None:
    """The encoding a byte-order mark speaks for, and the length of the mark."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    return None


def detect_encoding(data: bytes) -> list[Candidate]:
    """
    What the bytes may be, best answer first, each with its score and reason; nothing is changed.

    An answer without encoding (None) says that the bytes are not text. Where no answer is more likely than not,
    and for no bytes at all, the list is empty: better none than a guess. A file in several encodings is ranked as a
    whole here; ``decode(data).source.regions`` tells its stretches.

    Names are those of the codec that reads the bytes: GB 2312 and GBK are answered as gb18030, Big5 as cp950. Only
    ``euc_tw`` and ``iso2022_cn`` are not known to Python; ``decode`` reads them all the same.

    >>> detect_encoding("全市各级工会".encode("gbk"))[0].encoding
    'gb18030'
    >>> detect_encoding("Отчёт профсоюзного комитета".encode("cp1251"))[0].evidence
    ('bits', 'chardet')
    """
    need_bytes(data, "detect_encoding")
    ranked = rank(data)
    return ranked if ranked and ranked[0].score >= 0.5 else []


def rank(data: bytes) -> list[Candidate]:
    """All answers with their scores, also where none is likely."""
    end = len(data)
    if not data:
        return []
    mark = byte_order_mark(data)
    if mark and mark[0].startswith("utf-32"):
        return [Candidate(mark[0], 0, end, 0.99, "byte-order mark")]
    for pattern, what in MAGIC:
        if re.match(pattern, data[:80], re.DOTALL):
            return [Candidate(None, 0, end, 0.99, f"not text: begins like {what}")]
    if not data.strip(b"\0\xff"):
        return [Candidate(None, 0, end, 0.99, "not text: nothing but NUL or FF bytes")]
    special = _wider(data) or _escaped(data)
    if special:
        return [special]
    if data.isascii() and not _escapes(data):
        if b"\0" not in data:
            return [Candidate("ascii", 0, end, 1.0, "no byte above 7F")]
    elif (end > 64 or mark) and not data.isascii():
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = ""
        if text and "\0" not in text:
            reason = "valid UTF-8 with a byte-order mark" if mark else "valid UTF-8"
            return [Candidate("utf-8", 0, end, 1.0, reason)]
    costs, size = race(data[mark[1] if mark else 0 :], prior=mark[0] if mark else None)
    found = _candidates(costs, size, end, mark[0] if mark else None)
    return with_second_opinion(windows(data, WIDE), found)


def _escapes(data: bytes) -> bool:
    return b"~{" in data


def _wider(data: bytes) -> Candidate | None:
    """UTF-32 without a byte-order mark: every fourth byte is zero, and the one beside it at most 16."""
    sample = data[: 1 << 16]
    sample = sample[: len(sample) // 4 * 4]
    if len(sample) < 8 or b"\0" not in sample:
        return None
    for encoding, first, second in (("utf-32-le", 3, 2), ("utf-32-be", 0, 1)):
        units = len(sample) // 4
        fitting = sum(a == 0 and b <= 0x10 for a, b in zip(sample[first::4], sample[second::4], strict=True))
        rest = sample[0::4] if first == 3 else sample[3::4]
        if fitting > 0.95 * units and rest.count(0) < 0.5 * units:
            return Candidate(encoding, 0, len(data), 0.98, "every fourth byte is zero")
    return None


def _escaped(data: bytes) -> Candidate | None:
    """The seven-bit encodings of China, Japan and Korea, which say themselves what they are."""
    if b"\x1b$" not in data or not data.isascii():
        return None
    if b"\x0e" in data and (b"\x1b$)A" in data or b"\x1b$)G" in data):
        return Candidate("iso2022_cn", 0, len(data), 0.98, "escape sequences of ISO-2022-CN")
    for encoding in ("iso2022_kr", "iso2022_jp_2"):
        try:
            if not data.decode(encoding).isascii():
                return Candidate(encoding, 0, len(data), 0.98, "escape sequences of ISO 2022")
        except UnicodeDecodeError:
            continue
    return None


def _candidates(costs: dict[str | None, float], size: int, end: int, mark: str | None) -> list[Candidate]:
    best = min(costs.values())
    shares = {name: 2.0 ** -min(60.0, (cost - best) / BITS_PER_DOUBT) for name, cost in costs.items()}
    total = sum(shares.values())
    # The alphabets are judged together first: that bytes are not Chinese is often sure where the language is not.
    families: dict[str | None, float] = {}
    for name, share in shares.items():
        families[_family(name)] = families.get(_family(name), 0.0) + share
    ranked = sorted(shares, key=lambda name: (-families[_family(name)], -shares[name], str(name)))
    found = []
    for name in ranked:
        share = shares[name]
        if share / total < 0.001:
            continue
        reason = "not text" if name is None else f"{costs[name] / max(size, 1):.1f} bits a byte"
        marked = mark is not None and name == mark
        if marked:
            reason += ", byte-order mark"
        found.append(Candidate(name, 0, end, share / total, reason, ("bits", "mark") if marked else ("bits",)))
    return found


def _family(name: str | None) -> str | None:
    return "alphabet" if name in alphabets() else name


def race(data: bytes, *, prior: str | None = None) -> tuple[dict[str | None, float], int]:
    """
    The cost in bits of the bytes (or of windows of them) under every hypothesis, and how many bytes were read.

    Other languages run in the same race, so that they are not called Chinese: of 1,912 pieces of 100 bytes in 21
    encodings (tests/quality/foreign_texts.tsv) none is, nor of 2,800 pieces of translated messages of programs that
    were not looked at before. Which of the others it is, chardet tells better: see ``with_second_opinion``.
    """
    sample = windows(data, NARROW)
    costs = _race(sample, prior, whole=len(sample) == len(data))
    if len(sample) < len(data) and _margin(costs) < SURE * len(sample):
        sample = windows(data, WIDE)
        costs = _race(sample, prior, whole=len(sample) == len(data))
    declared = DECLARATION.search(data[:2048])
    if declared:
        name = DECLARED.get((declared.group(1) or declared.group(2)).decode().lower())
        if name in costs:
            costs[name] -= DECLARATION_BONUS
    return costs, len(sample)


def _margin(costs: dict[str | None, float]) -> float:
    first, second, *_ = sorted(costs.values())
    return second - first


def windows(data: bytes, width: int) -> bytes:
    """Head, middle, tail, and the bytes around the first and the last one above 7F; all of a short file."""
    if len(data) <= 5 * width:
        return data
    starts = {0, len(data) // 2, len(data) // 4, 3 * len(data) // 4, len(data) - width}
    first = re.search(rb"[\x80-\xff]", data[: 1 << 22])
    if first:
        starts.add(max(0, first.start() - 64))
    tail = data[-(1 << 22) :]
    stripped = tail.rstrip(bytes(range(128)))
    if stripped:
        starts.add(max(0, len(data) - len(tail) + len(stripped) - width))
    pieces = []
    done = 0
    for start in sorted(starts):
        start = max(_behind_a_character(data, start), done)
        pieces.append(data[start : start + width])
        done = max(done, start + width)
    return b"".join(pieces)


# A byte that is no half of any character, except in 16 bits.
NO_HALF = re.compile(rb"[\x01-\x2f]")


def _behind_a_character(data: bytes, start: int) -> int:
    """A place near ``start`` that cuts no character: behind a sign of one byte, or at a multiple of 4 of wide text."""
    if b"\0" in data[start : start + 256]:
        return start // 4 * 4
    sign = NO_HALF.search(data, start, start + 1024) if start else None
    return sign.end() if sign else start // 4 * 4


def _race(data: bytes, prior: str | None, *, whole: bool) -> dict[str | None, float]:
    import numpy as np

    costs: dict[str | None, float] = {}
    counts = np.bincount(np.frombuffer(data, np.uint8), minlength=256)
    zeros = int(counts[0])
    padded = re.sub(rb"\x00{16,}", lambda run: b"\0" * (len(run.group()) % 2), data) if zeros > 15 else data
    # 16 bits: both byte orders, from the first byte and from the second.
    for encoding in ("utf-16-le", "utf-16-be"):
        costs[encoding] = PRIORS[encoding] + _wide_cost(padded, encoding)
    padding = sum(len(run.group()) for run in re.finditer(rb"\x00{8,}", data)) if zeros > 7 else 0
    plain = condensed(data)
    # What the 16-bit readings pay for the ASCII runs and the NULs that the others are let off.
    base = (
        max(0.0, _ascii_cost(data) - _ascii_cost(plain))
        + NUL_BITS * min(zeros - padding, 100)
        + (padding > 0) * NUL_BITS
    )
    costs["utf-8"] = PRIORS["utf-8"] + base + cost_as(plain, "utf-8", world_table())
    costs["gb18030"] = PRIORS["gb18030"] + base + cost_as(plain, "gb18030", cost_table())
    costs["cp950"] = PRIORS["cp950"] + base + cost_as(plain, "cp950", cost_table())
    for encoding, prices in OTHERS.items():
        costs[encoding] = PRIORS[encoding] + base + cost_as(plain, encoding, prices())
        if encoding in JAPANESE:
            costs[encoding] += kana_missing(plain, encoding)
    plain_counts = np.bincount(np.frombuffer(plain, np.uint8), minlength=256).astype(np.float32)
    alien = ALIEN_BITS * beside_latin(plain)
    for encoding, table in alphabets().items():
        foreign = 0.0 if encoding in LATIN else alien
        costs[encoding] = PRIORS.get(encoding, ALPHABET_PRIOR) + base + foreign + float(table @ plain_counts)
    best = min(costs, key=lambda name: costs[name])
    if not _fits(data, best, costs[best], whole=whole):
        costs["euc_tw"] = PRIORS["euc_tw"] + base + euc_tw_bits(plain)
        home, total = mixture(data)
        costs[home] = min(costs[home], MIXED_PRIOR + total)
        if len(data) <= SHORT:
            for encoding in MIXABLE:
                costs[encoding] = min(costs[encoding], PRIORS[encoding] + cheapest(data, (encoding,))[1])
        for encoding, prices in {"gb18030": cost_table, "cp950": cost_table, **OTHERS}.items():
            shifted = LOST_BITS + base + cost_as(plain[1:], encoding, prices())
            costs[encoding] = min(costs[encoding], PRIORS[encoding] + shifted)
    if _escapes(data):
        costs["hz"] = 4.0 + sum(float(cost_table()[min(ord(c), 0x3FFFF)]) for c in read_hz(data.decode("latin-1")))
    controls = int(counts[1:9].sum() + counts[14:26].sum() + counts[28:32].sum())
    costs[None] = 40.0 + 8.2 * (len(data) - zeros) + 8.0 * min(zeros, 8) - 4.0 * controls
    if prior is not None and prior in costs:
        costs[prior] -= MARK_BONUS
    return costs


def _wide_cost(data: bytes, encoding: str) -> float:
    """What bytes cost in 16 bits: from the first byte, from the second, or from one of them up to a lost byte."""
    import numpy as np

    even, odd = (wide_costs(data[shift:], encoding, world_table()) for shift in (0, 1))
    units = min(len(even), len(odd))
    if not units:
        return len(data) * LOST_BITS
    left = len(data) % 2 * LOST_BITS, (len(data) - 1) % 2 * LOST_BITS + SHIFTED_PRIOR
    ahead = np.cumsum(even[:units] - odd[:units], dtype=np.float64)
    # Even up to a unit and odd from there on, or the other way round.
    broken = float(odd.sum() + min(ahead.min(), 0.0)), float(even.sum() - max(ahead.max(), 0.0))
    whole = float(even.sum()) + left[0], float(odd.sum()) + left[1]
    return min(*whole, *(cost + LOST_BITS + SHIFTED_PRIOR for cost in broken))


def _fits(data: bytes, encoding: str | None, cost: float, *, whole: bool) -> bool:
    """True where one encoding reads all bytes at the price of ordinary Chinese."""
    if encoding not in MIXABLE or cost > FITTING_BITS * len(data) + 40.0:
        return False
    if not whole:
        # Windows cut characters at their ends.
        return True
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _ascii_cost(data: bytes) -> float:
    import numpy as np

    counts = np.bincount(np.frombuffer(data, np.uint8), minlength=256)[:128]
    return float(cost_table()[1:128] @ counts[1:].astype(np.float32))
