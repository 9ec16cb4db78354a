"""In a language 40 percent longer than English nothing is cut off and nothing stays English, in any window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.pseudo_screenshots import environment

pytestmark = pytest.mark.gui


@pytest.mark.parametrize(("text_size", "scale"), [(100, 1), (200, 1), (100, 2)], ids=["normal", "large text", "200 %"])
def test_longer_words_fit_and_none_is_english(text_size: int, scale: int, tmp_path: Path) -> None:
    """In a process of its own, on a screen of its own: the offscreen one of the other tests has 800 pixels."""
    ran = subprocess.run(
        [sys.executable, "-m", "support.pseudo_screenshots", str(text_size)],
        env=environment(tmp_path, scale), capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (0, ""), ran.stdout + ran.stderr
