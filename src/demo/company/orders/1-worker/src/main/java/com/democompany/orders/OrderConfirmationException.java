package com.democompany.orders;

/** An order stays in the queue because a step of its confirmation failed. */
public class OrderConfirmationException extends RuntimeException {
    public OrderConfirmationException(String message, Throwable cause) {
        super(message, cause);
    }
}
