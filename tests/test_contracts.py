"""What holds over all files: imports go one way, no file grows past 400 lines, starting is light."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = [
    path
    for folder in ("app", "tests", "models", "packaging")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".sh", ".qss") and ".work" not in path.parts
]


def python(code: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env={**os.environ, **more}, capture_output=True, text=True, timeout=120)


def test_imports_go_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


def test_functions_can_be_seen_whole() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in (ROOT / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50
    ]
    assert long == []


def test_the_application_needs_no_widget() -> None:
    """`core` stands on QtCore alone. import-linter sees PySide6 as one package, so the names are looked for."""
    used = {
        (path.name, name)
        for path in (ROOT / "app" / "fanlight" / "core").rglob("*.py")
        for name in re.findall(r"PySide6\.(\w+)", path.read_text("utf-8"))
    }
    assert {name for _file, name in used} == {"QtCore"}, sorted(used)


def test_no_two_classes_share_a_name() -> None:
    """A class is found by its name: one definition, wherever one looks for it."""
    places: dict[str, list[str]] = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_packaging_never_becomes_a_package() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_there_is_one_package_under_app() -> None:
    packages = [path.parent.name for path in (ROOT / "app").glob("*/__init__.py")]
    assert packages == ["fanlight"]


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("fanlight.ipc.client", ("PySide6", "numpy", "logging", "pathlib", "argparse", "typing", "fanlight.cli")),
        ("fanlight.cli.ask", ("torch", "llama_cpp", "numpy", "PySide6")),
        ("fanlight.cli.transcribe", ("torch", "llama_cpp", "numpy", "faster_whisper", "av", "PySide6")),
        ("fanlight.compose", ("torch", "llama_cpp", "numpy", "PIL", "PySide6")),
        ("fanlight.ui.window.window", ("torch", "llama_cpp", "numpy", "sqlite3")),
        (
            "fanlight.ui.application",
            ("fanlight.audio.portaudio", "fanlight.audio.microphone", "fanlight.ui.help.window"),
        ),
        ("fanlight.engine.scripted", ("torch", "llama_cpp", "numpy")),
        ("fanlight.store.thread", ("PySide6", "llama_cpp", "numpy")),
    ],
)
def test_starting_imports_nothing_heavy(module: str, heavy: tuple[str, ...]) -> None:
    """The window is painted before any model library is there; a question on the command line needs no Qt."""
    code = f"import sys, {module}; print(*[name for name in {heavy!r} if name in sys.modules])"
    ran = python(code)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == []


@pytest.mark.parametrize("page", ["README.md", "models/practice/README.md"])
def test_what_a_page_links_to_is_there(page: str) -> None:
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / page).read_text("utf-8"))
    files = [link.partition("#")[0] for link in links if "://" not in link and not link.startswith("#")]
    assert [file for file in files if not ((ROOT / page).parent / file).exists()] == []


def test_readme_names_every_command_there_is() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    targets = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[0].split()
    unnamed = [name for name in targets if f"make {name}" not in readme]
    assert set(unnamed) <= {"help", "format", "clean", "run-libraries", "test-libraries", "catalogs", "gpu"}
    assert all(f"fanlight {name}" in readme for name in ("ask", "batch", "models", "doctor"))


def test_the_page_on_the_command_line_names_every_command_and_exit_status() -> None:
    page = (ROOT / "resources" / "docs" / "cli.md").read_text("utf-8")
    shown = python("from fanlight.cli.arguments import parse; parse(['--help'])").stdout
    commands = set(re.findall(r"^ {4}([a-z]+)(?: |$)", shown, re.MULTILINE))
    assert {"ask", "batch", "transcribe", "models", "shot", "talk", "show", "hide", "quit", "doctor"} <= commands
    assert [name for name in sorted(commands) if f"fanlight {name}" not in page and f"| {name}" not in page] == []
    assert set(re.findall(r"^\| (\d+) \|", page, re.MULTILINE)) == {"0", "1", "2", "3", "4", "129", "130", "141", "143"}
