import type { Command } from "../../domain/command/command.ts";
import { who } from "../command-options.ts";
import type { HandleOptions } from "../handle-options.ts";
import { exitCodes, type Io } from "../io.ts";
import { loadSettings, withState } from "../setting.ts";

const daysUsual = 30;

/**
 * Does on a terminal what was asked: what takes time or has a page of its own here by that command, all else by what answers a chat. Each loads what it needs,
 * for `run` with nothing new is over in a blink.
 */
export async function performHandle(command: Command, options: HandleOptions, io: Io): Promise<number> {
  const nowMs = Date.now();
  switch (command.name) {
    case "run": {
      const { runCommand } = await import("./run.ts");
      // A dry run works on a copy, where nobody else's hands are.
      const config = await loadSettings(options, options.dryRun ? "all" : "run");
      const { maxMinutes: minutesMax, record = null, state: stateDirectory } = options;
      return runCommand({ ...options, minutesMax, record, config, stateDirectory }, io);
    }
    case "investigate": {
      const { investigateCommand } = await import("./investigate.ts");
      const { environment = null, since: lookBackMs = null } = options;
      const config = await loadSettings(options);
      return investigateCommand(command.text, { config, stateDirectory: options.state, environment, lookBackMs }, io);
    }
    case "incidents": {
      const { listIncidents } = await import("./incidents.ts");
      const { json, stateIs: states } = options;
      return withState(options, ({ store, queue }) => listIncidents({ store, queue, nowMs, io }, { json, states }));
    }
    case "show": {
      const { showIncident } = await import("./incidents.ts");
      const { mapFor } = await import("../map-here.ts");
      const map = options.json ? null : await mapFor(command.name, options);
      return withState(options, ({ store, queue }) =>
        showIncident({ store, queue, nowMs, io, map }, command.incident, options),
      );
    }
    case "cost": {
      const { showCost } = await import("./cost.ts");
      const { budget, environments } = await loadSettings(options);
      const environmentCeilings = Object.entries(environments).flatMap(([environment, { budgetDayUsd: dayUsd }]) =>
        dayUsd === null ? [] : [{ environment, dayUsd }],
      );
      const ceilings = { dayCeilingUsd: budget.dayUsd, environmentCeilings };
      const { json, days = daysUsual } = options;
      return withState(options, ({ store }) => showCost(store, io, { json, days, nowMs, ...ceilings }));
    }
    case "help":
      return exitCodes.done;
    default: {
      const { answerHere } = await import("./answer-here.ts");
      return answerHere(command, { ...options, by: who(), nowMs }, io);
    }
  }
}
