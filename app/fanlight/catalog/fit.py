"""Whether a model fits into the memory, in numbers and as a sentence, and what kinds of input it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fanlight.domain.amounts import size as size  # also `fit.size`
from fanlight.domain.clips import UNKNOWN_COST, FrameCost
from fanlight.domain.errors import ModelError
from fanlight.domain.models import ModelFiles, ModelSpec
from fanlight.gguf import frame_tokens, memory
from fanlight.gguf.check import Checked, check
from fanlight.gguf.hearing import longest_heard_by
from fanlight.i18n import _

TIGHT = 0.9


@dataclass(frozen=True, slots=True)
class FitReport:
    """`needs_bytes` of memory against `free_bytes`."""

    needs_bytes: int
    free_bytes: int

    @property
    def fits(self) -> bool:
        return self.needs_bytes <= self.free_bytes

    @property
    def words(self) -> str:
        """For display: "needs 1.2 GB, 3.4 GB free: fits"."""
        if not self.fits:
            text = _("does not fit: needs {needed}, {free} free")
        elif self.needs_bytes > TIGHT * self.free_bytes:
            text = _("needs {needed}, {free} free: fits, with little to spare")
        else:
            text = _("needs {needed}, {free} free: fits")
        return text.format(needed=size(self.needs_bytes), free=size(self.free_bytes))


def judge(checked: Checked, free_bytes: int, context_tokens: int = 0) -> FitReport:
    return FitReport(memory.plan(checked, context_tokens).total, free_bytes)


def models_fit_together(specs: Sequence[ModelSpec], context_tokens: int) -> bool:
    """Whether these models can be in this computer's memory at once. Reads headers."""
    import psutil

    try:
        here = [spec for spec in specs if isinstance(spec.source, ModelFiles)]
        needed = [memory.plan(check(spec), context_tokens).total for spec in here]
    except ModelError:  # said when it is loaded
        return False
    return memory.fit_together(needed, int(psutil.virtual_memory().total))


def planned_context_tokens(spec: ModelSpec, chosen: int) -> int:
    """What a model that is not loaded yet will have room for, where the settings say `chosen` (0: automatic); 0 where
    that is not known. Reads headers."""
    if not isinstance(spec.source, ModelFiles):
        return chosen
    try:
        return memory.plan(check(spec), chosen).context_tokens
    except ModelError:  # said when it is loaded
        return 0


def planned_frame_cost(spec: ModelSpec) -> FrameCost:
    """What frames of clips will take of a model that is not loaded yet, where that is known. Reads headers."""
    if not isinstance(spec.source, ModelFiles):
        return UNKNOWN_COST
    try:
        projector = check(spec).projector
        return frame_tokens.planned_frame_cost(projector) if projector is not None else UNKNOWN_COST
    except ModelError:  # said when it is loaded
        return UNKNOWN_COST


def abilities(spec: ModelSpec) -> str:
    """What can be given to the model, for display. Reads the header of its projector."""
    if not spec.supports_images:
        return _("text")
    return _("text, pictures, sound") if longest_heard_by(spec) else _("text, pictures")
