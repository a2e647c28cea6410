import { describe, expect, it } from "vitest";
import { correlationIn } from "../../src/gather/entries/correlation.ts";

describe("the id by which entries of one request are found without a trace", () => {
  it.each([
    ['{"request_id":"req-77af01","msg":"x"}', "request_id", "req-77af01"],
    [
      "level=error correlationId=8f14e45f-ceea-467f-a8d1-2b9b5a1c9f10 msg=x",
      "correlationId",
      "8f14e45f-ceea-467f-a8d1-2b9b5a1c9f10",
    ],
    ["ERROR [X-Request-Id: 01HV3K8M9ZQ4] failed", "X-Request-Id", "01HV3K8M9ZQ4"],
    ['{"log":"{\\"requestId\\":\\"ab12cd34ef\\"}"}', "requestId", "ab12cd34ef"],
  ])("is read of %s", (line, name, value) => {
    expect(correlationIn(line)).toEqual({ name, value });
  });

  it.each([
    "order_id=17",
    "request_id=12345",
    "request_id=null",
    "the request identifier is missing",
    "message_id: hello-world",
    "",
  ])("is none in %s", (line) => {
    expect(correlationIn(line)).toBeNull();
  });
});
