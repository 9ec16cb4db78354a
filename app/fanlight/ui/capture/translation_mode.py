"""Translation mode of the overlay: each block of text on the frozen screens is covered by its translation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from fanlight.core.capture.screen_text import ScreenText
from fanlight.core.capture.screen_translation import ScreenTranslation
from fanlight.desktop.capture.geometry import Box
from fanlight.desktop.hotkeys.latin_keys import latin_key
from fanlight.domain.text_blocks import TextBlock
from fanlight.i18n import N_, _
from fanlight.ui.capture.frozen_texts import FrozenTexts
from fanlight.ui.capture.overlay_painter import Key, OverlayScene
from fanlight.ui.capture.overlay_window import ARROWS, TRANSLATE_KEY, OverlayWindow
from fanlight.ui.widgets.cover_set import CoverSet, around

_BOTH_KEY = "B"
_HINT = (
    (N_("Space"), N_("hold for the original")),
    (N_("Click"), N_("translate this first")),
    (N_("Enter"), N_("copy the translation")),
    (_BOTH_KEY, N_("copy both")),
    (TRANSLATE_KEY, N_("a part instead")),
    (N_("Esc"), N_("cancel")),
)

_UNUSED = frozenset((Qt.Key.Key_Tab, Qt.Key.Key_Backtab, *ARROWS))
"""They select parts of the screen elsewhere."""


class TranslatedScreen:
    """One frozen screen in this mode. Only blocks with a translation are covered."""

    def __init__(
        self,
        window: OverlayWindow,
        text: ScreenText,
        translation: ScreenTranslation,
        hint: Callable[[TranslatedScreen], tuple[Key, ...]],
    ) -> None:
        assert window.frame is not None
        assert window.choice is not None
        self._whole: Box = window.choice.screen.device
        self._near = window.choice.pointer or (self._whole.width // 2, self._whole.height // 2)
        self.text, self._translation, self._hint = text, translation, hint
        self.blocks: list[TextBlock] | None = None
        self.shows_original = False
        self._covers = CoverSet(window.frame.image, [target.box for target in window.choice.targets])

    def begin(self) -> None:
        """All of its text is read: translate it, what is near the pointer first."""
        self.blocks = self.text.blocks_from(*self._near)
        self._translation.add(self.blocks)

    @property
    def translated(self) -> list[TextBlock]:
        return [block for block in self.blocks or () if self._translation.text_of(block)]

    @property
    def cursor(self) -> Qt.CursorShape:
        return Qt.CursorShape.ArrowCursor

    def scene(self, *, active: bool) -> OverlayScene:
        current = self._translation.current
        marked = (around(current),) if current is not None and current in (self.blocks or ()) else ()
        covers = () if self.shows_original else self._covers.covers(self.blocks or (), self._translation.text_of)
        return OverlayScene(self._whole, hint=self._hint(self) if active else (), marked=marked, covers=covers)

    def press(self, x: int, y: int, _modifiers: Qt.KeyboardModifier) -> None:
        block = next((block for block in self.blocks or () if around(block).holds(x, y)), None)
        if block is not None:
            self._translation.take_first(block)

    def double_click(self, _x: int, _y: int) -> None:
        """As one click."""

    def move(self, _x: int, _y: int) -> None:
        """Nothing follows the mouse."""

    def release(self) -> None:
        """Nothing was held."""


class TranslationMode(QObject):
    """`is_on` from `start` to `stop`."""

    changed = Signal()
    """Paint again."""
    text_wanted = Signal(str)
    """Copy this."""

    key = TRANSLATE_KEY

    def __init__(self, texts: FrozenTexts, translation: ScreenTranslation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts, self._translation = texts, translation
        translation.setParent(self)
        texts.changed.connect(self._on_read)
        translation.changed.connect(self.changed)
        self._screens: list[TranslatedScreen] = []

    @property
    def is_on(self) -> bool:
        return bool(self._screens)

    def start(self, windows: Sequence[OverlayWindow], active: OverlayWindow) -> None:
        for window, text in self._texts.read(windows, active).items():
            window.mode = screen = TranslatedScreen(window, text, self._translation, self._keys)
            self._screens.append(screen)
        self._on_read()

    def stop(self) -> None:
        self._screens.clear()
        self._translation.stop()

    def on_key(self, _window: OverlayWindow, event: QKeyEvent) -> bool:
        """False: it is not a key of this mode."""
        key, letter = event.key(), latin_key(event)
        if key == Qt.Key.Key_Space:
            self._show_original(True)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or letter == "c":
            self._copy("{translation}")
        elif letter == _BOTH_KEY.lower():
            self._copy("{original}\n{translation}")
        else:
            return key in _UNUSED or event.isAutoRepeat()
        return True

    def on_key_up(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._show_original(False)

    def _show_original(self, shown: bool) -> None:
        for screen in self._screens:
            screen.shows_original = shown
        self.changed.emit()

    def _copy(self, pattern: str) -> None:
        if text := self._translation.written(pattern):
            self.text_wanted.emit(text)

    def _on_read(self) -> None:
        for screen in self._screens:
            if screen.blocks is None and self._texts.is_read(screen.text):
                screen.begin()
        if self.is_on:
            self.changed.emit()

    def _keys(self, screen: TranslatedScreen) -> tuple[Key, ...]:
        return (*self._status(screen), *((_(key), _(action)) for key, action in _HINT))

    def _status(self, screen: TranslatedScreen) -> tuple[Key, ...]:
        translation = self._translation
        if translation.problem is not None:
            return (("!", translation.problem.text),)
        if translation.is_busy:
            text = _("Translating {number} of {count}").format(number=translation.finished + 1, count=translation.total)
            return (("…", text),)
        if said := self._texts.status_of(screen.text):
            return said
        return () if screen.translated else (("!", _("There is nothing to translate on this screen.")),)
