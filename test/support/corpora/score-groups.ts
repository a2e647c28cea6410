import type { Score } from "./score-corpus.ts";

export interface GroupScore {
  readonly bugs: number;
  /** Groups over bugs; 1 is best, more is a bug filed twice. */
  readonly groupsPerBug: number;
  /** Bugs over groups; 1 is best, more is two bugs in one issue. */
  readonly bugsPerGroup: number;
  /** A bug with more than one group, and a group with more than one bug, in words. */
  readonly mistakes: readonly string[];
}

/** Of corpora of one language: the same bug may be seen through several loggers. */
export function scoreGroups(scores: readonly Score[]): GroupScore {
  const groupsOfBug = new Map<string, Set<string>>();
  const bugsOfGroup = new Map<string, Set<string>>();
  for (const { groupsOfBug: here } of scores) {
    for (const [bug, groups] of here) {
      for (const group of groups) {
        add(groupsOfBug, bug, group);
        add(bugsOfGroup, group, bug);
      }
    }
  }
  return {
    bugs: groupsOfBug.size,
    groupsPerBug: mean(groupsOfBug),
    bugsPerGroup: mean(bugsOfGroup),
    mistakes: [
      ...several(groupsOfBug).map(([bug, groups]) => `the bug ${bug} is in ${groups.size} groups`),
      ...several(bugsOfGroup).map(([group, bugs]) => `the group ${group} holds ${[...bugs].join(", ")}`),
    ],
  };
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  const found = map.get(key) ?? new Set<string>();
  found.add(value);
  map.set(key, found);
}

function several(map: ReadonlyMap<string, ReadonlySet<string>>): readonly [string, ReadonlySet<string>][] {
  return [...map].filter(([, values]) => values.size > 1);
}

function mean(map: ReadonlyMap<string, ReadonlySet<string>>): number {
  return map.size === 0 ? 1 : [...map.values()].reduce((sum, values) => sum + values.size, 0) / map.size;
}
