"""Dictation into other programs as one table: state x event -> (action, next state). No Qt.

IDLE -> SPEAKING -> INSERTING -> INSERTED -> IDLE
                              -> WAITING (the text could not be inserted) -> INSERTING -> ...
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class PillState(Enum):
    IDLE = auto()
    SPEAKING = auto()
    """An utterance is under way, up to its final words."""
    INSERTING = auto()
    INSERTED = auto()
    """For a moment: Esc takes it back."""
    WAITING = auto()
    """Final words that are in no program yet; the user says where they go."""


class PillEvent(Enum):
    BEGIN = auto()
    """An utterance."""
    FINAL = auto()
    """Its words."""
    EARLIER_FINAL = auto()
    """Words of an utterance before it."""
    NO_WORDS = auto()
    """It had none, or was discarded."""
    INSERTED = auto()
    """Perhaps later than it was waited for."""
    REFUSED = auto()
    """Another window has the keyboard, the program took nothing, or there is no way."""
    INSERT_HERE = auto()
    """The user has chosen the place."""
    ESCAPE = auto()
    SHOWN = auto()
    """The user has seen that it is inserted."""
    CLOSE = auto()


class PillAction(Enum):
    NONE = auto()
    INSERT = auto()
    """Where the utterance was begun."""
    INSERT_HERE = auto()
    """Where the keyboard is now."""
    QUEUE = auto()
    """Later: another text is being inserted, or the user speaks again, perhaps with the hotkey down, and all keys go to
    Fanlight then."""
    OFFER_UNDO = auto()
    UNDO = auto()
    GO_ON = auto()
    """With an earlier text that waits, or is to be inserted."""
    CANCEL_INSERTION = auto()
    """It becomes a text that waits."""
    DROP = auto()
    """Nothing is inserted any more; the list of recent dictations has the text."""


@dataclass(frozen=True, slots=True)
class PillStep:
    """`state` None: it does not change."""

    action: PillAction = PillAction.NONE
    state: PillState | None = None


A_, E_, S_ = PillAction, PillEvent, PillState
_stay = PillStep()
_begin = PillStep(state=S_.SPEAKING)
_insert = PillStep(A_.INSERT, S_.INSERTING)
_queue = PillStep(A_.QUEUE)
_back = PillStep(A_.GO_ON, S_.IDLE)
_offer = PillStep(A_.OFFER_UNDO, S_.INSERTED)
_wait = PillStep(state=S_.WAITING)
_here = PillStep(A_.INSERT_HERE, S_.INSERTING)
_undo = PillStep(A_.UNDO, S_.IDLE)
_stop = PillStep(A_.CANCEL_INSERTION, S_.WAITING)
_drop = PillStep(A_.DROP, S_.IDLE)

_COLUMNS = (S_.IDLE, S_.SPEAKING, S_.INSERTING, S_.INSERTED, S_.WAITING)
_ROWS: dict[PillEvent, tuple[PillStep, ...]] = {
    #                   IDLE     SPEAKING  INSERTING  INSERTED  WAITING
    E_.BEGIN:          (_begin,  _stay,    _begin,    _begin,   _begin),
    E_.FINAL:          (_insert, _insert,  _queue,    _insert,  _insert),
    E_.EARLIER_FINAL:  (_insert, _queue,   _queue,    _insert,  _insert),
    E_.NO_WORDS:       (_stay,   _back,    _stay,     _stay,    _stay),
    E_.INSERTED:       (_stay,   _stay,    _offer,    _stay,    _offer),
    E_.REFUSED:        (_stay,   _stay,    _wait,     _stay,    _stay),
    E_.INSERT_HERE:    (_stay,   _stay,    _stay,     _stay,    _here),
    E_.ESCAPE:         (_stay,   _stay,    _stop,     _undo,    _drop),
    E_.SHOWN:          (_stay,   _stay,    _stay,     _back,    _stay),
    E_.CLOSE:          (_stay,   _drop,    _drop,     _drop,    _drop),
}  # fmt: skip

PILL_TABLE: dict[tuple[PillState, PillEvent], PillStep] = {
    (state, event): step for event, row in _ROWS.items() for state, step in zip(_COLUMNS, row, strict=True)
}
