"""The twin fuzz: the native program and the Python code get the same inputs.

``python -m tests.tools.native`` generates values of all classes and unions from the
plan, damages some, and decodes and encodes each of them twice. The results must be the
same, unless the program gives up. ``--build`` needs a C compiler.

================  ==================================================================
``values``        JSON values of a shape, by random numbers
``spelling``      the texts of one JSON value, and texts that nearly are JSON
``odd``           attributes that a program may set, and no parser would
``inputs``        the inputs, each from its own number
``twins``         what is compared
``comparison``    how results are compared
``guided``        the same comparison, guided by coverage; for ``--build guided``
``worker``        one process, which tries a range of inputs
``builds``        the extension compiled in other ways, such as with sanitizers
``planted``       faults in copies of the extension, which the fuzz has to find
================  ==================================================================
"""
