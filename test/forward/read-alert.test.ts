import { describe, expect, it } from "vitest";
import { selectorWith, withinEnvironment } from "../../src/forward/alert-query.ts";
import { readAlerts } from "../../src/forward/read-alert.ts";

const atMs = Date.parse("2026-11-20T03:00:00Z");
const rules = {
  patterns: [{ name: "own", pattern: "^PAGER <(?<service>[\\w-]+)> (?<status>\\w+)" }],
  services: {
    "legacy-service": "legacy-service",
    "example-order-service": "example-order-service",
    shop: "shop",
    "shop-api": "shop",
  },
  environments: ["dev", "prod"],
};
const read = (text: string, links: readonly string[] = []) => readAlerts({ text, links, atMs }, rules);

const grafana = `**Firing**

Value: B=22, C=1
Labels:
 - alertname = High error rate
 - grafana_folder = Orders
 - service_name = example-order-service
 - env = production
Annotations:
 - summary = too many errors, see trace_id: 0af7651916cd43dd8448eb211c80319c
Source: https://grafana.internal/alerting/grafana/abc/view?orgId=1
Silence: https://grafana.internal/alerting/silence/new?alertmanager=grafana&matcher=alertname%3DHigh
Dashboard: https://grafana.internal/d/xyz?from=1763603700000&orgId=1&to=1763607300000

Value: B=2
Labels:
 - alertname = Other
 - service_name = shop-api


**Resolved**

Value: [no value]
Labels:
 - alertname = Third
 - app = legacy-service
`;

