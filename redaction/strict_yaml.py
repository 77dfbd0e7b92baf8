"""YAML as it is written: what YAML 1.1 would silently change is refused."""

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from redaction.errors import DiscreetError


class _Strict(SafeConstructor, Resolver):
    """YAML 1.1 with the booleans of YAML 1.2, so that NO is Norway; a repeated key is refused."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the class attribute that PyYAML reads
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping and refuse a repeated key, of which only the last would count."""
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key is a list or a mapping; write a word", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_Strict.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


class StrictLoader(_Strict, yaml.SafeLoader):
    """Reads strictly, in Python: its messages say what is wrong, and where."""


class QuickLoader(Composer, _Strict, yaml.CSafeLoader):
    """Gives the same nodes and values as `StrictLoader` in a fifth of the time, by libyaml.

    The nodes are composed in Python, where too deep nesting is an error.
    """

    def __init__(self, stream: str) -> None:
        """Start to parse a document."""
        yaml.CSafeLoader.__init__(self, stream)
        Composer.__init__(self)


_MOST_NODES: Final = 200_000
"""Keys and values of a document with all its aliases written out; more are no config."""


def _load(text: str) -> tuple[yaml.Node | None, Any]:
    """Read a document whose aliases, written out, do not make it endless or huge. Raises YAMLError, RecursionError."""
    try:
        return load_by(QuickLoader(text))
    except yaml.YAMLError:
        return load_by(StrictLoader(text))


def load_by(loader: StrictLoader | QuickLoader) -> tuple[yaml.Node | None, Any]:
    """Read a document by one of the loaders. Raises YAMLError, RecursionError."""
    try:
        node = loader.get_single_node()
        if node is None:
            return None, None
        if _written_out(node, {}) > _MOST_NODES:
            problem = f"more than {_MOST_NODES:,} keys and values, aliases included"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return node, loader.construct_document(node)
    finally:
        loader.dispose()


def _written_out(node: yaml.Node, known: dict[int, int | None]) -> int:
    """Count the nodes below one, each as often as it is named; `known` holds the counts, None while one is counted."""
    if id(node) in known:
        count = known[id(node)]
        if count is None:
            raise yaml.constructor.ConstructorError(None, None, "an alias contains itself", node.start_mark)
        return count
    known[id(node)] = None
    children: list[yaml.Node] = []
    if isinstance(node, yaml.SequenceNode):
        children = list(node.value)
    elif isinstance(node, yaml.MappingNode):
        children = [each for pair in node.value for each in pair]
    count = known[id(node)] = 1 + sum(_written_out(each, known) for each in children)
    return count


def read_mapping(path: Path, failure: type[DiscreetError], example: str) -> tuple[yaml.Node, dict[str, Any]]:
    """Read a YAML file that is a mapping.

    Args:
        path: The file.
        failure: The error to raise.
        example: A file or page that shows what belongs there, for its message.

    Returns:
        The tree of nodes, which knows how each value was written, and the keys and values.

    Raises:
        DiscreetError: of the given class, where the file is missing, is no YAML or no mapping.
    """
    try:
        node, values = _load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise failure(f"{path}: no such file; correct the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise failure(f"{path}: cannot be read ({type(error).__name__}); give a UTF-8 YAML file") from None
    except RecursionError:
        raise failure(f"{path}: lists or mappings are nested too deeply; correct it") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise failure(f"{path}: {line}{problem}; correct it") from None
    if node is None or not isinstance(values, dict):
        raise failure(f"{path}: not a mapping of keys to values; see {example}")
    return node, values
