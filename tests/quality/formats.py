"""
How much of a report's text each format gives back: ``python tests/quality/formats.py``, with LibreOffice (Debian's
``libreoffice-writer-nogui``).

A report is written as an OpenDocument file with headings, a numbered list, a table with joined cells, a footnote, a running
head and foot, a tracked deletion and a comment, and converted by LibreOffice to every format that it writes. Right is:
every character of the body once and in order, list numbers included; nothing of the deletion, comment, head and foot.
Formats that show a page (PDF, HTML, EPUB, text) are made of a copy without list, deletion and head, of which LibreOffice
prints all or forgets the numbers.
"""

from __future__ import annotations

import difflib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from union_corpus.documents import RawFile
from union_corpus.files import read_text

ROOT = Path(__file__).resolve().parents[2]
FORMATS = {
    "docx": "docx:MS Word 2007 XML", "doc": "doc:MS Word 97", "doc95": "doc:MS Word 95", "rtf": "rtf", "odt": "odt", "epub": "epub",
    "pdf": "pdf", "html": "html:HTML (StarWriter)", "txt": "txt:Text (encoded):UTF8",
}  # fmt: skip
PLAIN = {"pdf", "html", "epub", "txt"}
SPACES = (
    " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("style", "style"),
            ("fo", "xsl-fo-compatible"),
        )
    )
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
LIST = ("建立困难职工档案。", "走访慰问困难职工家庭。", "帮助下岗职工再就业。")
NOTE = "数据来自统计年报，截至年底。"
CELLS = (
    '<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>地区</text:p></table:table-cell>'
    '<table:table-cell table:number-columns-spanned="2"><text:p>会员（人）</text:p></table:table-cell><table:covered-table-cell/></table:table-row>'
    "<table:table-row><table:covered-table-cell/><table:table-cell><text:p>2011年</text:p></table:table-cell>"
    "<table:table-cell><text:p>2012年</text:p></table:table-cell></table:table-row>"
    "<table:table-row><table:table-cell><text:p>东区</text:p></table:table-cell><table:table-cell><text:p>1,200</text:p></table:table-cell>"
    "<table:table-cell><text:p>1,350</text:p></table:table-cell></table:table-row>"
)
TABLE = [["地区", "会员（人）"], ["2011年", "2012年"], ["东区", "1,200", "1,350"]]


