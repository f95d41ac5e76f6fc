"""One training loop for every stage: checkpoints, a log, averaged weights, exact resumption.

A stage is a loss as a function of a random generator; step `n` always sees the same generator, so a
run that was stopped goes on as if it had not been.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

Loss = Callable[[np.random.Generator], dict[str, Tensor]]
"""From the generator of one step to named losses; the one called "loss" is minimised."""


@dataclass(frozen=True)
class Plan:
    """How long and how fast a stage learns.

    Attributes:
        steps: Updates in all.
        peak: Highest learning rate; it rises over the first 3 % and falls as a cosine to 2 % of it.
        averaging: Decay of the exponential moving average of the weights.
        seed: Where the generators of the steps come from.
        every: Seconds between two checkpoints.
        decay: Weight decay.
    """

    steps: int
    peak: float = 1e-3
    averaging: float = 0.999
    seed: int = 0
    every: float = 120.0
    decay: float = 0.01


def learning_rate(plan: Plan, step: int) -> float:
    """Return the learning rate of a step.

    >>> learning_rate(Plan(steps=1000, peak=1.0), 0) < 0.1
    True
    >>> learning_rate(Plan(steps=1000, peak=1.0), 30)
    1.0
    """
    warm = max(1, round(plan.steps * 0.03))
    if step < warm:
        return plan.peak * (step + 1) / warm
    progress = (step - warm) / max(1, plan.steps - warm)
    return plan.peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))


def fit(module: nn.Module, loss: Loss, plan: Plan, folder: Path) -> nn.Module:
    """Train `module` in place to the end of its plan and return it with its averaged weights.

    Args:
        module: What learns; it may already be on a GPU.
        loss: The stage's loss.
        plan: Length and pace.
        folder: Where `checkpoint.pt` and `log.jsonl` are kept; a checkpoint found there is gone on
            with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    learning = [weight for weight in module.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(
        learning, lr=plan.peak, betas=(0.9, 0.99), weight_decay=plan.decay
    )
    average = {name: weight.detach().clone() for name, weight in module.state_dict().items()}
    step = _resume(folder, module, optimiser, average)
    saved = logged = time.monotonic()
    sums: dict[str, float] = {}
    seen = 0
    module.train()
    while step < plan.steps:
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(plan, step)
        losses = loss(np.random.default_rng([plan.seed, step]))
        optimiser.zero_grad(set_to_none=True)
        losses["loss"].backward()
        nn.utils.clip_grad_norm_(learning, 1.0)
        optimiser.step()
        step += 1
        _average(average, module, min(plan.averaging, (1 + step) / (10 + step)))
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        seen += 1
        now = time.monotonic()
        if now - logged > 20 or step == plan.steps:
            _log(
                folder,
                step,
                {name: total / seen for name, total in sums.items()},
                now - logged,
                seen,
            )
            sums, seen, logged = {}, 0, now
        if now - saved > plan.every or step == plan.steps:
            _save(folder, step, module, optimiser, average)
            saved = now
    module.load_state_dict(average)
    return module.eval()


def _average(average: dict[str, Tensor], module: nn.Module, decay: float) -> None:
    with torch.no_grad():
        for name, weight in module.state_dict().items():
            if weight.dtype.is_floating_point:
                average[name].lerp_(weight, 1 - decay)


def _save(
    folder: Path,
    step: int,
    module: nn.Module,
    optimiser: torch.optim.Optimizer,
    average: dict[str, Tensor],
) -> None:
    partial = folder / "checkpoint.partial"
    state = {"module": module.state_dict(), "optimiser": optimiser.state_dict(), "average": average}
    torch.save({"step": step, **state}, partial)
    partial.replace(folder / "checkpoint.pt")


def _resume(
    folder: Path, module: nn.Module, optimiser: torch.optim.Optimizer, average: dict[str, Tensor]
) -> int:
    if not (folder / "checkpoint.pt").exists():
        return 0
    device = next(module.parameters()).device
    state: dict[str, Any] = torch.load(
        folder / "checkpoint.pt", map_location=device, weights_only=True
    )
    module.load_state_dict(state["module"])
    optimiser.load_state_dict(state["optimiser"])
    average.update(state["average"])
    return int(state["step"])


def _log(folder: Path, step: int, losses: dict[str, float], seconds: float, steps: int) -> None:
    line = {"step": step, "steps_per_second": round(steps / seconds, 3)}
    line |= {name: round(value, 6) for name, value in losses.items()}
    with (folder / "log.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")
