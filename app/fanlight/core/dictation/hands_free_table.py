"""Hands-free talking as one table: state x event -> (action, next state). No Qt.

The user speaks and pauses, the question is sent, its answer is spoken, and the microphone opens again:

    WAITING -> LISTENING -> (pause) PAUSED -> WAITING -> ANSWERING -> WAITING -> LISTENING -> ...
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class TurnState(Enum):
    OFF = auto()
    WAITING = auto()
    """The user's turn is next: the microphone opens when nothing is in the way."""
    LISTENING = auto()
    """The user's turn: the microphone is open, or opening."""
    PAUSED = auto()
    """A pause ended the turn; final words are on their way. Speech soon after it goes on with the same utterance."""
    TRANSCRIBING = auto()
    """The user ended the turn (key, Enter); final words are on their way."""
    ANSWERING = auto()
    """Fanlight's turn: it generates or speaks; the microphone is closed, so that it does not record the voice."""
    INTERRUPTIBLE = auto()
    """Fanlight's turn, with the microphone open for barge-in."""


class TurnEvent(Enum):
    BEGIN = auto()
    END = auto()
    CLAIM = auto()
    """Key or command: the user wants to speak now."""
    STOP_ANSWER = auto()
    """Esc during an answer."""
    DISCARD_WORDS = auto()
    """Esc during an utterance."""
    PAUSE = auto()
    """Endpointing: the user spoke, and paused."""
    SPEECH_RESUMED = auto()
    """The user went on speaking in time; the recording goes on."""
    BARGE_IN = auto()
    """The user speaks during an answer."""
    RELEASED = auto()
    """The recording was ended by key, Enter or its time limit."""
    UTTERANCE_OVER = auto()
    """Its words are where they belong, or it had none, or was discarded."""
    ANSWER = auto()
    """Fanlight generates or speaks, and must not be recorded."""
    ANSWER_WITH_BARGE_IN = auto()
    """Fanlight generates or speaks, and the settings let speech interrupt it."""
    ANSWER_OVER = auto()
    READY = auto()
    """Nothing is in the way of the microphone."""
    CONVERSATION_CHANGED = auto()
    SILENCE_TIMEOUT = auto()
    UTTERANCE_FAILED = auto()
    ANSWER_FAILED = auto()
    CLAIMED_ELSEWHERE = auto()
    WINDOW_HIDDEN = auto()


class TurnAction(Enum):
    NONE = auto()
    SWITCH_ON = auto()
    SWITCH_OFF = auto()
    OPEN_MICROPHONE = auto()
    OPEN_FOR_BARGE_IN = auto()
    """As a new utterance, without the chime, in Fanlight's turn."""
    TAKE_TURN = auto()
    """By key: the utterance under way becomes the user's turn; the answer is stopped."""
    FINISH_AND_SEND = auto()
    STOP_ANSWER = auto()
    DISCARD_UTTERANCE = auto()
    PASS_TURN = auto()
    PASS_TURN_AND_CLOSE = auto()
    SETTLE = auto()
    """Wait until the loudspeaker is silent."""
    GO_ON_LISTENING = auto()
    """The open microphone is the user's now: chime."""
    LEAVE_CONVERSATION = auto()
    """Words stay in the conversation in which they were spoken."""


@dataclass(frozen=True, slots=True)
class Transition:
    """`state` None: it does not change."""

    action: TurnAction = TurnAction.NONE
    state: TurnState | None = None
    possible: bool = True
    """False: `HandsFree` never sends this event in this state."""


