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


def group(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


def test_the_memory_of_a_control_group_is_what_its_job_may_have(tmp_path):
    own = tmp_path / "cgroup"
    own.write_text("0::/slurm/job_7\n")
    stat = f"anon 1\ninactive_file {2**30}\n"
    group(tmp_path, memory__current=f"{99 * 2**30}", memory__stat="")  # the root has no limit
    files = {"memory__max": f"{16 * 2**30}\n", "memory__current": f"{4 * 2**30}\n"}
    group(tmp_path / "slurm" / "job_7", **files, memory__stat=stat)
    group(tmp_path / "slurm", **(files | {"memory__max": "max\n"}), memory__stat=stat)
    assert host.confines(own, tmp_path) == [(16.0, 3.0)]


def test_control_groups_of_the_first_kind_and_of_a_container_are_read(tmp_path):
    own = tmp_path / "cgroup"
    own.write_text("9:cpu,cpuacct:/docker/1f\n4:memory:/docker/1f\n")
    group(
        tmp_path / "memory",
        memory__limit_in_bytes=f"{8 * 2**30}",
        memory__usage_in_bytes=f"{2**30}",
        memory__stat="total_inactive_file 0\n",
    )
    assert host.confines(own, tmp_path) == [(8.0, 1.0)]
    assert host.confines(tmp_path / "nothing", tmp_path) == []


def test_what_is_free_is_no_more_than_the_group_has_left(monkeypatch):
    machine = host.memory()
    monkeypatch.setattr(host, "confines", lambda: [(0.5, 0.375), (10.0**6, 0.0)])
    assert host.available() in (0.125, None)
    assert host.memory() == (None if machine is None else 0.5)
