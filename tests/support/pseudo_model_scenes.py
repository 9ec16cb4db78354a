"""The windows and dialogs in which models are chosen, filled with what they may show; for `pseudo_scenes`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtWidgets import QWidget

from fanlight import compose, paths
from fanlight.catalog.catalog import Catalog
from fanlight.catalog.computer import Computer
from fanlight.catalog.other_programs import look_around
from fanlight.catalog.programs.places import Places
from fanlight.domain.downloads import DownloadFailed, DownloadProgress, FailureReason
from fanlight.domain.hub import HubAnswer
from fanlight.domain.tuning import MeasuredSpeed, Tuning, TuningResult
from fanlight.engine.scripted import ScriptedEngine
from fanlight.i18n import _
from fanlight.settings import Settings
from fanlight.ui.models.feature import ModelsFeature
from fanlight.ui.models.server_dialog import ServerDialog
from fanlight.ui.models.token_dialog import TokenDialog
from fanlight.ui.models.tuning_line import TuningLine
from support.fake_fetching import FakeProcess
from support.microphones import FakeSound
from support.models_screenshots import FOUND, draw_programs
from support.shots import pause, until
from support.whole_window import WholeWindow
from support.windows import parts

MEMORY = 16 * 10**9


def models_window(home: Path, settings: Settings) -> Iterator[QWidget]:
    """What other programs have, offers, a download under way, one that failed for want of a token."""
    with _models(home, settings) as (window, feature):
        for number in (0, 1):
            feature.fetching.offer_rows[0].button.click()
            if not number:
                gated = DownloadFailed(FailureReason.SIGN_IN, _("There is no room for the picture."))
                FakeProcess.made[-1].ended.emit(gated)
        FakeProcess.made[-1].event_arrived.emit(DownloadProgress("hub.example", "a.gguf", 5, 100, 12e6, 3000.0))
        feature.window.table.choose_line(3)
        pause(100)
        yield feature.window
        for download in window.core.downloads.all:
            window.core.downloads.cancel(download)


def tuned_models_window(home: Path, settings: Settings) -> Iterator[QWidget]:
    """What was measured of a model, in words."""
    with _models(home, settings) as (window, feature):
        tuning = window.core.tuning
        tuning.spec = window.core.model_list.own[0].spec
        tuning.result = TuningResult(Tuning(writing_threads=3), "X", MeasuredSpeed(100, 10), MeasuredSpeed(120, 20))
        tuning.state = "done"
        tuning.changed.emit()
        pause(50)
        assert feature.window.findChildren(TuningLine)[0].isVisible()
        yield feature.window
        tuning.dismiss()


def hub_hits(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _models(home, settings) as (window, feature):
        yield _on_hub(window, feature, FOUND[:1])


def hub_models(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _models(home, settings) as (window, feature):
        yield _on_hub(window, feature, FOUND)


def comparison_window(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _models(home, settings) as (_window, feature):
        feature.open_comparison()
        pause(50)
        assert feature.comparison_window is not None
        yield feature.comparison_window


def server_dialog(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _models(home, settings) as (_window, feature):
        dialog = ServerDialog(feature.window)
        dialog.show()
        dialog.add_button.click()
        pause(50)
        yield dialog
        dialog.done(0)


def token_dialog(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _models(home, settings) as (window, feature):
        why = _("There is no room for the picture.")
        dialog = TokenDialog(window.core.hub_token, "https://hub.example", why, feature.window)
        dialog.show()
        dialog.field.setText("two words")
        dialog.keep_button.click()
        pause(50)
        yield dialog
        dialog.done(0)


MODEL_SCENES = (
    models_window, tuned_models_window, hub_hits, hub_models, comparison_window, server_dialog, token_dialog,
)  # fmt: skip


def _on_hub(window: WholeWindow, feature: ModelsFeature, answers: tuple[HubAnswer, ...]) -> QWidget:
    feature.window.open_hub()
    for answer in answers:
        window.core.hub_search._on_answered(answer)
    pause(50)
    return feature.window


@contextmanager
def _models(home: Path, settings: Settings) -> Iterator[tuple[WholeWindow, ModelsFeature]]:
    user = home / "user"
    draw_programs(user)
    places = Places(user, {}, "linux", user / "root")

    def catalog() -> Catalog:
        return Catalog(paths.shipped_models(), home, look_around=lambda: look_around(places))

    deps = parts(
        home, ScriptedEngine(["An ", "answer."]), settings=settings, sound=FakeSound(),
        models=tuple(catalog().models()), catalog=catalog, known_models=compose.known_models,
        download_request=compose.download_request, computer=lambda: Computer(MEMORY),
    )  # fmt: skip
    window = WholeWindow(deps)
    window.show()
    until(lambda: window.host.condition == "ready")
    window.core.downloads._make_process = FakeProcess
    window.models_requested.emit()
    feature = window.features.models
    until(lambda: len(feature.window.table.lines) >= 4 and not window.core.model_list.is_looking)
    until(lambda: len(feature.fetching.offer_rows) > 1)
    try:
        yield window, feature
    finally:
        window.close_unasked()
