"""`python -m support.models_screenshots`: the Models window for README, with drawn models of other programs.

Needs a screen (`xvfb-run -s "-screen 0 1400x1000x24"` is one). `--check FOLDER` takes it in light and dark, at 100 and
200 percent, for looking at.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from fanlight import compose, paths
from fanlight.catalog import fit
from fanlight.catalog.catalog import Catalog
from fanlight.catalog.fit import FitReport
from fanlight.catalog.other_programs import look_around
from fanlight.catalog.programs.places import Places
from fanlight.domain.downloads import DownloadProgress
from fanlight.domain.hub import HubAnswer, HubFile, HubHit, HubRepository
from fanlight.gguf.check import Checked
from support import shots
from support.fake_fetching import FakeProcess
from support.gguf_drafts import projector, text_model
from support.shots import pause, until
from support.whole_window import WholeWindow
from support.windows import parts

FOUND = (
    HubAnswer(
        (
            HubHit("Qwen/Qwen3-VL-4B-Instruct-GGUF", 184_203, 96, "2026-10-30"),
            HubHit("unsloth/Qwen3-VL-4B-Instruct-GGUF", 61_442, 41, "2026-11-12"),
            HubHit(
                "a-company-with-a-long-name/Qwen3-VL-4B-Instruct-Abliterated-Heretic-i1-GGUF",
                912,
                3,
                "2026-08-01",
                True,
            ),
        )
    ),
    HubAnswer(
        repository=HubRepository(
            "Qwen/Qwen3-VL-4B-Instruct-GGUF",
            "1cd86afb9a95c410a6038ab3b40d8b578c892266",
            "apache-2.0",
            files=(
                *(
                    HubFile(f"Qwen3VL-4B-Instruct-{name}.gguf", round(size), "0" * 64)
                    for name, size in (("Q4_K_M", 2.5e9), ("Q8_0", 4.28e9), ("F16", 8.05e9))
                ),
                HubFile("mmproj-Qwen3VL-4B-Instruct-F16.gguf", 836_000_000, "0" * 64),
            ),
        )
    ),
)
"""What the hub answers to words, and to the name of a repository."""
SIZES = {"Qwen3-VL-2B-Instruct-Q4_K_M": 1.11e9, "gemma-3-4b-it-Q4_K_M": 2.49e9}


def drawn(path: Path, size: float, name: str) -> Path:
    """A small model whose file has the size of a real one, without the bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text_model().set("general.name", name).write(path)
    os.truncate(path, int(size))
    return path


def draw_programs(user: Path) -> None:
    studio = user / ".lmstudio" / "models" / "lmstudio-community"
    for name, size in SIZES.items():
        drawn(studio / f"{name}-GGUF" / f"{name}.gguf", size, name)
        projector().write(studio / f"{name}-GGUF" / f"mmproj-{name}-f16.gguf")
    ollama = user / ".ollama" / "models"
    digest = hashlib.sha256(b"llama").hexdigest()
    blob = drawn(ollama / "blobs" / f"sha256-{digest}", 2.02e9, "Llama 3.2 3B Instruct")
    manifest = ollama / "manifests/registry.ollama.ai/library/llama3.2/3b"
    manifest.parent.mkdir(parents=True)
    layer = {
        "mediaType": "application/vnd.ollama.image.model",
        "digest": f"sha256:{digest}",
        "size": blob.stat().st_size,
    }
    manifest.write_text(json.dumps({"layers": [layer]}))


def judged_by_size(checked: Checked, free_bytes: int, context_tokens: int = 0) -> FitReport:
    """The drawn files have no weights for a plan to count."""
    return FitReport(round(1.25 * checked.model.file_bytes), free_bytes)


def take(
    target: Path, theme: str, text_size: int, width: int, height: int, *, downloading: bool = False, hub: int = 0
) -> None:
    home, user = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp())
    os.environ["FANLIGHT_HOME"] = str(home)
    draw_programs(user)
    places = Places(user, {}, "linux", user / "root")

    def catalog() -> Catalog:
        return Catalog(paths.shipped_models(), home, look_around=lambda: look_around(places))

    settings = replace(compose.settings(), theme=theme, text_size=text_size)
    practice = tuple(catalog().models())
    deps = parts(home, models=practice, catalog=catalog, known_models=compose.known_models)
    window = WholeWindow(replace(deps, settings=settings, download_request=compose.download_request))
    window.show()
    until(lambda: window.host.condition == "ready")
    window.models_requested.emit()
    view = window.features.models.window
    view.resize(width, height)
    until(lambda: len(view.table.lines) >= 6 and not view._models.is_looking)
    until(lambda: bool(window.features.models.fetching.offer_rows))
    if downloading:
        window.core.downloads._make_process = FakeProcess
        window.features.models.fetching.offer_rows[0].button.click()
        FakeProcess.made[-1].event_arrived.emit(
            DownloadProgress("huggingface.co", "", 1_210_000_000, 3_333_000_000, 12e6, 175)
        )
    view.table.choose_line(4)
    if hub:
        view.open_hub()
        view.hub.field.setText("qwen3-vl 4b")
        for answer in FOUND[:hub]:
            window.core.hub_search._on_answered(answer)
    pause(600)
    shots.save(shots.grabbed(view), target)
    if downloading:
        shots.save(shots.grabbed(window), target.with_name(f"{target.stem}-behind.png"))
        window.core.downloads.cancel(window.core.downloads.all[0])
    window.close()


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    fit.judge = judged_by_size
    if sys.argv[1:2] == ["--check"]:
        folder = Path(sys.argv[2])
        for theme_name in ("light", "dark"):
            take(folder / f"models-{theme_name}-100.png", theme_name, 100, 960, 700)
            take(folder / f"models-{theme_name}-200.png", theme_name, 200, 1300, 900)
        take(folder / "models-narrow.png", "light", 100, 480, 700)
        take(folder / "models-hub-found.png", "light", 100, 960, 700, hub=1)
        take(folder / "models-hub-models.png", "dark", 200, 1300, 900, hub=2)
        take(folder / "models-downloading.png", "dark", 100, 960, 760, downloading=True)
    else:
        take(paths.resources() / "screenshots" / "models-light.png", "light", 100, 960, 700)
