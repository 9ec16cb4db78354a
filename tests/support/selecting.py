"""Selected text that no program has selected: tests say what is read, and what becomes of a new version."""

from __future__ import annotations

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.selected_text.session import SelectionSession
from fanlight.desktop.selected_text import ReplaceOutcome, SelectedText
from fanlight.desktop.selected_text.backend import ReplaceEnded, SelectionRead
from fanlight.domain.desktop_errors import SelectionError
from support.inserting import window
from support.panels import PanelRoom

TEXT = "I has a dog and a cat."


def selected(text: str = TEXT, *, can_replace: bool = True) -> SelectedText:
    return SelectedText(text, window(1), can_replace)


class FakeSelection:
    """A `SelectionAccess`. What it is asked ends when the test says so."""

    def __init__(self) -> None:
        self.replaced: list[str] = []
        self.canceled = 0
        self.reads: list[SelectionRead] = []
        self._ended: ReplaceEnded | None = None

    def read(self, then: SelectionRead) -> None:
        self.reads.append(then)

    def find(self, found: SelectedText | SelectionError) -> None:
        """The text that was asked for last."""
        self.reads[-1](found)

    def replace(self, _selected: SelectedText, text: str, ended: ReplaceEnded) -> None:
        self.replaced.append(text)
        self._ended = ended

    def end(self, outcome: ReplaceOutcome) -> None:
        ended, self._ended = self._ended, None
        assert ended is not None
        ended(outcome)

    def cancel(self) -> None:
        self.canceled += 1
        self._ended = None

    def close(self) -> None:
        self.cancel()


def selection_session(room: PanelRoom, access: FakeSelection, found: SelectedText | None = None) -> SelectionSession:
    host: ModelHost = room.host
    return SelectionSession(found or selected(), access, host, room.settings_store, room.actions)
