"""Tests with threads, processes, forks and subinterpreters."""
