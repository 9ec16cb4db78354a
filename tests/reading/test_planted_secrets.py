"""What should not be shown is found on drawn screens, and once they are redacted, no file has a pixel of it. The bench
has more of them (`redacting`)."""

from __future__ import annotations

from contextlib import closing

import pytest

from bench.measure.redacting import missing, pixels_in, pixels_kept
from fanlight import compose
from fanlight.desktop.mime import from_qimage
from fanlight.domain.secret_places import SecretPlace, secret_places
from fanlight.ui.widgets.pixels import to_qimage
from support.planted_secrets import PlantedScreen, plain_screens, planted

pytestmark = [pytest.mark.gui]
SCREENS = (("form", 7, False, 1.0), ("dialog", 9, True, 1.0))


def test_secrets_on_screens_are_covered_and_little_else_is() -> None:
    with closing(compose.load_reader()) as reader:
        screens = [planted(*screen) for screen in SCREENS]
        found = [(screen, secret_places(reader.read(screen.image))) for screen in screens]
        assert [(screen.name, missing(screen, places)) for screen, places in found if missing(screen, places)] == []
        assert pixels_kept(found) == 0
        (plain,) = plain_screens(1)
        assert secret_places(reader.read(plain.image)) == ()


def test_what_is_not_covered_is_counted() -> None:
    screen: PlantedScreen = planted(*SCREENS[0])
    places = [SecretPlace("mail", *one.box) for one in screen.secrets]
    assert missing(screen, places) == []
    assert missing(screen, places[:2]) == [screen.secrets[2]]
    left, top, right, bottom = screen.secrets[0].box
    short = SecretPlace("mail", left, top, right - 8, bottom)
    assert missing(screen, [short, *places[1:]]) == [screen.secrets[0]]
    as_it_was = from_qimage(to_qimage(screen.image), "screen").data
    assert pixels_in(as_it_was, screen, screen.secrets[:1]) == screen.ink(screen.secrets[0]).sum() > 100
