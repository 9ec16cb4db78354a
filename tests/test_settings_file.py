"""The user's choices survive damage, other versions and a crash."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.core.settings_store import SettingsStore
from fanlight.domain.setting_fields import fits
from fanlight.model_settings import sampling_of
from fanlight.settings import Settings
from fanlight.settings_file import load_settings, save_settings

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = [item.name for item in fields(Settings)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_without_a_file_all_is_default(file: Path) -> None:
    assert load_settings(file) == Settings()
    assert not file.exists()


def test_a_file_that_cannot_be_read_now_is_not_replaced_by_defaults(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('{"theme": "dark"}')

    def fails(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", fails)
        assert load_settings(file) == Settings()
        with pytest.raises(PermissionError):
            save_settings(Settings(), file)
    assert load_settings(file).theme == "dark"


def test_a_file_that_became_unreadable_while_fanlight_ran_is_kept_beside(file: Path) -> None:
    file.write_bytes(b"<html>")
    save_settings(replace(Settings(), theme="dark"), file)
    assert load_settings(file).theme == "dark"
    assert file.with_suffix(".broken").read_bytes() == b"<html>"


def test_what_is_saved_is_loaded(file: Path) -> None:
    chosen = replace(Settings(), theme="dark", temperature=0.0, model="größer", context_tokens=4096, keep_history=False)
    save_settings(chosen, file)
    assert load_settings(file) == chosen


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"3", b"\xff\xfe", b'"text"', b"\0" * 100])
def test_a_damaged_file_is_set_aside_and_defaults_hold(
    file: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_bytes(damage)
    assert load_settings(file) == Settings()
    assert file.with_suffix(".broken").read_bytes() == damage
    assert not file.exists()
    assert "cannot be read" in caplog.text


def test_a_file_nested_a_hundred_thousand_deep_is_damaged_too(file: Path) -> None:
    file.write_text("[" * 100_000, "utf-8")
    assert load_settings(file) == Settings()


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), PLAIN))
def test_no_file_gives_a_value_that_the_dialog_would_not_allow(
    tmp_path_factory: pytest.TempPathFactory, said: dict[str, object]
) -> None:
    file = tmp_path_factory.mktemp("settings") / "settings.json"
    file.write_text(json.dumps(said), "utf-8")
    loaded = load_settings(file)
    for item in fields(Settings):
        value = getattr(loaded, item.name)
        assert fits(item, value)
        assert value == item.default or value == said[item.name]
    sampling_of(loaded)  # raises ValueError for what a model cannot be asked


def test_one_bad_value_costs_only_itself(file: Path) -> None:
    file.write_text('{"theme": "pink", "text_size": 150, "temperature": "hot"}', "utf-8")
    assert load_settings(file) == replace(Settings(), text_size=150)


def test_keys_of_another_version_are_kept(file: Path) -> None:
    file.write_text('{"from_the_future": [1, 2], "theme": "dark"}', "utf-8")
    save_settings(replace(load_settings(file), theme="light"), file)
    assert json.loads(file.read_text("utf-8"))["from_the_future"] == [1, 2]
    assert load_settings(file).theme == "light"


def test_text_that_is_no_unicode_is_kept_as_it_came(file: Path) -> None:
    file.write_text('{"model": "half \\ud83d"}', "utf-8")
    save_settings(load_settings(file), file)
    assert load_settings(file).model == "half \ud83d"


def test_a_save_that_fails_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_settings(Settings(theme="dark"), file)

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        save_settings(Settings(theme="light"), file)
    assert load_settings(file).theme == "dark"


def test_what_somebody_writes_into_the_file_while_fanlight_runs_stays(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SettingsStore(Settings(), file)
    store.choose(theme="dark")
    edited = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(edited | {"context_tokens": 4096, "text_size": "huge"}), "utf-8")
    store.choose(language="de")
    found = load_settings(file)
    assert (found.theme, found.language, found.context_tokens) == ("dark", "de", 4096)
    assert json.loads(file.read_text("utf-8"))["text_size"] == Settings().text_size
    with monkeypatch.context() as full:
        full.setattr("fanlight.settings_file.replace_file", _no_room)
        store.choose(theme="light")
    store.choose(language="fr")
    assert (load_settings(file).theme, load_settings(file).language) == ("light", "fr")


def _no_room(*_arguments: object, **_more: object) -> None:
    raise OSError(28, "No space left on device")
