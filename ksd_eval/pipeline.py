"""The verbs of a run, in order: ask, score, analyse, decide, report.

Each step leaves files that the next one reads, so a run that is stopped goes on where it stopped, and
a run that is finished has nothing left to do.
"""

import json
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ksd_eval import claims, store
from ksd_eval.claims import Claim
from ksd_eval.execution import host, local
from ksd_eval.execution.judging import answers, chunks
from ksd_eval.execution.local import Order, Studio
from ksd_eval.execution.progress import say, tracked
from ksd_eval.features import features_of, reference_features
from ksd_eval.judges.base import Extractor, Judge, Reference
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.models.base import Model
from ksd_eval.prompts.base import PromptSource
from ksd_eval.records import (
    Arm,
    Estimate,
    ImageRecord,
    Measurement,
    PromptPair,
    Request,
    Verdict,
    columns,
    fingerprint,
    noise_seed,
)
from ksd_eval.reports.base import Figure, RunView
from ksd_eval.store import ImageStore, RunStore
