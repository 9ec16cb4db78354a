"""What the model is sent of a capture, in the detail that is chosen, and all pixels of it: of the capture, of its
parts, and of other pictures that are asked about beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from fanlight.core.capture.tiles import attachments_of, cut, parts_of
from fanlight.core.chat.attachment_reader import attachment_of
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.picture_costs import PictureCost, together
from fanlight.core.chat.turns import Attachment
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.detail import Detail, detail_of
from fanlight.domain.errors import FanlightError
from fanlight.domain.slots import Slot

NAME, PART = "Capture", "Part"
Read = Callable[[list[Attachment] | FanlightError], None]


class CapturePictures:
    """`detail`: of what is read next; `now`: the parts of the capture, or the whole of it, as the next question may
    have them; () while they are being read."""

    def __init__(
        self, image: CapturedImage, host: ModelHost, settings_store: SettingsStore, file_worker: FileWorker
    ) -> None:
        self._image, self._host, self._settings_store = image, host, settings_store
        self._file_worker = file_worker
        self.detail = detail_of(settings_store.now.picture_detail)
        self.now: tuple[Attachment, ...] = ()
        self._closed = False
        self._sent: dict[str, tuple[CapturedImage, int, int]] = {}
        """By the id of the pixels that the model is sent: in which picture they are, from which row on, how many."""

    def read(self, then: Read) -> None:
        """The capture. Of several details that are asked for, the last one counts."""
        detail = self.detail
        self.now = ()

        def on_read(found: list[Attachment] | FanlightError) -> None:
            if detail == self.detail and not self._closed:
                self.now = tuple(found) if isinstance(found, list) else ()
                then(found)

        self.read_others([self._image], NAME, on_read)

    def read_others(self, images: Sequence[CapturedImage], name: str, then: Read, *, whole: bool = False) -> None:
        """`whole`: a long one has no parts."""
        side, detail = self._settings_store.now.picture_side, self.detail
        places = [(one, *place) for one in images for place in ([(0, one.height)] if whole else parts_of(one, side))]

        def read() -> list[Attachment]:
            if whole:
                return [attachment_of(one.to_picture(name, side, kept=False, detail=detail)) for one in images]
            return [part for one in images for part in attachments_of(one, name, side, kept=False, detail=detail)]

        def on_read(found: list[Attachment] | FanlightError) -> None:
            if isinstance(found, list) and not self._closed:
                self._sent |= {one.image.id: place for one, place in zip(found, places, strict=True) if one.image}
            then(found)

        self._file_worker.call(read, on_read)

    @property
    def costs(self) -> dict[Detail, PictureCost]:
        """Of the capture; none while it is being read."""
        costs = self._host.picture_costs_in(Slot.PANEL)
        pictures = [one.picture for one in self.now if one.picture is not None]
        return together([costs.of(one) for one in pictures]) if pictures else {}

    def pixels_of(self, picture: Attachment) -> CapturedImage | None:
        """All of them; None for what was not read here."""
        place = self._sent.get(picture.image.id) if picture.image is not None else None
        return cut(*place) if place is not None else None

    def is_all(self, picture: Attachment) -> bool:
        """It is the whole capture."""
        place = self._sent.get(picture.image.id) if picture.image is not None else None
        return place is not None and place[0] is self._image and place[2] == self._image.height

    def others_among(self, pictures: Iterable[Attachment]) -> list[Attachment]:
        """Those that are neither parts of the capture nor the whole of it."""
        places = ((one, self._sent.get(one.image.id) if one.image is not None else None) for one in pictures)
        return [one for one, place in places if place is None or place[0] is not self._image]

    def keeping(self, pictures: Iterable[Attachment]) -> Callable[[], dict[str, Attachment]]:
        """These pictures with their files, by the ids of what the model is sent of them. The function is slow, and for
        any thread; it raises PictureError."""
        side = self._settings_store.now.picture_side
        wanted = {
            one.image.id: (one.name, one.picture.detail, pixels)
            for one in pictures
            if one.image is not None and one.picture is not None and (pixels := self.pixels_of(one)) is not None
        }

        def kept() -> dict[str, Attachment]:
            return {
                known: attachment_of(pixels.to_picture(name, side, kept=True, detail=detail))
                for known, (name, detail, pixels) in wanted.items()
            }

        return kept

    def close(self) -> None:
        """No pixels are left, nor come any more."""
        self._closed = True
        self._image, self.now, self._sent = CapturedImage(), (), {}
