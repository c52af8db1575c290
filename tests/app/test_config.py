"""`segue config` shows the settings in force, and no secret."""

import orjson

from tests.app.commands import segue

SECRET = "canary-7c1f"  # noqa: S105  # it is the secret that must not come out
SETTINGS = {
    "SEGUE_APP_ID": "corner-shop",
    "SEGUE_KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
    "SEGUE_KAFKA__SASL_USERNAME": "till",
    "SEGUE_KAFKA__SASL_PASSWORD": SECRET,
    "SEGUE_TRANSACTIONS__RECORDS": "77",
}


def test_config_spells_settings_as_variables_and_masks_secrets() -> None:
    done = segue("config", **SETTINGS)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert {"SEGUE_APP_ID=corner-shop", "SEGUE_KAFKA__SASL_USERNAME=till", "SEGUE_TRANSACTIONS__RECORDS=77"} <= set(
        lines
    )
    (masked,) = [line for line in lines if line.startswith("SEGUE_KAFKA__SASL_PASSWORD=")]
    assert set(masked.partition("=")[2]) == {"*"}
    assert SECRET not in done.stdout + done.stderr


def test_config_shows_what_holds_when_nothing_is_set() -> None:
    lines = segue("config").stdout.splitlines()
    assert {
        "SEGUE_POLICY=",
        "SEGUE_KAFKA__INSTANCE_ID=",
        "SEGUE_POISON=dead_letter",
        "SEGUE_STALL_SECONDS=300.0",
        "SEGUE_DEAD_LETTERS__RUN=1000",
        "SEGUE_DEAD_LETTERS__SHARE=0.5",
        "SEGUE_DEAD_LETTERS__OVER=10000",
    } <= set(lines)


def test_config_as_json_masks_secrets_too() -> None:
    done = segue("config", "--json", **SETTINGS)
    assert done.returncode == 0, done.stderr
    shown = orjson.loads(done.stdout)
    assert shown["app_id"] == "corner-shop"
    assert shown["transactions"]["records"] == 77
    assert set(shown["kafka"]["sasl_password"]) == {"*"}
    assert SECRET not in done.stdout + done.stderr


def test_config_with_a_wrong_setting_names_it_and_not_the_secret() -> None:
    done = segue("config", **SETTINGS | {"SEGUE_PARTITIONS": "-1"})
    assert done.returncode == 1
    assert done.stderr.startswith("error: SEGUE_PARTITIONS")
    assert SECRET not in done.stdout + done.stderr
