"""Tests of the adapters: formats, frameworks, connections and the command line."""
