"""The nouns that flow through a run, frozen. Standard library only.

prompt pair -> request -> image -> measurement -> estimate -> verdict
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final, Literal

Language = Literal["ko", "en"]
Status = Literal["ok", "abstained", "failed", "missing"]
Role = Literal["korean", "english", "original", "translated", "foreign"]
Estimand = Literal["over_prompts", "over_seeds", "descriptive"]
Outcome = Literal["supported", "refuted", "undecided", "not measured"]
Noise = Literal["own", "card"]


NATIVE_CHECK: Final = "native_check"
"""The attribute of a pair that names who, a native reader, found both texts right, and when."""

PAIRING: Final = "pairing"
"""The attribute of pairs whose texts are no translations of each other: "independent"."""


def fingerprint(value: object, length: int = 16) -> str:
    """Name a JSON-like value by its content.

    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:length]


@dataclass(frozen=True, slots=True)
class PromptPair:
    """One meaning in Korean and in English.

    Attributes:
        pair_id: Short, unique within a prompt set, safe in a file name.
        ko: The Korean prompt.
        en: The English prompt.
        attributes: What to group by: occupation, concept, mark, wording, … Three have a meaning
            of their own: pairs with the same `noise` start from the same noise, and see
            `NATIVE_CHECK` and `PAIRING`.
    """

    pair_id: str
    ko: str
    en: str
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])

    def text(self, language: Language) -> str:
        """Return the prompt in one language."""
        return self.ko if language == "ko" else self.en

    @property
    def noise(self) -> str:
        """Return the name of the pair's noise: its own id, unless it shares another's."""
        return self.attributes.get("noise") or self.pair_id


@dataclass(frozen=True, slots=True)
class Arm:
    """A model asked in a language.

    Attributes:
        model: The model's name, as in `conf/model`.
        language: The language of its prompts.
        role: What the arm is in a contrast, whatever the model: `korean` and `english` are the
            model under test in its two languages, `original` its English counterpart asked in
            English, `translated` a translator before the counterpart asked in Korean, and `foreign`
            the counterpart itself asked in Korean, of which it knows what its training had of it.
    """

    model: str
    language: Language
    role: Role

    @property
    def name(self) -> str:
        """Return the arm as it is written everywhere: `miniature/ko`."""
        return f"{self.model}/{self.language}"


@dataclass(frozen=True, slots=True)
class Request:
    """What a model is asked.

    Attributes:
        prompt: The text.
        seed: Of the picture's own noise.
        on_device: Whether the noise is drawn on the model's own device, as model cards draw it,
            instead of on the CPU. Elsewhere than on a CPU that is other noise.
        picture: Of a model that paints nothing itself, the name of the picture that is there.
    """

    prompt: str
    seed: int
    on_device: bool = False
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What a text encoder was given for a prompt.

    Attributes:
        text: The prompt, or its translation.
        tokens: How many tokens it is, with start and end; None where the model does not count.
        truncated: Whether its end was cut off.
    """

    text: str
    tokens: int | None = None
    truncated: bool | None = None


def noise_seed(noise: str, replicate: int, seed: int) -> int:
    """Return the seed that every arm shares for one replicate of a pair's noise, below 2**63.

    >>> noise_seed("doctor-1", 0, 0) == noise_seed("doctor-1", 0, 0) != noise_seed("doctor-1", 1, 0)
    True
    """
    return int(fingerprint([noise, replicate, seed]), 16) >> 1


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One picture of a run: what was asked, and which pixels came.

    Attributes:
        image_id: Fingerprint of the whole recipe; the picture's file is named by it.
        sha256: Hash of the PNG file's decoded pixels.
        flagged: Whether the pipeline's own safety checker flagged it; None where it has none.
        given: What the text encoder was given, the prompt or its translation; empty if unknown.
        tokens: How many tokens that is, with start and end; None where the model does not count.
        truncated: Whether the text encoder was not given all of it; None where it does not count.
    """

    image_id: str
    pair_id: str
    replicate: int
    arm: str
    role: str
    model: str
    language: str
    prompt: str
    seed: int
    sha256: str
    flagged: bool | None
    given: str = ""
    tokens: int | None = None
    truncated: bool | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """One picture, held against what the same model is on record to have painted for the request.

    Attributes:
        outcome: "same" to the last bit; "differs", by the same weights and settings; "drawn
            otherwise", by others of the same name; "first time"; or "not painted": from the store.
        sentence: The same for a person, with versions and devices where it matters.
        difference: Mean absolute, of the pixels, in levels of 255; None where nothing was compared.
        psnr: In dB; None besides where the pixels are the same.
        recorded_sha256: Of the pixels on record, which were written down `recorded_at`; or empty.
        repo: Where the model's weights are from; empty where it has none. So too what it says of
            its device, dtype, scheduler, steps, guidance, negative prompt and `changes`, by name.
        size: Pixels along the picture's longer side.
        card: Whether, or why not, it is the model card's own picture; empty for other noise.
    """

    image_id: str
    pair_id: str
    arm: str
    role: str
    language: str
    seed: int
    outcome: str
    sentence: str
    difference: float | None
    psnr: float | None
    recorded_sha256: str
    recorded_at: str
    repo: str
    device: str
    dtype: str
    scheduler: str
    steps: int | None
    guidance: float | None
    changes: str
    negative_prompt: str
    size: int
    batch_shape: int
    noise: str
    card: str = ""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one judge said of one picture.

    A judge that cannot tell says so (`status="abstained"`, with a reason); it never returns a
    neutral-looking number instead.

    Attributes:
        name: What was measured: "gender", "similarity", …
        value: A number, or None.
        label: A category, or None.
        confidence: How sure the judge is, in [0, 1], or None.
        status: ok, abstained, failed (the judge raised) or missing (its weights were not there).
        reason: Why there is no answer; empty when there is one.
    """

    name: str
    value: float | None = None
    label: str | None = None
    confidence: float | None = None
    status: Status = "ok"
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a measurement that is silently empty."""
        if self.status == "ok" and self.value is None and self.label is None:
            raise ValueError(
                f"measurement {self.name!r} is 'ok' but has neither value nor label; "
                "give one, or a status of 'abstained' or 'failed' with a reason"
            )
        if self.status != "ok" and not self.reason:
            raise ValueError(
                f"measurement {self.name!r} is {self.status!r} without a reason; say why"
            )


