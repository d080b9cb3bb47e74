"""Every setting by name, with its default: from `SUYUAN_*` environment variables or suyuan.toml. Knows nothing of what uses them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from cli import folder_or_address
from errors import SettingsError

ROOT = Path(__file__).resolve().parent
PREFIX = "SUYUAN_"
SECRETS = ("model_api_key", "api_keys", "catalogue_url", "metrics_token")
LEAST_KEY = 16  # characters of a program's key: fewer could be guessed

FolderOrAddress = Annotated[
    Path | str, BeforeValidator(lambda value: folder_or_address(value) if isinstance(value, str) else value)
]


class Settings(BaseSettings):
    """The settings of one process. The environment wins over suyuan.toml, which wins over the defaults here."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, toml_file="suyuan.toml", extra="forbid", frozen=True)

    corpus: Path = Field(ROOT / "corpus" / "documents", description="folder of the documents")
    index: FolderOrAddress | None = Field(
        None, description="folder of the index, or milvus+http://HOST:PORT/NAME; none: .suyuan/index-… for that corpus"
    )
    catalogue_url: SecretStr = Field(
        SecretStr(""),
        description="PostgreSQL of the catalogue of an index on servers: postgresql+psycopg://USER@HOST/DATABASE",
    )
    data: Path = Field(ROOT / ".suyuan", description="folder for indexes, chats and uploads")
    host: str = Field("127.0.0.1", description="address the chat listens on")
    port: int = Field(7860, ge=0, le=65535, description="port the chat listens on; 0 lets the system choose")
    encoder: str = Field("built-in", description="built-in, or a sentence-transformers name or folder")
    reranker: str = Field("built-in", description="built-in, none, or a CrossEncoder name or folder")
    passage_tokens: int = Field(512, ge=32, le=2048, description="most tokens in a passage")

    model: str = Field(
        "", description="language model, such as openai:NAME or ollama:NAME; empty: the extractive reader"
    )
    model_base_url: str = Field("", description="address of an OpenAI-compatible server")
    model_api_key: SecretStr = Field(SecretStr(""), description="key for the model's server")
    model_context_tokens: int = Field(8192, ge=1024, description="the model's window")
    model_answer_tokens: int = Field(1024, ge=64, description="most tokens of an answer")
    model_timeout: float = Field(60.0, gt=0, description="seconds to wait for the model")
    model_retries: int = Field(2, ge=0, le=10, description="tries after the first")
    model_pause: float = Field(1.0, ge=0, le=60, description="seconds before the second try; doubled for each one more")

    unsupported: str = Field(
        "drop", pattern="^(drop|mark)$", description="drop unsupported statements, or show them marked"
    )
    question_characters: int = Field(2000, ge=10, description="longest question taken")
    language: str = Field("zh", pattern="^(zh|en)$", description="language of notices and of the first screen")

    database_url: str = Field(
        "", description="SQLAlchemy URL of chats and feedback; empty: a SQLite file in the data folder"
    )
    users: Path | None = Field(None, description="users file; none: no login")
    upload_megabytes: int = Field(50, ge=1, description="largest uploaded file")
    questions_a_minute: int = Field(30, ge=0, description="most questions of one person a minute; 0: no limit")
    queue_size: int = Field(400, ge=1, description="most questions waiting; more are refused at once")
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="what Prometheus sends to read /metrics (Authorization: Bearer …); empty: no /metrics",
    )
    log_format: str = Field(
        "text",
        pattern="^(text|json)$",
        description="text: warnings alone; json: a JSON line too for how each answer ended",
    )
    answers_at_once: int = Field(4, ge=1, description="answers made at the same time")

    api: bool = Field(True, description="answer programs that speak OpenAI's chat protocol, under /v1")
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="keys of those programs, a list (in the environment parted by commas); none: this machine's only",
    )
    api_questions_a_minute: int = Field(120, ge=0, description="most questions of one key a minute; 0: no limit")
    api_sources: bool = Field(True, description="list the cited places, with links, under an answer for programs")
    public_url: str = Field(
        "", pattern=r"^(https?://[^\s?#]+)?$", description="address of the chat in such links; empty: the one asked at"
    )

    @field_validator("api_keys", mode="before")
    @classmethod
    def _parted(cls, given: Any) -> Any:
        """Keys as the environment writes them."""
        return [key.strip() for key in given.split(",") if key.strip()] if isinstance(given, str) else given

    @field_validator("api_keys")
    @classmethod
    def _long_enough(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        """Keys that nobody guesses."""
        if not all(re.fullmatch(rf"[!-~]{{{LEAST_KEY},}}", key.get_secret_value()) for key in keys):
            raise ValueError(f"a key has at least {LEAST_KEY} characters: letters, digits and marks of ASCII")
        return keys

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then suyuan.toml."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**given: Any) -> Settings:
    """The settings, with `given` (those that are not None) over everything else.

    Raises SettingsError for an unknown key, in the file or in the environment, and for a value that cannot be used.
    """
    import os

    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(key for key in os.environ if key.upper().startswith(PREFIX) and key.upper() not in known)
    if unknown:
        raise SettingsError("unknown setting in the environment", ", ".join(unknown), "see settings.py for the names")
    try:
        return Settings(**{key: value for key, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        value = None if name.startswith(SECRETS) else first.get("input")
        raise SettingsError(f"setting {name}: {first['msg']}", value, "see settings.py for names and values") from None
    except ValueError as error:
        raise SettingsError("suyuan.toml cannot be read", error, "correct the file") from None
