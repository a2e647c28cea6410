"""List prices in cents, and what customers bought before."""

LIST_PRICES = {"sku-101": 1290, "sku-118": 4990, "sku-207": 890}

# Totals of past orders in cents, oldest first.
PAST_ORDERS = {
    "cu-7": [12900, 8800, 15400],
    "cu-8": [4990],
    "cu-4711": [],
}
