// A Python service on the standard library with unittest. No awo.yaml.
import type { ForeignRepository } from './foreign-repository.ts';

const APP = (before: string) => `import itertools
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from rates import convert

served = itertools.count(1)


def answer(path):
    if path == "/health":
        return 200, "ok"
${before}    return 200, str(convert(100))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status, text = answer(self.path)
        body = text.encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
`;

const RATES = (rate: string) => `def convert(cents):
    """Cents in another currency, rounded."""
    return round(cents * ${rate})
`;

export const pythonService: ForeignRepository = {
  what: 'a Python service',
  environment: 'staging',
  services: ['rates'],
  files: {
    'pyproject.toml': '[project]\nname = "rates"\nversion = "1.0.0"\nrequires-python = ">=3.9"\n',
    'app.py': APP(''),
    'rates.py': RATES('1.25'),
    'tests/__init__.py': '',
    'tests/test_rates.py': `import unittest

from app import answer
from rates import convert


class Rates(unittest.TestCase):
    def test_a_hundred_cents_are_converted(self):
        self.assertEqual(convert(100), 125)

    def test_the_answer_is_a_number(self):
        status, text = answer("/")
        self.assertEqual((status, text.isdigit()), (200, True))
`,
  },
  bad: { service: 'rates', files: { 'app.py': APP('    if next(served) % 10 == 0:\n        return 500, "the rates are being read"\n') } },
  broken: { files: { 'rates.py': RATES('1.3') }, names: 'test_a_hundred_cents_are_converted' },
};
