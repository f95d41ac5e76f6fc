import pytest

from ksd_eval.execution import progress


@pytest.fixture
def clock(monkeypatch):
    times = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: times[0])
    return times


def test_without_a_terminal_there_is_a_line_now_and_then(clock, capsys):
    with progress.tracked("painting", 100) as advance:
        for second in range(1, 26):
            clock[0] = float(second)
            advance(4)
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "painting: 40/100 images, 4.0 images/s, 15 s left",
        "painting: 80/100 images, 4.0 images/s, 5 s left",
        "painting: 100/100 images, 4.0 images/s",
    ]


def test_nothing_to_do_is_nothing_to_say(capsys):
    with progress.tracked("painting", 0) as advance:
        advance(0)
    assert capsys.readouterr().out == ""


def test_on_a_terminal_there_is_a_bar(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with progress.tracked("painting", 2) as advance:
        advance(2)
    assert "2/2" in capsys.readouterr().out


def test_what_is_said_is_not_taken_for_markup(capsys):
    progress.say("[bold]results/[a]" + "long " * 100)
    assert capsys.readouterr().out == "[bold]results/[a]" + "long " * 100 + "\n"
