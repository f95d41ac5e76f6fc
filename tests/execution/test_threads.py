import os
import subprocess
import sys
from unittest import mock

import pytest

from ksd_eval.execution import threads


def test_the_environment_tells_libraries_that_are_not_imported_yet():
    with mock.patch.dict(os.environ):
        threads.fix(3)
        assert {os.environ[name] for name in threads.LIMITS} == {"3"}
        assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"


def test_a_choice_of_how_to_wait_is_left_alone():
    with mock.patch.dict(os.environ, OMP_WAIT_POLICY="ACTIVE"):
        threads.fix(1)
        assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"


@pytest.mark.parametrize("order", ["import torch; fix(2)", "fix(2); import torch"])
def test_torch_is_told_before_and_after_it_is_imported(order):
    code = (
        f"from ksd_eval.execution.threads import fix; {order}; assert torch.get_num_threads() == 2"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
