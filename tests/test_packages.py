"""What `make packages` leaves out, refuses, and writes; the building itself is tried by hand (packaging/README.md)."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
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
    touch(tmp_path / "libggml-cpu.so")
    backend._load_variants(tmp_path)
    assert asked == []
    touch(tmp_path / "libggml-cpu-haswell.so")
    backend._load_variants(tmp_path)
    assert asked == [str(tmp_path).encode()]
