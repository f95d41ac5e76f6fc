import re
import shutil

import pytest

from ksd_eval.doctor import page
from ksd_eval.doctor.examination import examined
from ksd_eval.doctor.machine import Gpu
from ksd_eval.doctor.page import verdict
from ksd_eval.judges import weights

MINIATURE = ("experiment=people", "prompts.limit=2")
KOREAN_SD = ("experiment=people", "prompts.limit=2", "model=korean_sd")
SD15 = "stable-diffusion-v1-5/stable-diffusion-v1-5"
BINGSU = "Bingsu/my-korean-stable-diffusion-v1-5"


def test_the_miniature_can_be_run_anywhere(experiment, machine):
    found = examined(experiment(*MINIATURE), machine())
    assert found.runs_now
    assert verdict(found) == "It can be run now, without a download."


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"available": 0.01},
            r"the model 'miniature' needs 0\.0 GiB of memory and 0\.0 GiB are free; close other",
        ),
        ({"results_writable": False}, "the folder 'results' cannot be written; choose another"),
        ({"results_free": 0.0}, r"the pictures take about 0\.0 GB, and the disk of 'results' has"),
        ({"versions": {"torch": None}}, "not installed: torch; `pip install torch`"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_machine_that_is_too_small_gets_one_sentence(experiment, machine, given, sentence):
    found = examined(experiment(*MINIATURE), machine(**given))
    assert not found.runs_now
    assert re.search("^It cannot be run: .*" + sentence, verdict(found))


def test_a_model_on_a_gpu_takes_no_memory_of_the_machine(experiment, machine):
    here = machine(available=0.01, gpus=(Gpu("H200", 139.0, 139.0),), seen=True)
    assert examined(experiment(*MINIATURE), here).runs_now


def test_what_is_not_in_the_cache_would_be_downloaded(experiment, machine, cache):
    found = examined(experiment(*KOREAN_SD), machine())
    assert not found.runs_now
    assert {need.what for need in found.fetched} == {SD15, BINGSU}
    assert verdict(found).startswith("It would download about 11 GB first; it leaves out what ")
    text = page.told(found.fetched[0])
    assert text == f"a run fetches {BINGSU} (about 5.5 GB, CreativeML OpenRAIL-M)"


def test_a_download_that_the_disk_or_the_memory_has_no_room_for_is_refused(
    experiment, machine, cache
):
    asked = experiment(*KOREAN_SD)
    assert "the downloads take about 11.0 GB" in verdict(examined(asked, machine(cache_free=10)))
    small = verdict(examined(asked, machine(available=4.0)))
    assert "the model 'korean_sd' needs about 6.4 GiB of memory and 4.0 GiB are free" in small


def test_offline_nothing_would_be_downloaded(experiment, machine, cache, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    found = examined(experiment(*KOREAN_SD), machine())
    assert found.fetched == []
    assert (
        f"It cannot be run: {BINGSU}: it is not in the hub's cache, and HF_HUB_OFFLINE is set; "
        f"`hf download {BINGSU} --revision main --exclude '*.ckpt'" in verdict(found)
    )


def test_what_is_in_the_cache_is_ready(experiment, machine, cache):
    cache.put(SD15)
    cache.put(BINGSU)
    found = examined(experiment(*KOREAN_SD), machine())
    assert found.runs_now
    [part] = found.parts
    assert page.needs_row("m", part.needs["models.korean_sd"], None, machine()).state == "ready"
    assert part.asked.sides["korean_sd"] == 64


def test_a_download_that_was_broken_off_goes_on(experiment, machine, cache):
    cache.put(SD15)
    shutil.rmtree(cache.put(BINGSU) / "unet")
    found = examined(experiment(*KOREAN_SD), machine())
    [need] = found.fetched
    assert need.what == BINGSU
    assert "names a component 'unet' but has no files for it" in need.lacking


def test_a_checkpoint_that_is_damaged_is_not_ready(experiment, machine, cache):
    cache.put(SD15)
    (cache.put(BINGSU) / "model_index.json").write_text("{")
    found = examined(experiment(*KOREAN_SD), machine())
    assert not found.runs_now
    assert "could not be read as JSON" in verdict(found)


def test_a_judge_whose_package_is_absent_is_left_out_and_one_that_is_present_is_not(
    experiment, machine, cache, monkeypatch
):
    cache.put(SD15)
    cache.put(BINGSU)
    there = {"facenet-pytorch": None}
    monkeypatch.setattr(weights, "version_of", there.get)
    [part] = examined(experiment(*KOREAN_SD), machine()).parts
    assert part.silent == ["faces"]
    [need] = part.needs["judges.faces"]
    assert page.told(need) == (
        "facenet-pytorch: it is not installed; `pip install --no-deps facenet-pytorch` (2 MB, MIT)"
    )
    there["facenet-pytorch"] = "2.6.0"
    [part] = examined(experiment(*KOREAN_SD), machine()).parts
    assert part.silent == []


def test_files_of_the_users_own_that_are_not_given_are_said(experiment, machine, cache):
    found = examined(experiment(*KOREAN_SD), machine())
    [part] = found.parts
    assert part.left_out["matched.people"].startswith("photographs.people=PATH is not given")
    assert verdict(found).endswith("; it leaves out what needs files of yours.")


def test_files_of_the_users_own_that_are_given_wrongly_stop_a_run(experiment, machine, cache):
    cache.put(SD15)
    cache.put(BINGSU)
    found = examined(experiment(*KOREAN_SD, "photographs.people=nowhere"), machine())
    assert not found.runs_now
    assert "'nowhere' is neither a folder nor a .zip file" in verdict(found)


def test_prompts_that_cannot_be_had_stop_a_run(experiment, machine):
    found = examined(experiment("experiment=tiny", "prompts.count=0"), machine())
    assert found.runs_now is False
    assert "the prompt set has no pairs" in verdict(found)


def test_of_a_card_an_experiment_that_cannot_be_done_does_not_stop_the_others(
    experiment, machine, cache
):
    cache.put(SD15)
    cache.put(BINGSU)
    words = ("experiment=card", "model=korean_sd", "parts=[people,memorisation]", "prompts.limit=2")
    found = examined(experiment(*words), machine())
    people, memorisation = found.parts
    assert people.hindered == ""
    assert "photographs.repeated=PATH is not given" in memorisation.hindered
    assert found.runs_now
    assert "; it cannot do memorisation" in verdict(found)
