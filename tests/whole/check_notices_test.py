#!/usr/bin/env python3
"""check_notices.py notices each fault that it looks for."""
import unittest

import check_notices


def receipt(at, key, *items, way="take"):
    return {"at": at, "way": way, "key": key, "items": [list(item) for item in items], "incidents": len(items)}


FIRING = (1, "firing", None)
CLOSED = (1, "closed", True)
UNTOLD = (1, "closed", False)


class CheckNoticesTest(unittest.TestCase):
    def test_all_is_well(self):
        receipts = [receipt(1, "a", FIRING, way="cut"), receipt(2, "a", FIRING), receipt(3, "b", CLOSED)]
        self.assertEqual(list(check_notices.arrivals({1: 1}, receipts)), [])
        self.assertEqual(list(check_notices.order(receipts)), [])
        self.assertEqual(list(check_notices.repeats(receipts, [])), [])
        self.assertEqual(list(check_notices.arrivals({1: 1}, [receipt(1, "b", UNTOLD)])), [])

    def test_what_does_not_arrive(self):
        begin, end = receipt(1, "a", FIRING), receipt(2, "b", CLOSED)
        self.assertTrue(list(check_notices.arrivals({1: 0}, [])))
        self.assertTrue(list(check_notices.arrivals({1: 0}, [receipt(1, "a", FIRING, way="500")])))
        self.assertTrue(list(check_notices.arrivals({1: 1}, [begin])))
        self.assertTrue(list(check_notices.arrivals({1: 1}, [end])))
        self.assertTrue(list(check_notices.arrivals({1: 0}, [begin, end])))
        self.assertTrue(list(check_notices.arrivals({1: 0}, [dict(begin, incidents=2)])))

    def test_wrong_order(self):
        self.assertTrue(list(check_notices.order([receipt(1, "b", UNTOLD, way="cut"), receipt(2, "a", FIRING)])))

    def test_repeats(self):
        twice = [receipt(1, "a", FIRING), receipt(9, "a", FIRING)]
        self.assertTrue(list(check_notices.repeats(twice, [])))
        self.assertFalse(list(check_notices.repeats(twice, [{"at": 5, "ticked": []}])))
        self.assertTrue(list(check_notices.repeats(twice, [{"at": 5, "ticked": ["a"]}])))
        self.assertTrue(list(check_notices.repeats([receipt(1, "a", FIRING), receipt(2, "b", FIRING)], [])))


if __name__ == "__main__":
    unittest.main()
