#!/usr/bin/env python3
"""Shows that no_secrets.py finds a planted secret in each of its forms and places, and nothing where there is none."""
import base64
import os
import sqlite3
import subprocess
import tempfile
import unittest
from urllib.parse import quote

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "no_secrets.py")
SECRET = "c4pvajDqO469tch7c4lfUw7iKv+/Ew=="
HASH = "80cd3862d699b7118eed99103f2a3a4f"


class NoSecrets(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.secrets = self.write("secrets", f"{HASH}\n{SECRET}\n")
        os.mkdir(os.path.join(self.folder.name, "written"))

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path

    def look(self, *paths):
        command = [SCRIPT, "--secrets", self.secrets, *(paths or [os.path.join(self.folder.name, "written")])]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)

    def test_nothing_where_there_is_none(self):
        self.write("written/log", "auth_key=1-0-0-*** Signature=c4pvajDqO469tch7c4lfUw7iKv\n" + HASH[:-1])
        run = self.look()
        self.assertEqual((run.returncode, "none is there" in run.stdout), (0, True), run.stdout)

    def test_every_form(self):
        lower_escapes = "c4pvajDqO469tch7c4lfUw7iKv%2b%2fEw%3d%3d"
        for form in (SECRET, quote(SECRET, safe=""), lower_escapes, quote(quote(SECRET, safe=""), safe=""), HASH,
                     *(base64.b64encode((before + SECRET + "after").encode()).decode() for before in ("", "a", "ab", "abc")),
                     base64.urlsafe_b64encode(("k:" + SECRET).encode()).decode(),
                     quote(base64.b64encode(("k:" + SECRET).encode()), safe="")):
            self.write("written/log", b"\xff\0 before " + form.encode() + b" after\n")
            run = self.look()
            self.assertEqual(run.returncode, 1, f"{form}: {run.stdout}")
            self.assertIn("written/log: byte ", run.stdout)
            self.assertNotIn(SECRET, run.stdout)

    def test_the_place(self):
        self.write("written/a:b log", f"0123456789{HASH}\n")
        self.assertIn("a:b log: byte 10: the secret in line 1 of ", self.look().stdout)

    def test_a_database_and_its_wal(self):
        path = os.path.join(self.folder.name, "written", "catalog.db")
        database = sqlite3.connect(path)
        self.addCleanup(database.close)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE t (a)")
        self.assertEqual(self.look().returncode, 0)
        with database:
            database.execute("INSERT INTO t VALUES (?)", (f"https://h/a?Signature={SECRET}",))
        self.assertIn("catalog.db-wal: byte ", self.look().stdout)
        with database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.execute("DELETE FROM t")
        self.assertIn("catalog.db: byte ", self.look().stdout)

    def test_what_cannot_be_looked_for_is_no_success(self):
        self.assertEqual(self.look().returncode, 2)
        self.write("written/log", "")
        self.assertEqual(self.look(os.path.join(self.folder.name, "nowhere")).returncode, 2)
        for secrets in ("", "short\n"):
            self.write("secrets", secrets)
            self.assertEqual(self.look().returncode, 2, secrets)


if __name__ == "__main__":
    unittest.main()
