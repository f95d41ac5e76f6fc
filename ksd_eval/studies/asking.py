"""What a study asks of a model: what hinders the model ends the study, with one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from ksd_eval.execution import announcements
from ksd_eval.execution.base import PaintError, out_of_memory
from ksd_eval.models.base import Heavy
from ksd_eval.needs import one_line
from ksd_eval.studies.base import StudyError


@contextmanager
def asking(name: str) -> Iterator[None]:
    """Load a model or run it.

    A lack of memory is no `MemoryFullError`: that has a run done again in smaller batches, and a
    study asks for one picture or text at a time.

    Raises:
        StudyError: The model raised.
    """
    try:
        yield
    except Exception as error:  # as a painting model's: each library raises as it pleases
        said = one_line(error)
        if out_of_memory(error):
            said = (
                f"a GPU has no memory for it ({said}); close other programs there, take a GPU with "
                "more memory, or give the model device=cpu"
            )
        elif not isinstance(error, ValueError):  # which models raise with a sentence of their own
            said = f"it stopped with {type(error).__name__}: {said}"
        raise StudyError(f"model {name!r}: {said}") from error


def check_room(name: str, model: object) -> None:
    """See that the memory has room for a model, before it is loaded.

    Raises:
        StudyError: It has none, or the model's files are damaged.
    """
    if not isinstance(model, Heavy):
        return
    with asking(name):
        size = model.footprint()
    try:
        announcements.rooms(name, size)
    except PaintError as error:
        raise StudyError(str(error)) from error
