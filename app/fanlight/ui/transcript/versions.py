"""The arrows of a message that has others beside it, in other branches: ‹ 2 / 3 ›."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.i18n import _, format_number
from fanlight.ui.controls import label
from fanlight.ui.transcript.button import TranscriptButton
from fanlight.ui.transcript.looks import TextStyles


class ArrowSwitch(QWidget):
    """`chosen`: -1 for the one before, 1 for the next one."""

    chosen = Signal(int)
    reached = Signal(object)

    def __init__(self, looks: TextStyles, parent: QWidget, before: str, after: str) -> None:
        """`before` and `after` say what the arrows do."""
        super().__init__(parent)
        self._theme = looks.theme
        size = looks.px(16)
        self.arrows = (
            TranscriptButton(self, "arrow", "chevron-left", "", before, lambda: self.chosen.emit(-1), size),
            TranscriptButton(self, "arrow", "chevron-right", "", after, lambda: self.chosen.emit(1), size),
        )
        self.count = label("", "footer", parent=self)
        self.count.setObjectName("footer")
        self.row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for widget in (self.arrows[0], self.count, self.arrows[1]):
            row.addWidget(widget)
        for arrow in self.arrows:
            arrow.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            arrow.reached.connect(self.reached)

    def show_arrows(self, names: tuple[str, str], number: int, count: int, *, may_switch: bool = True) -> None:
        """`names` of both, with `{number}` and `{count}`."""
        for arrow, name, there in zip(self.arrows, names, (1, count), strict=True):
            arrow.setAccessibleName(name.format(number=format_number(number), count=format_number(count)))
            arrow.setEnabled(may_switch and number != there)
            arrow.draw(self._theme.muted if arrow.isEnabled() else self._theme.line)

    @property
    def focused_arrow(self) -> int:
        """-1 or 1; 0 where none has the keyboard."""
        return -1 if self.arrows[0].hasFocus() else int(self.arrows[1].hasFocus())

    def focus_arrow(self, by: int) -> None:
        """The other one where that one leads nowhere."""
        wanted, other = self.arrows[::-1] if by > 0 else self.arrows
        (wanted if wanted.isEnabled() else other).setFocus(Qt.FocusReason.TabFocusReason)


class VersionSwitch(ArrowSwitch):
    def __init__(self, looks: TextStyles, parent: QWidget) -> None:
        before, after = _("Show the version before this one"), _("Show the version after this one")
        super().__init__(looks, parent, before, after)

    def show_place(self, entry: TranscriptEntry, *, may_switch: bool) -> None:
        """`may_switch`: no answer is under way."""
        number, count = format_number(entry.version), format_number(entry.versions)
        self.count.setText(_("{number} / {count}").format(number=number, count=count))
        self.count.setAccessibleName(version_name(entry))
        names = (_("Previous version; this is {number} of {count}"), _("Next version; this is {number} of {count}"))
        self.show_arrows(names, entry.version, entry.versions, may_switch=may_switch)


def version_name(entry: TranscriptEntry) -> str:
    return _("Version {number} of {count}").format(
        number=format_number(entry.version), count=format_number(entry.versions)
    )
