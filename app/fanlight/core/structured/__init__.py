"""Values that are read from a page or a picture by a schema, and where they stand on it."""
