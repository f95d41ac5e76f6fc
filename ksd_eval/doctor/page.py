"""What the doctor says, as lines for a person and as plain containers for a program."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ksd_eval.doctor import downloads
from ksd_eval.doctor.effort import BYTES, SIDE, Effort
from ksd_eval.doctor.examination import Examination, Memory, Part, sentence, too_large
from ksd_eval.doctor.machine import Machine
from ksd_eval.needs import Need

State = Literal["", "ready", "download", "lacking"]

STYLES: Final[Mapping[State, str]] = {
    "": "",
    "ready": "green",
    "download": "yellow",
    "lacking": "red",
}

PUBLISHED: Final = {
    "repositories": (
        "Bingsu/my-korean-stable-diffusion-v1-5",
        "stable-diffusion-v1-5/stable-diffusion-v1-5",
    ),
    "sentence": (
        "published of Stable Diffusion v1.5 on one A100: 3.6 steps a second of 16 pictures at once "
        "(documentation of diffusers 0.17, float16), so a picture of 25 steps in .43 s; no figure "
        "is known for H100 and H200"
    ),
}
"""What others measured of models that we name: nobody's promise of what happens here."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it is about, how that is, and more about it."""

    name: str
    state: State
    text: str


@dataclass(frozen=True)
class Section:
    """Lines under a title."""

    title: str
    rows: tuple[Row, ...]


def machine_section(machine: Machine) -> Section:
    """Return what the machine has."""
    memory = f"{machine.memory:.1f} GiB" if machine.memory else "unknown"
    free = f", {machine.available:.1f} GiB free" if machine.available else ""
    gpus = "; ".join(
        f"{one.name}, {one.memory:.0f} GiB, {one.free:.0f} free" for one in machine.gpus
    )
    writable = "" if machine.results_writable else ", cannot be written"
    state: State = "lacking" if machine.gpus and not machine.seen else ""
    return Section(
        "Machine",
        (
            Row("processor", "", f"{machine.cpu}, {machine.cores} cores"),
            Row("memory", "", memory + free),
            Row("GPU", state, f"{gpus}: {machine.accelerator}" if gpus else machine.accelerator),
            Row(
                "results",
                "" if machine.results_writable else "lacking",
                f"{machine.results}: {machine.results_free:.0f} GiB free{writable}",
            ),
            Row("hub's cache", "", f"{machine.cache}: {machine.cache_free:.0f} GiB free"),
        ),
    )


def software_section(machine: Machine) -> Section:
    """Return what is installed."""
    known = ", ".join(f"{name} {found}" for name, found in machine.versions.items() if found)
    rows = [Row("packages", "", known)]
    if machine.uninstalled:
        names = " ".join(machine.uninstalled)
        cure = f"not installed: {', '.join(machine.uninstalled)}; `pip install {names}`"
        rows.append(Row("", "lacking", cure))
    for extra, absent in machine.extras.items():
        cure = f"without {', '.join(absent)}; `pip install 'ksd-eval[{extra}]'`"
        rows.append(Row(f"extra {extra}", "", cure if absent else "all there"))
    ocr = machine.tesseract or "not installed; it reads words in photographs"
    return Section("Software", (*rows, Row("Tesseract", "", ocr)))


def needs_row(name: str, needs: Sequence[Need], memory: Memory | None, machine: Machine) -> Row:
    """Return how a plug-in stands: ready, would download, or lacks something."""
    lacking = [need for need in needs if not need.ready]
    if memory and machine.available is not None and memory.needed > machine.available:
        return Row(name, "lacking", too_large(name, memory, machine.available))
    if not lacking:
        size = sum(need.size or 0 for need in needs)
        return Row(name, "ready", downloads.amount(size / 1e9) if size else "")
    state: State = "download" if all(need.fetched for need in lacking) else "lacking"
    return Row(name, state, "; ".join(map(told, lacking)))


def told(need: Need) -> str:
    """Return what there is to say of something that is not there."""
    known = downloads.of(need)
    if need.fetched:
        return f"a run fetches {need.what} ({known.words})"
    is_known = known.gigabytes is not None or known.licence
    return sentence(need) + (f" ({known.words})" if is_known else "")


def run_sections(found: Examination) -> Iterator[Section]:
    """Yield what there is to say of a command."""
    yield Section("Experiments", tuple(part_row(part) for part in found.parts))
    models: dict[str, Row] = {}
    for part in found.parts:
        for plugin, needs in part.needs.items():
            kind, _, name = plugin.partition(".")
            if kind == "models" and name not in models:
                memory = part.memory.get(name)
                models[name] = needs_row(name, needs, memory, found.machine)
    yield Section("Models", tuple(models.values()))
    of_models = {
        need
        for part in found.parts
        for plugin, needs in part.needs.items()
        if plugin.startswith("models.")
        for need in needs
    }
    others = {need: parts for need, parts in found.needs.items() if need not in of_models}
    yield Section("Judges, features, references", tuple(need_rows(others)))
    yield Section("Yours to give", tuple(_own_rows(found.parts)))
    yield Section("A run would take", tuple(effort_rows(found)))


def need_rows(needs: Mapping[Need, Sequence[str]]) -> Iterator[Row]:
    """Yield each need that is not there, with what it is for, and all that are in one line."""
    for need, users in needs.items():
        if not need.ready:
            unnamed = told(need).removeprefix(f"{need.what}: ")
            yield Row(need.what, "lacking", f"{unnamed}; for {', '.join(users)}")
    ready = list(dict.fromkeys(need.what for need in needs if need.ready))
    if ready:
        yield Row("", "ready", ", ".join(ready))


