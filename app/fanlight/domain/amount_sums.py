"""Whether the amounts of an invoice, or of a receipt, add up as they were read.

A correct one may have a discount, a deposit, a carriage, a tax that is withheld, rounded prices. So something is said
only where nothing on the page can be the difference: then one of the numbers was read wrong, or the invoice is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any, Literal

_LEAST_SLACK, _SLACK_OF_A_LINE = Decimal("0.05"), Decimal("0.01")
"""What rounding may make: of each line, of the tax, of a sum that is paid in cash."""
_CASH_SLACK = Decimal("0.5")
"""Where the total has no cents."""
_MOST_AMOUNTS, _MOST = 400, 10**15
_SHARES = (Decimal("0.01"), Decimal("0.02"), Decimal("0.03"), Decimal("0.04"), Decimal("0.05"), Decimal("0.1"))
"""Discounts that are often given in percent alone."""


@dataclass(frozen=True, slots=True)
class SumFault:
    """`of`: what was added up, the lines, or net amount and tax; `said`: what the page gives as `total`."""

    of: Literal["lines", "parts"]
    total: Literal["net", "total"]
    found: Decimal
    said: Decimal


def sum_fault(values: Any, printed: Collection[Decimal]) -> SumFault | None:
    """`printed`: all amounts on the page that these `values` were read from, which has to be all of the invoice; where
    none is known, nothing is said."""
    if not isinstance(values, Mapping) or not printed or len(printed) > _MOST_AMOUNTS:
        return None
    net, tax, total = (_amount(values.get(name)) for name in ("net", "tax", "total"))
    lines = _line_amounts(values.get("items"))
    slack = _LEAST_SLACK + _SLACK_OF_A_LINE * len(lines)
    if total is not None and total == total.to_integral_value():
        slack = max(slack, _CASH_SLACK)
    if net is not None and tax is not None and total is not None:
        found = net + tax
        ways = [found, net, net - tax]  # the net amount may be the total already; a tax may be withheld
        said = _with_sign_of(found, total)
        if not _is_one_of(said, ways, slack) and not _is_explained(abs(said - found), total, printed, slack):
            return SumFault("parts", "total", found, total)
    if not lines or (wanted := total if total is not None else net) is None:
        return None
    found = sum(lines, Decimal(0))
    totals = [one for one in (total, net) if one is not None]
    with_tax = [one + sign * tax for one in totals for sign in (1, -1)] if tax is not None else []
    lines_say = _with_sign_of(wanted, found)
    if _is_one_of(lines_say, totals + with_tax, slack):
        return None
    if any(_is_explained(abs(one - lines_say), one, printed, slack) for one in totals + with_tax):
        return None
    return SumFault("lines", "total" if total is not None else "net", found, wanted)


def _line_amounts(items: Any) -> list[Decimal]:
    """None of them where one is not known."""
    rows = items if isinstance(items, list) else []
    found = [_amount(row.get("amount")) if isinstance(row, Mapping) else None for row in rows]
    amounts = [one for one in found if one is not None]
    return amounts if len(amounts) == len(rows) else []


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _MOST:  # NaN is not either
        return None
    return Decimal(str(value))


def _with_sign_of(other: Decimal, value: Decimal) -> Decimal:
    """A credit note may have its sign beside the total alone, or beside the lines."""
    return value.copy_sign(other) if other else value


def _is_one_of(value: Decimal, ways: Collection[Decimal], slack: Decimal) -> bool:
    return any(abs(value - way) <= slack for way in ways)


def _is_explained(difference: Decimal, total: Decimal, printed: Collection[Decimal], slack: Decimal) -> bool:
    """An amount on the page, or two of them, or a usual discount, is what is missing or too much."""
    shares = [abs(total) * share / (1 - share) for share in _SHARES] + [abs(total) * share for share in _SHARES]
    if _is_one_of(difference, shares, _LEAST_SLACK):
        return True
    near = [one for one in printed if abs(one) > slack]
    if any(abs(difference - abs(one)) <= slack for one in near):
        return True
    return any(
        abs(difference - abs(one + other)) <= _LEAST_SLACK or abs(difference - abs(one - other)) <= _LEAST_SLACK
        for one, other in combinations(near, 2)
    )
