"""Tests of the recipes in ``docs/engines.md``, each run by its engine."""
