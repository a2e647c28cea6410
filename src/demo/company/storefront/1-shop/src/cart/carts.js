/** Carts live in memory until the warehouse has its own store. */
export function cartOf(id) {
  return {
    id,
    customer: { id: `cu-${id.slice(2)}`, addresses: [{ country: "DE", postcode: "10115" }] },
    shipTo: 0,
    country: "DE",
    items: [
      { sku: "sku-101", grams: 450, quantity: 2 },
      { sku: "sku-118", grams: 1200, quantity: 1 },
    ],
  };
}
