"""No import circle at any level: between modules, or between the folders of a package. Imports under TYPE_CHECKING and
inside functions count."""

from __future__ import annotations

from support.import_graph import circles, folders, imports


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert list(circles(imports())) == []


def test_no_folder_imports_itself_by_way_of_its_siblings() -> None:
    graph = imports()
    packages = {name.rpartition(".")[0] for name in graph if "." in name}
    found = {package: list(circles(folders(graph, package))) for package in packages}
    assert {package: inside for package, inside in found.items() if inside} == {}
