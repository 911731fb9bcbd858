"""Small sound files of every kind that is read, made with the standard library alone: for tests that damage them."""

from __future__ import annotations

import gzip
import io
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage

from pdf_layouts import LAYOUTS

TEXT = "某区总工会2012年工作总结\n全区新建基层工会12个，发展会员3,456人，发放帮扶资金78.9万元。\n工会经费收支平衡。"
PAGE = f"""<!DOCTYPE html><html><head><meta charset="gb2312"><title>工作总结</title><style>p{{color:red}}</style></head><body>
<div class="nav"><a href="/">首页</a></div><h1>工作总结</h1><p>&nbsp;{TEXT}&ldquo;好&rdquo;</p><table><tr><th rowspan=2>指标
<th colspan="2">会员<tr><td>100<td>200</table><ul><li>一<li>二</ul></body></html>"""

Damage = Callable[[bytes], bytes]


def unharmed(data: bytes) -> bytes:
    return data


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def text(damage: Damage) -> bytes:
    return damage(TEXT.encode("gbk"))


def page(damage: Damage) -> bytes:
    return damage(PAGE.encode("gbk"))


def saved_page(damage: Damage) -> bytes:
    message = EmailMessage()
    message.set_content(PAGE, subtype="html", charset="gb2312", cte="quoted-printable")
    message.make_related()
    return damage(b"MIME-Version: 1.0\r\n" + message.as_bytes().replace(b"MIME-Version: 1.0\n", b""))


def letter(damage: Damage) -> bytes:
    message = EmailMessage()
    message["Subject"] = "工作总结"
    message.set_content(TEXT, charset="gb2312")
    message.add_attachment(damage(TEXT.encode("gbk")), maintype="text", subtype="plain", filename="总结.txt")
    return damage(message.as_bytes())


def docx(damage: Damage) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    lines = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in TEXT.split("\n"))
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>会员</w:t></w:r></w:p></w:tc>'
    listed = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>建档</w:t></w:r></w:p>'
    )
    numbering = (
        f'<w:numbering {space}><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        '<w:lvlText w:val="%1、"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    body = f"<w:document {space}><w:body>{lines}{listed}<w:tbl><w:tr>{cell * 2}</w:tr></w:tbl></w:body></w:document>"
    members = {"[Content_Types].xml": b"<Types/>", "word/numbering.xml": damage(numbering.encode())}
    return zipped({**members, "word/document.xml": damage(body.encode())})


def odt(damage: Damage) -> bytes:
    cell = '<t:table-cell t:number-rows-spanned="2" t:number-columns-spanned="3"><t:p>会员</t:p></t:table-cell>'
    listed = '<t:list-style t:name="L"><t:list-level-style-number t:level="1" t:num-format="1"/></t:list-style><t:list t:style-name="L"><t:list-item><t:p>建档</t:p></t:list-item></t:list>'
    body = f'<d xmlns:t="t">{listed}<t:p>{TEXT}<t:s t:c="3"/></t:p><t:table><t:table-row>{cell * 2}</t:table-row></t:table></d>'
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": damage(body.encode())})


def rtf(damage: Damage) -> bytes:
    codes = "".join(f"\\'{byte:02x}" for byte in TEXT.encode("gbk"))
    return damage(
        rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}\f0 "
        + codes.encode()
        + rb"\par \u24037?\u20250?{\*\footnote a}"
        rb"\trowd a\cell b\cell\row{\field{\fldinst x}{\fldrslt 12}}}"
    )


def epub(damage: Damage) -> bytes:
    package = (
        b'<package><manifest><item id="a" href="a.xhtml"/></manifest><spine><itemref idref="a"/></spine></package>'
    )
    return zipped(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": damage(b'<container><rootfile full-path="x/a.opf"/></container>'),
            "x/a.opf": damage(package),
            "x/a.xhtml": damage(PAGE.encode()),
        }
    )


