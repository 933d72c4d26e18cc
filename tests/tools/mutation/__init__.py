"""Break the converter and the core adapters in small ways, to see which tests notice.

``python -m tests.tools.mutation``, from the root of a checkout, prints how many of the
broken versions the tests told from the real one, and lists those that they did not.
"""
