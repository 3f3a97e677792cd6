"""Several processes that extract features together."""