def ofd(damage: Damage) -> bytes:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    content = (
        f"<ofd:Page {space}><ofd:Content><ofd:Layer>"
        '<ofd:TextObject Boundary="20 40 100 6" CTM="1 0 0 1 0 0" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="g 7 5">发展会员三百人</ofd:TextCode>'
        "</ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>"
    )
    members = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document {space}><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/P0.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/Pages/P0.xml": content,
    }
    return zipped({name: damage(member.encode()) for name, member in members.items()})


def pdf(damage: Damage) -> bytes:
    chance = random.Random(0)
    return damage(LAYOUTS["ruled with joined cells"](chance, "table").data)


def locked_pdf(damage: Damage) -> bytes:
    return damage(LAYOUTS["ruled table inside a form"](random.Random(0), "locked").data)


def old_word(damage: Damage) -> bytes:
    """A Word 97 file: text with a list, a table, a field and a deleted word, and the tables that say so."""
    lines = [*TEXT.split("\n"), "建档", "走访"]
    rows = ["指标\x07会员\x07\x07", "合计\x07\x07", "东区\x0712\x07\x07"]
    text = "\r".join(lines) + "\r" + "".join(rows) + "\x13 PAGE \x149\x15\r删去"
    listed, begin = text.index("建档"), text.index("指标")
    body, count = text.encode("utf-16-le"), len(text)
    main = bytearray(0x800) + body.ljust(-(-len(body) // 512) * 512, b"\0")
    # Looks of characters: the last word is deleted. Looks of paragraphs: numbered, cells, ends of rows.
    main += _looks([(count - 2, count, b"\x03\x00\x08\x01")], 1)
    places = [(listed, begin, b"\x0b\x46\x01\x00")]
    for row, edges, joined in zip(
        rows, ((0, 2000, 4000), (0, 4000), (0, 2010, 4000)), ((0, 0), (0,), (0, 0)), strict=True
    ):
        cells = b"".join(struct.pack("<H", bits).ljust(20, b"\0") for bits in joined)
        shape = bytes((len(joined),)) + struct.pack(f"<{len(edges)}h", *edges) + cells
        ends = b"\x16\x24\x01\x17\x24\x01\x08\xd6" + struct.pack("<H", len(shape) + 1) + shape
        places.append((begin, begin + len(row) - 1, b"\x16\x24\x01"))
        places.append((begin + len(row) - 1, begin + len(row), ends))
        begin += len(row)
    papers = [(start, end, _paired(b"\0\0" + changes)) for start, end, changes in places]
    main += _looks(papers, 13)
    pages = len(main) // 512
    struct.pack_into("<HH", main, 0, 0xA5EC, 0x00C1)
    struct.pack_into("<H", main, 0x0A, 0x0200)
    struct.pack_into("<I", main, 0x4C, count)
    plex = struct.pack("<IIHIH", 0, count, 0, 0x800, 0)
    level = struct.pack("<IB", 1, 37).ljust(28, b"\0") + struct.pack("<H", 2) + "\0、".encode("utf-16-le")
    lists = struct.pack("<HI", 1, 7).ljust(28, b"\0") + b"\x01\0"
    parts = {
        0x01A2: (b"\x02" + struct.pack("<I", len(plex)) + plex, b""),
        0x00FA: (struct.pack("<III", 0, 0xFFFFFFF, pages - 2), b""),
        0x0102: (struct.pack("<III", 0, 0xFFFFFFF, pages - 1), b""),
        0x02E2: (lists, level),
        0x02EA: (struct.pack("<II", 1, 7).ljust(20, b"\0") + b"\0\0\0\0", b""),
    }
    table = b""
    for place, (counted, behind) in parts.items():
        struct.pack_into("<II", main, place, len(table), len(counted))
        table += counted + behind
    return damage(container({"WordDocument": bytes(main), "1Table": table}))


def wps(damage: Damage) -> bytes:
    """
    A Kingsoft WPS file: Word's container and piece table with a stream of its own beside them.

    Saved in haste, so that its pieces stand in the file in another order, one of them with a byte a character.
    """
    pieces = [("全区工会会员 ", 2), ("12,345", 1), (" 人\r经费 ", 2), ("67.8", 1), (" 万元\r", 2)]
    main = bytearray(0x800)
    places = {}
    for number in (2, 0, 4, 1, 3):
        text, width = pieces[number]
        main += bytes(len(main) % 2)
        places[number] = len(main) if width == 2 else len(main) * 2 | 0x40000000
        main += text.encode("utf-16-le" if width == 2 else "cp1252")
    ends = [sum(len(text) for text, _ in pieces[:number]) for number in range(len(pieces) + 1)]
    plex = struct.pack(f"<{len(ends)}I", *ends)
    plex += b"".join(struct.pack("<HIH", 0, places[number], 0) for number in range(len(pieces)))
    # Changes that pieces share stand before the table of pieces.
    shared = b"\x01" + struct.pack("<H", 3) + b"\x35\x08\x01"
    table = shared + b"\x02" + struct.pack("<I", len(plex)) + plex
    struct.pack_into("<HHHH", main, 0, 0xA5EC, 0x00C1, 0x4021, 0x0804)
    struct.pack_into("<H", main, 0x0A, 0x0200)
    struct.pack_into("<I", main, 0x4C, ends[-1])
    struct.pack_into("<II", main, 0x01A2, 0, len(table))
    return damage(container({"WordDocument": bytes(main), "1Table": table, "WpsCustomData": b"\1\0"}))


def _paired(changes: bytes) -> bytes:
    return bytes((0, -(-len(changes) // 2))) + changes


def _looks(runs: list[tuple[int, int, bytes]], width: int) -> bytes:
    """A page of looks: where each run begins, where in the page its changes stand, and these from the end on."""
    page = bytearray(512)
    at = 510
    for number, (start, end, changes) in enumerate(runs):
        at = (at - len(changes)) // 2 * 2
        page[at : at + len(changes)] = changes
        struct.pack_into("<II", page, 4 * number, 0x800 + 2 * start, 0x800 + 2 * end)
        page[4 * (len(runs) + 1) + width * number] = at // 2
    page[511] = len(runs)
    return bytes(page)


def container(streams: dict[str, bytes]) -> bytes:
    """An OLE container; every stream is filled up to the size from which it has sectors of its own."""
    padded = {name: data.ljust(4096, b"\0").ljust(-(-len(data) // 512) * 512, b"\0") for name, data in streams.items()}
    chains, sectors, at = [0xFFFFFFFD, 0xFFFFFFFE], b"", 2
    entries = [_entry("Root Entry", 5, child=1, start=0xFFFFFFFE, size=0)]
    for number, (name, data) in enumerate(padded.items(), start=1):
        length = len(data) // 512
        entries.append(_entry(name, 2, right=number + 1 if number < len(padded) else -1, start=at, size=len(data)))
        chains += [*range(at + 1, at + length), 0xFFFFFFFE]
        sectors += data
        at += length
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * 432
    fat = struct.pack(f"<{len(chains)}I", *chains).ljust(512, b"\xff")
    return head + fat + b"".join(entries).ljust(512, b"\0") + sectors


def _entry(name: str, kind: int, *, right: int = -1, child: int = -1, start: int, size: int) -> bytes:
    code = (name + "\0").encode("utf-16-le")
    return (
        code.ljust(64, b"\0")
        + struct.pack("<HBBiii", len(code), kind, 1, -1, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def workbook(damage: Damage) -> bytes:
    """An XLSX file: a title over the whole table, a percentage, a joined head, a formula without a value."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    link = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    title, *words = ["某区总工会主要指标", "指标", "会员（人）", "2011年", "2012年", "东区", "入会率"]
    strings = "".join(f"<si><t>{word}</t></si>" for word in [title, *words])
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        '<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" t="s"><v>2</v></c></row>'
        '<row r="4"><c r="B4" t="s"><v>3</v></c><c r="C4" t="s"><v>4</v></c></row>'
        '<row r="5"><c r="A5" t="s"><v>5</v></c><c r="B5" s="1"><v>3400</v></c><c r="C5" s="1"><v>3456</v></c></row>'
        '<row r="6"><c r="A6" t="s"><v>6</v></c><c r="B6" s="2"><v>0.8534</v></c><c r="C6" s="2"><f>B6+0.1</f></c></row>'
    )
    merged = '<mergeCells count="2"><mergeCell ref="A3:A4"/><mergeCell ref="B3:C3"/></mergeCells>'
    blank = "<fonts><font/></fonts><fills><fill><patternFill/></fill></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
    styles = blank + '<cellXfs><xf numFmtId="0"/><xf numFmtId="3"/><xf numFmtId="10"/></cellXfs>'
    sheet = f"<worksheet {space}><sheetData>{rows}</sheetData>{merged}</worksheet>"
    parts = {
        "xl/workbook.xml": f'<workbook {space} {link}><sheets><sheet name="2012" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _links(kinds, r1="worksheets/sheet1.xml", r2="styles.xml", r3="sharedStrings.xml"),
        "_rels/.rels": _links(kinds, r1="xl/workbook.xml"),
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        + "".join(
            f'<Override PartName="/xl/{part}.xml" ContentType="{main}.{kind}+xml"/>'
            for part, kind in {
                "workbook": "sheet.main", "worksheets/sheet1": "worksheet", "styles": "styles",
                "sharedStrings": "sharedStrings",
            }.items()
        ) + "</Types>",
        "xl/styles.xml": f"<styleSheet {space}>{styles}</styleSheet>",
        "xl/sharedStrings.xml": f"<sst {space}>{strings}</sst>",
        "xl/worksheets/sheet1.xml": sheet,
    }  # fmt: skip
    return zipped({name: damage(xml.encode()) for name, xml in parts.items()})


def _links(kinds: str, **targets: str) -> str:
    names = {"xl/workbook.xml": "officeDocument", "worksheets/sheet1.xml": "worksheet"}
    inside = "".join(
        f'<Relationship Id="{name}" Type="{kinds}/{names.get(target, target[:-4])}" Target="{target}"/>'
        for name, target in targets.items()
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
    )


def old_workbook(damage: Damage) -> bytes:
    """An XLS file (BIFF8) of the same figures, with a hidden sheet behind."""

    def record(number: int, body: bytes) -> bytes:
        return struct.pack("<HH", number, len(body)) + body

    def begin(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))

    def label(row: int, column: int, text: str) -> bytes:
        return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))

    def number(row: int, column: int, value: float, looks: int) -> bytes:
        return record(0x0203, struct.pack("<HHHd", row, column, looks, value))

    heads = [(0, 0, "某区总工会主要指标"), (2, 0, "指标"), (2, 1, "会员（人）"), (3, 1, "2011年"), (3, 2, "2012年")]
    first = begin(0x10) + b"".join(label(*head) for head in heads) + label(4, 0, "东区") + label(5, 0, "入会率")
    first += number(4, 1, 3400, 1) + number(4, 2, 3456, 1) + number(5, 1, 0.8534, 2)
    first += record(0x00E5, struct.pack("<H8H", 2, 2, 3, 0, 0, 2, 2, 1, 2)) + record(0x000A, b"")
    sheets = [("2012", 0, first), ("隐藏", 1, begin(0x10) + label(0, 0, "内部") + record(0x000A, b""))]
    font = record(0x0031, struct.pack("<HHHHHBBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 1, 0) + b"A")
    looks = b"".join(record(0x00E0, struct.pack("<HH", 0, code) + bytes(16)) for code in (0, 3, 10))
    told = [(name.encode("utf-16-le"), hidden, len(name)) for name, hidden, _ in sheets]
    length = len(begin(5) + font + looks) + sum(12 + len(name) for name, _, _ in told) + 4
    globe, at = begin(5) + font + looks, length
    for (name, hidden, size), (_, _, body) in zip(told, sheets, strict=True):
        globe += record(0x0085, struct.pack("<IBBBB", at, hidden, 0, size, 1) + name)
        at += len(body)
    stream = globe + record(0x000A, b"") + b"".join(body for *_, body in sheets)
    return damage(container({"Workbook": stream}))


def picture(damage: Damage) -> bytes:
    """A grey PNG of a few black bars."""
    rows = b"".join(
        b"\0" + bytes(0 if 10 < row % 20 < 16 and 20 < x < 100 else 255 for x in range(120)) for row in range(60)
    )
    parts = [b"IHDR" + struct.pack(">IIBBBBB", 120, 60, 8, 0, 0, 0, 0), b"IDAT" + zlib.compress(damage(rows)), b"IEND"]
    chunks = (struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def packed_zip(damage: Damage) -> bytes:
    return damage(zipped({"工会/总结.txt": TEXT.encode("gbk"), "内.zip": zipped({"a.txt": TEXT.encode()})}))


def packed_tar(damage: Damage) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT, encoding="gbk") as archive:
        info = tarfile.TarInfo("工会/总结.txt")
        info.size = len(TEXT.encode())
        archive.addfile(info, io.BytesIO(TEXT.encode()))
    return damage(gzip.compress(damage(stream.getvalue()), mtime=0))


SAMPLES: dict[str, Callable[[Damage], bytes]] = {
    "text": text, "html": page, "mht": saved_page, "eml": letter, "docx": docx, "odt": odt, "rtf": rtf, "epub": epub, "ofd": ofd, "pdf": pdf,
    "locked pdf": locked_pdf, "doc": old_word, "wps": wps, "xlsx": workbook, "xls": old_workbook, "picture": picture, "zip": packed_zip, "tar.gz": packed_tar,
}  # fmt: skip


def damage_of(chance: random.Random) -> Damage:
    """One way to damage bytes: changed, cut, doubled, moved or filled stretches, and numbers made huge."""

    def harm(data: bytes) -> bytes:
        found = bytearray(data)
        for _ in range(chance.randrange(1, 6)):
            if not found:
                return b""
            at = chance.randrange(len(found))
            to = min(len(found), at + chance.choice((1, 2, 4, 16, 200)))
            kind = chance.randrange(8)
            if kind == 0:
                found[at] ^= 1 << chance.randrange(8)
            elif kind == 1:
                found[at:to] = chance.randbytes(to - at)
            elif kind == 2:
                del found[at:to]
            elif kind == 3:
                found[at:at] = found[at:to] * chance.choice((1, 2, 100))
            elif kind == 4:
                found[at:to] = bytes((chance.choice((0, 0xFF, 0x20, 0x28, 0x7B)),)) * (to - at)
            elif kind == 5:
                del found[chance.randrange(len(found)) :]
            elif kind == 6 and (digits := [n for n, byte in enumerate(found) if 0x30 <= byte <= 0x39]):
                place = chance.choice(digits)
                found[place : place + 1] = chance.choice(
                    (b"0", b"-1", b"65535", b"2147483648", b"99999999999999999999")
                )
            elif kind == 7:
                piece = found[at:to]
                del found[at:to]
                place = chance.randrange(len(found) + 1)
                found[place:place] = piece
        return bytes(found)

    return harm


def damaged(kind: str, seed: int) -> bytes:
    """A damaged file of a kind, the same for the same seed; in half of those that are packed the inner files are damaged."""
    chance = random.Random(f"{kind}/{seed}")
    harm = damage_of(chance)
    whole = SAMPLES[kind](unharmed)
    sometimes = lambda data: harm(data) if chance.random() < 0.5 else data  # noqa: E731 (a name for one use)
    return SAMPLES[kind](sometimes) if chance.random() < 0.7 else harm(whole)
