"""Answers /search?q=... and /health on PORT."""
import os
import signal
import sys
from http.server import ThreadingHTTPServer

from catalog.handler import CatalogHandler


class CatalogServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    server = CatalogServer(("127.0.0.1", int(os.environ.get("PORT", "8081"))), CatalogHandler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.serve_forever()


if __name__ == "__main__":
    main()
