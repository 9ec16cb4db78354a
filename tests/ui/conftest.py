"""Qt objects are destroyed on the thread of the test alone."""

from __future__ import annotations

from support.collecting import collect_on_this_thread as collect_on_this_thread