describe("a forwarded alert", () => {
  it("is read from the message that the first alert of this project came with", () => {
    expect(read("🚨 legacy-service - ERROR LOG!!! is Firing")).toMatchObject([
      { service: "legacy-service", status: "firing" },
    ]);
  });

  it("guesses a service that nobody has listed from such a headline", () => {
    expect(read("🚨 billing-worker - ERROR LOG!!! is Firing")[0]).toMatchObject({ service: "billing-worker" });
  });

  it.each([
    ["✅ [해소] payment-api 에러 로그 알림이 해소되었습니다", { service: "payment-api", status: "resolved" }],
    ["[긴급] payment-api에서 에러 발생", { service: "payment-api", status: "firing" }],
    ["[FIRING:1] [운영] payment-api: ERROR LOG", { service: "payment-api", status: "firing" }],
  ] as const)("reads the service of %j behind what stands in brackets", (text, expected) => {
    expect(read(text)).toMatchObject([expected]);
  });

  it("takes the head of a stack trace for no service", () => {
    for (const head of [
      "java.lang.NullPointerException: x",
      "com.acme.pay.DeclinedError",
      "kotlin.KotlinNothing.Broken: y",
    ]) {
      expect(read(`${head}\n\tat com.acme.A.b(A.java:3)`)).toMatchObject([{ service: null, form: "pasted" }]);
    }
  });

  it("reads a Korean time, and takes one that is ahead of the message for one without its zone", () => {
    const alert = (time: string) => `서비스: shop\n상태: 발생\n시작 시각: ${time}`;
    expect(read(alert("2026-11-20 11:58:00 KST"))[0]?.fromMs).toBe(atMs - 2 * 60_000);
    expect(read(alert("2026-11-20 11:58:00"))[0]?.fromMs).toBeNull();
  });

  it("holds several alerts, firing and resolved, in Grafana's own template", () => {
    const alerts = read(grafana);
    expect(alerts).toMatchObject([
      {
        form: "grafana",
        status: "firing",
        service: "example-order-service",
        environment: "prod",
        traceId: "0af7651916cd43dd8448eb211c80319c",
        fromMs: 1763603700000,
        title: "High error rate",
        values: { B: "22", C: "1" },
      },
      { status: "firing", service: "shop", traceId: null },
      { status: "resolved", service: "legacy-service" },
    ]);
    expect(alerts[0]?.labels).toMatchObject({ grafana_folder: "Orders" });
    expect(Object.keys(alerts[0]?.labels ?? {})).not.toContain("Source");
  });

  it.each([
    [
      "Grafana 8",
      "[FIRING:1]  (ErrorRate Orders shop-api)\nLabels:\n - alertname = ErrorRate\n - job = shop-api",
      "firing",
    ],
    [
      "Grafana before 8",
      "*[Alerting] shop errors*\nState: Alerting\nMessage: errors in shop\nURL: https://g.internal/d/x",
      "firing",
    ],
    ["Grafana before 8, over", "*[OK] shop errors*\nState: OK\nMessage: shop", "resolved"],
    [
      "Alertmanager",
      "Alerts Firing:\nLabels:\n - alertname = HighErrorRate\n - service = shop\nAnnotations:\n - description = x\nSource: http://prom:9090/graph?g0.expr=rate",
      "firing",
    ],
    ["Alertmanager, over", "Alerts Resolved:\nLabels:\n - alertname = A\n - service = shop\n", "resolved"],
    [
      "a Korean template",
      "[장애 발생] 주문 오류\n서비스: shop-api\n환경: 운영\n발생 시각: 2026-11-20 11:58:00 KST\n상태: 발생",
      "firing",
    ],
    ["a Korean template, over", "✅ 알림 해소\n서비스명 : shop-api\n상태 : 해결", "resolved"],
    ["a table of pictures", "🔥 Alert firing\n🖥 Service → shop\n🌍 Env → dev", "firing"],
    ["labels in braces", 'ErrorLogs is firing {service_name="shop", level="error"}', "firing"],
    ["a pattern of the service map", "PAGER <shop> firing now", "firing"],
  ])("is read from %s", (_name, text, status) => {
    expect(read(text)).toMatchObject([{ service: "shop", status }]);
  });

  it("reads times of day with their zone", () => {
    const [alert] = read("서비스: shop\n상태: 발생\n발생 시각: 2026-11-20 11:58:00 KST");
    expect(alert?.fromMs).toBe(Date.parse("2026-11-20T02:58:00Z"));
  });

  it.each([
    [
      "panes",
      `https://g.internal/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify({ a: { queries: [{ expr: '{app="shop"} |= "boom"' }], range: { from: "now-1h", to: "now" } } }))}`,
    ],
    [
      "left, an object",
      `https://g.internal/explore?left=${encodeURIComponent(JSON.stringify({ queries: [{ expr: '{app="shop"} |= "boom"' }], range: { from: "now-1h", to: "now" } }))}`,
    ],
    [
      "left, a list",
      `https://g.internal/explore?left=${encodeURIComponent(JSON.stringify(["now-1h", "now", "Loki", { expr: '{app="shop"} |= "boom"' }]))}`,
    ],
  ])("takes query and time from an explore link with %s", (_name, link) => {
    for (const alert of [read("look here", [link])[0], read(`look here: ${link}`)[0]]) {
      expect(alert).toMatchObject({ query: '{app="shop"} |= "boom"', fromMs: atMs - 3_600_000, toMs: atMs });
    }
  });

  it.each([
    "java.lang.IllegalStateException: boom\n\tat com.example.Foo.bar(Foo.java:12)",
    'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: x',
    '{"level":"error","msg":"boom"}',
    "2026-11-20 03:00:00.123 ERROR [main] c.e.Shop - boom",
  ])("knows what a person pasted: %s", (text) => {
    expect(read(text)[0]?.pasted).not.toBeNull();
  });

  it.each(["hello, how are you?", "", "점심 먹으러 갑시다", "/pause", "see https://example.com/x"])(
    "is not %s",
    (text) => {
      expect(read(text)).toEqual([]);
    },
  );

  it("keeps no secret of its text", () => {
    const [alert] = read(
      "service: shop\nstatus: firing\npassword: hunter2hunter2hunter2\ntoken = ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    );
    expect(JSON.stringify(alert)).not.toMatch(/hunter2hunter2|ghp_abcdef/);
  });

  it("is done with anything within a moment", () => {
    for (const text of [
      "a=".repeat(10_000),
      "{".repeat(20_000),
      `${" ".repeat(10_000)}at x`,
      "\u202E".repeat(9_000),
      "서비스: ".repeat(5_000),
    ]) {
      const began = performance.now();
      read(text, [`https://g.internal/explore?panes=${"%7B".repeat(2_000)}`]);
      expect(performance.now() - began).toBeLessThan(1_000);
    }
  });
});

describe("the query of a link", () => {
  it("stays within the environment of its chat, without its parser stages", () => {
    expect(
      withinEnvironment(
        'sum(count_over_time({app="shop"} |= "error" | json | level="x" [5m])) > 1',
        '{deployment_environment="dev"} |= "x"',
      ),
    ).toBe('{deployment_environment="dev", app="shop"} |= "error"');
  });

  it("asks for one service of it", () => {
    expect(selectorWith('{env="dev"} |= "x"', [["app", 'a"b']])).toBe('{env="dev", app="a\\"b"}');
  });

  it.each(["rate(http_requests_total[5m])", "{", '{app="x', "{app=x}", ""])("is none in %s", (query) => {
    expect(withinEnvironment(query, '{a="b"}')).toBeNull();
  });
});
