"""What is said of a hold while it lasts and after it: a sentence, and where something is odd a way on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fanlight.core.dictation.utterance import Utterance
from fanlight.domain.audio import RecordingEnded

if TYPE_CHECKING:
    from fanlight.core.dictation.push_to_talk import PushToTalk

State = Literal["closed", "opening", "listening", "finishing", "heard", "nothing", "error"]
Phase = Literal["listening", "hearing", "thinking", "speaking"]
"""Of hands-free talking."""

MUTED_DBFS = -65.0
SHORT_SECONDS = 1.0


def status(state: State, hold: Utterance | None, locked: bool, model_ready: bool) -> str:
    loading = "" if model_ready else " Loading the speech model."
    missed = f" “{hold.missed}” is not there: this is “{hold.device}”." if hold is not None and hold.missed else ""
    match state:
        case "opening":
            return "Opening the microphone…"
        case "listening":
            return f"{'Listening until you press again.' if locked else 'Listening.'}{missed}{loading}"
        case "finishing":
            return f"One moment…{loading}"
        case "heard":
            return "Heard."
        case _:
            return ""


def hands_free(phase: Phase, talk: PushToTalk, model_ready: bool, barge_in: bool, note: str) -> str:
    loading = "" if model_ready else " Loading the speech model."
    way = "Speak to interrupt." if barge_in else "F9 or Esc interrupts."
    match phase:
        case "listening" if talk.state == "opening" or not talk.recording:
            return "Hands-free: opening the microphone…"
        case "listening" if talk.key.down:
            return f"Hands-free: listening until you let go.{loading}"
        case "listening":
            return f"Hands-free: listening.{loading or (f' {note}' if note else '')}"
        case "hearing":
            return f"Hands-free: one moment…{loading}"
        case "thinking":
            return f"Hands-free: thinking. {way}"
        case "speaking":
            return f"Hands-free: speaking. {way}"


def gave_up(patience_seconds: float, loudest_dbfs: float) -> str:
    """Why the microphone was closed without the user."""
    minutes = round(patience_seconds / 60)
    time = "a minute" if minutes == 1 else f"{minutes} minutes"
    if loudest_dbfs < MUTED_DBFS:
        return f"The microphone was silent for {time}: it may be muted."
    return f"Nobody said a word for {time}, so the microphone was closed."


def why_nothing(hold: Utterance, mode: str) -> str:
    ended = hold.ended
    if hold.released_early:
        return f"Released before the microphone was ready, after {hold.began_after:.1f} s. Hold on until it listens."
    if ended is not None and ended.loudest < MUTED_DBFS:
        return f"“{hold.device}” is silent. It may be muted, or the system lets no program listen."
    if ended is not None and ended.seconds < SHORT_SECONDS:
        more = ", or tap twice to keep it listening" if mode == "either" else ""
        return f"Nothing heard. Hold it while you speak{more}."
    return "Nothing heard."


def note(ended: RecordingEnded | None, *, hands_free: bool = False) -> str:
    """What is to be known of a recording beside its words; nothing, mostly. Who is `hands_free` does not look through
    the words before they are sent."""
    match ended.why if ended is not None else "":
        case "lost":
            return "The microphone went away while you spoke. What was said until then is kept."
        case "stalled":
            return "The microphone stopped sending while you spoke. What was said until then is kept."
        case "limit":
            return "That was half an hour: what was said is kept. Press again to go on."
    if ended is not None and ended.gaps > 0.05 and not hands_free:
        return f"The computer was too busy to record {ended.gaps:.0%} of it: look through the words."
    return ""
