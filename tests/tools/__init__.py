"""Tools that test the library at length, or record what a test compares.

Each runs from the root of a checkout, in its environment, and lists its options with
``--help``:

- ``python -m tests.tools.api --write``: record the public names and their signatures.
- ``python -m tests.tools.differential``: compare decoded values and verdicts with those
  of openai-python, jsonschema and msgspec.
- ``python -m tests.tools.drift NEW_OPENAPI_YAML``: list the edits that bring the schema
  classes up to date with OpenAI's document.
- ``python -m tests.tools.fuzz``: feed odd input to the decoders, guided by coverage.
- ``python -m tests.tools.mutation``: break the converter and the core adapters in small
  ways, and list the changes that no test notices.
- ``python -m tests.tools.native``: compare the native program with the Python code, on
  generated values and mutants of them; with sanitizers as an option.
"""
