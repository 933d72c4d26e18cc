"""The tests of rtmodels, and the tools that keep it true.

``pytest`` collects ``test_*.py``; the other modules are what tests share, and the
programs in ``tests.tools`` are run by hand and by CI.
"""
