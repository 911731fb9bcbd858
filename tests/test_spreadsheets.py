"""Excel workbooks: what a sheet shows, where its cells stand, and the figures read from them."""

from __future__ import annotations

import datetime
import time

import pytest
from file_samples import container, old_workbook, unharmed, workbook

from union_corpus import find_indicators, load_corpus, open_corpus
from union_corpus.documents import Document, RawFile, TableCell
from union_corpus.files import read_text
from union_corpus.files.grids import Row, tables_of
from union_corpus.files.spreadsheet_cells import shown
from union_corpus.files.spreadsheets import _blocks, address

openpyxl = pytest.importorskip("openpyxl")


def _read(rows: list[list[object]], tmp_path, formats: dict[str, str] | None = None, name: str = "Sheet1") -> Document:
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    for place, looks in (formats or {}).items():
        book.active[place].number_format = looks
    book.save(tmp_path / "book.xlsx")
    return read_text(RawFile("book.xlsx", (tmp_path / "book.xlsx").read_bytes()))


@pytest.mark.parametrize("make", [workbook, old_workbook])
def test_a_workbook_is_read_with_addresses(make) -> None:
    if make is old_workbook:
        pytest.importorskip("xlrd")
    doc = read_text(RawFile("book", make(unharmed)))
    assert doc.text == (
        "2012\n某区总工会主要指标\n\n指标\t会员（人）\t\n\t2011年\t2012年\n东区\t3,400\t3,456\n入会率\t85.34%\t"
    )
    rows = [(row.indicator, row.subject, row.period, row.value, row.unit) for row in find_indicators(doc)]
    assert ("会员", "东区", "2012", 3456, "人") in rows
    at = doc.text.index("3,456")
    place = doc.place_of(at, at + 5)
    assert place is not None
    assert (place.page, place.cell) == (1, "2012!C5")
    problem = {problem.problem: problem for problem in doc.problems}
    if make is workbook:
        assert "2012!C6" in problem["uncalculated"].detail
    else:
        assert problem["hidden_sheet"].text == "隐藏"


def test_addresses_outlive_saving_and_cutting(tmp_path) -> None:
    (tmp_path / "book.xlsx").write_bytes(workbook(unharmed))
    load_corpus(tmp_path / "book.xlsx", progress=False).save(tmp_path / "out")
    (doc,) = open_corpus(tmp_path / "out")
    part = doc.slice(doc.text.index("入会率"), len(doc.text), doc_id="part")
    place = part.place_of(0, 3)
    assert place is not None
    assert place.cell == "2012!A6"


@pytest.mark.parametrize(
    ("value", "looks", "text"),
    [
        (0.8534, "0.0%", "85.3%"),
        (12.5, '0.00"万元"', "12.50万元"),
        (12345678, '0!.0,"万"', "1234.6万"),
        (2.5, "0", "3"),
        (-1234.5, "#,##0.00_);[Red](#,##0.00)", "-1,234.50"),
        (1234.5, "[$¥-804]#,##0.00", "¥1,234.50"),
        (0.1 + 0.2, "General", "0.3"),
        (18.6, "0.##", "18.6"),
        (2009, "@", "2009"),
        (datetime.datetime(2009, 3, 5), 'yyyy"年"m"月"', "2009年3月"),
        (datetime.datetime(2009, 3, 5), "yyyy/m/d", "2009-03-05"),
        (True, "General", "TRUE"),
        (None, "General", ""),
    ],
)
def test_numbers_are_written_as_the_sheet_shows_them(value, looks, text) -> None:
    assert shown(value, looks) == text


def test_titles_notes_and_sheet_names_are_lines(tmp_path) -> None:
    rows = [["某县工会统计表"], [None, None, "单位：人"], ["乡镇", "会员（人）"], ["东镇", 12], [None], ["注：快报数"]]
    assert _read(rows, tmp_path, name="2009年").text == (
        "2009年\n某县工会统计表\n单位：人\n乡镇\t会员（人）\n东镇\t12\n\n注：快报数"
    )


def test_a_blank_row_divides_tables_unless_figures_go_on() -> None:
    def row(number: int, *texts: str) -> list[tuple[int, int, str, int, int]]:
        return [(number, column, text, 1, 1) for column, text in enumerate(texts)]

    one = row(0, "乡镇", "会员（人）") + row(1, "东镇", "12") + row(3, "西镇", "15")
    assert [len(block) for block in _blocks(one + row(5, "企业", "工会（个）") + row(6, "甲厂", "1"))] == [3, 2]


def test_cells_with_paragraphs_are_read_as_text(tmp_path) -> None:
    long = "元旦春节期间走访慰问困难职工358户，发放慰问金26万元。" * 5
    doc = _read([["序号", "工作", "情况"], [1, "送温暖", long]], tmp_path)
    assert long in doc.text.split("\n")
    assert doc.tables == ()


def test_a_far_cell_costs_nothing(tmp_path) -> None:
    doc = _read([["会员（人）", 12]], tmp_path)
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "会员", 12
    book.save(tmp_path / "far.xlsx")
    doc = read_text(RawFile("far.xlsx", (tmp_path / "far.xlsx").read_bytes()))
    assert doc.text.split() == ["会员", "12"]
    assert len(doc.text) < 20
    assert address(1048575, 16383) == "XFD1048576"


def test_old_office_files_that_are_no_reports_say_what_they_are() -> None:
    for stream, problem, word in (
        ("EncryptedPackage", "encrypted", "password"),
        ("PowerPoint Document", "unsupported_format", "presentation"),
    ):
        (found,) = read_text(RawFile("x", container({stream: b""}))).problems
        assert found.problem == problem
        assert word in found.detail


def test_a_long_table_takes_linear_time() -> None:
    def taken(count: int) -> float:
        cells = [TableCell(at * 4, at * 4 + 1, at // 2, at % 2) for at in range(2 * count)]
        rows = [Row(1, at * 8, at * 8 + 7, tuple(cells[2 * at : 2 * at + 2])) for at in range(count)]
        began = time.process_time()
        assert len(tables_of(rows)[0].cells) == 2 * count
        return time.process_time() - began

    assert taken(8000) < 8 * 3 * taken(1000) + 0.2
