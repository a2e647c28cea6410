import { type ModelConnection, openClient } from "./model.ts";
import { answeredError, lostError } from "./model-error.ts";

/**
 * Whether the key is good and the model exists, without a call that costs.
 * @returns what is wrong, with the cure; null when nothing is
 * @see Anthropic API, GET /v1/models/{id}
 */
export async function probeModel(connection: ModelConnection & { readonly model: string }): Promise<string | null> {
  const { APIConnectionError, APIError } = await import("@anthropic-ai/sdk");
  const client = await openClient(connection);
  try {
    await client.models.retrieve(connection.model);
    return null;
  } catch (error) {
    if (error instanceof APIError && !(error instanceof APIConnectionError)) return answeredError(error).message;
    return lostError(error instanceof Error ? error : new Error(String(error))).message;
  }
}
