import csv
import re
from dataclasses import fields

from ksd_eval import extensions
from ksd_eval.config.schema import PhotographsConfig
from ksd_eval.doctor import downloads
from ksd_eval.needs import Need


def rows():
    text = (extensions.PACKAGE / "doctor" / "downloads.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def named():
    """Return every repository that our configuration names, and every judge's default."""
    files = [*extensions.own_conf().rglob("*.yaml"), *extensions.PACKAGE.glob("judges/*.py")]
    found = set()
    for path in files:
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'(?:repo: |weights: str = ")([\w.-]+/[\w.-]+)', text))
    photographs = [item.default for item in fields(PhotographsConfig)]
    return found | {default for default in photographs if isinstance(default, str)}


def test_there_is_a_row_for_every_repository_that_configuration_names():
    of_hub = {row["what"] for row in rows() if "/" in row["what"]}
    assert of_hub == named()


def test_every_number_has_its_source():
    assert all(row["source"] for row in rows())
    assert all(row["about"] in ("", "yes") for row in rows())


def test_a_size_that_no_source_tells_is_said_to_be_unknown():
    assert downloads.of(Need("nobody/knows")).words == "size unknown, licence unknown"


def test_what_several_need_is_counted_once_and_a_part_with_its_whole():
    whole = Need("stable-diffusion-v1-5/stable-diffusion-v1-5", "gone")
    part = Need(whole.what, "gone", part="safety_checker")
    other = Need("Bingsu/clip-vit-large-patch14-ko", "gone")
    there = Need("BAAI/AltDiffusion-m9")
    assert downloads.total([whole, part, part, other, there]) == (5.5 + 1.71, [])
    assert downloads.total([part]) == (1.22, [])
    assert downloads.total([Need("nobody/knows", "gone")]) == (0, ["nobody/knows"])
