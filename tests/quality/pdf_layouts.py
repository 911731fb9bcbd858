"""
How PDF files are read: ``python tests/quality/pdf_layouts.py``.

Every layout of ``tests/pdf_layouts.py`` with three texts: all characters in reading order, and the cells of ruled tables.
Then pages a second of processor time, on pages of prose.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pdf_layouts import LAYOUTS, Page, cells_of, layouts, prose, written

from union_corpus.documents import RawFile
from union_corpus.files import read_text
from union_corpus.files.pdf_pages import pdf_pages
from union_corpus.files.text_layers import unusable


def main() -> None:
    right: dict[str, int] = dict.fromkeys(LAYOUTS, 0)
    for seed in range(3):
        for layout in layouts(seed):
            doc = read_text(RawFile(f"{layout.name}.pdf", layout.data))
            found = "".join(doc.text.split())
            tables = [cells_of(doc.text, table) for table in doc.tables]
            right[layout.name] += found == layout.text and tables == layout.tables
            if seed == 0 and found != layout.text:
                print(
                    f"-- {layout.name}: {[p.problem for p in doc.problems]}\n{found[:300]}\nmeant\n{layout.text[:300]}"
                )
            elif seed == 0 and tables != layout.tables:
                print(f"-- {layout.name}: tables {tables}\nmeant {layout.tables}")
    for name, count in right.items():
        print(f"{name:34} {'right' if count == 3 else f'{count} of 3'}")
    print(f"{sum(count == 3 for count in right.values())} of {len(right)} layouts")
    chance = random.Random(0)
    pages = []
    for _ in range(300):
        page = Page()
        page.lines(prose(chance, 76, 22), 60, 60)
        pages.append(page)
    data = written(pages, packed=True)
    began = time.process_time()
    found = ["\n".join(line[0] for line in lines) for lines in pdf_pages(data, pages=len(pages))["pages"]]
    judged = [unusable(text) for text in found]
    took = time.process_time() - began
    print(
        f"{len(pages) / took:.0f} pages a second of {len(found[0])} characters each, {sum(map(bool, judged))} doubted"
    )


if __name__ == "__main__":
    main()
