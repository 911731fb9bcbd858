"""
Saved web pages: the main text with headings, tables and paragraphs in order, every text node with its bytes.

The page is decoded first and taken apart by an own small scanner, since every public parser forgets where in the
file a piece of text stood. Menus, lists of links, scripts and hidden text are left out; a problem counts them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from union_corpus.decoding import decode
from union_corpus.decoding.detection import DECLARATION, DECLARED
from union_corpus.documents import Document, Metadata, Problem, RawFile, Region, TableCell
from union_corpus.files.grids import SHORT, Row, Shape, shapes, tables_of, tabs_before

TAG = re.compile(
    r"""
      <!--.*?(?:-->|\Z)                       # <!-- a comment -->
    | <(?P<raw>script|style|template|noframes|textarea|svg|math)\b[^<>]*>.*?(?:</(?P=raw)\s*>|\Z)
    | <[!?][^<>]*>                            # <!DOCTYPE html>, <?xml …?>
    | <(?P<close>/)?(?P<name>[a-zA-Z][a-zA-Z0-9:-]*)(?P<rest>(?:[^<>"']|"[^"]*"|'[^']*')*)>
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"""([a-zA-Z:_-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});?")
BLANKS = re.compile(r"[ \t\r\n\f]+")

VOID = {"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "embed", "source", "wbr", "param", "track"}
BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "html", "hr", "legend", "li", "main", "nav",
    "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
}  # fmt: skip
# Never part of a text that was written to be read here.
ASIDE = {
    "nav", "footer", "aside", "form", "button", "select", "option", "iframe", "object", "noscript", "rt", "rp", "head", "menu",
}  # fmt: skip
# An open element of the first kind ends where one of the second kind begins.
IMPLIED_ENDS = {
    "p": BLOCKS - {"html", "body"},
    "li": {"li"},
    "td": {"td", "th", "tr"},
    "th": {"td", "th", "tr"},
    "tr": {"tr"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "option": {"option"},
}
# What one of these ends does not end reaches no further than the table or list it stands in.
WALLS = {"table", "ul", "ol", "dl"}
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:^|\s)hidden(?:\s|=|$)", re.IGNORECASE)
ASIDE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|foot(?:er)?|sidebar|side|breadcrumb|crumb|copyright|share|comment|related|recommend|"
    r"advert|banner|toolbar|pager|pagination|login|search|hot|rank|links?|friendlink|weixin|qrcode)s?(?:$|[\s_-]|\d)",
    re.IGNORECASE,
)
# A note of the text itself, which EPUB books keep in an <aside>.
NOTE = re.compile(r"\b(?:type|role)\s*=\s*[\"'](?:doc-)?(?:foot|end)notes?\b", re.IGNORECASE)
# Heads and feet of pages, and marks of notes, as office programs and EPUB books name them.
RUNNING = re.compile(
    r"\btitle\s*=\s*[\"']?(?:header|footer)\b|\b(?:class|type|role|href)\s*=\s*[\"']?(?:sdfootnote|sdendnote|doc-noteref|noteref|#called)",
    re.IGNORECASE,
)
MOST_DEPTH = 150
# Lines that a head such as 会员<br>（人） may be broken into.
CELL_LINES = 3
SENTENCE_MARKS = re.compile("[，。；：、！？]")
DATE_NAMES = {"pubdate", "publishdate", "article:published_time", "publish_date", "date", "dc.date", "releasedate"}


@dataclass
class _Node:
    """
    An element: its parent, what it is, and how much text that reads like prose stands below it.

    ``table``, ``row`` and ``cell`` number the table, its row and the cell in it that the element is or stands in; 0 is
    none.
    """

    name: str
    parent: _Node | None
    depth: int
    aside: bool
    table: int = 0
    row: int = 0
    cell: int = 0
    weight: float = 0.0


@dataclass
class _Block:
    """A stretch without a line end: its element, its pieces (place in the page, length there, text)."""

    node: _Node
    pieces: list[tuple[int, int, str]] = field(default_factory=list)
    linked: int = 0
    length: int = 0
    marks: int = 0

    @property
    def text(self) -> str:
        return "".join(text for _, _, text in self.pieces)


FRAME = re.compile(r"""<frame\b[^<>]*?\bsrc\s*=\s*["']?([^\s"'<>]+)""", re.IGNORECASE)


def read_page(raw: RawFile) -> Document:
    """
    The main text of a web page as a document: one line a paragraph, heading or table row (cells divided by tabs).

    ``metadata.title`` is the page's title. Text that stands in the file as it is read has its bytes in
    ``source.regions``; entities such as ``&nbsp;`` stand for their bytes as a whole.
    """
    page = decode(raw)
    scan = _Scan(page.text)
    blocks = scan.blocks()
    chosen, left_out = _main(blocks)
    left_out += scan.skipped
    document = _document(page, chosen, scan)
    problems = [problem for problem in page.problems if problem.start is None]
    problems += _lost(page, document)
    if left_out:
        detail = f"{left_out:,} characters of menus, link lists and hidden text were left out"
        problems.append(Problem("read", "boilerplate_left_out", detail=detail))
    frames = FRAME.findall(page.text)
    if frames and not document.text.strip():
        detail = f"a page of frames, its text is in other files: {', '.join(dict.fromkeys(frames[:5]))}"
        problems.append(Problem("read", "no_text", text=raw.path, detail=detail))
    declared = DECLARATION.search(raw.data[:2048])
    if declared:
        name = (declared.group(1) or declared.group(2)).decode()
        meant = DECLARED.get(name.lower())
        if meant and meant not in page.source.encoding and page.source.encoding != "ascii":
            detail = f"the page says that it is {name}, its bytes are {page.source.encoding}"
            problems.append(Problem("decode", "charset_mismatch", detail=detail))
    title = _title(scan, chosen)
    known = replace(document.metadata, title=title) if title else document.metadata
    return replace(document, metadata=known, problems=tuple(problems))


class _Scan:
    """One pass over a page."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.title = ""
        self.date = ""
        self._found: list[_Block] = []
        self._node = _Node("", None, 0, False)
        self._block = _Block(self._node)
        self._links = 0
        self._tables = 0
        # Rows of the page: their table, and how many rows and columns each of their cells covers.
        self.rows: list[tuple[int, list[tuple[int, int]]]] = [(0, [])]
        self.skipped = 0

    def blocks(self) -> list[_Block]:
        done = 0
        for tag in TAG.finditer(self.text):
            if tag.start() > done:
                self._add(done, tag.start())
            done = tag.end()
            name = (tag["name"] or "").lower()
            if not name:
                continue
            if tag["close"]:
                self._close(name)
            else:
                self._open(name, tag["rest"])
        self._add(done, len(self.text))
        self._break()
        return self._found

    def _break(self) -> None:
        if any(text.strip() for _, _, text in self._block.pieces):
            self._found.append(self._block)
        self._block = _Block(self._node)

    def _open(self, name: str, rest: str) -> None:
        if name == "meta":
            self._meta(rest)
        if name in BLOCKS or name == "br":
            self._imply_ends(name)
            self._break()
        if name in VOID or rest.endswith("/") or self._node.depth >= MOST_DEPTH:
            return
        self._links += name == "a"
        parent = self._node
        left_out = name in ASIDE and not (name == "aside" and NOTE.search(rest))
        aside = parent.aside or left_out or bool(rest and HIDDEN.search(rest)) or _is_aside(name, rest)
        self._node = node = _Node(name, parent, parent.depth + 1, aside, parent.table, parent.row, parent.cell)
        if name == "table":
            self._tables += 1
            node.table, node.row, node.cell = self._tables, 0, 0
        elif name == "tr":
            self.rows.append((node.table, []))
            node.row, node.cell = len(self.rows) - 1, 0
        elif name in ("td", "th") and parent.row:
            cells = self.rows[parent.row][1]
            cells.append(_covered(rest))
            node.cell = len(cells)
        if name in BLOCKS:
            self._break()

    def _imply_ends(self, name: str) -> None:
        """End what ends where an element of this name begins; a cell or row ends whatever was left open in the one before."""
        ended: _Node | None = None
        node: _Node | None = self._node
        while node is not None and node.parent is not None and node.name not in WALLS:
            if name in IMPLIED_ENDS.get(node.name, ()):
                ended = node
            elif node.name in BLOCKS and node.name not in IMPLIED_ENDS and name not in IMPLIED_ENDS["td"]:
                break
            node = node.parent
        if ended is not None:
            self._leave(ended)

    def _close(self, name: str) -> None:
        node: _Node | None = self._node
        while node is not None and node.name != name:
            # A stray </p> or </span> does not close the table it stands in.
            if node.name in WALLS and name not in ("html", "body", "div"):
                node = None
                break
            node = node.parent
        if name in BLOCKS:
            self._break()
        if node is not None:
            self._leave(node)

    def _leave(self, node: _Node) -> None:
        if node.parent is None:
            return
        inner: _Node | None = self._node
        while inner is not None and inner is not node.parent:
            self._links -= inner.name == "a"
            inner = inner.parent
        self._node = node.parent
        if node.name in BLOCKS:
            self._break()

    def _meta(self, rest: str) -> None:
        found = {key.lower(): value.strip("\"'") for key, value in ATTRIBUTE.findall(rest)}
        name = found.get("name", found.get("property", "")).lower()
        if name in DATE_NAMES:
            self.date = self.date or found.get("content", "")
        elif name in ("og:title", "articletitle"):
            self.title = html.unescape(found.get("content", "")).strip()

    def _add(self, start: int, end: int) -> None:
        if self._node.name == "title":
            self.title = self.title or BLANKS.sub(" ", html.unescape(self.text[start:end])).strip()
        if self._node.aside and not self._block.node.aside:
            # Readings over characters, hidden words inside a sentence.
            self.skipped += len(self.text[start:end].strip())
            return
        plain = _in(self._node, "pre")
        for at, size, text in _texts(self.text, start, end, plain):
            self._block.pieces.append((at, size, text))
            length = len(text.strip())
            self._block.length += length
            if self._links > 0:
                self._block.linked += length
            self._block.marks += len(SENTENCE_MARKS.findall(text))


def _covered(rest: str) -> tuple[int, int]:
    """Rows and columns that a cell covers, by its attributes."""
    found = (
        {key.lower(): value.strip("\"' ") for key, value in ATTRIBUTE.findall(rest)} if "span" in rest.lower() else {}
    )
    down, across = (found.get(name, "1") for name in ("rowspan", "colspan"))
    return int(down) if down[:4].isdecimal() else 1, int(across) if across[:4].isdecimal() else 1


def _is_aside(name: str, rest: str) -> bool:
    if name in ("a", "div") and RUNNING.search(rest):
        return True
    if name not in ("div", "ul", "section", "table", "td", "span", "p", "dl") or "=" not in rest:
        return False
    return any(
        ASIDE_NAMES.search(value.strip("\"'"))
        for key, value in ATTRIBUTE.findall(rest)
        if key.lower() in ("class", "id")
    )


def _texts(page: str, start: int, end: int, plain: bool) -> Iterator[tuple[int, int, str]]:
    """Pieces of a text node: as it stands, entities read, runs of blanks as one blank."""
    stretch = page[start:end]
    if not plain and stretch.isspace() and "\xa0" not in stretch and "\u3000" not in stretch:
        yield start, end - start, " "
        return
    pattern = ENTITY if plain else _ODD
    done = 0
    for odd in pattern.finditer(stretch):
        if odd.start() > done:
            yield start + done, odd.start() - done, stretch[done : odd.start()]
        found = odd.group()
        # A line end between two Han characters is the editor's, not the writer's.
        wrapped = (
            "\n" in found
            and _is_wide(stretch[odd.start() - 1 : odd.start()])
            and _is_wide(stretch[odd.end() : odd.end() + 1])
        )
        if not wrapped:
            yield start + odd.start(), len(found), html.unescape(found) if found[0] == "&" else " "
        done = odd.end()
    if done < len(stretch):
        yield start + done, len(stretch) - done, stretch[done:]


def _is_wide(char: str) -> bool:
    return char >= "\u2e80"


_ODD = re.compile(f"{ENTITY.pattern}|{BLANKS.pattern}")


def _main(blocks: list[_Block]) -> tuple[list[_Block], int]:
    """
    The blocks of the main text, and how many characters were left out.

    The main text is below the deepest element that holds nearly all prose of the page; there, blocks that are
    mostly links go as well.
    """
    for block in blocks:
        prose = max(0.0, block.length - 2.0 * block.linked) * (1.0 if block.marks or block.length > 60 else 0.3)
        node: _Node | None = None if block.node.aside else block.node
        while node is not None:
            node.weight += prose
            node = node.parent
    whole = max((block.node for block in blocks), key=lambda node: 0, default=None)
    while whole is not None and whole.parent is not None:
        whole = whole.parent
    if whole is None or whole.weight <= 0:
        kept = [block for block in blocks if not _in(block.node, "head")]
        return kept, 0
    main = whole
    nodes = {id(block.node): block.node for block in blocks if not block.node.aside}
    for found in nodes.values():
        node = found
        while node is not None:
            if node.weight >= 0.9 * whole.weight and node.depth > main.depth:
                main = node
            node = node.parent
    kept = []
    left_out = 0
    for block in blocks:
        if not block.node.aside and _below(block.node, main) and not _is_link_list(block):
            kept.append(block)
        elif not _in(block.node, "head"):
            left_out += block.length
    heading = _heading_before(blocks, kept, main)
    return ([heading, *kept] if heading else kept), left_out - (heading.length if heading else 0)


def _is_link_list(block: _Block) -> bool:
    return block.linked > 0.6 * block.length and block.marks < 2 and not block.node.cell


def _heading_before(blocks: list[_Block], kept: list[_Block], main: _Node) -> _Block | None:
    """The last main heading that stands before the main text, outside its element."""
    if not kept:
        return None
    before = blocks[: blocks.index(kept[0])]
    headings = [b for b in before if not b.node.aside and (_in(b.node, "h1") or _in(b.node, "h2")) and not b.linked]
    return headings[-1] if headings else None


def _below(node: _Node | None, main: _Node) -> bool:
    while node is not None and node.depth >= main.depth:
        if node is main:
            return True
        node = node.parent
    return False


def _in(node: _Node | None, name: str) -> bool:
    while node is not None:
        if node.name == name:
            return True
        node = node.parent
    return False


def _document(page: Document, blocks: list[_Block], scan: _Scan) -> Document:
    """The document of the chosen blocks, each piece of text with its bytes."""
    writing = _Writing(page)
    grid = _short_rows(blocks, scan.rows)
    filled = [(block, pieces) for block in blocks if (pieces := _trimmed(block.pieces))]
    rows: list[Row] = []
    for row, group in groupby(filled, key=lambda pair: pair[0].node.row if pair[0].node.row in grid else 0):
        if row:
            rows.append(writing.row(scan.rows[row][0], grid[row], list(group)))
            continue
        for _, pieces in group:
            writing.begin_line()
            writing.pieces(pieces)
    whole = "".join(writing.texts)
    source = replace(page.source, regions=tuple(_merged(writing.regions)), tables=tables_of(rows))
    return replace(page, original=whole, text=whole, source=source, problems=(), metadata=Metadata())


class _Writing:
    """The text of a page while it is put together, with the bytes of every piece."""

    def __init__(self, page: Document) -> None:
        self.texts: list[str] = []
        self.regions: list[Region] = []
        self.place = 0
        self._end_of_page = 0
        self._cursor = _Cursor(page)

    def glue(self, text: str) -> None:
        """Text that stands nowhere in the page: line ends and tabs."""
        if text:
            at = self._cursor.byte_of(self._end_of_page)
            self.texts.append(text)
            self.regions.append(Region(self.place, self.place + len(text), at, at, None))
            self.place += len(text)

    def begin_line(self) -> None:
        if self.place:
            self.glue("\n")

    def pieces(self, pieces: list[tuple[int, int, str]]) -> None:
        for start, size, text in pieces:
            self.texts.append(text)
            self.regions.extend(self._cursor.regions(start, size, text, self.place))
            self.place += len(text)
            self._end_of_page = start + size

    def row(self, table: int, grid: _GridRow, filled: list[tuple[_Block, list[tuple[int, int, str]]]]) -> Row:
        """A table row as one line."""
        self.begin_line()
        first = self.place
        texts: dict[int, list[list[tuple[int, int, str]]]] = {}
        for block, pieces in filled:
            texts.setdefault(block.node.cell, []).append(pieces)
        cells = []
        tabs = tabs_before(grid.shapes, grid.width)
        for number, (shape, before) in enumerate(zip(grid.shapes, tabs, strict=False), start=1):
            self.glue("\t" * before)
            start = self.place
            for pieces in texts.get(number, ()):
                if self.place > start and not (_is_wide(self.texts[-1][-1]) or _is_wide(pieces[0][2][0])):
                    self.glue(" ")
                self.pieces(pieces)
            cells.append(TableCell(start, self.place, shape.row, shape.column, shape.rows, shape.columns))
        self.glue("\t" * tabs[-1])
        return Row(table, first, self.place, tuple(cells))


@dataclass(frozen=True, slots=True)
class _GridRow:
    """The cells of a row, and how many columns its table has."""

    shapes: list[Shape]
    width: int


def _short_rows(blocks: list[_Block], rows: list[tuple[int, list[tuple[int, int]]]]) -> dict[int, _GridRow]:
    """
    Table rows whose cells are short: rows of figures, not a page laid out as a table.

    Neither is a row that holds text of another table, nor one whose cells hold many lines.
    """
    sizes: dict[int, dict[int, list[int]]] = {}
    outer: set[int] = set()
    for block in blocks:
        node: _Node | None = block.node
        if node is None or not (node.row and node.cell):
            continue
        sizes.setdefault(node.row, {}).setdefault(node.cell, []).append(block.length)
        while node is not None:
            if node.row and node.row != block.node.row:
                outer.add(node.row)
            node = node.parent
    short = {
        row
        for row, cells in sizes.items()
        if row not in outer
        and all(sum(lines) <= SHORT for lines in cells.values())
        and max(map(len, cells.values())) <= (CELL_LINES if len(cells) > 1 else 1)
    }
    found: dict[int, _GridRow] = {}
    tables: dict[int, list[int]] = {}
    for row, (table, _) in enumerate(rows):
        tables.setdefault(table, []).append(row)
    for table in {rows[row][0] for row in short}:
        placed = shapes(rows[row][1] for row in tables[table])
        width = max((shape.column + shape.columns for row in placed for shape in row), default=0)
        found |= {row: _GridRow(cells, width) for row, cells in zip(tables[table], placed, strict=True) if row in short}
    return found


def _trimmed(pieces: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The pieces without blanks at both ends, and with one blank where two pieces both bring one."""
    kept: list[tuple[int, int, str]] = []
    blank = True
    for start, size, text in pieces:
        if text == " ":
            if not blank:
                kept.append((start, size, text))
            blank = True
            continue
        if not kept:
            bare = text.lstrip(" \xa0\t\u3000\ufeff\u200b\n")
            if not bare:
                continue
            if size == len(text):
                start, size = start + len(text) - len(bare), len(bare)
            text = bare
        kept.append((start, size, text))
        blank = False
    while kept:
        start, size, text = kept[-1]
        bare = text.rstrip(" \xa0\t\u3000\ufeff\u200b\n")
        if bare == text:
            break
        kept.pop()
        if bare:
            kept.append((start, len(bare) if size == len(text) else size, bare))
            break
    return kept


class _Cursor:
    """Byte offsets of places in a page, asked for in order, so that each character is counted once."""

    def __init__(self, page: Document) -> None:
        self.text = page.text
        self._regions = page.source.regions
        self._at = 0
        self._place = 0
        self._byte = self._regions[0].byte_start if self._regions else 0

    def byte_of(self, place: int) -> int:
        """The offset of the first byte of the character at ``place``; of a stretch without codec, that of the stretch."""
        while self._at < len(self._regions):
            region = self._regions[self._at]
            if place < region.end or self._at == len(self._regions) - 1:
                break
            self._at += 1
            self._place, self._byte = region.end, self._regions[self._at].byte_start
        if self._at >= len(self._regions):
            return 0
        region = self._regions[self._at]
        if region.encoding is not None and place > self._place:
            self._byte += len(self.text[self._place : place].encode(region.encoding, "surrogatepass"))
            self._place = place
        elif region.encoding is None and place >= region.end:
            return region.byte_end
        return self._byte

    def regions(self, start: int, size: int, text: str, place: int) -> Iterator[Region]:
        """Regions of one piece of text at ``place``; where it stands in the page as it is read, those of the page."""
        if size != len(text) or self.text[start : start + size] != text:
            first = self.byte_of(start)
            yield Region(place, place + len(text), first, self._end_of(start + size), None)
            return
        shift = place - start
        low, end = start, start + size
        while low < end:
            first = self.byte_of(low)
            region = self._regions[self._at]
            high = min(region.end, end)
            if high <= low:
                return
            yield Region(low + shift, high + shift, first, self._end_of(high), region.encoding)
            low = high

    def _end_of(self, place: int) -> int:
        """The offset behind the last byte of the character before ``place``."""
        if self._at < len(self._regions) and place == self._regions[self._at].end:
            return self._regions[self._at].byte_end
        return self.byte_of(place)


def _merged(regions: list[Region]) -> Iterator[Region]:
    """Neighbouring regions that go on in the file as well, made one."""
    held: Region | None = None
    for region in regions:
        if held and region.encoding and region.encoding == held.encoding and region.byte_start == held.byte_end:
            held = Region(held.start, region.end, held.byte_start, region.byte_end, held.encoding)
            continue
        if held:
            yield held
        held = region
    if held:
        yield held


def _lost(page: Document, document: Document) -> Iterator[Problem]:
    """The page's lost bytes that stand in the main text, with their places there."""
    lost = {(r.byte_start, r.byte_end): r for r in document.source.regions if r.encoding is None and r.end > r.start}
    for problem in page.problems:
        if problem.start is None or problem.end is None:
            continue
        region = lost.get(page.original_byte_span(problem.start, problem.end) or (-1, -1))
        if region:
            yield replace(problem, start=region.start, end=region.end)


def _title(scan: _Scan, chosen: list[_Block]) -> str | None:
    """The page's title; a main heading that stands inside it wins, since sites add their name to the title."""
    for block in chosen[:5]:
        heading = BLANKS.sub(" ", block.text).strip()
        printed_large = _in(block.node, "h1") or _in(block.node, "h2")
        if (printed_large and heading and not scan.title) or (6 <= len(heading) <= 80 and heading in scan.title):
            return heading
    return scan.title or None
