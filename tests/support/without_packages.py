"""`python without_packages.py NAMES ARGUMENT...`: `fanlight ARGUMENT...` where the packages NAMES (divided by commas)
are not installed; "NAME=OSError" is one that is installed and whose import raises that error. With "load NAME" it calls
`compose.load_NAME` and prints the kind of error and its text."""

from __future__ import annotations

import builtins
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class Hidden(MetaPathFinder):
    """Packages that cannot be imported, as if they were not there."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(names)

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] in self._names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


class Broken(MetaPathFinder, Loader):
    """Packages that are there and cannot be imported: a library of theirs is missing, or built for another NumPy."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self._errors = errors

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name in self._errors else None

    def exec_module(self, module: ModuleType) -> None:
        kind = getattr(builtins, self._errors[module.__name__])
        raise kind("libnowhere.so.1: cannot open shared object file")


def hide(names: Sequence[str]) -> None:
    """Before anything of Fanlight's is imported."""
    errors = dict(name.split("=") for name in names if "=" in name)
    names = [name for name in names if "=" not in name]
    sys.meta_path.insert(0, Broken(errors))
    real = importlib.util.find_spec

    def find_spec(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name.partition(".")[0] in names else real(name, package)

    sys.meta_path.insert(0, Hidden(names))
    importlib.util.find_spec = find_spec


def load(name: str) -> str:
    from fanlight import compose
    from fanlight.domain.errors import FanlightError

    try:
        getattr(compose, f"load_{name}")(*([] if name == "reader" else [compose.settings()]))
    except FanlightError as error:
        return f"{type(error).__name__}: {error.text}"
    return "loaded"


if __name__ == "__main__":
    hide(sys.argv[1].split(","))
    if sys.argv[2:3] == ["load"]:
        sys.exit(print(load(sys.argv[3])))
    from fanlight.__main__ import main

    sys.argv = ["fanlight", *sys.argv[2:]]
    sys.exit(main())
