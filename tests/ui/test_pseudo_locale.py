"""In a language 40 percent longer than English nothing is cut off and nothing stays English, in any window."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from support.pseudo_screenshots import LARGE, SMALL, environment

pytestmark = pytest.mark.gui

LOOKS = {
    "normal": (100, 1.0, LARGE),
    "large text": (200, 1.0, LARGE),
    "144 dpi": (100, 1.5, LARGE),
    "200 % on a small screen": (100, 2.0, SMALL),
}
"""Size of the text in percent, scale of the screen, and its size."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """A process for each look, all at once: the offscreen screen of the other tests has 800 pixels."""
    started = {
        name: subprocess.Popen(
            [sys.executable, "-m", "support.pseudo_screenshots", str(text_size)],
            env=environment(tmp_path_factory.mktemp("screen"), scale, size),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name, (text_size, scale, size) in LOOKS.items()
    }  # fmt: skip
    yield started
    for process in started.values():
        process.kill()
        process.communicate()


@pytest.mark.parametrize("look", LOOKS)
def test_longer_words_fit_and_none_is_english(runs: dict[str, subprocess.Popen[str]], look: str) -> None:
    found, log = runs[look].communicate(timeout=280)
    assert (runs[look].returncode, found) == (0, ""), found + log
