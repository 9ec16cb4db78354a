"""The user's choices survive damage, other versions and a crash."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain.setting_fields import fits
from fanlight.settings import Settings, needs_reload

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
    assert Settings.load(file) == Settings()
    assert not file.exists()


def test_what_is_saved_is_loaded(file: Path) -> None:
    chosen = replace(Settings(), theme="dark", temperature=0.0, model="größer", context_tokens=4096, keep_history=False)
    chosen.save(file)
    assert Settings.load(file) == chosen


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"3", b"\xff\xfe", b'"text"', b"\0" * 100])
def test_a_damaged_file_is_set_aside_and_defaults_hold(
    file: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_bytes(damage)
    assert Settings.load(file) == Settings()
    assert file.with_suffix(".broken").read_bytes() == damage
    assert not file.exists()
    assert "cannot be read" in caplog.text


def test_a_file_nested_a_hundred_thousand_deep_is_damaged_too(file: Path) -> None:
    file.write_text("[" * 100_000, "utf-8")
    assert Settings.load(file) == Settings()


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), PLAIN))
def test_no_file_gives_a_value_that_the_dialog_would_not_allow(
    tmp_path_factory: pytest.TempPathFactory, said: dict[str, object]
) -> None:
    file = tmp_path_factory.mktemp("settings") / "settings.json"
    file.write_text(json.dumps(said), "utf-8")
    loaded = Settings.load(file)
    for item in fields(Settings):
        value = getattr(loaded, item.name)
        assert fits(item, value)
        assert value == item.default or value == said[item.name]
    loaded.sampling()  # raises ValueError for what a model cannot be asked


def test_one_bad_value_costs_only_itself(file: Path) -> None:
    file.write_text('{"theme": "pink", "text_size": 150, "temperature": "hot"}', "utf-8")
    assert Settings.load(file) == replace(Settings(), text_size=150)


def test_keys_of_another_version_are_kept(file: Path) -> None:
    file.write_text('{"from_the_future": [1, 2], "theme": "dark"}', "utf-8")
    replace(Settings.load(file), theme="light").save(file)
    assert json.loads(file.read_text("utf-8"))["from_the_future"] == [1, 2]
    assert Settings.load(file).theme == "light"


def test_text_that_is_no_unicode_is_kept_as_it_came(file: Path) -> None:
    file.write_text('{"model": "half \\ud83d"}', "utf-8")
    Settings.load(file).save(file)
    assert Settings.load(file).model == "half \ud83d"


def test_a_save_that_fails_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Settings(theme="dark").save(file)

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        Settings(theme="light").save(file)
    assert Settings.load(file).theme == "dark"


@pytest.mark.parametrize("item", fields(Settings), ids=NAMES)
def test_every_setting_says_what_an_editor_needs(item: object) -> None:
    meta = item.metadata  # type: ignore[attr-defined]
    assert meta["label"]
    assert meta["group"]
    assert fits(item, item.default)  # type: ignore[attr-defined]


def test_the_practice_model_is_never_warm() -> None:
    assert Settings(temperature=1.5).sampling(practice=True).temperature == 0
    assert Settings(temperature=1.5).sampling().temperature == 1.5


def test_what_the_model_uses_only_once_it_is_loaded_again() -> None:
    waiting = {item.name for item in fields(Settings) if item.metadata["applies_after_reload"]}
    assert waiting == {"context_tokens", "threads", "gpu_layers", "model_process"}
    assert needs_reload(Settings(), Settings(threads=2))
    assert not needs_reload(Settings(), Settings(temperature=0.1, picture_side=896))