def _own_rows(parts: Iterable[Part]) -> Iterator[Row]:
    """Yield each thing that the user has not given, and what is left out for it."""
    without: dict[str, list[str]] = {}
    for part in parts:
        for plugin, why in part.left_out.items():
            without.setdefault(why, []).append(f"{part.name} ({plugin})")
    for why, plugins in without.items():
        name, _, what = why.partition(" is not given: ")
        yield Row(name, "lacking", f"{what}; for {', '.join(plugins)}")


def part_row(part: Part) -> Row:
    """Return how one experiment stands."""
    asked = len(part.asked.pictures)
    counted = f"{asked} pictures" if asked else "a study, which asks for no pictures"
    there = f", {len(part.asked.there)} of them painted" if part.asked.there else ""
    if part.hindered:
        return Row(part.name, "lacking", part.hindered)
    less = f"; without {', '.join(part.silent)}" if part.silent else ""
    return Row(part.name, "download" if part.fetched else "ready", counted + there + less)


def effort_rows(found: Examination) -> Iterator[Row]:
    """Yield what all experiments would take together."""
    total = found.effort
    gigabytes, unknown = downloads.total(found.fetched)
    if found.fetched:
        besides = f", and {', '.join(unknown)} of unknown size" if unknown else ""
        yield Row("download", "", f"about {downloads.amount(gigabytes)}{besides}")
    there = f", {total.there} of them painted already" if total.there else ""
    unsure = "; those painted already were not looked up" if total.unsure and total.runs else ""
    yield Row("pictures", "", f"{total.pictures}{there}{unsure}")
    how = f"at {BYTES} bytes a pixel, {SIDE} x {SIDE} where a model does not tell"
    how = "as in earlier runs" if total.measured else how
    yield Row("disk", "", f"about {downloads.amount(total.gigabytes)} of pictures, {how}")
    yield Row("painting", "", _painting(found, total))
    after = "unknown until these were run here: " + ", ".join(total.unrun)
    if total.after is not None:
        after = f"about {duration(total.after)}, as in earlier runs"
    yield Row("judging and so on", "", after)


def _painting(found: Examination, total: Effort) -> str:
    if total.pictures == total.there:
        return "nothing: every picture is there"
    if total.seconds is not None:
        return f"about {duration(total.seconds)}, as in {', '.join(total.runs)}"
    said = f"unknown until a first run of {', '.join(total.untimed)} on this machine"
    named = {need.what for need in found.needs}
    return f"{said}; {PUBLISHED['sentence']}" if named & set(PUBLISHED["repositories"]) else said


def duration(seconds: float) -> str:
    """Return a time as people say it.

    >>> duration(42), duration(150), duration(9000), duration(200000)
    ('42 s', '2.5 min', '2.5 h', '2.3 days')
    """
    for unit, length in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length * (2 if unit == "days" else 1):
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} s"


def verdict(found: Examination) -> str:
    """Return, in one sentence, whether the command can be run."""
    if found.obstacles:
        return "It cannot be run: " + "; ".join(found.obstacles) + "."
    hindered = [part.name for part in found.parts if part.hindered]
    less = [f"cannot do {', '.join(hindered)}"] if hindered else []
    if any(part.silent for part in found.parts):
        less.append("leaves out what the judges that are not there would say")
    if any(part.left_out for part in found.parts):
        less.append("leaves out what needs files of yours")
    without = "".join(f"; it {one}" for one in less)
    if found.fetched:
        gigabytes, _ = downloads.total(found.fetched)
        size = f"about {downloads.amount(gigabytes)}" if gigabytes else "files of unknown size"
        return f"It would download {size} first{without}."
    return f"It can be run now, without a download{without}."


def plain(found: Examination) -> str:
    """Return everything as JSON."""
    content: dict[str, Any] = {
        "runs_now": found.runs_now,
        "verdict": verdict(found),
        "obstacles": found.obstacles,
        "machine": asdict(found.machine),
        "effort": asdict(found.effort),
        "parts": {
            part.name: {
                "pictures": len(part.asked.pictures),
                "painted": len(part.asked.there),
                "hindered": part.hindered,
                "left_out": dict(part.left_out),
                "silent": part.silent,
                "needs": {
                    name: [asdict(need) for need in mine] for name, mine in part.needs.items()
                },
            }
            for part in found.parts
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def show(sections: Iterable[Section], last: str = "") -> None:
    """Print sections: in columns and colour on a terminal, elsewhere a line each."""
    console = Console(highlight=False)
    for section in sections:
        if not section.rows:
            continue
        console.print(Text(section.title, style="bold"))
        if console.is_terminal:
            console.print(_grid(section.rows))
        else:
            _lines(console, section.rows)
        console.print()
    if last:
        console.print(Text(last), soft_wrap=True)


def _grid(rows: Sequence[Row]) -> Table:
    grid = Table.grid(padding=(0, 2))
    for _ in range(3):
        grid.add_column()
    for row in rows:
        grid.add_row(Text("  " + row.name), Text(row.state, STYLES[row.state]), Text(row.text))
    return grid


def _lines(console: Console, rows: Sequence[Row]) -> None:
    widest = max(len(row.name) for row in rows)
    states = max(len(row.state) for row in rows)
    for row in rows:
        state = f"{row.state:<{states}}  " if states else ""
        line = f"  {row.name:<{widest}}  {state}{row.text}".rstrip()
        console.print(Text(line), soft_wrap=True)
