"""Where Qt objects are at home on the test's thread and others run beside it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from time import perf_counter

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

LONG = 0.005
"""Seconds for which the collector looks at some ten thousand objects: at more than one test makes."""


@pytest.fixture(autouse=True)
def collect_on_this_thread() -> Iterator[None]:
    """Qt objects end on the thread they began on: cycles are collected here, never on a thread that a test started. For
    the `conftest` of a folder."""
    gc.disable()
    yield
    # As an event loop would have done before: PySide deletes an object twice whose deletion is still to come when the
    # collector finds it.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    begun = perf_counter()
    gc.collect()
    # A window that ended has unfrozen also what `conftest` froze. Counting it takes as long as collecting it.
    if perf_counter() - begun > LONG and not gc.get_freeze_count():
        gc.freeze()
    gc.enable()
