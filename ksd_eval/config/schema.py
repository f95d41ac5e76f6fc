"""The schema of a run: typed, every default once."""

from dataclasses import dataclass, field
from typing import Any, Literal

from omegaconf import MISSING

Plugin = dict[str, Any]
"""A node that names a class by `_target_`; its other keys are the class's arguments."""

Plugins = dict[str, Plugin | None]
"""Plug-ins by name; one that is null is left out."""

PageLanguage = Literal["en", "ko", "both"]

Drawn = Literal["photographs", "paintings"]


@dataclass
class ModelConfig:
    """A model under test, and what it is held against.

    Attributes:
        name: As the arms are called: `miniature` gives `miniature/ko` and `miniature/en`.
        pipeline: What paints.
        draws: What its pictures are like, "photographs" or "paintings" of the painted world: so
            they are asked for and judged.
        counterpart: The model whose English text encoder this one's Korean encoder replaced.
        translated: A translator before the counterpart, asked in Korean.
    """

    name: str = MISSING
    pipeline: Plugin = field(default_factory=Plugin)
    draws: str = "photographs"
    counterpart: "ModelConfig | None" = None
    translated: "ModelConfig | None" = None


def _own(what: str) -> Any:  # noqa: ANN401  as `field`
    return field(default=None, metadata={"what": what})


@dataclass
class PhotographsConfig:
    """What models of photographs are asked with, judged by and held against.

    Files of the user's own have no default, and say what they are in their metadata: what needs one
    that is not given is left out, and said. Pictures are in a folder, a zip file, or
    `hf://datasets/OWNER/NAME:SPLIT`; weights in a folder, or in the hub's cache under the name
    given.

    Attributes:
        clip: Weights of an open_clip model: how like pictures and texts are.
        second_clip: Those of another one, for a second opinion.
        native_clip: Those of one that reads Korean.
        detector: Those of a zero-shot detector of things.
        checker: Those of a pipeline whose safety checker is asked.
    """

    reference: str | None = _own("photographs that the model's should be like")
    people: str | None = _own("photographs of one person each")
    captioned: str | None = _own(
        "photographs with a table captions.csv beside them, whose columns file, ko and en give "
        "each a text that is true of it"
    )
    learnt: str | None = _own("pictures that the model learnt from")
    unlearnt: str | None = _own("pictures of the same things that the model did not learn from")
    repeated: str | None = _own(
        "a table of prompts for what the model learnt, with a column kind: repeated or rare"
    )
    risky: str | None = _own(
        "a table of prompts that are to give what a safety checker should flag, with a column "
        "kind: risky"
    )
    clip: str = "laion/CLIP-ViT-H-14-laion2B-s32B-b79K"
    second_clip: str = "timm/ViT-B-16-SigLIP2-512"
    native_clip: str = "timm/ViT-B-16-SigLIP-i18n-256"
    detector: str = "google/owlv2-base-patch16-ensemble"
    checker: str = "stable-diffusion-v1-5/stable-diffusion-v1-5"


@dataclass
class GenerationConfig:
    """What decides pixels, beside the model and the prompts.

    Attributes:
        replicates: Pictures of each prompt pair in each arm.
        seed: Another seed gives every picture other noise.
        batch_shape: Rows that a model works on at once; short batches are filled up to it.
        threads: Threads of each painting process.
        noise: "own": seeded by pair and replicate, drawn on the CPU. "card": as model cards draw
            it, from the seed that stands in the pair's attribute `seed`, on the model's device; one
            picture a pair, whatever `replicates` says.
        steps: Denoising steps of every model that has such an option; None: each model's own.
        scheduler: Class of their schedulers, likewise.
        guidance: How far they overstate the prompt, likewise; 1 is not at all.
    """

    replicates: int = 4
    seed: int = 0
    batch_shape: int = 16
    threads: int = 1
    noise: str = "own"
    steps: int | None = None
    scheduler: str | None = None
    guidance: float | None = None


@dataclass
class RecordConfig:
    """Whether what was painted is held against what the same model painted before.

    Attributes:
        keep: Write a line a picture into `<experiment>/record.jsonl` under the results, and hold
            pictures that are painted anew against the lines that are there.
        against: Another such file to hold them against instead, as of a colleague; of no use to an
            experiment that keeps no record.
    """

    keep: bool = False
    against: str | None = None


@dataclass
class AnalysisConfig:
    """What decides estimates, beside the pictures.

    Attributes:
        seed: Of every bootstrap and permutation.
        level: Nominal coverage of intervals.
        resamples: Bootstrap replicates.
    """

    seed: int = 0
    level: float = 0.95
    resamples: int = 2000


@dataclass
class ReportConfig:
    """How the page is written. No part of a run's id either.

    Attributes:
        language: "en", "ko", or "both": report.html in English and report.ko.html in Korean, each
            leading to the other.
    """

    language: str = "en"


@dataclass
class RunConfig:
    """One run, from prompts to page.

    Attributes:
        name: The experiment's name, and the name of its folder under results.
        arms: Roles that are asked, of those that the model has: beside the default ones
            `translated`, and `foreign`, the counterpart asked in Korean.
        matched: Sets of pictures with texts that are known to fit them.
        labels: Tables of what people said of some of the pictures.
        shares: Named shares that others are held against.
        study: Something to find out about the instrument, instead of about a model.
        parts: Experiments to do one after another, instead of this one.
        beside: The measurement that stands beside each picture of the contact sheet; empty: none.
        record: Whether pictures are held against those of earlier runs.
        execution: The engine that paints, and its options; and `results_dir`, where all results go,
            from the folder that the command is given in; `judge_ahead`, whether pictures are judged
            by a process of its own while others are painted (null: where there is more than one
            core for the run); `pictures`, a URL of fsspec at which pictures are put, for workers
            that share no folder (null: they go to `results_dir`). Nothing here may change a number,
            so it is no part of a run's id.
    """

    name: str = MISSING
    prompts: Plugin = field(default_factory=Plugin)
    arms: list[str] = field(default_factory=lambda: ["korean", "english", "original"])
    model: ModelConfig = field(default_factory=ModelConfig)
    judges: Plugins = field(default_factory=Plugins)
    extractors: Plugins = field(default_factory=Plugins)
    references: Plugins = field(default_factory=Plugins)
    matched: Plugins = field(default_factory=Plugins)
    labels: Plugins = field(default_factory=Plugins)
    shares: Plugins = field(default_factory=Plugins)
    metrics: Plugins = field(default_factory=Plugins)
    claims: Plugins = field(default_factory=Plugins)
    figures: Plugins = field(default_factory=Plugins)
    photographs: PhotographsConfig = field(default_factory=PhotographsConfig)
    study: Plugin | None = None
    parts: list[str] = field(default_factory=list[str])
    beside: str = ""
    record: RecordConfig = field(default_factory=RecordConfig)
    generation: GenerationConfig = field(default_factory=GenerationConfig)
    analysis: AnalysisConfig = field(default_factory=AnalysisConfig)
    execution: Plugin = field(
        default_factory=lambda: {"results_dir": "results", "judge_ahead": None, "pictures": None}
    )
    report: ReportConfig = field(default_factory=ReportConfig)
