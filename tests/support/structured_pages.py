"""An invoice as a page, and what a model says that it has read there: one item of it is made up."""

from __future__ import annotations

import json

PAGE = """ACME Pumps Ltd
12 Harbour Road, Bristol
INVOICE No. INV-2026-0815
Date: 5 March 2026
Due: 04/04/2026
Miller & Sons, 3 High Street, Leeds
Pump P-200
2
1,234.50
2,469.00
Total
USD 2,469.00"""
VALUES = {
    "number": "INV-2026-0815",
    "date": "2026-03-05",
    "due": None,
    "seller": {"name": "ACME Pumps Ltd", "address": "12 Harbour Road, Bristol", "tax_id": None, "iban": None},
    "buyer": {"name": "Miller & Sons", "address": "3 High Street, Leeds"},
    "items": [
        {"text": "Pump P-200", "quantity": 2, "unit_price": 1234.5, "amount": 2469.0},
        {"text": "Installation", "quantity": 2, "unit_price": 350, "amount": 700},
    ],
    "net": None,
    "tax": None,
    "total": 2469.0,
    "currency": "EUR",
}
MADE_UP = {("items", 1, "text"), ("items", 1, "unit_price"), ("items", 1, "amount"), ("currency",)}
ANSWER = json.dumps(VALUES)
