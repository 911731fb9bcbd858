"""Members of zip, tar and compressed files and what is attached to e-mails, read in memory and never written to disk."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from union_corpus.documents import RawFile
from union_corpus.files.limits import MEGABYTE, Limits, Unreadable, unreadable
from union_corpus.files.mails import HEAD, attachments, is_message
from union_corpus.files.names import names_encoding, plain_name

CHUNK = 1 << 18
# What the readers of archives raise; RuntimeError is zipfile's word for a password or a way of packing that it does not know.
BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, struct.error, ValueError,
)  # fmt: skip
# Files that belong to the machine that packed them, not to the person.
SYSTEM_NAMES = {"__MACOSX", "Thumbs.db", "desktop.ini"}
# Word, OpenDocument, EPUB, OFD and spreadsheets are zip files too, and are read as one file.
DOCUMENT_MEMBERS = {"[Content_Types].xml", "mimetype", "OFD.xml"}


@dataclass
class _Budget:
    """What an archive may still unpack to, nested archives included."""

    limits: Limits
    packed: int
    unpacked: int = 0
    refused: int = 0

    def verdict(self, member: int, packed: int) -> str | None:
        """Why reading must stop when ``member`` bytes have come out of ``packed`` ones; None to go on."""
        limits = self.limits
        if member > limits.file_bytes:
            return f"more than {limits.file_bytes:,} bytes"
        if self.unpacked > limits.archive_bytes:
            return f"the archive unpacks to more than {limits.archive_bytes:,} bytes"
        if member > MEGABYTE and member > limits.expansion * max(packed, 1):
            return f"unpacks to more than {limits.expansion:g} times its size"
        kept = self.unpacked - self.refused
        if kept > 8 * MEGABYTE and kept > limits.expansion * max(self.packed, 1):
            return f"the archive unpacks to more than {limits.expansion:g} times its size"
        return None


class _TooMuchError(Exception):
    """A cap was met while unpacking; the message says which."""


def is_hidden(name: str) -> bool:
    """True for names that no person put there: dot files, ``__MACOSX``, Word's lock files."""
    return name.startswith((".", "~$")) or name in SYSTEM_NAMES


def archive_kind(head: bytes) -> str | None:
    """Which kind of archive the first ``HEAD`` bytes belong to: zip, tar, gz, bz2, xz, mail, or None."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04")):
        return "zip"
    if head[257:262] == b"ustar":
        return "tar"
    if head.startswith(b"\x1f\x8b\x08"):
        return "gz"
    if re.match(rb"BZh[1-9]1AY&SY", head):
        return "bz2"
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    return "mail" if is_message(head) else None


def is_document(stream: IO[bytes]) -> bool:
    """True where a zip file is a document of some office program rather than an archive of files."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return not DOCUMENT_MEMBERS.isdisjoint(archive.namelist())
    except BROKEN:
        return False
    finally:
        stream.seek(0)


def read_archive(stream: IO[bytes], path: str, size: int, *, limits: Limits) -> Iterator[RawFile | Unreadable]:
    """Every file in an archive, in the order of names, under paths like ``reports.zip!/2009/总结.txt``."""
    yield from _read(stream, path, _Budget(limits, size), size, depth=1)


def _read(stream: IO[bytes], path: str, budget: _Budget, size: int, *, depth: int) -> Iterator[RawFile | Unreadable]:
    if depth > budget.limits.depth:
        yield unreadable(
            path, "too_deep", f"archives nested more than {budget.limits.depth} deep; unpack the outer one first"
        )
        return
    kind = archive_kind(stream.read(HEAD))
    stream.seek(0)
    anything = False
    try:
        if kind == "zip":
            members = _read_zip(stream, path, budget, depth)
        elif kind == "tar":
            members = _read_tar(stream, path, budget, depth)
        elif kind == "mail":
            members = _read_mail(stream.read(budget.limits.file_bytes + 1), path, budget, depth)
        else:
            members = _read_compressed(stream, path, budget, size, kind or "gz", depth)
        for member in members:
            anything = True
            yield member
        if not anything:
            yield unreadable(path, "empty_archive", "there is no file inside; hidden files do not count")
    except BROKEN as error:
        yield unreadable(
            path, "broken_archive", f"{error}; the rest of the archive was not read: fetch or pack it again"
        )


