"""The first visit of a page: every byte that a browser without a cache has to load."""

import gzip
import http.client
import re
from dataclasses import dataclass

LOADED = re.compile(rb"""(?:href|src)=["'](/static/[^"'#?]+)""")
NESTED = re.compile(rb"""(?:import[^;"']*|url\()\s*["']?(/static/[^"'#?)]+)""")


@dataclass(frozen=True)
class Visit:
    """Bytes as sent: of the page itself, and of the files that it loads."""

    page: int
    files: int
    number: int

    @property
    def total(self) -> int:
        """All that a browser without a cache has to load."""
        return self.page + self.files


def first(port: int, path: str, session: str) -> Visit:
    """Load the page and all that it names, and what those name."""
    asked = {"Cookie": f"sessionid={session}"}
    page, is_compressed = _load(port, path, asked)
    text = gzip.decompress(page) if is_compressed else page
    wanted, known = set(LOADED.findall(text)), dict[bytes, int]()
    while wanted:
        address = wanted.pop()
        content, _ = _load(port, address.decode(), {})
        known[address] = len(content)
        plain, _ = _load(port, address.decode(), {}, encoding="identity")
        if address.endswith((b".css", b".js")):
            wanted |= set(NESTED.findall(plain)) - set(known)
    return Visit(len(page), sum(known.values()), len(known))


def _load(port: int, path: str, headers: dict[str, str], encoding: str = "gzip, br") -> tuple[bytes, bool]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": encoding, **headers})
        response = connection.getresponse()
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}.")
        return response.read(), response.getheader("Content-Encoding", "") == "gzip"
    finally:
        connection.close()
