/** The parts of an order: what is saved of it, and what is paid for. */
export const stepNames = [
  "trace",
  "gather",
  "compare",
  "triage",
  "analyse",
  "escalate",
  "challenge",
  "propose",
  "verify",
  "review",
] as const;
export type StepName = (typeof stepNames)[number];
