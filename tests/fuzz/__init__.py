"""Feeds the decoders what nobody thought of, guided by coverage.

``python -m tests.fuzz`` needs atheris, in the dependency group ``fuzz``; the tests of
pytest in here, which try every law on a few inputs, do not.
"""
