"""How a quick panel grows with its answer."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.panel.panel import QuickPanel
from support.panels import Enter, shapes
from support.timers import settled

pytestmark = pytest.mark.gui


class Eye(QObject):
    """What is seen of the answers whenever a part of them is painted: their height, and how much is out of sight."""

    def __init__(self, panel: QuickPanel) -> None:
        super().__init__()
        self.seen: list[tuple[int, int]] = []
        self._answers = panel.transcript
        application = QApplication.instance()
        assert application
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget) and self._answers.isAncestorOf(watched):
            self.seen.append((self._answers.height(), self._answers.verticalScrollBar().maximum()))
        return super().eventFilter(watched, event)


def idle(panel: QuickPanel) -> bool:
    return panel.conversation.condition == "idle" and bool(panel.conversation.turns)


def test_it_stands_beside_the_rectangle_and_grows_downwards(qtbot: Any, enter_panels: Enter) -> None:
    rect = QRect(40, 40, 200, 150)
    words = "\n\n".join(f"Paragraph {i} of an answer." for i in range(40))
    panel = enter_panels(ScriptedEngine([words])).panel(shapes(200, 150), rect, "explain")
    before = panel.geometry()
    assert not before.intersects(rect)
    qtbot.waitUntil(lambda: idle(panel))
    after = panel.geometry()
    assert after.topLeft() == before.topLeft()
    assert after.height() > before.height() + 100
    assert panel.screen().availableGeometry().contains(after)


def test_no_words_make_it_wider(qtbot: Any, enter_panels: Enter) -> None:
    panel = enter_panels(ScriptedEngine(["x"])).panel(action="explain")
    qtbot.waitUntil(lambda: idle(panel))
    qtbot.waitUntil(lambda: settled(panel))
    before = panel.size()
    panel.head.show_status("800 × 600", "Many words that need more room. " * 6, 0.5)
    panel._fit_soon.request()
    qtbot.waitUntil(lambda: panel.height() > before.height())  # they are all there, below each other
    assert panel.width() == before.width()
    panel.session.press("p")
    qtbot.waitUntil(lambda: "Pinned" in panel.head.status.text() and panel.height() < before.height() + 20)
    assert panel.width() == before.width()


def test_while_there_is_room_nothing_of_a_growing_answer_is_painted_out_of_sight(
    qtbot: Any, enter_panels: Enter
) -> None:
    engine = ScriptedEngine([f"word{i} " for i in range(40)], 0.03)
    panel = enter_panels(engine).panel(rect=QRect(10, 10, 200, 100), action="explain")
    eye = Eye(panel)
    qtbot.waitUntil(lambda: idle(panel), timeout=20_000)
    assert len({height for height, _ in eye.seen}) > 3, "it was seen growing"
    assert {hidden for _, hidden in eye.seen} == {0}
