"""Addresses of other systems: which may be entered, and which hosts are never spoken to."""

import pytest

from portfolio import addresses


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/T0/B0/x",
        "https://prod-1.westeurope.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke?api-version=1&sig=b",
    ],
)
def test_an_address_of_the_web_is_taken(url):
    assert addresses.problem(url, allow_private=False) == ""


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.slack.com/services",
        "https://",
        "https://a b.example/",
        "https://a.example/\r\nHost: b",
        "https://user:secret@a.example/",
        "https://a.example:99999/",
        "https://a.example/#x",
        "https://[::1/",
        "https://bücher.example/",
        "file:///etc/passwd",
        "ftp://a.example/",
        "https://a.example/" + "x" * 1000,
    ],
)
def test_what_is_no_address_of_the_web_is_refused(url):
    assert addresses.problem(url, allow_private=True)


def test_without_tls_only_where_the_installation_allows_its_own_network():
    assert "https://" in addresses.problem("http://chat.example/x", allow_private=False)
    assert addresses.problem("http://chat.example/x", allow_private=True) == ""


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_the_internet_is_public(address):
    assert addresses.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
        "no address",
    ],
)
def test_what_lies_inside_is_not(address):
    assert not addresses.is_public(address)


def test_only_the_host_of_an_address_is_shown():
    assert addresses.host("https://hooks.example.com/services/secret") == "hooks.example.com"
    assert addresses.host("https://[::1") == ""
