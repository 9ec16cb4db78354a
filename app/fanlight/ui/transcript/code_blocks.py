"""The code blocks of a text: a head with buttons, and a bar below where lines are too wide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QTextBlock
from PySide6.QtWidgets import QTextBrowser, QWidget

from fanlight.i18n import _
from fanlight.ui.transcript.button import TranscriptButton
from fanlight.ui.transcript.code_scroll import CodeScrollBars
from fanlight.ui.transcript.looks import CODE_HEAD, KIND, MARKER, TextStyles, block_property

_EDGE = 6


@dataclass(slots=True)
class _CodeHead:
    copy: TranscriptButton
    wrap: TranscriptButton


class CodeBlocks(QObject):
    """`place` it whenever the text or its width has changed. `bars`: those that scroll sideways."""

    copied = Signal(str)
    wrap_chosen = Signal(bool)
    """Long lines are to be broken, in every code block."""

    def __init__(self, body: QTextBrowser, looks: TextStyles, reached: object) -> None:
        """`reached`: the signal that a control has the keyboard."""
        super().__init__(body)
        self._body, self._looks, self._reached = body, looks, reached
        self._starts: Sequence[int] = ()
        self._heads: list[_CodeHead] = []
        self.bars = CodeScrollBars(body, looks, reached)

    def place(self, starts: Sequence[int]) -> None:
        """`starts`: where the first line of each begins."""
        self._starts = starts
        while len(self._heads) > len(starts):
            head = self._heads.pop()
            for button in (head.copy, head.wrap):
                button.hide()
                button.deleteLater()
        while len(self._heads) < len(starts):
            self._heads.append(_CodeHead(self._copy_button(), self._wrap_button()))
        self.bars.place(starts)
        for number, (start, head) in enumerate(zip(starts, self._heads, strict=True)):
            self._place_head(head, self._block(start), self.bars.has_long_lines(number))

    def show_wrapped(self) -> None:
        """The looks have changed in whether lines are broken: follow them."""
        self.bars.rewrap()
        for head in self._heads:
            head.wrap.setChecked(self._looks.wrap_code)

    def buttons(self) -> list[TranscriptButton]:
        return [button for head in self._heads for button in (head.wrap, head.copy) if not button.isHidden()]

    def controls(self) -> list[QWidget]:
        """What the keyboard reaches."""
        return [*self.buttons(), *self.bars.bars()]

    def code(self, number: int) -> str:
        """The text of a code block."""
        block = self._block(self._starts[number])
        lines = [block.text()]
        while block_property(block := block.next(), KIND) == "code":
            lines.append(block.text())
        return "\n".join(lines)

    def code_at(self, point: QPoint) -> str | None:
        """The code block under `point` (in the text)."""
        block = self._body.cursorForPosition(point).block()
        if not block_property(block, KIND).startswith("code"):
            return None
        return self.code(max(i for i, start in enumerate(self._starts) if start <= block.position()))

    def _block(self, position: int) -> QTextBlock:
        return self._body.document().findBlock(position)

    def _place_head(self, head: _CodeHead, block: QTextBlock, has_long_lines: bool) -> None:
        place = self._body.document().documentLayout().blockBoundingRect(block)
        high = self._looks.px(CODE_HEAD)
        right = self._body.width() - _EDGE
        for button in (head.copy, head.wrap):
            size = button.size()
            button.move(right - size.width(), round(place.top()) - high + (high - size.height()) // 2)
            right -= size.width() + _EDGE
        language = block_property(block, MARKER)
        head.copy.setAccessibleName(
            _("Copy code: {language}").format(language=language) if language else _("Copy code")
        )
        head.wrap.setVisible(has_long_lines)

    def _copy_button(self) -> TranscriptButton:
        return self._button("code_copy", "copy", _("Copy"), _("Copy this code"), self._copy)

    def _wrap_button(self) -> TranscriptButton:
        made = self._button("code_wrap", "wrap", _("Wrap"), _("Wrap long lines"), self._choose_wrap)
        made.setCheckable(True)
        made.setChecked(self._looks.wrap_code)
        return made

    def _button(self, name: str, picture: str, text: str, hint: str, slot: Callable[[], object]) -> TranscriptButton:
        made = TranscriptButton(self._body.viewport(), name, picture, text, hint, slot, self._looks.px(15))
        made.draw(self._looks.theme.muted)
        made.reached.connect(self._reached)
        made.resize(made.sizeHint())
        made.show()
        return made

    def _copy(self) -> None:
        button = self.sender()
        number = next(i for i, head in enumerate(self._heads) if head.copy is button)
        self.copied.emit(self.code(number))
        self._heads[number].copy.confirm(self._looks.theme.accent)

    def _choose_wrap(self) -> None:
        self.wrap_chosen.emit(not self._looks.wrap_code)
