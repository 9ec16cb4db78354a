"""Clicks on pictures show them in a window of their own; a part that is marked there goes with the next question, and
so does what is drawn on one, unless it replaces the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from fanlight.core.app import Application
from fanlight.core.chat.attachments import Attachments
from fanlight.core.chat.original_pictures import Original, originals_of
from fanlight.core.chat.seen_pictures import SeenJob
from fanlight.core.chat.turns import Attachment
from fanlight.domain.errors import FanlightError, InputError, ModelError
from fanlight.domain.messages import Image, Picture
from fanlight.domain.region_pictures import PlacedRegions
from fanlight.i18n import _
from fanlight.ui.composer.composer import Composer
from fanlight.ui.models.words import model_caption
from fanlight.ui.transcript.transcript import Transcript
from fanlight.ui.widgets.detail_menu import add_details
from fanlight.ui.widgets.pixels import to_qimage
from fanlight.ui.widgets.region_painter import cut_out
from fanlight.ui.window.picture_viewer import PictureViewer


class PictureViewing(QObject):
    """`viewer` is None until a picture is shown."""

    def __init__(self, window: QWidget, core: Application, transcript: Transcript, composer: Composer) -> None:
        super().__init__(window)
        self._window, self._core, self._composer = window, core, composer
        self.viewer: PictureViewer | None = None
        transcript.picture_clicked.connect(self.show_attached)
        transcript.seen_wanted.connect(self.show_seen_of)
        transcript.region_wanted.connect(self.use_region)
        composer.chips.opened.connect(self.show_attachment)

    def show_attached(self, entry: int, number: int) -> None:
        """The picture that is the one of that number in that entry, among all of the conversation; nothing for a
        document."""
        current = self._core.session_manager.current
        turn = current.turn_of(entry)
        shown = [one for one in turn.attachments if one.thumbnail] if turn is not None else []
        if number < len(shown):
            self._show([one for turn in current.turns for one in turn.attachments], shown[number], are_sent=True)

    def show_attachment(self, key: int) -> None:
        """What is attached to the question to come with that key; nothing for a document."""
        attachments = self._core.session_manager.current.attachments
        item = next((item for item in attachments.items if item.key == key), None)
        if item is not None and item.attachment is not None:
            self._show(attachments.read, item.attachment)

    def use_region(self, entry: int, what: str, placed: PlacedRegions, number: int) -> None:
        """Show, copy, or ask about a place in a picture that the answer of that entry is about."""
        pictures, regions = self._core.session_manager.current.pictures_of_answer(entry), placed.regions
        found = originals_of(pictures[placed.picture : placed.picture + 1], are_sent=True)
        if not found:
            return
        (original,) = found
        if what == "show" or not 0 <= number < len(regions):
            self.show_originals([replace(original, regions=regions)], 0, number)
            return
        region, name = regions[number], _("{name}, part").format(name=original.name)

        def on_read(found: Image | FanlightError) -> None:
            if isinstance(found, FanlightError):
                self._core.problem.emit(found)
            elif what == "copy":
                QGuiApplication.clipboard().setImage(cut_out(to_qimage(found), region))
            else:
                self._attach_part(cut_out(to_qimage(found), region), name)

        self._core.file_worker.call(original.read, on_read)

    def show_originals(self, originals: Sequence[Original], index: int, region: int = -1) -> None:
        if self.viewer is None:
            self.viewer = PictureViewer(self._core.file_worker, self._window, self._core.texts)
            self.viewer.part_chosen.connect(self._attach_part)
            self.viewer.drawn.connect(self._use_drawn)
            self.viewer.kept_replaced.connect(self._replace_kept)
            self.viewer.detail.aboutToShow.connect(self._fill_details)
            self._core.attachment_loader.detail_changed.connect(self.viewer.update_attachment)
        self.viewer.open(originals, index, region)

    def _show(self, attachments: Sequence[Attachment], wanted: Attachment, *, are_sent: bool = False) -> None:
        pictures = [one for one in attachments if one.picture is not None]
        index = next((place for place, one in enumerate(pictures) if one is wanted), None)
        if index is not None:
            self.show_originals(originals_of(pictures, are_sent=are_sent), index)

    def _attach_part(self, part: QImage, name: str) -> None:
        """Beside the whole picture, which the conversation has."""
        self._attach(lambda: part, name)

    def _use_drawn(self, original: Original, draw: Callable[[], QImage]) -> None:
        """Instead of what was attached, or beside what was sent."""
        old, replacing = original.attachment, self._core.picture_replacing
        current = self._core.session_manager.current
        seen = self.viewer.tools.seen() if self.viewer is not None else None
        draw_seen = partial(_drawn, seen) if seen is not None else None
        if old is None or original.is_sent or not replacing.in_question(current, old, partial(_drawn, draw), draw_seen):
            self._attach(draw, original.name)
        else:
            self._to_question()

    def _replace_kept(self, original: Original, draw: Callable[[], QImage]) -> None:
        if original.attachment is not None:
            self._core.picture_replacing.everywhere(original.attachment, partial(_drawn, draw))

    def _fill_details(self) -> None:
        assert self.viewer is not None
        menu, original, attachments = self.viewer.detail, self.viewer.original, self._attachments
        menu.clear()
        attached = original.attachment if original is not None else None
        if attached is None or (picture := attached.picture) is None:
            return
        menu.addAction(_("What the Model Sees"), lambda: self.show_seen(attached))
        there = [item.key for item in attachments.items if item.attachment and item.attachment.picture is picture]
        if there and attached.detail is not None:
            costs, loader = self._core.host.picture_costs.of(picture), self._core.attachment_loader
            add_details(menu, attached.detail, costs, lambda detail: loader.choose_detail(there[0], detail))

    def show_seen_of(self, entry: int, number: int) -> None:
        """What the model saw of the picture that is the one of that number in that entry; nothing for a document."""
        turn = self._core.session_manager.current.turn_of(entry)
        shown = [one for one in turn.attachments if one.thumbnail] if turn is not None else []
        if number < len(shown):
            self.show_seen(shown[number])

    def show_seen(self, attachment: Attachment) -> None:
        """The pixels that its encoder gets of a picture."""
        image, host = attachment.image, self._core.host
        if image is None:
            self._core.problem.emit(InputError(_("The model was given the text of this document, not a picture.")))
        elif not host.chosen or host.spec is None:
            self._core.problem.emit(ModelError(_("No model is open."), _("Choose one at the top of the window.")))
        else:
            job = SeenJob(image, attachment.name or _("Picture"), model_caption(host.spec))
            job.event_arrived.connect(self._show_seen)
            job.done.connect(self._on_seen)
            host.submit(job)

    def _show_seen(self, originals: list[Original]) -> None:
        self.show_originals(originals, 0)

    def _on_seen(self, error: Exception | None) -> None:
        if isinstance(error, FanlightError):
            self._core.problem.emit(error)
        self._core.session_manager.current.prefetch()  # it has made way

    @property
    def _attachments(self) -> Attachments:
        return self._core.session_manager.current.attachments

    def _attach(self, draw: Callable[[], QImage], name: str) -> None:
        self._core.attachment_loader.load(partial(_drawn, draw), name)
        self._to_question()

    def _to_question(self) -> None:
        self._window.raise_()
        self._window.activateWindow()
        self._composer.input.setFocus()


def _drawn(draw: Callable[[], QImage], name: str, longest_side: int) -> Picture:
    """Slow, any thread. Raises PictureError."""
    from fanlight.desktop.mime import from_qimage

    return from_qimage(draw(), name, longest_side)
