"""The child side for programs in Python: what server/protocol says, with the standard library alone."""
