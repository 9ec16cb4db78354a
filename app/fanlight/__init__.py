"""Fanlight: a private desktop assistant. Pictures, questions and answers stay on this computer."""

import os

__version__ = "0.1.0"

# From 1.29 on onnxruntime reports to its maker, and keeps an identifier in the user's cache folder to do so, unless
# this is there before it is imported. pyproject.toml asks for an older one; this holds where another is installed.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
