import json

from ksd_eval.execution import host


def test_a_machine_describes_itself_in_plain_words():
    described = host.describe()
    assert described == json.loads(json.dumps(described))
    assert described["host"]["cores"] >= 1
    assert described["packages"]["numpy"]


def test_a_package_that_is_not_installed_is_none(monkeypatch):
    monkeypatch.setattr(host, "LIBRARIES", ("no-such-package",))
    assert host.versions()["no-such-package"] is None


def test_the_source_names_the_code(monkeypatch, tmp_path):
    monkeypatch.setattr(host, "PACKAGE", tmp_path)
    (tmp_path / "a.py").write_text("1")
    before = host.source.__wrapped__()
    (tmp_path / "notes.md").write_text("words")
    assert host.source.__wrapped__() == before
    (tmp_path / "a.py").write_text("2")
    assert host.source.__wrapped__() != before


def test_an_installed_package_has_no_commit(monkeypatch, tmp_path):
    monkeypatch.setattr(host, "PACKAGE", tmp_path / "ksd_eval")
    assert host.commit() == {}


def test_the_free_share_is_of_the_whole_and_unknown_where_either_is(monkeypatch):
    for free, whole, share in ((2.0, 8.0, 0.25), (None, 8.0, None), (2.0, None, None)):
        monkeypatch.setattr(host, "available", lambda free=free: free)
        monkeypatch.setattr(host, "memory", lambda whole=whole: whole)
        assert host.free_share() == share
