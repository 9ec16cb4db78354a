"""The application on QtCore alone: it decides,  draws it and forwards input."""
