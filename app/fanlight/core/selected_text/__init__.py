"""Text that is selected in another program: asked about in a panel, and replaced there."""
