from dataclasses import replace

import numpy as np
import pytest

from ksd_eval.metrics import distance
from ksd_eval.metrics.base import FeatureSet
from ksd_eval.metrics.distance import FrechetDistance, KernelDistance
from ksd_eval.metrics.features import unlike
from ksd_eval.numerics import frechet, kernel
from ksd_eval.records import fingerprint

from .conftest import PROTOCOL