def report(text: str, *, plain: bool = False) -> tuple[str, str]:
    """The flat OpenDocument file of a report, and what a reader reads in it."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    title, *body = lines
    parts = [f'<text:h text:outline-level="1">{title}</text:h>']
    parts += [f"<text:p>{line}</text:p>" for line in body]
    note = f'<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>{NOTE}</text:p></text:note-body></text:note>'
    parts.append(f"<text:p>会员人数见下表{note}。</text:p>")
    parts.append(f'<table:table><table:table-column table:number-columns-repeated="3"/>{CELLS}</table:table>')
    items = "".join(f"<text:list-item><text:p>{item}</text:p></text:list-item>" for item in LIST)
    if not plain:
        parts.append(f'<text:list text:style-name="L1">{items}</text:list>')
    change = "" if plain else '<text:change text:change-id="c1"/>'
    parts.append(
        f"<text:p>工会经费{change}收支平衡<office:annotation><dc:creator>x</dc:creator><text:p>请核对批注</text:p>"
        "</office:annotation>。</text:p>"
    )
    changes = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info><dc:creator>x</dc:creator>'
        "<dc:date>2012-01-01T00:00:00</dc:date></office:change-info><text:p>删去的话</text:p></text:deletion></text:changed-region>"
        "</text:tracked-changes>"
    )
    styles = (
        '<office:automatic-styles><text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-suffix="、"'
        ' style:num-format="一, 二, 三, ..."/></text:list-style><style:page-layout style:name="P"><style:page-layout-properties'
        ' fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/><style:header-style/><style:footer-style/></style:page-layout></office:automatic-styles><office:master-styles>'
        '<style:master-page style:name="Standard" style:page-layout-name="P"><style:header><text:p>内部文件页眉</text:p></style:header>'
        "<style:footer><text:p>页脚<text:page-number/></text:p></style:footer></style:master-page></office:master-styles>"
    )
    if plain:
        changes = styles = ""
    flat = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {SPACES} office:version="1.2" '
        f'office:mimetype="application/vnd.oasis.opendocument.text">{styles}<office:body><office:text>{changes}{"".join(parts)}'
        "</office:text></office:body></office:document>"
    )
    listed = [f"{number}、{item}" for number, item in zip("一二三", LIST, strict=True)]
    meant = [
        *lines,
        "会员人数见下表。",
        *("".join(row) for row in TABLE),
        *([] if plain else listed),
        "工会经费收支平衡。",
        NOTE,
    ]
    return flat, "".join("".join(meant).split())


def ofd(text: str) -> bytes:
    """An OFD file of the same lines, two columns of millimetres apart as offices write them."""
    import io

    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    lines = [
        line
        for paragraph in text.split("\n")
        for line in (paragraph[at : at + 36] for at in range(0, len(paragraph), 36))
    ]
    pages = [lines[at : at + 40] for at in range(0, len(lines), 40)]
    members = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>"
        + "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
        + "</ofd:Pages></ofd:Document>",
    }
    for number, page in enumerate(pages):
        things = "".join(
            f'<ofd:TextObject Boundary="20 {20 + 6 * row} 170 6" Size="4.2"><ofd:TextCode X="0" Y="4.5" DeltaX="g {len(line) - 1} 4.5">{line}'
            "</ofd:TextCode></ofd:TextObject>"
            for row, line in enumerate(page)
            if line
        )
        members[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f"<ofd:Page {space}><ofd:Content><ofd:Layer>{things}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return stream.getvalue()


def share(meant: str, found: str) -> float:
    blocks = difflib.SequenceMatcher(None, meant, found, autojunk=False).get_matching_blocks()
    return 100 * 2 * sum(block.size for block in blocks) / max(len(meant) + len(found), 1)


def main() -> None:
    office = shutil.which("soffice")
    if office is None:
        raise SystemExit("LibreOffice is missing: apt-get install libreoffice-writer-nogui")
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "data" / "_originals").glob("*.txt"))[::8]]
    with tempfile.TemporaryDirectory() as folder:
        meant: dict[bool, dict[int, str]] = {True: {}, False: {}}
        files: dict[bool, list[str]] = {True: [], False: []}
        for plain in (True, False):
            (Path(folder) / str(plain)).mkdir()
            for number, text in enumerate(texts):
                flat, meant[plain][number] = report(text, plain=plain)
                path = Path(folder) / str(plain) / f"{number}.fodt"
                path.write_text(flat, encoding="utf-8")
                files[plain].append(str(path))
        print(f"{'format':8} {'of the text':>12}  tables")
        for name, kind in FORMATS.items():
            plain = name in PLAIN
            out = Path(folder) / name
            command = [
                office,
                "--headless",
                f"-env:UserInstallation=file://{folder}/profile",
                "--convert-to",
                kind,
                "--outdir",
                str(out),
                *files[plain],
            ]
            subprocess.run(command, capture_output=True, check=False, timeout=300)
            made = [(number, path.read_bytes()) for number in meant[plain] for path in out.glob(f"{number}.*")]
            show(name, made, meant[plain])
        show("ofd", [(number, ofd(whole)) for number, whole in meant[True].items()], meant[True])


def show(name: str, files: list[tuple[int, bytes]], meant: dict[int, str]) -> None:
    shares, tables = [], 0
    for number, data in files:
        doc = read_text(RawFile(f"{number}.{name}", data))
        found = "".join(doc.text.split())
        shares.append(share(meant[number], found))
        for table in doc.tables:
            rows: dict[int, list[str]] = {}
            for cell in table.cells:
                rows.setdefault(cell.row, []).append(doc.text[cell.start : cell.end])
            tables += list(rows.values()) == TABLE
        if shares[-1] < 100 and ("-v" in sys.argv or number == 0):
            matcher = difflib.SequenceMatcher(None, meant[number], found, autojunk=False)
            for tag, a, b, c, d in matcher.get_opcodes():
                if tag != "equal":
                    print(f"    {meant[number][a:b][:60]!r} → {found[c:d][:60]!r}")
            print("   ", [problem.problem for problem in doc.problems])
    if shares:
        print(f"{name:8} {sum(shares) / len(shares):10.2f} %  {tables} of {len(files)}")
    else:
        print(f"{name:8} not written by this LibreOffice")


if __name__ == "__main__":
    main()
