"""Tests of upgrades and downgrades between the versions of the wire format."""
