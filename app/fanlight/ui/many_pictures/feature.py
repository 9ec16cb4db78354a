"""Many pictures: the run, which goes on when its window is closed, and the window."""

from __future__ import annotations

from PySide6.QtCore import QObject

from fanlight.core.app import Application
from fanlight.core.many_pictures.picture_run import PictureRun
from fanlight.core.panel.answer_language import language_of_answers
from fanlight.core.remote_commands import ActivationRequest
from fanlight.core.structured.schema_shelf import SchemaShelf
from fanlight.ui.appearance import Appearance
from fanlight.ui.many_pictures.window import ManyPicturesWindow
from fanlight.ui.widgets.front import bring_to_front


class ManyPicturesFeature(QObject):
    def __init__(
        self, run: PictureRun, core: Application, appearance: Appearance, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)

        def language() -> str:
            return "English" if core.host.english_only else language_of_answers(core.settings_store)

        self.window = ManyPicturesWindow(
            run, SchemaShelf(core.home), core.file_worker, appearance, core.window_state, language
        )
        self.window.end_with(self)

    def open(self) -> None:
        bring_to_front(self.window, ActivationRequest())

    def close(self) -> None:
        self.window.close()

    def discard(self) -> None:
        """Delete this one; another one replaces it for the same run, which goes on."""
        self.window.discard()
        self.deleteLater()
