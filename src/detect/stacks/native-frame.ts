import type { Frame } from "../../domain/error-entry.ts";
import { plainSymbol } from "./mangled-name.ts";
import type { OwnJudge } from "./own-frame.ts";

interface Parts {
  readonly symbol: string;
  /** What stands in brackets belongs to the name, as the labels of Swift do. */
  readonly isWhole?: boolean;
  readonly file?: string | undefined;
  readonly line?: string | undefined;
  readonly column?: string | undefined;
  readonly image?: string | undefined;
}

type Read = (line: string) => Parts | null;

const readers: readonly Read[] = [readSanitizer, readGdb, readBoost, readSymbols, readGlog, readSwift];

/** A frame of machine code, whoever printed it; null for any other line. */
export function parseNativeFrame(line: string, isOwn: OwnJudge): Frame | null {
  const text = line.trim().slice(0, 3000);
  for (const read of readers) {
    const parts = read(text);
    if (parts !== null) return frameOf(parts, isOwn);
  }
  return null;
}

function frameOf({ symbol, isWhole = false, file, line, column, image }: Parts, isOwn: OwnJudge): Frame {
  const name = isWhole ? symbol : plainSymbol(withoutArguments(symbol));
  const isNameless = name === "" || name === "??" || name === "(unknown)" || /^0x[0-9a-fA-F]+$/.test(name);
  const path = file ?? null;
  const module = image ?? null;
  return {
    function: isNameless ? null : name,
    module,
    file: path,
    line: line === undefined ? null : Number(line),
    column: column === undefined || column === "0" ? null : Number(column),
    isOwn: !(isNameless && path === null) && !isRuntimeName(name) && isOwn("native", module, path),
  };
}

/** The C and C++ runtimes' own, which stand in every program. */
function isRuntimeName(name: string): boolean {
  return /^(?:_start$|__libc_|__GI_|_?_?abort$|raise$|gsignal$|__interceptor_|__(?:asan|ubsan|tsan|msan|sanitizer|cxa|gxx|pthread|assert|restore|stack_chk|fortify|chk)_|_?__(?:libc|GI|assert)|std::|__gnu_cxx::|operator (?:new|delete)|boost::stacktrace|google::|start_thread$|clone3?$|_dl_|_sigtramp|_assertionFailure|_swift_|swift_|swift::|Swift\.|libsystem|__assert)/.test(
    name,
  );
}

/** `mill::grind(int)`, `void mill::Sack<int>::at(int) const`, `run (n=3)`: the name alone. */
function withoutArguments(symbol: string): string {
  let name = symbol.replace(/ ?\[(?:clone|abi:)[^\]]{0,100}\]/g, "").trim();
  name = name.replace(/(?: const| volatile| &| noexcept)+$/, "");
  if (name.endsWith(")") && !/^operator\s?\(\)$/.test(name) && name !== "(unknown)") {
    let depth = 0;
    for (let at = name.length - 1; at > 0; at--) {
      const code = name.charCodeAt(at);
      if (code === 41) depth++;
      if (code === 40 && --depth === 0) {
        if (!/[\w)] ?$|::$/.test(name.slice(0, at)) || /^\(anonymous namespace\)/.test(name.slice(at))) break;
        name = name.slice(0, at).trim();
        break;
      }
    }
  }
  return name;
}

/** `#1 0x55d0 in mill::grind(int) /srv/mill/mill.cpp:59:12`, `… (/srv/mill/mill+0x33a0) (BuildId: …)`. */
function readSanitizer(line: string): Parts | null {
  const head = /^#\d{1,5} {1,4}0x[0-9a-f]{4,16} (?:in )?/.exec(line);
  if (head === null) return null;
  const rest = line.slice(head[0].length).replace(/ \(BuildId: [0-9a-f]{1,80}\)$/, "");
  const image = /^(.*?) ?\((\/?[^()\s]{1,300})\+0x[0-9a-f]{1,16}\)$/.exec(rest);
  if (image !== null) return { symbol: image[1] ?? "", image: image[2] };
  const place = /^(.{1,2000}) (\S{1,400}?):(\d{1,7})(?::(\d{1,7}))?$/.exec(rest);
  if (place !== null && !/ at$/.test(place[1] ?? ""))
    return { symbol: place[1] ?? "", file: place[2], line: place[3], column: place[4] };
  return null;
}

