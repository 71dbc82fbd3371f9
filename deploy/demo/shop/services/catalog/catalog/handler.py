import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from catalog.search import search

STOCK = json.loads((Path(__file__).parent / "stock.json").read_text())


class CatalogHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave in one packet; sent apart, each answer waits 40 ms for an acknowledgement.
    wbufsize = -1

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/health":
            return self.send_json(200, {"status": "ok"})
        if url.path == "/search":
            words = parse_qs(url.query).get("q", [""])[0]
            return self.send_json(200, {"products": search(words), "most": STOCK["most_of_one"]})
        return self.send_json(404, {"error": f"no {url.path} here"})

    def send_json(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass
