"""Whether a web process answers: what a start waits for, and what a container is judged by."""

import http.client
import os
import sys


def status(host: str, port: int) -> int:
    """The HTTP status of the health page: 200 is healthy, 0 is no answer at all."""
    connection = http.client.HTTPConnection(host, port, timeout=4)
    # Under a name that the site answers to, or it would refuse the question.
    name = os.environ.get("PLIMSOLL_ALLOWED_HOSTS", "").split(",")[0].strip(" *.") or "localhost"
    try:
        connection.request("GET", "/healthz", headers={"Host": name})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(status("127.0.0.1", 8000) != 200)
