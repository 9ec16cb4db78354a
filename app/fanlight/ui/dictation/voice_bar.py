"""The composer's voice controls: dictation, hands-free talking and spoken answers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fanlight.i18n import _
from fanlight.ui.controls import set_icon, tool
from fanlight.ui.dictation.status import DictationStatus

SPACING = 4
"""As between the rows of the composer."""
ROOM_FOR_BUTTONS = 340
"""Pixels of the composer for everything that is only an icon."""


class VoiceBar(QWidget):
    """`hands_free_status` is a line of its own, which the composer places."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.talk_status, self.hands_free_status = DictationStatus(), DictationStatus("hands_free")
        self.stop_speaking_button = tool(
            "speaker-stop", _("Stop speaking"), _("Stop reading the answer aloud (Esc)"), "speaking"
        )
        self.stop_speaking_button.setText(_("Stop speaking"))
        self.stop_speaking_button.hide()
        self.spoken_button = tool("speaker", _("Read answers aloud"), _("Read answers aloud (Ctrl+Shift+S)"))
        self.spoken_button.setCheckable(True)
        self.hands_free_button = tool("hands-free", _("Hands-free"), "", "hands-free")
        self.hands_free_button.setCheckable(True)
        self.hands_free_button.setText(_("Hands-free"))
        self.talk_button = tool("microphone", _("Speak"), _("Hold this button, or F9, and speak"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        row.addWidget(self.talk_status, 100)
        row.addStretch(1)
        for button in (self.stop_speaking_button, self.spoken_button, self.hands_free_button, self.talk_button):
            row.addWidget(button)
        self.show_hands_free(on=False)

    def show_hands_free(self, *, on: bool) -> None:
        button = self.hands_free_button
        button.setChecked(on)
        button.setToolTip(
            _("End hands-free talking (Ctrl+Shift+H, or Esc when nothing was said)")
            if on
            else _("Talk hands-free: speak, pause, and hear the answer (Ctrl+Shift+H)")
        )
        button.setAccessibleDescription(_("On") if on else _("Off"))

    def fit_labels(self, composer_width: int) -> None:
        """A narrow composer has no room for the words beside an icon."""
        styles, button = Qt.ToolButtonStyle, self.stop_speaking_button
        words = self.fontMetrics().horizontalAdvance(button.text())
        roomy = composer_width > words + ROOM_FOR_BUTTONS
        button.setToolButtonStyle(styles.ToolButtonTextBesideIcon if roomy else styles.ToolButtonIconOnly)
        set_icon(button, "speaker-stop")
