"""The command line: what it prints where, what it writes, and its exit codes; Python and command line in step."""

import io
import os
import subprocess
import sys

import pandas as pd
import pytest

import union_corpus as uc
from union_corpus.cli import main
from union_corpus.datasets import TABLES, read_frame

DAMAGED = "學(xué)習(xí)工會(huì)法,開(kāi)展送溫暖活動(dòng)\n"
MENDED = "學習工會法,開展送溫暖活動\n"


def command(monkeypatch, capfdbinary, *words, stdin=b""):
    """Run one command; gives exit code, stdout and stderr."""
    monkeypatch.setattr(sys, "argv", ["union-corpus", *map(str, words)])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
    with pytest.raises(SystemExit) as stop:
        main()
    out, err = capfdbinary.readouterr()
    return stop.value.code or 0, out.decode(), err.decode()


@pytest.fixture
def call(monkeypatch, capfdbinary):
    return lambda *words, stdin=b"": command(monkeypatch, capfdbinary, *words, stdin=stdin)


def test_stdin_to_stdout(call):
    code, out, err = call("repair", "-", stdin=DAMAGED.encode())
    assert (code, out) == (0, MENDED)
    assert err.startswith("stdin: ")
    code, out, _ = call("repair", "-", "--quiet", stdin="工会工作总结。\r\n".encode("gb18030"))
    assert (code, out) == (0, "工会工作总结。\r\n")


