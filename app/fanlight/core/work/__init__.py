"""The seam between threads and Qt: worker threads and the jobs they run."""
