"""Qt objects end on the thread they began on: cycles are collected here, never on a thread the test started."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def collect_on_this_thread() -> Iterator[None]:
    gc.disable()
    yield
    gc.collect()
    gc.enable()
