"""Fuzzing of the decoders with unexpected input, guided by coverage.

``python -m tests.fuzz`` needs atheris, in the dependency group ``fuzz``; the tests of
pytest in here, which try every law on a few inputs, do not.
"""
