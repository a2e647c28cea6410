import type { Frame } from "../error-entry.ts";
import { fileNameOf, isBundled } from "./file-name.ts";
import { plainNameOf } from "./function-name.ts";

/** What of a frame is the same in every build, deployment and thread. */
export interface FrameKey {
  /** `module|function`, or `file|function` where the language names no module. */
  readonly key: string;
  /** What tells two places of a program apart: the class, the package's file, the script. */
  readonly place: string;
  /** In a package that no other service has by chance (`com.acme.order`, `github.com/acme/order`), unlike `main` or `src/index`. */
  readonly isGloballyNamed: boolean;
  /** It calls others on behalf of others: a helper, a base class, a retry. Who called it belongs to the bug. */
  readonly isHelper: boolean;
  /** A function without a name of its own. */
  readonly isNameless: boolean;
  /** A minifier took its name: nobody knows which function it is in. */
  readonly isMangled: boolean;
  /** It says little of what went wrong: no name, or one through which every request passes. */
  readonly isCommon: boolean;
}

/** Names of two characters are a minifier's; in the next build they are others. */
const minifiedLengthMax = 2;
/** Columns so far right are in code without line breaks. */
const minifiedColumnMin = 500;

/** Null for a frame that a compiler put between two of the source, such as a list comprehension or the machinery of `await`. */
export function frameKeyOf(frame: Frame): FrameKey | null {
  const given = frame.function ?? "";
  if (isMachinery(given)) return null;
  if (frame.module !== null) return namedFrame(frame.module, given, frame.file);
  const file = fileNameOf(frame.file ?? "");
  const { name: plain } = plainNameOf("", given);
  const isMangled = isMinified(frame, plain);
  const name = isMangled ? "" : withoutReceiver(plain);
  return {
    key: `${file}|${name}`,
    place: file,
    isGloballyNamed: false,
    isHelper: helperPlace.test(file),
    isNameless: name === "",
    isMangled: isMangled && plain !== "",
    isCommon: name === "" || commonFunctions.has(name) || commonPlace.test(file),
  };
}

function namedFrame(module: string, given: string, file: string | null): FrameKey {
  const { module: plainModule, name } = plainNameOf(module, given);
  const simple = plainModule.split(/[./\\:]+/).at(-1) ?? "";
  // A package of Go has many files, and `main` holds whole programs.
  const isPackage = file?.endsWith(".go") === true;
  return {
    key: `${plainModule}|${name}`,
    place: isPackage ? `${plainModule}|${fileNameOf(file)}` : plainModule,
    isGloballyNamed: plainModule.includes("."),
    isHelper: helperPlace.test(simple),
    isNameless: name === "",
    isMangled: false,
    isCommon: name === "" || commonFunctions.has(name) || commonPlace.test(simple),
  };
}

/** `Cart.add`, `cart["add"]`, `Cart#add` and `add`: engines, and versions of one, differ in whether they name the receiver, and by which class. */
function withoutReceiver(name: string): string {
  const quoted = /\[["']([^"'\]]{1,100})["']\]$/.exec(name)?.[1];
  if (quoted !== undefined) return quoted;
  if (name.endsWith("]")) return name.slice(name.lastIndexOf("["));
  return name.slice(Math.max(name.lastIndexOf("."), name.lastIndexOf("#", name.length - 2)) + 1);
}

function isMinified({ file, column }: Frame, name: string): boolean {
  if (withoutReceiver(name).length > minifiedLengthMax || file === null) return false;
  return isBundled(file) || (column !== null && column >= minifiedColumnMin);
}

const machinery = new Set(
  (
    "<listcomp> <dictcomp> <setcomp> <genexpr> __awaiter __generator __asyncGenerator fulfilled rejected asyncGeneratorStep _asyncToGenerator _next _throw tryCatch " +
    "Generator.next Generator.throw Generator.<anonymous> Object.next Object.throw __webpack_require__ __decorate"
  ).split(" "),
);

function isMachinery(name: string): boolean {
  return machinery.has(name) || /<(?:instance_members|static)_initializer>$/.test(name);
}

const helperPlace =
  /(?:Utils?|Helpers?|Support|Assert(?:ions?)?|Check(?:s|er)?|Preconditions?|Invariants?|Guards?|Ensure|Require|Retry(?:er|ing)?|Template|Wrapper|Proxy|Commons?|Errors?|Exceptions?)$|^(?:Base|Abstract|Generic)(?=[A-Z])|[a-z]Base$|^(?:assert|check|ensure|require|retry|invariant|guards?|helpers?|utils?|errors?|common|base)$|[/_.-](?:assert|check|ensure|retry|guards?|helpers?|utils?|errors?|common|base)$/;

const commonPlace =
  /(?:Filter|Interceptor|Middleware|Aspect|Advice|ExceptionHandler|ErrorHandler|Dispatcher)$|^(?:middleware|wsgi|asgi|manage|__main__)$|[/_.-](?:middleware|interceptor|filter|exception_handler|error_handler|error-handler)$/;

/** Through them go all requests, or all of a script. */
const commonFunctions = new Set(
  (
    "main Main doFilter doFilterInternal intercept around aroundInvoke preHandle ServeHTTP wrapper wrapped inner middleware dispatch __call__ next handler " +
    "_onTimeout _onImmediate"
  ).split(" "),
);
