"""Tests of the archives that a release consists of."""
