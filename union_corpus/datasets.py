"""
The stored dataset: tables as Parquet and CSV beside one another, repaired texts, and what reopens the corpus.

::

    OUT/documents.parquet  OUT/documents.csv   …one pair a table; CSV carries a BOM so that Excel shows Chinese
    OUT/texts/…            the repaired text of every file, under its own name
    OUT/corpus.parquet     the texts as decoded, with regions, pages and metadata; with the edits it gives back each document
    OUT/dataset.json       what wrote it, and how many rows each table has

Rows stream through: nothing but the current batch is held.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, astuple, dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TextIO

from union_corpus import tables
from union_corpus.documents import (
    Document,
    Edit,
    Evidence,
    Metadata,
    Place,
    Problem,
    Region,
    Source,
    Table,
    TableCell,
)
from union_corpus.errors import LoadError, MissingDependencyError

if TYPE_CHECKING:
    import pandas as pd

# Every table that a dataset may hold, by the name of its files.
TABLES: dict[str, dict[str, str]] = {
    "documents": tables.DOCUMENTS,
    "edits": tables.EDITS,
    "problems": tables.PROBLEMS,
    "segments": tables.SEGMENTS,
    "themes": tables.THEMES,
    "indicators": tables.INDICATORS,
    "duplicates": tables.DUPLICATES,
    "terms": tables.TERMS,
    "topics": tables.TOPICS,
    "doc_topics": tables.DOC_TOPICS,
    "topic_quality": tables.TOPIC_QUALITY,
    "comparison": tables.COMPARISON,
}

# What reopens a document. Texts are bytes (UTF-8, half surrogate pairs allowed), the rest is JSON.
_BYTES = "bytes"
_CORPUS = {
    "doc_id": tables.TEXT,
    "parent_id": tables.TEXT,
    "original": _BYTES,
    "path": tables.TEXT,
    "sha256": tables.TEXT,
    "encoding": tables.TEXT,
    "regions": tables.TEXT,
    "places": tables.TEXT,
    "tables": tables.TEXT,
    "metadata": tables.TEXT,
    "problems": tables.TEXT,
    "steps": tables.TEXT,
}

# A batch goes to disk at this many rows, or where the texts in it reach this many characters.
_BATCH_ROWS, _BATCH_CHARS = 20_000, 8_000_000


class DatasetWriter:
    """
    Writes a dataset row by row; use it as a context manager.

    The folder is made where it is missing. Everything is written aside and put in place when all of it is there: a run
    that is stopped, or a disk that is full, leaves an earlier dataset as it was, and a finished one holds nothing of
    the earlier, repaired texts of files that are gone included. A folder that cannot be written raises LoadError.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._aside = self.folder / ".unfinished"
        self._open = ExitStack()
        self._sinks: dict[str, _Sink] = {}
        self.counts: dict[str, int] = {}

    def __enter__(self) -> DatasetWriter:
        try:
            shutil.rmtree(self._aside, ignore_errors=True)
            (self._aside / "texts").mkdir(parents=True)
            for name, columns in TABLES.items():
                self._sinks[name] = self._open.enter_context(_Sink(self._aside, name, columns, as_csv=True))
            self._sinks["corpus"] = self._open.enter_context(_Sink(self._aside, "corpus", _CORPUS, as_csv=False))
        except OSError as error:
            self._give_up()
            raise LoadError(
                f"cannot write to {self.folder}: {error.strerror or error}; choose a folder that you may write to (-o)"
            ) from error
        return self

    def __exit__(self, *failure: object) -> None:
        from union_corpus import __version__

        if failure[0] is not None:
            self._give_up()
            return
        try:
            self._open.close()
            self.counts = {name: sink.n_rows for name, sink in self._sinks.items() if name != "corpus"}
            about = {"written_by": f"union_corpus {__version__}", "rows": self.counts}
            (self._aside / "dataset.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
            self._put_in_place()
        finally:
            shutil.rmtree(self._aside, ignore_errors=True)

    def _give_up(self) -> None:
        with suppress(OSError):  # a full disk is told once, by what met it first
            self._open.close()
        shutil.rmtree(self._aside, ignore_errors=True)

    def _put_in_place(self) -> None:
        earlier = _texts_of(self.folder)
        written = [path.relative_to(self._aside) for path in self._aside.rglob("*") if path.is_file()]
        for name in written:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self._aside / name).replace(self.folder / name)
        for name in sorted(earlier.difference(written), reverse=True):
            (self.folder / name).unlink(missing_ok=True)
            with suppress(OSError):  # a folder that holds something else stays
                for parent in name.parents:
                    (self.folder / parent).rmdir()

    def add_rows(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        """Append rows to one table, cells in the order of its columns."""
        self._sinks[name].add(rows)

    def add_document(self, doc: Document) -> None:
        """Store what reopens one document, and its repaired text (a report inside a compilation has no file of its own)."""
        self._sinks["corpus"].add([_stored(doc)])
        if doc.parent_id is None and doc.text:
            path = self._aside / "texts" / text_name(doc.doc_id)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(doc.text.encode("utf-8", "surrogatepass"))


def _texts_of(folder: Path) -> set[Path]:
    """The repaired texts, and the page, that an earlier dataset in this folder wrote, as paths inside it."""
    if not ((folder / "dataset.json").is_file() and (folder / "documents.parquet").is_file()):
        return set()
    doc_ids = read_frame(folder, "documents", columns=["doc_id"])["doc_id"]
    return {Path("report.html"), *(Path("texts") / text_name(doc_id) for doc_id in doc_ids)}


def text_name(doc_id: str) -> PurePosixPath:
    """
    The name of a document's repaired text below ``texts/``: its own, always inside the folder, always ending in .txt.

    >>> str(text_name("reports.zip!/2009/总结.doc"))
    'reports.zip!/2009/总结.doc.txt'
    >>> str(text_name("../../etc/passwd"))
    'etc/passwd.txt'
    """
    parts = [
        part
        for part in PurePosixPath(doc_id.replace("\\", "/").replace("\0", "")).parts
        if part not in ("/", "..", ".")
    ]
    name = parts.pop() if parts else "text"
    return PurePosixPath(*map(_short, parts), _short(name.removesuffix(".txt")) + ".txt")


# A name on disk has room for 255 bytes, which 85 Han characters fill; the page's title is often the name of its file.
_NAME_BYTES = 240


def _short(name: str) -> str:
    """The name, or where the disk has no room for it how it begins, with a mark that tells it from others."""
    data = name.encode("utf-8", "surrogatepass")
    if len(data) <= _NAME_BYTES:
        return name
    mark = hashlib.sha256(data).hexdigest()[:8]
    return f"{data[: _NAME_BYTES - 9].decode('utf-8', 'ignore')}~{mark}"


def read_frame(
    folder: str | Path, name: str, *, columns: Sequence[str] | None = None, first: int | None = None
) -> pd.DataFrame:
    """One table of a stored dataset (or some columns of it, or its first rows), with the promised columns and types."""
    import pandas as pd

    path = _table_path(folder, name)
    wanted = TABLES[name] if columns is None else {column: TABLES[name][column] for column in columns}
    if first is None:
        return pd.read_parquet(path, columns=list(wanted)).astype(wanted)
    import pyarrow as pa
    import pyarrow.parquet as pq

    source = pq.ParquetFile(path)
    batches = list(islice(source.iter_batches(batch_size=max(first, 1), columns=list(wanted)), 1))
    schema = pa.schema([source.schema_arrow.field(name) for name in wanted])
    return pa.Table.from_batches(batches, schema=schema).slice(0, first).to_pandas().astype(wanted)


def _table_path(folder: str | Path, name: str) -> Path:
    path = Path(folder) / f"{name}.parquet"
    if not path.is_file():
        raise LoadError(
            f"{folder} holds no table {name!r} ({path.name} is missing); "
            f"write it with: union-corpus run FOLDER -o {folder}"
        )
    return path


def n_rows(folder: str | Path, name: str) -> int:
    """How many rows a stored table has, without reading them."""
    import pyarrow.parquet as pq

    return int(pq.read_metadata(_table_path(folder, name)).num_rows)


def write_table(folder: str | Path, name: str, rows: Iterable[Sequence[Any]]) -> int:
    """Write or replace one table of a stored dataset, as Parquet and CSV, row by row; gives the number of rows."""
    with _Sink(Path(folder), name, TABLES[name], as_csv=True) as sink:
        sink.add(rows)
    return sink.n_rows


def read_parts(folder: str | Path, name: str, *, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Some columns of a stored table, a batch of rows at a time."""
    import pyarrow.parquet as pq

    kinds = {column: TABLES[name][column] for column in columns}
    for batch in pq.ParquetFile(_table_path(folder, name)).iter_batches(columns=list(columns)):
        yield batch.to_pandas().astype(kinds)[list(columns)]


def rows_where(folder: str | Path, name: str, wanted: Any, *, columns: Sequence[str]) -> pd.DataFrame:
    """The rows of a stored table where ``wanted`` (an array of truths, one a row) holds, the table read in batches."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    source = pq.ParquetFile(_table_path(folder, name))
    kept, at = [], 0
    for batch in source.iter_batches(columns=list(columns)):
        kept.append(batch.filter(pa.array(wanted[at : at + len(batch)])))
        at += len(batch)
    kinds = {column: TABLES[name][column] for column in columns}
    schema = pa.schema([source.schema_arrow.field(column) for column in columns])
    return (
        pa.Table.from_batches([batch.select(list(columns)) for batch in kept], schema=schema).to_pandas().astype(kinds)
    )


def rows_of_frame(frame: pd.DataFrame) -> Iterator[list[Any]]:
    """The rows of a frame as lists, gaps as None."""
    import pandas as pd

    for row in frame.itertuples(index=False):
        yield [None if cell is pd.NA or cell is pd.NaT or cell != cell else cell for cell in row]


@dataclass(frozen=True)
class Unread:
    """Files that could not be read for one reason: the problem, what to try, and their ``doc_ids``."""

    problem: str
    detail: str
    doc_ids: tuple[str, ...]


def unread_files(folder: str | Path) -> list[Unread]:
    """The files of a stored dataset that gave no text, by their reason, the commonest first."""
    documents = read_frame(folder, "documents", columns=["doc_id", "n_chars", "n_problems"])
    without = set(documents["doc_id"][(documents["n_chars"] == 0) & (documents["n_problems"] > 0)])
    reasons: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for part in read_parts(folder, "problems", columns=["doc_id", "problem", "detail"]):
        for doc_id, problem, detail in part[part["doc_id"].isin(without)].itertuples(index=False, name=None):
            if doc_id in without:
                without.remove(doc_id)
                # A reason may tell the size of the file: not text, 3,019 bytes.
                reasons.setdefault((problem, re.sub(r"\d[\d,]*", "", detail)), (detail, []))[1].append(doc_id)
    found = [Unread(problem, detail, tuple(doc_ids)) for (problem, _), (detail, doc_ids) in reasons.items()]
    return sorted(found, key=lambda reason: -len(reason.doc_ids))


def dask_frame(folder: str | Path, name: str) -> Any:
    """One table of a stored dataset as a Dask DataFrame, for tables that do not fit into memory (extra: dask)."""
    try:
        import dask.dataframe
    except ImportError as error:
        raise MissingDependencyError(
            "Dask is not installed; install it with: pip install 'union-corpus[dask]'"
        ) from error
    path = _table_path(folder, name)
    return dask.dataframe.read_parquet(str(path), columns=list(TABLES[name]))


def duckdb_connection(folder: str | Path) -> Any:
    """A DuckDB connection in which every table of a stored dataset is a view, to be asked in SQL (extra: duckdb)."""
    try:
        import duckdb
    except ImportError as error:
        raise MissingDependencyError(
            "DuckDB is not installed; install it with: pip install 'union-corpus[duckdb]'"
        ) from error
    connection = duckdb.connect()
    for name in TABLES:
        path = str(_table_path(folder, name)).replace("'", "''")
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
    return connection


def read_documents(folder: str | Path) -> Iterator[Document]:
    """The documents of a stored dataset in their order, each with its whole road; a compilation comes before its reports."""
    folder = Path(folder)
    if not (folder / "corpus.parquet").is_file():
        raise LoadError(
            f"{folder} is not a dataset of union_corpus (corpus.parquet is missing); "
            "to read reports use load_corpus, or write a dataset with corpus.save"
        )
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(folder / "corpus.parquet").iter_batches(batch_size=256):
        for row in batch.to_pylist():
            yield _restored(row)


def _stored(doc: Document) -> tuple[Any, ...]:
    source = doc.source
    return (
        doc.doc_id,
        doc.parent_id,
        doc.original.encode("utf-8", "surrogatepass"),
        source.path,
        source.sha256,
        source.encoding,
        json.dumps([(r.start, r.end, r.byte_start, r.byte_end, r.encoding) for r in source.regions]),
        json.dumps([(p.start, p.end, p.page, p.box, p.score, p.cell) for p in source.places]),
        json.dumps([(t.start, t.end, [astuple(cell) for cell in t.cells]) for t in source.tables]),
        json.dumps(asdict(doc.metadata)),
        json.dumps([asdict(problem) for problem in doc.problems]),
        json.dumps([(r.rule, [(e.start, len(e.before), e.after, e.confidence) for e in r.edits]) for r in doc.repairs]),
    )


def _restored(row: Mapping[str, Any]) -> Document:
    metadata = json.loads(row["metadata"])
    metadata["year_evidence"] = tuple(Evidence(**evidence) for evidence in metadata["year_evidence"])
    original = row["original"].decode("utf-8", "surrogatepass")
    doc = Document(
        doc_id=row["doc_id"],
        original=original,
        text=original,
        source=Source(
            path=row["path"],
            sha256=row["sha256"],
            encoding=row["encoding"],
            regions=tuple(Region(*region) for region in json.loads(row["regions"])),
            places=tuple(
                # Datasets of before there were workbooks have no addresses of cells.
                Place(start, end, page, tuple(box) if box else None, *rest)
                for start, end, page, box, *rest in json.loads(row["places"])
            ),
            tables=tuple(
                Table(start, end, tuple(TableCell(*cell) for cell in cells))
                # Datasets of before there were tables have no such column.
                for start, end, cells in json.loads(row.get("tables", "[]"))
            ),
        ),
        metadata=Metadata(**metadata),
        parent_id=row["parent_id"],
    )
    for rule, edits in json.loads(row["steps"]):
        text = doc.text
        doc = doc.apply(rule, [Edit(start, text[start : start + n], after, sure) for start, n, after, sure in edits])
    return doc.with_problems(Problem(**problem) for problem in json.loads(row["problems"]))


class _Sink:
    """One table on its way to disk, in batches, as Parquet and (where asked) CSV."""

    def __init__(self, folder: Path, name: str, columns: Mapping[str, str], *, as_csv: bool) -> None:
        import pyarrow as pa

        kinds = {
            tables.TEXT: pa.string(),
            tables.INTEGER: pa.int64(),
            tables.NUMBER: pa.float64(),
            tables.TRUTH: pa.bool_(),
            _BYTES: pa.binary(),
        }
        self._schema = pa.schema([(column, kinds[kind]) for column, kind in columns.items()])
        self._kinds = list(columns.values())
        self._path = folder / f"{name}.parquet"
        self._csv_path = folder / f"{name}.csv" if as_csv else None
        self._batch: list[tuple[Any, ...]] = []
        self._chars = 0
        self.n_rows = 0

    def __enter__(self) -> _Sink:
        import pyarrow.parquet as pq

        self._csv_file: TextIO | None = None
        if self._csv_path is not None:
            self._csv_file = self._csv_path.open("w", encoding="utf-8-sig", newline="", errors="backslashreplace")
            csv.writer(self._csv_file).writerow(self._schema.names)
        self._parquet = pq.ParquetWriter(self._path, self._schema, compression="zstd")
        return self

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            self._flush()
        self._parquet.close()
        if self._csv_file is not None:
            self._csv_file.close()

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            cells = tuple(_cell(cell, kind) for cell, kind in zip(row, self._kinds, strict=True))
            self._batch.append(cells)
            self._chars += sum(len(cell) for cell in cells if isinstance(cell, str | bytes))
            if len(self._batch) >= _BATCH_ROWS or self._chars >= _BATCH_CHARS:
                self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if not self._batch:
            return
        cells = list(zip(*self._batch, strict=True))
        try:
            columns = [pa.array(column, type=field.type) for column, field in zip(cells, self._schema, strict=True)]
        except UnicodeEncodeError:
            shown = [tuple(map(_shown, column)) for column in cells]
            columns = [pa.array(column, type=field.type) for column, field in zip(shown, self._schema, strict=True)]
        self._parquet.write_table(pa.Table.from_arrays(columns, schema=self._schema))
        if self._csv_file is not None:
            csv.writer(self._csv_file).writerows(self._batch)
        self.n_rows += len(self._batch)
        self._batch, self._chars = [], 0


def _cell(cell: Any, kind: str) -> Any:
    return float(cell) if kind == tables.NUMBER and cell is not None else cell


def _shown(cell: Any) -> Any:
    """Parquet holds UTF-8 only: half a surrogate pair (a UTF-16 file cut in two) is shown as its escape, ``\\ud83d``."""
    return cell.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(cell, str) else cell
