/** What templates call things, in English and Korean; keys in lower case without signs. */

export type KnownKey = "service" | "environment" | "traceId" | "status" | "title" | "startedAt" | "endedAt" | "query";

const keys: Readonly<Record<KnownKey, readonly string[]>> = {
  service: [
    "service",
    "service_name",
    "service.name",
    "servicename",
    "app",
    "application",
    "app_name",
    "app_kubernetes_io_name",
    "app.kubernetes.io/name",
    "container",
    "job",
    "component",
    "서비스",
    "서비스명",
    "서비스 이름",
    "애플리케이션",
    "앱",
    "시스템",
  ],
  environment: [
    "environment",
    "env",
    "deployment_environment",
    "deployment.environment",
    "deployment_environment_name",
    "stage",
    "profile",
    "cluster",
    "환경",
    "서버 환경",
    "배포 환경",
    "운영 환경",
  ],
  traceId: [
    "trace_id",
    "traceid",
    "trace id",
    "trace-id",
    "trace",
    "dd.trace_id",
    "추적 id",
    "트레이스 id",
    "트레이스",
  ],
  status: ["status", "state", "alert status", "상태", "알림 상태", "현재 상태"],
  title: [
    "alertname",
    "alert",
    "alert name",
    "rule",
    "rulename",
    "title",
    "summary",
    "알림",
    "알림명",
    "알람",
    "알람명",
    "규칙",
    "제목",
    "요약",
  ],
  startedAt: [
    "startsat",
    "starts at",
    "started",
    "started at",
    "start",
    "time",
    "fired at",
    "발생",
    "발생 시각",
    "발생시각",
    "발생 시간",
    "발생시간",
    "발생일시",
    "발생 일시",
    "시작",
    "시작 시각",
    "시작시각",
    "시작 시간",
    "시작시간",
    "시작 일시",
    "일시",
    "시각",
    "시간",
  ],
  endedAt: [
    "endsat",
    "ends at",
    "ended",
    "ended at",
    "resolved at",
    "해결 시각",
    "해결시각",
    "해소 시각",
    "복구 시각",
    "종료",
    "종료 시각",
    "종료시각",
    "종료 시간",
    "해결 시간",
    "해소 시간",
    "복구 시간",
    "복구시각",
  ],
  query: ["query", "expr", "expression", "logql", "쿼리", "조회"],
};

const byName = new Map(
  Object.entries(keys).flatMap(([known, names]) => names.map((name): [string, KnownKey] => [name, known as KnownKey])),
);

export function knownKey(name: string): KnownKey | null {
  return byName.get(name.trim().toLowerCase()) ?? null;
}

const firing = /\bfiring\b|\balerting\b|\btriggered\b|\bproblem\b|🚨|🔥|🔴|❗|발생|장애|경보|알림 발생|위험/iu;
const resolved = /\bresolved\b|\bis ok\b|\[ok\]|\brecovered\b|\bclosed\b|✅|🟢|💚|해결|복구|정상|해소|종료됨/iu;

/** Whether it began or ended, by the words of a line; null where it says neither. Words win over pictures, and what ended over what began. */
export function statusOf(text: string): "firing" | "resolved" | null {
  if (/\bresolved\b|\brecovered\b|해결|복구|해소|정상화/iu.test(text)) return "resolved";
  if (/\bfiring\b|\balerting\b|발생/iu.test(text)) return "firing";
  if (resolved.test(text)) return "resolved";
  return firing.test(text) ? "firing" : null;
}
