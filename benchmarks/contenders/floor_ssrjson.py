"""Parsing alone, by ssrjson."""

import ssrjson

label = "ssrjson.loads"

decode = ssrjson.loads
encode = ssrjson.dumps_to_bytes
