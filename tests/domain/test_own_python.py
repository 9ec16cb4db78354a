"""Processes of Fanlight's own Python ignore what Fanlight itself was started to ignore."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app"
STRANGE = {"PYTHONHOME": "/nowhere", "PYTHONPATH": "/strange", "PYTHONSTARTUP": "/strange.py"}
"""As another program's installation sets them for all that is started in its terminal."""
SAYS = """import json, os; from fanlight.domain.own_python import with_own_modules
print(json.dumps(with_own_modules(os.environ)))"""
DECODES = "from fanlight.pictures import files; print(files.parser().protections() is not None)"


def said(code: str, *options: str, **env: str) -> str:
    """By a Python that has Fanlight's modules and the packages of this one."""
    paths = [str(APP), *filter(None, sys.path)]
    command = [sys.executable, *options, "-c", f"import sys; sys.path[:0] = {paths!r}; {code}"]
    ran = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, check=True, timeout=60)
    return ran.stdout


def test_what_a_package_ignores_its_processes_ignore() -> None:
    environment = json.loads(said(SAYS, "-I", **STRANGE))
    told = {name: value for name, value in environment.items() if name.startswith("PYTHON")}
    assert told == {"PYTHONPATH": str(APP), "PYTHONNOUSERSITE": "1"}


def test_variables_that_count_here_count_there() -> None:
    environment = json.loads(said(SAYS, PYTHONPATH="/strange", PYTHONWARNINGS="error"))
    assert environment["PYTHONPATH"] == f"{APP}{os.pathsep}/strange"
    assert environment["PYTHONWARNINGS"] == "error"
    assert "PYTHONNOUSERSITE" not in environment or "PYTHONNOUSERSITE" in os.environ


@pytest.mark.skipif(sys.platform == "win32", reason="paths of Unix")
def test_files_are_decoded_where_another_python_has_its_variables_set() -> None:
    assert said(DECODES, "-I", **STRANGE) == "True\n"
