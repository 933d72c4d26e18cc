"""The OpenAI Realtime schema as attrs classes, one per object on the wire.

The files in here import attrs and the standard library only. To find a class, look in
``rtmodels/__init__.py``, which groups every name by the file that it comes from.
"""
