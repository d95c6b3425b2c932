"""The words of the policy: policies/python.json, read once."""

import importlib.util
import json
import re

DUNDER = re.compile(r"__.+__\Z")

FILE_HINT = ("files and URLs cannot be read or written; the tables are already loaded, and the "
             "result is what you assign or return")
HINTS = {
    "file_access": FILE_HINT,
    "pickle_not_allowed": "pickles are not allowed; use to_dict(), or import json and json.dumps",
    "string_query": "expressions in strings are not allowed; write a mask: df[df['amount'] > 100]",
    "attribute_not_allowed": "it leads out of the data",
}


class Vocabulary:
    """Names that are allowed, names that are refused, and what is said of them.

    Where the sections of python.json are not taken as they are: `denied_attributes` and
    `denied_members` give the rule by the name, `listed` leaves out what is not installed, and
    `missing` has its top packages.
    """

    def __init__(self, policy_json: str) -> None:
        """Raises ValueError or KeyError where the text is broken."""
        policy = json.loads(policy_json)
        self.modules = {path: frozenset(names) for path, names in policy["modules"].items()}
        packages = {path.rpartition(".")[0] for path in self.modules} - {""}
        if packages - set(self.modules):
            raise ValueError(
                f"modules without their packages: {sorted(packages - set(self.modules))}")
        self.missing = frozenset(
            name for name in policy["optional"] if importlib.util.find_spec(name) is None)
        self.listed = sorted(
            name for name in policy["listed"] if name.partition(".")[0] not in self.missing)
        self.denied_attributes = _rule_by_name(policy["attributes"])
        self.denied_members = _rule_by_name(policy["members"])
        self.provided = dict(policy["provided"])
        self.instead = dict(policy["instead"])
        self.renamed = dict(policy["renamed"])
        self.names = dict(policy["names"])
        self.writers = dict(policy["writers"])
        self.keywords = dict(policy["keywords"])
        self.private_attributes = frozenset(policy["private_attributes"])
        self.dunder_attributes = frozenset(policy["dunder_attributes"])
        self.methods = frozenset(policy["methods"])
        self.module_values = frozenset(policy["module_values"])


def _rule_by_name(names_by_rule: dict[str, list[str]]) -> dict[str, str]:
    return {name: rule for rule, names in names_by_rule.items() for name in names}
