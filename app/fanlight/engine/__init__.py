"""One model, one owner thread: llama.cpp and mtmd on the low-level bindings."""
