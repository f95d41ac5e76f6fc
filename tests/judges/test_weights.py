import hashlib

import pytest

from ksd_eval.judges import weights


def test_a_package_name_is_a_folder_beside_the_recipe():
    assert weights.located("package:judge").parts[-3:] == ("miniature", "weights", "judge")


def test_anything_else_is_a_path(tmp_path):
    assert weights.located(str(tmp_path)) == tmp_path


def test_files_are_named_by_content(tmp_path):
    (tmp_path / "a").write_bytes(b"content")
    found = weights.hashes(tmp_path, ["a", "b"])
    assert found == {"a": hashlib.sha256(b"content").hexdigest(), "b": None}


def test_a_missing_file_is_named_with_what_to_do(tmp_path):
    with pytest.raises(weights.WeightsMissingError, match="a is not there; look elsewhere"):
        weights.present(tmp_path, ["a"], "look elsewhere")
