"""`python -m assistant eligible`: the table for people and as JSON, by profile and by text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from settings import ROOT

DOCUMENTS = Path(__file__).parent / "documents"


def eligible(tmp: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "assistant", "eligible", *arguments, "--corpus", str(DOCUMENTS)]
    environment = os.environ | {"SUYUAN_DATA": str(tmp)}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, env=environment)


def test_the_table(tmp_path: Path) -> None:
    given = json.loads((DOCUMENTS.parent / "profiles.json").read_text(encoding="utf-8"))["云溪数控"]
    (tmp_path / "profile.json").write_text(json.dumps(given), encoding="utf-8")
    done = eligible(tmp_path, "--profile", str(tmp_path / "profile.json"), "--json")
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    best = table["policies"][0]
    assert (best["number"], best["verdict"]) == ("云科发〔2026〕4号", "符合")
    assert [each["verdict"] for each in best["conditions"]] == ["符合"] * 5
    order = [["符合", "需确认", "不符合"].index(policy["verdict"]) for policy in table["policies"]]
    assert order == sorted(order)
    assert len(order) == 7
    assert table["profile"]["revenue"] == 50_000_000

    done = eligible(tmp_path, "--text", "本人26岁，云溪市户籍")
    assert "✓ 符合  （二）年龄在18周岁以上60周岁以下；" in done.stdout
    assert "《云溪市创业担保贷款实施办法（示例）》（云人社规〔2025〕2号）第三条第（二）项 · 年龄：26" in done.stdout

    done = eligible(tmp_path, "--profile", str(tmp_path / "none.json"))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
