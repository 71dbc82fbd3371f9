"""Answers /search?q=... and /health on PORT."""
import os
import signal
import sys
from http.server import ThreadingHTTPServer

from catalog.handler import CatalogHandler


class CatalogServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    stopping = False

    def stop(self, *_):
        # Leaving from here could be swallowed: the signal may come while Python cleans up after a request.
        self.stopping = True

    def service_actions(self):
        if self.stopping:
            sys.exit(0)


def main():
    server = CatalogServer(("127.0.0.1", int(os.environ.get("PORT", "8081"))), CatalogHandler)
    signal.signal(signal.SIGTERM, server.stop)
    server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main()
