"""Write the dashboards: `python -m deploy.grafana`, after changing one of their files."""

from pathlib import Path

from deploy.grafana.building import as_json
from deploy.grafana.pages import PAGES

FOLDER = Path(__file__).parent / "dashboards"


def main() -> None:
    """Write every page beside this file."""
    FOLDER.mkdir(exist_ok=True)
    for page in PAGES:
        (FOLDER / f"{page.uid}.json").write_text(as_json(page), "utf-8")


if __name__ == "__main__":
    main()
