"""Pictures at an address: a bucket, a server, a folder by its URL, as fsspec reaches them."""

import posixpath
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from PIL import Image

from ksd_eval.store.files import StoreError, unwritten, write
from ksd_eval.store.images import ImageStore, Stored


@dataclass(frozen=True)
class MirroredImages(ImageStore):
    """Pictures that rest at an address, where workers on any machine put them.

    What is read is fetched into the folder first and stays there, so that a run's results are
    whole on the machine that the command was given on, and pages find their pictures.

    Attributes:
        address: As fsspec understands it: `s3://bucket/pictures`, `gs://…`, `sftp://…`, `file:///…`.
    """

    address: str

    @property
    def anywhere(self) -> bool:
        """Whether it is reached by an address, from whatever machine and folder."""
        return True

    def __getstate__(self) -> dict[str, Any]:
        """Travel to another process without the connection."""
        return {"folder": self.folder, "address": self.address}

    def has(self, image_id: str) -> bool:
        """Whether there is a file of a picture, here or at the address."""
        return super().has(image_id) or bool(self._system.exists(self._place(image_id)))

    def put(self, image_id: str, content: bytes) -> None:
        """Put a file at the address, whole or not at all.

        Raises:
            WriteError: It cannot be written.
        """
        place = self._place(image_id)
        try:
            self._system.makedirs(posixpath.dirname(place), exist_ok=True)
            # Until the transaction is over there is no such name, also where names are files.
            with self._system.transaction, self._system.open(place, "wb") as stream:
                stream.write(content)
        except Exception as error:  # each protocol raises what its own library does
            said = error if isinstance(error, OSError) else OSError(str(error))
            raise unwritten(self.folder / self._name(image_id), said) from error

    def find(self, image_id: str) -> Stored | None:
        """Return what is known of a picture; None if it is not there, or damaged in both places."""
        found = super().find(image_id)
        if found is None and self._fetched(image_id):
            found = super().find(image_id)
        return found

    def read(self, image_id: str) -> Image.Image:
        """Return a picture's pixels.

        Raises:
            StoreError: It is not there, or damaged.
        """
        if not super().has(image_id):
            self._fetched(image_id)
        return super().read(image_id)

    def said(self, image_id: str) -> str:
        """Return the hash of a picture's pixels as its file says.

        Raises:
            StoreError: It is not there, or does not say.
        """
        if not super().has(image_id):
            self._fetched(image_id)
        return super().said(image_id)

    def check(self) -> None:
        """See that pictures can be written, here and at the address.

        Raises:
            StoreError: They cannot.
        """
        super().check()
        try:
            place = posixpath.join(self._root, ".writable")
            self._system.makedirs(self._root, exist_ok=True)
            self._system.pipe_file(place, b"")
            self._system.rm_file(place)
        except Exception as error:
            first = str(error).strip().partition("\n")[0] or type(error).__name__
            raise StoreError(
                f"execution.pictures={self.address} cannot be written ({first}); give a URL that "
                "fsspec knows and may write, such as s3://bucket/pictures with s3fs installed, or "
                "leave it out: pictures then go to the results folder"
            ) from error

    def _fetched(self, image_id: str) -> bool:
        """Whether a picture was at the address; if so, it is in the folder now.

        Raises:
            StoreError: The address cannot be reached.
        """
        try:
            content = self._system.cat_file(self._place(image_id))
        except FileNotFoundError:
            return False
        except Exception as error:  # each protocol raises what its own library does
            first = str(error).strip().partition("\n")[0] or type(error).__name__
            raise StoreError(
                f"execution.pictures={self.address} cannot be read ({first}); see to the network "
                "and give the same command again, which goes on from what is finished"
            ) from error
        write(self.path(image_id), lambda stream: stream.write(content))
        return True

    @cached_property
    def _system(self) -> Any:  # noqa: ANN401  fsspec has no types
        return self._reached[0]

    @cached_property
    def _root(self) -> str:
        return str(self._reached[1])

    @cached_property
    def _reached(self) -> tuple[Any, str]:
        import fsspec  # of use to few runs

        system, root = fsspec.core.url_to_fs(self.address)
        return system, root

    def _name(self, image_id: str) -> str:
        return self.path(image_id).relative_to(self.folder).as_posix()

    def _place(self, image_id: str) -> str:
        return posixpath.join(self._root, self._name(image_id))
