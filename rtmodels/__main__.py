"""Entry point of ``python -m rtmodels``, which is the command ``rtmodels``."""

from rtmodels.adapters.cli import app

app()
