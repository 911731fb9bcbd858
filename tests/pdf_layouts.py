"""
PDF files of many layouts, written by hand so that every byte is known: each with the lines a reader would read.

Used by ``test_files.py`` (a few) and ``quality/pdf_layouts.py`` (all). Nothing but the standard library is needed; the
fonts are named and not embedded, as in files of Chinese offices, except in ``embedded``.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

WIDTH, HEIGHT = 595, 842
SENTENCES = (
    "全年新建基层工会十二个，发展会员三千四百五十六人。",
    "各级工会走访困难职工家庭，送去慰问金78.9万元。",
    "开展技能培训与劳动竞赛，参加职工2,300人次，比上年多一成。",
    "职工代表大会每年至少召开一次，讨论企业的重要事项。",
    "女职工委员会组织健康检查，受益女职工有860人。",
    "工会经费的收支情况已经向会员代表大会报告。",
    "加强工会干部的培训，全年举办培训班六期。",
    "积极推进厂务公开，接受职工群众的监督。",
)


@dataclass
class Layout:
    """A PDF file and what it says: its lines in reading order, and the cells of its tables row by row."""

    name: str
    data: bytes
    lines: list[str]
    tables: list[list[list[str]]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join("".join(self.lines).split())


# -- a small writer ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Font:
    """A font by its name, with one of the code maps that every reader of PDF knows."""

    name: str
    codes: str
    collection: str
    encoding: str


SONG = Font("STSong-Light", "GBK-EUC-H", "GB1", "gbk")
SONG_UTF16 = Font("STSong-Light", "UniGB-UTF16-H", "GB1", "utf-16-be")
SONG_DOWN = Font("STSong-Light", "GBK-EUC-V", "GB1", "gbk")
MING = Font("MSung-Light", "ETen-B5-H", "CNS1", "cp950")
MING_UTF16 = Font("MSung-Light", "UniCNS-UTF16-H", "CNS1", "utf-16-be")
# Widths of ASCII in these collections: half of a Han character.
HALF_WIDTHS = {"GB1": "[1 95 500 814 [500] 815 939 500]", "CNS1": "[1 97 500 13648 13742 500]"}


class Page:
    """A page whose texts are placed from its upper left corner."""

    def __init__(self, font: Font = SONG) -> None:
        self.font = font
        self.drawn: list[bytes] = []

    def text(
        self, text: str, x: float, y: float, *, size: float = 12, mode: int = 0, spread: float = 0, turn: int = 0
    ) -> None:
        """Text with its first character at x and its line at y; ``turn`` in quarters, left about."""
        matrix = ("1 0 0 1", "0 1 -1 0", "-1 0 0 -1", "0 -1 1 0")[turn]
        code = text.encode(self.font.encoding).hex().encode()
        head = f"BT /F1 {size} Tf {mode} Tr {spread} Tc {matrix} {x:.2f} {HEIGHT - y:.2f} Tm".encode()
        self.drawn.append(head + b" <" + code + b"> Tj ET")

    def lines(self, lines: list[str], x: float, y: float, *, step: float = 18, size: float = 12) -> float:
        """Lines below one another; gives the place of the line after the last."""
        for line in lines:
            self.text(line, x, y, size=size)
            y += step
        return y

    def rule(self, left: float, top: float, right: float, bottom: float, *, filled: bool = False) -> None:
        """A rule from one point to another, stroked or as a thin filled box."""
        if filled:
            wide, high = max(right - left, 0.6), max(bottom - top, 0.6)
            self.drawn.append(f"{left} {HEIGHT - top - high} {wide} {high} re f".encode())
        else:
            self.drawn.append(f"0.5 w {left} {HEIGHT - top} m {right} {HEIGHT - bottom} l S".encode())

    @property
    def stream(self) -> bytes:
        return b"\n".join(self.drawn)


def written(
    pages: list[Page], *, extra: str = "", packed: bool = False, locked: bool = False, form: bool = False
) -> bytes:
    """
    The pages as a PDF file.

    ``extra`` goes into every page's dictionary. ``packed`` compresses the streams, ``locked`` encrypts them with an
    empty password, ``form`` puts what is drawn into a page inside the page.
    """
    font = pages[0].font
    base = f"/BaseFont /{font.name}"
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{6 + 3 * n} 0 R' for n in range(len(pages)))}] >>".encode(),
        f"<< /Type /Font /Subtype /Type0 {base} /Encoding /{font.codes} /DescendantFonts [4 0 R] >>".encode(),
        (
            f"<< /Type /Font /Subtype /CIDFontType0 {base} /DW 1000 /W {HALF_WIDTHS[font.collection]} /FontDescriptor 5 0 R"
            f" /CIDSystemInfo << /Registry (Adobe) /Ordering ({font.collection}) /Supplement 2 >> >>"
        ).encode(),
        f"<< /Type /FontDescriptor /FontName /{font.name} /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        f" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>".encode(),
    ]
    key = _key() if locked else b""
    for page in pages:
        number = len(objects) + 1
        resources = "/Resources << /Font << /F1 3 0 R >> >>"
        inner = f"/Resources << /XObject << /X1 {number + 2} 0 R >> >>" if form else resources
        box = "" if "MediaBox" in extra else f"/MediaBox [0 0 {WIDTH} {HEIGHT}]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} {inner} /Contents {number + 1} 0 R {extra} >>".encode())
        objects.append(_stream(b"q 1 0 0 1 30 -20 cm /X1 Do Q" if form else page.stream, "", packed, key, number + 1))
        head = f"/Type /XObject /Subtype /Form /BBox [0 0 {WIDTH} {HEIGHT}] {resources}"
        objects.append(_stream(page.stream, head, packed, key, number + 2) if form else b"null")
    trailer = f"/Size {len(objects) + 1} /Root 1 0 R"
    if locked:
        trailer += (
            f" /ID [<{FILE_ID.hex()}> <{FILE_ID.hex()}>] /Encrypt << /Filter /Standard /V 1 /R 2 /P {PERMISSIONS}"
        )
        trailer += f" /O <{OWNER.hex()}> /U <{_rc4(key, PADDING).hex()}> >>"
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, thing in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + thing + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer << {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _stream(data: bytes, head: str, packed: bool, key: bytes, number: int) -> bytes:
    if packed:
        data, head = zlib.compress(data), head + " /Filter /FlateDecode"
    if key:
        salted = hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[: len(key) + 5]
        data = _rc4(salted, data)
    return f"<< {head} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


# Encryption as PDF 1.1 has it, for the empty password.
PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
FILE_ID, OWNER, PERMISSIONS = b"union-corpus-id!", bytes(range(32)), -4


def _key() -> bytes:
    packed = PADDING + OWNER + PERMISSIONS.to_bytes(4, "little", signed=True) + FILE_ID
    return hashlib.md5(packed).digest()[:5]


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


# -- the layouts ------------------------------------------------------------------------------------------------------


def prose(chance: random.Random, width: int, number: int) -> list[str]:
    """Lines of running text of so many half-widths, broken where they are full."""
    text = "".join(chance.choice(SENTENCES) for _ in range(number))
    lines, line, used = [], "", 0
    for char in text:
        size = 1 if char.isascii() else 2
        if used + size > width:
            lines.append(line)
            line, used = "", 0
        line += char
        used += size
    return [*lines, line]


def plain(chance: random.Random, name: str, *, font: Font = SONG, traditional: bool = False, **how: object) -> Layout:
    lines = prose(chance, 76, 12)
    if traditional:
        lines = [
            "全年新建基層工會十二個，發展會員三千四百人。",
            "職工代表大會每年至少召開一次。",
            "工會經費向會員報告。",
        ] * 6
    page = Page(font)
    page.lines(lines, 60, 80)
    return Layout(name, written([page], **how), lines)  # type: ignore[arg-type]


def columns(chance: random.Random, name: str, *, number: int, heading: bool = False, middle: bool = False) -> Layout:
    page = Page()
    lines: list[str] = []
    y = 80.0
    wide = (WIDTH - 100) / number
    if heading:
        page.text("某市总工会2012年度工作总结与下一年的打算", 90, 60, size=20)
        lines.append("某市总工会2012年度工作总结与下一年的打算")
    for block in range(2 if middle else 1):
        bottom = y
        for column in range(number):
            text = prose(chance, int(wide / 6) - 4, 5)
            lines += text
            bottom = max(bottom, page.lines(text, 50 + column * wide, y))
        y = bottom + 20
        if middle and block == 0:
            note = "以上是上半年的情况，下半年的情况写在这一行文字的下面两栏里边。"
            page.text(note, 60, y)
            lines.append(note)
            y += 40
    return Layout(name, written([page]), lines)


def vertical(chance: random.Random, name: str, *, font: Font = SONG) -> Layout:
    lines = [
        line.replace("（", "").replace("）", "")
        for line in ("".join(c for c in s if not c.isascii()) for s in SENTENCES)
    ]
    page = Page(font)
    for column, line in enumerate(lines):
        x = 500 - 24 * column
        if font.codes.endswith("V"):
            page.text(line, x, 80)
        else:
            for row, char in enumerate(line):
                page.text(char, x, 80 + 13 * row)
    return Layout(name, written([page]), lines)


def turned(chance: random.Random, name: str, *, turn: int) -> Layout:
    """Text that runs up, down or upside down on its page."""
    lines = prose(chance, 70, 10)
    page = Page()
    for row, line in enumerate(lines):
        away = 80 + 18 * row
        place = [(60, away), (away, HEIGHT - 60), (WIDTH - 60, HEIGHT - away), (WIDTH - away, 60)][turn]
        page.text(line, *place, turn=turn)
    return Layout(name, written([page]), lines)


def bold(chance: random.Random, name: str, *, twice: bool) -> Layout:
    lines = prose(chance, 70, 8)
    page = Page()
    for row, line in enumerate(lines):
        for shift in (0, 0.3, 0.6) if twice and row % 2 == 0 else (0,):
            page.text(line, 60 + shift, 80 + 18 * row, mode=0 if twice else 2)
    return Layout(name, written([page]), lines)


def scattered(chance: random.Random, name: str) -> Layout:
    """Every character placed by itself, in no order."""
    lines = prose(chance, 70, 8)
    page = Page()
    marks = []
    for row, line in enumerate(lines):
        x = 60.0
        for char in line:
            marks.append((char, x, 80 + 18 * row))
            x += 6 if char.isascii() else 12
    chance.shuffle(marks)
    for char, x, y in marks:
        page.text(char, x, y)
    return Layout(name, written([page], packed=True), lines)


ROWS = [
    ["指标", "2011年", "2012年"],
    ["工会会员（人）", "1,200", "1,350"],
    ["基层工会（个）", "45", "52"],
    ["经费（万元）", "78.5", "90"],
]


def table(chance: random.Random, name: str, *, rules: str, filled: bool = False, **how: object) -> Layout:
    """A table of figures between two paragraphs, ruled all over, with three rules, without sides, or without any rule."""
    page = Page()
    before, after = prose(chance, 70, 3), prose(chance, 70, 3)
    y = page.lines(before, 60, 80)
    top = y + 4
    xs = [60, 230, 360, 520]
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            page.text(cell, xs[column] + 6, top + 16 + 24 * row)
    bottom = top + 24 * len(ROWS)
    if rules in ("all", "open"):
        for row in range(len(ROWS) + 1):
            page.rule(60, top + 24 * row, 520, top + 24 * row, filled=filled)
        for x in xs[1:-1] if rules == "open" else xs:
            page.rule(x, top, x, bottom, filled=filled)
    elif rules == "three":
        for y in (top, top + 24, bottom):
            page.rule(60, y, 520, y)
    page.lines(after, 60, bottom + 30)
    lines = [*before, *("".join(row) for row in ROWS), *after]
    return Layout(name, written([page], **how), lines, [ROWS] if rules in ("all", "open") else [])


def joined_table(chance: random.Random, name: str) -> Layout:
    """A ruled table whose head has joined cells, with a line break in one of them and an empty cell."""
    page = Page()
    xs, ys = [60, 180, 290, 400, 520], [100, 130, 160, 190, 220]
    for left, top, right, bottom in (
        (60, 100, 520, 100), (180, 130, 400, 130), (60, 160, 520, 160), (60, 190, 520, 190), (60, 220, 520, 220),
        (60, 100, 60, 220), (180, 100, 180, 220), (290, 130, 290, 220), (400, 100, 400, 220), (520, 100, 520, 220),
    ):  # fmt: skip
        page.rule(left, top, right, bottom)
    for text, column, row in (
        ("地区", 0, 0), ("会员人数", 1, 0), ("2011年", 1, 1), ("2012年", 2, 1), ("东区", 0, 2), ("100", 1, 2),
        ("300", 2, 2), ("西区", 0, 3), ("450", 2, 3), ("见附件", 3, 3),
    ):  # fmt: skip
        page.text(text, xs[column] + 8, ys[row] + 20, size=11)
    page.text("备", xs[3] + 20, 122, size=11)
    page.text("注", xs[3] + 20, 142, size=11)
    page.text("会员情况统计表", 200, 80, size=16)
    rows = [
        ["地区", "会员人数", "备注"],
        ["2011年", "2012年"],
        ["东区", "100", "300", ""],
        ["西区", "", "450", "见附件"],
    ]
    lines = ["会员情况统计表", *("".join(row) for row in rows)]
    return Layout(name, written([page]), lines, [rows])


def form(chance: random.Random, name: str) -> Layout:
    """A ruled form whose last row holds paragraphs."""
    page = Page()
    for y in (100, 130, 160, 400):
        page.rule(60, y, 520, y)
    for x, bottom in ((60, 400), (160, 400), (290, 160), (390, 160), (520, 400)):
        page.rule(x, 100, x, bottom)
    head = [["单位", "某区总工会", "负责人", "张三"], ["会员", "1,350人", "电话", "12345678"]]
    for row, cells in enumerate(head):
        for x, cell in zip((60, 160, 290, 390), cells, strict=True):
            page.text(cell, x + 6, 120 + 30 * row)
    page.text("主要事迹", 70, 180)
    story = prose(chance, 52, 8)
    page.lines(story, 168, 180)
    return Layout(name, written([page]), [*("".join(row) for row in head), "主要事迹", *story], [head])


def headed(chance: random.Random, name: str) -> Layout:
    """Several pages, each with a running head and its number."""
    pages, lines = [], []
    for number in range(1, 6):
        page = Page()
        text = ["某市总工会文件", *prose(chance, 70, 14), f"— {number} —"]
        page.text(text[0], 240, 40, size=9)
        page.lines(text[1:-1], 60, 80)
        page.text(text[-1], 280, 800, size=9)
        pages.append(page)
        lines += text
    return Layout(name, written(pages, packed=True), lines)


def noted(chance: random.Random, name: str) -> Layout:
    """Large and small print on one page, and a note's mark above its line."""
    page = Page()
    text = prose(chance, 60, 6)
    page.text("工会工作报告", 200, 70, size=26)
    page.text("（二〇一二年三月）", 220, 110, size=14)
    y = page.lines(text, 60, 150, size=13, step=20)
    page.text("注：数据来自统计年报。", 60, y + 10, size=8)
    return Layout(name, written([page]), ["工会工作报告", "（二〇一二年三月）", *text, "注：数据来自统计年报。"])


