import type { Language } from "../language.ts";
import type { Mode } from "../mode.ts";
import type { Role } from "./role.ts";

/** What may stand behind the name of a command; how each is written is in arguments.ts. */
export interface Arguments {
  readonly incident: string;
  readonly text: string;
  readonly mode: Mode | "clear" | null;
  readonly count: number;
  /** Null: for good. */
  readonly forMs: number | null;
  readonly because: string | null;
}
export type ArgumentName = keyof Arguments;

export interface Handle {
  /** In the order in which they are written. */
  readonly takes: readonly ArgumentName[];
  /** The least role. Stopping is cheap, so everybody on the list may stop. */
  readonly role: Role;
  /** Why it is asked once more where it is said in a chat: it costs, it silences, or it allows more again. Null: it is done at once. */
  readonly asks: "costs" | "silences" | "allows" | null;
  /** What it does, in a few words: for `/help`, the list that Telegram shows, and `--help`. */
  readonly says: Readonly<Record<Language, string>>;
}

/** Everything a person can ask for, from whatever surface: the one place that knows the names, what they take, and who may. */
export const grammar = {
  status: {
    takes: [],
    role: "viewer",
    asks: null,
    says: { en: "what is going on, and what it cost today", ko: "현재 상태와 오늘 쓴 비용" },
  },
  incidents: {
    takes: [],
    role: "viewer",
    asks: null,
    says: { en: "the newest incidents", ko: "최근 인시던트 목록" },
  },
  show: {
    takes: ["incident"],
    role: "viewer",
    asks: null,
    says: { en: "one incident and what is known of it", ko: "인시던트 하나 자세히 보기" },
  },
  why: {
    takes: ["incident"],
    role: "viewer",
    asks: null,
    says: { en: "what was decided about an incident, in order", ko: "인시던트에 대해 내린 결정을 시간순으로 보기" },
  },
  run: {
    takes: [],
    role: "user",
    asks: "costs",
    says: { en: "read the logs now, and do the work it gives", ko: "지금 로그를 읽고 필요한 조사까지 진행" },
  },
  investigate: {
    takes: ["text"],
    role: "user",
    asks: null,
    says: { en: "look into a trace, an alert or log text at once", ko: "트레이스, 알림, 로그를 바로 조사" },
  },
  retry: {
    takes: ["incident"],
    role: "user",
    asks: "costs",
    says: { en: "investigate an incident again", ko: "인시던트 다시 조사" },
  },
  ignore: {
    takes: ["incident", "forMs", "because"],
    role: "admin",
    asks: "silences",
    says: { en: "count an incident, but tell it no more", ko: "인시던트를 세기만 하고 알리지 않기" },
  },
  pause: {
    takes: [],
    role: "viewer",
    asks: null,
    says: {
      en: "stop: nothing new is written, running model calls end",
      ko: "모두 멈추기: 새로 쓰지 않고 모델 호출도 중단",
    },
  },
  resume: {
    takes: [],
    role: "admin",
    asks: null,
    says: { en: "go on after a pause", ko: "멈춘 곳부터 다시 시작" },
  },
  mode: {
    takes: ["mode"],
    role: "admin",
    asks: "allows",
    says: {
      en: "show or set the most that may happen; it can only lower the service map",
      ko: "허용 범위를 보거나 낮추기(서비스 맵보다 높일 수는 없음)",
    },
  },
  cost: {
    takes: [],
    role: "viewer",
    asks: null,
    says: { en: "what the model cost, against the ceiling", ko: "모델 비용과 한도" },
  },
  report: {
    takes: [],
    role: "viewer",
    asks: null,
    says: { en: "the last 24 hours in a sentence", ko: "최근 24시간 요약" },
  },
  config: {
    takes: [],
    role: "viewer",
    asks: null,
    says: { en: "the settings that hold, and where they come from", ko: "적용 중인 설정과 출처" },
  },
  logs: {
    takes: ["count"],
    role: "user",
    asks: null,
    says: { en: "our own last lines", ko: "autopilot 자체 로그의 마지막 몇 줄" },
  },
  help: {
    takes: [],
    role: "viewer",
    asks: null,
    says: { en: "this list", ko: "이 목록" },
  },
} as const satisfies Readonly<Record<string, Handle>>;

export type CommandName = keyof typeof grammar;
export const commandNames = Object.keys(grammar) as readonly CommandName[];

/** As the table has it, for whoever needs no more than that it is a handle. */
export function handleOf(name: CommandName): Handle {
  return grammar[name];
}
