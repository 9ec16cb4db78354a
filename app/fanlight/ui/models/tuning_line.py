"""The line in the Models window while a model is tuned, and what was found then."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from fanlight.core.model_tuning import ModelTuning, TuningState
from fanlight.domain.tuning import tuning_sentences
from fanlight.i18n import N_, _
from fanlight.ui.controls import label, push
from fanlight.ui.widgets.banner import announce

_STEPS = 1000
_STATES: dict[TuningState, str] = {
    "stopped": N_("{model} was not measured to the end: it is computed as before."),
    "interrupted": N_("{model} was not measured to the end, since the model was needed for a question."),
}


class TuningLine(QWidget):
    """Hidden where there is nothing to say."""

    def __init__(self, tuning: ModelTuning, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tuning = tuning
        self.text, self.bar, self.button = label("", wrap=True), QProgressBar(), push(_("Cancel"))
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.button.clicked.connect(self._press)
        words = QVBoxLayout()
        words.addWidget(self.text)
        words.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        tuning.changed.connect(self._show_state)
        self._show_state()

    def _press(self) -> None:
        if self._tuning.state == "running":
            self._tuning.stop()
        else:
            self._tuning.dismiss()

    def _show_state(self) -> None:
        tuning, running = self._tuning, self._tuning.state == "running"
        self.setVisible(tuning.state != "idle")
        self.bar.setVisible(running)
        self.bar.setValue(round(_STEPS * tuning.share))
        self.button.setText(_("Cancel") if running else _("Close"))
        text = self._words()
        if text != self.text.text():
            self.text.setText(text)
            if not running and text:
                announce(self, text)

    def _words(self) -> str:
        tuning = self._tuning
        name = tuning.spec.name if tuning.spec is not None else ""
        if tuning.state == "running":
            text = _("Measuring how {model} is computed the fastest here. It takes about a minute; questions end it.")
            return text.format(model=name)
        if tuning.state == "done" and tuning.result is not None:
            return " ".join([_("{model} is tuned.").format(model=name), *tuning_sentences(tuning.result)])
        return _(_STATES[tuning.state]).format(model=name) if tuning.state in _STATES else ""
