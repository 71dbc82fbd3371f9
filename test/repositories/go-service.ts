// A Go service as many are: one main package, one handler, its test. No awo.yaml.
import type { ForeignRepository } from './foreign-repository.ts';

const MAIN = (before: string) => `package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"sync/atomic"
)

var served atomic.Int64

func quote(product string) string { return fmt.Sprintf("%s: %d cents", product, price(product)) }

func answer(w http.ResponseWriter, r *http.Request) {
${before}	served.Add(1)
	fmt.Fprintln(w, quote("tea"))
}

func main() {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusOK) })
	http.HandleFunc("/", answer)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
`;

const PRICE = (cents: number) => `package main

func price(product string) int { return ${cents} * len(product) }
`;

export const goService: ForeignRepository = {
  what: 'a Go service',
  environment: 'production',
  services: ['quotes'],
  files: {
    'go.mod': 'module example.com/quotes\n\ngo 1.21\n',
    'main.go': MAIN(''),
    'price.go': PRICE(120),
    'main_test.go': `package main

import (
	"net/http/httptest"
	"testing"
)

func TestQuote(t *testing.T) {
	if got := quote("tea"); got != "tea: 360 cents" {
		t.Fatalf("quote is %q", got)
	}
}

func TestAnswer(t *testing.T) {
	w := httptest.NewRecorder()
	answer(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 200 {
		t.Fatalf("status %d", w.Code)
	}
}
`,
  },
  bad: {
    service: 'quotes',
    files: {
      'main.go': MAIN(
        '	if served.Load()%10 == 9 {\n		served.Add(1)\n		http.Error(w, "the price list is being read", http.StatusInternalServerError)\n		return\n	}\n',
      ),
    },
  },
  broken: { files: { 'price.go': PRICE(125) }, names: 'TestQuote' },
};
