"""Write the contract page: `python -m deploy.contracts`, after changing the AsyncAPI document or a schema."""

from deploy.contracts.page import PAGE, page


def main() -> None:
    """Write it beside this file."""
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
