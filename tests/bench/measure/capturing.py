"""From the mouse's release to the first token of Explain on the screen: the real window, the practice model, and a
picture that no cache knows."""

from __future__ import annotations

import os
from contextlib import closing
from time import perf_counter

from bench.display import xvfb
from bench.readings import Notebook

_ROUNDS, _QUICK_ROUNDS = 15, 3


def measure(notebook: Notebook, quick: bool) -> None:
    with xvfb(1920, 1080) as screen:
        os.environ |= {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"}
        from bench.hand import Hand
        from bench.panels import Panels

        with closing(Hand(screen.name)) as hand, Panels() as panels:
            for number in range(-2, _QUICK_ROUNDS if quick else _ROUNDS):
                hand.colour_desktop(0x203040 + 0x050301 * (number + 3))
                panels.freeze()
                hand.move(300, 250)
                hand.button(True)
                hand.move(500, 400)
                hand.move(900, 700)
                panels.look()
                start = perf_counter()
                hand.button(False)
                shown, said = panels.seen()
                panels.forget()
                if number >= 0:  # the first ones compile expressions and fill caches
                    notebook.write("release_to_panel_ms", 1000 * (shown - start))
                    notebook.write("release_to_first_token_ms", 1000 * (said - start))
