"""The policy on Python code: which programs may run, decided by reading them.

CPython's own parser makes the tree; nothing of it is run, and no pattern is looked for in the text.
Two things keep a program away from what it should not reach.

Modules are walled by allow-list. A name that an import binds can only be the left side of a dot,
and what stands right of the dot is listed in policies/python.json: `np.load`, `pd.io.common.os` and
whatever a new version adds are refused because nobody listed them. A module is never a value, so
that it cannot be reached under another name; scopes are resolved as Python resolves them.

Values are walled by deny-list. A DataFrame may have a column of any name, so `df.open` must pass;
attributes are refused that lead from a value to the interpreter (dunders, leading underscores,
frames, code objects) or to a file (`to_parquet`, `tofile`, `savefig`), and so are the ways to look
up an attribute by a computed name: getattr and its kin, templates of str.format, names of methods
as text in `df.agg(...)`, class patterns of `match`, `functools.update_wrapper`. Builtins are
refused by name, unless the name is certain to be the program's own: `input`, the parameter.

What is not a goal: to stop endless loops or large memory (the limits do), or to be the only wall
(the sandbox assumes that this one was fooled). Time is linear in the text; a tree that is nested
too deeply is refused before anything recursive looks at it.

The parts: text (policy_text), a first pass that finds scopes and bindings (policy_reader, which
fills policy_scopes), a second one when all names are known (policy_rules, policy_calls), names that
both judge (policy_names), and the lists (policy_vocabulary).
"""

import ast
import warnings

from tabletalk_policy_findings import Findings, in_order, issue, too_complex
from tabletalk_policy_reader import Reader
from tabletalk_policy_rules import Rules
from tabletalk_policy_text import check_text, is_too_deep, syntax_issue
from tabletalk_policy_vocabulary import Vocabulary

_vocabulary: Vocabulary | None = None


def configure(policy_json: str) -> None:
    """Takes policies/python.json as text. Raises ValueError or KeyError where it is broken."""
    global _vocabulary
    _vocabulary = Vocabulary(policy_json)


def allowed_imports() -> list[str]:
    """What a program may import: the documented names that are installed here, sorted."""
    return list(_vocabulary.listed)


def check(code: str, contract: str, max_chars: int, max_loop_depth: int) -> list[dict]:
    """All findings on a program, in order of place; those without a place (line 0) come last.

    contract is "result" (a module-level `result` must be assigned) or "calculate" (a function
    `calculate(input)` must be defined). Lines and columns count from 1, columns in code points.
    """
    issues = check_text(code, max_chars)
    if any(found["severity"] == "error" for found in issues):
        return issues
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(code)
            if is_too_deep(tree):
                return issues + [too_complex()]
            issues += _check_tree(tree, code, contract, max_loop_depth)
            # What only the compiler finds: `return` outside of a function, and its like.
            compile(code, "<code>", "exec", dont_inherit=True)
        except SyntaxError as error:
            issues.append(syntax_issue(error))
        except (RecursionError, MemoryError, OverflowError):
            issues.append(too_complex())
        except ValueError as error:
            issues.append(issue("syntax_error", f"the code cannot be read: {error}", 0, 0))
    return in_order(issues)


def _check_tree(tree: ast.Module, code: str, contract: str, max_loop_depth: int) -> list[dict]:
    """Names are judged when all scopes are known, as a name may be bound after it is used."""
    findings = Findings(code)
    program = Reader(_vocabulary, findings, max_loop_depth).read(tree)
    Rules(_vocabulary, findings, program).judge(tree, contract)
    return findings.issues
