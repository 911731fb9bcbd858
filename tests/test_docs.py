"""The README's code runs, and the notebooks run from top to bottom and are saved without output."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_is_saved_without_output(path):
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert "._" not in cell.source, "public doors only"
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()


def test_there_are_four_notebooks():
    assert [path.stem[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04"]


def test_the_readme_has_exactly_two_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^python -m venv .*$", readme, flags=re.MULTILINE)
    assert len(commands) == 2
    assert "union-corpus run data -o out" in commands[0]
    assert "pytest" in commands[1]


def test_the_code_in_the_readme_runs(monkeypatch):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", readme, flags=re.MULTILINE | re.DOTALL)
    assert blocks
    monkeypatch.chdir(ROOT)
    space: dict = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), space)


def test_the_readme_lists_every_column():
    from union_corpus import tables

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for columns in (
        tables.DOCUMENTS,
        tables.EDITS,
        tables.PROBLEMS,
        tables.THEMES,
        tables.INDICATORS,
        tables.COMPARISON,
    ):
        for column in columns:
            assert f"`{column}`" in readme, column
