"""
Word lists and tables that a domain expert can read and extend.

Each is a ``.tsv`` file: the first line starts with ``#`` and names the source, the second names the columns.
Lists inside a cell are divided by ``|``.
"""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from union_corpus.errors import LexiconError


def read_table(path: str | Path) -> list[dict[str, str]]:
    """
    Rows of a ``.tsv`` word list, one dict a row, cells as printed.

    Comment lines (``#``) and empty lines are passed over. A row with more cells than the heading has, or a
    file without a heading, raises LexiconError with file and line; nothing is half-loaded.
    """
    return _parse(_text_of(path), str(path))


def row_place(path: str | Path, number: int) -> str:
    """Where row ``number`` (from 0) of a word list stands, for a message: ``mine.tsv, line 7``."""
    lines = [at for at, line in enumerate(_text_of(path).splitlines(), start=1) if _is_row(line)]
    return f"{path}, line {lines[number + 1]}"  # the first is the heading


def file_state(path: str | Path) -> tuple[str, int, int]:
    """What tells a word list of a person's own from the same file after an edit, for what is remembered of it."""
    try:
        state = Path(path).stat()
    except OSError as error:
        raise LexiconError(f"cannot read the word list {path}: {error}") from error
    return str(path), state.st_mtime_ns, state.st_size


def own_table(path: str | Path) -> tuple[dict[str, str], ...]:
    """Rows of a word list of a person's own: read once, and again when the file has been edited."""
    return _own_table(*file_state(path))


@lru_cache(maxsize=8)
def _own_table(path: str, changed: int, size: int) -> tuple[dict[str, str], ...]:
    return tuple(read_table(path))


def _text_of(path: str | Path) -> str:
    try:
        data = Path(path).read_bytes()
        # Excel saves a table divided by tabs in UTF-16 (Unicode 文本) or in the code of its country.
        return data.decode("utf-16" if data[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconError(
            f"cannot read the word list {path}: {error}; it must be a .tsv file in UTF-8 or UTF-16 (in Excel: Unicode 文本)"
        ) from error


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of one of the library's own tables: ``table("themes")`` reads ``lexicon/themes.tsv``."""
    text = files(__name__).joinpath(f"{name}.tsv").read_text(encoding="utf-8")
    return tuple(_parse(text, f"lexicon/{name}.tsv"))


def _is_row(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _parse(text: str, name: str) -> list[dict[str, str]]:
    heading: list[str] | None = None
    rows: list[dict[str, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not _is_row(line):
            continue
        cells = line.split("\t")
        if heading is None:
            heading = [cell.strip() for cell in cells]
            continue
        if len(cells) > len(heading):
            raise LexiconError(
                f"{name}, line {number}: {len(cells)} cells, but the heading names {len(heading)} columns "
                f"({', '.join(heading)}); cells are divided by tabs"
            )
        cells += [""] * (len(heading) - len(cells))
        rows.append(dict(zip(heading, cells, strict=True)))
    if heading is None:
        raise LexiconError(f"{name}: no heading; the first line that is not a comment must name the columns")
    return rows
