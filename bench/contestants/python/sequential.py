"""One call after the other, decoded."""

from __future__ import annotations

from contestant import BASE, CA_FILE, URL, converse, one_by_one, tls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def ours_client() -> Any:
    import hostbill

    return hostbill.Client(portal="coloup", base_url=BASE, auth="none", ca_file=CA_FILE)


def hostbill() -> None:
    """Dictionaries with typed attributes."""
    converse(one_by_one(ours_client().invoices.list), "hostbill")


def hostbill_raw() -> None:
    """Plain dictionaries with what the portal sent, as all the others have them."""
    client = ours_client().with_options(raw=True)
    converse(one_by_one(lambda: client.call("invoices.list")["invoices"]), "hostbill")


def hostbill_fields() -> None:
    """Four fields of every row in Python's own types: int, Decimal, date and an enumeration."""
    client = ours_client()

    def call() -> Any:
        invoices = client.invoices.list()
        for row in invoices:
            row.id, row.total, row.date, row.status  # noqa: B018
        return invoices

    converse(one_by_one(call), "hostbill")


def requests(trust_env: bool = True) -> None:
    import requests

    session = requests.Session()
    session.verify = CA_FILE or True
    session.trust_env = trust_env

    def call() -> Any:
        answer = session.get(URL)
        answer.raise_for_status()
        return answer.json()["invoices"]

    converse(one_by_one(call), "requests")


def requests_no_env() -> None:
    """Without looking for proxies and passwords at each request."""
    requests(trust_env=False)


def requests_fields() -> None:
    """The rows, and four fields of each looked at as they are."""
    import requests

    session = requests.Session()

    def call() -> Any:
        invoices = session.get(URL).json()["invoices"]
        for row in invoices:
            row["id"], row["total"], row["date"], row["status"]
        return invoices

    converse(one_by_one(call), "requests")


def httpx() -> None:
    import httpx

    context = tls()
    client = httpx.Client(verify=True if context is None else context)

    def call() -> Any:
        return client.get(URL).raise_for_status().json()["invoices"]

    converse(one_by_one(call), "httpx")


def niquests() -> None:
    import niquests

    session = niquests.Session()
    session.verify = CA_FILE or True

    def call() -> Any:
        answer = session.get(URL)
        answer.raise_for_status()
        return answer.json()["invoices"]

    converse(one_by_one(call), "niquests")


def urllib3() -> None:
    import urllib3

    pool = urllib3.connection_from_url(URL, ca_certs=CA_FILE) if CA_FILE else urllib3.connection_from_url(URL)
    path = URL.split("/", 3)[3]

    def call() -> Any:
        answer = pool.request("GET", "/" + path)
        if answer.status != 200:
            raise RuntimeError(answer.status)
        return answer.json()["invoices"]

    converse(one_by_one(call), "urllib3")


def aiohttp() -> None:
    import aiohttp
    import uvloop

    loop = uvloop.new_event_loop()

    async def session() -> Any:
        context = tls()
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=True if context is None else context))

    client = loop.run_until_complete(session())

    async def some(count: int) -> tuple[int, list[Any]]:
        total = 0
        invoices: list[Any] = []
        for _ in range(count):
            async with client.get(URL) as answer:
                answer.raise_for_status()
                invoices = (await answer.json())["invoices"]
                total += len(invoices)
        return total, invoices

    converse(lambda count: loop.run_until_complete(some(count)), "aiohttp", "uvloop")
    loop.run_until_complete(client.close())


def pycurl_libcurl() -> dict[str, str]:
    """pycurl brings a libcurl of its own."""
    import pycurl

    return {"libcurl in pycurl": pycurl.version_info()[1]}


def _pycurl(loads: Any, *packages: str) -> None:
    import pycurl

    handle = pycurl.Curl()
    chunks: list[bytes] = []
    handle.setopt(pycurl.URL, URL)
    handle.setopt(pycurl.WRITEFUNCTION, chunks.append)
    if CA_FILE:
        handle.setopt(pycurl.CAINFO, CA_FILE)

    def call() -> Any:
        chunks.clear()
        handle.perform()
        if handle.getinfo(pycurl.RESPONSE_CODE) != 200:
            raise RuntimeError(handle.getinfo(pycurl.RESPONSE_CODE))
        return loads(b"".join(chunks))["invoices"]

    converse(one_by_one(call), "pycurl", *packages, **pycurl_libcurl())


def pycurl_json() -> None:
    import json

    _pycurl(json.loads)


def pycurl_orjson() -> None:
    import orjson

    _pycurl(orjson.loads, "orjson")
