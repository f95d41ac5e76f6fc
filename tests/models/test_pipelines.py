import json
import pickle
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from ksd_eval.models.base import Autoencoder
from ksd_eval.models.pipelines import DiffusersModel
from ksd_eval.records import Request

# diffusers turns tensors into arrays in a way that NumPy 2 is retiring.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SHAPE = 4
REQUESTS = [
    Request(text, seed) for seed, text in enumerate(["a doctor", "a nurse", "의사", "a chef"])
]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def model(checkpoint):
    return DiffusersModel(str(checkpoint), steps=2)


@pytest.fixture(scope="module")
def full_batch(model):
    return [pixels(picture) for picture in model.paint(REQUESTS, SHAPE)]


def pixels(picture):
    return np.asarray(picture.image).tobytes()


def test_pictures_are_pictures(model, full_batch):
    [picture] = model.paint(REQUESTS[:1], SHAPE)
    assert (picture.image.mode, picture.image.size, picture.flagged) == ("RGB", (32, 32), None)
    assert len(set(full_batch)) == len(REQUESTS)
    assert np.asarray(picture.image).std() > 1


def test_a_short_batch_paints_what_the_full_batch_painted(model, full_batch):
    for place, request in enumerate(REQUESTS):
        [alone] = model.paint([request], SHAPE)
        assert pixels(alone) == full_batch[place]


def test_order_and_neighbours_change_nothing(model, full_batch):
    turned = [pixels(picture) for picture in model.paint(REQUESTS[::-1], SHAPE)]
    assert turned == full_batch[::-1]
    strangers = [Request("a house", 7), REQUESTS[2], Request("집", 8)]
    assert pixels(model.paint(strangers, SHAPE)[1]) == full_batch[2]


def test_the_prompt_and_the_seed_both_matter(model, full_batch):
    [other_prompt] = model.paint([Request("a singer", REQUESTS[0].seed)], SHAPE)
    [other_seed] = model.paint([Request(REQUESTS[0].prompt, 99)], SHAPE)
    assert len({pixels(other_prompt), pixels(other_seed), full_batch[0]}) == 3


def test_pictures_are_those_of_the_official_call(checkpoint):
    import torch
    from diffusers import StableDiffusionPipeline

    official = StableDiffusionPipeline.from_pretrained(checkpoint, requires_safety_checker=False)
    official.set_progress_bar_config(disable=True)
    for negative in ("", "a house"):
        image = official(
            "a doctor",
            num_inference_steps=2,
            guidance_scale=3.0,
            negative_prompt=negative,
            generator=torch.Generator().manual_seed(5),
        ).images[0]
        ours = DiffusersModel(str(checkpoint), steps=2, guidance=3.0, negative_prompt=negative)
        [picture] = ours.paint([Request("a doctor", 5)], 1)
        assert pixels(picture) == image.tobytes()


def test_a_card_example_is_the_picture_of_the_cards_own_code(checkpoint):
    """The card: load a scheduler, 25 steps, one seed of a generator on the device, one picture."""
    import torch
    from diffusers import EulerAncestralDiscreteScheduler, StableDiffusionPipeline

    scheduler = EulerAncestralDiscreteScheduler.from_pretrained(checkpoint, subfolder="scheduler")
    pipe = StableDiffusionPipeline.from_pretrained(
        checkpoint, scheduler=scheduler, requires_safety_checker=False
    )
    pipe.set_progress_bar_config(disable=True)
    model = DiffusersModel(
        str(checkpoint),
        scheduler="EulerAncestralDiscreteScheduler",
        steps=25,
        guidance=7.5,
        device="cpu",
    )
    for seed in (23957, 1234246):
        generator = torch.Generator("cpu").manual_seed(seed)
        theirs = pipe("화성", num_inference_steps=25, generator=generator).images[0]
        [ours] = model.paint([Request("화성", seed, on_device=True)], 1)
        assert pixels(ours) == theirs.tobytes()


def test_on_a_cpu_both_kinds_of_noise_are_the_same(model, full_batch):
    asked = [replace(request, on_device=True) for request in REQUESTS[:3]]
    assert [pixels(picture) for picture in model.paint(asked, SHAPE)] == full_batch[:3]


def test_noise_comes_from_where_it_was_asked_for(model, monkeypatch):
    from ksd_eval.models import loaded

    drawn, real = [], loaded.torch.Generator

    def generator(device):
        drawn.append(str(device))
        return real("cpu")

    monkeypatch.setattr(loaded.torch, "Generator", generator)
    elsewhere = loaded.torch.device("cuda", 0)
    loaded._generator(Request("x", 1), elsewhere)
    loaded._generator(Request("x", 1, on_device=True), elsewhere)
    assert drawn == ["cpu", "cuda:0"]


