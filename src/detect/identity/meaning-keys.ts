const meaningKeys = new Set(
  (
    "error err errors reason cause code errorcode error_code errcode exception type kind op operation action method event msg message state status level severity logger category " +
    "outcome result phase step stage mode fault signal errno sqlstate command cmd"
  ).split(" "),
);

/** Whether the value of such a key tells what happened (`state=FAILED`), unlike whom it happened to (`user=bob`). */
export function isMeaningKey(key: string): boolean {
  return meaningKeys.has(key.toLowerCase());
}
