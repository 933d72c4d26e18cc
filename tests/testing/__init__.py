"""Tests of `rtmodels.testing`, in which clients of several kinds meet the server."""