@pytest.mark.gpu
def test_on_an_accelerator_a_card_example_is_the_picture_of_the_cards_own_code(checkpoint):
    import torch
    from diffusers import EulerAncestralDiscreteScheduler, StableDiffusionPipeline

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    scheduler = EulerAncestralDiscreteScheduler.from_pretrained(checkpoint, subfolder="scheduler")
    pipe = StableDiffusionPipeline.from_pretrained(
        checkpoint, scheduler=scheduler, dtype=torch.float16, requires_safety_checker=False
    ).to("cuda")
    pipe.set_progress_bar_config(disable=True)
    generator = torch.Generator("cuda").manual_seed(23957)
    theirs = pipe("화성", num_inference_steps=25, generator=generator).images[0]
    name = "EulerAncestralDiscreteScheduler"
    model = DiffusersModel(str(checkpoint), scheduler=name, steps=25, guidance=7.5, dtype="auto")
    [ours] = model.paint([Request("화성", 23957, on_device=True)], 1)
    [on_cpu] = model.paint([Request("화성", 23957)], 1)
    assert pixels(ours) == theirs.tobytes() != pixels(on_cpu)


def test_each_unique_prompt_is_encoded_once(checkpoint):
    model = DiffusersModel(str(checkpoint), steps=1)
    encoder = model._loaded._pipeline.text_encoder
    shapes = []
    encoder.register_forward_pre_hook(lambda _, inputs: shapes.append(tuple(inputs[0].shape)))
    for seed in range(3):
        model.paint([Request("a doctor", seed), Request("a nurse", seed)], SHAPE)
    # The prompt and the empty prompt it is guided away from, for two prompts and the filler.
    assert shapes == [(1, 77)] * 6


@pytest.mark.parametrize(
    "change",
    [
        {"scheduler": "DDIMScheduler"},
        {"steps": 3},
        {"guidance": 1.0},
        {"negative_prompt": "a house"},
        {"size": 64},
    ],
    ids=str,
)
def test_every_setting_reaches_the_pixels_and_the_identity(model, full_batch, change):
    changed = replace(model, **change)
    [picture] = changed.paint(REQUESTS[:1], SHAPE)
    assert pixels(picture) != full_batch[0]
    assert changed.identity() != model.identity()


def test_a_flagged_picture_is_kept_and_its_flag_told(model, full_batch, checked_checkpoint, caplog):
    checked = replace(model, repo=str(checked_checkpoint))
    pictures = checked.paint(REQUESTS[:3], SHAPE)
    assert [picture.flagged for picture in pictures] == [True] * 3
    assert [pixels(picture) for picture in pictures] == full_batch[:3]
    assert "black image" not in caplog.text


def test_a_half_precision_checkpoint_is_asked_in_full_precision(checkpoint, tmp_path):
    import torch
    from diffusers import StableDiffusionPipeline

    parts = StableDiffusionPipeline.from_pretrained(checkpoint, requires_safety_checker=False)
    parts.to(dtype=torch.float16).save_pretrained(tmp_path / "half")
    model = DiffusersModel(str(tmp_path / "half"), steps=1)
    model.paint(REQUESTS[:1], 1)
    loaded = model._loaded._pipeline
    modules = (loaded.text_encoder, loaded.unet, loaded.vae)
    assert {part.dtype for module in modules for part in module.parameters()} == {torch.float32}


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_pixels_that_are_no_numbers_are_an_error_and_no_black_picture(checkpoint, number):
    import torch

    model = DiffusersModel(str(checkpoint), steps=1)
    model.paint(REQUESTS[:1], 1)
    with torch.no_grad():
        model._loaded._pipeline.vae.decoder.conv_out.bias.fill_(number)
    with pytest.raises(ArithmeticError, match="pixels that are no numbers; its weights or its"):
        model.paint(REQUESTS[:1], 1)


def test_a_decoder_that_overflows_in_half_precision_is_told_with_the_cure(checkpoint):
    import torch

    from ksd_eval.execution.base import PaintError, Studio
    from ksd_eval.execution.orders import Batch, Generation, Order
    from ksd_eval.models.loaded import LoadedPipeline

    half = LoadedPipeline(checkpoint, None, "cpu", "float16")
    decoder = half._pipeline.vae
    # Numbers that float32 holds and float16 does not.
    large = torch.full_like(decoder.decoder.conv_out.bias, 6e4)
    decoder.decoder.conv_out.bias = torch.nn.Parameter(2 * large)

    class Half:
        def paint(self, requests, batch_shape):
            return half.pictures(requests, None, {"num_inference_steps": 1})

    studio = Studio({"m": Half()}, None, Generation(1, 0, 1, 1))
    with pytest.raises(PaintError, match="float16 cannot hold its numbers: give model") as caught:
        studio.paint(Batch("m", (Order("a", REQUESTS[0], {}),)))
    assert "model.pipeline.dtype=float32 or bfloat16" in str(caught.value)


