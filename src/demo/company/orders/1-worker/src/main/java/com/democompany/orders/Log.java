package com.democompany.orders;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Text lines on stdout in the usual order: time, level, thread, trace, class, message; a stack trace follows its line. */
public final class Log {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final String name;

    private Log(String name) {
        this.name = name;
    }

    public static Log of(Class<?> owner) {
        return new Log(owner.getName().replace("com.democompany.", "c.d."));
    }

    public void info(String message) {
        write("INFO", message, null);
    }

    public void warn(String message) {
        write("WARN", message, null);
    }

    public void error(String message, Throwable failure) {
        write("ERROR", message, failure);
    }

    private void write(String level, String message, Throwable failure) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        out.printf(
                "%s %5s 1 --- [orders] [%s] [trace_id=%s, span_id=%s] %-36s : %s%n",
                TIME.format(Instant.now()),
                level,
                Thread.currentThread().getName(),
                Tracing.traceId(),
                Tracing.spanId(),
                name,
                message);
        if (failure != null) failure.printStackTrace(out);
        out.flush();
        System.out.print(text);
        System.out.flush();
    }
}
