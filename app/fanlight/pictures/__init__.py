"""Picture files and pixels: kinds, decoding, metadata, colours. No Qt."""
