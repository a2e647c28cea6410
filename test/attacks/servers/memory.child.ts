import { type Client, exchangeOnce } from "./one-exchange.ts";

/** One exchange in a process of its own; prints how it ended and the most memory it ever held, in MB. */
const [client, url] = process.argv.slice(2) as [Client, string];
const ending = await exchangeOnce(client, url, 30_000);
const mostMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ ending, mostMb }));
process.exit(0);
