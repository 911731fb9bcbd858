"""Folders, archives and formats: everything readable is read, everything else is a row, and nothing hangs."""

from __future__ import annotations

import gzip
import io
import os
import random
import signal
import tarfile
import time
import zipfile
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from file_samples import SAMPLES, container, unharmed
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_layouts import LAYOUTS, SENTENCES, Page, cells_of, written

from union_corpus.documents import Document, RawFile
from union_corpus.errors import LoadError
from union_corpus.files import Limits, Unreadable, detect_format, read_files, read_text
from union_corpus.files.limits import DEFAULT_LIMITS
from union_corpus.files.list_numbers import Level, ListNumbers
from union_corpus.files.page_order import Char, read_order
from union_corpus.files.text_layers import unusable
from union_corpus.segments import segment

TEXT = "某区总工会2012年工作总结\n全区新建基层工会12个，发展会员3,456人，发放帮扶资金78.9万元。\n"


def zipped(members: dict[str, bytes], *, encoding: str | None = None) -> bytes:
    """A zip file; with an encoding, its names are bytes in it and no flag tells so."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    made = stream.getvalue()
    if encoding is None:
        return made
    for name in members:
        # Same length in both places where a zip file keeps the name: put the raw bytes in, take the flag out.
        assert len(name.encode(encoding)) <= len(name.encode())
    return _with_raw_names(members, encoding)


def _with_raw_names(members: dict[str, bytes], encoding: str) -> bytes:
    class RawInfo(zipfile.ZipInfo):
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 (zipfile's own name)
            return self.filename.encode(encoding), self.flag_bits & ~0x800

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(RawInfo(name), data)
    return stream.getvalue()


def paths(*where: str | Path) -> list[str]:
    return [found.path for found in read_files(*where)]


def test_folder_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.txt", "a/1.txt", ".hidden", "__MACOSX/x", ".git/config", "~$a.docx"):
        place = tmp_path / name
        place.parent.mkdir(exist_ok=True, parents=True)
        place.write_bytes(TEXT.encode("gbk"))
    names = [Path(path).relative_to(tmp_path).as_posix() for path in paths(tmp_path)]
    assert names == ["a/1.txt", "a/2.txt", "b.txt"]
    assert paths(str(tmp_path / "**" / "*.txt")) == paths(tmp_path)
    (first, *_) = read_files(tmp_path)
    assert isinstance(first, RawFile)
    assert read_text(first).text == TEXT


def test_missing_and_empty_places(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"there is no .*nowhere"):
        read_files(tmp_path / "nowhere")
    with pytest.raises(LoadError, match="no file matches"):
        read_files(str(tmp_path / "*.txt"))
    with pytest.raises(LoadError, match="no file to read"):
        list(read_files(tmp_path))


def test_links_and_pipes_are_rows(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.txt").write_text("secret")
    (tmp_path / "in" / "a.txt").write_text(TEXT)
    (tmp_path / "in" / "again.txt").symlink_to(tmp_path / "in" / "a.txt")
    (tmp_path / "in" / "escape.txt").symlink_to(tmp_path / "out.txt")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "nothing").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "in" / "pipe")
    found = list(read_files(tmp_path / "in"))
    assert [Path(f.path).name for f in found if isinstance(f, RawFile)] == ["a.txt"]
    rows = {Path(f.path).name: f.problem.problem for f in found if isinstance(f, Unreadable)}
    assert rows == {"escape.txt": "link_out", "nothing": "broken_link", "pipe": "not_a_file"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "a.txt").chmod(0)
    (found,) = read_files(tmp_path)
    assert isinstance(found, Unreadable)
    assert found.problem.problem == "no_permission"


@pytest.mark.parametrize("encoding", ["gbk", "big5", "utf-8", None])
def test_archive_names(tmp_path: Path, encoding: str | None) -> None:
    names = (
        ["工會/會員名冊.txt", "工會/年度總結.txt"] if encoding == "big5" else ["工会/会员名册.txt", "工会/年度总结.txt"]
    )
    (tmp_path / "报告.zip").write_bytes(
        _with_raw_names(dict.fromkeys(names, TEXT.encode("gbk")), encoding)
        if encoding
        else zipped(dict.fromkeys(names, TEXT.encode("gbk")))
    )
    assert sorted(path.rpartition("!/")[2] for path in paths(tmp_path)) == sorted(names)


def test_names_garbled_before_they_were_flagged(tmp_path: Path) -> None:
    garbled = "工会年度工作总结.txt".encode("gbk").decode("cp437")
    (tmp_path / "a.zip").write_bytes(zipped({garbled: b"x"}))
    assert paths(tmp_path)[0].endswith("a.zip!/工会年度工作总结.txt")


def test_western_names_stay(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(_with_raw_names({"résumé du comité.txt": b"x"}, "cp437"))
    assert paths(tmp_path)[0].endswith("a.zip!/résumé du comité.txt")


def test_archives_in_archives(tmp_path: Path) -> None:
    data = zipped({"2009/总结.txt": TEXT.encode()})
    for depth in range(2, 5):
        data = zipped({f"inner{depth}.zip": data})
    (tmp_path / "outer.zip").write_bytes(data)
    (row,) = read_files(tmp_path)
    assert isinstance(row, Unreadable)
    assert row.problem.problem == "too_deep"
    (found,) = read_files(tmp_path, limits=Limits(depth=4))
    assert isinstance(found, RawFile)
    assert found.path.endswith("outer.zip!/inner4.zip!/inner3.zip!/inner2.zip!/2009/总结.txt")


def test_tar_and_gz(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz", format=tarfile.GNU_FORMAT, encoding="gbk") as archive:
        for name in ("工会/总结.txt", "../up.txt"):
            info = tarfile.TarInfo(name)
            info.size = len(TEXT.encode())
            archive.addfile(info, io.BytesIO(TEXT.encode()))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    found = list(read_files(tmp_path))
    assert [f.path.rpartition("!/")[2] for f in found if isinstance(f, RawFile)] == ["工会/总结.txt", "b.txt"]
    assert [f.problem.problem for f in found if isinstance(f, Unreadable)] == ["unsafe_path", "not_a_file"]


def test_hostile_archives(tmp_path: Path) -> None:
    (tmp_path / "bomb.zip").write_bytes(zipped({"bomb.txt": bytes(300 << 20), "good.txt": TEXT.encode()}))
    (tmp_path / "bomb.txt.gz").write_bytes(gzip.compress(bytes(300 << 20)))
    (tmp_path / "cut.zip").write_bytes(zipped({"a.txt": TEXT.encode()})[:-30])
    (tmp_path / "many.zip").write_bytes(zipped({f"{number:03}.txt": b"x" for number in range(60)}))
    began = time.perf_counter()
    found = list(read_files(tmp_path, limits=Limits(members=50)))
    assert time.perf_counter() - began < 10
    rows = {Path(f.path.partition("!")[0]).name: f.problem.problem for f in found if isinstance(f, Unreadable)}
    assert rows == {
        "bomb.zip": "too_large",
        "bomb.txt.gz": "too_large",
        "cut.zip": "broken_archive",
        "many.zip": "too_many_members",
    }
    assert any(f.path.endswith("good.txt") for f in found if isinstance(f, RawFile))
    assert sum("many.zip" in f.path for f in found if isinstance(f, RawFile)) == 50


def test_encrypted_and_large(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": TEXT.encode()}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(data))
    (tmp_path / "b.txt").write_bytes(bytes(2000))
    rows = [
        f.problem.problem for f in read_files(tmp_path, limits=Limits(file_bytes=1000)) if isinstance(f, Unreadable)
    ]
    assert rows == ["encrypted", "too_large"]


def test_addresses() -> None:
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    system.pipe("/reports/2009/总结.txt", TEXT.encode("gbk"))
    system.pipe("/reports/a.zip", zipped({"b.txt": TEXT.encode()}))
    assert paths("memory://reports") == ["memory://reports/2009/总结.txt", "memory://reports/a.zip!/b.txt"]
    with pytest.raises(LoadError, match="no file at memory"):
        list(read_files("memory://nowhere"))


# -- formats ----------------------------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head><meta charset="gb2312"><title>某区总工会2012年工作总结_某某网</title>
<style>p{color:red}</style><script>var x = "<p>不是正文</p>";</script></head><body>
<div class="nav"><a href="/">首页</a> <a href="/n">新闻</a></div><h1>某区总工会2012年工作总结</h1>
<div id="content"><p>&nbsp;&nbsp;全区新建基层工会<b>1,234</b>家，发展会员&ldquo;5.6万人&rdquo;，
组建率达到96.5%。<p>第二段话：帮扶困难职工<span style="display:none">隐藏水印</span>300人，发放慰问金20万元。
<table><tr><th>指标<th>2011年<th>2012年<tr><td>会员<td>100<td>200</table></div>
<div class="footer">版权所有</div></body></html>"""


