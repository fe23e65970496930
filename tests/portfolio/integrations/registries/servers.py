"""A server that is no MLflow: it answers what a test says, so that nothing it sends can do harm."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def answering(status=200, body=b"{}", headers=(), holds=None):
    """The address of a server that answers every request so; `holds` is waited for before each answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if holds is not None:
                holds.wait(60)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_):
            """Tests need no log of requests."""

        def handle_one_request(self):
            try:
                super().handle_one_request()
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # whoever asked has heard enough

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        if holds is not None:
            holds.set()
        server.shutdown()
        server.server_close()
