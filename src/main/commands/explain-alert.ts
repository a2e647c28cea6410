import type { AlertReading } from "../../domain/chat/chat-memory.ts";
import { toJson } from "../../domain/json.ts";
import { plainName } from "../../domain/plain-name.ts";
import { type AlertRules, readAlerts } from "../../forward/read-alert.ts";
import { columns, instantText } from "../columns.ts";
import { exitCodes, type Io } from "../io.ts";
import { readStdin } from "../read-stdin.ts";

const inputBytesMax = 1024 * 1024;

/** `explain --input alert`: what a forwarded alert would be read as. With `json` one line for each alert in it. */
export async function explainAlert(json: boolean, rules: AlertRules, nowMs: number, io: Io): Promise<number> {
  const text = await readStdin(io.stdin, inputBytesMax);
  const alerts = readAlerts({ text, links: [], atMs: nowMs }, rules);
  if (json) {
    io.stdout(alerts.map((alert) => `${toJson(alert)}\n`).join(""));
    return exitCodes.done;
  }
  if (alerts.length === 0) {
    io.stdout(
      "No alert, trace id or stack trace was recognised in it. A pattern under telegram.patterns in the service map can name what is where.\n",
    );
    return exitCodes.done;
  }
  io.stdout(alerts.map(rowsOf).join("\n"));
  return exitCodes.done;
}

function rowsOf(alert: AlertReading): string {
  const pairs = (its: Readonly<Record<string, string>>) =>
    Object.entries(its)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ");
  return columns(
    [
      ["form", alert.form],
      ["status", alert.status ?? "not said"],
      ["title", alert.title ?? "none"],
      ["service", alert.service ?? "not said: the whole environment is read"],
      ["environment", alert.environment ?? "not said: that of the chat"],
      ["trace id", alert.traceId ?? "none"],
      ["query", alert.query ?? "none"],
      ["from", alert.fromMs === null ? "when it was written" : instantText(alert.fromMs)],
      ["to", alert.toMs === null ? "now" : instantText(alert.toMs)],
      ["labels", pairs(alert.labels) || "none"],
      ["values", pairs(alert.values) || "none"],
      ["pasted", alert.pasted === null ? "nothing" : "log lines or a stack trace"],
    ].map(([name = "", value = ""]) => [name, plainName(value)]),
  );
}
