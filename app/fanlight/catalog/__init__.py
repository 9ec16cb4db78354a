"""The available models, what they can do, and whether they fit into memory."""
