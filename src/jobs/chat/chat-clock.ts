import type { ChatSetting } from "../../domain/chat/chat.ts";

const locales = { en: "en-GB", ko: "ko-KR" } as const;

/** An instant as people of that chat say it, `21 Nov, 12:04`, in its time zone. */
export function chatTime(atMs: number, { language, timeZone }: Pick<ChatSetting, "language" | "timeZone">): string {
  return new Intl.DateTimeFormat(locales[language], {
    timeZone,
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(atMs);
}

export function minuteOfDay(atMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const parts = format.formatToParts(atMs);
  const numberOf = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return numberOf("hour") * 60 + numberOf("minute");
}

/** The day of that instant there, `2026-11-21`. */
export function dayOf(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(atMs);
}

export function isQuiet(atMs: number, { quiet, timeZone }: ChatSetting): boolean {
  if (quiet === null) return false;
  const minute = minuteOfDay(atMs, timeZone);
  const { fromMinute, toMinute } = quiet;
  if (fromMinute <= toMinute) return minute >= fromMinute && minute < toMinute;
  return minute >= fromMinute || minute < toMinute;
}
