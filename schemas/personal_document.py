"""The shape of what a policy document says about what messages may name of a customer."""

from typing import Annotated

from pydantic import Field

from schemas.closed import Closed
from schemas.message_rules import Personal

Some = Annotated[int, Field(strict=True, ge=0, le=20)]


class PersonalDocument(Closed):
    """How much the fields of a message tell, beside her segment, her interests and what she is given."""

    products: Some = 0
    """So many of the products that she ordered last, by the lines of her orders."""

    def compile(self) -> Personal:
        """Build what the decisions read."""
        return Personal(self.products)
