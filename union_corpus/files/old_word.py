"""
Word 6 to 2003 and WPS files (DOC): the text of the piece table.

Run in a child process (see ``children``): the container is read by olefile, which a broken file may lead in circles.
"""

from __future__ import annotations

import io
import re
import struct

# Characters that Word stores for things that are not text.
CHARS = {0x07: "\t", 0x0B: "\n", 0x0C: "\n", 0x0D: "\n", 0x0E: "\n", 0x1E: "-", 0xA0: "\xa0", 0x09: "\t"}


class OldWordError(Exception):
    """A DOC file that cannot be read; the message says why."""


def doc_text(data: bytes) -> str:
    """The text of a DOC file: body, then foot- and endnotes, then text boxes; headers and deleted text are left out."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        if not ole.exists("WordDocument"):
            raise OldWordError("an old Office file without a Word document inside; save it as DOCX, PDF or CSV")
        main = ole.openstream("WordDocument").read()
        if len(main) < 0x200:
            raise OldWordError("the Word document breaks off in its heading")
        version, flags = struct.unpack_from("<H", main, 2)[0], struct.unpack_from("<H", main, 0x0A)[0]
        if flags & 0x0100:
            raise OldWordError("the file has a password; open it in Word and save it without")
        if version < 0x00C0:
            first, last = struct.unpack_from("<II", main, 0x18)
            return _plain(_eight_bit(main[first:last]))
        table_name = "1Table" if flags & 0x0200 else "0Table"
        if not ole.exists(table_name):
            raise OldWordError("the file has lost its table of pieces")
        table = ole.openstream(table_name).read()
    counts = struct.unpack_from("<8I", main, 0x4C)
    body, notes, headers, _, comments, endnotes, boxes = (*counts[:3], *counts[3:7])
    text = _pieces(main, table, _deleted(main, table))
    parts = [text[:body], text[body : body + notes]]
    after = body + notes + headers + comments
    parts += [text[after : after + endnotes], text[after + endnotes : after + endnotes + boxes]]
    return "\n".join(found for part in parts if (found := _plain(part)))


def _eight_bit(data: bytes) -> str:
    from union_corpus.decoding import decode

    return decode(data.replace(b"\x07", b"\t")).text


def _deleted(main: bytes, table: bytes) -> list[tuple[int, int]]:
    """The stretches of the document's bytes that tracked changes have deleted, in order."""
    start, size = struct.unpack_from("<II", main, 0x00FA)
    plex = table[start : start + size]
    number = max(0, (len(plex) - 4) // 8)
    found = []
    for index in range(number):
        page = main[512 * struct.unpack_from("<I", plex, 4 * (number + 1) + 4 * index)[0] :][:512]
        if len(page) < 512:
            break
        runs = page[511]
        if 5 * runs + 4 > 511:
            continue
        places = struct.unpack_from(f"<{runs + 1}I", page)
        for run in range(runs):
            at = 2 * page[4 * (runs + 1) + run]
            if at and _marks_deleted(page[at + 1 : at + 1 + page[at]]):
                found.append((places[run], places[run + 1]))
    return sorted(found)


# Bytes that a change of looks takes behind its code, by the code's three highest bits; 6 tells its length itself.
OPERANDS = (1, 1, 2, 4, 2, 2, 0, 3)
DELETED = 0x0800


def _marks_deleted(changes: bytes) -> bool:
    at = 0
    while at + 3 <= len(changes):
        code = int.from_bytes(changes[at : at + 2], "little")
        if code == DELETED:
            return changes[at + 2] == 1
        at += 2 + (OPERANDS[code >> 13] or 1 + changes[at + 2])
    return False


def _pieces(main: bytes, table: bytes, deleted: list[tuple[int, int]]) -> str:
    start, size = struct.unpack_from("<II", main, 0x01A2)
    clx = table[start : start + size]
    at = 0
    while at < len(clx) and clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != 2:
        raise OldWordError("the file has lost its table of pieces")
    length = struct.unpack_from("<I", clx, at + 1)[0]
    plex = clx[at + 5 : at + 5 + length]
    number = (len(plex) - 4) // 12
    places = struct.unpack_from(f"<{number + 1}I", plex, 0)
    texts = []
    for index in range(number):
        count = places[index + 1] - places[index]
        if count <= 0:
            continue
        where = struct.unpack_from("<I", plex, 4 * (number + 1) + 8 * index + 2)[0]
        if where & 0x40000000:
            first, width = (where & 0x3FFFFFFF) // 2, 1
            text = main[first : first + count].decode("cp1252", "replace")
        else:
            first, width = where, 2
            text = main[where : where + 2 * count].decode("utf-16-le", "replace")
        for low, high in deleted:
            start, end = max(0, (low - first) // width), (high - first) // width
            if start < end:
                # Places are counted on: the signs that stand in are taken out with Word's other marks.
                text = text[:start] + "\x01" * len(text[start:end]) + text[end:]
        texts.append(text)
    return "".join(texts)


def _plain(text: str) -> str:
    """The text without field codes, with line ends and tabs where Word keeps marks of its own."""
    text = re.sub(r"\x07\x07", "\n", text)
    kept = []
    depth = 0
    hidden: list[bool] = []
    for char in text:
        if char == "\x13":
            hidden.append(True)
            depth += 1
        elif char == "\x14" and hidden:
            if hidden[-1]:
                depth -= 1
            hidden[-1] = False
        elif char == "\x15" and hidden:
            if hidden.pop():
                depth -= 1
        elif depth == 0:
            kept.append(char)
    found = "".join(kept).translate(CHARS)
    return re.sub(r"[\x00-\x08\x0e-\x1f]", "", found).strip("\n")