/** `#1  0x0000 in mill::Wheel::turn (this=0x0, n=3) at mill.cpp:45`, `#8  0x0000 in abort () from /lib/libc.so.6`. */
function readGdb(line: string): Parts | null {
  const head = /^#\d{1,5} {1,4}(?:0x[0-9a-f]{4,16} in )?/.exec(line);
  if (head === null) return null;
  const rest = line.slice(head[0].length);
  const open = rest.indexOf(" (", Math.max(0, rest.indexOf("<signal handler")));
  if (rest.startsWith("<signal handler called>")) return { symbol: "<signal handler called>", image: "/lib/signal" };
  if (open === -1) return null;
  const symbol = rest.slice(0, open);
  const place = / at (\S{1,400}?):(\d{1,7})$/.exec(rest);
  if (place !== null) return { symbol, file: place[1], line: place[2] };
  return { symbol, image: / from (\S{1,400})$/.exec(rest)?.[1] };
}

/** ` 0# mill::jam(int) at /srv/mill/mill.cpp:71`, ` 1# 0x00007FF3 in /lib/libc.so.6`. */
function readBoost(line: string): Parts | null {
  const head = /^\d{1,5}# /.exec(line);
  if (head === null) return null;
  const rest = line.slice(head[0].length);
  const place = /^(.{1,2000}) at (\S{1,400}?):(\d{1,7})$/.exec(rest);
  if (place !== null) return { symbol: place[1] ?? "", file: place[2], line: place[3] };
  const image = /^(.{1,2000}) in (\S{1,400})$/.exec(rest);
  return image === null ? { symbol: rest } : { symbol: image[1] ?? "", image: image[2] };
}

/** `/srv/mill/mill(_ZN4mill5Wheel4turnEi+0x47)[0x55e128f45ea5]` of glibc's backtrace_symbols. */
function readSymbols(line: string): Parts | null {
  if (!line.endsWith("]")) return null;
  const found = /^(\S{1,400}?)\((.{0,1500}?)(?:\+0x[0-9a-f]{1,16})?\) ?\[0x[0-9a-f]{1,16}\]$/.exec(line);
  return found === null ? null : { symbol: found[2] ?? "", image: found[1] };
}

/** `@     0x557481680d87 mill::Wheel::turn()` of glog and Abseil. */
function readGlog(line: string): Parts | null {
  const found = /^@ {1,30}0x[0-9a-f]{1,16} {1,20}(?:\(null\) {1,4})?(.{1,2000})$/.exec(line);
  return found === null ? null : { symbol: found[1] ?? "" };
}

/** `3 [ra] 0x0000aaaa Cart.add(_:) + 124 in App at /srv/App/Cart.swift:12:20`, `3   App   0x0000000102 Cart.add(_:) + 124 (Cart.swift:12)`. */
function readSwift(line: string): Parts | null {
  const head = /^\d{1,4} {1,4}(?:\[[a-z ]{2,10}\] ){0,3}(?:(?!0x)(\S{1,100})\s{1,40})?0x[0-9a-f]{6,16} /.exec(line);
  if (head === null) return null;
  const found =
    /^(.{1,1500}?)(?: \+ \d{1,9})?(?: in (\S{1,200}))?(?: at (\S{1,400}?):(\d{1,7})(?::(\d{1,7}))?| \(([^()\s]{1,200}):(\d{1,7})\))?$/.exec(
      line.slice(head[0].length),
    );
  if (found === null) return null;
  return {
    symbol: found[1] ?? "",
    isWhole: true,
    image: found[2] ?? head[1],
    file: found[3] ?? found[6],
    line: found[4] ?? found[7],
    column: found[5],
  };
}
