import { code, commandAt, money, say } from "../../domain/chat/chat-text.ts";
import type { CommandName } from "../../domain/command/grammar.ts";
import { type Surface, written } from "../../domain/command/written.ts";
import { redact } from "../../domain/redact.ts";
import type { ChatWords } from "./chat-words.ts";

export function korean(surface: Surface): ChatWords {
  const at = (command: CommandName) => commandAt(command, surface);
  const shown = (command: CommandName) => code(written(command, surface));
  return {
    received: say`👀 확인했습니다. 로그를 찾아보는 중입니다 …`,
    paused: (by) =>
      say`⏸ 일시정지 상태라 조회하지 않았습니다(정지한 사람: ${by}). 관리자가 ${at("resume")} 으로 다시 시작한 뒤 한 번 더 요청해 주세요.`,
    searching: (where) => say`🔎 ${where} 로그를 읽는 중입니다 …`,
    waiting: say`⏳ 조사를 맨 앞 순서로 요청했습니다.`,
    reading: say`🧵 트레이스와 코드를 읽는 중입니다 …`,
    analysing: (cost) => say`🧠 분석 중입니다. 지금까지 ${cost} …`,
    late: (minutes) =>
      say`⌛ ${minutes}분이 지났지만 아직 끝나지 않았습니다. 조사는 계속되며 끝나면 이 메시지가 바뀝니다. 지금까지 확인된 내용:`,
    nothing: (searched) => say`🤷 해당 범위에서 에러를 찾지 못했습니다. 조회 범위: ${searched}`,
    couldNotRead: (because) => say`⚠️ 로그를 읽지 못했습니다: ${because}`,
    widen: say`더 이전까지 찾아볼까요?`,
    wider: { "1h": redact("1시간 전까지"), "6h": redact("6시간 전까지"), "24h": redact("24시간 전까지") },
    resolvedAlert: say`✅ 이미 해소된 알림이라 조회하지 않았습니다. 조사가 필요하면 발생 당시의 알림을 전달해 주세요.`,
    textPlease: say`🖼 이미지는 읽을 수 없습니다. 알림 메시지를 그대로 전달하거나 내용을 텍스트로 붙여 주세요.`,
    notUnderstood: say`🤔 알림, 트레이스 ID, 스택 트레이스를 찾지 못했습니다. 알림을 전달하거나 ${at("investigate")} 뒤에 트레이스 ID나 로그를 적어 주세요.`,
    known: (count, since) => say`📌 이미 알고 있는 에러입니다. ${since}부터 ${count}회 발생했습니다.`,
    seenSince: (count, since) => say`${since}부터 ${count}회 발생했습니다.`,
    ruled: {
      new: say`조사를 기다리고 있습니다.`,
      symptom: say`다른 장애에서 비롯된 에러입니다.`,
      reported: say`이슈가 등록되어 있습니다.`,
      muted: say`무시하도록 설정되어 있습니다.`,
      fixed: say`수정 후 경과를 지켜보는 중입니다.`,
      resolved: say`해결된 것으로 처리되어 있습니다.`,
      stuck: say`사람의 확인이 필요합니다.`,
    },
    again: (dollars) => redact(`다시 조사하기 (최대 ${dollars})`),
    cooldown: say`방금 조사했으므로 자동으로 다시 조사하지는 않습니다.`,
    moreKinds: (count) => say`같은 시간대에 다른 에러가 ${count}종 더 있습니다. ${at("incidents")} 로 볼 수 있습니다.`,

    service: say`서비스`,
    unknownService: say`알 수 없는 서비스`,
    where: say`위치`,
    cause: say`원인`,
    ruledOut: say`제외한 가능성`,
    next: say`다음 단계`,
    confidence: (percent) => say`확신도 ${percent} %`,
    notInCode: say`원인은 코드에 있지 않습니다.`,
    cannotTell: say`읽은 자료만으로는 원인을 판단할 수 없습니다.`,
    withoutModel: say`모델에는 묻지 않았으며, 모델 없이 확인된 내용입니다.`,
    failed: say`❌ 조사에 실패했습니다.`,
    followsFrom: (asked) => say`${asked} 인시던트는 이 장애에서 비롯된 에러입니다.`,
    issue: say`이슈`,
    pullRequest: say`드래프트 PR`,
    report: say`dry-run 환경이라 이슈를 등록하지 않았습니다. 보고서는 state/reports 에 있습니다.`,
    issueComes: say`이슈를 등록하는 중입니다.`,
    costAndTime: (dollars, seconds) => say`비용 ${money(dollars)}, ${seconds}초 걸림`,
    news: (count, environment) =>
      count === 1 ? say`📋 ${environment} 새 결과` : say`📋 ${environment} 새 결과 ${count}건`,
    morning: (count) => say`☀️ 좋은 아침입니다. 지난밤 결과 ${count}건입니다.`,
    morningQuiet: say`☀️ 좋은 아침입니다. 지난밤은 조용했습니다.`,

    status: {
      paused: (by) =>
        say`⏸ 일시정지 중입니다(정지한 사람: ${by}). 아무것도 쓰지 않고 모델에도 묻지 않습니다. 관리자가 ${at("resume")} 으로 다시 시작할 수 있습니다.`,
      running: say`▶️ 동작 중입니다.`,
      ceiling: (mode) => say`수동으로 최대 ${mode} 까지만 허용되어 있습니다.`,
      environment: (name, mode, read) => say`${name}: ${mode}, ${read} 까지 읽음`,
      neverRead: say`아직 없음`,
      work: (open, urgent) => say`진행 중이거나 대기 중인 조사 ${open}건(긴급 ${urgent}건)`,
      money: (spent, ceiling) => say`오늘 모델 비용 ${money(spent)} / 한도 ${money(ceiling)}`,
      chat: (who) =>
        who === "daemon"
          ? say`텔레그램은 로그도 함께 읽는 데몬이 확인합니다.`
          : who === "bot"
            ? say`텔레그램은 봇이 확인하고, 로그는 cron 이 읽습니다.`
            : say`텔레그램은 run 이 실행될 때만 확인합니다. 봇이 떠 있지 않아 다음 실행까지 답이 늦을 수 있습니다.`,
      stuck: (count) => say`사람의 확인을 기다리는 건 ${count}건. ${at("incidents")} 로 볼 수 있습니다.`,
    },
    noIncidents: say`아직 인시던트가 없습니다.`,
    incidentRow: (id, state, count, title) => say`${id} ${state}, ${count}회: ${title}`,
    state: {
      new: say`신규`,
      symptom: say`파생`,
      reported: say`등록됨`,
      muted: say`무시`,
      fixed: say`수정됨`,
      resolved: say`해결됨`,
      stuck: say`확인 필요`,
    },
    noSuchIncident: (id) => say`${id} 인시던트가 없습니다. ${at("incidents")} 로 목록을 볼 수 있습니다.`,
    seen: (count, first, last) => say`총 ${count}회, 최초 ${first}, 최근 ${last}`,
    why: say`결정 내역(시간순)`,
    stopped: (count) =>
      say`⏹ 멈췄습니다. 새로 시작하는 작업은 없고 모델 호출도 중단했습니다. 진행 중이거나 대기 중이던 조사 ${count}건:`,
    nothingStopped: say`⏹ 멈췄습니다. 새로 시작하는 작업은 없으며, 진행 중이던 작업도 없었습니다.`,
    handsUntold: say`다른 서버의 작업자에게는 아직 알리지 못했습니다. 연결되는 대로 알립니다.`,
    resumed: say`▶️ 멈췄던 곳부터 다시 시작합니다.`,
    modeNow: (mode) => say`이제부터 최대 ${mode} 까지만 허용합니다. 서비스 맵이 더 낮으면 그쪽을 따릅니다.`,
    noCeiling: say`수동 제한이 없으며 서비스 맵의 설정을 따릅니다.`,
    noHigher: (mode) =>
      say`서비스 맵이 허용하는 최대는 ${mode} 이며 명령으로는 올릴 수 없습니다. service-map.yaml 을 수정해 주세요.`,
    cost: (day, dollars, ceiling) => say`${day}: ${money(dollars)} / 한도 ${money(ceiling)}`,
    askRun: (environments, orders, dollars, left) =>
      say`지금 환경 ${environments}개의 로그를 읽을까요? 조사가 최대 ${orders}건 이어질 수 있고 비용은 최대 ${money(dollars)} 입니다. 오늘 남은 한도는 ${money(left)} 입니다.`,
    askRetry: (id, dollars, left) =>
      say`${id} 인시던트를 다시 조사할까요? 비용은 최대 ${money(dollars)} 이고 오늘 남은 한도는 ${money(left)} 입니다.`,
    askIgnore: (id, until) =>
      until === null
        ? say`${id} 인시던트를 계속 무시할까요? 횟수는 세지만 더 이상 알리지 않습니다.`
        : say`${id} 인시던트를 ${until}까지 무시할까요? 횟수는 세지만 그때까지 알리지 않습니다.`,
    askMode: (mode) => say`수동 제한을 풀고 서비스 맵(최대 ${mode})을 따를까요? 이후 이슈가 등록될 수 있습니다.`,
    yes: redact("예"),
    no: redact("아니요"),
    running: say`🔄 읽는 중입니다 …`,
    ran: (entries, incidents, orders) =>
      say`로그 ${entries}건을 읽었습니다. 인시던트 ${incidents}건, 진행 중이거나 대기 중인 조사 ${orders}건입니다.`,
    retried: (id) => say`${id} 인시던트를 다음 실행 때 다시 조사합니다.`,
    retriedFromKept: (id) =>
      say`다음 실행 때 ${id} 인시던트를 이미 조사한 내용으로 등록합니다. dry-run 이면 다시 조사합니다.`,
    hasIssue: (id, link) => say`${id} 인시던트는 이미 처리가 끝났습니다(${link}). 더 조사할 것이 없습니다.`,
    hasDraft: (id, link) =>
      link === null
        ? say`${id} 인시던트의 드래프트 PR을 올리는 중입니다. 바꿀 것이 있으면 PR 리뷰로 요청하거나 PR을 닫아 주세요.`
        : say`${id} 인시던트는 이미 PR이 있습니다(${link}). 바꿀 것이 있으면 리뷰로 요청하거나 PR을 닫아 주세요.`,
    patchAsked: (id, link) =>
      say`${id} 인시던트는 이미 이슈가 있습니다(${link}). 모드와 모든 검사가 허용하면 다음 실행 때 패치를 만들고 결과를 그 이슈에 남깁니다.`,
    ignored: (id, until) =>
      until === null ? say`🔕 ${id} 인시던트를 계속 무시합니다.` : say`🔕 ${id} 인시던트를 ${until}까지 무시합니다.`,
    movedMeanwhile: (id) => say`${id} 인시던트가 방금 다른 프로세스에서 변경되었습니다. 다시 시도해 주세요.`,
    leftAlone: say`그대로 두었습니다.`,
    help: say`보낼 수 있는 명령:`,
    helpForward: say`알림을 전달하면 바로 조사합니다.`,
    config: say`적용 중인 설정`,
    logs: say`autopilot 자체 로그`,
    noLogs: say`아직 기록이 없습니다.`,
    reportOf: (opened, found, issues, dollars) =>
      say`최근 24시간: 신규 인시던트 ${opened}건, 조사 ${found}건, 이슈 등록 ${issues}건, 모델 비용 ${money(dollars)}.`,

    needsRole: (name, needed) =>
      needed === "admin"
        ? say`${shown(name)} 명령은 관리자만 쓸 수 있습니다. 관리자에게 요청해 주세요.`
        : say`${shown(name)} 명령은 사용자와 관리자만 쓸 수 있습니다. 관리자에게 요청해 주세요.`,
    forwardNeedsRole: say`알림 전달은 사용자와 관리자만 할 수 있습니다. 관리자에게 요청해 주세요.`,
    unknownCommand: (given, nearest) =>
      nearest === null
        ? say`${code(written(given, surface))} 명령은 없습니다. ${at("help")} 로 목록을 볼 수 있습니다.`
        : say`${code(written(given, surface))} 명령은 없습니다. 혹시 ${code(written(nearest, surface))} 인가요?`,
    needsIncident: (name) =>
      say`${shown(name)} 뒤에 인시던트 ID가 필요합니다(예: i0af3c1d2e4b5). ${at("incidents")} 로 볼 수 있습니다.`,
    needsText: (name) => say`${shown(name)} 뒤에 트레이스 ID, 알림 또는 로그 내용을 적어 주세요.`,
    needsMode: (given) =>
      say`${code(given)} 모드는 없습니다. dry-run, issue, patch, draft-pr, clear 중 하나를 써 주세요.`,
    needsCount: (given) => say`줄 수로 읽을 수 없습니다: ${code(given)}. 1에서 50까지의 숫자를 써 주세요.`,
    needsDuration: (given) =>
      say`기간으로 읽을 수 없습니다: ${code(given)}. for 7d because 부하 테스트 처럼 적어 주세요.`,
    takesNoMore: (name, usage) =>
      usage === null
        ? say`${shown(name)} 명령은 뒤에 아무것도 적지 않고 써 주세요.`
        : say`${shown(name)} 뒤에는 ${usage} 만 적을 수 있습니다.`,
    tooOld: (minutes) => say`${minutes}분 전에 보낸 명령이라 실행하지 않았습니다. 아직 필요하면 다시 보내 주세요.`,
    buttonOver: redact("만료된 버튼입니다. 다시 요청해 주세요."),
    buttonOfOther: redact("요청한 사람만 누를 수 있는 버튼입니다."),

    trouble: (part, sentence) => say`⚠️ ${part}: ${sentence}`,
    mended: (part) => say`✅ ${part}: 다시 정상입니다.`,
    unreachable: (chat, because) => say`⚠️ 채팅 ${chat} 에 보낼 수 없습니다: ${because}`,
    rerouted: (chat) => say`(보낼 수 없는 채팅 ${chat} 대신 여기에 보냅니다)`,
  };
}
