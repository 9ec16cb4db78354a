"""One question about many pictures: a row for each, its answer corrected by hand, and where the answers go."""
