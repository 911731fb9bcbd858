"""
How many paragraph ends come back when reports are set to a page and read off again: ``python tests/quality/layout.py``.

Each text is re-wrapped in the ways that pages are seen to be: narrow and wide columns, by columns or by characters,
with the first lines' indents kept or lost, closing signs hanging or pulled down, empty lines between the lines,
form feeds, page numbers and running heads, a narrow column beside a picture. Precision and recall count the ends of
paragraphs (places between two characters that are not blanks). The texts are the originals of the sample corpus and,
where ``../shared`` is there, its real reports; the language model has read the official ones.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from union_corpus.documents import apply_edits
from union_corpus.repairs import layout

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
CLOSING = "，。、；：？！”’）》％%"
SIGNS = "，。、；：？！“”‘’（）《》"
RULES = (
    layout.find_running_heads,
    layout.find_line_breaks,
    layout.find_split_numbers,
    layout.find_stray_blanks,
)


@dataclass(frozen=True)
class Page:
    """How a text is set: the widths of its columns in turn, and what the page adds."""

    name: str
    widths: tuple[int, ...] = (26,)
    by_count: bool = False
    indent: str = "none"  # none, kept or lost
    indent_signs: str = "　　"
    hang: bool = True
    pull: bool = False  # a closing sign that does not fit takes the character before it along
    squeeze: bool = False  # of two signs side by side each takes half a column
    uneven: float = 0.0  # how often a line has one character more or less, as where lines are justified
    centred: bool = False  # titles and headings without a number
    left: str = ""  # a left margin of blanks
    behind: str = ""  # what is left at the end of each line
    whole_figures: bool = False
    gap: int = 0
    lines: int = 10_000
    foot: str = ""
    head: str = ""
    sections: bool = False  # every other running head names the section instead
    feed: str = ""
    paragraph_gap: int = 0
    crlf: bool = False
    blanks: float = 0.0
    rng: random.Random = field(default_factory=lambda: random.Random(1), compare=False)


PAGES = (
    Page("12 columns", (12,)),
    Page("16 columns, indents lost", (16,), indent="lost"),
    Page("21 columns, indents lost, stray blanks", (21,), indent="lost", blanks=0.1),
    Page("26 columns, indents kept", (26,), indent="kept"),
    Page("26 columns, empty lines between", (26,), indent="lost", gap=1),
    Page("28 columns, figures kept whole", (28,), whole_figures=True, indent="kept"),
    Page("30 characters", (30,), by_count=True),
    Page("40 characters, signs not hanging", (40,), by_count=True, hang=False),
    Page("38 columns, empty line after paragraphs", (38,), paragraph_gap=1),
    Page("26 columns, Windows line ends", (26,), crlf=True),
    Page("30 columns, form feeds and page numbers", (30,), lines=22, foot="— {} —", feed="\f", indent="lost"),
    Page("30 columns, running heads, no feeds", (30,), lines=12, foot="- {} -", head="工会工作情况汇编"),
    Page("24 columns, bare page numbers", (24,), lines=14, foot="{}", indent="kept"),
    Page("21 and 12 columns, gaps at column ends", (21, 21, 12), lines=24, feed="\n", indent="lost"),
)

# Ways to set a page that nothing was fitted on when they were written.
MORE_PAGES = (
    Page("15 columns, indents of blanks", (15,), indent="kept", indent_signs="    "),
    Page("20 columns, indents lost", (20,), indent="lost"),
    Page("30 columns, signs not hanging", (30,), hang=False),
    Page("36 columns, signs pull down", (36,), pull=True, hang=False, indent="lost"),
    Page("40 columns, signs not hanging", (40,), hang=False, indent="kept"),
    Page("50 characters", (50,), by_count=True, hang=False),
    Page("60 characters, Windows line ends", (60,), by_count=True, hang=False, crlf=True),
    Page("70 characters, words kept whole", (70,), by_count=True, hang=False, whole_figures=True),
    Page("80 characters", (80,), by_count=True, hang=False),
    Page("35 columns, pairs of signs squeezed", (35,), squeeze=True, indent="lost"),
    Page("32 columns, justified", (32,), uneven=0.2, indent="lost", hang=False, pull=True),
    Page("28 columns, justified, indents kept", (28,), uneven=0.2, indent="kept", pull=True, hang=False),
    Page("33 columns, empty lines, more between paragraphs", (33,), gap=1, paragraph_gap=1),
    Page("25 columns, empty lines, Windows line ends", (25,), gap=1, crlf=True, indent="kept"),
    Page("27 columns, titles centred, blanks behind lines", (27,), centred=True, indent="lost", behind=" "),
    Page("30 columns, heads of sections", (30,), lines=20, foot="第 {} 页 共 {} 页", head="工会年鉴", sections=True),
    Page("34 columns, numbers beside heads", (34,), lines=24, head="工会工作资料选编 {}", feed="\f", indent="lost"),
    Page("22 columns in two, numbered pages", (22,), lines=18, foot="·{}·", feed="\n", indent="lost"),
    Page("38 columns, numbers of all pages", (38,), lines=26, foot="{}/{}", indent="lost", hang=False),
    Page("29 columns, left margin", (29,), left="      ", indent="kept", indent_signs="    "),
)
SECTION = re.compile("[一二三四五六七八九十]{1,2}、[^。；]{2,20}")


def set_on_pages(text: str, page: Page) -> str:
    """The text as an extractor gives it back."""
    printed = list(printed_lines(text, page))
    title = next(iter(paragraphs(text)), "")
    section = title if len(title) <= 20 else page.head
    end = "\n" * (1 + page.gap)
    total = (len(printed) - 1) // page.lines + 1
    out: list[str] = []
    for at, (line, ends_paragraph) in enumerate(printed):
        if at and at % page.lines == 0:
            number = at // page.lines
            if page.foot:
                out.append(page.foot.format(number, total) + end)
            out.append(page.feed)
            head = section if page.sections and number % 2 else page.head
            if head:
                out.append(head.format(number + 1) + end)
        section = line if page.sections and SECTION.fullmatch(line) else section
        out.append(page.left + line + page.behind + end)
        if ends_paragraph and page.paragraph_gap:
            out.append("\n" * page.paragraph_gap)
    joined = "".join(out)
    return joined.replace("\n", "\r\n") if page.crlf else joined


def printed_lines(text: str, page: Page) -> Iterator[tuple[str, bool]]:
    """The lines that the margins of a page make, and whether each ends its paragraph."""
    at = 0
    for paragraph in paragraphs(text):
        wide = page.widths[at // page.lines % len(page.widths)]
        line, used = "", 2.0 if page.indent != "none" else 0.0
        if page.centred and len(paragraph) < 0.7 * wide and not re.search("[，。；：]|^.{0,3}[、）)]", paragraph):
            line, used = "　" * int((wide - len(paragraph)) / 2), 0.0
        elif page.indent == "kept":
            line = page.indent_signs
        room = _room(page, wide)
        for unit in units(paragraph, page):
            size = float(len(unit)) if page.by_count else sum(0.5 if ord(c) < 0x80 else 1.0 for c in unit)
            if page.squeeze and unit in SIGNS and line[-1:] in SIGNS:
                size -= 0.5
            if used + size > room and not (page.hang and unit[0] in CLOSING) and line.strip():
                taken = line[-1] if page.pull and unit in CLOSING and line[-1] not in CLOSING else ""
                yield line[: len(line) - len(taken)], False
                at += 1
                line, used = taken, float(len(taken))
                room = _room(page, page.widths[at // page.lines % len(page.widths)])
            line += unit
            used += size
            if page.blanks and unit in "，。、" and page.rng.random() < page.blanks:
                line += " "
        yield line, True
        at += 1


def _room(page: Page, wide: float) -> float:
    return wide + (page.rng.choice((-1, 1)) if page.uneven and page.rng.random() < page.uneven else 0)


def units(paragraph: str, page: Page) -> Iterator[str]:
    pattern = r"[0-9A-Za-z.%]+|." if page.whole_figures else "."
    yield from re.findall(pattern, paragraph, re.DOTALL)


def paragraphs(text: str) -> list[str]:
    return [line.strip(" \t\u3000\u00a0") for line in text.splitlines() if line.strip(" \t\u3000\u00a0")]


def ends(text: str) -> tuple[str, set[int]]:
    """The characters that are not blanks, and after how many of them a paragraph ends."""
    places, count, kept = set(), 0, []
    for part in paragraphs(text):
        bare = re.sub(r"[\s\u3000]", "", part)
        kept.append(bare)
        count += len(bare)
        places.add(count)
    return "".join(kept), places


@dataclass
class Tally:
    """Ends found and missed; texts whose characters did not come back count as lost."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    lost: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)

    def add(self, other: Tally) -> None:
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed
        self.lost += other.lost


