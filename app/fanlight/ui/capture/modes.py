"""What can be done on the frozen screens instead of choosing a part of them: one mode at a time, by its key."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from fanlight.core.capture.screen_translation import ScreenTranslation
from fanlight.core.ocr.ocr_worker import PartReaderPort
from fanlight.desktop.hotkeys.latin_keys import latin_key
from fanlight.ui.capture.frozen_texts import FrozenTexts
from fanlight.ui.capture.overlay_window import OverlayWindow
from fanlight.ui.capture.text_mode import TextMode
from fanlight.ui.capture.translation_mode import TranslationMode

MakeTranslation = Callable[[], ScreenTranslation]


class OverlayModes(QObject):
    """`keys` are theirs, empty where there is no text reader."""

    changed = Signal()
    """Paint again."""
    text_wanted = Signal(str)
    item_wanted = Signal(object)

    def __init__(
        self, texts: PartReaderPort | None, make_translation: MakeTranslation | None, parent: QObject | None = None
    ) -> None:
        """Without `make_translation` nothing is translated."""
        super().__init__(parent)
        self._texts = FrozenTexts(texts, self) if texts is not None else None
        self._modes: list[TextMode | TranslationMode] = []
        self._windows: list[OverlayWindow] = []
        if self._texts is None:
            return
        text = TextMode(self._texts, self)
        text.item_wanted.connect(self.item_wanted)
        self._modes.append(text)
        if make_translation is not None:
            self._modes.append(TranslationMode(self._texts, make_translation(), self))
        for mode in self._modes:
            mode.changed.connect(self.changed)
            mode.text_wanted.connect(self.text_wanted)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(mode.key for mode in self._modes)

    def start(self, key: str, windows: Sequence[OverlayWindow], active: OverlayWindow) -> None:
        """The mode of that key, if there is one, in the place of the one that is on."""
        mode = next((one for one in self._modes if one.key == key), None)
        if mode is None:
            return
        self._leave()
        self._windows = list(windows)
        mode.start(windows, active)
        self.changed.emit()

    def stop(self) -> None:
        self._leave()
        if self._texts is not None:
            self._texts.stop()

    def on_key(self, window: OverlayWindow, windows: Sequence[OverlayWindow], event: QKeyEvent) -> bool:
        """False: it is no key of a mode."""
        mode = self._mode
        if mode is not None and mode.on_key(window, event):
            self.changed.emit()
            return True
        wanted = next((one for one in self._modes if one.key.lower() == latin_key(event)), None)
        if wanted is None or event.isAutoRepeat() or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if wanted is mode:
            self.stop()
            self.changed.emit()
        else:
            self.start(wanted.key, windows, window)
        return True

    def on_key_up(self, event: QKeyEvent) -> None:
        if self._mode is not None:
            self._mode.on_key_up(event)

    @property
    def _mode(self) -> TextMode | TranslationMode | None:
        return next((mode for mode in self._modes if mode.is_on), None)

    def _leave(self) -> None:
        for mode in self._modes:
            mode.stop()
        for window in self._windows:
            window.mode = None
            window.setCursor(Qt.CursorShape.CrossCursor)
        self._windows.clear()
