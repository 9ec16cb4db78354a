"""What the packages hold: whose each file is and under which license, which versions, and the same bytes twice."""

from __future__ import annotations

import gzip
import importlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

PACKAGING = Path(__file__).parents[1] / "packaging"
HERE = PACKAGING / "package"
COMPILED_HERE = {"av", "llama-cpp-python", "fanlight-core", "fanlight"}


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Imports a module of packaging/package, which is no Python package, by its name."""
    monkeypatch.syspath_prepend(str(HERE))
    before = set(sys.modules)

    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    yield load
    for name in set(sys.modules) - before:
        if (file := getattr(sys.modules[name], "__file__", None)) and Path(file).parent == HERE:
            del sys.modules[name]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def shipped() -> dict[str, Distribution]:
    """The packages that `fanlight-core[all]` brings along, of those that are installed here."""
    found: dict[str, Distribution] = {}
    left = [("fanlight-core", "all audio documents fetch ocr speech video whisper")]
    while left:
        name, extras = left.pop()
        try:
            one = distribution(name)
        except PackageNotFoundError:
            continue
        if normal(name) in found:
            continue
        found[normal(name)] = one
        for line in one.requires or ():
            wanted, _semicolon, marker = line.partition(";")
            extra = re.search(r"extra\s*==\s*['\"]([\w-]+)", marker)
            if (
                (extra is None or extra[1] in extras.split())
                and "win32" not in marker
                and "python_version" not in marker
            ):
                left.append((re.match(r"[\w.-]+", wanted)[0], ""))  # type: ignore[index]
    return found


def test_every_package_that_ships_says_its_license_and_none_is_under_the_gpl(module: Any) -> None:
    parts = module("licenses").package_parts(shipped().values())
    assert len(parts) > 40
    assert all(part.license and part.source and part.version for part in parts)
    assert {part.name.lower(): part.license for part in parts}["soxr"] == "LGPL-2.1-or-later"


def test_every_package_that_ships_has_a_version_that_was_tried() -> None:
    lines = (HERE / "versions.txt").read_text("utf-8").splitlines()
    pinned = {normal(line.partition("==")[0]) for line in lines if "==" in line}
    assert set(shipped()) - pinned - COMPILED_HERE == set()


def package(site: Path, name: str, license_line: str, *files: str) -> None:
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{license_line}\n")
    for file in files:
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_bytes(b"x")
    own = [*files, f"{info.name}/METADATA", f"{info.name}/RECORD"]
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in own))


@pytest.mark.parametrize(
    "line",
    ["License: GPL-3.0-only", "License-Expression: GPL-2.0-or-later", "License: AGPL-3.0",
     "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)"],
)  # fmt: skip
def test_a_package_under_the_gpl_is_refused(module: Any, tmp_path: Path, line: str) -> None:
    licenses = module("licenses")
    package(tmp_path, "stranger", line)
    with pytest.raises(licenses.GplInside, match="stranger"):
        licenses.package_parts(licenses.distributions(path=[str(tmp_path)]))


def test_a_package_may_be_under_the_lgpl_or_the_gpl_by_choice(module: Any, tmp_path: Path) -> None:
    licenses = module("licenses")
    package(tmp_path, "chosen", "License: LGPL-3.0-only OR GPL-2.0-only")
    assert licenses.package_parts(licenses.distributions(path=[str(tmp_path)]))[0].license.startswith("LGPL")


def test_a_package_without_a_license_is_refused(module: Any, tmp_path: Path) -> None:
    licenses = module("licenses")
    package(tmp_path, "silent", "Summary: x")
    with pytest.raises(licenses.UnknownPart, match="silent"):
        licenses.package_parts(licenses.distributions(path=[str(tmp_path)]))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A home with Python, one package, and a library inside it."""
    home = tmp_path / "usr/lib/fanlight"
    site = home / "lib/python3.11/dist-packages"
    texts = (f"known-1.0.dist-info/licenses/{name}" for name in ("LICENSE", "inner/LICENSE"))
    package(
        site, "known", "License: MIT", "known/__init__.py", "known/libknown.so", "known.libs/libopenblas-1.so", *texts
    )
    inside = ("known/__pycache__/__init__.cpython-311.pyc", "PySide6/Qt/lib/libQt6Core.so.6")
    of_packages = (f"lib/python3.11/dist-packages/{file}" for file in inside)
    for file in ("bin/python3.11", "bin/fanlight", "lib/python3.11/os.pyc", *of_packages):
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        (home / file).write_bytes(b"x")
    return site


def test_every_file_has_an_owner_and_a_license(module: Any, site: Path, tmp_path: Path) -> None:
    module("licenses").write_licenses(tmp_path / "doc", PACKAGING.parent, site)
    lines = gzip.decompress((tmp_path / "doc/files.gz").read_bytes()).decode().splitlines()
    owners = {Path(line.split("\t")[0]).name: tuple(line.split("\t")[1:]) for line in lines}
    assert owners["__init__.py"] == owners["__init__.cpython-311.pyc"] == ("known", "MIT")
    assert owners["libopenblas-1.so"] == ("OpenBLAS", "BSD-3-Clause")
    assert owners["os.pyc"] == owners["python3.11"] == ("Python", "PSF-2.0")
    assert owners["fanlight"] == ("Fanlight", "MIT")
    assert owners["libknown.so"] == ("known", "MIT")
    assert (tmp_path / "doc/licenses/known/LICENSE").exists()
    assert (tmp_path / "doc/licenses/known/inner/LICENSE").exists()
    assert not (site / "known-1.0.dist-info/licenses").exists()
    told = (tmp_path / "doc/copyright").read_text("utf-8")
    assert "known 1.0: MIT" in told
    assert "Qt 6: LGPL-3.0-only" in told
    assert "FFmpeg" not in told


