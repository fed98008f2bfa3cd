"""Many calls in flight."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Callable

from contestant import BASE, CA_FILE, H2, IN_FLIGHT, URL, converse, options, tls
from sequential import ours_client, pycurl_libcurl

if TYPE_CHECKING:
    from contestant import Calls

OPTIONS = options()


def pooled(call: Callable[[], list[Any]]) -> Calls:
    """Threads, as many as may be in flight."""
    pool = ThreadPoolExecutor(IN_FLIGHT)

    def calls(count: int) -> tuple[int, list[Any]]:
        total = 0
        invoices: list[Any] = []
        for invoices in pool.map(lambda _: call(), range(count)):
            total += len(invoices)
        return total, invoices

    return calls


def looped(loop: Any, call: Callable[[], Coroutine[Any, Any, list[Any]]]) -> Calls:
    """Tasks in an event loop, as many as may be in flight, each with one call after the other."""

    async def some(count: int) -> tuple[int, list[Any]]:
        total = 0
        invoices: list[Any] = []
        left = iter(range(count))

        async def worker() -> None:
            nonlocal total, invoices
            for _ in left:
                invoices = await call()
                total += len(invoices)

        await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
        return total, invoices

    return lambda count: loop.run_until_complete(some(count))


def hostbill_threads() -> None:
    client = ours_client()
    converse(pooled(client.invoices.list), "hostbill")


def _invoices(answer: Any) -> Any:
    """As sent, the list is within an object."""
    return answer["invoices"] if OPTIONS.get("raw") else answer


def hostbill_batch() -> None:
    """The calls from an iterator, the answers as they come."""
    client = ours_client().with_options(**OPTIONS)

    def calls(count: int) -> tuple[int, list[Any]]:
        total = 0
        invoices: list[Any] = []
        pulled = (("invoices.list", {}) for _ in range(count))
        for item in client.batch(pulled, ordered=False, in_flight=IN_FLIGHT):
            invoices = _invoices(item.result())
            total += len(invoices)
        return total, invoices

    converse(calls, "hostbill")


def hostbill_async() -> None:
    import hostbill
    import uvloop

    loop = uvloop.new_event_loop()
    client = hostbill.AsyncClient(portal="coloup", base_url=BASE, auth="none", ca_file=CA_FILE).with_options(**OPTIONS)

    async def call() -> Any:
        return _invoices(await client.invoices.list())

    converse(looped(loop, call), "hostbill", "uvloop")
    loop.run_until_complete(client.aclose())


def requests_threads() -> None:
    import requests
    import requests.adapters

    session = requests.Session()
    session.mount(URL, requests.adapters.HTTPAdapter(pool_connections=1, pool_maxsize=IN_FLIGHT))
    session.verify = CA_FILE or True
    converse(pooled(lambda: session.get(URL).json()["invoices"]), "requests")


def aiohttp() -> None:
    import aiohttp
    import uvloop

    loop = uvloop.new_event_loop()

    async def session() -> Any:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=IN_FLIGHT, ssl=tls() or True))

    client = loop.run_until_complete(session())

    async def call() -> Any:
        async with client.get(URL) as answer:
            return (await answer.json())["invoices"]

    converse(looped(loop, call), "aiohttp", "uvloop")
    loop.run_until_complete(client.close())


def httpx() -> None:
    import httpx
    import uvloop

    loop = uvloop.new_event_loop()
    limits = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    client = httpx.AsyncClient(verify=tls() or True, limits=limits, http2=H2, timeout=60)

    async def call() -> Any:
        return (await client.get(URL)).json()["invoices"]

    converse(looped(loop, call), "httpx", "uvloop")
    loop.run_until_complete(client.aclose())


def niquests() -> None:
    import niquests
    import uvloop

    loop = uvloop.new_event_loop()
    session = niquests.AsyncSession(pool_connections=1, pool_maxsize=IN_FLIGHT)
    session.verify = CA_FILE or True

    async def call() -> Any:
        return (await session.get(URL)).json()["invoices"]

    converse(looped(loop, call), "niquests", "uvloop")
    loop.run_until_complete(session.close())


def _pycurl(decode: Callable[[bytes], Any], count_of: Callable[[Any], int], *packages: str) -> None:
    import pycurl

    multi = pycurl.CurlMulti()
    handles: list[Any] = []
    for _ in range(IN_FLIGHT):
        handle = pycurl.Curl()
        handle.chunks = []
        handle.setopt(pycurl.URL, URL)
        handle.setopt(pycurl.WRITEFUNCTION, handle.chunks.append)
        if CA_FILE:
            handle.setopt(pycurl.CAINFO, CA_FILE)
        if H2:
            handle.setopt(pycurl.PIPEWAIT, 1)
        handles.append(handle)

    def calls(count: int) -> tuple[int, list[Any]]:
        to_start, to_finish, total = count, count, 0
        answer: Any = None
        for handle in handles[:count]:
            multi.add_handle(handle)
            to_start -= 1
        while to_finish:
            while multi.perform()[0] == pycurl.E_CALL_MULTI_PERFORM:
                pass
            _, done, failed = multi.info_read(IN_FLIGHT)
            if failed:
                raise RuntimeError(failed[0][2])
            for handle in done:
                multi.remove_handle(handle)
                answer = decode(b"".join(handle.chunks))
                total += count_of(answer)
                handle.chunks.clear()
                to_finish -= 1
                if to_start:
                    to_start -= 1
                    multi.add_handle(handle)
            if to_finish and not done:
                multi.select(1.0)
        return total, answer if isinstance(answer, list) else json.loads(answer)["invoices"]

    converse(calls, "pycurl", *packages, **pycurl_libcurl())


def pycurl_text() -> None:
    _pycurl(lambda text: text, lambda _: 1)


def pycurl_orjson() -> None:
    import orjson

    _pycurl(lambda text: orjson.loads(text)["invoices"], len, "orjson")
