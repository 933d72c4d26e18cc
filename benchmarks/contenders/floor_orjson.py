"""Parsing alone, by orjson: what everything is compared with."""

import orjson

label = "orjson.loads"

decode = orjson.loads
encode = orjson.dumps