def test_loading_and_painting_say_nothing(checkpoint, checked_checkpoint, capfd):
    for folder in (checkpoint, checked_checkpoint):
        DiffusersModel(str(folder), steps=1).paint(REQUESTS[:1], 1)
    assert capfd.readouterr() == ("", "")


def test_a_model_travels_without_its_weights(model, full_batch):
    model.paint(REQUESTS[:1], SHAPE)
    packed = pickle.dumps(model)
    assert len(packed) < 2000
    copied = pickle.loads(packed)
    assert copied == model
    assert pixels(copied.paint(REQUESTS[:1], SHAPE)[0]) == full_batch[0]


def test_the_identity_names_everything_and_is_json(model):
    identity = model.identity()
    assert json.loads(json.dumps(identity)) == identity
    assert set(identity["components"]) == {"vae", "text_encoder", "tokenizer", "unet", "scheduler"}
    assert identity["scheduler"]["class"] == "EulerAncestralDiscreteScheduler"
    assert identity["scheduler"]["config"]["timestep_spacing"] == "trailing"
    assert identity["versions"].keys() == {"torch", "diffusers", "transformers"}
    assert identity["dtype"] == "float32"


def test_the_identity_changes_with_any_file(checkpoint, tmp_path):
    folder = shutil.copytree(checkpoint, tmp_path / "copy")
    before = DiffusersModel(str(folder)).identity()
    assert before == DiffusersModel(str(checkpoint)).identity()
    for path in sorted(folder.glob("*/*")):
        content = path.read_bytes()
        path.write_bytes(content + b" ")
        assert DiffusersModel(str(folder)).identity() != before, path
        path.write_bytes(content)
    assert DiffusersModel(str(folder)).identity() == before


def test_the_identity_is_told_without_torch(checkpoint):
    code = (
        "import sys; from ksd_eval.models.pipelines import DiffusersModel; "
        f"DiffusersModel({str(checkpoint)!r}, device='cpu').identity(); "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"size": 100}, "size is 100 pixels; it must be a multiple of 8, such as 96"),
        ({"size": 0}, "it must be a multiple of 8, such as 8"),
        ({"steps": 0}, "steps is 0; at least one"),
        ({"guidance": -1.0}, "guidance is -1.0; give 0 or more"),
        ({"dtype": "float8"}, "dtype 'float8' is unknown; choose one of auto, float32"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_refused_at_once(model, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        replace(model, **change)


def test_too_many_requests_are_refused(model):
    with pytest.raises(ValueError, match=r"4 requests do not fit the batch shape of 3; .* raise"):
        model.paint(REQUESTS, 3)


def test_half_precision_is_refused_on_a_cpu(model):
    with pytest.raises(ValueError, match="'float16' is many times slower than float32 on a CPU"):
        replace(model, dtype="float16", device="cpu").identity()


def test_a_pipeline_of_another_family_is_given_its_prompts_as_text(checkpoint, monkeypatch):
    from ksd_eval.models import loaded

    known = DiffusersModel(str(checkpoint), steps=1, negative_prompt="a house")
    [expected] = known.paint(REQUESTS[:1], 1)
    monkeypatch.setattr(loaded, "EMBEDDINGS", {})
    unknown = replace(known)
    [picture] = unknown.paint(REQUESTS[:1], 1)
    assert "prompt" in unknown._loaded._prompts(["x"], None)
    assert pixels(picture) == pixels(expected)


def test_the_xl_family_is_asked_by_its_four_embeddings(xl_checkpoint):
    model = DiffusersModel(str(xl_checkpoint), steps=2)
    full = [pixels(picture) for picture in model.paint(REQUESTS[:2], 2)]
    assert len(model._loaded._embeddings()) == 4
    assert [pixels(model.paint([request], 2)[0]) for request in REQUESTS[:2]] == full
    assert len(set(full)) == 2


def test_a_round_trip_gives_every_picture_back_by_itself(model):
    images = [picture.image for picture in model.paint(REQUESTS[:2], SHAPE)]
    both = model.round_trip(images)
    assert isinstance(model, Autoencoder)
    assert [(image.mode, image.size) for image in both] == [("RGB", (32, 32))] * 2
    [alone] = model.round_trip(images[1:])
    assert alone.tobytes() == both[1].tobytes()
    assert both[0].tobytes() != images[0].tobytes()
