"""The windows of a capture: frozen screens to choose on, countdown, notice."""
