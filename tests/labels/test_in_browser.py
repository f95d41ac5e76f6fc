"""The page as a browser runs it, driven by its keys. Left out where there is no Chromium."""

import itertools
import json
import os
import select
import shutil
import subprocess
import time

import pytest

import ksd_eval
from ksd_eval.labels import command, page
from ksd_eval.labels.csv_file import HumanLabels, written
from ksd_eval.records import Label

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NAME = 'Kim, "Jo" 김'
CTRL, META = 2, 4
PATIENCE = 60.0

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to open a page in")


class Browser:
    """Chromium at the other end of a pipe, and one page in it that is left as it was written."""

    def __init__(self, user):
        theirs, self.to = os.pipe()
        self.back, answers = os.pipe()
        words = ["--headless", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe"]
        words += ["--no-sandbox"] if os.geteuid() == 0 else []
        words += [f"--user-data-dir={user}", "about:blank"]
        # It listens at 3 and answers at 4.
        rewired = f'exec "$0" "$@" 3<&{theirs} 4>&{answers}'
        self.process = subprocess.Popen(
            ["bash", "-c", rewired, CHROMIUM, *words],
            pass_fds=(theirs, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(answers)
        self.numbers, self.buffer, self.session = itertools.count(1), b"", {}
        self.errors: list[object] = []
        pages = self.ask("Target.getTargets")["targetInfos"]
        target = next(one["targetId"] for one in pages if one["type"] == "page")
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self.session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **params):
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": params, **self.session}
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.heard()
            if answer.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.errors.append(answer["params"])
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    def heard(self):
        while b"\0" not in self.buffer:
            assert select.select([self.back], [], [], PATIENCE)[0], "the browser does not answer"
            self.buffer += os.read(self.back, 1 << 16)
        text, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(text)

    def value(self, expression):
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, expression):
        end = time.monotonic() + PATIENCE
        while not self.value(expression):
            assert time.monotonic() < end, f"never came true: {expression}"
            time.sleep(0.005)

    def open(self, path):
        self.ask("Page.navigate", url=path.as_uri())
        self.until("document.readyState === 'complete' && !!document.getElementById('name')")

    def press(self, key, code="", modifiers=0, repeat=False):
        pressed = {"key": key, "code": code, "modifiers": modifiers}
        self.ask("Input.dispatchKeyEvent", type="rawKeyDown", autoRepeat=repeat, **pressed)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **pressed)
        self.until("document.getElementById('picture').ariaBusy !== 'true'")

    def begin(self, name):
        """Give the name, unless the page has it already, and return the one that was there."""
        before = self.value("document.getElementById('name').value")
        self.value(f"document.getElementById('name').value ||= {json.dumps(name)}")
        self.value("document.getElementById('who').requestSubmit()")
        self.until("document.getElementById('picture').ariaBusy !== 'true'")
        return before

    def text(self, name):
        return self.value(f"document.getElementById('{name}').textContent")

    @property
    def done(self):
        return self.value("document.getElementById('bar').value")

    @property
    def csv(self):
        return self.value("document.getElementById('csv').value")

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.to)
        os.close(self.back)


@pytest.fixture
def browser(tmp_path):
    found = Browser(tmp_path / "user")
    yield found
    found.close()
    assert found.errors == []


@pytest.fixture(scope="module")
def sheet(run_folder):
    return command.sheet_of(ksd_eval.load_run(run_folder), command.Options())


