"""
How well the character model predicts text it has not read: ``python tests/quality/language_model.py``.

Prints bits a character (less is better) for a model trained without every eighth official report, on those
reports, the same in traditional characters, and real texts of other kinds; and what loading and scoring take.
"""

from __future__ import annotations

import importlib.util
import math
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

from union_corpus.language_model import Model, load_model

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
OFFICIAL = SHARED / "real" / "official"
HELD_BACK = (3, 8)


def training_script() -> ModuleType:
    """The training script of the repository as a module."""
    path = ROOT / "data" / "scripts" / "train_language_model.py"
    spec = importlib.util.spec_from_file_location("train_language_model", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def texts_to_predict() -> dict[str, str]:
    """Texts that no model here has been trained on."""
    import opencc

    held = [path for at, path in enumerate(sorted(OFFICIAL.glob("*.txt"))) if at % HELD_BACK[1] == HELD_BACK[0]]
    reports = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in held)
    texts = {"official, held back": reports, "the same, traditional": opencc.OpenCC("s2t").convert(reports)}
    texts["county reports (gbk)"] = "\n".join(
        path.read_bytes().decode("gb18030", "replace") for path in sorted((SHARED / "real" / "gbk").glob("*.txt"))
    )
    for name in ("001", "003", "004"):
        for path in (SHARED / "seeds").glob(f"{name}*"):
            texts[f"seed {name}"] = path.read_text(encoding="utf-8", errors="replace")
    return texts


def bits(model: Model, text: str) -> float:
    """Bits a character."""
    return float(-model.scores(text).mean() / math.log(2))


def print_traditional(script: ModuleType, model: Model, texts: list[str]) -> None:
    """Bits a character of converted text by forms told apart, and by a model trained on converted text and words."""
    import opencc

    spelling = script.train_spelling(texts)
    spelt = Model(model.vocabulary, model.folded, model.parts, spelling)
    alone = Model(model.vocabulary, model.folded, model.parts, replace(spelling, before={}, after={}))
    convert = opencc.OpenCC("s2t").convert
    words = {convert(word): count for word, count in script.word_frequencies().items()}
    with patch.multiple(script, traditional_folds=dict, word_frequencies=lambda: words):
        converted = script.train([convert(text) for text in texts])
    held = texts_to_predict()["official, held back"]
    print(
        f"{'traditional, bits':26}"
        + "".join(f"{name:>24}" for name in ("forms alone", "forms in context", "converted"))
    )
    for config in ("s2t", "s2tw"):
        text = opencc.OpenCC(config).convert(held)
        print(f"{config:26}" + "".join(f"{bits(one, text):24.3f}" for one in (alone, spelt, converted)))


def main() -> None:
    script = training_script()
    texts = script.training_texts(OFFICIAL, HELD_BACK)
    models = {
        "trigrams": script.train(texts, order=3),
        "4-grams, all": script.train(texts, least_told=0.0),
        "4-grams, packaged size": script.train(texts),
    }
    predicted = texts_to_predict()
    print(f"{'bits a character':26}" + "".join(f"{name:>24}" for name in models))
    for name, text in predicted.items():
        print(f"{name:26}" + "".join(f"{bits(model, text):24.3f}" for model in models.values()))
    print_traditional(script, models["4-grams, packaged size"], texts)
    code = "import time; a = time.perf_counter(); from union_corpus.language_model import load_model; load_model(); print(time.perf_counter() - a)"
    loading = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    print(f"import and load: {float(loading.stdout):.2f} s")
    model, text = load_model(), predicted["official, held back"] * 4
    model.scores(text)  # the first long text makes the index
    started = time.perf_counter()
    model.scores(text)
    print(f"scores: {len(text) / (time.perf_counter() - started) / 1e6:.1f} million characters a second")
    sample = text[:50_000]
    for turn in ("first", "again"):
        started = time.perf_counter()
        for at in range(3, len(sample)):
            model.log_prob(sample[at - 3 : at], sample[at])
        print(f"log_prob, {turn}: {(time.perf_counter() - started) / len(sample) * 1e6:.2f} µs")


if __name__ == "__main__":
    main()
