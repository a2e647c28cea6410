import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type GitRepository, makeRepository } from "../adapters/git/git-repository.ts";
import { type Canary, plantCanary } from "./canaries.ts";
import type { Dice } from "./dice.ts";

/** Lines where `total` and `reserve` throw, as the small world logs it. */
const totalSource = (secret: string): string => `// Totals of orders.
export function total(order) {
  const customer = order.customer;
  const discount = customer.discount; // ${secret}
  return order.items.reduce((sum, item) => sum + item.price, 0) * (1 - discount);
}
`;

const stockSource = (secret: string): string => `// What is left in the warehouse.
export function reserve(stock, name) {
  const row = stock.rows[name];
  row.reserved += 1;
  return row;
}
// ${secret}
`;

export interface PlantedClone {
  readonly path: string;
  readonly canaries: readonly Canary[];
}

/** Kinds that fit on one line. */
const oneLineKinds = ["aws-key", "github-token", "slack-token", "google-key", "stripe-key", "password-pair"];

/** A clone with two bugs, and secrets where code, history and file names can hold them. */
export function plantClone(path: string, dice: Dice): PlantedClone {
  const canaries: Canary[] = [];
  const plant = (kinds?: readonly string[]): string => {
    const canary = plantCanary(dice, kinds);
    canaries.push(canary);
    return canary.text;
  };
  const clone = makeRepository(path);
  // Secrets that stand across the places where long lines are cut.
  const long = [490, 480, 470, 460, 495, 300].map((at) => `${"x".repeat(at)} ${plant(oneLineKinds)} secret`);
  clone.commit(
    {
      "src/total.js": totalSource(plant(oneLineKinds)),
      "src/stock.js": stockSource(plant(oneLineKinds)),
      "src/long.js": `${long.join("\n")}\n`,
      "config/settings.js": `export const settings = {\n  password: "${plant(["google-key"])}", // secret\n};\n`,
      "config/key.txt": `${plant(["private-key"])} secret\n`,
      ".env": `SECRET=${plant(oneLineKinds)}\nsecret\n`,
      "config/id_rsa": `${plant(["private-key"])}\nsecret\n`,
      "src/@octocat fixes #1 [x](https:/evil.example).js": "secret()\n",
      "src/\u202esj.x\u001b[31m.js": "secret()\n",
      "src/`code` $& {{claim}}.js": "secret()\n",
    },
    `Count discounts ${plant(["github-token"])}\n\nfixes #1 @octocat ${plant(oneLineKinds)}`,
    `Ada ${plant(["e-mail"])}`,
  );
  symlinkSync("/etc/passwd", join(path, "src/link-to-passwd"));
  clone.commit({}, "@octocat closes GH-1 <img src=x> ![x](https://evil.example/p.png) \u202e", "Mallory @octocat");
  clone.git("remote", "add", "origin", "https://github.com/company/orders.git");
  // Never committed, so it does not exist.
  writeFileSync(join(path, ".env.local"), `PASSWORD=${plant(oneLineKinds)}\n`);
  return { path, canaries };
}

/** What can be wrong with the `.git` of a clone: each of them makes ordinary git commands run a program, or read something else than it says. */
export const traps = [
  "fsmonitor",
  "pager-and-editor",
  "ssh-and-proxy",
  "external-diff",
  "textconv",
  "filter",
  "signature",
  "aliases",
  "hooks",
  "included-config",
  "alternate-refs",
  "credential-helper",
  "replaced-objects",
  "upload-pack",
] as const;
type Trap = (typeof traps)[number];

/** Sets traps in a clone. @returns the file that a program of theirs would write */
export function setTraps(clone: string, folder: string, chosen: readonly Trap[]): string {
  const ran = join(folder, "ran");
  const program = join(folder, "trap.sh");
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${ran}'\ncat 2>/dev/null\nexit 0\n`);
  chmodSync(program, 0o755);
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: clone, encoding: "utf8", stdio: "pipe" }).trim();
  // Those that need git themselves come before those that would have it run the program.
  const first: readonly Trap[] = ["signature", "replaced-objects"];
  for (const trap of chosen.toSorted((a, b) => Number(first.includes(b)) - Number(first.includes(a)))) {
    setters[trap]({ clone, folder, program, git });
  }
  return ran;
}

