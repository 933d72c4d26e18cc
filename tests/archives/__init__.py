"""Tests of archives: reading, converting and tabulating events from files."""
