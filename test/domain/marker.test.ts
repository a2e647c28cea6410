import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commentMarker, issueMarker, lastLineOf, overviewMarker, parseMarker } from "../../src/domain/marker.ts";
import type { Fingerprint } from "../../src/domain/names.ts";

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(..."0123456789abcdef"), { minLength: length, maxLength: length })
    .map((digits) => digits.join(""));
const fingerprint = hex(24).map((digits): Fingerprint => `v1-${digits}`);

describe("the marker of an issue", () => {
  it("says which incident, episode and fingerprints it is about, the first twenty of them", () => {
    fc.assert(
      fc.property(
        hex(12),
        fc.nat({ max: 999 }),
        fc.array(fingerprint, { maxLength: 40 }),
        (id, episode, fingerprints) => {
          const marker = issueMarker({ id: `i${id}`, fingerprints }, episode);
          const body = `text\n\n${marker}\n`;
          expect(parseMarker(lastLineOf(body))).toEqual({
            incident: `i${id}`,
            episode,
            fingerprints: fingerprints.slice(0, 20),
          });
        },
      ),
    );
  });

  it("is one invisible line, whatever an id contains", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (id, other) => {
        const markers = [
          issueMarker({ id: `i${id}`, fingerprints: [`v1-${other}`] }, 1),
          commentMarker(`i${id}`, 1, other),
          overviewMarker(other),
        ];
        for (const marker of markers) expect(marker).toMatch(/^<!-- error-autopilot v1 [\w.$/:,= -]* -->$/);
      }),
    );
  });

  it("is not taken from a line that holds more, or from another kind of marker", () => {
    const marker = issueMarker({ id: "i0123456789ab", fingerprints: ["v1-aa"] }, 2);
    const others = [
      ` ${marker}`,
      `${marker} `,
      `> ${marker}`,
      `\`${marker}\``,
      `${marker}\u2028`,
      `${marker}${marker}`,
    ];
    for (const line of [...others, overviewMarker("x"), commentMarker("i0123456789ab", 1, "recurrence"), ""]) {
      expect(parseMarker(line)).toBeNull();
    }
  });
});
