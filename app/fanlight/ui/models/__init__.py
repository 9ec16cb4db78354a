"""Choosing and opening a model."""