def _member(data: bytes, path: str, budget: _Budget, depth: int) -> Iterator[RawFile | Unreadable]:
    kind = archive_kind(data[:HEAD])
    deepest = kind == "mail" and depth == budget.limits.depth  # the message is read, what is attached is not
    if kind and not deepest and not (kind == "zip" and is_document(io.BytesIO(data))):
        yield from _read(io.BytesIO(data), path, budget, len(data), depth=depth + 1)
    else:
        yield RawFile(path, data)


def _read_mail(data: bytes, path: str, budget: _Budget, depth: int) -> Iterator[RawFile | Unreadable]:
    """The message itself, then the files attached to it."""
    if len(data) > budget.limits.file_bytes:
        yield unreadable(path, "too_large", f"more than {budget.limits.file_bytes:,} bytes; raise it with Limits(…)")
        return
    yield RawFile(path, data)
    for number, (name, attached) in enumerate(attachments(data)):
        if number == budget.limits.members:
            yield _over_members(path, number, budget.limits)
            return
        if not _skipped(name):
            budget.unpacked += len(attached)
            yield from _member(attached, f"{path}!/{name}", budget, depth)


def _capped(stream: IO[bytes], budget: _Budget, packed: int) -> bytes:
    pieces: list[bytes] = []
    total = 0
    while chunk := stream.read(CHUNK):
        pieces.append(chunk)
        total += len(chunk)
        budget.unpacked += len(chunk)
        if reason := budget.verdict(total, packed):
            budget.refused += total
            raise _TooMuchError(reason)
    return b"".join(pieces)


def _unsafe(name: str) -> bool:
    return name.startswith("/") or bool(re.match(r"[A-Za-z]:", name)) or ".." in name.split("/")


def _skipped(name: str) -> bool:
    return any(is_hidden(part) for part in name.split("/") if part not in ("", ".", ".."))


def _over_members(path: str, count: int, limits: Limits) -> Unreadable:
    detail = f"{count:,} members, more than the {limits.members:,} that Limits(members=…) allows; the rest was not read"
    return unreadable(path, "too_many_members", detail)


# -- zip ------------------------------------------------------------------------------------------------------------


def _read_zip(stream: IO[bytes], path: str, budget: _Budget, depth: int) -> Iterator[RawFile | Unreadable]:
    with zipfile.ZipFile(stream) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        named = sorted(zip(zip_names(infos), infos, strict=True), key=lambda pair: pair[0])
        named = [(name, info) for name, info in named if not _skipped(name)]
        for name, info in named[: budget.limits.members]:
            where = f"{path}!/{name.lstrip('/')}"
            if _unsafe(name):
                yield unreadable(where, "unsafe_path", "the member's name leads out of the archive; it was not read")
                continue
            if info.flag_bits & 0x1:
                yield unreadable(where, "encrypted", "the member has a password; unpack it first")
                continue
            try:
                with archive.open(info) as member:
                    data = _capped(member, budget, info.compress_size)
            except _TooMuchError as error:
                yield unreadable(where, "too_large", f"{error}; raise it with Limits(…) if you trust the file")
                if budget.unpacked > budget.limits.archive_bytes:
                    return
                continue
            except BROKEN as error:
                yield unreadable(where, "broken_member", f"{error}; fetch or pack the archive again")
                continue
            yield from _member(data, where, budget, depth)
        if len(named) > budget.limits.members:
            yield _over_members(path, len(named), budget.limits)


