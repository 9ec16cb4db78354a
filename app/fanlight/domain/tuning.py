"""The ways in which one model can be computed, how fast each was measured to be, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.i18n import _, format_decimal, format_number, ngettext

TUNING_SECONDS = 60.0
WORTH = 0.03
"""Share of the time that another way must save: less is the noise of a computer at work."""
_TURN_READ, _TURN_WRITTEN = 400, 150
"""Tokens of a usual question, and of its answer."""
_SAID_CHANGE = 0.05


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a model is computed where that is not as usual. 0 threads, 0 `step_tokens` (evaluated at once): as usual.
    `processor_alone`: although there is a graphics card. `flash_attention` is for a card, where it is usual;
    `small_cache`: the KV cache there takes half of its memory, as q8_0."""

    reading_threads: int = 0
    writing_threads: int = 0
    step_tokens: int = 0
    processor_alone: bool = False
    flash_attention: bool = True
    small_cache: bool = False


USUAL = Tuning()


@dataclass(frozen=True, slots=True)
class MeasuredSpeed:
    """Tokens a second that a prompt is read with and an answer written; how long a picture takes, 0 where that is not
    known or no picture can be read."""

    reading: float
    writing: float
    picture_seconds: float = 0.0

    @property
    def turn_seconds(self) -> float:
        """Of a usual question about a picture, with its answer: what a way is judged by."""
        return _TURN_READ / self.reading + _TURN_WRITTEN / self.writing + self.picture_seconds

    def best(self, other: MeasuredSpeed) -> MeasuredSpeed:
        """Of the same, measured twice: other programs only ever slow it down."""
        return MeasuredSpeed(
            max(self.reading, other.reading),
            max(self.writing, other.writing),
            min(self.picture_seconds, other.picture_seconds),
        )


@dataclass(frozen=True, slots=True)
class MeasuredWays:
    """The best way that one placement of a model can be computed. `on_card`, and whether that has room for the `whole`
    model with its cache."""

    tuning: Tuning
    usual: MeasuredSpeed
    best: MeasuredSpeed
    device: str
    on_card: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class TuningProgress:
    """From 0 to 1."""

    share: float


@dataclass(frozen=True, slots=True)
class TuningResult:
    """`tuning` is the fastest way that was found, on `device`."""

    tuning: Tuning
    device: str
    usual: MeasuredSpeed
    tuned: MeasuredSpeed


def tuning_sentences(result: TuningResult) -> list[str]:
    """What was found, for a person."""
    usual, tuned = result.usual, result.tuned
    if result.tuning == USUAL:
        text = _("The usual way is the fastest on {device}: {reading} tokens a second are read, {writing} written.")
        return [text.format(device=result.device, reading=_rate(usual.reading), writing=_rate(usual.writing))]
    text = _(
        "On {device}, {reading} tokens a second are read instead of {usual_reading}, and {writing} written instead of "
        "{usual_writing}."
    )
    said = [
        text.format(
            device=result.device, reading=_rate(tuned.reading), usual_reading=_rate(usual.reading),
            writing=_rate(tuned.writing), usual_writing=_rate(usual.writing),
        )
    ]  # fmt: skip
    if abs(tuned.picture_seconds - usual.picture_seconds) > _SAID_CHANGE * usual.picture_seconds:
        text = _("A picture takes {seconds} s instead of {usual} s.")
        said.append(
            text.format(
                seconds=format_decimal(tuned.picture_seconds, 1), usual=format_decimal(usual.picture_seconds, 1)
            )
        )
    return said + ways_of(result.tuning)


def ways_of(tuning: Tuning) -> list[str]:
    """What is done otherwise than as usual, each in a sentence."""
    said = []
    if tuning.processor_alone:
        said.append(_("The processor computes alone: it is faster than the graphics card."))
    if count := tuning.reading_threads:
        text = ngettext("{count} thread reads.", "{count} threads read.", count)
        said.append(text.format(count=format_number(count)))
    if count := tuning.writing_threads:
        text = ngettext("{count} thread writes.", "{count} threads write.", count)
        said.append(text.format(count=format_number(count)))
    if tuning.step_tokens:
        text = _("{count} tokens are read at once.")
        said.append(text.format(count=format_number(tuning.step_tokens)))
    if not tuning.flash_attention:
        said.append(_("The graphics card computes without flash attention."))
    if tuning.small_cache:
        said.append(_("What was read takes half of the memory (KV cache as q8_0), so that more of the model fits."))
    return said


def _rate(tokens_per_second: float) -> str:
    return format_decimal(tokens_per_second, 1) if tokens_per_second < 20 else format_number(round(tokens_per_second))
