"""What `make packages` leaves out, refuses, and writes; the building itself is tried by hand (packaging/README.md)."""

from __future__ import annotations

import argparse
import configparser
import ctypes
import importlib
import os
import runpy
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

PACKAGE = Path(__file__).parents[1] / "packaging" / "package"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Imports a module of packaging/package, which is no Python package, by its name."""
    monkeypatch.syspath_prepend(str(PACKAGE))
    made: list[str] = []

    def load(name: str) -> ModuleType:
        made.append(name)
        return importlib.import_module(name)

    yield load
    for name in made:
        sys.modules.pop(name, None)


def touch(path: Path, size: int = 1) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))


def test_qt_keeps_what_the_window_stands_on_and_nothing_of_qml(module: Any, tmp_path: Path) -> None:
    kept = ["QtCore.abi3.so", "QtWidgets.abi3.so", "__init__.py", "libpyside6.abi3.so.6.11", "Qt/lib/libQt6Gui.so.6",
            "Qt/lib/libicudata.so.73", "Qt/plugins/platforms/libqxcb.so", "Qt/plugins/platforms/libqwayland.so",
            "Qt/plugins/imageformats/libqsvg.so", "Qt/translations/qtbase_de.qm"]  # fmt: skip
    gone = ["QtQml.abi3.so", "QtCore.pyi", "qmlls", "libpyside6qml.abi3.so.6.11", "Qt/lib/libQt6Quick.so.6",
            "Qt/qml/QtQuick/plugin.so", "Qt/plugins/platforms/libqlinuxfb.so", "Qt/plugins/sqldrivers/libqsqlite.so",
            "Qt/translations/qtbase_ja.qm", "Qt/translations/designer_de.qm"]  # fmt: skip
    for name in kept:
        touch(tmp_path / name)
    for name in gone:
        touch(tmp_path / name, 10)
    assert module("qt_parts").take_out_unused(tmp_path) == 10 * len(gone)
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == sorted(kept)


def test_a_library_under_the_gpl_is_refused(module: Any, tmp_path: Path) -> None:
    licenses = module("licenses")
    touch(tmp_path / "av.libs" / "libavcodec-1.so.61")
    licenses.refuse_gpl(tmp_path)
    touch(tmp_path / "av.libs" / "libx264-d65.so.165")
    with pytest.raises(licenses.GplInside, match=r"libx264-d65\.so\.165"):
        licenses.refuse_gpl(tmp_path)


def test_the_engine_of_a_package_loads_the_kernels_that_fit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from fanlight.engine import backend

    asked: list[bytes] = []

    class Library:
        def __getitem__(self, name: str) -> Any:
            assert name == "ggml_backend_load_all_from_path"
            return lambda folder: asked.append(folder)

    monkeypatch.setattr(backend.llama, "_lib", Library())
    monkeypatch.setattr(backend, "withheld_instructions", set)
    touch(tmp_path / "libggml-cpu.so")
    backend._load_variants(tmp_path)
    assert asked == []
    touch(tmp_path / "libggml-cpu-haswell.so")
    backend._load_variants(tmp_path)
    assert asked == [str(tmp_path).encode()]


@pytest.mark.parametrize(
    ("withheld", "variant"), [({"AVX512F"}, "haswell"), ({"AVX", "AVX512F"}, "sse42"), ({"AVX"}, "sse42")]
)
def test_kernels_that_the_system_cannot_run_are_left_alone(
    withheld: set[str], variant: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from fanlight.engine import backend

    asked: list[bytes] = []
    monkeypatch.setattr(backend, "withheld_instructions", lambda: withheld)
    monkeypatch.setattr(backend.llama, "_lib", {"ggml_backend_load": BackendLoad(asked)})
    for name in ("base", "cpu-x64", "cpu-sse42", "cpu-haswell", "cpu-zen4", "vulkan"):
        touch(tmp_path / f"libggml-{name}.so")
    backend._load_variants(tmp_path)
    assert [Path(os.fsdecode(path)).name for path in asked] == [f"libggml-cpu-{variant}.so", "libggml-vulkan.so"]


class BackendLoad:
    """ggml's function."""

    def __init__(self, asked: list[bytes]) -> None:
        self._asked = asked

    def __call__(self, path: bytes) -> None:
        self._asked.append(path)


