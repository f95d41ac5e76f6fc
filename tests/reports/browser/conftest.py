"""Pages of made-up runs, opened from disk in a browser that may fetch nothing else."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from ksd_eval.records import Arm, Estimate, Verdict, columns
from ksd_eval.reports import page as reports_page
from ksd_eval.reports.base import RunView

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOSTILE = '<img src=x onerror="window.harmed = true"></script><script>window.harmed = true</script>'
ARMS = (Arm("model", "ko", "korean"), Arm("model", "en", "english"))
JOBS = ("doctor", "nurse", "farmer", "judge")


@dataclass
class Opened:
    """A page in the browser, and what it did besides."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no browser to look with; install one of: {', '.join(NAMES)}")
    with sync_playwright() as player:
        found = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def opened(browser):
    """Open a page from disk; at the end it must have fetched nothing and complained of nothing."""

    @contextmanager
    def open_page(path: Path, anchor: str = "", **settings: Any) -> Iterator[Page]:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **settings)
        seen = Opened(context.new_page())
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.on("console", lambda message: seen.errors.append(message.text))
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        seen.page.goto(path.as_uri() + anchor)
        yield seen.page
        own = {path.as_uri(), *(other.as_uri() for other in path.parent.glob("report*.html"))}
        away = [url for url in seen.requests if not url.startswith("data:")]
        assert {url.partition("#")[0] for url in away} <= own
        assert seen.errors == []
        context.close()

    return open_page


def tables(pairs: int, replicates: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return images and measurements with a gap between the languages that is known: its place."""
    images, measured = [], []
    for place in range(pairs):
        job = JOBS[place % len(JOBS)]
        for replicate in range(replicates):
            for arm in ARMS:
                image = {
                    "image_id": f"i{place}-{replicate}-{arm.role}",
                    "pair_id": f"pair {place}/{job}",  # needs escaping in an address
                    "replicate": replicate,
                    "arm": arm.name,
                    "role": arm.role,
                    "model": arm.model,
                    "language": arm.language,
                    "prompt": "",
                    "seed": 2**62 + place,
                    "sha256": "0" * 64,
                    "flagged": place in (1, 3) and arm.role == "korean",
                    "ko": HOSTILE if place == 0 else f"{place}번째 {job}",
                    "en": HOSTILE if place == 0 else f"{job} number {place}",
                    "prompt.job": job,
                }
                images.append(image)
                measured += [image | one for one in said(place, replicate, arm.role)]
    return pd.DataFrame(images), pd.DataFrame(measured)


def said(place: int, replicate: int, role: str) -> Iterator[dict[str, Any]]:
    korean = role == "korean"
    yield {
        "judge": "clip",
        "name": "similarity",
        "value": 0.3 - (0.001 * (place - 2) if korean else 0.0),
        "status": "ok",
        "reason": "",
    }
    told = {"label": "woman" if (place % 3 == 0 and korean) else "man", "status": "ok"}
    if place == 2 and replicate == 0 and korean:
        told = {"label": None, "status": "abstained", "reason": "no person in the picture"}
    yield {"judge": "reader", "name": "gender", "confidence": 0.9, "reason": "", **told}


@pytest.fixture(scope="session")
def hostile() -> str:
    """The prompt of the first pair."""
    return HOSTILE


@pytest.fixture(scope="session")
def made() -> Callable[..., RunView]:
    """Write the page of a run of so many pairs into a folder."""
    return make


def make(folder: Path, pairs: int, replicates: int = 1, edge: int = 48, **changes: Any) -> RunView:
    """Write the page of a made-up run, and return what it was written from."""
    pictures = folder / "images"
    pictures.mkdir()
    rng = np.random.default_rng(0)
    for number in range(4):
        pixels = rng.integers(0, 255, (edge, edge, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(pictures / f"{number}.png")
    images, measured = tables(pairs, replicates)
    paths = {name: pictures / f"{place % 4}.png" for place, name in enumerate(images["image_id"])}
    estimate = Estimate("share_gender", "gender", "korean", 0.3, category="woman")
    verdict = Verdict("culture", "It is so.", "undecided", "Cannot tell: it is too small.")
    view = RunView(
        name="bias",
        run_id="0123456789abcdef",
        folder=folder / "run",
        config="name: bias",
        arms=ARMS,
        images=images,
        measurements=measured,
        estimates=pd.DataFrame([asdict(estimate)], columns=columns(Estimate)),
        verdicts=pd.DataFrame([asdict(verdict)], columns=columns(Verdict)),
        manifest={},
        image_path=paths.__getitem__,
        **changes,
    )
    view.folder.mkdir()
    reports_page.write(view)
    return view


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> RunView:
    return make(tmp_path_factory.mktemp("small"), pairs=30, replicates=2, language="both")


@pytest.fixture(scope="session")
def report(small) -> Path:
    return small.folder / "report.html"
