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
    log, saved = _Log(folder), time.monotonic()
    module.train()
    while step < plan.steps:
        losses = loss(np.random.default_rng([plan.seed, step]))
        _update(optimiser, losses["loss"], learning_rate(plan, step))
        step += 1
        _average(average, module, min(plan.averaging, (1 + step) / (10 + step)))
        log.note(losses, step, last=step == plan.steps)
        if time.monotonic() - saved > plan.every or step == plan.steps:
            _save(folder, step, module, optimiser, average)
            saved = time.monotonic()
    module.load_state_dict(average)
    return module.eval()


def _update(optimiser: torch.optim.Optimizer, loss: Tensor, rate: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(optimiser.param_groups[0]["params"], 1.0)
    optimiser.step()


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


class _Log:
    """The means of the losses since the last line, a line every twenty seconds."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "log.jsonl"
        self._begin()

    def _begin(self) -> None:
        self.began = time.monotonic()
        self.sums: dict[str, float] = {}
        self.steps = 0

    def note(self, losses: dict[str, Tensor], step: int, *, last: bool) -> None:
        """Take in one step's losses, and write a line when it is time, or at the end."""
        self.steps += 1
        for name, value in losses.items():
            self.sums[name] = self.sums.get(name, 0.0) + float(value.detach())
        seconds = time.monotonic() - self.began
        if seconds > 20 or last:
            line = {"step": step, "steps_per_second": round(self.steps / max(seconds, 1e-9), 3)}
            line |= {name: round(total / self.steps, 6) for name, total in self.sums.items()}
            with self.file.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
            self._begin()
