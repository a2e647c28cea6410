package com.democompany.orders;

/** What is printed on the parcel. */
public class ShippingLabels {
    public String labelFor(Order order) {
        Address to = order.deliveryAddress();
        return order.number() + " · " + depotOf(to) + " · " + to.street() + ", " + to.postcode() + " " + to.city();
    }

    /** Depots are numbered by the first two digits of the postcode. */
    private String depotOf(Address to) {
        return "D" + to.postcode().substring(0, 2);
    }
}
