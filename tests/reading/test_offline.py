"""A picture is read without a connection: seen from outside, in a fresh process with nothing cached."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import sys
import time
from fanlight.compose import load_reader
from fanlight.domain.messages import Image
from fanlight.domain.reading import layout_text
from support.written import SANS, Canvas
assert not {"rapidocr", "onnxruntime", "cv2", "numpy"} & set(sys.modules)
canvas = Canvas(300, 60)
canvas.row(20, [(20, "Read without a network")], SANS[0], 14)
print(layout_text(load_reader().read(canvas.image())))
assert not {"requests", "urllib3", "ssl", "http.client"} & set(sys.modules)
time.sleep(3)  # a reporter would begin after a while
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is Linux's")
def test_reading_opens_no_internet_socket(tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None or subprocess.run([strace, "-qq", "true"], capture_output=True).returncode != 0:
        pytest.skip("strace is not installed, or tracing is not allowed here")
    trace, root = tmp_path / "trace", Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": f"{root / 'app'}:{root / 'tests'}", "HOME": str(tmp_path)}
    for name in ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        environment.pop(name, None)
    command = [strace, "-f", "-e", "trace=%net", "-o", str(trace), sys.executable, "-c", CODE]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
    assert (ran.returncode, ran.stdout) == (0, "Read without a network\n"), ran.stderr
    calls = trace.read_text("utf-8", "replace")
    assert "exited with 0" in calls  # it was traced to its end
    assert not re.findall(r".*AF_INET.*", calls)
    left = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file() and path != trace]
    assert [path for path in left if not path.startswith("fanlight-home")] == []  # no identifier, no fetched file


def test_onnxruntime_is_told_to_report_nothing_before_it_is_imported() -> None:
    """From 1.29 on it sends what it is used for to its maker, unless this is set."""
    code = "import sys, os, fanlight; print(os.environ['ORT_DISABLE_TELEMETRY'], 'onnxruntime' in sys.modules)"
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2] / "app")
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    assert ran.stdout.split() == ["1", "False"], ran.stderr


def test_the_onnxruntime_that_is_installed_has_no_reporter() -> None:
    """Its address is in every build that reports; pyproject.toml keeps those out."""
    import onnxruntime

    folder = Path(onnxruntime.__file__).parent / "capi"
    libraries = [path for path in folder.iterdir() if path.suffix in (".so", ".pyd", ".dll", ".dylib")]
    assert libraries
    assert [path.name for path in libraries if b"events.data.microsoft.com" in path.read_bytes()] == []
