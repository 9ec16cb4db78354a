"""The quick panel beside a capture, and the quick actions it offers."""