def icu_data(entries: dict[str, bytes]) -> bytes:
    """As ICU writes it: a header of 32 bytes, a table, names, and bytes."""
    header = b"\x20\0\xda\x27" + bytes(8) + b"CmnD" + bytes(16)
    names = b"".join(name.encode() + b"\0" for name in entries)
    table, at, place = b"", 4 + 8 * len(entries), 4 + 8 * len(entries) + len(names)
    for name, item in entries.items():
        table += at.to_bytes(4, "little") + place.to_bytes(4, "little")
        at, place = at + len(name) + 1, place + len(item)
    return header + len(entries).to_bytes(4, "little") + table + names + b"".join(entries.values())


def test_what_texts_are_compared_by_stays_in_icus_data(module: Any) -> None:
    icu = module("icu_data")
    kept = {"icudt73l/coll/de.res": b"a" * 5, "icudt73l/coll/ucadata.icu": b"b" * 40, "icudt73l/root.res": b"c",
            "icudt73l/nfkc.nrm": b"d", "icudt73l/ibm-5348_P100-1997.cnv": b"e" * 1000}  # fmt: skip
    gone = {"icudt73l/de.res": b"f", "icudt73l/lang/de.res": b"g", "icudt73l/brkitr/thaidict.dict": b"h",
            "icudt73l/ibm-943_P15A-2003.cnv": b"i" * 5000}  # fmt: skip
    read = icu.read_entries(icu_data({**kept, **gone}))
    assert read.items == {**kept, **gone}
    left = {name: item for name, item in read.items.items() if icu.is_kept(name, len(item))}
    again = icu.read_entries(icu.written(icu.Entries(read.header, left)))
    assert again.header == read.header
    assert {name: item.rstrip(b"\0") for name, item in again.items.items()} == kept


@pytest.mark.skipif(not (shutil.which("cc") and shutil.which("readelf")), reason="needs a compiler and readelf")
def test_icus_library_is_replaced_by_one_with_less(module: Any, tmp_path: Path) -> None:
    icu = module("icu_data")
    library = tmp_path / "libicudata.so.73"
    icu._make_library(library, "icudt73_dat", icu_data({"icudt73l/coll/de.res": b"a", "icudt73l/de.res": bytes(9000)}))
    assert icu.take_out_unused_data(library) > 8000
    held = library.read_bytes()
    assert b"coll/de.res" in held
    assert b"73l/de.res" not in held
    assert b"libicudata.so.73" in held
    assert ctypes.c_char.in_dll(ctypes.CDLL(str(library)), "icudt73_dat").value == b"\x20"


