import { code, commandAt, money as plain, say } from "../../domain/chat/chat-text.ts";
import type { CommandName } from "../../domain/command/grammar.ts";
import { type Surface, written } from "../../domain/command/written.ts";
import { redact } from "../../domain/redact.ts";
import type { ChatWords } from "./chat-words.ts";

export function english(surface: Surface): ChatWords {
  const at = (command: CommandName) => commandAt(command, surface);
  const shown = (command: CommandName) => code(written(command, surface));
  return {
    received: say`👀 Got it. Looking it up in the logs …`,
    paused: (by) =>
      say`⏸ Paused by ${by}: nothing is looked up now. An admin goes on with ${at("resume")}; then ask again.`,
    searching: (where) => say`🔎 Reading the logs of ${where} …`,
    waiting: say`⏳ The investigation was ordered, ahead of everything else.`,
    reading: say`🧵 Reading the trace and the code …`,
    analysing: (cost) => say`🧠 Analysing, ${cost} so far …`,
    late: (minutes) =>
      say`⌛ Not done after ${minutes} minutes. It goes on, and this message will change. What is known so far:`,
    nothing: (searched) => say`🤷 No error found there. Searched: ${searched}`,
    couldNotRead: (because) => say`⚠️ The logs could not be read: ${because}`,
    widen: say`Shall I look further back?`,
    wider: { "1h": redact("1 hour back"), "6h": redact("6 hours back"), "24h": redact("24 hours back") },
    resolvedAlert: say`✅ That alert says it is over, so nothing was looked up. Forward the one that was firing for an investigation.`,
    textPlease: say`🖼 I cannot read pictures. Forward the alert itself, or paste its text, please.`,
    notUnderstood: say`🤔 I could not find an alert, a trace id or a stack trace in that. Forward an alert, or write a trace id or the log line behind ${at("investigate")}.`,
    known: (count, since) => say`📌 Known: seen ${count} times since ${since}.`,
    seenSince: (count, since) => say`Seen ${count} times since ${since}.`,
    ruled: {
      new: say`It waits for its investigation.`,
      symptom: say`It follows from another failure.`,
      reported: say`It has an issue.`,
      muted: say`It is ignored on purpose.`,
      fixed: say`Its fix is being watched.`,
      resolved: say`It was marked as done.`,
      stuck: say`It waits for a person.`,
    },
    again: (dollars) => redact(`Investigate again (at most ${dollars})`),
    cooldown: say`It was investigated a moment ago, so it is not done again by itself.`,
    moreKinds: (count) => say`${count} more kinds of error are in that time; ${at("incidents")} lists them.`,

    service: say`Service`,
    unknownService: say`unknown service`,
    where: say`Where`,
    cause: say`Cause`,
    ruledOut: say`Ruled out`,
    next: say`Next`,
    confidence: (percent) => say`${percent} % sure`,
    notInCode: say`The cause is not in the code.`,
    cannotTell: say`The cause cannot be told from what could be read.`,
    withoutModel: say`No model was asked; this is what is known without one.`,
    failed: say`❌ The investigation failed.`,
    followsFrom: (asked) => say`${asked} follows from it.`,
    issue: say`Issue`,
    pullRequest: say`draft pull request`,
    report: say`Nothing was filed: this environment is in dry-run, and the report is in state/reports.`,
    issueComes: say`The issue is on its way.`,
    costAndTime: (dollars, seconds) => say`Cost ${plain(dollars)}, took ${seconds} s`,
    news: (count, environment) =>
      count === 1 ? say`📋 New in ${environment}` : say`📋 ${count} new results in ${environment}`,
    morning: (count) =>
      count === 1
        ? say`☀️ Good morning. One result since the evening:`
        : say`☀️ Good morning. ${count} results since the evening:`,
    morningQuiet: say`☀️ Good morning. It was a quiet night.`,

    status: {
      paused: (by) =>
        say`⏸ Paused by ${by}. Nothing is written and no model is asked; an admin goes on with ${at("resume")}.`,
      running: say`▶️ Running.`,
      ceiling: (mode) => say`At most ${mode}, set by hand.`,
      environment: (name, mode, read) => say`${name}: ${mode}, read up to ${read}`,
      neverRead: say`never`,
      work: (open, urgent) => say`Investigations under way or waiting: ${open}, of them urgent: ${urgent}`,
      money: (spent, ceiling) => say`Model today: ${plain(spent)} of ${plain(ceiling)}`,
      chat: (who) =>
        who === "daemon"
          ? say`Telegram is read by the daemon, which polls too.`
          : who === "bot"
            ? say`Telegram is read by the bot; cron does the polling.`
            : say`Telegram is read by each run; no bot is alive, so answers take until the next one.`,
      stuck: (count) => say`Waiting for a person: ${count}. ${at("incidents")} lists them.`,
    },
    noIncidents: say`No incidents yet.`,
    incidentRow: (id, state, count, title) => say`${id} ${state}, ${count}×: ${title}`,
    state: {
      new: say`new`,
      symptom: say`symptom`,
      reported: say`reported`,
      muted: say`ignored`,
      fixed: say`fixed`,
      resolved: say`resolved`,
      stuck: say`needs a person`,
    },
    noSuchIncident: (id) => say`There is no incident ${id}; ${at("incidents")} lists those there are.`,
    seen: (count, first, last) => say`Seen ${count} times, first ${first}, last ${last}`,
    why: say`What was decided, in order`,
    stopped: (count) =>
      say`⏹ Stopped. Nothing new begins, model calls were ended. ${count} investigations were under way or waiting:`,
    nothingStopped: say`⏹ Stopped. Nothing new begins; nothing was under way.`,
    handsUntold: say`Hands on other machines could not be told yet; they are told as soon as their server answers.`,
    resumed: say`▶️ Going on where it stopped.`,
    modeNow: (mode) => say`From now on at most ${mode}; a service map that says less still wins.`,
    noCeiling: say`No ceiling is set by hand: the service map decides.`,
    noHigher: (mode) =>
      say`The service map allows ${mode} at most, and no command can raise it; edit service-map.yaml for that.`,
    cost: (day, dollars, ceiling) => say`${day}: ${plain(dollars)} of ${plain(ceiling)}`,
    askRun: (environments, orders, dollars, left) =>
      say`Read ${environments} environments now? Up to ${orders} investigations may follow, ${plain(dollars)} at most; ${plain(left)} is left today.`,
    askRetry: (id, dollars, left) =>
      say`Investigate ${id} again? It costs ${plain(dollars)} at most; ${plain(left)} is left today.`,
    askIgnore: (id, until) =>
      until === null
        ? say`Ignore ${id} for good? It is still counted, and nothing is told about it any more.`
        : say`Ignore ${id} until ${until}? It is still counted, and nothing is told about it until then.`,
    askMode: (mode) => say`Let the service map decide again, up to ${mode}? Issues may be filed from then on.`,
    yes: redact("Yes"),
    no: redact("No"),
    running: say`🔄 Reading …`,
    ran: (entries, incidents, orders) =>
      say`Read ${entries} log entries: ${incidents} incidents, ${orders} investigations under way or waiting.`,
    retried: (id) => say`${id} will be investigated again at the next run.`,
    retriedFromKept: (id) =>
      say`${id} will be filed at the next run, from what was found already; in dry-run it is investigated again.`,
    hasIssue: (id, link) => say`${id} is filed as ${link} and is over: nothing is left to be investigated.`,
    hasDraft: (id, link) =>
      link === null
        ? say`${id} has its draft on the way: ask for a change in a review there, or close it.`
        : say`${id} has its draft already (${link}): ask for a change in a review there, or close it.`,
    patchAsked: (id, link) =>
      say`${id} is filed as ${link}: a patch is tried at the next run where the mode and every gate allow it, and what came of it is told there.`,
    ignored: (id, until) =>
      until === null ? say`🔕 ${id} is ignored for good.` : say`🔕 ${id} is ignored until ${until}.`,
    movedMeanwhile: (id) => say`${id} was changed by another process at the same moment; try again.`,
    leftAlone: say`Left as it is.`,
    help: say`You can say:`,
    helpForward: say`Or forward an alert, and I will investigate it.`,
    config: say`Settings that hold now`,
    logs: say`Our last lines`,
    noLogs: say`Nothing was logged yet.`,
    reportOf: (opened, found, issues, dollars) =>
      say`Last 24 hours: ${opened} new incidents, ${found} investigated, ${issues} issues filed, ${plain(dollars)} for the model.`,

    needsRole: (name, needed) =>
      say`${shown(name)} is for ${needed === "admin" ? say`admins` : say`users and admins`}; ask one of them.`,
    forwardNeedsRole: say`Forwarding an alert is for users and admins; ask one of them.`,
    unknownCommand: (given, nearest) =>
      nearest === null
        ? say`There is no command ${code(written(given, surface))}; ${at("help")} lists those there are.`
        : say`There is no command ${code(written(given, surface))}; did you mean ${code(written(nearest, surface))}?`,
    needsIncident: (name) =>
      say`${shown(name)} needs the id of an incident, such as i0af3c1d2e4b5; ${at("incidents")} lists them.`,
    needsText: (name) => say`${shown(name)} needs a trace id, an alert or log text behind it.`,
    needsMode: (given) => say`${code(given)} is no mode; use one of dry-run, issue, patch, draft-pr, or clear.`,
    needsCount: (given) => say`${code(given)} is no number of lines; use one from 1 to 50.`,
    needsDuration: (given) => say`${code(given)} is no time to ignore it for; write it like: for 7d because load test.`,
    takesNoMore: (name, usage) =>
      usage === null
        ? say`${shown(name)} takes nothing behind it; use it alone.`
        : say`${shown(name)} takes ${usage} and nothing more.`,
    tooOld: (minutes) =>
      say`That was sent ${minutes} minutes before I could read it, so it was not done; send it again if it still holds.`,
    buttonOver: redact("This button is over; ask again."),
    buttonOfOther: redact("This button is for the person who asked."),

    trouble: (part, sentence) => say`⚠️ ${part}: ${sentence}`,
    mended: (part) => say`✅ ${part} works again.`,
    unreachable: (chat, because) => say`⚠️ The chat ${chat} cannot be reached: ${because}`,
    rerouted: (chat) => say`(meant for the chat ${chat}, which cannot be reached)`,
  };
}
