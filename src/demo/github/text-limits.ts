import { type Answer, refused } from "./api.ts";

const bodyCharactersMax = 65_536;
const titleCharactersMax = 256;
const labelCharactersMax = 50;

/** What GitHub would not take of a title, a body, or labels; null when it would. */
export function textProblem(resource: string, fields: Readonly<Record<string, unknown>>): Answer | null {
  const invalid = (field: string, message: string): Answer =>
    refused(422, "Validation Failed", {}, [{ resource, code: "custom", field, message }]);
  const { title, body, labels } = fields;
  if (resource === "Issue" && String(title).trim() === "") return invalid("title", "title can't be blank");
  if (resource === "IssueComment" && String(body).trim() === "") return invalid("body", "body can't be blank");
  if (resource === "Issue" && [...String(title)].length > titleCharactersMax) {
    return invalid("title", `title is too long (maximum is ${titleCharactersMax} characters)`);
  }
  if (typeof body === "string" && [...body].length > bodyCharactersMax) {
    return invalid("body", `body is too long (maximum is ${bodyCharactersMax} characters)`);
  }
  if (labelNames(labels).some((name) => name.length > labelCharactersMax || name.trim() === "")) {
    return invalid("labels", `a label's name has 1 to ${labelCharactersMax} characters`);
  }
  return null;
}

export function labelNames(labels: unknown): readonly string[] {
  if (!Array.isArray(labels)) return [];
  return labels.map((label: unknown) =>
    typeof label === "object" && label !== null && "name" in label ? String(label.name) : String(label),
  );
}
