"""What is shown of a dictation into another program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fanlight.core.dictation.program_dictation_table import PillState
from fanlight.core.dictation.status_text import DictationState
from fanlight.desktop.insertion import InsertionBackend, InsertionOutcome
from fanlight.domain.speech import LiveTranscript
from fanlight.i18n import _

PillKind = DictationState | Literal["inserting", "inserted", "waiting"]


@dataclass(frozen=True, slots=True)
class PillView:
    """`kind` "closed": nothing is shown. `words` are those being spoken, `text` one that waits: it can be inserted
    elsewhere, or copied."""

    kind: PillKind = "closed"
    status: str = ""
    words: LiveTranscript = LiveTranscript()  # noqa: RUF009 - frozen
    text: str = ""


def pill_view(
    state: PillState, text: str, outcome: InsertionOutcome, backend: InsertionBackend, *, can_undo: bool, slow: bool
) -> PillView:
    """Of what becomes of the final words."""
    match state:
        case PillState.INSERTING if slow:
            return PillView("inserting", _("Waiting until the program takes the text. Esc stops that."))
        case PillState.INSERTING:
            return PillView("inserting", _("One moment…"))
        case PillState.INSERTED:
            return PillView("inserted", _("Inserted. Esc takes it back.") if can_undo else _("Inserted."))
        case PillState.WAITING:
            return PillView("waiting", why_waiting(outcome, backend), text=text)
        case _:
            return PillView()


def why_waiting(outcome: InsertionOutcome, backend: InsertionBackend) -> str:
    match outcome:
        case InsertionOutcome.MOVED:
            return _("You have moved to another window. Click where the text belongs, then choose Paste Here.")
        case InsertionOutcome.NOT_TAKEN:
            return _("The program has taken no text. Click into a text field, then choose Paste Here.")
        case _:
            return " ".join((_("The text could not be inserted."), _(backend.needs)))
