#!/usr/bin/env python3
"""The comparing of histories, on made-up ones: it must find what is missing, extra or broken."""
import sqlite3
import unittest

from compare_catalog import Report, check_queue, compare_history, compare_image


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


class CompareImage(unittest.TestCase):
    def setUp(self):
        texts = ["status", "title", "description", "tags", "cate_name", "image_type", "storage_location", "app_id",
                 "region_id", "audit_status", "url"]
        file = {"original_file_name": "a.png", "width": 1, "height": 2, "file_size": 3, "file_url": "u"}
        self.truth = {**dict.fromkeys(texts, "t"), "cate_id": 7, "creation_time": "2026-01-02T03:04:05Z",
                      "url_signed": True, "extra": {"A": [1], "B": None}, "image_tag": ["t"],
                      "mezzanine": {**file, "file_url_signed": True, "extra": None}}
        self.row = {**self.truth, "created_at": 1767323045000, "url_signed": 1, "extra": '{"B":null,"A":[1]}'}
        self.file = {**file, "file_url_signed": 1, "extra": None}

    def differences(self, tags=("t",)):
        return compare_image(self.row, self.file, list(tags), self.truth)

    def test_equal_rows_have_no_difference(self):
        self.assertEqual(self.differences(), [])

    def test_each_column_counts(self):
        for column in ["status", "title", "url", "url_signed", "cate_id", "created_at", "creation_time"]:
            before, self.row[column] = self.row[column], None
            self.assertEqual(len(self.differences()), 1, column)
            self.row[column] = before
        for column in ["original_file_name", "width", "file_url", "file_url_signed"]:
            before, self.file[column] = self.file[column], None
            self.assertEqual(len(self.differences()), 1, column)
            self.file[column] = before

    def test_what_has_no_column_counts(self):
        self.row["extra"] = '{"A":[1]}'
        self.assertEqual(len(self.differences()), 1)

    def test_a_missing_or_needless_mezzanine_row_is_found(self):
        self.file = None
        self.assertEqual(len(self.differences()), 1)
        self.truth["mezzanine"] = None
        self.assertEqual(self.differences(), [])

    def test_a_lost_and_a_needless_tag_are_found(self):
        self.assertEqual(len(self.differences(tags=[])), 1)
        self.assertEqual(len(self.differences(tags=["t", "u"])), 1)


class Queue(unittest.TestCase):
    def is_good(self, *queued):
        database = sqlite3.connect(":memory:")
        database.executescript("CREATE TABLE tracked_image (image_key, state, generation); "
                               "CREATE TABLE poll_queue (image_key, generation); "
                               "INSERT INTO tracked_image VALUES (1, 'tracked', 5), (2, 'untracked', 6)")
        database.executemany("INSERT INTO poll_queue VALUES (?, ?)", queued)
        report = Report()
        check_queue(database, report)
        return report.good

    def test_one_valid_place_is_right(self):
        self.assertTrue(self.is_good((1, 5)))
        self.assertTrue(self.is_good((1, 4), (1, 5), (2, 5)))

    def test_a_lost_a_doubled_and_a_needless_place_are_found(self):
        self.assertFalse(self.is_good())
        self.assertFalse(self.is_good((1, 4)))
        self.assertFalse(self.is_good((1, 5), (1, 5)))
        self.assertFalse(self.is_good((1, 5), (2, 6)))


if __name__ == "__main__":
    unittest.main()
