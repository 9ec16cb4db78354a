"""`python first_model_child.py PICTURE`: Fanlight as it is, with the user's own catalog alone; somebody clicks to a
model, and to its answer about PICTURE. Says as JSON how many clicks that took, and the answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from fanlight import compose, paths
from fanlight.catalog.catalog_file import load_known_models
from fanlight.core.downloads.download import DownloadState
from fanlight.ui import application
from support.whole_window import WholeWindow
from support.window_hands import idle, texts


class Visited(WholeWindow):
    def start(self) -> None:
        super().start()
        self._clicks = 0
        self._visit = self._steps()
        self._look = QTimer(self, interval=50)
        self._look.timeout.connect(lambda: next(self._visit, None))
        self._look.start()

    def _click(self, button: QAbstractButton) -> None:
        self._clicks += 1
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def _steps(self) -> Iterator[None]:
        while self.host.condition != "ready" or not self.welcome.open_button.isVisible():
            yield
        self._click(self.welcome.open_button)
        panel = self.features.models.fetching
        while not panel.offer_rows:
            yield
        self._click(panel.offer_rows[0].button)
        row = panel.download_rows[0]
        while row.download.state is not DownloadState.DONE:
            if row.download.failure is not None:
                self._tell(row.download.failure.text)
            yield
        self._click(row.use_button)
        while self.host.spec is None or self.host.spec.practice or self.host.condition != "ready":
            yield
        self.core.attachment_loader.load_files([Path(sys.argv[1])])
        while not any(chip.ready for chip in self.composer.chips.chips):
            yield
        QTest.keyClick(self.composer.input, Qt.Key.Key_Return)
        while len(texts(self)) < 2 or not idle(self):
            yield
        self._tell(texts(self)[-1])

    def _tell(self, answer: str) -> None:
        self._look.stop()
        name = self.host.spec.name if self.host.spec is not None else ""
        print(json.dumps({"clicks": self._clicks, "model": name, "answer": answer}), flush=True)
        self.close_unasked()


if __name__ == "__main__":
    application.Wiring = Visited.wired  # type: ignore[assignment, attr-defined]
    compose.known_models = lambda: load_known_models(paths.home(), paths.home())
    sys.exit(application.run(compose.build, sys.argv[:1], paths.logs()))
