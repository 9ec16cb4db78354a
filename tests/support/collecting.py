"""Where Qt objects are at home on the test's thread and others run beside it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def collect_on_this_thread() -> Iterator[None]:
    """Qt objects end on the thread they began on: cycles are collected here, never on a thread that a test started. For
    the `conftest` of a folder."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()
