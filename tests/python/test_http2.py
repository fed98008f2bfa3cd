"""Where the portal speaks HTTP/2, reads that were submitted share a connection; what acts never does."""

from __future__ import annotations

from collections import Counter

import hostbill
from h2_server import H2Server


def client_of(server: H2Server) -> hostbill.Client:
    return hostbill.Client(portal="coloup", base_url=server.url, auth="none", ca_file=str(server.authority))


def test_reads_share_one_connection() -> None:
    with H2Server() as server:
        with client_of(server) as client:
            assert all(item.ok for item in client.batch(("invoices.list", {}) for _ in range(200)))
        server.stop()
        log = server.log()
        assert Counter(protocol for protocol, _, _ in log) == {"HTTP/2.0": 200}
        assert len({connection for _, connection, _ in log}) == 1


def test_what_acts_has_a_connection_of_its_own() -> None:
    with H2Server() as server:
        with client_of(server) as client:
            calls = [("invoices.list", {}), ("services.reboot", {"service_id": 7})] * 10
            assert [item.error for item in client.batch(calls)] == [None] * 20
        server.stop()
        log = server.log()
        assert sum(method == "POST" for _, _, method in log) == 10
        seen: set[str] = set()
        for protocol, connection, method in log:
            if method == "POST":
                assert protocol == "HTTP/1.1"
                assert connection not in seen, "it carried something before"
            seen.add(connection)


def test_single_calls_keep_to_http1() -> None:
    with H2Server() as server:
        with client_of(server) as client:
            client.invoices.list()
        server.stop()
        assert [protocol for protocol, _, _ in server.log()] == ["HTTP/1.1"]
