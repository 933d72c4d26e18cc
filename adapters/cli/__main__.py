"""Entry point of ``python -m rtmodels.adapters.cli``."""

from rtmodels.adapters.cli import app

app()
