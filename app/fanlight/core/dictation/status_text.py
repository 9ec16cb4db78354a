"""What is shown of an utterance while it lasts and after it: its state and, where something went wrong, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fanlight.domain.audio import RecordingEnded
from fanlight.i18n import _, format_decimal, format_percent, ngettext

if TYPE_CHECKING:
    from fanlight.core.dictation.utterance import Utterance

DictationState = Literal["closed", "opening", "listening", "finishing", "done", "nothing", "error"]
HandsFreePhase = Literal["listening", "hearing", "thinking", "speaking"]

MUTED_DBFS = -65.0
SHORT_SECONDS = 1.0


def status(state: DictationState, utterance: Utterance | None, locked: bool, model_ready: bool) -> str:
    loading = "" if model_ready else _("Loading the speech model.")
    match state:
        case "opening":
            return _("Opening the microphone…")
        case "listening":
            listening = _("Listening. Press again to stop.") if locked else _("Listening.")
            return _sentences(listening, _missing_device(utterance), loading)
        case "finishing":
            return _sentences(_("One moment…"), loading)
        case "done":
            return _("Done.")
        case _:
            return ""


def _missing_device(utterance: Utterance | None) -> str:
    if utterance is None or not utterance.missed:
        return ""
    return _("“{missing}” is not connected, so “{device}” is used.").format(
        missing=utterance.missed, device=utterance.device
    )


def hands_free(
    phase: HandsFreePhase, *, opening: bool, held: bool, model_ready: bool, barge_in: bool, note: str
) -> str:
    """`held`: the talk key is down. `note`: what came of the turn before."""
    loading = "" if model_ready else _("Loading the speech model.")
    interrupt = _("Speak to interrupt.") if barge_in else _("Press F9 or Esc to interrupt.")
    match phase:
        case "listening" if opening:
            return _("Hands-free: opening the microphone…")
        case "listening" if held:
            return _sentences(_("Hands-free: listening until you let go."), loading)
        case "listening":
            return _sentences(_("Hands-free: listening."), loading or note)
        case "hearing":
            return _sentences(_("Hands-free: one moment…"), loading)
        case "thinking":
            return _sentences(_("Hands-free: thinking."), interrupt)
        case "speaking":
            return _sentences(_("Hands-free: speaking."), interrupt)


def silence_timeout(timeout_seconds: float, loudest_dbfs: float) -> str:
    """Why hands-free closed the microphone by itself."""
    minutes = round(timeout_seconds / 60)
    if loudest_dbfs < MUTED_DBFS:
        return ngettext(
            "The microphone was silent for a minute. It may be muted.",
            "The microphone was silent for {count} minutes. It may be muted.",
            minutes,
        ).format(count=minutes)
    return ngettext(
        "Nobody said a word for a minute, so the microphone was closed.",
        "Nobody said a word for {count} minutes, so the microphone was closed.",
        minutes,
    ).format(count=minutes)


def why_nothing(utterance: Utterance, mode: str) -> str:
    ended = utterance.ended
    if utterance.released_early:
        return _(
            "The key was released before the microphone was ready, which took {seconds} s. "
            "Hold it until “Listening” appears."
        ).format(seconds=format_decimal(utterance.began_after, 1))
    if ended is not None and ended.loudest < MUTED_DBFS:
        return _("“{device}” is silent. It may be muted, or the system may not let Fanlight record.").format(
            device=utterance.device
        )
    if ended is not None and ended.seconds < SHORT_SECONDS:
        if mode == "either":
            return _("Nothing was heard. Hold the key while you speak, or tap it twice to keep listening.")
        return _("Nothing was heard. Hold the key while you speak.")
    return _("Nothing was heard.")


def recording_note(ended: RecordingEnded | None, *, hands_free: bool = False) -> str:
    """A warning about a recording, shown beside its words; mostly empty. Gaps are not reported `hands_free`, because
    the words are sent without being proofread."""
    match ended.why if ended is not None else "":
        case "lost":
            return _("The microphone was disconnected while you spoke. Your words up to then are kept.")
        case "stalled":
            return _("The microphone stopped sending sound while you spoke. Your words up to then are kept.")
        case "limit":
            return _("Recording stopped after half an hour. Your words are kept; press again to go on.")
    if ended is not None and ended.gaps > 0.05 and not hands_free:
        return _("The computer was too busy to record {share} of what you said. Check the words.").format(
            share=format_percent(ended.gaps)
        )
    return ""


def _sentences(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