@dataclass(frozen=True, slots=True, order=True)
class Confusion:
    """How many pictures of a known truth a judge read in one way.

    Attributes:
        condition: What had happened to the pictures: "clean", "autoencoder", "denoised", …
        measurement: What was read: "gender".
        truth: What the picture shows.
        read: What the judge said, or "abstained".
        count: Pictures.
    """

    condition: str
    measurement: str
    truth: str
    read: str
    count: int


@dataclass(frozen=True, slots=True)
class Label:
    """What someone who looked at a picture said of it.

    Attributes:
        image_id: The picture.
        measurement: What was asked: "gender".
        label: The answer; None where it could not be told.
        labeller: Who looked.
        kind: Who that is: a label of a simulation is never called human.
    """

    image_id: str
    measurement: str
    label: str | None
    labeller: str
    kind: Literal["human", "simulated"] = "human"


@dataclass(frozen=True, slots=True)
class ReferenceShare:
    """A share that others are held against, with where it is from.

    Attributes:
        reference: The name of the set of shares: "us_labour_2024".
        measurement: What is shared out: "gender".
        by: The attribute of prompts that the share is given: "occupation".
        group: The attribute's value: "doctor".
        category: The label whose share it is: "woman".
        share: In [0, 1]; None where the source has none.
        source: Publication, table and year.
    """

    reference: str
    measurement: str
    by: str
    group: str
    category: str
    share: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number about a run, with how sure one may be of it.

    Attributes:
        metric: The metric's name in the experiment: "gender_share", "default_pull", …
        measurement: What it summarises: "gender", "similarity", "features.judge", …
        category: The label whose share it is, where it is a share.
        by: The attribute that pictures were grouped by; empty for all pictures.
        group: The attribute's value; empty for all pictures.
        arm: The role the estimate is about ("korean"), or a contrast ("korean - english").
        kind: What kind of number, whatever the experiment calls the metric: "share", "kappa", …
        estimand: `over_prompts`: another prompt of the kind. `over_seeds`: these very wordings with
            other noise. `descriptive`: a number without a population.
        estimate: The number; NaN never stands here, an estimate that cannot be had is None with a
            note.
        ci_low: Lower end of the interval, None where none can be given.
        ci_high: Upper end.
        level: Nominal coverage of the interval.
        method: How the interval was made.
        n_pairs: Prompt pairs behind it.
        n_images: Pictures behind it, all arms together.
        n_abstained: Pictures left out because the judge could not tell.
        floor: What a perfectly fair or unrelated system would show on average, where that is not 0.
        null_p95: 95th percentile of the same.
        ceiling: What a perfectly faithful system would show, where the judge itself is the limit.
        p_value: Of the null that there is nothing: no difference, no effect; in (0, 1].
        q_value: The same, adjusted for the scan of groups that it is one of: calling all groups
            with q <= .05 remarkable is wrong of one in twenty of them, on average.
        reference: What it is held against, by name.
        note: What a reader must know, in a sentence.
    """

    metric: str
    measurement: str
    arm: str
    estimate: float | None
    estimand: Estimand = "over_prompts"
    category: str = ""
    by: str = ""
    group: str = ""
    ci_low: float | None = None
    ci_high: float | None = None
    level: float = 0.95
    method: str = ""
    n_pairs: int = 0
    n_images: int = 0
    n_abstained: int = 0
    floor: float | None = None
    null_p95: float | None = None
    ceiling: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    reference: str = ""
    note: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an estimate means for an admission of the card.

    Attributes:
        claim: The claim's id in the ledger.
        outcome: supported, refuted, undecided or not measured.
        sentence: The answer, as one sentence for a person.
        arm: The arm or contrast of arms that it is about.
        estimand: Of the estimate.
        unit: How its numbers are written: as percentage points, or as they are.
        family: Claims that are decided together, so that all their verdicts hold at once.
        level: Of the interval: the run's level, adjusted for the family.
        smallest_detectable: The smallest effect that this run would have called beyond the
            margin with a power of 80 %.
    """

    claim: str
    admission: str
    outcome: Outcome
    sentence: str
    arm: str = ""
    estimand: str = ""
    unit: Literal["points", "number"] = "number"
    family: str = ""
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    level: float = 0.95
    margin: float | None = None
    n_pairs: int = 0
    n_images: int = 0
    n_abstained: int = 0
    smallest_detectable: float | None = None
    reason: str = ""


def columns(record: type) -> list[str]:
    """Return the column names of a record's table.

    >>> columns(Request)
    ['prompt', 'seed', 'on_device', 'picture']
    """
    return [item.name for item in fields(record)]
