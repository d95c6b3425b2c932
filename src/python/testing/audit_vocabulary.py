"""Holds policies/python.json against the packages that are installed.

Each audit returns complaints, one text each; policy_vocabulary_test.cc wants none. A list made by
hand rots when a package moves on: a name goes away, a name becomes a module, a class grows a
method that writes files. None of that shows when the policy is tried on known programs, so
everything that the list lets through is looked at here.

What cannot be seen from outside is what a function does inside. That it takes a path is seen in the
names of its parameters; a compiled function that does not tell them is judged by its name.
"""

import builtins
import importlib
import importlib.util
import inspect
import json
import re
import sys
import types

# Standard library names that some Python since 3.11 lacks.
_OF_SOME_PYTHONS = {
    "collections.abc.ByteString",  # until 3.13
    "itertools.batched",  # since 3.12
    "re.PatternError",  # since 3.13
}

# Parameters that take a path, a URL, an open file or a buffer to write into.
_FILE_PARAMETER = re.compile(
    r"(file|filename|filenames|fname|fid|path|paths|path_or_buf|path_or_buffer|buf|buffer|url|uri|"
    r"filepath|filepath_or_buffer|fp|stream|con|excel_writer|writer|cache_dir|data_home|dirname|"
    r"directory|folder)\Z"
)
_FILE_NAME = re.compile(
    r"(read|write|load|save|dump|open|fetch|download|from_?file|to_?file)(_|\Z)")

# What looks like it and is not: paths of listed names, and names of methods, each with the reason.
_HARMLESS = {
    "json.dumps": "gives a text",
    "numpy.frombuffer": "reads bytes",
    "numpy.ma.frombuffer": "reads bytes",
    "numpy.ndarray": "lies over bytes",
    "numpy.recarray": "lies over bytes",
    "numpy.interp": "fp are the values of a function",
    "matplotlib.pyplot.imshow": "url is written into an SVG, which nobody makes",
    "matplotlib.pyplot.rc_context": "policy_calls.py looks at its arguments",
    "matplotlib.patches.FancyArrowPatch": "a path of points",
    "matplotlib.patches.PathPatch": "a path of points",
    "contains_path": "a path of points",
    "draw_markers": "a path of points",
    "draw_path": "a path of points",
    "draw_path_collection": "paths of points",
    "imshow": "url is written into an SVG, which nobody makes",
    "info": "buf is written to, so it must be an object that is open; there is none",
    "load_char": "a character of a font",
    "load_glyph": "a character of a font",
    "open_group": "a group of an SVG",
    "save_offset": "keeps a place",
    "set": "url is written into an SVG; paths are of points",
    "set_clip_path": "a path of points",
    "set_font": "fp says which font; none but that of a file that is a font is drawn",
    "set_font_properties": "as set_font",
    "set_fontproperties": "as set_font",
    "set_path": "a path of points",
    "set_paths": "paths of points",
    "set_url": "written into an SVG, which nobody makes",
    "to_device": "of an array, the name of the device it is on",
    "transform_path": "a path of points",
    "transform_path_affine": "a path of points",
    "transform_path_non_affine": "a path of points",
    "update_from_path": "a path of points",
}

# Classes of values come from these; from these modules of theirs none comes to a program, as what
# makes them is refused.
_READERS = (
    "pandas.io.", "pandas.compat.", "pandas._libs.parsers", "pandas._typing",
    "numpy.lib._datasource", "numpy.lib.npyio", "numpy.lib._npyio",
    "scipy.io.", "scipy._lib.", "sklearn.externals.", "sklearn.callback.",
)
_FILE_MODULES = ("io", "json", "os", "pickle", "shutil")
_PACKAGES = ("numpy", "pandas", "matplotlib", "scipy", "sklearn")


def _is_missing(path, policy):
    top = path.partition(".")[0]
    return top in policy["optional"] and importlib.util.find_spec(top) is None


