"""Whether a web process answers: what a start waits for, and what a container is judged by."""

import http.client
import os
import sys


def answers(host: str, port: int) -> bool:
    """Whether the web process says ok; one that is starting or stuck does not."""
    connection = http.client.HTTPConnection(host, port, timeout=4)
    # Under a name that the site answers to, or it would refuse the question.
    name = os.environ.get("PLIMSOLL_ALLOWED_HOSTS", "").split(",")[0].strip() or "localhost"
    try:
        connection.request("GET", "/healthz", headers={"Host": name.lstrip("*.") or "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not answers("127.0.0.1", 8000))
