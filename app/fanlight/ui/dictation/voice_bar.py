"""The composer's voice controls: dictation, hands-free talking and spoken answers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from fanlight.i18n import _
from fanlight.ui import icons
from fanlight.ui.controls import set_icon, tool
from fanlight.ui.dictation.status import DictationStatus
from fanlight.ui.plain_text import plain_caption, plain_tip
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.shortcuts import shown_keys

SPACING = 4
"""As between the rows of the composer."""
STATUS_WIDTH = 150
"""What the microphone's state needs at least. At a text size of 100 percent."""
BESIDE_ICON = 4
"""Between an icon and a word, in the size hint of a QToolButton. At every text size."""
_STYLE = Qt.ToolButtonStyle


class VoiceBar(QWidget):
    """Each button has its word beside the icon where there is room. `hands_free_status` is a line of its own, which
    the composer places."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.talk_status, self.hands_free_status = DictationStatus(), DictationStatus("hands_free")
        self.stop_speaking_button = _worded(
            "speaker-stop", _("Stop speaking"), _("Stop reading the answer aloud (Esc)"), "speaking"
        )
        self.stop_speaking_button.hide()
        self.spoken_button = _worded(
            "speaker", _("Read aloud"), _("Read every answer aloud ({keys})").format(keys=shown_keys("toggle"))
        )
        self.spoken_button.setAccessibleName(_("Read answers aloud"))
        self.spoken_button.setCheckable(True)
        self.hands_free_button = _worded("hands-free", _("Hands-free"), "", "hands-free")
        self.hands_free_button.setCheckable(True)
        self.talk_button = _worded("microphone", _("Speak"), _("Hold this button, or F9, and speak"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        row.addWidget(self.talk_status, 100)
        row.addStretch(1)
        for button in self._buttons:
            row.addWidget(button)
        for shown in (self.talk_status, self.stop_speaking_button):
            shown.installEventFilter(self)
        self.show_hands_free(on=False)

    @property
    def _buttons(self) -> tuple[QToolButton, ...]:
        """The last keeps its word longest."""
        return self.spoken_button, self.hands_free_button, self.talk_button, self.stop_speaking_button

    def show_hands_free(self, *, on: bool) -> None:
        button, keys = self.hands_free_button, shown_keys("hands_free")
        button.setChecked(on)
        button.setToolTip(
            plain_tip(
                _("End hands-free talking ({keys}, or Esc when nothing was said)").format(keys=keys)
                if on
                else _("Talk hands-free: speak, pause, and hear the answer ({keys})").format(keys=keys)
            )
        )
        button.setAccessibleDescription(_("On") if on else _("Off"))

    def minimumSizeHint(self) -> QSize:
        """Without the words."""
        hint = super().minimumSizeHint()
        words = sum(
            self._word_width(one) for one in self._shown if one.toolButtonStyle() == _STYLE.ToolButtonTextBesideIcon
        )
        return QSize(max(0, hint.width() - words), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_words()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # the microphone's state has other words
            self.fit_words()
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit_words()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self.fit_words()
        return super().eventFilter(watched, event)

    def fit_words(self) -> None:
        """The words that there is room for."""
        room = self.width() - SPACING * len(self._shown)
        if not self.talk_status.isHidden():
            room -= max(in_text_size(STATUS_WIDTH), self.talk_status.line_width)
        for button in self._shown:
            icon_only = button.sizeHint().width()
            if button.toolButtonStyle() == _STYLE.ToolButtonTextBesideIcon:
                icon_only -= self._word_width(button)
            room -= icon_only
        for button in reversed(self._shown):
            room -= self._word_width(button)
            _set_style(button, _STYLE.ToolButtonTextBesideIcon if room >= 0 else _STYLE.ToolButtonIconOnly)

    @property
    def _shown(self) -> list[QToolButton]:
        return [button for button in self._buttons if not button.isHidden()]

    def _word_width(self, button: QToolButton) -> int:
        """What the word adds to the size hint, exactly: a word that made its own room too narrow would come and go
        without end."""
        metrics = button.fontMetrics()
        letters = metrics.size(Qt.TextFlag.TextShowMnemonic, button.text()).width()
        return letters + 2 * metrics.horizontalAdvance(" ") + BESIDE_ICON + in_text_size(icons.GAP)


def _worded(icon: str, name: str, tip: str, kind: str = "") -> QToolButton:
    button = tool(icon, name, tip, kind)
    button.setText(plain_caption(name))
    return button


def _set_style(button: QToolButton, style: Qt.ToolButtonStyle) -> None:
    if button.toolButtonStyle() != style:
        button.setToolButtonStyle(style)
        set_icon(button, str(button.property("iconName")))  # the gap between it and a word is part of it
