"""Speech recognition: Whisper behind voice activity detection, live and from files. No Qt, no microphone."""

from __future__ import annotations

import os

os.environ["HF_HUB_OFFLINE"] = "1"  # before faster-whisper is imported: it could look models up by name
