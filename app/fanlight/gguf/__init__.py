"""GGUF files: headers, checks before llama.cpp reads them, projectors and their models, and the memory plan."""