def broken(chance: random.Random, name: str) -> Layout:
    """A file whose cross-reference table leads nowhere."""
    layout = plain(chance, name)
    return Layout(name, layout.data.replace(b"startxref\n", b"startxref\n9"), layout.lines)


def embedded(chance: random.Random, name: str) -> Layout:
    """Text in a font that the file brings along, made by pdfium itself from the library's own font."""
    import ctypes
    import io
    from pathlib import Path

    import pypdfium2 as pdfium

    raw = pdfium.raw
    data = next((Path(__file__).resolve().parents[1] / "union_corpus" / "fonts").glob("*.otf")).read_bytes()
    lines = ["全区新建基层工会12个", "发展会员3,456人", "发放帮扶资金78.9万元"]
    document = pdfium.PdfDocument.new()
    font = raw.FPDFText_LoadFont(
        document.raw, (ctypes.c_uint8 * len(data)).from_buffer_copy(data), len(data), raw.FPDF_FONT_TRUETYPE, 1
    )
    page = document.new_page(WIDTH, HEIGHT)
    for row, line in enumerate(lines):
        thing = raw.FPDFPageObj_CreateTextObj(document.raw, font, 12)
        code = (line + "\0").encode("utf-16-le")
        raw.FPDFText_SetText(thing, (ctypes.c_ushort * (len(code) // 2)).from_buffer_copy(code))
        raw.FPDFPageObj_Transform(thing, 1, 0, 0, 1, 60, HEIGHT - 80 - 20 * row)
        raw.FPDFPage_InsertObject(page.raw, thing)
    raw.FPDFPage_GenerateContent(page.raw)
    page.close()
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    return Layout(name, stream.getvalue(), lines)


LAYOUTS: dict[str, Callable[[random.Random, str], Layout]] = {
    "embedded font": embedded,
    "GBK-EUC-H": plain,
    "UniGB-UTF16-H": partial(plain, font=SONG_UTF16),
    "ETen-B5-H, traditional": partial(plain, font=MING, traditional=True),
    "UniCNS-UTF16-H, traditional": partial(plain, font=MING_UTF16, traditional=True),
    "two columns": partial(columns, number=2),
    "three columns": partial(columns, number=3),
    "heading over two columns": partial(columns, number=2, heading=True),
    "columns, a line across, columns": partial(columns, number=2, heading=True, middle=True),
    "vertical, placed one by one": vertical,
    "vertical, GBK-EUC-V": partial(vertical, font=SONG_DOWN),
    "page turned by its dictionary": partial(plain, extra="/Rotate 90"),
    "text running up": partial(turned, turn=1),
    "text upside down": partial(turned, turn=2),
    "text running down": partial(turned, turn=3),
    "bold by printing thrice": partial(bold, twice=True),
    "bold by an outline": partial(bold, twice=False),
    "encrypted, empty password": partial(plain, locked=True),
    "every character by itself": scattered,
    "drawn inside a form": partial(plain, form=True, packed=True),
    "crop box and shifted origin": partial(plain, extra="/MediaBox [-20 -30 595 842] /CropBox [10 10 590 830]"),
    "table without rules": partial(table, rules="none"),
    "table with three rules": partial(table, rules="three"),
    "ruled table": partial(table, rules="all"),
    "ruled with thin boxes, open sides": partial(table, rules="open", filled=True),
    "ruled table inside a form": partial(table, rules="all", form=True, locked=True),
    "ruled with joined cells": joined_table,
    "form with paragraphs": form,
    "heads, feet, five pages": headed,
    "large and small print": noted,
    "lost cross-reference table": broken,
}


def layouts(seed: int = 0) -> Iterator[Layout]:
    """Every layout, made with texts of their own."""
    for number, (name, make) in enumerate(LAYOUTS.items()):
        yield make(random.Random(1000 * seed + number), name)


def cells_of(text: str, table: object) -> list[list[str]]:
    """The cells of a table of a document, row by row."""
    cells = sorted(table.cells, key=lambda cell: (cell.row, cell.column))  # type: ignore[attr-defined]
    return [
        [text[cell.start : cell.end] for cell in row] for _, row in itertools.groupby(cells, key=lambda cell: cell.row)
    ]
