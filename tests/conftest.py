"""What several tests share: where things are, the sample corpus loaded once, and one dataset written from it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files; tests that need it are skipped on a machine that has none."""
    if not SHARED.is_dir():
        pytest.skip("the real files (../shared) are not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def sample():
    """The sample corpus of data/, loaded by the public door."""
    import union_corpus as uc

    return uc.load_corpus(ROOT / "data", progress=False)


@pytest.fixture(scope="session")
def dataset(tmp_path_factory) -> Path:
    """What ``union-corpus run data`` writes."""
    from union_corpus.scale import run

    folder = tmp_path_factory.mktemp("run") / "out"
    run(ROOT / "data", out=folder, progress=False)
    return folder
