import type { Socket } from "node:net";
import type { RedisMisbehaviour } from "../../support/redis-front.ts";

/** What its login must not come back in. */
export const redisPassword = "Kestrel-under-9-lanterns";

const dripEveryMs = 20;

/** The same bytes to whatever is asked. */
function always(bytes: string | Buffer): RedisMisbehaviour {
  return { onRequest: (_request, client) => void client.write(bytes) };
}

/** A beginning, and then the same for ever, as fast as it is read. */
function endless(beginning: string, part: string): RedisMisbehaviour {
  const block = part.repeat(Math.ceil(65_536 / part.length));
  return {
    onRequest(_request, client) {
      if (pouring.has(client)) return;
      pouring.add(client);
      client.write(beginning);
      const pour = (): void => {
        while (!client.destroyed) if (!client.write(block)) return void client.once("drain", pour);
      };
      pour();
    },
  };
}
const pouring = new WeakSet<Socket>();

/** Right in every byte, and never done. */
const drip: RedisMisbehaviour = {
  onRequest(_request, client) {
    if (pouring.has(client)) return;
    pouring.add(client);
    client.write("$100000\r\n");
    const timer = setInterval(() => client.write("x"), dripEveryMs);
    client.once("close", () => clearInterval(timer));
  },
};

/** A reply to each question, of a type of its own. */
function mixed(): RedisMisbehaviour {
  const replies = [
    "+OK\r\n",
    ":1\r\n",
    "$-1\r\n",
    "*0\r\n",
    "_\r\n",
    "#t\r\n",
    "%1\r\n+a\r\n:1\r\n",
    ",1.5\r\n",
    "*1\r\n*1\r\n*0\r\n",
  ];
  let count = 0;
  return { onRequest: (_request, client) => void client.write(replies[count++ % replies.length] ?? "") };
}

export const redisMisbehaviours: readonly (readonly [name: string, misbehaviour: RedisMisbehaviour])[] = [
  ["a web page", always("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n<p>Hi</p>")],
  ["bytes of no protocol", always(Buffer.from([0, 1, 2, 255, 13, 10, 36, 36, 13, 10]))],
  ["nothing at all", { onRequest: () => undefined }],
  ["a closed connection", { onRequest: (_request, client) => void client.destroy() }],
  ["a reply that drips", drip],
  ["a reply without end", endless("$2000000000\r\n", "x")],
  ["a list of two thousand million", endless("*2000000000\r\n", ":1\r\n")],
  ["a list in a list in a list", endless("", "*1\r\n")],
  ["a length below zero", always("$-7\r\n*-7\r\n")],
  ["a length that is no number", always("$12a\r\n")],
  ["replies that nobody asked for", always("+OK\r\n".repeat(50))],
  ["yes to everything", always("+OK\r\n")],
  ["one to everything", always(":1\r\n")],
  ["a reply of another type each time", mixed()],
  ["that it is loading, for ever", always("-LOADING Redis is loading the dataset in memory\r\n")],
  ["that it is a replica", always("-READONLY You can't write against a read only replica.\r\n")],
  ["that its memory is full", always("-OOM command not allowed when used memory > 'maxmemory'.\r\n")],
  ["that somebody else has it", always("-MOVED 1 127.0.0.1:1\r\n")],
  [
    "an error that repeats the login",
    always(`-ERR AUTH default ${redisPassword} is wrong, redis://:${redisPassword}@10.0.0.1\r\n`),
  ],
  ["an error of a megabyte", always(`-ERR ${"long ".repeat(200_000)}\r\n`)],
];
