"""Parsing alone, by msgspec."""

import msgspec

label = "msgspec to dict"

decode = msgspec.json.Decoder().decode
encode = msgspec.json.Encoder().encode