def test_fanlight_knows_which_package_it_is_of(module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fanlight.domain.installation import package_name

    module("interpreter").name_package(tmp_path, "fanlight-small")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert package_name() == "fanlight-small"


def test_the_small_package_has_the_parts_that_fanlight_takes_it_to_have(monkeypatch: pytest.MonkeyPatch) -> None:
    from fanlight.domain.installation import OF_SMALL, WHOLE

    made = runpy.run_path(str(PACKAGE.parent / "make_packages.py"))["PARTS"]
    assert made == {WHOLE: "fanlight", "fanlight-small": f"fanlight-core[{','.join(sorted(OF_SMALL))}]"}


def action_of(manager: str, namespace: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a file manager's extension, in Python, defines."""
    repository = ModuleType("gi.repository")
    base, item = type("Base", (), {}), SimpleNamespace(connect=lambda *_what: None)
    for name in ("GObject", namespace):
        stand_in = SimpleNamespace(GObject=base, MenuProvider=type("Provider", (), {}), MenuItem=lambda **_looks: item)
        setattr(repository, name, stand_in)
    monkeypatch.setitem(sys.modules, "gi", ModuleType("gi"))
    monkeypatch.setitem(sys.modules, "gi.repository", repository)
    return runpy.run_path(str(PACKAGE / f"fanlight-{manager}.py"))


def desktop_file(path: Path) -> configparser.ConfigParser:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(path, "utf-8")
    return entry


@pytest.mark.parametrize(
    ("kind", "taken"),
    [("image/png", True), ("audio/flac", True), ("application/pdf", True), ("text/x-python", True),
     ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", True), ("application/zip", False)],
)  # fmt: skip
def test_file_managers_ask_about_what_fanlight_opens(kind: str, taken: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    place = SimpleNamespace(get_path=lambda: "/here/file")
    file = SimpleNamespace(get_mime_type=lambda: kind, get_location=lambda: place)
    nautilus = action_of("nautilus", "Nautilus", monkeypatch)["AskFanlight"]()
    assert bool(nautilus.get_file_items([file])) is taken
    thunar = action_of("thunar", "Thunarx", monkeypatch)["AskFanlight"]()
    assert bool(thunar.get_file_menu_items(None, [file])) is taken


def test_the_menu_entry_and_the_actions_name_documents() -> None:
    """Kinds of text are kinds of text/plain, to desktops; so one name stands for source code and all the others."""
    named = (
        desktop_file(PACKAGE.parent / "org.fanlight.Fanlight.desktop")["Desktop Entry"]["MimeType"],
        desktop_file(PACKAGE / "fanlight-dolphin.desktop")["Desktop Entry"]["MimeType"],
        desktop_file(PACKAGE / "fanlight.nemo_action")["Nemo Action"]["Mimetypes"],
    )
    for kinds in named:
        assert {"application/pdf", "text/plain", "application/epub+zip", "message/rfc822"} <= set(kinds.split(";"))


SOUND_AND_VIDEO = {
    "3g2": "video/3gpp2", "3ga": "video/3gpp", "3gp": "video/3gpp", "aac": "audio/aac", "ac3": "audio/ac3",
    "aif": "audio/x-aiff", "aiff": "audio/x-aiff", "amr": "audio/AMR", "ape": "audio/x-ape",
    "asf": "application/vnd.ms-asf", "au": "audio/basic", "avi": "video/x-msvideo", "divx": "video/x-msvideo",
    "dts": "audio/vnd.dts", "dv": "video/dv",
    "f4v": "video/mp4", "flac": "audio/flac", "flv": "video/x-flv", "m2ts": "video/mp2t", "m4a": "audio/mp4",
    "m4b": "audio/mp4", "m4v": "video/mp4", "mka": "audio/x-matroska", "mkv": "video/x-matroska",
    "mov": "video/quicktime", "mpe": "video/mpeg", "mp2": "audio/mp2", "mp3": "audio/mpeg",
    "mp4": "video/mp4", "mpeg": "video/mpeg", "mpg": "video/mpeg", "mts": "video/mp2t",
    "mxf": "application/mxf", "oga": "audio/ogg", "ogg": "audio/ogg",
    "ogm": "video/ogg", "ogv": "video/ogg", "opus": "audio/x-opus+ogg", "ra": "audio/vnd.rn-realaudio",
    "rm": "application/vnd.rn-realmedia", "rmvb": "application/vnd.rn-realmedia", "snd": "audio/basic",
    "spx": "audio/x-speex", "ts": "video/mp2t", "tta": "audio/x-tta", "voc": "audio/x-voc",
    "vob": "video/mpeg", "wav": "audio/x-wav", "weba": "audio/webm", "webm": "video/webm",
    "wma": "audio/x-ms-wma", "wmv": "video/x-ms-wmv",
    "wv": "audio/x-wavpack",
}  # fmt: skip
"""The kinds that shared-mime-info knows these files by, or from which it derives theirs."""
NAMELESS = {"caf", "m2v", "w64", "y4m"}
"""Kinds that it does not know."""


def test_a_desktop_offers_fanlight_for_every_kind_of_file_that_it_takes() -> None:
    from fanlight.pictures import kinds, recordings

    stated = desktop_file(PACKAGE.parent / "org.fanlight.Fanlight.desktop")["Desktop Entry"]["MimeType"]
    offered = stated.removesuffix(";").split(";")
    assert len(offered) == len(set(offered))
    assert {suffix.removeprefix(".") for suffix in recordings.SUFFIXES} == SOUND_AND_VIDEO.keys() | NAMELESS
    pictures = {f"image/{'heif' if kind == 'heic' else kind}" for kind in kinds.PICTURES}
    assert pictures | set(SOUND_AND_VIDEO.values()) <= set(offered)


def test_file_managers_ask_in_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    action = desktop_file(PACKAGE / "fanlight-dolphin.desktop")["Desktop Action askFanlight"]
    names = {key[5:-1]: value for key, value in action.items() if key.startswith("Name[")}
    assert set(names) == {"de", "es", "fr"}
    for manager, namespace in (("nautilus", "Nautilus"), ("thunar", "Thunarx")):
        made = action_of(manager, namespace, monkeypatch)
        assert made["LABELS"] == names
        monkeypatch.setattr("locale.getlocale", lambda _kind: ("de_AT", "UTF-8"))
        assert made["label"]() == names["de"]
        monkeypatch.setattr("locale.getlocale", lambda _kind: (None, None))
        assert made["label"]() == action["Name"] == "Ask Fanlight"


def test_a_man_page_is_found_by_its_commands_words(module: Any, tmp_path: Path) -> None:
    for tool in ("shtab", "argparse_manpage"):
        pytest.importorskip(tool, reason="needs the extra `packages`")
    parser = argparse.ArgumentParser("fanlight", description="Adds a server.")
    module("command_line").write_man_pages(
        tmp_path / "man1", [("fanlight models add-server", parser)], "1.2", "2026-01-01"
    )
    page = (tmp_path / "man1" / "fanlight-models-add-server.1").read_text("utf-8")
    assert ".SH NAME\nfanlight-models-add-server \\- Adds a server.\n" in page


def test_every_command_and_option_is_completed_by_fish(module: Any) -> None:
    words = module("command_line")
    known = words.commands(PACKAGE.parents[1] / "app")
    lines = "".join(f"{line} " for line in words._fish_lines(known))
    assert len(known) > 25
    for name, parser in known[1:]:
        assert f" -a {name.split()[-1]} -d '" in lines
        for option in (option for action in parser._actions for option in action.option_strings):
            assert f" -{'s' if len(option) == 2 else 'l'} {option.lstrip('-')} " in lines, (name, option)


def test_each_distribution_brings_the_program() -> None:
    """pipx and uv offer none of a dependency's."""
    read = [tomllib.loads((PACKAGE.parents[1] / place).read_text("utf-8"))["project"]
            for place in ("pyproject.toml", "packaging/fanlight/pyproject.toml")]  # fmt: skip
    assert [project["name"] for project in read] == ["fanlight-core", "fanlight"]
    assert read[0]["scripts"] == read[1]["scripts"] == {"fanlight": "fanlight.__main__:main"}


def test_modules_ship_compiled_alone_where_their_sources_need_not_stay(module: Any, tmp_path: Path) -> None:
    bytecode = module("bytecode")
    made = []
    for attempt in ("first", "second"):
        root = tmp_path / attempt
        library = root / "usr/lib/fanlight/lib/python3.11"
        for name in ("os.py", "json/__init__.py", "dist-packages/other/deep/one.py", "dist-packages/alone.py",
                     "dist-packages/fanlight/__init__.py", "dist-packages/soxr/__init__.py"):  # fmt: skip
            touch(library / name, 0)
            (library / name).write_text(f"what = {name!r}\n")
        touch(library / "dist-packages/other/data.txt")
        touch(library / "dist-packages/other/__pycache__/stale.cpython-39.pyc")
        bytecode.compile_all(root, root / "usr/lib/fanlight", Path(sys.executable))
        made.append({str(path.relative_to(library)): path for path in library.rglob("*") if path.is_file()})
    first, second = made
    compiled = sys.implementation.cache_tag
    assert set(first) == {
        "os.pyc", "json/__init__.pyc", "dist-packages/other/deep/one.pyc", "dist-packages/alone.pyc",
        "dist-packages/other/data.txt",
        *(f"dist-packages/{name}/{file}" for name in ("fanlight", "soxr")
          for file in ("__init__.py", f"__pycache__/__init__.{compiled}.pyc")),
    }  # fmt: skip
    assert [path.read_bytes() for path in first.values()] == [second[name].read_bytes() for name in first]
    sources = {name: str(bytecode.source_of(Path(name))) for name in first if name.endswith(".pyc")}
    assert sources[f"dist-packages/soxr/__pycache__/__init__.{compiled}.pyc"] == "dist-packages/soxr/__init__.py"
    assert sources["os.pyc"] == "os.py"
