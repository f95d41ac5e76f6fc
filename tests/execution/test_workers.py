import os
import signal
import subprocess
import sys
import time

from ksd_eval.execution import workers

PARENT = """
import os, sys, time
from ksd_eval.execution import workers

if __name__ == "__main__":
    pool = workers.pool(1, sys.setswitchinterval, 0.005)
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_worker_is_made_ready_once_and_works():
    with workers.pool(1, os.umask, 0o022) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()


def test_a_worker_leaves_ctrl_c_to_its_parent():
    with workers.pool(1, time.time) as pool:
        pid = pool.submit(os.getpid).result()
        os.kill(pid, signal.SIGINT)
        assert pool.submit(os.getpid).result() == pid


def test_workers_leave_when_their_parent_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.kill()
    parent.communicate()
    for _ in range(100):
        if not alive(pid):
            break
        time.sleep(0.1)
    assert not alive(pid)
