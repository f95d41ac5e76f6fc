"""What metrics are given: the tables of a run, joined, and what its plug-ins know besides."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from ksd_eval.experiment import Work
from ksd_eval.judges.base import ErrorRates
from ksd_eval.labels.agreement import settled
from ksd_eval.labels.base import LabelError
from ksd_eval.metrics.base import MATCHED, Evidence, FeatureSet
from ksd_eval.records import Confusion, Label, PromptPair, Recorded, ReferenceShare, columns
from ksd_eval.store import RunStore


def evidence_of(work: Work) -> Evidence:
    """Return everything that the run's files and plug-ins say of its pictures."""
    images = asked_images(work.home)
    ids = tuple(images["image_id"])
    protocols = work.plan.identities["extractors"]
    present = [name for name in protocols if name not in work.missing]
    features = {
        name: FeatureSet(np.load(work.home.features(name)), protocols[name], ids)
        for name in present
    }
    references = {
        (other, name): FeatureSet(np.load(work.home.features(name, other)), protocols[name])
        for name in present
        for other in work.experiment.references
    }
    return Evidence(
        images,
        measured_images(work.home, images),
        features,
        references,
        confusions=confusions(work),
        labels=frame_of(labels(work, set(ids)), Label),
        matched=matched(work),
        recorded=recorded_images(work),
        shares=frame_of(
            (one for source in work.experiment.shares.values() for one in source()), ReferenceShare
        ),
        missing=dict(work.missing),
    )


def confusions(work: Work) -> pd.DataFrame:
    """Return how the run's judges err, as far as they know it of themselves."""
    rows = [
        {"judge": name, **asdict(one)}
        for name, judge in work.experiment.judges.items()
        if isinstance(judge, ErrorRates)
        for one in judge.confusions()
    ]
    return pd.DataFrame(rows, columns=["judge", *columns(Confusion)])


def labels(work: Work, image_ids: Container[str]) -> list[Label]:
    """Return what people said of the run's pictures: one label a picture and measurement.

    Raises:
        LabelError: A label is of no picture of this run.
    """
    found = [one for source in work.experiment.labels.values() for one in source()]
    for one in found:
        if one.image_id not in image_ids:
            raise LabelError(
                f"a label by {one.labeller!r} is of the picture {one.image_id!r}, which this run "
                "has not; give labels of this run's own pictures, or none"
            )
    return settled(found)


def matched(work: Work) -> pd.DataFrame:
    """Return what the run's judges said of matched pictures."""
    if not work.experiment.matched:
        return pd.DataFrame(columns=list(MATCHED))
    return work.home.read_table("matched")


def recorded_images(work: Work) -> pd.DataFrame:
    """Return the table of pictures held against the record; empty where none is kept."""
    if not work.experiment.settings.record or work.experiment.study is not None:
        return frame_of([], Recorded)
    return work.home.read_table("recorded")


def frame_of(records: Iterable[Any], record: type) -> pd.DataFrame:
    """Return records as a frame, one row each, also where there are none."""
    return pd.DataFrame([asdict(item) for item in records], columns=columns(record))


def asked_images(home: RunStore) -> pd.DataFrame:
    """Return the table of images, each with its pair's texts and attributes."""
    return home.read_table("images").merge(home.read_table("prompts"), how="left", on="pair_id")


def measured_images(home: RunStore, images: pd.DataFrame) -> pd.DataFrame:
    """Return the table of measurements, each with everything that is known of its picture."""
    return images.merge(accounted(home.read_table("measurements")), how="inner", on="image_id")


def accounted(said: pd.DataFrame) -> pd.DataFrame:
    """Return measurements with a row for each that a judge owes of a picture on which it failed.

    A judge that raised, or whose weights were gone, says so once, under its own name. What else it
    measures of other pictures it could not tell of this one, which has to count as that: otherwise
    a picture that breaks a judge would be gone from every estimate without a trace.

    Args:
        said: `image_id`, `judge`, `name`, `status`, and whatever else a measurement has.
    """
    silent = said["status"].isin(("failed", "missing"))
    if not silent.any():
        return said
    measures = said.loc[~silent, ["judge", "name"]].drop_duplicates()
    owed = said[silent].reset_index().merge(measures.rename(columns={"name": "owes"}), on="judge")
    row = ["image_id", "judge", "name"]
    there = pd.MultiIndex.from_frame(said[row])
    wanted = pd.MultiIndex.from_frame(owed[["image_id", "judge", "owes"]].set_axis(row, axis=1))
    owed = owed[~wanted.isin(there) & ~wanted.duplicated()]
    own = pd.MultiIndex.from_frame(said[["judge", "name"]]).isin(pd.MultiIndex.from_frame(measures))
    stands = own | ~said.index.isin(owed["index"])
    return pd.concat([said[stands], owed.assign(name=owed["owes"])[said.columns]])


def prompts_frame(pairs: Sequence[PromptPair]) -> pd.DataFrame:
    """Return the table of prompts; an attribute that a pair lacks is an empty text."""
    attributes = dict.fromkeys(name for pair in pairs for name in pair.attributes)
    return pd.DataFrame(
        {
            "pair_id": [pair.pair_id for pair in pairs],
            "ko": [pair.ko for pair in pairs],
            "en": [pair.en for pair in pairs],
            # Prefixed, so that an attribute cannot be mistaken for another column.
            **{
                f"prompt.{name}": [pair.attributes.get(name, "") for pair in pairs]
                for name in attributes
            },
        }
    )