def measure(texts: dict[str, str], page: Page, *, show: int = 0) -> Tally:
    """Set every text on pages, read it back, compare."""
    tally = Tally()
    for name, text in texts.items():
        page = replace(page, rng=random.Random(name))
        found = set_on_pages(text, page)
        for rule in RULES:
            found = apply_edits(found, rule(found))
        bare, places = ends(text)
        bare_found, places_found = ends(found)
        if bare != bare_found:
            tally.lost += 1
            if show:
                at = next((i for i, (x, y) in enumerate(zip(bare, bare_found, strict=False)) if x != y), len(bare))
                print(f"    lost {name}: …{bare[at - 8 : at + 8]}… / …{bare_found[at - 8 : at + 16]}…")
            continue
        tally.right += len(places & places_found)
        tally.wrong += len(places_found - places)
        tally.missed += len(places - places_found)
        if show:
            for place in sorted(places ^ places_found)[:show]:
                kind = "missed" if place in places else "wrong "
                print(f"    {kind} {name}: {bare[max(0, place - 24) : place]}¶{bare[place : place + 20]}")
    return tally


def originals() -> dict[str, str]:
    return {p.name: p.read_text(encoding="utf-8") for p in sorted((ROOT / "data" / "_originals").glob("*.txt"))}


def official(every: int = 4) -> dict[str, str]:
    paths = sorted((SHARED / "real" / "official").glob("*.txt"))[::every]
    return {p.name: p.read_text(encoding="utf-8")[:12_000] for p in paths}


