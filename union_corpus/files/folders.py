"""Files under folders, globs and archives, in one fixed order, each as bytes with its path."""

from __future__ import annotations

import difflib
import fnmatch
import glob
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from union_corpus.documents import RawFile
from union_corpus.errors import LoadError
from union_corpus.files.addresses import is_address, read_address
from union_corpus.files.archives import archive_kind, is_document, is_hidden, read_archive
from union_corpus.files.limits import DEFAULT_LIMITS, Limits, Unreadable, unreadable
from union_corpus.files.mails import HEAD
from union_corpus.files.names import disk_name


def read_files(*paths: str | Path, limits: Limits = DEFAULT_LIMITS) -> Iterator[RawFile | Unreadable]:
    """
    Every file under the given folders, files, globs and archives, in the order of their names.

    Folders are read with all folders below them; hidden files, ``__MACOSX`` and Word's lock files are passed over, and
    so is what a ``.corpusignore`` in the folder names: one name or pattern (``*.log``) a line, ``#`` before a remark.
    So are, in folders below, what this library wrote itself: a folder with a stored dataset, and ``NAME.bak`` beside NAME.
    Archives (zip, tar, gz, bz2, xz) are read in memory, also inside one another. A file that cannot be read comes
    back as ``Unreadable`` with the reason; it never ends the reading. Links inside a folder are not followed: one
    that leads to another file of the folder is passed over, one that leads out of it is ``Unreadable``.

    Addresses such as ``s3://bucket/reports`` are read through fsspec, where it is installed.

    A path that does not exist raises LoadError at once; so do paths under which there is nothing at all, when the
    reading ends.
    """
    if not paths:
        raise LoadError("nothing to read: name at least one folder, file, glob or archive")
    found = [place for path in paths for place in _places(path)]
    return _read_places(found, [str(path) for path in paths], limits)


def _places(path: str | Path) -> list[Path | str]:
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"a path is a str or a Path, not {type(path).__name__}; of a list: load_corpus(*paths)")
    if path == "":
        raise LoadError("'' is no path; the folder you are in is '.'")
    if isinstance(path, str) and is_address(path):
        return [path]
    place = Path(path).expanduser()
    try:
        there = place.exists() or place.is_symlink()
    except (OSError, ValueError) as error:
        raise LoadError(f"cannot look at {_shortened(path)}: {_reason(error)}; a path is wanted, not a text") from error
    if there:
        return [place]
    if glob.has_magic(str(path)):
        matches = sorted(glob.glob(str(place), recursive=True))  # noqa: PTH207 (a pattern may be absolute)
        if matches:
            return [Path(match) for match in matches]
        raise LoadError(f"no file matches {str(path)!r} (looked from {Path.cwd()}); ** looks into folders below")
    raise LoadError(f"there is no {_shortened(path)} (looked from {Path.cwd()}); {_nearest(place)}")


def _shortened(path: str | Path) -> str:
    shown = str(path)
    return repr(shown if len(shown) <= 200 else f"{shown[:80]}…")


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def _nearest(place: Path) -> str:
    """What to try in place of a path that is not there: one of a similar name, or what the folder holds."""
    parent = place.parent
    while not parent.is_dir() and parent != parent.parent:
        parent = parent.parent
    try:
        names = sorted(entry.name for entry in os.scandir(parent) if not is_hidden(entry.name))
    except OSError:
        names = []
    if os.sep == "/" and "\\" in str(place):
        return f"here folders are divided by /: {str(place).replace(chr(92), '/')!r}"
    if similar := difflib.get_close_matches(place.name, names, 1) if place.parent == parent else []:
        return f"did you mean {disk_name(str(parent / similar[0]))!r}?"
    names = names[:5]
    inside = f" holds {', '.join(map(disk_name, names))}" if names else " is empty"
    return f"the folder {disk_name(str(parent))!r}{inside}"


def _read_places(places: list[Path | str], asked: list[str], limits: Limits) -> Iterator[RawFile | Unreadable]:
    anything = False
    for place in places:
        if isinstance(place, str):
            found = read_address(place, limits=limits)
        else:
            found = _walk(place, place.resolve(), limits) if place.is_dir() else _read_path(place, limits)
        for thing in found:
            anything = True
            yield thing
    if not anything:
        names = ", ".join(repr(path) for path in asked)
        raise LoadError(f"there is no file to read in {names}; hidden files and empty folders do not count")


# A folder that holds these was written by ``union-corpus run`` or ``Corpus.save``.
_DATASET = {"dataset.json", "corpus.parquet"}


def _walk(folder: Path, root: Path, limits: Limits) -> Iterator[RawFile | Unreadable]:
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        name = disk_name(here.as_posix())
        if here is folder or (not here.is_symlink() and here.is_dir()):
            try:
                ignored = _ignored(here)
                names = {entry.name for entry in os.scandir(here)}
                if here is not folder and names >= _DATASET:
                    continue
                entries = sorted(
                    (e for e in names if not (is_hidden(e) or _fits(e, ignored) or _is_backup(e, names))), reverse=True
                )
            except OSError as error:
                yield unreadable(name, "no_permission", f"the folder cannot be opened: {error.strerror or error}")
                continue
            waiting.extend(here / entry for entry in entries)
        elif here.is_symlink():
            try:
                inside = here.resolve(strict=True).is_relative_to(root)
            except (OSError, RuntimeError):
                yield unreadable(name, "broken_link", "a link to nothing, or to itself")
                continue
            if not inside:
                yield unreadable(
                    name, "link_out", "a link out of the folder was not followed; name its target to read it"
                )
        else:
            yield from _read_path(here, limits)


def _ignored(folder: Path) -> list[str]:
    """The patterns in a folder's ``.corpusignore``."""
    listing = folder / ".corpusignore"
    if not listing.is_file():
        return []
    lines = listing.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    return [line.strip().rstrip("/") for line in lines if line.strip() and not line.startswith("#")]


def _fits(name: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _is_backup(name: str, names: set[str]) -> bool:
    """True for the original that ``repair --in-place`` keeps beside its repaired text."""
    return name.endswith(".bak") and name.removesuffix(".bak") in names


def _read_path(place: Path, limits: Limits) -> Iterator[RawFile | Unreadable]:
    name = disk_name(place.as_posix())
    try:
        status = place.stat()
        if not stat.S_ISREG(status.st_mode):
            yield unreadable(name, "not_a_file", "a device, pipe or socket; it was not opened")
            return
        with place.open("rb") as stream:
            kind = archive_kind(stream.read(HEAD))
            stream.seek(0)
            if kind and not (kind == "zip" and is_document(stream)):
                yield from read_archive(stream, name, status.st_size, limits=limits)
                return
            data = stream.read(limits.file_bytes + 1)
    except OSError as error:
        yield unreadable(
            name, "no_permission" if isinstance(error, PermissionError) else "unreadable", str(error.strerror or error)
        )
        return
    if len(data) > limits.file_bytes:
        yield unreadable(
            name, "too_large", f"more than {limits.file_bytes:,} bytes; Limits(file_bytes=…) raises the cap"
        )
        return
    yield RawFile(name, data)
