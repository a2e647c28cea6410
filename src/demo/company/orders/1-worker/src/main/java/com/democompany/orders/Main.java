package com.democompany.orders;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** Reads one order a line: number, kind and amount in cents. */
public final class Main {
    private static final Log LOG = Log.of(Main.class);

    public static void main(String[] arguments) throws IOException {
        LOG.info("orders is waiting for work");
        OrderWorker worker = new OrderWorker();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                worker.work(new Order(words[0], words[1], Long.parseLong(words[2])));
            }
        }
        LOG.info("queue is empty, 0 errors left in it");
    }
}
