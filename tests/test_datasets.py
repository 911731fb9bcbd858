"""The stored dataset, asked in other ways: DuckDB views and Dask frames over the same files."""

import pytest

from union_corpus import Corpus
from union_corpus.datasets import (
    TABLES,
    DatasetWriter,
    dask_frame,
    duckdb_connection,
    read_documents,
    read_frame,
    text_name,
    unread_files,
)
from union_corpus.documents import Document, Problem, Source, Table, TableCell
from union_corpus.errors import LoadError


def test_every_table_is_a_view(dataset):
    connection = duckdb_connection(dataset)
    for name in TABLES:
        (count,) = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
        assert count == len(read_frame(dataset, name))
    best = connection.execute(
        "SELECT theme, count(DISTINCT doc_id) n FROM themes GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchone()
    assert best[1] > 5


def test_a_dask_frame_gives_the_same_rows(dataset):
    frame = dask_frame(dataset, "indicators")
    assert list(frame.columns) == list(TABLES["indicators"])
    assert len(frame) == len(read_frame(dataset, "indicators"))


def test_a_folder_that_is_no_dataset(tmp_path):
    for door in (
        duckdb_connection,
        lambda folder: dask_frame(folder, "themes"),
        lambda folder: read_frame(folder, "themes"),
    ):
        with pytest.raises(LoadError, match="union-corpus run"):
            door(tmp_path)


def test_a_dataset_of_before_there_were_tables_is_read(tmp_path):
    import pyarrow.parquet as pq

    drawn = Table(0, 7, (TableCell(0, 1, 0, 0), TableCell(2, 3, 0, 1), TableCell(4, 5, 1, 0), TableCell(6, 7, 1, 1)))
    doc = Document("a", "a\t1\nb\t2", "a\t1\nb\t2", source=Source(tables=(drawn,)))
    with DatasetWriter(tmp_path) as writer:
        writer.add_document(doc)
    assert [len(one.tables) for one in read_documents(tmp_path)] == [1]
    path = tmp_path / "corpus.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["tables"]), path)
    assert [(one.text, one.tables) for one in read_documents(tmp_path)] == [(doc.text, ())]


@pytest.mark.parametrize("doc_id", ["../../x", "/etc/passwd", "a/../../b", "..", "", "C:\\\\x\\\\..\\\\y", "a\0b"])
def test_a_text_never_leaves_its_folder(doc_id):
    name = text_name(doc_id)
    assert not name.is_absolute()
    assert ".." not in name.parts
    assert name.suffix == ".txt"


def test_topics_found_on_some_reports_are_given_to_all(tmp_path, monkeypatch):
    from pathlib import Path

    from union_corpus import scale

    monkeypatch.setattr(scale, "_MOST_FITTED", 12)
    data = Path(__file__).resolve().parents[1] / "data"
    summary = scale.run(data, out=tmp_path / "out", n_topics=3, progress=False, report=False)
    shares = read_frame(tmp_path / "out", "doc_topics")
    assert shares["doc_id"].nunique() == summary.n_reports == 24
    assert shares.groupby("doc_id")["share"].sum().between(0.999, 1.001).all()


def test_topics_of_a_large_corpus_are_found_on_reports_from_all_of_it():
    from union_corpus.scale import _spaced
    from union_corpus.term_matrices import TermMatrix

    matrix = TermMatrix.from_terms((f"{at:02d}", ["工会"]) for at in range(20))
    matrix = matrix.of_organisations({f"{at:02d}": f"第{at}厂" for at in range(20)})
    some = _spaced(matrix, 4)
    assert some.doc_ids == ("00", "05", "10", "15")
    assert some.organisations == ("第0厂", "第5厂", "第10厂", "第15厂")
    assert _spaced(matrix, 20) is matrix


def test_a_file_that_could_not_be_read_is_told_once(tmp_path):
    problems = [Problem("read", "not_text", detail="not text, 12 bytes"), Problem("read", "cut_short")]
    docs = [Document("a", "", "", problems=tuple(problems)), Document("b", "", "", problems=tuple(problems[:1]))]
    folder = Corpus([*docs, Document.from_text("送温暖。", doc_id="c")]).save(tmp_path / "out")
    (reason,) = unread_files(folder)
    assert (reason.problem, reason.doc_ids) == ("not_text", ("a", "b"))


def test_documents_are_counted_once_though_their_rows_come_in_parts(monkeypatch):
    import pandas as pd

    from union_corpus import webreport

    rows = [("a", "送温暖"), ("a", "安康杯"), ("b", "送温暖"), ("b", "送温暖"), ("b", "安康杯"), ("c", None)]
    parts = [pd.DataFrame(rows[low:high], columns=["doc_id", "theme"]) for low, high in ((0, 3), (3, 5), (5, 6))]
    monkeypatch.setattr(webreport, "read_parts", lambda *_, **__: iter(parts))
    assert webreport._docs_with("out", "themes", ["theme"]) == {("送温暖",): 2, ("安康杯",): 2}


def test_figures_compared_in_parts_are_compared_as_a_whole(tmp_path, monkeypatch):
    from pathlib import Path

    import pandas as pd

    from union_corpus import compare_years, scale

    monkeypatch.setattr(scale, "_COMPARED_AT_ONCE", 50)
    data = Path(__file__).resolve().parents[1] / "data"
    scale.run(data, out=tmp_path / "out", progress=False, report=False)
    whole = compare_years(
        read_frame(tmp_path / "out", "indicators"), documents=read_frame(tmp_path / "out", "documents")
    )
    assert len(whole) > 100
    pd.testing.assert_frame_equal(read_frame(tmp_path / "out", "comparison"), whole)
    some = scale.compare_stored(tmp_path / "out", years=(2006, 2007))
    assert set(some["year_from"]) == {2006}
    assert len(some) > 0
