"""Picture files and pixels: kinds, decoding, metadata, colors. No Qt."""
