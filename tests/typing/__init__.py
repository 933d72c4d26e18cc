"""Examples that mypy and pyright check; pytest runs none of them."""
