"""Tests of the benchmarks themselves: what they measure, and what the guard decides."""
