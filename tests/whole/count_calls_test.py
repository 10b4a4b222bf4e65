#!/usr/bin/env python3
"""The counting of calls, on made-up records: it must find what is too much, too little or too close."""
import unittest

from count_calls import check_apart, check_least, check_most, fullest_window


def call(at, code="", fault="none", action="GetImageInfos"):
    return {"at": at, "action": action, "http_status": 400 if code else 200, "code": code, "fault": fault}


class CountCalls(unittest.TestCase):
    def test_the_fullest_window_ends_before_its_length(self):
        self.assertEqual(fullest_window([], 10), 0)
        self.assertEqual(fullest_window([1, 2, 3, 11, 12], 10), 3)
        self.assertEqual(fullest_window([1, 2, 3, 10, 11, 12], 10), 4)

    def test_a_window_over_the_budget_and_its_burst_is_found(self):
        times = [100_000 + i * 480 for i in range(20)] + [109_799] * 2
        self.assertTrue(check_most([call(at) for at in times], "GetImageInfos", 2)[0])
        self.assertFalse(check_most([call(at) for at in times + [109_799]], "GetImageInfos", 2)[0])
        self.assertTrue(check_most([call(at) for at in times + [109_799]], "GetImageInfo", 2)[0])

    def test_throttled_calls_are_no_answers(self):
        good = [call(at) for at in range(9)]
        self.assertTrue(check_least(good, "GetImageInfos", 1, 90, 10)[0])
        self.assertFalse(check_least(good[1:] + [call(1, "Throttling.User")], "GetImageInfos", 1, 90, 10)[0])
        self.assertFalse(check_least([call(at, action="GetImageInfo") for at in range(9)], "GetImageInfos", 1, 90, 10)[0])

    def test_what_went_wrong_on_purpose_was_allowed(self):
        calls = [call(at) for at in range(8)] + [call(8, fault="http_5xx", code="InternalError"), call(9, fault="hang")]
        self.assertTrue(check_least(calls, "GetImageInfos", 1, 100, 10)[0])
        self.assertFalse(check_least(calls[1:], "GetImageInfos", 1, 100, 10)[0])

    def test_calls_too_close_are_found(self):
        calls = [call(0), call(30_000, action="GetImageInfo"), call(31_000, action="AssumeRole"), call(60_000)]
        self.assertTrue(check_apart(calls, 30)[0])
        self.assertFalse(check_apart(calls, 30.5)[0])
        self.assertTrue(check_apart([], 30)[0])


if __name__ == "__main__":
    unittest.main()
