"""How the threads of the model libraries wait for each other: llama.cpp and CTranslate2 both stand on GNU OpenMP, and
both compute a token in hundreds of short loops, each of which ends with waiting."""

from __future__ import annotations

import os

TURNS = 500
"""How often a waiting thread looks for work before it sleeps, some microseconds in all. Measured with two cores: tokens
a second of a vision model of 256M parameters on two threads, and milliseconds a token of Whisper base with a beam of 2,
alone and beside another program that fills a core:

    0 (OMP_WAIT_POLICY=PASSIVE)   32 and 56     16 and 15
    500                          104 and 39      9 and 18
    2,000 / 3,000                108 and 24      9 and 35
    300,000 (its own)              -              7 and 31 to 60
"""


def wait_shortly() -> None:
    """To be called before such a library is loaded: it looks at the environment then. What the user has set stands."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", str(TURNS))
