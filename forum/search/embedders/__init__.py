"""The models that turn a text into a vector: one module each, behind the port of `forum.search.embedding`."""
