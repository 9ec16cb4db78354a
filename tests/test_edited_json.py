"""Files that people edit: marks of editors, bytes that are no UTF-8, and one broken entry."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from fanlight import locks
from fanlight.catalog.registrations import Registrations
from fanlight.core.window_state import WindowState
from fanlight.domain.models import ModelFiles, ModelSpec
from fanlight.edited_json import keep_broken, read_object, salvaged_objects, set_aside_broken, written
from fanlight.settings import Settings
from fanlight.settings_file import load_settings, read_settings, save_settings, stored_language

VALUES = {"temperature": 0.1, "language": "de", "system_prompt": "grün ☂"}
ENCODED = {
    "plain": json.dumps(VALUES, ensure_ascii=False).encode(),
    "mark": json.dumps(VALUES, ensure_ascii=False).encode("utf-8-sig"),
    "UTF-16": json.dumps(VALUES, ensure_ascii=False).encode("utf-16"),
    "UTF-16 BE": b"\xfe\xff" + json.dumps(VALUES, ensure_ascii=False).encode("utf-16-be"),
    "lines of Windows": json.dumps(VALUES, indent=2).replace("\n", "\r\n").encode("utf-8-sig"),
}


def kept_in(folder: Path) -> list[Path]:
    """Without the lock, which is empty."""
    return [path for path in folder.iterdir() if path.name != locks.FILE]


@pytest.mark.parametrize("data", ENCODED.values(), ids=list(ENCODED))
def test_what_editors_write_is_read(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(data)
    settings, problem = read_settings(path)
    assert (settings.temperature, settings.system_prompt, problem) == (0.1, "grün ☂", None)
    assert stored_language(tmp_path) == "de"
    save_settings(settings, path)
    assert (load_settings(path), kept_in(tmp_path)) == (settings, [path])


BROKEN = {
    "a comma at the end": ('{"theme": "dark", "temperature": 0.1,}', ()),
    "no comma": ('{"theme": "dark"\n "temperature": 0.1}', ()),
    "a remark": ('{"theme": "dark", // mine\n "temperature": 0.1}', ()),
    "cut off": ('{"theme": "dark", "temperature": 0.1, "system_prompt": "I wri', ("system_prompt",)),
    "no value": ('{"theme": "dark", "top_k": , "temperature": 0.1}', ("top_k",)),
    "a word": ('{"theme": "dark", "top_k": none, "temperature": 0.1}', ("top_k",)),
    "a beginning of zeros": ("\0" * 40 + ' 12, "theme": "dark", "temperature": 0.1}', ()),
    "a quote too few": ('{"theme": "dark", "system_prompt": "a "b", "temperature": 0.1}', ()),
}


@pytest.mark.parametrize(("text", "names"), BROKEN.values(), ids=list(BROKEN))
def test_one_broken_entry_costs_that_entry_alone(tmp_path: Path, text: str, names: tuple[str, ...]) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text, "utf-8")
    found = read_object(path)
    assert (found.values["theme"], found.values["temperature"]) == ("dark", 0.1)
    assert set(names) <= set(found.broken)
    settings, problem = read_settings(path)
    assert (settings.theme, settings.temperature) == ("dark", 0.1)
    assert (problem is not None) == bool(found.broken)
    save_settings(settings, path)
    assert (load_settings(path).theme, load_settings(path).temperature) == ("dark", 0.1)
    assert (tmp_path / "settings.broken").read_text("utf-8") == text


@pytest.mark.parametrize(
    ("entry", "name"),
    [('"temperature": 9', "temperature"), ('"theme": "mauve"', "theme"), ('"top_k": "many"', "top_k"),
     ('"keep_history": "yes"', "keep_history"), ('"temperature": NaN', "temperature")],
)  # fmt: skip
def test_a_value_that_cannot_be_is_said_and_the_others_apply(tmp_path: Path, entry: str, name: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(f'{{"text_size": 150, {entry}, "of the future": 1}}', "utf-8")
    before = path.read_bytes()
    for _ in range(2):
        settings, problem = read_settings(path)
        assert settings == Settings(text_size=150)
        assert problem is not None
        assert problem.message == f"In settings.json, “{name}” cannot be used; its default applies."
        assert problem.hint == "A copy of the file is kept as settings.broken."
    save_settings(settings, path)
    assert (tmp_path / "settings.broken").read_bytes() == before
    assert len(kept_in(tmp_path)) == 2
    assert read_settings(path) == (settings, None)
    assert json.loads(path.read_text("utf-8"))["of the future"] == 1


def test_several_copies_stay_apart_and_an_equal_one_is_not_made_twice(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    names = []
    for text in ("one", "two", "one", "three"):
        path.write_text(text, "utf-8")
        names.append(keep_broken(path))
    assert names == ["settings.broken", "settings-2.broken", "settings.broken", "settings-3.broken"]
    assert set_aside_broken(path) == "settings-3.broken"
    assert not path.exists()


@pytest.mark.skipif(os.name == "nt", reason="names there are Unicode")
def test_a_path_that_is_no_utf8_comes_back_as_it_was(tmp_path: Path) -> None:
    model = Path(os.fsdecode(b"/models/mod\xe8le.gguf"))
    registrations = Registrations(tmp_path / "models.json")
    registrations.add_or_replace(ModelSpec.of_files("first", Path("/a.gguf")))
    registrations.add_or_replace(ModelSpec.of_files("second", model))
    assert [_file(spec) for spec in registrations.specs()] == [Path("/a.gguf"), model]
    assert json.loads((tmp_path / "models.json").read_bytes())["models"][1]["name"] == "second", "it is JSON"
    assert registrations.problem() is None


@pytest.mark.skipif(os.name == "nt", reason="names there are Unicode")
def test_bytes_as_an_earlier_version_wrote_them_are_read(tmp_path: Path) -> None:
    (tmp_path / "models.json").write_bytes(
        b'{"models": [{"name": "m", "model": "/mod\xe8le.gguf", "projector": null}]}'
    )
    (spec,) = Registrations(tmp_path / "models.json").specs()
    assert os.fsencode(_file(spec)) == b"/mod\xe8le.gguf"


def _file(spec: ModelSpec) -> Path:
    assert isinstance(spec.source, ModelFiles)
    return spec.source.model


ONE, TWO = '{"name": "one", "model": "/1.gguf", "projector": null}', '{"name": "two", "model": "/2.gguf"}'
LISTS = {
    "a comma at the end": f'{{"models": [{ONE}, {TWO},]}}',
    "no comma": f'{{"models": [{ONE} {TWO}]}}',
    "one broken in the middle": f'{{"models": [{ONE}, {{"name": "x", "model": }}, {TWO}]}}',
    "cut off": f'{{"models": [{ONE}, {TWO}, {{"name": "x", "mod',
    "a mark": f'\ufeff{{"models": [{ONE}, {TWO}]}}',
}


@pytest.mark.parametrize("text", LISTS.values(), ids=list(LISTS))
def test_a_broken_registration_costs_that_one_alone_and_the_file_is_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "models.json"
    path.write_text(text, "utf-8")
    registrations = Registrations(path)
    problem = registrations.problem()
    assert [spec.name for spec in registrations.specs()] == ["one", "two"]
    registrations.add_or_replace(ModelSpec.of_files("three", Path("/3.gguf")))
    assert [spec.name for spec in registrations.specs()] == ["one", "two", "three"]
    assert registrations.problem() is None
    if text.startswith("\ufeff"):
        assert problem is None
    else:
        assert problem is not None
        assert problem.text == (
            "A part of the list of models in models.json cannot be read. The file is kept as models.broken."
        )
        assert (tmp_path / "models.broken").read_text("utf-8") == text


def test_an_entry_that_is_no_model_is_said_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "models.json"
    path.write_text(f'{{"models": [{ONE}, {{"name": 3}}, "what"]}}', "utf-8")
    registrations = Registrations(path)
    problem = registrations.problem()
    assert problem is not None
    assert problem.message == "2 entries of models.json are no models that Fanlight can use."
    registrations.add_or_replace(ModelSpec.of_files("three", Path("/3.gguf")))
    assert {"name": 3} in json.loads(path.read_text("utf-8"))["models"]


@pytest.mark.parametrize(("text", "said"), [('{"draft": "words", "geometry": }', "“geometry”"), ("nothing", "…")])
def test_the_windows_state_too(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(text, "utf-8-sig")
    state = WindowState(path)
    assert state.text("draft") == ("words" if "words" in text else "")
    assert state.problem is not None
    assert state.problem.message == f"In window.json, this cannot be read: {said}."
    state.keep(draft="more")
    assert (WindowState(path).text("draft"), WindowState(path).problem) == ("more", None)
    assert (tmp_path / "window.broken").exists()


@pytest.mark.parametrize("value", ["half \ud83d", "\udce8", "☂", 'a "quote"', {"a": ["b\udcff"]}])
def test_what_is_written_is_read(tmp_path: Path, value: Any) -> None:
    path = tmp_path / "any.json"
    path.write_bytes(written({"value": value}))
    assert read_object(path).values == {"value": value}
    json.loads(path.read_bytes().decode("utf-8"))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": ' * 50_000, "{" * 3000, "", "{", '{"', '{"a"', "\0"])
def test_no_text_hangs_or_raises_anything_else(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"JSON|object"):
        read_object(path)
    assert isinstance(salvaged_objects(text), list)


DEEP = '{"a":' * 150 + "1" + "}" * 150


def test_what_is_nested_too_deeply_to_be_written_again_is_an_entry_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "dark", "mine": ' + DEEP + "}", "utf-8")
    settings, problem = read_settings(path)
    assert settings.theme == "dark"
    assert problem is not None
    assert "“mine”" in problem.message
    save_settings(settings, path)
    assert read_settings(path) == (settings, None)
    assert "mine" in (tmp_path / "settings.broken").read_text("utf-8")
    state = tmp_path / "window.json"
    state.write_text('{"draft": "x", "mine": ' + '{"a":' * 900 + "1" + "}" * 900 + "}", "utf-8")
    window = WindowState(state)
    window.keep(width=3)
    assert WindowState(state).number("width") == 3


def test_what_is_noted_of_the_window_is_written_later(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    state = WindowState(path)
    state.note(conversation=4)
    assert (state.number("conversation"), path.exists()) == (4, False)
    state.write()
    assert WindowState(path).number("conversation") == 4
    path.unlink()
    state.keep(conversation=4)
    assert not path.exists(), "it is not written again where nothing has changed"
    path.mkdir()
    state.note(width=3)
    state.write()
    path.rmdir()
    state.write()
    assert WindowState(path).number("width") == 3, "what could not be written is written later"


def test_a_model_that_is_nested_too_deeply_costs_that_model_alone(tmp_path: Path) -> None:
    path = tmp_path / "models.json"
    good = '{"name": "b", "model": "/b.gguf"}'
    path.write_text('{"models": [{"name": "a", "model": "/a.gguf", "x": ' + DEEP + "}, " + good + "]}", "utf-8")
    registrations = Registrations(path)
    assert [spec.name for spec in registrations.specs()] == ["b"]
    registrations.add_or_replace(ModelSpec.of_files("c", Path("/c.gguf")))
    assert [spec.name for spec in Registrations(path).specs()] == ["b", "c"]


@pytest.mark.parametrize("name", ["settings.json", "window.json", "models.json"])
def test_thousands_of_broken_entries_are_named_by_a_few_and_take_no_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text('{"theme": "dark", ' + "".join(f'"key {n}": ,' for n in range(3000)) + '{"a":' * 200_000, "utf-8")
    began = time.process_time()
    problem = {
        "settings.json": lambda: read_settings(path)[1],
        "window.json": lambda: WindowState(path).problem,
        "models.json": Registrations(path).problem,
    }[name]()
    assert problem is not None
    assert len(problem.message) < 200
    assert time.process_time() - began < 2
