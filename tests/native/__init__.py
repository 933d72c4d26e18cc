"""The native program beside the Python code, which is the reference."""
