"""Ctrl-C, in a process of its own, against a server that never answers."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time

import hostbill
import pytest
from servers import SilentServer

# A job in a shell's background starts with Ctrl-C ignored, and so would Python; the first line undoes that.
PROGRAM = """
    import signal, sys, hostbill
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sandbox = hostbill.Sandbox("time4vps")
    client = hostbill.Client(portal="time4vps", base_url=sys.argv[1], username="u", password="p", timeout=120)
    try:
        {call}
    except KeyboardInterrupt as interrupt:
        print(type(interrupt.__cause__).__name__, flush=True)
    client.close()
    with sandbox.client() as other:
        print(other.account.get() is not None, flush=True)
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [("client.account.get()", hostbill.CancelledError), ("client.servers.reboot(1)", hostbill.OutcomeUnknownError)],
)
def test_ctrl_c_stops_a_call_at_once(call: str, expected: type[Exception]) -> None:
    with SilentServer() as server:
        program = textwrap.dedent(PROGRAM).format(call=call)
        child = subprocess.Popen([sys.executable, "-c", program, server.url], stdout=subprocess.PIPE, text=True)
        try:
            assert server.received.wait(30)
            sent = time.monotonic()
            child.send_signal(signal.SIGINT)
            output, _ = child.communicate(timeout=30)
            took = time.monotonic() - sent
        finally:
            child.kill()
            child.wait()
    cause, alive = output.splitlines()
    assert cause == expected.__name__
    assert alive == "True"
    assert child.returncode == 0
    assert took < 5


def test_a_handler_that_raises_nothing_does_not_stop_the_call() -> None:
    program = """
        import os, signal, sys, threading, hostbill
        seen = []
        signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))
        client = hostbill.Client(portal="time4vps", base_url=sys.argv[1], username="u", password="p", timeout=2)
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGUSR1)).start()
        try:
            client.account.get()
        except hostbill.TimeoutError:
            print("timeout", len(seen))
    """
    with SilentServer() as server:
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program), server.url],
            capture_output=True,
            check=False,
            text=True,
            timeout=60,
        )
    assert done.stdout.split() == ["timeout", "1"], done.stderr


@pytest.mark.parametrize(
    "work",
    [
        "client.account.balance()",
        'list(client.batch(["account.balance"] * 20))',
        'client.call("tickets.list", on_progress=print)',
        "asyncio.run(one())",
    ],
    ids=["calls", "batches", "with a watcher", "asyncio"],
)
def test_a_program_ends_whatever_its_daemon_threads_do(work: str) -> None:
    program = f"""
        import asyncio, threading, hostbill
        sandbox = hostbill.Sandbox(portal="coloup")
        client = sandbox.client(auth="basic")
        begun = threading.Barrier(4)
        async def one():
            async with sandbox.async_client(auth="basic") as client:
                await client.account.balance()
        def for_ever():
            {work}
            begun.wait()
            while True:
                {work}
        for _ in range(3):
            threading.Thread(target=for_ever, daemon=True).start()
        begun.wait()
    """
    for _ in range(3):
        command = [sys.executable, "-c", textwrap.dedent(program)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
