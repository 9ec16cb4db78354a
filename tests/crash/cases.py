"""All cases, by name."""

from __future__ import annotations

from crash.batch_case import BatchCase
from crash.case import Case
from crash.store_case import StoreCase

CASES: dict[str, Case] = {"store": StoreCase(), "batch": BatchCase()}
