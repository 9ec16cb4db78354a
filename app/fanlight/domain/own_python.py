"""How a process that runs modules of Fanlight is told where they are."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import fanlight


def with_own_modules(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` for another process of this Python: Fanlight's modules are those of this process. What this one was
    started to ignore, the child ignores, too (python -I, as packages start it: neither the variables of another Python
    nor packages in the user's folder are theirs)."""
    known = dict(environment)
    if sys.flags.ignore_environment:
        known = {name: value for name, value in known.items() if not name.startswith("PYTHON")}
    if sys.flags.no_user_site:
        known["PYTHONNOUSERSITE"] = "1"
    package = str(Path(fanlight.__file__).parents[1])
    inherited = [path for path in known.get("PYTHONPATH", "").split(os.pathsep) if path and path != package]
    return known | {"PYTHONPATH": os.pathsep.join([package, *inherited])}