def test_web_page() -> None:
    data = PAGE.encode("gbk")
    doc = read_text(RawFile("a.htm", data))
    assert doc.text.split("\n") == [
        "某区总工会2012年工作总结",
        "全区新建基层工会1,234家，发展会员“5.6万人”，组建率达到96.5%。",
        "第二段话：帮扶困难职工300人，发放慰问金20万元。",
        "指标\t2011年\t2012年",
        "会员\t100\t200",
    ]
    assert doc.metadata.title == "某区总工会2012年工作总结"
    start = doc.text.index("1,234")
    span = doc.byte_span(start, start + 5)
    assert span is not None
    assert data[slice(*span)] == b"1,234"
    for region in doc.source.regions:
        if region.encoding:
            stretch = data[region.byte_start : region.byte_end]
            assert stretch.decode(region.encoding) == doc.text[region.start : region.end]


JOINED = [
    ["2012年会员统计表"],
    ["地区", "会员（人）", "备注"],
    ["2011年", "2012年"],
    ["东区", "100", "", ""],
    ["西区", "", "300", "无"],
]
JOINED_LINES = [
    "2012年会员统计表",
    "地区\t会员（人）\t\t备注",
    "\t2011年\t2012年\t",
    "东区\t100\t\t",
    "西区\t\t300\t无",
]


