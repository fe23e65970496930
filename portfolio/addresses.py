"""Which addresses may be spoken to: none that lies inside the network of the installation itself."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

LONGEST = 1_000
UNLESS = "The installation allows that with PLIMSOLL_ALLOW_PRIVATE_HOOKS=1."
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# What a translating network makes of an IPv4 address (RFC 6052).
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def problem(url: str, *, allow_private: bool) -> str:
    """Why this address cannot be spoken to, with the fix; an empty text when it is usable."""
    if not url or len(url) > LONGEST or not url.isascii() or any(letter <= " " for letter in url):
        return "This is no web address. Enter the whole of it, from https:// to its end."
    parts = split(url)
    if parts is None or parts.username is not None or parts.password is not None or parts.fragment:
        return "This is no address of a server. Enter one without a name, a password or a part after #."
    if parts.scheme == "https" or (parts.scheme == "http" and allow_private):
        return ""
    if parts.scheme == "http":
        return f"The address has to begin with https://, but for one in your own network. {UNLESS}"
    return "The address has to begin with https://."


def split(url: str) -> SplitResult | None:
    """The parts of an address; None when it has no host or an impossible port."""
    try:
        parts = urlsplit(url)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def host(url: str) -> str:
    """All that is shown of an address: the rest may be a secret."""
    parts = split(url)
    return (parts.hostname or "") if parts else ""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet, whichever way it is written."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(each.is_global and not each.is_multicast for each in (found, *_inside(found)))


def _inside(address: IPAddress) -> list[IPAddress]:
    """The IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    teredo = address.teredo or ()
    nat64 = [ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)] if address in NAT64 else []
    return [each for each in (address.ipv4_mapped, address.sixtofour, *teredo, *nat64) if each is not None]
