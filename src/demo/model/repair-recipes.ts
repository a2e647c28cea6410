/** A change that the scripted model knows for lines that it is shown, and the test that it would write. */
export interface Recipe {
  /** Stands in the file at fault, exactly once. */
  readonly search: string;
  readonly replace: string;
  /** In its text `{path}` is the file at fault. */
  readonly test: { readonly path: string; readonly text: string };
  readonly why: string;
}

export const recipes: readonly Recipe[] = [
  {
    search: "  const address = cart.customer.addresses[cart.shipTo];",
    replace: "  const address = cart.customer.addresses[cart.shipTo] ?? { country: cart.country };",
    test: {
      path: "test/guest-shipping.test.js",
      text: `import assert from "node:assert/strict";
import test from "node:test";
import { cartOf } from "../src/cart/carts.js";
import { shippingCost } from "../{path}";

test("a guest, who has no address yet, pays what the country of the cart costs", () => {
  assert.equal(shippingCost(cartOf("g-4100")), 570);
});
`,
    },
    why: "A guest has no address until the order is placed, and zoneOf reads the first one all the same. The cart carries its own country, which was read here before; it is taken where there is no address. Carts with an address cost what they did.",
  },
  {
    search: "  return { customer: sessions.get(token).customer };",
    replace: "  return { customer: sessions.get(token)?.customer ?? null };",
    test: {
      path: "test/session.test.js",
      text: `import assert from "node:assert/strict";
import test from "node:test";
import { whoIs } from "../{path}";

test("nobody is signed in by a token that there is not", () => {
  assert.deepEqual(whoIs("no-such-token"), { customer: null });
});
`,
    },
    why: "A token that has expired is in no session, and its customer is read all the same. Nobody is signed in then.",
  },
  {
    search: `    public String labelFor(Order order) {
        Address to = order.deliveryAddress();`,
    replace: `    public String labelFor(Order order) {
        Address to = order.deliveryAddress();
        if (to == null) return order.number() + " · pickup";`,
    test: {
      path: "src/test/java/com/democompany/orders/ShippingLabelsTest.java",
      text: `package com.democompany.orders;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public class ShippingLabelsTest {
    @Test
    public void anOrderThatIsPickedUpNeedsNoDepot() {
        assertEquals("2026-0101 · pickup", new ShippingLabels().labelFor(new Order("2026-0101", "pickup", 100)));
    }
}
`,
    },
    why: "An order that the customer picks up has no delivery address, and depotOf reads its postcode. Its label says pickup instead of a depot.",
  },
];
