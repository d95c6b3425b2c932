"""Limits never change a fact: what a sentence says holds for every row, shown or not."""

import datetime
import json

import pytest


def write(path, header, rows):
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def day(i):
    return datetime.date(2019, 1, 1) + datetime.timedelta(days=i)


MEMBERS = [(f"K{i:04}", 3 + i) for i in range(1500)]
TIED = [(f"K{i:04}", 7 if i < 1400 else 2) for i in range(1500)]
SAME = [(f"K{i:04}", 4) for i in range(1300)]
NAMELESS = [("" if i < 50 else f"K{i:04}", 1) for i in range(1200)]
DAYS = [(day(i), 10 if i == 5 else 1500 - i if i < 1100 else i) for i in range(1234)]

CASES = [
    ("lowest is beyond the rows shown", "member,visits", MEMBERS, "total visits by member", 1500,
     ["highest for K1499 (1,502)", "lowest for K0000 (3)", "among 1,500 groups",
      "Only 1,000 of 1,500 rows"]),
    ("ties beyond the rows shown", "member,visits", TIED, "total visits by member", 1500,
     ["highest for K0000 and others (7)", "lowest for K1400 and others (2)"]),
    ("all the same", "member,visits", SAME, "total visits by member", 1300,
     ["is 4 for each of the 1,300 groups"]),
    ("a group without a name", "member,visits", NAMELESS, "number of rows by member", 1151,
     ["highest for rows without member (50)", "among 1,151 groups"]),
    ("the newest day", "day,visits", DAYS, "total visits by day", 1234,
     ["went from 1,500 (1 January 2019)", "to 1,233 (18 May 2022)",
      "highest on 1 January 2019, 1,500"]),
    ("two groups", "member,visits,site",
     [(m, v, "ab"[i % 2]) for i, (m, v) in enumerate(MEMBERS)],
     "total visits by member and site", 1500,
     ["highest for K1499 / b (1,502)", "lowest for K0000 / a (3)"]),
]


@pytest.mark.parametrize("name,header,rows,question,total,says", CASES, ids=[c[0] for c in CASES])
def test_a_sentence_speaks_of_every_row(tabletalk, tmp_path, name, header, rows, question, total,
                                        says):
    done = tabletalk("ask", write(tmp_path / "visits.csv", header, rows), question, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    reply = json.loads(done.stdout)
    assert reply["result"]["total_rows"] == total
    assert reply["result"]["truncated"] is True and len(reply["result"]["rows"]) == 1000
    for piece in says:
        assert piece in reply["answer"]
    assert len(reply["runs"]) == 2  # The second has the ends.
    ends = [n for n in reply["verified"]["numbers"] if n["run_id"] == reply["runs"][1]]
    assert ends, reply["verified"]


def test_a_running_total_ends_with_the_last_day(tabletalk, tmp_path):
    rows = [(day(i), "x", 2) for i in range(1100)]
    file = write(tmp_path / "visits.csv", "day,site,visits", rows)
    done = tabletalk("ask", file, "running total of visits by day", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)["answer"]
    assert "reaches 2,200 by 4 January 2022" in answer


def test_a_million_groups(tabletalk, tmp_path):
    rows = [(f"K{i:07}", i % 1000 + 1) for i in range(1_000_000)]
    rows[777_777] = ("K0777777", 5000)
    rows[888_888] = ("K0888888", -1)
    file = write(tmp_path / "visits.csv", "member,visits", rows)
    done = tabletalk("ask", file, "total visits by member", "--json", timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    reply = json.loads(done.stdout)
    assert reply["result"]["total_rows"] == 1_000_000
    assert "highest for K0777777 (5,000) and lowest for K0888888 (-1)" in reply["answer"]


@pytest.mark.parametrize("question,rows,says", [
    ("top 2 teams by points", 3, "With ties at the end it is 3 instead of 2."),
    ("which team has the most points?", 1, "c has the highest total points: 9."),
    ("bottom 1 teams by points", 2, "d and e have the lowest"),
    ("top 4 teams by points", 5, "With ties at the end it is 5 instead of 4."),
    ("top 1 teams by points", 1, "c has the highest"),
])
def test_ties_at_a_limit_stay_together(tabletalk, tmp_path, question, rows, says):
    games = [("a", 3), ("a", 2), ("b", 5), ("c", 9), ("d", 1), ("e", 1), ("a", 0)]
    file = write(tmp_path / "games.csv", "team,points", games)
    done = tabletalk("ask", file, question, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    reply = json.loads(done.stdout)
    assert reply["result"]["total_rows"] == rows
    assert says in reply["answer"]
