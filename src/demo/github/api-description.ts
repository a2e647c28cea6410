import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { type Json, toJsonSchema } from "./json-schema.ts";
import openapi from "./openapi.json" with { type: "json" };

interface Reference {
  readonly $ref: string;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: { readonly type?: string; readonly [key: string]: Json | undefined };
}

interface Content {
  readonly "application/json"?: { readonly schema: Json };
}

interface DescribedOperation {
  readonly operationId: string;
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Json>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
  };
}

/** One operation of GitHub's published description, with what stood in its path. */
export interface Match {
  /** `issues/create` */
  readonly operation: string;
  readonly path: Readonly<Record<string, string>>;
}

/** GitHub's published REST description as a judge of requests and answers. Problems are sentences; none means that it fits. */
export interface ApiDescription {
  /** Null when there is no such operation. */
  match(method: string, path: string): Match | null;
  requestProblems(match: Match, query: URLSearchParams, body: unknown): readonly string[];
  answerProblems(operation: string, status: number, body: unknown): readonly string[];
}

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly operation: DescribedOperation;
}

const openBase = "https://github.invalid/open";
const closedBase = "https://github.invalid/closed";

let read: ApiDescription | null = null;

/** The description beside this file, read once a process. Schemas are compiled when first needed: all of them would take seconds. */
export function githubDescription(): ApiDescription {
  read ??= readApiDescription();
  return read;
}

function readApiDescription(): ApiDescription {
  const description = openapi as unknown as Description;
  const routes = routesOf(description);
  const byId = new Map(routes.map((route) => [route.operation.operationId, route]));
  const compile = schemaCompiler(description);

  return {
    match(method, path) {
      for (const route of routes) {
        const found = route.method === method ? route.pattern.exec(path) : null;
        if (found === null) continue;
        const values = route.names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? "")]);
        return { operation: route.operation.operationId, path: Object.fromEntries(values) };
      }
      return null;
    },

    requestProblems(match, query, body) {
      const route = byId.get(match.operation);
      if (route === undefined) return [`${match.operation} is not described`];
      const problems: string[] = [];
      const textOf = (parameter: Parameter): string | null =>
        parameter.in === "path" ? (match.path[parameter.name] ?? null) : query.get(parameter.name);
      for (const parameter of route.parameters) {
        const value = textOf(parameter);
        if (value === null) {
          if (parameter.required === true) problems.push(`${parameter.in} parameter ${parameter.name} is missing`);
          continue;
        }
        const check = compile(`${parameter.name} ${JSON.stringify(parameter.schema)}`, toPlain(parameter.schema), true);
        if (!check(fromText(value, parameter.schema.type))) {
          problems.push(`${parameter.in} parameter ${parameter.name}=${value} ${firstError(check)}`);
        }
      }
      const described = new Set(route.parameters.filter(({ in: place }) => place === "query").map(({ name }) => name));
      for (const name of query.keys()) {
        if (!described.has(name)) problems.push(`query parameter ${name} is not described`);
      }
      return [...problems, ...bodyProblems(route.operation, body)];
    },

    answerProblems(operation, status, body) {
      const answer = byId.get(operation)?.operation.responses[String(status)];
      if (answer === undefined) return status < 300 ? [`answer ${status} of ${operation} is not described`] : [];
      const schema = answer.content?.["application/json"]?.schema;
      if (schema === undefined) return [];
      const check = compile(`answer ${operation} ${status}`, schema, false);
      return check(body) ? [] : [`answer ${status} of ${operation} ${firstError(check)}`];
    },
  };

  function bodyProblems(operation: DescribedOperation, body: unknown): readonly string[] {
    const schema = operation.requestBody?.content["application/json"]?.schema;
    if (body === undefined) return operation.requestBody?.required === true ? ["the body is missing"] : [];
    if (schema === undefined) return ["a body is not described"];
    const check = compile(`body ${operation.operationId}`, schema, true);
    return check(body) ? [] : [`the body ${firstError(check)}`];
  }
}

function routesOf(description: Description): readonly Route[] {
  const routes: Route[] = [];
  // A literal segment goes before a parameter: `/issues/comments` is not issue number "comments".
  const templates = Object.keys(description.paths).sort(
    (a, b) => a.split("{").length - b.split("{").length || b.length - a.length,
  );
  for (const template of templates) {
    const names = [...template.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "");
    const pattern = template.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
      name === "path" || name === "ref" ? "(.+)" : "([^/]+)",
    );
    for (const [method, operation] of Object.entries(description.paths[template] ?? {})) {
      const parameters = (operation.parameters ?? []).map((parameter) => {
        if (!("$ref" in parameter)) return parameter;
        const named = description.components.parameters[parameter.$ref.replace("#/components/parameters/", "")];
        if (named === undefined) throw new Error(`GitHub's description has no parameter ${parameter.$ref}.`);
        return named;
      });
      routes.push({ method: method.toUpperCase(), pattern: new RegExp(`^${pattern}$`), names, parameters, operation });
    }
  }
  return routes;
}

function schemaCompiler(description: Description): (key: string, schema: Json, closed: boolean) => ValidateFunction {
  const ajv = new Ajv({ strict: false, logger: false });
  addFormats.default(ajv);
  for (const [base, closed] of [
    [openBase, false],
    [closedBase, true],
  ] as const) {
    ajv.addSchema({ $id: base, definitions: toJsonSchema(description.components.schemas, base, closed) });
  }
  const compiled = new Map<string, ValidateFunction>();
  return (key, schema, closed) => {
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const check = ajv.compile(toJsonSchema(schema, closed ? closedBase : openBase, closed) as object);
    compiled.set(key, check);
    return check;
  };
}

function toPlain(schema: Parameter["schema"]): Json {
  return JSON.parse(JSON.stringify(schema)) as Json;
}

function fromText(value: string, type: string | undefined): unknown {
  if (type === "integer" && /^-?\d+$/.test(value)) return Number(value);
  if (type === "boolean" && /^(true|false)$/.test(value)) return value === "true";
  return value;
}

function firstError(check: ValidateFunction): string {
  const error = check.errors?.[0];
  const extra = typeof error?.params["additionalProperty"] === "string" ? ` ${error.params["additionalProperty"]}` : "";
  return `${error?.instancePath ?? ""} ${error?.message ?? "does not fit"}${extra}`.trim();
}
