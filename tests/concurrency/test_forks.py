"""Processes that are forked while another thread makes hooks."""

import os
import subprocess
import sys
import textwrap

import pytest

from ..processes import PATIENCE

PROGRAM = """
    import os, signal, sys, threading, warnings
    from rtmodels import Model, RealtimeResponseUsage, make_converter
    from rtmodels.adapters import DictAdapter
    import attrs

    warnings.simplefilter("ignore", DeprecationWarning)  # of forks with threads

    class Lazy:
        # Like a module that loads its names late: hooks are in the making then.
        def __getattr__(self, name):
            making.set()
            forking.wait()
            return RealtimeResponseUsage

    @attrs.frozen(kw_only=True)
    class Part(Model):
        usage: "lazy.Usage | None" = None

    @attrs.frozen(kw_only=True)
    class Holder(Model):
        part: Part | None = None
        inner: "Holder | None" = None

    def decode(type_, converter):
        adapter = DictAdapter(type_, converter=converter)
        return adapter.decode({"inner": {"inner": {}}, "x": 1}).extra

    making, forking = threading.Event(), threading.Event()
    lazy, converter = Lazy(), make_converter()
    # What is registered last is called first, and the library waits for its hooks then.
    os.register_at_fork(before=forking.set)
    thread = threading.Thread(target=decode, args=(Holder, converter))
    thread.start()
    making.wait()
    child = os.fork()
    if child == 0:
        # It ends the child if that waits for a thread that is not there.
        signal.alarm(int(sys.argv[1]))
        assert decode(RealtimeResponseUsage, make_converter()) == {
            "inner": {"inner": {}}, "x": 1
        }
        assert decode(Holder, converter) == {"x": 1}
        assert decode(Holder, make_converter()) == {"x": 1}
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    thread.join()
    assert decode(Holder, converter) == {"x": 1}
    print("child:", code)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_in_the_middle_of_making_hooks_leaves_the_child_able():
    """The child reads the type that was being made, and others."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), str(PATIENCE // 2)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert (done.stdout, done.returncode) == ("child: 0\n", 0), done.stderr
