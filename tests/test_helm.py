"""The Helm chart: its values keep to its schema, every template is whole, and its parts name each other rightly.

The templates use values, `quote` and `toJson` alone, so that they can be filled in here as Helm does, also where it is not
installed; where it is, it is asked too.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml

from index.address import Address, place_of
from settings import PREFIX, Settings

CHART = Path(__file__).resolve().parents[1] / "deploy" / "helm"
FILTERS: dict[str, Callable[[Any], str]] = {"": str, "quote": json.dumps, "toJson": json.dumps}
Thing = dict[str, Any]


def values() -> Thing:
    made: Thing = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    return made


def filled(text: str, given: Thing) -> str:
    """A template with its values; a KeyError for one that is not there."""

    def value(found: re.Match[str]) -> str:
        chosen: Any = reduce(lambda part, name: part[name], found[1].split("."), given)
        made: str = FILTERS[found[2] or ""](chosen)
        return made

    whole = re.sub(r"\{\{ \.Values\.([\w.]+)(?: \| (\w+))? \}\}", value, text)
    assert "{{" not in whole
    return whole


@pytest.fixture(scope="module")
def things() -> list[Thing]:
    """Everything the chart makes."""
    files = sorted((CHART / "templates").glob("*.yaml"))
    assert len(files) == 4
    return [thing for file in files for thing in yaml.safe_load_all(filled(file.read_text(encoding="utf-8"), values()))]


def pods(things: list[Thing]) -> Iterator[tuple[Thing, Thing]]:
    """Each thing that starts pods, with the pod's own part."""
    for thing in things:
        spec = thing.get("spec", {})
        found = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if found:
            yield thing, found


def named(things: list[Thing], kind: str) -> dict[str, Thing]:
    return {thing["metadata"]["name"]: thing for thing in things if thing["kind"] == kind}


def keys_of(thing: object, key: str) -> Iterator[Any]:
    """What stands under a key, anywhere inside."""
    if isinstance(thing, dict):
        for name, inner in thing.items():
            if name == key:
                yield inner
            yield from keys_of(inner, key)
    elif isinstance(thing, list):
        for inner in thing:
            yield from keys_of(inner, key)


def test_values_keep_to_their_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(values(), schema)
    for wrong in ({"index": "/a/folder"}, {"surplus": 1}, {"milvus": {"replicas": 3}}, {"chat": {"replicas": "two"}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(values() | wrong, schema)


def test_every_value_is_used_and_no_secret_is_one() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in (CHART / "templates").glob("*.yaml"))
    used = set(re.findall(r"\.Values\.([\w.]+)", text))
    given = values()
    for name, value in given.items():
        inner = {f"{name}.{key}" for key in value} if isinstance(value, dict) else {name}
        assert inner <= used, name
    assert "password" not in json.dumps(given).lower()


def test_parts_find_each_other(things: list[Thing]) -> None:
    labels = [pod["metadata"]["labels"] for _, pod in pods(things)]
    assert len(labels) == 6
    services = named(things, "Service")
    for name, service in services.items():
        chosen = service["spec"]["selector"]
        assert sum(chosen.items() <= one.items() for one in labels) == 1, name
        ports = {port["containerPort"] for thing, pod in pods(things) if chosen.items() <= pod["metadata"]["labels"].items()
                 for container in pod["spec"]["containers"] for port in container["ports"]}  # fmt: skip
        assert {port["port"] for port in service["spec"]["ports"]} == ports
    for thing, pod in pods(things):
        selector = thing["spec"].get("selector", {}).get("matchLabels")
        assert selector in (None, pod["metadata"]["labels"])
    text = json.dumps(things)
    for host, port in re.findall(r"(suyuan-\w+)(?::(\d+))?/", text) + re.findall(r"tcp://([\w-]+):(\d+)", text):
        assert {str(one["port"]) for one in services[host]["spec"]["ports"]} == {port}
    address = place_of(values()["index"], "postgresql://x")
    assert isinstance(address, Address)
    assert (address.host, address.port) == ("suyuan-milvus", 19530)
    backends = [backend["service"] for backend in keys_of(named(things, "Ingress"), "backend")]
    assert backends == [
        {"name": "suyuan-chat", "port": {"number": services["suyuan-chat"]["spec"]["ports"][0]["port"]}}
    ]


def test_volumes_and_secrets_are_there(things: list[Thing]) -> None:
    claims, settings = named(things, "PersistentVolumeClaim"), named(things, "ConfigMap")
    for thing, pod in pods(things):
        own = {one["metadata"]["name"] for one in thing["spec"].get("volumeClaimTemplates", ())}
        volumes = {volume["name"] for volume in pod["spec"].get("volumes", ())} | own
        assert {mount["name"] for mounts in keys_of(pod, "volumeMounts") for mount in mounts} == volumes
        assert {claim["claimName"] for claim in keys_of(pod, "persistentVolumeClaim")} <= claims.keys()
        assert {each["name"] for each in keys_of(pod, "configMapRef")} <= settings.keys()
        for reference in keys_of(pod, "secretKeyRef"):
            assert reference["name"] == "suyuan"
            assert f"--from-literal={reference['key']}=" in (CHART / "values.yaml").read_text(encoding="utf-8")
        for container in pod["spec"]["containers"]:
            assert container["resources"]["limits"]["memory"]


def test_settings_and_commands_exist(things: list[Thing]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    named_there = {
        name
        for file in CHART.rglob("*.yaml")
        for name in re.findall(r"SUYUAN_[A-Z_]+", file.read_text(encoding="utf-8"))
    }
    assert len(named_there) > 4
    assert named_there <= known
    commands = [command for _, pod in pods(things) for command in keys_of(pod["spec"]["containers"], "command")]
    assert ".venv/bin/python -m web users add owner --owner" in json.dumps(things)
    ours = [command[1:] for command in commands if command[0] == ".venv/bin/python"]
    assert len(ours) == 4
    for command in ours:
        words = command[: 2 + (command[1] == "index")] if command[0] == "-m" else command[:1]
        done = subprocess.run(
            [sys.executable, *words, "--help"], capture_output=True, text=True, check=True, cwd=CHART.parents[1]
        )
        assert [word for word in command[len(words) :] if word.startswith("--") and word not in done.stdout] == []


def test_helm_takes_it() -> None:
    helm = shutil.which("helm")
    if not helm:
        pytest.skip("helm is not installed")
    subprocess.run([helm, "lint", "--strict", CHART], check=True, capture_output=True)
    made = subprocess.run([helm, "template", "suyuan", CHART], check=True, capture_output=True, text=True).stdout
    assert len([thing for thing in yaml.safe_load_all(made) if thing]) > 12
