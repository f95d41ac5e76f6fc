"""The network that reads pictures: a few convolutions, and one answer per attribute."""

from collections.abc import Mapping, Sequence
from typing import Final

import torch
from torch import Tensor, nn

WIDTHS: Final = (24, 48, 96, 128)
"""Channels at 32, 16, 8 and again 8 cells along a side."""

GROUPS: Final = 8


class Block(nn.Module):
    """A 3x3 convolution with group normalisation, and a shortcut where shapes allow one.

    Group normalisation looks at one picture at a time, so what else is in a batch, and whether the
    pictures are clean or generated, does not move its statistics.
    """

    def __init__(self, inner: int, outer: int, stride: int = 1) -> None:
        """Take `inner` channels to `outer`, halving the sides where `stride` is 2."""
        super().__init__()
        self.convolution = nn.Conv2d(inner, outer, 3, stride, 1, bias=False)
        self.norm = nn.GroupNorm(GROUPS, outer)
        self.shortcut = inner == outer and stride == 1

    def forward(self, cells: Tensor) -> Tensor:
        """Return the next cells [n, outer, h / stride, w / stride]."""
        answer = torch.relu(self.norm(self.convolution(cells)))
        return cells + answer if self.shortcut else answer


class ReaderNetwork(nn.Module):
    """Pictures [n, 3, 64, 64] in [-1, 1] to logits, one tensor [n, classes] per attribute.

    Args:
        classes: How many labels each attribute has.
        widths: Channels of the four stages.
    """

    def __init__(self, classes: Mapping[str, int], widths: Sequence[int] = WIDTHS) -> None:
        """Build an untrained network."""
        super().__init__()
        self.classes = dict(classes)
        first, second, third, fourth = widths
        self.cells = nn.Sequential(
            nn.Conv2d(3, first, 5, 2, 2, bias=False),
            nn.GroupNorm(GROUPS, first),
            nn.ReLU(),
            Block(first, first),
            Block(first, second, 2),
            Block(second, second),
            Block(second, third, 2),
            Block(third, third),
            Block(third, fourth),
        )
        # Where something stands matters for counts and relations, so a thin copy of the 8x8 cells
        # goes on beside the pooled ones.
        self.places = nn.Conv2d(fourth, fourth // 4, 1)
        self.joined = nn.Linear(64 * (fourth // 4) + 2 * fourth, 192)
        self.answers = nn.Linear(192, sum(self.classes.values()))

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """Return the logits by attribute."""
        cells = self.cells(pictures)
        places = torch.relu(self.places(cells)).flatten(1)
        joined = torch.cat([places, cells.mean((2, 3)), cells.amax((2, 3))], 1)
        logits = self.answers(torch.relu(self.joined(joined)))
        parts = logits.split(list(self.classes.values()), 1)
        return dict(zip(self.classes, parts, strict=True))
