package com.democompany.orders;

/** Invoices are numbered without gaps: year, dash, four digits. */
public class InvoiceNumbers {
    public String next(String last) {
        int dash = last.indexOf('-');
        int counter = Integer.parseInt(last.substring(dash + 1));
        return last.substring(0, dash) + "-" + String.format("%04d", counter + 1);
    }
}
