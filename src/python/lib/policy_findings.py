"""What is found in a program: issues, each with a rule, a place and what to do instead."""

import ast
import re

MAX_ISSUES = 100  # Of one answer.

LINE_END = re.compile(r"\r\n|\r|\n")


def issue(rule: str, message: str, line: int, column: int, severity: str = "error") -> dict:
    return {"rule": rule, "message": message, "line": line, "column": column,
            "severity": severity}


def too_complex() -> dict:
    return issue("too_complex", "the code is nested too deeply; split it into smaller statements",
                 0, 0)


def in_order(issues: list[dict]) -> list[dict]:
    """One finding of a rule at each place, by place; the errors first where there are too many."""
    places = {(i["line"], i["column"], i["rule"]): i for i in reversed(issues)}
    found = sorted(places.values(), key=lambda i: (i["line"] == 0, i["line"], i["column"]))
    if len(found) <= MAX_ISSUES:
        return found
    return sorted(found, key=lambda i: i["severity"] != "error")[:MAX_ISSUES]


class Findings:
    """The issues of one program, whose text gives them their columns."""

    def __init__(self, code: str) -> None:
        self.lines = LINE_END.split(code)
        self.issues: list[dict] = []

    def add(self, rule: str, message: str, node: ast.AST, severity: str = "error") -> None:
        line = node.lineno
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if not text.isascii():
            text = text.encode()[:node.col_offset].decode(errors="replace")
            column = len(text) + 1
        else:
            column = node.col_offset + 1
        self.issues.append(issue(rule, message, line, column, severity))

    def add_without_place(self, rule: str, message: str) -> None:
        self.issues.append(issue(rule, message, 0, 0))
