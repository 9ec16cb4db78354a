"""How the threads of the model libraries wait for each other. On Linux llama.cpp and CTranslate2 both use GNU OpenMP,
and both compute a token in hundreds of short loops, each of which ends with a barrier. Elsewhere this has no effect."""

from __future__ import annotations

import os

TURNS = 500
"""How often a waiting thread checks for work before it sleeps, some microseconds in total. Measured with two cores and
two threads: tokens a second of a vision model of 256M parameters, and milliseconds a token of Whisper base with a beam
of 5, alone and beside another program that fills a core:

    0 (OMP_WAIT_POLICY=PASSIVE)   32 and 56     19 and 19    (alone, each loop wakes a sleeping core)
    500                          104 and 39     10 and 22
    2,000 / 3,000                108 and 24      9 and 43
    300,000 (default)              -             8 and 42 to 106
"""


def wait_shortly() -> None:
    """Call before such a library is loaded: it reads the environment then. The user's own settings are kept."""
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
        os.environ.setdefault("GOMP_SPINCOUNT", str(TURNS))
