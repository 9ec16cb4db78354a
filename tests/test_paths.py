"""Where things are."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from fanlight import paths
from fanlight.domain.errors import InputError
from fanlight.ipc import address


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


@pytest.mark.parametrize(
    ("value", "found"),
    [("~/fan light", "{home}/fan light"), ("$HOME/x", "{home}/x"), ("${HOME}/x", "{home}/x"), ("a/b", "{here}/a/b"),
     (".", "{here}"), ("~", "{home}"), ("/tmp/$", "/tmp/$")],
)  # fmt: skip
def test_a_home_is_what_a_shell_would_make_of_it_and_is_one_folder_from_then_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str, found: str
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.setenv("FANLIGHT_HOME", value)
    monkeypatch.setattr(paths, "_private", lambda folder: folder)
    expected = Path(found.format(home=tmp_path / "me", here=here))
    assert paths.home() == expected
    assert Path(address.home()) == expected
    assert paths.fix_home() == ("here" in found)
    monkeypatch.chdir(tmp_path)
    assert (paths.home(), Path(address.home()), paths.cache()) == (expected, expected, expected / "cache")
    assert not paths.fix_home()
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_home_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str) -> None:
    monkeypatch.setenv("FANLIGHT_HOME", value)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *args, **more: str(tmp_path / "data"))
    assert not paths.fix_home()
    assert paths.home() == tmp_path / "data"


def test_the_home_of_a_user_who_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANLIGHT_HOME", "~nobody-here/x")
    with pytest.raises(InputError, match="there is no such user"):
        paths.fix_home()