def zip_names(infos: list[zipfile.ZipInfo]) -> list[str]:
    """
    Names of zip members as they were written, decided for the archive as a whole.

    Without the UTF-8 flag a name is bytes in whatever the packing machine used (zipfile shows them as cp437); some
    programs set the flag on names that they had already garbled so.
    """
    raws: list[bytes | None] = []
    for info in infos:
        written = info.orig_filename
        if written.isascii():
            raws.append(None)
            continue
        try:
            raws.append(written.encode("cp437"))
        except UnicodeEncodeError:
            raws.append(None)
    unflagged = [raw for raw, info in zip(raws, infos, strict=True) if raw is not None and not info.flag_bits & 0x800]
    flagged = [raw for raw, info in zip(raws, infos, strict=True) if raw is not None and info.flag_bits & 0x800]
    encodings = {False: names_encoding(unflagged), True: names_encoding(flagged)}
    names = []
    for raw, info in zip(raws, infos, strict=True):
        encoding = encodings[bool(info.flag_bits & 0x800)]
        name = _unicode_path(info) or (raw.decode(encoding, "replace") if raw and encoding else info.orig_filename)
        names.append(plain_name(name.split("\0", 1)[0].replace("\\", "/")))
    return names


def _unicode_path(info: zipfile.ZipInfo) -> str | None:
    """The UTF-8 name that Info-ZIP keeps in an extra field (0x7075), where there is a sound one."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == 0x7075 and size > 5:
            try:
                return extra[9 : 4 + size].decode("utf-8")
            except UnicodeDecodeError:
                return None
        extra = extra[4 + size :]
    return None


# -- tar and single compressed files --------------------------------------------------------------------------------


def _read_tar(stream: IO[bytes], path: str, budget: _Budget, depth: int) -> Iterator[RawFile | Unreadable]:
    with tarfile.open(fileobj=stream, mode="r:", errors="surrogateescape", encoding="utf-8") as archive:
        members: list[tarfile.TarInfo] = []
        broken = ""
        try:
            for info in archive:
                members.append(info)
                if len(members) > budget.limits.members:
                    break
        except BROKEN as error:
            broken = str(error)
        raws = [info.name.encode("utf-8", "surrogateescape") for info in members]
        encoding = names_encoding(raws)
        names = [plain_name(raw.decode(encoding or "utf-8", "replace").replace("\\", "/")) for raw in raws]
        for name, info in sorted(zip(names, members, strict=True), key=lambda pair: pair[0]):
            where = f"{path}!/{name.lstrip('/').removeprefix('./')}"
            if info.isdir() or _skipped(name):
                continue
            if _unsafe(name):
                yield unreadable(where, "unsafe_path", "the member's name leads out of the archive; it was not read")
                continue
            if not info.isreg():
                yield unreadable(where, "not_a_file", "a link or device inside the archive; it was not followed")
                continue
            try:
                member = archive.extractfile(info)
                data = _capped(member, budget, info.size) if member else b""
            except _TooMuchError as error:
                yield unreadable(where, "too_large", f"{error}; raise it with Limits(…) if you trust the file")
                if budget.unpacked > budget.limits.archive_bytes:
                    return
                continue
            except BROKEN as error:
                yield unreadable(where, "broken_member", f"{error}; fetch or pack the archive again")
                continue
            yield from _member(data, where, budget, depth)
        if broken:
            yield unreadable(path, "broken_archive", f"{broken}; the rest of the archive was not read")
        if len(members) > budget.limits.members:
            yield _over_members(path, len(members), budget.limits)


def _read_compressed(
    stream: IO[bytes], path: str, budget: _Budget, size: int, kind: str, depth: int
) -> Iterator[RawFile | Unreadable]:
    openers: dict[str, Callable[[IO[bytes]], Any]] = {
        "gz": lambda packed: gzip.GzipFile(fileobj=packed),
        "bz2": bz2.BZ2File,
        "xz": lzma.LZMAFile,
    }
    inner = re.sub(r"\.(gz|bz2|xz|tgz|tbz2?|txz|z)$", "", path.rsplit("/", 1)[-1], flags=re.IGNORECASE)
    try:
        with openers[kind](stream) as unpacked:
            data = _capped(unpacked, budget, size)
    except _TooMuchError as error:
        yield unreadable(path, "too_large", f"{error}; raise it with Limits(…) if you trust the file")
        return
    # A .tar.gz is one archive, not a tar inside an archive.
    if archive_kind(data[:HEAD]) == "tar":
        yield from _read_tar(io.BytesIO(data), path, budget, depth)
    else:
        yield from _member(data, f"{path}!/{inner}", budget, depth)
