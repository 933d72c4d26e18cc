"""The dialects of servers other than OpenAI's, one module or package a server.

A server's union consists of parts: most of its events are the classes of the GA or of
the beta, and only what this server does differently has a class here, whose name begins
with the server's. So what one server leaves out stays required of all others. A server
without a union of its own is read in forgiving mode.
"""

# Nothing else loads this package.