def test_tables_of_a_web_page() -> None:
    page = """<html><body><p>会员的情况见下表，数字截至年底。</p><table><tr><td colspan=4>2012年会员统计表</td></tr>
    <tr><th rowspan=2>地区<th colspan="2">会员<br>（人）<th rowspan=2><p>备</p><p>注</p><tr><th>2011年<th>2012年
    <tr><td>东区<td>100<td><td>&nbsp;<tr><td>西区<td></td><td>300<td>无</table><p>后面还有一段普通的文字，没有数字。</p>
    <table><tr><td>左边的菜单</td><td><p>版面里的一段文字，它不是表格。</p><p>另一段。</p><p>第三段。</p><p>第四段。</p></td></tr></table>"""
    data = page.encode("gbk")
    doc = read_text(RawFile("a.htm", data))
    assert doc.text.split("\n")[1:6] == JOINED_LINES
    (table,) = doc.tables
    assert cells_of(doc.text, table) == JOINED
    assert [(cell.rows, cell.columns) for cell in table.cells[:4]] == [(1, 4), (2, 1), (1, 2), (2, 1)]
    (cell,) = (cell for cell in table.cells if doc.text[cell.start : cell.end] == "300")
    span = doc.byte_span(cell.start, cell.end)
    assert span is not None
    assert data[slice(*span)] == b"300"


def test_page_saved_as_one_file() -> None:
    message = EmailMessage()
    message["Subject"] = "page"
    message.set_content(PAGE, subtype="html", charset="gb2312", cte="quoted-printable")
    message.make_related()
    data = b"MIME-Version: 1.0\r\n" + message.as_bytes().replace(b"MIME-Version: 1.0\n", b"")
    doc = read_text(RawFile("a.mht", data))
    assert "新建基层工会1,234家" in doc.text
    assert doc.source.regions == ()


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in headers.items():
        message[name] = value
    return message


def test_a_mail_is_read_with_its_subject_and_what_is_attached(tmp_path: Path) -> None:
    message = mail(Subject="某县总工会2008年工作总结", Date="Mon, 12 Jan 2009 08:00:00 +0800")
    message.set_content("王主席：\n附件请审。新建基层工会35个。\n", charset="gb2312")
    message.add_attachment(TEXT.encode("gbk"), maintype="text", subtype="plain", filename="总结.txt")
    message.add_attachment(zipped({"a.txt": TEXT.encode()}), maintype="application", subtype="zip", filename="包.zip")
    message.add_attachment(b"", maintype="image", subtype="png", filename="a.png", cid="<x>", disposition="inline")
    (tmp_path / "报送.eml").write_bytes(message.as_bytes())
    found = {raw.path.rsplit("/mail/")[-1]: raw for raw in read_files(tmp_path) if isinstance(raw, RawFile)}
    assert [path.rpartition("报送")[2] for path in found] == [".eml", ".eml!/总结.txt", ".eml!/包.zip!/a.txt"]
    first, second, third = map(read_text, found.values())
    assert first.text.startswith("某县总工会2008年工作总结\n王主席：\n附件请审。")
    assert first.metadata.title == "某县总工会2008年工作总结"
    assert second.text == third.text == TEXT


def test_a_mail_that_is_a_page_and_one_with_raw_bytes_in_its_head() -> None:
    message = mail(Subject="转发")
    message.set_content(PAGE, subtype="html", charset="gbk", cte="base64")
    assert "新建基层工会1,234家" in read_text(RawFile("a.eml", message.as_bytes())).text
    # Internet Explorer in Chinese writes its own name into a saved page, in GBK.
    message = mail()
    message.set_content(PAGE, subtype="html", charset="gb2312", cte="quoted-printable")
    message.make_related()
    head = "From: <由 Microsoft Internet Explorer 5 保存>\r\nSubject: =?gb2312?B?uaS74Q==?=\r\n".encode("gbk")
    page = read_text(RawFile("a.mht", head + message.as_bytes()))
    assert "新建基层工会1,234家" in page.text
    assert "Microsoft" not in page.text
    plain = "Subject: 某县总工会总结\nFrom: 办公室\n\n新建基层工会3家。".encode("gbk")
    assert read_text(RawFile("a.txt", plain)).text.startswith("Subject: ")


@pytest.mark.parametrize(
    "markup",
    ['<a "', "<script", "<!", "<div>", "<table><tr><td>", "<p>工会，", "&", "<ul><li>", "</p>", "<a '\""],
)
def test_broken_markup_takes_linear_time(markup: str) -> None:
    began = time.perf_counter()
    read_text(RawFile("a.htm", ("<html>" + markup * 30_000).encode()))
    assert time.perf_counter() - began < 8


def docx(body: str, **parts: str) -> bytes:
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    members = {"[Content_Types].xml": b"<Types/>"}
    for name, inside in {"document": f"<w:body>{body}</w:body>", **parts}.items():
        members[f"word/{name}.xml"] = f'<w:{name} xmlns:w="{main}">{inside}</w:{name}>'.encode()
    return zipped(members)


def paragraph(text: str, before: str = "") -> str:
    return f"<w:p>{before}<w:r><w:t>{text}</w:t></w:r></w:p>"


