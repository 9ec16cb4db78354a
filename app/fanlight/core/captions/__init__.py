"""Live captions: what this computer plays becomes text as it is heard."""
