"""Amounts of bytes, for display."""

from __future__ import annotations

from fanlight.i18n import _, format_decimal


def size(count: int) -> str:
    """Bytes for display: "312 MB", "1.2 GB"."""
    if count >= 999_500_000:
        return _("{number} GB").format(number=format_decimal(count / 1e9, 1))
    return _("{number} MB").format(number=format_decimal(max(count, 0) / 1e6, 0 if count >= 10_000_000 else 1))