def test_docx() -> None:
    numbered = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    cells = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("会员", "200"))
    body = (
        paragraph("工作总结")
        + paragraph("组织建设", numbered)
        + paragraph("帮扶工作", numbered)
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        + "<w:p><w:r><w:t>正文</w:t></w:r><w:r><w:txbxContent>"
        + paragraph("文本框")
        + "</w:txbxContent></w:r><w:r><w:t>继续</w:t></w:r></w:p>"
        + "<w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:r><w:t>留下</w:t></w:r></w:p>"
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        '<w:lvlText w:val="%1、"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    )
    data = docx(body, numbering=numbering, footnotes=f"<w:footnote>{paragraph('数据来自统计年报')}</w:footnote>")
    doc = read_text(RawFile("a.docx", data))
    assert doc.text.split("\n") == [
        "工作总结",
        "一、组织建设",
        "二、帮扶工作",
        "会员\t200",
        "正文继续",
        "文本框",
        "留下",
        "数据来自统计年报",
    ]
    assert not doc.problems


def test_tables_of_a_docx() -> None:
    def cell(text: str, inside: str = "") -> str:
        return f"<w:tc><w:tcPr>{inside}</w:tcPr>{paragraph(text)}</w:tc>"

    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        cell("2012年会员统计表", '<w:gridSpan w:val="4"/>'),
        cell("地区", down) + cell("会员（人）", '<w:gridSpan w:val="2"/>') + cell("备注", down),
        cell("", on) + cell("2011年") + cell("2012年") + cell("", on),
        cell("东区") + cell("100") + cell("") + cell(""),
        cell("西区") + cell("") + cell("300") + cell("无"),
        f"<w:tc>{paragraph('主要事迹')}</w:tc><w:tc>{paragraph('很长的一段话。' * 20)}{paragraph('第二段。')}</w:tc>",
    ]
    body = paragraph("前文") + f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>" + paragraph("后文")
    doc = read_text(RawFile("a.docx", docx(body)))
    assert doc.text.split("\n") == ["前文", *JOINED_LINES, "主要事迹", "很长的一段话。" * 20, "第二段。", "后文"]
    (table,) = doc.tables
    assert cells_of(doc.text, table) == JOINED
    (piece,) = (piece for piece in segment(doc) if piece.kind == "table")
    assert piece.cells == table.cells


def test_tables_of_an_odt() -> None:
    def cell(text: str, attributes: str = "") -> str:
        return f"<t:table-cell {attributes}><x:p>{text}</x:p></t:table-cell>"

    gap = "<t:covered-table-cell/>"
    rows = [
        cell("2012年会员统计表", 't:number-columns-spanned="4"')
        + '<t:covered-table-cell t:number-columns-repeated="3"/>',
        cell("地区", 't:number-rows-spanned="2"')
        + cell("会员（人）", 't:number-columns-spanned="2"')
        + gap
        + cell("备注", 't:number-rows-spanned="2"'),
        gap + cell("2011年") + cell("2012年") + gap,
        cell("东区") + cell("100") + cell("") + cell(""),
        cell("西区") + cell("") + cell("300") + cell("无"),
    ]
    body = f"<t:table>{''.join(f'<t:table-row>{row}</t:table-row>' for row in rows)}</t:table>"
    content = f'<d xmlns:t="t" xmlns:x="x">{body}</d>'.encode()
    doc = read_text(
        RawFile("a.odt", zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content}))
    )
    assert doc.text.split("\n") == JOINED_LINES
    assert [cells_of(doc.text, table) for table in doc.tables] == [JOINED]


def test_docx_with_entities_is_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "工会"><!ENTITY b "&a;&a;">]><w:document xmlns:w="x"><w:p><w:t>&b;</w:t></w:p></w:document>'
    data = zipped({"[Content_Types].xml": b"", "word/document.xml": bomb.encode()})
    doc = read_text(RawFile("a.docx", data))
    assert doc.text == ""
    assert doc.problems[0].problem == "broken_file"


def test_rtf() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}{\f1\fcharset136 MingLiU;}}{\info{\title no}}"
        rb"\f0 \'b9\'a4\'bb\'e1 2012\par \u24037?\u20250?\'b1\'a8\'b8\'e6\par{\f1 \'a4u\'b7|}\par"
        rb"\'bb\'e1\'d4\'b1\cell 200\cell\row}"
    )
    doc = read_text(RawFile("a.rtf", data))
    assert doc.text.split("\n")[:4] == ["工会 2012", "工会报告", "工會", "会员\t200"]
    start = doc.text.index("2012")
    span = doc.byte_span(start, start + 4)
    assert span is not None
    assert data[slice(*span)] == b"2012"


def test_tables_of_an_rtf_have_cells_and_bytes() -> None:
    head = rb"\trowd\trleft0\cellx1000\clmgf\cellx2000\clmrg\cellx3000\pard\intbl "
    row = rb"\trowd\trleft0\cellx1000\cellx2000\cellx3000\pard\intbl "
    data = (
        rb"{\rtf1\ansi\ansicpg936 \'b9\'a4\'bb\'e1\par"
        + head + rb"\'b5\'a5\'ce\'bb\cell 2012\cell\cell\row"
        + row + rb"\'bb\'e1\'d4\'b1\par\'ca\'fd\cell 200\cell  31.5 \cell\row"
        + row + rb"\'be\'ad\'b7\'d1\cell 45\cell\cell\row\pard 7\par}"
    )  # fmt: skip
    doc = read_text(RawFile("a.rtf", data))
    assert doc.text.split("\n")[:5] == ["工会", "单位\t2012\t", "会员数\t200\t31.5", "经费\t45\t", "7"]
    (table,) = doc.tables
    assert [(doc.text[c.start : c.end], c.row, c.column, c.columns) for c in table.cells][:5] == [
        ("单位", 0, 0, 1), ("2012", 0, 1, 2), ("会员数", 1, 0, 1), ("200", 1, 1, 1), ("31.5", 1, 2, 1),
    ]  # fmt: skip
    for figure in ("2012", "200", "31.5", "45", "7"):
        span = doc.byte_span(doc.text.index(figure), doc.text.index(figure) + len(figure))
        assert span is not None
        assert data[slice(*span)] == figure.encode()
    assert [one.kind for one in segment(doc)].count("table") == 1
    # A cell that holds paragraphs is a way of laying out a page; a table that breaks off is read to its end.
    long = "{\\rtf1\\ansi " + "\\trowd\\cellx900\\cellx1800\\intbl a\\cell " + "b " * 80 + "\\cell\\row c\\cell"
    assert read_text(RawFile("a.rtf", long.encode())).text.split("\n")[0] == "a"
    assert read_text(RawFile("a.rtf", long.encode())).text.strip().endswith("c")


