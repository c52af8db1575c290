"""The currencies of ISO 4217, and how many decimals their amounts have."""

from typing import Final

import iso4217

EXPONENTS: Final = {currency.code: currency.exponent or 0 for currency in iso4217.Currency}
LONGEST_EXPONENT: Final = 4
