import { redact } from "../../domain/redact.ts";
import type { Redacted } from "../../domain/text.ts";
import { type GitHubAnswer, headerOf, wordsOf } from "./github-answer.ts";

/** Why GitHub says no, and the cure, in a sentence; null when the answer is no plain refusal: then it may have been carried out. */
export function refusalOf(answer: GitHubAnswer, about: { repository: string; number: number | null }): Redacted | null {
  const { repository } = about;
  const place = about.number === null ? repository : `${repository}#${about.number}`;
  const words = wordsOf(answer);
  switch (answer.status) {
    case 301:
    case 307:
    case 308:
      return redact(`${repository} was renamed or moved (${answer.status}). Write its new name into service-map.yaml.`);
    case 401:
      return redact(
        `GitHub does not accept the token (401: ${words}). It may have expired: give a new one, or mend the App's id, key and installation.`,
      );
    case 403: {
      const needed = headerOf(answer, "x-accepted-github-permissions") ?? headerOf(answer, "x-accepted-oauth-scopes");
      const cure = needed === null || needed === "" ? "" : ` It needs ${needed}: give the token or the App that right.`;
      return redact(`GitHub forbids it in ${place} (403: ${words}).${cure}`);
    }
    case 404:
      return redact(
        `GitHub shows no ${place} to this token (404). Check the name in service-map.yaml, and that the token covers this repository and may write its issues.`,
      );
    case 410:
      return redact(
        `Issues are disabled in ${repository}, or ${place} was deleted (410). Enable them in its settings, or map the service to another repository.`,
      );
    case 422:
      return redact(`GitHub does not take it for ${place} (422: ${words}).`);
    case 451:
      return redact(`${repository} is blocked for legal reasons (451). Map the service to another repository.`);
    default:
      if (answer.status < 400 || answer.status >= 500 || answer.status === 408) return null;
      return redact(`GitHub refuses it for ${place} (${answer.status}: ${words}).`);
  }
}

/** Why GitHub gives an App no access to its installation, and the cure. */
export function appRefusalOf(answer: GitHubAnswer): Redacted {
  return redact(
    `GitHub does not let the App in (${answer.status}: ${wordsOf(answer)}). Check its id, its private key, the id of its installation, and this machine's clock.`,
  );
}
