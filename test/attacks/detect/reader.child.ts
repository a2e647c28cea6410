import { type ReadRequest, readOnce } from "./reader.ts";

/** The same run in a process of its own, which is really killed. */
const problems = await readOnce(JSON.parse(process.argv[2] ?? "") as ReadRequest, () => {
  process.kill(process.pid, "SIGKILL");
  // The signal is on its way; nothing more may happen until it arrives.
  return new Promise(() => undefined);
});
process.stdout.write(JSON.stringify(problems));
