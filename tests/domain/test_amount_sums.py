"""Amounts that do not add up are said only where nothing on the page can be the reason."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from fanlight.domain.amount_sums import SumFault, sum_fault


def amounts(*written: str) -> frozenset[Decimal]:
    return frozenset(Decimal(one).normalize() for one in written)


def invoice(lines: list[float | None], net: float | None, tax: float | None, total: float | None) -> dict[str, Any]:
    return {"items": [{"text": "x", "amount": one} for one in lines], "net": net, "tax": tax, "total": total}


def said(values: Any, *printed: str) -> str:
    fault = sum_fault(values, amounts(*printed))
    return f"{fault.of} {fault.found} {fault.total} {fault.said}" if fault is not None else ""


def test_what_cannot_be_is_said() -> None:
    assert said(invoice([100.0, 18.0], None, None, 119.0), "100.00", "19.00", "119.00") == "lines 118.0 total 119.0"
    assert said(invoice([70.0, 30.0], 100.0, 16.0, 119.0), "70.00", "30.00", "100.00", "19.00", "119.00") == (
        "parts 116.0 total 119.0"
    )
    assert said(invoice([70.5, 31.9], 100.0, None, None), "70.50", "100.00") == "lines 102.4 net 100.0"


CORRECT = {
    "lines are net": (invoice([70.0, 30.0], 100.0, 19.0, 119.0), ["70.00", "30.00", "100.00", "19.00", "119.00"]),
    "lines are gross": (invoice([83.3, 35.7], 100.0, 19.0, 119.0), ["83.30", "35.70", "100.00", "19.00", "119.00"]),
    "only the total": (invoice([4.5, 3.2], None, None, 7.7), ["4.50", "3.20", "7.70"]),
    "the tax was not read": (invoice([70.0, 30.0], None, None, 119.0), ["70.00", "30.00", "19.00", "119.00"]),
    "rounding of each line": (invoice([3.33] * 9, 30.0, 5.7, 35.7), ["3.33", "30.00", "5.70", "35.70"]),
    "paid in whole crowns": (invoice([99.6, 50.0], None, None, 150.0), ["99.60", "50.00", "150.00"]),
    "carriage": (invoice([100.0], 106.9, 20.31, 127.21), ["100.00", "6.90", "106.90", "20.31", "127.21"]),
    "a discount and carriage": (
        invoice([200.0], 194.9, 37.03, 231.93),
        ["200.00", "10.00", "4.90", "194.90", "231.93"],
    ),
    "a discount in percent alone": (invoice([200.0], 194.0, 36.86, 230.86), ["200.00", "194.00", "36.86", "230.86"]),
    "a tax that is withheld": (invoice([1000.0], 1000.0, 210.0, 1060.0), ["1000.00", "210.00", "150.00", "1060.00"]),
    "a line that was not read": (invoice([70.0], 100.0, 19.0, 119.0), ["70.00", "30.00", "100.00", "119.00"]),
    "a line without an amount": (invoice([70.0, None], 100.0, 19.0, 119.0), ["70.00", "100.00", "119.00"]),
    "no lines": (invoice([], 100.0, 19.0, 119.0), ["100.00", "19.00", "119.00"]),
    "a line of credit": (invoice([100.0, -20.0], 80.0, 15.2, 95.2), ["100.00", "80.00", "15.20", "95.20"]),
    "all of a credit note": (invoice([-100.0], -100.0, -19.0, -119.0), ["100.00", "19.00", "119.00"]),
    "the sign at the total alone": (
        invoice([60.0, 40.0], 100.0, 19.0, -119.0),
        ["60.00", "40.00", "100.00", "19.00", "119.00"],
    ),
    "the sign at the sums": (invoice([60.0, 40.0], -100.0, -19.0, -119.0), ["60.00", "40.00", "19.00", "119.00"]),
    "the sign at the lines": (invoice([-60.0, -40.0], 100.0, 19.0, 119.0), ["60.00", "40.00", "19.00", "119.00"]),
    "a deposit that was paid": (invoice([100.0], 100.0, 19.0, 69.0), ["100.00", "19.00", "50.00", "69.00"]),
    "yen": (invoice([1200, 800], 2000, 200, 2200), ["1200", "800", "2000", "200", "2200"]),
}


@pytest.mark.parametrize("kind", CORRECT)
def test_of_a_correct_one_nothing_is_said(kind: str) -> None:
    values, printed = CORRECT[kind]
    assert said(values, *printed) == ""


def test_of_two_thousand_made_ones_nothing_is_said_where_they_are_right_and_most_misread_digits_are_found() -> None:
    dice, found, wrong = random.Random(14), 0, 0
    for _number in range(2000):
        values, printed = made(dice)
        assert sum_fault(values, printed) is None, values
        row = dice.randrange(len(values["items"]))
        digits = list(f"{values['items'][row]['amount']:.2f}")
        place = dice.choice([i for i, digit in enumerate(digits) if digit.isdigit() and i < len(digits) - 1])
        digits[place] = str((int(digits[place]) + dice.randrange(1, 10)) % 10)
        values["items"][row]["amount"] = float("".join(digits))
        wrong += 1
        found += sum_fault(values, printed) is not None
    assert found / wrong > 0.5


def made(dice: random.Random) -> tuple[dict[str, Any], frozenset[Decimal]]:
    """A correct invoice, and the amounts that are printed on it."""
    cents = [dice.randrange(100, 50_000) for _line in range(dice.randrange(1, 9))]
    rate, more = dice.choice((0, 5, 7, 19, 20, 21)), dice.choice((0, 0, 490, 690, 1290))
    less = dice.choice((0, 0, 0, sum(cents) // 20))
    net = sum(cents) + more - less
    tax = round(net * rate / 100)
    are_gross = more == less == 0 and dice.random() < 0.3
    shown = [round(one * (100 + rate) / 100) for one in cents] if are_gross else cents
    numbers = [*shown, *([more] if more else []), *([less] if less else []), net, tax, net + tax]
    values = invoice([one / 100 for one in shown], net / 100, tax / 100, (net + tax) / 100)
    if dice.random() < 0.3:
        values["net"] = None
    return values, frozenset((Decimal(one) / 100).normalize() for one in numbers)


def test_without_a_text_or_with_other_values_nothing_is_said() -> None:
    values = invoice([100.0], None, None, 119.0)
    assert sum_fault(values, frozenset()) is None
    assert isinstance(sum_fault(invoice([100.0, 18.0], None, None, 119.0), amounts("100.00", "119.00")), SumFault)
    others: tuple[object, ...] = (
        None,
        [],
        {},
        {"items": "x", "total": "y"},
        {"items": [1, None], "total": True},
        invoice([1.0], float("nan"), float("inf"), 10**400),
    )
    for other in others:
        assert sum_fault(other, amounts("1.00")) is None