def test_notes_of_an_rtf_come_at_the_end() -> None:
    data = rb"{\rtf1\ansi\ansicpg936 \'b9\'a4\'bb\'e1{\super\chftn{\*\footnote\pard \'d7\'a2 7}} 2012\par{\deleted \'b9\'a4}\par}"
    doc = read_text(RawFile("a.rtf", data))
    assert [line for line in doc.text.split("\n") if line] == ["工会 2012", "注 7"]
    for region in doc.source.regions:
        if region.encoding:
            stretch = data[region.byte_start : region.byte_end]
            assert stretch.decode(region.encoding) == doc.text[region.start : region.end]


def test_numbers_of_the_lists_of_an_odt() -> None:
    styles = (
        '<t:list-style t:name="L"><t:list-level-style-number t:level="1" t:num-suffix="、" t:num-format="一, 二, 三, ..."/>'
        '<t:list-level-style-number t:level="2" t:num-prefix="（" t:num-suffix="）" t:num-format="1"/></t:list-style>'
    )
    inner = "<t:list><t:list-item><t:p>其一</t:p></t:list-item><t:list-item><t:p>其二</t:p><t:p>接着说</t:p></t:list-item></t:list>"
    items = f"<t:list-item><t:p>建档</t:p>{inner}</t:list-item><t:list-item><t:p>走访</t:p></t:list-item>"
    again = "<t:list-item><t:p>慰问</t:p></t:list-item>"
    body = f'<t:list t:style-name="L">{items}</t:list><t:list t:style-name="L" t:continue-numbering="true">{again}</t:list><t:p>后文</t:p>'
    content = f'<d xmlns:t="t">{styles}{body}</d>'.encode()
    doc = read_text(
        RawFile("a.odt", zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content}))
    )
    assert doc.text.split("\n") == ["一、建档", "（1）其一", "（2）其二", "接着说", "二、走访", "三、慰问", "后文"]


def test_wps_files_are_read_and_works_files_are_named() -> None:
    assert read_text(RawFile("a.wps", SAMPLES["wps"](unharmed))).text == "全区工会会员 12,345 人\n经费 67.8 万元"
    works = read_text(RawFile("a.wps", container({"CONTENTS": b"CHNKWKS"})))
    assert works.text == ""
    assert "without a Word document" in works.problems[0].detail


def test_old_word_file() -> None:
    doc = read_text(RawFile("a.doc", SAMPLES["doc"](unharmed)))
    assert doc.text.split("\n")[0] == "某区总工会2012年工作总结"
    assert doc.text.split("\n")[3:] == ["一、建档", "二、走访", "指标\t会员", "合计", "东区\t12", "9"]
    assert [cell.columns for cell in doc.tables[0].cells] == [1, 1, 2, 1, 1]
    assert "删去" not in doc.text
    assert not doc.problems


def test_a_zip_file_of_an_unknown_version_is_a_problem_record(tmp_path: Path) -> None:
    data = SAMPLES["docx"](unharmed)
    at = data.index(b"PK\x01\x02") + 6
    (tmp_path / "a.docx").write_bytes(data[:at] + b"\x54" + data[at + 1 :])
    (found,) = read_files(tmp_path / "a.docx")
    assert isinstance(found, Unreadable)
    assert found.problem.problem == "broken_archive"


def test_list_numbers_begin_anew_where_a_number_says_so() -> None:
    numbers = ListNumbers()
    numbers.add("a", 0, Level(1, "chineseCounting", "%1、"))
    numbers.add("a", 1, Level(1, "decimal", "%1.%2"))
    numbers.use("1", "a")
    numbers.use("2", "a")
    numbers.begin_anew("2", 0, 1)
    printed = [numbers.next(*which) for which in (("1", 0), ("1", 1), ("1", 0), ("2", 0), ("2", 0), ("1", 0), ("1", 1))]
    assert printed == ["一、", "一.1", "二、", "一、", "二、", "三、", "三.1"]


def test_ofd() -> None:
    page = (
        '<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer>'
        '<ofd:TextObject Boundary="20 40 100 6" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="g 7 5">发展会员三百人</ofd:TextCode></ofd:TextObject>'
        '<ofd:TextObject Boundary="20 20 100 6" Size="5"><ofd:TextCode X="0" Y="5">工作总结</ofd:TextCode></ofd:TextObject>'
        "</ofd:Layer></ofd:Content></ofd:Page>"
    )
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    members = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document {space}><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/P0.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/Pages/P0.xml": page,
    }
    doc = read_text(RawFile("a.ofd", zipped({name: text.encode() for name, text in members.items()})))
    assert doc.text == "工作总结\n发展会员三百人"
    place = doc.place_of(6, 8)
    assert place is not None
    assert place.page == 1
    assert not doc.problems


