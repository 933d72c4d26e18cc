"""Compares what the library reads with what others read out of the same texts.

``python -m tests.tools.differential`` does so at length, and prints what came of it.
"""
