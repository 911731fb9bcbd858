"""Segments tile what they hold, compilations come apart where a reader would cut them, and nothing else does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.documents import Document, Edit, Source, Table, TableCell
from union_corpus.printed_tables import printed_tables
from union_corpus.segments import KINDS, Segment, segment, split_compilation

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
CASES = json.loads((Path(__file__).parent / "cases" / "segments.json").read_text(encoding="utf-8"))
BODY = "本年度工会组织各类文体比赛，走访困难家庭，检查食堂和宿舍，听取班组意见，并逐条答复。\n" * 8
HOLDERS = ("paragraph", "heading", "list_item", "title", "table")

LETTERS = st.sampled_from("工会总结第一二篇12部分章（）()、，,。；：:！?？.“”年月日\n\r\t 　①是各同志们小编来源")
TEXTS = st.text(LETTERS, max_size=300)


def blocks(text: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in segment(text) if piece.kind != "sentence"]


def check_tiling(text: str, pieces: list[Segment]) -> None:
    assert all(text[piece.start : piece.end] == piece.text and piece.text for piece in pieces)
    assert [piece.start for piece in pieces] == sorted(piece.start for piece in pieces)
    for at, holder in enumerate(pieces):
        if holder.kind not in HOLDERS:
            continue
        done = holder.start
        for piece in pieces[at + 1 :]:
            if piece.kind != "sentence" or piece.start >= holder.end:
                break
            assert piece.start == done
            done = piece.end
        assert done == holder.end


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_sentences_tile_whatever_holds_them(text: str) -> None:
    check_tiling(text, segment(text))


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=200))
def test_any_text_at_all(text: str) -> None:
    check_tiling(text, segment(text))
    split_compilation(Document.from_text(text))


@pytest.mark.parametrize("case", CASES["blocks"], ids=lambda case: case["label"])
def test_blocks(case: dict) -> None:
    assert blocks(case["text"]) == [tuple(block) for block in case["blocks"]]


@pytest.mark.parametrize("case", CASES["sentences"], ids=lambda case: case["label"])
def test_sentences(case: dict) -> None:
    assert [piece.text for piece in segment(case["text"], by="sentence")] == case["sentences"]


@pytest.mark.parametrize("case", CASES["levels"], ids=lambda case: case["text"][:8])
def test_levels(case: dict) -> None:
    piece = next(piece for piece in segment("前言部分，简单说明。\n" + case["text"]) if piece.level is not None)
    assert (piece.kind, piece.level, piece.number) == (case["kind"], case["level"], case["number"])


@pytest.mark.parametrize("case", CASES["compilations"], ids=lambda case: case["label"])
def test_compilations(case: dict) -> None:
    text = "".join(f"{heading}\n{BODY}" if heading else BODY for heading in case["headings"])
    for ending in ("\n", "\r\n"):
        doc = Document.from_text(text.replace("\n", ending), doc_id="page")
        pieces = split_compilation(doc)
        assert [piece.doc_id.removeprefix("page#") for piece in pieces] == case["numbers"]
        assert all(piece.parent_id == "page" and piece.text in doc.text for piece in pieces)


def test_rows_that_are_only_blanks_apart_need_a_third_and_short_cells() -> None:
    def number(*rows: str) -> int:
        page = "\n".join(rows)
        return len(printed_tables(page, [match.span() for match in re.finditer(".+", page)]))

    head, first, last = "项目  预算  支出", "培训  12000  11800", "慰问  36000  35250"
    assert (number(head, first, last), number(first, last)) == (1, 0)
    assert number(head, f"{'劳动竞赛' * 6}  12000  11800", last) == 1
    assert number(head, f"{'劳动竞赛' * 7}  12000  11800", last) == 0


def test_front_and_back_matter_stand_apart() -> None:
    text = f"工会总结(精选2篇)\n来源:某某网 2K\n工会总结 篇1\n{BODY}工会总结 篇2\n{BODY}猜你喜欢:\n1.班组总结\n2.食堂总结\n"
    pieces = segment(text)
    assert [piece.kind for piece in pieces if piece.kind in ("front_matter", "report", "back_matter")] == [
        "front_matter",
        "report",
        "report",
        "back_matter",
    ]
    last = split_compilation(Document.from_text(text))[-1]
    assert "喜欢" not in last.text


def test_a_page_that_begins_in_mid_list() -> None:
    text = f"{BODY}工会总结 篇4\n{BODY}工会总结 篇5\n{BODY}"
    pieces = split_compilation(Document.from_text(text, doc_id="page"))
    assert [piece.doc_id for piece in pieces] == ["page#3", "page#4", "page#5"]
    assert [[problem.problem for problem in piece.problems] for piece in pieces] == [["partial_report"], [], []]


def test_contents_then_reports() -> None:
    heads = ["篇1 春季总结", "篇2 秋季总结", "篇3 全年总结"]
    text = "目录\n" + "\n".join(heads) + "\n" + "".join(f"{head}\n{BODY}" for head in heads)
    assert [len(piece.text) > len(BODY) for piece in split_compilation(Document.from_text(text))] == [True] * 3
    assert split_compilation(Document.from_text("目录\n" + "\n".join(heads) + "\n" + BODY)) == []


def test_edits_of_the_parent_follow_into_its_reports() -> None:
    doc = Document.from_text(f"总结 篇1\n{BODY}总结 篇2\n{BODY}", doc_id="page")
    from union_corpus.documents import Edit

    doc = doc.apply("rule", [Edit(0, "总结", "工会总结")])
    for piece in split_compilation(doc):
        assert piece.replay() == piece.text


def test_only_known_kinds() -> None:
    with pytest.raises(ValueError, match="no kind of segment"):
        segment("工会", by="chapter")
    assert {piece.kind for piece in segment(f"总结\n一、甲。\n{BODY}")} <= set(KINDS)


def test_one_endless_line_takes_linear_time() -> None:
    import time

    def seconds(size: int) -> float:
        text = "工会组织职工学习，" * (size // 9)
        start = time.process_time()
        segment(text)
        split_compilation(Document.from_text(text))
        return time.process_time() - start

    seconds(10_000)
    # Twenty times the text; four hundred times the time where it grew with the square.
    assert min(seconds(2_000_000) for _ in range(2)) < 150 * max(seconds(100_000), 0.002)


@pytest.mark.skipif(not SHARED.exists(), reason="the real files in ../shared are not here")
def test_real_files_come_apart_as_a_reader_cuts_them() -> None:
    expected = {"000": 0, "001": 8, "002": 3, "003": 0, "004": 15}
    for path in sorted((SHARED / "seeds").glob("*.txt")):
        doc = Document.from_text(path.read_text(encoding="utf-8"), doc_id=path.stem[:3])
        assert len(split_compilation(doc)) == expected[doc.doc_id]
        check_tiling(doc.text, segment(doc))
    for path in (SHARED / "real" / "official").glob("*.txt"):
        assert split_compilation(Document.from_text(path.read_text(encoding="utf-8"))) == []


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from("项目12|｜\t  \n。"), max_size=80))
def test_printed_tables_tile_and_their_cells_stand_in_them(text: str) -> None:
    pieces = segment(text)
    check_tiling(text, pieces)
    for table in (piece for piece in pieces if piece.kind == "table"):
        assert table.cells
        assert [cell.start for cell in table.cells] == sorted(cell.start for cell in table.cells)
        for cell in table.cells:
            assert table.start <= cell.start <= cell.end <= table.end
            assert "\n" not in text[cell.start : cell.end]


def test_rows_of_a_table_are_told_over_empty_lines() -> None:
    text = "经费如下：\n\n项目  预算\n\n培训  1200\n\n慰问  3600\n\n结余转入下年。"
    assert [piece.text for piece in segment(text) if piece.kind == "sentence"][1:4] == [
        "项目  预算\n\n",
        "培训  1200\n\n",
        "慰问  3600",
    ]


def test_tables_of_the_file_are_segments_with_cells() -> None:
    text = "工会工作总结\n会员情况如下。\n指标\t人数\n会员\t300\n以上数字截至年底。"
    start, end = text.index("指标"), text.index("\n以上")
    places = [(text.index(word), row, column) for word, row, column in (("指标", 0, 0), ("人数", 0, 1))]
    places += [(text.rindex("会员"), 1, 0), (text.index("300"), 1, 1)]
    cells = tuple(TableCell(at, at + len(text[at:].split()[0]), row, column) for at, row, column in places)
    doc = Document("a", text, text, source=Source(tables=(Table(start, end, cells),)))
    edited = doc.apply("shorter", [Edit(0, "工会", "", 1.0)])
    for document in (doc, edited):
        pieces = segment(document)
        check_tiling(document.text, pieces)
        kinds = [(piece.kind, piece.text) for piece in pieces if piece.kind != "sentence"]
        assert kinds[2] == ("table", "指标\t人数\n会员\t300")
        assert kinds[3] == ("paragraph", "以上数字截至年底。")
        (table,) = (piece for piece in pieces if piece.kind == "table")
        assert [document.text[cell.start : cell.end] for cell in table.cells] == ["指标", "人数", "会员", "300"]
        assert [piece.text for piece in pieces if table.start <= piece.start < table.end][1:] == [
            "指标\t人数\n",
            "会员\t300",
        ]
    (table,) = doc.slice(start, len(text), doc_id="b").tables
    assert (table.start, table.cells[-1].end) == (0, end - start)


_ONE = "各级工会坚持服务大局，组织劳动竞赛。全年签订集体合同120份。走访慰问困难职工318户，发放慰问金12万元。" * 4


@pytest.mark.parametrize(
    ("text", "n"),
    [
        (f"平湾市总工会2004年工作总结\n{_ONE}\n\n平湾市总工会2005年工作总结\n{_ONE}\n\n平湾市总工会2006年工作总结\n{_ONE}\n", 3),
        (f"2010年度东山县总工会工作总结\n{_ONE}\n\n2010年度南溪县總工會工作總結\n{_ONE}\n", 2),
        # a title at the head of every page, links below a report, contents above one, a summary and a plan
        (f"平湾市总工会2004年工作总结\n{_ONE}\n平湾市总工会2004年工作总结\n{_ONE}\n", 0),
        (f"平湾市总工会2004年工作总结\n{_ONE}\n相关文章\n平湾市总工会2005年工作总结\n平湾市总工会2006年工作总结\n版权所有\n", 0),
        (f"平湾市总工会2005年工作总结\n平湾市总工会2006年工作总结\n\n2004年情况\n{_ONE}\n", 0),
        (f"平湾市总工会2004年工作总结\n{_ONE}\n平湾市总工会2005年工作报告\n{_ONE}\n", 0),
    ],
)  # fmt: skip
def test_reports_put_one_after_the_other(text, n):
    pieces = split_compilation(Document.from_text(text, doc_id="a.txt"))
    assert [piece.doc_id for piece in pieces] == [f"a.txt#{number}" for number in range(1, n + 1)]


def test_dividers_are_looked_for_among_the_lines_given_only():
    page = "工会 | 会员\n" + "\n".join(["新建工会5家。"] * 3)
    lines = [match.span() for match in re.finditer(".+", page)]
    assert printed_tables(page, lines[1:]) == []