def _module(path):
    """A module by its path; pandas.offsets is one that only its package knows by that name."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        package, _, name = path.rpartition(".")
        return getattr(_module(package), name, None) if package else None


def _modules(policy):
    """(path, module, listed names) of all that is installed."""
    for path, names in policy["modules"].items():
        if not _is_missing(path, policy):
            yield path, _module(path), names


def _values(policy):
    """(path, value) of everything that is listed and no module."""
    for path, module, names in _modules(policy):
        for name in names:
            full = f"{path}.{name}"
            if full not in policy["modules"] and hasattr(module, name):
                yield full, getattr(module, name)


def dead_names(policy):
    """Listed names that their module does not have."""
    found = []
    for path, module, names in _modules(policy):
        # `datetime` may stand for the class of that name as well.
        places = [module] + ([getattr(module, path)] if path in policy["module_values"] else [])
        found += [f"{path}.{name}" for name in names
                  if not any(hasattr(place, name) for place in places)
                  and f"{path}.{name}" not in _OF_SOME_PYTHONS]
    return found


def doubled_names(policy):
    """Names that are in one list twice."""
    found = []
    lists = list(policy["modules"].items()) + list(policy["attributes"].items())
    for path, names in [*lists, *policy["members"].items(), ("listed", policy["listed"])]:
        found += [f"{path}: {name}" for name in {n for n in names if names.count(n) > 1}]
    return found


def dead_imports(policy):
    """Documented imports that the vocabulary does not have, or that are not there."""
    return [name for name in policy["listed"]
            if name not in policy["modules"]
            or not _is_missing(name, policy) and importlib.util.find_spec(name) is None]


def hidden_imports(policy):
    """Modules that may be imported and are not documented, nor in or around one that is."""
    listed = policy["listed"]
    return [path for path in policy["modules"]
            if not any(path == name or path.startswith(f"{name}.") or name.startswith(f"{path}.")
                       for name in listed)]


def wrong_renames(policy):
    """Old names that are there after all, and new ones that are not."""
    found = []
    for old, new in policy["renamed"].items():
        module, _, name = new.lstrip("-").rpartition(".")
        listed = policy["modules"][module] if module else vars(builtins)
        if name not in listed:
            found.append(f"{new} is not listed")
        package, _, name = old.rpartition(".")
        if name in policy["modules"][package]:
            found.append(f"{old} is listed")
    return found


def listed_modules(policy):
    """Modules that are listed as if they were values: everything in them would be open."""
    return [full for full, value in _values(policy) if isinstance(value, types.ModuleType)]


def _denied_names(policy):
    return {name for names in policy["attributes"].values() for name in names}


def listed_readers(policy):
    """Listed values that the denied lists know, under whatever name."""
    denied = _denied_names(policy)
    members = {name for names in policy["members"].values() for name in names}
    known = {}
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] not in (*_PACKAGES, *_FILE_MODULES):
            continue
        for name, value in list(vars(module).items()):
            if callable(value) and (name in denied or f"{module_name}.{name}" in members):
                known[id(value)] = f"{module_name}.{name}"
    found = []
    for full, value in _values(policy):
        name = full.rpartition(".")[2]
        if name in denied or full in members:
            if full not in _HARMLESS:
                found.append(f"{full} is both listed and denied")
        elif id(value) in known:
            found.append(f"{full} is {known[id(value)]}")
    return found


def _file_parameters(function):
    """The parameters of a function that seem to take a path."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return []
    return [name for name in parameters if _FILE_PARAMETER.match(name)]


def _looks_like_files(name, function):
    taken = _file_parameters(function)
    if taken:
        return f"takes {', '.join(taken)}"
    return "has such a name" if _FILE_NAME.match(name) else ""


def file_functions(policy):
    """Listed functions and classes that seem to take a path."""
    found = []
    for full, value in _values(policy):
        if callable(value) and full not in _HARMLESS:
            why = _looks_like_files(full.rpartition(".")[2], value)
            if why:
                found.append(f"{full} {why}")
    return found


def _is_held(kind):
    """Whether a program can come to hold a value of a class: not of one that is a reader itself."""
    home = kind.__module__
    return (home.partition(".")[0] in _PACKAGES and not home.startswith(_READERS)
            and not kind.__name__.startswith("_"))


def _classes(policy):
    """(name, class) of all whose values a program can come to hold, listed or not."""
    found = {id(value): (full, value)
             for full, value in _values(policy) if isinstance(value, type)}
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] in _PACKAGES:
            for name, value in list(vars(module).items()):
                if isinstance(value, type) and _is_held(value):
                    full = f"{value.__module__}.{value.__qualname__}"
                    found.setdefault(id(value), (full, value))
    return list(found.values())


def open_methods(policy):
    """Methods of values that seem to take a path and that no denied list knows."""
    closed = _denied_names(policy) | set(policy["writers"]) | set(_HARMLESS)
    found = {}
    seen = set()
    for full, kind in _classes(policy):
        for base in kind.__mro__:
            if base in seen:
                continue
            seen.add(base)
            for name, value in vars(base).items():
                if name.startswith("_") or name in closed or name in found:
                    continue
                value = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
                why = _looks_like_files(name, value) if inspect.isroutine(value) else ""
                if why:
                    found[name] = f"{name} of {full} {why}"
    return sorted(found.values())


AUDITS = (dead_names, doubled_names, dead_imports, hidden_imports, wrong_renames, listed_modules,
          listed_readers, file_functions, open_methods)


def complaints(policy_json, only):
    """Complaints of the audit of that name, or of all where there is none, each after the name of
    its audit; and how many names were looked at.
    """
    policy = json.loads(policy_json)
    found = [f"{audit.__name__}: {complaint}" for audit in AUDITS
             if only in ("", audit.__name__) for complaint in audit(policy)]
    return found, sum(1 for _ in _values(policy))
