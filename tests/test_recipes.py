"""Recipes for other systems: they can be read, agree with the rest, and say that they were not run."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from fanlight import __version__
from fanlight.desktop.bus import APP_ID

RECIPES = Path(__file__).parents[1] / "packaging" / "recipes"
README = RECIPES / "README.md"


def read(name: str) -> str:
    return (RECIPES / name).read_text("utf-8")


def recipes() -> list[str]:
    return sorted(path.name for path in RECIPES.iterdir() if path.is_file() and path != README)


@pytest.mark.parametrize("name", recipes())
def test_a_recipe_says_how_far_it_was_tried(name: str) -> None:
    assert ("NOT BUILT" if name == "appimage.sh" else "NOT RUN") in read(name)[:120]
    assert name in README.read_text("utf-8")


def test_the_sandbox_reaches_neither_the_network_nor_the_users_files() -> None:
    recipe: dict[str, Any] = yaml.safe_load(read(f"{APP_ID}.yml"))
    assert recipe["id"] == APP_ID
    assert set(recipe["finish-args"]) == {
        "--socket=wayland", "--socket=fallback-x11", "--share=ipc", "--socket=pulseaudio", "--device=dri",
        "--talk-name=org.freedesktop.Notifications",
    }  # fmt: skip
    (module,) = recipe["modules"]
    assert f"fanlight-{__version__}-x86_64.tar.zst" in module["sources"][0]["path"]


def test_recipes_are_of_this_version() -> None:
    assert f"AppVersion={__version__}\n" in read("fanlight.iss")


def test_each_job_of_the_workflow_keeps_what_it_has_made() -> None:
    jobs = yaml.safe_load(read("packages.yml"))["jobs"]
    assert set(jobs) == {"linux", "windows", "macos"}
    for job in jobs.values():
        assert job["steps"][-1]["uses"].startswith("actions/upload-artifact@")
    for recipe in ("fanlight.spec", "fanlight.iss", "macos.sh"):
        assert recipe in read("packages.yml")


@pytest.mark.parametrize("name", ["fanlight.spec", "start.py"])
def test_what_pyinstaller_reads_is_python(name: str) -> None:
    ast.parse(read(name))


@pytest.mark.skipif(not shutil.which("sh"), reason="needs a shell")
@pytest.mark.parametrize("name", ["appimage.sh", "macos.sh"])
def test_scripts_can_be_read_by_the_shell(name: str) -> None:
    subprocess.run(["sh", "-n", RECIPES / name], check=True)
