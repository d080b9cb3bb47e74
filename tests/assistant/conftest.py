"""A small invented corpus with its real index, and an assistant over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import settings
from assistant import Assistant, create
from index.build import build_index
from index.encoders import load_encoder
from index.local import LocalHandle
from tests.assistant.scripted import Server

CORPUS = {
    "云湖市创业补贴办法.md": """---
title: 云湖市创业补贴办法
issuer: 云湖市人民政府
number: 云政发〔2023〕8号
date: 2023-03-01
region: 云湖市
---

## 第一条

云湖市对首次创业的居民发放创业补贴，标准为每户5万元。

## 第二条

申请人应当在2023年9月30日前向受理点提交申请，逾期不予受理。

## 第三条

创业补贴不得用于偿还债务。

## 第四条

符合条件的企业可以申请贷款贴息，贴息比例为3%，最高不超过20万元。

## 第五条

申请材料包括身份证明、营业执照、银行账户证明和经营场所证明四项。

## 第六条

全市设立12个受理点，由市人力资源和社会保障局负责管理，云湖创业园是首个受理点。
""",
    "东山县创业补贴办法.md": """---
title: 东山县创业补贴办法
issuer: 东山县人民政府
number: 东政发〔2022〕3号
date: 2022-05-10
region: 云湖市东山县
---

## 第一条

东山县对返乡创业的居民发放创业补贴，标准为每户3万元。

## 第二条

东山县的受理点共有4个，县长为赵启明。
""",
    "云湖市养老服务规定.md": """---
title: 云湖市养老服务规定
issuer: 云湖市民政局
date: 2021-07-01
expires: 2022-06-30
region: 云湖市
---

## 第一条

年满80周岁的老人每月可领取高龄津贴120元。

## 第二条

养老机构应当每年组织一次消防演练。
""",
}


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("assistant")
    corpus = root / "corpus"
    corpus.mkdir()
    for name, text in CORPUS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    build_index(corpus, root / "index", encoder=load_encoder("built-in"))
    return root / "index"


@pytest.fixture(scope="session")
def handle(index_folder: Path) -> LocalHandle:
    return LocalHandle(index_folder, encoder=load_encoder("built-in"))


@pytest.fixture(scope="session")
def assistant(handle: LocalHandle) -> Assistant:
    return create(handle, settings.load_settings())


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()
