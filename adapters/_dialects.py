"""The names of the dialects, for the command line too, which starts without the schema.

Only the package itself imports this module.
"""

from typing import Literal, TypeAlias

__all__ = ["Dialect"]

Dialect: TypeAlias = Literal[
    "ga", "beta", "voice_live", "xai", "qwen", "glm", "localai"
]
"""The servers of ``docs/servers.md``; vLLM has nothing in common with the others."""
