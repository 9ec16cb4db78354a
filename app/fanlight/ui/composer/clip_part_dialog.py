"""Which part of a video the question is about: its begin and its end are typed, stepped, or dragged."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QWidget

from fanlight.core.chat.turns import Attachment
from fanlight.domain.clips import WHOLE_CLIP, Clip, ClipPart, clip_time, parse_time
from fanlight.i18n import _, pgettext
from fanlight.ui.composer.clip_timeline import ClipTimeline
from fanlight.ui.controls import label, push
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.entry_dialog import EntryDialog

_PRECISE_SECONDS = 120.0
"""A video up to this long has times with tenths of seconds."""
_LETTERS = frozenset("0123456789:.,")
_BOX_WIDTH = 110


class TimeBox(QDoubleSpinBox):
    """A time on a file's time line, as "1:20", "1:02:03", or "0:12.5" (or "0:12,5"); the keys step by a second, or by
    ten."""

    def __init__(self, name: str, seconds: float, longest: float, *, precise: bool) -> None:
        super().__init__()
        self._precise = precise
        self.mistyped = ""
        """What was typed last, where that is no time: the box shows what it had before."""
        self.setAccessibleName(name)
        self.setDecimals(3)
        self.setRange(0.0, longest)
        self.setSingleStep(1.0)
        self.setMinimumWidth(in_text_size(_BOX_WIDTH))
        self.setValue(seconds)
        self._kept = seconds
        self.lineEdit().textEdited.connect(self._forget_mistyped)
        self.valueChanged.connect(self._on_value)

    def fixup(self, text: str) -> str:
        self.mistyped, self._kept = text.strip(), self.value()
        return text

    def _on_value(self, seconds: float) -> None:
        """Qt tells of the same one, too, where what was typed could not be taken."""
        if seconds != self._kept:
            self.mistyped = ""

    def _forget_mistyped(self) -> None:
        self.mistyped = ""

    def textFromValue(self, seconds: float) -> str:
        return clip_time(seconds, precise=self._precise)

    def valueFromText(self, text: str) -> float:
        try:
            return _seconds(text)
        except ValueError:
            return self.value()

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        try:
            _seconds(text)
            return QValidator.State.Acceptable, text, place
        except ValueError:
            typed = set(text.strip()) <= _LETTERS
            return (QValidator.State.Intermediate if typed else QValidator.State.Invalid), text, place


def _seconds(text: str) -> float:
    """Raises ValueError."""
    return parse_time(text.replace(",", "."))


class ClipPartDialog(EntryDialog):
    part_chosen = Signal(object)
    """A ClipPart."""

    def __init__(self, clip: Clip, frames: Sequence[Attachment], parent: QWidget | None = None) -> None:
        """`frames`: those that are attached of it now."""
        super().__init__(_("Part of {name}").format(name=clip.name), parent)
        self._clip, self._precise = clip, clip.seconds <= _PRECISE_SECONDS
        seen = [(one.moment.seconds, one.thumbnail) for one in frames if one.moment and one.thumbnail]
        self.timeline = ClipTimeline(clip, seen)
        self.begin = TimeBox(_("Beginning"), clip.start, clip.seconds, precise=self._precise)
        self.end = TimeBox(_("End"), clip.end, clip.seconds, precise=self._precise)
        self.length = label(kind="muted")
        self.whole_button, cancel = push(_("Whole Video")), push(_("Cancel"))
        self.use_button = push(_("Use This Part"), kind="primary")
        self.use_button.setDefault(True)
        told = label(_("The model is given pictures, and what is said, of this part alone."), "muted", wrap=True)
        self.lay_out_entry((self.timeline, self._times(), told, self.wrong), self.whole_button, cancel, self.use_button)
        for box in (self.begin, self.end):
            box.valueChanged.connect(self._show_part)
        self.timeline.part_dragged.connect(self._on_dragged)
        self.whole_button.clicked.connect(lambda: self._end_with(WHOLE_CLIP))
        self.use_button.clicked.connect(self._use)
        cancel.clicked.connect(self.reject)
        self._show_part()
        self.begin.setFocus()
        self.begin.selectAll()

    @property
    def part(self) -> ClipPart:
        """An end within the last second of the file, as it is shown, is the file's own."""
        step = 0.1 if self._precise else 1.0
        end = self.end.value()
        return self.begin.value(), 0.0 if end > self._clip.seconds - step else end

    def _times(self) -> QWidget:
        times = QWidget()
        row = QHBoxLayout(times)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        begin, end = pgettext("a part of a video", "From"), pgettext("a part of a video", "To")
        for name, box in ((begin, self.begin), (end, self.end)):
            row.addWidget(label(name))
            row.addWidget(box)
            row.addSpacing(8)
        row.addWidget(self.length, 1)
        return times

    def _show_part(self) -> None:
        self.wrong.hide()
        begin, end = self.begin.value(), self.end.value()
        self.timeline.show_part(begin, end)
        text = _("{length} of {whole}")
        shown = [clip_time(max(0.0, one), precise=self._precise) for one in (end - begin, self._clip.seconds)]
        self.length.setText(text.format(length=shown[0], whole=shown[1]))

    def _on_dragged(self, begin: float, end: float) -> None:
        self.begin.setValue(begin)
        self.end.setValue(end)

    def _use(self) -> None:
        for box in (self.begin, self.end):
            box.interpretText()
            if mistyped := box.mistyped:
                box.mistyped = ""
                box.setFocus()
                self.show_wrong(_("{text} is not a time such as 1:20 or 80").format(text=mistyped))
                return
        begin, end = self.part
        if (end and end <= begin) or begin >= self._clip.seconds:
            self.show_wrong(_("It ends before it begins."))
            return
        self._end_with((begin, end))

    def _end_with(self, part: ClipPart) -> None:
        self.part_chosen.emit(part)
        self.accept()
