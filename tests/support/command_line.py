"""What the fixtures of tests/cli give: see its conftest.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fanlight.engine.scripted import ScriptedEngine


@dataclass
class Ran:
    """One run of `fanlight`: exit status, stdout, stderr."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]
Script = Callable[..., ScriptedEngine]