@pytest.mark.parametrize("text", ["Grüße", "plain"])
def test_texts_of_licenses_are_utf_8(module: Any, text: str) -> None:
    written = module("licenses").as_utf8
    assert written(text.encode("latin-1")).decode() == written(text.encode()).decode() == text


@pytest.mark.parametrize("file", ["known.libs/libstrange.so", "known/libstrange.so", "stray/thing.py"])
def test_a_file_that_belongs_to_nobody_is_refused(module: Any, site: Path, file: str) -> None:
    licenses = module("licenses")
    (site / file).parent.mkdir(exist_ok=True)
    (site / file).write_bytes(b"x")
    with pytest.raises(licenses.UnknownPart, match=Path(file).name):
        licenses.write_licenses(site.parents[4] / "doc", PACKAGING.parent, site)


def test_a_list_of_parts_that_no_program_would_read_is_refused(module: Any) -> None:
    pytest.importorskip("cyclonedx", reason="needs the extra `packages`")
    listed, licenses = module("parts_list"), module("licenses")
    stated = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
    made = listed.with_bundled(stated, licenses.bundled_parts(), "1.2")
    listed.refuse_invalid(json.dumps(made))
    made["components"][0]["type"] = "book"
    with pytest.raises(listed.InvalidList, match="book"):
        listed.refuse_invalid(json.dumps(made))


def test_the_list_of_parts_holds_what_is_inside_packages_and_no_path_of_the_builder(module: Any) -> None:
    listed = module("parts_list")
    stated = {
        "components": [
            {"name": "av", "properties": [{"name": "x", "value": "/home/me"}],
             "externalReferences": [{"url": "file:///home/me/av.whl"}, {"url": "https://example.org"}]},
        ]
    }  # fmt: skip
    made = listed.with_bundled(stated, module("licenses").bundled_parts(), "1.2")
    assert "/home/me" not in str(made)
    assert {"av", "Qt 6", "FFmpeg", "Python"} <= {component["name"] for component in made["components"]}
    assert made["metadata"]["component"]["version"] == "1.2"


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="needs dpkg-deb")
def test_the_same_tree_is_the_same_package_twice(module: Any, tmp_path: Path) -> None:
    deb = module("deb")
    release = deb.Release("fanlight", "1.2", "Sat, 29 Nov 2025 12:00:00 +0000", 1764417600, "A <a@b.invalid>", 3)
    made = []
    for attempt in ("first", "second"):
        tree, out = tmp_path / attempt / "tree", tmp_path / attempt
        for file in ("usr/bin/fanlight", "usr/share/doc/fanlight/copyright", "usr/share/man/man1/fanlight.1"):
            (tree / file).parent.mkdir(parents=True, exist_ok=True)
            (tree / file).write_text("x")
        (tree / "usr/bin/fanlight").chmod(0o700 if attempt == "first" else 0o755)
        made.append(
            (deb.write_deb(tree, out, release).read_bytes(), deb.write_archive(tree, out, release).read_bytes())
        )
    assert made[0] == made[1]


def test_a_menu_entry_of_a_package_is_started_by_the_bus(module: Any) -> None:
    name = "org.fanlight.Fanlight"
    entry = module("desktop_files").bus_activated((PACKAGING / f"{name}.desktop").read_text("utf-8"))
    assert entry.count("DBusActivatable=true\n") == 1
    assert entry.index("DBusActivatable") < entry.index("[Desktop Action")
    service = (HERE / f"{name}.service").read_text("utf-8")
    assert f"Name={name}\n" in service


@pytest.mark.skipif(sys.platform == "win32", reason="a script of the shell")
def test_an_archive_without_the_libraries_it_needs_names_all_of_them(module: Any, tmp_path: Path) -> None:
    launcher, python = tmp_path / "fanlight", tmp_path / "python3"
    module("launcher").write_launcher(launcher)
    (tmp_path / "link").symlink_to(launcher)
    for script in ("echo libexpat.so.1: not found >&2; exit 127", 'echo "$@"'):
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
        ended = subprocess.run([tmp_path / "link", "ask", "two words"], capture_output=True, text=True, check=False)
        if "127" in script:
            assert (ended.returncode, ended.stdout) == (1, "")
            assert ended.stderr.startswith("fanlight: Fanlight's Python does not start: libexpat.so.1: not found\n  On")
            assert {"libexpat1", "libxcb-cursor0", "libportaudio2", "libssl3", "libc6"} <= set(ended.stderr.split())
            assert not set("|()") & set(ended.stderr)
        else:
            assert (ended.returncode, ended.stdout) == (0, "-I -m fanlight ask two words\n")
