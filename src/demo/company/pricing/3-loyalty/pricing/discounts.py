"""Discounts as fractions of the list price."""

# From this average order on, in cents, a customer counts as loyal.
LOYAL_FROM = 10000


def volume_discount(quantity):
    """Ten pieces or more are 5 % cheaper, a hundred or more 12 %."""
    if quantity >= 100:
        return 0.12
    return 0.05 if quantity >= 10 else 0.0


def loyalty_discount(past_orders):
    """Customers with a large average order pay 3 % less."""
    average = sum(past_orders) / len(past_orders)
    return 0.03 if average >= LOYAL_FROM else 0.0
