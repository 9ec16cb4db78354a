"""app/ARCHITECTURE.md is true: the functions, classes, files, and folders it names exist, its walks are counted right,
and its floors are those of the contracts."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
APP = ROOT / "app" / "fanlight"
PAGE = (ROOT / "app" / "ARCHITECTURE.md").read_text("utf-8")
TREE = PAGE.partition("app/fanlight/\n")[2].partition("models/practice/")[0]
WALKS = re.findall(r"^### (.+?): (\d+) hops in (\d+) files\n.*?^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

_NAME = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?"
_HOPS = re.compile(rf"([\w/]+\.py):({_NAME}(?:, {_NAME})*)")


def hops(text: str) -> list[tuple[str, str]]:
    """Each file and function of `file:function` or `file:function, function`, in order."""
    return [(file, name) for file, names in _HOPS.findall(text) for name in names.split(", ")]


@cache
def defined(file: str) -> frozenset[str]:
    """Functions of a module below `app/fanlight`, and methods as `Class.method`; empty where there is no such file."""
    path = APP / file
    body = ast.parse(path.read_text("utf-8")).body if path.is_file() else []
    functions = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    methods = {
        f"{node.name}.{inner.name}"
        for node in body
        if isinstance(node, ast.ClassDef)
        for inner in node.body
        if isinstance(inner, ast.FunctionDef)
    }
    return frozenset(functions | methods)


def test_every_function_it_names_exists() -> None:
    named = hops(PAGE)
    assert len(named) > 200
    assert [f"{file}:{name}" for file, name in named if name not in defined(file)] == []


def test_every_file_it_names_exists() -> None:
    there = {path.name for path in APP.rglob("*.py")}
    missing = [
        file
        for file in re.findall(r"[\w/]+\.py\b", PAGE)
        if not (APP / file).is_file() and not (ROOT / file).is_file() and file not in there
    ]
    assert missing == []


def test_every_class_it_names_exists() -> None:
    classes = {
        node.name
        for path in APP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    named = set(re.findall(r"\b(?!Qt)(?:[A-Z][a-z]+){2,}\b", PAGE))
    assert len(named) > 60
    assert sorted(named - classes) == []


def test_every_folder_is_in_its_tree() -> None:
    folders = Counter(path.parent.name for path in APP.glob("*/**/__init__.py"))
    assert Counter(re.findall(r"\b(\w+)/", TREE)) == folders


def test_its_four_walks_are_counted_and_numbered() -> None:
    assert len(WALKS) == 4
    for title, count, files, walk in WALKS:
        walked = hops(walk)
        assert [hop for hop, times in Counter(walked).items() if times > 1] == [], title
        assert (len(walked), len({file for file, _name in walked})) == (int(count), int(files)), title
        number = 1
        for line in filter(hops, walk.splitlines()):
            assert int(line.split()[0]) == number, line
            number += len(hops(line))


@pytest.mark.parametrize("container", ["fanlight", "fanlight.ui", "fanlight.core"])
def test_its_floors_are_those_of_the_contracts(container: str) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one.get("containers") == [container])
    floors = " -> ".join(f"{{ {layer.replace(' | ', ' ')} }}" if "|" in layer else layer for layer in layers)
    assert floors in " ".join(PAGE.split())
