"""Whatever stands on a command line or in a manifest, a user sees a sentence and no traceback.

Files of prompts and of labels are fuzzed where they are read: `prompts/test_table.py`,
`labels/test_csv_file.py`.
"""

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import ksd_eval
from ksd_eval import store
from ksd_eval.__main__ import main, understood
from ksd_eval.config import building, composing
from ksd_eval.extensions import ConfigError
from ksd_eval.store import RunStore, StoreError

few = settings(
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

KEYS = [
    *("experiment", "model", "prompts", "judges", "generation", "generation.seed", "report"),
    *("judges.brightness", "judges.brightness.refused", "prompts.count", "execution.workers"),
    *("model.pipeline", "model.pipeline.tint", "model.counterpart", "model@model.translated"),
    *("metrics.brightness._target_", "judges.other._target_", "arms", "hydra.run.dir", "claims"),
    *("photographs.reference", "name", "parts", "study", "analysis.level", "hydra.searchpath"),
]
VALUES = [
    *("1", "-1", "1e999", "nan", "null", "true", "''", "[]", "{}", "{a:1}", "[korean]", "9" * 30),
    *("tiny", "a,b", "os.system", "ksd_fakes.plugins.Brightness", "${generation.seed}", "${x}"),
    *(
        "${oc.env:NO_SUCH_NAME}",
        "${",
        "???",
        "range(1,9)",
        "choice(a,b)",
        "../x",
        "가",
        "\0",
        "[[1]",
    ),
]
words = st.tuples(
    st.sampled_from(["", "", "", "+", "++", "~"]),
    st.sampled_from(KEYS) | st.text(max_size=8),
    st.sampled_from(["=", "=", "=", "", "@"]),
    st.sampled_from(VALUES) | st.text(max_size=8),
).map("".join)


@pytest.mark.usefixtures("here")
@few
@given(st.lists(words, min_size=1, max_size=2))
@example(["generation.seed=${x}"])
@example(["model.pipeline=${generation.seed}"])
@example(["judges=${generation.seed}"])
@example(["judges.brightness=${generation.seed}"])
@example(["prompts=${generation.seed}"])
@example(["judges.other={_target_:os.system,command:id}"])
@example(["~experiment"])
def test_any_options_make_a_configuration_or_one_sentence(options):
    said = "something"
    try:
        building.built(composing.composed(["experiment=tiny", *options]))
    except ConfigError as error:
        said = str(error)
    assert said.strip()
    assert "\n" not in said


@few
@given(st.lists(st.text(max_size=12) | words, max_size=4))
def test_any_words_are_taken_apart_or_refused(options):
    with suppress(ConfigError):
        line = understood(options)
        assert set(line.options) <= set(options)


jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
names = st.sampled_from(
    ["schema", "name", "run_id", "command", "files", "finished", "references", "language", "code"]
)
manifests = (
    st.binary(max_size=40)
    | st.text(max_size=40).map(str.encode)
    | jsons.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(names, jsons).map(lambda value: json.dumps(value).encode())
)


@few
@given(manifests)
@example(b"[" * 100_000)
@example(b'{"files": {}}')
@example(b'{"schema": null}')
@example(b'{"files": [1]}')
def test_any_manifest_is_one_or_none(tmp_path, content):
    folder = tmp_path / "tiny" / "run"
    store.write(folder / "manifest.json", lambda stream: stream.write(content))
    found = RunStore(folder).manifest()
    assert found is None or found["files"] == {}
    with suppress(ValueError):
        store.manifest_in(folder)
    with suppress(StoreError):
        assert ksd_eval.newest(tmp_path, "tiny") == folder
    with pytest.raises((OSError, ValueError)):
        ksd_eval.load_run(folder)  # its tables are not there


@pytest.mark.usefixtures("here")
@few
@given(manifests)
@example(b'{"files": {}, "name": "tiny", "run_id": "run"}')
@example(b'{"files": {"x": 1}, "name": "tiny", "run_id": "run", "command": "\'", "code": 3}')
@example(b'{"files": {"x": 1}, "name": "tiny", "run_id": "run", "command": 5}')
def test_any_manifest_can_be_looked_after(tmp_path, capsys, content):
    folder = tmp_path / "results" / "tiny" / "run"
    store.write(folder / "manifest.json", lambda stream: stream.write(content))
    for verb in ("verify", "repair", "tidy"):
        assert main(["store", verb]) in (0, 1, 2)
        capsys.readouterr()
