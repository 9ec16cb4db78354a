"""The recipe of the practice model: it draws, asks, trains, exports and measures. `python -m recipe --help`."""