def test_scan() -> None:
    drawing = pytest.importorskip("PIL.ImageDraw")
    from PIL import Image, ImageFont

    font = next((Path(__file__).resolve().parents[1] / "union_corpus" / "fonts").glob("*.otf"), None)
    if font is None:
        pytest.skip("no font in the package")
    page = Image.new("L", (900, 260), 255)
    for row, text in enumerate(("全区新建基层工会十二个", "发展会员三百人")):
        drawing.Draw(page).text((60, 50 + 80 * row), text, font=ImageFont.truetype(str(font), 40), fill=0)
    stream = io.BytesIO()
    page.save(stream, "PNG")
    doc = read_text(RawFile("a.png", stream.getvalue()))
    if doc.problems and doc.problems[0].problem == "missing_library":
        assert "union-corpus[ocr]" in doc.problems[0].detail
        pytest.skip("rapidocr is not installed")
    assert doc.text.split("\n") == ["全区新建基层工会十二个", "发展会员三百人"]
    place = doc.place_of(0, 3)
    assert place is not None
    assert place.score is not None
    assert place.score > 0.8
    for turned in (page.rotate(90, expand=True), page.rotate(2.5, fillcolor=255)):
        stream = io.BytesIO()
        turned.save(stream, "PNG")
        assert read_text(RawFile("b.png", stream.getvalue())).text == doc.text
    stream = io.BytesIO()
    Image.new("L", (1600, 2200), 255).save(stream, "PNG")
    assert [problem.problem for problem in read_text(RawFile("c.png", stream.getvalue())).problems] == ["no_text"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"CAJ\x00", "caj"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "ods"),
        (TEXT.encode("gbk"), "text"),
        ("<工会> 小于号 <b>".encode(), "text"),
    ],
)
def test_formats(data: bytes, kind: str) -> None:
    assert detect_format(data) == kind
    doc = read_text(RawFile("x", data))
    assert isinstance(doc, Document)
    if kind != "text":
        (problem,) = doc.problems
        assert problem.problem == "unsupported_format"
        assert ":" in problem.detail


# -- pages ------------------------------------------------------------------------------------------------------------


def printed(text: str, left: float, top: float, *, down: bool = False, size: float = 10.0) -> list[Char]:
    """Characters of a size printed side by side, or below one another."""
    step = size * 1.05
    places = [(left, top + step * at) if down else (left + step * at, top) for at in range(len(text))]
    return [Char(char, x, y, x + size, y + size) for char, (x, y) in zip(text, places, strict=True)]


def test_columns_are_read_one_after_another() -> None:
    chars = printed("某市总工会年度工作报告全文", 150, 20)
    for row in range(8):
        chars += printed(f"左栏第{row}行一二三四五六七", 20, 60 + 16 * row)
        chars += printed(f"右栏第{row}行一二三四五六七", 320, 60 + 16 * row)
    random.Random(0).shuffle(chars)
    lines = [line.text for line in read_order(chars)]
    assert lines[0] == "某市总工会年度工作报告全文"
    assert [line[:2] for line in lines[1:]] == ["左栏"] * 8 + ["右栏"] * 8


def test_rows_of_a_table_stay_together() -> None:
    chars = []
    for row, cells in enumerate([("指标", "去年", "今年")] + [(f"项目{n}", f"{n}00", f"{n}50") for n in range(1, 8)]):
        for column, cell in enumerate(cells):
            chars += printed(cell, 20 + 150 * column, 40 + 18 * row)
    assert [line.text for line in read_order(chars)][:2] == ["指标\t去年\t今年", "项目1\t100\t150"]


def test_digits_side_by_side_are_not_bold_print() -> None:
    # Half as wide as high, like the digits of most fonts.
    chars = [Char(char, 20 + 5 * at, 20, 25 + 5 * at, 30) for at, char in enumerate("2000")]
    assert [line.text for line in read_order(chars)] == ["2000"]


def test_vertical_text_and_bold_printed_twice() -> None:
    chars = printed("右边一列先读它的字数不少", 200, 20, down=True) + printed(
        "左边一列后读它的字数不少", 170, 20, down=True
    )
    chars += [Char(c.text, c.left + 0.4, c.top, c.right + 0.4, c.bottom) for c in chars]
    assert [line.text for line in read_order(chars)] == ["右边一列先读它的字数不少", "左边一列后读它的字数不少"]


