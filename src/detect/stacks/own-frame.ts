import type { ServiceName } from "../../domain/names.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { ReadingRules } from "../../domain/reading-rules.ts";
import { isOwnScript } from "./own-script.ts";

export type Language = "java" | "node" | "python" | "go";

/** Says whose a frame is. */
export type OwnJudge = (language: Language, module: string | null, file: string | null) => boolean;

const judgementsMax = 20_000;

type JudgeOf = (service: ServiceName | null) => OwnJudge;

const judgesByRules = new WeakMap<ReadingRules, JudgeOf>();

/**
 * By the service map's prefixes of modules, packages or paths, where it has some for the service; else by rule: neither the runtime's nor a library's.
 * Each module is judged once, and the readers of one service map share what was judged.
 */
export function ownJudgesOf(rules: ReadingRules): JudgeOf {
  let judges = judgesByRules.get(rules);
  if (judges === undefined) {
    judges = createJudges(rules);
    judgesByRules.set(rules, judges);
  }
  return judges;
}

function createJudges(rules: ReadingRules): JudgeOf {
  const byRule = remembering(isOwnByRule);
  const judges = new Map<ServiceName, OwnJudge>();
  return (service) => {
    const prefixes = service === null ? [] : (ownValue(rules.own, service) ?? []);
    if (service === null || prefixes.length === 0) return byRule;
    let judge = judges.get(service);
    if (judge === undefined) {
      judge = remembering((_language, module, file) => prefixes.some((prefix) => matches(prefix, module, file)));
      judges.set(service, judge);
    }
    return judge;
  };
}

function remembering(judge: OwnJudge): OwnJudge {
  const judged = new Map<string, boolean>();
  return (language, module, file) => {
    const key = language === "java" ? (module ?? "") : `${language} ${module ?? ""} ${file ?? ""}`;
    let isOwn = judged.get(key);
    if (isOwn === undefined) {
      isOwn = judge(language, module, file);
      if (judged.size >= judgementsMax) judged.clear();
      judged.set(key, isOwn);
    }
    return isOwn;
  };
}

