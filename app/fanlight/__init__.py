"""Fanlight: a private desktop assistant. Pictures, questions and answers stay on this computer."""

__version__ = "0.1.0"
