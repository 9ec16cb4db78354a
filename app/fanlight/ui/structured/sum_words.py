"""What is said of amounts that do not add up."""

from __future__ import annotations

from decimal import Decimal

from fanlight.domain.amount_sums import SumFault
from fanlight.i18n import _, format_decimal


def sum_text(fault: SumFault) -> str:
    numbers = {"found": _shown(fault.found), "said": _shown(fault.said)}
    if fault.of == "parts":
        return _("Net amount and tax add up to {found}, the total says {said}.").format(**numbers)
    if fault.total == "net":
        return _("The lines add up to {found}, the net amount says {said}.").format(**numbers)
    return _("The lines add up to {found}, the total says {said}.").format(**numbers)


def _shown(amount: Decimal) -> str:
    """With cents, as amounts are written."""
    return format_decimal(float(amount), 2)
