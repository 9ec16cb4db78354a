"""Videos: frames and their times, where shots begin, and which frames stand for a clip."""