_stay = Transition()
_never = Transition(possible=False)
_begin = Transition(TurnAction.SWITCH_ON, TurnState.LISTENING)
_end = Transition(TurnAction.SWITCH_OFF, TurnState.OFF)
_open = Transition(TurnAction.OPEN_MICROPHONE, TurnState.LISTENING)
_claim = Transition(TurnAction.TAKE_TURN, TurnState.LISTENING)
_stop = Transition(TurnAction.STOP_ANSWER)
_drop = Transition(TurnAction.DISCARD_UTTERANCE, TurnState.WAITING)
_pause = Transition(TurnAction.FINISH_AND_SEND, TurnState.PAUSED)
_resume = Transition(state=TurnState.LISTENING)
_barge = Transition(TurnAction.STOP_ANSWER, TurnState.LISTENING)
_words = Transition(state=TurnState.TRANSCRIBING)
_next = Transition(state=TurnState.WAITING)
_pass = Transition(TurnAction.PASS_TURN, TurnState.ANSWERING)
_close = Transition(TurnAction.PASS_TURN_AND_CLOSE, TurnState.ANSWERING)
_apart = Transition(TurnAction.PASS_TURN)  # the utterance goes on to its words
_keep = Transition(TurnAction.PASS_TURN, TurnState.INTERRUPTIBLE)
_also = Transition(TurnAction.OPEN_FOR_BARGE_IN, TurnState.INTERRUPTIBLE)
_settle = Transition(TurnAction.SETTLE, TurnState.WAITING)
_later = Transition(TurnAction.SETTLE)
_listen = Transition(TurnAction.GO_ON_LISTENING, TurnState.LISTENING)
_other = Transition(TurnAction.LEAVE_CONVERSATION)
_leave = Transition(TurnAction.LEAVE_CONVERSATION, TurnState.TRANSCRIBING)
_aside = Transition(TurnAction.LEAVE_CONVERSATION, TurnState.WAITING)

E_, S_ = TurnEvent, TurnState
_COLUMNS = (S_.OFF, S_.WAITING, S_.LISTENING, S_.PAUSED, S_.TRANSCRIBING, S_.ANSWERING, S_.INTERRUPTIBLE)
_ROWS: dict[TurnEvent, tuple[Transition, ...]] = {
    #                          OFF     WAITING  LISTENING PAUSED  TRANSCRIBING ANSWERING INTERRUPTIBLE
    E_.BEGIN:                 (_begin, _stay,   _stay,    _stay,   _stay,      _stay,    _stay),
    E_.END:                   (_stay,  _end,    _end,     _end,    _end,       _end,     _end),
    E_.CLAIM:                 (_stay,  _claim,  _claim,   _claim,  _claim,     _claim,   _claim),
    E_.STOP_ANSWER:           (_stay,  _stop,   _stop,    _stop,   _stop,      _stop,    _stop),
    E_.DISCARD_WORDS:         (_stay,  _never,  _drop,    _drop,   _drop,      _never,   _drop),
    E_.PAUSE:                 (_stay,  _never,  _pause,   _never,  _never,     _never,   _never),
    E_.SPEECH_RESUMED:        (_stay,  _never,  _never,   _resume, _never,     _never,   _never),
    E_.BARGE_IN:              (_stay,  _never,  _never,   _never,  _never,     _never,   _barge),
    E_.RELEASED:              (_stay,  _never,  _words,   _never,  _never,     _never,   _words),
    E_.UTTERANCE_OVER:        (_stay,  _never,  _next,    _next,   _next,      _never,   _next),
    E_.ANSWER:                (_stay,  _pass,   _close,   _apart,  _apart,     _stay,    _close),
    E_.ANSWER_WITH_BARGE_IN:  (_stay,  _also,   _keep,    _apart,  _apart,     _also,    _stay),
    E_.ANSWER_OVER:           (_stay,  _stay,   _stay,    _later,  _later,     _settle,  _listen),
    E_.READY:                 (_stay,  _open,   _never,   _never,  _never,     _never,   _never),
    E_.CONVERSATION_CHANGED:  (_stay,  _other,  _leave,   _other,  _other,     _aside,   _leave),
    E_.SILENCE_TIMEOUT:       (_stay,  _never,  _end,     _never,  _never,     _never,   _never),
    E_.UTTERANCE_FAILED:      (_stay,  _end,    _end,     _end,    _end,       _end,     _end),
    E_.ANSWER_FAILED:         (_stay,  _end,    _end,     _end,    _end,       _end,     _end),
    E_.CLAIMED_ELSEWHERE:     (_stay,  _end,    _end,     _end,    _end,       _end,     _end),
    E_.WINDOW_HIDDEN:         (_stay,  _end,    _end,     _end,    _end,       _end,     _end),
}  # fmt: skip

TABLE: dict[tuple[TurnState, TurnEvent], Transition] = {
    (state, event): transition for event, row in _ROWS.items() for state, transition in zip(_COLUMNS, row, strict=True)
}
