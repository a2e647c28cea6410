"""Discounts as fractions of the list price."""


def volume_discount(quantity):
    """Ten pieces or more are 5 % cheaper, a hundred or more 12 %."""
    if quantity >= 100:
        return 0.12
    return 0.05 if quantity >= 10 else 0.0