def test_several_files_need_a_place_to_go(call, tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(DAMAGED, encoding="utf-8")
    code, out, err = call("repair", tmp_path)
    assert (code, out) == (2, "")
    assert "-o FOLDER" in err
    code, _, _ = call("repair", tmp_path, "-o", tmp_path / "out")
    assert code == 0
    assert (tmp_path / "out" / "a.txt").read_text(encoding="utf-8") == MENDED
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == DAMAGED


def test_in_place_keeps_the_original_beside(call, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(DAMAGED.encode())
    assert call("repair", path, "--in-place")[0] == 0
    assert path.read_bytes() == MENDED.encode()
    assert (tmp_path / "a.txt.bak").read_bytes() == DAMAGED.encode()
    clean = tmp_path / "clean.txt"
    clean.write_bytes("工会工作总结".encode("gb18030"))
    call("repair", clean, "--in-place")
    assert clean.read_bytes() == "工会工作总结".encode("gb18030")
    assert not (tmp_path / "clean.txt.bak").exists()
    assert call("repair", path, "--in-place", "-o", tmp_path)[0] == 2


def test_diff_and_html_show_before_and_after(call, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("第一行\n" + DAMAGED, encoding="utf-8")
    code, out, _ = call("repair", path, "--diff")
    assert code == 0
    assert "- " + DAMAGED.strip() in out
    assert "+ " + MENDED.strip() in out
    assert "第一行" not in out
    assert "inline_pinyin × " in out
    code, out, _ = call("repair", path, "--html")
    assert code == 0
    assert "<del title='inline_pinyin 0.90'>(xué)</del>" in out
    assert path.read_text(encoding="utf-8") == "第一行\n" + DAMAGED
    call("repair", path, "--html", "-o", tmp_path / "out")
    assert (tmp_path / "out/a.txt").read_text(encoding="utf-8") == "第一行\n" + MENDED
    assert "<del title=" in (tmp_path / "out/repairs.html").read_text(encoding="utf-8")


def test_a_file_cannot_steer_the_terminal(call):
    hostile = DAMAGED.strip() + "\x1b[31m\u202e\n"
    _, out, _ = call("repair", "-", "--diff", stdin=hostile.encode())
    assert "\x1b[31m" not in out
    assert "\\x1b[31m" in out


def test_diagnose_tells_and_changes_nothing(call, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(DAMAGED, encoding="utf-8")
    code, out, _ = call("diagnose", path, "--csv")
    assert code == 1
    table = pd.read_csv(io.StringIO(out))
    assert list(table.columns) == ["file", "family", "start", "end", "evidence", "severity"]
    assert path.read_text(encoding="utf-8") == DAMAGED
    path.write_text(MENDED, encoding="utf-8")
    code, out, _ = call("diagnose", path)
    assert (code, out) == (0, "nothing damaged\n")


def test_run_writes_every_table(dataset):
    for name, columns in TABLES.items():
        table = read_frame(dataset, name)
        assert dict(table.dtypes.astype(str)) == columns
        data = (dataset / f"{name}.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert len(pd.read_csv(dataset / f"{name}.csv", encoding="utf-8-sig", dtype=str)) == len(table)
    assert "<script src" not in (dataset / "report.html").read_text(encoding="utf-8")
    assert (dataset / "texts" / "reports" / "federation_2006.txt").is_file()


def test_run_and_save_tell_the_same(call, dataset, sample, tmp_path):
    stored = uc.open_corpus(dataset)
    assert [doc.doc_id for doc in stored] == [doc.doc_id for doc in sample]
    pd.testing.assert_frame_equal(read_frame(dataset, "indicators"), sample.indicators_frame())
    pd.testing.assert_frame_equal(read_frame(dataset, "themes"), sample.themes_frame())
    pd.testing.assert_frame_equal(read_frame(dataset, "documents"), sample.documents_frame())
    pd.testing.assert_frame_equal(read_frame(dataset, "problems"), sample.problems_frame())
    saved = sample.save(tmp_path / "saved")
    for name in TABLES.keys() - {"topics", "doc_topics", "topic_quality"}:
        pd.testing.assert_frame_equal(read_frame(saved, name), read_frame(dataset, name))
    assert read_frame(saved, "topics").empty
    code, out, _ = call("topics", saved, "--csv")
    assert code == 0
    assert out == call("topics", dataset, "--csv")[1]


def test_tables_of_a_dataset_from_the_command_line(call, dataset):
    code, out, _ = call("indicators", dataset, "--csv")
    assert code == 0
    assert list(pd.read_csv(io.StringIO(out)).columns) == list(TABLES["indicators"])
    assert call("topics", dataset)[0] == 0
    assert call("topics", dataset, "-n", "3", "--csv")[0] == 0
    code, out, _ = call("compare", dataset, "--years", "2006", "2007", "--csv")
    assert code == 0
    compared = pd.read_csv(io.StringIO(out))
    assert set(compared["year_from"]) <= {2006}
    assert set(compared["year_to"]) <= {2007}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "nowhere"), "nowhere"),
        (("repair", "nowhere"), "nowhere"),
        (("diagnose", "nowhere"), "nowhere"),
        (("indicators", "nowhere"), "union-corpus run"),
        (("repair", "-", "--rule", "magic"), "no repair rule is called magic"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(call, words, message):
    code, out, err = call(*words, stdin=DAMAGED.encode())
    assert code == 2
    assert out == ""
    assert message in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_an_empty_folder_and_a_place_that_cannot_be_written(call, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    code, _, err = call("run", empty, "-o", tmp_path / "out")
    assert code == 2
    assert "no file" in err
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (empty / "a.txt").write_text("工会", encoding="utf-8")
    code, _, err = call("run", empty, "-o", tmp_path / "file" / "out")
    assert code == 2
    assert "cannot write" in err


def test_a_damaged_file_ends_in_exit_code_one(call, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("2009年工会工作总结\n新建工会5家。", encoding="utf-8")
    (folder / "b.txt").write_bytes(bytes(range(256)) * 40)
    code, out, err = call("run", folder, "-o", tmp_path / "out")
    assert code == 1
    assert "1 of 2 files could not be read" in err
    assert "2 files" in out


def test_too_few_reports_for_topics_end_no_run(call, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in (("a", "新建工会5家。"), ("b", "慰问困难职工7户。"), ("c", "开展安康杯竞赛。")):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    code, _, err = call("run", folder, "-o", tmp_path / "out", "--topics", "50")
    assert code == 0
    assert "no topics" in err
    assert len(read_frame(tmp_path / "out", "indicators")) == 2


def test_every_help_can_be_read(call):
    for name in ("run", "repair", "diagnose", "compare", "topics", "indicators"):
        code, out, _ = call(name, "--help")
        assert code == 0
        assert "Usage" in out
    assert call("--version")[1].startswith("union-corpus ")


def test_in_place_touches_plain_text_only(call, tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes(f"<html><body><p>{DAMAGED}</p></body></html>".encode())
    before = page.read_bytes()
    code, _, err = call("repair", tmp_path, "--in-place")
    assert code == 0
    assert "not a plain text file" in err
    assert page.read_bytes() == before


def test_backups_and_datasets_below_are_no_input(call, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(DAMAGED.encode())
    call("repair", tmp_path, "--in-place")
    assert call("repair", tmp_path, "--in-place")[0] == 0
    call("run", tmp_path, "-o", tmp_path / "out")
    assert call("run", tmp_path, "-o", tmp_path / "out")[1].startswith("1 files, 1 reports")
    call("repair", tmp_path, "-o", tmp_path / "mended")
    call("repair", tmp_path, "-o", tmp_path / "mended")
    assert sorted(p.relative_to(tmp_path).parts[0] for p in tmp_path.rglob("*.txt*")) == [
        "a.txt", "a.txt.bak", "mended", "out",
    ]  # fmt: skip


def test_a_run_leaves_nothing_of_an_earlier_one(call, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    (folder / "2005").mkdir(parents=True)
    (folder / "2005" / "a.txt").write_text("慰问困难职工7户。", encoding="utf-8")
    (folder / "b.txt").write_text("慰问困难职工8户。", encoding="utf-8")
    call("run", folder, "-o", out)
    (out / "texts" / "note.md").write_text("mine", encoding="utf-8")
    (folder / "2005" / "a.txt").unlink()
    call("run", folder, "-o", out)
    assert sorted(path.name for path in (out / "texts").iterdir()) == ["b.txt", "note.md"]


def test_a_run_that_stops_leaves_the_earlier_dataset(call, tmp_path, monkeypatch):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.txt").write_text("慰问困难职工7户。", encoding="utf-8")
    call("run", folder, "-o", out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    (folder / "a.txt").write_text("慰问困难职工8户。", encoding="utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("union_corpus.scale.told_by_others", full)
    code, _, err = call("run", folder, "-o", out)
    assert code == 2
    assert "No space left on device" in err
    assert len(err.strip().splitlines()) == 1
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_terminal_without_chinese_gets_escapes(tmp_path):
    (tmp_path / "a.txt").write_text("学习�工会", encoding="utf-8")
    for encoding in ("ascii", "gbk"):
        words = [sys.executable, "-m", "union_corpus", "diagnose", tmp_path / "a.txt"]
        done = subprocess.run(words, env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (1, b"")


def test_the_page_shows_a_topic_without_terms():
    from union_corpus.tables import TOPIC_QUALITY, TOPICS, frame
    from union_corpus.webreport import _topics

    topics = frame([(1, "工会", 1, "工会", 0.5)], TOPICS)
    assert "no term" in _topics(topics, frame([(0, "", 0.0, 0.0, 0.0, 0.5, "no term")], TOPIC_QUALITY))


def test_unread_files_are_told_by_reason_and_are_no_reports(call, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("2009年工会工作总结\n新建工会5家。", encoding="utf-8")
    for name in ("b.nh", "c.nh"):
        (folder / name).write_bytes(b"HN\x00\x00" + bytes(100))
    (folder / "index.htm").write_bytes(b"<html><frameset><frame src=left.htm><frame src='main.htm'></frameset></html>")
    code, out, err = call("run", folder, "-o", tmp_path / "out")
    assert code == 1
    assert out.startswith("4 files, 1 reports")
    assert "2  unsupported_format: a CNKI file" in err
    assert "(b.nh, c.nh)" in err
    assert "left.htm, main.htm" in err
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "2 × unsupported_format" in page


def test_a_table_in_a_pipe_is_whole_and_an_empty_one_says_what_there_is(call, dataset):
    out = call("indicators", dataset)[1]
    assert "…" not in out.splitlines()[1]
    assert "indicator_code" in out.splitlines()[1]
    assert "there are" in call("indicators", dataset, "--code", "nope")[1]
    assert "member_total" in call("indicators", dataset, "--code", "nope")[1]
    assert "there are reports of" in call("indicators", dataset, "--year", "1789")[1]
    assert "there are figures of" in call("compare", dataset, "--years", "1789", "1790")[1]


def test_a_name_that_fills_the_disk_s_room_ends_no_run(call, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for last in "甲乙":
        (folder / ("工会" * 41 + last + ".htm")).write_text(
            "<html><body><p>慰问困难职工7户。</p></body></html>", "utf-8"
        )
    assert call("run", folder, "-o", tmp_path / "out")[0] == 0
    assert call("repair", folder, "-o", tmp_path / "mended")[0] == 0
    for out in (tmp_path / "out" / "texts", tmp_path / "mended"):
        names = [path.name for path in out.iterdir()]
        assert len(names) == 2
        assert all(name.startswith("工会工会") and name.endswith(".txt") for name in names)
