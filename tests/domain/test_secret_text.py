"""What should not be shown is found in texts, also where letters were taken for others, and little else is."""

from __future__ import annotations

import random

import pytest

from fanlight.domain.reading import TextLine
from fanlight.domain.secret_places import SecretPlace, secret_codes, secret_places
from fanlight.domain.secret_text import is_account, is_card, secret_spans
from support import planted_secrets, written_words


def found(text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.begin : span.end]) for span in secret_spans(text)]


@pytest.mark.parametrize(
    ("text", "kind", "secret"),
    [
        ("Write to anna.meyer@example.com now", "mail", "anna.meyer@example.com"),
        ("anna.meyer@ example. com", "mail", "anna.meyer@ example. com"),
        ("anna@examplecom", "mail", "anna@examplecom"),
        ("Call +49 170 1234567 today", "phone", "+49 170 1234567"),
        ("(555) 234-5678", "phone", "(555) 234-5678"),
        ("+49 l7O I234567", "phone", "+49 l7O I234567"),
        ("Phone: 9018201", "phone", "9018201"),
        ("Paid with 4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
        ("Paid with 4lll 1111 1I11 1111", "card", "4lll 1111 1I11 1111"),
        ("Paid with 4111-1111-1111-1112", "card", "4111-1111-1111-1112"),
        ("378282246310005", "card", "378282246310005"),
        ("IBAN: DE89 3704 0044 0532 0130 00", "account", "DE89 3704 0044 0532 0130 00"),
        ("0E89 37O4 0044 0532 0l30 00", "account", "0E89 37O4 0044 0532 0l30 00"),
        ("GB29NWBK60161331926819", "account", "GB29NWBK60161331926819"),
        ("DE88 3704 0044 0532 0130 00", "account", "DE88 3704 0044 0532 0130 00"),
        ("Bank: GB560JVB72079829377240", "account", "GB560JVB72079829377240"),
        ("key ghp_16C7e42F292c6912E7710c838347Ae178B4a", "token", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
        ("AKlAIOSFODNN7EXAMPLE", "token", "AKlAIOSFODNN7EXAMPLE"),
        ("-----BEGIN RSA PRIVATE KEY-----", "token", "-----BEGIN RSA PRIVATE KEY-----"),
        ("postgres://me:s3cretpw@db.example.com/x", "token", "s3cretpw@db.example.com"),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "token", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("Passw0rd: hunter2", "password", "hunter2"),
        ("Password: correct horse battery staple", "password", "correct horse battery staple"),
        ("Kennwort: sonnenschein", "password", "sonnenschein"),
        ("PIN: 4821", "password", "4821"),
        ("Kennwort: blue-kettle0 0", "password", "blue-kettle0 0"),
        ("Password: tr0ub4dor+3 3 (old)", "password", "tr0ub4dor+3 3"),
        ('api_key = "8f3k2jd9"', "password", "8f3k2jd9"),
    ],
)
def test_what_should_not_be_shown_is_found(text: str, kind: str, secret: str) -> None:
    assert found(text) == [(kind, secret)]


@pytest.mark.parametrize(
    "text",
    [
        *[text for text in written_words._SENTENCES if "@" not in text],
        *written_words._OUTPUT,
        *written_words._CODE,
        *written_words._OPTIONS,
        "2026-11-30 16:11:41 +0000", "Version 10.2.13.4567", "0.123456789", "192.168.100.101:8080",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b", "Order no. 4111 1111 and 20417", "1,234,567.89 EUR",
        "550e8400-e29b-41d4-a716-446655440000", "Password: ********", "Password must have 8 characters",
        "Enter your password", "def set_password(self, password: str) -> None:", "token: str", "Forgot password?",
        "x-large-button-primary-container-fluid", "fanlight/ui/window/annotation_view.py", "0000 0000 0000 0000",
        "https://example.org/2024/01/02/a-long-name-of-a-page.html", "1600 x 1200, 300 dpi, 12 345 678 bytes",
    ],
)  # fmt: skip
def test_little_else_is_found(text: str) -> None:
    assert found(text) == []


def test_check_digits() -> None:
    assert is_card("4111 1111 1111 1111")
    assert not is_card("4111 1111 1111 1112")
    assert not is_card("0000 0000 0000")
    assert is_account("GB29 NWBK 6016 1331 9268 19")
    assert not is_account("GB28 NWBK 6016 1331 9268 19")
    assert not is_account("XX29 NWBK 6016 1331 9268 19")


def test_what_screens_are_made_of_is_found() -> None:
    chance = random.Random(14)
    for kind in ("mail", "phone", "card", "account", "token"):
        for _time in range(200):
            text = planted_secrets.SECRETS[kind](chance)
            assert found(f"Use {text} today")[0][1].startswith(text), text


def line(text: str, left: float = 0, top: float = 0, size: float = 10) -> TextLine:
    places = tuple((left + i * size, left + (i + 1) * size) for i in range(len(text)))
    return TextLine(text, left, top, size * len(text), 2 * size, 1.0, places)


def covered(places: tuple[SecretPlace, ...], read: TextLine) -> list[str]:
    """The characters that are whole in a box."""
    return [
        read.text[round(max(0, place.left - read.left) / 10) : round((place.right - read.left) / 10)].strip()
        for place in places
        if place.top <= read.top and read.bottom <= place.bottom
    ]


def test_a_box_covers_the_words_and_the_ends_of_letters() -> None:
    read = line("Use anna@example.com now", 100, 50)
    (place,) = secret_places([read])
    assert covered((place,), read) == ["anna@example.com"]
    assert place.top < 50
    assert place.bottom > 70
    assert 130 < place.left < 140
    assert 300 < place.right < 310


def test_a_line_whose_letters_have_no_places_is_covered_whole() -> None:
    upright = TextLine("Use anna@example.com now", 10, 10, 20, 400)
    (place,) = secret_places([upright])
    assert (place.left, place.top) < (10, 10)
    assert (place.right, place.bottom) > (30, 410)


def test_groups_that_stand_apart_are_one_number() -> None:
    groups = [line(text, left) for text, left in (("4111", 0), ("1111", 70), ("1111", 140), ("1111", 210))]
    assert len(secret_places(groups)) == 4
    assert secret_places([line("4111", 0), line("1111", 400), line("1111", 800), line("1111", 1200)]) == ()


def test_what_a_label_asks_for_is_beside_it_or_below() -> None:
    beside = [line("Password", 0, 0), line("Kx7-blue", 200, 0)]
    assert [place.top < 0 for place in secret_places(beside)] == [True]
    below = [line("API key", 0, 0), line("8f3k2jd9", 5, 30)]
    assert len(secret_places(below)) == 1
    assert secret_places([line("Password", 0, 0), line("Forgotten", 5, 30)]) == ()
    assert len(secret_places([line("Kennwort", 0, 0), line("sunshine", 200, 0)])) == 1
    assert len(secret_places([line("Kennwort", 0, 0), line("blue-kettle0 0", 200, 0)])) == 1
    assert secret_places([line("Password", 0, 0), line("Status", 200, 0)]) == ()
    assert secret_places([line("Tokens", 0, 0), line("count", 200, 0)]) == ()
    assert secret_places([line("Password", 0, 0), line("••••••", 200, 0)]) == ()


def test_a_token_that_is_wrapped_and_a_private_key_are_covered_to_their_ends() -> None:
    token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
    wrapped = [line("TOKEN=" + token[:20], 0, 0), line(token[20:] + "111111", 0, 24), line("done", 0, 48)]
    assert len(secret_places(wrapped)) == 2
    key = [
        "-----BEGIN PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG",
        "all lower case words",
        "-----END PRIVATE KEY-----",
        "ls",
    ]
    assert len(secret_places([line(text, 0, 24.0 * row) for row, text in enumerate(key)])) == 4


def test_codes_that_open_something_are_secret() -> None:
    codes = [
        TextLine(text, 0, 0, 90, 90) for text in ("WIFI:S:home;P:hunter2;;", "https://example.org", "a@example.org")
    ]
    assert len(secret_codes(codes)) == 2