interface TrapPlace {
  readonly clone: string;
  readonly folder: string;
  readonly program: string;
  readonly git: GitRepository["git"];
}

const configured =
  (lines: (program: string) => string) =>
  ({ clone, program }: TrapPlace): void =>
    appendFileSync(join(clone, ".git/config"), `${lines(program)}\n`);

const attributes = "* diff=trap filter=trap merge=trap\n";

const setters: Readonly<Record<Trap, (place: TrapPlace) => void>> = {
  fsmonitor: configured((program) => `[core]\n\tfsmonitor = ${program}`),
  "pager-and-editor": configured(
    (program) =>
      `[core]\n\tpager = ${program}\n\teditor = ${program}\n[pager]\n\tlog = ${program}\n\tgrep = ${program}`,
  ),
  "ssh-and-proxy": configured(
    (program) => `[core]\n\tsshCommand = ${program}\n\tgitProxy = ${program}\n\taskPass = ${program}`,
  ),
  "external-diff": configured((program) => `[diff]\n\texternal = ${program}`),
  textconv(place) {
    writeAttributes(place);
    configured((program) => `[diff "trap"]\n\ttextconv = ${program}\n\tcommand = ${program}`)(place);
  },
  filter(place) {
    writeAttributes(place);
    const lines = (program: string) =>
      `[filter "trap"]\n\tclean = ${program}\n\tsmudge = ${program}\n\tprocess = ${program}\n\trequired = true`;
    configured(lines)(place);
  },
  signature(place) {
    const { clone, folder, git } = place;
    const text = git("cat-file", "commit", "HEAD");
    const signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----\n\n";
    const file = join(folder, "signed-commit");
    writeFileSync(file, `${text.replace("\n\n", `\n${signature}`)}\n`);
    writeFileSync(join(clone, ".git/refs/heads/main"), `${git("hash-object", "-t", "commit", "-w", file)}\n`);
    configured((program) => `[gpg]\n\tprogram = ${program}\n[log]\n\tshowSignature = true`)(place);
  },
  aliases: configured((program) =>
    [
      "[alias]",
      ...["log", "grep", "ls-tree", "cat-file", "rev-parse", "blame"].map((name) => `\t${name} = !${program}`),
    ].join("\n"),
  ),
  hooks(place) {
    const folder = join(place.clone, ".git/hooks");
    mkdirSync(folder, { recursive: true });
    for (const hook of ["post-checkout", "pre-commit", "post-index-change", "reference-transaction"]) {
      writeFileSync(join(folder, hook), `#!/bin/sh\nexec '${place.program}' ${hook}\n`, { mode: 0o755 });
    }
    configured(() => `[core]\n\thooksPath = ${folder}`)(place);
  },
  "included-config"(place) {
    const file = join(place.folder, "included.config");
    writeFileSync(file, `[core]\n\tfsmonitor = ${place.program}\n\tpager = ${place.program}\n`);
    configured(() => `[include]\n\tpath = ${file}\n[includeIf "gitdir:/"]\n\tpath = ${file}`)(place);
  },
  "alternate-refs": configured((program) => `[core]\n\talternateRefsCommand = ${program}`),
  "credential-helper": configured((program) => `[credential]\n\thelper = !${program}`),
  "replaced-objects"({ clone, git }) {
    const blob = git("hash-object", "-w", join(clone, "config/settings.js"));
    const real = git("rev-parse", "HEAD:src/total.js");
    mkdirSync(join(clone, ".git/refs/replace"), { recursive: true });
    writeFileSync(join(clone, ".git/refs/replace", real), `${blob}\n`);
  },
  "upload-pack": configured(
    (program) =>
      `[uploadpack]\n\tpackObjectsHook = ${program}\n[remote "origin"]\n\tuploadpack = ${program}\n[url "ext::${program}"]\n\tinsteadOf = https://`,
  ),
};

function writeAttributes({ clone }: TrapPlace): void {
  mkdirSync(join(clone, ".git/info"), { recursive: true });
  writeFileSync(join(clone, ".git/info/attributes"), attributes);
  writeFileSync(join(clone, ".gitattributes"), attributes);
}
