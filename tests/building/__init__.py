"""Tests of `rtmodels.build`."""
