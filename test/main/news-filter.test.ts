import { describe, expect, it } from "vitest";
import { redact } from "../../src/domain/redact.ts";
import type { Progress } from "../../src/jobs/brain-means.ts";
import { createNewsFilter } from "../../src/main/news-filter.ts";

const minuteMs = 60_000;

function delayed(incident: number, because = "Tempo answered 500."): Progress {
  return { kind: "delayed", incident: `i${incident}`, because: redact(because) };
}

describe("what is told while it happens", () => {
  function filter() {
    const told: Progress[] = [];
    let nowMs = 0;
    const tell = createNewsFilter({ nowMs: () => nowMs }, (progress) => told.push(progress));
    return { told, tell, at: (next: number) => (nowMs = next) };
  }

  it("is one trouble once, however many investigations it holds up", () => {
    const { told, tell } = filter();
    for (let incident = 0; incident < 500; incident++) tell(delayed(incident));
    tell(delayed(1, "The model answered 529."));
    expect(told).toHaveLength(2);
  });

  it("is a trouble that lasts, again after a while", () => {
    const { told, tell, at } = filter();
    for (let minute = 0; minute < 46; minute++) {
      at(minute * minuteMs);
      tell(delayed(minute));
    }
    expect(told).toHaveLength(4);
    at(-5 * minuteMs);
    tell(delayed(1));
    expect(told).toHaveLength(5);
  });

  it("is every piece of news", () => {
    const { told, tell } = filter();
    for (let count = 0; count < 3; count++) tell({ kind: "held-back", incidents: [] });
    expect(told).toHaveLength(3);
  });
});
