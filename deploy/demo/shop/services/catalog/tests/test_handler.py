import json
import threading
import unittest
from http.server import ThreadingHTTPServer
from urllib.request import urlopen

from catalog.handler import CatalogHandler


class HandlerTest(unittest.TestCase):
    def setUp(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), CatalogHandler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def get(self, path):
        with urlopen(self.address + path, timeout=5) as answer:
            return json.load(answer)

    def test_it_says_that_it_is_well(self):
        self.assertEqual(self.get("/health"), {"status": "ok"})

    def test_it_answers_a_search(self):
        self.assertIn("Yunnan", self.get("/search?q=yunnan")["products"][0]["name"])

    def test_it_says_how_many_of_one_thing_are_sold(self):
        self.assertGreater(self.get("/search?q=yunnan")["most"], 0)


if __name__ == "__main__":
    unittest.main()
