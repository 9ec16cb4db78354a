"""A model that has ended the window runs in a process of its own at the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
from fanlight.engine.hosting import open_engine
from fanlight.engine.separate import SeparateEngine
from support.asking import hear
from support.dying_child import CONTEXT_TOKENS, LONG

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals here"),
]
GREEDY = Sampling(temperature=0, max_tokens=8, seed=1)


@pytest.mark.parametrize(("card", "where", "lasts"), [("Vulkan0", "Vulkan0", True), ("", "on the processor", False)])
def test_an_abort_at_the_first_long_question_moves_the_model_out_of_the_window(
    spec: ModelSpec, tmp_path: Path, card: str, where: str, lasts: bool
) -> None:
    """Whatever of a card was not asked for at the load, because it took too long."""
    options = LoadOptions(CONTEXT_TOKENS, threads=1, gpu_layers=0, folder=tmp_path / "engine")
    spec = ModelSpec.of_files("Rose", spec.files.model)
    command = [sys.executable, "-m", "support.dying_child", str(spec.files.model), str(options.folder), card]
    path = os.pathsep.join(entry for entry in sys.path if entry)
    ran = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, timeout=120, check=False
    )
    assert (ran.returncode, ran.stdout.strip().isdecimal()) == (-signal.SIGABRT, True), ran.stderr
    with closing(open_engine(spec, options)) as safe:
        assert isinstance(safe, SeparateEngine)
        heard = hear(safe.generate(LONG, GREEDY))
        assert heard.text
        (notice,) = [text for text in (*safe.info.notices, *heard.notices) if "ended" in text]
        assert notice.startswith(f"Fanlight ended while Rose was computing ({where}).")
        assert "a process of their own" in notice or "a process of its own" in notice
    with closing(open_engine(spec, options)) as later:
        assert isinstance(later, SeparateEngine) == lasts
        assert hear(later.generate(LONG, GREEDY)).text
