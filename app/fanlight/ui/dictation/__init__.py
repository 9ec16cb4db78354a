"""Speaking to Fanlight, and being spoken to."""
