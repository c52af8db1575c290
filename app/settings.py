"""The environment (`SEGUE_*`) and a file (`SEGUE_CONFIG`) in, one checked model of all settings out."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from app.kafka_settings import KafkaSettings
from app.settings_file import read_settings_file
from schemas.topics import Topics

Port = Annotated[int, Field(ge=0, le=65_535)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StateSettings(_Part):
    """Where and how state is kept."""

    directory: Path = Field(Path("segue-data"), description="one per worker; may be lost, is then restored")
    block_cache_mib: int = Field(128, ge=8, description="shared by all partitions of a worker")
    write_buffers_mib: int = Field(128, ge=8, description="beside the block cache, and shared as it is")
    unwritten_rows: int = Field(150_000, ge=1_000, description="rows in memory before a write-back, per worker")
    unwritten_seconds: float = Field(30.0, gt=0)
    unreadable_days: float = Field(7.0, ge=0, description="stores that could not be read are removed after this")


class TransactionSettings(_Part):
    """When transactions begin and how large they grow."""

    commit_interval_ms: int = Field(50, ge=0, description="least time between two begins of a busy partition")
    per_second: int = Field(160, ge=1, description="budget of one worker: a tiny transaction costs 2 ms of broker")
    in_flight: int = Field(3, ge=1, description="transactions of one worker at a time: more only slow each other down")
    records: int = Field(5_000, ge=1, description="most records of one transaction")
    timeout_ms: int = Field(10_000, ge=1_000, description="the broker aborts an open transaction after this")

    @property
    def limit_seconds(self) -> float:
        """How long one may take from its first decision to its commit."""
        return 2 * self.timeout_ms / 1000


class DeadLetterSettings(_Part):
    """How many records of one partition may be rejected before the worker stops, for its feed is broken."""

    run: int = Field(1_000, ge=0, description="most rejected records in a row; 0 = no limit")
    share: float = Field(0.5, gt=0, le=1, description="most of the newest records rejected; 1.0 = no limit")
    over: int = Field(10_000, ge=1, description="the newest records whose share counts; fewer are not judged")


class HttpSettings(_Part):
    """Where /metrics, /healthz and /readyz are served."""

    host: str = Field("127.0.0.1", description="loopback unless told otherwise")
    port: Port = Field(9464, description="0 takes any free port")


class ServingSettings(_Part):
    """How `segue serve` answers."""

    host: str = Field("127.0.0.1", description="anything but loopback needs tokens")
    port: Port = Field(9465, description="0 takes any free port")
    directory: Path = Field(Path("segue-view"), description="one per copy; may be lost, is then read again")
    tokens: Path | None = Field(None, description="file with lines of `segue token new`; none = loopback only")
    requests_per_second: float = Field(500.0, ge=0, description="of each token; 0 = no limit")
    burst: int = Field(1_000, ge=1, description="requests of a token at once")
    at_once: int = Field(256, ge=1, description="requests that are being answered; more get 503")
    connections: int = Field(1_000, ge=1, description="more are closed at once")
    streams: int = Field(200, ge=0, description="clients of the stream of transitions; more get 503")
    workers: str = Field("", description="addresses of workers' /metrics, with commas: their health is on the page")
    stale_seconds: float = Field(
        300.0, ge=0, description="a view further behind says so at /readyz; its answers go on; 0 = never"
    )
    outflow_limit: float = Field(0.05, gt=0, le=1, description="share of the high group that falls: an alarm")
    readers: int = Field(
        2, ge=0, le=64, description="processes that read a large view for the first time; 0 = none but itself"
    )
    block_cache_mib: int = Field(48, ge=8)
    write_buffers_mib: int = Field(64, ge=8)


class Settings(BaseSettings):
    """Everything an operator sets; what a marketer sets is in the policy."""

    model_config = SettingsConfigDict(
        env_prefix="SEGUE_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,  # the input holds passwords
    )

    app_id: str = Field("segue", pattern=r"^[a-zA-Z0-9._-]{1,100}$", description="names group, changelog, transactions")
    policy: str | None = Field(
        None,
        description="a policy file (.yaml) or the name of a pack; none = the one in force, of a new deployment seed",
    )
    topic_prefix: str = Field("", pattern=r"^[a-zA-Z0-9._-]{0,100}$")
    partitions: int | None = Field(None, ge=1, description="none = as many as the orders topic has")
    clock: Literal["wall", "stream"] = Field("wall", description="stream: never past the newest record")
    clock_hold_seconds: float = Field(
        900.0,
        ge=0,
        description="an open transaction of another producer holds a partition's clock back by at most this",
    )
    poison: Literal["dead_letter", "stop"] = Field(
        "dead_letter", description="what becomes of a record that cannot be decided: set aside, or the worker stops"
    )
    stall_seconds: float = Field(
        300.0,
        ge=0,
        description="a partition that commits nothing for so long while its lag grows ends the worker; 0 = never",
    )
    customer_segments: bool = Field(True, description="publish the standing of every customer")
    scores_changed: bool = Field(False, description="publish every change of a customer's scores")
    erasure_secret: SecretStr | None = Field(
        None, description="marks erased customers, never to change; none = the app id, which can be guessed"
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "json"
    kafka: KafkaSettings = KafkaSettings()
    state: StateSettings = StateSettings()
    transactions: TransactionSettings = TransactionSettings()
    dead_letters: DeadLetterSettings = DeadLetterSettings()
    http: HttpSettings = HttpSettings()
    serving: ServingSettings = ServingSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, setting by setting."""
        file = InitSettingsSource(settings_cls, init_kwargs=dict(read_settings_file().values))
        return init_settings, env_settings, file

    @property
    def first_policy(self) -> str:
        """What a new deployment begins with, and what commands go by that do not ask the brokers."""
        return self.policy or "seed"

    @property
    def tombstone_secret(self) -> bytes:
        """What erased customers are marked under."""
        secret = self.erasure_secret
        return (secret.get_secret_value() if secret is not None else self.app_id).encode()

    @property
    def topics(self) -> Topics:
        """Names of this deployment's topics."""
        return Topics(self.topic_prefix, self.app_id)
