"""Tests of voice frameworks as clients of `rtmodels.testing`, and of their recipes.

Each framework is in an environment of its own: ``nox -s frameworks``.
"""
