import type { Verification } from "../domain/patch.ts";

const reasons: Readonly<Record<Exclude<Verification["kind"], "red-to-green" | "cannot-run">, string>> = {
  "green-to-green": "the test passes without the patch too, so it does not show the fault",
  "red-to-red": "the test fails with the patch too",
  "green-to-red": "the test passes without the patch and fails with it",
  flickers: "the tests do not give the same result twice",
  "wrong-reason": "the test fails without the patch for another reason than the reported one",
  "suite-worse": "other tests fail with the patch that pass without it",
};

/** Why a patch is not verified, and what the tests printed; null where it is. */
export function whyNotVerified(
  verification: Verification,
): { readonly because: string; readonly output: string } | null {
  if (verification.kind === "red-to-green") return null;
  if (verification.kind === "cannot-run") {
    return { because: `the tests cannot be run: ${verification.because}`, output: "" };
  }
  const { kind, redOutput, greenOutput } = verification;
  const output = kind === "wrong-reason" || kind === "green-to-green" ? redOutput : greenOutput;
  return { because: reasons[kind], output };
}
