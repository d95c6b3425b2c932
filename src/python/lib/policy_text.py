"""What is asked of a program before its tree is walked: its characters, its size, its depth."""

import ast
import re

from tabletalk_policy_findings import LINE_END, issue, too_complex

MAX_DEPTH = 200  # Of the tree; CPython's compiler takes some thousands.
MAX_TERMS = 1_000  # Of one expression a + b + c ..., which nests as deeply as it is long.

_ENCODING = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


def _place(code: str, index: int) -> tuple[int, int]:
    """Line and column of an index into the text."""
    lines = LINE_END.split(code[:index])
    return len(lines), len(lines[-1]) + 1


def check_text(code: str, max_chars: int) -> list[dict]:
    """Findings on the text alone; with an error among them it is not parsed."""
    if len(code) > max_chars:
        return [issue("too_long", f"the code has {len(code)} characters; at most {max_chars} are "
                      "allowed. Leave out what the result does not need", 0, 0)]
    try:
        code.encode("utf-8")
    except UnicodeEncodeError as error:
        return [issue("not_utf8", "the code holds half of a surrogate pair, which is no "
                      "character", *_place(code, error.start))]
    nul = code.find("\0")
    if nul >= 0:
        return [issue("nul_byte", "the code holds a NUL character; leave it out",
                      *_place(code, nul))]
    issues = []
    for number, line in enumerate(LINE_END.split(code)[:2], 1):
        match = _ENCODING.match(line)
        if match and match[1].lower().replace("_", "-") not in ("utf-8", "utf8"):
            issues.append(issue("encoding_declaration", f"the code declares the encoding "
                                f"{match[1]}; it is UTF-8 always. Leave the declaration out",
                                number, match.start(1) + 1))
    hidden = _HIDDEN.search(code)
    if hidden:
        issues.append(issue("hidden_character", "the code holds characters that hide or reorder "
                            "text on screen", *_place(code, hidden.start()), severity="warning"))
    return issues


def syntax_issue(error: SyntaxError) -> dict:
    reason = error.msg or "invalid syntax"
    if "too many nested" in reason or "too many levels" in reason:
        return too_complex()
    return issue("syntax_error", f"the code is not valid Python: {reason}",
                 max(error.lineno or 0, 0), max(error.offset or 1, 1) if error.lineno else 0)


def is_too_deep(tree: ast.AST) -> bool:
    """Whether anything nests deeper than the compiler and this module should be given."""
    stack: list[tuple[ast.AST, int, int]] = [(tree, 0, 0)]
    while stack:
        node, depth, terms = stack.pop()
        if depth > MAX_DEPTH or terms > MAX_TERMS:
            return True
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                stack += [(v, depth + 1, terms) for v in value if isinstance(v, ast.AST)]
            elif isinstance(value, ast.AST):
                chained = name == "left" and isinstance(value, ast.BinOp)
                stack.append((value, depth + (not chained), terms + chained))
    return False
