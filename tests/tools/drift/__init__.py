"""Compares OpenAI's schema with the classes, and says what to write where.

``python -m tests.tools.drift NEW_OPENAPI_YAML`` does so for another version of OpenAI's
document, and the conformance tests for the one in ``tests/data``.
"""
