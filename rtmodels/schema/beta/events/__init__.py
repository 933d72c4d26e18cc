"""The events of the beta that have no equal in `rtmodels.schema.events`.

The unions are in `rtmodels.schema.beta`. A class is in the file named like the first
part of its wire type, and has ``Beta`` before the name that this gives it.
"""
