"""
How well words are cut, converted and found; run as ``python tests/quality/words.py`` beside the folder ``../shared``.

Prints one line a figure: what was measured, on how much, the figure, and what it should reach.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from held_back import themes_of

from union_corpus.scripts import detect_origin, detect_script, level_view, levelled, simplify, taiwan_replacements
from union_corpus.themes import find_themes
from union_corpus.tokens import Tokenizer, new_terms_frame, tokenize, union_terms

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1].parent / "shared"
Figure = tuple[str, str, float, str]


def texts(pattern: str) -> list[tuple[Path, str]]:
    """The texts of the shared folder whose path fits, with whatever bytes they have."""
    return [(path, path.read_bytes().decode("utf-8", "surrogateescape")) for path in sorted(SHARED.glob(pattern))]


def conversion() -> Iterator[Figure]:
    """Characters: the same as OpenCC, text by text."""
    from opencc import OpenCC

    converter = OpenCC("t2s")
    read = texts("**/*.txt")
    same = sum(simplify(text, taiwan_terms=False) == converter.convert(text) for _, text in read)
    yield "t2s equal to OpenCC", f"{len(read)} texts", same / len(read), "= 1"
    clean = [text for path, text in read if "official" in path.parts]
    changed = sum(len(taiwan_replacements(text)) for text in clean)
    yield "wording changed in simplified texts", f"{sum(map(len, clean)):,} characters", changed, "= 0"
    wrong = sum(detect_script(text) != "simplified" for text in clean)
    yield "simplified texts called otherwise", f"{len(clean)} texts", wrong, "= 0"
    seeds = [text for _, text in texts("seeds/*.txt")]
    yield (
        "seeds known as mainland texts",
        f"{len(seeds)} texts",
        sum(detect_origin(t) == "mainland" for t in seeds),
        "= 5",
    )


def wholeness() -> Iterator[Figure]:
    """Tokens: union terms with no border inside, and both libraries alike."""
    pattern = re.compile("|".join(sorted(map(re.escape, union_terms()), key=len, reverse=True)))
    for name, chosen in (("seeds", "seeds/*.txt"), ("laws", "real/official/law*"), ("reports", "dev/reports/*.txt")):
        found = cut = 0
        for _, text in texts(chosen):
            borders = set(accumulate(map(len, tokenize(text))))
            for match in pattern.finditer(simplify(text, taiwan_terms=False)):
                found += 1
                cut += bool(borders.intersection(range(match.start() + 1, match.end())))
        yield f"union terms kept whole, {name}", f"{found} terms", 1 - cut / found, ">= 0.99"
    read = texts("seeds/*.txt") + texts("real/official/gwr_prov*")[:8]
    alike = sum(Tokenizer(backend="rjieba").tokenize(t) == Tokenizer(backend="jieba").tokenize(t) for _, t in read)
    yield "rjieba and jieba alike", f"{len(read)} texts", alike / len(read), "= 1"
    joined = sum("".join(tokenize(text)) == text for _, text in read)
    yield "tokens join to the text", f"{len(read)} texts", joined / len(read), "= 1"


def themes() -> Iterator[Figure]:
    """Themes: the terms that readers of the development reports wrote down, and our own hard sentences."""
    wanted = found = mentions = listed = 0
    for path in sorted(SHARED.glob("dev/reports/*.json")):
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        level = level_view(text).text
        forms = [levelled(one.form) for one in find_themes(text)]
        seen = [levelled(term) for term in json.loads(path.read_text(encoding="utf-8"))["terms_seen_in_source"]]
        here = [term for term in seen if term in level]
        wanted += len(here)
        found += sum(any(term in form or form in term for form in forms) for term in here)
        mentions += len(forms)
        listed += sum(any(term in form or form in term for term in seen) for form in forms)
    yield "theme recall, terms seen by readers", f"{wanted} terms", found / wanted, ">= 0.95"
    # Readers did not write down every theme of a report, so this is a lower bound of precision.
    yield "mentions that readers listed too", f"{mentions} mentions", listed / mentions, "lower bound"
    right, wrong, unread = read_mentions()
    yield "theme precision, every mention read", f"{right + wrong} mentions", right / (right + wrong), ">= 0.95"
    yield "mentions that nobody has read", f"{mentions} mentions", unread, "= 0"
    cases = json.loads((HERE.parent / "cases/themes.json").read_text(encoding="utf-8"))
    right = given = due = 0
    for case in cases:
        names = [one.theme for one in find_themes(case["text"])]
        given += len(names)
        due += len(case["themes"])
        right += sum(min(names.count(name), case["themes"].count(name)) for name in set(names))
    yield "theme precision, hard sentences", f"{len(cases)} sentences", right / given, ">= 0.95"
    yield "theme recall, hard sentences", f"{len(cases)} sentences", right / due, ">= 0.95"


def read_mentions() -> tuple[int, int, int]:
    """
    How many mentions in the development reports were read as right, as wrong, and how many are not in the list.

    Those of which two readers would think differently are not counted.
    """
    lines = (HERE / "held_back/themes_dev.tsv").read_text(encoding="utf-8").splitlines()[2:]
    verdicts = {
        (name, int(start), theme): verdict for name, start, theme, verdict in (row.split("\t") for row in lines)
    }
    told = [
        verdicts.get((path.stem, one.start, one.theme), "unread")
        for path, text in texts("dev/reports/*.txt")
        for one in find_themes(text)
    ]
    return told.count("right"), told.count("wrong"), told.count("unread")


def held_back() -> Iterator[Figure]:
    """Themes of passages labelled by a reader who had not seen what is found in them (set a; set b is never opened here)."""
    right = given = due = 0
    lines = (HERE / "held_back/indicators_a.jsonl").read_text(encoding="utf-8").splitlines()
    for passage in map(json.loads, lines):
        found = themes_of(find_themes(passage["text"])) - set(passage["themes_optional"])
        right += len(found.intersection(passage["themes"]))
        given += len(found)
        due += len(passage["themes"])
    yield "theme precision, labelled passages", f"{len(lines)} passages", right / given, ">= 0.95"
    yield "theme recall, labelled passages", f"{len(lines)} passages", right / due, ">= 0.95"


def new_terms() -> Iterator[Figure]:
    """New terms: how many union terms come back from the seeds alone, by how far one reads the list."""
    read = [text for _, text in texts("seeds/*.txt")]
    everything = "\n".join(map(simplify, read))
    wanted = [term for term in union_terms() if everything.count(term) >= 3]
    rank = {term: at for at, term in enumerate(new_terms_frame(read, known=()).term)}
    for depth in (500, 1000, 2000, len(rank)):
        recall = sum(rank.get(term, depth) < depth for term in wanted) / len(wanted)
        floor = ">= 0.86" if depth == len(rank) else ""
        yield f"new terms found among the first {depth}", f"{len(wanted)} terms", recall, floor


def main() -> None:
    """Print the table."""
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not here; the figures need its texts")
    for measure in (conversion, wholeness, themes, held_back, new_terms):
        for name, size, figure, due in measure():
            print(f"{name:<42} {size:>22} {figure:>8.4g}  {due}")


if __name__ == "__main__":
    main()
