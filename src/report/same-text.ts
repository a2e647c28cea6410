import type { Incident } from "../domain/incident.ts";
import { identifier, inlineCode, joinInert, own, prose } from "../domain/inert.ts";
import type { Language } from "../domain/language.ts";
import { redact } from "../domain/redact.ts";
import type { Inert, Redacted } from "../domain/text.ts";
import { instant } from "./instant.ts";
import { wordsOf } from "./words.ts";

/** The comment on an open issue that probably tells of this incident too. */
export function sameText(
  incident: Incident,
  because: Redacted,
  how: { readonly language: Language; readonly marker: Inert },
): Inert {
  const words = wordsOf[how.language];
  const count = Object.values(incident.counts).reduce((sum, each) => sum + each, 0);
  const environments = joinInert(
    Object.keys(incident.counts).map((name) => identifier(name)),
    ", ",
  );
  const service = incident.service === null ? words.unknownService : identifier(incident.service);
  const command = inlineCode(redact(`error-autopilot incidents retry ${incident.id}`));
  return joinInert(
    [
      own`${words.sameBug} ${words.summary(incident.title, service, count, environments, instant(incident.firstSeenNs), instant(incident.lastSeenNs))}`,
      prose(because),
      words.sameBugCure(command),
      how.marker,
    ],
    "\n\n",
  );
}