def unread() -> dict[str, str]:
    """Real reports that the language model was not trained on."""
    paths = [*sorted((SHARED / "real" / "gbk").glob("*.txt"))]
    return {p.name: p.read_bytes().decode("gb18030", "replace")[:12_000] for p in paths}


def held_back() -> dict[str, str]:
    """A page of fifteen speeches that nothing was fitted or tried on, in pieces."""
    found = sorted((SHARED / "seeds").glob("004_*"))
    text = found[0].read_text(encoding="utf-8") if found else ""
    return {f"004 from {at}": text[at : at + 12_000] for at in range(0, len(text), 12_000)}


def main() -> None:
    show = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    for title, texts in (
        ("sample originals", originals()),
        ("real, unread", unread()),
        ("speeches, held back", held_back()),
        ("official", official()),
    ):
        if not texts:
            print(f"{title}: not here")
            continue
        for ways, pages in (("", PAGES), (", set in more ways", MORE_PAGES)):
            print(f"\n{title}{ways}: {len(texts)} texts")
            total = Tally()
            for page in pages:
                tally = measure(texts, page, show=show)
                total.add(tally)
                print(_row(page.name, tally))
            print(_row("all", total))


def _row(name: str, tally: Tally) -> str:
    return f"  {name:50} F1 {tally.f1:.4f}  wrong {tally.wrong:4} missed {tally.missed:4} lost {tally.lost}"


if __name__ == "__main__":
    main()
