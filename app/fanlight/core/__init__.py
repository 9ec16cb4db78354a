"""The application, on QtCore alone: it decides what happens; `ui` draws it and forwards input."""
