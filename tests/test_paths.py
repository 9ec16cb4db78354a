"""Where things are."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from fanlight import paths


def test_fanlight_home_holds_all_of_the_users(home: Path) -> None:
    assert paths.home() == home
    assert paths.cache().is_relative_to(home)
    assert paths.logs().is_relative_to(home)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bits")
def test_folders_are_made_for_this_user_alone(home: Path) -> None:
    for folder in (paths.home(), paths.cache(), paths.logs()):
        assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0


def test_without_an_override_the_systems_places_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FANLIGHT_HOME")
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *args, **more: str(tmp_path / "data"))
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *args, **more: str(tmp_path / "cache"))
    assert paths.home() == tmp_path / "data"
    assert paths.cache() == tmp_path / "cache"


def test_what_ships_is_there() -> None:
    assert paths.resources().is_dir()
    assert (paths.shipped_models() / "practice").is_dir()


def test_a_wheel_looks_inside_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "_resources").mkdir()
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path)
    assert paths.resources() == tmp_path / "_resources"
