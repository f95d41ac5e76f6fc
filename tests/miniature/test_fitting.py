import json

import pytest
import torch
from torch import nn

from ksd_eval.miniature.fitting import Plan, fit

PLAN = Plan(steps=40, peak=0.05, averaging=0.9, seed=3, every=0.0)


def line(rng, module):
    x = torch.from_numpy(rng.standard_normal((16, 2)).astype("float32"))
    return (module(x) - (x @ torch.tensor([[2.0], [-1.0]]))).square().mean()


def fresh():
    torch.manual_seed(0)
    return nn.Linear(2, 1)


def test_it_learns(tmp_path):
    module = fresh()
    before = module.weight.detach().clone()
    fit(module, lambda rng: {"loss": line(rng, module)}, Plan(300, 0.1, 0.9), tmp_path)
    assert not torch.allclose(before, module.weight)
    assert torch.allclose(module.weight, torch.tensor([[2.0, -1.0]]), atol=0.05)


def test_a_stopped_training_goes_on_as_if_it_had_not_been(tmp_path):
    whole = fresh()
    fit(whole, lambda rng: {"loss": line(rng, whole)}, PLAN, tmp_path / "whole")

    stopped, calls = fresh(), []

    def failing(rng):
        calls.append(1)
        if len(calls) == 20:
            raise KeyboardInterrupt
        return {"loss": line(rng, stopped)}

    with pytest.raises(KeyboardInterrupt):
        fit(stopped, failing, PLAN, tmp_path / "stopped")
    again = fresh()
    fit(again, lambda rng: {"loss": line(rng, again)}, PLAN, tmp_path / "stopped")
    assert len(calls) == 20
    assert torch.equal(whole.weight, again.weight)


def test_the_log_has_one_json_object_a_line(tmp_path):
    module = fresh()
    fit(module, lambda rng: {"loss": line(rng, module)}, PLAN, tmp_path)
    lines = [json.loads(text) for text in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert lines[-1]["step"] == PLAN.steps
