"""Which model is right about the cases that a person has collected, and whether it treats pairs of them alike."""
