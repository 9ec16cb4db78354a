"""All cases, by name."""

from __future__ import annotations

from crash.batch_case import BatchCase
from crash.case import Case
from crash.index_case import IndexCase
from crash.moving_cases import BackupCase, ImportCase, RestoreCase
from crash.store_case import StoreCase

CASES: dict[str, Case] = {
    "store": StoreCase(),
    "batch": BatchCase(),
    "index": IndexCase(),
    "import": ImportCase(),
    "backup": BackupCase(),
    "restore": RestoreCase(),
}