def pdf(pages: list[list[tuple[str, float, float]]]) -> bytes:
    """A PDF with texts at places, set in the library's own font."""
    import ctypes

    pdfium = pytest.importorskip("pypdfium2")
    raw = pdfium.raw
    fonts = Path(__file__).resolve().parents[1] / "union_corpus" / "fonts"
    font_data = next(iter(fonts.glob("*.otf")), None)
    if font_data is None:
        pytest.skip("no font in the package")
    data = font_data.read_bytes()
    document = pdfium.PdfDocument.new()
    buffer = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
    font = raw.FPDFText_LoadFont(document.raw, buffer, len(data), raw.FPDF_FONT_TRUETYPE, 1)
    for texts in pages:
        page = document.new_page(595, 842)
        for text, x, y in texts:
            thing = raw.FPDFPageObj_CreateTextObj(document.raw, font, 12)
            encoded = (text + "\0").encode("utf-16-le")
            wide = (ctypes.c_ushort * (len(encoded) // 2)).from_buffer_copy(encoded)
            raw.FPDFText_SetText(thing, wide)
            raw.FPDFPageObj_Transform(thing, 1, 0, 0, 1, x, 842 - y)
            raw.FPDFPage_InsertObject(page.raw, thing)
        raw.FPDFPage_GenerateContent(page.raw)
        page.close()
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    return stream.getvalue()


def test_pdf() -> None:
    data = pdf([[("全区新建基层工会12个", 60, 80), ("发展会员3,456人", 60, 100)], [], [("第三页的文字", 60, 80)]])
    doc = read_text(RawFile("a.pdf", data))
    assert doc.text.split("\n") == ["全区新建基层工会12个", "发展会员3,456人", "第三页的文字"]
    place = doc.place_of(doc.text.index("3,456"), doc.text.index("3,456") + 5)
    assert place is not None
    assert place.page == 1
    assert place.box is not None
    assert place.box[1] < 100 < place.box[3] + 5
    assert doc.place_of(len(doc.text) - 2, len(doc.text)).page == 3  # type: ignore[union-attr]
    assert [problem.problem for problem in doc.problems] == ["no_text_layer"]
    assert "page 2" in doc.problems[0].detail


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_layouts(name: str) -> None:
    layout = LAYOUTS[name](random.Random(7), name)
    doc = read_text(RawFile("a.pdf", layout.data))
    assert "".join(doc.text.split()) == layout.text
    assert [cells_of(doc.text, table) for table in doc.tables] == layout.tables


def test_unusable_text_layers() -> None:
    text = "".join(SENTENCES)
    han = sorted({char for char in text if "\u4e00" <= char <= "\u9fff"})
    mixed = random.Random(0).sample(han, len(han))
    for table in (
        {char: chr(0xE000 + at) for at, char in enumerate(han)},
        {char: chr(ord(char) + 29) for char in han},
        {char: chr(3 + at) for at, char in enumerate(han)},
        dict(zip(han, mixed, strict=True)),
    ):
        assert unusable("".join(table.get(char, char) for char in text))
    assert unusable(text, unmapped=0.5)
    for fine in (text, text.encode("gbk").decode("latin-1"), "1,204\t78.9\n" * 40, "王小明、李玥、赵翀璟、" * 20):
        assert unusable(fine) is None


def test_pages_with_an_unusable_text_layer_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("union_corpus.files.pdf_pages._scanned", lambda *_: ({}, []))
    fine, wrong = Page(), Page()
    fine.lines(list(SENTENCES), 60, 80)
    rare = [chr(code) for code in range(0x4E02, 0x9FA6) if len(chr(code).encode("gbk", "ignore")) == 2]
    wrong.lines(["".join(rare[ord(char) * 7 % len(rare)] for char in line) for line in SENTENCES], 60, 80)
    doc = read_text(RawFile("a.pdf", written([fine, wrong, fine])))
    assert [problem.detail[:7] for problem in doc.problems if problem.problem == "unusable_text_layer"] == ["page 2:"]
    assert doc.text.count(SENTENCES[0]) == 2


# -- anything -----------------------------------------------------------------------------------------------------------


def samples() -> list[bytes]:
    return [
        PAGE.encode("gbk"),
        docx(paragraph("工会") * 20),
        rb"{\rtf1\ansi\ansicpg936 \'b9\'a4\'bb\'e1\par \u24037?{\*\x y}\cell\row}",
        zipped(
            {
                "mimetype": b"application/epub+zip",
                "META-INF/container.xml": b'<rootfile full-path="a.opf"/>',
                "a.opf": b"",
            }
        ),
        b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1500),
    ]


@pytest.mark.parametrize("index", range(6))
def test_damaged_files_of_every_kind(index: int) -> None:
    chance = random.Random(index)
    sample = samples()[index]
    began = time.perf_counter()
    for _ in range(40):
        data = bytearray(sample)
        for _ in range(chance.randrange(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(1, len(data)) :]
        doc = read_text(RawFile("x", bytes(data)))
        assert doc.original == doc.text
        place = 0
        for region in doc.source.regions:
            assert region.start == place
            place = region.end
    assert time.perf_counter() - began < 20


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from([b"", b"<html>", b"{\\rtf1", b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
    st.binary(max_size=200),
)
def test_any_file(head: bytes, rest: bytes) -> None:
    doc = read_text(RawFile("x", head + rest))
    assert doc.original == doc.text


def slow_pdf(words: int) -> bytes:
    """A page of so many words, each put in its place by itself."""
    drawn = b"".join(b"1 0 0 1 %d %d Tm (word) Tj\n" % (at * 7 % 580, at * 11 % 790) for at in range(words))
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\nBT /F 9 Tf\n%sET\nendstream" % (len(drawn) + 14, drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body = b"".join(b"%d 0 obj%s\nendobj\n" % (number, text) for number, text in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"


@pytest.mark.skipif(not hasattr(signal, "SIGXCPU"), reason="this system knows no caps of processor time")
def test_a_reader_that_works_too_long_is_ended() -> None:
    from union_corpus.files.children import Child, ChildError

    child = Child()
    try:
        assert child.ask("pdf", slow_pdf(10), seconds=30, pages=1)["found"]["count"] == 1
        with pytest.raises(ChildError, match="more than"):
            child.ask("pdf", slow_pdf(100_000), seconds=0.1, pages=1)
        # The next file gets a new child.
        assert "error" in child.ask("pdf", b"%PDF-", seconds=20, pages=1)
    finally:
        child.close()


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system cannot stop a process")
def test_a_reader_that_waits_too_long_is_ended() -> None:
    from union_corpus.files.children import PATIENCE, Child, ChildError

    child = Child()
    try:
        os.kill(child._running().pid, signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(ChildError, match="more than"):
            child.ask("pdf", b"%PDF-", seconds=0.2, pages=1)
        assert PATIENCE * 0.2 <= time.monotonic() - began < 5
    finally:
        child.close()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system knows no timers")
@pytest.mark.parametrize("kind", ["pdf", "tiff"])
def test_a_page_that_takes_too_long_costs_no_other(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock: a page that waits uses no processor time."""
    pytest.importorskip("pypdfium2" if kind == "pdf" else "PIL")
    from union_corpus.files import scans

    def read(picture: Any) -> list[Any]:
        pages.append(picture)
        if len(pages) == 1:
            time.sleep(30)
        return [["第二页", 0.0, 0.0, 10.0, 10.0, 0.99]]

    pages: list[Any] = []
    monkeypatch.setattr(scans, "PAGE_CLOCK", 0.3)
    monkeypatch.setattr(scans, "_engine", lambda: None)
    monkeypatch.setattr(scans, "_has_ink", lambda picture: True)
    monkeypatch.setattr(scans, "_page_lines", read)
    before = signal.getsignal(signal.SIGALRM)
    began = time.monotonic()
    if kind == "pdf":
        first, second = scans.pdf_scan_lines(slow_pdf(1), pages=[1, 1])
    else:
        first, second = scans.scan_lines(paged_tiff(2), pages=[1, 2])
    assert isinstance(first, str)
    assert "took more than" in first
    assert second[0][0] == "第二页"
    assert time.monotonic() - began < 10
    assert signal.getsignal(signal.SIGALRM) == before


def paged_tiff(pages: int) -> bytes:
    """A picture file of so many white pages."""
    from PIL import Image

    stream = io.BytesIO()
    first, *rest = (Image.new("L", (40, 60), 255) for _ in range(pages))
    first.save(stream, "TIFF", save_all=True, append_images=rest)
    return stream.getvalue()


def test_a_picture_file_goes_on_behind_a_page_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("PIL")
    from union_corpus.files import scans

    def late(task: str, data: bytes, **options: Any) -> Any:
        asked.append((task, options))
        if task == "scan_pages":
            return {"found": scans.scan_pages(data)}
        line = ["第一页", 0.0, 0.0, 10.0, 10.0, 0.99]
        return {"found": [[line], "took too long", "took too long", []]}

    asked: list[Any] = []
    monkeypatch.setattr(scans, "ask", late)
    doc = scans.read_scan(RawFile("scan.tif", paged_tiff(5)), limits=Limits(pages=4))
    assert doc.text == "第一页"
    assert [(p.problem, p.detail[:25]) for p in doc.problems] == [
        ("broken_file", "pages 2–3: took too long"),
        ("too_large", "only the first 4 of 5 pag"),
    ]
    # The more pages, the longer the file may take.
    assert asked[1][1]["pages"] == [1, 2, 3, 4]
    assert asked[1][1]["seconds"] > 4 * scans.SECONDS_PER_PAGE > asked[0][1]["seconds"]


def test_a_damaged_page_of_a_picture_file_costs_no_other() -> None:
    pytest.importorskip("PIL")
    from PIL import Image

    from union_corpus.files import scans

    stream = io.BytesIO()
    pages = [Image.new("L", (40, 60), 255), Image.effect_noise((40, 60), 90), Image.new("L", (40, 60), 255)]
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:], compression="jpeg")
    whole = bytearray(stream.getvalue())
    assert scans.scan_pages(bytes(whole)) == 3
    with Image.open(io.BytesIO(whole)) as picture:
        picture.seek(1)
        at = picture.tag_v2[273][0]  # where the page's first strip begins
    whole[at : at + 60] = bytes(60)
    first, second, third = scans.scan_lines(bytes(whole), pages=[1, 2, 3])
    assert [type(first), type(third)] == [list, list]
    assert isinstance(second, str)


def test_pictures_of_pages_that_were_not_read_are_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pypdfium2")
    from union_corpus.files import pdf_pages
    from union_corpus.files.children import ChildError

    def late(task: str, data: bytes, **options: Any) -> Any:
        return (
            {"found": ["more than 10 seconds" for _ in options["pages"]]}
            if task == "pdf_scan"
            else real(task, data, **options)
        )

    def dead(task: str, data: bytes, **options: Any) -> Any:
        if task == "pdf_scan":
            raise ChildError("reading took more than 30 seconds")
        return real(task, data, **options)

    real = pdf_pages.ask
    for ask in (late, dead):
        monkeypatch.setattr(pdf_pages, "ask", ask)
        doc = pdf_pages.read_pdf(RawFile("scan.pdf", slow_pdf(0)))
        details = [problem.detail for problem in doc.problems if problem.problem == "broken_file"]
        assert len(details) == 1
        assert "page 1" in details[0]
        assert "seconds" in details[0]


def test_the_time_for_a_file_grows_with_it() -> None:
    assert DEFAULT_LIMITS.seconds_for(b"") == 10
    assert DEFAULT_LIMITS.seconds_for(bytes(3 << 20)) == 16
