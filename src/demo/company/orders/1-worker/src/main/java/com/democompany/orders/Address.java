package com.democompany.orders;

public record Address(String street, String postcode, String city) {}
