"""Bytes to text: the right encoding, the right tables, and the way back to every byte."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.decoding import decode, detect_encoding
from union_corpus.documents import Document, RawFile

SHARED = Path(__file__).resolve().parents[1].parent / "shared"

SIMPLIFIED = """某市总工会工作总结
一年来，全市各级工会围绕中心、服务大局，新建基层工会１２个，发展会员3,456人，为困难职工发放帮扶资金78.9万元。
（一）开展劳动竞赛，评选“工人先锋号”20个；（二）推进集体协商，签订合同《女职工权益保护专项合同》5份——覆盖职工9800人。
存在的问题：个别企业职代会制度还不落实，工会干部业务培训不够。
"""
TRADITIONAL = """某市總工會工作總結
一年來，全市各級工會圍繞中心、服務大局，新建基層工會１２個，發展會員3,456人，為困難職工發放幫扶資金78.9萬元。
（一）開展勞動競賽，評選「工人先鋒號」20個；（二）推進團體協商，簽訂協約5份，涵蓋勞工9800人。
存在的問題：個別企業制度還不落實，工會幹部業務訓練不夠。
"""
ENCODINGS = {
    "utf-8": SIMPLIFIED,
    "gb18030": SIMPLIFIED,
    "gbk": SIMPLIFIED,
    "cp950": TRADITIONAL,
    "big5hkscs": TRADITIONAL,
    "utf-16-le": SIMPLIFIED,
    "utf-16-be": SIMPLIFIED,
    "hz": SIMPLIFIED.replace("—", ""),
}
ANSWERS = {"gbk": "gb18030", "big5hkscs": "cp950"}


def check(doc: Document, data: bytes) -> None:
    """Regions tile the text, and each leads to bytes that read back to it."""
    assert doc.original == doc.text
    place = byte = 0
    for region in doc.source.regions:
        assert region.start == place < region.end
        assert byte <= region.byte_start <= region.byte_end <= len(data)
        place, byte = region.end, region.byte_end
        if region.encoding and doc.source.encoding != "hz":
            stretch = doc.text[region.start : region.end]
            assert len(stretch.encode(region.encoding, "surrogatepass" if "utf" in region.encoding else "strict")) == (
                region.byte_end - region.byte_start
            )
            assert data[region.byte_start : region.byte_end].decode(region.encoding) == stretch
    assert place == len(doc.text)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_whole_text(encoding: str) -> None:
    text = ENCODINGS[encoding]
    data = text.encode(encoding)
    assert detect_encoding(data)[0].encoding == ANSWERS.get(encoding, encoding)
    doc = decode(data)
    assert doc.text == text
    assert not doc.problems
    check(doc, data)


@pytest.mark.parametrize("encoding", [name for name in ENCODINGS if name != "hz"])
def test_short_slices(encoding: str) -> None:
    text = ENCODINGS[encoding].replace("\n", "")
    for start in range(0, len(text) - 12, 5):
        piece = text[start : start + 12]
        if piece.isascii():
            continue
        assert decode(piece.encode(encoding)).text == piece


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_are_not_text(codec: str) -> None:
    data = SIMPLIFIED.encode(codec)
    doc = decode(data)
    assert doc.text == SIMPLIFIED
    first = doc.byte_span(0, 1)
    assert first is not None
    assert data[: first[0]] in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe\x00\x00")


def test_right_tables() -> None:
    # The name dot and the dash, where Python's gb2312 and big5 tables are wrong.
    assert decode("司马·约翰——会员工会组织".encode("gbk")).text == "司马·约翰——会员工会组织"
    assert decode("約翰‧史密斯是工會會員".encode("cp950")).text == "約翰‧史密斯是工會會員"
    # GB 18030-2022: A6D9 is a vertical comma, A8BC is ḿ, FE59 is 龴.
    data = "工会".encode("gbk") + bytes.fromhex("a6d9a8bcfe59") + "工会的工作总结和报告".encode("gbk")
    doc = decode(data)
    assert doc.text == "工会\ufe10\u1e3f\u9fb4工会的工作总结和报告"
    assert doc.byte_span(3, 4) == (6, 8)
    check(doc, data)
    # Hong Kong's supplement inside cp950 text.
    data = (
        "香港工會的工作報告，會員人數有所增加".encode("cp950")
        + "㗎嘅".encode("big5hkscs")
        + "。工會工作報告".encode("cp950")
    )
    doc = decode(data)
    assert doc.text == "香港工會的工作報告，會員人數有所增加㗎嘅。工會工作報告"
    check(doc, data)


def test_lost_byte_is_found_and_text_goes_on() -> None:
    data = SIMPLIFIED.encode("gb18030")
    at = len("某市总工会工作总结\n一年来，全".encode("gb18030"))
    doc = decode(data[:at] + data[at + 1 :])
    assert doc.source.encoding == "gb18030"
    assert doc.text.count("\ufffd") == 1
    assert doc.text.replace("\ufffd", "市") == SIMPLIFIED
    (problem,) = doc.problems
    assert (problem.stage, problem.problem) == ("decode", "lost_byte")
    assert doc.byte_span(problem.start or 0, problem.end or 0) == (at, at + 1)
    assert str(at) in problem.detail


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_shifted_by_a_byte(encoding: str) -> None:
    data = SIMPLIFIED.encode(encoding)
    doc = decode(data[1:])
    assert doc.text.lstrip("\ufffd") == SIMPLIFIED[1:]
    middle = len(data) // 4 * 2
    doc = decode(data[:middle] + data[middle + 1 :])
    assert len(doc.text) - sum(a == b for a, b in zip(doc.text, SIMPLIFIED, strict=False)) <= 3
    assert [problem.problem for problem in doc.problems] == ["lost_byte"]


def test_lines_in_several_encodings() -> None:
    lines = ["全市职工大会", "總工會的公告", "女职工委员会", "本年度會員人數", "困难职工帮扶中心", "勞工教育訓練"]
    codecs = ["gb18030", "cp950", "utf-8", "cp950", "gb18030", "utf-8"]
    data = b"\n".join(line.encode(codec) for line, codec in zip(lines, codecs, strict=True))
    doc = decode(data)
    assert doc.text.split("\n") == lines
    assert "mixed_encodings" in [problem.problem for problem in doc.problems]
    check(doc, data)


def test_padding_is_left_out_and_told() -> None:
    data = SIMPLIFIED.encode("gb18030") + bytes(4096)
    doc = decode(data)
    assert doc.text == SIMPLIFIED
    assert [problem.problem for problem in doc.problems] == ["padding"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Le comité d'entreprise a présenté son rapport : où en est la négociation déjà engagée cet été ?", "cp1252"),
        ("Die Gewerkschaft fordert höhere Löhne für die Beschäftigten und größere Räume.", "cp1252"),
        ("Профсоюз защищает права работников и заключает коллективные договоры с работодателями.", "cp1251"),
        ("Профсоюз защищает права работников и заключает коллективные договоры с работодателями.", "koi8-r"),
        ("Τα συνδικάτα υπερασπίζονται τα δικαιώματα των εργαζομένων σε όλη τη χώρα.", "cp1253"),
        ("労働組合は組合員の権利を守り、賃金について会社と交渉します。", "cp932"),
        ("労働組合は組合員の権利を守り、賃金について会社と交渉します。", "euc_jp"),
        ("노동조합은 조합원의 권리를 지키고 임금에 대하여 회사와 교섭합니다.", "cp949"),
        ("Związek zawodowy broni praw pracowników i zawiera układy zbiorowe z pracodawcą.", "cp1250"),
    ],
)
def test_other_languages_are_not_called_chinese(text: str, encoding: str) -> None:
    found = detect_encoding(text.encode(encoding))
    assert not found or found[0].encoding not in {"gb18030", "cp950", "utf-16-le", "utf-16-be", "hz"}
    if encoding.startswith(("cp9", "euc")):
        assert found[0].encoding == encoding


@pytest.mark.parametrize("data", [b"", b"plain words", "工会".encode()])
def test_no_guess_is_needed(data: bytes) -> None:
    expected = [] if not data else ["ascii" if data.isascii() else "utf-8"]
    assert [candidate.encoding for candidate in detect_encoding(data)[:1]] == expected


@pytest.mark.parametrize("encoding", ["gb18030", "cp950", "utf-8", "utf-16-le", "utf-16-be"])
def test_flipped_bits_are_told_and_left(encoding: str) -> None:
    text = TRADITIONAL if encoding == "cp950" else SIMPLIFIED
    data = text.encode(encoding)
    told = tried = 0
    for place in range(40, len(data) - 40, 7):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        doc = decode(bytes(flipped))
        tried += 1
        spans = [doc.byte_span(problem.start or 0, problem.end or 0) for problem in doc.problems]
        told += any(span is not None and span[0] - 4 <= place <= span[1] + 4 for span in spans)
        plain = flipped.decode(encoding, "replace")
        if "\ufffd" not in plain and len(plain) == len(text):
            assert doc.text == plain
    assert tried > 10
    assert told >= 0.65 * tried


def test_a_letter_between_digits_and_a_sign_that_reports_do_not_hold_are_told() -> None:
    """To the model letters are one, and so are the signs it has not seen: this very one is rarer."""
    text = "该行动自2003年开展以来，全市农民人均纯收入达到21618元，职工教育经费同比增长。"
    for place, sign in ((text.index("003"), "p"), (text.index("618"), "\u0136"), (text.index("，"), "＜")):
        damaged = text[:place] + sign + text[place + 1 :]
        assert [problem.start for problem in decode(damaged.encode("utf-16-le")).problems] == [place]
    assert not decode("气温28℃，面积120㎡，约占½，№3号楼。".encode("utf-16-le")).problems


def test_many_odd_characters_take_linear_time() -> None:
    chance = random.Random(2)
    chars = list(SIMPLIFIED * (300_000 // len(SIMPLIFIED)))
    for place in range(0, len(chars), 60):
        chars[place] = chr(chance.randrange(0x4E00, 0x9FA5))
    data = "".join(chars).encode()
    began = time.process_time()
    doc = decode(data)
    assert time.process_time() - began < 5
    assert len(doc.problems) > 500
    for problem in doc.problems[:: len(doc.problems) // 20]:
        span = doc.byte_span(problem.start or 0, problem.end or 0)
        assert span is not None
        assert f"byte offset {span[0]}:" in problem.detail


def test_a_letter_among_digits_and_a_rare_sign_are_told() -> None:
    """A flipped bit makes r of 2 and a letter of another script of a comma; what a text holds often is left alone."""
    text = "全市新建基层工会组织，发展会员28万人，其中农民工会员16万人。"
    for place, sign in ((text.index("28"), "r"), (text.index("，"), "\ubf0c")):
        damaged = text[:place] + sign + text[place + 1 :]
        assert [problem.start for problem in decode(damaged.encode("utf-16-le")).problems] == [place]
    assert not decode("各级工会组织\n\f全年慰问职工。".encode("gb18030")).problems
    table = "单位|会员|经费\n一分厂|212|34\n二分厂|198|31\n三分厂|240|38\n"
    assert not decode(table.encode("gb18030")).problems


FOREIGN = {
    "johab": "노동조합은 지난해 임금 교섭을 마치고 조합원 교육을 열었다",
    "cp855": "Профсоюзная организация провела годовое собрание и утвердила план работы",
    "koi8-t": "Иттифоқи касаба дар соли гузашта маҷлиси солона баргузор намуд",
    "iso8859-4": "Arodbiedrības gada pārskats par darbu un biedru skaita pieaugumu",
    "cp500": "Die Gewerkschaft hat im Jahr 2009 insgesamt 312 Betriebe besucht und beraten.",
}


@pytest.mark.parametrize("encoding", FOREIGN)
def test_chardet_names_what_our_own_race_does_not_know(encoding: str) -> None:
    data = FOREIGN[encoding].encode(encoding)
    best = detect_encoding(data)[0]
    assert best.encoding == encoding
    assert best.evidence == ("chardet",)
    doc = decode(data)
    assert (doc.text, doc.source.encoding) == (FOREIGN[encoding], encoding)
    assert doc.byte_span(3, 5) is not None


def test_chardet_is_evidence_but_no_judge_of_chinese() -> None:
    for text in ("工会", "职代会制", "送温暖活动"):
        for encoding, name in (("gbk", "gb18030"), ("utf-8", "utf-8")):
            assert detect_encoding(text.encode(encoding))[0].encoding == name
    assert detect_encoding("工會".encode("cp950"))[0].evidence == ("bits", "chardet")
    assert detect_encoding(SIMPLIFIED.encode("gbk"))[0].evidence == ("bits",)


def test_chardet_is_not_loaded_for_chinese() -> None:
    code = (
        "import sys; from union_corpus.decoding import decode\n"
        f"decode({SIMPLIFIED.encode('gbk')!r}); decode({TRADITIONAL.encode('cp950')!r}); decode({SIMPLIFIED.encode()!r})\n"
        "assert 'chardet' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_random_bytes_are_no_text_to_chardet_either() -> None:
    chance = random.Random(4)
    for _ in range(20):
        data = bytes(chance.choices(range(256), k=300))
        assert detect_encoding(data)[0].encoding is None


def test_lost_byte_that_breaks_nothing_in_big5() -> None:
    text = "各級工會組織要認真貫徹落實會議精神，切實維護職工的合法權益。"
    data = text.encode("cp950")
    told = 0
    for place in range(8, 40, 2):
        doc = decode(data[:place] + data[place + 1 :])
        spans = [doc.byte_span(problem.start, problem.end) for problem in doc.problems if problem.start is not None]
        told += any(span is not None and span[0] - 6 <= place <= span[1] + 6 for span in spans)
    assert told >= 8


def test_wrong_byte_order_mark_is_told() -> None:
    doc = decode(b"\xef\xbb\xbf" + SIMPLIFIED.encode("gbk"))
    assert doc.text == SIMPLIFIED
    assert [problem.problem for problem in doc.problems] == ["false_byte_order_mark"]


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be"])
def test_utf_32_without_mark(encoding: str) -> None:
    assert decode(SIMPLIFIED.encode(encoding)).text == SIMPLIFIED


def test_switch_inside_a_line() -> None:
    pieces = [
        ("全市各级工会组织认真贯彻部署，", "gbk"),
        ("這一段是用另外一種編碼寫成的文字", "cp950"),
        ("后面又回到原来的编码，共1,234人。", "gbk"),
    ]
    data = b"".join(text.encode(codec) for text, codec in pieces)
    doc = decode(data)
    assert doc.text == "".join(text for text, _ in pieces)
    check(doc, data)


def test_tables_drawn_with_lines() -> None:
    text = "┌──┬──┐\n│会员│人数│\n├──┼──┤\n│女工│１２│\n└──┴──┘\n"
    assert decode(text.encode("gbk")).text == text


def test_euc_tw() -> None:
    # 工會工作報告，會員人數 and its second sentence, as glibc's iconv writes them.
    data = bytes.fromhex("c4d6e4c4c4d6c9a2dedec9cba1a2e4c4d4dec4a9edb0") * 3 + b"\n2009"
    assert detect_encoding(data)[0].encoding == "euc_tw"
    doc = decode(data)
    assert doc.text == "工會工作報告，會員人數" * 3 + "\n2009"
    assert doc.byte_span(1, 2) == (2, 4)


def test_not_text() -> None:
    assert decode(bytes(100)).problems[0].problem == "not_text"
    chance = random.Random(0)
    for data in (b"\x89PNG\r\n\x1a\n" + bytes(200), b"\x7fELF" + chance.randbytes(3000), chance.randbytes(5000)):
        assert detect_encoding(data)[0].encoding is None
        doc = decode(RawFile("scan.bin", data))
        assert (doc.text, doc.problems[0].problem) == ("", "not_text")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    "clean", ["主席xx-x同志作了讲话。", "工會(huì)開(kāi)展送溫暖活動(dòng),慰問(wèn)困難職工318戶(hù)。"]
)
def test_nothing_is_odd_among_latin_letters(clean: str, encoding: str) -> None:
    around = "今年以来，各级工会认真贯彻上级精神，慰问困难职工三百余人，开展安康杯竞赛活动。" * 6
    assert not decode((around + clean + around).encode(encoding)).problems


def test_clean_text_has_no_lost_bytes() -> None:
    # Every GB 2312 character once, as in a character table: rare, but nothing is damaged.
    codes = (bytes((lead, trail)) for lead in range(0xB0, 0xF8) for trail in range(0xA1, 0xFF))
    table = b"\n".join(b"".join(group) for group in zip(*[codes] * 20, strict=False))
    table = table.replace(b"\xd7\xfa\xd7\xfb\xd7\xfc\xd7\xfd\xd7\xfe", b"")
    doc = decode(SIMPLIFIED.encode("gbk") * 12 + table)
    assert doc.text == (SIMPLIFIED.encode("gbk") * 12 + table).decode("gbk")
    assert not doc.problems


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    doc = decode(data)
    check(doc, data)
    for candidate in detect_encoding(data):
        assert 0 <= candidate.score <= 1
        assert (candidate.start, candidate.end) == (0, len(data))


PIECES = st.sampled_from(
    [
        b"\n",
        b"2009",
        b"\x00" * 9,
        b"\xff",
        b"\xa1",
        b"~{",
        b"\x1b$B",
        "职工代表大会".encode(),
        "工会组织".encode("gbk"),
        "勞工保險".encode("cp950"),
        "总结".encode("utf-16-le"),
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=25), st.data())
def test_any_mixture(pieces: list[bytes], draw: st.DataObject) -> None:
    data = b"".join(pieces)
    doc = decode(data)
    check(doc, data)
    if doc.text:
        start = draw.draw(st.integers(0, len(doc.text) - 1))
        end = draw.draw(st.integers(start, len(doc.text)))
        span = doc.byte_span(start, end)
        assert span is not None
        assert 0 <= span[0] <= span[1] <= len(data)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.integers(1, 40), st.sampled_from(["utf-8", "gb18030", "utf-16-le"]))
def test_every_span_leads_to_its_bytes(start: int, length: int, encoding: str) -> None:
    text = SIMPLIFIED * 3
    data = text.encode(encoding)
    doc = decode(data)
    span = doc.byte_span(start, start + length)
    assert span is not None
    assert data[slice(*span)].decode(encoding) == text[start : start + length]


@pytest.mark.parametrize(
    "data",
    [
        SIMPLIFIED.encode("gb18030").replace(b"\n", b"") * 8000,
        (SIMPLIFIED.encode("gb18030").replace(b"\n", b"") * 2000) + b"\xb9" + SIMPLIFIED.encode("gb18030") * 10,
        b"\x81" * 300_000,
        b"~{" * 100_000,
        (b"\xb9\xa4" + b"\x00") * 100_000,
    ],
    ids=["one long line", "one lost byte", "leads only", "hz signs", "nuls between"],
)
def test_long_lines_take_linear_time(data: bytes) -> None:
    began = time.perf_counter()
    check(decode(data), data)
    assert time.perf_counter() - began < 15


@pytest.fixture(scope="module")
def quality() -> Any:
    path = Path(__file__).resolve().parent / "quality" / "decoding.py"
    spec = spec_from_file_location("quality_decoding", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pieces_of_other_languages_are_not_called_chinese(quality: Any) -> None:
    files, wrong_files, wrong_pieces, pieces = quality.called_chinese(quality.detectors()["union_corpus"], step=61)
    assert (files, wrong_files) == (45, 0)
    assert pieces > 200
    assert wrong_pieces.total() <= 0.005 * pieces


def test_quality_floors(quality: Any) -> None:
    """The figures of tests/quality/decoding.py, on the sample texts of this repository."""
    sources = quality.texts(sorted((Path(__file__).resolve().parents[1] / "data" / "_originals").glob("*.txt")))
    if not sources:
        pytest.skip("data/_originals is not here")
    answers = [
        bool(found := detect_encoding(data)) and found[0].encoding == encoding
        for encoding, _, data in quality.slices(sources, 10, 40, random.Random(0))
    ]
    assert sum(answers) >= 0.99 * len(answers)
    answers = [
        detect_encoding(data)[0].encoding == kind.split("/")[0]
        for kind, _, data, _ in quality.damaged(sources, 25, random.Random(0))
    ]
    assert sum(answers) >= 0.99 * len(answers)
    lines = [
        (line, read)
        for truth, raws in quality.mixed(sources, 8, random.Random(0))
        for line, read in zip(truth, decode(b"\n".join(raws)).text.split("\n"), strict=True)
    ]
    assert sum(a == b for a, b in lines) >= 0.99 * len(lines)
    flips = [
        quality.located(decode(data), place)
        for _, data, place, digits in quality.flipped(sources, 60, random.Random(0))
        if not digits
    ]
    assert sum(flips) >= 0.88 * len(flips)
    halves = [quality.located(decode(data), place) for _, data, place in quality.halved(sources, 60, random.Random(0))]
    assert sum(halves) >= 0.99 * len(halves)


@pytest.mark.parametrize(
    ("encoding", "text", "char"),
    [
        ("cp950", "全市工會組織在區委的領導下，加強工會組織自身建設。", "工"),
        ("cp950", "到2013年9月底，半年完成全年目標，受到領導肯定。", "肯"),
        ("cp950", "新一屆工會委員會選舉產生，召開第一次全體會議。", "工"),
        ("cp950", "補充更新困難教職工數據，提出做好幫扶工作的意見。", "更"),
        ("gb18030", "至十月底，全鎮已建規模企業工會的有39家。", "鎮"),
    ],
)
def test_a_byte_lost_between_characters_is_told_where_it_stood(encoding: str, text: str, char: str) -> None:
    data = text.encode(encoding)
    place = len(text[: text.index(char)].encode(encoding))
    doc = decode(data[:place] + data[place + 1 :])
    spans = [doc.byte_span(p.start, p.end) for p in doc.problems if p.start is not None and p.end is not None]
    assert any(span and span[0] - 4 <= place <= span[1] + 4 for span in spans)
    assert not decode(data).problems


def test_a_lead_byte_of_big5_that_lost_its_highest_bit_is_told() -> None:
    text = "全市各級工會組織認真貫徹會議精神，維護職工的合法權益，構建和諧穩定的勞動關係。"
    data = bytearray(text.encode("cp950"))
    place = len(text[: text.index("和諧")].encode("cp950"))
    data[place] ^= 0x80
    doc = decode(bytes(data))
    assert "構建)M諧" in doc.text
    assert [(p.problem, p.text) for p in doc.problems] == [("odd_character", ")")]
    assert "和" in doc.problems[0].detail


def test_masks_are_no_halves() -> None:
    assert not decode("共计___人，__年发放慰问款___元，离___干部以及贯彻党的__大精神。".encode("gb18030")).problems
    assert not decode("区总工发[2018]7号文件，下拨经费*万元。".encode("gb18030")).problems


def test_signs_of_a_table_are_no_halves() -> None:
    assert not decode("單位|會員\n一分廠|212\n二分廠|198\n".encode("cp950")).problems
    assert not decode("区总工发[2018]27号文件，十佳4A级景区".encode("gb18030")).problems


def test_damage_seldom_comes_alone() -> None:
    """What is too little by itself is enough in a file that has lost a byte elsewhere."""
    data = "各级工会要加大困难职工帮扶力度，组织开展群众心劳动竞赛，落实职工代表大会制度，维护职工合法权益。\n".encode(
        "gb18030"
    )
    assert not decode(data).problems
    assert [(p.problem, p.text) for p in decode(data + b"\xff\n").problems] == [
        ("lost_byte", "\ufffd"),
        ("odd_character", "心"),
    ]


def test_signs_are_judged_by_their_partners_and_by_the_habit_of_the_text() -> None:
    """A bracket that nothing closes is odd, and so is a half-width sign in a text that writes them full-width."""
    clean = "今年以来，各级工会加强自身建设，办好文体活动，发展会员1740人，慰问职工900人（次），组建工会12个。\n"
    more = "全市工会围绕中心，服务大局；开展竞赛，提高素质；落实制度，维护权益：一年来，成效明显，职工满意。\n" * 3
    assert not decode((clean + more).encode("utf-16-le")).problems
    for at, sign in ((clean.index("，办好"), "（"), (clean.index("740"), "!")):
        damaged = clean[:at] + sign + clean[at + 1 :]
        assert [problem.start for problem in decode((damaged + more).encode("utf-16-le")).problems] == [at]
    # The brackets of a heading may stand on other lines than what they hold.
    assert not decode(("【\n加大\n还原\n减小\n】\n" + clean).encode()).problems


def test_nothing_is_odd_among_commands() -> None:
    prose = "安装完成以后，请按照说明修改配置文件，然后重新启动服务，检查日志中有没有错误。\n"
    code = "$ ar -p foo_VVV-RRR.deb | tar -xf -\n/var/log/dpkg {\n  missingok\n  notifempty\n}\n% 注释\n"
    assert not decode((prose + code + prose).encode()).problems


def test_a_text_of_blanks_only() -> None:
    doc = decode("\u3000\n \n\t\n".encode())
    assert doc.text == "\u3000\n \n\t\n"
    assert not doc.problems


def test_a_byte_lost_near_the_end_of_wide_text() -> None:
    data = "加强工会自身建设，办好文体活动。\n".encode("utf-16-be")
    place = len(data) - 8
    doc = decode(data[:place] + data[place + 1 :])
    assert doc.text.startswith("加强工会自身建设，办好文体")
    assert any(p.problem == "lost_byte" and p.start is not None and abs(2 * p.start - place) <= 4 for p in doc.problems)


def test_bytes_lost_close_together_from_wide_text() -> None:
    data = b"\n;`\xd3~\xff\xb9\xa4\xbb\xe1\xd7\xe9\xd6\xaf;`\xd3~;`\xd3~\xa12009"
    check(decode(data), data)


def test_a_byte_lost_from_the_middle_of_wide_text() -> None:
    data = "本区工会慰问职工775名，发放40.7万元，历年累计6200多万元。".encode("utf-16-le")
    for place in range(20, len(data) - 20, 5):
        doc = decode(data[:place] + data[place + 1 :])
        assert doc.source.encoding == "utf-16-le"
        assert doc.text.endswith("元。")


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_real_files() -> None:
    paths = sorted((SHARED / "seeds").glob("*.txt")) + sorted((SHARED / "real" / "gbk").glob("*.txt"))
    assert paths
    for path in paths:
        data = path.read_bytes()
        doc = decode(data)
        assert doc.source.encoding == ("gb18030" if "gbk" in str(path) else "utf-8")
        assert not doc.problems
        check(doc, data)


def test_the_blank_that_no_standard_names() -> None:
    doc = decode(b"\xa3\xa0\xa3\xa0" + "各级工会组织，全年慰问职工。".encode("gbk"))
    assert doc.text == "\u3000\u3000各级工会组织，全年慰问职工。"
    assert not doc.problems
    assert doc.byte_span(2, 4) == (4, 8)


def test_seven_bit_mail_of_china() -> None:
    def low(codes: bytes) -> bytes:
        return bytes(byte & 0x7F for byte in codes)

    first = b"2012\x1b$)A\x0e" + low("全市各级工会".encode("gb2312")) + b"\x0f: 300\n"
    second = b"\x1b$)G\x0e" + low(bytes.fromhex("c4d6e4c4")) + b"\x0f"
    data = first + second
    assert detect_encoding(data)[0].encoding == "iso2022_cn"
    doc = decode(data)
    assert doc.text == "2012全市各级工会: 300\n工會"
    start = doc.text.index("300")
    span = doc.byte_span(start, start + 3)
    assert span is not None
    assert data[slice(*span)] == b"300"
    assert not doc.problems


@pytest.mark.parametrize("text", ["　\n \n\t\n", "\n", "\ufeff　"])
def test_a_text_of_blanks_is_a_text(text: str) -> None:
    assert decode(text.encode()).text.strip("\ufeff") == text.strip("\ufeff")
