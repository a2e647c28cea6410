package com.democompany.orders;

public record Order(String number, String kind, long cents) {
    public Address deliveryAddress() {
        return new Address("Invalidenstr. 1", "10115", "Berlin");
    }
}
