import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type GitHubStandIn, startGitHub } from "../../demo/github/server.ts";
import { startLoki } from "../../demo/loki/server.ts";
import { type StandInModel, startModel } from "../../demo/model/server.ts";
import {
  type CompanyRepository,
  type CompanyVariant,
  createRepositories,
} from "../../demo/publish/create-repositories.ts";
import { startTelegram, type TelegramStandIn } from "../../demo/telegram/server.ts";
import { startTempo } from "../../demo/tempo/server.ts";
import type { Clock } from "../../domain/clock.ts";
import type { Language } from "../../domain/language.ts";
import type { ServiceName } from "../../domain/names.ts";
import { demoVerify } from "./verify.ts";

/** The small company and the servers around it, all on loopback, with a configuration that points at them. */
export interface DemoWorld {
  readonly folder: string;
  readonly configFile: string;
  readonly stateDirectory: string;
  readonly repositories: Readonly<Record<ServiceName, CompanyRepository>>;
  readonly urls: { readonly loki: string; readonly tempo: string; readonly github: string; readonly model: string };
  readonly github: GitHubStandIn;
  readonly model: StandInModel;
  readonly telegram: TelegramStandIn;
  close(): Promise<void>;
}

export const demoEnvironment = "dev";
/** The group in which alerts arrive, and who forwards one there. */
export const demoChat = -4001;
export const demoPerson = { id: 1001, name: "on call" };

// The stand-ins take any value; these say what they are, so that nobody takes them for secrets.
const githubAccess = "demo-access";
const modelAccess = "demo-key";
const botAccess = "1:demo-bot";

/** @param variant how the company differs from the usual one */
export async function startDemoWorld(
  folder: string,
  language: Language,
  clock: Clock,
  variant: Omit<CompanyVariant, "nowMs"> = {},
): Promise<DemoWorld> {
  const repositories = await createRepositories(join(folder, "repositories"), { ...variant, nowMs: clock.nowMs() });
  const [loki, tempo, github, model, telegram] = await Promise.all([
    startLoki({ clock }),
    startTempo({ clock }),
    startGitHub({
      clock,
      repositories: Object.values(repositories).map(({ repository, path }) => ({ name: repository, clone: path })),
      tokens: [
        {
          kind: "fine-grained",
          token: githubAccess,
          login: "error-autopilot",
          repositories: null,
          issues: "write",
          contents: "write",
          pull_requests: "write",
        },
      ],
    }),
    startModel(),
    startTelegram({ clock, token: botAccess }),
  ]);
  telegram.world.openChat({ id: demoChat, title: "backend", type: "group" });
  const urls = { loki: loki.url, tempo: tempo.url, github: github.url, model: model.url };
  const configFile = join(folder, "service-map.yaml");
  const stateDirectory = join(folder, "state");
  await mkdir(stateDirectory, { recursive: true });
  await writeFile(
    join(folder, ".env"),
    `GITHUB_TOKEN=${githubAccess}\nANTHROPIC_API_KEY=${modelAccess}\nTELEGRAM_BOT_TOKEN=${botAccess}\n`,
    {
      mode: 0o600,
    },
  );
  await writeFile(configFile, serviceMap(repositories, { ...urls, telegram: telegram.url }, language));
  return {
    folder,
    configFile,
    stateDirectory,
    repositories,
    urls,
    github,
    model,
    telegram,
    async close() {
      await Promise.all([loki.close(), tempo.close(), github.close(), model.close(), telegram.close()]);
    },
  };
}

function serviceMap(
  repositories: DemoWorld["repositories"],
  urls: DemoWorld["urls"] & { readonly telegram: string },
  language: Language,
): string {
  const services = Object.entries(repositories).map(
    ([service, { program, repository, path }]) =>
      `  ${service}:\n    repository: ${repository}\n    path: ${path}\n${demoVerify(program)}`,
  );
  return `# The demo's configuration: try every command on it.
environments:
  ${demoEnvironment}:
    mode: draft-pr
    loki:
      url: ${urls.loki}
      query: '{deployment_environment="${demoEnvironment}"}'
    tempo:
      url: ${urls.tempo}
services:
${services.join("")}flood:
  issuesPerRun: 10
repair:
  head: same-repository
github:
  apiUrl: ${urls.github}
model:
  baseUrl: ${urls.model}
language: ${language}
telegram:
  apiUrl: ${urls.telegram}
  chats: { "${demoChat}": {} }
  people: { "${demoPerson.id}": user }
`;
}
