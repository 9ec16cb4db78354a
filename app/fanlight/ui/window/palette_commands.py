"""What can be done from the search palette, as buttons: those whose words are typed, or all while nothing is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from fanlight.domain.folding import fold
from fanlight.ui.controls import push
from fanlight.ui.plain_text import plain_caption, plain_tip

WhyNot = Callable[[], str | None]
"""Why it cannot be done now, for people; "" where it can, None where nobody would want it."""

_FEWEST = 3
"""Letters of a typed word, before it stands for the beginning of one in a command."""


class PaletteCommands(QWidget):
    """Hidden where none matches."""

    chosen = Signal()
    """One of them is about to be done."""

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[QPushButton] = []
        self._conditions: dict[QPushButton, WhyNot] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.hide()

    def offer(self, *commands: tuple[str, Callable[[], object]]) -> None:
        """What it is called, and what it does."""
        for words, do in commands:
            self._add(words, do)
        self.show_for("")

    def offer_while(self, words: str, do: Callable[[], object], why_not: WhyNot) -> None:
        """`why_not` is asked each time the commands are shown, and not before."""
        button = self._add(words, do)
        button.hide()
        self._conditions[button] = why_not

    def _add(self, words: str, do: Callable[[], object]) -> QPushButton:
        button = push(plain_caption(words))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("words", words)
        button.clicked.connect(self.chosen)
        button.clicked.connect(lambda _on: do())
        self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.buttons.append(button)
        return button

    def show_for(self, text: str) -> None:
        wanted = fold(text).split()
        for button in self.buttons:
            names = fold(button.property("words")).split()
            matches = all(any(name.startswith(word) for name in names) for word in wanted)
            matches = matches and (not wanted or max(map(len, wanted)) >= _FEWEST)
            button.setVisible(matches and self._is_wanted(button))
        self.setVisible(any(not button.isHidden() for button in self.buttons))

    def _is_wanted(self, button: QPushButton) -> bool:
        if (asked := self._conditions.get(button)) is None:
            return True
        why_not = asked()
        button.setEnabled(not why_not)
        button.setToolTip(plain_tip(why_not or ""))
        button.setAccessibleDescription(why_not or "")
        return why_not is not None
