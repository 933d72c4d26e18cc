"""Fuzzing of the decoders with unexpected input, guided by coverage.

``python -m tests.tools.fuzz`` needs atheris, in the dependency group ``fuzz``. Tests
beside it repeat what it found, and need only pytest.
"""
