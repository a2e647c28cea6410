export interface StackFrame {
  readonly function: string | null;
  /** With its folders as far as the language tells them; a Java frame's come from its package. */
  readonly path: string;
  readonly line: number;
}

/** One exception as its stack trace tells it. */
export interface Failure {
  readonly type: string;
  readonly message: string;
  /** Innermost first, those of libraries and of the runtime left out. */
  readonly frames: readonly StackFrame[];
}

type Growing = { type: string; message: string; frames: StackFrame[] };

const frameShapes: readonly ((line: string, previous: string) => StackFrame | null)[] = [
  // Node: `at charge (file:///srv/pay/charge.js:12:5)`, `at async /srv/pay/charge.js:12:5`
  (line) => {
    const match =
      /^\s*at (?:async )?(?:(?<name>[^()]+?) \()?(?:file:\/\/)?(?<path>[^()]+?):(?<line>\d+):\d+\)?(?:["',} ].*)?$/.exec(
        line,
      );
    return match?.groups === undefined ? null : frame(match.groups["name"], match.groups["path"], match.groups["line"]);
  },
  // Java: `at com.example.pay.Charge.run(Charge.java:12)`, with a module or class loader in front
  (line) => {
    const match =
      /^\s*at (?:[\w.@-]*\/)*(?<owner>[\w.$]+)\.(?<name>[\w$<>]+)\((?<file>[\w$]+\.\w+):(?<line>\d+)\)/.exec(line);
    if (match?.groups === undefined) return null;
    const { owner = "", name, file, line: number } = match.groups;
    return frame(name, [...owner.split(".").slice(0, -1), file].join("/"), number);
  },
  // Python: `File "/srv/pay/charge.py", line 12, in run`
  (line) => {
    const match = /^\s*File "(?<path>[^"]+)", line (?<line>\d+), in (?<name>\S+)/.exec(line);
    return match?.groups === undefined ? null : frame(match.groups["name"], match.groups["path"], match.groups["line"]);
  },
  // Go: the function on one line, its place on the next: `\t/srv/pay/charge.go:12 +0x1d`
  (line, previous) => {
    const match = /^\s+(?<path>\S+\.go):(?<line>\d+)(?: \+0x[0-9a-f]+)?$/.exec(line);
    const name = /([\w.]+)\([^()]*\)$/.exec(previous)?.[1]?.split(".").at(-1);
    return match?.groups === undefined ? null : frame(name, match.groups["path"], match.groups["line"]);
  },
];

const headShape =
  /^(?:.*?\b(?:Caused by: |\[cause\]: |panic: ))?(?:.*?[\s"'])?(?<type>(?:[\w$]+\.)*(?:[A-Z][\w$]*)?(?:Error|Exception|Failure|Fault)|panic|runtime error)(?: \[\w+\])?(?:: (?<message>.*))?$/;
const notOurs =
  /(?:^|\/)node_modules\/|^node:|(?:^|\/)(?:site|dist)-packages\/|\/lib\/python|^<|^(?:java|javax|jdk|sun|kotlin|kotlinx|scala)\/|^(?:com\/sun|org\/(?:springframework|apache|hibernate|junit|eclipse)|io\/(?:netty|micrometer)|reactor)\/|\/go\/src\//;

/** Every exception in a text, the root cause first. */
export function readFailures(text: string): readonly Failure[] {
  const failures: Growing[] = [];
  let python: StackFrame[] | null = null;
  let previous = "";
  for (const line of unescaped(text).split("\n")) {
    const found = frameShapes.map((shape) => shape(line, previous)).find((one) => one !== null);
    previous = line;
    if (/Traceback \(most recent call last\):/.test(line)) python = [];
    else if (found && python !== null) python.unshift(found);
    else if (found) failures.at(-1)?.frames.push(found);
    else {
      const head = headShape.exec(line.trimEnd())?.groups;
      if (head === undefined || (python !== null && /^\s/.test(line))) continue;
      failures.push({ type: lastSegment(head["type"] ?? ""), message: head["message"] ?? "", frames: python ?? [] });
      python = null;
    }
  }
  const withFrames = failures
    .map((one) => ({ ...one, frames: one.frames.filter(({ path }) => !notOurs.test(path)) }))
    .filter(({ frames }) => frames.length > 0);
  // Python prints the cause first, the others last.
  return text.includes("Traceback (most recent call last)") ? withFrames : withFrames.toReversed();
}

/** A log line in JSON carries its stack trace with escaped line breaks. */
function unescaped(text: string): string {
  return text.includes("\\n") ? text.replaceAll("\\n", "\n").replaceAll("\\t", "\t").replaceAll('\\"', '"') : text;
}

function frame(name: string | undefined, path = "", line = "0"): StackFrame {
  return { function: name === undefined ? null : lastSegment(name), path, line: Number(line) };
}

function lastSegment(name: string): string {
  return name.split(".").at(-1) ?? name;
}