@pytest.fixture
def path(sheet, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(page.html(sheet, kind="simulated"), encoding="utf-8")
    return path


def keys(sheet):
    """What a simulated labeller presses, by picture: every answer, from the digits of the id."""
    return {image_id: "120"[int(image_id, 16) % 3] for image_id, _ in sheet.pictures}


def expected(sheet):
    meant = {"1": "man", "2": "woman", "0": None}
    return [
        Label(image_id, "gender", meant[key], NAME, "simulated")
        for image_id, key in keys(sheet).items()
    ]


def labelled(path):
    return HumanLabels(str(path), {"gender": ["man", "woman"]})()


def press_all(browser, sheet):
    for image_id, _ in sheet.pictures[browser.done :]:
        browser.press(keys(sheet)[image_id])


def test_a_whole_labelling_by_keys_comes_back_as_it_was_meant(browser, path, sheet, tmp_path):
    folder = tmp_path / "saved"
    browser.open(path)
    browser.ask("Page.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    browser.begin(f"  {NAME} ")
    assert browser.value("document.getElementById('end').hidden")
    press_all(browser, sheet)
    assert not browser.value("document.getElementById('end').hidden")
    browser.value("document.querySelector('#end [data-act=save]').click()")
    assert "labels-gender-Kim_Jo_김.csv" in browser.text("status")
    file = folder / "labels-gender-Kim_Jo_김.csv"
    end = time.monotonic() + PATIENCE
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.01)
    labels = expected(sheet)
    assert {label.label for label in labels} == {"man", "woman", None}
    assert file.read_bytes() == b"\xef\xbb\xbf" + written(labels).encode()
    assert browser.csv == written(labels)
    assert labelled(file) == labels


def test_a_closed_page_goes_on_where_it_was_left(browser, path, sheet):
    browser.open(path)
    assert browser.begin(NAME) == ""
    for key in list(keys(sheet).values())[:5]:
        browser.press(key)
    browser.ask("Page.navigate", url="about:blank")
    browser.open(path)
    assert browser.begin("somebody else") == NAME
    assert browser.done == 5
    assert browser.csv == written(expected(sheet)[:5])
    press_all(browser, sheet)
    assert browser.csv == written(expected(sheet))


def test_another_labeller_begins_anew(browser, path):
    browser.open(path)
    browser.begin(NAME)
    browser.press("1")
    browser.open(path)
    browser.value("document.getElementById('name').value = 'Lee'")
    browser.begin("")
    assert browser.done == 0


STEPS = [
    # What is pressed, then the picture on the screen and how many are answered after it.
    ("a label", {"key": "1"}, 1, 1),
    ("the same key held down", {"key": "1", "repeat": True}, 1, 1),
    ("not forward past what is unanswered", {"key": "ArrowRight"}, 1, 1),
    ("a key of no label", {"key": "3"}, 1, 1),
    ("a shortcut of the browser", {"key": "1", "modifiers": CTRL}, 1, 1),
    ("cannot tell", {"key": "?"}, 2, 2),
    ("a digit by its place", {"key": "&", "code": "Digit2"}, 3, 3),
    ("back", {"key": "Backspace"}, 2, 3),
    ("back again", {"key": "ArrowLeft"}, 1, 3),
    ("another answer", {"key": "2"}, 2, 3),
    ("undone", {"key": "z", "code": "KeyZ", "modifiers": CTRL}, 1, 3),
    ("undone before that", {"key": "z", "code": "KeyZ", "modifiers": META}, 2, 2),
    ("answered again", {"key": "1"}, 3, 3),
    ("back once more", {"key": "ArrowLeft"}, 2, 3),
    ("forward", {"key": "ArrowRight"}, 3, 3),
]


def test_keys_do_what_the_page_says(browser, path, sheet):
    browser.open(path)
    browser.begin(NAME)
    places = {source: place for place, (_, source) in enumerate(sheet.pictures)}
    for name, pressed, place, done in STEPS:
        browser.press(**pressed)
        shown = places[browser.value("document.getElementById('picture').src")]
        assert (name, shown, browser.done) == (name, place, done)
    cells = [line.split(",")[2] for line in browser.csv.splitlines()]
    assert cells == ["label", "man", "", "man"]
    assert browser.value("document.getElementById('picture').className") == "small"


def test_what_was_answered_is_said_and_shown_again_on_going_back(browser, path):
    browser.open(path)
    browser.begin(NAME)
    browser.press("2")
    assert browser.text("status") == "1: a woman. Picture 2 of 33"
    browser.press("ArrowLeft")
    chosen = browser.value("document.querySelector('[aria-pressed=true]').textContent")
    assert chosen == "2a woman"


def test_a_browser_that_keeps_nothing_labels_all_the_same_and_warns(browser, path, sheet):
    refuse = "{ get() { throw new DOMException('refused', 'SecurityError'); } }"
    browser.ask(
        "Page.addScriptToEvaluateOnNewDocument",
        source=f"Object.defineProperty(window, 'localStorage', {refuse});",
    )
    browser.open(path)
    browser.begin(NAME)
    assert browser.text("kept").startswith("This browser keeps nothing: save the CSV before")
    leave = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert not browser.value(leave)
    press_all(browser, sheet)
    assert browser.value(leave)
    browser.value("document.querySelector('[data-act=save]').click()")
    assert not browser.value(leave), "the answers are in a file"
    assert browser.csv == written(expected(sheet))
