import unittest

from catalog.search import MOST, search


class SearchTest(unittest.TestCase):
    def test_words_are_found_in_names(self):
        self.assertTrue(all("Green tea" in product["name"] for product in search("green tea")))

    def test_no_word_finds_the_first_products(self):
        self.assertEqual(len(search("")), MOST)

    def test_what_is_not_sold_is_not_found(self):
        self.assertEqual(search("coffee"), [])


if __name__ == "__main__":
    unittest.main()
