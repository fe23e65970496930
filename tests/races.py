"""Several at once, each on a connection of its own."""

import threading

from django.db import connection


def at_once(*attempts):
    """Run these at the same moment; what each returned or raised."""
    barrier = threading.Barrier(len(attempts))
    results = [None] * len(attempts)

    def run(place, attempt):
        try:
            barrier.wait(timeout=10)
            results[place] = attempt()
        except Exception as error:  # noqa: BLE001 - the test looks at whatever came of it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results
