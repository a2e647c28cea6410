/** What a parameter may be, as the Bot API's page says it. */
type Kind =
  | "integer"
  | "string"
  | "boolean"
  | "chat"
  | "entities"
  | "keyboard"
  | "reply"
  | "preview"
  | "object"
  | "list";

interface MethodDescription {
  readonly required: Readonly<Record<string, Kind>>;
  readonly optional: Readonly<Record<string, Kind>>;
}

/**
 * The methods that are used, with the parameters that the published Bot API (https://core.telegram.org/bots/api) gives them. Anything else is refused by the
 * stand-in and kept as a violation: a test in which that happens fails.
 */
const described: Readonly<Record<string, MethodDescription>> = {
  getMe: { required: {}, optional: {} },
  getWebhookInfo: { required: {}, optional: {} },
  getUpdates: {
    required: {},
    optional: { offset: "integer", limit: "integer", timeout: "integer", allowed_updates: "list" },
  },
  sendMessage: {
    required: { chat_id: "chat", text: "string" },
    optional: {
      business_connection_id: "string",
      message_thread_id: "integer",
      parse_mode: "string",
      entities: "entities",
      link_preview_options: "preview",
      disable_notification: "boolean",
      protect_content: "boolean",
      reply_parameters: "reply",
      reply_markup: "keyboard",
    },
  },
  editMessageText: {
    required: { text: "string" },
    optional: {
      business_connection_id: "string",
      chat_id: "chat",
      message_id: "integer",
      inline_message_id: "string",
      parse_mode: "string",
      entities: "entities",
      link_preview_options: "preview",
      reply_markup: "keyboard",
    },
  },
  deleteMessage: { required: { chat_id: "chat", message_id: "integer" }, optional: {} },
  answerCallbackQuery: {
    required: { callback_query_id: "string" },
    optional: { text: "string", show_alert: "boolean", url: "string", cache_time: "integer" },
  },
  setMyCommands: { required: { commands: "list" }, optional: { scope: "object", language_code: "string" } },
  getChat: { required: { chat_id: "chat" }, optional: {} },
};

export type Params = Readonly<Record<string, unknown>>;

export function isMethod(name: string): boolean {
  return Object.hasOwn(described, name);
}

/** What of a call does not fit the description. */
export function misfits(method: string, params: Params): readonly string[] {
  const description = described[method];
  if (description === undefined) return [`there is no method ${method}`];
  const known = { ...description.required, ...description.optional };
  return [
    ...Object.keys(description.required)
      .filter((name) => params[name] === undefined)
      .map((name) => `${method}: the parameter ${name} is missing`),
    ...Object.entries(params).flatMap(([name, value]) => {
      const kind = Object.hasOwn(known, name) ? known[name] : undefined;
      if (kind === undefined) return [`${method}: there is no parameter ${name}`];
      return fits(kind, value) ? [] : [`${method}: ${name} is no ${kind}: ${JSON.stringify(value)?.slice(0, 80)}`];
    }),
  ];
}

function fits(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case "integer":
      return Number.isSafeInteger(value);
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "chat":
      return Number.isSafeInteger(value) || (typeof value === "string" && /^(?:-?\d+|@\w+)$/.test(value));
    case "entities":
      return Array.isArray(value) && value.every(isEntity);
    case "keyboard":
      return isKeyboard(value);
    case "reply":
      return isRecord(value) && Number.isSafeInteger(value["message_id"]);
    case "preview":
    case "object":
      return isRecord(value);
    case "list":
      return Array.isArray(value);
  }
}

const entityTypes = new Set([
  "bold",
  "italic",
  "underline",
  "strikethrough",
  "spoiler",
  "blockquote",
  "code",
  "pre",
  "text_link",
]);

function isEntity(value: unknown): boolean {
  return (
    isRecord(value) &&
    entityTypes.has(String(value["type"])) &&
    Number.isSafeInteger(value["offset"]) &&
    Number.isSafeInteger(value["length"]) &&
    (value["type"] !== "text_link" || typeof value["url"] === "string")
  );
}

function isKeyboard(value: unknown): boolean {
  if (!isRecord(value) || !Array.isArray(value["inline_keyboard"])) return false;
  return value["inline_keyboard"].every(
    (row: unknown) =>
      Array.isArray(row) &&
      row.every((button: unknown) => {
        if (!isRecord(button) || typeof button["text"] !== "string" || button["text"] === "") return false;
        const data = button["callback_data"];
        return typeof data === "string"
          ? Buffer.byteLength(data) >= 1 && Buffer.byteLength(data) <= 64
          : "url" in button;
      }),
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
