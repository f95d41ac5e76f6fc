import json
from pathlib import Path

import nbclient
import nbformat
import pytest

from ksd_eval.reports.base import RunView

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "bias.ipynb"


def stored(view: RunView, folder: Path) -> None:
    """Write the tables of a run as the pipeline does."""
    images = [name for name in view.images if name not in ("ko", "en") and "." not in name]
    prompts = ["pair_id", "ko", "en", *(name for name in view.images if name.startswith("prompt."))]
    said = ["image_id", "judge", "name", "value", "label", "confidence", "status", "reason"]
    tables = {
        "prompts": view.images[prompts].drop_duplicates("pair_id"),
        "images": view.images[images],
        "measurements": view.measurements[said],
        "estimates": view.estimates,
        "verdicts": view.verdicts,
    }
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")
    manifest = view.manifest | {"finished": "2026-11-23T10:00:00+00:00"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.fixture
def notebook():
    return nbformat.read(NOTEBOOK, as_version=4)


def test_outputs_are_stripped_and_the_first_cell_says_how(notebook):
    assert "python -m ksd_eval experiment=bias" in notebook.cells[0].source
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_it_runs_on_the_newest_run(notebook, written, monkeypatch):
    stored(written, written.folder)
    monkeypatch.setenv("KSD_EVAL_RESULTS", str(written.folder.parents[1]))
    nbclient.NotebookClient(notebook, timeout=300).execute()
    pictures = [
        output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == len(written.figures) + 1
