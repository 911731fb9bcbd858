"""
The command line: one sub-command a public verb. The only room that prints.

Results go to stdout, remarks and progress to stderr. Exit codes: 0 done; 1 done, but something needs a look (a file
that could not be read; for ``diagnose``, damage was found); 2 could not be done, with one sentence saying why.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from union_corpus.errors import LoadError, UnionCorpusError

if TYPE_CHECKING:
    import pandas as pd

    from union_corpus.documents import Document

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Repair, date and count Chinese trade-union (工会) reports.\n\n"
    "Exit codes: 0 done; 1 done, but something needs a look; 2 could not be done.",
)

Paths = Annotated[
    list[Path], typer.Argument(help="Folders, files, globs or archives; - reads from stdin.", show_default=False)
]
_SEVERAL = "several files cannot go to stdout one behind another; add -o FOLDER, --in-place, --diff or --html"

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no remarks on stderr.")]


@app.callback(invoke_without_command=True)
def _about(version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False) -> None:
    if version:
        from union_corpus import __version__

        print(f"union-corpus {__version__}")
        raise typer.Exit


@app.command()
def run(
    paths: Annotated[
        list[Path], typer.Argument(help="Folders, files, globs or archives with reports.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for tables, repaired texts and report.html.")] = Path(
        "out"
    ),
    lexicon: Annotated[Path | None, typer.Option(help="A .tsv of your own themes or indicators.")] = None,
    topics: Annotated[
        int | None,
        typer.Option(
            "--topics", "--n-topics", help="Number of topics; suggested by the number of reports if left out."
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes to use; chosen by the size of the input if left out.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """The main job: from folders of damaged reports to tables (Parquet and CSV), repaired texts and report.html."""
    from union_corpus.datasets import unread_files
    from union_corpus.scale import run as run_corpus
    from union_corpus.scale import suggested_workers

    summary = run_corpus(
        *paths,
        out=out,
        lexicon=lexicon,
        n_topics=topics,
        workers=suggested_workers(paths) if workers is None else workers,
        progress=False if quiet else None,
    )
    rows = summary.rows
    print(f"{summary.n_files} files, {summary.n_reports} reports → {summary.folder}")
    for name, count in rows.items():
        print(f"  {name:<14}{count:>9,}")
    print(f"  report        {summary.folder / 'report.html'}")
    for remark in () if quiet else summary.remarks:
        _remark(remark)
    unread = unread_files(summary.folder)
    n_unread = sum(len(reason.doc_ids) for reason in unread)
    if unread and not quiet:
        _remark(f"{n_unread} of {summary.n_files} files could not be read (problems.csv names each):")
        for reason in unread:
            names = ", ".join(reason.doc_ids[:2]) + (", …" if len(reason.doc_ids) > 2 else "")
            _remark(f"{len(reason.doc_ids):>6}  {reason.problem}: {reason.detail} ({names})")
    if unread:
        raise typer.Exit(1)


@app.command()
def repair(
    paths: Paths,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for the repaired texts (UTF-8).")] = None,
    in_place: Annotated[
        bool,
        typer.Option(
            "--in-place", help="Overwrite damaged text files (UTF-8); each original stays beside as NAME.bak."
        ),
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what changes, before and after; write nothing.")] = False,
    html: Annotated[
        bool,
        typer.Option(
            "--html", help="A page with before and after side by side: beside the texts with -o, else on stdout."
        ),
    ] = False,
    threshold: Annotated[float, typer.Option(min=0, max=1, help="Make edits at least this sure.")] = 0.5,
    rule: Annotated[list[str] | None, typer.Option(help="Run only this rule (may be given several times).")] = None,
    quiet: Quiet = False,
) -> None:
    """
    Repair garbled reports. One file (or - for stdin) goes to stdout; several need -o, --in-place or --diff.

    What was changed and why is in the table of edits that `run` writes; --diff and --html show it at once.
    """
    from union_corpus.repairs import repair as repair_document

    if in_place and (out or html):
        raise UnionCorpusError("--in-place goes with neither -o nor --html; choose one")
    unread = printed = 0
    to_stdout = not (out or in_place or diff or html)
    if to_stdout and (len(paths) > 1 or paths[0].is_dir()):
        raise UnionCorpusError(_SEVERAL)
    pages: list[Document] = []
    for doc, where in _documents(paths, out=out):
        name = doc.source.path or "stdin"
        if doc.problems and not doc.text:
            unread += 1
            _remark(f"{name}: {doc.problems[0].problem}: {doc.problems[0].detail}")
            continue
        mended = repair_document(doc, threshold=threshold, rules=rule)
        if not quiet:
            _remark(f"{name}: {_counted(mended)}")
        if diff:
            _show_difference(mended)
        elif in_place:
            _overwrite(mended, where)
        elif out is not None:
            _write(out, mended.doc_id, mended.text)
        elif not html:
            if printed:
                raise UnionCorpusError(_SEVERAL)
            _print_text(mended.text)
            printed += 1
        if html:
            pages.append(mended)
    if html and not diff:
        _print_or_write_page(pages, out)
    if unread:
        raise typer.Exit(1)


@app.command()
def diagnose(
    paths: Paths,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout instead of a table.")] = False,
) -> None:
    """What is damaged, and where; nothing is written. Exit code 1 where there is damage."""
    import pandas as pd

    from union_corpus.repairs import diagnose as diagnose_document

    frames = [diagnose_document(doc).assign(file=doc.source.path or "stdin") for doc, _ in _documents(paths)]
    found = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    found = found[["file", *(name for name in found.columns if name != "file")]] if len(found.columns) else found
    _show(found, as_csv=as_csv, empty="nothing damaged")
    if len(found):
        raise typer.Exit(1)


@app.command()
def compare(
    dataset: Annotated[Path, typer.Argument(help="A folder that `union-corpus run` wrote.", show_default=False)],
    years: Annotated[
        tuple[int, int] | None, typer.Option(help="Two years; all years next to one another if left out.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout instead of a table.")] = False,
) -> None:
    """The same indicator of the same subject in two years, with the change, or a note why the two do not compare."""
    from union_corpus.scale import compare_stored

    found = compare_stored(dataset, years=years)
    empty = "no indicator has figures of two years"
    if years and found.empty:
        all_years = compare_stored(dataset)
        known = sorted({*all_years["year_from"], *all_years["year_to"]})
        empty = f"no indicator has figures for both {years[0]} and {years[1]}; there are figures of {', '.join(map(str, known)) or 'no two years'}"
    _show(found, as_csv=as_csv, empty=empty)


@app.command()
def topics(
    dataset: Annotated[Path, typer.Argument(help="A folder that `union-corpus run` wrote.", show_default=False)],
    n_topics: Annotated[
        int | None, typer.Option("--n-topics", "-n", help="Find this many topics anew; else show those of the run.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout instead of a table.")] = False,
) -> None:
    """The topics of a dataset: their terms and how well each holds."""
    from union_corpus.datasets import read_frame
    from union_corpus.scale import suggested_topics

    terms, quality = read_frame(dataset, "topics"), read_frame(dataset, "topic_quality")
    if n_topics is None and quality.empty:  # a corpus that was saved has none yet
        n_topics = suggested_topics(read_frame(dataset, "terms", columns=["doc_id"])["doc_id"].nunique()) or None
    if n_topics is not None:
        from union_corpus.term_matrices import term_matrix
        from union_corpus.topics import TopicModel

        matrix = term_matrix(read_frame(dataset, "terms")).of_organisations(read_frame(dataset, "documents"))
        model = TopicModel(n_topics=n_topics).fit(matrix)
        terms, quality = model.topics_frame(), model.quality_frame()
    if as_csv:
        _show(terms, as_csv=True, empty="")
        return
    words = terms.groupby("topic")["term"].agg("、".join)
    _show(
        quality.assign(terms=quality["topic"].map(words)).drop(columns="label"),
        as_csv=False,
        empty="too few reports for topics",
    )


@app.command()
def indicators(
    dataset: Annotated[Path, typer.Argument(help="A folder that `union-corpus run` wrote.", show_default=False)],
    code: Annotated[str | None, typer.Option(help="Only this indicator_code.")] = None,
    year: Annotated[int | None, typer.Option(help="Only reports of this year.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV with every column on stdout instead of a table.")] = False,
) -> None:
    """The figures of a dataset: name, subject, period, value and unit, and the words they were read from."""
    from union_corpus.datasets import read_frame

    every = found = read_frame(dataset, "indicators")
    empty = "no figures"
    if code is not None:
        found = found[found["indicator_code"] == code]
        empty = f"no figures of code {code!r}; there are {_listed(every['indicator_code'])}"
    if year is not None:
        found = found[found["report_year"] == year]
        if len(every[every["report_year"] == year]) == 0:
            empty = f"no figures in reports of {year}; there are reports of {_listed(every['report_year'])}"
    _show(found if as_csv else found[list(_SHOWN_OF_FIGURES)], as_csv=as_csv, empty=empty)


# What a terminal has room for; --csv gives every column.
_SHOWN_OF_FIGURES = (
    "doc_id", "indicator", "indicator_code", "subject", "period", "value", "unit", "status", "obs_status",
)  # fmt: skip


def _listed(column: pd.Series) -> str:
    return ", ".join(map(str, sorted(column.dropna().unique()))) or "none"


def main() -> None:
    """Run the command line; our own errors, a full disk and Ctrl-C become one sentence on stderr and exit code 2."""
    # A terminal or a redirection that cannot show every character (cp936, ASCII) gets escapes, not a traceback.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except BrokenPipeError:
        sys.exit(0)
    except UnionCorpusError as error:
        _remark(f"union-corpus: {error}")
        sys.exit(2)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        _remark(
            f"union-corpus: cannot go on: {error.strerror or error}{where}; what is unfinished was not put in place"
        )
        sys.exit(2)


# -- reading and writing -------------------------------------------------------------------------------------------------


def _documents(paths: Iterable[Path], *, out: Path | None = None) -> Iterator[tuple[Document, Path | None]]:
    """
    Every file under the paths as a document not yet repaired, with the path it may be written back to.

    What stands in ``out``, the folder that is written to, is no input.
    """
    from union_corpus.corpus import named_files, read_document
    from union_corpus.documents import RawFile

    for path in paths:
        if str(path) == "-":
            yield read_document(RawFile("", sys.stdin.buffer.read()), "stdin"), None
            continue
        for raw, doc_id in named_files(path):
            file = Path(raw.path)
            if out is not None and file.resolve().is_relative_to(out.resolve()):
                continue
            yield read_document(raw, doc_id), file if file.is_file() else None


def _counted(doc: Document) -> str:
    left = f", {len(doc.problems)} left alone and on record" if doc.problems else ""
    return f"{doc.n_edits} edits{left}"


def _overwrite(doc: Document, path: Path | None) -> None:
    from union_corpus.files import detect_format

    if not doc.n_edits:
        return
    before = b"" if path is None else path.read_bytes()
    if path is None or detect_format(before) != "text":
        _remark(
            f"{doc.source.path or 'stdin'}: not a plain text file, so it stays as it is; use -o FOLDER for its text"
        )
        return
    backup = path.with_name(path.name + ".bak")
    try:
        if not backup.exists():
            backup.write_bytes(before)
        path.write_bytes(doc.text.encode("utf-8", "surrogatepass"))
    except OSError as error:
        raise LoadError(f"cannot write {path}: {error.strerror or error}; use -o FOLDER") from error


def _write(folder: Path, doc_id: str, text: str) -> None:
    from union_corpus.datasets import text_name

    path = folder / text_name(doc_id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
    except OSError as error:
        raise LoadError(
            f"cannot write {path}: {error.strerror or error}; choose a folder that you may write to (-o)"
        ) from error


def _print_or_write_page(docs: list[Document], out: Path | None) -> None:
    from union_corpus.differences import side_by_side_html

    page = side_by_side_html(docs)
    if out is None:
        _print_text(page)
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "repairs.html").write_text(page, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise LoadError(
            f"cannot write to {out}: {error.strerror or error}; choose a folder that you may write to (-o)"
        ) from error
    print(out / "repairs.html")


def _print_text(text: str) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()


def _show_difference(doc: Document) -> None:
    from rich.console import Console
    from rich.text import Text

    from union_corpus.differences import passages, sides, told

    console = Console(highlight=False, soft_wrap=True)
    console.print(
        Text(f"--- {doc.source.path or 'stdin'} (as found)\n+++ {doc.source.path or 'stdin'} (repaired)", style="bold")
    )
    for passage in passages(doc):
        before, after = sides(doc, passage)
        for sign, colour, pieces in (("-", "red", before), ("+", "green", after)):
            line = Text()
            for piece, number in pieces:
                line.append(_printable(piece), style=colour if number is None else f"bold reverse {colour}")
            for part in line.split("\n"):
                console.print(Text(f"{sign} ", style=colour) + part)
        for reason in told(passage.changes):
            console.print(Text(f"  {reason}", style="dim"))
        console.print()


def _printable(piece: str) -> str:
    """The piece with control characters and half surrogate pairs shown as escapes, so that a file cannot steer the terminal."""
    return "".join(
        char
        if char in "\n\t" or (char.isprintable() and not "\ud800" <= char <= "\udfff")
        else char.encode("unicode_escape").decode()
        for char in piece
    )


def _show(frame: pd.DataFrame, *, as_csv: bool, empty: str) -> None:
    if as_csv:
        _print_text(frame.to_csv(index=False))
        return
    if frame.empty:
        print(empty)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for name in frame.columns:
        table.add_column(str(name), overflow="fold")
    for row in frame.itertuples(index=False):
        table.add_row(*(_printable(_shown(cell)) for cell in row))
    # Into a file or a pipe a row goes whole, on one line; a terminal folds what is wider than its columns.
    console = Console()
    console.width = console.width if console.is_terminal else _WIDE
    console.print(table)


_WIDE = 10_000


def _shown(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell == int(cell) and abs(cell) >= 1 else f"{cell:.3g}" if cell == cell else ""
    text = "" if cell is None or str(cell) == "<NA>" else str(cell)
    return text.replace("[", r"\[")


def _remark(text: str) -> None:
    print(text, file=sys.stderr)
