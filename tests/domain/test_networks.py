"""Where messages may go: the public internet, and what a deployment allows besides."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.networks import check_target, is_allowed, networks

REFUSED = """
127.0.0.1 127.9.9.9 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 0.1.2.3
224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 192.0.0.8 192.0.2.1 198.51.100.1 203.0.113.1 198.18.0.1
192.88.99.1 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 fe80::1 fe80::1%eth0
fc00::1 fd00:ec2::254 fec0::1 ff02::1 ff0e::1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::a00:1
64:ff9b:1:7f00:0:100:808:808
2002:7f00:1::1 2002:a00:1::1 2002:c0a8:101::1 2001:0:7f00:1::1 2001:0:5ef5:79fd:0:59d:f5ff:fefe 2001:db8::1
100::1 3fff::1 5f00::1 2606:4700::1%lo
"""
TAKEN = """
1.1.1.1 8.8.8.8 93.184.215.14 2606:4700:4700::1111 2a00:1450:4001::1 ::ffff:8.8.8.8 64:ff9b::808:808
"""


@pytest.mark.parametrize("text", REFUSED.split())
def test_an_address_inside_is_refused_in_whatever_form_it_comes(text: str) -> None:
    assert not is_allowed(ip_address(text), ())


@pytest.mark.parametrize("text", TAKEN.split())
def test_an_address_of_the_public_internet_is_taken(text: str) -> None:
    assert is_allowed(ip_address(text), ())


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_an_ipv6_one_is_taken_only_where_it_is_itself(inside: IPv4Address) -> None:
    plain = is_allowed(inside, ())
    for carrier in (
        IPv6Address(f"::ffff:{inside}"),
        IPv6Address(int(IPv6Address("64:ff9b::")) + int(inside)),
        IPv6Address((0x2002 << 112) + (int(inside) << 80)),
    ):
        assert is_allowed(carrier, ()) == plain


def test_a_deployment_may_allow_networks_of_its_own() -> None:
    allowed = networks(["127.0.0.0/8", "fd00::/8"])
    for text in ("127.0.0.1", "::ffff:127.0.0.1", "fd00::1"):
        assert is_allowed(ip_address(text), allowed)
    for text in ("10.0.0.1", "::1", "169.254.169.254", "fe80::1%lo"):
        assert not is_allowed(ip_address(text), allowed)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://receiver.example.org/in", "plain-http"),
        ("ftp://receiver.example.org/in", "invalid-url"),
        ("https:///in", "invalid-url"),
        ("receiver.example.org", "invalid-url"),
        ("https://receiver.example.org/in#part", "invalid-url"),
        ("https://receiver.example.org:99999/", "invalid-url"),
        ("https://receiver.example.org:0/", "invalid-url"),
        ("https://receiver.example.org/a b", "invalid-url"),
        ("https://récepteur.example.org/", "invalid-url"),
        ("https://receiver.example.org/\r\nX: 1", "invalid-url"),
        ("https://user@receiver.example.org/", "credentials-in-url"),
        ("https://user:word@receiver.example.org/", "credentials-in-url"),
        ("https://127.0.0.1/", "address-refused"),
        ("https://[::1]/", "address-refused"),
        ("https://[::ffff:10.0.0.1]:8443/", "address-refused"),
        ("https://169.254.169.254/latest/meta-data", "address-refused"),
    ],
)
def test_a_target_that_is_not_to_be_reached_is_refused(url: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_target(url, ())
    assert refused.value.code == code


def test_a_target_gives_its_host_and_port() -> None:
    assert check_target("https://receiver.example.org/in?key=1", ()) == ("receiver.example.org", 443)
    assert check_target("https://[2606:4700::1]:8443/", ()) == ("2606:4700::1", 8443)
    nearby = networks(["127.0.0.0/8"])
    assert check_target("http://127.0.0.1:9/", nearby, plain_http=True) == ("127.0.0.1", 9)
