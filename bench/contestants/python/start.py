"""A client for each call, and clients that are never called."""

from __future__ import annotations

from contestant import URL, converse, one_by_one
from sequential import ours_client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def hostbill_first() -> None:
    def call() -> Any:
        with ours_client() as client:
            return client.invoices.list()

    converse(one_by_one(call), "hostbill")


def hostbill_create() -> None:
    def calls(count: int) -> tuple[int, list[Any]]:
        for _ in range(count):
            ours_client().close()
        return count, []

    converse(calls, "hostbill")


def pycurl_first() -> None:
    import json

    import pycurl

    def call() -> Any:
        handle = pycurl.Curl()
        chunks: list[bytes] = []
        handle.setopt(pycurl.URL, URL)
        handle.setopt(pycurl.WRITEFUNCTION, chunks.append)
        handle.perform()
        handle.close()
        return json.loads(b"".join(chunks))["invoices"]

    converse(one_by_one(call), "pycurl")


def requests_first() -> None:
    import requests

    def call() -> Any:
        with requests.Session() as session:
            return session.get(URL).json()["invoices"]

    converse(one_by_one(call), "requests")


def httpx_first() -> None:
    import httpx

    def call() -> Any:
        with httpx.Client() as client:
            return client.get(URL).json()["invoices"]

    converse(one_by_one(call), "httpx")
