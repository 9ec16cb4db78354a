"""Imports of packages that may be missing or broken: each costs its feature, with a sentence, and nothing else."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fanlight.domain.errors import FanlightError

_BROKEN = (ImportError, OSError, RuntimeError, ValueError, AttributeError, SystemError)
"""Errors of importing an installed package: a library is missing on this computer (OSError), or was built for another
NumPy (ValueError, RuntimeError, AttributeError)."""

Translate = Callable[[Exception], FanlightError]


@contextmanager
def package_imports(missing: Translate, broken: Translate) -> Iterator[None]:
    """Around imports. Raises what `missing` makes of the error when a package is not installed, and what `broken` makes
    of it when one cannot be loaded. A mistake in Fanlight's own modules is raised as it is."""
    try:
        yield
    except _BROKEN as error:
        if _is_own(error):
            raise
        raise (missing if isinstance(error, ModuleNotFoundError) else broken)(error) from error


def _is_own(error: Exception) -> bool:
    """ImportError by its name, since `from package import name` raises it in Fanlight's code; others by their place."""
    if isinstance(error, ImportError):
        module = error.name or ""
    else:
        *_outer, (innermost, _line) = traceback.walk_tb(error.__traceback__)
        module = str(innermost.f_globals.get("__name__"))
    return module.partition(".")[0] == "fanlight"
