"""A picture from a camera."""
