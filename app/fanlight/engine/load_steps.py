"""How far a load is, and stopping it."""

from __future__ import annotations

from collections.abc import Callable

from fanlight.domain.errors import ModelError
from fanlight.domain.models import ModelSpec
from fanlight.domain.path_kinds import look_at
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _


class LoadProgress:
    """Progress over both files by their sizes, and stopping between and inside them."""

    def __init__(self, spec: ModelSpec, progress: Callable[[float], None] | None, stop: StopFlag | None) -> None:
        self._progress = progress
        self._stop = stop
        sizes = [look_at(path).size for path in (spec.files.model, spec.files.projector) if path is not None]
        self._share = 0.95 * sizes[0] / max(1, sum(sizes))

    def model(self, done: float) -> bool:
        return self.report(done * self._share)

    def projector(self, done: float) -> bool:
        return self.report(self._share + done * (0.95 - self._share))

    def report(self, done: float) -> bool:
        if self._progress is not None:
            self._progress(done)
        return self._stop is None or not self._stop.is_set()

    def check(self) -> None:
        if self._stop is not None and self._stop.is_set():
            raise loading_stopped()


def loading_stopped() -> ModelError:
    return ModelError(_("Loading was stopped."), _("Choose the model again to load it."))