/** A prefix ends where a part of the name does: `com.acme.order` is no prefix of `com.acme.orders`. A path may lie below any folder. */
function matches(prefix: string, module: string | null, file: string | null): boolean {
  if (module !== null && hasPrefix(module, prefix)) return true;
  if (file === null) return false;
  const path = file.replaceAll("\\", "/").replace(/^file:\/\//, "");
  if (hasPrefix(path, prefix)) return !isDependencyPath(path);
  const inside = `/${prefix.replace(/^\.?\//, "").replace(/\/$/, "")}`;
  return (
    !isDependencyPath(path) && (path.includes(`${inside}/`) || path.includes(`${inside}.`) || path.endsWith(inside))
  );
}

function hasPrefix(name: string, prefix: string): boolean {
  if (!name.startsWith(prefix)) return false;
  const next = name.charAt(prefix.length);
  return next === "" || !/[\w]/.test(next) || /[./$]$/.test(prefix);
}

function isDependencyPath(path: string): boolean {
  return path.includes("/node_modules/") || path.includes("-packages/") || path.includes("/pkg/mod/");
}

function isOwnByRule(language: Language, module: string | null, file: string | null): boolean {
  switch (language) {
    case "java":
      return module !== null && isOwnClass(module);
    case "node":
      return file !== null && isOwnScript(file);
    case "python":
      return file !== null && isOwnPythonFile(file);
    case "go":
      return isOwnGoPackage(module, file);
  }
}

const libraryPackages = new Set(
  (
    "java javax jdk sun kotlin kotlinx scala groovy jakarta android androidx akka play reactor oracle rx brave zipkin2 graphql okhttp3 okio " +
    "retrofit2 feign lombok liquibase arrow freemarker antlr junit dagger cats zio clojure oshi " +
    "com.sun com.zaxxer com.fasterxml com.google com.mysql com.microsoft com.mongodb com.oracle com.ibm com.amazonaws com.netflix com.squareup " +
    "com.rabbitmq com.hazelcast com.couchbase com.datastax com.nimbusds com.querydsl com.p6spy com.lmax com.esotericsoftware com.jayway " +
    "com.graphql com.atomikos com.ctc com.auth0 com.codahale com.typesafe com.twitter com.stripe com.slack com.newrelic com.datadog com.intellij " +
    "org.springframework org.springdoc org.apache org.hibernate org.postgresql org.h2 org.hsqldb org.mariadb org.slf4j org.eclipse org.junit org.jboss " +
    "org.aspectj org.flywaydb org.redisson org.jooq org.mongodb org.bson org.glassfish org.codehaus org.jetbrains org.reactivestreams " +
    "org.thymeleaf org.xnio org.wildfly org.quartz org.elasticsearch org.opensearch org.mockito org.gradle org.yaml org.json org.w3c org.xml " +
    "org.objectweb org.ehcache org.keycloak org.mybatis org.neo4j org.sqlite org.koin org.zalando org.testcontainers org.togglz org.graalvm org.scala org.groovy " +
    "io.netty io.micrometer io.grpc io.vertx io.micronaut io.quarkus io.opentelemetry io.opentracing io.lettuce io.undertow io.reactivex io.ktor " +
    "io.jsonwebtoken io.r2dbc io.sentry io.prometheus io.swagger io.jaegertracing io.projectreactor io.smallrye io.confluent io.debezium " +
    "io.kotest io.mockk io.minio io.fabric8 io.kubernetes io.zipkin io.awspring io.arrow io.asyncer io.rsocket io.insert-koin " +
    "ch.qos net.bytebuddy net.sf net.logstash net.sourceforge net.devh net.ttddyy software.amazon redis.clients " +
    "io.github.resilience4j io.github.bucket4j com.github.benmanes com.github.dockerjava com.github.kittinunf com.github.jknack org.jvnet dev.failsafe"
  ).split(" "),
);

function isOwnClass(className: string): boolean {
  if (className.includes("$Proxy") || className.includes("CGLIB$$") || className.includes("$$Lambda")) return false;
  const first = className.indexOf(".");
  if (first === -1) return !className.startsWith("$");
  const second = className.indexOf(".", first + 1);
  const third = second === -1 ? -1 : className.indexOf(".", second + 1);
  return !(
    libraryPackages.has(className.slice(0, first)) ||
    (second !== -1 && libraryPackages.has(className.slice(0, second))) ||
    (third !== -1 && libraryPackages.has(className.slice(0, third)))
  );
}

function isOwnPythonFile(file: string): boolean {
  const path = file.replaceAll("\\", "/");
  return !(
    path.includes("-packages/") ||
    /(?:^|\/)lib(?:64)?\/(?:python|pypy)\d/i.test(path) ||
    path.startsWith("<") ||
    /\/Python\d+\/Lib\//i.test(path) ||
    // What an installer puts on the path to start a library: `/usr/local/bin/gunicorn`.
    /\/s?bin\/[^/.]+$/.test(path) ||
    path.startsWith("/var/runtime/")
  );
}

const goStandard = new Set(
  (
    "archive bufio builtin bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go hash html image index io iter " +
    "internal log maps math mime net os path plugin reflect regexp runtime slices sort strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak"
  ).split(" "),
);

function isOwnGoPackage(module: string | null, file: string | null): boolean {
  if (file !== null && (file.includes("/pkg/mod/") || file.includes("/vendor/"))) return false;
  const root = file === null ? null : /\/go(?:-?[\d.]+)?\/src\/([^/]+)\//.exec(file);
  if (goStandard.has(root?.[1] ?? "")) return false;
  // Built with -trimpath: `github.com/lib/pq@v1.10.9/conn.go`.
  if (file !== null && /@v\d/.test(file)) return false;
  // zerolog leaves the package and the folders out; below them all lies the runtime.
  if (module === null) return file !== null && !/^(?:<|proc\.go$|asm_\w{1,20}\.s$)/.test(file);
  return !goStandard.has(module.split("/", 1)[0] ?? "");
}
