"""Files behind addresses such as ``s3://bucket/reports``, read through fsspec where it is installed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from union_corpus.documents import RawFile
from union_corpus.errors import LoadError, MissingDependencyError
from union_corpus.files.archives import archive_kind, is_document, is_hidden, read_archive
from union_corpus.files.limits import Limits, Unreadable, unreadable
from union_corpus.files.mails import HEAD

ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")


def is_address(path: str) -> bool:
    """
    True for a path that names a place outside this machine's disks.

    >>> is_address("s3://bucket/reports"), is_address("C:/reports")
    (True, False)
    """
    return bool(ADDRESS.match(path))


def read_address(address: str, *, limits: Limits) -> Iterator[RawFile | Unreadable]:
    """Every file below an address, in the order of their names; archives are read like those on disk."""
    try:
        import fsspec
    except ImportError as error:
        raise MissingDependencyError(
            f"reading {address} needs fsspec: pip install fsspec (and s3fs for s3://)"
        ) from error
    try:
        system, root = fsspec.core.url_to_fs(address)
        names = sorted(system.find(root))
    except ImportError as error:
        raise MissingDependencyError(f"cannot read {address}: {error}") from error
    except (OSError, ValueError) as error:
        raise LoadError(f"cannot look at {address}: {error}; check the address and your access to it") from error
    if not names:
        raise LoadError(f"there is no file at {address}; check the address")
    for name in names:
        inside = name.removeprefix(root.rstrip("/") + "/")
        if any(is_hidden(part) for part in inside.split("/")):
            continue
        path = address if name == root else f"{address.rstrip('/')}/{inside}"
        try:
            with system.open(name, "rb") as stream:
                data = stream.read(limits.file_bytes + 1)
        except OSError as error:
            yield unreadable(path, "unreadable", str(error))
            continue
        if len(data) > limits.file_bytes:
            yield unreadable(
                path, "too_large", f"more than {limits.file_bytes:,} bytes; Limits(file_bytes=…) raises the cap"
            )
            continue
        kind = archive_kind(data[:HEAD])
        if kind and not (kind == "zip" and is_document(io.BytesIO(data))):
            yield from read_archive(io.BytesIO(data), path, len(data), limits=limits)
        else:
            yield RawFile(path, data)
