import shutil

import pytest

from ksd_eval.models import checkpoints
from ksd_eval.models.pipelines import DiffusersModel

# diffusers turns tensors into arrays in a way that NumPy 2 is retiring.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.mark.parametrize(
    ("repo", "revision", "error", "sentence"),
    [
        ("no/such/folder", None, FileNotFoundError, "'no/such/folder' is no folder; give a folder"),
        ("nowhere", None, FileNotFoundError, "'nowhere' is no folder; give a folder that exists"),
        ("package:no_such", None, FileNotFoundError, "names no weights in the package; it has: "),
        ("owner/name", None, ValueError, "needs a revision; give the commit"),
    ],
)
def test_a_checkpoint_that_is_not_there_is_missed_in_a_sentence(repo, revision, error, sentence):
    with pytest.raises(error, match=sentence):
        checkpoints.locate(repo, revision)


def test_a_folder_without_an_index_is_no_checkpoint(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"holds no model_index\.json"):
        checkpoints.locate(str(tmp_path), None)


def test_a_folder_has_no_revision(checkpoint):
    with pytest.raises(ValueError, match="is a folder, which has no revision 'abc'"):
        checkpoints.locate(str(checkpoint), "abc")


def test_a_missing_component_is_named(checkpoint, tmp_path):
    folder = shutil.copytree(checkpoint, tmp_path / "copy")
    shutil.rmtree(folder / "unet")
    with pytest.raises(FileNotFoundError, match="names a component 'unet' but has no files"):
        checkpoints.anatomy(folder)


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_damaged_index_is_named(checkpoint, tmp_path, content):
    folder = shutil.copytree(checkpoint, tmp_path / "copy")
    (folder / "model_index.json").write_text(content)
    with pytest.raises(ValueError, match=r"model_index\.json"):
        checkpoints.anatomy(folder)


def test_an_unknown_scheduler_is_answered_with_those_there_are(checkpoint):
    with pytest.raises(ValueError, match=r"'Euler' is none of diffusers'; it has: .*DDIMScheduler"):
        DiffusersModel(str(checkpoint), scheduler="Euler").identity()


def test_every_scheduler_named_is_one():
    import diffusers

    assert len(checkpoints.schedulers()) > 20
    assert [name for name in checkpoints.schedulers() if not hasattr(diffusers, name)] == []
