"""GGUF files read with suspicion: headers, checks before llama.cpp may abort, which projector goes with a model."""
