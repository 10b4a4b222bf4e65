#!/usr/bin/env python3
"""The comparing of histories, on made-up ones: it must find what is missing, extra or broken."""
import unittest

from compare_catalog import compare_history


def run(status, *answers):
    return {"status": status, "from": answers[0][1], "to": answers[-1][1], "answers": len(answers),
            "first": [list(answer) for answer in answers], "last": []}


UPLOADING = run("Uploading", ("a", 1000), ("b", 2000))
NORMAL = run("Normal", ("c", 9000))
BOTH = [(None, "Uploading", "a"), ("Uploading", "Normal", "c")]


class CompareHistory(unittest.TestCase):
    def differences(self, changes, runs, kills=()):
        return compare_history(changes, runs, list(kills), {change[2] for change in changes})

    def test_equal_histories_have_no_difference(self):
        self.assertEqual(self.differences(BOTH, [UPLOADING, NORMAL]), [])

    def test_a_missing_change_is_found(self):
        self.assertEqual(len(self.differences(BOTH[:1], [UPLOADING, NORMAL])), 1)

    def test_a_change_that_was_not_served_is_found(self):
        self.assertEqual(len(self.differences(BOTH, [UPLOADING])), 1)

    def test_a_doubled_change_is_found(self):
        self.assertNotEqual(self.differences([BOTH[0], BOTH[0], BOTH[1]], [UPLOADING, NORMAL]), [])

    def test_a_wrong_request_id_is_found(self):
        self.assertNotEqual(self.differences([BOTH[0], ("Uploading", "Normal", "x")], [UPLOADING, NORMAL]), [])

    def test_what_was_in_flight_at_a_kill_may_be_missing(self):
        self.assertEqual(self.differences(BOTH[:1], [UPLOADING, NORMAL], kills=[9500]), [])

    def test_what_was_answered_long_before_the_kill_may_not(self):
        self.assertEqual(len(self.differences(BOTH[:1], [UPLOADING, NORMAL], kills=[20000])), 1)

    def test_what_was_answered_after_the_kill_may_not(self):
        self.assertEqual(len(self.differences(BOTH[:1], [UPLOADING, NORMAL], kills=[8999])), 1)


if __name__ == "__main__":
    unittest.main()
