"""Tests of the converter: modes, issues, hooks, unions and JSON Schema."""
