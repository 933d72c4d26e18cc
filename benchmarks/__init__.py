"""How fast the library is, beside what else people use: ``python -m benchmarks``."""
