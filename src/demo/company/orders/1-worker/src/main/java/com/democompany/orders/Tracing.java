package com.democompany.orders;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Spans in the shape of OTLP, one JSON line each, into the file that SPANS_FILE names. */
public final class Tracing {
    private record Span(String traceId, String spanId, String parentSpanId) {}

    private static final Map<String, Integer> KINDS = Map.of("internal", 1, "consumer", 5);
    private static final ThreadLocal<Deque<Span>> ACTIVE = ThreadLocal.withInitial(ArrayDeque::new);

    private Tracing() {}

    public static String traceId() {
        return ACTIVE.get().isEmpty() ? "" : ACTIVE.get().peek().traceId();
    }

    public static String spanId() {
        return ACTIVE.get().isEmpty() ? "" : ACTIVE.get().peek().spanId();
    }

    public static void run(String name, String kind, Runnable work) {
        Deque<Span> active = ACTIVE.get();
        Span parent = active.peek();
        Span span = new Span(
                parent == null ? randomHex(2) : parent.traceId(),
                randomHex(1),
                parent == null ? null : parent.spanId());
        String startedAt = nowNanos();
        String events = "";
        String status = "{}";
        active.push(span);
        try {
            work.run();
        } catch (RuntimeException failure) {
            events = exceptionEvent(failure);
            status = "{\"code\":2,\"message\":" + quoted(failure.getMessage()) + "}";
            throw failure;
        } finally {
            active.pop();
            write("{\"traceId\":\"" + span.traceId() + "\",\"spanId\":\"" + span.spanId() + "\""
                    + (span.parentSpanId() == null ? "" : ",\"parentSpanId\":\"" + span.parentSpanId() + "\"")
                    + ",\"name\":" + quoted(name) + ",\"kind\":" + KINDS.get(kind)
                    + ",\"startTimeUnixNano\":\"" + startedAt + "\",\"endTimeUnixNano\":\"" + nowNanos() + "\""
                    + ",\"attributes\":[],\"events\":[" + events + "],\"status\":" + status + "}\n");
        }
    }

    private static String exceptionEvent(Throwable failure) {
        StringWriter stack = new StringWriter();
        failure.printStackTrace(new PrintWriter(stack));
        return "{\"timeUnixNano\":\"" + nowNanos() + "\",\"name\":\"exception\",\"attributes\":["
                + attribute("exception.type", failure.getClass().getName()) + ","
                + attribute("exception.message", failure.getMessage()) + ","
                + attribute("exception.stacktrace", stack.toString()) + "]}";
    }

    private static String attribute(String key, String value) {
        return "{\"key\":\"" + key + "\",\"value\":{\"stringValue\":" + quoted(value) + "}}";
    }

    private static String quoted(String text) {
        return "\"" + String.valueOf(text).replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t") + "\"";
    }

    private static String nowNanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() + String.format("%09d", now.getNano());
    }

    private static String randomHex(int longs) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < longs; i += 1) text.append(String.format("%016x", ThreadLocalRandom.current().nextLong()));
        return text.toString();
    }

    private static void write(String line) {
        String path = System.getenv("SPANS_FILE");
        if (path == null) return;
        try {
            Files.writeString(Path.of(path), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new IllegalStateException("Spans cannot be written to " + path, failure);
        }
    }
}
