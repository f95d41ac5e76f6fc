import ast
import json
from pathlib import Path

import nbclient
import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from ksd_eval.reports.base import RunView

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


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
def notebook(request):
    path = NOTEBOOKS[0].with_name(f"{getattr(request, 'param', 'bias')}.ipynb")
    return nbformat.read(path, as_version=4)


each = pytest.mark.parametrize("notebook", [path.stem for path in NOTEBOOKS], indirect=True)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_is_one_a_family_and_two_of_ones_own():
    assert {path.stem for path in NOTEBOOKS} >= {
        *("bias", "language_and_text_encoder", "safety_and_memorisation", "card"),
        *("your_own_model", "your_own_judge"),
    }


@each
def test_outputs_are_stripped_and_the_first_cell_says_how(notebook):
    assert "python -m ksd_eval experiment=" in notebook.cells[0].source
    assert all(not cell.outputs and cell.execution_count is None for cell in code(notebook))


@each
def test_it_tells_a_story_and_its_code_is_python(notebook):
    told = sum(len(cell.source) for cell in notebook.cells if cell.cell_type == "markdown")
    assert told > 1500
    read = TransformerManager().transform_cell
    for cell in code(notebook):
        ast.parse(read(cell.source))


@each
def test_it_makes_its_run_where_there_is_none(notebook):
    asks = "!{python} -m ksd_eval"
    makes = [cell.source for cell in code(notebook) if asks in cell.source]
    assert makes
    assert all("execution.results_dir=" in source for source in makes)


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
    files = {path.stem for path in (written.folder / "figures").glob("*.png")}
    assert files >= {*written.figures, "contact_sheet", "ledger"}
    assert len(pictures) == len(files)
