"""Values for what the documents' samples send beside the portal's own working parameters: by operation and by the catalogue's
name. None leaves a member out."""

from __future__ import annotations

from typing import Any

PAID = {"pay_method": 21}
# With all that a program may stumble over in quotes.
PERSON: dict[str, Any] = {
    "firstname": "Ad\u00e9la",
    "lastname": "O'Neill & Daughter",
    "companyname": 'The "Example" Works',
    "address1": "12 Harbour Road, 100% $HOME",
    "address2": "Floor 2 \\ left",
    "state": "Northshire",
    "postcode": "20615",
    "country": "EE",
    "phonenumber": "+98 9123456789",
    "mobilephone": "+3725550142",
    "socialsecuritynumberpersonalid": "0123456789",
    "mellicardimage": "card.png",
    "two_factor_enable": None,
    "two_factor_secret": None,
}
CONTACT = {**PERSON, "city": "Exampleton", "privileges": {"billing": ["balance"], "support": ["tickets"]}}
CONTACTS = {"registrant": 4220, "admin": 4220, "tech": 4220, "billing": 4220, "data": None}

VALUES: dict[str, dict[str, Any]] = {
    "account.update": PERSON,
    "certificates.order": {
        **PAID,
        **CONTACTS,
        "organization": {"name": "Example Works", "country": "EE"},
        "software": 3,
    },
    "contacts.create": {**CONTACT, "password": "An-Example-of-1"},
    "contacts.update": {**CONTACT, "email": "heidi@example.net"},
    "dns.records.create": {"ttl": 3600, "priority": 10},
    "dns.records.update": {"name": "www", "type": "A", "ttl": 3600, "priority": 10},
    "domains.dns_records.create": {"priority": "10"},
    "domains.dns_records.update": {"name": "www", "type": "A", "priority": "10"},
    "domains.dnssec.add": {
        "keytag": "2371",
        "digesttype": 2,
        "digest": "6ebdd24b59ebb0a642d07f2d8ef3cb65aaf1124fa5507fb2f2101d53b45fe666",
    },
    "domains.order": {**PAID, **CONTACTS, "epp": None, "nameservers": ["dns1.example.org", "dns2.example.org"]},
    "domains.renew": PAID,
    "invoices.apply_credit": {"amount": 1},
    "orders.create": {**PAID, "custom": {"2201": {"16002": 1}}, "promocode": None, "aff_id": None},
    "orders.create_many": {**PAID, "ignore_errors": False, "aff_id": None},
    "orders.quote": PAID,
    "services.diagnostics.start": {"clearhdd": False, "fullhddclear": False},
    "services.ips.add": {"domain": "extra.example.net", "num": "1"},
    "services.reinstall.start": {"recipe": "5", "password": "An-Example-of-1"},
    "services.upgrade.request": {"package": None, "cycle": "m", "send": True},
    "sms.send": {"from": "+3725550142"},
    "tickets.create": {"dept_id": 31},
    "vms.create": {
        **{"flavor": "small", "memory": "1024", "cpu": "1", "disk": "20"},
        **{"security_group": None, "keypair": None, "password": "An-Example-of-1"},
    },
    "vms.interfaces.create": {"firewall": 1, "ipv4": [], "ipv6": []},
    "vms.interfaces.update": {"firewall": 1, "ipv4": [3101], "ipv6": [3102]},
    "vms.ip_pool.assign": {"iface": "0"},
    "vms.resize": {"cpu": "1"},
}
