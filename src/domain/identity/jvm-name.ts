/** A method of the JVM as its source has it. */
export interface JvmName {
  /** The class that a person wrote, nested ones behind `$`. */
  readonly module: string;
  /** Empty where no function of the source is named. */
  readonly name: string;
}

/** Methods that a lambda's or a coroutine's class has, behind whose own name the function stands. */
const generatedMethods = new Set(
  "invokeSuspend invoke emit collect run call apply applyOrElse isDefinedAt accept get test doCall compare applyAsLong applyAsInt applyAsDouble onSuccess onFailure".split(
    " ",
  ),
);

/**
 * What javac, kotlinc, scalac, groovyc and proxies make of a name, back to the name in the source: `lambda$place$0`, `Order$place$1.invokeSuspend`,
 * `Order$$anonfun$place$1.apply`, `Order$_place_closure1.doCall`, `Order$$SpringCGLIB$$0.place`, `place_aroundBody2`.
 */
export function plainJvmName(module: string, name: string): JvmName {
  const isGenerated = generatedMethods.has(name.split("$", 1)[0] ?? "");
  const owner = ownerOf(module);
  return { module: owner.module, name: owner.function !== null && isGenerated ? owner.function : plainMethod(name) };
}

interface Owner {
  readonly module: string;
  /** The function that a closure's class was made in, empty for one outside of functions; null for a class that is no closure's. */
  readonly function: string | null;
}

function ownerOf(className: string): Owner {
  if (!className.includes("$") && !className.includes("_")) return { module: className, function: null };
  const plain = withoutProxy(className);
  const anonymous = plain.search(/\$\$?anonfun\$/);
  if (anonymous > 0) {
    const inside = /anonfun\$([A-Za-z_]\w*?)\$\d/.exec(plain.slice(anonymous))?.[1] ?? "";
    return { module: classesOf(plain.slice(0, anonymous)).module, function: inside };
  }
  const groovy = /\$_(?:([A-Za-z]\w*?)_)?(?:closure|lambda)\d/.exec(plain);
  if (groovy !== null) return { module: classesOf(plain.slice(0, groovy.index)).module, function: groovy[1] ?? "" };
  return classesOf(plain);
}

/** Parts that belong to a class that a person wrote, and say nothing of it. */
const sideClasses = new Set(["Companion", "DefaultImpls", "class", "WhenMappings", "INSTANCE", ""]);
/** Parts that begin what a compiler made outside of functions. */
const madeUpParts = new Set(["sam", "delayedInit", "inlined", "anon", "special"]);

/** Classes begin with a capital, functions do not: in `Order$Line$place$total$1`, `place` is a function of `Order$Line`. */
function classesOf(className: string): Owner {
  const at = className.lastIndexOf(".") + 1;
  const [first = "", ...rest] = className.slice(at).split("$");
  let module = className.slice(0, at) + first;
  for (const [index, part] of rest.entries()) {
    if (sideClasses.has(part)) continue;
    if (/^[A-Z_]/.test(part)) {
      module += `$${part}`;
      continue;
    }
    if (/^\d/.test(part)) continue;
    const isNumbered = /^\d/.test(rest.at(-1) ?? "") || madeUpParts.has(part);
    if (!isNumbered) return { module: `${module}$${rest.slice(index).join("$")}`, function: null };
    return { module, function: madeUpParts.has(part) ? "" : part };
  }
  return { module, function: null };
}

/** Class names without what proxies add: `Order$$EnhancerBySpringCGLIB$$1f`, `Order$HibernateProxy$x`, `Order_Subclass`, `$Order$Definition$Intercepted`. */
function withoutProxy(className: string): string {
  const definition = /(^|\.)\$([A-Z]\w*)\$Definition\b/.exec(className);
  if (definition !== null) return className.slice(0, definition.index) + definition[1] + definition[2];
  const at = className.search(
    /.(?:\$\$(?!anonfun\$|inlined\$|anon\$)|\$Proxy\$_\$\$_|\$(?:HibernateProxy|ByteBuddy|MockitoMock|AjcClosure\d+)\b|_(?:Subclass|ClientProxy)$|_\$\$_)/,
  );
  return at >= 0 ? className.slice(0, at + 1) : className;
}

function plainMethod(name: string): string {
  if (!/[$_-]/.test(name)) return name;
  // Scala makes a private member's name unique by its class: `com$acme$Order$$total$1`.
  const member = name.lastIndexOf("$$");
  const plain =
    member > 0 &&
    !name.startsWith("$$anonfun", member) &&
    /^\w/.test(name.slice(member + 2)) &&
    name.indexOf("$") < member
      ? name.slice(member + 2)
      : name.replace(/\$adapted$/, "");
  const inner =
    /^(?:lambda|access|\$anonfun|super|this\$dist\$invoke)\$(?:\d+\$)?([A-Za-z_]\w*?)(?:\$[0-9a-f]+)*$/.exec(
      plain,
    )?.[1];
  if (inner !== undefined) return inner === "null" ? "" : inner;
  if (/^access\$\d+$/.test(plain)) return "";
  const dollar = plain.indexOf("$");
  const head = dollar > 0 && /^[A-Za-z_][\w-]*$/.test(plain.slice(0, dollar)) ? plain.slice(0, dollar) : plain;
  return (head === plain ? head : head.replace(/_delegate$/, "")).replace(/(?:-(?:[\w-]{7}|impl)|_aroundBody\d+)$/, "");
}

/** A class without what is made up at compile or run time: `Order$1`, `Order$Companion`, `Order$$SpringCGLIB$$0`. */
export function plainJvmClass(className: string): string {
  return ownerOf(className).module;
}
