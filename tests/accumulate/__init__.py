"""Tests of the accumulators: responses and conversations from streams of events."""
